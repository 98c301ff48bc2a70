# SPDX-License-Identifier: Apache-2.0
"""Tables that are drawn with rules: cells from the rules, text into the cells, rows that carry their header.

    rules that cross -> a grid -> cells (several places of the grid where the rule between them is missing) -> lines cut at the cells

A grid is believed when words keep to its cells and at least two of its rows hold several of them: frames around a text, underlines
and the grids of charts do not. Borderless tables stay lines. A cell merged downwards is told again in each of its rows; a header of
two levels becomes one name a column; a table that goes on over the page keeps its header.
"""

from __future__ import annotations

import bisect
import itertools
import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from msgspec.structs import replace

from desktop_app.documents.layout.paragraphs import Line, paragraphs
from desktop_app.documents.pdf.pdf_rules import NEAR, Rule
from desktop_app.documents.text import table
from desktop_app.documents.text.locators import Box
from desktop_app.foundation.disjoint_sets import DisjointSets

CharBoxes = Callable[[Line], list[Box]]
"""(left, bottom, right, top) of each character of a line in points, zeros where it has none."""

_WIDE = 0.65  # widths of a line's height that a character takes; where it takes more, the line has gaps (or is Chinese)
_NEXT_ROW = 80.0  # points between the first lines of two rows, at most
_NARROW = 0.35  # the same: where it takes less, PDFium took single characters below each other for upright writing
_MOST_CROSSINGS = 60_000  # to be looked at on one page: 0.1 s
_MOST_COLUMNS, _MOST_ROWS = 80, 400
_FEWEST_FILLED = 0.25  # of all cells
_MOST_TORN = 0.1  # of all words may lie across a rule: a text too long for its cell
_LONG = 400  # characters; a cell that holds more is a text, whose sentences have places of their own
_STACKED = 3  # entries below each other in a row without rules between them
_STACKED_FILL = 0.75  # of the cell's width: text that was wrapped fills more


@dataclass(slots=True)
class Cell:
    """Places of the grid from ``top`` to ``bottom`` and ``left`` to ``right``, all inclusive, counted from the upper left."""

    top: int
    bottom: int
    left: int
    right: int
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return table.clean(" ".join(paragraph.text for paragraph in paragraphs(self.lines)))


@dataclass(slots=True)
class Row:
    """``cells`` by column. ``lines`` are its own; ``above`` those of cells that reach down into it. ``texts``: the lines of each
    cell, where one of them is too long for a row."""

    cells: list[str]
    lines: list[Line]
    above: list[Line]
    texts: list[list[Line]]
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def chars(self) -> tuple[int, int] | None:
        """The characters from the first to the last; None where others stand between them."""
        if self.above or not self.lines:
            return None
        ordered = sorted(self.lines, key=lambda line: line.start)
        for before, after in itertools.pairwise(ordered):
            if before.text[before.stop : after.start].strip("\r\n \t\x00\x02\ufffe\xa0"):
                return None
        return ordered[0].start, ordered[-1].stop


@dataclass(slots=True)
class Table:
    """``edges``: where its columns begin and the last one ends, in points; ``start``: its first character on the page."""

    rows: list[Row]
    edges: tuple[float, ...]
    top: float
    start: int
    lines: list[Line]

    def goes_on(self, after: Table) -> bool:
        """Whether the columns are those of the table ``after`` which this one may go on."""
        return len(self.edges) == len(after.edges) and all(
            abs(one - other) <= NEAR for one, other in zip(self.edges, after.edges, strict=True)
        )


def is_likely(lines: Sequence[Line]) -> bool:
    """Whether two lines near each other have wide gaps or stand beside another one; else the page's drawings are not looked at."""
    hint: float | None = None
    last: Line | None = None
    for line in lines:
        if not line.level:
            continue
        gap = line.right - line.left - _WIDE * line.size * (line.stop - line.start)
        if last is not None and line.left - last.right > line.size and line.base > last.base - 0.5 * line.size:
            gap = line.size  # beside the one before, or at the head of the next column
        if gap > 0:
            if hint is not None and abs(hint - line.base) < _NEXT_ROW:
                return True
            hint = line.base
        last = line
    return False


def find(
    lines: Sequence[Line], level: Sequence[Rule], upright: Sequence[Rule], boxes: CharBoxes
) -> tuple[list[Table], list[Line]]:
    """The tables of a page, and the lines outside them in their order. ``boxes`` is asked for lines across several cells alone."""
    rest = list(lines)
    tables: list[Table] = []
    grids = [grid for members in _crossing(level, upright) if (grid := _grid(*members)) is not None]
    for grid in sorted(grids, key=lambda grid: grid.area):  # a table inside a cell first
        inside = [line for line in rest if grid.holds(line)]
        found = _filled(grid, inside, boxes) if inside else None
        if found is not None:
            tables.append(found)
            taken = {line.start for line in inside}
            rest = [line for line in rest if line.start not in taken]
    return sorted(tables, key=lambda found: found.start), rest


