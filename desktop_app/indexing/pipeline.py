"""The pipeline of one run: scan -> plan -> read -> split -> embed -> write, overlapped through bounded queues.

    reader threads (one for each reader process)   hash, read, split          -> queue of documents
                                                   scans and pictures last: a page of OCR takes as long as 1,000 pages of text
    embedding worker thread                        batches over documents     -> queue of embedded documents
    writer (the calling thread)                    one transaction a file, Chroma from the outbox

A kill at any moment loses at most the files in these queues: they stay "pending" and are read again. The first error that is not
about one file (a full disk, a lost library) ends all three and is raised; what was written stays.
"""

from __future__ import annotations

import hashlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np

from desktop_app.documents import ocr_mode, splitting
from desktop_app.documents.model import Chunk, Document, SourceFile, UnreadableDocument
from desktop_app.documents.registry import is_picture
from desktop_app.embedding.base import Embedder
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing import sources
from desktop_app.indexing.model import IndexReport
from desktop_app.indexing.plan import Job, Plan, make_plan
from desktop_app.indexing.progress import ProgressMeter, Report
from desktop_app.indexing.scan import Seen, scan
from desktop_app.library.catalogue import text_hash
from desktop_app.library.library import Library

log = logging.getLogger(__name__)

# Version of reading and splitting: a file made with another one is read again.
RECIPE = 2  # 2: OFD, pictures and scans; repeated page headers left out; places with boxes
# Longer chunks blur what a vector says and what a quote shows, also where a model could read more.
_LONGEST_CHUNK = 400
_WITHOUT_MODEL = 254
_QUEUE = 32
_EMBED_AT_ONCE = 64
# Seconds. What was read a moment ago can be asked about; one call a file would cost Chroma more than the vectors do.
_FLUSH_EVERY = 1.0
_WAIT = 0.2
# Files that gave no text although nothing is wrong with them.
_SKIPPED = frozenset({"unknown_format", "empty", "hidden", "temporary"})
# The file was not looked at, or not to its end: what an earlier reading gave stays searchable.
_KEEPS_OLD_TEXT = frozenset({"unreadable", "timed_out", "crashed"})


class DocumentReader(Protocol):
    """Reads a file in another process; raises ``UnreadableDocument`` or ``Cancelled``. As ``documents.pool.ReaderPool``."""

    def read(self, path: str, cancel: Cancellation, /, *, passwords: Sequence[str], ocr: str) -> Document: ...


@dataclass(slots=True)
class _Read:
    """A file on its way: read, then embedded, then written. ``same`` means the content is the one the ledger knows."""

    job: Job
    file: SourceFile
    document: Document | None = None
    chunks: Sequence[Chunk] = ()
    reason: str = ""
    detail: str = ""
    same: bool = False
    vectors: dict[bytes, bytes] | None = None


_END = None


