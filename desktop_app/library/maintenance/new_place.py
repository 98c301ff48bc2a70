# SPDX-License-Identifier: Apache-2.0
"""Notes where a library lies after a move.

The process that moves it does so, before old files go: the window that asked may be gone by then, and the next one would open a new, empty
library in the old folder.
"""

from __future__ import annotations

from pathlib import Path

from desktop_app.foundation import known_libraries, paths
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.foundation.policy import policy_in_force


def note(folder: Path, target: Path) -> Problem | None:
    """Have the next start look in ``target`` for the library that was in ``folder``; returns what kept that from being written."""
    KnownLibraries(paths.home() / known_libraries.FILE).moved(str(folder), str(target))
    settings = policy_in_force.settings()
    chosen = settings.text("library")
    looked_for = Path(chosen).expanduser().absolute() if chosen else paths.default_library()
    return settings.keep("library", str(target)) if paths.same(str(looked_for), str(folder)) else None
