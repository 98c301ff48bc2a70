# SPDX-License-Identifier: Apache-2.0
"""Lays several answers side by side, or below each other.

They are of several models; side by side where there is room.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop_app.ui.look import theme

NARROWEST_PX = 300  # a column below this reads badly


class Columns(QWidget):
    """One column an answer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.SPACE_XL)

    def add(self, pane: QWidget) -> None:
        """Add an answer at the right, or below."""
        self._row.addWidget(pane, 1, Qt.AlignmentFlag.AlignTop)
        self._turn()

    def minimumSizeHint(self) -> QSize:
        """Of one column: a window may always become narrower, and then they stand below each other."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), NARROWEST_PX), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._turn()

    def _turn(self) -> None:
        count = self._row.count()
        wanted = count * NARROWEST_PX + (count - 1) * theme.SPACE_XL
        beside = count > 1 and self.width() >= wanted
        self._row.setDirection(QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom)
