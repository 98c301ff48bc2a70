# SPDX-License-Identifier: Apache-2.0
"""Repairs a library that nobody has open.

What is derived is made again: full-text index, vector index. What a damaged file still gives is taken over into a new one, and the old one
is kept beside it under another name; files whose text was lost are "pending" and are read again by the next run. Documents themselves
are never touched.
"""

from __future__ import annotations

import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from desktop_app.contract.maintenance_process import Finding
from desktop_app.foundation import private
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import disk_problem
from desktop_app.library import conversation_store
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.library import Library
from desktop_app.library.maintenance import checking, library_folder, rescue
from desktop_app.library.maintenance.database_copy import Progress
from desktop_app.library.maintenance.library_folder import CATALOGUE, CONVERSATIONS, FACTS
from desktop_app.library.stores import table_store
from desktop_app.library.stores.chunk_rows import decode_place, text_hash

log = logging.getLogger(__name__)

_MAKING = ("catalogue.rescued.sqlite", "conversations.rescued.sqlite")
_CATALOGUE_TABLES = {
    "meta": "key",
    "sources": "path",
    "files": "id",
    "chunks": "id",
    "vectors": "id",
    "orphaned_vectors": "hash",
    "quoted": "folder",
    "tables": "id",
    "table_rows": "tbl, band, row",
}
_CONVERSATION_TABLES = {"conversations": "id", "turns": "id", "other_answers": "id", "searches": "id"}


def repair(folder: Path, progress: Progress, cancel: Cancellation) -> list[Finding]:
    """Check the library in ``folder`` and mend what is wrong; returns what was found, as ``checking.check`` does, and then what was done:
    findings of the codes "kept_aside", "files_to_read_again", "sources_lost". ``progress`` in steps.

    Raises as ``checking.check``, and ``EnvironmentProblem``: disk_full, library_read_only, and library_damaged where a file cannot even
    be opened.
    """
    found = checking.check(folder, lambda done, total: progress(done, 2 * total), cancel)
    codes = {one.code for one in found}
    done: list[Finding] = []
    with library_folder.locked(folder):
        _remove_made(folder)  # of a repair that was killed
        try:
            if "facts_damaged" in codes:
                done.append(_kept_aside(folder / FACTS))
                library_folder.write_facts(folder, {"name": folder.name})
            if "catalogue_damaged" in codes:
                done += _rescue_catalogue(folder, cancel)
            if "conversations_damaged" in codes:
                done += _rescue_conversations(folder, cancel)
        except OSError as error:
            raise disk_problem(error, folder) or error from error
        finally:
            _remove_made(folder)
        progress(5, 8)
        of_catalogue = codes - {"facts_damaged", "conversations_damaged"}
        if of_catalogue:
            done += _mend_catalogue(folder, rebuild_terms=bool(codes & {"catalogue_damaged", "terms_damaged", "terms_missing"}))
    progress(6, 8)
    if of_catalogue:
        _build_index(folder, cancel)
    progress(8, 8)
    return [*found, *done]


