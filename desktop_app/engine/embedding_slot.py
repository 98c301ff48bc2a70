# SPDX-License-Identifier: Apache-2.0
"""The embedding models of a library: the one that answers, and the one that is to take its place.

The first is loaded once, in the background if need be. Another one that is chosen does not push it out: it is written down as wanted
(library.toml, so that it survives a kill), its vectors are made by the next runs (``indexing.reembedding``), and when all are there it
takes over in one step. Until then the first one answers, if there is a first one.

A library that was made with "bundled" when that was the light model goes on with the light one, still written down as "bundled" (an older
Inkstone opens it as before), and the default model is offered until the person chooses.
"""

from __future__ import annotations

import logging
import os
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from desktop_app.embedding import memory, scale
from desktop_app.embedding.backends import default_model
from desktop_app.embedding.factory import BUNDLED, LIGHT, NONE, answering, open_embedder
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.engine import lazy_embedder
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, Problem, as_problem
from desktop_app.library.library import Library
from desktop_app.models.embedding_process import EmbeddingProcess
from desktop_app.wording.quantities import size

log = logging.getLogger(__name__)

# How long a cancel may go unnoticed by someone who waits for the model that another thread is loading.
_SLICE_SECONDS = 0.1
_LAST_TEXTS_SECONDS = 5.0


WITHOUT_MODEL = frozenset({"default_model_missing", "component_missing"})
"""Problems of what comes with the program: files are read and searched by words until it is mended."""


class SupersededError(Exception):
    """The person wants another model than the one that is being prepared."""


