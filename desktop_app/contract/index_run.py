"""What an indexing run tells: plain, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

# Stages in which no file is read, but another embedding model made ready.
PREPARING = ("measuring", "embedding", "building")
OUTCOMES = ("indexed", "unchanged", "partial", "skipped", "failed", "removed")


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """``stage``: "scanning" (``total`` 0) or "reading"; while another embedding model is prepared "measuring", "embedding" and
    "building", with ``path`` its name and passages in ``done`` and ``total``; "comparing" where copies and versions are looked for.
    ``counts``: files per outcome so far. ``seconds_left`` is None until it can be told.

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


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run will take, told before and while it goes on.

    ``basis``: "guessed" (a new machine), "remembered" (from earlier runs), "sampled" (a few files of each kind were read) or
    "running". ``seconds`` is the whole run from its beginning, paused time left out, between ``seconds_low`` and ``seconds_high``.
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


@dataclass(frozen=True, slots=True)
class IndexReport:
    """``files``: numbers of files per outcome of this run; ``chunks``: chunks written by it; ``offline``: sources not reached;
    ``embedding``: the embedding model that took over with it, "" when none did; ``walked``: seconds that walking each root took."""

    files: dict[str, int]
    chunks: int
    seconds: float
    offline: tuple[str, ...] = ()
    embedding: str = ""
    walked: dict[str, float] = field(default_factory=dict)
