# SPDX-License-Identifier: Apache-2.0
"""Giving way, with a clock that only moves when the test says so."""

from __future__ import annotations

import threading

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing.throttle import FULL_BATCH, SMALL_BATCH, Throttle


class System:
    """Battery, memory and clock in the test's hand. Each look at the clock moves it by ``step``."""

    def __init__(self) -> None:
        self.now = 0.0
        self.step = 0.0
        self.battery = False
        self.memory = 8 << 30
        self.lowered: list[bool] = []

    def clock(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def system() -> System:
    return System()


def throttled(system: System, mode: str = "auto") -> Throttle:
    return Throttle(
        mode,
        clock=system.clock,
        on_battery=lambda: system.battery,
        memory_free=lambda: system.memory,
        memory_needed=1 << 30,
        lower=system.lowered.append,
    )


def test_full_speed_when_nobody_is_there(system: System) -> None:
    made = throttled(system)
    assert (made.reason, made.gentle, made.held, made.batch) == (None, False, False, FULL_BATCH)
    assert made.may_read(0)
    assert made.may_read(1)
    assert made.give_way(Cancellation()) == 0
    assert made.rest(10.0, Cancellation()) == 0


@pytest.mark.parametrize(("mode", "reason"), [("auto", "typing"), ("on", "chosen"), ("off", None)])
def test_typing_holds_everything_for_a_moment_and_keeps_it_gentle_for_a_while(
    system: System, mode: str, reason: str | None
) -> None:
    made = throttled(system, mode)
    system.now = 100.0
    made.typed()
    assert made.held == (mode != "off")
    assert made.reason == reason
    system.now += 10
    assert not made.held
    assert made.reason == reason
    system.now += 600
    assert made.reason == ("chosen" if mode == "on" else None)


def test_it_waits_until_the_last_key_is_some_seconds_old(system: System) -> None:
    made = throttled(system)
    system.now = 100.0
    made.typed()
    system.step = 0.5
    assert made.give_way(Cancellation()) >= 2.0


def test_battery_and_memory(system: System) -> None:
    made = throttled(system)
    system.battery = True
    assert made.reason == "battery"
    assert not made.may_read(1)
    assert made.batch == SMALL_BATCH
    system.now += 60
    system.battery, system.memory = False, 100 << 20
    assert made.reason == "memory"
    assert not made.gentle  # short of memory is no reason to be slow
    assert made.batch == SMALL_BATCH
    made.choose("off")
    assert made.reason == "memory"


class Sleep(threading.Condition):
    """Waits by moving the clock of the test."""

    def __init__(self, system: System) -> None:
        super().__init__()
        self._system = system

    def wait(self, timeout: float | None = None) -> bool:
        assert timeout is not None
        self._system.now += timeout
        return False


def test_gently_as_much_rest_as_work(system: System, monkeypatch: pytest.MonkeyPatch) -> None:
    made = throttled(system, "on")
    monkeypatch.setattr(made, "_wake", Sleep(system))
    assert made.rest(0.5, Cancellation()) == pytest.approx(0.5, abs=0.05)
    assert made.rest(0.0, Cancellation()) == 0
    assert made.rest(60.0, Cancellation()) < 5


def test_nothing_begins_while_a_question_is_answered(system: System) -> None:
    made = throttled(system, "off")
    began = threading.Event()

    def work() -> None:
        made.give_way(Cancellation())
        began.set()

    with made.question():
        assert made.held
        thread = threading.Thread(target=work)
        thread.start()
        assert not began.wait(0.3)
    thread.join(10)
    assert began.is_set()
    assert not made.held


def test_a_cancel_reaches_it_while_it_gives_way(system: System) -> None:
    made = throttled(system, "off")
    cancel = Cancellation()
    with made.question():
        threading.Timer(0.05, cancel.cancel).start()
        with pytest.raises(Cancelled):
            made.give_way(cancel)


def test_a_thread_steps_back_once_and_once_more_when_it_becomes_gentle(system: System) -> None:
    made = throttled(system, "off")
    for _ in range(3):
        made.give_way(Cancellation())
    assert system.lowered == [False]
    made.choose("on")
    for _ in range(3):
        made.give_way(Cancellation())
    assert system.lowered == [False, True]
    made.choose("off")
    made.give_way(Cancellation())
    assert system.lowered == [False, True]  # the system does not let it come back up
