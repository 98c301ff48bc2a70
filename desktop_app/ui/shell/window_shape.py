# SPDX-License-Identifier: Apache-2.0
"""Remembers the window's size and place, and how its splitters divide it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter

from desktop_app.foundation.settings import Settings
from desktop_app.ui.shell.pane_splitter import PaneSplitter

_SIZE = QSize(1280, 800)
_CONVERSATIONS_PX, _LIBRARY_PX = 360, 360  # a list by days needs room


class WindowShape:
    """``parts``: left, centre and right; ``left``: what stands above each other at the left. What was kept and is damaged counts for
    nothing."""

    def __init__(self, window: QMainWindow, parts: PaneSplitter, left: QSplitter, settings: Settings) -> None:
        self._window = window
        self._parts = parts
        self._left = left
        self._settings = settings

    def restore(self) -> None:
        """Window and parts, before the first picture."""
        self._window.resize(_SIZE)
        geometry = self._settings.text("window_geometry")
        if geometry:
            self._window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        self._parts.restore(self._settings.text("window_state").partition("|")[0])

    def restore_left(self) -> None:
        """The left side, once its parts are in it."""
        self._left.setSizes([_CONVERSATIONS_PX, _LIBRARY_PX])
        state = self._settings.text("window_state").partition("|")[2]
        if state:
            self._left.restoreState(QByteArray.fromBase64(state.encode()))
            self._left.setHandleWidth(1)
            self._left.setChildrenCollapsible(False)

    def keep(self) -> None:
        """For the next start; where it cannot be written, the window opens as before."""
        self._settings.keep("window_geometry", _text(self._window.saveGeometry()))
        self._settings.keep("window_state", f"{self._parts.state()}|{_text(self._left.saveState())}")


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")
