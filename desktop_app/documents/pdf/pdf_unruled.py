# SPDX-License-Identifier: Apache-2.0
"""Tables without rules, as rows that carry their header.

    runs of aligned rows (``pdf_alignment``) -> cells -> is it a table? -> wrapped lines joined to rows, header lines to one header

Of what is aligned most is no table: columns of text, lists with their numbers, forms ("Name: …"), signatures. Believed is a run whose
cells are short; with two columns only one of figures; without figures none that is drawn column by column. A line goes on with the row
above where the lines of a row stand closer than rows do; where all stand alike, where it has no figure and the words above it fill their
column.
"""

from __future__ import annotations

import itertools
import re
import statistics
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from desktop_app.analysis.script import count_cjk
from desktop_app.analysis.sentences import is_list_item
from desktop_app.documents.layout.paragraphs import Line, paragraphs
from desktop_app.documents.pdf import pdf_alignment
from desktop_app.documents.pdf.pdf_alignment import AlignedRows, BoxesAt, Strip
from desktop_app.documents.pdf.pdf_tables import LONG, PdfRow, PdfTable, has_words
from desktop_app.documents.text import table

_FIGURE = re.compile(
    r"(?:[^\w\s]{0,2}[A-Z]{0,3}[^\w\s]?[ ]?)[-+(−–]?\d[\d.,'’\s/:*-]*[)%‰]?\s*(?:[^\W\d]{1,5}\.?)?(?:/[^\W\d]{1,5})?|[-–—]"
)
_MARK = re.compile(r"[\W_]*\w{0,3}[\W_]*")  # of a list: "1.", "(a)", "•", "[12]"
_MOST_FIGURES = 0.5  # of a column's cells, from which on it is one of figures
_PROSE = 24  # letters, a Chinese one as two: the usual cell of a column of text is longer, and fills its column
_PROSE_FILL = 0.72
_CLOSE = 1.15  # times the smallest step: lines of one row
_APART = 1.3  # rows
_HEADER_STEP = 1.7  # line heights between the lines of one header
_FEWEST_ROWS = 3
_FEWEST_PLAIN_ROWS = 4  # without a column of figures
_MOST_LOOSE_SHARE = 0.34
_ALIGNED = 0.75  # of the cells of the usual column begin, end or have their middle on one line, as those of formulas do not
_ON_LINE = 0.45  # line heights
_WORDS = 0.5  # of the cells have more than one letter: formulas, and the figures on the axes of a chart, have less
_ONE_SIZE = 0.25


@dataclass(slots=True)
class _Row:
    """Lines of each column on one height, or of several that were joined."""

    base: float
    size: float
    cells: list[list[Line]]
    loose: bool = False

    @property
    def filled(self) -> list[int]:
        return [column for column, lines in enumerate(self.cells) if lines]

    def text(self, column: int) -> str:
        return table.clean(" ".join(paragraph.text for paragraph in paragraphs(self.cells[column])))


def find(lines: list[Line], boxes: BoxesAt, last: PdfTable | None) -> tuple[list[PdfTable], list[Line]]:
    """The tables of a page, and the lines outside them in their order. ``last`` is a table of the page before, which may go on."""
    tables: list[PdfTable] = []
    taken: set[int] = set()
    for run in pdf_alignment.runs(lines, boxes, _FEWEST_ROWS if last is None else 2):
        found = _table(run, last if not tables else None)
        if found is not None:
            tables.append(found)
            taken.update(line.start for row in run.rows for line in row.lines)
    if not tables:
        return [], lines
    return sorted(tables, key=lambda found: found.start), [line for line in lines if line.start not in taken]


