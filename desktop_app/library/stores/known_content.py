# SPDX-License-Identifier: Apache-2.0
"""Known content: moved and copied files reuse the text of another path.

Neither is read, split or embedded again. Both are one transaction; both leave Chroma's ids of what was there before as they are, so
that a conversation's citation of a moved file opens at its new place.
"""

from __future__ import annotations

import os
import sqlite3
from dataclasses import dataclass

from desktop_app.contract.document import SourceFile
from desktop_app.library.stores import fulltext, table_store, vector_queue
from desktop_app.library.stores.chunk_rows import decode_place
from desktop_app.library.stores.database import Database


@dataclass(frozen=True, slots=True)
class Twin:
    """A file of the ledger whose text is searchable and whose content is the one asked for."""

    id: int
    path: str
    state: str
    reason: str
    chunks: int


class KnownContent:
    """Content is known by its sha256."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def same_content(self, file: SourceFile, recipe: str) -> list[Twin]:
        """Other files with this file's sha256 and kind of name, read with ``recipe``: what a reader makes of content depends on
        both."""
        query = "SELECT id, path, state, reason, chunks FROM files WHERE sha256 = ? AND recipe = ? AND chunks > 0 AND path <> ?"
        found = self._db.connection().execute(query, (file.sha256, recipe, file.path)).fetchall()
        return [twin for twin in (Twin(*row) for row in found) if _kind(twin.path) == _kind(file.path)]

    def move(self, file_id: int, file: SourceFile) -> bool:
        """The ledger row ``file_id``, with its chunks and vectors, now is ``file``. False when that row no longer holds its
        content."""
        with self._db.writing() as connection:
            row = connection.execute(
                "SELECT path, chunks FROM files WHERE id = ? AND sha256 = ?", (file_id, file.sha256)
            ).fetchone()
            if row is None:
                return False
            old: str = row[0]
            waiting = connection.execute("SELECT id, chunks FROM files WHERE path = ?", (file.path,)).fetchone()
            if waiting is not None:
                if waiting[1]:
                    return False  # something else was indexed there; it is replaced by reading
                connection.execute("DELETE FROM files WHERE id = ?", (waiting[0],))
            connection.execute(
                "UPDATE files SET path = ?, size = ?, mtime_ns = ? WHERE id = ?", (file.path, file.size, file.mtime_ns, file_id)
            )
            if _stem(old) != _stem(file.path):
                rows = connection.execute("SELECT id, text, place FROM chunks WHERE file = ?", (file_id,)).fetchall()
                ids, texts = [row[0] for row in rows], [(text, decode_place(place).trail) for _, text, place in rows]
                fulltext.remove(connection, zip(ids, fulltext.rows(texts, old), strict=True))
                fulltext.add(connection, zip(ids, fulltext.rows(texts, file.path), strict=True))
        return True

    def copy(self, file_id: int, file: SourceFile, *, model: str) -> int:
        """Give ``file`` the text of the ledger row ``file_id``; ``model``: its vectors too. Returns how many chunks, 0 when that
        row no longer holds its content, or ``file`` already has a text."""
        with self._db.writing() as connection:
            origin = connection.execute(
                "SELECT detail, problems, title, pages, hidden, chunks, recipe FROM files WHERE id = ? AND sha256 = ? AND chunks > 0 "
                "AND (state = 'indexed' OR state = 'words' AND reason = '' OR state = 'offline' AND reason = 'offline')",
                (file_id, file.sha256),
            ).fetchone()
            there = connection.execute("SELECT id, chunks FROM files WHERE path = ?", (file.path,)).fetchone()
            if origin is None or there is None or there[1]:
                return 0
            _copy_chunks(connection, file_id, int(there[0]), file.path)
            table_store.copy(connection, file_id, int(there[0]))
            state = vector_queue.state_of(connection, int(there[0]), int(origin[5]), "indexed", model)
            connection.execute(
                "UPDATE files SET state = ?, reason = '', size = ?, mtime_ns = ?, sha256 = ?, detail = ?, problems = ?, title = ?, pages = ?, "
                "hidden = ?, chunks = ?, recipe = ? WHERE id = ?",
                (state, file.size, file.mtime_ns, file.sha256, *origin, there[0]),
            )
            return int(origin[5])


def _copy_chunks(connection: sqlite3.Connection, origin: int, target: int, path: str) -> None:
    rows = connection.execute(
        "SELECT ordinal, text, hash, place, language, hidden FROM chunks WHERE file = ? ORDER BY ordinal", (origin,)
    ).fetchall()
    terms = fulltext.rows([(text, decode_place(place).trail) for _, text, _, place, *_ in rows], path)
    for row, own in zip(rows, terms, strict=True):
        made = connection.execute(
            "INSERT INTO chunks (file, ordinal, text, hash, place, language, hidden) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (target, *row),
        )
        chunk_id = int(made.lastrowid or 0)
        fulltext.add(connection, [(chunk_id, own)])


def _kind(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _stem(path: str) -> str:
    return os.path.splitext(os.path.basename(path))[0]
