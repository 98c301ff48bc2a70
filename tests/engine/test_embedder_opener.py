# SPDX-License-Identifier: Apache-2.0
"""Models are opened by one part, warmed up in the background, and a failure of that is not lost."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import pytest

from desktop_app.embedding.seam.embedder import EmbeddingFacts
from desktop_app.engine import embedder_opener
from desktop_app.engine.embedder_opener import EmbedderOpener
from desktop_app.foundation.errors import EnvironmentProblem


class Broken:
    facts = EmbeddingFacts("broken", "/模型/坏", "broken", 8, 100, "cpu", ("*",), "none")

    def embed_documents(self, texts: Sequence[str], /) -> object:
        raise RuntimeError("no such instruction")


def test_a_model_that_cannot_be_warmed_up_is_logged(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda *_: Broken())
    caplog.set_level(logging.INFO)
    opener = EmbedderOpener("auto")
    assert opener.open("/模型/坏", documents=True) is not None
    opener.wait()
    assert "could not be warmed up" in caplog.text
    assert "no such instruction" in caplog.text


def test_a_second_model_needs_memory_for_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedder_opener.memory, "needed", lambda _choice: 1 << 60)
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda *_: None)
    opener = EmbedderOpener("auto")
    assert opener.open("none") is None
    with pytest.raises(EnvironmentProblem, match="embedding_memory"):
        opener.open("none", beside=True)
