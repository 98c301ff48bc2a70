# SPDX-License-Identifier: Apache-2.0
"""Words of a page that stand below each other, as columns and rows.

    lines -> rows of words on one height -> runs of rows that leave the same strips free -> columns

Tables without rules (invoices, price lists, statements) are seen by their columns alone: strips of the page that no word enters, and
in which most rows have a gap wider than a space. Whether a run of rows is a table is decided in ``pdf_unruled``.
"""

from __future__ import annotations

import itertools
import operator
import re
import statistics
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from desktop_app.analysis.script import count_cjk
from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.text.locators import Box

# Shares of a line's height, which is 1.1 to 1.4 times the size of its letters.
_WIDE = 0.75  # of a gap between columns: three spaces, more than justified lines have
_SPACE = 0.6  # of a gap that is no space between words
_STRIP = 0.3  # that stays free in all rows
_ONE_HEIGHT = 0.4
_WIDEST = 0.62  # of a usual letter, a Chinese one as two
_SPARE = 0.6  # that a line is longer than its letters are, at least, where it has gaps
_UNEVEN = 1.1  # letters of a line may take so much more than usual
_TELLING = 8  # letters from which on a line says how wide letters are
_FARTHEST = 2.6  # from one row to the next of a table
_PACE = 1.7  # times the widest step between its rows so far
_MOST_LOOSE = 3  # rows in a run that have no columns: headings of sections
_MOST_LINES = 400  # of a page that are looked at, those of a full page of small print
_AHEAD = 9  # rows in which the first of a run must have gaps
_SIGN, _OTHER_SIZE, _MOST_SIGNS = 3, 0.15, 0.12  # letters, share of the size, share of the lines
_SURE = 3  # rows in columns: then what stands below them is looked at, too
_AS_WIDE = 1.05
_EVERYWHERE = 1e9

_WORD = re.compile(r"[^\s\x00]+")
_LEADER = re.compile(r"[.·…_]{4,}|(?:\. ){4,}|…{2,}")
_PRICED = re.compile(r"[.·…]{4,}[ ]?\W{0,2}(?:[A-Z]{3} )?\d[\d,' ]*[.,]\d\d$")
Strip = tuple[float, float]
BoxesAt = Callable[[Sequence[int]], list[Box]]
"""(left, bottom, right, top) of characters of the page by their indices, in points; zeros for those that have none."""
_left = operator.attrgetter("left")


@dataclass(slots=True)
class Word:
    """Characters ``start`` to ``stop`` of the page, from ``left`` to ``right`` in points."""

    line: Line
    start: int
    stop: int
    left: float
    right: float

    @property
    def text(self) -> str:
        """Its characters."""
        return self.line.text[self.start : self.stop]


@dataclass(slots=True)
class WordRow:
    """What stands on one height, from left to right. ``words`` and ``gaps``, the wide ones between them, are there once it is measured."""

    base: float
    size: float
    lines: list[Line]
    words: list[Word] = field(default_factory=list)
    gaps: list[Strip] = field(default_factory=list)

    def may_have_gaps(self, letter: float) -> bool:
        """Whether its letters, usually ``letter`` of its height wide, cannot fill it."""
        lines = sorted(self.lines, key=_left) if len(self.lines) > 1 else self.lines
        if any(after.left - before.right > _WIDE * self.size for before, after in itertools.pairwise(lines)):
            return True
        return any(_has_gap(line, letter) for line in lines)

    def measure(self, boxes: BoxesAt) -> None:
        """Find its words and the wide gaps between them."""
        if self.words:
            return
        self.words = sorted((word for line in self.lines for word in _words(line, boxes)), key=lambda word: word.left)
        wide = _WIDE * self.size
        edge = self.words[0].right if self.words else 0.0
        for word in self.words[1:]:
            if word.left - edge > wide:
                self.gaps.append((edge, word.left))
            edge = max(edge, word.right)

    @property
    def free(self) -> list[Strip]:
        """Where it has no word."""
        strips: list[Strip] = []
        edge = -_EVERYWHERE
        for word in self.words:
            if word.left > edge:
                strips.append((edge, word.left))
            edge = max(edge, word.right)
        return [*strips, (edge, _EVERYWHERE)]


@dataclass(slots=True)
class AlignedRows:
    """Rows below each other, and the free strips between their columns. ``loose``: the numbers of rows that keep to no column."""

    rows: list[WordRow]
    loose: set[int]
    strips: list[Strip]


def runs(lines: Sequence[Line], boxes: BoxesAt, fewest: int) -> list[AlignedRows]:
    """Runs of rows with two columns or more, from the top, ``fewest`` of them with gaps; ``boxes`` is asked for lines near gaps alone."""
    if len(lines) > _MOST_LINES or _has_formulas(lines):
        return []
    letter = _letter_width(lines)
    if sum(_has_gap(line, letter) for line in lines) < fewest and not _stand_beside(lines):
        return []  # nearly every page
    rows = _rows(lines)
    gappy = {number for number, row in enumerate(rows) if row.may_have_gaps(letter)}
    found: list[AlignedRows] = []
    number = 0
    while number < len(rows):
        run = None
        ahead = len(gappy.intersection(range(number, number + _AHEAD))) if number in gappy else 0
        if ahead >= fewest and not gappy.isdisjoint(range(number + 1, number + _MOST_LOOSE + 1)):
            run = _run(rows, number, gappy, boxes)
        if run is None:
            number += 1
        else:
            following = number + len(run.rows)
            _extend_up(run, rows[:number], boxes)
            found.append(run)
            number = following
    return found


