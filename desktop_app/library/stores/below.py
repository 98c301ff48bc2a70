# SPDX-License-Identifier: Apache-2.0
"""SQL and test for the files at or below a path."""

from __future__ import annotations

import os


def is_below(path: str, folder: str) -> bool:
    """Whether ``path`` is inside ``folder``."""
    return path.startswith(_prefix(folder))


def below(path: str) -> tuple[str, list[object]]:
    """SQL for "at or below this path", as a range that the index on ``path`` serves."""
    prefix = _prefix(path)
    end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
    return "(path = ? OR (path >= ? AND path < ?))", [path, prefix, end]


def _prefix(folder: str) -> str:
    return folder if folder.endswith(os.sep) else folder + os.sep
