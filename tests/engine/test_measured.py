# SPDX-License-Identifier: Apache-2.0
"""What this machine took is remembered in one file, whole after any reading and writing at once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.foundation import hardware
from desktop_app.indexing.forecasting.rates import Rates
from desktop_app.models.language_model import Speed


def some_rates() -> Rates:
    return Rates.from_plain({"kinds": {"txt": [1.0, 2.0, 3.0, 4.0]}, "embed": [10.0, 1.0], "write": [10.0, 1.0]})


def test_the_speed_of_a_language_model_is_there_in_the_next_run(tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    assert MeasuredSpeeds(file).speed("a.gguf, 1") == Speed()
    MeasuredSpeeds(file).remember_speed("a.gguf, 1", Speed(180.0, 22.0))
    MeasuredSpeeds(file).remember_speed("b.gguf, 2", Speed(90.0, 0.0))
    assert MeasuredSpeeds(file).speed("a.gguf, 1") == Speed(180.0, 22.0)
    assert MeasuredSpeeds(file).speed("b.gguf, 2") == Speed(90.0, 0.0)


def test_another_machine_is_measured_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    MeasuredSpeeds(tmp_path / "measured.json").remember_speed("a", Speed(180.0, 22.0))
    monkeypatch.setattr(hardware, "cores", lambda: 96)
    assert MeasuredSpeeds(tmp_path / "measured.json").speed("a") == Speed()


@pytest.mark.parametrize("damage", ["{", '{"x": 1}', "[]", "null"])
def test_a_damaged_file_is_started_anew(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    file.write_text(damage, encoding="utf-8")
    measured = MeasuredSpeeds(file)
    assert measured.speed("a") == Speed()
    measured.remember_speed("a", Speed(1.0, 2.0))
    assert measured.speed("a") == Speed(1.0, 2.0)


@pytest.mark.parametrize("stored", ["[1]", '["x", "y"]', "5", "null", '{"a": 1}'])
def test_a_damaged_speed_is_none(stored: str, tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    MeasuredSpeeds(file).remember_speed("a", Speed(1.0, 2.0))
    file.write_text(file.read_text(encoding="utf-8").replace("[1.0, 2.0]", stored), encoding="utf-8")
    assert MeasuredSpeeds(file).speed("a") == Speed()


def test_a_run_and_an_answer_that_end_at_once_both_stay(tmp_path: Path) -> None:
    file = tmp_path / "measured.json"
    measured = MeasuredSpeeds(file)
    threads = [
        threading.Thread(target=measured.remember_speed, args=(f"{n}.gguf", Speed(float(n + 1), 1.0))) for n in range(8)
    ] + [threading.Thread(target=MeasuredSpeeds(file).remember, args=(f"m{n}", some_rates())) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert [MeasuredSpeeds(file).speed(f"{n}.gguf").reads for n in range(8)] == [float(n + 1) for n in range(8)]
    assert all(MeasuredSpeeds(file).rates(f"m{n}").to_plain()["embed"][0] > 0 for n in range(8))
