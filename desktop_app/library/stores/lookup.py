# SPDX-License-Identifier: Apache-2.0
"""Search queries on the catalogue, with a cache until the next write.

Hidden chunks are left out before anything is ranked or counted, unless the scope asks for them. Only BM25 itself, which FTS5 computes over
its whole table, knows of their words.

Cached are counts, document frequencies and the chunks of a scope. At 100,000 chunks counting them takes longer than looking them
up, and a question asks for a dozen counts.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from desktop_app.contract.file_kinds import endings_of
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.library.stores import fulltext, hidden_chunks
from desktop_app.library.stores.below import below
from desktop_app.library.stores.database import Database

T = TypeVar("T")

# Kept values; the rarest questions ask for the most words.
_MOST_KEPT = 20_000
# A scope of no more chunks, or of no larger a share, is searched chunk by chunk, which is exact: 5,000 vectors of 384 dimensions take
# 4 MB and 2 ms. Of a larger one enough is left when more are asked for and the others are passed over.
FEW = 5_000
_SMALL = 0.05
_BLOCK = 500
# Chunks that are asked for beyond the cut, because they may be as good as the last one before it: FTS5 scores all of them anyway. Where
# more are equal any will do.
_MOST_EQUAL = 200


@dataclass(frozen=True, slots=True)
class Allowed:
    """The chunks of a scope. ``chunks``: their ids, ascending; ``share`` of all chunks; ``few``: worth comparing one by one."""

    chunks: NDArray[np.int64]
    share: float

    @property
    def few(self) -> bool:
        """Whether comparing its chunks one by one is quicker than filtering what the index finds."""
        return len(self.chunks) <= FEW or self.share <= _SMALL

    def among(self, ids: Sequence[int] | NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of these chunk ids are in the scope, (n,) bool."""
        places = np.searchsorted(self.chunks, ids)
        places[places == len(self.chunks)] = 0
        return self.chunks[places] == np.asarray(ids) if len(self.chunks) else np.zeros(len(ids), dtype=bool)


