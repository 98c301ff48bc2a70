"""The embedder contract: LangChain's ``Embeddings``, with what indexing and retrieval must know about the model.

An embedder gives float32 vectors of length one. ``max_tokens`` is what the model reads of a text, special tokens taken off;
chunks are measured with ``count_tokens`` so that nothing is cut off unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:  # importing it takes a quarter of a second, also where no model is used
    from langchain_core.embeddings import Embeddings


@dataclass(frozen=True, slots=True)
class EmbeddingFacts:
    """``fingerprint`` changes whenever vectors would; ``languages`` is what the model is known to understand: language codes, or
    ("*",) for a multilingual one; ``device`` is "cpu" or "cuda"."""

    name: str
    path: str
    fingerprint: str
    dimension: int
    max_tokens: int
    device: str
    languages: tuple[str, ...]


@runtime_checkable
class Embedder(Protocol):
    @property
    def facts(self) -> EmbeddingFacts: ...

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain knows it."""
        ...

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text in the model's vocabulary, special tokens excluded, not cut off."""
        ...

    def embed_documents(self, texts: Sequence[str], /) -> list[list[float]]:
        """One vector a text, in the order given. Waits while a question is being embedded: questions go first."""
        ...

    def embed_question(self, text: str, /) -> list[float]:
        """The vector of a question, with the model's own query prompt."""
        ...
