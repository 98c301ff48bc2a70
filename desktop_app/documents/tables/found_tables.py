# SPDX-License-Identifier: Apache-2.0
"""Notes, while a file is read, which rows belong to which table.

A reader hands in each row as it was laid out (``text.table.LaidRow``), and puts what comes back beside the row's segment. What the cells are
is told when all rows are there (``typed_tables.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from desktop_app.contract.typed_table import TEXT, Column, RowCells, TableHead

MOST_CELLS = 2_000_000
"""Of all tables of a file; as many as are read of a workbook."""
MOST_COLUMNS = 256
_MOST_TITLES = 3
_LONGEST_TITLE = 200
_FEWEST = 2  # cells of a row without names


class FoundTables:
    """The tables of one file. Their columns have names and no kinds yet."""

    def __init__(self) -> None:
        self.heads: list[TableHead] = []
        self._cells = self._table = 0
        self.begin()

    def begin(self, title: str = "") -> None:
        """A sheet or a table begins: the rows that came belong to others. ``title``: what stands above it, where that is no row of it."""
        self._names: Sequence[str] | None = None
        self._expected = False  # names of columns have come, and no row below them
        self._unnamed = False  # the last row had no names
        self._titles = [title] if title else []

    def take(self, cells: Sequence[str], names: Sequence[str] | None, kind: str, number: int) -> RowCells | None:
        """The cells of a row as of ``LaidRow``, None where it is no row of a table. ``number`` as in ``RowCells``."""
        if kind == "header":
            self._expected = True
            return None
        if kind != "row":
            self._titled(cells)
            return None
        if names is None:
            if self._names is not None or sum(map(bool, cells)) < _FEWEST:
                return None  # names of columns without a value, a remark
            if not self._unnamed:
                self._add((), ("no_header",))
            self._unnamed = True
        elif names is not self._names:
            if not self._expected:
                self._titled([*cells, *names])
                return None  # a line of a form
            self._expected = self._unnamed = False
            self._names = names
            self._add(names, ())
        self._titles.clear()
        return self._row(cells, number)

    def cut(self) -> None:
        """Rows of the table that was noted last could not be read, or are too many."""
        if self._table and (self._names is not None or self._unnamed):
            self._doubt("first_rows")

    def _titled(self, cells: Sequence[str]) -> None:
        self._unnamed = False
        title = " ".join(cell for cell in cells if cell)
        self._titles = [*self._titles, title[:_LONGEST_TITLE]][-_MOST_TITLES:]

    def _add(self, names: Sequence[str], doubts: tuple[str, ...]) -> None:
        if len(names) > MOST_COLUMNS:
            doubts = (*doubts, "first_columns")
        columns = tuple(Column(name, TEXT, at) for at, name in enumerate(names[:MOST_COLUMNS]))
        self.heads.append(TableHead(columns, " ".join(self._titles), doubts=doubts))
        self._table = len(self.heads)

    def _row(self, cells: Sequence[str], number: int) -> RowCells | None:
        filled = len(cells) - cells.count("")
        if self._cells + filled > MOST_CELLS:
            self._doubt("first_rows")
            return None
        self._cells += filled
        if len(cells) > MOST_COLUMNS:
            if any(cells[MOST_COLUMNS:]):
                self._doubt("first_columns")
            cells = cells[:MOST_COLUMNS]
        return RowCells(self._table, number, tuple(cells))

    def _doubt(self, doubt: str) -> None:
        head = self.heads[self._table - 1]
        if doubt not in head.doubts:
            self.heads[self._table - 1] = replace(head, doubts=(*head.doubts, doubt))
