# SPDX-License-Identifier: Apache-2.0
"""Any embedder as LangChain's ``Embeddings``: lists of floats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

if TYPE_CHECKING:
    from desktop_app.embedding.seam.embedder import Embedder


class LangChainEmbeddings(Embeddings):
    """Follows the embedder: where that exchanges its backend, vectors come from the new one."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A list of floats a text, of length one."""
        vectors: list[list[float]] = self._embedder.embed_documents(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """A list of floats of length one, with the query prompt."""
        vector: list[float] = self._embedder.embed_question(text).tolist()
        return vector
