"""The vectors: an embedded Chroma collection, through langchain-chroma. Derived data; the catalogue can fill it again.

Written by one process, with stable ids (the catalogue's chunk ids) and upsert, in batches within Chroma's own limit. Chroma holds
ids and vectors only: the text stays in the catalogue, so that it lies on the disk once.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import chromadb
import numpy as np
from chromadb.config import Settings
from langchain_chroma import Chroma

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

_NAME = "chunks"


class VectorIndex:
    """The HNSW index of one library, cosine distance. Vectors are float16 bytes, little endian, of length one."""

    def __init__(self, folder: Path, embeddings: Embeddings | None = None) -> None:
        self._folder = folder
        self._embeddings = embeddings
        self._open()

    def _open(self) -> None:
        settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(self._folder))
        self._client = chromadb.PersistentClient(path=str(self._folder), settings=settings)
        self._batch = self._client.get_max_batch_size()
        self._attach()

    def _attach(self) -> None:
        self._store = Chroma(
            client=self._client,
            collection_name=_NAME,
            embedding_function=self._embeddings,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )
        self._collection = self._client.get_collection(_NAME, embedding_function=None)

    @property
    def langchain(self) -> Chroma:
        """The same collection as a LangChain vector store."""
        return self._store

    def count(self) -> int:
        return int(self._collection.count())

    def upsert(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Add or replace vectors: (chunk id, float16 bytes)."""
        for start in range(0, len(rows), self._batch):
            block = rows[start : start + self._batch]
            matrix = np.stack([np.frombuffer(vector, dtype="<f2") for _, vector in block]).astype(np.float32)
            # Chroma refuses records that hold nothing but a vector in LangChain's reading: an empty document keeps both content.
            self._collection.upsert(ids=[str(chunk) for chunk, _ in block], embeddings=matrix, documents=[""] * len(block))

    def delete(self, chunk_ids: Sequence[int]) -> None:
        """Take vectors out; ids that are not there are passed over."""
        for start in range(0, len(chunk_ids), self._batch):
            self._collection.delete(ids=[str(chunk) for chunk in chunk_ids[start : start + self._batch]])

    def search(self, vector: Sequence[float], limit: int) -> list[tuple[int, float]]:
        """The nearest chunks: (chunk id, cosine similarity), best first."""
        count = self.count()
        if count == 0:
            return []
        found = self._store.similarity_search_by_vector_with_relevance_scores(list(vector), k=min(limit, count))
        return [(int(document.id or 0), 1.0 - float(distance)) for document, distance in found]

    def clear(self) -> None:
        """Forget all vectors, as before filling anew."""
        self._client.delete_collection(_NAME)
        self._attach()

    def close(self) -> None:
        self._client.close()


def open_or_rebuild(folder: Path, embeddings: Embeddings | None) -> tuple[VectorIndex, bool]:
    """The index in ``folder``, and whether it had to be started anew because what lay there could not be opened."""
    try:
        index = VectorIndex(folder, embeddings)
        index.count()
    except Exception:  # noqa: BLE001 - Chroma raises bare errors of its native part; whatever it was, the data is derived
        chromadb.api.client.SharedSystemClient.clear_system_cache()
        shutil.rmtree(folder, ignore_errors=True)
        return VectorIndex(folder, embeddings), True
    return index, False
