# SPDX-License-Identifier: Apache-2.0
"""Stopping half-way, asked at every natural unit: a file, a batch, a token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable


class Cancelled(Exception):
    """The person stopped the work. Not an error: what was finished stays."""


class Cancellation:
    """A flag, with a pause beside it, shared between the one who stops and the one who works. ``clock`` in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._pauses = 0.0  # seconds of the pauses that are over
        self._paused_at: float | None = None
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        self._cancelled.set()
        self.resume()

    def pause(self) -> None:
        with self._guard:
            if self._paused_at is None and not self._cancelled.is_set():
                self._paused_at = self._clock()
                self._running.clear()

    def resume(self) -> None:
        with self._guard:
            if self._paused_at is not None:
                self._pauses += self._clock() - self._paused_at
                self._paused_at = None
            self._running.set()

    @property
    def paused_seconds(self) -> float:
        """How long the work was paused in all, this pause included."""
        with self._guard:
            return self._pauses + (0.0 if self._paused_at is None else self._clock() - self._paused_at)

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    @property
    def cancelled(self) -> bool:
        return self._cancelled.is_set()

    def check(self) -> None:
        """Wait while paused; raise ``Cancelled`` once stopped."""
        self._running.wait()
        if self._cancelled.is_set():
            raise Cancelled
