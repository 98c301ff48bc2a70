# SPDX-License-Identifier: Apache-2.0
"""Lexical search: the catalogue's FTS5 table ``terms``, with BM25.

Columns: the chunk's text, its heading trail, its file name; weights below. Contentless, so the same terms must be given again
to take a row out.

A long word is asked for by its stem and by its first letters, so that forms and compounds a stemmer does not know are found as well,
and the exact ones first ("Vertragslaufzeit" finds "Vertrag…"); FTS5 keeps an index of those first letters. For texts at hand
``analysis.matching`` knows the same rule.
"""

from __future__ import annotations

import math
import os
import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from desktop_app.analysis import words
from desktop_app.analysis.matching import FIRST_LETTERS, first_letters, is_single
from desktop_app.library.stores import hidden_chunks

CREATE = (
    f"CREATE VIRTUAL TABLE terms USING fts5 (body, trail, name, content='', prefix='{FIRST_LETTERS}', "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '-.@_%+'\")"
)
# A word in the heading or the file name says what a passage is about; in the text it may be there by chance.
_WEIGHTS = (1.0, 0.6, 0.4)
# FTS5's BM25 (k1 = 1.2) gives a word less than 2.2 times its inverse document frequency, however often a chunk holds it.
_MOST = 2.2
_USUAL = 0.45  # of that most: what the best chunks have at least
_ENOUGH = 1.5  # times as many chunks as are wanted
_MANY = 1_000  # chunks; fewer are scored faster than pruned


Terms = tuple[str, str, str]
"""Index terms of a chunk's columns, joined by spaces."""


def recreate(connection: sqlite3.Connection) -> None:
    """The empty table, in place of one that may have been made in another way."""
    connection.execute("DROP TABLE IF EXISTS terms")
    connection.execute(CREATE)


def rows(chunks: Iterable[tuple[str, Sequence[str]]], path: str) -> list[Terms]:
    """The index terms of a file's chunks (text, heading trail). Neighbours mostly share their trail: it is tokenised once."""
    name = _terms(os.path.splitext(os.path.basename(path))[0])
    trails: dict[tuple[str, ...], str] = {}
    made = []
    for text, trail in chunks:
        key = tuple(trail)
        if key not in trails:
            trails[key] = _terms("\n".join(key))
        made.append((_terms(text), trails[key], name))
    return made


def add(connection: sqlite3.Connection, chunks: Iterable[tuple[int, Terms]]) -> None:
    """Insert (chunk id, its terms)."""
    values = ((chunk_id, *terms) for chunk_id, terms in chunks)
    connection.executemany("INSERT INTO terms (rowid, body, trail, name) VALUES (?, ?, ?, ?)", values)


def remove(connection: sqlite3.Connection, chunks: Iterable[tuple[int, Terms]]) -> None:
    """Take chunks out, by the same terms that they were put in with."""
    values = ((chunk_id, *terms) for chunk_id, terms in chunks)
    connection.executemany("INSERT INTO terms (terms, rowid, body, trail, name) VALUES ('delete', ?, ?, ?, ?)", values)


SEEN = f"AND +rowid NOT IN {hidden_chunks.IDS}"
"""The condition ``where`` of the functions below that leaves hidden chunks out."""


def search(connection: sqlite3.Connection, terms: Sequence[str], limit: int, where: str = "") -> list[tuple[int, float]]:
    """(chunk id, BM25 score) of the best chunks that hold any of the terms, the higher the better."""
    return _ranked(connection, " OR ".join(map(_either, terms)), limit, where) if terms else []


def best(
    connection: sqlite3.Connection,
    terms: Sequence[str],
    limit: int,
    frequencies: Mapping[str, int],
    chunks: int,
    where: str = "",
) -> list[tuple[int, float]]:
    """As ``search``, and exactly what it gives, without scoring the chunks that hold nothing but the question's most frequent words.

    MaxScore (Turtle and Flood, Query Evaluation: Strategies and Optimizations, 1995): ``limit`` chunks that score more than those words
    could give alone leave no place for a chunk that has only them. ``frequencies``: of each term, in ``chunks`` chunks. Half the time
    at 100,000 chunks: nine tenths of it goes into scores.
    """
    common = _common(terms, limit, frequencies, chunks)
    rare = [term for term in terms if term not in common]
    if common:
        holding = f"{where} AND +rowid IN (SELECT rowid FROM terms WHERE terms MATCH ?)"
        found = _ranked(connection, " OR ".join(map(_either, terms)), limit, holding, (" OR ".join(map(_either, rare)),))
        if len(found) == limit and found[-1][1] > sum(_most(term, frequencies[term], chunks) for term in common):
            return found
    return search(connection, terms, limit, where)


