# SPDX-License-Identifier: Apache-2.0
"""Rows of the table ``chunks`` and their terms, within a transaction."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from desktop_app.analysis import language
from desktop_app.contract.document import Chunk, Locator, Piece
from desktop_app.library.stores import fulltext


class ChunkPlace(msgspec.Struct, omit_defaults=True):
    """The JSON in ``chunks.place``: where a chunk is in its file, and its heading trail."""

    locator: Locator
    trail: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


_encode_place = msgspec.json.Encoder().encode
decode_place = msgspec.json.Decoder(ChunkPlace).decode


def text_hash(text: str) -> bytes:
    """A digest of 16 bytes; equal texts share one vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def language_of(text: str) -> str:
    """The language of a chunk: a code of ``analysis.language``."""
    return language.language(text[: language.ENOUGH])


ChunkRow = tuple[int, str, bytes, bytes, str, str]
"""Ordinal, text, hash, place, language, why it is hidden."""


def prepare(chunks: Sequence[Chunk], path: str) -> tuple[list[ChunkRow], list[fulltext.Terms]]:
    """The row of each chunk, and its index terms; made outside the transaction, which is then short."""
    rows = [
        (
            ordinal,
            chunk.text,
            text_hash(chunk.text),
            _encode_place(ChunkPlace(chunk.locator, chunk.trail, chunk.pieces)),
            language_of(chunk.text),
            chunk.locator.hidden,
        )
        for ordinal, chunk in enumerate(chunks)
    ]
    return rows, fulltext.rows(((chunk.text, chunk.trail) for chunk in chunks), path)


def insert(
    connection: sqlite3.Connection,
    file_id: int,
    rows: Sequence[ChunkRow],
    terms: Sequence[fulltext.Terms],
    model: str,
    vectors: Mapping[bytes, bytes] | None,
) -> None:
    """Store what ``prepare`` made, and ``vectors`` (float16 bytes by text hash) of ``model``.

    Ids are assigned here, all at once: one statement for all chunks costs half of one for each (measured, 10,000 chunks).
    """
    if vectors:
        made = [(digest, model, vector) for digest, vector in vectors.items()]
        connection.executemany("INSERT OR IGNORE INTO vectors (hash, model, vector) VALUES (?, ?, ?)", made)
    # AUTOINCREMENT's own memory of the highest id ever used, which it keeps up to date for explicit ids as well.
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
    first = (int(row[0]) if row else 0) + 1
    ids = range(first, first + len(rows))
    connection.executemany(
        "INSERT INTO chunks (id, file, ordinal, text, hash, place, language, hidden) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(chunk_id, file_id, *values) for chunk_id, values in zip(ids, rows, strict=True)],
    )
    fulltext.add(connection, zip(ids, terms, strict=True))


def delete(connection: sqlite3.Connection, file_ids: Sequence[int]) -> None:
    """Delete all chunks of these files, and the facts read from them; the outbox passes that on to the vector index, and their vectors may be
    orphaned now."""
    for file_id in file_ids:
        connection.execute("DELETE FROM stated_facts WHERE file = ?", (file_id,))
        rows = connection.execute(
            "SELECT chunks.id, text, place, path, hash FROM chunks JOIN files ON files.id = chunks.file WHERE file = ?",
            (file_id,),
        ).fetchall()
        if not rows:
            continue
        terms = fulltext.rows(((text, decode_place(place).trail) for _, text, place, _, _ in rows), rows[0][3])
        fulltext.remove(connection, zip((row[0] for row in rows), terms, strict=True))
        connection.executemany("INSERT OR REPLACE INTO outbox VALUES (?, 'delete')", [(row[0],) for row in rows])
        connection.executemany("INSERT OR IGNORE INTO orphaned_vectors VALUES (?)", [(row[4],) for row in rows])
        connection.execute("DELETE FROM chunks WHERE file = ?", (file_id,))
