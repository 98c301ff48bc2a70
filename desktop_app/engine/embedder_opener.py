# SPDX-License-Identifier: Apache-2.0
"""Opens embedding models, warms them up and ends their processes."""

from __future__ import annotations

import logging
import threading
import weakref

from desktop_app.embedding import memory, scale
from desktop_app.embedding.factory import open_embedder
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.models.embedding_process import EmbeddingProcess
from desktop_app.wording.quantities import size

log = logging.getLogger(__name__)

_CLOSING_SECONDS = 5.0


class EmbedderOpener:
    """Thread-safe. ``backend``: the setting "embedding_backend"."""

    def __init__(self, backend: str) -> None:
        self._backend = backend
        self._closed = False
        self._processes: weakref.WeakSet[EmbeddingProcess] = weakref.WeakSet()
        self._warming: list[threading.Thread] = []

    def open(self, choice: str, *, beside: bool = False, documents: bool = False) -> Embedder | None:
        """The model ``choice``, None for "none". ``beside``: another one stays in memory; ``documents``: texts come next.

        Raises ``EnvironmentProblem("embedding_memory")`` where the memory is too small for both, and the ``Problem`` of a model that cannot
        be used.
        """
        if beside:
            needed, available = memory.needed(choice), hardware.detect().memory_available
            if needed > available:
                raise EnvironmentProblem("embedding_memory", path=choice, needed=size(needed), available=size(available))
        embedder = open_embedder(choice, self._backend, self._start_process)
        if embedder is not None and (documents or scale.load(embedder.facts.fingerprint) is None):
            thread = threading.Thread(target=self._warm_up, args=(embedder, documents), name="warm-up", daemon=True)
            self._warming.append(thread)
            thread.start()
        return embedder

    def wait(self) -> None:
        """Returns when the models opened so far are warm."""
        for thread in list(self._warming):
            thread.join()

    def pids(self) -> list[int]:
        """Of the processes that run GGUF embedding models."""
        return [process.pid for process in list(self._processes) if process.pid]

    def close(self) -> None:
        """End the processes, and wait a moment for the threads: a native library must not be at work while the program ends."""
        self._closed = True
        for process in list(self._processes):
            process.close()
        for thread in list(self._warming):
            thread.join(_CLOSING_SECONDS)

    def _warm_up(self, embedder: Embedder, documents: bool) -> None:
        """While the index is being opened: ready for ``documents``, where they come next; and what the model's cosines are worth is
        measured, where that was never done, so that a search need not wait until the first run has ended."""
        try:
            if documents:
                embedder.embed_documents([])
            scale.measure(embedder, self._check_open)
        except Cancelled:
            log.info("closed before an embedding model was warm")
        except Exception:  # reported when there are documents, or tried again after the run
            log.info("an embedding model could not be warmed up", exc_info=True)

    def _check_open(self) -> None:
        if self._closed:
            raise Cancelled

    def _start_process(self) -> EmbeddingProcess:
        process = EmbeddingProcess()
        self._processes.add(process)
        return process
