# SPDX-License-Identifier: Apache-2.0
"""Progress with a clock of our own: often enough, not too often, and a time left that counts down and ends at nothing."""

from __future__ import annotations

import itertools

import pytest

from desktop_app.contract.document import SourceFile
from desktop_app.contract.index_run import OUTCOMES, Forecast, IndexProgress
from desktop_app.indexing.forecasting.progress import ProgressMeter, RunListener
from desktop_app.indexing.forecasting.rates import Rates
from desktop_app.indexing.forecasting.space import Space


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def files(number: int, size: int = 1_000, ending: str = "txt") -> list[SourceFile]:
    return [SourceFile(f"/资料/{n}.{ending}", size, 1) for n in range(number)]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def told() -> list[IndexProgress]:
    return []


@pytest.fixture
def foretold() -> list[Forecast]:
    return []


PACE = Rates(embed=(100.0, 1_000.0))
"""Of a model that is known to need a tenth of a second a passage."""


@pytest.fixture
def meter(clock: Clock, told: list[IndexProgress], foretold: list[Forecast]) -> ProgressMeter:
    return ProgressMeter(RunListener(told.append, foretold.append), clock, rates=PACE, space=Space(384))


@pytest.fixture
def wordy(clock: Clock, told: list[IndexProgress], foretold: list[Forecast]) -> ProgressMeter:
    """Without an embedding model."""
    return ProgressMeter(RunListener(told.append, foretold.append), clock)


def do(meter: ProgressMeter, clock: Clock, file: SourceFile, *, chunks: int, read: float) -> None:
    """One file read and written, one after the other."""
    meter.reading(file)
    clock.now += read
    meter.read(file, read, chunks, 800 * chunks)
    meter.written(file.path, "indexed", chunks)


def embed(meter: ProgressMeter, clock: Clock, texts: int, seconds: float) -> None:
    clock.now += seconds
    meter.embedded(texts, seconds)


def test_at_most_ten_reports_a_second_and_the_last_always(
    meter: ProgressMeter, clock: Clock, told: list[IndexProgress]
) -> None:
    many = files(1_000)
    meter.begin(many)
    for file in many:
        do(meter, clock, file, chunks=2, read=0.005)
    meter.found_by_words()
    assert 40 <= len(told) <= 52  # five seconds
    assert (told[-1].stage, told[-1].done, told[-1].total, told[-1].chunks) == ("reading", 1_000, 1_000, 2_000)
    assert told[-1].counts["indexed"] == 1_000
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)
    told.clear()
    meter.making_vectors(2_000)
    for _ in range(1_000):
        embed(meter, clock, 2, 0.005)
    assert 40 <= len(told) <= 52
    assert {progress.stage for progress in told} == {"vectors"}
    assert (told[-1].done, told[-1].total, told[-1].seconds_left) == (2_000, 2_000, 0)
    assert [progress.done for progress in told] == sorted(progress.done for progress in told)


def test_scanning_is_told_at_once(meter: ProgressMeter, told: list[IndexProgress]) -> None:
    meter.scanning("/资料/合同")
    meter.scanning("/资料/人事")
    assert [(progress.stage, progress.path, progress.total) for progress in told] == [
        ("scanning", "/资料/合同", 0),
        ("scanning", "/资料/人事", 0),
    ]


def test_the_time_left_is_reading_and_then_embedding(meter: ProgressMeter, clock: Clock, told: list[IndexProgress]) -> None:
    """A second of reading a file, a tenth of embedding a passage."""
    many = files(100)
    meter.begin(many)
    for file in many[:50]:
        do(meter, clock, file, chunks=4, read=1.0)
    assert told[-1].words_left == pytest.approx(50.0, rel=0.05)
    assert told[-1].meaning_left == told[-1].seconds_left == pytest.approx(50.0 + 400 * 0.1, rel=0.05)
    for file in many[50:]:
        do(meter, clock, file, chunks=4, read=1.0)
    meter.found_by_words()
    meter.making_vectors(400)
    assert (meter.words, told[-1].words_left) == (100.0, None)
    for _ in range(4):
        embed(meter, clock, 50, 5.0)
    assert told[-1].seconds_left == pytest.approx(20.0, rel=0.05)


def test_without_a_model_words_are_all_there_is(wordy: ProgressMeter, clock: Clock, told: list[IndexProgress]) -> None:
    many = files(100)
    wordy.begin(many)
    for file in many[:50]:
        do(wordy, clock, file, chunks=4, read=1.0)
    assert (told[-1].seconds_left, told[-1].words_left) == (pytest.approx(50.0, rel=0.05), None)
    for file in many[50:]:
        do(wordy, clock, file, chunks=4, read=1.0)
    assert told[-1].seconds_left == 0


