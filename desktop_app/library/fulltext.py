"""Lexical search: the FTS5 table ``terms`` of the catalogue, with BM25.

Columns: the chunk's text, its heading trail, its file name; weights below. Contentless, so the same terms must be given again
to take a row out.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence

from desktop_app.library import words

# A word in the heading or the file name says what a passage is about; in the text it may stand by chance.
_WEIGHTS = (1.0, 0.6, 0.4)


def add(connection: sqlite3.Connection, chunk_id: int, text: str, trail: Sequence[str], path: str) -> None:
    connection.execute("INSERT INTO terms (rowid, body, trail, name) VALUES (?, ?, ?, ?)", (chunk_id, *_row(text, trail, path)))


def remove(connection: sqlite3.Connection, chunk_id: int, text: str, trail: Sequence[str], path: str) -> None:
    values = (chunk_id, *_row(text, trail, path))
    connection.execute("INSERT INTO terms (terms, rowid, body, trail, name) VALUES ('delete', ?, ?, ?, ?)", values)


def search(connection: sqlite3.Connection, terms: Sequence[str], limit: int) -> list[tuple[int, float]]:
    """(chunk id, BM25 score) of the best chunks that hold any of the terms, the higher the better."""
    if not terms:
        return []
    query = f"SELECT rowid, -bm25(terms, {', '.join(map(str, _WEIGHTS))}) AS s FROM terms WHERE terms MATCH ? ORDER BY s DESC LIMIT ?"
    return [(int(row[0]), float(row[1])) for row in connection.execute(query, (" OR ".join(map(_quote, terms)), limit))]


def matching(connection: sqlite3.Connection, terms: Sequence[str], chunk_ids: Sequence[int]) -> dict[int, list[str]]:
    """For each chunk, the terms it holds; asked of the index itself, so that stemming agrees."""
    found: dict[int, list[str]] = {chunk_id: [] for chunk_id in chunk_ids}
    marks = ", ".join("?" * len(chunk_ids))
    for term in terms:
        query = f"SELECT rowid FROM terms WHERE terms MATCH ? AND rowid IN ({marks})"
        for row in connection.execute(query, [_quote(term), *chunk_ids]):
            found[int(row[0])].append(term)
    return found


def frequencies(connection: sqlite3.Connection, terms: Sequence[str]) -> dict[str, int]:
    """In how many chunks each term stands."""
    query = "SELECT count(*) FROM terms WHERE terms MATCH ?"
    return {term: int(connection.execute(query, (_quote(term),)).fetchone()[0]) for term in terms}


def scratch(texts: Sequence[str]) -> sqlite3.Connection:
    """A small index in memory over these texts (row ids from 1), for ``matching`` within a few sentences; close it after use."""
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE terms USING fts5 (body, trail, name, content='', tokenize=\"porter unicode61\")")
    for row, text in enumerate(texts, start=1):
        add(connection, row, text, (), "")
    return connection


def _row(text: str, trail: Sequence[str], path: str) -> tuple[str, str, str]:
    name = os.path.splitext(os.path.basename(path))[0]
    return tuple(" ".join(words.terms(part)) for part in (text, " ".join(trail), name))  # type: ignore[return-value]


def _quote(term: str) -> str:
    """A term as an FTS5 string, so that no character of a question is ever syntax."""
    quoted = '"' + term.replace('"', '""') + '"'
    # A single CJK character stands in the index only as part of bigrams: found by prefix.
    return quoted + " *" if len(term) == 1 and words.is_cjk(term) else quoted
