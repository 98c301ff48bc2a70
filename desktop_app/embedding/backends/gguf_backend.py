# SPDX-License-Identifier: Apache-2.0
"""Embeddings by llama.cpp from a GGUF file, in a process handed in.

llama.cpp runs in a process of its own (``models.embedding_process``), because a bad file must not end the engine. This room may
not know that one, so what is needed of it is declared here as ``VectorMaker``, and a room above brings the two together. The
process lives as long as the embedder: when nobody holds the embedder any more, the process is ended.

Texts go over in requests of about ``_AT_ONCE`` tokens, sorted by length: few enough that a question, which goes first, never waits
long, and enough to fill llama.cpp's batches.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.embedding.seam.embedder import EmbeddingFacts
from desktop_app.embedding.seam.langchain_seam import LangChainEmbeddings
from desktop_app.embedding.seam.query_priority_lock import QueryPriorityLock
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.embedding_gguf import EmbeddingGguf, inspect_gguf

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_AT_ONCE = 1_024  # tokens


class VectorMaker(Protocol):
    """A process that runs an embedding GGUF. Its methods may be called from any thread; errors as in
    ``models.embedding_process``."""

    @property
    def gpu(self) -> bool:
        """Whether the loaded model runs on a GPU."""
        ...

    def load(self, path: str, pooling: str, /) -> tuple[int, int, int]:
        """Returns the dimension, the longest text in tokens, and how many of those are special ones around every text."""
        ...

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special tokens excluded."""
        ...

    def embed(self, texts: Sequence[str], /) -> list[bytes]:
        """A vector a text, in order: float32, little-endian, not normalised."""
        ...

    def close(self) -> None:
        """End the process."""
        ...


class GgufEmbedder:
    """One loaded model. Thread-safe; a question overtakes waiting requests."""

    def __init__(self, path: str, start: Callable[[], VectorMaker], cut: int = 0) -> None:
        """``start`` makes the process; ``cut``: how many numbers of each vector to keep, 0 for the model's own choice.

        Raises ``EnvironmentProblem``: a code of ``inspect_gguf`` (gguf_missing, embedding_is_llm …), embedding_does_not_fit,
        embedding_crashed, embedding_stalled, llm_library_missing; embedding_failed also when the model makes vectors of another
        dimension than its file says.
        """
        found = inspect_gguf(path, cut)
        self._prompts, self._dimension = found.prompts, found.dimension
        self._turn = threading.Lock()
        self._priority = QueryPriorityLock()
        self._process = start()
        try:
            width, added = self._load(found)
        except BaseException:
            self._process.close()  # a problem that is kept for every asker would keep the embedder, and so the process
            raise
        weakref.finalize(self, self._process.close)
        self.facts = EmbeddingFacts(
            name=found.header.name,
            path=path,
            fingerprint=found.fingerprint,
            dimension=found.dimension,
            max_tokens=width - added,
            device="cuda" if self._process.gpu else "cpu",
            languages=found.header.languages,
            backend="llama.cpp",
            notes=found.notes,
        )

    def _load(self, found: EmbeddingGguf) -> tuple[int, int]:
        """The longest text in tokens, and how many of them are not a passage's own: special ones, and the prompt for documents."""
        dimension, width, special = self._process.load(found.header.path, found.pooling)
        if dimension < self._dimension:
            raise EnvironmentProblem("embedding_failed", path=found.header.path, detail=f"{dimension} < {self._dimension}")
        return width, special + self.count_tokens([self._prompts["document"]])[0]

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain's ``Embeddings``."""
        return LangChainEmbeddings(self)

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special tokens excluded, not cut off."""
        return self._process.count_tokens(texts) if texts else []

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given; ``ahead``: before waiting batches."""
        return self._embed_all([self._prompts["document"] + text for text in texts], ahead=ahead)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given, with the query prompt."""
        return self._embed_all([self._prompts["query"] + text for text in texts])

    def _embed_all(self, prompted: Sequence[str], *, ahead: bool = False) -> NDArray[np.float32]:
        lengths = self.count_tokens(prompted)
        vectors = np.empty((len(prompted), self._dimension), np.float32)
        with self._priority.query() if ahead else nullcontext():
            for block in _blocks(lengths):
                if not ahead:
                    self._priority.wait_for_queries()
                with self._turn:
                    vectors[block] = self._embed([prompted[index] for index in block])
        return vectors

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        """(dimension,) float32 of length one, with the query prompt; before waiting batches."""
        with self._priority.query(), self._turn:
            vector: NDArray[np.float32] = self._embed([self._prompts["query"] + text])[0]
            return vector

    def close(self) -> None:
        """End the process of llama.cpp."""
        self._process.close()

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        """Rows of length one, cut to the dimension."""
        raw = b"".join(self._process.embed(texts))
        rows = np.frombuffer(raw, dtype="<f4").reshape(len(texts), -1)[:, : self._dimension].astype(np.float32)
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
        return rows


def _blocks(lengths: Sequence[int]) -> list[list[int]]:
    """Indices in blocks of about ``_AT_ONCE`` tokens, shortest first."""
    blocks: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if not blocks or lengths[index] > room:
            blocks.append([])
            room = _AT_ONCE
        blocks[-1].append(index)
        room -= lengths[index] + 2  # about what goes around it
    return blocks