class Pipeline:
    def __init__(
        self, library: Library, reader: DocumentReader, embedder: Embedder | None, readers: int, *, ocr: str = "auto"
    ) -> None:
        """``readers``: how many files ``reader`` reads at once; ``ocr``: the setting, "auto", "always" or "off"."""
        self._library = library
        self._catalogue = library.catalogue
        self._reader = reader
        self._readers = readers
        self._ocr = ocr
        self._passwords: tuple[str, ...] = ()
        self._embedder = embedder
        self._model = embedder.facts.fingerprint if embedder else ""
        self._limit = min(embedder.facts.max_tokens, _LONGEST_CHUNK) if embedder else _WITHOUT_MODEL
        self._count_tokens: Callable[[Sequence[str]], list[int]] = (
            embedder.count_tokens if embedder else splitting.estimate_tokens
        )

    @property
    def recipe(self) -> str:
        return f"{RECIPE}:{self._model or 'none'}:{self._limit}"

    def run(
        self,
        roots: Sequence[str],
        *,
        report: Report,
        cancel: Cancellation,
        retry: Collection[str] = (),
        passwords: Sequence[str] = (),
    ) -> IndexReport:
        """Bring everything below ``roots`` (known sources, or places inside them) up to date.

        ``passwords`` are tried in turn on protected files; they are handed to the reader and kept nowhere.

        Raises ``Cancelled``, or the ``Problem`` that ended the run; in both cases what was finished is kept.
        """
        self._passwords = tuple(passwords)
        meter = ProgressMeter(report)
        offline = list[str]()
        plans = list[Plan]()
        for root in sources.outermost(roots):
            meter.scanning(root)
            seen = scan(root, cancel)
            if not self._look_at(root, seen):
                offline.append(root)
                continue
            plan = make_plan(seen.files, seen.skip, seen.closed, self._catalogue.records(root), recipe=self.recipe, retry=retry)
            plans.append(plan)
            self._settle_unread(plan, seen, meter)
        jobs = [job for plan in plans for job in plan.read]
        meter.begin([job.file.size for job in jobs])
        try:
            if jobs:
                self._flow(jobs, meter, cancel)
        finally:
            self._library.flush_vectors()
        if self._model and any(plan.remove or plan.read for plan in plans):
            self._catalogue.drop_unused_vectors(self._model)
        return IndexReport(meter.counts, meter.chunks, meter.seconds, tuple(offline))

    def _look_at(self, root: str, seen: Seen) -> bool:
        """Whether the root can be reached; writes that down for sources."""
        online = root not in seen.closed and sources.reachable(
            root,
            was_folder=self._catalogue.was_folder(root),
            was_device=self._catalogue.source_device(root),
            saw_files=any(path not in seen.skip for path in seen.files),
        )
        self._catalogue.set_source_online(root, online=online, device=sources.device(root) if online else None)
        return online

    def _settle_unread(self, plan: Plan, seen: Seen, meter: ProgressMeter) -> None:
        """What needs no reading: files that are gone, unchanged or passed over; new files enter the ledger as pending."""
        self._catalogue.remove_files(plan.remove)
        meter.count("removed", len(plan.remove))
        meter.count("unchanged", plan.unchanged)
        for file, reason in plan.skip:
            meter.count(self._write_unread(file, reason, seen.details.get(file.path, "")))
        self._catalogue.put_pending([job.file for job in plan.read if job.known is None])

    # ---- the flow ---------------------------------------------------------------------------------------------------

    def _flow(self, jobs: Sequence[Job], meter: ProgressMeter, cancel: Cancellation) -> None:
        flow = _Flow(cancel)
        waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
        late: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in jobs:
            (late if is_picture(job.file.path) else waiting).put(job)
        read: queue.Queue[_Read | None] = queue.Queue(_QUEUE)
        embedded: queue.Queue[_Read | None] = queue.Queue(_QUEUE)
        readers = min(self._readers, len(jobs))
        threads = [
            flow.thread(f"read-{n}", lambda: self._read_all(flow, waiting, late, read, meter, cancel)) for n in range(readers)
        ]
        threads.append(flow.thread("embed", lambda: self._embed_all(flow, read, embedded, readers, cancel)))
        try:
            self._write_all(flow, embedded, meter)
        except BaseException as error:
            flow.stop(error)
            raise
        finally:
            for thread in threads:
                thread.join()
        flow.raise_error()

    def _read_all(
        self,
        flow: _Flow,
        waiting: queue.SimpleQueue[Job],
        late: queue.SimpleQueue[Job],
        read: queue.Queue[_Read | None],
        meter: ProgressMeter,
        cancel: Cancellation,
    ) -> None:
        while not flow.stopped:
            # Whoever puts a job into ``late`` comes back here, so that none is left when the last thread ends.
            try:
                job, ocr = waiting.get_nowait(), "later" if self._ocr == "auto" else self._ocr
            except queue.Empty:
                try:
                    job, ocr = late.get_nowait(), self._ocr
                except queue.Empty:
                    break
            cancel.check()
            meter.reading(job.file.path)
            item = self._read_one(job, ocr, cancel)
            if item.reason == ocr_mode.LATER:
                late.put(replace(job, file=item.file))
            else:
                flow.put(read, item)
        flow.put(read, _END)

    def _read_one(self, job: Job, ocr: str, cancel: Cancellation) -> _Read:
        path = job.file.path
        try:
            file = replace(job.file, sha256=job.file.sha256 or _sha256(path, cancel))
        except OSError as error:
            return _Read(job, job.file, reason="unreadable", detail=error.strerror or str(error))
        known = job.known
        done = known is not None and known.recipe == self.recipe and known.state == "indexed"
        if known is not None and done and known.file.sha256 == file.sha256:
            return _Read(job, file, same=True)
        try:
            document = self._reader.read(path, cancel, passwords=self._passwords, ocr=ocr)
            chunks = splitting.split(document, count_tokens=self._count_tokens, max_tokens=self._limit)
        except UnreadableDocument as error:
            return _Read(job, file, reason=error.reason, detail=error.detail)
        if not chunks:
            return _Read(job, file, reason="no_text", detail=document.detail)
        return _Read(job, file, document, chunks)

    def _embed_all(
        self,
        flow: _Flow,
        read: queue.Queue[_Read | None],
        embedded: queue.Queue[_Read | None],
        readers: int,
        cancel: Cancellation,
    ) -> None:
        """Collects documents until a window of chunks is full or nothing more is waiting, embeds them together, passes them on."""
        ended = 0
        while ended < readers and not flow.stopped:
            window, size = list[_Read](), 0
            item = flow.get(read)
            while True:
                if item is _END:
                    ended += 1
                else:
                    window.append(item)
                    size += len(item.chunks)
                if size >= _EMBED_AT_ONCE or ended == readers:
                    break
                try:
                    item = read.get_nowait()
                except queue.Empty:
                    break
            cancel.check()
            self._embed(window, cancel)
            for item in window:
                flow.put(embedded, item)
        flow.put(embedded, _END)

    def _embed(self, window: Sequence[_Read], cancel: Cancellation) -> None:
        if self._embedder is None:
            return
        texts = {text_hash(chunk.text): chunk.text for item in window for chunk in item.chunks}
        known = self._catalogue.known_vectors(list(texts), self._model)
        missing = [digest for digest in texts if digest not in known]
        vectors: dict[bytes, bytes] = {}
        for start in range(0, len(missing), _EMBED_AT_ONCE):
            cancel.check()
            block = missing[start : start + _EMBED_AT_ONCE]
            rows = np.asarray(self._embedder.embed_documents([texts[digest] for digest in block]), dtype="<f2")
            vectors.update(zip(block, (row.tobytes() for row in rows), strict=True))
        for item in window:
            # A text two files of the window share goes with both: the first transaction stores it, the other finds it stored.
            own = {text_hash(chunk.text) for chunk in item.chunks}
            item.vectors = {digest: vectors[digest] for digest in own if digest in vectors}

    def _write_all(self, flow: _Flow, embedded: queue.Queue[_Read | None], meter: ProgressMeter) -> None:
        flushed = time.monotonic()
        while (item := flow.get(embedded)) is not _END:
            outcome = self._write(item)
            if time.monotonic() - flushed >= _FLUSH_EVERY:
                self._library.flush_vectors()
                flushed = time.monotonic()
            meter.finished(item.file.path, item.file.size, outcome, len(item.chunks))

    def _write(self, item: _Read) -> str:
        """One file, one transaction; returns its outcome."""
        if item.same:
            self._catalogue.touch(item.file)
            return "unchanged"
        document = item.document
        if document is None:
            return self._write_unread(item.file, item.reason, item.detail)
        state = "partial" if document.partial else "indexed"
        self._catalogue.store_document(
            item.file,
            item.chunks,
            state=state,
            reason=document.partial,
            detail=document.detail,
            title=document.title,
            pages=document.pages,
            recipe=self.recipe,
            model=self._model,
            vectors=item.vectors,
        )
        return state

    def _write_unread(self, file: SourceFile, reason: str, detail: str) -> str:
        state = "skipped" if reason in _SKIPPED else "failed"
        if reason in _KEEPS_OLD_TEXT and self._catalogue.keep_as_partial(file.path, reason, detail):
            return "partial"
        self._catalogue.put_file(file, state=state, reason=reason, detail=detail, recipe=self.recipe)
        return state


