"""The catalogue: the truth about a library, in SQLite. Files with their state, chunks with their place, vectors, the outbox.

A file counts as indexed only in the transaction that ends it (``store_document``): its chunks, terms, vectors, the outbox for
Chroma and its ledger row are written together or not at all. Chroma is told afterwards, from the outbox; a kill between the two
loses nothing, because the outbox is still there on the next opening.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from desktop_app.documents.model import Chunk, Locator, Piece, SourceFile
from desktop_app.library import fulltext, schema, words
from desktop_app.library.connection import Database
from desktop_app.library.model import LedgerRow, Source, StoredChunk


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A ledger row with what the planner compares."""

    id: int
    file: SourceFile
    state: str
    reason: str
    recipe: str
    chunks: int


class _Place(msgspec.Struct, omit_defaults=True):
    locator: Locator
    trail: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


_encode_place = msgspec.json.Encoder().encode
_decode_place = msgspec.json.Decoder(_Place).decode


def text_hash(text: str) -> bytes:
    """16 bytes that name a text; equal texts share one vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Catalogue:
    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        try:
            schema.prepare(self._db.connection(), path.parent)
            if self.meta("words") != str(words.VERSION):
                self._rebuild_terms()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    # ---- meta -------------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str:
        row = self._db.connection().execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def put_meta(self, key: str, value: str) -> None:
        with self._db.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # ---- sources ----------------------------------------------------------------------------------------------------

    def sources(self) -> list[Source]:
        rows = self._db.connection().execute("SELECT path, kind, online FROM sources ORDER BY added, path").fetchall()
        return [Source(path, kind, bool(online), self.counts(path)) for path, kind, online in rows]

    def source_paths(self) -> list[str]:
        return [row[0] for row in self._db.connection().execute("SELECT path FROM sources ORDER BY added, path")]

    def add_source(self, path: str, kind: str, device: int) -> None:
        """Remember a picked folder or file. One inside a known folder changes nothing; one around known ones takes them over."""
        with self._db.writing() as connection:
            known = [row[0] for row in connection.execute("SELECT path FROM sources")]
            if any(path == other or is_below(path, other) for other in known):
                return
            connection.executemany("DELETE FROM sources WHERE path = ?", [(other,) for other in known if is_below(other, path)])
            connection.execute("INSERT INTO sources VALUES (?, ?, 1, ?, ?)", (path, kind, device, time.time()))

    def remove_source(self, path: str) -> int:
        """Forget a source and everything indexed below it; returns how many files were forgotten."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM sources WHERE path = ?", (path,))
        ids = [record.id for record in self.records(path)]
        self.remove_files(ids)
        return len(ids)

    def was_folder(self, path: str) -> bool:
        """Whether a path that may be gone by now was a folder: it was picked as one, or files below it are known."""
        connection = self._db.connection()
        row = connection.execute("SELECT kind FROM sources WHERE path = ?", (path,)).fetchone()
        if row is not None:
            return bool(row[0] == "folder")
        where, values = _below(path)
        return (
            connection.execute(f"SELECT 1 FROM files WHERE path <> ? AND {where} LIMIT 1", [path, *values]).fetchone()
            is not None
        )

    def source_device(self, path: str) -> int:
        row = self._db.connection().execute("SELECT device FROM sources WHERE path = ?", (path,)).fetchone()
        return int(row[0]) if row else 0

    def set_source_online(self, path: str, *, online: bool, device: int | None = None) -> None:
        """Mark a source reachable or not. Files of an unreachable one become "offline" and keep their chunks."""
        with self._db.writing() as connection:
            connection.execute("UPDATE sources SET online = ? WHERE path = ?", (int(online), path))
            if device is not None:
                connection.execute("UPDATE sources SET device = ? WHERE path = ?", (device, path))
            where, values = _below(path)
            if online:
                # What it was before is told by what it holds: indexed with chunks, otherwise read it again.
                connection.execute(
                    f"UPDATE files SET state = CASE WHEN chunks > 0 AND reason = 'offline' THEN 'indexed' "
                    f"WHEN chunks > 0 THEN 'partial' ELSE 'pending' END, "
                    f"reason = CASE WHEN reason = 'offline' THEN '' ELSE reason END WHERE state = 'offline' AND {where}",
                    values,
                )
            else:
                connection.execute(
                    f"UPDATE files SET reason = CASE WHEN state = 'partial' THEN reason ELSE 'offline' END, state = 'offline' "
                    f"WHERE state <> 'offline' AND {where}",
                    values,
                )

    # ---- the ledger -------------------------------------------------------------------------------------------------

    def records(self, below: str) -> Iterator[FileRecord]:
        """Every file of the ledger at or below a path."""
        where, values = _below(below)
        query = f"SELECT id, path, size, mtime_ns, sha256, state, reason, recipe, chunks FROM files WHERE {where}"
        for row in self._db.connection().execute(query, values).fetchall():
            yield FileRecord(row[0], SourceFile(row[1], row[2], row[3], row[4]), *row[5:])

    def files(
        self, *, states: Sequence[str] = (), below: str = "", offset: int = 0, limit: int = -1
    ) -> tuple[list[LedgerRow], int]:
        """A page of the ledger ordered by path, and how many rows match in all."""
        where, values = _below(below) if below else ("1", [])
        if states:
            where += f" AND state IN ({', '.join('?' * len(states))})"
            values = [*values, *states]
        connection = self._db.connection()
        total = int(connection.execute(f"SELECT count(*) FROM files WHERE {where}", values).fetchone()[0])
        query = (
            f"SELECT path, state, reason, detail, chunks, pages, size FROM files WHERE {where} ORDER BY path LIMIT ? OFFSET ?"
        )
        return [LedgerRow(*row) for row in connection.execute(query, [*values, limit, offset])], total

    def counts(self, below: str = "") -> dict[str, int]:
        """Files per state."""
        where, values = _below(below) if below else ("1", [])
        query = f"SELECT state, count(*) FROM files WHERE {where} GROUP BY state"
        return {state: int(count) for state, count in self._db.connection().execute(query, values)}

    def searchable_files(self) -> tuple[int, int]:
        """(files that can be searched, files met)."""
        row = self._db.connection().execute("SELECT count(*) FILTER (WHERE chunks > 0), count(*) FROM files").fetchone()
        return int(row[0]), int(row[1])

    def put_file(self, file: SourceFile, *, state: str, reason: str = "", detail: str = "", recipe: str = "") -> None:
        """Write a ledger row for a file without text, forgetting chunks of an earlier reading."""
        with self._db.writing() as connection:
            file_id = _upsert_file(connection, file)
            _delete_chunks(connection, [file_id])
            connection.execute(
                "UPDATE files SET state = ?, reason = ?, detail = ?, title = '', pages = NULL, chunks = 0, recipe = ? WHERE id = ?",
                (state, reason, detail, recipe, file_id),
            )

    def keep_as_partial(self, path: str, reason: str, detail: str) -> bool:
        """A file that could not be read this time but has text from an earlier reading keeps it; False when it has none.

        Size and time stamp are left as they were, so that the next run tries again.
        """
        with self._db.writing() as connection:
            done = connection.execute(
                "UPDATE files SET state = 'partial', reason = ?, detail = ? WHERE path = ? AND chunks > 0",
                (reason, detail, path),
            )
        return done.rowcount > 0

    def put_pending(self, files: Iterable[SourceFile]) -> None:
        """New files enter the ledger as "pending", so that it is complete before reading begins."""
        with self._db.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO files (path, size, mtime_ns, state) VALUES (?, ?, ?, 'pending')",
                [(file.path, file.size, file.mtime_ns) for file in files],
            )

    def touch(self, file: SourceFile) -> None:
        """Same content, new time stamp."""
        with self._db.writing() as connection:
            connection.execute("UPDATE files SET size = ?, mtime_ns = ? WHERE path = ?", (file.size, file.mtime_ns, file.path))

    def remove_files(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), 500):
            block = ids[start : start + 500]
            with self._db.writing() as connection:
                _delete_chunks(connection, block)
                connection.executemany("DELETE FROM files WHERE id = ?", [(file_id,) for file_id in block])

    # ---- chunks and vectors -----------------------------------------------------------------------------------------

    def store_document(
        self,
        file: SourceFile,
        chunks: Sequence[Chunk],
        *,
        state: str,
        reason: str = "",
        detail: str = "",
        title: str = "",
        pages: int | None = None,
        recipe: str = "",
        model: str = "",
        vectors: Mapping[bytes, bytes] | None = None,
    ) -> None:
        """Replace everything known of a file in one transaction.

        ``vectors`` maps text hashes to float16 bytes for texts the catalogue does not hold yet; with a ``model`` every chunk must
        have its vector here or in the catalogue.
        """
        with self._db.writing() as connection:
            file_id = _upsert_file(connection, file)
            _delete_chunks(connection, [file_id])
            if vectors:
                rows = [(digest, model, vector) for digest, vector in vectors.items()]
                connection.executemany("INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)", rows)
            for ordinal, chunk in enumerate(chunks):
                place = _encode_place(_Place(chunk.locator, chunk.trail, chunk.pieces))
                cursor = connection.execute(
                    "INSERT INTO chunks (file, ordinal, text, hash, place) VALUES (?, ?, ?, ?, ?)",
                    (file_id, ordinal, chunk.text, text_hash(chunk.text), place),
                )
                chunk_id = int(cursor.lastrowid or 0)
                fulltext.add(connection, chunk_id, chunk.text, chunk.trail, file.path)
                if model:
                    connection.execute("INSERT OR REPLACE INTO outbox VALUES (?, 'upsert')", (chunk_id,))
            connection.execute(
                "UPDATE files SET state = ?, reason = ?, detail = ?, title = ?, pages = ?, chunks = ?, recipe = ? WHERE id = ?",
                (state, reason, detail, title, pages, len(chunks), recipe, file_id),
            )

    def known_vectors(self, hashes: Sequence[bytes], model: str) -> set[bytes]:
        """Which of these texts already have a vector of this model."""
        connection, known = self._db.connection(), set[bytes]()
        for start in range(0, len(hashes), 500):
            block = hashes[start : start + 500]
            query = f"SELECT hash FROM vectors WHERE model = ? AND hash IN ({', '.join('?' * len(block))})"
            known.update(row[0] for row in connection.execute(query, [model, *block]))
        return known

    def vectors(self, chunk_ids: Sequence[int], model: str) -> dict[int, bytes]:
        """The vectors (float16 bytes) of these chunks, of those that have one of this model."""
        query = (
            "SELECT chunks.id, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
            f"WHERE chunks.id IN ({', '.join('?' * len(chunk_ids))})"
        )
        return {int(row[0]): bytes(row[1]) for row in self._db.connection().execute(query, [model, *chunk_ids])}

    def chunk(self, chunk_id: int) -> StoredChunk | None:
        return next(iter(self.chunks([chunk_id])), None)

    def chunks(self, ids: Sequence[int]) -> list[StoredChunk]:
        """The chunks with these ids, in the order asked; ids that no longer exist are left out."""
        found: dict[int, StoredChunk] = {}
        for start in range(0, len(ids), 500):
            block = ids[start : start + 500]
            found.update((chunk.id, chunk) for chunk in self._chunks(f"chunks.id IN ({', '.join('?' * len(block))})", block))
        return [found[chunk_id] for chunk_id in ids if chunk_id in found]

    def neighbours(self, chunk_id: int, before: int, after: int) -> list[StoredChunk]:
        """The chunk with those before and after it in its file, in order; empty when it no longer exists."""
        row = self._db.connection().execute("SELECT file, ordinal FROM chunks WHERE id = ?", (chunk_id,)).fetchone()
        if row is None:
            return []
        return list(self._chunks("file = ? AND ordinal BETWEEN ? AND ?", [row[0], row[1] - before, row[1] + after]))

    def chunk_count(self) -> int:
        return int(self._db.connection().execute("SELECT count(*) FROM chunks").fetchone()[0])

    def search_terms(self, question_terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
        """Best chunks by BM25 for the terms: (chunk id, score), the higher the better."""
        return fulltext.search(self._db.connection(), question_terms, limit)

    def matching_terms(self, question_terms: Sequence[str], chunk_ids: Sequence[int]) -> dict[int, list[str]]:
        """Which of the terms stand in each of the chunks."""
        return fulltext.matching(self._db.connection(), question_terms, chunk_ids)

    def document_frequencies(self, question_terms: Sequence[str]) -> dict[str, int]:
        """In how many chunks each term stands."""
        return fulltext.frequencies(self._db.connection(), question_terms)

    def _chunks(self, where: str, values: Sequence[object]) -> Iterator[StoredChunk]:
        query = (
            "SELECT chunks.id, files.path, ordinal, text, place FROM chunks JOIN files ON files.id = chunks.file "
            f"WHERE {where} ORDER BY file, ordinal"
        )
        for chunk_id, path, ordinal, text, place in self._db.connection().execute(query, tuple(values)):
            where_it_is = _decode_place(place)
            yield StoredChunk(chunk_id, path, ordinal, text, where_it_is.locator, where_it_is.trail, where_it_is.pieces)

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

    def clear_outbox(self, chunk_ids: Sequence[int]) -> None:
        with self._db.writing() as connection:
            connection.executemany("DELETE FROM outbox WHERE chunk = ?", [(chunk_id,) for chunk_id in chunk_ids])

    def refill_outbox(self, model: str) -> int:
        """Queue every chunk that has a vector of ``model``, to build Chroma anew; returns how many."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM outbox")
            cursor = connection.execute(
                "INSERT INTO outbox SELECT chunks.id, 'upsert' FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ?",
                (model,),
            )
            return cursor.rowcount

    def vector_count(self, model: str) -> int:
        """How many chunks Chroma should hold for ``model`` once the outbox is empty."""
        query = "SELECT count(*) FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND model = ?"
        return int(self._db.connection().execute(query, (model,)).fetchone()[0])

    def drop_unused_vectors(self, model: str) -> None:
        """Forget vectors of texts that no chunk holds any more, and those of other models."""
        with self._db.writing() as connection:
            connection.execute("DELETE FROM vectors WHERE model <> ? OR hash NOT IN (SELECT hash FROM chunks)", (model,))

    def _rebuild_terms(self) -> None:
        """Index all chunks again, after the way of cutting terms has changed (or at the very first opening, when there are none)."""
        with self._db.writing() as connection:
            connection.execute("INSERT INTO terms (terms) VALUES ('delete-all')")
            for chunk in self._chunks("1", ()):
                fulltext.add(connection, chunk.id, chunk.text, chunk.trail, chunk.path)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('words', ?)", (str(words.VERSION),))


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` lies inside ``folder``."""
    return path.startswith(_prefix(folder))


def _prefix(folder: str) -> str:
    from os import sep

    return folder if folder.endswith(sep) else folder + sep


def _below(path: str) -> tuple[str, list[object]]:
    """SQL for "at or below this path", as a range that the index on ``path`` serves."""
    prefix = _prefix(path)
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return "(path = ? OR (path >= ? AND path < ?))", [path, prefix, end]


def _upsert_file(connection: sqlite3.Connection, file: SourceFile) -> int:
    row = connection.execute(
        "INSERT INTO files (path, size, mtime_ns, sha256, state) VALUES (?, ?, ?, ?, 'pending') ON CONFLICT (path) DO UPDATE "
        "SET size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256 RETURNING id",
        (file.path, file.size, file.mtime_ns, file.sha256),
    ).fetchone()
    return int(row[0])


def _delete_chunks(connection: sqlite3.Connection, file_ids: Sequence[int]) -> None:
    for file_id in file_ids:
        rows = connection.execute(
            "SELECT chunks.id, text, place, path FROM chunks JOIN files ON files.id = chunks.file WHERE file = ?", (file_id,)
        ).fetchall()
        for chunk_id, text, place, path in rows:
            fulltext.remove(connection, chunk_id, text, _decode_place(place).trail, path)
            connection.execute("INSERT OR REPLACE INTO outbox VALUES (?, 'delete')", (chunk_id,))
        connection.execute("DELETE FROM chunks WHERE file = ?", (file_id,))
