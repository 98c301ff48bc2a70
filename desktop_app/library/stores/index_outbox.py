# SPDX-License-Identifier: Apache-2.0
"""The table ``outbox``: changes the vector index has not applied yet.

A change is written in the transaction that changes chunks or vectors, and cleared after the index has applied it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from desktop_app.library.stores import hidden_chunks
from desktop_app.library.stores.database import Database

_GRAPH = "graph"


class IndexOutbox:
    """One index is active at a time; ``model`` is the fingerprint of its embedding model."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def next(self, model: str, limit: int) -> tuple[list[tuple[int, bytes]], list[int]]:
        """The next changes: (chunk id, float16 vector of ``model``) to upsert, and chunk ids to delete."""
        rows = self._db.connection().execute(
            "SELECT outbox.chunk, outbox.action, vectors.vector FROM outbox LEFT JOIN chunks ON chunks.id = outbox.chunk "
            "LEFT JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? ORDER BY outbox.chunk LIMIT ?",
            (model, limit),
        )
        upserts, deletes = [], []
        for chunk_id, action, vector in rows:
            if action == "upsert" and vector is not None:
                upserts.append((chunk_id, vector))
            else:
                deletes.append(chunk_id)
        return upserts, deletes

    def clear(self, chunk_ids: Sequence[int], *, added: int = 0) -> None:
        """Remove changes that the index has applied; its graph grew by ``added`` vectors."""
        with self._db.writing() as connection:
            connection.executemany("DELETE FROM outbox WHERE chunk = ?", [(chunk_id,) for chunk_id in chunk_ids])
            if added:
                _put_graph_size(connection, _graph_size(connection) + added)

    def clear_all(self) -> None:
        """Remove every change: the index that they were meant for is gone."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM outbox")

    def index_size(self, model: str) -> int | None:
        """How many vectors the index of ``model`` must hold now, None while changes are pending.

        Both are read in one statement, because a run may be writing.
        """
        query = (
            "SELECT count(*), EXISTS (SELECT 1 FROM outbox) FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ? "
            f"WHERE chunks.id NOT IN {hidden_chunks.IDS}"
        )
        count, pending = self._db.connection().execute(query, (model,)).fetchone()
        return None if pending else int(count)

    def graph_size(self) -> int:
        """How many vectors were ever added to the index in use; deleted ones keep their place in its files."""
        return _graph_size(self._db.connection())

    def put_graph_size(self, size: int) -> None:
        """Store the number of vectors ever added, for an index that was built anew."""
        with self._db.writing() as connection:
            _put_graph_size(connection, size)


def _graph_size(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_GRAPH,)).fetchone()
    return int(row[0]) if row else 0


def _put_graph_size(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_GRAPH, str(size)))
