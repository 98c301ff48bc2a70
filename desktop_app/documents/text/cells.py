# SPDX-License-Identifier: Apache-2.0
"""Sheets of every workbook format, as segments with sheet and cells.

A sheet's name is the heading of its rows: who asks for the training budget wants the rows of the sheet "Training", whose cells may say
"Total" and "Spent" only.

What a person does not see when the workbook is opened (hidden sheets, rows and columns) comes after the rest of its sheet and says so in its
place: it is never part of a visible row, and names no visible cell. Rows that a filter leaves out are seen: a filter is a view that people
switch daily, Excel marks it at the names of the columns and at the numbers of the rows, and a stock list saved under one would answer for a part of
the stock only. Rows hidden by hand among them cannot be told apart and are seen too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import NamedTuple

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import displayed
from desktop_app.documents.text.locators import column_name, column_number
from desktop_app.documents.text.table_head import ABOVE, LEFT, TableRow

# Beyond this a workbook is a data dump: 2 million cells are about 40,000 passages, an hour of embedding on an office PC.
MOST_CELLS = 2_000_000
_CELL = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_NAMED = 5  # cells in a remark
_MOST_COLUMNS = 16_384
_WIDEST = 256  # columns of a merged cell that count
# The names that programs give, which say nothing: Sheet1, 工作表 2, 3.
_GIVEN_NAME = re.compile(
    r"(?:sheet|table|tabelle|feuille?|feuil|hoja|foglio|planilha|worksheet|лист|工作表|表格?|シート)?[ _]?\d*", re.IGNORECASE
)

Merged = tuple[int, int, int, int]
"""Cells that are one: row and column of the first, both from 0, and how many of each."""


class SheetRow(NamedTuple):
    """``number`` from 1, ``cells`` from column A, whether all filled cells are text or None where the format does not say.

    ``unseen``: numbers that their format shows to nobody (";;;"), by their column from 0.
    """

    number: int
    cells: list[str]
    all_text: bool | None
    hidden: bool = False
    unseen: Sequence[tuple[int, str]] = ()


class SheetNote(NamedTuple):
    """What stands beside the cells: a comment of a cell, a text box, a chart's line. ``cells`` where it belongs; ``hidden`` as in ``Locator``."""

    cells: str
    text: str
    aside: str
    author: str = ""
    hidden: str = ""
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class SheetShape:
    """What is hidden of a sheet, its merged cells, and the rows under a filter in force.

    ``columns``: the hidden ones, from 0. ``filtered``: the first and the last of rows that count as seen, from 1. ``coloured``: conditions or the
    style of a table may give cells another colour than their own style.
    """

    hidden: bool = False
    columns: Collection[int] = ()
    merged: Sequence[Merged] = ()
    filtered: Sequence[tuple[int, int]] = ()
    coloured: bool = False


class _Place(NamedTuple):
    row: int
    first: int
    last: int
    hidden: str


_PLAIN = SheetShape()


