# SPDX-License-Identifier: Apache-2.0
"""Which cells of a sheet a citation marks: the very cell, and its row.

A row is quoted whole, because half a row has lost its meaning; what was asked for is one cell of it. So the cells in whose text or column
name a word of the question stands are marked, and the rest of the row more softly. Where no word is known, all that is quoted is marked.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from desktop_app.analysis.folding import fold
from desktop_app.contract.document import Locator
from desktop_app.contract.viewer_process import GridRow
from desktop_app.documents.text.locators import column_number

Cell = tuple[int, int]

_CELLS = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_MOST_ROWS = 500  # that are marked


@dataclass(frozen=True, slots=True)
class CellRange:
    """From row ``top`` to ``bottom`` and column ``left`` to ``right``, both from 0 and inclusive."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def rows(self) -> range:
        """The first of its rows."""
        return range(self.top, min(self.bottom, self.top + _MOST_ROWS - 1) + 1)

    @property
    def count(self) -> int:
        """How many cells."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1)

    @property
    def columns(self) -> range:
        """Its columns."""
        return range(self.left, self.right + 1)


def range_of(locator: Locator | None, row: int, columns: int) -> CellRange | None:
    """The cells of a place; ``row`` (from 1) is what stands in the lines of a text, which has ``columns``. None where it names none."""
    match = _CELLS.match(locator.cells) if locator is not None and locator.cells else None
    if match is not None:
        left, top = column_number(match[1]) - 1, int(match[2]) - 1
        right = column_number(match[3]) - 1 if match[3] else left
        return CellRange(top, left, int(match[4]) - 1 if match[4] else top, right)
    if row and locator is not None and locator.lines is not None:
        return CellRange(row - 1, 0, row - 1 + max(0, locator.lines[1] - locator.lines[0]), max(0, columns - 1))
    return None


class MarkedRanges:
    """Cells of a sheet, "C2:C900" among them, held by column so that a million rows take no more room than ten."""

    def __init__(self, texts: Iterable[str]) -> None:
        found = dict[int, list[tuple[int, int]]]()
        for text in texts:
            cells = range_of(Locator(cells=text), 0, 0)
            if cells is not None:
                for column in cells.columns:
                    found.setdefault(column, []).append((cells.top, cells.bottom))
        self._spans = {column: _joined(spans) for column, spans in found.items()}

    def __bool__(self) -> bool:
        return bool(self._spans)

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell is among them."""
        spans = self._spans.get(column, [])
        place = bisect_right(spans, (row, 1 << 40)) - 1
        return place >= 0 and row <= spans[place][1]

    @property
    def first(self) -> Cell:
        """The uppermost of them, the one on the left."""
        return min((spans[0][0], column) for column, spans in self._spans.items())

    @property
    def around(self) -> CellRange:
        """The rows and columns that they lie in."""
        bottom = max(end for spans in self._spans.values() for _, end in spans)
        return CellRange(self.first[0], min(self._spans), bottom, max(self._spans))


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """``cells`` are quoted; ``exact`` are the very ones, all of them where it is empty. ``softly``: then none of them.
    ``asked``: those in a column that the question names, which people look for first. ``ranges``: the very ones instead, of any number."""

    cells: CellRange
    exact: frozenset[Cell] = frozenset()
    asked: frozenset[Cell] = frozenset()
    softly: bool = False
    ranges: MarkedRanges | None = None

    def strength(self, row: int, column: int) -> int:
        """2 for a very cell, 1 for one beside it, 0 for the others."""
        if self.ranges is not None:
            return 2 if self.ranges.holds(row, column) else 0
        if not (self.cells.top <= row <= self.cells.bottom and self.cells.left <= column <= self.cells.right):
            return 0
        return 2 if (row, column) in self.exact or not (self.exact or self.softly) else 1

    @property
    def first(self) -> Cell:
        """The cell that should be on the screen."""
        if self.ranges is not None:
            return self.ranges.first
        return min(self.asked or self.exact, default=(self.cells.top, self.cells.left))


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, those that overlap as one."""
    joined = list[tuple[int, int]]()
    for first, last in sorted(spans):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = joined[-1][0], max(joined[-1][1], last)
        else:
            joined.append((first, last))
    return joined


def marks_of(
    cells: CellRange,
    terms: Sequence[str],
    row_of: Callable[[int], GridRow | None],
    name_of: Callable[[int], str],
    *,
    softly: bool = False,
) -> SheetMarks:
    """``terms``: words of the question; ``row_of`` gives a row by its number from 0, ``name_of`` the name of a column."""
    words = [fold(term) for term in terms if term.strip()]
    named = {column for column in cells.columns if any(word in fold(name_of(column)) for word in words)}
    exact: set[Cell] = set()
    for row in cells.rows:
        line = row_of(row)
        for column in cells.columns[: len(line.cells) if line is not None else 0]:
            text = line.cells[column] if line is not None and column < len(line.cells) else ""
            if text and (column in named or any(word in fold(text) for word in words)):
                exact.add((row, column))
    return SheetMarks(cells, frozenset(exact), frozenset(cell for cell in exact if cell[1] in named), softly)
