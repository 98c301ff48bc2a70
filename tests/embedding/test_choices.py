# SPDX-License-Identifier: Apache-2.0
"""The fastest backend that is exact enough, remembered for one machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.contract.measuring_process import Row
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.choosing.choices import Choice


def row(backend: str, rate: float, least: float = 1.0, problem: str = "") -> Row:
    return Row(backend, rate=rate, mean=1.0, least=least, texts=32, problem=problem)


@pytest.mark.parametrize(
    ("rows", "chosen"),
    [
        ([row("torch-f32", 50), row("openvino-f32", 60), row("openvino-bf16", 170)], "openvino-bf16"),
        ([row("torch-f32", 50), row("openvino-int8", 200, least=0.907)], "torch-f32"),
        ([row("openvino-f32", 50), row("openvino-int8", 200, problem="illegal instruction")], "openvino-f32"),
        ([row("torch-bf16", 7), row("openvino-f32", 50), row("torch-f32", 51)], "openvino-f32"),
        ([row("openvino-f32", 50), row("torch-f32", 60)], "openvino-f32"),  # not worth five seconds at every start
        ([row("openvino-f32", 50), row("torch-f32", 70)], "torch-f32"),
        ([row("openvino-f32", 50, least=float("nan"))], ""),
        ([], ""),
    ],
)
def test_the_fastest_that_is_exact_enough(rows: list[Row], chosen: str) -> None:
    assert choices.best(rows) == chosen
    assert choices.best(rows[::-1]) == chosen


def test_it_is_remembered_beside_other_models() -> None:
    first = Choice("openvino-bf16", (row("openvino-bf16", 90),))
    choices.store("one", first)
    choices.store("two", Choice("torch-f32", (), own=True))
    assert choices.load("one") == first
    assert choices.load("two") == Choice("torch-f32", (), own=True)
    assert choices.load("three") is None


def test_the_rate_of_a_backend_is_that_of_its_measurement() -> None:
    choices.store("model", Choice("openvino-bf16", (row("openvino-f32", 50), row("openvino-bf16", 90))))
    assert choices.rate("model", "openvino-bf16") == 90
    assert choices.rate("model", "openvino-f32") == 50
    assert choices.rate("model", "torch-f16") == choices.rate("another", "openvino-f32") == 0


def test_another_machine_knows_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    choices.store("model", Choice("openvino-bf16", ()))
    with monkeypatch.context() as other:
        other.setenv("ONEDNN_MAX_CPU_ISA", "AVX2")
        assert choices.load("model") is None
        choices.store("model", Choice("openvino-f32", ()))
    assert choices.load("model") == Choice("openvino-bf16", ())


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"format": 9, "machines": {}}', b"\xff\xfe"])
def test_a_damaged_file_is_measured_anew(home: Path, content: bytes) -> None:
    (home / "embedding-choices.json").write_bytes(content)
    assert choices.load("model") is None
    choices.store("model", Choice("torch-f32", ()))
    assert choices.load("model") == Choice("torch-f32", ())


def test_a_backend_of_another_version_is_measured_anew() -> None:
    choices.store("model", Choice("quantum-f64", ()))
    assert choices.load("model") is None


def test_later_rows_replace_earlier_ones() -> None:
    older = [row("openvino-f32", 50), row("torch-f32", 40)]
    newer = [row("openvino-int8", 130, least=0.993), row("openvino-f32", 55)]
    assert [(r.backend, r.rate) for r in choices.merged(older, newer)] == [
        ("openvino-f32", 55),
        ("openvino-int8", 130),
        ("torch-f32", 40),
    ]