def test_without_a_model_scans_are_told_apart(wordy: ProgressMeter, clock: Clock, foretold: list[Forecast]) -> None:
    scan, picture = SourceFile("/资料/扫描.pdf", 4_000_000, 1), SourceFile("/资料/图.png", 400_000, 1)
    wordy.begin([*files(3), scan, picture])
    wordy.put_off(scan, 0.1)
    for file in files(3):
        do(wordy, clock, file, chunks=10, read=1.0)
    wordy.found_by_words()
    assert wordy.words == 3.0
    for one in (picture, scan):
        wordy.reading(one)
        clock.now += 10
        wordy.read(one, 10.0, 1, 800)
        wordy.written(one.path, "indexed", 1)
    assert wordy.words == foretold[-1].words == 3.0
    assert foretold[-1].seconds > 10


def test_vectors_of_an_earlier_run_are_told_without_a_file(
    meter: ProgressMeter, clock: Clock, told: list[IndexProgress]
) -> None:
    """That run was killed before it made them."""
    meter.begin([])
    meter.found_by_words()
    meter.making_vectors(1_000)
    for _ in range(40):
        embed(meter, clock, 5, 1.0)
    assert (told[-1].stage, told[-1].done, told[-1].total) == ("vectors", 200, 1_000)
    assert told[-1].seconds_left == pytest.approx(160, rel=0.05)


def test_scans_come_after_the_vectors(meter: ProgressMeter, clock: Clock, told: list[IndexProgress]) -> None:
    scan = SourceFile("/资料/扫描.pdf", 4_000_000, 1)
    meter.begin([*files(3), scan])
    for file in files(3):
        do(meter, clock, file, chunks=10, read=1.0)
    meter.put_off(scan, 0.1)
    meter.found_by_words()
    meter.making_vectors(30)
    embed(meter, clock, 15, 1.5)
    assert told[-1].meaning_left is not None
    assert told[-1].seconds_left is not None
    assert told[-1].meaning_left < 6
    assert told[-1].seconds_left > told[-1].meaning_left + 2, "the scan is still to be read"
    embed(meter, clock, 15, 1.5)
    meter.making_vectors(0)
    meter.reading(scan)
    clock.now += 1
    meter.advanced(scan.path, 1, 9)
    assert (told[-1].stage, told[-1].done, told[-1].total, told[-1].words_left) == ("reading", 3, 4, None)


def test_the_time_left_follows_a_change_of_pace_without_a_jump(
    meter: ProgressMeter, clock: Clock, told: list[IndexProgress]
) -> None:
    meter.begin([])
    meter.found_by_words()
    meter.making_vectors(4_000)
    for _ in range(200):
        embed(meter, clock, 4, 0.5)
    before = told[-1].seconds_left
    assert before == pytest.approx(400, rel=0.05)
    for _ in range(300):  # gentle from here on: half as fast
        embed(meter, clock, 4, 1.0)
    assert told[-1].seconds_left == pytest.approx(500, rel=0.1)
    shown = [progress.seconds_left for progress in told if progress.seconds_left]
    assert all(later < earlier * 1.15 for earlier, later in itertools.pairwise(shown[10:]))


def test_it_never_says_nothing_left_while_a_file_takes_for_ever(
    meter: ProgressMeter, clock: Clock, told: list[IndexProgress]
) -> None:
    many = files(20)
    meter.begin(many)
    for file in many[:19]:
        do(meter, clock, file, chunks=4, read=0.2)
    meter.reading(many[19])
    for _ in range(60):
        clock.now += 10
        meter.advanced(many[19].path, 0, None)
        assert told[-1].seconds_left is not None
        assert told[-1].seconds_left > 1
    assert told[-1].seconds_left > 60  # ten minutes for one file: it will not be over in a moment


def test_the_pages_of_a_long_file_tell_its_time(meter: ProgressMeter, clock: Clock, told: list[IndexProgress]) -> None:
    scan = SourceFile("/资料/扫描.pdf", 4_000_000, 1)
    meter.begin([*files(3), scan])
    for file in files(3):
        do(meter, clock, file, chunks=1, read=0.05)
    meter.put_off(scan, 0.1)
    meter.reading(scan)
    for page in range(1, 51):
        clock.now += 2
        meter.advanced(scan.path, page, 200)
    assert (told[-1].part, told[-1].parts) == (50, 200)
    assert told[-1].seconds_left == pytest.approx(300, rel=0.1)


