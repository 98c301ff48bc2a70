# SPDX-License-Identifier: Apache-2.0
"""The table ``meta``: small settings of a library by key."""

from __future__ import annotations

from desktop_app.library.stores.database import Database


class MetaStore:
    """Keys and values are text."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, key: str) -> str:
        """The value of a key, "" when there is none."""
        row = self._db.connection().execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    def put(self, key: str, value: str) -> None:
        """Store a value in place of the former one."""
        with self._db.writing() as connection:
            connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
