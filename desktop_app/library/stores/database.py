# SPDX-License-Identifier: Apache-2.0
"""One SQLite file for several threads: a connection each, one writer."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from desktop_app.foundation.errors import EnvironmentProblem, disk_problem

log = logging.getLogger(__name__)

_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})

_PAGES_AT_ONCE = 1_000
_PATIENCE, _PATIENCE_FOR_LOG = 30_000, 200  # milliseconds that a statement waits for other connections

Translate = Callable[[sqlite3.Error], Exception]
"""From an error of SQLite to the one to raise."""


class _TranslatingCursor(sqlite3.Cursor):
    """Raises ``EnvironmentProblem`` for a damaged file or a full disk, at whichever row it is met."""

    translate: Translate

    def execute(self, *arguments: Any) -> Self:
        try:
            return super().execute(*arguments)
        except sqlite3.DatabaseError as error:
            raise self.translate(error) from error

    def executemany(self, *arguments: Any) -> Self:
        try:
            return super().executemany(*arguments)
        except sqlite3.DatabaseError as error:
            raise self.translate(error) from error

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            raise self.translate(error) from error

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            raise self.translate(error) from error

    def fetchall(self) -> list[Any]:
        try:
            return super().fetchall()
        except sqlite3.DatabaseError as error:
            raise self.translate(error) from error


class _TranslatingConnection(sqlite3.Connection):
    """``execute`` by way of that cursor; sqlite3's own shortcut would not use it."""

    translate: Translate

    def cursor(self, factory: Any = _TranslatingCursor) -> Any:
        made = super().cursor(factory)
        made.translate = self.translate
        return made

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor().execute(*arguments)
        return cursor

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        cursor: sqlite3.Cursor = self.cursor().executemany(*arguments)
        return cursor


class Database:
    """WAL mode: readers never wait for the writer. ``synchronous=NORMAL``: a power cut may take back the last transactions, and
    never damages the file; each costs at most one file's work again. ``overwrites``: what is deleted is overwritten with zeros, and
    ``empty_log`` takes it from the log as well."""

    def __init__(self, path: Path, *, overwrites: bool = False) -> None:
        self.path = path
        self._overwrites = overwrites
        self._local = threading.local()
        self._all: list[tuple[threading.Thread, sqlite3.Connection]] = []
        self._guard = threading.Lock()
        self._writing = threading.RLock()
        self._log_to_empty = overwrites
        """The log may hold what was deleted; at first what a run left that was killed."""
        self.generation = 0
        """Counts transactions: what a search computed from the tables is valid while it does not change."""

    def connection(self) -> sqlite3.Connection:
        """This thread's connection, in autocommit mode."""
        found: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if found is not None:
            return found
        try:
            made = sqlite3.connect(
                self.path,
                isolation_level=None,
                check_same_thread=False,
                timeout=_PATIENCE / 1000,
                factory=_TranslatingConnection,
            )
            made.translate = self.problem
        except sqlite3.DatabaseError as error:
            raise self.problem(error) from error
        try:
            if not self.path.stat().st_size:
                # Before anything is in it: free pages can be given back a few at a time (``shrink``).
                made.execute("PRAGMA auto_vacuum = INCREMENTAL")
            made.execute("PRAGMA journal_mode = WAL")
            made.execute("PRAGMA synchronous = NORMAL")
            made.execute("PRAGMA temp_store = MEMORY")
            if self._overwrites:
                made.execute("PRAGMA secure_delete = ON")
        except BaseException:
            made.close()
            raise
        self._local.connection = made
        with self._guard:
            self._close_of_ended_threads()
            self._all.append((threading.current_thread(), made))
        return made

    def _close_of_ended_threads(self) -> None:
        """Every indexing run asks from threads of its own; kept open, their connections would use up the file handles."""
        for thread, connection in self._all:
            if not thread.is_alive():
                connection.close()
        self._all = [(thread, connection) for thread, connection in self._all if thread.is_alive()]

    @contextmanager
    def writing(self, *, searched: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it, or nothing. ``searched`` False: it touches nothing that a search looks at, so that what was
        computed for one still holds. Raises ``EnvironmentProblem`` for a full or read-only disk."""
        with self._writing:
            connection = self.connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
                self.generation += searched
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            if self._log_to_empty:
                self._try_to_empty_log(connection)

    def empty_log(self) -> None:
        """Take from the log what was deleted. While another connection reads the log this cannot be: it is tried again after each
        write and on closing."""
        with self._writing:
            self._log_to_empty = True
            self._try_to_empty_log(self.connection())

    def _try_to_empty_log(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute(f"PRAGMA busy_timeout = {_PATIENCE_FOR_LOG}").fetchall()
            try:
                busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}").fetchall()
            self._log_to_empty = bool(busy)
        except (sqlite3.Error, EnvironmentProblem) as error:  # what was deleted is deleted
            log.warning("the log of %s could not be emptied: %s", self.path, error)

    def problem(self, error: sqlite3.Error) -> Exception:
        """The ``EnvironmentProblem`` behind a failed statement; the error itself where that is our bug."""
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _CORRUPT:  # the upper bits tell kinds of corruption apart
            return EnvironmentProblem("library_damaged", path=self.path.parent, detail=error)
        return disk_problem(error, self.path.parent) or error

    def sizes(self) -> tuple[int, int]:
        """(bytes of the file, bytes of it that are free)."""
        page, pages, free = (
            int(self.connection().execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_size", "page_count", "freelist_count")
        )
        return page * pages, page * free

    def shrink(self, check: Callable[[], None]) -> None:
        """Give free pages back to the disk, a few megabytes a transaction; ``check`` is called between them and may raise."""
        connection = self.connection()
        while (free := self.sizes()[1]) > 0:
            check()
            with self._writing:
                # Rows must be fetched: each one is a page given back.
                connection.execute(f"PRAGMA incremental_vacuum({_PAGES_AT_ONCE})").fetchall()
            if self.sizes()[1] >= free:
                break  # made before files could be shrunk
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def close(self) -> None:
        """Close the connections of all threads."""
        with self._guard:
            while self._all:
                _, connection = self._all.pop()
                if not self._all and self._log_to_empty:
                    self._try_to_empty_log(connection)
                connection.close()
        self._local = threading.local()