class Lookup:
    """Thread-safe, as the database is."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._kept: dict[object, object] = {}
        self._of = -1  # the generation of what is kept
        self._guard = threading.Lock()

    def search(self, terms: Sequence[str], limit: int, scope: Scope = EVERYWHERE) -> list[tuple[int, float]]:
        """Best chunks by BM25 for the terms: (chunk id, score), the higher the better; equal ones by path and place in the file, so
        that the order does not depend on which file was read first."""
        connection = self._db.connection()

        def best(most: int) -> list[tuple[int, float]]:
            return fulltext.best(connection, terms, most, self.frequencies(terms), self.chunk_count(), self._seen(scope))

        if scope.everywhere:
            return self._with_equals(best, limit)
        allowed = self.allowed(scope)
        if not allowed.few:
            return inside(allowed, self._with_equals(best, int(limit / allowed.share * 1.5)))[:limit]
        # Given as numbers of our own making: far quicker than asking FTS5 to join, and SQLite has no limit on a statement's numbers.
        ids = self.keep((scope, "listed"), lambda: f"[{','.join(map(str, allowed.chunks.tolist()))}]")
        among = f"SELECT value FROM json_each('{ids}')"
        return self._with_equals(lambda most: fulltext.search_within(connection, terms, most, among), limit)

    def phrase(self, text: str, limit: int, scope: Scope = EVERYWHERE) -> list[tuple[int, float]]:
        """As ``search``, of the chunks that hold the words of ``text`` one after the other."""
        connection = self._db.connection()
        most, seen = limit if scope.everywhere else 20 * limit, self._seen(scope)
        found = self._with_equals(lambda number: fulltext.phrase(connection, text, number, seen), most)
        return found if scope.everywhere else inside(self.allowed(scope), found)[:limit]

    def holding(self, query: str, scope: Scope = EVERYWHERE) -> NDArray[np.int64]:
        """All chunks of a scope that an FTS5 query finds (``fulltext.all_terms``, ``all_phrases``): their ids, ascending. Cached."""

        def find() -> NDArray[np.int64]:
            found = np.asarray(fulltext.holding(self._db.connection(), query, self._seen(scope)), dtype=np.int64)
            return found if scope.everywhere else found[self.allowed(scope).among(found)]

        return self.keep((query, scope), find)

    def ranked(self, terms: Sequence[str], limit: int, chunks: Sequence[int]) -> list[tuple[int, float]]:
        """As ``search``, among these chunks."""
        among = f"SELECT value FROM json_each('[{','.join(map(str, chunks))}]')"
        connection = self._db.connection()
        return self._with_equals(lambda most: fulltext.search_within(connection, terms, most, among), limit)

    def _with_equals(self, search: Callable[[int], list[tuple[int, float]]], limit: int) -> list[tuple[int, float]]:
        """The ``limit`` best of a search; ties at the cut are broken by ``_in_order``."""
        found = search(limit + _MOST_EQUAL)
        if len(found) > limit:
            least = found[limit - 1][1]
            found = [one for one in found if one[1] >= least]
        return self._in_order(found)[:limit]

    def _in_order(self, found: Sequence[tuple[int, float]]) -> list[tuple[int, float]]:
        """Best first, equal ones by path and place in the file."""
        scores = Counter(score for _, score in found)
        where = self._places([chunk for chunk, score in found if scores[score] > 1])
        return sorted(found, key=lambda one: (-one[1], where.get(one[0], ("", 0))))

    def _places(self, chunks: Sequence[int]) -> dict[int, tuple[str, int]]:
        """Path and place in the file of these chunks."""
        places = dict[int, tuple[str, int]]()
        for block in _blocks(chunks):
            query = (
                "SELECT chunks.id, path, ordinal FROM chunks JOIN files ON files.id = chunks.file "
                f"WHERE chunks.id IN ({', '.join('?' * len(block))})"
            )
            places.update((row[0], (row[1], row[2])) for row in self._db.connection().execute(query, block))
        return places

    def frequencies(self, terms: Sequence[str]) -> dict[str, int]:
        """In how many chunks each term is, hidden ones too."""
        return {
            term: self.keep(("frequency", term), lambda term=term: fulltext.frequency(self._db.connection(), term))  # type: ignore[misc]
            for term in terms
        }

    def document_frequencies(self, terms: Sequence[str]) -> tuple[dict[str, float], int]:
        """(About in how many distinct texts each term is; how many distinct texts there are.) A folder that is there in three
        copies changes no term's weight, nor does hidden text."""
        hidden, connection = self._hidden_count(), self._db.connection()
        # 20 ms at 100,000 chunks.
        count = "SELECT count(DISTINCT hash) FROM chunks" + (f" WHERE id NOT IN {hidden_chunks.IDS}" if hidden else "")
        texts = self.keep("texts", lambda: self._count(count))
        share = texts / max(1, self.chunk_count() - hidden)
        if not hidden:
            return {term: share * frequency for term, frequency in self.frequencies(terms).items()}, texts
        seen = {
            term: self.keep(("seen", term), lambda term=term: fulltext.frequency(connection, term, fulltext.SEEN))  # type: ignore[misc]
            for term in terms
        }
        return {term: share * frequency for term, frequency in seen.items()}, texts

    def _hidden_count(self) -> int:
        """How many chunks are hidden, cached."""
        return self.keep("hidden", lambda: self._count("SELECT count(*) FROM chunks WHERE hidden <> ''"))

    def _seen(self, scope: Scope) -> str:
        """The condition that leaves hidden chunks out of what FTS5 finds; "" where they are asked for, or there are none."""
        return "" if scope.hidden or not self._hidden_count() else fulltext.SEEN

    def chunk_count(self) -> int:
        """How many chunks the library has, cached."""
        return self.keep("chunks", lambda: self._count("SELECT count(*) FROM chunks"))

    def sample(self, most: int) -> list[bytes]:
        """The hashes of up to ``most`` texts that are seen, from all over the library: the smallest ones. As good as chance,
        and the same for the same texts, in whatever order they came in."""
        query = f"SELECT DISTINCT hash FROM chunks WHERE id NOT IN {hidden_chunks.IDS} ORDER BY hash LIMIT ?"
        return [row[0] for row in self._db.connection().execute(query, (most,))]

    def texts(self, hashes: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
        """(hash, text) of texts that are in the library, read one by one as they are asked for."""
        for digest in hashes:
            row = self._db.connection().execute("SELECT text FROM chunks WHERE hash = ? LIMIT 1", (digest,)).fetchone()
            if row is not None:
                yield digest, str(row[0])

    def sampled(self, most: int, model: str) -> list[tuple[str, NDArray[np.float16]]]:
        """(text, (dimension,) float16 vector) of those texts of ``sample`` that have a vector of this model."""
        connection, found = self._db.connection(), list[tuple[str, NDArray[np.float16]]]()
        query = (
            "SELECT text, vector FROM chunks JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
            "WHERE chunks.hash = ? LIMIT 1"
        )
        for digest in self.sample(most):
            row = connection.execute(query, (model, digest)).fetchone()
            if row is not None:
                found.append((str(row[0]), np.frombuffer(row[1], dtype="<f2")))
        return found

    def searched_files(self, scope: Scope = EVERYWHERE) -> tuple[int, int]:
        """(files of the scope that can be searched, files of the library met)."""
        where, values = files_in(scope)
        query = f"SELECT count(*) FILTER (WHERE chunks > 0 AND {where}), count(*) FROM files"

        def count() -> tuple[int, int]:
            row = self._db.connection().execute(query, values).fetchone()
            return int(row[0]), int(row[1])

        return self.keep(("files", scope), count)

    def searchable_paths(self, scope: Scope = EVERYWHERE) -> tuple[str, ...]:
        """The files of the scope that can be searched, in the order of their paths."""
        where, values = files_in(scope)
        query = f"SELECT path FROM files WHERE chunks > 0 AND {where} ORDER BY path"
        return tuple(row[0] for row in self._db.connection().execute(query, values))

    def unread_files(self, scope: Scope = EVERYWHERE) -> int:
        """Files of the scope that are still to be read."""
        where, values = files_in(scope)
        query = f"SELECT count(*) FROM files WHERE state = 'pending' AND {where}"
        return self.keep(("unread", scope), lambda: int(self._db.connection().execute(query, values).fetchone()[0]))

    def share_with_vectors(self, scope: Scope = EVERYWHERE) -> float:
        """Share of the passages in a scope, 0..1, whose files have all their vectors: 1.0 when all of it can be found by
        meaning."""
        where, values = files_in(scope)
        query = f"SELECT total(chunks) FILTER (WHERE state = 'words'), total(chunks) FROM files WHERE {where}"

        def share() -> float:
            waiting, chunks = self._db.connection().execute(query, values).fetchone()
            return 1 - waiting / chunks if chunks else 1.0

        return self.keep(("vectors", scope), share)

    def allowed(self, scope: Scope) -> Allowed:
        """The chunks of a scope, cached."""
        return self.keep(scope, lambda: self._allowed(scope))

    def nearest(self, question: NDArray[np.float32], limit: int, scope: Scope, model: str) -> list[tuple[int, float]]:
        """The chunks of a scope nearest to ``question``, (dimension,) float32 of length one: (chunk id, cosine), by comparing
        all; equal ones by path and place in the file."""
        return _nearest(*self.keep((scope, model), lambda: self._matrix(self.allowed(scope).chunks, model)), question, limit)

    def nearest_hidden(self, question: NDArray[np.float32], limit: int, scope: Scope, model: str) -> list[tuple[int, float]]:
        """As ``nearest``, of the hidden chunks of a scope, which no vector index holds."""
        made = self.keep(
            (scope, model, "hidden"), lambda: self._matrix(self._chunks(scope, f"chunks.id IN {hidden_chunks.IDS}"), model)
        )
        return _nearest(*made, question, limit)

    def _allowed(self, scope: Scope) -> Allowed:
        ids = self._chunks(scope, "1" if scope.hidden else f"chunks.id NOT IN {hidden_chunks.IDS}")
        return Allowed(ids, len(ids) / max(1, self.chunk_count()))

    def _chunks(self, scope: Scope, which: str) -> NDArray[np.int64]:
        """The ids of those chunks in a scope's files and languages for which ``which`` holds, ascending."""
        where, values = files_in(replace(scope, languages=()))
        if scope.languages:
            where += f" AND chunks.language IN ({', '.join('?' * len(scope.languages))})"
            values += scope.languages
        query = f"SELECT chunks.id FROM files JOIN chunks ON chunks.file = files.id WHERE {where} AND {which}"
        rows = self._db.connection().execute(query, values).fetchall()
        return np.sort(np.fromiter((row[0] for row in rows), dtype=np.int64, count=len(rows)))

    def _matrix(self, chunks: NDArray[np.int64], model: str) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        rows = list[tuple[str, int, int, bytes]]()
        for block in _blocks(chunks.tolist()):
            query = (
                "SELECT path, ordinal, chunks.id, vector FROM chunks JOIN files ON files.id = chunks.file "
                "JOIN vectors ON vectors.hash = chunks.hash AND vectors.model = ? "
                f"WHERE chunks.id IN ({', '.join('?' * len(block))})"
            )
            rows += self._db.connection().execute(query, [model, *block]).fetchall()
        if not rows:
            return np.zeros(0, dtype=np.int64), np.zeros((0, 0), dtype="<f2")
        rows.sort()
        matrix = np.frombuffer(b"".join(row[3] for row in rows), dtype="<f2").reshape(len(rows), -1)
        return np.asarray([row[2] for row in rows], dtype=np.int64), matrix

    def _count(self, query: str) -> int:
        return int(self._db.connection().execute(query).fetchone()[0])

    def keep(self, key: object, compute: Callable[[], T]) -> T:
        """The cached value of a key, or the one computed now; it is dropped at the next write. Also for what others compute from
        the library."""
        with self._guard:
            generation = self._db.generation
            if self._of != generation or len(self._kept) > _MOST_KEPT:
                self._kept.clear()
                self._of = generation
            elif key in self._kept:
                return self._kept[key]  # type: ignore[return-value]
        value = compute()
        with self._guard:
            if self._of == generation:
                self._kept[key] = value
        return value


def inside(allowed: Allowed, found: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """The results within a scope."""
    return [one for one, kept in zip(found, allowed.among([chunk for chunk, _ in found]), strict=True) if kept]


def _nearest(
    ids: NDArray[np.int64], matrix: NDArray[np.float16], question: NDArray[np.float32], limit: int
) -> list[tuple[int, float]]:
    if not len(ids):
        return []
    cosines = np.concatenate([matrix[i : i + 4096].astype(np.float32) @ question for i in range(0, len(ids), 4096)])
    best = np.argsort(-cosines, kind="stable")[:limit]
    return [(int(ids[place]), float(cosines[place])) for place in best]


def _blocks(chunks: Sequence[int]) -> Iterator[Sequence[int]]:
    return (chunks[start : start + _BLOCK] for start in range(0, len(chunks), _BLOCK))


def files_in(scope: Scope) -> tuple[str, list[object]]:
    """SQL for the files of a scope, and its values."""
    parts, values = ["1"], list[object]()
    if scope.below:
        ranges = [below(path) for path in scope.below]
        parts.append("(" + " OR ".join(sql for sql, _ in ranges) + ")")
        values += [value for _, bound in ranges for value in bound]
    if scope.types:
        endings = endings_of(scope.types)
        parts.append("(" + " OR ".join(["path LIKE ? ESCAPE '!'"] * len(endings)) + ")")
        values += ["%." + _literal(ending.lower().lstrip(".")) for ending in endings]
    if scope.since is not None:
        parts.append("mtime_ns >= ?")
        values.append(int(scope.since * 1e9))
    if scope.until is not None:
        parts.append("mtime_ns < ?")
        values.append(int(scope.until * 1e9))
    if scope.languages:
        codes = ", ".join("?" * len(scope.languages))
        parts.append(f"EXISTS (SELECT 1 FROM chunks WHERE language IN ({codes}) AND file = files.id)")
        values += scope.languages
    return " AND ".join(parts), values


def _literal(text: str) -> str:
    return text.replace("!", "!!").replace("%", "!%").replace("_", "!_")
