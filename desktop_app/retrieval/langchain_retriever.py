# SPDX-License-Identifier: Apache-2.0
"""Inkstone's search as a LangChain ``BaseRetriever`` for your own chains.

    from desktop_app.retrieval.langchain_retriever import open_retriever

    with open_retriever("/path/to/library") as retriever:
        for document in retriever.invoke("质保期有多长？"):
            print(document.metadata["path"], document.metadata["score"], document.page_content)

Each ``Document`` is a passage: its text, and in ``metadata`` path, locator, score (0..1), rank, certainty, language, terms,
marks, arms, by_meaning, also_in, before and after, as in ``contract.passage.Passage``.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import msgspec
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import PrivateAttr

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.embedding.factory import BUNDLED, answering, open_embedder
from desktop_app.foundation import offline
from desktop_app.library.library import Library
from desktop_app.models.embedding_process import EmbeddingProcess
from desktop_app.retrieval.retriever import Retriever


class InkstoneRetriever(BaseRetriever):
    """``top`` passages from ``scope``. Made by ``open_retriever``, or around a ``Retriever`` at hand."""

    top: int = 10
    scope: Any = EVERYWHERE
    _retriever: Retriever = PrivateAttr()
    _opened: ExitStack = PrivateAttr()

    def __init__(
        self, retriever: Retriever, *, top: int = 10, scope: Scope = EVERYWHERE, opened: ExitStack | None = None
    ) -> None:
        """``opened`` is closed with this retriever."""
        super().__init__(top=top, scope=scope)  # type: ignore[call-arg]
        self._retriever = retriever
        self._opened = opened or ExitStack()

    def close(self) -> None:
        """Close the library and the model."""
        self._opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:  # noqa: ARG002
        found = self._retriever.search(query, self.top, self.scope)
        return [
            Document(
                id=str(one.chunk_id),
                page_content=one.text,
                metadata={name: value for name, value in msgspec.to_builtins(one).items() if name not in {"text", "pieces"}},
            )
            for one in found.passages
        ]


def open_retriever(folder: str | Path, *, top: int = 10, scope: Scope = EVERYWHERE) -> InkstoneRetriever:
    """A library that ``inkstone index`` made, with the embedding model it was made with. Close it after use: a library is open in
    one program at a time. From now on this process opens no internet socket, as everywhere in Inkstone (``offline.seal``).

    Raises ``EnvironmentProblem``: what ``Library`` and ``open_embedder`` raise, among them library_locked, library_damaged,
    embedding_missing, embedding_failed, default_model_missing, gguf_missing.
    """
    offline.seal()
    with ExitStack() as opening:
        library = Library(Path(folder))
        opening.callback(library.close)
        choice = answering(library.embedding or BUNDLED, library.embedding_fingerprint)
        embedder = open_embedder(choice, start=EmbeddingProcess)
        if embedder is not None:
            opening.callback(embedder.close)
            library.attach_vectors(embedder.facts.fingerprint)
        retriever = Retriever(library, lambda: embedder)
        return InkstoneRetriever(retriever, top=top, scope=scope, opened=opening.pop_all())
