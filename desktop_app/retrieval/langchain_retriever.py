"""Inkstone's search as a LangChain ``BaseRetriever``, for chains of your own.

    from contextlib import closing
    from desktop_app.retrieval.langchain_retriever import open_retriever

    with closing(open_retriever("/path/to/library")) as retriever:
        for document in retriever.invoke("质保期有多长？"):
            print(document.metadata["path"], document.metadata["score"], document.page_content)

Each ``Document`` is a passage: its text, and in ``metadata`` path, locator, score (0..1), rank, terms, marks, arms, also_in, before and
after, as in ``contract.passage.Passage``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

import msgspec
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import PrivateAttr

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.embedding.base import Embedder
from desktop_app.embedding.factory import BUNDLED, NONE, open_embedder
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever


class InkstoneRetriever(BaseRetriever):
    """``top`` passages from ``scope``. Made by ``open_retriever``, or around a ``Retriever`` at hand."""

    top: int = 10
    scope: Any = EVERYWHERE
    _retriever: Retriever = PrivateAttr()
    _library: Library | None = PrivateAttr(default=None)

    def __init__(
        self, retriever: Retriever, *, top: int = 10, scope: Scope = EVERYWHERE, library: Library | None = None
    ) -> None:
        """``library`` is closed with this retriever."""
        super().__init__(top=top, scope=scope)  # type: ignore[call-arg]
        self._retriever = retriever
        self._library = library

    def close(self) -> None:
        if self._library is not None:
            self._library.close()
            self._library = None

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
    """A library that ``inkstone index`` made, with the embedding model it was made with. Close it after use: a library is open in one
    program at a time. Raises ``EnvironmentProblem``: library_locked, library_damaged, embedding_failed."""
    library = Library(Path(folder))
    try:
        choice = library.embedding or BUNDLED
        embedder: Embedder | None = open_embedder(choice) if choice != NONE else None
        if embedder is not None:
            library.attach_vectors(embedder.facts.fingerprint)
    except BaseException:
        library.close()
        raise
    return InkstoneRetriever(Retriever(library, lambda: embedder), top=top, scope=scope, library=library)
