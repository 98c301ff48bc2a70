# SPDX-License-Identifier: Apache-2.0
"""The ledger's table: a line a file, sorted by its columns.

Rows have a fixed height: measuring 100,000 of them would stop the window.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeySequence, QPainter, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from desktop_app.contract.ledger import LedgerRow
from desktop_app.foundation.shown import shown_name
from desktop_app.ui.library.ledger_model import FILE, REASON, STATE, TODO, LedgerModel, RowRole
from desktop_app.ui.look import icons, theme
from desktop_app.wording.place import file_name, folder_of

_ROLE = {
    "indexed": "ok",
    "words": "quiet",
    "partial": "warn",
    "failed": "danger",
    "skipped": "quiet",
    "offline": "quiet",
    "pending": "quiet",
}
_ICON = {
    "indexed": "check",
    "words": "search",
    "partial": "alert",
    "failed": "close",
    "skipped": "minus",
    "offline": "disconnected",
    "pending": "more",
}
_ROW = 48  # px: name and folder
_STATE_PX = 172


class LedgerTable(QTableView):
    """``selected`` comes with every change of the selection, ``opened`` with a double click (a LedgerRow), ``copied`` with Ctrl+C."""

    selected = Signal()
    opened = Signal(object)
    copied = Signal()

    def __init__(self, model: LedgerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(_LedgerDelegate(self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(True)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(_ROW)
        self._build_head(model)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())
        self.doubleClicked.connect(self._open)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copied)
        theme.notifier.changed.connect(self.viewport().update)

    def selected_rows(self) -> list[LedgerRow]:
        """Those that are here; a row that was selected and is no longer kept is left out."""
        rows = (self._rows.row(index.row()) for index in self.selectionModel().selectedRows())
        return [row for row in rows if row is not None]

    def _build_head(self, model: LedgerModel) -> None:
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicator(FILE, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorShown(True)
        head.sortIndicatorChanged.connect(model.sort)
        head.setMinimumSectionSize(80)
        for column in (FILE, REASON, TODO):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(STATE, QHeaderView.ResizeMode.Interactive)
        head.resizeSection(STATE, _STATE_PX)

    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row(index.row())
        if row is not None:
            self.opened.emit(row)


class _LedgerDelegate(QStyledItemDelegate):
    """The file's name with its folder under it; the state with its icon; sentences wrapped over two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(120, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        colours = theme.current()
        rect = QRectF(option.rect)
        row: LedgerRow | None = index.data(RowRole)
        painter.save()
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected:
            painter.fillRect(rect, QColor(colours.selection))
        painter.setPen(QColor(colours.line))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        inner = rect.adjusted(theme.SPACE_S, 4, -theme.SPACE_S, -4)
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        quiet = QColor(colours.ink if selected else colours.quiet)
        if row is None:
            painter.setPen(quiet)
            painter.drawText(inner, left, str(index.data() or ""))
        elif index.column() == FILE:
            half = inner.height() / 2
            painter.setPen(QColor(colours.ink))
            painter.setFont(theme.font(theme.BASE_PX))
            name = painter.fontMetrics().elidedText(file_name(row.path), Qt.TextElideMode.ElideMiddle, int(inner.width()))
            painter.drawText(inner.adjusted(0, 0, 0, -half), left, name)
            painter.setPen(quiet)
            painter.setFont(theme.font(theme.SMALL_PX))
            folder = painter.fontMetrics().elidedText(
                shown_name(folder_of(row.path)), Qt.TextElideMode.ElideMiddle, int(inner.width())
            )
            painter.drawText(inner.adjusted(0, half, 0, 0), left, folder)
        elif index.column() == STATE:
            role = "ink" if selected else _ROLE.get(row.state, "quiet")
            icons.paint(painter, QRectF(inner.left(), inner.center().y() - 8, 16, 16), _ICON.get(row.state, "more"), role)
            painter.setPen(theme.current().colour(role))
            painter.drawText(inner.adjusted(24, 0, 0, 0), left, str(index.data()))
        else:
            painter.setPen(QColor(colours.ink) if index.column() == REASON else quiet)
            painter.setFont(theme.font(theme.SMALL_PX + 1))
            painter.drawText(inner, left | int(Qt.TextFlag.TextWordWrap), str(index.data()))
        painter.restore()