def _table(run: AlignedRows, last: PdfTable | None) -> PdfTable | None:
    """The table, or None where the run is none; rows at its ends that are none are taken off the run."""
    middles = [(left + right) / 2 for left, right in run.strips]
    rows = [_cut(run, number, middles) for number in range(len(run.rows))]
    while rows and (len(rows[-1].filled) < 2 and not _goes_on(rows, len(rows) - 1, middles)):
        rows.pop()
    del run.rows[len(rows) :]
    while rows and len(rows[0].filled) < 2 and (rows[0].loose or rows[0].filled in ([], [0])):
        rows.pop(0)
        run.rows.pop(0)
    if not rows:
        return None
    columns = _extents(rows, len(middles) + 1)
    figures = [column for column in range(len(columns)) if _is_of_figures(rows, column)]
    continues = last is not None and last.has_columns(columns)
    if not (continues or _is_table(rows, columns, figures)):
        return None
    joined = _joined(rows, figures, columns)
    made = [_made(row) for row in joined]
    if not (continues or has_words(made)):
        return None
    pieces = [line for row in made for line in row.lines]
    return PdfTable(made, (), rows[0].base + rows[0].size, min(line.start for line in pieces), pieces, tuple(columns))


def _cut(run: AlignedRows, number: int, middles: Sequence[float]) -> _Row:
    """The words of a row by column; of one that keeps to no column, what stands together in the column where it begins."""
    row, loose = run.rows[number], number in run.loose
    cells: list[list[Line]] = [[] for _ in range(len(middles) + 1)]
    before: tuple[int, Line, float] | None = None  # column, line and right end of the word before
    wide = [right for _, right in row.gaps]
    for word in row.words:
        column = bisect(middles, word.left if loose else (word.left + word.right) / 2)
        if before is not None and loose and word.left not in wide:
            column = before[0]
        if before is not None and before[0] == column and before[1] is word.line and cells[column][-1].start <= word.start:
            piece = cells[column][-1]
            cells[column][-1] = replace(piece, stop=word.stop, end=word.stop, right=max(piece.right, word.right))
        else:
            piece = replace(
                word.line, start=word.start, stop=word.stop, end=word.stop, hyphen=False, left=word.left, right=word.right
            )
            cells[column].append(piece)
        before = column, word.line, word.right
    for lines in cells:
        for place, piece in enumerate(lines):
            whole = next(line for line in row.lines if line.start <= piece.start < line.end)
            if whole.hyphen and piece.stop == whole.stop:
                lines[place] = replace(piece, end=whole.end, hyphen=True)
    return _Row(row.base, row.size, cells, loose)


def _extents(rows: Sequence[_Row], count: int) -> list[Strip]:
    """Where each column begins and ends."""
    found: list[Strip] = []
    for column in range(count):
        lines = [line for row in rows if not row.loose for line in row.cells[column]]
        lines = lines or [line for row in rows for line in row.cells[column]]
        low = min((line.left for line in lines), default=0.0)
        found.append((low, max((line.right for line in lines), default=low)))
    return found


def _is_of_figures(rows: Sequence[_Row], column: int) -> bool:
    cells = [row.text(column) for row in rows if row.cells[column] and not row.loose]
    figures = sum(_FIGURE.fullmatch(cell) is not None for cell in cells)
    return figures > 0 and figures >= _MOST_FIGURES * max(1, len(cells) - 1)  # one of them may be its name


def _is_table(rows: Sequence[_Row], columns: Sequence[Strip], figures: Sequence[int]) -> bool:
    full = [row for row in rows if len(row.filled) > 1 and not row.loose]
    if len(full) < (_FEWEST_ROWS if figures else _FEWEST_PLAIN_ROWS):
        return False
    if sum(row.loose for row in rows) > _MOST_LOOSE_SHARE * len(rows):
        return False
    labels = sum(row.text(row.filled[0]).endswith((":", "：")) for row in full)
    if 2 * labels > len(full):
        return False  # a form: each label stands before its value
    if not figures and _is_column_by_column(full):
        return False  # columns of text, however narrow
    if not _is_even(full, len(columns)):
        return False
    marks = [column for column in range(len(columns)) if _is_of_marks(full, column)]
    prose = [column for column in range(len(columns)) if _is_prose(rows, column, columns[column])]
    plain = len(columns) - len(marks) - len(prose)
    if len(columns) == 2:
        return 1 in figures and not marks and not prose and 2 * sum(len(row.filled) > 1 for row in rows) > len(rows)
    if prose and plain < 1 + (len(prose) > 1):
        return False  # columns of text, or a list with its numbers
    return statistics.mean(len(row.filled) for row in full) > (0.55 if figures else 0.7) * len(columns)


