# SPDX-License-Identifier: Apache-2.0
"""How far an indexing run is, in few words.

Shared by the card, the status strip and the command line.
"""

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
    # Translators: when all files can be found by meaning; {time} is "about 6 min"
    return tr("by meaning in {time}", time=duration(progress.meaning_left or 0.0))


def passages(progress: IndexProgress) -> str:
    """ "1,204 of 19,500 passages"."""
    done, total = f"{progress.done:,}", f"{progress.total:,}"
    return trn("{done} of {total} passage", "{done} of {total} passages", progress.total, done=done, total=total)


def standstill(progress: IndexProgress) -> str:
    """How long there was no progress, and what is being done: "No progress for 3 min: reading a.pdf"."""
    minutes = max(1, round(progress.stalled / 60))
    return trn("No progress for {n} min: {doing}", "No progress for {n} min: {doing}", minutes, doing=_doing(progress))


def _doing(progress: IndexProgress) -> str:
    name = short_name(file_name(progress.path), 32)
    if progress.doing == "embedding":
        return tr("embedding passages")
    if progress.doing == "preparing":
        return tr("preparing {name}", name=name)
    if progress.doing == "scanning":
        return tr("looking through {name}", name=name)
    if progress.parts:
        return tr("reading {name}, page {part} of {parts}", name=name, part=progress.part, parts=progress.parts)
    return tr("reading {name}", name=name)
