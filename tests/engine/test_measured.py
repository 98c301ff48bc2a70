# SPDX-License-Identifier: Apache-2.0
"""What this machine took is remembered in one file, whole after any reading and writing at once."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.foundation import hardware
from desktop_app.indexing.forecasting.rates import Kind, Rates
from desktop_app.models.language_model import Speed


def some_rates() -> Rates:
    return Rates({"txt": Kind(1.0, 2.0, 3.0, 4.0)}, (10.0, 1.0))


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
    whole = file.read_text(encoding="utf-8")
    assert "[1.0,2.0]" in whole
    file.write_text(whole.replace("[1.0,2.0]", stored), encoding="utf-8")
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
    assert all(MeasuredSpeeds(file).rates(f"m{n}").embed[0] > 0 for n in range(8))


def test_the_comparison_of_backends_counts_until_a_run_has_measured_more(tmp_path: Path) -> None:
    measured = MeasuredSpeeds(tmp_path / "measured.json")
    assert measured.rates("m").embed_seconds() == Rates().embed_seconds()
    assert measured.rates("m", 20.0).embed_seconds() == pytest.approx(1 / 20)
    measured.remember("m", some_rates())
    assert measured.rates("m", 20.0).embed_seconds() == pytest.approx(10.0)


def test_a_file_of_the_version_before_is_still_read(tmp_path: Path) -> None:
    machine = MeasuredSpeeds(tmp_path / "x")._name
    old = {
        "kinds": {"txt": [4, 8, 2, 1]},
        "models": {"m": {"embed": [3.0, 6.0], "write": [1.0, 2.0]}},
        "language models": {"a": [5, 6]},
    }
    (tmp_path / "measured.json").write_text(json.dumps({machine: old}), encoding="utf-8")
    measured = MeasuredSpeeds(tmp_path / "measured.json")
    assert measured.rates("m") == Rates({"txt": Kind(4, 8, 2, 1)}, (3.0, 6.0))
    assert measured.speed("a") == Speed(5.0, 6.0)