def _extend_up(run: AlignedRows, above: list[WordRow], boxes: BoxesAt) -> None:
    """Take in rows on top that keep to the columns: with narrow gaps, the first line of a header, the end of a row that began a page before."""
    widest = max(one.base - other.base for one, other in itertools.pairwise(run.rows))
    while above and above[-1].base - run.rows[0].base <= _AS_WIDE * widest:
        row = above.pop()
        row.measure(boxes)
        strips = _both(run.strips, row.free, _STRIP * row.size)
        columns = {bisect(strips, (word.left, 0.0)) for word in row.words}
        if len(strips) < len(run.strips) or columns <= {0} or not _keeps_to(row, strips):
            break
        if 1 < len(columns) <= len(strips) / 2 and len(row.gaps) < len(columns) - 1:
            break  # a title, whose spaces are a little wider
        run.strips = strips
        run.rows.insert(0, row)
        run.loose = {number + 1 for number in run.loose}


def _keeps_to(row: WordRow, strips: Sequence[Strip]) -> bool:
    """Whether no word of a row lies over a strip, and none has but a space before it there."""
    edge, column = -_EVERYWHERE, 0
    for word in row.words:
        at = bisect(strips, (word.left, _EVERYWHERE))
        if at != bisect(strips, (word.right, 0.0)) or (at != column and word.left - edge < _SPACE * row.size):
            return False
        edge, column = word.right, at
    return True


def _has_formulas(lines: Sequence[Line]) -> bool:
    """Whether many lines are single signs of another size: exponents and the like, which stand below each other by chance."""
    size = statistics.median(line.size for line in lines) if lines else 0.0
    signs = sum(line.stop - line.start <= _SIGN and abs(line.size - size) > _OTHER_SIZE * size for line in lines)
    return signs > _MOST_SIGNS * len(lines)


def _rows(lines: Iterable[Line]) -> list[WordRow]:
    rows: list[WordRow] = []
    for line in sorted((line for line in lines if line.level and line.size), key=lambda line: -line.base):
        middle = line.base + line.size / 2
        last = rows[-1] if rows else None
        if last is not None and abs(last.base + last.size / 2 - middle) < _ONE_HEIGHT * min(line.size, last.size):
            last.lines.append(line)
        else:
            rows.append(WordRow(line.base, line.size, [line]))
    return rows


def _has_gap(line: Line, letter: float) -> bool:
    """Whether a line is longer than its letters are; dots that lead to a page number fill it, those to an amount are a gap."""
    words = line.words
    if "..." in words and _PRICED.search(words) is not None:
        return True
    width = line.right - line.left
    return width > (_UNEVEN * letter * _letters(line) + _SPARE) * line.size and _LEADER.search(words) is None


def _stand_beside(lines: Sequence[Line]) -> bool:
    """Whether a line stands on the height of the one before it, or the next column begins with it."""
    return any(
        after.base > before.base - 0.5 * before.size and after.left - before.right > _WIDE * before.size
        for before, after in itertools.pairwise(lines)
        if before.level and after.level
    )


def _letters(line: Line) -> int:
    """How many letters a line has, a Chinese one as two."""
    words = line.words
    return len(words) if words.isascii() else len(words) + count_cjk(words)


