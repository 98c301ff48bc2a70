"""The Engine: everything Inkstone can do with one library, as plain methods that block. No protocol, no printing, no Qt.

The stdio server (``server``) calls it from its lanes; the command line calls it directly. It is the single writer: opening takes
the library's lock. Start order: library, then on demand the embedding model, the reader processes, the model process. Stop order is
the reverse (``close``).
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from desktop_app.answering.answerer import Answerer, Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.duplicate_report import DuplicateReport
from desktop_app.contract.index_run import IndexReport, IndexRequest
from desktop_app.contract.ledger import EVERYWHERE, WHOLE_LEDGER, LedgerQuery, LedgerRow, Scope, Source, StoredChunk
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.contract.passage import SearchResult
from desktop_app.documents.pool import ReaderPool
from desktop_app.embedding.factory import BUNDLED
from desktop_app.engine.embedding_slot import EmbeddingSlot
from desktop_app.engine.indexer import Indexer
from desktop_app.engine.lazy_embedder import ModelDiffers
from desktop_app.engine.model_change import ModelChange
from desktop_app.engine.reranker_slot import RerankerSlot
from desktop_app.foundation import hardware, paths
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import Problem, UsageProblem
from desktop_app.indexing import excludes, sources
from desktop_app.indexing.excludes import Rules
from desktop_app.indexing.progress import UNHEARD, RunListener
from desktop_app.indexing.scan import mtime_ns
from desktop_app.indexing.watching import Watched
from desktop_app.library.conversations import ConversationRecord
from desktop_app.library.library import Library
from desktop_app.models import reranker_folder
from desktop_app.models.base import LanguageModel, Loading
from desktop_app.models.discovery import find_all
from desktop_app.models.process import ModelProcess
from desktop_app.retrieval import duplicates, similar, trust
from desktop_app.retrieval.retriever import Retriever

log = logging.getLogger(__name__)

_READERS = 2
_encode = msgspec.json.Encoder().encode
_decode_answer = msgspec.json.Decoder(Answer).decode
_decode_scope = msgspec.json.Decoder(Scope).decode


class Engine:
    """``embedding``: "bundled", "none", a folder or a GGUF file, or "" for what the library was made with (a new one: bundled). Another
    one than it was made with is prepared by the next ``index``, and takes over when it is ready.

    ``reranker``: a folder, or "" for none.

    ``patient``: searches wait until the embedding model is loaded (the command line: the same question always gives the same
    passages); otherwise the first seconds go by words alone (the window: an answer at once). ``changed`` is called, from any
    thread but never before this constructor has returned, when something a status line shows has changed.
    """

    def __init__(
        self,
        folder: Path,
        *,
        embedding: str = "",
        reranker: str = "",
        patient: bool = True,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.library = Library(folder)
        self._changed = changed
        self.embedding = EmbeddingSlot(self.library, self.library.embedding or embedding or BUNDLED, changed)
        self._wanted = embedding  # by whoever opened it; looked at by the next run
        self._running = threading.Lock()  # held by an indexing run, and by whatever else changes chunks
        embedder = self.embedding.wait if patient else self.embedding.ready
        self.reranker = RerankerSlot(reranker, patient=patient)
        self._retriever = Retriever(self.library, embedder, self.reranker.wait if patient else self.reranker.ready)
        self._answerer = Answerer(self.library, self._retriever)
        self.readers = ReaderPool(_reader_count())
        self.indexer = Indexer(self.library, self.readers, _reader_count(), changed=changed)
        self.model = ModelProcess()
        self.model_loading = False
        self._model_guard = threading.Lock()

    def close(self) -> None:
        self.model.close()
        self.readers.close()
        self.embedding.close()
        self.reranker.close()
        self.library.close()

    # ---- sources and indexing ---------------------------------------------------------------------------------------

    def add_sources(self, paths: Sequence[str]) -> list[str]:
        """Remember picked folders and files; returns their absolute paths. All are checked before any is added."""
        return sources.add(self.library.catalogue, paths)

    def remove_source(self, path: str) -> None:
        """Forget a source and what was indexed from it; the documents are not touched."""
        if path not in self.library.catalogue.source_paths():
            raise UsageProblem("source_unknown", path=path)
        with self._running:
            self.library.catalogue.remove_source(path)
            self.library.catalogue.drop_unused_vectors()
            self.library.flush_vectors()

    def index(self, request: IndexRequest, cancel: Cancellation, listener: RunListener = UNHEARD) -> IndexReport:
        """Bring what ``request`` names up to date. Raises ``Cancelled`` or a ``Problem``; what was finished stays."""
        with self._running:
            if not self.library.catalogue.chunk_count():
                self.readers.prepare()  # a first run reads something for certain
            wanted, self._wanted = self._wanted, ""
            change = ModelChange(self.library, self.embedding, self.indexer, request, listener, cancel)
            try:
                done = change.run(wanted)
            except ModelDiffers:
                log.info("the embedding model is another one than before; looking at the files again")
                done = change.run("")
            if (embedder := self.embedding.ready()) is not None:
                with contextlib.suppress(Cancelled):  # the files are indexed; it is measured after the next run
                    trust.measure(self.library, embedder, cancel.check)
            return done

    def tidy(self, cancel: Cancellation) -> bool:
        """Give back the room of deleted chunks where it is worth it; whether anything was. Waits while a question is answered.
        Raises ``Cancelled`` or a ``Problem``; the library is whole at any moment."""
        with self._running:
            return self.library.tidy(lambda: self.indexer.pace.wait_for_no_question(cancel))

    @property
    def paused(self) -> bool:
        """Whether the person paused reading; remembered with the library, so that the next start does not go on unasked."""
        return self.library.catalogue.meta("paused") == "yes"

    def set_paused(self, paused: bool) -> None:
        if paused != self.paused:
            self.library.catalogue.put_meta("paused", "yes" if paused else "")

    def rules(self) -> Rules:
        """What is left out of this library."""
        return excludes.load(self.library.catalogue)

    def set_rules(self, rules: Rules) -> None:
        """Leave out other files from the next ``index`` on. Raises ``UsageProblem("pattern_invalid")``."""
        excludes.save(self.library.catalogue, rules)

    def add_excludes(self, patterns: Sequence[str]) -> None:
        """Leave out more, beside what is left out already. Raises ``UsageProblem("pattern_invalid")``."""
        if patterns:
            excludes.add_patterns(self.library.catalogue, patterns)

    def watched(self) -> Watched:
        """What to watch for changes, as it is now."""
        catalogue = self.library.catalogue
        paths_picked = catalogue.source_paths()
        folders = tuple(path for path in paths_picked if catalogue.was_folder(path))
        files = tuple(path for path in paths_picked if path not in folders)
        own = (str(self.library.folder), str(paths.home()))
        return Watched(folders, files, self.rules(), own, lambda root: self.indexer.walked.get(root, 0.0))

    def sources(self) -> list[Source]:
        return self.library.catalogue.sources()

    def files(self, query: LedgerQuery = WHOLE_LEDGER) -> tuple[list[LedgerRow], int]:
        """A page of the ledger, and how many rows match in all."""
        return self.library.catalogue.files(query)

    def choose_embedding(self, embedding: str) -> None:
        """Want another embedding model; the next ``index`` prepares it while the present one answers."""
        free = self._running.acquire(blocking=False)
        try:
            self.embedding.choose(embedding, at_once=free)
        finally:
            if free:
                self._running.release()

    # ---- questions --------------------------------------------------------------------------------------------------

    def search(self, question: str, top: int, scope: Scope = EVERYWHERE) -> SearchResult:
        with self.indexer.pace.question():
            return self._retriever.search(question, top, scope)

    def similar(self, text: str, chunk_id: int, top: int) -> SearchResult:
        """Passages like a selected text, or like a passage. Raises ``UsageProblem("question_empty")``."""
        return similar.similar(self.library, self._retriever.embedder_for(text), text, chunk_id, top)

    def duplicates(self, *, report: duplicates.Report, cancel: Cancellation) -> DuplicateReport:
        """Copies and versions over the whole library."""
        return duplicates.find(self.library.catalogue, report=report, cancel=cancel)

    def ask(
        self,
        question: str,
        *,
        llm: str,
        listener: Listener,
        loading: Loading,
        cancel: Cancellation,
        conversation: int | None = None,
        scope: Scope = EVERYWHERE,
    ) -> tuple[Answer, int]:
        """Answer from what lies in ``scope``, with the GGUF file ``llm`` or ("") extractively. ``conversation``: keep the turn there (0: a new one) or, with
        None, nowhere. Returns the answer and the conversation's id (0 for none)."""
        load = (lambda: self.load_model(llm, loading, cancel)) if llm else None
        with self.indexer.pace.question():
            answer = self._answerer.answer(question, listener=listener, cancel=cancel, model=load, scope=scope)
        if conversation is None:
            return answer, 0
        where = b"" if scope == EVERYWHERE else _encode(scope)
        return answer, self.library.conversations.add_turn(conversation, question, _encode(answer), where)

    def conversation(self, conversation: int) -> tuple[ConversationRecord, list[Answer], Scope]:
        """A kept conversation with its answers in order, and where it last asked. Raises ``UsageProblem("conversation_unknown")``."""
        head, answers = self.library.conversations.answers(conversation)
        where = self.library.conversations.scope(conversation)
        return head, [_decode_answer(answer) for answer in answers], _decode_scope(where) if where else EVERYWHERE

    def context(self, chunk_id: int, before: int, after: int) -> tuple[list[StoredChunk], bool, bool]:
        """A chunk with its neighbours, whether its file still exists, and whether it has changed since it was read."""
        chunks = self.library.catalogue.neighbours(chunk_id, before, after)
        if not chunks:
            return [], False, False
        record = next(self.library.catalogue.records(chunks[0].path))
        try:
            status = os.stat(chunks[0].path)
        except OSError:
            return chunks, False, False
        changed = (status.st_size, mtime_ns(status)) != (record.file.size, record.file.mtime_ns)
        return chunks, True, changed

    @property
    def retriever(self) -> Retriever:
        return self._retriever

    # ---- models -----------------------------------------------------------------------------------------------------

    def models(self, folder: str, cancel: Cancellation) -> tuple[list[ModelEntry], Problem | None]:
        """What lies in the chosen folder ("" for none) and in the caches of this PC, and what is wrong with that folder."""
        return reranker_folder.listed_with(*find_all(folder, cancel=cancel), folder)

    def load_model(self, llm: str, loading: Loading, cancel: Cancellation) -> LanguageModel:
        """The language model, loaded now unless it already is. Raises ``Cancelled`` or what ``ModelProcess.load`` raises."""
        with self._model_guard:
            if not self.model.loaded or self.model.path != llm:
                self.model_loading = True
                self._changed()
            try:
                self.model.load(llm, loading, cancel)
            finally:
                self.model_loading = False
                self._changed()
        return self.model

    def unload_model(self) -> None:
        with self._model_guard:
            self.model.unload()
        self._changed()


def _reader_count() -> int:
    return min(_READERS, hardware.cores())
