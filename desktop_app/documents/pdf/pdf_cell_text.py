# SPDX-License-Identifier: Apache-2.0
"""Lines of a page, cut where the rules of a table pass through them.

PDFium gives the words of one row of a table as one line, and sometimes single characters below each other as one line of upright writing.
"""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf.pdf_grid import Grid, GridCell
from desktop_app.documents.text.locators import Box

CharBoxes = Callable[[Line], list[Box]]
"""(left, bottom, right, top) of each character of a line in points, zeros where it has none."""

_NARROW = (
    0.35  # widths of a line's height that a character takes; where it takes less, PDFium took single ones for upright writing
)


def pieces_in_cells(line: Line, grid: Grid, boxes: CharBoxes) -> tuple[list[tuple[GridCell | None, Line]], int]:
    """The pieces of a line with their cells (None: outside of any), and how many of its words lie across a rule.

    ``boxes`` is asked for lines that reach over several cells, and for upright ones.
    """
    middle = line.base + line.size / 2
    upright = line.right - line.left < _NARROW * line.size * (line.stop - line.start)
    if upright or (line.level and grid.at(line.left + 1, middle) is not grid.at(line.right - 1, middle)):
        return _cut(line, grid, boxes(line))
    return [(grid.at((line.left + line.right) / 2, middle), line)], 0


@dataclass(slots=True)
class _Word:
    """``rise``: how far above the line's start it stands."""

    start: int
    stop: int
    left: float
    right: float
    rise: float


def _cut(line: Line, grid: Grid, boxes: Sequence[Box]) -> tuple[list[tuple[GridCell | None, Line]], int]:
    """The line cut between words where a rule stands between them, and how many words lie across a rule."""
    pieces: list[tuple[GridCell | None, Line]] = []
    torn = 0
    for word in _words(line, grid.xs, boxes):
        base = line.base + word.rise
        middle = base + line.size / 2
        cell = grid.at((word.left + word.right) / 2, middle)
        inset = min(0.5 * line.size, (word.right - word.left) / 3)
        torn += grid.at(word.left + inset, middle) is not grid.at(word.right - inset, middle)
        if pieces and pieces[-1][0] is cell:
            last = pieces[-1][1]
            low, high = min(last.base, base), max(last.base + last.size, base + line.size)
            left, right = min(last.left, word.left), max(last.right, word.right)
            piece = replace(last, stop=word.stop, end=word.stop, left=left, right=right, base=low, size=high - low)
            pieces[-1] = cell, piece
        else:
            left, right = word.left, word.right
            piece = replace(
                line, start=word.start, stop=word.stop, end=word.stop, hyphen=False, left=left, right=right, base=base
            )
            pieces.append((cell, piece))
    if pieces:
        cell, last = pieces[-1]
        pieces[-1] = cell, replace(last, end=line.end, hyphen=line.hyphen)
    return pieces, torn


def _words(line: Line, xs: Sequence[float], boxes: Sequence[Box]) -> Iterator[_Word]:
    """Words end at white space, at another height, and at a gap with a rule in it, for Chinese has no spaces."""
    word: _Word | None = None
    ground = next((bottom for left, bottom, right, _ in boxes if right > left), 0.0)
    for index, (left, bottom, right, _) in enumerate(boxes, line.start):
        blank = right <= left or line.text[index].isspace()
        rise = bottom - ground if abs(bottom - ground) > 0.7 * line.size else 0.0
        if word is not None:
            gap = left - word.right > 0.1 * line.size and bisect.bisect(xs, word.right - 1) != bisect.bisect(xs, left + 1)
            if blank or gap or abs(rise - word.rise) > 0.5 * line.size:
                yield word
                word = None
        if blank:
            continue
        if word is None:
            word = _Word(index, index + 1, left, right, rise)
        else:
            word.stop, word.left, word.right = index + 1, min(left, word.left), max(right, word.right)
    if word is not None:
        yield word
