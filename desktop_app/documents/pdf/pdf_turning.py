# SPDX-License-Identifier: Apache-2.0
"""Text that is turned or written upright, in a frame where it is level.

A table on its side is read like any other once its letters and rules are turned; pages are turned as a whole, too, by their /Rotate. Lines
keep the quarter in which they are written (``Line.turn``), their places are those of the turned frame.

Chinese letters that stand upright below each other are lines written down, from right to left. PDFium gives them in pieces, joined to what stands
beside them; so the letters of pages with such pieces are put together by their places.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from desktop_app.analysis.script import is_cjk
from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf.pdf_rules import Rule
from desktop_app.documents.text.locators import Box

SLANTED = 4  # ``Line.turn`` of what is written in no quarter; its frame is the page
_NEARLY = 0.1  # of a quarter
_FEWEST_SLANTED = 3  # letters
# Upright writing, in widths of a letter.
_PACE = 1.45  # from one letter to the next below it: in tables single letters stand farther apart
_ONE_COLUMN = 0.3  # that their middles may differ
_NEXT_COLUMN = 1.5  # from one column to the next
_FEWEST = 4  # letters of a column that shows it
_MOST_LETTERS = 10_000  # of a page whose letters are put together: 1.6 s at worst
_NARROW = 0.3  # heights of the line that a letter takes; of a level one 0.7
_FEWEST_SINGLE = 3  # lines of one letter that call for a look


def quarter_of(angle: float) -> int:
    """Into which quarter letters are turned by ``angle`` (radians, clockwise): 0 level, 1 down, 2 head over, 3 up; or ``SLANTED``."""
    quarters = angle / (math.pi / 2)
    return SLANTED if abs(quarters - round(quarters)) > _NEARLY else round(quarters) % 4


def is_sign(line: Line) -> bool:
    """Whether a slanted line is the letter or two of a drawing, not a watermark."""
    return line.turn == SLANTED and line.stop - line.start < _FEWEST_SLANTED


@dataclass(frozen=True, slots=True)
class Turned:
    """``sheet``: left, bottom, right and top of the page in points, before anything is turned."""

    quarter: int
    sheet: Box

    def into(self, box: Box) -> Box:
        """A box of the page (left, bottom, right, top) in the frame."""
        left, bottom, right, top = box
        x0, y0, x1, y1 = self.sheet
        if self.quarter == 1:
            return y1 - top, left - x0, y1 - bottom, right - x0
        if self.quarter == 2:
            return x1 - right, y1 - top, x1 - left, y1 - bottom
        return (bottom - y0, x1 - right, top - y0, x1 - left) if self.quarter == 3 else box

    def back(self, box: Box) -> Box:
        """A box of the frame on the page."""
        left, bottom, right, top = box
        x0, y0, x1, y1 = self.sheet
        if self.quarter == 1:
            return bottom + x0, y1 - right, top + x0, y1 - left
        if self.quarter == 2:
            return x1 - right, y1 - top, x1 - left, y1 - bottom
        return (x1 - top, left + y0, x1 - bottom, right + y0) if self.quarter == 3 else box

    def rules(self, level: Sequence[Rule], upright: Sequence[Rule]) -> tuple[list[Rule], list[Rule]]:
        """Level and upright rules of the page in the frame."""
        flat = [self.into((rule.low, rule.at, rule.high, rule.at)) for rule in level]
        stems = [self.into((rule.at, rule.low, rule.at, rule.high)) for rule in upright]
        boxes = (stems, flat) if self.quarter % 2 else (flat, stems)
        made = [Rule(bottom, left, right) for left, bottom, right, _ in boxes[0]]
        return made, [Rule(left, bottom, top) for left, bottom, _, top in boxes[1]]


def shown(box: Box, sheet: Box, rotation: int) -> Box:
    """A box of the page as shares of what is shown, from its upper left corner; ``rotation`` is the page's own, in degrees clockwise."""
    left, bottom, right, top = box
    x0, y0, x1, y1 = sheet
    width, height = max(x1 - x0, 1.0), max(y1 - y0, 1.0)
    across, down = (left - x0) / width, (right - x0) / width
    low, high = (bottom - y0) / height, (top - y0) / height
    shares = {
        90: (low, across, high, down),
        180: (1 - down, low, 1 - across, high),
        270: (1 - high, 1 - down, 1 - low, 1 - across),
    }.get(rotation, (across, 1 - high, down, 1 - low))
    x0, y0, x1, y1 = (round(min(max(share, 0.0), 1.0), 4) for share in shares)
    return x0, y0, x1, y1


# ---- upright writing --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Letter:
    """``box``: in the frame in which the letter stands upright, ``turn`` quarters from the page."""

    index: int
    box: Box
    turn: int

    @property
    def size(self) -> float:
        return self.box[2] - self.box[0]

    def is_above(self, other: _Letter) -> bool:
        """Whether ``other`` is the next letter of its column."""
        if self.turn != other.turn:
            return False
        pace = self.box[3] - other.box[3]
        beside = abs(self.box[0] + self.box[2] - other.box[0] - other.box[2]) / 2
        size = max(self.size, other.size)
        return 0.5 * size < pace < _PACE * size and beside < _ONE_COLUMN * size


