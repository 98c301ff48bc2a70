# SPDX-License-Identifier: Apache-2.0
"""Rows of tables as text: "Header: value; Header: value".

A row must be understood alone, because it is found alone; so each value carries its column's name, and a merged cell counts in every row and
column that it covers. Which rows name the columns is told by the rows themselves (``table_head.py``). What stands above them is the table's
title, or a form's lines: "Invoice no.: | 4711" reads "Invoice no.: 4711".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from typing import Generic, NamedTuple, TypeVar

from desktop_app.documents.text import table_head
from desktop_app.documents.text.table_head import ABOVE, LEFT, TableRow, is_label

Place = TypeVar("Place")

HEADER = "header"
_TOP = 30  # rows in which the header is looked for
_BLOCK = 3  # rows below an empty one that show whether another table begins
_REPEATED = 60  # characters up to which a cell that covers several columns counts in each of them


def clean(value: str) -> str:
    """A cell on one line."""
    return " ".join(value.split())


class LaidRow(NamedTuple, Generic[Place]):
    """A row that stands for itself: ``names`` are those of its columns, None where it has none. ``kind`` is "text" or "row", or "header" for a
    row that names the columns."""

    place: Place
    cells: Sequence[str]
    names: Sequence[str] | None
    kind: str = "row"


def lay_out(rows: Iterable[tuple[Place, list[str], bool | None]]) -> Iterator[tuple[Place, str, str]]:
    """Rows as (place, text, kind), each given as (place, cells, whether all its filled cells are text, or None: not known).

    Cells that are covered by merged ones are ``LEFT`` or ``ABOVE``. Empty rows are dropped. The header gives its names to the rows below it
    and is not repeated; names of columns without a value are a row of their own at the end.
    """
    for laid in laid_rows(_row(*row) for row in rows):
        if laid.kind != HEADER:
            yield laid.place, row_text(laid.cells, laid.names), laid.kind


def laid_rows(rows: Iterable[TableRow[Place]]) -> Iterator[LaidRow[Place]]:
    """The rows with the names of their columns; of rows that are not ``seen`` none is taken for a header."""
    layout = _Layout[Place]()
    ahead = deque[TableRow[Place]]()
    source = table_head.filled(rows)

    def following() -> Iterator[TableRow[Place]]:
        while ahead:
            yield ahead.popleft()
        for row in source:  # noqa: UP028 - to end this must not end the source
            yield row

    block = list(islice(source, _TOP))
    while block:
        taken = yield from layout.block(block)
        ahead.extendleft(reversed(block[taken:]))
        block = []
        coming = following()
        for row in coming:
            if row.gap:
                block = [row, *islice(coming, _BLOCK - 1)]
                break
            yield from layout.row(row)
    yield from layout.end()


def text_row(place: Place, cells: list[str]) -> TableRow[Place]:
    """A row of a format that does not say what is text in it."""
    return _row(place, cells, None)


def header_row(rows: Iterable[tuple[int, list[str], bool | None]]) -> int:
    """The number of the row that ``lay_out`` takes for the header of ``rows``, 0 for none; rows as there, placed by their number."""
    first = list(islice(table_head.filled(_row(*row) for row in rows), _TOP))
    head = table_head.find(first)
    return first[head.start].place if head else 0


def _row(place: Place, cells: list[str], all_text: bool | None) -> TableRow[Place]:
    return TableRow(place, cells, all_text, covered=any(cell is LEFT or cell is ABOVE for cell in cells), full=cells)


def row_text(cells: Sequence[str], header: Sequence[str] | None) -> str:
    """One row as text; empty cells are left out. Without a header the values stand alone."""
    if header is None:
        return "; ".join(cell for cell in cells if cell)
    parts = [f"{name}: {cell}" if name else cell for name, cell in zip(header, cells, strict=False) if cell]
    if len(cells) > len(header):
        parts += [cell for cell in cells[len(header) :] if cell]
    return "; ".join(parts)


class _Layout(Generic[Place]):
    """What is known of a table while its rows come."""

    def __init__(self) -> None:
        self._started = False  # a row of several cells was met
        self._names: list[str] | None = None
        self._head: TableRow[Place] | None = None  # the innermost row of the header
        self._unused = set[int]()  # columns that have a name and no value so far
        self._labels: TableRow[Place] | None = None  # of a form, whose values may stand below
        self._form = False

    def block(self, rows: Sequence[TableRow[Place]]) -> Generator[LaidRow[Place], None, int]:
        """The first rows of a sheet, or those below an empty row; gives how many of them are done with."""
        if self._started:
            head = table_head.of_another(rows, self._names)
        else:
            head = table_head.find(rows)
            self._form = head is not None or table_head.is_form(rows)
        if head is None:
            yield from self.row(rows[0])
            return 1
        yield from self.end()
        for row in rows[: head.start]:
            yield from self.row(row)
        yield from self._labels_alone()
        self._started, self._form = True, False
        named = [row for row in rows[head.start : head.stop] if row.seen]
        for row in rows[head.start : head.stop]:
            yield LaidRow(row.place, row.full, None, HEADER if row.seen else "row")
        self._head, self._names = named[-1], table_head.names(named)
        self._unused = {column for column, name in enumerate(self._names) if name}
        return head.stop

    def row(self, row: TableRow[Place]) -> Iterator[LaidRow[Place]]:
        """A row of the body, of a form, or a title."""
        if self._names is None and row.seen:
            yield from self._unnamed(row)
            return
        own = row.cells
        if row.covered:
            if table_head.is_one_cell(row):
                yield LaidRow(row.place, own, None, "text")
                return
            own = self._spread(row)
        if self._unused and row.seen:
            self._unused.difference_update([column for column in self._unused if column < len(own) and own[column]])
        yield LaidRow(row.place, own, self._names)

    def end(self) -> Iterator[LaidRow[Place]]:
        """What no row has said: the names of columns without a value."""
        yield from self._labels_alone()
        if self._unused and self._head is not None and self._names is not None:
            alone = [name if column in self._unused else "" for column, name in enumerate(self._names)]
            yield LaidRow(self._head.place, list(dict.fromkeys(alone)), None)
        self._names, self._unused = None, set()

    def _spread(self, row: TableRow[Place]) -> list[str]:
        """The cells of a row with those that cover several columns in each that has another name."""
        names, cells = self._names or [], list(row.full)
        for column, cell in enumerate(row.cells):
            if cell is LEFT:
                name = names[column] if column < len(names) else ""
                if not name or name == names[column - 1] or len(cells[column]) > _REPEATED:
                    cells[column] = ""
        return cells

    def _unnamed(self, row: TableRow[Place]) -> Iterator[LaidRow[Place]]:
        """A row without a header: a title, a line of a form, or values alone."""
        if self._labels is not None:
            labels, self._labels = self._labels, None
            if table_head.answers(labels, row):
                yield LaidRow(row.place, row.cells, [_label(cell) for cell in labels.cells])
                return
            yield LaidRow(labels.place, labels.cells, None)
        own = self._spread(row) if row.covered else row.cells
        filled = [column for column, cell in enumerate(own) if cell]
        if len(filled) == 1:
            yield LaidRow(row.place, own, None, "row" if self._started else "text")
            return
        self._started = self._started or not self._form
        pairs = [(one, other) for one, other in pairwise(filled) if is_label(own[one]) and not is_label(own[other])]
        if pairs:
            yield _pair(row.place, own, pairs)
        elif all(is_label(own[column]) for column in filled):
            self._labels = row
        elif self._form and len(filled) == 2:
            yield _pair(row.place, own, [(filled[0], filled[1])])
        else:
            yield LaidRow(row.place, own, None)

    def _labels_alone(self) -> Iterator[LaidRow[Place]]:
        if self._labels is not None:
            yield LaidRow(self._labels.place, self._labels.cells, None)
            self._labels = None


def _pair(place: Place, cells: Sequence[str], pairs: Sequence[tuple[int, int]]) -> LaidRow[Place]:
    """A line of a form; ``pairs`` are the columns of a label and its value."""
    values, names = list(cells), [""] * len(cells)
    for label, value in pairs:
        names[value], values[label] = _label(cells[label]), ""
    return LaidRow(place, values, names)


def _label(cell: str) -> str:
    return cell.rstrip(":： ")