def laid_out(parts: Sequence[Table]) -> list[list[tuple[Row, str, str]]]:
    """The rows of a table as (row, text, kind), for each of its parts on one page after the other."""
    numbered = [(number, row) for number, part in enumerate(parts) for row in part.rows]
    head = next((at for at, (_, row) in enumerate(numbered) if sum(map(bool, row.cells)) > 1), 0)
    names = {tuple(row.cells) for _, row in numbered[: head + 1]}
    # A form has rows of its own cut; what stands first in it names nothing below.
    same = [row for _, row in numbered[head + 1 :] if row.spans == numbered[head][1].spans]
    all_text = None if 2 * len(same) >= len(numbered) - head - 1 else False
    result: list[list[tuple[Row, str, str]]] = [[] for _ in parts]
    kept = [
        (number, row) for at, (number, row) in enumerate(numbered) if at <= head or not number or tuple(row.cells) not in names
    ]
    for (number, row), text, kind in table.lay_out(((number, row), row.cells, all_text) for number, row in kept):
        result[number].append((row, text, kind))
    return result


# ---- rules to a grid ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Grid:
    """``xs`` and ``ys`` grow; rows are counted from the top. ``cells[row][column]`` is None outside of the table."""

    xs: list[float]
    ys: list[float]
    cells: list[list[Cell | None]]

    @property
    def area(self) -> float:
        return (self.xs[-1] - self.xs[0]) * (self.ys[-1] - self.ys[0])

    def holds(self, line: Line) -> bool:
        middle = line.base + line.size / 2
        centre = (line.left + line.right) / 2
        return (
            line.right > line.left
            and self.xs[0] < centre < self.xs[-1]
            and self.ys[0] < middle < self.ys[-1]
            and self.at(line.left + NEAR, middle) is not None
        )

    def at(self, x: float, y: float) -> Cell | None:
        column = min(max(bisect.bisect_right(self.xs, x) - 1, 0), len(self.xs) - 2)
        row = min(max(bisect.bisect_right(self.ys, y) - 1, 0), len(self.ys) - 2)
        return self.cells[len(self.ys) - 2 - row][column]


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


def _grid(level: list[Rule], upright: list[Rule]) -> _Grid | None:
    xs, ys = _places(upright), _places(level)
    left, right = min(rule.low for rule in level), max(rule.high for rule in level)
    bottom, top = min(rule.low for rule in upright), max(rule.high for rule in upright)
    # Many tables have no rule on their outer sides; how far the others reach says where they are.
    open_left, open_right = left < xs[0] - 2 * NEAR, right > xs[-1] + 2 * NEAR
    open_bottom, open_top = bottom < ys[0] - 2 * NEAR, top > ys[-1] + 2 * NEAR
    xs = [left] * open_left + xs + [right] * open_right
    ys = [bottom] * open_bottom + ys + [top] * open_top
    columns, rows = len(xs) - 1, len(ys) - 1
    if not (2 <= columns <= _MOST_COLUMNS and 2 <= rows <= _MOST_ROWS):
        return None
    stems = [[rule for rule in upright if abs(rule.at - x) <= NEAR] for x in xs]
    flats = [[rule for rule in level if abs(rule.at - y) <= NEAR] for y in ys]
    middles_x = [(one + other) / 2 for one, other in itertools.pairwise(xs)]
    middles_y = [(one + other) / 2 for one, other in itertools.pairwise(ys)]
    # walls[row][column], rows from below: whether a rule stands left of (below) that place of the grid.
    beside = [[any(rule.covers(y) for rule in stems[column]) for column in range(columns + 1)] for y in middles_y]
    under = [[any(rule.covers(x) for rule in flats[row]) for x in middles_x] for row in range(rows + 1)]
    for row in range(rows):
        beside[row][0] = beside[row][0] or open_left
        beside[row][columns] = beside[row][columns] or open_right
    for column in range(columns):
        under[0][column] = under[0][column] or open_bottom
        under[rows][column] = under[rows][column] or open_top
    cells: list[list[Cell | None]] = [[None] * columns for _ in range(rows)]
    seen: set[tuple[int, int]] = set()
    for start in itertools.product(range(rows), range(columns)):
        if start in seen:
            continue
        places, closed = _room(start, beside, under)
        seen |= places
        low, high = min(row for row, _ in places), max(row for row, _ in places)
        first, last = min(column for _, column in places), max(column for _, column in places)
        if not closed or (high - low + 1) * (last - first + 1) != len(places):
            continue
        cell = Cell(rows - 1 - high, rows - 1 - low, first, last)
        for row, column in places:
            cells[rows - 1 - row][column] = cell
    return _Grid(xs, ys, cells)


def _room(start: tuple[int, int], beside: list[list[bool]], under: list[list[bool]]) -> tuple[set[tuple[int, int]], bool]:
    """The places of the grid that no rule parts from ``start``, and whether they are closed in on all sides."""
    rows, columns = len(beside), len(beside[0]) - 1
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


# ---- text into the cells --------------------------------------------------------------------------------------------------


