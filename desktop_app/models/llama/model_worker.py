# SPDX-License-Identifier: Apache-2.0
"""The model process: one llama.cpp, one model at a time.

A language model or an embedding model; messages of ``contract.model_process``.

Two threads. The main thread reads requests and never computes, so that a cancel, a count or the end of input is seen while llama.cpp
works; the model thread loads and generates, one request after another. llama.cpp lets go of Python's lock while it computes.

Standard input closed means that the engine is gone: the process leaves at once, also in the middle of a batch, without freeing
anything; the system does that faster and cannot crash at it. A model that takes the process down (a damaged file, an instruction the
processor lacks, no memory) is what this process is for; ``faulthandler`` writes the Python side of it to standard error, whose end the
engine keeps.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import IO

from desktop_app.contract import model_process as protocol
from desktop_app.foundation import logs
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import InternalProblem, Problem, as_problem
from desktop_app.ipc import greeting, pipes, request_id
from desktop_app.ipc.message import CANCELLED, UNDECODABLE, Cancel, ErrorReply, Progress, Reply, Request
from desktop_app.models.language_model import Loading, Sampling
from desktop_app.models.llama import llama_cpp_backend as backend
from desktop_app.models.llama.llama_cpp_embedding import LlamaCppEmbedder

log = logging.getLogger(__name__)

_ALIVE_EVERY, _READING_EVERY, _LOADING_EVERY = 1.0, 0.1, 0.05  # seconds


def main() -> int:
    """Serve until standard input ends; the exit status where the greeting is refused."""
    writer = pipes.LineWriter(pipes.protect_stdout())
    faulthandler.enable(sys.stderr)
    logs.start("model")
    if not greeting.answer(sys.stdin.buffer, writer):
        return 3
    worker = _Worker(writer)
    threading.Thread(target=worker.work, name="model", daemon=True).start()
    worker.read(sys.stdin.buffer)
    os._exit(0)  # see the module's story; daemon threads inside llama.cpp would otherwise be waited for or crash


class _Worker:
    def __init__(self, writer: pipes.LineWriter) -> None:
        self._writer = writer
        self._requests: queue.SimpleQueue[Request] = queue.SimpleQueue()
        self._model: backend.LlamaCppModel | None = None
        self._embedder: LlamaCppEmbedder | None = None
        # Held while the model is replaced, and by a count on the main thread, which must not look into a freed vocabulary.
        self._vocabulary = threading.Lock()
        self._cancellations: dict[int, Cancellation] = {}
        self._cancellations_lock = threading.Lock()

    # ---- main thread ------------------------------------------------------------------------------------------------

    def read(self, stream: IO[bytes]) -> None:
        """Take requests until the input ends."""
        while True:
            try:
                line = pipes.read_line(stream)
            except pipes.LineTooLongError as error:
                pipes.skip_line(stream)
                self._write(ErrorReply(request_id.at_start(error.head), "message_malformed", {"detail": str(error)}))
                continue
            if not line:
                return
            self.take(line)

    def take(self, line: bytes) -> None:
        try:
            request = protocol.request_decoder.decode(line)
        except UNDECODABLE as error:  # the text itself may hold a question and is not repeated
            self._write(ErrorReply(request_id.of(line), "message_malformed", {"detail": str(error)}))
            return
        if isinstance(request, Cancel):
            with self._cancellations_lock:
                cancellation = self._cancellations.get(request.target)
            if cancellation is not None:
                cancellation.cancel()
        elif isinstance(request, protocol.Count):
            self._answer(request, self._count)
        else:
            with self._cancellations_lock:
                self._cancellations[request.id] = Cancellation()
            self._requests.put(request)

    def _count(self, request: Request) -> Reply:
        assert isinstance(request, protocol.Count)
        with self._vocabulary:
            if self._embedder is not None:
                return protocol.Counted(request.id, self._embedder.count_tokens(request.texts))
            model = self._loaded()
            prompt = model.count_prompt(request.messages) if request.messages else 0
            return protocol.Counted(request.id, model.count_tokens(request.texts), prompt)

    # ---- model thread -----------------------------------------------------------------------------------------------

    def work(self) -> None:
        verbs: dict[type[Request], Callable[..., Reply]] = {
            protocol.Load: self._load,
            protocol.Generate: self._generate,
            protocol.Warm: self._warm,
            protocol.LoadEmbedder: self._load_embedder,
            protocol.Embed: self._embed,
            protocol.Describe: lambda request: protocol.Described(request.id, backend.build_info()),
        }
        while True:
            request = self._requests.get()
            self._answer(request, verbs[type(request)])
            with self._cancellations_lock:
                self._cancellations.pop(request.id, None)

    def _load(self, request: protocol.Load) -> Reply:
        with self._vocabulary:
            self._close()
            loading = self._loading(request)
            self._model = backend.LlamaCppModel(
                request.path,
                context=request.context,
                gpu=request.gpu,
                on_progress=loading,
                cancel=self._cancellations[request.id],
                alive=self._alive(request),
            )
            return protocol.Loaded(request.id, self._model.context, self._model.gpu, backend.build_info())

    def _load_embedder(self, request: protocol.LoadEmbedder) -> Reply:
        with self._vocabulary:
            self._close()
            loading = self._loading(request)
            self._embedder = made = LlamaCppEmbedder(
                request.path,
                pooling=request.pooling,
                width=request.width,
                gpu=request.gpu,
                on_progress=loading,
                cancel=self._cancellations[request.id],
            )
            return protocol.EmbedderLoaded(
                request.id, made.dimension, made.width, made.special, made.gpu, backend.build_info()
            )  # fmt: skip

    def _embed(self, request: protocol.Embed) -> Reply:
        if self._embedder is None:
            raise InternalProblem("internal", detail="no embedding model is loaded")
        cancel = self._cancellations[request.id]
        return protocol.Embedded(request.id, self._embedder.embed(request.texts, cancel=cancel, alive=self._alive(request)))

    def _generate(self, request: protocol.Generate) -> Reply:
        model = self._loaded()
        reading = _AtMostEvery(_READING_EVERY, lambda done, total: self._write(Progress(request.id, done, total)))
        for piece in model.generate(
            request.messages,
            max_tokens=request.max_tokens,
            cancel=self._cancellations[request.id],
            sampling=Sampling(request.temperature, request.seed, tuple(request.stops), request.grammar),
            reading=lambda done, total: reading(done, total, at_once=done == total),
            alive=self._alive(request),
        ):
            self._write(protocol.TextPiece(request.id, piece.text, piece.thought, piece.retracts))
        return protocol.Generated(request.id, **asdict(model.last))

    def _warm(self, request: protocol.Warm) -> Reply:
        cancel = self._cancellations[request.id]
        return protocol.Warmed(request.id, *self._loaded().warm(request.messages, cancel=cancel, alive=self._alive(request)))

    # ---- both -------------------------------------------------------------------------------------------------------

    def _loaded(self) -> backend.LlamaCppModel:
        if self._model is None:
            raise InternalProblem("internal", detail="no model is loaded")
        return self._model

    def _close(self) -> None:
        for loaded in (self._model, self._embedder):
            if loaded is not None:
                loaded.close()
        self._model = self._embedder = None

    def _loading(self, request: Request) -> Loading:
        send = _AtMostEvery(_LOADING_EVERY, lambda fraction: self._write(Progress(request.id, round(fraction * 100), 100)))
        return lambda fraction: send(fraction, at_once=fraction >= 1.0)

    def _alive(self, request: Request) -> Callable[[], None]:
        return _AtMostEvery(_ALIVE_EVERY, lambda: self._write(Progress(request.id)))

    def _answer(self, request: Request, verb: Callable[..., Reply]) -> None:
        """Every request ends exactly once."""
        try:
            reply = verb(request)
        except Cancelled:
            reply = ErrorReply(request.id, CANCELLED)
        except Problem as problem:
            reply = ErrorReply(request.id, problem.code, problem.data)
        except Exception as error:
            log.exception("%s failed", type(request).__name__)
            bug = as_problem(error)
            reply = ErrorReply(request.id, bug.code, bug.data)
        self._write(reply)

    def _write(self, message: Reply) -> None:
        try:
            self._writer.write(message)
        except pipes.LineTooLongError as error:  # the engine would end this process
            log.exception("an answer is too long")
            self._write(ErrorReply(message.id, "internal", {"detail": str(error)}))
        except OSError:  # the engine is gone
            os._exit(0)


class _AtMostEvery:
    """Calls on the first time, ``at_once``, and else no more often than every ``seconds``."""

    def __init__(self, seconds: float, call: Callable[..., None]) -> None:
        self._seconds = seconds
        self._call = call
        self._next = 0.0

    def __call__(self, *values: float, at_once: bool = False) -> None:
        now = time.monotonic()
        if at_once or now >= self._next:
            self._next = now + self._seconds
            self._call(*values)
