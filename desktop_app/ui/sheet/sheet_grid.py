# SPDX-License-Identifier: Apache-2.0
"""The table widget of a sheet: its behaviour, and the height of rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QContextMenuEvent, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.sheet.sheet_cells import PAD

_MOST_LINES = 4  # of a cell


class SheetGrid(QTableView):
    """``menu_wanted`` carries a place of the screen."""

    menu_wanted = Signal(QPoint)
    resized = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setCornerWidget(QWidget(self))  # where both scroll bars end, Qt draws a frame

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def row_height(self, lines: int) -> int:
        """Of a row with so many lines, in pixels."""
        return QFontMetrics(self.font()).height() * lines + theme.SPACE_S

    def raise_row(self, row: int, texts: Sequence[str]) -> None:
        """Give a row as many lines as its texts need in their columns."""
        pixels = QFontMetrics(self.font()).horizontalAdvance("0")
        lines = 1
        for column, text in enumerate(texts):
            width = max(1, self.columnWidth(column) - 2 * PAD)
            lines = max(lines, sum(max(1, -(-units_of(part) * pixels // width)) for part in text.split("\n")))
        if lines > 1:
            self.setRowHeight(row, self.row_height(min(_MOST_LINES, lines)))


def units_of(text: str) -> int:
    """How many figures wide a text is: a Chinese character takes two, which UTF-8 writes in three bytes."""
    longest = max(text.split("\n"), key=len) if "\n" in text else text
    return len(longest) + (len(longest.encode("utf-8", "replace")) - len(longest)) // 2
