# SPDX-License-Identifier: Apache-2.0
"""What an indexing run is asked for, and its progress and forecast."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

T = TypeVar("T")

# Stages in which no file is read, but another embedding model made ready.
PREPARING = ("measuring", "embedding", "building")
OUTCOMES = ("indexed", "unchanged", "partial", "skipped", "failed", "removed")


@dataclass(frozen=True, slots=True)
class Password:
    """A password, and the file or folder it was given for (absolute); "" for every file of its run. Not shown by ``repr``, so that it
    comes into no log."""

    text: str = field(repr=False)
    below: str = ""

    def is_for(self, path: str) -> bool:
        """Whether it is to be tried on the file at ``path``."""
        folder = self.below.rstrip(os.sep) + os.sep
        return not self.below or path == self.below or path.startswith(folder)


@dataclass(frozen=True, slots=True)
class IndexRequest:
    """What one indexing run is to do; handed on unchanged from the message or the command line down to the pipeline.

    ``roots``: only these sources, or places inside them; empty: all. ``retry``: paths whose last failure is tried again although the
    file has not changed; ("*",) for all. ``passwords`` are tried in turn, each on the protected files it was given for; they are written
    nowhere. ``reason``: "asked" by the user, or started by itself because something "changed"; then files
    that timed out or crashed a reader are not tried once more each time a neighbour changes.
    """

    roots: tuple[str, ...] = ()
    retry: tuple[str, ...] = ()
    passwords: tuple[Password, ...] = ()
    reason: Literal["asked", "changed"] = "asked"

    def passwords_for(self, path: str) -> tuple[str, ...]:
        """Those to try on the file at ``path``, in order."""
        return tuple(password.text for password in self.passwords if password.is_for(path))

    def also(self, other: IndexRequest) -> IndexRequest:
        """One run that does what both are to do."""
        return replace(
            self,
            roots=_each_once(self.roots + other.roots) if self.roots and other.roots else (),
            retry=_each_once(self.retry + other.retry),
            passwords=_each_once(self.passwords + other.passwords),
            reason="changed" if self.reason == other.reason == "changed" else "asked",
        )


WHOLE_LIBRARY = IndexRequest()


def _each_once(values: tuple[T, ...]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """``stage``: "scanning" (``total`` 0), "reading" (files), then "vectors": what was read is found by words, and passages in ``done`` and
    ``total`` get their vectors. While another embedding model is prepared "measuring", "embedding" and "building", with ``path`` its
    name and passages in ``done`` and ``total``.
    ``counts``: files per outcome so far. ``seconds_left`` is None until it is known. Where vectors follow the reading, ``words_left``
    and ``meaning_left``: seconds until all files but scans are found by words, and by meaning; None for what is over.

    ``part`` of ``parts``: how far a long file at hand is (pages); 0 where it says nothing. ``stalled``: seconds without any progress,
    0 while all is well; then ``doing`` says what the run was at ("scanning", "reading", "embedding", or "preparing" another embedding model).
    """

    stage: str
    path: str = ""
    done: int = 0
    total: int = 0
    chunks: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    counts: dict[str, int] = field(default_factory=dict)
    part: int = 0
    parts: int = 0
    stalled: float = 0.0
    doing: str = ""
    words_left: float | None = None
    meaning_left: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run will take, forecast before and while it goes on.

    ``basis``: "guessed" (a new machine), "remembered" (from earlier runs) or "sampled" (files of this run were read). ``seconds`` is the whole run from its beginning, paused time left out, between ``seconds_low`` and ``seconds_high``;
    ``words``, ``words_low`` and ``words_high``: until all files but scans are found by words.
    ``disk``: bytes the library grows by in all; ``disk_left``: at least so many of them are still to come; ``disk_free``: what is
    free on its disk. ``memory``: bytes needed besides what the engine has now; ``memory_free``: what is available. ``scans``: files
    whose text has to be recognised yet. Free space is -1 where it is not known.
    """

    basis: str
    files: int
    bytes: int
    chunks: int
    scans: int
    seconds_low: float
    seconds: float
    seconds_high: float
    disk: int
    disk_left: int
    memory: int
    disk_free: int = -1
    memory_free: int = -1
    words_low: float = 0.0
    words: float = 0.0
    words_high: float = 0.0


@dataclass(frozen=True, slots=True)
class IndexReport:
    """``files``: numbers of files per outcome of this run; ``chunks``: chunks written by it; ``offline``: sources not reached;
    ``embedding``: the embedding model that took over with it, "" when none did; ``walked``: seconds that walking each root took;
    ``words``: seconds until all files but scans were found by words."""

    files: dict[str, int]
    chunks: int
    seconds: float
    offline: tuple[str, ...] = ()
    embedding: str = ""
    walked: dict[str, float] = field(default_factory=dict)
    words: float = 0.0
