# SPDX-License-Identifier: Apache-2.0
"""The catalogue: the truth about a library, in SQLite. Files with their state, chunks with their place, vectors, the outbox.

A file is found by words from the transaction on that stores it (``store_document``): its chunks, terms and its ledger row are written
together or not at all. Its vectors come later (``findable``). Chroma is told afterwards, from the outbox; a kill between the two loses
nothing, because the outbox is still there on the next opening.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import msgspec

from desktop_app.analysis import words
from desktop_app.contract.document import Chunk, Locator, Piece, SourceFile
from desktop_app.contract.ledger import WHOLE_LEDGER, LedgerOrder, LedgerQuery, LedgerRow, Source, StoredChunk
from desktop_app.library import file_texts, findable, fulltext, schema
from desktop_app.library.below import below as _below
from desktop_app.library.below import is_below
from desktop_app.library.connection import Database
from desktop_app.library.lookup import Lookup
from desktop_app.library.vector_rows import VectorRows


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A ledger row with what the planner compares."""

    id: int
    file: SourceFile
    state: str
    reason: str
    recipe: str
    chunks: int


# The columns that each order of the ledger goes by.
_ORDERS: dict[LedgerOrder, tuple[str, ...]] = {"path": ("path",), "state": ("state", "path"), "reason": ("reason", "path")}


class _Place(msgspec.Struct, omit_defaults=True):
    locator: Locator
    trail: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


_encode_place = msgspec.json.Encoder().encode
_decode_place = msgspec.json.Decoder(_Place).decode


def decode_trail(place: bytes) -> tuple[str, ...]:
    """The heading trail of a chunk as ``chunks.place`` holds it."""
    return _decode_place(place).trail


