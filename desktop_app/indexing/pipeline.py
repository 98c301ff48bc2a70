# SPDX-License-Identifier: Apache-2.0
"""The pipeline of one run: survey, words of all files, vectors, scans.

    words      reader threads (one for each reader process) hash, read and split  -> bounded queue
               writer (the calling thread): one transaction a file, from which on it is found by words
    vectors    of the passages that lack them (``missing_vectors``), what is quoted and recent first; Chroma from the outbox
    scans      pictures and what has no text of its own: a page of text recognition takes as long as 1,000 pages of text

Embedding beside reading would take the cores from it: all is findable by words in a fraction of the time that vectors take. A kill at any
moment loses at most the files in the queue: they stay "pending" and are read again. The first error that is not about one file (a full
disk, a lost library) ends the run and is raised; what was written stays.
"""

from __future__ import annotations

from desktop_app.contract.index_run import IndexReport, IndexRequest
from desktop_app.documents.process.registry import PICTURED
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import sources
from desktop_app.indexing.chunk_measure import RECIPE, ChunkMeasure
from desktop_app.indexing.file_reader import DocumentReader, FileReader
from desktop_app.indexing.file_writer import FileWriter
from desktop_app.indexing.forecasting import sample
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.missing_vectors import MissingVectors
from desktop_app.indexing.plan import AFTER_CHANGE, PASSING
from desktop_app.indexing.reading_pass import ReadingPass
from desktop_app.indexing.survey import Survey
from desktop_app.indexing.throttle import Throttle
from desktop_app.library.library import Library

# The fingerprint of a model that was never loaded: no vector has it.
_NOT_KNOWN = "not known"


class Pipeline:
    """One run. ``readers``: how many files ``documents`` reads at once; ``ocr``: the setting, "auto", "always" or "off"; ``pending``: the
    model that will take over from ``embedder``, for which no chunk may be too long either; ``waits``: a model is wanted that cannot be used
    now, and files wait for its vectors; ``throttle``: how hard to work (full speed without one)."""

    def __init__(
        self,
        library: Library,
        documents: DocumentReader,
        embedder: Embedder | None,
        readers: int,
        *,
        ocr: str = "auto",
        pending: Embedder | None = None,
        waits: bool = False,
        throttle: Throttle | None = None,
    ) -> None:
        self._library = library
        self._catalogue = library.catalogue
        self._documents = documents
        self._readers = readers
        self._ocr = ocr
        self._throttle = throttle or Throttle()
        self._embedder = embedder
        known = embedder.facts.fingerprint if embedder else library.embedding_fingerprint
        self._model = known or (_NOT_KNOWN if waits else "")
        self._measure = ChunkMeasure([model for model in (embedder, pending) if model is not None])

    def run(self, request: IndexRequest, meter: ProgressMeter, cancel: Cancellation) -> IndexReport:
        """Bring what ``request`` names up to date.

        Raises ``Cancelled``, or the ``Problem`` that ended the run; in both cases what was finished is kept.
        """
        self._catalogue.files.note_ocr(self._ocr, PICTURED)
        survey = Survey(
            self._catalogue,
            cancel,
            recipe=RECIPE,
            retry=frozenset(request.retry),
            passing=AFTER_CHANGE if request.reason == "changed" else PASSING,
            own=[str(self._library.folder), str(paths.home())],
        )
        writer = FileWriter(self._catalogue, recipe=RECIPE, model=self._model)
        for root in sources.outermost(request.roots or self._catalogue.sources.paths()):
            meter.scanning(root)
            for file, reason, detail in survey.look_at(root):
                meter.count(writer.write_unread(file, reason, detail))
        survey.collect()
        meter.count("unchanged", survey.unchanged)
        first = sample.choose(survey.files)
        meter.begin(survey.files, len(first))
        texts, scans = survey.files.queues(first)
        reader = FileReader(self._catalogue, self._documents, survey, self._measure, request, meter, cancel, recipe=RECIPE)
        reading = ReadingPass(self._library, reader, writer, meter, self._throttle, cancel, self._readers)
        try:
            if texts:
                reading.run(texts, "later" if self._ocr == "auto" else self._ocr, scans)
            meter.found_by_words()
            if scans:
                self._make_vectors(meter, cancel)
                reading.run(scans, self._ocr, scans)
            survey.finish()
            self._make_vectors(meter, cancel)
        finally:
            self._library.flush_vectors()
        meter.count("removed", survey.removed)
        self._catalogue.vectors.drop_orphaned()  # also those that a killed run left
        return IndexReport(
            meter.counts, meter.chunks, meter.seconds, tuple(survey.offline), walked=survey.walked, words=meter.words
        )

    def _make_vectors(self, meter: ProgressMeter, cancel: Cancellation) -> None:
        """Vectors for what is found by words alone; the model is loaded only where some are missing."""
        if not self._catalogue.vector_queue.any_waiting():
            return
        self._catalogue.vector_queue.finish_all(self._model)
        if self._embedder is None:
            return
        vectors = MissingVectors(
            self._library, self._embedder, self._throttle, cancel, in_use=True, clock=lambda: meter.seconds
        )
        if vectors.missing.texts:
            meter.making_vectors(vectors.missing.texts)
            cancel.check()
            self._embedder.embed_documents([])  # it gets ready, which says nothing of its pace
            vectors.make(meter.embedded)
            meter.making_vectors(0)