def may_be_upright(lines: Sequence[Line]) -> bool:
    """Whether Chinese lines have one letter or are narrow for those they have: the letters of nearly all pages need not be asked."""
    single = 0
    for line in lines:
        if not is_cjk(line.text[line.start]):
            continue
        letters = line.stop - line.start
        if letters == 1:
            single += 1
        elif (letters > 2 or not line.level) and line.right - line.left < _NARROW * letters * line.size:
            return True
    return single >= _FEWEST_SINGLE


def upright(lines: Sequence[Line], boxes: Callable[[Sequence[int]], Sequence[Box]], sheet: Box) -> list[Line]:
    """The lines with those that are upright writing as columns from right to left, where the first of them stood.

    ``boxes`` gives those of letters that are as high and wide as the font has them, in points.
    """
    letters = [letter for line in lines for letter in _letters(line, boxes, sheet)]
    columns = _columns(letters, lines[0].text) if len(letters) <= _MOST_LETTERS else []
    if not columns:
        return list(lines)
    taken = {letter.index for column in columns for letter in column}
    places = {letter.index: letter.box for letter in letters if letter.index not in taken}
    rest = [piece for line in lines for piece in _outside(line, taken, places)]
    made = [piece for column in columns for piece in _pieces(column, lines[0].text, sheet)]
    made.sort(key=lambda line: (line.turn, -line.base, line.left))
    first = min(line.start for line in made)
    before = [line for line in rest if line.start < first]
    return [*before, *made, *rest[len(before) :]]


def _letters(line: Line, boxes: Callable[[Sequence[int]], Sequence[Box]], sheet: Box) -> list[_Letter]:
    indices = [index for index in range(line.start, line.stop) if not line.text[index].isspace() and line.text[index] != "\x00"]
    frame = Turned(line.turn, sheet)
    return [_Letter(index, frame.into(box), line.turn) for index, box in zip(indices, boxes(indices), strict=True)]


def _columns(letters: Sequence[_Letter], text: str) -> list[list[_Letter]]:
    runs: list[list[_Letter]] = []
    for letter in letters:
        if runs and runs[-1][-1].is_above(letter):
            runs[-1].append(letter)
        else:
            runs.append([letter])
    columns = [run for run in runs if len(run) >= _FEWEST and 2 * sum(is_cjk(text[one.index]) for one in run) > len(run)]
    if not columns:
        return []
    # What PDFium put elsewhere: the end of a column on the height of another line.
    short = [run for run in runs if len(run) < _FEWEST and not any(run is column for column in columns)]
    for run in short:
        above = next((column for column in columns if column[-1].is_above(run[0])), None)
        below = next((column for column in columns if run[-1].is_above(column[0])), None)
        if above is not None:
            above.extend(run)
        elif below is not None:
            below[:0] = run
        elif any(_is_next(column, run) for column in columns):
            columns.append(run)  # the last line of a paragraph
    return columns


def _is_next(column: Sequence[_Letter], run: Sequence[_Letter]) -> bool:
    """Whether a short run begins at the head of the column left of a column, and nothing stands beside it there."""
    first, size = column[0], column[0].size
    gap = first.box[0] - run[0].box[2]
    level = abs(first.box[3] - run[0].box[3]) < _ONE_COLUMN * size
    return len(run) > 1 and run[0].turn == first.turn and level and 0 < gap < _NEXT_COLUMN * size


def _outside(line: Line, taken: set[int], places: Mapping[int, Box]) -> list[Line]:
    """What is left of a line, by its letters."""
    if taken.isdisjoint(range(line.start, line.stop)):
        return [line]
    letters = [index for index in range(line.start, line.stop) if index in places]
    ordered = sorted(taken)
    pieces: list[Line] = []
    for _, group in itertools.groupby(letters, lambda index: bisect(ordered, index)):
        inside = list(group)
        left, right = min(places[one][0] for one in inside), max(places[one][2] for one in inside)
        stop = inside[-1] + 1
        pieces.append(replace(line, start=inside[0], stop=stop, end=stop, hyphen=False, left=left, right=right))
    return pieces


def _pieces(column: Sequence[_Letter], text: str, sheet: Box) -> Iterator[Line]:
    """A column as lines that are written down, of letters that follow each other in the page's text."""
    turn = (column[0].turn + 1) % 4
    into, back = Turned(turn, sheet), Turned(column[0].turn, sheet)
    boxes = [into.into(back.back(letter.box)) for letter in column]
    base = min(box[1] for box in boxes)
    size = max(box[3] for box in boxes) - base
    begin = 0
    for end in range(1, len(column) + 1):
        if end < len(column):
            here, following = column[end - 1].index, column[end].index
            if here < following and not text[here + 1 : following].strip("\r\n \x00"):
                continue
        start, stop = column[begin].index, column[end - 1].index + 1
        left, right = min(box[0] for box in boxes[begin:end]), max(box[2] for box in boxes[begin:end])
        yield Line(text, start, stop, stop, False, left, right, base, size, True, turn)
        begin = end
