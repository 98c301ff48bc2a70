# SPDX-License-Identifier: Apache-2.0
"""The ledger's table: a line a file, sorted by its columns.

Rows have a fixed height: measuring 100,000 of them would stop the window.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPen, QResizeEvent, QShortcut
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
from desktop_app.ui.library.ledger_model import ACTION, FILE, REASON, STATE, TODO, LedgerModel, RowRole
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
_STATE_PX = 156
_ACTION_PX = 142
_NARROW_PX = 640  # below it the state is its icon alone
_ICON_PX = 44


class LedgerTable(QTableView):
    """``selected`` comes with every change of the selection, ``opened`` with a double click (a LedgerRow), ``acted`` with the button of a
    row or Enter (a LedgerRow), ``put_aside`` with Delete, ``copied`` with Ctrl+C, ``menu_wanted`` with a place on the screen."""

    selected = Signal()
    opened = Signal(object)
    acted = Signal(object)
    put_aside = Signal()
    copied = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: LedgerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows = model
        self._kept: tuple[set[str], str] = set(), ""
        self.setModel(model)
        self.setMouseTracking(True)
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
        self._build_head(model)
        self.selectionModel().selectionChanged.connect(lambda *_: self.selected.emit())
        self.doubleClicked.connect(self._open)
        self.clicked.connect(self._clicked)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(lambda point: self.menu_wanted.emit(self.viewport().mapToGlobal(point)))
        model.replacing.connect(self._keep_selection)
        model.replaced.connect(self._select_again)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copied)
        self._fit()
        theme.notifier.changed.connect(self._fit)

    def selected_rows(self) -> list[LedgerRow]:
        """Those that are here; a row that was selected and is no longer kept is left out."""
        chosen = self.selectionModel().selection()
        parts = (chosen.at(number) for number in range(chosen.count()))
        places = {place for part in parts for place in range(part.top(), part.bottom() + 1)}
        rows = (self._rows.row(place) for place in sorted(places))
        return [row for row in rows if row is not None]

    def _build_head(self, model: LedgerModel) -> None:
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicator(FILE, Qt.SortOrder.AscendingOrder)
        head.setSortIndicatorShown(True)
        head.sortIndicatorChanged.connect(model.sort)
        head.setMinimumSectionSize(_ICON_PX)
        for column in (FILE, REASON):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        for column in (STATE, ACTION):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        self.setColumnHidden(TODO, True)  # stands below the reason

    def _fit(self) -> None:
        """Rows and columns as large as the text asks for."""
        self.verticalHeader().setDefaultSectionSize(theme.scaled(_ROW))
        self._fit_columns()
        self.viewport().update()

    def _fit_columns(self) -> None:
        narrow = theme.unscaled(self.viewport().width()) < _NARROW_PX
        for column, width in ((STATE, _ICON_PX if narrow else _STATE_PX), (ACTION, _ACTION_PX)):
            self.horizontalHeader().resizeSection(column, theme.scaled(width))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _open(self, index: QModelIndex) -> None:
        row = self._rows.row(index.row())
        if row is not None and index.column() != ACTION:
            self.opened.emit(row)

    def _clicked(self, index: QModelIndex) -> None:
        row = self._rows.row(index.row())
        if row is not None and index.column() == ACTION and index.data():
            self.acted.emit(row)

    # ---- the selection belongs to files, not to places ----

    def _keep_selection(self) -> None:
        current = self._rows.row(self.currentIndex().row()) if self.currentIndex().isValid() else None
        self._kept = {row.path for row in self.selected_rows()}, current.path if current is not None else ""

    def _select_again(self) -> None:
        """Rows have got other places: what was selected stays so, wherever it stands now."""
        paths, current = self._kept
        chosen = QItemSelection()
        places = self._rows.places_of(paths)
        while places:
            last = next((n for n, place in enumerate(places) if place != places[0] + n), len(places))  # of a run of rows
            chosen.select(self._rows.index(places[0], FILE), self._rows.index(places[last - 1], FILE))
            del places[:last]
        flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        self.selectionModel().select(chosen, flags)
        for row in self._rows.places_of({current}) if current else ():
            self.selectionModel().setCurrentIndex(self._rows.index(row, FILE), QItemSelectionModel.SelectionFlag.NoUpdate)

    # ---- Qt's side ----

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self._rows.row(self.currentIndex().row()) if self.currentIndex().isValid() else None
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            self.acted.emit(row)
        elif event.matches(QKeySequence.StandardKey.Delete):
            self.put_aside.emit()
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        over = index.isValid() and index.column() == ACTION and bool(index.data())
        self.viewport().setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)
        super().mouseMoveEvent(event)


class _LedgerDelegate(QStyledItemDelegate):
    """The file's name with its folder under it; the state with its icon; sentences wrapped over two lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(120, theme.scaled(_ROW))

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
            if inner.width() > theme.scaled(_ICON_PX):
                painter.setPen(theme.current().colour(role))
                painter.drawText(inner.adjusted(24, 0, 0, 0), left, str(index.data()))
        elif index.column() == ACTION:
            self._button(painter, option, str(index.data() or ""))
        else:
            self._why(painter, inner, index, quiet)
        painter.restore()

    @staticmethod
    def _why(painter: QPainter, inner: QRectF, index: QModelIndex | QPersistentModelIndex, quiet: QColor) -> None:
        """The reason, and below it what helps."""
        colours = theme.current()
        words = str(index.data())
        todo = str(index.sibling(index.row(), TODO).data() or "")
        left = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        half = inner.height() / 2 if words and todo else 0
        painter.setFont(theme.font(theme.SMALL_PX + 1))
        metrics = painter.fontMetrics()
        painter.setPen(QColor(colours.ink))
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner.adjusted(0, 0, 0, -half), left, words)
        painter.setPen(quiet)
        todo = metrics.elidedText(todo, Qt.TextElideMode.ElideRight, int(inner.width()))
        painter.drawText(inner.adjusted(0, half, 0, 0), left, todo)

    @staticmethod
    def _button(painter: QPainter, option: QStyleOptionViewItem, words: str) -> None:
        """The remedy of the row, drawn as a button: 5,000 real ones would take seconds."""
        if not words:
            return
        colours = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.SMALL_PX + 1))
        width = min(painter.fontMetrics().horizontalAdvance(words) + 22, option.rect.width() - 12)
        height = theme.scaled(27)
        place = QRectF(option.rect.right() - width - 6, option.rect.center().y() - height / 2, width, height)
        over = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(QPen(QColor(colours.focus if over else colours.edge), 1))
        painter.setBrush(QColor(colours.hover if over else colours.raised))
        painter.drawRoundedRect(place.adjusted(0.5, 0.5, -0.5, -0.5), theme.RADIUS, theme.RADIUS)
        painter.setPen(QColor(colours.ink))
        words = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width) - 16)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), words)
