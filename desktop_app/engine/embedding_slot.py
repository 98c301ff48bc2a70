"""The embedding model in use: loaded once, in the background if need be, exchanged when another one is chosen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from desktop_app.embedding.base import Embedder
from desktop_app.embedding.factory import NONE, open_embedder
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import Problem, as_problem
from desktop_app.library.library import Library

log = logging.getLogger(__name__)

# How long a cancel may go unnoticed by someone who waits for the model that another thread is loading.
_SLICE_SECONDS = 0.1


class EmbeddingSlot:
    """``state``: "loading", "ready", "none" or "failed" (then ``problem`` says why). Thread-safe; loading takes seconds, because
    torch is imported, and happens on whoever calls ``wait`` first."""

    def __init__(self, library: Library, choice: str, changed: Callable[[], None]) -> None:
        self._library = library
        self._changed = changed
        self._lock = threading.Lock()  # held while a model is loaded
        self._attaching = threading.Lock()  # held while the library is told of it
        self._closed = False
        self.choice = choice
        self.state = "none" if choice == NONE else "loading"
        self.problem: Problem | None = None
        self._embedder: Embedder | None = None

    def ready(self) -> Embedder | None:
        """The model if it is loaded; never waits. Search goes by words alone until then."""
        return self._embedder

    def wait(self, cancel: Cancellation | None = None) -> Embedder | None:
        """The model, loading it now if that has not happened; None when "none" is chosen. Raises ``Problem`` when it cannot be
        loaded, and ``Cancelled``, also while another thread is loading it."""
        with self._held(cancel):
            if self.state == "loading":
                self._load()
            elif self.state == "none" and self._library.embedding != NONE:
                self._use(None, NONE)  # chosen for this session: the next one must not go on with another model
            if self.problem is not None:
                raise self.problem
            return self._embedder

    def choose(self, choice: str) -> None:
        """Exchange the model. On failure the old one stays in use and the ``Problem`` is raised."""
        with self._lock:
            self._use(open_embedder(choice), choice)
        self._changed()

    def close(self) -> None:
        """The library is about to be closed: a model that is still being loaded is not attached to it any more."""
        with self._attaching:
            self._closed = True

    @contextmanager
    def _held(self, cancel: Cancellation | None) -> Iterator[None]:
        while not self._lock.acquire(timeout=_SLICE_SECONDS):
            if cancel is not None and cancel.cancelled:
                raise Cancelled
        try:
            yield
        finally:
            self._lock.release()

    def _load(self) -> None:
        try:
            self._use(open_embedder(self.choice), self.choice)
        except Cancelled:
            raise
        except Exception as error:  # kept for every asker: a broken model folder must not stop lexical search
            if not isinstance(error, Problem):
                log.exception("the embedding model cannot be used")
            self.state, self.problem = "failed", as_problem(error)
        self._changed()

    def _use(self, embedder: Embedder | None, choice: str) -> None:
        with self._attaching:
            if self._closed:
                raise Cancelled
            if embedder is None:
                self._library.detach_vectors()
                self._library.put_embedding(choice, fingerprint="", dimension=0)
            else:
                facts = embedder.facts
                self._library.attach_vectors(embedder.langchain, facts.fingerprint)
                self._library.put_embedding(
                    choice, fingerprint=facts.fingerprint, dimension=facts.dimension, languages=facts.languages
                )
            self._embedder, self.choice, self.problem = embedder, choice, None
            self.state = "none" if embedder is None else "ready"