def _common(terms: Sequence[str], limit: int, frequencies: Mapping[str, int], chunks: int) -> list[str]:
    """The terms that chunks among the best probably do not hold alone."""
    if sum(frequencies[term] for term in terms) < _MANY:
        return []
    ordered = sorted(terms, key=lambda term: -frequencies[term])
    common, most = list[str](), 0.0
    for place, term in enumerate(ordered[:-1], start=1):
        most += _most(term, frequencies[term], chunks)
        better = (other for other in ordered[place:] if _USUAL * _most(other, frequencies[other], chunks) >= most)
        if sum(frequencies[other] for other in better) < _ENOUGH * limit:
            break
        common.append(term)
    return common


def _most(term: str, frequency: int, chunks: int) -> float:
    """More than BM25 gives a chunk for this term: as a stem and, no rarer than that, by its first letters."""
    idf = math.log((chunks - frequency + 0.5) / (frequency + 0.5)) if 2 * frequency < chunks else 1e-6
    return _MOST * idf * (1 if _either(term) == _quote(term) else 2)


def search_within(connection: sqlite3.Connection, terms: Sequence[str], limit: int, chunk_ids: str) -> list[tuple[int, float]]:
    """As ``search``, among the chunks whose ids the SELECT ``chunk_ids`` gives."""
    # "+": a condition to check on what is found. Without it SQLite searches the index once for each of the ids.
    return _ranked(connection, " OR ".join(map(_either, terms)), limit, f"AND +rowid IN ({chunk_ids})") if terms else []


def phrase(connection: sqlite3.Connection, text: str, limit: int, where: str = "") -> list[tuple[int, float]]:
    """(chunk id, BM25 score) of the chunks in which the words of ``text`` follow each other."""
    query = _following(text)
    return _ranked(connection, query, limit, where) if query else []


def all_terms(terms: Sequence[str]) -> str:
    """The FTS5 query for the chunks that hold each of the terms, as ``search`` looks for one, in their own text; "" without terms."""
    both = " AND ".join(f"({_either(term)})" for term in terms)
    return f"body : ({both})" if both else ""


def all_phrases(texts: Sequence[str]) -> str:
    """The FTS5 query for the chunks that hold each of the texts, its words one after the other; "" without words."""
    return " AND ".join(f"({query})" for text in texts if (query := _following(text)))


def holding(connection: sqlite3.Connection, query: str, where: str = "") -> list[int]:
    """The ids of the chunks that an FTS5 query finds, ascending. Without scores, which take nine tenths of the time of a search."""
    found = connection.execute(f"SELECT rowid FROM terms WHERE terms MATCH ? {where} ORDER BY rowid", (query,))
    return [row[0] for row in found]


def _following(text: str) -> str:
    stems = words.sequence(text)
    if len(stems) == 1 and len(stems[0]) == 1:
        return _quote(stems[0])
    return " + ".join('"' + stem.replace('"', '""') + '"' for stem in stems)


def _ranked(
    connection: sqlite3.Connection, query: str, limit: int, where: str = "", values: Sequence[object] = ()
) -> list[tuple[int, float]]:
    """``values``: for the ? in the condition ``where``."""
    weights = ", ".join(map(str, _WEIGHTS))
    ranked = f"SELECT rowid, -bm25(terms, {weights}) AS s FROM terms WHERE terms MATCH ? {where} ORDER BY s DESC LIMIT ?"
    return [(int(row[0]), float(row[1])) for row in connection.execute(ranked, (query, *values, limit))]


def frequency(connection: sqlite3.Connection, term: str, where: str = "") -> int:
    """In how many chunks a term is found by its stem."""
    return int(connection.execute(f"SELECT count(*) FROM terms WHERE terms MATCH ? {where}", (_quote(term),)).fetchone()[0])


def scratch(texts: Sequence[str]) -> sqlite3.Connection:
    """A small index in memory over these texts (row ids from 1), for scores among a few; close it after use."""
    connection = sqlite3.connect(":memory:")
    recreate(connection)
    add(connection, enumerate(rows(((text, ()) for text in texts), ""), start=1))
    return connection


def _terms(text: str) -> str:
    return " ".join(words.terms(text)) if text else ""


def _quote(term: str) -> str:
    """A term's stem as an FTS5 string, so that no character of a question is ever syntax."""
    quoted = '"' + words.stem(term).replace('"', '""') + '"'
    # A single CJK character is in the index only as part of bigrams: found by prefix.
    return quoted + " *" if is_single(term) else quoted


def _either(term: str) -> str:
    """A term by its stem, or by its first letters where it is long."""
    begins = first_letters(term)
    return f'{_quote(term)} OR "{begins}" *' if begins else _quote(term)
