"""The bundled embedding model, loaded once a session (five seconds, because torch is imported), and one that counts."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from langchain_core.embeddings import Embeddings

from desktop_app.embedding.base import Embedder, EmbeddingFacts


@pytest.fixture(scope="session")
def bundled_embedder() -> Embedder:
    from desktop_app.embedding.factory import BUNDLED, open_embedder

    embedder = open_embedder(BUNDLED)
    assert embedder is not None
    return embedder


class Counting:
    """The real embedder, with a list of every document text it was given."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.texts: list[str] = []

    @property
    def facts(self) -> EmbeddingFacts:
        return self._embedder.facts

    @property
    def langchain(self) -> Embeddings:
        return self._embedder.langchain

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return self._embedder.count_tokens(texts)

    def embed_documents(self, texts: Sequence[str], /) -> list[list[float]]:
        self.texts += texts
        return self._embedder.embed_documents(texts)

    def embed_question(self, text: str, /) -> list[float]:
        return self._embedder.embed_question(text)


@pytest.fixture
def counting(bundled_embedder: Embedder) -> Counting:
    return Counting(bundled_embedder)
