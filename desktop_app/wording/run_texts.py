# SPDX-License-Identifier: Apache-2.0
"""What a run is at, and how long it still takes, in the few words that the card and the status strip share."""

from __future__ import annotations

from desktop_app.contract.index_run import PREPARING, IndexProgress
from desktop_app.foundation.translation import tr, trn
from desktop_app.wording.place import file_name, short_name
from desktop_app.wording.quantities import duration


def is_preparing(progress: IndexProgress) -> bool:
    """Whether no file is read, but another embedding model made ready."""
    return progress.stage in PREPARING


def makes_vectors(progress: IndexProgress) -> bool:
    """Whether files are read and found by words, and their passages get vectors."""
    return progress.stage == "vectors"


def findable(progress: IndexProgress) -> str:
    """ "findable by words: 1,280 of 2,000": of the files that are being read."""
    return tr("findable by words: {done} of {total}", done=f"{progress.done:,}", total=f"{progress.total:,}")


def by_meaning(progress: IndexProgress) -> str:
    """ "by meaning in about 6 min"."""
    return tr("by meaning in {time}", time=duration(progress.meaning_left or 0.0))


def passages(progress: IndexProgress) -> str:
    done, total = f"{progress.done:,}", f"{progress.total:,}"
    return trn("{done} of {total} passage", "{done} of {total} passages", progress.total, done=done, total=total)


def standstill(progress: IndexProgress) -> str:
    """For how long nothing has moved, and what the run is at."""
    minutes = max(1, round(progress.stalled / 60))
    return trn("No progress for {n} min: {doing}", "No progress for {n} min: {doing}", minutes, doing=_doing(progress))


def _doing(progress: IndexProgress) -> str:
    told = short_name(file_name(progress.path), 32)
    if progress.doing == "embedding":
        return tr("embedding passages")
    if progress.doing == "preparing":
        return tr("preparing {name}", name=told)
    if progress.doing == "scanning":
        return tr("looking through {name}", name=told)
    if progress.parts:
        return tr("reading {name}, page {part} of {parts}", name=told, part=progress.part, parts=progress.parts)
    return tr("reading {name}", name=told)
