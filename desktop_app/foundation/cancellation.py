"""Stopping half-way, asked at every natural unit: a file, a batch, a token."""

from __future__ import annotations

import threading


class Cancelled(Exception):
    """The person stopped the work. Not an error: what was finished stays."""


class Cancellation:
    """A flag, with a pause beside it, shared between the one who stops and the one who works."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        self._running.clear()

    def resume(self) -> None:
        self._running.set()

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
