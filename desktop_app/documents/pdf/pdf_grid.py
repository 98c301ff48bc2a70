# SPDX-License-Identifier: Apache-2.0
"""Rules that cross, as the grid of a table's cells.

    rules that hang together -> where columns and rows begin -> walls between the places of the grid -> cells

A cell takes several places of the grid where the rule between them is missing. Places that are open to the outside, and areas that are no
rectangle, belong to no cell.
"""

from __future__ import annotations

import bisect
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from desktop_app.documents.layout.paragraphs import Line, paragraphs
from desktop_app.documents.pdf.pdf_rules import NEAR, Rule
from desktop_app.documents.text import table
from desktop_app.foundation.disjoint_sets import DisjointSets

_MOST_CROSSINGS = 60_000  # to be looked at on one page: 0.1 s
_MOST_COLUMNS, _MOST_ROWS = 80, 400

Place = tuple[int, int]
"""(row from below, column) of a place of the grid."""


@dataclass(slots=True)
class GridCell:
    """Places of the grid from ``top`` to ``bottom`` and ``left`` to ``right``, all inclusive, counted from the upper left."""

    top: int
    bottom: int
    left: int
    right: int
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its lines as one text, without line ends."""
        return table.clean(" ".join(paragraph.text for paragraph in paragraphs(self.lines)))


@dataclass(slots=True)
class Grid:
    """``xs`` and ``ys``: the edges of columns and rows in points, ascending. ``cells[row][column]``, rows from the top, is None outside of the
    table."""

    xs: list[float]
    ys: list[float]
    cells: list[list[GridCell | None]]

    @property
    def area(self) -> float:
        """In square points."""
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def holds(self, line: Line) -> bool:
        """Whether a line begins in a cell of the grid."""
        middle = line.base + line.size / 2
        centre = (line.left + line.right) / 2
        return (
            line.right > line.left
            and self.xs[0] < centre < self.xs[-1]
            and self.ys[0] < middle < self.ys[-1]
            and self.at(line.left + NEAR, middle) is not None
        )

    def at(self, x: float, y: float) -> GridCell | None:
        """The cell at a point of the page; of a point outside the grid the nearest."""
        column = min(max(bisect.bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect.bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        return self.cells[len(self.ys) - 2 - row][column]


def grids(level: Sequence[Rule], upright: Sequence[Rule]) -> list[Grid]:
    """The grids that the rules of a page make, smallest first: a table may stand inside a cell of another."""
    made = [grid for members in _crossing(level, upright) if (grid := _grid(*members)) is not None]
    return sorted(made, key=lambda grid: grid.area)


def _crossing(level: Sequence[Rule], upright: Sequence[Rule]) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Rules that hang together, level and upright ones; at least enough for two columns or two rows."""
    if len(level) < 2 or not upright or len(level) * len(upright) > _MOST_CROSSINGS:
        return
    sets = DisjointSets(len(level) + len(upright))
    for number, flat in enumerate(level):
        for other, stem in enumerate(upright, len(level)):
            if flat.covers(stem.at) and stem.covers(flat.at):
                sets.join(number, other)
    for group in sets.groups():
        flat_ones = [level[number] for number in group if number < len(level)]
        stems = [upright[number - len(level)] for number in group if number >= len(level)]
        if len(flat_ones) >= 2 and stems:
            yield flat_ones, stems


def _grid(level: list[Rule], upright: list[Rule]) -> Grid | None:
    """The grid of rules that hang together; None where it has less than two rows or columns, or too many."""
    outline = _outline(level, upright)
    if not (2 <= len(outline.xs) - 1 <= _MOST_COLUMNS and 2 <= len(outline.ys) - 1 <= _MOST_ROWS):
        return None
    return Grid(outline.xs, outline.ys, _cells(_walls(outline, level, upright)))


@dataclass(slots=True)
class _Outline:
    """The edges of columns and rows in points, ascending; the other fields say on which sides the table has no rule of its own."""

    xs: list[float]
    ys: list[float]
    left: bool
    right: bool
    bottom: bool
    top: bool


