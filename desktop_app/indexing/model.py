"""What an indexing run tells: plain, frozen."""

from __future__ import annotations

from dataclasses import dataclass, field

OUTCOMES = ("indexed", "unchanged", "partial", "skipped", "failed", "removed")


@dataclass(frozen=True, slots=True)
class IndexProgress:
    """``stage``: "scanning" (``total`` 0) or "reading". ``seconds_left`` is None until it can be told."""

    stage: str
    path: str = ""
    done: int = 0
    total: int = 0
    chunks: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexReport:
    """``files``: numbers of files per outcome of this run; ``chunks``: chunks written by it; ``offline``: sources not reached."""

    files: dict[str, int]
    chunks: int
    seconds: float
    offline: tuple[str, ...] = ()
