# SPDX-License-Identifier: Apache-2.0
"""The stages of a run as threads that end together, and the bounded queues between them."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from desktop_app.foundation.cancellation import Cancellation, Cancelled

_WAIT = 0.2  # seconds; how long a stage that waits may miss that another one ended


T = TypeVar("T")


class WeighedQueue(Generic[T]):
    """First in, first out, bounded by the weight of what it holds; one item always fits, however heavy it is."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._items: deque[tuple[T, int]] = deque()
        self._weight = 0
        self._changed = threading.Condition()

    def put(self, item: T, weight: int, timeout: float) -> None:
        """Raises ``queue.Full`` after ``timeout`` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: not self._items or self._weight + weight <= self._limit, timeout):
                raise queue.Full
            self._items.append((item, weight))
            self._weight += weight
            self._changed.notify_all()

    def get(self, timeout: float = 0.0) -> T:
        """Raises ``queue.Empty`` after ``timeout`` seconds."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._items, timeout):
                raise queue.Empty
            item, weight = self._items.popleft()
            self._weight -= weight
            self._changed.notify_all()
            return item


class StageThreads:
    """Threads that end together: the first error (or cancellation) stops all, and is kept for the caller."""

    def __init__(self, cancel: Cancellation) -> None:
        self._cancel = cancel
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._lock = threading.Lock()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - handed to the caller by raise_error
                self.stop(error)

        thread = threading.Thread(target=guarded, name=f"index-{name}", daemon=True)
        thread.start()
        return thread

    def stop(self, error: BaseException) -> None:
        with self._lock:
            if self._error is None and not isinstance(error, _FlowEnded):
                self._error = error
        self._stop.set()

    def raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def rest(self) -> None:
        """A moment in which this thread has nothing to do."""
        self._check()
        self._stop.wait(_WAIT)

    def put(self, target: WeighedQueue[T], item: T, weight: int = 1) -> None:
        while True:
            self._check()
            try:
                target.put(item, weight, _WAIT)
            except queue.Full:
                continue
            return

    def get(self, source: WeighedQueue[T]) -> T:
        while True:
            self._check()
            try:
                return source.get(_WAIT)
            except queue.Empty:
                continue

    def _check(self) -> None:
        if self._stop.is_set():
            self.raise_error()
            raise _FlowEnded
        if self._cancel.cancelled:
            raise Cancelled


class _FlowEnded(Exception):
    """Another thread of the flow ended it."""
