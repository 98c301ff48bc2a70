# SPDX-License-Identifier: Apache-2.0
"""Hears that Inkstone was started once more.

The second process lays a file into the home and ends when it is gone (``foundation.single_window``).
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from desktop_app.foundation import single_window


class ShowRequests(QObject):
    """``requested``: the window is wanted in front; ``paths_given``: folders and files to ask about."""

    requested = Signal()
    paths_given = Signal(list)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home = home
        self._watcher = QFileSystemWatcher([str(single_window.folder(home))], self)
        self._watcher.directoryChanged.connect(self._look)
        QTimer.singleShot(0, self, self._look)  # for one that was laid before anybody listened

    def _look(self) -> None:
        request = single_window.take_requests(self._home)
        if request is not None:
            self.requested.emit()
            if request.paths:
                self.paths_given.emit(list(request.paths))
