# SPDX-License-Identifier: Apache-2.0
"""Whole files as text, one after another, for what compares documents rather than passages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter


@dataclass(frozen=True, slots=True)
class FileText:
    """``text``: the file's chunks in order, a line each; "" for a file without text. ``size`` in bytes."""

    id: int
    path: str
    size: int
    mtime_ns: int
    sha256: str
    text: str


def read(connection: sqlite3.Connection) -> Iterator[FileText]:
    """Every file that has been read, in the order of their ids; one file's text in memory at a time."""
    rows = connection.execute(
        "SELECT files.id, path, size, mtime_ns, sha256, text FROM files LEFT JOIN chunks ON chunks.file = files.id "
        "WHERE sha256 <> '' ORDER BY files.id, ordinal"
    )
    for (file_id, path, size, mtime_ns, sha256), group in groupby(rows, key=itemgetter(0, 1, 2, 3, 4)):
        yield FileText(file_id, path, size, mtime_ns, sha256, "\n".join(row[5] for row in group if row[5] is not None))


def read_one(connection: sqlite3.Connection, file_id: int) -> str:
    """The text of one file; "" when it has none, or is gone."""
    rows = connection.execute("SELECT text FROM chunks WHERE file = ? ORDER BY ordinal", (file_id,))
    return "\n".join(row[0] for row in rows)