class _Flow:
    """Threads that end together: the first error (or cancellation) stops all, and is kept for the caller."""

    def __init__(self, cancel: Cancellation) -> None:
        self._cancel = cancel
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._lock = threading.Lock()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    def thread(self, name: str, work: Callable[[], None]) -> threading.Thread:
        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - handed to the caller by raise_error
                self.stop(error)

        thread = threading.Thread(target=guarded, name=f"index-{name}", daemon=True)
        thread.start()
        return thread

    def stop(self, error: BaseException) -> None:
        with self._lock:
            if self._error is None and not isinstance(error, _FlowEnded):
                self._error = error
        self._stop.set()

    def raise_error(self) -> None:
        if self._error is not None:
            raise self._error

    def put(self, target: queue.Queue[Any], item: object) -> None:
        while True:
            self._check()
            try:
                target.put(item, timeout=_WAIT)
            except queue.Full:
                continue
            return

    def get(self, source: queue.Queue[Any]) -> Any:
        while True:
            self._check()
            try:
                return source.get(timeout=_WAIT)
            except queue.Empty:
                continue

    def _check(self) -> None:
        if self._stop.is_set():
            self.raise_error()
            raise _FlowEnded
        if self._cancel.cancelled:
            raise Cancelled


class _FlowEnded(Exception):
    """Another thread of the flow ended it."""


def _sha256(path: str, cancel: Cancellation) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as stream:
        while block := stream.read(1 << 20):
            cancel.check()
            digest.update(block)
    return digest.hexdigest()
