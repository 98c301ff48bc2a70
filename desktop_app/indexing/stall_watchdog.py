# SPDX-License-Identifier: Apache-2.0
"""Stall watchdog: notices a run in which nothing moves.

No file finished, no page read, no batch embedded for three minutes, although nobody paused the run. ``Heartbeat`` serves it for work that
is known by its reports alone, such as a change of the embedding model.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

from desktop_app.contract.index_run import IndexProgress
from desktop_app.indexing.forecasting.progress import ProgressCallback

log = logging.getLogger(__name__)

LIMIT = 180.0  # seconds; a reader that shows no life is ended after 120, which is progress
_LOOK_EVERY = 5.0


class StallWatchdog:
    """Watches from a thread of its own, within ``with``.

    ``clock`` in seconds; ``moved``: the clock at the last progress; ``held``: whether the run gives way to something (a question);
    ``stalled`` is called with the seconds without progress, at every look; ``dump`` once for each stall, for the log.
    """

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        moved: Callable[[], float],
        held: Callable[[], bool],
        stalled: Callable[[float], None],
        dump: Callable[[], None],
        limit: float = LIMIT,
    ) -> None:
        self._clock = clock
        self._moved = moved
        self._held = held
        self._stalled = stalled
        self._dump = dump
        self._limit = limit
        self._since = clock()
        self._dumped = False
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="index-watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def look(self) -> None:
        """One look; the thread does it every few seconds."""
        now = self._clock()
        self._since = now if self._held() else max(self._since, self._moved())
        still = now - self._since
        if still < self._limit:
            self._dumped = False
            return
        if not self._dumped:
            self._dumped = True
            log.warning("indexing made no progress for %.0f s", still)
            self._dump()
        self._stalled(still)

    def _watch(self) -> None:
        while not self._ended.wait(_LOOK_EVERY):
            self.look()


class Heartbeat:
    """Passes reports on and keeps the time of the last one. ``first``: what a stall is reported with before any of them."""

    def __init__(self, first: IndexProgress, report: ProgressCallback, clock: Callable[[], float]) -> None:
        self._last = first
        self._report = report
        self._clock = clock
        self.moved = clock()

    def report(self, progress: IndexProgress) -> None:
        """Pass a report on."""
        self._last = progress
        self.beat()
        self._report(progress)

    def beat(self) -> None:
        """A sign of life without a report."""
        self.moved = self._clock()

    def stalled(self, seconds: float) -> None:
        """Report that nothing moved for ``seconds``."""
        self._report(replace(self._last, seconds_left=None, stalled=seconds, doing="preparing"))
