"""How far a run is and how long it will take; told at most ten times a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from desktop_app.indexing.model import OUTCOMES, IndexProgress

Report = Callable[[IndexProgress], None]

_INTERVAL = 0.1
# Every file costs something however small; expressed in bytes so that the time left can be told by volume.
_BASE_COST = 20_000
# A file's text does not grow with its pictures: beyond this a larger file is hardly more work.
_COST_LIMIT = 5_000_000
_MINIMUM_SECONDS = 2.0


class ProgressMeter:
    """Thread-safe. ``clock`` in seconds."""

    def __init__(self, report: Report, clock: Callable[[], float] = time.monotonic) -> None:
        self._report = report
        self._clock = clock
        self._lock = threading.Lock()
        self._start = clock()
        self._told = float("-inf")
        self._counts = dict.fromkeys(OUTCOMES, 0)
        self._total = self._done = self._chunks = 0
        self._cost_total = self._cost_done = 0
        self._reading_since = self._start

    @property
    def seconds(self) -> float:
        return self._clock() - self._start

    @property
    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    @property
    def chunks(self) -> int:
        return self._chunks

    def scanning(self, path: str) -> None:
        self._tell(IndexProgress("scanning", path, seconds=self.seconds), always=True)

    def begin(self, sizes: list[int]) -> None:
        """Reading begins: the sizes in bytes of the files to read."""
        with self._lock:
            self._total = len(sizes)
            self._cost_total = sum(map(cost, sizes))
            self._reading_since = self._clock()

    def count(self, outcome: str, n: int = 1) -> None:
        with self._lock:
            self._counts[outcome] += n

    def reading(self, path: str) -> None:
        self._tell(self._now(path))

    def finished(self, path: str, size: int, outcome: str, chunks: int = 0) -> None:
        with self._lock:
            self._counts[outcome] += 1
            self._done += 1
            self._cost_done += cost(size)
            self._chunks += chunks
        self._tell(self._now(path), always=self._done == self._total)

    def _now(self, path: str) -> IndexProgress:
        with self._lock:
            spent = self._clock() - self._reading_since
            left = None
            if self._cost_done and spent >= _MINIMUM_SECONDS:
                left = spent * (self._cost_total - self._cost_done) / self._cost_done
            return IndexProgress(
                "reading", path, self._done, self._total, self._chunks, self._clock() - self._start, left, dict(self._counts)
            )

    def _tell(self, progress: IndexProgress, *, always: bool = False) -> None:
        now = self._clock()
        with self._lock:
            if not always and now - self._told < _INTERVAL:
                return
            self._told = now
        self._report(progress)


def cost(size: int) -> int:
    """The expected work for a file of ``size`` bytes, in byte-like units."""
    return _BASE_COST + min(size, _COST_LIMIT)