def _is_column_by_column(rows: Sequence[_Row]) -> bool:
    """Whether each column was drawn as a whole before the next one, as those of text are and rows of cells are not."""
    columns = [[line.start for row in rows for line in row.cells[column]] for column in range(len(rows[0].cells))]
    spans = sorted((min(starts), max(starts)) for starts in columns if starts)
    return all(before[1] < after[0] for before, after in itertools.pairwise(spans))


def _is_even(rows: Sequence[_Row], columns: int) -> bool:
    """Whether letters are of one size and cells stand exactly below each other: formulas and drawings are aligned by chance."""
    lines = [row.cells[column][0] for row in rows for column in row.filled]
    size = statistics.median(line.size for line in lines)
    if sum(abs(line.size - size) > _ONE_SIZE * size for line in lines) > 0.2 * len(lines):
        return False
    if sum(line.stop - line.start > 1 for line in lines) < _WORDS * len(lines):
        return False
    good = counted = 0.0
    for column in range(columns):
        places = [(row.cells[column][0].left, row.cells[column][-1].right) for row in rows if row.cells[column]]
        if len(places) < 2:
            continue
        edges = ([left for left, _ in places], [right for _, right in places], [(left + right) / 2 for left, right in places])
        good += max(_together(edge, _ON_LINE * size) for edge in edges)
        counted += len(places)
    return good > _ALIGNED * counted


def _together(places: Sequence[float], near: float) -> int:
    """How many stand within ``near`` points of one of them, at most."""
    ordered = sorted(places)
    return max(bisect(ordered, place + 2 * near) - number for number, place in enumerate(ordered))


def _is_of_marks(rows: Sequence[_Row], column: int) -> bool:
    """Whether a column has the numbers or dots of a list in it."""
    cells = [row.text(column) for row in rows if row.cells[column]]
    marks = sum(_MARK.fullmatch(cell) is not None and (is_list_item(f"{cell} x") or not cell.isalnum()) for cell in cells)
    return bool(cells) and marks > 0.7 * len(cells)


def _is_prose(rows: Sequence[_Row], column: int, extent: Strip) -> bool:
    """Whether the lines of a column are as long as those of a text, and as wide as the column."""
    lines = [line for row in rows for line in row.cells[column] if not row.loose]
    if not lines:
        return False
    letters = statistics.median(line.stop - line.start + count_cjk(line.words) for line in lines)
    width = max(extent[1] - extent[0], 1.0)
    return letters > _PROSE and statistics.median(line.right - line.left for line in lines) > _PROSE_FILL * width


# ---- lines to rows --------------------------------------------------------------------------------------------------------


def _joined(rows: Sequence[_Row], figures: Sequence[int], columns: Sequence[Strip]) -> list[_Row]:
    """Rows of the table: first its header, if it has one."""
    head = _head(rows, figures)
    body = list(rows[head:])
    groups = _by_distance(body, figures, len(columns)) or _by_words(body, figures, columns)
    header = [_merged(rows[:head])] if head else []
    return [*header, *(_merged(group) for group in groups)]


