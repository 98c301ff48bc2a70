# SPDX-License-Identifier: Apache-2.0
"""What files state about themselves, kept beside their passages.

Read once for each file and kept until its passages change: a question over all files then costs one query.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from desktop_app.contract.ledger import Scope
from desktop_app.library.stated_fact import FileStatement, StatedFact
from desktop_app.library.stores.database import Database
from desktop_app.library.stores.lookup import files_in

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[StatedFact, ...]).decode
# Of a file without hidden passages what is seen is all there is.
_OWN = "kept.file = files.id AND kept.hidden = (? AND files.hidden <> '{}') AND kept.rules = ?"


class KeptFacts:
    """The table ``stated_facts``; its rows go with the chunks of their file (``chunk_rows.delete``)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def lacking(self, scope: Scope, rules: int) -> list[tuple[int, str, bool]]:
        """(file, path, whether hidden passages are to be read too) of the files in ``scope`` whose facts are not kept as ``rules`` read them."""
        where, values = files_in(scope)
        query = (
            f"SELECT id, path, ? AND hidden <> '{{}}' FROM files WHERE chunks > 0 AND {where} "
            f"AND NOT EXISTS (SELECT 1 FROM stated_facts AS kept WHERE {_OWN}) ORDER BY path"
        )
        rows = self._db.connection().execute(query, [scope.hidden, *values, scope.hidden, rules])
        return [(int(file_id), str(path), bool(hidden)) for file_id, path, hidden in rows]

    def put(self, found: Mapping[tuple[int, bool], tuple[int, Sequence[StatedFact]]], rules: int) -> None:
        """Keep the facts of these (file, with hidden passages), each with the number of its first chunk: where that is gone the file was read again
        meanwhile. Raises ``EnvironmentProblem`` for a full or read-only disk."""
        with self._db.writing(searched=False) as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO stated_facts SELECT ?, ?, ?, ? WHERE EXISTS (SELECT 1 FROM chunks WHERE id = ? AND file = ?)",
                [(file, hidden, rules, _encode(list(facts)), first, file) for (file, hidden), (first, facts) in found.items()],
            )

    def all_in(self, scope: Scope, rules: int) -> list[FileStatement]:
        """What the files of a scope state, by path."""
        where, values = files_in(scope)
        query = (
            f"SELECT files.id, path, mtime_ns, sha256, facts FROM files JOIN stated_facts AS kept ON {_OWN} "
            f"WHERE chunks > 0 AND {where} AND facts <> '[]' ORDER BY path"
        )
        rows = self._db.connection().execute(query, [scope.hidden, rules, *values])
        return [FileStatement(file, path, modified, content, _decode(facts)) for file, path, modified, content, facts in rows]
