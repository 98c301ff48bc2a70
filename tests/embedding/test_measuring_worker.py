# SPDX-License-Identifier: Apache-2.0
"""Timing the candidates: one that something else took the cores from is timed once more. The clock and the models are played."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from desktop_app.contract.measuring_process import Job, Measured, decode_event
from desktop_app.embedding.choosing import measuring_worker
from desktop_app.ipc import pipes

TEXTS = tuple(f"Clause {n}" for n in range(32))
BACKENDS = measuring_worker._OPENVINO


class Played:
    """A model whose backends take the given seconds a text, each time they are opened; 0: it is refused then. ``bf16``: what its numbers
    are multiplied with in bfloat16."""

    fingerprint = "model"
    converts = True

    def __init__(self, seconds: dict[str, list[float]], bf16: float = 0.999) -> None:
        self.seconds = {backend: iter(times) for backend, times in seconds.items()}
        self.bf16 = bf16
        self.opened: list[str] = []
        self.clock = 0.0

    def open(self, backend: str) -> Callable[[Sequence[str]], np.ndarray]:
        self.opened.append(backend)
        if not (seconds := next(self.seconds[backend])):
            raise RuntimeError("refused")

        def compute(texts: Sequence[str]) -> np.ndarray:
            self.clock += seconds * len(texts)
            return np.full((len(texts), 1), self.bf16 if backend == "openvino-bf16" else 1, np.float32)

        return compute

    def agreement(self, answers: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
        assert answers.shape == reference.shape
        return 1.0, 1.0


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Callable[[Played], dict[str, float | str]]:
    """What is told last of each backend: its rate, or why it cannot be used."""

    def measure(subject: Played) -> dict[str, float | str]:
        monkeypatch.setattr(measuring_worker, "Embedding", lambda *_: subject)
        monkeypatch.setattr(measuring_worker, "kind_of", lambda _: "f32")
        monkeypatch.setattr(measuring_worker, "time", SimpleNamespace(perf_counter=lambda: subject.clock))
        stream = io.BytesIO()
        job = Job(str(Path()), 0, False, BACKENDS, TEXTS)
        measuring_worker._Measuring(job, pipes.LineWriter(stream)).run()
        told = [decode_event(line) for line in stream.getvalue().splitlines()]
        rows = [event.row for event in told if isinstance(event, Measured)]
        return {row.backend: row.problem or row.rate for row in rows}

    return measure


def test_what_came_near_is_timed_again_in_the_opposite_order_and_the_better_time_counts(
    measured: Callable[[Played], dict[str, float | str]],
) -> None:
    played = Played({"openvino-f32": [0.02, 0.02], "openvino-bf16": [0.1], "openvino-int8": [0.04, 0.0125]})
    assert measured(played) == {"openvino-f32": 50, "openvino-bf16": 10, "openvino-int8": 80}
    assert played.opened == [*BACKENDS, "openvino-int8", "openvino-f32"]


def test_one_that_is_far_ahead_is_timed_once(measured: Callable[[Played], dict[str, float | str]]) -> None:
    played = Played({"openvino-f32": [0.02], "openvino-bf16": [0.005], "openvino-int8": [0.0]})
    assert measured(played) == {"openvino-f32": 50, "openvino-bf16": 200, "openvino-int8": "refused"}
    assert played.opened == [*BACKENDS]


def test_one_that_is_slow_the_second_time_keeps_its_rate(measured: Callable[[Played], dict[str, float | str]]) -> None:
    played = Played({"openvino-f32": [0.02, 0.05], "openvino-bf16": [0.025, 0.025], "openvino-int8": [0.02, 0.0]})
    assert measured(played) == {"openvino-f32": 50, "openvino-bf16": 40, "openvino-int8": "refused"}


def test_bfloat16_that_gives_the_numbers_of_f32_is_none(measured: Callable[[Played], dict[str, float | str]]) -> None:
    played = Played({"openvino-f32": [0.02, 0.02], "openvino-bf16": [0.02], "openvino-int8": [0.025, 0.025]}, bf16=1.0)
    assert measured(played) == {"openvino-f32": 50, "openvino-bf16": "no bfloat16 units", "openvino-int8": 40}
    assert played.opened == [*BACKENDS, "openvino-int8", "openvino-f32"]


def test_without_f32_there_is_nothing_to_compare_the_others_with(
    measured: Callable[[Played], dict[str, float | str]],
) -> None:
    played = Played({"openvino-f32": [0.0]})
    assert measured(played) == {"openvino-f32": "refused"}
    assert played.opened == ["openvino-f32"]
