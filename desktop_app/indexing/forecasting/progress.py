# SPDX-License-Identifier: Apache-2.0
"""Progress of a run: what is done, and how long it still takes.

Reports leave at most ten times a second. The time left comes from ``forecast``, which is asked twice a second; between two estimates it
goes down with the clock.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from desktop_app.contract.document import SourceFile
from desktop_app.contract.index_run import OUTCOMES, Forecast, IndexProgress
from desktop_app.indexing.forecasting.forecast import Left, Work
from desktop_app.indexing.forecasting.rates import Rates
from desktop_app.indexing.forecasting.space import Space

ProgressCallback = Callable[[IndexProgress], None]
ForecastCallback = Callable[[Forecast], None]

_INTERVAL = 0.1  # seconds between two reports
_ESTIMATE_EVERY = 0.5
_FORECAST_EVERY = 5.0
_MINIMUM_SECONDS = 2.0  # of a run before a time left is reported


def _ignore(_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class RunListener:
    """Callbacks of a run, called from any of its threads: ``progress``, how far it is; ``forecast``, what it will take, at its start, after
    the sample, then every five seconds."""

    progress: ProgressCallback = _ignore
    forecast: ForecastCallback = _ignore


NO_LISTENER = RunListener()


class ProgressMeter:
    """Thread-safe. ``clock`` in seconds, standing still while the run is paused; ``space`` without a dimension: no vectors are made;
    ``chunks_before``: chunks that the library held already."""

    def __init__(
        self,
        listener: RunListener = NO_LISTENER,
        clock: Callable[[], float] = time.monotonic,
        *,
        rates: Rates | None = None,
        readers: int = 1,
        space: Space | None = None,
        chunks_before: int = 0,
    ) -> None:
        self._listener = listener
        self._clock = clock
        self._rates = rates or Rates()
        self._readers = readers
        self._space = space or Space(0)
        self._chunks_before = chunks_before
        self._lock = threading.Lock()
        self._start = self._reading_since = clock()
        self._counts = dict.fromkeys(OUTCOMES, 0)
        self._files = self._done = self._chunks = 0
        self._vectors = self._made = 0  # texts that get their vectors now, and those that have them
        self._words_at: float | None = None  # seconds after which all files but scans were found by words
        self._part: tuple[str, int, int] = ("", 0, 0)
        self._work = Work((), self._rates, readers=readers, space=self._space)
        self._basis = ""
        self._sample = 0  # files that are still to be read before the forecast is based on them
        self._sent = self._estimated = self._forecast_at = float("-inf")
        self._left: Left | None = None  # the last estimate
        self.doing = "scanning"
        self.path = ""
        self.moved = self._start  # clock of the last progress of any kind

    @property
    def seconds(self) -> float:
        """Since the run began."""
        return self._clock() - self._start

    @property
    def counts(self) -> dict[str, int]:
        """Files per outcome."""
        with self._lock:
            return dict(self._counts)

    @property
    def chunks(self) -> int:
        """Chunks written."""
        return self._chunks

    @property
    def words(self) -> float:
        """Seconds after which all files but scans were found by words; 0.0 as long as they are not."""
        return self._words_at or 0.0

    @property
    def measured(self) -> Rates:
        """What this run measured, to be remembered."""
        with self._lock:
            return self._work.measured

    # ---- what the stages report -------------------------------------------------------------------------------------

    def scanning(self, path: str) -> None:
        """A source is being walked."""
        self.doing, self.path, self.moved = "scanning", path, self._clock()
        self._send(IndexProgress("scanning", path, seconds=self.seconds), always=True)

    def count(self, outcome: str, n: int = 1) -> None:
        """Files that need no reading."""
        with self._lock:
            self._counts[outcome] += n

    def begin(self, files: Sequence[SourceFile], sample: int = 0) -> None:
        """Reading begins: the files to read, the first ``sample`` of which the forecast will be based on."""
        with self._lock:
            self._files, self._sample = len(files), max(1, sample)
            self._work = Work(files, self._rates, readers=self._readers, space=self._space)
            self._reading_since = self._clock()
            self._basis = "remembered" if self._rates.kinds else "guessed"
        if files:
            self._send_forecast()

    def reading(self, file: SourceFile) -> None:
        """A file is being read."""
        with self._event("reading", file.path):
            self._work.begin(file, self._clock())

    def advanced(self, path: str, done: int, total: int | None) -> None:
        """A file at hand is at ``done`` of ``total`` pages, sheets or the like."""
        with self._event("reading", path):
            if total:
                self._part = (path, done, total)
                self._work.advance(path, min(1.0, done / total), self._clock())

    def read(self, file: SourceFile, seconds: float, chunks: int = 0, size: float = 0.0, *, opened: bool = True) -> None:
        """A file was read, or could not be; ``size``: bytes its chunks take in the catalogue; ``opened`` False: not looked into."""
        with self._event("reading", file.path):
            self._work.finish(file, seconds, chunks, size, opened=opened)
            self._sample -= 1

    def put_off(self, file: SourceFile, seconds: float) -> None:
        """A scan: its text is recognised after all other files."""
        with self._event("reading", file.path):
            self._work.put_off(file, seconds)
            self._sample -= 1

    def written(self, path: str, outcome: str, chunks: int = 0) -> None:
        """A file is done, with so many chunks."""
        with self._event("reading", self.path, shown=path):
            self._counts[outcome] += 1
            self._done += 1
            self._chunks += chunks

    def found_by_words(self) -> None:
        """All files but scans are found by words, whether or not there were any."""
        with self._lock:
            self._words_at = self._clock() - self._start

    def making_vectors(self, texts: int) -> None:
        """So many texts get their vectors now; 0: all have theirs."""
        with self._event("embedding" if texts else "reading", ""):
            self._vectors, self._made, self._work.to_embed = texts, 0, texts
            self._estimated = float("-inf")  # how many is known now

    def embedded(self, texts: int, seconds: float, rested: float = 0.0) -> None:
        """A batch went through the model in ``seconds``, after ``rested`` seconds of giving way."""
        with self._event("embedding", ""):
            self._made += texts
            self._work.embed(texts, seconds, rested)

    def stalled(self, seconds: float) -> None:
        """Nothing moved for ``seconds``."""
        now = self._now(self.path)
        stage = now.stage if now.total else "scanning"
        self._send(replace(now, stage=stage, seconds_left=None, stalled=seconds, doing=self.doing), always=True)

    @contextmanager
    def _event(self, doing: str, path: str, *, shown: str = "") -> Iterator[None]:
        """Under the lock; a report of ``shown``, else ``path``, follows where one is due, and where a stage begins or ends."""
        with self._lock:
            self.doing, self.path, self.moved = doing, path, self._clock()
            before = self._done, self._made, self._vectors
            yield
            done, total = (self._made, self._vectors) if self._vectors else (self._done, self._files)
            always = before != (self._done, self._made, self._vectors) and (done >= total or before[2] < self._vectors)
        if always or self.moved - self._sent >= _INTERVAL:
            self._send(self._now(shown or path), always=always)

    # ---- what the listener gets -------------------------------------------------------------------------------------

    def _now(self, path: str) -> IndexProgress:
        with self._lock:
            now = self._clock()
            left = self._seconds_left(now)
            words = meaning = None
            if self._space.dimension and left is not None and self._left is not None:
                words = self._left.words if self._words_at is None else None
                meaning = min(left, self._left.meaning) if words is not None or self._vectors else None
            stage, done, total = (
                ("vectors", self._made, self._vectors) if self._vectors else ("reading", self._done, self._files)
            )
            part, parts = self._part[1:] if self._part[0] == path else (0, 0)
            counts, seconds = dict(self._counts), now - self._start
            return IndexProgress(
                stage,
                path,
                done,
                total,
                self._chunks,
                seconds,
                left,
                counts,
                part,
                parts,
                words_left=words,
                meaning_left=meaning,
            )

    def _over(self) -> bool:
        """Whether every file is read and every vector made. Under the lock."""
        read = self._done == self._files and (self._words_at is not None or not self._space.dimension)
        return read and self._made == self._vectors

    def _seconds_left(self, now: float) -> float | None:
        """Seconds left as they are shown. Under the lock."""
        if self._over():
            return 0.0
        if now - self._reading_since < _MINIMUM_SECONDS or not (self._done or self._made):
            return None
        if self._left is None or now - self._estimated >= _ESTIMATE_EVERY:
            self._left, self._estimated = self._work.left(now), now
        return max(0.0, self._left.seconds - (now - self._estimated))

    def _send(self, progress: IndexProgress, *, always: bool = False) -> None:
        now = self._clock()
        with self._lock:
            if not always and now - self._sent < _INTERVAL:
                return
            self._sent = now
            if self._over():
                due = False  # a forecast of what has happened
            elif self._basis in ("guessed", "remembered") and self._sample <= 0:
                self._basis, due = "sampled", True
            else:
                due = bool(self._basis) and now - self._forecast_at >= _FORECAST_EVERY
        self._listener.progress(progress)
        if due:
            self._send_forecast()

    def _send_forecast(self) -> None:
        with self._lock:
            now = self._forecast_at = self._clock()
            words = None if self._words_at is None else self._words_at + self._start - self._reading_since
            made = self._work.forecast(
                self._basis, now, now - self._reading_since, chunks_before=self._chunks_before, words=words
            )
        self._listener.forecast(made)