class Sheets:
    """The sheets of one workbook while it is read."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.failed = 0
        self._sheets = 0
        self._cells = 0
        self._full = ""
        self._uncalculated = list[str]()
        self._hidden_rows = set[int]()  # of the sheet that is read
        self._tables = FoundTables()

    @property
    def full(self) -> bool:
        """No more cells are taken."""
        return bool(self._full)

    def add(self, title: str, rows: Iterable[SheetRow], shape: SheetShape = _PLAIN, notes: Collection[SheetNote] = ()) -> None:
        """Add the rows of a sheet, until the workbook has as many cells as are read, and then its notes, which may grow by the rows."""
        self._sheets += 1
        self._hidden_rows.clear()
        headings = () if _GIVEN_NAME.fullmatch(title.strip()) else (table.clean(title),)
        hidden_columns, covers = _HiddenColumns(shape.columns), _Covers(shape.merged)
        unseen = list[Segment]()
        self._tables.begin()
        failed = self.failed
        for place, cells, names, kind in table.laid_rows(self._placed(title, rows, shape, hidden_columns, covers)):
            row_cells = self._tables.take(cells, names, kind, place.row)
            if kind == table.HEADER:
                hidden_columns.headers.add(place.row)
                continue
            locator = Locator(
                sheet=title, cells=_range(place.row, place.first, place.last), headings=headings, hidden=place.hidden
            )
            segment = Segment(table.row_text(cells, names), locator, kind, cells=row_cells)
            (unseen if place.hidden == "row" else self.segments).append(segment)
        if self._full or self.failed > failed:
            self._tables.cut()
        self.segments += unseen
        for row, columns, text, reason in (*hidden_columns.texts(), *covers.texts()):
            span = _range(row, columns[0], columns[-1])
            locator = Locator(sheet=title, cells=span, headings=headings, hidden="sheet" if shape.hidden else reason)
            self.segments.append(Segment(text, locator, "row"))
        self._add_notes(title, headings, shape, notes)

    def _add_notes(self, title: str, headings: tuple[str, ...], shape: SheetShape, notes: Collection[SheetNote]) -> None:
        for note in notes:
            hidden = "sheet" if shape.hidden else note.hidden or self._why_unseen(note.cells, shape)
            locator = Locator(
                sheet=title, cells=note.cells or None, headings=headings, aside=note.aside, author=note.author, hidden=hidden
            )
            self.segments.append(Segment(note.text, locator, note.kind))

    def _why_unseen(self, cells: str, shape: SheetShape) -> str:
        """Whether what belongs to a cell is hidden with its row or column."""
        match = _CELL.fullmatch(cells)
        if match is None:
            return ""
        if int(match[2]) in self._hidden_rows:
            return "row"
        return "column" if column_number(match[1]) - 1 in shape.columns else ""

    def not_calculated(self, title: str, cells: Sequence[str]) -> None:
        """Cells of a sheet whose formula has no stored value."""
        self._uncalculated += [f"{title}!{cell}" for cell in cells]

    def document(self, *, title: str = "") -> Document:
        """Raises ``UnreadableDocument`` when no sheet gave text."""
        if not self.segments:
            raise UnreadableDocument("damaged" if self.failed else "no_text")
        remarks = (
            [f"sheets_unread {self.failed} {self._sheets}"] if self.failed else []
        )  # worded in ``wording/reading_details.py``
        remarks.extend([self._full] if self._full else [])
        if self._uncalculated:
            some = ", ".join(self._uncalculated[:_NAMED]) + (" …" if len(self._uncalculated) > _NAMED else "")
            remarks.append(f"not_calculated {len(self._uncalculated)} {some.replace(';', ',')}")
        partial = "partly_read" if remarks else ""
        return Document(
            tuple(self.segments), self._sheets, title, partial, "; ".join(remarks), tables=tuple(self._tables.heads)
        )

    def _placed(
        self, title: str, rows: Iterable[SheetRow], shape: SheetShape, columns: _HiddenColumns, covers: _Covers
    ) -> Iterator[TableRow[_Place]]:
        before = 0
        for number, cells, all_text, is_hidden, unseen in rows:
            hidden = is_hidden and not any(first <= number <= last for first, last in shape.filtered)
            covers.under += [(number, column, text) for column, text in unseen]
            if hidden:
                self._hidden_rows.add(number)
            covered = covers.put(number, cells)
            aside = columns.take(number, cells)
            filled = len(cells) - cells.count("")
            if not filled and not covered and not aside:
                continue
            if self._cells + filled + aside > MOST_CELLS:
                self._full = f"cells_read {self._cells} {title.replace(';', ',')}!{number}"
                return
            self._cells += filled + aside
            gap, before = number > before + 1, number
            ends = _ends(cells) if filled or covered else None
            if ends is not None:
                place = _Place(number, *ends, "sheet" if shape.hidden else "row" if hidden else "")
                yield TableRow(place, cells, all_text, shape.hidden or not hidden, covered, gap, cells)


class _Covers:
    """Marks the cells that merged ones cover, while the rows go by from top to bottom.

    Programs write none that overlap: of those the first counts, and the cells of the others stay as they are, as all do once enough are marked.
    """

    def __init__(self, merged: Sequence[Merged]) -> None:
        # Those of damaged files lie where no sheet has columns.
        self._coming = sorted((one for one in merged if 0 <= one[1] < _MOST_COLUMNS), reverse=True)
        # Of those that reach the row: the row behind, the first column, the column behind, the first row.
        self._now = list[tuple[int, int, int, int]]()
        self._taken = set[int]()  # columns of those
        self._marked = 0
        self.under = list[tuple[int, int, str]]()

    def put(self, number: int, cells: list[str]) -> bool:
        """Whether cells of a row are covered, which are marked then."""
        if not (self._now or self._coming):
            return False
        row = number - 1
        while self._now and self._now[0][0] <= row:
            _, left, right, _ = heappop(self._now)
            self._taken.difference_update(range(left, right))
        while self._coming and self._coming[-1][0] <= row:
            top, left, height, width = self._coming.pop()
            right = left + min(width, _WIDEST)
            # Where the row is left out, its cell is empty.
            if top == row and self._taken.isdisjoint(range(left, right)):
                heappush(self._now, (top + height, left, right, top))
                self._taken.update(range(left, right))
        if not self._now:
            return False
        self._marked += len(self._taken)
        if self._marked > MOST_CELLS:
            self._now.clear()
            self._coming.clear()
            return False
        for _, left, right, top in self._now:
            cells.extend([""] * (right - len(cells)))
            for column in range(left + (row == top), right):
                if cells[column]:
                    self.under.append((number, column, cells[column]))
                cells[column] = LEFT if column > left else ABOVE
        return True

    def texts(self) -> Iterator[tuple[int, list[int], str, str]]:
        """What stands in cells that are covered: (row, its columns, text, why it is not seen)."""
        for row, column, text in self.under:
            yield row, [column], text, "invisible"


class _HiddenColumns:
    """The cells of hidden columns, each to be named by the cell above it that stands in the header."""

    def __init__(self, columns: Collection[int]) -> None:
        self.headers = set[int]()
        self._columns = sorted(columns)
        self._cells = list[tuple[int, list[tuple[int, str]]]]()

    def take(self, row: int, cells: list[str]) -> int:
        """Take them out of a row; gives how many. A merged cell that goes on in a column that is seen stays."""
        if not self._columns:
            return 0
        found = list[tuple[int, str]]()
        for column in self._columns:
            if column >= len(cells):
                break
            if cells[column] and not (cells[column + 1 : column + 2] == [LEFT] and cells[column + 1] is LEFT):
                found.append((column, cells[column]))
                cells[column] = ""
        if found:
            self._cells.append((row, found))
        return len(found)

    def texts(self) -> Iterator[tuple[int, list[int], str, str]]:
        """(row, its columns, text, why it is not seen)."""
        names, header = dict[int, str](), 0
        unused = set[int]()
        for row, found in self._cells:
            if row in self.headers:
                names, header = ({} if header < row - 1 else names) | dict(found), row
                unused.update(names)
                continue
            unused.difference_update(column for column, _ in found)
            text = "; ".join(f"{names[column]}: {cell}" if column in names else cell for column, cell in found)
            yield row, [column for column, _ in found], text, "column"
        alone = sorted(unused & set(names))
        if alone:
            yield header, alone, "; ".join(names[column] for column in alone), "column"


def _ends(cells: Sequence[str]) -> tuple[int, int] | None:
    """The first and the last column that holds something or is covered."""
    for first, cell in enumerate(cells):
        if cell or cell is ABOVE or cell is LEFT:
            last = len(cells) - 1
            while not (cells[last] or cells[last] is ABOVE or cells[last] is LEFT):
                last -= 1
            return first, last
    return None


def _range(row: int, first: int, last: int) -> str:
    left = f"{column_name(first + 1)}{row}"
    return left if first == last else f"{left}:{column_name(last + 1)}{row}"


def shown(value: object, number_format: str | None, *, from_1904: bool = False) -> str:
    """A cell's value as the sheet shows it, on one line."""
    text = displayed(value, number_format, from_1904=from_1904)[0]
    return table.clean(text) if "\n" in text else text
