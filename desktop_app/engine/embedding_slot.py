"""The embedding model in use: loaded once, in the background if need be, exchanged when another one is chosen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from desktop_app.embedding.base import Embedder
from desktop_app.embedding.factory import NONE, open_embedder
from desktop_app.foundation.errors import Problem, as_problem
from desktop_app.library.library import Library

log = logging.getLogger(__name__)


class EmbeddingSlot:
    """``state``: "loading", "ready", "none" or "failed" (then ``problem`` says why). Thread-safe; loading takes seconds, because
    torch is imported, and happens on whoever calls ``wait`` first."""

    def __init__(self, library: Library, choice: str, changed: Callable[[], None]) -> None:
        self._library = library
        self._changed = changed
        self._lock = threading.Lock()
        self.choice = choice
        self.state = "none" if choice == NONE else "loading"
        self.problem: Problem | None = None
        self._embedder: Embedder | None = None

    def ready(self) -> Embedder | None:
        """The model if it is loaded; never waits. Search goes by words alone until then."""
        return self._embedder

    def wait(self) -> Embedder | None:
        """The model, loading it now if that has not happened; None when "none" is chosen. Raises ``Problem`` when it cannot be
        loaded."""
        with self._lock:
            if self.state == "loading":
                self._load()
            if self.problem is not None:
                raise self.problem
            return self._embedder

    def choose(self, choice: str) -> None:
        """Exchange the model. On failure the old one stays in use and the ``Problem`` is raised."""
        with self._lock:
            embedder = open_embedder(choice)
            self._use(embedder, choice)
        self._changed()

    def _load(self) -> None:
        try:
            self._use(open_embedder(self.choice), self.choice)
        except Exception as error:  # kept for every asker: a broken model folder must not stop lexical search
            log.exception("the embedding model cannot be used")
            self.state, self.problem = "failed", as_problem(error)
        self._changed()

    def _use(self, embedder: Embedder | None, choice: str) -> None:
        if embedder is None:
            self._library.detach_vectors()
            self._library.put_embedding(choice, fingerprint="", dimension=0)
        else:
            facts = embedder.facts
            self._library.attach_vectors(embedder.langchain, facts.fingerprint)
            self._library.put_embedding(choice, fingerprint=facts.fingerprint, dimension=facts.dimension)
        self._embedder, self.choice, self.problem = embedder, choice, None
        self.state = "none" if embedder is None else "ready"
