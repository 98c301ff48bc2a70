# SPDX-License-Identifier: Apache-2.0
"""Counts the internet connections of the program's processes.

Its window, its engine, and everything they started.

The answer is always 0, and this is how the user can see that it is: the system's own table is read, for the very process ids,
not a promise of ours. Counting walks the file descriptors of each process (2 to 10 ms each on Linux), so that it runs in Qt's
thread pool, every few seconds, and only while somebody can see the number.
"""

from __future__ import annotations

import logging
import os

from PySide6.QtCore import QObject, Qt, QThreadPool, QTimer, Signal

from desktop_app.foundation.open_connections import count

log = logging.getLogger(__name__)

_EVERY_MS = 5_000


class ConnectionWatch(QObject):
    """``counted`` every few seconds between ``watch(True)`` and ``watch(False)``. ``extra`` are process ids besides our own."""

    counted = Signal(int)

    def __init__(self, parent: QObject | None = None, *, every_ms: int = _EVERY_MS) -> None:
        super().__init__(parent)
        self.extra: tuple[int, ...] = ()
        self._busy = False
        self._counter = _Counter()
        self._counter.done.connect(self._take, Qt.ConnectionType.QueuedConnection)
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.count_now)

    def watch(self, visible: bool) -> None:
        """Count every few seconds while ``visible``."""
        if visible and not self._timer.isActive():
            self._timer.start()
        elif not visible:
            self._timer.stop()

    def count_now(self) -> None:
        """Count once, in a thread of Qt's pool; ``counted`` brings the number. Nothing happens while a count is under way."""
        if self._busy:
            return
        self._busy = True
        counter, pids = self._counter, (os.getpid(), *self.extra)
        QThreadPool.globalInstance().start(lambda: counter.run(pids))

    def _take(self, number: int) -> None:
        self._busy = False
        if number >= 0:
            self.counted.emit(number)


class _Counter(QObject):
    """Kept apart, so that a count that outlives the window has somewhere to report to."""

    done = Signal(int)

    def run(self, pids: tuple[int, ...]) -> None:
        try:
            number = count(pids)
        except Exception:  # a thread of the pool has nobody above it; -1 says "not known"
            log.exception("connections cannot be counted")
            number = -1
        self.done.emit(number)