def test_a_forecast_is_planned_then_sampled_then_goes_along(
    wordy: ProgressMeter, clock: Clock, foretold: list[Forecast]
) -> None:
    many = files(400)
    wordy.begin(many, sample=12)
    assert [made.basis for made in foretold] == ["guessed"]
    assert foretold[0].files == 400
    assert foretold[0].seconds_low < foretold[0].seconds_high
    for file in many[:12]:
        do(wordy, clock, file, chunks=3, read=0.3)
    assert [made.basis for made in foretold] == ["guessed", "sampled"]
    sampled = foretold[-1]
    assert sampled.chunks == pytest.approx(1_200, rel=0.05)
    assert sampled.seconds_low < 400 * 0.3 < sampled.seconds_high
    for file in many[12:200]:
        do(wordy, clock, file, chunks=3, read=0.3)
    running = foretold[-1]
    assert (running.seconds_high - running.seconds_low) < (sampled.seconds_high - sampled.seconds_low) / 2
    for file in many[200:]:
        do(wordy, clock, file, chunks=3, read=0.3)
    assert foretold[-1].seconds == foretold[-1].words == pytest.approx(clock.now - 100, rel=0.1)


def test_the_time_until_all_is_found_by_words_is_foretold_apart(
    meter: ProgressMeter, clock: Clock, foretold: list[Forecast]
) -> None:
    many = files(400)
    meter.begin(many, sample=12)
    for file in many[:100]:
        do(meter, clock, file, chunks=3, read=0.3)
    made = foretold[-1]
    assert made.words == pytest.approx(400 * 0.3, rel=0.1)
    assert made.words_low < made.words < made.words_high
    assert made.seconds == pytest.approx(400 * 0.3 + 1_200 * 0.1, rel=0.1)
    for file in many[100:]:
        do(meter, clock, file, chunks=3, read=0.3)
    meter.found_by_words()
    meter.making_vectors(1_200)
    for _ in range(10):
        embed(meter, clock, 60, 6.0)
    made = foretold[-1]
    assert made.words_low == made.words == made.words_high == pytest.approx(120)
    assert made.seconds == pytest.approx(240, rel=0.05)
    assert made.seconds_high - made.seconds_low < 60


def test_a_run_of_few_files_has_no_sample_and_no_guess_at_its_end(
    meter: ProgressMeter, clock: Clock, foretold: list[Forecast]
) -> None:
    few = files(4)
    meter.begin(few)
    for file in few:
        do(meter, clock, file, chunks=3, read=3)
    assert {made.basis for made in foretold} <= {"guessed", "sampled"}
    assert len(foretold) >= 2


def test_no_forecast_comes_when_all_is_done(wordy: ProgressMeter, clock: Clock, foretold: list[Forecast]) -> None:
    """Twelve files within the time between two reports; only the last report is sent."""
    few = files(12)
    wordy.begin(few)
    for file in few:
        do(wordy, clock, file, chunks=3, read=0.005)
    wordy.found_by_words()
    assert [made.basis for made in foretold] == ["guessed"]


def test_what_was_measured_is_the_next_runs_beginning(
    meter: ProgressMeter, clock: Clock, foretold: list[Forecast], told: list[IndexProgress]
) -> None:
    many = files(50)
    meter.begin(many)
    for file in many:
        do(meter, clock, file, chunks=3, read=0.1)
    meter.found_by_words()
    meter.making_vectors(150)
    embed(meter, clock, 150, 30.0)
    rates = Rates().with_run(meter.measured)
    again = ProgressMeter(RunListener(told.append, foretold.append), clock, rates=rates, space=Space(384))
    again.begin(files(500))
    assert foretold[-1].basis == "remembered"
    assert foretold[-1].chunks == pytest.approx(1_500, rel=0.02)
    assert foretold[-1].words == pytest.approx(50, rel=0.05)
    assert foretold[-1].seconds == pytest.approx(350, rel=0.05)


def test_a_standstill_is_told_with_what_it_was_at(meter: ProgressMeter, told: list[IndexProgress]) -> None:
    (file,) = files(1)
    meter.begin([file])
    meter.reading(file)
    meter.stalled(200.0)
    assert (told[-1].stalled, told[-1].doing, told[-1].path) == (200.0, "reading", file.path)


def test_files_without_reading_are_counted(meter: ProgressMeter) -> None:
    meter.count("unchanged", 7)
    meter.count("removed")
    assert meter.counts == {**dict.fromkeys(OUTCOMES, 0), "unchanged": 7, "removed": 1}
