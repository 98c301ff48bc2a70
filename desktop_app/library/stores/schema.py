# SPDX-License-Identifier: Apache-2.0
"""The catalogue's tables, their history and migrations.

``FORMAT`` counts up with every change; an older file is migrated on opening, a newer one is refused politely.

History:
1 first form
2 vectors in the order they were made, found by an index: ordered by their hash, each new one went to a page of its own (measured,
  100,000 of 384 dimensions in files of 20: 2.9 GB written instead of 1.3, and twice the processor time); texts that may have lost
  their last chunk are noted
3 a state for files whose text is stored and whose vectors are missing ("words"); how often the files of a folder were quoted
4 the table ``loose`` is called ``orphaned_vectors``
5 the problems of files inside a file are data (``problems``), no longer part of the sentence in ``detail`` alone
6 the language of each chunk, so that a search can be narrowed to one
7 why a file that could not be read is not counted any more (``dismissed``)
8 why a chunk is not seen by who opens its file (``chunks.hidden``), so that searches leave it out; of each file how many (``files.hidden``)
9 tables of documents as data (``tables``, ``table_rows``)
10 what files state about themselves (``stated_facts``)
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.stores import chunk_rows, fulltext
from desktop_app.library.stores.problem_rows import encode_problems, problems_in_detail

FORMAT = 10

_VECTORS = """
-- float16, little endian, keyed by the text's hash: equal text is embedded once, over all files and runs. Two models' vectors are
-- here side by side while one takes over from the other.
CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    hash BLOB NOT NULL,
    model TEXT NOT NULL,
    vector BLOB NOT NULL
);
CREATE UNIQUE INDEX vectors_by_hash ON vectors (hash, model);

"""

_ORPHANED = """
-- Texts whose chunk was deleted: the only ones whose vectors may be orphaned, that is, belong to no chunk any more.
CREATE TABLE orphaned_vectors (hash BLOB PRIMARY KEY) WITHOUT ROWID;

"""

_QUOTED = """
-- How often an answer quoted a file of this folder: its files get their vectors first.
CREATE TABLE quoted (folder TEXT PRIMARY KEY, times INTEGER NOT NULL) WITHOUT ROWID;

"""

_TABLES = """
-- A table of a document. head: JSON of TableHead; rows: its things, hidden_rows: those of them that are hidden, marked: totals and averages.
CREATE TABLE tables (
    id INTEGER PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files (id),
    ordinal INTEGER NOT NULL,
    head BLOB NOT NULL,
    rows INTEGER NOT NULL,
    hidden_rows INTEGER NOT NULL,
    marked INTEGER NOT NULL
);
CREATE INDEX tables_by_file ON tables (file, ordinal);
-- Column n of a table is c{n % 32} of band n // 32; without a type, so that numbers stay numbers. row: from 0 in their order, number: as in StoredRow.
-- place: JSON of Locator where the cells of a sheet do not say it, in band 0; shown: JSON of the texts shown, null where they are the values.
CREATE TABLE table_rows (
    tbl INTEGER NOT NULL,
    band INTEGER NOT NULL,
    row INTEGER NOT NULL,
    number INTEGER NOT NULL,
    mark TEXT NOT NULL DEFAULT '',
    hidden TEXT NOT NULL DEFAULT '',
    place BLOB,
    shown BLOB,
    c0, c1, c2, c3, c4, c5, c6, c7, c8, c9, c10, c11, c12, c13, c14, c15,
    c16, c17, c18, c19, c20, c21, c22, c23, c24, c25, c26, c27, c28, c29, c30, c31,
    PRIMARY KEY (tbl, band, row)
) WITHOUT ROWID;

"""

_FACTS = """
-- What a file states, read by rules from its chunks, with or without hidden ones (hidden 1 or 0); goes with the chunks. rules: the version of the
-- rules; facts: JSON of StatedFact.
CREATE TABLE stated_facts (
    file INTEGER NOT NULL REFERENCES files (id),
    hidden INTEGER NOT NULL,
    rules INTEGER NOT NULL,
    facts BLOB NOT NULL,
    PRIMARY KEY (file, hidden)
) WITHOUT ROWID;

