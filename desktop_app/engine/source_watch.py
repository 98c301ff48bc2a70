# SPDX-License-Identifier: Apache-2.0
"""Watching the sources of an open engine, switched on and off by the person (setting "watch"). On the command line nothing watches."""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop_app.engine.engine import Engine
from desktop_app.indexing.watching.file_watcher import Watching


class SourceWatch:
    """``tell`` gets the sources that have changed, from another thread."""

    def __init__(self, engine: Engine, tell: Callable[[list[str]], None]) -> None:
        self._engine = engine
        self._tell = tell
        self._guard = threading.Lock()
        self._watching: Watching | None = None

    def switch(self, *, on: bool) -> None:
        """Begin or end watching; returns at once."""
        with self._guard:
            if on and self._watching is None:
                self._watching = Watching(self._tell)
                self._watching.watch(self._engine.watched())
                self._watching.start()
            elif not on and self._watching is not None:
                self._watching.close()
                self._watching = None

    def refresh(self) -> None:
        """Sources or rules may be others than before."""
        with self._guard:
            if self._watching is not None:
                self._watching.watch(self._engine.watched())