class EmbeddingSlot:
    """``state``: "loading", "ready", "none" or "failed" (then ``problem`` says why). Thread-safe; loading takes less
    than a second, at the first start with a model seconds, and happens on whoever calls ``wait`` first.

    ``next_choice``: the model that is wanted in place of ``choice``, "" when none is; ``next_share``: how much of its vectors is
    made, 0..1. ``backend``: the setting "embedding_backend". ``rebuilt``: how much of an index that was lost is built again, 0..1, None when none is being built.
    """

    def __init__(self, library: Library, choice: str, changed: Callable[[], None], backend: str = "auto") -> None:
        self._library = library
        self._changed = changed
        self.backend = backend
        self._lock = threading.Lock()  # held while a model is loaded
        self._attaching = threading.Lock()  # held while the library is told of it
        self._closed = False
        self.choice = answering(choice, library.embedding_fingerprint)
        self._stands_in = self.choice != choice  # the light model for the default one
        self.state = "none" if choice == NONE else "loading"
        self.problem: Problem | None = None
        self._embedder: Embedder | None = None
        self._processes: weakref.WeakSet[EmbeddingProcess] = weakref.WeakSet()
        self.next_choice = library.next_embedding
        self.next_share = 0.0
        self._next: Embedder | None = None
        self.rebuilt: float | None = None
        self._getting_ready: list[threading.Thread] = []

    # ---- the one that answers ---------------------------------------------------------------------------------------

    def ready(self) -> Embedder | None:
        """The model if it is loaded; never waits. Search goes by words alone until then."""
        return self._embedder

    def wait(self, cancel: Cancellation | None = None) -> Embedder | None:
        """The model, loading it now if that has not happened; None when "none" is chosen. Raises ``Problem`` when it cannot be
        loaded, and ``Cancelled``, also while another thread is loading it."""
        return self._waited(cancel, documents=False)

    def _waited(self, cancel: Cancellation | None, *, documents: bool) -> Embedder | None:
        with self._held(cancel):
            if self.state == "loading":
                self._load(documents=documents)
            elif self.state == "none" and self._library.embedding != NONE and self.choice == NONE:
                self._use(
                    None, NONE, self.next_choice
                )  # chosen for this session: the next one must not go on with another model
            if self.problem is not None:
                raise self.problem
            return self._embedder

    def for_search(self) -> Embedder | None:
        """As ``wait``, but None where what comes with the program is missing or damaged: searching goes by words until it is back. What the
        model's cosines are worth is waited for as well, so that a question gives the same passages from the first time on."""
        try:
            model = self.wait()
        except EnvironmentProblem as problem:
            if problem.code not in WITHOUT_MODEL:
                raise
            return None
        for thread in list(self._getting_ready):
            thread.join()
        return model

    def usable(self, cancel: Cancellation) -> Embedder | None:
        """For indexing: the model, or one that is loaded when its first text comes. Raises as ``wait``."""
        library, new = self._library, not self._library.embedding
        if self.state == "loading" and (new or self.choice == self._made_with):
            facts = lazy_embedder.remembered(self.choice)
            if facts is not None and (new or facts.fingerprint == library.embedding_fingerprint):
                with self._attaching:  # it may be loaded at this moment for questions
                    if not library.embedding:
                        self._put(self.choice, facts, self.next_choice)
                return lazy_embedder.LazyEmbedder(facts, lambda: self.wait(cancel))
        return self._waited(cancel, documents=True)

    @property
    def _made_with(self) -> str:
        return answering(self._library.embedding, self._library.embedding_fingerprint)

    @property
    def offered(self) -> str:
        """The default model, where the light one stands in for it and nothing else is wanted; else ""."""
        return BUNDLED if self._stands_in and not self.next_choice and default_model.is_there() else ""

    @property
    def next_name(self) -> str:
        """The wanted model's name as far as it is known; "" when none is wanted."""
        wanted = self._next
        if wanted is None and self.next_choice == BUNDLED:
            return default_model.NAME
        return wanted.facts.name if wanted is not None else os.path.basename(self.next_choice)

    # ---- the one that is wanted -------------------------------------------------------------------------------------

    def choose(self, choice: str, *, at_once: bool = True) -> None:
        """Want another model. Raises ``Problem`` when it cannot be used; then all stays as it was.

        Where nothing has to be embedded (an empty library, "none", the same model in another folder) it is in use when this
        returns, unless ``at_once`` is False because a run is under way; otherwise the next run prepares it.
        """
        with self._lock:
            if choice == self.choice and (self._embedder is not None or choice == NONE or self.state == "loading"):
                if self._stands_in:
                    self._stands_in = False
                    self._library.put_choice(choice)
                if self.next_choice:
                    self._library.put_next_embedding("")
                self._next, self.next_choice, self.next_share = None, "", 0.0
            else:
                embedder = self._opened(choice)
                if at_once and self._needs_nothing(embedder):
                    self._use(embedder, choice)
                else:
                    self._library.put_next_embedding(choice)
                    self._next, self.next_choice, self.next_share = embedder, choice, self._share_of(embedder)
        self._changed()

    def wait_next(self, cancel: Cancellation | None = None) -> Embedder | None:
        """The wanted model, loading it now; None when "none" is wanted. Raises as ``wait``."""
        with self._held(cancel):
            if self._next is None and self.next_choice:
                self._next = self._opened(self.next_choice)
                self.next_share = self._share_of(self._next)
            return self._next

    def tell_next(self, done: int, total: int) -> None:
        """How far its vectors are."""
        self.next_share = done / total if total else 1.0
        self._changed()

    def check_wanted(self, embedder: Embedder | None) -> None:
        """Raises ``SupersededError`` when ``embedder`` is no longer the model that is wanted, ``Cancelled`` when all ends."""
        if self._closed:
            raise Cancelled
        if not self.next_choice or self._next is not embedder:
            raise SupersededError

    def take_over(self, told: Callable[[int, int], None]) -> None:
        """Every vector of the wanted model is there: build its index beside the old one, answer from it, drop what is old.

        ``told`` is called between blocks with (vectors in the new index, all) and may raise to stop. Raises ``SupersededError``.
        """
        embedder = self._next
        if embedder is None:
            with self._lock:
                self._use(None, NONE)
            self._changed()
            return

        def told_between(done: int, total: int) -> None:
            self.check_wanted(embedder)
            told(done, total)

        facts = embedder.facts
        built = self._library.build_vectors(facts.fingerprint, told_between)
        try:
            with self._lock, self._attaching:
                self.check_wanted(embedder)
                choice = self.next_choice
                self._library.switch_vectors(built, embedding=choice, dimension=facts.dimension, languages=facts.languages)
                self._now(embedder, choice)
        except BaseException:
            self._library.discard_vectors(built)
            raise
        self._library.retire_vectors()
        self._library.catalogue.vector_queue.finish_all(facts.fingerprint)
        self._library.catalogue.vectors.drop_other_models(facts.fingerprint)
        self._changed()

    # ---- its life ---------------------------------------------------------------------------------------------------

    def pids(self) -> list[int]:
        """Of the processes that run GGUF embedding models."""
        return [process.pid for process in list(self._processes) if process.pid]

    def close(self) -> None:
        """The library is about to be closed: a model that is still being loaded is not attached to it any more, and what runs in a
        process ends."""
        self._closed = True
        with self._attaching:
            opened = [embedder for embedder in (self._embedder, self._next) if embedder is not None]
        for embedder in opened:  # whoever builds an index stops at its next block
            embedder.close()
        for process in list(self._processes):
            process.close()
        for thread in list(self._getting_ready):
            thread.join(_LAST_TEXTS_SECONDS)  # a native library must not be at work while the program ends

    @contextmanager
    def _held(self, cancel: Cancellation | None) -> Iterator[None]:
        while not self._lock.acquire(timeout=_SLICE_SECONDS):
            if cancel is not None and cancel.cancelled:
                raise Cancelled
        try:
            yield
        finally:
            self._lock.release()

    def _opened(self, choice: str) -> Embedder | None:
        if self._embedder is not None:
            # Both will be in memory until the change is over.
            needed, available = memory.needed(choice), hardware.detect().memory_available
            if needed > available:
                raise EnvironmentProblem("embedding_memory", path=choice, needed=size(needed), available=size(available))
        embedder = open_embedder(choice, self.backend, self._start_process)
        self._get_ready(embedder, documents=False)
        return embedder

    def _needs_nothing(self, embedder: Embedder | None) -> bool:
        """Whether the library can go on with this model without embedding anything."""
        if embedder is None or not self._library.catalogue.chunks.count():
            return True
        return embedder.facts.fingerprint == self._library.embedding_fingerprint

    def _share_of(self, embedder: Embedder | None) -> float:
        chunks = self._library.catalogue.chunks.count()
        if embedder is None or not chunks:
            return 0.0
        return self._library.catalogue.vectors.count(embedder.facts.fingerprint) / chunks

    def _load(self, *, documents: bool) -> None:
        """``documents`` come next."""
        try:
            embedder = open_embedder(self.choice, self.backend, self._start_process)
            self._get_ready(embedder, documents=documents)
            made_with = self._library.embedding_fingerprint
            if (
                embedder is not None
                and made_with
                and made_with != embedder.facts.fingerprint
                and not self._needs_nothing(embedder)
            ):
                # Another model lies in this folder now. Its vectors have to be made first; nothing can answer the old ones.
                self._next, self.next_choice, self.next_share = embedder, self.choice, self._share_of(embedder)
                self.state, self.problem = "none", None
            else:
                self._use(embedder, self.choice, self.next_choice)
        except Cancelled:
            raise
        except ModuleNotFoundError as missing:  # the light set-up has neither OpenVINO nor torch
            self.state, self.problem = "failed", EnvironmentProblem("component_missing", name=missing.name, detail=missing)
        except Exception as error:  # kept for every asker: a broken model folder must not stop lexical search
            if not isinstance(error, Problem):
                log.exception("the embedding model cannot be used")
            self.state, self.problem = "failed", as_problem(error)
        self._changed()

    def _get_ready(self, embedder: Embedder | None, *, documents: bool) -> None:
        """In the background, while the index is being opened: for ``documents``, where they come next; and what the model's cosines are
        worth is measured, where that was never done, so that a search need not wait until the first run has ended."""
        if embedder is None or not (documents or scale.load(embedder.facts.fingerprint) is None):
            return

        def work() -> None:
            # Whatever stands against it is told when there are documents, or tried again after the run.
            with suppress(Exception):
                if documents:
                    embedder.embed_documents([])
                scale.measure(embedder, self._check_open)

        thread = threading.Thread(target=work, name="get-ready", daemon=True)
        self._getting_ready.append(thread)
        thread.start()

    def _check_open(self) -> None:
        if self._closed:
            raise Cancelled

    def _start_process(self) -> EmbeddingProcess:
        process = EmbeddingProcess()
        self._processes.add(process)
        return process

    def _use(self, embedder: Embedder | None, choice: str, next_choice: str = "") -> None:
        with self._attaching:
            if self._closed:
                if embedder is not None:
                    embedder.close()
                raise Cancelled
            if embedder is None:
                self._library.detach_vectors()
                self._library.put_embedding(choice, fingerprint="", dimension=0, next_embedding=next_choice)
            else:
                facts = embedder.facts
                try:
                    self._library.attach_vectors(facts.fingerprint, self._tell_rebuilt)
                finally:
                    self.rebuilt = None
                self._put(choice, facts, next_choice)
            self._now(embedder, choice, next_choice)

    def _put(self, choice: str, facts: EmbeddingFacts, next_choice: str) -> None:
        self._library.put_embedding(
            BUNDLED if self._stands_in and choice == LIGHT else choice,
            fingerprint=facts.fingerprint,
            dimension=facts.dimension,
            languages=facts.languages,
            next_embedding=next_choice,
        )

    def _now(self, embedder: Embedder | None, choice: str, next_choice: str = "") -> None:
        if embedder is not None:
            lazy_embedder.remember(choice, embedder.facts)
        older, self._embedder, self.choice, self.problem = self._embedder, embedder, choice, None
        self.state = "none" if embedder is None else "ready"
        self._stands_in = self._stands_in and choice == LIGHT
        self._next, self.next_choice, self.next_share = None, next_choice, 0.0
        if older is not None and older is not embedder:
            older.close()

    def _tell_rebuilt(self, done: int, total: int) -> None:
        if self._closed:
            raise Cancelled
        if total:
            self.rebuilt = done / total
            self._changed()
