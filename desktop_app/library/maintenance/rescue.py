# SPDX-License-Identifier: Apache-2.0
"""Takes what can still be read out of a damaged SQLite file.

Rows are read in ranges of their ids; a range that meets a damaged page is halved until single rows are left out. Tables without row ids are
read from both ends.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem

_AT_ONCE = 2_000  # rows
_MOST_FAILURES = 20_000  # ranges: of a file that is nothing but damage, not every row is asked for
_NOT_OPENED = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def copy_rows(damaged: Path, target: sqlite3.Connection, tables: dict[str, str], cancel: Cancellation) -> dict[str, int]:
    """Copy the readable rows of ``tables`` (table -> its key) into the tables of that name in ``target``; returns how many of each.

    Columns that only one side has are left out. Raises ``Cancelled``, and ``EnvironmentProblem("library_damaged")`` where the file cannot
    be opened: what it holds is not known then.
    """
    copied = dict.fromkeys(tables, 0)
    with closing(_open(damaged)) as source:
        source.text_factory = lambda text: text.decode("utf-8", "replace")
        for table, key in tables.items():
            columns = _columns(source, target, table)
            if columns:
                copied[table] = _Table(source, target, table, key, columns, cancel).copy()
    return copied


def _open(damaged: Path) -> sqlite3.Connection:
    try:
        source = sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF in _NOT_OPENED:
                source.close()
                raise
    except sqlite3.Error as error:
        raise EnvironmentProblem("library_damaged", path=damaged.parent, detail=error) from error
    return source


def _columns(source: sqlite3.Connection, target: sqlite3.Connection, table: str) -> list[str]:
    try:
        here = [row[1] for row in source.execute(f"PRAGMA table_info({table})")]
    except sqlite3.Error:
        return []
    return [row[1] for row in target.execute(f"PRAGMA table_info({table})") if row[1] in here]


class _Table:
    def __init__(
        self,
        source: sqlite3.Connection,
        target: sqlite3.Connection,
        table: str,
        key: str,
        columns: list[str],
        cancel: Cancellation,
    ) -> None:
        self._source = source
        self._target = target
        self._key = key
        self._cancel = cancel
        self._failures = 0
        named = ", ".join(columns)
        self._select = f"SELECT {named} FROM {table}"
        self._insert = f"INSERT OR IGNORE INTO {table} ({named}) VALUES ({', '.join('?' * len(columns))})"
        self._table = table

    def copy(self) -> int:
        before = self._target.total_changes
        if self._key == "id":
            last = self._last_id()
            for start in range(0, last + 1, _AT_ONCE):
                self._copy_range(start, min(start + _AT_ONCE - 1, last))
        else:
            for order in ("ASC", "DESC"):
                self._copy_from_end(order)
        self._target.commit()
        return self._target.total_changes - before

    def _last_id(self) -> int:
        queries = (
            f"SELECT max(id) FROM {self._table}",
            f"SELECT seq FROM sqlite_sequence WHERE name = '{self._table}'",
        )
        for query in queries:
            try:
                row = self._source.execute(query).fetchone()
            except sqlite3.Error:
                continue
            if row is not None and isinstance(row[0], int):
                return row[0]
        return -1

    def _copy_range(self, first: int, last: int) -> None:
        self._cancel.check()
        if self._failures > _MOST_FAILURES:
            return
        try:
            rows = self._source.execute(f"{self._select} WHERE id BETWEEN ? AND ?", (first, last)).fetchall()
        except sqlite3.Error:
            self._failures += 1
            if first < last:
                middle = (first + last) // 2
                self._copy_range(first, middle)
                self._copy_range(middle + 1, last)
            return
        self._put(rows)

    def _copy_from_end(self, order: str) -> None:
        self._cancel.check()
        try:
            by = ", ".join(f"{column} {order}" for column in self._key.split(", "))
            for row in self._source.execute(f"{self._select} ORDER BY {by}"):
                self._put([row])
        except sqlite3.Error:
            self._failures += 1

    def _put(self, rows: list[tuple[object, ...]]) -> None:
        for row in rows:
            try:
                self._target.execute(self._insert, row)
            except sqlite3.Error:  # a value that damage made impossible: NULL where none may be
                self._failures += 1
