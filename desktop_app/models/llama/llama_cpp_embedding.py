# SPDX-License-Identifier: Apache-2.0
"""One embedding GGUF, loaded and run by llama.cpp in the model process.

Many texts go through one call: each is a sequence of its own in one batch, and llama.cpp pools each by itself. Attention is computed
over the whole batch and masked, so a batch twice as long costs more than twice as much there: texts are packed up to ``PACKED`` tokens,
longest first, and only a text that is longer by itself makes a longer batch. Everything of one text must lie in one physical batch.

A decoder (Qwen3-Embedding) has a KV cache, shared by the sequences (``kv_unified``; without it each would get its share of the
context only) and emptied before each batch; an encoder (BERT) has none.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from desktop_app.foundation import hardware
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.models.language_model import Loading
from desktop_app.models.llama import llama_cpp_backend as backend
from desktop_app.models.llama.llama_cpp_vocabulary import tokenize

PACKED = 512
"""Tokens of several texts in one batch."""

_MOST_SEQUENCES = 64
_POOLING = {"mean": 1, "cls": 2, "last": 3}  # llama.h, llama_pooling_type


class LlamaCppEmbedder:
    """A loaded embedding model. Not thread-safe, but ``count_tokens`` may run beside ``embed``."""

    def __init__(
        self,
        path: str,
        *,
        pooling: str,
        width: int,
        gpu: bool = True,
        on_progress: Loading | None = None,
        cancel: Cancellation | None = None,
    ) -> None:
        """Load. ``width``: tokens of the longest text, special ones included; the model may allow fewer.

        Raises ``EnvironmentProblem`` embedding_failed or llm_library_missing, ``Cancelled`` when stopped on the way.
        """
        self._llama = llama = backend.library()
        self._path = path
        self._cancel = cancel or Cancellation()
        self._alive: Callable[[], None] = lambda: None
        self._abort = llama.ggml_abort_callback(self._asked_to_abort)
        self._model: Any = None
        self._ctx: Any = None
        backend.forget_lines()
        self.gpu = gpu and bool(llama.llama_supports_gpu_offload())
        opened = self._open(pooling, width, on_progress)
        if not opened and self.gpu:
            self._cancel.check()
            self.gpu = False
            opened = self._open(pooling, width, on_progress)
        if not opened:
            self._cancel.check()
            raise backend.load_problem("embedding_failed", path)
        self._vocab = llama.llama_model_get_vocab(self._model)
        encoder_alone = llama.llama_model_has_encoder(self._model) and not llama.llama_model_has_decoder(self._model)
        self._run = llama.llama_encode if encoder_alone else llama.llama_decode
        self.dimension = int(llama.llama_model_n_embd_out(self._model))
        self.special = len(self._tokens(""))

    def _open(self, pooling: str, width: int, on_progress: Loading | None) -> bool:
        llama = self._llama
        self._model = backend.load_weights(self._path, backend.ALL_LAYERS if self.gpu else 0, on_progress, self._cancel)
        if self._model is None:
            return False
        trained = int(llama.llama_model_n_ctx_train(self._model))
        self.width = min(width, trained) if trained > 0 else width
        settings = llama.llama_context_default_params()
        settings.embeddings = True
        settings.pooling_type = _POOLING[pooling]
        settings.n_ctx = settings.n_batch = settings.n_ubatch = max(self.width, PACKED)
        settings.n_seq_max = _MOST_SEQUENCES
        settings.kv_unified = True
        settings.n_threads = settings.n_threads_batch = hardware.cores()
        self._ctx = llama.llama_init_from_model(self._model, settings)
        if self._ctx is None:
            self.close()
            return False
        llama.llama_set_abort_callback(self._ctx, self._abort, None)
        return True

    def close(self) -> None:
        """Free everything; harmless when repeated."""
        if self._ctx is not None:
            self._llama.llama_free(self._ctx)
        if self._model is not None:
            self._llama.llama_model_free(self._model)
        self._ctx = self._model = None

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special ones excluded, not cut off."""
        return [len(tokenize(self._llama, self._vocab, text, around=False, special=False)) for text in texts]

    def embed(self, texts: Sequence[str], *, cancel: Cancellation, alive: Callable[[], None] = lambda: None) -> list[bytes]:
        """One vector a text, in order, float32, little-endian, as the model makes it. Raises ``Cancelled``; ``EnvironmentProblem``
        embedding_crashed when llama.cpp refuses a batch. ``alive`` is called often: a sign of life."""
        self._cancel, self._alive = cancel, alive
        tokens = [self._within(self._tokens(text)) for text in texts]
        vectors = [b""] * len(texts)
        for block in packed([len(one) for one in tokens]):
            cancel.check()
            self._compute([tokens[index] for index in block])
            for sequence, index in enumerate(block):
                vectors[index] = self._vector(sequence)
        return vectors

    def _compute(self, texts: list[list[int]]) -> None:
        llama = self._llama
        memory = llama.llama_get_memory(self._ctx)
        if memory:
            llama.llama_memory_clear(memory, True)
        size = sum(map(len, texts))
        batch = llama.llama_batch_init(size, 0, 1)
        try:
            batch.n_tokens = size
            place = 0
            for sequence, tokens in enumerate(texts):
                for position, token in enumerate(tokens):
                    batch.token[place] = token
                    batch.pos[place] = position
                    batch.n_seq_id[place] = 1
                    batch.seq_id[place][0] = sequence
                    batch.logits[place] = True
                    place += 1
            result = self._run(self._ctx, batch)
        finally:
            llama.llama_batch_free(batch)
        if result == backend.ABORTED or (result != 0 and self._cancel.cancelled):
            raise Cancelled
        if result != 0:
            raise EnvironmentProblem("embedding_crashed", path=self._path, detail=f"llama_decode: {result}")

    def _vector(self, sequence: int) -> bytes:
        values = self._llama.llama_get_embeddings_seq(self._ctx, sequence)
        if not values:
            raise EnvironmentProblem("embedding_crashed", path=self._path, detail="no vector")
        return ctypes.string_at(values, 4 * self.dimension)

    def _tokens(self, text: str) -> list[int]:
        return tokenize(self._llama, self._vocab, text, around=True, special=False)

    def _within(self, tokens: list[int]) -> list[int]:
        """At most ``width`` tokens, with the special one at the end kept; at least one, so that there is a vector."""
        if not tokens:
            return [max(0, self._llama.llama_vocab_eos(self._vocab))]
        if len(tokens) <= self.width:
            return tokens
        tail = tokens[-1:] if self._llama.llama_vocab_is_control(self._vocab, tokens[-1]) else []
        return tokens[: self.width - len(tail)] + tail

    def _asked_to_abort(self, _data: object) -> bool:
        self._alive()
        return self._cancel.cancelled


def packed(lengths: Sequence[int]) -> list[list[int]]:
    """Indices of texts in blocks of at most ``PACKED`` tokens, longest first; a longer text is alone in its block."""
    blocks: list[list[int]] = []
    room = 0
    for index in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        if not blocks or lengths[index] > room or len(blocks[-1]) == _MOST_SEQUENCES:
            blocks.append([])
            room = PACKED
        blocks[-1].append(index)
        room -= lengths[index]
    return blocks
