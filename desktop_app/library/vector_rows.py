# SPDX-License-Identifier: Apache-2.0
"""The catalogue's vectors, and what Chroma has not been told of them: the part of the catalogue that belongs to embedding.

A text has one vector for each model, whatever number of chunks hold it. While one model takes over from another both are here:
the old one's answer questions, the new one's are made from the texts that are here already.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

from desktop_app.library import findable
from desktop_app.library.connection import Database

_AT_ONCE = 500  # values in one statement; SQLite's own limit is far higher, and longer statements are not quicker
_ROWS = 2_000  # deleted in one transaction: the write-ahead log stays small, and whoever else wants to write gets in between
_GRAPH = "graph"


class VectorRows:
    """``model`` is everywhere the fingerprint of an embedding model; vectors are float16 bytes."""

    _db: Database

    # ---- which there are --------------------------------------------------------------------------------------------

    def known_vectors(self, hashes: Sequence[bytes], model: str) -> set[bytes]:
        """Which of these texts already have a vector of this model."""
        connection, known = self._db.connection(), set[bytes]()
        for start in range(0, len(hashes), _AT_ONCE):
            block = hashes[start : start + _AT_ONCE]
            query = f"SELECT hash FROM vectors WHERE model = ? AND hash IN ({', '.join('?' * len(block))})"
            known.update(row[0] for row in connection.execute(query, [model, *block]))
        return known

    def vectors(self, chunk_ids: Sequence[int], model: str) -> dict[int, bytes]:
        """The vectors of these chunks, of those that have one of this model."""
        query = (
            "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
            f"WHERE chunks.id IN ({', '.join('?' * len(chunk_ids))})"
        )
        return {int(row[0]): bytes(row[1]) for row in self._db.connection().execute(query, [model, *chunk_ids])}

    def vector_count(self, model: str) -> int:
        """How many chunks Chroma should hold for ``model`` once the outbox is empty."""
        query = "SELECT count(*) FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ?"
        return int(self._db.connection().execute(query, (model,)).fetchone()[0])

    def told_vectors(self, model: str) -> int | None:
        """As ``vector_count``, None while the outbox is not empty; both looked at in one moment, because a run may be writing."""
        query = "SELECT count(*), EXISTS (SELECT 1 FROM outbox) FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ?"
        count, untold = self._db.connection().execute(query, (model,)).fetchone()
        return None if untold else int(count)

    def chunk_vectors(self, model: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(chunk id, vector) in the order of ids, from the first id above ``after``: every chunk of the library, page by page."""
        query = (
            "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
            "WHERE chunks.id > ? ORDER BY chunks.id LIMIT ?"
        )
        return [(int(row[0]), row[1]) for row in self._db.connection().execute(query, (model, after, limit))]

    # ---- made and dropped -------------------------------------------------------------------------------------------

    def put_vectors(self, model: str, vectors: Iterable[tuple[bytes, bytes]], *, in_use: bool = False) -> None:
        """Store (text hash, vector). ``in_use``: the model is the one that answers; Chroma is to hear of the chunks with these texts, and
        files that have all their vectors now are "words" no more."""
        rows = [(digest, model, vector) for digest, vector in vectors]
        with self._db.writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO vectors (hash, model, vector) VALUES (?, ?, ?)", rows)
            if in_use:
                query = "INSERT OR REPLACE INTO outbox SELECT id, 'upsert' FROM chunks WHERE hash = ?"
                connection.executemany(query, [(digest,) for digest, _, _ in rows])
                findable.finish(connection, model, findable.holding(connection, [digest for digest, _, _ in rows]))

    def drop_unused_vectors(self) -> None:
        """Forget vectors of texts that no chunk holds any more. Looks only at texts that lost a chunk since the last time."""
        while block := self._db.connection().execute("SELECT hash FROM orphaned_vectors LIMIT ?", (_ROWS,)).fetchall():
            with self._db.writing() as connection:
                unused = "hash = ?1 AND NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.hash = ?1)"
                connection.executemany(f"DELETE FROM vectors WHERE {unused}", block)
                connection.executemany("DELETE FROM orphaned_vectors WHERE hash = ?", block)

    def drop_other_models(self, model: str) -> None:
        """Forget the vectors of every model but this one."""
        last = 0
        while True:
            with self._db.writing() as connection:
                query = "SELECT id, model FROM vectors WHERE id > ? ORDER BY id LIMIT ?"
                block = connection.execute(query, (last, _ROWS)).fetchall()
                ids = [(row_id,) for row_id, found in block if found != model]
                connection.executemany("DELETE FROM vectors WHERE id = ?", ids)
            if len(block) < _ROWS:
                return
            last = block[-1][0]

    # ---- what Chroma has not been told yet --------------------------------------------------------------------------

    def outbox(self, model: str, limit: int) -> tuple[list[tuple[int, bytes]], list[int]]:
        """The next changes for Chroma: chunks to upsert with their vectors, and chunk ids to delete."""
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

    def clear_outbox(self, chunk_ids: Sequence[int], *, added: int = 0) -> None:
        """Chroma has heard of these; its graph grew by ``added``."""
        with self._db.writing() as connection:
            connection.executemany("DELETE FROM outbox WHERE chunk = ?", [(chunk_id,) for chunk_id in chunk_ids])
            if added:
                _put_graph_size(connection, _graph_size(connection) + added)

    def empty_outbox(self) -> None:
        """There is no Chroma that these changes could be told to."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM outbox")

    # ---- how much of Chroma's graph is dead -------------------------------------------------------------------------

    def graph_size(self) -> int:
        """How many vectors were ever put into the Chroma in use; deleted ones keep their place in its files."""
        return _graph_size(self._db.connection())

    def put_graph_size(self, size: int) -> None:
        with self._db.writing() as connection:
            _put_graph_size(connection, size)


def _graph_size(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_GRAPH,)).fetchone()
    return int(row[0]) if row else 0


def _put_graph_size(connection: sqlite3.Connection, size: int) -> None:
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_GRAPH, str(size)))
