# SPDX-License-Identifier: Apache-2.0
"""The embedder contract: LangChain's ``Embeddings`` and model facts.

An embedder gives float32 vectors of length one. ``max_tokens`` is what the model reads of a text, special tokens taken off;
chunks are measured with ``count_tokens`` so that nothing is cut off unseen.

The same model may be computed by several backends. Their vectors agree to a cosine of at least 0.99, so they share a fingerprint
and one may take over from another in the middle of the work.
"""

from __future__ import annotations

import functools
import importlib.util
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:  # importing them takes a quarter of a second, also where no model is used
    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

# As the setting "embedding_backend" and ``EmbeddingFacts.backend`` name them. The order decides between equally fast ones: the program
# starts in less than a second with OpenVINO, in five with torch, and exact numbers are better than rounded ones.
BACKENDS = ("openvino-f32", "openvino-bf16", "openvino-int8", "torch-f32", "torch-bf16")
_TORCH = ("torch", "transformers", "sentence_transformers", "langchain_huggingface")


@functools.cache
def torch_is_here() -> bool:
    """Whether torch and what stands on it are installed: an extra, nothing bundled needs it. They are not imported."""
    return all(importlib.util.find_spec(name) is not None for name in _TORCH)


def backends_here() -> tuple[str, ...]:
    """Those of ``BACKENDS`` that are installed."""
    return tuple(backend for backend in BACKENDS if torch_is_here() or not backend.startswith("torch-"))


@dataclass(frozen=True, slots=True)
class EmbeddingFacts:
    """What indexing and retrieval must know about a model.

    ``fingerprint`` changes whenever vectors would. ``dimension``: numbers of a vector. ``max_tokens`` of a text, special ones and the
    prompt for documents taken off. ``device``: "cpu" or "cuda". ``languages``: codes of those the model understands, ("*",) for all.
    ``backend``: one of ``BACKENDS``, "torch-f16" on a GPU, or "llama.cpp". ``notes``: codes of remarks for the user, which
    ``wording.model_problem_texts`` puts into words.
    """

    name: str
    path: str
    fingerprint: str
    dimension: int
    max_tokens: int
    device: str
    languages: tuple[str, ...]
    backend: str
    notes: tuple[str, ...] = ()


@runtime_checkable
class Embedder(Protocol):
    """A loaded embedding model. Thread-safe. Vectors are float32 of length one."""

    @property
    def facts(self) -> EmbeddingFacts:
        """What indexing and retrieval must know about the model."""
        ...

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain's ``Embeddings``."""
        ...

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text in the model's vocabulary, special tokens excluded, not cut off."""
        ...

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        """(n, dimension) float32, a row a text in the order given; hundreds at once are embedded faster than a few.

        Waits while a question is being embedded: questions go first, and so do documents ``ahead``, which somebody waits for. With no
        texts the backend gets ready for some. Raises ``EnvironmentProblem`` where llama.cpp's process fails: embedding_crashed,
        embedding_stalled.
        """
        ...

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        """(dimension,) float32: a question, with the model's own query prompt."""
        ...

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n, dimension) float32, a row a question, with the query prompt; for many at once that nobody waits for."""
        ...

    def close(self) -> None:
        """End what runs beside it. Vectors asked for from now on may fail."""
        ...
