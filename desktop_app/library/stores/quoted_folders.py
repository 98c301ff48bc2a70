# SPDX-License-Identifier: Apache-2.0
"""The table ``quoted``: how many files of each folder answers have quoted."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable

from desktop_app.library.stores.database import Database


class QuotedFolders:
    """Their files get vectors first (``vector_queue``)."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def note(self, paths: Iterable[str]) -> None:
        """Count the folders of the files that an answer quoted."""
        folders = Counter(os.path.dirname(path) for path in set(paths))
        if not folders:
            return
        with self._db.writing(searched=False) as connection:
            query = "INSERT INTO quoted VALUES (?, ?) ON CONFLICT (folder) DO UPDATE SET times = times + excluded.times"
            connection.executemany(query, folders.items())

    def counts(self) -> dict[str, int]:
        """Quoted files by folder."""
        return dict(self._db.connection().execute("SELECT folder, times FROM quoted").fetchall())

    def total(self) -> int:
        """Quoted files of all folders; it changes whenever ``counts`` does."""
        return int(self._db.connection().execute("SELECT coalesce(sum(times), 0) FROM quoted").fetchone()[0])
