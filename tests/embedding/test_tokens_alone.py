# SPDX-License-Identifier: Apache-2.0
"""A model's tokenizer without the model counts as the model does."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.tokens_alone import open_tokens
from desktop_app.embedding.seam.embedder import Embedder

TEXTS = ("员工年休假为十五天。", "A hotel room may cost up to 140 euros a night.", "", "word " * 400)


def test_of_a_converted_model(bundled_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))
    tokens = open_tokens(bundled_embedder.facts)
    assert tokens is not None
    assert tokens.count(TEXTS) == bundled_embedder.count_tokens(TEXTS)


def test_of_the_default_model(default_embedder: Embedder) -> None:
    tokens = open_tokens(default_embedder.facts)
    assert tokens is not None
    assert tokens.count(TEXTS) == default_embedder.count_tokens(TEXTS)
    assert open_tokens(replace(default_embedder.facts, path="/没有")) is None


def test_a_model_that_was_not_converted_has_none(
    bundled_embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(tmp_path))
    assert open_tokens(replace(bundled_embedder.facts, fingerprint="0" * 24)) is None


def test_a_damaged_tokenizer_is_left_to_the_model(
    bundled_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))
    graph = graphs.find(bundled_embedder.facts.fingerprint, "f32")
    monkeypatch.setattr(graphs, "find", lambda *_: graph)
    monkeypatch.setattr(graphs, "place", lambda *_: tmp_path)
    (tmp_path / graphs.TOKENIZER).write_text("{", encoding="utf-8")
    assert open_tokens(bundled_embedder.facts) is None
