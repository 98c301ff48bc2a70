# SPDX-License-Identifier: Apache-2.0
"""Tables of documents as data: a head for each, rows in bands of columns.

All tables share two tables of SQLite, because one for each makes every connection read 25,000 statements before its first question, and one blob
a column takes 0.6 s for a sum over a million rows (``docs/decisions/0028-tables-in-two-sqlite-tables.md``). Column n stands in ``c{n % 32}`` of
band ``n // 32``, without a
type: numbers stay numbers.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from desktop_app.contract.document import Document, Segment
from desktop_app.contract.ledger import Scope
from desktop_app.contract.locator import Locator
from desktop_app.contract.typed_table import RowCells, StoredRow, StoredTable, TableHead, Value
from desktop_app.library.stores.below import below as at_or_below
from desktop_app.library.stores.database import Database
from desktop_app.library.stores.lookup import files_in

BAND = 32
"""Columns of a band."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_encode = msgspec.json.Encoder().encode
_decode_head = msgspec.json.Decoder(TableHead).decode
_decode_place = msgspec.json.Decoder(Locator).decode
_decode_shown = msgspec.json.Decoder(list[str | None]).decode
_COLUMNS = ", ".join(f"c{at}" for at in range(BAND))
_SELECT = "SELECT tables.id, path, head, tables.rows, hidden_rows, marked FROM tables JOIN files ON files.id = tables.file"


