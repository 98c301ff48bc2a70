# SPDX-License-Identifier: Apache-2.0
"""The table ``chunks``: read by id, by file, or as text of whole files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter, itemgetter

from desktop_app.contract.ledger import StoredChunk
from desktop_app.library.stores.chunk_rows import ChunkPlace, decode_place
from desktop_app.library.stores.database import Database

_BLOCK = 500  # ids in one statement


@dataclass(frozen=True, slots=True)
class FileText:
    """``text``: the file's chunks in order, a line each; "" for a file without text. ``size`` in bytes."""

    id: int
    path: str
    size: int
    mtime_ns: int
    sha256: str
    text: str


class ChunkStore:
    """Chunk ids are never used again, so that they are stable ids in the vector index too."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def count(self, after: int = 0) -> int:
        """How many chunks the library has, with ids above ``after``."""
        return int(self._db.connection().execute("SELECT count(*) FROM chunks WHERE id > ?", (after,)).fetchone()[0])

    def get(self, chunk_id: int) -> StoredChunk | None:
        """The chunk with this id, None when it no longer exists."""
        return next(iter(self.by_ids([chunk_id])), None)

    def by_ids(self, ids: Sequence[int]) -> list[StoredChunk]:
        """The chunks with these ids, in the order asked; ids that no longer exist are left out."""
        found: dict[int, StoredChunk] = {}
        for start in range(0, len(ids), _BLOCK):
            block = ids[start : start + _BLOCK]
            found.update((chunk.id, chunk) for chunk in self._read(f"chunks.id IN ({', '.join('?' * len(block))})", block))
        return [found[chunk_id] for chunk_id in ids if chunk_id in found]

    def of_file(self, file_id: int) -> list[StoredChunk]:
        """All chunks of a file, in order."""
        return list(self._read("file = ?", [file_id]))

    def of_path(self, path: str) -> list[StoredChunk]:
        """The same of the file at a path."""
        return list(self._read("files.path = ?", [path]))

    def by_file(self) -> Iterator[list[StoredChunk]]:
        """The chunks of every file that has some, a list a file; without hidden ones."""
        for _, chunks in groupby(self._read("chunks.hidden = ''", ()), key=attrgetter("path")):
            yield list(chunks)

    def all(self) -> Iterator[StoredChunk]:
        """Every chunk of the library, by file and position."""
        return self._read("1", ())

    def after(self, chunk_id: int, limit: int) -> list[StoredChunk]:
        """The next ``limit`` chunks with an id above ``chunk_id``, in the order of ids."""
        query = "SELECT id FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
        return self.by_ids([row[0] for row in self._db.connection().execute(query, (chunk_id, limit))])

    def neighbours(self, chunk_id: int, before: int, after: int) -> list[StoredChunk]:
        """The chunk with those before and after it in its file, in order; empty when it no longer exists."""
        row = self._db.connection().execute("SELECT file, ordinal FROM chunks WHERE id = ?", (chunk_id,)).fetchone()
        return [] if row is None else self.stretch(row[0], row[1] - before, row[1] + after + 1)

    def stretch(self, file_id: int, start: int, end: int) -> list[StoredChunk]:
        """The chunks of a file whose position is in ``start`` <= position < ``end``, in order."""
        return list(self._read("file = ? AND ordinal >= ? AND ordinal < ?", [file_id, start, end]))

    def texts_of_file(self, file_id: int) -> Iterator[str]:
        """The texts of a file's chunks, in order; one in memory at a time."""
        rows = self._db.connection().execute("SELECT text FROM chunks WHERE file = ? ORDER BY ordinal", (file_id,))
        return (row[0] for row in rows)

    def places_of_file(self, file_id: int) -> Iterator[ChunkPlace]:
        """Where a file's chunks are in it, in order; one in memory at a time."""
        rows = self._db.connection().execute("SELECT place FROM chunks WHERE file = ? ORDER BY ordinal", (file_id,))
        return (decode_place(row[0]) for row in rows)

    def texts(self, after: int, limit: int) -> list[tuple[int, int, str]]:
        """(chunk id, file id, text) of the next ``limit`` chunks with an id above ``after``, in the order of ids."""
        query = "SELECT id, file, text FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
        return self._db.connection().execute(query, (after, limit)).fetchall()

    def file_texts(self) -> Iterator[FileText]:
        """Every file that has been read, with all of its text that is seen, by their ids; one file's text in memory at a time."""
        rows = self._db.connection().execute(
            "SELECT files.id, path, size, mtime_ns, sha256, text FROM files LEFT JOIN chunks ON chunks.file = files.id "
            "AND chunks.hidden = '' WHERE sha256 <> '' ORDER BY files.id, ordinal"
        )
        for (file_id, path, size, mtime_ns, sha256), group in groupby(rows, key=itemgetter(0, 1, 2, 3, 4)):
            yield FileText(file_id, path, size, mtime_ns, sha256, "\n".join(row[5] for row in group if row[5] is not None))

    def file_text(self, file_id: int) -> str:
        """All text of a file that is seen; "" when it has none, or is gone."""
        query = "SELECT text FROM chunks WHERE file = ? AND hidden = '' ORDER BY ordinal"
        return "\n".join(row[0] for row in self._db.connection().execute(query, (file_id,)))

    def _read(self, where: str, values: Sequence[object]) -> Iterator[StoredChunk]:
        query = (
            "SELECT chunks.id, files.path, ordinal, text, place, mtime_ns FROM chunks JOIN files ON files.id = chunks.file "
            f"WHERE {where} ORDER BY file, ordinal"
        )
        for chunk_id, path, ordinal, text, encoded, changed in self._db.connection().execute(query, tuple(values)):
            place = decode_place(encoded)
            yield StoredChunk(chunk_id, path, ordinal, text, place.locator, place.trail, place.pieces, changed / 1e9)
