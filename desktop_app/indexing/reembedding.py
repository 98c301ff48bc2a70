# SPDX-License-Identifier: Apache-2.0
"""Makes the vectors of a pending embedding model from the stored texts.

The active one answers meanwhile.

    1. mark      chunks that are too long for the new model: their files are read again by the run that follows
    2.           the pipeline's ordinary run (its chunks fit both models)
    3. split     files that could not be read again (offline, in use): their chunks are cut from the stored text
    4. embed     every text that has no vector of the new model yet (``missing_vectors``); offline files come along
    5.           Chroma is built beside the old one, and the library switches over (``Library.switch_vectors``)

Each step can be stopped or killed anywhere and starts again where it was: what is done is seen in the catalogue.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_app.contract.document import Chunk, Document, Segment
from desktop_app.contract.index_run import IndexProgress
from desktop_app.contract.ledger import StoredChunk
from desktop_app.documents.text import splitting
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing.chunk_measure import ChunkMeasure
from desktop_app.indexing.forecasting.progress import ProgressCallback
from desktop_app.indexing.missing_vectors import MissingVectors
from desktop_app.indexing.throttle import Throttle
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.library import Library

_MEASURE_AT_ONCE = 1_000
_MINIMUM_SECONDS = 2.0
_MEASURED = "measured"
_SPLIT = "split"  # the recipe of a text that no reader has read again: it is due as soon as its file can be


class Reembedding:
    """``pending`` is the model to come; ``active`` the one that answers, None when none does. ``throttle``: how hard to work; ``still_wanted``
    is called between steps and raises when another model was chosen."""

    def __init__(
        self,
        library: Library,
        pending: Embedder,
        active: Embedder | None,
        throttle: Throttle | None = None,
        still_wanted: Callable[[], None] = lambda: None,
    ) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._pending = pending
        self._active = active
        self._throttle = throttle or Throttle()
        self._still_wanted = still_wanted
        self._model = pending.facts.fingerprint

    def mark(self, report: ProgressCallback, cancel: Cancellation) -> None:
        """Note the files with chunks that the new model would not read to their end. Once for each change of model."""
        if self._catalogue.meta.get(_MEASURED) == self._model:
            return
        measure, last = ChunkMeasure([self._pending]), 0
        done, total = 0, self._catalogue.chunks.count()
        while block := self._catalogue.chunks.texts(last, _MEASURE_AT_ONCE):
            self._check(cancel)
            last = block[-1][0]
            # No tokenizer makes more tokens than bytes, and most texts that fit are seen to fit by that.
            unsure = [(file, text) for _, file, text in block if len(text.encode("utf-8", "surrogatepass")) >= measure.limit]
            counts = measure.count([text for _, text in unsure]) if unsure else []
            self._catalogue.files.read_again(
                {file for (file, _), tokens in zip(unsure, counts, strict=True) if tokens > measure.limit}
            )
            done += len(block)
            report(IndexProgress("measuring", self._pending.facts.name, min(done, total), total))
        self._catalogue.meta.put(_MEASURED, self._model)

    def split(self, cancel: Cancellation) -> None:
        """Cut the chunks that are still too long from the text the catalogue holds; the model that answers gives them its vectors."""
        measure = ChunkMeasure([embedder for embedder in (self._active, self._pending) if embedder is not None])
        old = self._active.facts.fingerprint if self._active is not None else ""
        for file_id in self._catalogue.files.to_read_again():
            self._check(cancel)
            stored = self._catalogue.chunks.of_file(file_id)
            counts = measure.count([chunk.text for chunk in stored])
            chunks = [
                part
                for chunk, tokens in zip(stored, counts, strict=True)
                for part in (_cut(chunk, measure) if tokens > measure.limit else [_whole(chunk)])
            ]
            self._catalogue.files.resplit(file_id, chunks, recipe=_SPLIT, model=old)
        if self._active is not None and self._catalogue.vector_queue.any_waiting():
            self._missing_vectors(self._active, cancel, in_use=True).make()

    def embed(self, report: ProgressCallback, cancel: Cancellation) -> None:
        """Give every text its vector of the new model."""
        total = self._catalogue.chunks.count()
        already, start, made = self._catalogue.vectors.count(self._model), time.monotonic(), 0

        def progress(vectors: int, _worked: float, _rested: float) -> None:
            nonlocal made
            made += vectors
            done, spent = min(total, already + made), time.monotonic() - start
            left = spent / made * (total - done) if spent > _MINIMUM_SECONDS else None
            report(IndexProgress("embedding", self._pending.facts.name, done, total, made, spent, left))

        self._missing_vectors(self._pending, cancel, in_use=False).make(progress)

    def _missing_vectors(self, embedder: Embedder, cancel: Cancellation, *, in_use: bool) -> MissingVectors:
        return MissingVectors(self._library, embedder, self._throttle, cancel, in_use=in_use, still_wanted=self._still_wanted)

    def _check(self, cancel: Cancellation) -> None:
        self._throttle.give_way(cancel)
        self._still_wanted()


def measure_again(catalogue: Catalogue) -> None:
    """The change is over, or files were read without regard to the model to come: its chunks have to be measured anew."""
    if catalogue.meta.get(_MEASURED):
        catalogue.meta.put(_MEASURED, "")


def _whole(stored: StoredChunk) -> Chunk:
    return Chunk(stored.text, stored.locator, stored.trail, stored.pieces)


def _cut(stored: StoredChunk, measure: ChunkMeasure) -> list[Chunk]:
    """A stored chunk as smaller ones: its pieces are the segments it was made of."""
    segments, end = list[Segment](), 0
    for piece in stored.pieces:
        # Only what was joined by a line end began a paragraph of its own.
        continues = bool(segments) and stored.text[end : piece.start] != "\n"
        segments.append(Segment(stored.text[piece.start : piece.end], piece.locator, continues=continues))
        end = piece.end
    if not segments:
        segments.append(Segment(stored.text, stored.locator))
    return splitting.split(Document(tuple(segments)), count_tokens=measure.count, max_tokens=measure.limit)
