# SPDX-License-Identifier: Apache-2.0
"""The ledger, table ``files``: every file met, its state and its text.

A file is found by words from the transaction on that stores it (``FileStore.store``): its chunks, terms and its ledger row are
written together or not at all. Its vectors come later (``vector_queue``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from desktop_app.contract.document import Chunk, Document, MemberProblem, SourceFile
from desktop_app.contract.ledger import WHOLE_LEDGER, LedgerOrder, LedgerQuery, LedgerRow
from desktop_app.library.stores import chunk_rows, table_store, vector_queue
from desktop_app.library.stores.below import below as at_or_below
from desktop_app.library.stores.database import Database
from desktop_app.library.stores.hidden_chunks import decode_counts, encode_counts
from desktop_app.library.stores.problem_rows import decode_problems, encode_problems

_BLOCK = 500  # files deleted in one transaction
# The columns that each order of the ledger goes by.
_ORDERS: dict[LedgerOrder, tuple[str, ...]] = {"path": ("path",), "state": ("state", "path"), "reason": ("reason", "path")}
# Files that could not be read, or only in part, for a reason that nobody has dismissed.
_DISMISSED = "(dismissed <> '' AND dismissed = reason)"
_NEEDING = f"state IN ('failed', 'partial') AND NOT {_DISMISSED}"
_WITH_HIDDEN = "hidden <> '{}'"
_RECORD = "SELECT id, path, size, mtime_ns, sha256, state, reason, recipe, chunks FROM files WHERE"


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A ledger row with what the planner compares. ``chunks``: how many."""

    id: int
    file: SourceFile
    state: str
    reason: str
    recipe: str
    chunks: int


