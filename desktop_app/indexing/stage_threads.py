# SPDX-License-Identifier: Apache-2.0
"""Threads of a run that end together, and their bounded queue."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from desktop_app.foundation.cancellation import Cancellation, Cancelled

_WAIT = 0.2  # seconds; how long a stage that waits may miss that another one ended


T = TypeVar("T")


class StageThreads:
    """Threads that end together: the first error (or cancellation) stops all, and is kept for the caller."""

    def __init__(self, cancel: Cancellation) -> None:
        self._cancel = cancel
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._lock = threading.Lock()

    @property
    def stopped(self) -> bool:
        """Whether a thread has ended all."""
        return self._stop.is_set()

    def thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        """Start a thread that does ``work``."""

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - handed to the caller by raise_error
                self.stop(error)

        thread = threading.Thread(target=guarded, name=f"index-{name}", daemon=True)
        thread.start()
        return thread

    def stop(self, error: BaseException) -> None:
        """End all; the first ``error`` is kept."""
        with self._lock:
            if self._error is None and not isinstance(error, _StoppedError):
                self._error = error
        self._stop.set()

    def raise_error(self) -> None:
        """Raises the error that ended all, if one did."""
        if self._error is not None:
            raise self._error

    def rest(self) -> None:
        """A moment in which this thread has nothing to do. Raises ``Cancelled`` or the error that ended all."""
        self.check()
        self._stop.wait(_WAIT)

    def check(self) -> None:
        """Raises the error that ended all, or ``Cancelled``."""
        if self._stop.is_set():
            self.raise_error()
            raise _StoppedError
        if self._cancel.cancelled:
            raise Cancelled


class WeighedQueue(Generic[T]):
    """First in, first out between ``threads``, bounded by the weight of what it holds; one item always fits, however heavy it is."""

    def __init__(self, limit: int, threads: StageThreads) -> None:
        self._limit = limit
        self._threads = threads
        self._items: deque[tuple[T, int]] = deque()
        self._weight = 0
        self._changed = threading.Condition()

    def put(self, item: T, weight: int = 1) -> None:
        """Waits for room. Raises ``Cancelled``, or the error that ended all threads meanwhile."""
        with self._changed:
            self._wait(lambda: not self._items or self._weight + weight <= self._limit)
            self._items.append((item, weight))
            self._weight += weight
            self._changed.notify_all()

    def get(self) -> T:
        """Waits for an item. Raises ``Cancelled``, or the error that ended all threads meanwhile."""
        with self._changed:
            self._wait(lambda: bool(self._items))
            item, weight = self._items.popleft()
            self._weight -= weight
            self._changed.notify_all()
            return item

    def _wait(self, ready: Callable[[], bool]) -> None:
        self._threads.check()
        while not self._changed.wait_for(ready, _WAIT):
            self._threads.check()


class _StoppedError(Exception):
    """Another thread ended all."""