"""

_CREATE = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- Folders and files that the user picked. device: st_dev when last seen, to notice an unmounted disk.
CREATE TABLE sources (
    path TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    online INTEGER NOT NULL DEFAULT 1,
    device INTEGER NOT NULL DEFAULT 0,
    added REAL NOT NULL
) WITHOUT ROWID;

-- The ledger: every file ever met below a source, in exactly one state.
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    sha256 TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    reason TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    problems TEXT NOT NULL DEFAULT '[]',  -- JSON: of files inside this file, part and reason
    dismissed TEXT NOT NULL DEFAULT '',  -- the reason that the user has seen and does not mind
    hidden TEXT NOT NULL DEFAULT '{}',  -- JSON: how many chunks are hidden, by why
    title TEXT NOT NULL DEFAULT '',
    pages INTEGER,
    chunks INTEGER NOT NULL DEFAULT 0,
    recipe TEXT NOT NULL DEFAULT ''  -- how it was split and embedded; another recipe means: read it again
);
CREATE INDEX files_by_state ON files (state, path);
-- The same content elsewhere: moved, or a copy.
CREATE INDEX files_by_content ON files (sha256);

-- AUTOINCREMENT: an id is never used again, so that it can serve as the stable id in Chroma.
-- place: JSON of locator, heading trail, pieces.
CREATE TABLE chunks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    file INTEGER NOT NULL REFERENCES files (id),
    ordinal INTEGER NOT NULL,
    text TEXT NOT NULL,
    hash BLOB NOT NULL,
    place BLOB NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    hidden TEXT NOT NULL DEFAULT ''  -- one of HIDDEN in contract/locator.py, '' for what is seen
);
CREATE INDEX chunks_by_file ON chunks (file, ordinal);
CREATE INDEX chunks_by_hash ON chunks (hash);
CREATE INDEX chunks_by_language ON chunks (language, file);
CREATE INDEX chunks_hidden ON chunks (id) WHERE hidden <> '';

-- Changes that Chroma has not applied yet; written in the transaction that changes chunks, emptied after Chroma has it.
CREATE TABLE outbox (chunk INTEGER PRIMARY KEY, action TEXT NOT NULL);
"""


def _to_2(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE vectors RENAME TO vectors_1")
    _run(connection, _VECTORS)
    connection.execute("INSERT INTO vectors (hash, model, vector) SELECT hash, model, vector FROM vectors_1")
    connection.execute("DROP TABLE vectors_1")
    connection.execute("CREATE TABLE loose (hash BLOB PRIMARY KEY) WITHOUT ROWID")
    connection.execute("INSERT OR IGNORE INTO loose SELECT hash FROM vectors WHERE hash NOT IN (SELECT hash FROM chunks)")


def _to_3(connection: sqlite3.Connection) -> None:
    _run(connection, _QUOTED)
    # Until then a note in ``meta`` said that some files had been read without a model.
    connection.execute(
        "UPDATE files SET state = 'words' WHERE state IN ('indexed', 'partial') "
        "AND EXISTS (SELECT 1 FROM meta WHERE key = 'unembedded' AND value <> '') AND EXISTS (SELECT 1 FROM chunks WHERE "
        "file = files.id AND NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash))"
    )
    connection.execute("DELETE FROM meta WHERE key = 'unembedded'")


def _to_4(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE loose RENAME TO orphaned_vectors")


def _to_5(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE files ADD COLUMN problems TEXT NOT NULL DEFAULT '[]'")
    found = connection.execute("SELECT id, detail FROM files WHERE detail LIKE '%(%)%'").fetchall()
    connection.executemany(
        "UPDATE files SET problems = ? WHERE id = ?",
        [(encode_problems(problems_in_detail(detail)), file_id) for file_id, detail in found],
    )


def _to_6(connection: sqlite3.Connection) -> None:
    # 20 µs a chunk.
    connection.create_function("language_of", 1, chunk_rows.language_of, deterministic=True)
    connection.execute("ALTER TABLE chunks ADD COLUMN language TEXT NOT NULL DEFAULT ''")
    connection.execute("UPDATE chunks SET language = language_of(text)")
    connection.execute("CREATE INDEX chunks_by_language ON chunks (language, file)")


def _to_7(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE files ADD COLUMN dismissed TEXT NOT NULL DEFAULT ''")


def _to_8(connection: sqlite3.Connection) -> None:
    # Until then no reader told hidden text apart: files that have some are read again, because their readers have changed.
    connection.execute("ALTER TABLE chunks ADD COLUMN hidden TEXT NOT NULL DEFAULT ''")
    connection.execute("CREATE INDEX chunks_hidden ON chunks (id) WHERE hidden <> ''")
    connection.execute("ALTER TABLE files ADD COLUMN hidden TEXT NOT NULL DEFAULT '{}'")


def _to_9(connection: sqlite3.Connection) -> None:
    # The tables of files that were read before come when those are read again.
    _run(connection, _TABLES)


def _to_10(connection: sqlite3.Connection) -> None:
    _run(connection, _FACTS)


# From format n to n + 1.
_MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {
    1: _to_2,
    2: _to_3,
    3: _to_4,
    4: _to_5,
    5: _to_6,
    6: _to_7,
    7: _to_8,
    8: _to_9,
    9: _to_10,
}


def prepare(connection: sqlite3.Connection, path: object) -> None:
    """Create or migrate the tables. Raises ``EnvironmentProblem("library_newer")``."""
    found = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if found > FORMAT:
        raise EnvironmentProblem("library_newer", path=path, found=found, known=FORMAT)
    if found == FORMAT:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if found == 0:
            _run(connection, _CREATE + _VECTORS + _ORPHANED + _QUOTED + _TABLES + _FACTS)
            fulltext.recreate(connection)
        else:
            for version in range(found, FORMAT):
                _MIGRATIONS[version](connection)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _run(connection: sqlite3.Connection, script: str) -> None:
    """Statement by statement: ``executescript`` would end the transaction."""
    for statement in script.split(";\n"):
        connection.execute(statement)
