# SPDX-License-Identifier: Apache-2.0
"""The measuring process: converts a model and times its backends.

It tries the candidates one after another and ends; with it goes the memory.

A candidate that takes the process down (an instruction the processor lacks, no memory) takes nothing else with it: the program sees
which one was being tried. Standard input closed means that the program is gone; this process leaves at once then.

Each candidate computes the same texts, as many as the first one computes in a second or so, at least 8. OpenVINO in f32 comes first and is
what the others' vectors or scores are compared with. torch, where it is installed, is measured last: it is loaded in six seconds, OpenVINO
in one, and a short run of the program is to measure something.

What else a PC does meanwhile changes from second to second, so what came near the fastest is timed once more, the last one first, and the
better time counts. They are opened one after another, never together: a large model takes gigabytes.
"""

from __future__ import annotations

import faulthandler
import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.measuring_process import (
    Converted,
    Event,
    Job,
    Measured,
    NotConverted,
    Row,
    Timing,
    Trying,
    decode_job,
)
from desktop_app.embedding.backends.openvino_model import kind_of
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.choosing.measuring_subjects import Compute, Embedding, LoadedSubject, Reranking, Subject
from desktop_app.foundation import logs
from desktop_app.foundation.errors import last_line
from desktop_app.ipc import greeting, pipes

log = logging.getLogger(__name__)

_OPENVINO = ("openvino-f32", "openvino-bf16", "openvino-int8")
_FEWEST, _MOST = 8, 32  # texts
_SECONDS = 1.0  # of one round over them, in f32
_ROUNDS = 2
_HOPELESS = 3.0  # times slower than f32 over a few texts: not worth a whole round
_FIRST_TEXTS = 8  # two batches: fewer would leave cores idle and tell too low a rate


def main() -> int:
    """Do one job and end; the exit status where there is none."""
    writer = pipes.LineWriter(pipes.protect_stdout())
    # Libraries write on both streams in their own words (progress bars, warnings), on the terminal of whoever uses the command line.
    # The log has our own.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    faulthandler.enable(sys.stderr)
    logs.start("measure")
    if not greeting.answer(sys.stdin.buffer, writer):
        return 3
    line = pipes.read_line(sys.stdin.buffer)
    if not line:
        return 0
    threading.Thread(target=_leave_with_the_program, daemon=True).start()
    _Measuring(decode_job(line), writer).run()
    logging.shutdown()
    os._exit(0)  # native threads of several libraries need not agree on how to end


def _leave_with_the_program() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


class _Measuring:
    def __init__(self, job: Job, writer: pipes.LineWriter) -> None:
        self._job = job
        self._writer = writer
        self._subject: Subject = Reranking(Path(job.path)) if job.reranker else Embedding(Path(job.path), job.cut)
        self._texts = list(job.texts[:_MOST])
        self._sample: list[str] = []
        self._seconds = 0.0  # f32 needs for the first texts
        self._reference: NDArray[np.float32] = np.empty((0, 0), np.float32)
        self._exact: NDArray[np.float32] | None = None  # answers to the first texts by OpenVINO in f32
        self._rows: dict[str, Row] = {}

    def run(self) -> None:
        if self._job.convert and not self._convert():
            return
        self._run_openvino()
        torch = [backend for backend in self._job.candidates if backend.startswith("torch-")]
        if torch:
            self._try_torch(torch)

    def _run_openvino(self) -> None:
        for backend in _OPENVINO:
            # The others are compared with f32.
            if backend in self._job.candidates or (backend == "openvino-f32" and not self._sample):
                self._try_openvino(backend)
            if not self._sample:
                return  # f32 failed: nothing is left to compare the others with
        near = choices.near(self._rows[backend] for backend in _OPENVINO if backend in self._rows)
        for backend in reversed(_OPENVINO):
            if backend in near and len(near) > 1:
                self._try_openvino(backend)

    def _convert(self) -> bool:
        """False when everything that follows is pointless."""
        try:
            self._subject.convert()
        except Exception as error:
            log.warning("%s cannot be converted", self._job.path, exc_info=True)
            self._report(NotConverted(last_line(error), lasting=not isinstance(error, OSError)))
            return False
        gc.collect()
        self._report(Converted())
        return bool(self._job.candidates)

    def _try_torch(self, candidates: Sequence[str]) -> None:
        self._report(Trying("torch-f32"))
        try:
            self._measure_torch(self._subject.load())
        except Exception as error:
            log.info("torch cannot be used", exc_info=True)
            for backend in candidates:
                if backend not in self._rows:
                    self._report(Measured(Row(backend, problem=last_line(error))))

    def _measure_torch(self, loaded: LoadedSubject) -> None:
        from desktop_app.embedding.backends.sentence_transformers_backend import bfloat16_units

        self._measure("torch-f32", loaded.compute)
        if "torch-bf16" not in self._job.candidates:
            return
        if bfloat16_units():
            loaded.compute_in("bf16")
            self._measure("torch-bf16", loaded.compute)
        else:
            self._report(Measured(Row("torch-bf16", problem="no bfloat16 units")))

    def _try_openvino(self, backend: str) -> None:
        from desktop_app.embedding.backends import graphs

        self._report(Trying(backend))
        fingerprint = self._subject.fingerprint
        try:
            if self._subject.converts and kind_of(backend) == "int8" and graphs.find(fingerprint, "int8") is None:
                from desktop_app.embedding.backends import conversion

                conversion.quantise(fingerprint)
            self._measure(backend, self._subject.open(backend))
        except Exception as error:
            log.info("%s cannot be used", backend, exc_info=True)
            self._report(Measured(Row(backend, problem=last_line(error))))

    def _measure(self, backend: str, compute: Compute) -> None:
        self._report(Trying(backend))
        first = self._texts[:_FIRST_TEXTS]
        answers = compute(first)  # what is made on first use is not counted
        if backend == "openvino-f32":
            self._exact = answers
        elif backend == "openvino-bf16" and self._exact is not None and np.array_equal(answers, self._exact):
            # Without the units OpenVINO computes in f32, and does not say so.
            self._report(Measured(Row(backend, problem="no bfloat16 units")))
            return
        self._report(Timing())
        seconds = min(_seconds(compute, first) for _ in range(2))
        if not self._sample:
            count = int(_SECONDS / seconds * len(first))
            self._sample = self._texts[: min(_MOST, max(_FEWEST, count))]
            self._seconds = seconds
            self._reference = compute(self._sample)
        texts = self._sample
        if seconds > _HOPELESS * self._seconds:
            texts = first
        answers = compute(texts)
        rounds, ended = [seconds * len(texts) / len(first)], time.perf_counter() + _ROUNDS * _SECONDS
        while len(texts) > len(first) and len(rounds) <= _ROUNDS and time.perf_counter() < ended:
            rounds.append(_seconds(compute, texts))
        taken = min(rounds[1:] or rounds)
        mean, least = self._subject.agreement(answers, self._reference[: len(texts)])
        row = Row(backend, rate=round(len(texts) / taken, 2), mean=round(mean, 5), least=round(least, 5), texts=len(texts))
        if (before := self._rows.get(backend)) is not None and before.rate > row.rate:
            row = msgspec.structs.replace(row, rate=before.rate)
        self._rows[backend] = row
        self._report(Measured(row))

    def _report(self, event: Event) -> None:
        self._writer.write(event)


def _seconds(compute: Compute, texts: Sequence[str]) -> float:
    started = time.perf_counter()
    compute(texts)
    return time.perf_counter() - started
