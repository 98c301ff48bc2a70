# SPDX-License-Identifier: Apache-2.0
"""Ledger queries for the indexing planner, streamed in path order.

In blocks, so that 100,000 files cost no memory. Rows are plain tuples, and SQLite itself decides whether an unchanged file has to be
read all the same: a second run over 10,000 unchanged files spends its time here and in ``stat``, nowhere else.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

from desktop_app.library.stores.database import Database

_BLOCK = 2000


class Due:
    """Whether a file must be read although its size and time are the same. ``ONLY_ON_RETRY``: only when a retry is asked for."""

    NO, YES, PENDING, ONLY_ON_RETRY = 0, 1, 2, 3


# (path, size, time stamp in nanoseconds, ledger id, Due, reason, chunks)
Known = tuple[str, int, int, int, int, str, int]


class PlanningQueries:
    """Paths are compared as text; ``root`` is a folder or a file."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def rows(self, root: str, *, recipe: str, outside: Sequence[str], passing: Sequence[str]) -> Iterator[Known]:
        """Every file at or below ``root`` that the ledger holds now, ordered by path; rows added while it is iterated are not among
        them. ``outside``, ``passing``: reasons that no longer hold, or may not, without the file changing."""
        connection = self._db.connection()
        top = connection.execute("SELECT coalesce(max(id), 0) FROM files").fetchone()[0]
        select = (
            "SELECT path, size, mtime_ns, id, CASE WHEN state = 'pending' THEN 2 "
            f"WHEN state = 'offline' OR recipe <> ? OR reason IN ({_marks(outside)}) THEN 1 "
            f"WHEN state IN ('failed', 'partial') OR state = 'words' AND reason <> '' "
            f"THEN CASE WHEN reason IN ({_marks(passing)}) THEN 1 ELSE 3 END ELSE 0 END, reason, chunks "
            "FROM files WHERE "
        )
        bound: list[object] = [recipe, *outside, *passing]
        yield from connection.execute(select + "path = ?", [*bound, root]).fetchall()
        last, end = _range(root)
        query = select + "path >= ? AND path < ? AND id <= ? ORDER BY path LIMIT ?"
        while block := connection.execute(query, [*bound, last, end, top, _BLOCK]).fetchall():
            yield from block
            if len(block) < _BLOCK:
                return
            last = block[-1][0] + "\0"  # the least path after it

    def pending(self, root: str) -> Iterator[tuple[int, int, str]]:
        """(ledger id, size in bytes, path) of the files at or below ``root`` that wait to be read, in path order."""
        connection = self._db.connection()
        query = "SELECT id, size, path FROM files WHERE state = 'pending' AND path "
        yield from connection.execute(query + "= ?", (root,)).fetchall()
        last, end = _range(root)
        while block := connection.execute(query + ">= ? AND path < ? ORDER BY path LIMIT ?", (last, end, _BLOCK)).fetchall():
            yield from block
            last = block[-1][2] + "\0"


def _range(root: str) -> tuple[str, str]:
    """The least path below a folder, and the least behind all of them."""
    prefix = root if root.endswith(os.sep) else root + os.sep
    return prefix, prefix[:-1] + chr(ord(os.sep) + 1)


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