def _kept_aside(file: Path) -> Finding:
    """Give a damaged file a second name; its logs belong to it and go with it. It keeps its own name until another takes that over, so
    that a repair that is killed leaves no library without it."""
    number = 1
    while (aside := file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")).exists():
        number += 1
    for ending in ("", "-wal", "-shm"):
        if (old := file.with_name(file.name + ending)).exists():
            _second_name(old, aside.with_name(aside.name + ending))
    return Finding("kept_aside", detail=aside.name)


def _second_name(file: Path, name: Path) -> None:
    try:
        os.link(file, name)
    except OSError:  # a disk that knows no hard links
        shutil.copy2(file, name)


def _replace(damaged: Path, made: Path) -> Finding:
    """Put what was taken over in the damaged file's place, in one step."""
    aside = _kept_aside(damaged)
    for ending in ("-wal", "-shm"):  # SQLite would take them for logs of the new file
        damaged.with_name(damaged.name + ending).unlink(missing_ok=True)
    with made.open("rb+") as stream:
        os.fsync(stream.fileno())
    private.replace(made, damaged)
    return aside


def _rescue_catalogue(folder: Path, cancel: Cancellation) -> list[Finding]:
    """A new catalogue of what the damaged one still gives."""
    making = folder / _MAKING[0]
    catalogue = Catalogue(making)
    try:
        connection = catalogue.database.connection()
        connection.execute("BEGIN")
        copied = rescue.copy_rows(folder / CATALOGUE, connection, _CATALOGUE_TABLES, cancel)
        bad = [
            (chunk,)
            for chunk, text, digest, place in connection.execute("SELECT id, text, hash, place FROM chunks")
            if not _is_whole(text, digest, place)
        ]
        connection.executemany("DELETE FROM chunks WHERE id = ?", bad)
        if connection.in_transaction:
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        catalogue.close()
    done = [_replace(folder / CATALOGUE, making)]
    return done if copied["sources"] else [*done, Finding("sources_lost")]


def _is_whole(text: object, digest: object, place: bytes) -> bool:
    """Whether a passage is what it was when it was written."""
    try:
        decode_place(place)
    except (ValueError, TypeError):  # msgspec's errors are ValueErrors
        return False
    return isinstance(text, str) and text_hash(text) == digest


def _rescue_conversations(folder: Path, cancel: Cancellation) -> list[Finding]:
    making = folder / _MAKING[1]
    conversation_store.ConversationStore(making).close()
    with closing(sqlite3.connect(making)) as connection:
        copied = rescue.copy_rows(folder / CONVERSATIONS, connection, _CONVERSATION_TABLES, cancel)
    with closing(conversation_store.ConversationStore(making)) as store:
        store.index_all()
    done = [_replace(folder / CONVERSATIONS, making)]
    return [*done, Finding("conversations_rescued", copied["conversations"])]


def _mend_catalogue(folder: Path, *, rebuild_terms: bool) -> list[Finding]:
    """Leave nothing behind that belongs to nothing, and have read again what is not whole."""
    catalogue = Catalogue(folder / CATALOGUE)
    try:
        with catalogue.database.writing() as connection:
            connection.execute(f"DELETE FROM chunks WHERE {checking.WITHOUT_FILE}")
            connection.execute("DELETE FROM stated_facts")  # read again when they are asked for
            broken = [row[0] for row in connection.execute(f"SELECT id FROM files WHERE {checking.MISCOUNTED}")]
            connection.executemany("DELETE FROM chunks WHERE file = ?", ((file,) for file in broken))
            connection.executemany(
                "UPDATE files SET state = 'pending', reason = '', detail = '', chunks = 0, hidden = '{}', recipe = '', sha256 = '' WHERE id = ?",
                ((file,) for file in broken),
            )
            # Files whose tables are not whole go on answering with their text until they are read again.
            query = f"SELECT DISTINCT file FROM tables WHERE {checking.TABLE_INCOMPLETE}"
            lacking = [row[0] for row in connection.execute(query) if row[0] not in broken]
            connection.executemany("UPDATE files SET recipe = '' WHERE id = ?", ((file,) for file in lacking))
            table_store.remove(connection, [*broken, *lacking])
            connection.execute(f"DELETE FROM tables WHERE {checking.TABLE_WITHOUT_FILE}")
            connection.execute(f"DELETE FROM table_rows WHERE {checking.ROWS_WITHOUT_TABLE}")
        if rebuild_terms or broken:
            catalogue.rebuild_terms()
        _drop_bad_vectors(folder, catalogue)
    finally:
        catalogue.close()
    again = len(broken) + len(lacking)
    return [Finding("files_to_read_again", again)] if again else []


def _drop_bad_vectors(folder: Path, catalogue: Catalogue) -> None:
    """Vectors of a wrong length are made again by the next run, from the texts that are here."""
    facts = library_folder.read_facts(folder)
    model, dimension = str(facts.get("embedding_fingerprint", "")), facts.get("dimension", 0)
    if not model or not isinstance(dimension, int) or not dimension:
        return
    wrong = "model = ? AND length(vector) <> ?"
    with catalogue.database.writing() as connection:
        connection.execute(
            "UPDATE files SET state = 'words' WHERE state IN ('indexed', 'partial') AND id IN "
            f"(SELECT file FROM chunks WHERE hash IN (SELECT hash FROM vectors WHERE {wrong}))",
            (model, 2 * dimension),
        )
        connection.execute(f"DELETE FROM vectors WHERE {wrong}", (model, 2 * dimension))
        connection.execute(
            "UPDATE files SET state = 'words' WHERE state IN ('indexed', 'partial') AND EXISTS (SELECT 1 FROM chunks WHERE "
            "chunks.file = files.id AND NOT EXISTS (SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash AND model = ?))",
            (model,),
        )


def _build_index(folder: Path, cancel: Cancellation) -> None:
    """Build the vector index again from the vectors in the catalogue, without embedding anything."""

    def step(_done: int, _total: int) -> None:
        cancel.check()

    library = Library(folder)
    try:
        if library.embedding_fingerprint:
            library.attach_vectors(library.embedding_fingerprint, step)
    finally:
        library.close()


def _remove_made(folder: Path) -> None:
    for name in _MAKING:
        for ending in ("", "-wal", "-shm"):
            (folder / (name + ending)).unlink(missing_ok=True)
