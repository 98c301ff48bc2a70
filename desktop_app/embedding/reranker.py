# SPDX-License-Identifier: Apache-2.0
"""The reranker in use: the fastest backend here, within a time budget.

    first start with a reranker  a measuring process converts the model; then this process goes on with OpenVINO in f32. Meanwhile all
                                 candidates are measured, and the fastest takes over.
    every later start            the remembered backend, from the converted graph on the disk.

A model that OpenVINO cannot run stays with torch in f32, where that is installed; with a GPU torch computes there.

Reading costs a whole pass through the model for each pair, so there is a time budget: pairs are read in small batches, the best
passages first, until the next batch would not fit.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.measuring_process import Job
from desktop_app.embedding.backends import graphs
from desktop_app.embedding.backends.cross_encoder import BATCH, Pair, fingerprint
from desktop_app.embedding.backends.cross_encoder_graph import open_scorer
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.choosing.choices import Choice
from desktop_app.embedding.choosing.measuring import FIRST, Measuring
from desktop_app.embedding.choosing.sample_texts import sample_texts
from desktop_app.embedding.factory import has_gpu
from desktop_app.embedding.seam.embedder import backends_here, torch_is_here
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.modelfiles.architectures import BERT_KIN
from desktop_app.modelfiles.json_files import read_object

log = logging.getLogger(__name__)

BUDGET_SECONDS = 1.5
"""What a person who waits for an answer does not mind; reading it takes longer."""

_TEXTS = 32  # to measure with


class Scorer(Protocol):
    """A reranker's network on one backend."""

    @property
    def backend(self) -> str:
        """One of ``BACKENDS``, or "torch-f16"."""
        ...

    def score(self, pairs: Sequence[Pair], /) -> NDArray[np.float32]:
        """(n,) float32, a score a pair, the higher the better; one batch."""
        ...


class CrossEncoderReranker:
    """One loaded reranker. Thread-safe: one question at a time."""

    def __init__(self, folder: Path, *, budget: float = BUDGET_SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        """Load it; takes seconds at the first start with it and with torch. ``folder`` is one by its own word
        (``modelfiles.reranker_folder``); ``budget`` in seconds a question. Raises ``EnvironmentProblem``: reranker_architecture,
        reranker_failed."""
        self.path = str(folder)
        self.name = folder.name
        self.fingerprint = fingerprint(folder)
        self._folder = folder
        self._budget = budget
        self._clock = clock
        self._turn = threading.Lock()
        self._free = threading.Event()
        self._measuring: Measuring | None = None
        try:
            with self._turn:  # a measurement that ends meanwhile must not be overwritten
                self._scorer = self._open()
        except EnvironmentProblem:
            self.close()
            raise
        except Exception as error:  # OpenVINO, torch and tokenizers raise errors of every kind for a file they cannot run
            self.close()
            raise EnvironmentProblem("reranker_failed", path=folder, detail=error) from error

    @property
    def backend(self) -> str:
        """One of ``BACKENDS``, or "torch-f16" on a GPU."""
        return self._scorer.backend

    def score(self, question: str, texts: Sequence[str], /) -> list[float]:
        """One score a text, for as many of the first texts as fit into the budget; at least one batch."""
        scores: list[float] = []
        with self._turn:
            started = self._clock()
            for start in range(0, len(texts), BATCH):
                if start:
                    spent, batches = self._clock() - started, start // BATCH
                    if spent + spent / batches > self._budget:
                        break
                scores += self._scorer.score([(question, text) for text in texts[start : start + BATCH]]).tolist()
        return scores

    def settle(self) -> None:
        """Wait until a measurement under way has ended."""
        if self._measuring is not None:
            self._measuring.ended.wait()

    def close(self) -> None:
        """Stop a measurement under way."""
        if self._measuring is not None:
            self._measuring.stop()

    def _open(self) -> Scorer:
        if has_gpu():
            return self._open_torch("f32", cuda=True)
        choice = choices.load(self.fingerprint)
        if choice is not None and (ready := self._open_backend(choice.backend)) is not None:
            return ready
        self._measure(convert=graphs.find(self.fingerprint, "f32") is None)
        return open_scorer(self.fingerprint, FIRST) or self._open_torch("f32")

    def _open_backend(self, backend: str) -> Scorer | None:
        if backend.startswith("torch-"):
            return self._open_torch(backend.removeprefix("torch-"))
        return open_scorer(self.fingerprint, backend)

    def _open_torch(self, precision: str, *, cuda: bool = False) -> Scorer:
        if not torch_is_here():
            kind = str(read_object(self._folder / "config.json").get("model_type", ""))
            refused = self._measuring.refused if self._measuring else ""
            if refused and kind in BERT_KIN:
                raise EnvironmentProblem("reranker_failed", path=self._folder, detail=refused)
            raise EnvironmentProblem("reranker_architecture", path=self._folder, detail=kind)
        from desktop_app.embedding.backends.cross_encoder_backend import TorchScorer

        scorer = TorchScorer(self._folder, precision, cuda=cuda)
        scorer.score([("砚", "砚")])
        return scorer

    def _measure(self, *, convert: bool) -> None:
        """Have the graph made, and wait for it; the process goes on to measure."""
        job = Job(self.path, 0, convert, backends_here(), tuple(sample_texts(_TEXTS)), reranker=True)
        try:
            measuring = self._measuring = Measuring(job, self._free)
        except OSError as error:
            log.warning("nothing is measured: %s", error)
            return
        threading.Thread(target=self._follow, args=(measuring,), name="measure-reranker", daemon=True).start()
        if convert:
            measuring.converted.wait()

    def _follow(self, measuring: Measuring) -> None:
        try:
            rows = measuring.run()
            if measuring.stopped:
                return
            fastest = choices.best(rows)
            if not fastest and not any(row.backend == FIRST and row.problem for row in rows):
                return  # a full disk: tried again at the next start
            choices.store(self.fingerprint, Choice(fastest or "torch-f32", tuple(rows)))
            log.info("reranking by %s; measured: %s", fastest or "torch-f32", rows)
            if fastest and fastest != FIRST and (opened := self._open_backend(fastest)) is not None:
                with self._turn:
                    self._scorer = opened
        except Exception:  # in a thread of its own; without a measurement the reranker goes on as it is
            log.exception("measuring the reranker failed")
        finally:
            measuring.end()
