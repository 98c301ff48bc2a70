# SPDX-License-Identifier: Apache-2.0
"""The table ``vectors``: one vector for each text and embedding model.

A text has one vector for each model, whatever number of chunks hold it. While one model takes over from another both are here:
the old one's answer questions, the new one's are made from the texts that are here already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from desktop_app.library.stores import hidden_chunks, vector_queue
from desktop_app.library.stores.database import Database

_AT_ONCE = 500  # values in one statement; SQLite's own limit is far higher, and longer statements are not quicker
_ROWS = 2_000  # deleted in one transaction: the write-ahead log stays small, and other writers get in between


class VectorStore:
    """``model`` is everywhere the fingerprint of an embedding model; vectors are float16 bytes, little endian."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ---- reading ----------------------------------------------------------------------------------------------------

    def known(self, hashes: Sequence[bytes], model: str) -> set[bytes]:
        """Which of these texts already have a vector of this model."""
        connection, known = self._db.connection(), set[bytes]()
        for start in range(0, len(hashes), _AT_ONCE):
            block = hashes[start : start + _AT_ONCE]
            query = f"SELECT hash FROM vectors WHERE model = ? AND hash IN ({', '.join('?' * len(block))})"
            known.update(row[0] for row in connection.execute(query, [model, *block]))
        return known

    def of_chunks(self, chunk_ids: Sequence[int], model: str) -> dict[int, bytes]:
        """Vectors by chunk id, of those chunks that have one of this model."""
        query = (
            "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
            f"WHERE chunks.id IN ({', '.join('?' * len(chunk_ids))})"
        )
        return {int(row[0]): bytes(row[1]) for row in self._db.connection().execute(query, [model, *chunk_ids])}

    def count(self, model: str) -> int:
        """How many chunks have a vector of ``model``."""
        query = "SELECT count(*) FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ?"
        return int(self._db.connection().execute(query, (model,)).fetchone()[0])

    def seen_count(self, model: str) -> int:
        """How many of them are not hidden; the vector index holds as many once the outbox is empty."""
        query = (
            "SELECT count(*) FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ? "
            f"WHERE chunks.id NOT IN {hidden_chunks.IDS}"
        )
        return int(self._db.connection().execute(query, (model,)).fetchone()[0])

    def page(self, model: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """(chunk id, vector) of the next ``limit`` chunks that are not hidden, with an id above ``after``, in the order of ids."""
        query = (
            "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
            f"WHERE chunks.id > ? AND chunks.id NOT IN {hidden_chunks.IDS} ORDER BY chunks.id LIMIT ?"
        )
        return [(int(row[0]), row[1]) for row in self._db.connection().execute(query, (model, after, limit))]

    # ---- writing ----------------------------------------------------------------------------------------------------

    def put(self, model: str, vectors: Iterable[tuple[bytes, bytes]], *, in_use: bool = False) -> None:
        """Store (text hash, vector). ``in_use``: the model is the one that answers; the chunks with these texts go to the outbox, but for
        hidden ones, and files that have all their vectors now are "words" no more."""
        rows = [(digest, model, vector) for digest, vector in vectors]
        with self._db.writing() as connection:
            connection.executemany("INSERT OR IGNORE INTO vectors (hash, model, vector) VALUES (?, ?, ?)", rows)
            if in_use:
                query = "INSERT OR REPLACE INTO outbox SELECT id, 'upsert' FROM chunks WHERE hash = ? AND hidden = ''"
                connection.executemany(query, [(digest,) for digest, _, _ in rows])
                vector_queue.finish(connection, model, vector_queue.holding(connection, [digest for digest, _, _ in rows]))

    def drop_orphaned(self) -> None:
        """Delete vectors of texts that no chunk holds any more, in several transactions. Looks only at texts that lost a chunk
        since the last time."""
        while block := self._db.connection().execute("SELECT hash FROM orphaned_vectors LIMIT ?", (_ROWS,)).fetchall():
            with self._db.writing() as connection:
                unused = "hash = ?1 AND NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.hash = ?1)"
                connection.executemany(f"DELETE FROM vectors WHERE {unused}", block)
                connection.executemany("DELETE FROM orphaned_vectors WHERE hash = ?", block)

    def drop_other_models(self, model: str) -> None:
        """Delete the vectors of every model but this one, in several transactions."""
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
