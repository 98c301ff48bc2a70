# SPDX-License-Identifier: Apache-2.0
"""How fast a model is: which generations count, what is remembered, what the list of models tells."""

from __future__ import annotations

from desktop_app.contract.model_entry import ModelEntry
from desktop_app.models.language_model import Speed
from desktop_app.models.speeds import SpeedsInMemory, model_key, take_into_account, with_speeds

KEY = model_key("/models/模型.gguf", 1000)


def test_the_first_measurement_counts_and_later_ones_half() -> None:
    store = SpeedsInMemory()
    take_into_account(store, KEY, read=100, read_seconds=1.0, written=20, write_seconds=2.0)
    assert store.speed(KEY) == Speed(100.0, 10.0)
    take_into_account(store, KEY, read=200, read_seconds=1.0, written=16, write_seconds=0.8)
    assert store.speed(KEY) == Speed(150.0, 15.0)


def test_a_few_tokens_and_no_time_measure_nothing() -> None:
    store = SpeedsInMemory()
    take_into_account(store, KEY, read=63, read_seconds=0.1, written=15, write_seconds=0.1)
    take_into_account(store, KEY, read=100, read_seconds=0.0, written=100, write_seconds=0.0)
    assert store.speed(KEY) == Speed()
    take_into_account(store, KEY, read=64, read_seconds=1.0)
    assert store.speed(KEY) == Speed(64.0, 0.0)


def test_a_moved_file_is_known_and_another_one_is_not() -> None:
    store = SpeedsInMemory()
    take_into_account(store, KEY, read=100, read_seconds=1.0)
    found = [
        ModelEntry("/elsewhere/模型.gguf", "a", "llm", 1000),
        ModelEntry("/models/模型.gguf", "b", "llm", 1001),
        ModelEntry("/models/模型.gguf", "c", "embedding", 1000),
    ]
    assert [entry.reads for entry in with_speeds(found, store)] == [100.0, 0.0, 0.0]
