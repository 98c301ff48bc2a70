# SPDX-License-Identifier: Apache-2.0
"""Watches the sources of an open engine (setting "watch").

On the command line nothing watches.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop_app.engine.engine import Engine
from desktop_app.indexing.watching.file_watcher import FileWatcher


class SourceWatch:
    """``changed`` is called with the sources that have changed, from another thread."""

    def __init__(self, engine: Engine, changed: Callable[[list[str]], None]) -> None:
        self._engine = engine
        self._changed = changed
        self._guard = threading.Lock()
        self._watcher: FileWatcher | None = None

    def switch(self, *, on: bool) -> None:
        """Start or stop watching; returns at once."""
        with self._guard:
            if on and self._watcher is None:
                self._watcher = FileWatcher(self._changed)
                self._watcher.watch(self._engine.watched())
                self._watcher.start()
            elif not on and self._watcher is not None:
                self._watcher.close()
                self._watcher = None

    def refresh(self) -> None:
        """Sources or rules may be others than before."""
        with self._guard:
            if self._watcher is not None:
                self._watcher.watch(self._engine.watched())
