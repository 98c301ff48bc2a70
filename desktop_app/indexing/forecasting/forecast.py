# SPDX-License-Identifier: Apache-2.0
"""How much is left of a run: files by kind, throughput, range.

Before the sample is read, chunks and seconds of a file come from what this machine remembers, or are guessed; then from the files of its
kind that were read in this run. All files are found by words when the readers are done; vectors come after that, text recognition last.
The pace of embedding is an exponentially weighted average over a minute, rests of the gentle mode included, so that the time left follows.

Pure sums with a clock handed in; no thread and no disk.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop_app.contract.document import SourceFile
from desktop_app.contract.index_run import Forecast
from desktop_app.documents.process.registry import is_picture
from desktop_app.indexing.forecasting.rates import FILE_WEIGHT, OCR, Kind, Rates, kind_of
from desktop_app.indexing.forecasting.space import Space

_HALF_LIFE = 60.0  # seconds of embedding after which a measurement counts half
_SETTLED = 2.0  # seconds of embedding from which its pace stands alone; the first, small batches are slow
# How far off a total may be, as a share of it: guessed, remembered, and measured (after n files or batches: a + b / sqrt(n)).
_GUESSED, _REMEMBERED, _MEASURED, _ENOUGH = 2.0, 0.5, (0.1, 0.5), 8
_PART_KNOWN = 0.05  # share of a file that must be read before its own pace counts
_OVERDUE = 0.3  # of the time a file has taken, when that is longer than others of its kind took


@dataclass(slots=True)
class _Kind:
    """Files of one kind: those left, those started, the sums of those read, and how many of these were found to be scans."""

    left: int = 0
    left_bytes: float = 0.0
    started: int = 0
    read: Kind = field(default_factory=Kind)
    scans: int = 0


@dataclass(slots=True)
class _AtHand:
    """A file that is being read; ``share`` of it (0..1) at the clock's ``seen``. ``first``: it may pay for the start of a reader."""

    file: SourceFile
    started: float
    seen: float
    first: bool
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Left:
    """What is left. ``seconds`` of wall clock, in all; ``words``: until all files but scans are found by words; ``meaning``: and have their
    vectors. ``spread`` and ``words_spread``: shares by which ``seconds`` and ``words`` may be off."""

    seconds: float
    words: float
    meaning: float
    spread: float
    words_spread: float
    chunks: float
    scans: float


