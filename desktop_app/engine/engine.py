"""The Engine: everything Inkstone can do with one library, as plain methods that block. No protocol, no printing, no Qt.

The stdio server (``server``) calls it from its lanes; the command line calls it directly. It is the single writer: opening takes
the library's lock. Start order: library, then on demand the embedding model, the reader processes, the model process. Stop order is
the reverse (``close``).
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec

from desktop_app.answering.answerer import Answerer, Listener
from desktop_app.answering.model import Answer
from desktop_app.documents.pool import ReaderPool
from desktop_app.embedding.factory import BUNDLED
from desktop_app.engine.embedding_slot import EmbeddingSlot
from desktop_app.foundation import hardware, paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.indexing import sources
from desktop_app.indexing.model import IndexReport
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.indexing.progress import Report
from desktop_app.library.conversations import ConversationRecord
from desktop_app.library.library import Library
from desktop_app.library.model import LedgerRow, Source, StoredChunk
from desktop_app.models.base import LanguageModel, Loading
from desktop_app.models.discovery import find_models
from desktop_app.models.model import ModelEntry
from desktop_app.models.process import ModelProcess
from desktop_app.retrieval.model import SearchResult
from desktop_app.retrieval.retriever import Retriever

log = logging.getLogger(__name__)

_READERS = 2
_encode = msgspec.json.Encoder().encode
_decode_answer = msgspec.json.Decoder(Answer).decode


class Engine:
    """``embedding``: "bundled", "none", a folder, or "" for what the library was made with (a new one: bundled).

    ``patient``: searches wait until the embedding model is loaded (the command line: the same question always gives the same
    passages); otherwise the first seconds go by words alone (the window: an answer at once). ``changed`` is called, from any
    thread, when something a status line shows has changed.
    """

    def __init__(
        self, folder: Path, *, embedding: str = "", patient: bool = True, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.library = Library(folder)
        self._changed = changed
        choice = embedding or self.library.embedding or BUNDLED
        self.embedding = EmbeddingSlot(self.library, choice, changed)
        embedder = self.embedding.wait if patient else self.embedding.ready
        self._retriever = Retriever(self.library, embedder)
        self._answerer = Answerer(self.library, self._retriever)
        self.readers = ReaderPool(_reader_count())
        self.model = ModelProcess()
        self.model_loading = False
        self._model_guard = threading.Lock()

    def close(self) -> None:
        self.model.close()
        self.readers.close()
        self.embedding.close()
        self.library.close()

    # ---- sources and indexing ---------------------------------------------------------------------------------------

    def add_sources(self, paths: Sequence[str]) -> list[str]:
        """Remember picked folders and files; returns their absolute paths. All are checked before any is added."""
        return sources.add(self.library.catalogue, paths)

    def remove_source(self, path: str) -> None:
        """Forget a source and what was indexed from it; the documents are not touched."""
        if path not in self.library.catalogue.source_paths():
            raise UsageProblem("source_unknown", path=path)
        self.library.catalogue.remove_source(path)
        self.library.flush_vectors()

    def index(
        self,
        *,
        report: Report,
        cancel: Cancellation,
        roots: Sequence[str] = (),
        retry: Collection[str] = (),
        passwords: Sequence[str] = (),
    ) -> IndexReport:
        """Bring ``roots`` (all sources when empty) up to date. Raises ``Cancelled`` or a ``Problem``; what was finished stays."""
        embedder = self.embedding.wait(cancel)
        ocr = Settings(paths.home() / "settings.toml").text("ocr")  # read now: the window may have changed it
        pipeline = Pipeline(self.library, self.readers, embedder, _reader_count(), ocr=ocr)
        chosen = roots or self.library.catalogue.source_paths()
        return pipeline.run(chosen, report=report, cancel=cancel, retry=retry, passwords=passwords)

    def sources(self) -> list[Source]:
        return self.library.catalogue.sources()

    def files(
        self, *, states: Sequence[str] = (), below: str = "", offset: int = 0, limit: int = -1
    ) -> tuple[list[LedgerRow], int]:
        """A page of the ledger and how many rows match in all."""
        return self.library.catalogue.files(states=states, below=below, offset=offset, limit=limit)

    def choose_embedding(self, embedding: str) -> None:
        """Use another embedding model; files are read again by the next ``index``."""
        if embedding != self.embedding.choice or self.embedding.state == "failed":
            self.embedding.choose(embedding)

    # ---- questions --------------------------------------------------------------------------------------------------

    def search(self, question: str, top: int) -> SearchResult:
        return self._retriever.search(question, top)

    def ask(
        self,
        question: str,
        *,
        llm: str,
        listener: Listener,
        loading: Loading,
        cancel: Cancellation,
        conversation: int | None = None,
    ) -> tuple[Answer, int]:
        """Answer, with the GGUF file ``llm`` or ("") extractively. ``conversation``: keep the turn there (0: a new one) or, with
        None, nowhere. Returns the answer and the conversation's id (0 for none)."""
        load = (lambda: self.load_model(llm, loading, cancel)) if llm else None
        answer = self._answerer.answer(question, listener=listener, cancel=cancel, model=load)
        if conversation is None:
            return answer, 0
        return answer, self.library.conversations.add_turn(conversation, question, _encode(answer))

    def conversation(self, conversation: int) -> tuple[ConversationRecord, list[Answer]]:
        """A kept conversation with its answers in order. Raises ``UsageProblem("conversation_unknown")``."""
        head, answers = self.library.conversations.answers(conversation)
        return head, [_decode_answer(answer) for answer in answers]

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
        changed = (status.st_size, status.st_mtime_ns) != (record.file.size, record.file.mtime_ns)
        return chunks, True, changed

    # ---- models -----------------------------------------------------------------------------------------------------

    def models(self, folder: str) -> list[ModelEntry]:
        return find_models(folder)

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