def text_hash(text: str) -> bytes:
    """16 bytes that name a text; equal texts share one vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Catalogue(VectorRows):
    def __init__(self, path: Path) -> None:
        self._db = Database(path)
        self._lookup = Lookup(self._db)
        try:
            schema.prepare(self._db.connection(), path.parent)
            if self.meta("words") != str(words.VERSION):
                self._rebuild_terms()
        except BaseException:
            self._db.close()
            raise

    def close(self) -> None:
        self._db.close()

    @property
    def database(self) -> Database:
        """For the other files of this room that read and write the same tables (``standing``, ``moves``)."""
        return self._db

    def sizes(self) -> tuple[int, int]:
        """(bytes of the file, bytes of it that are free)."""
        return self._db.sizes()

    def shrink(self, check: Callable[[], None]) -> None:
        """Give free pages back to the disk, step by step; ``check`` is called between steps and may raise."""
        self._db.shrink(check)

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
        """Forget a source and everything indexed below it; returns how many files were forgotten. The source itself goes last: after a
        kill it is still there to be removed, and no file is left without one."""
        ids = [record.id for record in self.records(path)]
        self.remove_files(ids)
        with self._db.writing() as connection:
            connection.execute("DELETE FROM sources WHERE path = ?", (path,))
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
                # What it was before is told by what it holds: without chunks read it again; whether vectors are missing is seen
                # when they are made.
                connection.execute(
                    f"UPDATE files SET state = CASE WHEN chunks > 0 THEN 'words' ELSE 'pending' END, "
                    f"reason = CASE WHEN reason = 'offline' THEN '' ELSE reason END WHERE state = 'offline' AND {where}",
                    values,
                )
            else:
                connection.execute(
                    f"UPDATE files SET reason = CASE WHEN reason <> '' AND state IN ('partial', 'words') THEN reason "
                    f"ELSE 'offline' END, state = 'offline' WHERE state <> 'offline' AND {where}",
                    values,
                )

    # ---- the ledger -------------------------------------------------------------------------------------------------

    def records(self, below: str) -> Iterator[FileRecord]:
        """Every file of the ledger at or below a path."""
        where, values = _below(below)
        query = f"SELECT id, path, size, mtime_ns, sha256, state, reason, recipe, chunks FROM files WHERE {where}"
        for row in self._db.connection().execute(query, values).fetchall():
            yield FileRecord(row[0], SourceFile(row[1], row[2], row[3], row[4]), *row[5:])

    def files(self, query: LedgerQuery = WHOLE_LEDGER) -> tuple[list[LedgerRow], int]:
        """A page of the ledger, and how many rows match in all."""
        where, values = _below(query.below) if query.below else ("1", [])
        if query.states:
            where += f" AND state IN ({', '.join('?' * len(query.states))})"
            values = [*values, *query.states]
        for word, reasons in query.words:
            where += f" AND (path LIKE ? ESCAPE '\\' OR reason IN ({', '.join('?' * len(reasons))}))"
            values = [*values, f"%{_literal(word)}%", *reasons]
        connection = self._db.connection()
        total = int(connection.execute(f"SELECT count(*) FROM files WHERE {where}", values).fetchone()[0])
        ordered = ", ".join(f"{column} {'DESC' if query.descending else 'ASC'}" for column in _ORDERS[query.order])
        page = f"SELECT path, state, reason, detail, chunks, pages, size FROM files WHERE {where} ORDER BY {ordered} LIMIT ? OFFSET ?"
        return [LedgerRow(*row) for row in connection.execute(page, [*values, query.limit, query.offset])], total

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
                "UPDATE files SET state = CASE state WHEN 'words' THEN state ELSE 'partial' END, reason = ?, detail = ? "
                "WHERE path = ? AND chunks > 0",
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

    def note_ocr(self, mode: str, pictured: Sequence[str]) -> None:
        """Text recognition is "auto", "always" or "off" from now on; files to which that can add text are due to be read again.

        Those are the ones that lacked text while it was off, and with "always" those whose names end in one of ``pictured``.
        Turning it off takes nothing away.
        """
        before = self.meta("ocr") or "auto"
        if before == mode:
            return
        with self._db.writing() as connection:
            if before == "off":
                lacking = "reason IN ('no_text', 'partly_read') OR detail LIKE '%(no_text)%'"
                connection.execute(f"UPDATE files SET recipe = '' WHERE {lacking}")
            if mode == "always":
                names = " OR ".join("path LIKE ?" for _ in pictured)  # LIKE looks past the case of a suffix
                connection.execute(f"UPDATE files SET recipe = '' WHERE {names}", [f"%{suffix}" for suffix in pictured])
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('ocr', ?)", (mode,))

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

        ``vectors`` maps text hashes to float16 bytes for texts the catalogue does not hold yet. With a ``model``, and a chunk that has
        no vector here or in the catalogue, the state is "words" until ``put_vectors`` has brought it.
        """
        rows, terms = _chunk_rows(chunks, file.path)
        with self._db.writing() as connection:
            file_id = _upsert_file(connection, file)
            _delete_chunks(connection, [file_id])
            _insert_chunks(connection, file_id, rows, terms, model, vectors)
            state = findable.state_of(connection, file_id, len(chunks), state, model)
            connection.execute(
                "UPDATE files SET state = ?, reason = ?, detail = ?, title = ?, pages = ?, chunks = ?, recipe = ? WHERE id = ?",
                (state, reason, detail, title, pages, len(chunks), recipe, file_id),
            )

    def resplit(self, file_id: int, chunks: Sequence[Chunk], *, recipe: str, model: str) -> None:
        """Put other chunks of the same text in place of a file's chunks; those vectors of ``model`` that are here go with them."""
        with self._db.writing() as connection:
            path = connection.execute("SELECT path FROM files WHERE id = ?", (file_id,)).fetchone()[0]
            rows, terms = _chunk_rows(chunks, path)
            _delete_chunks(connection, [file_id])
            _insert_chunks(connection, file_id, rows, terms, model, None)
            findable.state_of(connection, file_id, len(chunks), "", model)
            state = "CASE state WHEN 'offline' THEN state ELSE 'words' END"
            update = f"UPDATE files SET state = {state}, chunks = ?, recipe = ? WHERE id = ?"
            connection.execute(update, (len(chunks), recipe, file_id))

    def texts(self, after: int, limit: int) -> list[tuple[int, int, str]]:
        """(chunk id, file id, text) of every chunk above ``after``, in the order of ids."""
        query = "SELECT id, file, text FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
        return self._db.connection().execute(query, (after, limit)).fetchall()

    def read_again(self, file_ids: Iterable[int]) -> None:
        """Let the next run read these files although they have not changed."""
        with self._db.writing() as connection:
            connection.executemany("UPDATE files SET recipe = '' WHERE id = ?", [(file_id,) for file_id in file_ids])

    def to_read_again(self) -> list[int]:
        """Files that hold chunks and were marked by ``read_again``."""
        return [row[0] for row in self._db.connection().execute("SELECT id FROM files WHERE recipe = '' AND chunks > 0")]

    def chunks_of(self, file_id: int) -> list[StoredChunk]:
        """All chunks of a file, in order."""
        return list(self._chunks("file = ?", [file_id]))

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

    @property
    def lookup(self) -> Lookup:
        """What a search asks."""
        return self._lookup

    def file_texts(self) -> Iterator[file_texts.FileText]:
        """Every file that has been read, with its whole text."""
        return file_texts.read(self._db.connection())

    def file_chunks(self) -> Iterator[list[StoredChunk]]:
        """The chunks of every file that has some, a list a file."""
        for _, chunks in groupby(self._chunks("1", ()), key=attrgetter("path")):
            yield list(chunks)

    def file_text(self, file_id: int) -> str:
        """The whole text of a file."""
        return file_texts.read_one(self._db.connection(), file_id)

    def _chunks(self, where: str, values: Sequence[object]) -> Iterator[StoredChunk]:
        query = (
            "SELECT chunks.id, files.path, ordinal, text, place, mtime_ns FROM chunks JOIN files ON files.id = chunks.file "
            f"WHERE {where} ORDER BY file, ordinal"
        )
        for chunk_id, path, ordinal, text, place, changed in self._db.connection().execute(query, tuple(values)):
            where_it_is = _decode_place(place)
            trail, pieces = where_it_is.trail, where_it_is.pieces
            yield StoredChunk(chunk_id, path, ordinal, text, where_it_is.locator, trail, pieces, changed / 1e9)

    def _rebuild_terms(self) -> None:
        """Index all chunks again, after the way of cutting terms has changed (or at the very first opening, when there are none)."""
        with self._db.writing() as connection:
            fulltext.recreate(connection)
            for chunk in self._chunks("1", ()):
                fulltext.add(connection, [(chunk.id, fulltext.rows([(chunk.text, chunk.trail)], chunk.path)[0])])
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('words', ?)", (str(words.VERSION),))


