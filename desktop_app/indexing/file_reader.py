# SPDX-License-Identifier: Apache-2.0
"""Turns a file into chunks: hash, copies, reader process, splitting."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from typing import Protocol

from desktop_app.contract.document import Chunk, Document, Segment, SourceFile, UnreadableDocument
from desktop_app.contract.index_run import IndexRequest
from desktop_app.contract.ledger import SEARCHABLE, StoredChunk
from desktop_app.documents import ocr_mode
from desktop_app.documents.process.registry import is_picture
from desktop_app.documents.text import splitting
from desktop_app.foundation import windows_paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import known_recognition
from desktop_app.indexing.chunk_measure import ChunkMeasure
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.read_file import AWAY, GONE, ReadFile
from desktop_app.indexing.read_queue import FileJob
from desktop_app.indexing.scan import mtime_ns
from desktop_app.indexing.survey import Survey
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.stores.known_content import Twin

# State and reason of a file that was read to its end.
_DONE = frozenset({("indexed", ""), ("words", "")})
_PARTLY = frozenset({("partial", "partly_read"), ("words", "partly_read")})
_WHOLE = _DONE | {("offline", "offline")}


class DocumentReader(Protocol):
    """Reads a file in another process; raises ``UnreadableDocument`` or ``Cancelled``. As ``documents.process.pool.ReaderPool``."""

    def read(
        self,
        path: str,
        cancel: Cancellation,
        /,
        *,
        passwords: Sequence[str],
        ocr: str,
        recognised: Sequence[Segment],
        advanced: Callable[[int, int | None], None],
    ) -> Document:
        """The document at ``path``; ``recognised``: pages that need not be recognised again; ``advanced`` hears (done, total or None) of a long file."""
        ...


class FileReader:
    """Of one run; ``read`` may be called from several threads. ``recipe``: the version of reading and splitting."""

    def __init__(
        self,
        catalogue: Catalogue,
        documents: DocumentReader,
        survey: Survey,
        measure: ChunkMeasure,
        request: IndexRequest,
        meter: ProgressMeter,
        cancel: Cancellation,
        *,
        recipe: str,
    ) -> None:
        self._catalogue = catalogue
        self._documents = documents
        self._survey = survey
        self._measure = measure
        self._request = request
        self._meter = meter
        self._cancel = cancel
        self._recipe = recipe

    def read(self, job: FileJob, ocr: str) -> ReadFile:
        """The file with its chunks, or with the reason why it has none; ``ocr`` as in ``ocr_mode``. Raises ``Cancelled``."""
        path, known = job.file.path, job.known
        if self._survey.is_lost(path):
            return ReadFile(job, job.file, reason=AWAY)
        # Size, time and hash of this moment, not of the walk: what changes from here on differs next time.
        file = job.file
        try:
            if not file.sha256:  # else it was put off after it was looked at
                status = os.stat(windows_paths.extended(path))
                file = SourceFile(path, status.st_size, mtime_ns(status), _sha256(path, self._cancel))
        except OSError as error:
            return self._unreachable(job, error)
        if self._is_same(job, file) and (known.recipe == self._recipe or is_picture(path)):
            return ReadFile(job, file, same=True)
        if not known.chunks and (twin := self._twin(file)) is not None:
            return ReadFile(job, file, twin=twin.id, moved=self._survey.claim(twin.id))
        try:
            document = self._documents.read(
                path,
                self._cancel,
                passwords=self._request.passwords_for(path),
                ocr=ocr,
                recognised=known_recognition.pages(self._catalogue, known) if self._is_same(job, file, _DONE | _PARTLY) else (),
                advanced=lambda done, total: self._meter.advanced(path, done, total),
            )
            chunks = splitting.split(document, count_tokens=self._measure.count, max_tokens=self._measure.limit)
        except UnreadableDocument as error:
            if error.reason == "no_text" and self._loses_recognised(job, file, ocr, []):
                return ReadFile(job, file, same=True)
            return self._unreadable(job, file, error)
        if self._loses_recognised(job, file, ocr, chunks):
            return ReadFile(job, file, same=True)
        if not chunks:
            return ReadFile(job, file, reason="no_text", detail=document.detail, problems=document.problems)
        return ReadFile(job, file, document, chunks)

    def _is_same(self, job: FileJob, file: SourceFile, done: frozenset[tuple[str, str]] = _DONE) -> bool:
        """Whether this very content was read to its end, and nobody asked for it to be read again. Of a picture that is all: no reader but
        text recognition gives its text."""
        known = job.known
        return bool(known.recipe) and known.file.sha256 == file.sha256 and (known.state, known.reason) in done

    def _loses_recognised(self, job: FileJob, file: SourceFile, ocr: str, chunks: Sequence[Chunk]) -> bool:
        """Whether text recognition is off, and pages or members of this very content that have text in the library have none in ``chunks``:
        turning it off takes nothing away."""
        known = job.known
        if ocr != "off" or not known.chunks or known.file.sha256 != file.sha256:
            return False
        return not _places(self._catalogue.chunks.of_file(known.id)) <= _places(chunks)

    def _unreachable(self, job: FileJob, error: OSError) -> ReadFile:
        if not self._survey.in_reach(job.file.path):
            return ReadFile(job, job.file, reason=AWAY)
        if isinstance(error, FileNotFoundError) and not os.path.lexists(windows_paths.extended(job.file.path)):
            return ReadFile(job, job.file, reason=GONE)
        return ReadFile(job, job.file, reason="unreadable", detail=error.strerror or str(error))

    def _unreadable(self, job: FileJob, file: SourceFile, error: UnreadableDocument) -> ReadFile:
        if error.reason == ocr_mode.LATER:
            return ReadFile(job, file, reason=error.reason)
        if not self._survey.in_reach(file.path):
            return ReadFile(job, file, reason=AWAY)
        if _changes(file):
            return ReadFile(job, file, reason="being_written", detail=error.reason)
        return ReadFile(job, file, reason=error.reason, detail=error.detail, problems=error.problems)

    def _twin(self, file: SourceFile) -> Twin | None:
        """A file with the same content whose text this one can take: first of all one that is gone, so that this one is its new
        place. Not one that is read again in this run, or that was read only in part for a reason of its own."""
        twins = [
            twin for twin in self._catalogue.known_content.same_content(file, self._recipe) if self._survey.is_settled(twin.id)
        ]
        gone = (twin for twin in twins if twin.state in SEARCHABLE and self._survey.is_gone(twin.id))
        return next(gone, next((twin for twin in twins if (twin.state, twin.reason) in _WHOLE), None))


def _places(chunks: Sequence[Chunk | StoredChunk]) -> set[tuple[str | None, int | None]]:
    """The members and pages that these are from."""
    return {(piece.locator.part, piece.locator.page) for chunk in chunks for piece in chunk.pieces if not piece.locator.hidden}


def _changes(file: SourceFile) -> bool:
    """Whether a file is another one than when it was looked at: a copy under way, a program that saves."""
    try:
        status = os.stat(windows_paths.extended(file.path))
    except OSError:
        return False
    return (status.st_size, mtime_ns(status)) != (file.size, file.mtime_ns)


def _sha256(path: str, cancel: Cancellation) -> str:
    digest = hashlib.sha256()
    with open(windows_paths.extended(path), "rb") as stream:
        while block := stream.read(1 << 20):
            cancel.check()
            digest.update(block)
    return digest.hexdigest()