class Work:
    """The files and chunks of a run, done and left. Not thread-safe: its owner (``ProgressMeter``) holds a lock.

    ``to_embed``: texts that lack a vector and whose file is read.
    """

    def __init__(self, files: Sequence[SourceFile], rates: Rates, *, readers: int, space: Space) -> None:
        self._files = files
        self._bytes = sum(file.size for file in files)
        self._rates = rates
        self._readers = max(1, readers)
        self._space = space
        self._kinds = defaultdict[str, _Kind](_Kind)
        self._scans = set[str]()  # paths of files that were found to be scans
        self._at_hand: dict[str, _AtHand] = {}
        self._read = self._recognised = self._chunks = self._batches = 0
        self._size = 0.0  # bytes that the chunks so far take in the catalogue
        self._embedded = (0.0, 0.0)  # (seconds, chunks), rests left out
        self._pace = (0.0, 0.0)  # the same, older measurements fading and rests included
        self.to_embed = 0
        for file in files:
            self._add(file)

    # ---- what happened ----------------------------------------------------------------------------------------------

    def begin(self, file: SourceFile, now: float) -> None:
        """A file is being read."""
        kind = self._kinds[self._kind(file.path)]
        # The first to start, not to end: while one reader starts, another one may read several files.
        self._at_hand[file.path] = _AtHand(file, now, now, kind.started < self._readers)
        kind.started += 1

    def advance(self, path: str, share: float, now: float) -> None:
        """A file at hand is read to ``share`` (0..1)."""
        one = self._at_hand.get(path)
        if one is not None:
            one.share, one.seen = share, now

    def finish(self, file: SourceFile, seconds: float, chunks: int, size: float, *, opened: bool = True) -> None:
        """A file was read. ``size``: bytes its chunks take in the catalogue; ``opened`` False: its content was not looked into."""
        self._remove(file, seconds, chunks, opened=opened)
        self._chunks += chunks
        self.to_embed += chunks
        self._size += size

    def put_off(self, file: SourceFile, seconds: float) -> None:
        """A first look of ``seconds`` found a scan: it is read again at the end."""
        self._remove(file, seconds, 0).scans += 1
        self._scans.add(file.path)
        self._add(file)

    def embed(self, chunks: int, seconds: float, rested: float) -> None:
        """Vectors were made in ``seconds``, after ``rested`` seconds of giving way."""
        self.to_embed = max(0, self.to_embed - chunks)
        self._batches += 1
        self._embedded = self._embedded[0] + seconds, self._embedded[1] + chunks
        fade = 0.5 ** ((seconds + rested) / _HALF_LIFE)
        self._pace = self._pace[0] * fade + seconds + rested, self._pace[1] * fade + chunks

    def _kind(self, path: str) -> str:
        return kind_of(path, ocr=path in self._scans or is_picture(path))

    def _add(self, file: SourceFile) -> None:
        kind = self._kinds[self._kind(file.path)]
        kind.left += 1
        kind.left_bytes += file.size

    def _remove(self, file: SourceFile, seconds: float, chunks: int, *, opened: bool = True) -> _Kind:
        at_hand = self._at_hand.pop(file.path, None)
        name = self._kind(file.path)
        kind = self._kinds[name]
        kind.left = max(0, kind.left - 1)
        kind.left_bytes = max(0.0, kind.left_bytes - file.size) if kind.left else 0.0  # its size may have changed
        if opened:
            if at_hand is not None and at_hand.first and name != OCR:
                seconds = min(seconds, self._of_a_file(name, file.size)[0])
            self._read += 1
            self._recognised += name == OCR
            kind.read = kind.read.plus(Kind(1, file.size, seconds, chunks))
        elif at_hand is not None:
            kind.started -= 1  # no reader had it
        return kind

    # ---- what is left -----------------------------------------------------------------------------------------------

    @property
    def measured(self) -> Rates:
        """This run's own measurements."""
        return Rates({name: kind.read for name, kind in self._kinds.items() if kind.read.files}, self._embedded)

    def left(self, now: float) -> Left:
        """What is left at the clock's ``now``."""
        chunks = reading = scans = 0.0
        for name, kind in self._kinds.items():
            if not kind.left:
                continue
            seconds, of_each = self._of_a_file(name, kind.left_bytes / kind.left)
            chunks += of_each * kind.left
            if name == OCR:
                scans += kind.left
            else:
                reading += seconds * kind.left
                scans += kind.left * kind.scans / max(1.0, kind.read.files)  # as many of those left will turn out to be scans
        recognising = scans * self._of_a_file(OCR, 0.0)[0]
        words, recognising = self._wall_clock(reading, now, ocr=False), self._wall_clock(recognising, now, ocr=True)
        embed = (chunks + self.to_embed) * self._seconds_a_vector() if self._space.dimension else 0.0
        seconds = words + embed + recognising
        of_reading = _spread(self._read, remembered=bool(self._rates.kinds))
        of_scans = _spread(self._recognised, remembered=OCR in self._rates.kinds)
        of_vectors = _spread(self._batches, remembered=bool(self._rates.embed[1]))
        off = math.hypot(words * of_reading, recognising * of_scans, embed * of_vectors)
        return Left(seconds, words, words + embed, off / seconds if seconds else 0.0, of_reading, chunks, scans)

    def _of_a_file(self, name: str, size: float) -> tuple[float, float]:
        """(seconds of one reader, chunks) of a file of a kind: by those read, beside which what is known counts as half a file,
        and as no more than it is."""
        known, read = self._rates.kind(name), self._kinds.get(name, _Kind()).read
        if name == OCR:
            both = read.plus(known, 0.5 / known.files)
            return both.seconds / both.files, both.chunks / both.files
        weight = FILE_WEIGHT + size
        both = read.plus(known, min(1.0, weight / 2 / known.weight))
        return weight * both.seconds / both.weight, weight * both.chunks / both.weight

    def _wall_clock(self, seconds: float, now: float, *, ocr: bool) -> float:
        """How long readers take for ``seconds`` of reading. A file at hand is known better by its own pages than by its kind, and no second
        reader can share it."""
        longest = 0.0
        for one in self._at_hand.values():
            name = self._kind(one.file.path)
            if (name == OCR) == ocr:
                usual, spent = self._of_a_file(name, one.file.size)[0], now - one.started
                whole = (one.seen - one.started) / one.share if one.share > _PART_KNOWN else usual
                left = max(whole - spent, _OVERDUE * spent)  # never "nothing left" while it is being read
                seconds += left - usual
                longest = max(longest, left)
        return max(seconds / self._readers, longest, 0.0)

    def _seconds_a_vector(self) -> float:
        seconds, chunks = self._pace
        if seconds >= _SETTLED:
            return seconds / max(1.0, chunks)
        return (seconds + _SETTLED) / (chunks + _SETTLED / self._rates.embed_seconds())

    def forecast(self, basis: str, now: float, elapsed: float, *, chunks_before: int, words: float | None = None) -> Forecast:
        """``elapsed``: seconds since reading began; ``chunks_before``: chunks that the library held already; ``words``: seconds after which
        all files but scans were found by words, None as long as they are not. Free space is filled in by the caller."""
        left = self.left(now)
        total = chunks_before + self._chunks + left.chunks
        space = Space(self._space.dimension, self._size / self._chunks) if self._chunks else self._space
        more = space.words(left.chunks) + space.vectors(total) - space.vectors(max(0.0, total - self.to_embed - left.chunks))
        found = (elapsed + left.words) if words is None else words
        found_by = (1.0 + left.words_spread) if words is None else 1.0
        return Forecast(
            basis=basis,
            files=len(self._files),
            bytes=self._bytes,
            chunks=round(self._chunks + left.chunks),
            scans=round(left.scans),
            seconds_low=elapsed + left.seconds / (1 + left.spread),
            seconds=elapsed + left.seconds,
            seconds_high=elapsed + left.seconds * (1 + left.spread),
            disk=round(space.disk(total) - space.disk(chunks_before)),
            disk_left=round(more / (1 + left.spread)),
            memory=round(space.memory(total, self._readers, ocr=left.scans >= 1)),
            words_low=found / found_by,
            words=found,
            words_high=found * found_by,
        )


def _spread(measurements: int, *, remembered: bool) -> float:
    if measurements >= _ENOUGH:
        return _MEASURED[0] + _MEASURED[1] / math.sqrt(measurements)
    return _REMEMBERED if remembered else _GUESSED