def _head(rows: Sequence[_Row], figures: Sequence[int]) -> int:
    """How many rows at the top are one header: without figures, and close to each other."""
    bare = 0
    if figures:
        while bare < len(rows) - 1 and not any(_has_figure(rows[bare], column) for column in figures):
            bare += 1
    count = min(bare, 1)
    while count < min(bare, 3):
        above, below = rows[count - 1], rows[count]
        if above.base - below.base > _HEADER_STEP * above.size or above.loose or below.loose:
            break
        if len(_merged(rows[:count]).filled) == len(below.cells) and len(below.filled) > 0.5 * len(below.cells):
            break  # a whole header, and a row below it
        count += 1
    return count


def _has_figure(row: _Row, column: int) -> bool:
    return bool(row.cells[column]) and _FIGURE.fullmatch(row.text(column)) is not None


def _by_distance(rows: Sequence[_Row], figures: Sequence[int], columns: int) -> list[list[_Row]]:
    """Rows whose lines stand closer to each other than rows do; empty where distances do not tell."""
    steps = [above.base - below.base for above, below in itertools.pairwise(rows)]
    if not steps or max(steps) < _APART * min(steps):
        return []
    least = min(steps)
    groups: list[list[_Row]] = [[rows[0]]]
    for row, step in zip(rows[1:], steps, strict=True):
        if step > _CLOSE * least:
            groups.append([row])
        else:
            groups[-1].append(row)
    for group in groups:
        twice = any(sum(_has_figure(row, column) for row in group) > 1 for column in figures)
        if twice or sum(len(row.filled) > 0.6 * columns for row in group) > 1:
            return []
    return groups


def _by_words(rows: Sequence[_Row], figures: Sequence[int], columns: Sequence[Strip]) -> list[list[_Row]]:
    """A line without a figure, below words that fill their column, goes on with the row above it."""
    groups: list[list[_Row]] = []
    for row in rows:
        goes_on = (
            bool(groups)
            and not row.loose
            and not any(row.cells[column] for column in figures)
            and len(row.filled) < len(groups[-1][0].filled)
            and all(_fills(groups[-1], row, column, columns[column]) for column in row.filled)
        )
        if goes_on:
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _fills(group: Sequence[_Row], row: _Row, column: int, extent: Strip) -> bool:
    """Whether the first word of a cell would not have fitted behind what stands above it."""
    above = next((before.cells[column][-1] for before in reversed(group) if before.cells[column]), None)
    if above is None:
        return False
    first = row.cells[column][0]
    words = first.words
    word = words[:1] if count_cjk(words[:1]) else words.split(None, 1)[0]
    width = (first.right - first.left) * len(word) / max(1, len(words))
    return above.right + width + 0.2 * above.size > extent[1] or words[0].islower()


def _goes_on(rows: Sequence[_Row], number: int, middles: Sequence[float]) -> bool:
    """Whether the last line of a run, with a single cell, is the rest of a cell above it."""
    row = rows[number]
    if not number or row.loose or len(row.filled) != 1:
        return False
    steps = [above.base - below.base for above, below in itertools.pairwise(rows[:number])]
    step = rows[number - 1].base - row.base
    if steps and step > 1.05 * max(steps):
        return False
    if row.filled[0]:
        return True  # the first line of a row that goes on on the next page, at the latest
    columns = _extents(rows[:number], len(middles) + 1)
    group = [above for above in rows[:number] if not above.loose]
    return bool(group) and _fills(group, row, row.filled[0], columns[row.filled[0]])


def _merged(rows: Sequence[_Row]) -> _Row:
    """Several lines as one row."""
    if len(rows) == 1:
        return rows[0]
    cells = [[line for row in rows for line in row.cells[column]] for column in range(len(rows[0].cells))]
    return _Row(rows[0].base, rows[0].size, cells, all(row.loose for row in rows))


def _made(row: _Row) -> PdfRow:
    cells = [row.text(column) for column in range(len(row.cells))]
    texts = [lines for lines in row.cells if lines] if any(len(cell) > LONG for cell in cells) else []
    return PdfRow(cells, [line for lines in row.cells for line in lines], [], texts)