def _literal(word: str) -> str:
    """A word for LIKE, so that its own % and _ are letters."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _upsert_file(connection: sqlite3.Connection, file: SourceFile) -> int:
    row = connection.execute(
        "INSERT INTO files (path, size, mtime_ns, sha256, state) VALUES (?, ?, ?, ?, 'pending') ON CONFLICT (path) DO UPDATE "
        "SET size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256 RETURNING id",
        (file.path, file.size, file.mtime_ns, file.sha256),
    ).fetchone()
    return int(row[0])


def _chunk_rows(chunks: Sequence[Chunk], path: str) -> tuple[list[tuple[int, str, bytes, bytes]], list[tuple[str, str, str]]]:
    """What is stored of each chunk, and its index terms; made outside the transaction, which is then short."""
    rows = [
        (ordinal, chunk.text, text_hash(chunk.text), _encode_place(_Place(chunk.locator, chunk.trail, chunk.pieces)))
        for ordinal, chunk in enumerate(chunks)
    ]
    return rows, fulltext.rows(((chunk.text, chunk.trail) for chunk in chunks), path)


def _insert_chunks(
    connection: sqlite3.Connection,
    file_id: int,
    rows: Sequence[tuple[int, str, bytes, bytes]],
    terms: Sequence[tuple[str, str, str]],
    model: str,
    vectors: Mapping[bytes, bytes] | None,
) -> None:
    """Ids are given here, all at once: one statement for all chunks costs half of one for each (measured, 10,000 chunks)."""
    if vectors:
        made = [(digest, model, vector) for digest, vector in vectors.items()]
        connection.executemany("INSERT OR IGNORE INTO vectors (hash, model, vector) VALUES (?, ?, ?)", made)
    # AUTOINCREMENT's own memory of the highest id ever used, which it keeps up to date for ids that are given as well.
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'chunks'").fetchone()
    first = (int(row[0]) if row else 0) + 1
    ids = range(first, first + len(rows))
    connection.executemany(
        "INSERT INTO chunks (id, file, ordinal, text, hash, place) VALUES (?, ?, ?, ?, ?, ?)",
        [(chunk_id, file_id, *values) for chunk_id, values in zip(ids, rows, strict=True)],
    )
    fulltext.add(connection, zip(ids, terms, strict=True))


def _delete_chunks(connection: sqlite3.Connection, file_ids: Sequence[int]) -> None:
    for file_id in file_ids:
        rows = connection.execute(
            "SELECT chunks.id, text, place, path, hash FROM chunks JOIN files ON files.id = chunks.file WHERE file = ?",
            (file_id,),
        ).fetchall()
        if not rows:
            continue
        terms = fulltext.rows(((text, _decode_place(place).trail) for _, text, place, _, _ in rows), rows[0][3])
        fulltext.remove(connection, zip((row[0] for row in rows), terms, strict=True))
        connection.executemany("INSERT OR REPLACE INTO outbox VALUES (?, 'delete')", [(row[0],) for row in rows])
        connection.executemany("INSERT OR IGNORE INTO orphaned_vectors VALUES (?)", [(row[4],) for row in rows])
        connection.execute("DELETE FROM chunks WHERE file = ?", (file_id,))
