# SPDX-License-Identifier: Apache-2.0
"""The embedder in use: the fastest backend by measurement here.

The backend is exchanged in the middle of the work when a faster one is found.

    first start with a model     a measuring process converts the model (a second or two); then this process goes on with OpenVINO in f32.
                                 Meanwhile all candidates are measured.
    every later start            the remembered backend, from the converted graph on the disk: less than a second. Where the program ended
                                 before all were measured, the rest is, once documents have been embedded for ``_A_FEW_FILES`` seconds.
    many documents to embed      once they have taken ``_WORTH_CHECKING`` seconds, one that rounds is measured once more on those very texts,
                                 and with it those that came near. A few files are never delayed by that.

A model that OpenVINO cannot run stays with torch in f32, where that is installed. So does one on which the measuring process crashes
while it converts. A crash on a candidate costs that candidate.
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.measuring_process import Job, Row
from desktop_app.embedding.backends.model_source import source_of
from desktop_app.embedding.choosing import choices
from desktop_app.embedding.choosing.choices import Choice
from desktop_app.embedding.choosing.measuring import FIRST, Measuring
from desktop_app.embedding.choosing.sample_texts import sample_texts
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts, backends_here, torch_is_here

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

_A_FEW_FILES = 2.0  # seconds of embedding documents
_WORTH_CHECKING = 30.0  # seconds of embedding documents; the check takes about five for each backend
_TEXTS = 32  # to measure with
_LONGEST_PAUSE = 8.0  # seconds; documents wait this long at most while a candidate is timed


class ChosenEmbedder:
    """``setting``: "auto", or an OpenVINO backend to use whatever was measured. Thread-safe."""

    def __init__(self, folder: Path, name: str = "", setting: str = "auto", cut: int = 0) -> None:
        """Opens the model; seconds at the first start with it. ``cut``: how many numbers of each vector to keep, 0 for the
        model's own choice. Raises ``EnvironmentProblem``: embedding_missing and the others of ``inspect``, embedding_failed,
        component_missing.
        """
        self._source = source_of(folder, name, cut)
        self._fingerprint = self._source.fingerprint
        self._auto = setting == "auto"
        self._texts: list[str] = []  # a random share of those embedded
        self._seen = 0
        self._spent = 0.0  # seconds in which at least one call was under way
        self._under_way, self._since = 0, 0.0
        self._random = random.Random(self._fingerprint)  # noqa: S311 - a sample, no secret
        self._measuring: Measuring | None = None
        self._left: tuple[str, ...] = ()  # never measured on this machine
        self._measured = False  # on the user's own texts, or it need not be
        self._closed = False
        self._lock = threading.Lock()
        self._sampling = threading.Lock()
        self._free = threading.Event()  # clear while a candidate is timed
        self._free.set()
        self._inner = self._open(setting)

    # ---- the contract -----------------------------------------------------------------------------------------------

    @property
    def facts(self) -> EmbeddingFacts:
        """What indexing and retrieval must know about the model."""
        return self._inner.facts

    @property
    def langchain(self) -> Embeddings:
        """The model as LangChain's ``Embeddings``."""
        from desktop_app.embedding.seam.langchain_seam import LangChainEmbeddings

        return LangChainEmbeddings(self)

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text, special tokens excluded, not cut off."""
        return self._inner.count_tokens(texts)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given; ``ahead``: before waiting batches."""
        if ahead:
            return self._inner.embed_documents(texts, ahead=True)
        self._free.wait(_LONGEST_PAUSE)
        with self._clocked():
            vectors = self._inner.embed_documents(texts)
        if self._auto:
            with self._sampling:
                self._sample(texts)
        return vectors

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        """(dimension,) float32 of length one, with the query prompt; before waiting batches."""
        return self._inner.embed_question(text)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        """(n, dimension) float32, rows of length one in the order given, with the query prompt."""
        return self._inner.embed_questions(texts)

    def close(self) -> None:
        """Stop a measurement under way."""
        with self._lock:
            self._closed = True
            measuring = self._measuring
        if measuring is not None:
            measuring.stop()

    def settled(self) -> Choice | None:
        """For the set-up: what was chosen, after all was measured."""
        if self._measuring is None and self._left:
            self._measure_the_rest()
        if self._measuring is not None:
            self._measuring.ended.wait()
        return choices.load(self._fingerprint)

    # ---- opening ----------------------------------------------------------------------------------------------------

    def _open(self, setting: str) -> Embedder:
        choice = choices.load(self._fingerprint) if self._auto else None
        if self._auto:
            self._left = choice.left if choice else backends_here()
        wanted = choice.backend if choice and not choice.left else FIRST if self._auto else setting
        if not wanted.startswith("torch-"):
            for backend in dict.fromkeys((wanted, FIRST) if self._auto or not self._source.converts else (wanted,)):
                if (ready := self._source.ready(backend)) is not None:
                    self._measured = choice is not None and choice.own and backend == wanted
                    return ready
            if self._source.converts and (made := self._prepare(setting)) is not None:
                return made
            log.info("%s cannot be run by %s; torch is used", self._source.path.name, wanted)
        opened = self._open_torch(wanted if wanted.startswith("torch-") else "torch-f32")
        rows = self._measuring.rows if self._measuring else []
        if self._auto and choice is None and rows:
            # Remembered, so that the next start does not try in vain again.
            choices.store(self._fingerprint, Choice("torch-f32", tuple(rows)))
        self._measured = choice is not None and choice.own
        return opened

    def _open_torch(self, backend: str) -> Embedder:
        if not torch_is_here():
            raise self._source.without_torch(self._measuring.refused if self._measuring else "")
        return self._source.by_torch(backend.removeprefix("torch-"), on="cpu")

    def _prepare(self, setting: str) -> Embedder | None:
        """Have the graph made, and wait for it. Where something is left to measure the process goes on with that."""
        int8 = setting == "openvino-int8"
        candidates = ("openvino-int8",) if int8 else self._left
        measuring = self._start(
            candidates,
            sample_texts(_TEXTS, self._source.languages),
            own=False,
            convert=self._source.unconverted(),
        )
        if measuring is None:
            return None
        (measuring.ended if int8 else measuring.converted).wait()
        return self._source.ready(FIRST if self._auto else setting)

    # ---- measuring --------------------------------------------------------------------------------------------------

    @contextmanager
    def _clocked(self) -> Iterator[None]:
        """Indexing has several calls under way: what they share counts once."""
        with self._sampling:
            if not self._under_way:
                self._since = time.perf_counter()
            self._under_way += 1
        try:
            yield
        finally:
            with self._sampling:
                self._under_way -= 1
                now = time.perf_counter()
                self._spent, self._since = self._spent + now - self._since, now

    def _sample(self, texts: Sequence[str]) -> None:
        if self._measured:
            return
        self._keep(texts)
        if self._spent >= _WORTH_CHECKING and len(self._texts) == _TEXTS:
            self._check_on_own_texts()
        elif self._spent >= _A_FEW_FILES and self._left and self._measuring is None:
            self._measure_the_rest()

    def _measure_the_rest(self) -> None:
        self._start(self._left, sample_texts(_TEXTS, self._source.languages), own=False, convert=False)

    def _keep(self, texts: Sequence[str]) -> None:
        """Every text has the same chance of being among the kept ones (Vitter's reservoir)."""
        for text in texts:
            self._seen += 1
            if len(self._texts) < _TEXTS:
                self._texts.append(text)
            elif (place := self._random.randrange(self._seen)) < _TEXTS:
                self._texts[place] = text

    def _check_on_own_texts(self) -> None:
        if self._measuring is not None and not self._measuring.ended.is_set():
            return
        self._measured = True  # once in this process, also when it fails
        choice = choices.load(self._fingerprint)
        left = choices.worth_another_look(choice) if choice else backends_here()
        if not left:
            return
        convert = FIRST in left and self._source.unconverted()
        self._start(left, self._texts, own=True, convert=convert)

    def _start(self, candidates: Sequence[str], texts: Sequence[str], *, own: bool, convert: bool) -> Measuring | None:
        job = Job(str(self._source.path), self._source.cut, convert, tuple(candidates), tuple(texts))
        with self._lock:
            if self._closed:
                return None
            try:
                measuring = self._measuring = Measuring(job, self._free)
            except OSError as error:
                log.warning("nothing is measured: %s", error)
                return None
        self._following = threading.Thread(target=self._follow, args=(measuring, own), name="measure", daemon=True)
        self._following.start()
        return measuring

    def _follow(self, measuring: Measuring, own: bool) -> None:
        try:
            rows = measuring.run()
            if self._auto and measuring.stopped:
                self._remember_the_rest(rows)
            elif self._auto:
                self._conclude(rows, own=own)
        except Exception:  # in a thread of its own; without a measurement the embedder goes on as it is
            log.exception("measuring embedding backends failed")
        finally:
            measuring.end()

    def _remember_the_rest(self, rows: Sequence[Row]) -> None:
        """The program ends. What was measured need not be measured again; of a second look at a user's own texts nothing is
        kept."""
        older = choices.load(self._fingerprint)
        if not rows or (older is not None and not older.left):
            return
        together = choices.merged(older.rows if older else (), rows)
        left = tuple(backend for backend in backends_here() if backend not in {row.backend for row in together})
        choices.store(self._fingerprint, Choice(choices.best(together) or FIRST, together, left=left))

    def _conclude(self, rows: Sequence[Row], *, own: bool) -> None:
        """Remember the fastest, and go on with it."""
        if not rows:
            return  # it was only converted
        older = choices.load(self._fingerprint)
        together = choices.merged(older.rows if older else (), rows)
        fastest = choices.best(together if older and older.left else rows) or choices.best(together)
        if not fastest:
            return
        self._left = ()
        choices.store(self._fingerprint, Choice(fastest, together, own=own or bool(older and older.own)))
        log.info("embedding by %s; measured: %s", fastest, rows)
        if fastest == self._inner.facts.backend:
            return
        opened: Embedder | None = self._open_torch(fastest) if fastest.startswith("torch-") else self._source.ready(fastest)
        if opened is not None and not self._closed:
            self._inner = opened
