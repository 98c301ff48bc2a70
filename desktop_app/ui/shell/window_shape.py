# SPDX-License-Identifier: Apache-2.0
"""Remembers the window's size and place, and how its splitters divide it."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter

from desktop_app.foundation.settings import Settings

_SIZE = QSize(1280, 800)
_LEFT_PX = 272
_CONVERSATIONS_PX, _LIBRARY_PX = 240, 440


class WindowShape:
    """``parts``: left, centre and right; ``left``: what stands above each other at the left. What was kept and is damaged counts for
    nothing."""

    def __init__(self, window: QMainWindow, parts: QSplitter, left: QSplitter, settings: Settings) -> None:
        self._window = window
        self._parts = parts
        self._left = left
        self._settings = settings

    def restore(self) -> None:
        """Window and parts, before the first picture."""
        self._window.resize(_SIZE)
        self._parts.setSizes([_LEFT_PX, _SIZE.width() - _LEFT_PX, 0])
        geometry = self._settings.text("window_geometry")
        if geometry:
            self._window.restoreGeometry(QByteArray.fromBase64(geometry.encode()))
        _restore(self._parts, self._settings.text("window_state").partition("|")[0])

    def restore_left(self) -> None:
        """The left side, once its parts are in it."""
        self._left.setSizes([_CONVERSATIONS_PX, _LIBRARY_PX])
        _restore(self._left, self._settings.text("window_state").partition("|")[2])

    def keep(self) -> None:
        """For the next start; where it cannot be written, the window opens as before."""
        self._settings.keep("window_geometry", _text(self._window.saveGeometry()))
        self._settings.keep("window_state", f"{_text(self._parts.saveState())}|{_text(self._left.saveState())}")


def _restore(splitter: QSplitter, state: str) -> None:
    if state:
        splitter.restoreState(QByteArray.fromBase64(state.encode()))
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)


def _text(state: QByteArray) -> str:
    return bytes(state.toBase64().data()).decode("ascii")
