# SPDX-License-Identifier: Apache-2.0
"""Cancellation with pause, checked at each file, batch or token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Cancelled(Exception):
    """The user stopped the work. Not an error: what was finished is kept."""


class Cancellation:
    """A flag, with a pause beside it, shared by the thread that stops and the thread that works. ``clock`` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._pauses = 0.0  # seconds of the pauses that are over
        self._paused_at: float | None = None
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        """Let ``check`` raise from now on, also where it waits in a pause."""
        self._cancelled.set()
        self.resume()

    def pause(self) -> None:
        """Let ``check`` wait until ``resume``; without effect after ``cancel``."""
        with self._guard:
            if self._paused_at is None and not self._cancelled.is_set():
                self._paused_at = self._clock()
                self._running.clear()

    def resume(self) -> None:
        """End the pause, if there is one."""
        with self._guard:
            if self._paused_at is not None:
                self._pauses += self._clock() - self._paused_at
                self._paused_at = None
            self._running.set()

    @property
    def paused_seconds(self) -> float:
        """Seconds of all pauses so far, the present one included."""
        with self._guard:
            return self._pauses + (0.0 if self._paused_at is None else self._clock() - self._paused_at)

    @property
    def paused(self) -> bool:
        """Whether ``check`` waits now."""
        return not self._running.is_set()

    @property
    def cancelled(self) -> bool:
        """Whether ``check`` raises now."""
        return self._cancelled.is_set()

    def check(self) -> None:
        """Wait while paused. Raises ``Cancelled`` once stopped."""
        self._running.wait()
        if self._cancelled.is_set():
            raise Cancelled
