# SPDX-License-Identifier: Apache-2.0
"""How far a run is and how long it will take: every stage tells it what it did, it tells the person, at most ten times a second.

The time left comes from ``forecast``; here it is smoothed, so that it counts down and does not jump: it goes down with the clock and
is drawn to each new estimate within seconds. While a stage stands still it does not go to nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from desktop_app.contract.document import SourceFile
from desktop_app.contract.index_run import OUTCOMES, Forecast, IndexProgress
from desktop_app.indexing.forecasting.forecast import Estimator
from desktop_app.indexing.forecasting.rates import OCR, Rates
from desktop_app.indexing.forecasting.space import Space

Report = Callable[[IndexProgress], None]
Tell = Callable[[Forecast], None]

_INTERVAL = 0.1
_ESTIMATE_EVERY = 0.5  # seconds between two sums over all kinds of files
_FORECAST_EVERY = 5.0
_MINIMUM_SECONDS = 2.0  # of a run before a time left is told
_SMOOTHING = 6.0  # seconds in which the time shown comes two thirds nearer to a new estimate


def _unheard(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class RunListener:
    """Who hears of a run: ``report`` how far it is, ``forecast`` what it will take (planned, sampled, and every few seconds)."""

    report: Report = _unheard
    forecast: Tell = _unheard


UNHEARD = RunListener()


class ProgressMeter:
    """Thread-safe. ``clock`` in seconds, standing still while the run is paused. ``forecast`` hears what the run will take:
    planned, sampled, and then every few seconds."""

    def __init__(
        self,
        report: Report,
        clock: Callable[[], float] = time.monotonic,
        *,
        forecast: Tell = _unheard,
        rates: Rates | None = None,
        readers: int = 1,
        space: Space | None = None,
        chunks_before: int = 0,
    ) -> None:
        self._report = report
        self._clock = clock
        self._forecast = forecast
        self._rates = rates or Rates()
        self._readers = readers
        self._space = space or Space(0)
        self._chunks_before = chunks_before
        self._lock = threading.Lock()
        self._start = clock()
        self._told = float("-inf")
        self._counts = dict.fromkeys(OUTCOMES, 0)
        self._total = self._done = self._chunks = 0
        self._part: tuple[str, int, int] = ("", 0, 0)
        self._estimator = self._new_estimator(())
        self._sample = 0  # files of the sample that are not read yet
        self._sampling = False
        self._scan_wanted = not any(kind.startswith(OCR) for kind in self._rates.kinds)
        self._basis = ""
        self._reading_since = self._start
        self._estimated = self._forecast_at = float("-inf")
        self._shown: float | None = None
        self._sooner = (0.0, 0.0)  # shares of the time left after which all but scans is found by words, and by meaning
        self._shown_at = self._start
        self._vectors = self._made = 0  # texts that get their vectors now, and those that have them
        self._words_at: float | None = None  # seconds after which all files but scans were found by words
        self.doing = "scanning"
        self.path = ""
        self.moved = self._start  # clock of the last progress of any kind

    def _new_estimator(self, files: Sequence[SourceFile]) -> Estimator:
        return Estimator(files, self._rates, readers=self._readers, space=self._space)

    @property
    def seconds(self) -> float:
        return self._clock() - self._start

    @property
    def counts(self) -> dict[str, int]:
        with self._lock:
            return dict(self._counts)

    @property
    def chunks(self) -> int:
        return self._chunks

    @property
    def words(self) -> float:
        """Seconds after which all files but scans were found by words; 0.0 as long as they are not."""
        return self._words_at or 0.0

    @property
    def measured(self) -> Rates:
        """What this run measured, to be remembered."""
        with self._lock:
            return self._estimator.remembered()

    @property
    def wants_scan(self) -> bool:
        """Whether one scan should be read now, because nothing is known of what they take here. True once."""
        with self._lock:
            wanted = self._scan_wanted and self._sampling and self._sample <= 0
            self._scan_wanted = self._scan_wanted and not wanted
            return wanted

    # ---- what the stages tell ---------------------------------------------------------------------------------------

    def scanning(self, path: str) -> None:
        self._moved("scanning", path)
        self._tell(IndexProgress("scanning", path, seconds=self.seconds), always=True)

    def begin(self, files: Sequence[SourceFile], sample: int = 0) -> None:
        """Reading begins: the files to read; the first ``sample`` of them are read to tell the rest by."""
        with self._lock:
            self._total = len(files)
            self._estimator = self._new_estimator(files)
            self._sample = sample
            self._sampling = sample > 0
            self._reading_since = self._clock()
        if files:
            self._tell_forecast("remembered" if self._rates.measured else "guessed")

    def count(self, outcome: str, n: int = 1) -> None:
        with self._lock:
            self._counts[outcome] += n

    def reading(self, file: SourceFile, *, ocr: bool = False) -> None:
        self._moved("reading", file.path)
        with self._lock:
            self._estimator.begun(file, self._clock(), ocr=ocr)
        self._tell_of(file.path)

    def advanced(self, path: str, done: int, total: int | None) -> None:
        """A file at hand is at ``done`` of ``total`` pages, sheets or the like."""
        self._moved("reading", path)
        with self._lock:
            if total:
                self._part = (path, done, total)
                self._estimator.advanced(path, min(1.0, done / total), self._clock())
        self._tell_of(path)

    def read(
        self, file: SourceFile, seconds: float, chunks: int = 0, text: float = 0.0, *, ocr: bool = False, opened: bool = True
    ) -> None:
        """A file was read, or could not be; ``text``: bytes its chunks take on the disk; ``opened`` False: not looked into."""
        self._moved("reading", file.path)
        with self._lock:
            self._estimator.read(file, seconds, chunks, text, ocr=ocr, counts=opened)
            self._sample -= 1

    def put_off(self, file: SourceFile, seconds: float) -> None:
        """A scan: its text is recognised after all other files."""
        self._moved("reading", file.path)
        with self._lock:
            self._estimator.late(file, seconds)
            self._sample -= 1

    def found_by_words(self) -> None:
        """All files but scans are found by words, whether or not there were any."""
        with self._lock:
            self._note_words()

    def _note_words(self) -> None:
        if self._words_at is None:
            self._words_at = self._clock() - self._start

    def making_vectors(self, texts: int) -> None:
        """So many texts get their vectors now."""
        self._moved("embedding", "")
        with self._lock:
            self._vectors, self._made = texts, 0
            self._estimator.to_embed(texts)
        self._tell_of("", always=True)

    def made_vectors(self) -> None:
        """All of them have theirs; files are read again, or the run is over."""
        self._moved("reading", "")
        with self._lock:
            self._vectors = self._made = 0
            self._estimator.to_embed(0)

    def embedded(self, texts: int, seconds: float, rested: float = 0.0) -> None:
        """A batch went through the model in ``seconds``, after ``rested`` seconds of giving way."""
        self._moved("embedding", "")
        with self._lock:
            self._made += texts
            over = self._made >= self._vectors
            self._estimator.embedded(texts, seconds, rested)
        self._tell_of("", always=over)

    def written(self, chunks: int, seconds: float) -> None:
        with self._lock:
            self._estimator.written(chunks, seconds)

    def finished(self, path: str, outcome: str, chunks: int = 0) -> None:
        self._moved("reading", self.path)
        with self._lock:
            self._counts[outcome] += 1
            self._done += 1
            self._chunks += chunks
            if self._words_at is None and self._total - self._done <= self._estimator.scans_left:
                self._note_words()
            over = self._done == self._total
        self._tell_of(path, always=over)

    def stalled(self, seconds: float) -> None:
        """Nothing moved for ``seconds``: told as it is."""
        now = self._now(self.path)
        self._tell(
            IndexProgress(
                now.stage if now.total else "scanning", now.path, now.done, now.total, now.chunks, now.seconds, None, now.counts,
                now.part, now.parts, seconds, self.doing,
            ),
            always=True,
        )  # fmt: skip

    # ---- what it tells ----------------------------------------------------------------------------------------------

    def _moved(self, doing: str, path: str) -> None:
        with self._lock:
            self.doing, self.path, self.moved = doing, path, self._clock()

    def _tell_of(self, path: str, *, always: bool = False) -> None:
        """Several times a file: nothing is summed up for a report that would not be made."""
        if always or self._clock() - self._told >= _INTERVAL:
            self._tell(self._now(path), always=always)

    def _now(self, path: str) -> IndexProgress:
        with self._lock:
            now = self._clock()
            left = self._left(now)
            of, part, parts = self._part
            if of != path:
                part = parts = 0
            stage, done, total = "reading", self._done, self._total
            if self._vectors:
                stage, done, total = "vectors", self._made, self._vectors
            words = meaning = None
            if left is not None and self._space.dimension:
                words = left * self._sooner[0] if self._words_at is None else None
                meaning = left * self._sooner[1] if words is not None or self._vectors else None
            counts, seconds = dict(self._counts), now - self._start
            return IndexProgress(
                stage, path, done, total, self._chunks, seconds, left, counts, part, parts, 0.0, "", words, meaning
            )

    @property
    def _over(self) -> bool:
        """Whether every file is read and every vector made. Under the lock."""
        return (
            self._done == self._total
            and self._made == self._vectors
            and (self._words_at is not None or not self._space.dimension)
        )

    def _left(self, now: float) -> float | None:
        """Seconds left as they are shown. Under the lock."""
        if self._over:
            return 0.0
        if now - self._reading_since < _MINIMUM_SECONDS or not (self._done or self._made):
            return None
        if now - self._estimated >= _ESTIMATE_EVERY:
            self._estimated = now
            left = self._estimator.left(now)
            estimate = left.seconds
            self._sooner = (left.words / estimate, left.meaning / estimate) if estimate else (1.0, 1.0)
            if self._shown is None:
                self._shown = estimate
            else:
                passed = now - self._shown_at
                expected = max(0.0, self._shown - passed)
                nearer = 1 - 2.718 ** (-passed / _SMOOTHING)
                self._shown = max(expected + nearer * (estimate - expected), min(estimate, 1.0))
            self._shown_at = now
        return self._shown

    def _tell(self, progress: IndexProgress, *, always: bool = False) -> None:
        now = self._clock()
        with self._lock:
            if not always and now - self._told < _INTERVAL:
                return
            self._told = now
            due = not self._over and now - self._forecast_at >= _FORECAST_EVERY
            basis = "sampled" if self._sample <= 0 and self._basis in ("guessed", "remembered") else self._basis
            if basis == "sampled" and self._basis == "sampled":
                basis = "running"
            if basis == "sampled":
                due, self._shown = True, None  # from here on it is known: no slow way from the guess to it
        self._report(progress)
        if due and basis:
            self._tell_forecast(basis)

    def _tell_forecast(self, basis: str) -> None:
        with self._lock:
            now = self._clock()
            self._basis, self._forecast_at = basis, now
            words = None if self._words_at is None else self._words_at + self._start - self._reading_since
            told = self._estimator.forecast(
                basis, now, now - self._reading_since, chunks_before=self._chunks_before, words=words
            )
        self._forecast(told)
