# SPDX-License-Identifier: Apache-2.0
"""Files as a search page shows them: those of hits, by name, by folder.

Everything here is counted over all hits or files; what that takes is measured by tests/benchmarks/search_latency ("page").
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.search_page import FolderCount, NamedFile
from desktop_app.library.stores.below import below
from desktop_app.library.stores.database import Database
from desktop_app.library.stores.lookup import files_in

_BLOCK = 500  # paths in one statement


@dataclass(frozen=True, slots=True)
class HitGroup:
    """How many of some chunks are of one file, by its id, and in one language."""

    file: int
    language: str
    chunks: int


@dataclass(frozen=True, slots=True)
class FileFact:
    """``modified`` in seconds since the epoch."""

    path: str
    modified: float


class FileFacts:
    """Thread-safe, as the database is."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def groups(self, chunks: Iterable[int]) -> list[HitGroup]:
        """These chunks by file and language; ids that no longer exist are left out."""
        query = (
            "SELECT file, language, count(*) FROM chunks WHERE id IN (SELECT value FROM json_each(?)) GROUP BY file, language"
        )
        return [HitGroup(*row) for row in self._db.connection().execute(query, (_listed(chunks),))]

    def chunks_of(self, file: int) -> list[int]:
        """The ids of a file's chunks, in order."""
        query = "SELECT id FROM chunks WHERE file = ? ORDER BY ordinal"
        return [row[0] for row in self._db.connection().execute(query, (file,))]

    def files(self, ids: Iterable[int]) -> dict[int, FileFact]:
        """The files with these ids."""
        query = "SELECT id, path, mtime_ns FROM files WHERE id IN (SELECT value FROM json_each(?))"
        rows = self._db.connection().execute(query, (_listed(ids),))
        return {file: FileFact(path, changed / 1e9) for file, path, changed in rows}

    def named(self, paths: Sequence[str], limit: int, scope: Scope = EVERYWHERE) -> list[NamedFile]:
        """The first ``limit`` of these files that are in a scope, in the order given; those that are gone are left out."""
        where, values = files_in(scope)
        query = (
            "SELECT path, state, mtime_ns, size, coalesce((SELECT id FROM chunks WHERE file = files.id ORDER BY hidden <> '', ordinal LIMIT 1), 0) "
            f"FROM files WHERE {where} AND path IN "
        )
        found = list[NamedFile]()
        for start in range(0, len(paths), _BLOCK):
            block = paths[start : start + _BLOCK]
            rows = self._db.connection().execute(f"{query} ({', '.join('?' * len(block))})", [*values, *block])
            known = {row[0]: NamedFile(row[0], row[1], row[2] / 1e9, row[3], row[4]) for row in rows}
            found += [known[path] for path in block if path in known]
            if len(found) >= limit:
                break
        return found[:limit]

    def subfolders(self, folder: str) -> list[FolderCount]:
        """The folders right below ``folder`` that hold files of the library, by path."""
        where, values = below(folder)
        start = len(folder.rstrip(os.sep)) + 2  # SQL counts from 1
        rest = f"substr(path, {start})"
        query = (
            f"SELECT substr(path, 1, {start} - 2 + instr({rest}, ?)) AS child, count(*) FROM files "
            f"WHERE {where} AND instr({rest}, ?) > 0 GROUP BY child ORDER BY child"
        )
        rows = self._db.connection().execute(query, [os.sep, *values, os.sep])
        return [FolderCount(path, count) for path, count in rows]


def _listed(ids: Iterable[int]) -> str:
    return f"[{','.join(map(str, ids))}]"
