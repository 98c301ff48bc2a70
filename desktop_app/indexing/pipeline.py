# SPDX-License-Identifier: Apache-2.0
"""The pipeline of one run: survey, then words of all files, then their vectors, then scans and what vectors they need.

    words      reader threads (one for each reader process) hash, read and split  -> bounded queue
               writer (the calling thread): one transaction a file, from which on it is found by words
    vectors    of the passages that lack them (``missing_vectors``), what is quoted and recent first; Chroma from the outbox
    scans      pictures and what has no text of its own: a page of text recognition takes as long as 1,000 pages of text

Embedding beside reading would take the cores from it: all is findable by words in a fraction of the time that vectors take. Without a
model scans follow the words at once. A kill at any moment loses at most the files in the queue: they stay "pending" and are read again.
The first error that is not about one file (a full disk, a lost library) ends the run and is raised; what was written stays.
"""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

import msgspec

from desktop_app.contract.document import Document, MemberProblem, SourceFile, UnreadableDocument
from desktop_app.contract.index_run import WHOLE_LIBRARY, IndexReport, IndexRequest
from desktop_app.contract.ledger import SEARCHABLE
from desktop_app.documents import ocr_mode
from desktop_app.documents.process.registry import PICTURED
from desktop_app.documents.text import splitting
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import sources
from desktop_app.indexing.forecasting import sample
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.forecasting.space import text_on_disk
from desktop_app.indexing.missing_vectors import MissingVectors
from desktop_app.indexing.pace import Pace
from desktop_app.indexing.plan import AFTER_CHANGE, PASSING
from desktop_app.indexing.read_file import AWAY, END, GONE, ReadFile, ReadQueue
from desktop_app.indexing.read_queue import Job, Waiting
from desktop_app.indexing.scan import mtime_ns
from desktop_app.indexing.stage_threads import StageThreads
from desktop_app.indexing.survey import Survey
from desktop_app.library.library import Library
from desktop_app.library.stores.known_content import Twin

log = logging.getLogger(__name__)

# Version of reading and splitting: a file made with another one is read again. The embedding model is no part of it: what is still
# to be embedded is seen in the catalogue (``reembedding``).
# 2: OFD, pictures and scans; repeated page headers left out; places with boxes. 3: ruled tables of PDFs; .chm. 4: names of sheets; short lines apart
RECIPE = 4
# Longer chunks blur what a vector says and what a quote shows, also where a model could read more.
_LONGEST_CHUNK = 400
_WITHOUT_MODEL = 254
# Chunks that wait to be written: enough that no reader waits, few enough that memory stays flat and a kill costs little.
_QUEUE = 1024
# The fingerprint of a model that was never loaded: no vector has it.
_NOT_KNOWN = "not known"
# Seconds. What was read a moment ago can be asked about; one call a file would cost Chroma more than the vectors do.
_FLUSH_EVERY = 2.5
# Files that gave no text although nothing is wrong with them.
_SKIPPED = frozenset({"unknown_format", "empty", "hidden", "temporary", "excluded"})
# The file was not looked at, or not to its end: what an earlier reading gave stays searchable.
_KEEPS_OLD_TEXT = frozenset({"unreadable", "timed_out", "crashed", "given_up", "being_written"})
# State and reason of a file that was read to its end.
_WHOLE = frozenset({("indexed", ""), ("words", ""), ("offline", "offline")})


class DocumentReader(Protocol):
    """Reads a file in another process; raises ``UnreadableDocument`` or ``Cancelled``. As ``documents.pool.ReaderPool``."""

    def read(
        self,
        path: str,
        cancel: Cancellation,
        /,
        *,
        passwords: Sequence[str],
        ocr: str,
        advanced: Callable[[int, int | None], None],
    ) -> Document: ...