def _filled(grid: _Grid, lines: Sequence[Line], boxes: CharBoxes) -> Table | None:
    """The table, or None where the grid is none."""
    words = torn = 0
    for line in lines:
        middle = line.base + line.size / 2
        stacked = line.right - line.left < _NARROW * line.size * (line.stop - line.start)
        if stacked or (line.level and grid.at(line.left + 1, middle) is not grid.at(line.right - 1, middle)):
            pieces, split = _cut(line, grid, boxes(line))
        else:
            pieces, split = [(grid.at((line.left + line.right) / 2, middle), line)], 0
        words += len(pieces)
        torn += split
        for cell, piece in pieces:
            if cell is None:
                return None  # text where the table has no cell
            cell.lines.append(piece)
    cells = list({id(cell): cell for row in grid.cells for cell in row if cell is not None}.values())
    if torn > max(1, _MOST_TORN * words) or sum(bool(cell.lines) for cell in cells) < _FEWEST_FILLED * len(cells):
        return None
    rows = [row for number in range(len(grid.cells)) for row in _rows(grid, number)]
    if sum(sum(any(map(str.isalnum, cell)) for cell in row.cells) > 1 for row in rows) < 2:
        return None
    found = [piece for row in rows for piece in row.lines]
    rows = _with_one_header(rows)
    return Table(rows, tuple(grid.xs), grid.ys[-1], min(line.start for line in found), found)


@dataclass(slots=True)
class _Word:
    """``rise``: how far above the line's start it stands."""

    start: int
    stop: int
    left: float
    right: float
    rise: float


def _cut(line: Line, grid: _Grid, boxes: Sequence[Box]) -> tuple[list[tuple[Cell | None, Line]], int]:
    """The line cut between words where a rule stands between them, and how many words lie across a rule."""
    pieces: list[tuple[Cell | None, Line]] = []
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


def _rows(grid: _Grid, number: int) -> Iterator[Row]:
    """The rows that stand in row ``number`` of the grid: none, one, or several without rules between them."""
    own = [cell for column, cell in enumerate(grid.cells[number]) if cell and (cell.top, cell.left) == (number, column)]
    over = [cell for column, cell in enumerate(grid.cells[number]) if cell and cell.top < number and cell.left == column]
    lines = [line for cell in own for line in cell.lines]
    if not lines:
        return
    columns = len(grid.xs) - 1
    spans = tuple((cell.left, cell.right) for cell in sorted((*own, *over), key=lambda cell: cell.left))
    for part in _stacked(own, grid) or [own]:
        names = [""] * columns
        for cell in (*over, *part):
            names[cell.left] = cell.text
        texts = [cell.lines for cell in part] if any(len(cell.text) > _LONG for cell in part) else []
        own_lines = [line for cell in part for line in cell.lines]
        yield Row(names, own_lines, [line for cell in over for line in cell.lines], texts, spans)


def _stacked(cells: Sequence[Cell], grid: _Grid) -> list[list[Cell]]:
    """Entries below each other that no rule parts: each on the same height in several cells, none as wide as wrapped text is."""
    filled = [cell for cell in cells if len(cell.lines) >= _STACKED]
    if len(filled) < 2 or len(filled) < sum(bool(cell.lines) for cell in cells):
        return []
    for cell in filled:
        width = grid.xs[cell.right + 1] - grid.xs[cell.left]
        if statistics.median(line.right - line.left for line in cell.lines) > _STACKED_FILL * width:
            return []
    first = filled[0]
    heights = [line.base for line in first.lines]
    parts: list[list[Cell]] = [[Cell(cell.top, cell.bottom, cell.left, cell.right) for cell in cells] for _ in heights]
    for position, cell in enumerate(cells):
        if cell.lines and len(cell.lines) != len(heights):
            return []
        for line in cell.lines:
            near = min(range(len(heights)), key=lambda at: abs(heights[at] - line.base))
            if abs(heights[near] - line.base) > 0.4 * line.size:
                return []
            parts[near][position].lines.append(line)
    return parts


def _with_one_header(rows: list[Row]) -> list[Row]:
    """A header of two levels as one: a name above several columns is put before each of theirs."""
    head = next((at for at, row in enumerate(rows) if sum(map(bool, row.cells)) > 1), None)
    if head is None or head + 2 >= len(rows):
        return rows
    upper, lower = rows[head], rows[head + 1]
    wide = [(left, right) for left, right in upper.spans if right > left]
    under = {left for left, _ in lower.spans}
    if not wide or not lower.above or any(right > left for left, right in lower.spans):
        return rows
    if not all(lower.cells[column] and column in under for left, right in wide for column in range(left, right + 1)):
        return rows
    names = list(upper.cells)
    for left, right in upper.spans:
        for column in range(left, right + 1):
            name, below = upper.cells[left], lower.cells[column]
            names[column] = below if below == name else f"{name} {below}".strip()
    if not table.is_header(names):
        return rows
    joined = Row(names, [*upper.lines, *lower.lines], [], [], lower.spans)
    return [*rows[:head], joined, *rows[head + 2 :]]
