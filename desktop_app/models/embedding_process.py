# SPDX-License-Identifier: Apache-2.0
"""An embedding GGUF in a supervised process, restarted once.

It is another process than the language model's: both are loaded while a question is answered, and neither may take the other with
it. Fulfils ``embedding.backends.gguf_backend.VectorMaker``; the two rooms meet above, in the engine and in ``retrieval.langchain_retriever``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from desktop_app.contract import model_process as protocol
from desktop_app.foundation.errors import EnvironmentProblem, InternalProblem
from desktop_app.ipc.message import Progress, Reply, Request
from desktop_app.modelfiles.gguf import read_header
from desktop_app.models import fit
from desktop_app.models.supervised import SupervisedProcess
from desktop_app.wording.quantities import size

log = logging.getLogger(__name__)


class EmbeddingProcess(SupervisedProcess[protocol.EmbedderLoaded]):
    """An embedding model in a process of its own. Every method may be called from any thread."""

    crashed, stalled = "embedding_crashed", "embedding_stalled"
    _pooling = ""

    def load(self, path: str, pooling: str) -> tuple[int, int, int]:
        """Load a GGUF that makes vectors by ``pooling`` ("mean", "cls", "last").

        Returns its dimension, the longest text in tokens, and how many of those are special ones put around every text. Raises
        ``EnvironmentProblem``: what ``read_header`` raises, embedding_does_not_fit, embedding_failed, embedding_crashed,
        embedding_stalled, llm_library_missing.
        """
        self._header, self._pooling = read_header(path), pooling
        loaded = self._ensure_loaded()
        return loaded.dimension, loaded.width, loaded.special

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text in the model's vocabulary, special ones excluded."""
        reply = self._answer(lambda number: protocol.Count(number, list(texts)))
        assert isinstance(reply, protocol.Counted)
        return reply.counts

    def embed(self, texts: Sequence[str]) -> list[bytes]:
        """A vector a text, in order: float32, little-endian, not normalised. Raises ``EnvironmentProblem`` embedding_crashed or
        embedding_stalled when it happens twice to the same texts, ``Cancelled`` once closed."""
        reply = self._answer(lambda number: protocol.Embed(number, list(texts)))
        assert isinstance(reply, protocol.Embedded)
        return reply.vectors

    def _answer(self, make: Callable[[int], Request]) -> Reply:
        try:
            return self._try(make)
        except EnvironmentProblem as problem:
            if problem.code not in (self.crashed, self.stalled):
                raise
            log.warning("the embedding process is started again: %s", problem)
            return self._try(make)

    def _try(self, make: Callable[[int], Request]) -> Reply:
        self._ensure_loaded()
        child, number = self._ask(make)
        while True:
            reply = self._reply(child, number)
            if not isinstance(reply, Progress):
                return reply

    def _ensure_loaded(self) -> protocol.EmbedderLoaded:
        with self._busy:
            loaded = self._loaded
            if loaded is not None and self.loaded:
                return loaded
            header = self._header
            if header is None:
                raise InternalProblem("internal", detail="no embedding model is loaded")
            machine, needed, width = self._machine(), fit.embedding_memory(header), fit.embedding_width(header)
            if fit.verdict(needed, available=machine.memory_available, total=machine.memory_total) == "no":
                total = size(machine.memory_total)
                raise EnvironmentProblem(
                    "embedding_does_not_fit", path=header.path, needed=size(needed), available=total
                )  # fmt: skip
            self.build_info()  # known before the risky part, so that a crash can tell it
            gpu = not self._avoid_gpu
            return self._ask_to_load(
                lambda number: protocol.LoadEmbedder(number, header.path, self._pooling, width, gpu),
                protocol.EmbedderLoaded,
                None,
                None,
            )