class Measure:
    """How long a text is for the models that are to read it whole. Without a model lengths are estimated.

    With several, tokens are scaled so that ``limit`` is the limit of each: a text fits when it fits all.
    """

    def __init__(self, models: Sequence[Embedder]) -> None:
        self._models = [(model.count_tokens, min(model.facts.max_tokens, _LONGEST_CHUNK)) for model in models]
        self.limit = min((limit for _, limit in self._models), default=_WITHOUT_MODEL)

    def count(self, texts: Sequence[str]) -> list[int]:
        if not self._models:
            return splitting.estimate_tokens(texts)
        counted = [(count(texts), limit) for count, limit in self._models]
        return [max(-(-tokens[row] * self.limit // limit) for tokens, limit in counted) for row in range(len(texts))]


class Pipeline:
    def __init__(
        self,
        library: Library,
        reader: DocumentReader,
        embedder: Embedder | None,
        readers: int,
        *,
        ocr: str = "auto",
        coming: Embedder | None = None,
        waits: bool = False,
        pace: Pace | None = None,
    ) -> None:
        """``readers``: how many files ``reader`` reads at once; ``ocr``: the setting, "auto", "always" or "off"; ``coming``: the
        model that will take over from ``embedder``, for which no chunk may be too long either; ``waits``: a model is wanted that cannot
        be used now, and files wait for its vectors; ``pace``: how hard to work (full
        speed without one)."""
        self._library = library
        self._catalogue = library.catalogue
        self._reader = reader
        self._readers = readers
        self._ocr = ocr
        self._pace = pace or Pace()
        self._request = WHOLE_LIBRARY
        self._embedder = embedder
        known = embedder.facts.fingerprint if embedder else library.embedding_fingerprint
        self._model = known or (_NOT_KNOWN if waits else "")
        self._measure = Measure([model for model in (embedder, coming) if model is not None])

    @property
    def recipe(self) -> str:
        return str(RECIPE)

    def run(
        self,
        request: IndexRequest,
        meter: ProgressMeter,
        cancel: Cancellation,
    ) -> IndexReport:
        """Bring what ``request`` names up to date.

        Raises ``Cancelled``, or the ``Problem`` that ended the run; in both cases what was finished is kept.
        """
        self._request = request
        self._catalogue.files.note_ocr(self._ocr, PICTURED)
        survey = self._survey = Survey(
            self._catalogue,
            cancel,
            recipe=self.recipe,
            retry=frozenset(request.retry),
            passing=AFTER_CHANGE if request.reason == "changed" else PASSING,
            own=[str(self._library.folder), str(paths.home())],
        )
        for root in sources.outermost(request.roots or self._catalogue.sources.paths()):
            meter.scanning(root)
            survey.look_at(root, lambda file, reason, detail: meter.count(self._write_unread(file, reason, detail)))
        survey.collect()
        meter.count("unchanged", survey.unchanged)
        files = survey.files
        first = sample.choose(files)
        meter.begin(files, len(first))
        waiting, late = survey.waiting(first)
        try:
            if files:
                self._read(waiting, late, meter, cancel, scans=False)
            meter.found_by_words()
            if late:
                self._make_vectors(meter, cancel)
                self._read(waiting, late, meter, cancel, scans=True)
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
        maker = MissingVectors(self._library, self._embedder, self._pace, cancel, in_use=True, clock=lambda: meter.seconds)
        missing = maker.find()
        if missing.texts:
            meter.making_vectors(missing.texts)
            cancel.check()
            self._embedder.embed_documents([])  # it gets ready, which says nothing of its pace
            maker.make(missing, meter.embedded)
            meter.making_vectors(0)

    # ---- words ------------------------------------------------------------------------------------------------------

    def _read(self, waiting: Waiting, late: Waiting, meter: ProgressMeter, cancel: Cancellation, *, scans: bool) -> None:
        """Read and write what waits, with ``scans`` also what is ``late``."""
        flow = StageThreads(cancel)
        read = ReadQueue(_QUEUE)
        threads = [
            flow.thread(f"read-{n}", partial(self._read_all, flow, waiting, late, read, meter, cancel, n, scans=scans))
            for n in range(self._readers)
        ]
        try:
            self._write_all(flow, read, meter, cancel)
        except BaseException as error:
            flow.stop(error)
            raise
        finally:
            for thread in threads:
                thread.join()
        flow.raise_error()

    def _read_all(
        self,
        flow: StageThreads,
        waiting: Waiting,
        late: Waiting,
        read: ReadQueue,
        meter: ProgressMeter,
        cancel: Cancellation,
        number: int,
        *,
        scans: bool,
    ) -> None:
        while not flow.stopped:
            self._pace.give_way(cancel)
            if not self._pace.may_read(number):
                flow.rest()
                if not waiting and not (scans and late):
                    break
                continue
            # Whoever puts a job into ``late`` comes back here, so that none is left when the last thread ends.
            found = self._next(waiting, late, scans=scans)
            if found is None:
                break
            next_one, ocr = found
            job = next_one if isinstance(next_one, Job) else self._job(next_one)
            if job is None:
                continue
            meter.reading(job.file)
            started = meter.seconds
            item = self._read_one(job, ocr, cancel, meter)
            if item.reason == ocr_mode.LATER:
                meter.put_off(item.file, meter.seconds - started)
                late.add(replace(job, file=item.file))
            else:
                text = sum(text_on_disk(chunk.text) for chunk in item.chunks)
                meter.read(item.file, meter.seconds - started, len(item.chunks), text, opened=item.opened)
                flow.put(read, item, item.weight)
        flow.put(read, END)

    def _next(self, waiting: Waiting, late: Waiting, *, scans: bool) -> tuple[int | Job, str] | None:
        """The next file and how its scans are treated; None when there is none left."""
        if (found := waiting.take()) is not None:
            return found, "later" if self._ocr == "auto" else self._ocr
        if scans and (found := late.take()) is not None:
            return found, self._ocr
        return None

    def _job(self, file_id: int) -> Job | None:
        record = self._catalogue.files.record(file_id)
        return None if record is None else Job(msgspec.structs.replace(record.file, sha256=""), record)

    def _read_one(self, job: Job, ocr: str, cancel: Cancellation, meter: ProgressMeter) -> ReadFile:
        path, known = job.file.path, job.known
        if self._survey.is_lost(path):
            return ReadFile(job, job.file, reason=AWAY)
        file = self._looked_at(job, cancel)
        if isinstance(file, ReadFile):
            return file
        done = known.recipe == self.recipe and (known.state, known.reason) in (("indexed", ""), ("words", ""))
        if done and known.file.sha256 == file.sha256:
            return ReadFile(job, file, same=True)
        if not known.chunks and (twin := self._twin(file)) is not None:
            return ReadFile(job, file, twin=twin.id, moved=self._survey.claim(twin.id))
        try:
            document = self._reader.read(
                path,
                cancel,
                passwords=self._request.passwords_for(path),
                ocr=ocr,
                advanced=lambda done, total: meter.advanced(path, done, total),
            )
            chunks = splitting.split(document, count_tokens=self._measure.count, max_tokens=self._measure.limit)
        except UnreadableDocument as error:
            if error.reason == ocr_mode.LATER:
                return ReadFile(job, file, reason=error.reason)
            if not self._survey.in_reach(path):
                return ReadFile(job, file, reason=AWAY)
            if _changes(file):
                return ReadFile(job, file, reason="being_written", detail=error.reason)
            return ReadFile(job, file, reason=error.reason, detail=error.detail, problems=error.problems)
        if not chunks:
            return ReadFile(job, file, reason="no_text", detail=document.detail, problems=document.problems)
        return ReadFile(job, file, document, chunks)

    def _looked_at(self, job: Job, cancel: Cancellation) -> SourceFile | ReadFile:
        """The file with size, time and hash of this moment, not of the walk: what changes from here on differs next time."""
        path = job.file.path
        if job.file.sha256:
            return job.file  # it was put back after it was looked at
        try:
            status = os.stat(path)
            return SourceFile(path, status.st_size, mtime_ns(status), _sha256(path, cancel))
        except OSError as error:
            if not self._survey.in_reach(path):
                return ReadFile(job, job.file, reason=AWAY)
            if isinstance(error, FileNotFoundError) and not os.path.lexists(path):
                return ReadFile(job, job.file, reason=GONE)
            return ReadFile(job, job.file, reason="unreadable", detail=error.strerror or str(error))

    def _twin(self, file: SourceFile) -> Twin | None:
        """A file with the same content whose text this one can take: first of all one that is gone, so that this one is its new
        place. Not one that is read again in this run, or that was read only in part for a reason of its own."""
        twins = [
            twin for twin in self._catalogue.known_content.same_content(file, self.recipe) if self._survey.is_settled(twin.id)
        ]
        gone = (twin for twin in twins if twin.state in SEARCHABLE and self._survey.is_gone(twin.id))
        return next(gone, next((twin for twin in twins if (twin.state, twin.reason) in _WHOLE), None))

    def _write_all(self, flow: StageThreads, read: ReadQueue, meter: ProgressMeter, cancel: Cancellation) -> None:
        flushed, reading = time.monotonic(), self._readers
        while reading:
            item = flow.get(read)
            cancel.check()
            if item is END:
                reading -= 1
                continue
            if item.reason == AWAY:
                continue  # told as an offline source at the end
            outcome = self._write(item)
            if time.monotonic() - flushed >= _FLUSH_EVERY:
                self._library.flush_vectors()
                flushed = time.monotonic()
            meter.written(item.file.path, outcome, len(item.chunks) + item.copied)

    def _write(self, item: ReadFile) -> str:
        """One file, one transaction; returns its outcome."""
        if item.same:
            self._catalogue.files.touch(item.file)
            return "unchanged"
        if item.twin:
            return self._write_twin(item)
        document = item.document
        if item.reason == GONE:
            self._catalogue.files.remove([item.job.known.id])
            return "removed"
        if document is None:
            return self._write_unread(item.file, item.reason, item.detail, item.problems)
        state = "partial" if document.partial else "indexed"
        self._catalogue.files.store(
            item.file,
            item.chunks,
            state=state,
            reason=document.partial,
            detail=document.detail,
            problems=document.problems,
            title=document.title,
            pages=document.pages,
            recipe=self.recipe,
            model=self._model,
        )
        return state

    def _write_twin(self, item: ReadFile) -> str:
        """A file whose text is there already, under another path. Where that text has changed meanwhile, the file goes on waiting."""
        if item.moved:
            return "unchanged" if self._catalogue.known_content.move(item.twin, item.file) else "skipped"
        item.copied = self._catalogue.known_content.copy(item.twin, item.file, model=self._model)
        return "indexed" if item.copied else "skipped"

    def _write_unread(self, file: SourceFile, reason: str, detail: str, problems: tuple[MemberProblem, ...] = ()) -> str:
        state = "skipped" if reason in _SKIPPED else "failed"
        if reason in _KEEPS_OLD_TEXT and self._catalogue.files.keep_as_partial(file.path, reason, detail, problems):
            return "partial"
        self._catalogue.files.put_without_text(
            file, state=state, reason=reason, detail=detail, problems=problems, recipe=self.recipe
        )
        return state


def _changes(file: SourceFile) -> bool:
    """Whether a file is another one than when it was looked at: a copy under way, a program that saves."""
    try:
        status = os.stat(file.path)
    except OSError:
        return False
    return (status.st_size, mtime_ns(status)) != (file.size, file.mtime_ns)


def _sha256(path: str, cancel: Cancellation) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            cancel.check()
            digest.update(block)
    return digest.hexdigest()