def _letter_width(lines: Sequence[Line]) -> float:
    """How wide a letter is on this page, in heights of its line: that of the densest quarter, for the others may have gaps."""
    widths = sorted(
        (line.right - line.left) / (_letters(line) * line.size)
        for line in lines
        if line.level and line.size and line.stop - line.start >= _TELLING
    )
    return min(widths[len(widths) // 4], _WIDEST) if widths else _WIDEST


def _words(line: Line, boxes: BoxesAt) -> list[Word]:
    """Words end at white space, and at a wide gap, for Chinese has no spaces; its marks are narrow in a wide square. Of others the first and the
    last letter are asked, which spares two thirds of the questions."""
    text = line.text
    leader = _LEADER.search(text, line.start, line.stop)
    if leader is not None and _PRICED.search(line.words) is None:
        return [Word(line, line.start, line.stop, line.left, line.right)]
    spans = [match.span() for match in _WORD.finditer(text, line.start, line.stop)]
    if leader is not None:  # the words on both sides of it
        low, high = leader.span()
        sides = [(start, min(stop, low)) for start, stop in spans if start < low]
        spans = sides + [(max(start, high), stop) for start, stop in spans if stop > high]
    if not text[line.start : line.stop].isascii():
        return [word for start, stop in spans for word in _words_of(line, start, stop, boxes(range(start, stop)))]
    ends = boxes([index for start, stop in spans for index in (start, stop - 1)])
    found: list[Word] = []
    for (start, stop), (left, _, edge, _), (begin, _, right, _) in zip(spans, ends[0::2], ends[1::2], strict=True):
        if left < edge and begin < right:
            found.append(Word(line, start, stop, min(left, begin), max(edge, right)))
        else:
            found += _words_of(line, start, stop, boxes(range(start, stop)))
    return found


def _words_of(line: Line, start: int, stop: int, inside: Sequence[Box]) -> Iterator[Word]:
    text, wide = line.text, _WIDE * line.size
    if text[start:stop].isascii():
        filled = [(left, right) for left, _, right, _ in inside if right > left]
        if filled:
            yield Word(line, start, stop, min(filled)[0], max(right for _, right in filled))
        return
    word: Word | None = None
    for index, (left, _, right, _) in enumerate(inside, start):
        if right <= left:  # a mark that has no width of its own
            if word is not None:
                word.stop = index + 1
        elif word is None or left - word.right > wide * (1 if text[index - 1].isalnum() and text[index].isalnum() else 2):
            if word is not None:
                yield word
            word = Word(line, start if word is None else index, index + 1, left, right)
        else:
            word.stop, word.left, word.right = index + 1, min(left, word.left), max(right, word.right)
    if word is not None:
        yield word


def _run(rows: Sequence[WordRow], first: int, gappy: set[int], boxes: BoxesAt) -> AlignedRows | None:
    """The run that begins with a row: as far as rows leave strips free that all gaps so far lead through."""
    rows[first].measure(boxes)
    strips = rows[first].free
    gaps = list(rows[first].gaps)
    if not gaps:
        return None
    members, loose = [rows[first]], set[int]()
    last = end = first  # the last with a gap, and the last that keeps to the columns
    widest = 0.0
    for number in range(first + 1, len(rows)):
        row, above = rows[number], rows[number - 1]
        step = above.base - row.base
        if step > max(_FARTHEST * row.size, _PACE * widest) or number - last > _MOST_LOOSE:
            break
        if (
            number not in gappy
            and len(members) - len(loose) < _SURE
            and gappy.isdisjoint(range(number, last + _MOST_LOOSE + 1))
        ):
            break
        row.measure(boxes)
        narrowed = _both(strips, row.free, _STRIP * min(row.size, above.size))
        if row.words and all(_leads_through(gap, narrowed) for gap in (*gaps, *row.gaps)):
            strips = narrowed
            gaps += row.gaps
            end = number
            if row.gaps:
                last = number
        elif not all(_leads_through(gap, strips) for gap in row.gaps):
            break
        else:
            loose.add(number - first)
        members.append(row)
        widest = max(widest, step)
    del members[end - first + 1 :]
    if len(members) < 2:
        return None
    strips = _supported(members, loose, strips)
    crossing = {number for number, row in enumerate(members) if not _keeps_to(row, strips)}
    return AlignedRows(members, crossing, strips) if strips else None


def _both(one: Sequence[Strip], other: Sequence[Strip], narrowest: float) -> list[Strip]:
    """Where both leave free at least ``narrowest`` points."""
    found: list[Strip] = []
    at = 0
    for low, high in one:
        while at < len(other) and other[at][1] <= low:
            at += 1
        position = at
        while position < len(other) and other[position][0] < high:
            left, right = max(low, other[position][0]), min(high, other[position][1])
            if right - left >= narrowest:
                found.append((left, right))
            position += 1
    return found


def _leads_through(gap: Strip, strips: Sequence[Strip]) -> bool:
    return any(left < gap[1] and gap[0] < right for left, right in strips if left > -_EVERYWHERE and right < _EVERYWHERE)


def _supported(members: Sequence[WordRow], loose: set[int], strips: Sequence[Strip]) -> list[Strip]:
    """The strips between columns: in most of the rows with words on both sides of one, up to the next strips, the gap is wide.

    Spaces that stand below each other in the few longest cells of a column make a strip as well, but no wide gap.
    """
    kept = [(left, right) for left, right in strips if left > -_EVERYWHERE and right < _EVERYWHERE]
    while kept:
        widths: list[list[float]] = [[] for _ in kept]
        for number, row in enumerate(members):
            if number in loose:
                continue
            columns: dict[int, Strip] = {}
            for word in row.words:
                column = bisect(kept, (word.left, _EVERYWHERE))
                low, high = columns.get(column, (word.left, word.right))
                columns[column] = min(low, word.left), max(high, word.right)
            for column, (left, _) in columns.items():
                if column - 1 in columns:
                    widths[column - 1].append((left - columns[column - 1][1]) / row.size)
        usual = [statistics.median(of) if of else _WIDE for of in widths]
        narrowest = min(range(len(kept)), key=usual.__getitem__)
        if usual[narrowest] > _WIDE:
            return kept
        del kept[narrowest]
    return []
