# SPDX-License-Identifier: Apache-2.0
"""The table ``sources``: the folders and files a user has picked."""

from __future__ import annotations

import time

from desktop_app.contract.ledger import Source
from desktop_app.library.stores.below import below, is_below
from desktop_app.library.stores.database import Database
from desktop_app.library.stores.file_store import FileStore


class SourceStore:
    """No source is inside another one."""

    def __init__(self, database: Database, files: FileStore) -> None:
        self._db = database
        self._files = files

    def all(self) -> list[Source]:
        """Every source with its files per state, in the order they were added."""
        rows = self._db.connection().execute("SELECT path, kind, online FROM sources ORDER BY added, path").fetchall()
        files = self._files
        return [
            Source(path, kind, bool(online), files.counts(path), files.needing(path), files.with_hidden(path))
            for path, kind, online in rows
        ]

    def paths(self) -> list[str]:
        """The paths of all sources, in the order they were added."""
        return [row[0] for row in self._db.connection().execute("SELECT path FROM sources ORDER BY added, path")]

    def add(self, path: str, kind: str, device: int) -> None:
        """Add a picked folder or file; ``device`` is its ``st_dev``. One inside a known folder changes nothing, one around known
        ones replaces them."""
        with self._db.writing() as connection:
            known = [row[0] for row in connection.execute("SELECT path FROM sources")]
            if any(path == other or is_below(path, other) for other in known):
                return
            connection.executemany("DELETE FROM sources WHERE path = ?", [(other,) for other in known if is_below(other, path)])
            connection.execute("INSERT INTO sources VALUES (?, ?, 1, ?, ?)", (path, kind, device, time.time()))

    def remove(self, path: str) -> int:
        """Remove a source and everything indexed below it; returns how many files were removed. The source itself goes last: after a
        kill it can still be removed, and no file is left without one."""
        ids = [record.id for record in self._files.records(path)]
        self._files.remove(ids)
        with self._db.writing() as connection:
            connection.execute("DELETE FROM sources WHERE path = ?", (path,))
        return len(ids)

    def was_folder(self, path: str) -> bool:
        """Whether a path that may be gone by now was a folder: it was picked as one, or files below it are known."""
        connection = self._db.connection()
        row = connection.execute("SELECT kind FROM sources WHERE path = ?", (path,)).fetchone()
        if row is not None:
            return bool(row[0] == "folder")
        where, values = below(path)
        query = f"SELECT 1 FROM files WHERE path <> ? AND {where} LIMIT 1"
        return connection.execute(query, [path, *values]).fetchone() is not None

    def device(self, path: str) -> int:
        """The ``st_dev`` of a source when it was last reachable, 0 when unknown."""
        row = self._db.connection().execute("SELECT device FROM sources WHERE path = ?", (path,)).fetchone()
        return int(row[0]) if row else 0

    def set_online(self, path: str, *, online: bool, device: int | None = None) -> None:
        """Mark a source reachable or not. Files of an unreachable one become "offline" and keep their chunks."""
        with self._db.writing() as connection:
            connection.execute("UPDATE sources SET online = ? WHERE path = ?", (int(online), path))
            if device is not None:
                connection.execute("UPDATE sources SET device = ? WHERE path = ?", (device, path))
            where, values = below(path)
            if online:
                # The earlier state follows from what a file holds: without chunks it is read again; whether vectors are missing is
                # found out when they are made.
                connection.execute(
                    f"UPDATE files SET state = CASE WHEN chunks > 0 THEN 'words' ELSE 'pending' END, "
                    f"reason = CASE WHEN reason = 'offline' THEN '' ELSE reason END WHERE state = 'offline' AND {where}",
                    values,
                )
            else:
                connection.execute(
                    f"UPDATE files SET reason = CASE WHEN reason <> '' AND state IN ('partial', 'words') THEN reason "
                    f"ELSE 'offline' END, state = 'offline' WHERE state <> 'offline' AND {where}",
                    values,
                )
