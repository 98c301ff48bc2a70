"""Embeddings by sentence-transformers through langchain-huggingface's ``HuggingFaceEmbeddings``: the reference, and the CUDA path.

Measured on 2 cores with all-MiniLM-L6-v2: 59-64 chunks/s in batches of 8, 47 in batches of 32; hence the small batch on a CPU. The
same small batch is why a question never waits long: it goes between two batches.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.embedding.base import EmbeddingFacts
from desktop_app.embedding.folder import EmbeddingFolder, inspect
from desktop_app.foundation import hardware
from desktop_app.foundation.errors import EnvironmentProblem

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

_CPU_BATCH = 8
_CUDA_BATCH = 64


class SentenceTransformersEmbedder:
    """One loaded model. Thread-safe; a question overtakes waiting batches."""

    def __init__(self, folder: Path, name: str = "") -> None:
        """Load the model in ``folder``. Raises ``EnvironmentProblem`` when it is not one or cannot be loaded."""
        found = inspect(folder)
        self._turn = threading.Lock()
        self._guard = threading.Condition()
        self._waiting = 0  # questions that want their turn; batches of documents let them go first
        self._device = device()
        try:
            self._load(found)
            dimension = len(self._model.embed_query("砚"))
        except Exception as error:
            raise EnvironmentProblem("embedding_failed", path=folder, detail=error) from error
        self.facts = EmbeddingFacts(
            name=name or folder.name,
            path=str(folder),
            fingerprint=found.fingerprint,
            dimension=dimension,
            max_tokens=found.max_tokens - self._tokens_added(found),
            device=self._device,
            languages=found.languages,
        )

    def _load(self, found: EmbeddingFolder) -> None:
        import torch
        from langchain_huggingface import HuggingFaceEmbeddings
        from tokenizers import Tokenizer

        torch.set_num_threads(hardware.cores())
        self._tokenizer: Any = Tokenizer.from_file(str(found.path / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        # Safetensors only and never code of the model folder: both would run what a stranger wrote.
        loading = {
            "device": self._device,
            "local_files_only": True,
            "trust_remote_code": False,
            "model_kwargs": {"use_safetensors": True},
        }
        batch = _CUDA_BATCH if self._device == "cuda" else _CPU_BATCH
        encoding: dict[str, Any] = {"normalize_embeddings": True, "batch_size": batch}
        # Prompts are handed over explicitly, an empty one too: the model's default one would be put in its place.
        self._model: Any = HuggingFaceEmbeddings(
            model_name=str(found.path),
            model_kwargs=loading,
            encode_kwargs={**encoding, "prompt": found.prompts["document"]},
            query_encode_kwargs={**encoding, "prompt": found.prompts["query"]},
        )
        self._batch = batch

    def _tokens_added(self, found: EmbeddingFolder) -> int:
        """What the model reads besides a chunk's own text: special tokens, and its prompt for documents."""
        special: int = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        return special + self.count_tokens([found.prompts["document"]])[0]

    @property
    def langchain(self) -> Embeddings:
        model: Embeddings = self._model
        return model

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return [len(encoding.ids) for encoding in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def embed_documents(self, texts: Sequence[str], /) -> list[list[float]]:
        # Sorted by length, so that a batch pads little; the vectors go back to their places.
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        vectors: list[list[float]] = [[] for _ in texts]
        for start in range(0, len(order), self._batch):
            block = order[start : start + self._batch]
            with self._guard:
                self._guard.wait_for(lambda: self._waiting == 0)
            with self._turn:
                embedded = self._embed_on_device([texts[i] for i in block])
            for i, vector in zip(block, embedded, strict=True):
                vectors[i] = vector
        return vectors

    def embed_question(self, text: str, /) -> list[float]:
        with self._guard:
            self._waiting += 1
        try:
            with self._turn:
                vector: list[float] = self._model.embed_query(text)
                return vector
        finally:
            with self._guard:
                self._waiting -= 1
                self._guard.notify_all()

    def _embed_on_device(self, texts: list[str]) -> list[list[float]]:
        import torch

        try:
            vectors: list[list[float]] = self._model.embed_documents(texts)
        except torch.OutOfMemoryError:
            log.warning("the GPU ran out of memory; embedding goes on on the CPU")
            torch.cuda.empty_cache()
            self._device = "cpu"
            self._load(inspect(Path(self.facts.path)))
            vectors = self._model.embed_documents(texts)
        return vectors


def device() -> str:
    """ "cuda" when torch can use an NVIDIA GPU here, else "cpu"."""
    if not hardware.cuda_driver():
        return "cpu"
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"
