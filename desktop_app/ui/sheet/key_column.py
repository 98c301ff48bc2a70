# SPDX-License-Identifier: Apache-2.0
"""The first column of a sheet, which stays when it is scrolled sideways.

In a sheet of 40 columns a cell far to the right says nothing without the name of its row. It is a second view on the same cells and the same
selection, over the left edge of the grid, and is there only while the first column itself is not.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QTableView

from desktop_app.ui.look import theme
from desktop_app.ui.sheet.sheet_cells import SheetCells
from desktop_app.ui.sheet.sheet_header import SheetHeader
from desktop_app.ui.sheet.sheet_model import SheetModel

_WIDEST_SHARE = 0.4  # of the grid: a column that takes more would leave no room for the others


class KeyColumn(QTableView):
    """Lies over ``grid``; ``head`` is the grid's own."""

    def __init__(self, model: SheetModel, head: SheetHeader, grid: QTableView) -> None:
        super().__init__(grid)
        self._grid, self._head = grid, head
        self.setModel(model)
        self.setSelectionModel(grid.selectionModel())
        self.setItemDelegate(SheetCells(model, self))
        self._own_head = SheetHeader(model, self)
        self.setHorizontalHeader(self._own_head)
        self.verticalHeader().hide()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setAutoScroll(False)  # to the current cell, which may be far to the right
        for side in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            side(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        grid.verticalScrollBar().valueChanged.connect(self.verticalScrollBar().setValue)
        self.verticalScrollBar().valueChanged.connect(grid.verticalScrollBar().setValue)
        grid.horizontalScrollBar().valueChanged.connect(lambda _: self.place())
        grid.verticalHeader().sectionResized.connect(lambda row, _, height: self.setRowHeight(row, height))
        head.geometriesChanged.connect(self.place)
        self.hide()

    @property
    def room(self) -> int:
        """The pixels that it covers when it is shown; 0 where the column is too wide to stay."""
        width = self._grid.columnWidth(0) if self._grid.model().columnCount() > 1 else 0
        return width if width <= _WIDEST_SHARE * self._grid.viewport().width() else 0

    def restyle(self) -> None:
        """The theme or the size of text changed."""
        self._own_head.restyle()
        delegate = self.itemDelegate()
        if isinstance(delegate, SheetCells):
            delegate.restyle()
        self.verticalHeader().setDefaultSectionSize(self._grid.verticalHeader().defaultSectionSize())
        self.place()

    def place(self) -> None:
        """Be where the first column would be, while it is scrolled away."""
        width, height = self.room, self._head.height()
        if not width or not self._grid.horizontalScrollBar().value():
            self.hide()
            return
        self._own_head.set_lines(self._head.lines)
        self.setColumnWidth(0, width)
        self._own_head.setFixedHeight(height)
        self.setGeometry(self._grid.verticalHeader().width(), 0, width, height + self._grid.viewport().height())
        self.show()
        self.raise_()
        self.verticalScrollBar().setValue(self._grid.verticalScrollBar().value())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(self.viewport().rect(), theme.current().colour("panel"))
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(theme.current().colour("edge"))
        painter.drawLine(self.viewport().rect().topRight(), self.viewport().rect().bottomRight())
