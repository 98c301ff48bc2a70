# SPDX-License-Identifier: Apache-2.0
"""How much is left of a run, told from what was measured so far: one kind and size of file at a time, stage by stage.

    planned    files to read are known by ending and size; chunks and seconds come from what this machine remembers, or are guessed
    sampled    a few files of every kind were read, a batch was embedded: from here the range is worth its name
    running    the same sums, with every file that is finished

Reading and writing overlap, so that what is left takes as long as the slower of the two: then all files are found by words. Vectors
come after them, text recognition and its vectors last; each is added. A stage's pace is that of its last minute, rests included (gentle
mode), so that the time left follows.

Pure sums with a clock handed in; no thread and no disk.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop_app.contract.document import SourceFile
from desktop_app.contract.index_run import Forecast
from desktop_app.indexing.forecasting.rates import OCR, Kind, Rates, kind_of
from desktop_app.indexing.forecasting.sample import Stratum, size_class, stratum
from desktop_app.indexing.forecasting.space import Space

_HALF_LIFE = 60.0  # seconds of a stage's work after which a measurement counts half
_BATCHES = 3  # that a stage must have done before its pace stands alone
_SETTLED = 2.0  # seconds of a stage's work from which its pace stands alone; its first, small batches are slow
# How far off a total may be while it is not measured, as a share of it.
_GUESSED, _REMEMBERED, _FLOOR = 2.0, 0.5, 0.06
_TELLING = 0.05  # share of a file that must be read before its own pace counts
_OVERDUE = 0.3  # of the time a file has taken, when that is longer than its likes took
_SPREAD = 0.8  # of chunks and seconds of files of one kind and size, until two of them were read


@dataclass(slots=True)
class _Sums:
    """Of the files of one stratum: those left, and of those read the sums for a ratio to the size and its spread."""

    left: int = 0
    left_bytes: float = 0.0
    read: int = 0
    bytes: float = 0.0
    chunks: float = 0.0
    seconds: float = 0.0
    late: int = 0  # read once, and found to be scans
    squares: list[float] = field(default_factory=lambda: [0.0] * 5)  # b², cb, c², sb, s²

    def add(self, size: int, chunks: int, seconds: float) -> None:
        self.read += 1
        self.bytes += size
        self.chunks += chunks
        self.seconds += seconds
        for place, value in enumerate((size * size, chunks * size, chunks * chunks, seconds * size, seconds * seconds)):
            self.squares[place] += value


@dataclass(slots=True)
class _Pace:
    """Seconds a chunk of one stage, the older measurements fading; ``worked`` leaves out the rests, for what is remembered."""

    seconds: float = 0.0
    chunks: float = 0.0
    worked: float = 0.0
    all_chunks: float = 0.0
    batches: int = 0

    @property
    def settled(self) -> bool:
        return self.batches >= _BATCHES and self.worked >= _SETTLED

    def add(self, chunks: int, seconds: float, worked: float) -> None:
        fade = 0.5 ** (seconds / _HALF_LIFE)
        self.seconds = self.seconds * fade + seconds
        self.chunks = self.chunks * fade + chunks
        self.worked += worked
        self.all_chunks += chunks
        self.batches += 1


@dataclass(slots=True)
class _AtHand:
    file: SourceFile
    ocr: bool
    started: float
    seen: float
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Left:
    """What is left, seconds of wall clock; ``spread`` is the share by which it may be off. ``words``: until all files but scans are found
    by words; ``meaning``: and have their vectors."""

    seconds: float
    chunks: float
    scans: float
    spread: float
    words: float
    words_spread: float
    meaning: float


class Estimator:
    """Not thread-safe: its owner (``ProgressMeter``) holds a lock."""

    def __init__(self, files: Sequence[SourceFile], rates: Rates, *, readers: int, space: Space) -> None:
        self._known = rates
        self._readers = max(1, readers)
        self._space = space
        self._strata: dict[Stratum, _Sums] = defaultdict(_Sums)
        self._whole: dict[str, Kind] = defaultdict(Kind)  # read in this run, by kind
        self._embed, self._write = _Pace(), _Pace()
        self._under_way: dict[str, _AtHand] = {}
        self._embeds = space.dimension > 0
        self._to_embed = self._to_write = 0
        self._text, self._text_chunks = 0.0, 0
        self.files = len(files)
        self.bytes = sum(file.size for file in files)
        self.chunks = 0  # of the files read so far
        for file in files:
            sums = self._strata[stratum(file)]
            sums.left += 1
            sums.left_bytes += file.size

    # ---- what happened ----------------------------------------------------------------------------------------------

    def begun(self, file: SourceFile, now: float, *, ocr: bool) -> None:
        self._under_way[file.path] = _AtHand(file, ocr, now, now)

    def advanced(self, path: str, share: float, now: float) -> None:
        """A file at hand is read to ``share`` (0..1)."""
        one = self._under_way.get(path)
        if one is not None:
            one.share, one.seen = share, now

    def late(self, file: SourceFile, seconds: float) -> None:
        """A first look found a scan: it is read again at the end."""
        self._under_way.pop(file.path, None)
        found = self._take(stratum(file), file.size)
        found.late += 1
        found.add(file.size, 0, seconds)
        again = self._strata[kind_of(file.path, ocr=True), size_class(file.size)]
        again.left += 1
        again.left_bytes += file.size

    def read(self, file: SourceFile, seconds: float, chunks: int, text: float, *, ocr: bool, counts: bool = True) -> None:
        """A file was read. ``text``: bytes its chunks take on the disk; ``counts`` False: it was not opened (same content, not there)."""
        self._under_way.pop(file.path, None)
        kind = kind_of(file.path, ocr=ocr)
        sums = self._take((kind, size_class(file.size)), file.size)
        self.chunks += chunks
        self._to_embed += chunks
        self._to_write += chunks
        self._text += text
        self._text_chunks += chunks
        if not counts:
            return
        sums.add(file.size, chunks, seconds)
        whole = self._whole[kind]
        whole.files += 1
        whole.bytes += file.size
        whole.seconds += seconds
        whole.chunks += chunks

    def embedded(self, chunks: int, seconds: float, rested: float = 0.0) -> None:
        self._to_embed = max(0, self._to_embed - chunks)
        if chunks:
            self._embed.add(chunks, seconds + rested, seconds)

    def to_embed(self, texts: int) -> None:
        """So many lack a vector now: equal texts and those that have one are left out."""
        self._to_embed = texts

    def written(self, chunks: int, seconds: float) -> None:
        self._to_write = max(0, self._to_write - chunks)
        if chunks:
            self._write.add(chunks, seconds, seconds)

    def _take(self, key: Stratum, size: int) -> _Sums:
        """The sums of a file that is no longer left; one that changed its size meanwhile leaves where one is."""
        sums = self._strata[key]
        if not sums.left:
            kind = key[0]
            others = [
                one for name, one in self._strata.items() if one.left and name[0].removeprefix(OCR) == kind.removeprefix(OCR)
            ]
            leaving = others[0] if others else None
        else:
            leaving = sums
        if leaving is not None:
            leaving.left -= 1
            leaving.left_bytes = max(0.0, leaving.left_bytes - size) if leaving.left else 0.0
        return sums

    # ---- what is left -----------------------------------------------------------------------------------------------

    @property
    def scans_left(self) -> int:
        """Pictures, and files that were seen to be scans."""
        return sum(sums.left for (kind, _), sums in self._strata.items() if kind.startswith(OCR))

    def remembered(self) -> Rates:
        """This run's own measurements."""
        kinds = {name: Kind(kind.files, kind.bytes, kind.seconds, kind.chunks) for name, kind in self._whole.items()}
        embed, write = self._embed, self._write
        return Rates(kinds, (embed.worked, embed.all_chunks), (write.worked, write.all_chunks))

    def left(self, now: float) -> Left:
        chunks = chunk_variance = 0.0
        read = {False: 0.0, True: 0.0}  # seconds of readers: texts, scans
        variance = {False: 0.0, True: 0.0}
        scans = 0.0
        for (kind, _), sums in self._strata.items():
            if not sums.left:
                continue
            ocr = kind.startswith(OCR)
            mean = sums.left_bytes / sums.left
            chunk_ratio = self._chunk_ratio(kind, sums, mean)
            seconds = self._seconds(kind, sums, mean)
            chunks += chunk_ratio * sums.left_bytes
            read[ocr] += seconds * sums.left
            chunk_spread, second_spread = self._spreads(sums, chunk_ratio * mean, seconds)
            chunk_variance += (sums.left * chunk_spread) ** 2
            variance[ocr] += (sums.left * second_spread) ** 2
            if ocr:
                scans += sums.left
            elif sums.late:
                again = sums.left * sums.late / sums.read
                size = self._known.seconds(OCR + kind, mean)
                own = self._whole.get(OCR + kind)
                cost = own.seconds / own.bytes * mean if own is not None and own.bytes else size
                read[True] += again * cost
                variance[True] += (again * cost * _SPREAD) ** 2
                scans += again
        change, longest = self._at_hand(now)
        reading, recognising = (max((read[ocr] + change[ocr]) / self._readers, longest[ocr], 0.0) for ocr in (False, True))
        write = (chunks + self._to_write) * self._stage(self._write, self._known.write_seconds())
        pace = self._stage(self._embed, self._known.embed_seconds()) if self._embeds else 0.0
        embed = (chunks + self._to_embed) * pace
        words = max(reading, write)
        by_reading = math.sqrt(variance[False]) / self._readers if reading >= write else 0.0
        # Seconds by which each part may be off: what its files show, and how surely its pace is known.
        words_off = math.hypot(by_reading, words * self._unknown("read" if reading >= write else "write"))
        embed_off = math.hypot(math.sqrt(chunk_variance) * pace, embed * self._unknown("embed"))
        scans_off = math.hypot(math.sqrt(variance[True]) / self._readers, recognising * self._unknown("read"))
        seconds = words + embed + recognising
        off = math.hypot(words_off, embed_off, scans_off)
        return Left(seconds, chunks, scans, _share(off, seconds), words, _share(words_off, words), words + embed)

    def _at_hand(self, now: float) -> tuple[dict[bool, float], dict[bool, float]]:
        """Files being read now, apart for texts and scans: by how many seconds they change the sums over their likes, and the
        longest of them, which no second reader can share. Its own pages tell more of a file than what its likes took."""
        change, longest = {False: 0.0, True: 0.0}, {False: 0.0, True: 0.0}
        for one in self._under_way.values():
            kind = kind_of(one.file.path, ocr=one.ocr)
            sums = self._strata[kind, size_class(one.file.size)]
            usual = self._seconds(kind, sums, float(one.file.size)) if sums.left else 0.0
            spent = now - one.started
            whole = (one.seen - one.started) / one.share if one.share > _TELLING else usual
            # One that takes longer than its likes may go on as long again; never "nothing left" while it stands there.
            left = max(whole - spent, _OVERDUE * spent)
            change[one.ocr] += left - usual
            longest[one.ocr] = max(longest[one.ocr], left)
        return change, longest

    def _chunk_ratio(self, kind: str, sums: _Sums, mean: float) -> float:
        """Chunks a byte: of the stratum itself, leaning on its kind while few of it were read."""
        whole = self._whole.get(kind)
        prior = self._known.chunks(kind)
        if whole is not None and whole.bytes:
            prior = (whole.chunks + prior * mean) / (whole.bytes + mean) if whole.files < 3 else whole.chunks / whole.bytes
        if not sums.read:
            return prior
        return (sums.chunks + prior * mean) / (sums.bytes + mean) if sums.read < 4 else sums.chunks / max(1.0, sums.bytes)

    def _seconds(self, kind: str, sums: _Sums, mean: float) -> float:
        """Seconds of one reader for a file of the stratum: leaning on its kind, and on what is known, while few were read. The first of
        a kind pays for the start of what reads it, which says nothing of a larger one."""
        prior = self._known.seconds(kind, mean)
        whole = self._whole.get(kind)
        if whole is not None and whole.bytes:
            known = (prior, mean, 1.0) if whole.files < 3 else (0.0, 0.0, 0.0)
            seconds, of_bytes, files = whole.seconds + known[0], whole.bytes + known[1], whole.files + known[2]
            prior = seconds / of_bytes * mean if kind.startswith(OCR) else seconds / files
        if not sums.read:
            return prior
        return (sums.seconds + prior) / (sums.read + 1) if sums.read < 4 else sums.seconds / sums.read

    @staticmethod
    def _spreads(sums: _Sums, chunks: float, seconds: float) -> tuple[float, float]:
        """How far the mean of a stratum's files may be off, in chunks and in seconds: the standard error of the ratio."""
        if sums.read < 2:
            return chunks * _SPREAD, seconds * _SPREAD
        squares, n = sums.squares, sums.read
        ratio = sums.chunks / max(1.0, sums.bytes)
        of_chunks = max(0.0, squares[2] - 2 * ratio * squares[1] + ratio * ratio * squares[0]) / (n - 1)
        average = sums.seconds / n
        of_seconds = max(0.0, squares[4] - n * average * average) / (n - 1)
        return math.sqrt(of_chunks / n), math.sqrt(of_seconds / n)

    @staticmethod
    def _stage(pace: _Pace, known: float) -> float:
        """Seconds a chunk; until the stage has worked for a while what is known counts as that long a while."""
        if pace.settled:
            return pace.seconds / pace.chunks
        return (pace.seconds + _SETTLED) / (pace.chunks + _SETTLED / max(known, 1e-9))

    def _unknown(self, stage: str) -> float:
        """The part of the uncertainty that no sum over files shows: how fast the stage is."""
        pace = {"embed": self._embed, "write": self._write}.get(stage)
        if pace is None:
            files = sum(kind.files for kind in self._whole.values())
            shown = files >= 8
            count = files
        else:
            shown, count = pace.settled, pace.batches
        if shown:
            return _FLOOR + 0.3 / math.sqrt(count)
        known = self._known.embed[1] if stage == "embed" else self._known.measured
        return _REMEMBERED if known else _GUESSED

    def forecast(self, basis: str, now: float, elapsed: float, *, chunks_before: int, words: float | None = None) -> Forecast:
        """``chunks_before``: chunks the library held already, which share Chroma's memory. ``words``: seconds after which all files but
        scans were found by words, None as long as they are not. Free space is filled in by the caller."""
        left = self.left(now)
        total = self.chunks + left.chunks
        text = self._text / self._text_chunks if self._text_chunks >= 20 else self._space.text
        space = Space(self._space.dimension, text)
        whole = chunks_before + total
        missing = self._to_embed + left.chunks  # vectors
        more = space.words(self._to_write + left.chunks) + space.vectors(whole) - space.vectors(max(0.0, whole - missing))
        return Forecast(
            basis=basis,
            files=self.files,
            bytes=self.bytes,
            chunks=round(total),
            scans=round(left.scans),
            seconds_low=elapsed + left.seconds / (1 + left.spread),
            seconds=elapsed + left.seconds,
            seconds_high=elapsed + left.seconds * (1 + left.spread),
            disk=round(space.disk(whole) - space.disk(chunks_before)),
            disk_left=round(more / (1 + left.spread)),
            memory=round(space.memory(chunks_before + total, self._readers, ocr=left.scans >= 1)),
            words_low=elapsed + left.words / (1 + left.words_spread) if words is None else words,
            words=elapsed + left.words if words is None else words,
            words_high=elapsed + left.words * (1 + left.words_spread) if words is None else words,
        )


def _share(off: float, seconds: float) -> float:
    return min(3.0, off / seconds) if seconds else 0.0