class TableStore:
    """Reads tables; they are written with their file (``add``, ``remove``)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def connection(self) -> sqlite3.Connection:
        """Of the thread that asks, for statements over the rows."""
        return self._db.connection()

    def all(self, below: str = "") -> list[StoredTable]:
        """The tables of all files, or of those at or below a path, without their rows."""
        where, values = at_or_below(below) if below else ("1", [])
        query = f"{_SELECT} WHERE {where} ORDER BY path, ordinal"
        return [_table(row) for row in self._db.connection().execute(query, values)]

    def all_in(self, scope: Scope) -> list[StoredTable]:
        """The tables of the files of a scope, those of hidden sheets only where it asks for hidden text."""
        where, values = files_in(scope)
        rows = self._db.connection().execute(f"{_SELECT} WHERE {where} ORDER BY path, ordinal", values)
        return [table for table in map(_table, rows) if scope.hidden or not table.head.locator.hidden]

    def state(self) -> tuple[int, int]:
        """Differs when tables have come or gone: the newest id and how many there are."""
        row = self._db.connection().execute("SELECT ifnull(max(id), 0), count(*) FROM tables").fetchone()
        return int(row[0]), int(row[1])

    def of_file(self, path: str) -> list[StoredTable]:
        """The tables of one file in their order."""
        rows = self._db.connection().execute(f"{_SELECT} WHERE path = ? ORDER BY ordinal", (path,))
        return [_table(row) for row in rows]

    def get(self, table_id: int) -> StoredTable | None:
        """One table, None where it is gone: its file was read again, or removed."""
        row = self._db.connection().execute(f"{_SELECT} WHERE tables.id = ?", (table_id,)).fetchone()
        return None if row is None else _table(row)

    def rows(self, table_id: int, start: int = 0, count: int = -1) -> list[StoredRow]:
        """``count`` rows from place ``start`` on, from 0; all of them for -1."""
        width = self._width(table_id)
        end = 1 << 62 if count < 0 else start + count
        values, shown, facts = dict[int, list[Value]](), dict[int, list[str | None]](), dict[int, tuple[int, str, str]]()
        query = f"SELECT row, band, number, mark, hidden, shown, {_COLUMNS} FROM table_rows WHERE tbl = ? AND band = ? AND row >= ? AND row < ?"
        for band in range(-(-width // BAND)):
            own = min(BAND, width - band * BAND)
            for row, _, number, mark, hidden, as_shown, *cells in self._db.connection().execute(
                query, (table_id, band, start, end)
            ):
                facts.setdefault(row, (number, mark, hidden))
                values.setdefault(row, []).extend(cells[:own])
                shown.setdefault(row, []).extend(_decode_shown(as_shown) if as_shown else [None] * own)
        return [
            StoredRow(number, tuple(values[row]), _shown(values[row], shown[row]), mark, hidden)
            for row, (number, mark, hidden) in sorted(facts.items())
        ]

    def locators(self, table_id: int, rows: Sequence[int]) -> list[Locator]:
        """Where rows stand in the file, by their places from 0."""
        table = self.get(table_id)
        if table is None:
            return []
        found = dict[int, Locator]()
        query = "SELECT number, hidden, place FROM table_rows WHERE tbl = ? AND band = 0 AND row = ?"
        for row in dict.fromkeys(rows):
            stored = self._db.connection().execute(query, (table_id, row)).fetchone()
            if stored is not None:
                number, hidden, place = stored
                found[row] = _decode_place(place) if place else _in_sheet(table.head, number, hidden)
        return [found[row] for row in rows if row in found]

    def column_values(self, table_id: int, column: int, most: int) -> list[str]:
        """The different values of a column that are text, as many as are asked for, the most frequent first; totals are left out."""
        band, at = divmod(column, BAND)
        query = (
            f"SELECT value FROM (SELECT c{at} AS value, count(*) AS times, min(row) AS first FROM table_rows WHERE tbl = ? AND band = ? "
            f"AND mark = '' AND typeof(c{at}) = 'text' GROUP BY c{at}) ORDER BY times DESC, first LIMIT ?"
        )
        return [str(row[0]) for row in self._db.connection().execute(query, (table_id, band, most))]

    def _width(self, table_id: int) -> int:
        row = self._db.connection().execute("SELECT head FROM tables WHERE id = ?", (table_id,)).fetchone()
        return 0 if row is None else len(_decode_head(row[0]).columns)


def add(connection: sqlite3.Connection, file_id: int, document: Document) -> None:
    """Write the tables of a document that was read; 5 µs a row of ten cells."""
    rows: list[list[Segment]] = [[] for _ in document.tables]
    for segment in document.segments:
        if segment.cells is not None and 0 < segment.cells.table <= len(rows):
            rows[segment.cells.table - 1].append(segment)
    for ordinal, (head, segments) in enumerate(zip(document.tables, rows, strict=True)):
        segments.sort(key=_number)
        things = [one for one in segments if one.cells is not None and not one.cells.mark]
        hidden = sum(one.locator.hidden != "" for one in things)
        counts = len(things), hidden, len(segments) - len(things)
        made = connection.execute(
            "INSERT INTO tables (file, ordinal, head, rows, hidden_rows, marked) VALUES (?, ?, ?, ?, ?, ?)",
            (file_id, ordinal, _encode(head), *counts),
        )
        table = int(made.lastrowid or 0)
        for band in range(-(-len(head.columns) // BAND)):
            width = min(BAND, len(head.columns) - band * BAND)
            named = ", ".join(f"c{at}" for at in range(width))
            marks = ", ".join("?" * (8 + width))
            connection.executemany(
                f"INSERT INTO table_rows (tbl, band, row, number, mark, hidden, place, shown, {named}) VALUES ({marks})",
                _stored(table, band, width, segments, in_sheet=head.locator.sheet is not None),
            )


def remove(connection: sqlite3.Connection, file_ids: Sequence[int]) -> None:
    """Delete the tables of these files."""
    for file_id in file_ids:
        connection.execute("DELETE FROM table_rows WHERE tbl IN (SELECT id FROM tables WHERE file = ?)", (file_id,))
        connection.execute("DELETE FROM tables WHERE file = ?", (file_id,))


def copy(connection: sqlite3.Connection, origin: int, target: int) -> None:
    """Give a file the tables of another one."""
    rest = f"band, row, number, mark, hidden, place, shown, {_COLUMNS}"
    for (table,) in connection.execute("SELECT id FROM tables WHERE file = ? ORDER BY ordinal", (origin,)).fetchall():
        made = connection.execute(
            "INSERT INTO tables (file, ordinal, head, rows, hidden_rows, marked) SELECT ?, ordinal, head, rows, hidden_rows, marked "
            "FROM tables WHERE id = ?",
            (target, table),
        )
        connection.execute(
            f"INSERT INTO table_rows (tbl, {rest}) SELECT ?, {rest} FROM table_rows WHERE tbl = ?", (made.lastrowid, table)
        )


def _number(segment: Segment) -> int:
    return 0 if segment.cells is None else segment.cells.number


def _stored(table: int, band: int, width: int, segments: Sequence[Segment], *, in_sheet: bool) -> Iterator[tuple[Any, ...]]:
    first = band * BAND
    for row, segment in enumerate(segments):
        cells: RowCells | None = segment.cells
        if cells is None:
            continue
        shown, values = cells.shown[first : first + width], cells.values[first : first + width]
        if len(values) < width:
            values += (None,) * (width - len(values))
        yield (
            table,
            band,
            row,
            cells.number,
            cells.mark,
            segment.locator.hidden,
            None if band or in_sheet else _encode(segment.locator),
            _encode(shown) if any(shown) else None,
            *values,
        )


def _table(row: tuple[int, str, bytes, int, int, int]) -> StoredTable:
    table_id, path, head, *counts = row
    return StoredTable(table_id, path, _decode_head(head), *counts)


def _shown(values: Sequence[Value], shown: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(
        as_shown if as_shown is not None else "" if value is None else str(value)
        for value, as_shown in zip(values, shown, strict=True)
    )


def _in_sheet(head: TableHead, number: int, hidden: str) -> Locator:
    """The place of a row of a sheet: its cells from the first column of the table to the last."""
    first, last = (f"{_letters(column.at)}{number}" for column in (head.columns[0], head.columns[-1]))
    return replace(head.locator, cells=first if first == last else f"{first}:{last}", hidden=hidden)


def _letters(column: int) -> str:
    name, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = _LETTERS[rest] + name
    return name
