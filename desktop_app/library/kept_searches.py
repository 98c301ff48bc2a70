# SPDX-License-Identifier: Apache-2.0
"""Kept searches: those with a name, and the last few without one.

They stand beside the conversations, because they are as private: nothing of a deleted one stays in the file.
"""

from __future__ import annotations

import time

import msgspec

from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.search_page import KeptSearch, SearchOrder
from desktop_app.library.conversation_schema import UNREADABLE
from desktop_app.library.stores.database import Database

_RECENT = 12

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Scope).decode
_ORDERS: tuple[SearchOrder, ...] = ("best", "newest", "name", "folder")


class KeptSearchStore:
    """Thread-safe; each change is one transaction."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def all(self) -> list[KeptSearch]:
        """Those with a name by name, then the recent ones, the newest first."""
        rows = self._db.connection().execute(
            "SELECT id, query, scope, sorted, name, used FROM searches ORDER BY name = '', name, used DESC, id DESC"
        )
        return [
            KeptSearch(number, query, _scope(scope), next((one for one in _ORDERS if one == order), "best"), name, used)
            for number, query, scope, order, name, used in rows
        ]

    def keep(self, query: str, scope: Scope = EVERYWHERE, order: SearchOrder = "best", name: str = "") -> None:
        """Keep a search under ``name``, or as a recent one; of the recent ones the last 12 stay. The same search is kept once, and a name
        that it has stays when it is only made again."""
        stored = _encode(scope)
        with self._db.writing() as writer:
            rows = writer.execute("SELECT id, name, scope FROM searches WHERE query = ?", (query,)).fetchall()
            row = next((row for row in rows if _scope(row[2]) == scope), None)  # an older version wrote fewer of its fields
            if row is not None:
                change = "UPDATE searches SET used = ?, sorted = ?, name = ? WHERE id = ?"
                writer.execute(change, (time.time(), order, name or row[1], row[0]))
            else:
                values = (query, stored, order, name, time.time())
                writer.execute("INSERT INTO searches (query, scope, sorted, name, used) VALUES (?, ?, ?, ?, ?)", values)
            recent = "SELECT id FROM searches WHERE name = '' ORDER BY used DESC, id DESC LIMIT -1 OFFSET ?"
            writer.execute(f"DELETE FROM searches WHERE id IN ({recent})", (_RECENT,))

    def rename(self, search: int, name: str) -> None:
        """Give a search another name."""
        with self._db.writing() as writer:
            writer.execute("UPDATE searches SET name = ? WHERE id = ?", (name, search))

    def forget(self, search: int) -> None:
        """Delete a search; 0: all recent ones."""
        with self._db.writing() as writer:
            writer.execute("DELETE FROM searches WHERE CASE ? WHEN 0 THEN name = '' ELSE id = ? END", (search, search))


def _scope(stored: bytes) -> Scope:
    try:
        return _decode(stored)
    except UNREADABLE:
        return EVERYWHERE
