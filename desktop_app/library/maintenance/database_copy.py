# SPDX-License-Identifier: Apache-2.0
"""Copies a SQLite file that may be in use, as it is at one moment.

SQLite's backup API, from a connection that holds a read transaction: a writer goes on meanwhile, and the copy neither sees what it writes
nor begins anew because of it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem, disk_problem

Progress = Callable[[int, int], None]
"""Called with what is done and what there is in all, in bytes or steps."""

_PAGES = 1_000  # at once: 4 MB
_PATIENCE = 30.0  # seconds for another connection


def copy_database(source: Path, target: Path, progress: Progress, cancel: Cancellation) -> None:
    """Copy ``source`` to the new file ``target``. Raises ``Cancelled``, and ``EnvironmentProblem``: library_damaged, disk_full."""
    page = 0

    def told(_status: int, remaining: int, total: int) -> None:
        cancel.check()
        progress((total - remaining) * page, total * page)

    try:
        with closing(connect(source)) as here, closing(sqlite3.connect(target)) as copy:
            here.execute("BEGIN")
            here.execute("SELECT count(*) FROM sqlite_master").fetchone()
            page = int(here.execute("PRAGMA page_size").fetchone()[0])
            here.backup(copy, pages=_PAGES, progress=told)
            here.rollback()
            # Whole in itself, without a log beside it.
            copy.execute("PRAGMA journal_mode = DELETE").fetchone()
    except (sqlite3.Error, OSError) as error:
        raise problem_of(error, source.parent, target.parent) from error


def connect(file: Path) -> sqlite3.Connection:
    """A connection to an existing file that reads only. Raises ``sqlite3.Error``."""
    if not file.is_file():
        raise sqlite3.OperationalError(f"unable to open {file.name}")
    connection = sqlite3.connect(file, timeout=_PATIENCE, isolation_level=None)
    connection.execute("PRAGMA query_only = ON")
    return connection


def problem_of(error: Exception, library: Path, target: Path) -> Exception:
    """The problem behind an error while ``library`` was read and something below ``target`` written."""
    if isinstance(error, sqlite3.DatabaseError) and getattr(error, "sqlite_errorcode", 0) & 0xFF in (
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
    ):
        return EnvironmentProblem("library_damaged", path=library, detail=error)
    return disk_problem(error, target) or error
