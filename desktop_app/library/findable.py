# SPDX-License-Identifier: Apache-2.0
"""Files that are found by words while vectors of their passages are missing: the ledger's state "words".

A file is stored in two steps. Its text comes in the transaction of ``store_document``: from then on it is found by words. Its vectors come
in transactions of ``put_vectors``; the one that brings the last of them turns the state to "indexed", or to "partial" where the file has a
reason. Whether a vector is missing is always seen in the tables themselves, so that a kill between the steps leaves nothing to repair.
"""

from __future__ import annotations

import os
import sqlite3
from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_app.library.catalogue import Catalogue

_AT_ONCE = 500  # values in one statement
FINISHED = "CASE reason WHEN '' THEN 'indexed' ELSE 'partial' END"
LACKS_VECTORS = (
    "EXISTS (SELECT 1 FROM chunks WHERE chunks.file = files.id AND NOT EXISTS "
    "(SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND vectors.model = ?))"
)
"""SQL, with the fingerprint of the model as its value."""


def finish(connection: sqlite3.Connection, model: str, file_ids: Sequence[int] | None = None) -> None:
    """Files whose last vector has come are "words" no more; those with these ids, or None for all. Without a model ("") none is waited for."""
    where, values = ("1", []) if not model else (f"NOT {LACKS_VECTORS}", [model])
    update = f"UPDATE files SET state = {FINISHED} WHERE state = 'words' AND {where}"
    if file_ids is None:
        connection.execute(update, values)
    else:
        connection.executemany(f"{update} AND id = ?", [(*values, file_id) for file_id in file_ids])


def holding(connection: sqlite3.Connection, hashes: Sequence[bytes]) -> list[int]:
    """The files with a chunk of one of these texts."""
    found = set[int]()
    for start in range(0, len(hashes), _AT_ONCE):
        block = hashes[start : start + _AT_ONCE]
        query = f"SELECT DISTINCT file FROM chunks WHERE hash IN ({', '.join('?' * len(block))})"
        found.update(row[0] for row in connection.execute(query, block))
    return sorted(found)


def state_of(connection: sqlite3.Connection, file_id: int, chunks: int, state: str, model: str) -> str:
    """The ``state`` of a file whose ``chunks`` chunks were just stored, or "words" while one lacks its vector; Chroma is to hear of those
    that have theirs already, because another file holds the same text. Without a model ("") there is nothing to wait for."""
    if not model:
        return state
    query = "SELECT chunks.id FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? WHERE file = ?"
    known = connection.execute(query, (model, file_id)).fetchall()
    connection.executemany("INSERT OR REPLACE INTO outbox VALUES (?, 'upsert')", known)
    return state if len(known) == chunks else "words"


def any_waiting(catalogue: Catalogue) -> bool:
    """Whether a file may lack vectors. One that went offline meanwhile may, too."""
    query = "SELECT 1 FROM files WHERE state IN ('words', 'offline') AND chunks > 0 LIMIT 1"
    return catalogue.database.connection().execute(query).fetchone() is not None


def finish_all(catalogue: Catalogue, model: str) -> None:
    """As ``finish``, for the whole library."""
    with catalogue.database.writing() as connection:
        finish(connection, model)


@dataclass(frozen=True, slots=True)
class Missing:
    """``files``: ids of files with passages that lack a vector, first come first; ``texts``: how many different texts those are."""

    files: array[int]
    texts: int


def missing(catalogue: Catalogue, model: str, *, everywhere: bool) -> Missing:
    """What lacks a vector of ``model``: of the files that are known to wait, or ``everywhere``.

    First the files of folders that answers quoted most often, among them those changed last.
    """
    connection = catalogue.database.connection()
    among = "1" if everywhere else "state IN ('words', 'offline')"
    rows = connection.execute(f"SELECT id, path, mtime_ns FROM files WHERE {among} AND {LACKS_VECTORS}", (model,)).fetchall()
    times = quoted(catalogue)
    rows.sort(key=lambda row: (-times.get(os.path.dirname(row[1]), 0), -row[2]))
    count = (
        f"SELECT count(DISTINCT hash) FROM chunks JOIN files ON files.id = chunks.file WHERE {among} AND NOT EXISTS "
        "(SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND vectors.model = ?)"
    )
    texts = connection.execute(count, (model,)).fetchone()[0] if rows else 0
    return Missing(array("q", (row[0] for row in rows)), int(texts))


def texts_of(catalogue: Catalogue, file_id: int, model: str, after: int, limit: int) -> list[tuple[int, bytes, str]]:
    """(place in the file, text hash, text) of the passages behind place ``after`` that have no vector of ``model``, in order."""
    query = (
        "SELECT ordinal, hash, text FROM chunks WHERE file = ? AND ordinal > ? AND NOT EXISTS "
        "(SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND vectors.model = ?) ORDER BY ordinal LIMIT ?"
    )
    return catalogue.database.connection().execute(query, (file_id, after, model, limit)).fetchall()


# ---- what was asked about -------------------------------------------------------------------------------------------


def note_quoted(catalogue: Catalogue, paths: Iterable[str]) -> None:
    """An answer quoted these files."""
    folders = Counter(os.path.dirname(path) for path in set(paths))
    if not folders:
        return
    with catalogue.database.writing(searched=False) as connection:
        query = "INSERT INTO quoted VALUES (?, ?) ON CONFLICT (folder) DO UPDATE SET times = times + excluded.times"
        connection.executemany(query, folders.items())


def quoted(catalogue: Catalogue) -> dict[str, int]:
    """How many quoted files each folder had."""
    return dict(catalogue.database.connection().execute("SELECT folder, times FROM quoted").fetchall())


def times_quoted(catalogue: Catalogue) -> int:
    """Changes whenever ``quoted`` does."""
    return int(catalogue.database.connection().execute("SELECT coalesce(sum(times), 0) FROM quoted").fetchone()[0])
