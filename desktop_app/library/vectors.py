# SPDX-License-Identifier: Apache-2.0
"""A vector index: an embedded Chroma collection, derived data.

The catalogue can fill it again. Written by one process, with stable ids (the catalogue's chunk ids) and upsert, in batches within
Chroma's own limit. Chroma holds ids and vectors only: the text stays in the catalogue, so that it is stored once.

Chroma writes its graph files in place and trusts what it reads of them: seen with 1.5.9, a cut-off file ends the whole process with
a segmentation fault in a search or an upsert, and a lost one gives wrong neighbours without an error. Therefore:

- a marker file is beside the folder while Chroma's native part works. One found on opening means that a process died in there,
  by a crash or a kill that may have left a torn file: the index is not opened again.
- on opening, the graph's files are checked for their lengths (``graph_files``), then a sample of vectors is read back and one is searched for (4 ms).
- an index that cannot be used is built again in another folder (``dense``), never repaired in place.
- after a write that failed, the client is opened anew: the next write would never return.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import chromadb
import chromadb.errors
import numpy as np
from chromadb.api.collection_configuration import CreateCollectionConfiguration
from chromadb.config import Settings
from numpy.typing import NDArray

from desktop_app.foundation.errors import Problem, disk_problem
from desktop_app.library.graph_files import is_whole

log = logging.getLogger(__name__)

_NAME = "chunks"
_CONFIGURATION: CreateCollectionConfiguration = {"hnsw": {"space": "cosine"}}
_SAMPLE = 16
_SAME = 0.99  # cosine of a vector with itself, after rounding


class IndexClosedError(Exception):
    """The index was exchanged for another one between being asked for and being searched."""


class VectorIndex:
    """The HNSW index of one library, cosine distance. Vectors are float16 bytes, little endian, of length one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marker = _marker(folder)
        self._quiet = threading.Condition()
        self._working = 0  # calls inside Chroma's native part, over all threads
        self._stuck = False  # a write failed
        self._closed = False
        with self._marked():
            self._open()

    @contextmanager
    def _marked(self) -> Iterator[None]:
        """Around every call that writes or walks the graph. Raises ``EnvironmentProblem`` for a full or read-only disk."""
        with self._quiet:
            if self._closed:
                raise IndexClosedError
            self._working += 1
            try:
                self._marker.touch()
            except OSError:
                pass  # a full disk: only the marker for the next opening is lost
        try:
            yield
        except chromadb.errors.ChromaError as error:
            raise disk_problem(error, self._folder.parent) or error from error
        finally:
            with self._quiet:
                self._working -= 1
                if not self._working:
                    self._marker.unlink(missing_ok=True)
                    self._quiet.notify_all()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """As ``_marked``, for the one thread that writes. After a write that failed (a full disk) the next one would wait forever
        on Chroma's own transaction, so the client is opened anew first."""
        if self._stuck:
            with self._quiet:
                self._quiet.wait_for(lambda: not self._working)
                self._client.close()
                self._open()
                self._stuck = False
        with self._marked():
            self._stuck = True
            yield
            self._stuck = False

    def _open(self) -> None:
        settings = Settings(anonymized_telemetry=False, is_persistent=True, persist_directory=str(self._folder))
        self._client = chromadb.PersistentClient(path=str(self._folder), settings=settings)
        try:
            self._batch = self._client.get_max_batch_size()
            self._collection = self._client.get_or_create_collection(
                _NAME, configuration=_CONFIGURATION, embedding_function=None
            )
        except BaseException:
            self._client.close()
            raise

    @property
    def folder(self) -> Path:
        """Where it is stored."""
        return self._folder

    def count(self) -> int:
        """How many vectors it holds. Raises ``IndexClosedError``."""
        with self._quiet:
            if self._closed:
                raise IndexClosedError
            return int(self._collection.count())

    def upsert(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Add or replace vectors: (chunk id, float16 bytes). Raises ``EnvironmentProblem`` for a full or read-only disk."""
        for start in range(0, len(rows), self._batch):
            block = rows[start : start + self._batch]
            matrix = np.stack([np.frombuffer(vector, dtype="<f2") for _, vector in block]).astype(np.float32)
            with self._writing():
                self._collection.upsert(ids=[str(chunk) for chunk, _ in block], embeddings=matrix)

    def delete(self, chunk_ids: Sequence[int]) -> None:
        """Delete vectors; ids that are not there are ignored. Raises ``EnvironmentProblem`` for a full or read-only disk."""
        for start in range(0, len(chunk_ids), self._batch):
            with self._writing():
                self._collection.delete(ids=[str(chunk) for chunk in chunk_ids[start : start + self._batch]])

    def search(self, vector: Sequence[float] | NDArray[np.float32], limit: int) -> list[tuple[int, float]]:
        """The ``limit`` chunks nearest to ``vector``, (dimension,) float32: (chunk id, cosine similarity), best first. Raises
        ``IndexClosedError``."""
        with self._marked():  # counting first would take as long as the search itself
            found = self._collection.query(
                query_embeddings=np.asarray(vector, np.float32), n_results=limit, include=["distances"]
            )
        (ids,), (distances,) = found["ids"], found["distances"] or [[]]
        return [(int(chunk), 1.0 - distance) for chunk, distance in zip(ids, distances, strict=True)]

    def is_sound(self) -> bool:
        """Whether a sample of the vectors, the last one among them, can be read back and found. May raise, or end the process."""
        count = self.count()
        if not count:
            return True
        with self._marked():
            for offset in sorted({*range(0, count, -(-count // _SAMPLE)), count - 1}):
                sample = self._collection.get(limit=1, offset=offset, include=["embeddings"])["embeddings"][0]
        return self.search(sample, 1)[0][1] > _SAME

    def close(self) -> None:
        """Wait for searches under way, then close; searches that come later are refused."""
        with self._quiet:
            self._quiet.wait_for(lambda: not self._working)
            self._closed = True
        self._client.close()


def open_sound(folder: Path) -> VectorIndex | None:
    """The index in ``folder``; None when there is none or it cannot be used. Raises ``Problem`` for a full or
    read-only disk, which says nothing against the index."""
    if not folder.is_dir():
        return None
    if _marker(folder).exists():
        log.warning("a process died while it used the vector index in %s", folder)
        return None
    index: VectorIndex | None = None
    try:
        if not is_whole(folder):
            log.warning("the vector index in %s has files that are too short", folder)
            return None
        index = VectorIndex(folder)
        if index.is_sound():
            return index
        log.warning("the vector index in %s does not hold what it says", folder)
    except Problem:
        if index is not None:
            index.close()
        raise
    except Exception as error:  # noqa: BLE001 - Chroma raises bare errors of its native part; whatever it was, the data is derived
        log.warning("the vector index in %s cannot be used: %s", folder, error)
    if index is not None:
        index.close()
    return None


def remove(folder: Path) -> None:
    """Delete an index that is not open. Files that another program keeps open are left for the next time."""
    if folder.is_dir():
        shutil.rmtree(folder, ignore_errors=True)
    else:
        folder.unlink(missing_ok=True)
    _marker(folder).unlink(missing_ok=True)


def _marker(folder: Path) -> Path:
    return folder.with_name(folder.name + _BUSY)


_BUSY = ".busy"