def _outline(level: list[Rule], upright: list[Rule]) -> _Outline:
    """Many tables have no rule on their outer sides; how far the others reach says where they are."""
    xs, ys = _places(upright), _places(level)
    left, right = min(rule.low for rule in level), max(rule.high for rule in level)
    bottom, top = min(rule.low for rule in upright), max(rule.high for rule in upright)
    open_left, open_right = left < xs[0] - 2 * NEAR, right > xs[-1] + 2 * NEAR
    open_bottom, open_top = bottom < ys[0] - 2 * NEAR, top > ys[-1] + 2 * NEAR
    xs = [left] * open_left + xs + [right] * open_right
    ys = [bottom] * open_bottom + ys + [top] * open_top
    return _Outline(xs, ys, open_left, open_right, open_bottom, open_top)


@dataclass(slots=True)
class _Walls:
    """``beside[row][column]``, rows from below: whether a rule stands left of that place of the grid; ``under``: below it. Each has one
    more column, or row, for the far side."""

    beside: list[list[bool]]
    under: list[list[bool]]

    @property
    def rows(self) -> int:
        return len(self.beside)

    @property
    def columns(self) -> int:
        return len(self.beside[0]) - 1


def _walls(outline: _Outline, level: list[Rule], upright: list[Rule]) -> _Walls:
    xs, ys = outline.xs, outline.ys
    stems = [[rule for rule in upright if abs(rule.at - x) <= NEAR] for x in xs]
    flats = [[rule for rule in level if abs(rule.at - y) <= NEAR] for y in ys]
    middles_x = [(one + other) / 2 for one, other in itertools.pairwise(xs)]
    middles_y = [(one + other) / 2 for one, other in itertools.pairwise(ys)]
    beside = [[any(rule.covers(y) for rule in column) for column in stems] for y in middles_y]
    under = [[any(rule.covers(x) for rule in row) for x in middles_x] for row in flats]
    for row in beside:
        row[0] = row[0] or outline.left
        row[-1] = row[-1] or outline.right
    under[0] = [wall or outline.bottom for wall in under[0]]
    under[-1] = [wall or outline.top for wall in under[-1]]
    return _Walls(beside, under)


def _cells(walls: _Walls) -> list[list[GridCell | None]]:
    """The cell of each place, rows from the top; None for places in no rectangle that is closed on all sides."""
    cells: list[list[GridCell | None]] = [[None] * walls.columns for _ in range(walls.rows)]
    seen: set[Place] = set()
    for start in itertools.product(range(walls.rows), range(walls.columns)):
        if start in seen:
            continue
        places, closed = _room(start, walls)
        seen |= places
        low, high = min(row for row, _ in places), max(row for row, _ in places)
        first, last = min(column for _, column in places), max(column for _, column in places)
        if not closed or (high - low + 1) * (last - first + 1) != len(places):
            continue
        cell = GridCell(walls.rows - 1 - high, walls.rows - 1 - low, first, last)
        for row, column in places:
            cells[walls.rows - 1 - row][column] = cell
    return cells


def _room(start: Place, walls: _Walls) -> tuple[set[Place], bool]:
    """The places of the grid that no rule parts from ``start``, and whether they are closed in on all sides."""
    beside, under, rows, columns = walls.beside, walls.under, walls.rows, walls.columns
    places, waiting, closed = {start}, [start], True
    while waiting:
        row, column = waiting.pop()
        for wall, other in (
            (beside[row][column], (row, column - 1)),
            (beside[row][column + 1], (row, column + 1)),
            (under[row][column], (row - 1, column)),
            (under[row + 1][column], (row + 1, column)),
        ):
            if wall or other in places:
                continue
            if 0 <= other[0] < rows and 0 <= other[1] < columns:
                places.add(other)
                waiting.append(other)
            else:
                closed = False
    return places, closed


def _places(rules: Sequence[Rule]) -> list[float]:
    places: list[float] = []
    for at in sorted(rule.at for rule in rules):
        if not places or at - places[-1] > NEAR:
            places.append(at)
    return places
