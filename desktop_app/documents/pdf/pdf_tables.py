# SPDX-License-Identifier: Apache-2.0
"""Tables that are drawn with rules, as rows that carry their header.

    rules -> grids (``pdf_grid``) -> lines cut at the cells (``pdf_cell_text``) -> rows, with one header

A grid is believed when words keep to its cells and at least two of its rows hold several of them: frames around a text, underlines
and the grids of charts do not. Tables without rules are found in ``pdf_unruled``. A cell merged downwards is repeated in each of its rows; a header of
two levels becomes one name a column; a table that goes on over the page keeps its header.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from desktop_app.analysis.script import HAN_BASIC, glue
from desktop_app.contract.typed_table import RowCells
from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf import pdf_grid
from desktop_app.documents.pdf.pdf_cell_text import CharBoxes, pieces_in_cells
from desktop_app.documents.pdf.pdf_grid import Grid, GridCell
from desktop_app.documents.pdf.pdf_rules import NEAR, Rule
from desktop_app.documents.tables.exact import Repeated
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table, table_head

_LINES_ABOVE = 2  # of a table, that may be its title and its unit
_WIDE = 0.65  # widths of a line's height that a character takes; where it takes more, the line has gaps (or is Chinese)
_NEXT_ROW = 80.0  # points between the first lines of two rows, at most
_FEWEST_FILLED = 0.25  # of all cells
_MOST_TORN = 0.1  # of all words may lie across a rule: a text too long for its cell
LONG = 400  # characters; a cell that holds more is a text, whose sentences have places of their own
_FEWEST_LIKE = 2  # other rows, which show what a row usually has
_USUAL = 0.75
_NUMBER = re.compile(r"[-+(]?[\d.,%\s]+\)?")
_SAYING = re.compile(rf"[^\W_]{{3,}}|\d{{2,}}|[{HAN_BASIC}]{{2,}}")  # a word or a number
_STACKED = 3  # entries below each other in a row without rules between them
_STACKED_FILL = 0.75  # of the cell's width: text that was wrapped fills more


@dataclass(slots=True)
class PdfRow:
    """``cells`` by column. ``lines`` are its own; ``above`` those of cells that reach down into it. ``texts``: the lines of each
    cell, where one of them is too long for a row. ``noted``: the cells as a row of a table."""

    cells: list[str]
    lines: list[Line]
    above: list[Line]
    texts: list[list[Line]]
    spans: tuple[tuple[int, int], ...] = ()
    noted: RowCells | None = None

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
class PdfTable:
    """``edges``: where its columns begin and the last one ends, in points; of a table without rules there are none, but its ``columns``,
    from where to where each is filled. ``start``: its first character on the page."""

    rows: list[PdfRow]
    edges: tuple[float, ...]
    top: float
    start: int
    lines: list[Line]
    columns: tuple[tuple[float, float], ...] = ()

    def goes_on(self, after: PdfTable) -> bool:
        """Whether the columns are those of the table ``after`` which this one may go on."""
        if not self.edges or not after.edges:
            return after.has_columns(self.columns)
        return len(self.edges) == len(after.edges) and all(
            abs(one - other) <= NEAR for one, other in zip(self.edges, after.edges, strict=True)
        )

    def has_columns(self, columns: Sequence[tuple[float, float]]) -> bool:
        """Whether each of ``columns`` stands below its own one, and below no other."""
        if not columns or len(columns) != len(self.columns):
            return False
        return all(
            (left < high and low < right) == (number == other)
            for number, (left, right) in enumerate(columns)
            for other, (low, high) in enumerate(self.columns)
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
) -> tuple[list[PdfTable], list[Line]]:
    """The tables of a page, and the lines outside them in their order. ``boxes`` is asked for lines across several cells alone."""
    rest = list(lines)
    tables: list[PdfTable] = []
    for grid in pdf_grid.grids(level, upright):
        inside = [line for line in rest if grid.holds(line)]
        found = _filled(grid, inside, boxes) if inside else None
        if found is not None:
            tables.append(found)
            taken = {line.start for line in inside}
            rest = [line for line in rest if line.start not in taken]
    return sorted(tables, key=lambda found: found.start), rest


def join_split_rows(parts: Sequence[PdfTable]) -> None:
    """Join a row that begins on one page and ends on the next: it stands where more of its cells do.

    Two rows are one where each lacks what nearly all rows have and the other has it, or the second has no first cell and no figure.
    """
    for above, below in itertools.pairwise(parts):
        if not above.rows or not below.rows:
            continue
        begins = 1 if len(below.rows) > 1 and below.rows[0].cells == _header_of(parts) else 0
        one, other = above.rows[-1], below.rows[begins]
        rest = [row for part in parts for row in part.rows if row is not one and row is not other]
        if len(rest) < _FEWEST_LIKE or not _belong_together(one, other, rest):
            continue
        cells = [
            f"{left}{glue(left, right)}{right}" if left and right else left or right
            for left, right in zip(one.cells, other.cells, strict=True)
        ]
        if sum(map(bool, other.cells)) > sum(map(bool, one.cells)):
            other.cells = cells
            above.rows.pop()
        else:
            one.cells = cells
            del below.rows[begins]


def _header_of(parts: Sequence[PdfTable]) -> list[str]:
    return next((row.cells for row in parts[0].rows if sum(map(bool, row.cells)) > 1), [])


def _belong_together(one: PdfRow, other: PdfRow, rest: Sequence[PdfRow]) -> bool:
    if not len(one.cells) == len(other.cells) == len(rest[-1].cells):
        return False
    usual = {column for column in range(len(one.cells)) if sum(bool(row.cells[column]) for row in rest) >= _USUAL * len(rest)}
    first, second = ({column for column, cell in enumerate(row.cells) if cell} for row in (one, other))
    both = first & second
    if not (usual - first or usual - second) or not usual <= first | second or both == usual:
        return False
    return 0 not in both and not any(_NUMBER.fullmatch(row.cells[column]) for row in (one, other) for column in both)


def title(above: Sequence[Line]) -> str:
    """What stands above a table, by the lines before it: its title and its unit."""
    return " ".join(line.text[line.start : line.end].strip() for line in above[-_LINES_ABOVE:])


def laid_out(parts: Sequence[PdfTable], tables: FoundTables) -> list[list[tuple[PdfRow, str, str]]]:
    """The rows of a table as (row, text, kind), for each of its parts on one page after the other; they are noted in ``tables``."""
    numbered = [(number, row) for number, part in enumerate(parts) for row in part.rows]
    head = next((at for at, (_, row) in enumerate(numbered) if sum(map(bool, row.cells)) > 1), 0)
    names = {tuple(row.cells) for _, row in numbered[: head + 1]}
    # A form has rows of its own cut; what stands first in it names nothing below.
    same = [row for _, row in numbered[head + 1 :] if row.spans == numbered[head][1].spans]
    all_text = None if 2 * len(same) >= len(numbered) - head - 1 else False
    result: list[list[tuple[PdfRow, str, str]]] = [[] for _ in parts]
    kept = [
        (number, row) for at, (number, row) in enumerate(numbered) if at <= head or not number or tuple(row.cells) not in names
    ]
    rows = (table.text_row((at, *one), one[1].cells)._replace(all_text=all_text) for at, one in enumerate(kept, start=1))
    for (at, number, row), cells, named, kind in table.laid_rows(rows):
        row.noted = tables.take(cells, named, kind, at)
        if kind != table.HEADER:
            result[number].append((row, table.row_text(cells, named), kind))
    return result


def has_words(rows: Sequence[PdfRow]) -> bool:
    """Whether some cell has a word or a number: those of formulas and diagrams, which are aligned as well, have single signs."""
    return any(_SAYING.search(cell) is not None for row in rows for cell in row.cells)


def _filled(grid: Grid, lines: Sequence[Line], boxes: CharBoxes) -> PdfTable | None:
    """The table, or None where the grid is none."""
    words = torn = 0
    for line in lines:
        pieces, split = pieces_in_cells(line, grid, boxes)
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
    if sum(sum(any(map(str.isalnum, cell)) for cell in row.cells) > 1 for row in rows) < 2 or not has_words(rows):
        return None
    found = [piece for row in rows for piece in row.lines]
    rows = _with_one_header(rows)
    return PdfTable(rows, tuple(grid.xs), grid.ys[-1], min(line.start for line in found), found)


def _rows(grid: Grid, number: int) -> Iterator[PdfRow]:
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
            names[cell.left] = Repeated(cell.text) if cell in over else cell.text
        texts = [cell.lines for cell in part] if any(len(cell.text) > LONG for cell in part) else []
        own_lines = [line for cell in part for line in cell.lines]
        yield PdfRow(names, own_lines, [line for cell in over for line in cell.lines], texts, spans)


def _stacked(cells: Sequence[GridCell], grid: Grid) -> list[list[GridCell]]:
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
    parts: list[list[GridCell]] = [[GridCell(cell.top, cell.bottom, cell.left, cell.right) for cell in cells] for _ in heights]
    for position, cell in enumerate(cells):
        if cell.lines and len(cell.lines) != len(heights):
            return []
        for line in cell.lines:
            near = min(range(len(heights)), key=lambda at: abs(heights[at] - line.base))
            if abs(heights[near] - line.base) > 0.4 * line.size:
                return []
            parts[near][position].lines.append(line)
    return parts


def _with_one_header(rows: list[PdfRow]) -> list[PdfRow]:
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
    if not table_head.is_header(names):
        return rows
    joined = PdfRow(names, [*upper.lines, *lower.lines], [], [], lower.spans)
    return [*rows[:head], joined, *rows[head + 2 :]]