class FileStore:
    """Writes of one file are one transaction each."""

    def __init__(self, database: Database) -> None:
        self._db = database

    # ---- reading ----------------------------------------------------------------------------------------------------

    def record(self, file_id: int) -> FileRecord | None:
        """The ledger row with this id, None when it is gone."""
        row = self._db.connection().execute(f"{_RECORD} id = ?", (file_id,)).fetchone()
        return None if row is None else _record(row)

    def records(self, below: str) -> Iterator[FileRecord]:
        """Every ledger row at or below a path."""
        where, values = at_or_below(below)
        for row in self._db.connection().execute(f"{_RECORD} {where}", values).fetchall():
            yield _record(row)

    def detail(self, file_id: int) -> str:
        """The technical remark on a file; "" when it is gone."""
        row = self._db.connection().execute("SELECT detail FROM files WHERE id = ?", (file_id,)).fetchone()
        return str(row[0]) if row else ""

    def problems(self, file_id: int) -> tuple[MemberProblem, ...]:
        """What files inside a file lack; () when it is gone."""
        row = self._db.connection().execute("SELECT problems FROM files WHERE id = ?", (file_id,)).fetchone()
        return decode_problems(row[0]) if row else ()

    def page(self, query: LedgerQuery = WHOLE_LEDGER) -> tuple[list[LedgerRow], int]:
        """A page of the ledger, and how many rows match in all."""
        where, values = at_or_below(query.below) if query.below else ("1", [])
        if query.states:
            where += f" AND state IN ({', '.join('?' * len(query.states))})"
            values = [*values, *query.states]
        if query.dismissed is not None:
            where += f" AND {'' if query.dismissed else 'NOT '}{_DISMISSED}"
        if query.hidden:
            where += f" AND {_WITH_HIDDEN}"
        for word, reasons in query.words:
            where += f" AND (path LIKE ? ESCAPE '\\' OR reason IN ({', '.join('?' * len(reasons))}))"
            values = [*values, f"%{_literal(word)}%", *reasons]
        connection = self._db.connection()
        total = int(connection.execute(f"SELECT count(*) FROM files WHERE {where}", values).fetchone()[0])
        ordered = ", ".join(f"{column} {'DESC' if query.descending else 'ASC'}" for column in _ORDERS[query.order])
        page = f"SELECT path, state, reason, detail, chunks, pages, size, problems, {_DISMISSED}, hidden FROM files WHERE {where} ORDER BY {ordered} LIMIT ? OFFSET ?"
        rows = connection.execute(page, [*values, query.limit, query.offset])
        return [
            LedgerRow(
                path,
                state,
                reason,
                detail,
                chunks,
                pages,
                size,
                decode_problems(problems),
                bool(dismissed),
                decode_counts(hidden),
            )
            for path, state, reason, detail, chunks, pages, size, problems, dismissed, hidden in rows
        ], total

    def counts(self, below: str = "") -> dict[str, int]:
        """Files per state, at or below a path or in all."""
        where, values = at_or_below(below) if below else ("1", [])
        query = f"SELECT state, count(*) FROM files WHERE {where} GROUP BY state"
        return {state: int(count) for state, count in self._db.connection().execute(query, values)}

    def needing(self, below: str = "") -> int:
        """Files that could not be read, or only in part, and were not dismissed, at or below a path or in all."""
        where, values = at_or_below(below) if below else ("1", [])
        row = self._db.connection().execute(f"SELECT count(*) FROM files WHERE {_NEEDING} AND {where}", values).fetchone()
        return int(row[0])

    def with_hidden(self, below: str = "") -> int:
        """Files with hidden passages, at or below a path or in all."""
        where, values = at_or_below(below) if below else ("1", [])
        row = self._db.connection().execute(f"SELECT count(*) FROM files WHERE {_WITH_HIDDEN} AND {where}", values).fetchone()
        return int(row[0])

    def dismiss(self, paths: Iterable[str], *, dismissed: bool) -> None:
        """Note that the user does not mind the present reasons of these files, or that they do again."""
        with self._db.writing() as connection:
            noted = "reason" if dismissed else "''"
            connection.executemany(f"UPDATE files SET dismissed = {noted} WHERE path = ?", [(path,) for path in paths])

    def searchable_count(self) -> tuple[int, int]:
        """(files that can be searched, all files of the ledger)."""
        row = self._db.connection().execute("SELECT count(*) FILTER (WHERE chunks > 0), count(*) FROM files").fetchone()
        return int(row[0]), int(row[1])

    # ---- rows without a text ----------------------------------------------------------------------------------------

    def put_pending(self, files: Iterable[SourceFile]) -> None:
        """Insert new files as "pending", so that the ledger is complete before reading begins."""
        with self._db.writing() as connection:
            connection.executemany(
                "INSERT OR IGNORE INTO files (path, size, mtime_ns, state) VALUES (?, ?, ?, 'pending')",
                [(file.path, file.size, file.mtime_ns) for file in files],
            )

    def put_without_text(
        self,
        file: SourceFile,
        *,
        state: str,
        reason: str = "",
        detail: str = "",
        problems: Sequence[MemberProblem] = (),
        recipe: str = "",
    ) -> None:
        """Write the ledger row of a file without text, and delete the chunks and tables of an earlier reading."""
        with self._db.writing() as connection:
            file_id = _upsert(connection, file)
            chunk_rows.delete(connection, [file_id])
            table_store.remove(connection, [file_id])
            connection.execute(
                "UPDATE files SET state = ?, reason = ?, detail = ?, problems = ?, title = '', pages = NULL, "
                "chunks = 0, hidden = '{}', recipe = ? WHERE id = ?",
                (state, reason, detail, encode_problems(problems), recipe, file_id),
            )

    def keep_as_partial(
        self, file: SourceFile, reason: str, detail: str, problems: Sequence[MemberProblem] = (), recipe: str = ""
    ) -> bool:
        """Keep the earlier text of a file that could not be read this time; False when it has none.

        Size and time stamp are left as they were, so that the next run tries again. ``recipe``: the one that was tried on this very content,
        which need not be tried again; then they are written.
        """
        with self._db.writing() as connection:
            done = connection.execute(
                "UPDATE files SET state = CASE state WHEN 'words' THEN state ELSE 'partial' END, reason = ?, detail = ?, "
                "problems = ?, recipe = CASE ?5 WHEN '' THEN recipe ELSE ?5 END, size = CASE ?5 WHEN '' THEN size ELSE ?6 END, "
                "mtime_ns = CASE ?5 WHEN '' THEN mtime_ns ELSE ?7 END WHERE path = ?4 AND chunks > 0",
                (reason, detail, encode_problems(problems), file.path, recipe, file.size, file.mtime_ns),
            )
        return done.rowcount > 0

    def touch(self, file: SourceFile, recipe: str) -> None:
        """Write the new size and time stamp of a file whose content is the same, and the ``recipe`` that would give the same text."""
        with self._db.writing() as connection:
            query = "UPDATE files SET size = ?, mtime_ns = ?, recipe = ? WHERE path = ?"
            connection.execute(query, (file.size, file.mtime_ns, recipe, file.path))

    def remove(self, ids: Sequence[int]) -> None:
        """Delete files with their chunks and tables, a block a transaction."""
        for start in range(0, len(ids), _BLOCK):
            block = ids[start : start + _BLOCK]
            with self._db.writing() as connection:
                chunk_rows.delete(connection, block)
                table_store.remove(connection, block)
                connection.executemany("DELETE FROM files WHERE id = ?", [(file_id,) for file_id in block])

    # ---- their text -------------------------------------------------------------------------------------------------

    def store(
        self,
        file: SourceFile,
        chunks: Sequence[Chunk],
        *,
        state: str,
        reason: str = "",
        detail: str = "",
        problems: Sequence[MemberProblem] = (),
        title: str = "",
        pages: int | None = None,
        recipe: str = "",
        model: str = "",
        vectors: Mapping[bytes, bytes] | None = None,
        document: Document | None = None,
    ) -> None:
        """Replace everything known of a file in one transaction. ``document``: what was read, for its tables.

        ``vectors`` maps text hashes to float16 bytes for texts the catalogue does not hold yet. With a ``model``, and a chunk
        that has no vector here or in the catalogue, the state is "words" until ``VectorStore.put`` has added it.
        """
        rows, terms = chunk_rows.prepare(chunks, file.path)
        hidden = encode_counts(chunks)
        with self._db.writing() as connection:
            file_id = _upsert(connection, file)
            chunk_rows.delete(connection, [file_id])
            chunk_rows.insert(connection, file_id, rows, terms, model, vectors)
            table_store.remove(connection, [file_id])
            if document is not None:
                table_store.add(connection, file_id, document)
            state = vector_queue.state_of(connection, file_id, len(chunks), state, model)
            connection.execute(
                "UPDATE files SET state = ?, reason = ?, detail = ?, problems = ?, title = ?, pages = ?, "
                "chunks = ?, hidden = ?, recipe = ? WHERE id = ?",
                (state, reason, detail, encode_problems(problems), title, pages, len(chunks), hidden, recipe, file_id),
            )

    def resplit(self, file_id: int, chunks: Sequence[Chunk], *, recipe: str, model: str) -> None:
        """Replace a file's chunks by others of the same text; vectors of ``model`` that exist already are used for them. ``recipe``: none that a
        run reads with, so that the file is read again when it can be."""
        with self._db.writing() as connection:
            path = connection.execute("SELECT path FROM files WHERE id = ?", (file_id,)).fetchone()[0]
            rows, terms = chunk_rows.prepare(chunks, path)
            chunk_rows.delete(connection, [file_id])
            chunk_rows.insert(connection, file_id, rows, terms, model, None)
            vector_queue.state_of(connection, file_id, len(chunks), "", model)
            state = "CASE state WHEN 'offline' THEN state ELSE 'words' END"
            update = f"UPDATE files SET state = {state}, chunks = ?, hidden = ?, recipe = ? WHERE id = ?"
            connection.execute(update, (len(chunks), encode_counts(chunks), recipe, file_id))

    # ---- due to be read again ---------------------------------------------------------------------------------------

    def read_again(self, file_ids: Iterable[int]) -> None:
        """Mark files to be read by the next run although they have not changed."""
        with self._db.writing() as connection:
            connection.executemany("UPDATE files SET recipe = '' WHERE id = ?", [(file_id,) for file_id in file_ids])

    def to_read_again(self) -> list[int]:
        """The ids of files that have chunks and were marked by ``read_again``."""
        return [row[0] for row in self._db.connection().execute("SELECT id FROM files WHERE recipe = '' AND chunks > 0")]

    def note_ocr(self, mode: str, pictured: Sequence[str]) -> None:
        """Store the mode of text recognition ("auto", "always" or "off"), and mark files to which a change of it can add text.

        Those are the ones that lacked text while it was off, and with "always" those whose names end in one of ``pictured``.
        Turning it off takes nothing away.
        """
        before = self._db.connection().execute("SELECT value FROM meta WHERE key = 'ocr'").fetchone()
        previous = before[0] if before and before[0] else "auto"
        if previous == mode:
            return
        with self._db.writing() as connection:
            if previous == "off":
                lacking = (
                    "reason IN ('no_text', 'partly_read') "
                    "OR EXISTS (SELECT 1 FROM json_each(problems) WHERE json_extract(value, '$.reason') = 'no_text')"
                )
                connection.execute(f"UPDATE files SET recipe = '' WHERE {lacking}")
            if mode == "always":
                names = " OR ".join("path LIKE ?" for _ in pictured)  # LIKE looks past the case of a suffix
                connection.execute(f"UPDATE files SET recipe = '' WHERE {names}", [f"%{suffix}" for suffix in pictured])
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('ocr', ?)", (mode,))


def _record(row: tuple[int, str, int, int, str, str, str, str, int]) -> FileRecord:
    return FileRecord(row[0], SourceFile(row[1], row[2], row[3], row[4]), *row[5:])


def _literal(word: str) -> str:
    """A word for LIKE, so that its own % and _ are letters."""
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _upsert(connection: sqlite3.Connection, file: SourceFile) -> int:
    row = connection.execute(
        "INSERT INTO files (path, size, mtime_ns, sha256, state) VALUES (?, ?, ?, ?, 'pending') ON CONFLICT (path) DO UPDATE "
        "SET size = excluded.size, mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256 RETURNING id",
        (file.path, file.size, file.mtime_ns, file.sha256),
    ).fetchone()
    return int(row[0])
