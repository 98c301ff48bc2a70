# SPDX-License-Identifier: Apache-2.0
"""A library's embedding models: the active and the pending one.

The active one is loaded once, in the background if need be. Another one that is chosen becomes the pending one (in library.toml, so that
it survives a kill); its vectors are made by the next runs (``indexing.reembedding``), and when all are there it becomes active in one step.
Until then the old one answers, if there is one.

A library that was made with "bundled" when that was the light model goes on with the light one, still written down as "bundled" (an older
Inkstone opens it as before), and the default model is offered until one is chosen.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop_app.embedding.backends import default_model
from desktop_app.embedding.factory import BUNDLED, LIGHT, NONE, answering
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.engine import lazy_embedder
from desktop_app.engine.embedder_opener import EmbedderOpener
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, Problem, as_problem
from desktop_app.library.library import Library

log = logging.getLogger(__name__)

# How long a cancel may go unnoticed by someone who waits for the model that another thread is loading.
_SLICE_SECONDS = 0.1


WITHOUT_MODEL = frozenset({"default_model_missing", "component_missing"})
"""Problems of what comes with the program: files are read and searched by words until it is mended."""


class SupersededError(Exception):
    """Another model was chosen than the one that is being prepared."""


class EmbeddingSlot:
    """``state``: "loading", "ready", "none" or "failed" (then ``problem`` says why). Thread-safe; loading takes less
    than a second, at the first start with a model seconds, and happens on whoever calls ``wait`` first.

    ``pending_choice``: the model that is to replace ``choice``, "" when none is; ``pending_share``: how much of its vectors is made, 0..1.
    ``backend``: the setting "embedding_backend". ``rebuilt``: how much of an index that was lost is built again, 0..1, None when none is being built.
    """

    def __init__(self, library: Library, choice: str, changed: Callable[[], None], backend: str = "auto") -> None:
        self._library = library
        self._changed = changed
        self.backend = backend
        self._lock = threading.Lock()  # held while a model is loaded
        self._attaching = threading.Lock()  # held while it is attached to the library
        self._closed = False
        self.choice = answering(choice, library.embedding_fingerprint)
        self._stands_in = self.choice != choice  # the light model for the default one
        self.state = "none" if choice == NONE else "loading"
        self.problem: Problem | None = None
        self._embedder: Embedder | None = None
        self._opener = EmbedderOpener(backend)
        self.pending_choice = library.next_embedding
        self.pending_share = 0.0
        self._pending: Embedder | None = None
        self.rebuilt: float | None = None

    # ---- the active model -------------------------------------------------------------------------------------------

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
                # Chosen for this session: the next one must not go on with another model.
                self._use(None, NONE, self.pending_choice)
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
        self._opener.wait()
        return model

    def usable(self, cancel: Cancellation) -> Embedder | None:
        """For indexing: the model, or one that is loaded when its first text comes. Raises the ``Problem`` of one that cannot be loaded, and
        ``Cancelled``."""
        library, new = self._library, not self._library.embedding
        if self.state == "loading" and (new or self.choice == self._made_with):
            facts = lazy_embedder.remembered(self.choice)
            if facts is not None and (new or facts.fingerprint == library.embedding_fingerprint):
                with self._attaching:  # it may be loaded at this moment for questions
                    if not library.embedding:
                        self._put(self.choice, facts, self.pending_choice)
                return lazy_embedder.LazyEmbedder(facts, lambda: self.wait(cancel))
        return self._waited(cancel, documents=True)

    @property
    def _made_with(self) -> str:
        return answering(self._library.embedding, self._library.embedding_fingerprint)

    @property
    def offered(self) -> str:
        """The default model, where the light one stands in for it and nothing else is wanted; else ""."""
        return BUNDLED if self._stands_in and not self.pending_choice and default_model.is_there() else ""

    @property
    def pending_name(self) -> str:
        """The pending model's name as far as it is known; "" when there is none."""
        wanted = self._pending
        if wanted is None and self.pending_choice == BUNDLED:
            return default_model.NAME
        return wanted.facts.name if wanted is not None else os.path.basename(self.pending_choice)

    # ---- the pending model ------------------------------------------------------------------------------------------

    def choose(self, choice: str, *, at_once: bool = True) -> None:
        """Choose another model. Raises ``Problem`` when it cannot be used; then all stays as it was.

        Where nothing has to be embedded (an empty library, "none", the same model in another folder) it is in use when this
        returns, unless ``at_once`` is False because a run is under way; otherwise the next run prepares it.
        """
        with self._lock:
            if choice == self.choice and (self._embedder is not None or choice == NONE or self.state == "loading"):
                if self._stands_in:
                    self._stands_in = False
                    self._library.put_choice(choice)
                if self.pending_choice:
                    self._library.put_next_embedding("")
                self._pending, self.pending_choice, self.pending_share = None, "", 0.0
            else:
                embedder = self._opener.open(choice, beside=self._embedder is not None)
                if at_once and self._needs_nothing(embedder):
                    self._use(embedder, choice)
                else:
                    self._library.put_next_embedding(choice)
                    self._pending, self.pending_choice, self.pending_share = embedder, choice, self._share_of(embedder)
        self._changed()

    def wait_for_pending(self, cancel: Cancellation | None = None) -> Embedder | None:
        """The pending model, loading it now; None when "none" is wanted. Raises the ``Problem`` of one that cannot be loaded, and ``Cancelled``."""
        with self._held(cancel):
            if self._pending is None and self.pending_choice:
                self._pending = self._opener.open(self.pending_choice, beside=self._embedder is not None)
                self.pending_share = self._share_of(self._pending)
            return self._pending

    def report_pending_progress(self, done: int, total: int) -> None:
        """Note how many of its vectors are made."""
        self.pending_share = done / total if total else 1.0
        self._changed()

    def check_pending(self, embedder: Embedder | None) -> None:
        """Raises ``SupersededError`` when ``embedder`` is no longer the pending model, ``Cancelled`` when the slot was closed."""
        if self._closed:
            raise Cancelled
        if not self.pending_choice or self._pending is not embedder:
            raise SupersededError

    def activate(self, progress: Callable[[int, int], None]) -> None:
        """Every vector of the pending model is there: build its index beside the old one, answer from it, drop what is old.

        ``progress`` is called between blocks with (vectors in the new index, all) and may raise to stop. Raises ``SupersededError``.
        """
        embedder = self._pending
        if embedder is None:
            with self._lock:
                self._use(None, NONE)
            self._changed()
            return

        def between_blocks(done: int, total: int) -> None:
            self.check_pending(embedder)
            progress(done, total)

        facts = embedder.facts
        built = self._library.build_vectors(facts.fingerprint, between_blocks)
        try:
            with self._lock, self._attaching:
                self.check_pending(embedder)
                choice = self.pending_choice
                self._library.switch_vectors(built, embedding=choice, dimension=facts.dimension, languages=facts.languages)
                self._set_active(embedder, choice)
        except BaseException:
            self._library.discard_vectors(built)
            raise
        self._library.retire_vectors()
        self._library.catalogue.vector_queue.finish_all(facts.fingerprint)
        self._library.catalogue.vectors.drop_other_models(facts.fingerprint)
        self._changed()

    # ---- opening and closing ----------------------------------------------------------------------------------------

    def pids(self) -> list[int]:
        """Of the processes that run GGUF embedding models."""
        return self._opener.pids()

    def close(self) -> None:
        """The library is about to be closed: a model that is still being loaded is not attached to it any more, and what runs in a
        process ends."""
        self._closed = True
        with self._attaching:
            opened = [embedder for embedder in (self._embedder, self._pending) if embedder is not None]
        for embedder in opened:  # whoever builds an index stops at its next block
            embedder.close()
        self._opener.close()

    @contextmanager
    def _held(self, cancel: Cancellation | None) -> Iterator[None]:
        while not self._lock.acquire(timeout=_SLICE_SECONDS):
            if cancel is not None and cancel.cancelled:
                raise Cancelled
        try:
            yield
        finally:
            self._lock.release()

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
            embedder = self._opener.open(self.choice, documents=documents)
            made_with = self._library.embedding_fingerprint
            if (
                embedder is not None
                and made_with
                and made_with != embedder.facts.fingerprint
                and not self._needs_nothing(embedder)
            ):
                # Another model lies in this folder now. Its vectors have to be made first; nothing can answer the old ones.
                self._pending, self.pending_choice, self.pending_share = embedder, self.choice, self._share_of(embedder)
                self.state, self.problem = "none", None
            else:
                self._use(embedder, self.choice, self.pending_choice)
        except Cancelled:
            raise
        except ModuleNotFoundError as missing:  # the light set-up has neither OpenVINO nor torch
            self.state, self.problem = "failed", EnvironmentProblem("component_missing", name=missing.name, detail=missing)
        except Exception as error:  # kept for every asker: a broken model folder must not stop lexical search
            if not isinstance(error, Problem):
                log.exception("the embedding model cannot be used")
            self.state, self.problem = "failed", as_problem(error)
        self._changed()

    def _use(self, embedder: Embedder | None, choice: str, pending_choice: str = "") -> None:
        with self._attaching:
            if self._closed:
                if embedder is not None:
                    embedder.close()
                raise Cancelled
            if embedder is None:
                self._library.detach_vectors()
                self._library.put_embedding(choice, fingerprint="", dimension=0, next_embedding=pending_choice)
            else:
                facts = embedder.facts
                try:
                    self._library.attach_vectors(facts.fingerprint, self._report_rebuilt)
                finally:
                    self.rebuilt = None
                self._put(choice, facts, pending_choice)
            self._set_active(embedder, choice, pending_choice)

    def _put(self, choice: str, facts: EmbeddingFacts, pending_choice: str) -> None:
        self._library.put_embedding(
            BUNDLED if self._stands_in and choice == LIGHT else choice,
            fingerprint=facts.fingerprint,
            dimension=facts.dimension,
            languages=facts.languages,
            next_embedding=pending_choice,
        )

    def _set_active(self, embedder: Embedder | None, choice: str, pending_choice: str = "") -> None:
        if embedder is not None:
            lazy_embedder.remember(choice, embedder.facts)
        older, self._embedder, self.choice, self.problem = self._embedder, embedder, choice, None
        self.state = "none" if embedder is None else "ready"
        self._stands_in = self._stands_in and choice == LIGHT
        self._pending, self.pending_choice, self.pending_share = None, pending_choice, 0.0
        if older is not None and older is not embedder:
            older.close()

    def _report_rebuilt(self, done: int, total: int) -> None:
        if self._closed:
            raise Cancelled
        if total:
            self.rebuilt = done / total
            self._changed()
