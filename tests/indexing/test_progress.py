"""Progress with a clock of our own: often enough, not too often, and a time left that ends at nothing."""

from __future__ import annotations

import pytest

from desktop_app.indexing.model import OUTCOMES, IndexProgress
from desktop_app.indexing.progress import ProgressMeter, cost


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[IndexProgress]:
    return []


@pytest.fixture
def meter(clock: Clock, told: list[IndexProgress]) -> ProgressMeter:
    return ProgressMeter(told.append, clock)


def test_at_most_ten_reports_a_second_and_the_last_always(
    meter: ProgressMeter, clock: Clock, told: list[IndexProgress]
) -> None:
    meter.begin([1_000] * 1_000)
    for number in range(1_000):
        clock.now += 0.005
        meter.reading(f"/资料/{number}.txt")
        meter.finished(f"/资料/{number}.txt", 1_000, "indexed", 2)
    assert 40 <= len(told) <= 52  # five seconds
    assert (told[-1].done, told[-1].total, told[-1].chunks) == (1_000, 1_000, 2_000)
    assert told[-1].counts["indexed"] == 1_000
    assert told[-1].seconds_left == 0
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)


def test_scanning_is_told_at_once(meter: ProgressMeter, told: list[IndexProgress]) -> None:
    meter.scanning("/资料/合同")
    meter.scanning("/资料/人事")
    assert [(progress.stage, progress.path, progress.total) for progress in told] == [
        ("scanning", "/资料/合同", 0),
        ("scanning", "/资料/人事", 0),
    ]


def test_the_time_left_follows_the_volume(meter: ProgressMeter, clock: Clock, told: list[IndexProgress]) -> None:
    meter.begin([1_000_000, 1_000_000, 1_000_000, 1_000_000])
    clock.now += 1
    meter.finished("甲", 1_000_000, "indexed")
    assert told[-1].seconds_left is None  # too early to tell
    clock.now += 3
    meter.finished("乙", 1_000_000, "failed")
    assert told[-1].seconds_left == pytest.approx(4)
    assert told[-1].seconds == pytest.approx(4)
    clock.now += 6
    meter.finished("丙", 1_000_000, "indexed")
    assert told[-1].seconds_left == pytest.approx(10 / 3)


def test_small_files_cost_something_and_huge_ones_not_endlessly() -> None:
    assert cost(0) > 0
    assert cost(10_000) < 2 * cost(0)
    assert cost(5_000_000_000) == cost(50_000_000)


def test_files_without_reading_are_counted(meter: ProgressMeter) -> None:
    meter.count("unchanged", 7)
    meter.count("removed")
    assert meter.counts == {**dict.fromkeys(OUTCOMES, 0), "unchanged": 7, "removed": 1}
