# SPDX-License-Identifier: Apache-2.0
"""Checks a library that nobody has open, part by part.

    catalogue.sqlite      SQLite's own integrity check
    full-text index       FTS5's own check, and its rows against the passages
    passages              each belongs to a file, each file has as many as its ledger row says
    tables                each belongs to a file, and has as many rows as it says
    vectors               their length; the vector index against the catalogue
    conversations.sqlite  SQLite's own integrity check

What is found is data with counts; ``repairing`` knows what to do about each.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from desktop_app.contract.maintenance_process import Finding
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, Problem
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.dense import DenseIndex
from desktop_app.library.maintenance import library_folder
from desktop_app.library.maintenance.database_copy import Progress, connect
from desktop_app.library.maintenance.library_folder import CATALOGUE, CONVERSATIONS

log = logging.getLogger(__name__)

_INSTRUCTIONS = 100_000  # of SQLite's machine, between two looks at a cancellation: some milliseconds
_MOST_LINES = 3  # of an integrity check that are told

WITHOUT_TERMS = "chunks.id NOT IN (SELECT id FROM terms_docsize)"
WITHOUT_FILE = "chunks.file NOT IN (SELECT id FROM files)"
TABLE_WITHOUT_FILE = "tables.file NOT IN (SELECT id FROM files)"
ROWS_WITHOUT_TABLE = "table_rows.tbl NOT IN (SELECT id FROM tables)"
TABLE_INCOMPLETE = "tables.rows + tables.marked <> (SELECT count(*) FROM table_rows WHERE tbl = tables.id AND band = 0)"
MISCOUNTED = "files.chunks <> (SELECT count(*) FROM chunks WHERE chunks.file = files.id)"


def check(folder: Path, progress: Progress, cancel: Cancellation) -> list[Finding]:
    """What is wrong with the library in ``folder``, [] where all is well. ``progress`` in steps.

    Raises ``Cancelled``, ``UsageProblem("library_missing")``, ``EnvironmentProblem``: library_locked, library_newer.
    """
    with library_folder.locked(folder):
        facts, found = facts_and_findings(folder)
        library_folder.check_database_formats(folder)
        steps: tuple[Callable[[], list[Finding]], ...] = (
            lambda: catalogue_findings(folder / CATALOGUE, cancel),
            lambda: text_findings(folder / CATALOGUE, cancel),
            lambda: vector_findings(folder, facts or {}),
            lambda: conversation_findings(folder / CONVERSATIONS, cancel),
        )
        for done, step in enumerate(steps):
            cancel.check()
            progress(done, len(steps))
            if done in (1, 2) and any(one.code.startswith("catalogue") for one in found):
                continue  # what a damaged file says of itself is worth nothing
            found += step()
        progress(len(steps), len(steps))
        return found


def facts_and_findings(folder: Path) -> tuple[dict[str, object] | None, list[Finding]]:
    """library.toml, None where it cannot be read. Raises ``EnvironmentProblem("library_newer")``."""
    try:
        return library_folder.read_facts(folder), []
    except EnvironmentProblem as problem:
        if problem.code != "library_damaged":
            raise
        return None, [Finding("facts_damaged", detail=problem.data.get("detail", ""))]


def catalogue_findings(file: Path, cancel: Cancellation) -> list[Finding]:
    """Of the catalogue's file itself. Raises ``Cancelled``."""
    if not file.exists():
        return [Finding("catalogue_missing")]
    return _integrity(file, "catalogue_damaged", cancel)


def conversation_findings(file: Path, cancel: Cancellation) -> list[Finding]:
    """Of the conversations' file. Raises ``Cancelled``."""
    return _integrity(file, "conversations_damaged", cancel) if file.exists() else []


def _integrity(file: Path, code: str, cancel: Cancellation) -> list[Finding]:
    try:
        with closing(connect(file)) as connection:
            connection.set_progress_handler(lambda: int(cancel.cancelled), _INSTRUCTIONS)
            lines = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(100)")]
    except sqlite3.DatabaseError as error:
        cancel.check()
        return [Finding(code, 1, str(error))]
    return [] if lines == ["ok"] else [Finding(code, len(lines), "; ".join(lines[:_MOST_LINES]))]


def text_findings(file: Path, cancel: Cancellation) -> list[Finding]:
    """Of passages and the full-text index. Raises ``Cancelled``."""
    found = []
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.set_progress_handler(lambda: int(cancel.cancelled), _INSTRUCTIONS)
        try:
            if not _has(connection, "chunks"):
                return []  # made and never filled, or of an older version: opening it makes the tables
            for code, table, where in (
                ("passages_without_file", "chunks", WITHOUT_FILE),
                ("files_incomplete", "files", MISCOUNTED),
                ("terms_missing", "chunks", WITHOUT_TERMS),
                ("tables_without_file", "tables", TABLE_WITHOUT_FILE),
                ("rows_without_table", "table_rows", ROWS_WITHOUT_TABLE),
                ("tables_incomplete", "tables", TABLE_INCOMPLETE),
            ):
                if table.startswith("table") and not _has(connection, "table_rows"):
                    continue  # of an older version: opening it makes them
                count = int(connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()[0])
                if count:
                    found.append(Finding(code, count))
        except sqlite3.OperationalError as error:
            cancel.check()
            found.append(Finding("terms_damaged", 1, str(error)))
        try:
            connection.execute("INSERT INTO terms (terms) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            cancel.check()
            found.append(Finding("terms_damaged", 1, str(error)))
    return found


def _has(connection: sqlite3.Connection, table: str) -> bool:
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (table,)).fetchone() is not None


def vector_findings(folder: Path, facts: dict[str, object]) -> list[Finding]:
    """Of vectors and the vector index: one that lacks or has too many is built again from the catalogue."""
    model, dimension = str(facts.get("embedding_fingerprint", "")), facts.get("dimension", 0)
    if not model or not isinstance(dimension, int) or not dimension:
        return []  # searched by words only
    found = []
    try:
        catalogue = Catalogue(folder / CATALOGUE)
    except Problem as problem:
        return [Finding("catalogue_damaged", 1, str(problem))]
    try:
        query = "SELECT count(*) FROM vectors WHERE model = ? AND length(vector) <> ?"
        wrong = int(catalogue.database.connection().execute(query, (model, 2 * dimension)).fetchone()[0])
        if wrong:
            found.append(Finding("vectors_damaged", wrong))
        name = str(facts.get("chroma", "chroma"))
        if "chroma" not in facts and not (folder / name).exists():
            return found  # restored from a backup, which has none, and not opened since
        index = DenseIndex(folder, catalogue)
        try:
            if not index.open(name, model) and catalogue.vectors.seen_count(model):
                found.append(Finding("index_differs", catalogue.vectors.seen_count(model)))
        finally:
            index.close()
    except Cancelled:
        raise
    except (Problem, sqlite3.Error) as error:
        log.warning("the vectors of a library cannot be checked: %s", error)
        found.append(Finding("catalogue_damaged", 1, str(error)))
    finally:
        catalogue.close()
    return found
