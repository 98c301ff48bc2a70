# SPDX-License-Identifier: Apache-2.0
"""Exclude rules of a library: patterns, hidden files, a size limit.

How the patterns are read: ``indexing.excludes``.
"""

from __future__ import annotations

from dataclasses import dataclass

# Folders that programs fill for themselves; they hold no document that anybody wrote.
PROGRAM_FOLDERS = (
    "node_modules/",
    "bower_components/",
    "__pycache__/",
    "site-packages/",
    "venv/",
    ".git/",
    ".svn/",
    ".cache/",
)
SYSTEM_FOLDERS = ("$RECYCLE.BIN/", "System Volume Information/", "lost+found/")
TEMPORARY_FILES = ("*.tmp", "*.temp", "*.bak", "*.log")
DEFAULT_PATTERNS = (*PROGRAM_FOLDERS, *SYSTEM_FOLDERS)


@dataclass(frozen=True, slots=True)
class ExcludeRules:
    """``hidden``: leave out hidden files and folders; ``max_megabytes``: leave out files over this size, 0 for no limit."""

    patterns: tuple[str, ...] = DEFAULT_PATTERNS
    hidden: bool = True
    max_megabytes: int = 0
