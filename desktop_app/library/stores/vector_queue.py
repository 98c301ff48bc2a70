# SPDX-License-Identifier: Apache-2.0
"""Queue of files without vectors, the ledger's state "words".

Such files are found by words only. A file is stored in two steps. Its text comes in the transaction of ``FileStore.store``: from
then on it is found by words. Its vectors come in transactions of ``VectorStore.put``; the one that adds the last of them turns
the state to "indexed", or to "partial" where the file has a reason. Whether a vector is missing is always read from the tables
themselves, so that a kill between the steps leaves nothing to repair.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.library.stores.database import Database
from desktop_app.library.stores.quoted_folders import QuotedFolders

_AT_ONCE = 500  # values in one statement
_FINISHED = "CASE reason WHEN '' THEN 'indexed' ELSE 'partial' END"
_LACKS_VECTORS = (
    "EXISTS (SELECT 1 FROM chunks WHERE chunks.file = files.id AND NOT EXISTS "
    "(SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND vectors.model = ?))"
)
"""SQL, with the fingerprint of the model as its value."""


def finish(connection: sqlite3.Connection, model: str, file_ids: Sequence[int] | None = None) -> None:
    """End the state "words" of files whose last vector is stored: of those with these ids, or None for all. Without a model ("")
    no vector is waited for."""
    where, values = ("1", []) if not model else (f"NOT {_LACKS_VECTORS}", [model])
    update = f"UPDATE files SET state = {_FINISHED} WHERE state = 'words' AND {where}"
    if file_ids is None:
        connection.execute(update, values)
    else:
        connection.executemany(f"{update} AND id = ?", [(*values, file_id) for file_id in file_ids])


def holding(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> list[int]:
    """The ids of files with a chunk of one of these texts, ascending."""
    found = set[int]()
    for start in range(0, len(hashes), _AT_ONCE):
        block = hashes[start : start + _AT_ONCE]
        query = f"SELECT DISTINCT file FROM chunks WHERE hash IN ({', '.join('?' * len(block))})"
        found.update(row[0] for row in connection.execute(query, block))
    return sorted(found)


def state_of(connection: sqlite3.Connection, file_id: int, chunks: int, state: str, model: str) -> str:
    """The ``state`` of a file whose ``chunks`` chunks were just stored, or "words" while one lacks its vector; those that have
    theirs already, because another file holds the same text, go to the outbox, unless they are hidden. Without a model ("") no vector is waited for."""
    if not model:
        return state
    query = (
        "SELECT chunks.id, hidden FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? WHERE file = ?"
    )
    known = connection.execute(query, (model, file_id)).fetchall()
    seen = [(chunk,) for chunk, hidden in known if not hidden]
    connection.executemany("INSERT OR REPLACE INTO outbox VALUES (?, 'upsert')", seen)
    return state if len(known) == chunks else "words"


@dataclass(frozen=True, slots=True)
class Missing:
    """``files``: ids of files with passages that lack a vector, the next to embed first; ``texts``: how many different texts
    those are."""

    files: array[int]
    texts: int


class VectorQueue:
    """``model`` is the fingerprint of the embedding model whose vectors are made."""

    def __init__(self, database: Database, quoted: QuotedFolders) -> None:
        self._db = database
        self._quoted = quoted

    def any_waiting(self) -> bool:
        """Whether a file may lack vectors. One that went offline meanwhile may, too."""
        query = "SELECT 1 FROM files WHERE state IN ('words', 'offline') AND chunks > 0 LIMIT 1"
        return self._db.connection().execute(query).fetchone() is not None

    def finish_all(self, model: str) -> None:
        """End the state "words" of every file that has all its vectors; of every file without a model ("")."""
        with self._db.writing() as connection:
            finish(connection, model)

    def missing(self, model: str, *, everywhere: bool) -> Missing:
        """What lacks a vector of ``model``: of the files that are known to wait, or ``everywhere``.

        First the files of folders that answers quoted most often, among them those changed last.
        """
        connection = self._db.connection()
        among = "1" if everywhere else "state IN ('words', 'offline')"
        rows = connection.execute(
            f"SELECT id, path, mtime_ns FROM files WHERE {among} AND {_LACKS_VECTORS}", (model,)
        ).fetchall()
        times = self._quoted.counts()
        rows.sort(key=lambda row: (-times.get(os.path.dirname(row[1]), 0), -row[2]))
        count = (
            f"SELECT count(DISTINCT hash) FROM chunks JOIN files ON files.id = chunks.file WHERE {among} AND NOT EXISTS "
            "(SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND vectors.model = ?)"
        )
        texts = connection.execute(count, (model,)).fetchone()[0] if rows else 0
        return Missing(array("q", (row[0] for row in rows)), int(texts))

    def texts_of(self, file_id: int, model: str, after: int, limit: int) -> list[tuple[int, bytes, str]]:
        """(ordinal in the file, text hash, text) of the next passages above ordinal ``after`` that have no vector of ``model``,
        in order."""
        query = (
            "SELECT ordinal, hash, text FROM chunks WHERE file = ? AND ordinal > ? AND NOT EXISTS "
            "(SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND vectors.model = ?) ORDER BY ordinal LIMIT ?"
        )
        return self._db.connection().execute(query, (file_id, after, model, limit)).fetchall()
