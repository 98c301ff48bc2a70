"""The tokenizer of a converted model counts as the model does."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.embedding import graphs
from desktop_app.embedding.base import Embedder
from desktop_app.embedding.converted_tokens import open_tokens

TEXTS = ("员工年休假为十五天。", "A hotel room may cost up to 140 euros a night.", "", "word " * 400)


def test_it_counts_as_the_model_does(bundled_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))
    tokens = open_tokens(bundled_embedder.facts.fingerprint)
    assert tokens is not None
    assert tokens.count(TEXTS) == bundled_embedder.count_tokens(TEXTS)


def test_a_model_that_was_not_converted_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(tmp_path))
    assert open_tokens("0" * 24) is None


def test_a_damaged_tokenizer_is_left_to_the_model(
    bundled_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))
    fingerprint = bundled_embedder.facts.fingerprint
    graph = graphs.find(fingerprint, "f32")
    monkeypatch.setattr(graphs, "find", lambda *_: graph)
    monkeypatch.setattr(graphs, "place", lambda *_: tmp_path)
    (tmp_path / graphs.TOKENIZER).write_text("{", encoding="utf-8")
    assert open_tokens(fingerprint) is None
