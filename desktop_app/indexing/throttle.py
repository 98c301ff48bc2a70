# SPDX-License-Identifier: Apache-2.0
"""Throttle of indexing: how hard a run may work now.

Every stage asks between two units of its work: a file, a batch.

    a question is being answered     nothing new starts until it has its answer
    typing                           (gentle) nothing new starts until some seconds after the last key
    gentle                           one reader, small batches, a rest as long as each batch took, the lowest priority
    memory is short                  one reader and small batches

``gentle`` is the setting: "on", "off", or "auto", which is gentle for a while after typing, and on battery.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from desktop_app.foundation.cancellation import Cancellation

ThrottleReason = Literal["chosen", "typing", "battery", "memory"]

_TYPING = 2.5  # seconds after the last key in which nothing new starts
_ACTIVE = 60.0  # seconds after the last key in which "auto" stays gentle
_LONGEST_REST = 2.0
_LOOK_EVERY = 5.0  # seconds between two looks at battery and memory; each asks the system
_SLICE = 0.2
FULL_BATCH, SMALL_BATCH = 1 << 20, 8  # chunks; a full batch is as large as its calls get


def _never() -> bool:
    return False


def _plenty() -> int:
    return 1 << 62


class Throttle:
    """Thread-safe. ``on_battery`` and ``memory_free`` (bytes) ask the system; ``memory_needed``: with less than that free, memory
    counts as short. ``lower`` takes the calling thread down to the lowest priority."""

    def __init__(
        self,
        gentle: str = "off",
        *,
        clock: Callable[[], float] = time.monotonic,
        on_battery: Callable[[], bool] = _never,
        memory_free: Callable[[], int] = _plenty,
        memory_needed: int = 0,
        lower: Callable[[bool], None] = lambda _gentle: None,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._mode = gentle
        self._clock = clock
        self._on_battery = on_battery
        self._memory_free = memory_free
        self._memory_needed = memory_needed
        self._lower = lower
        self._changed = changed
        self._wake = threading.Condition()
        self._questions = 0
        self._typed = float("-inf")
        self._looked = float("-inf")
        self._battery = self._short = False
        self._lowered = threading.local()

    # ---- what others report -----------------------------------------------------------------------------------------

    def choose(self, gentle: str) -> None:
        """Set the mode: "auto", "on" or "off"."""
        with self._wake:
            self._mode = gentle
            self._wake.notify_all()
        self._changed()

    def typed(self) -> None:
        """A key was pressed."""
        with self._wake:
            self._typed = self._clock()
        self._changed()

    @contextmanager
    def question(self) -> Iterator[None]:
        """While a question is answered nothing new starts."""
        with self._wake:
            self._questions += 1
        try:
            yield
        finally:
            with self._wake:
                self._questions -= 1
                self._wake.notify_all()

    def wait_for_no_question(self, cancel: Cancellation) -> None:
        """Returns when no question is being answered. Raises ``Cancelled``."""
        cancel.check()
        with self._wake:
            while self._questions:
                self._wake.wait(_SLICE)
                cancel.check()

    # ---- what is asked ----------------------------------------------------------------------------------------------

    @property
    def reason(self) -> ThrottleReason | None:
        """Why a run works slower now; None at full speed."""
        self._look()
        if self._mode == "on":
            return "chosen"
        if self._mode == "auto" and self._clock() - self._typed < _ACTIVE:
            return "typing"
        if self._mode == "auto" and self._battery:
            return "battery"
        return "memory" if self._short else None

    @property
    def gentle(self) -> bool:
        """Whether a run rests between batches and takes the lowest priority."""
        return self.reason not in (None, "memory")

    @property
    def held(self) -> bool:
        """Whether nothing new may start at this moment."""
        return self._hold() > 0

    @property
    def batch(self) -> int:
        """Chunks to embed before the next look."""
        return SMALL_BATCH if self.reason else FULL_BATCH

    def may_read(self, reader: int) -> bool:
        """Whether reader number ``reader`` (from 0) may take a file now."""
        return reader == 0 or not self.reason

    def give_way(self, cancel: Cancellation) -> float:
        """Before a unit of work: wait while something goes first; returns the seconds waited. Raises ``Cancelled``."""
        started = self._clock()
        cancel.check()
        self._step_back()
        while (hold := self._hold()) > 0:
            with self._wake:
                self._wake.wait(min(hold, _SLICE))
            cancel.check()
        return self._clock() - started

    def rest(self, worked: float, cancel: Cancellation) -> float:
        """After a unit that took ``worked`` seconds: gently, half of the time is left to others. Returns the seconds rested."""
        if not self.gentle:
            return 0.0
        started = self._clock()
        until = started + min(worked, _LONGEST_REST)
        while (left := until - self._clock()) > 0:
            cancel.check()
            with self._wake:
                self._wake.wait(min(left, _SLICE))
        return self._clock() - started

    def _hold(self) -> float:
        """Seconds for which nothing new may start; how long a question takes is not known."""
        if self._questions:
            return _SLICE
        if self._mode == "off":
            return 0.0
        return max(0.0, self._typed + _TYPING - self._clock())

    def _step_back(self) -> None:
        """Each thread of a run lowers itself: when it begins, and once more when it becomes gentle."""
        gentle = self.gentle
        level = 2 if gentle else 1
        if getattr(self._lowered, "level", 0) < level:
            self._lowered.level = level
            self._lower(gentle)

    def _look(self) -> None:
        now = self._clock()
        if now - self._looked < _LOOK_EVERY:
            return
        self._looked = now
        battery, short = self._on_battery(), self._memory_free() < self._memory_needed
        changed = (battery, short) != (self._battery, self._short)
        self._battery, self._short = battery, short
        if changed:
            self._changed()
