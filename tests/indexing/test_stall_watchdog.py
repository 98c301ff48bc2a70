# SPDX-License-Identifier: Apache-2.0
"""A standstill is noticed, told again while it lasts, and written down once; a pause or a question is none."""

from __future__ import annotations

import pytest

from desktop_app.indexing.stall_watchdog import StallWatchdog


class Run:
    def __init__(self) -> None:
        self.now = 0.0
        self.moved = 0.0
        self.held = False
        self.told: list[float] = []
        self.dumps = 0

    def dump(self) -> None:
        self.dumps += 1


@pytest.fixture
def run() -> Run:
    return Run()


@pytest.fixture
def watchdog(run: Run) -> StallWatchdog:
    return StallWatchdog(
        clock=lambda: run.now,
        moved=lambda: run.moved,
        held=lambda: run.held,
        stalled=run.told.append,
        dump=run.dump,
        limit=180.0,
    )


def pass_time(run: Run, watchdog: StallWatchdog, seconds: int, *, moving: bool = False) -> None:
    for _ in range(seconds // 5):
        run.now += 5
        if moving:
            run.moved = run.now
        watchdog.look()


def test_a_run_that_moves_is_left_alone(run: Run, watchdog: StallWatchdog) -> None:
    pass_time(run, watchdog, 3600, moving=True)
    assert (run.told, run.dumps) == ([], 0)


def test_a_standstill_is_told_while_it_lasts_and_dumped_once(run: Run, watchdog: StallWatchdog) -> None:
    pass_time(run, watchdog, 175)
    assert run.told == []
    pass_time(run, watchdog, 25)
    assert run.told[0] == 180
    assert run.told[-1] == 200
    assert run.dumps == 1
    run.moved = run.now
    pass_time(run, watchdog, 100)
    assert run.told[-1] == 200
    pass_time(run, watchdog, 100)
    assert run.dumps == 2  # another one


def test_giving_way_is_no_standstill(run: Run, watchdog: StallWatchdog) -> None:
    run.held = True
    pass_time(run, watchdog, 1_000)
    run.held = False
    pass_time(run, watchdog, 175)
    assert run.told == []


def test_its_thread_ends_with_the_run(watchdog: StallWatchdog) -> None:
    with watchdog:
        assert watchdog._thread.is_alive()
    assert not watchdog._thread.is_alive()
