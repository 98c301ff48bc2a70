# SPDX-License-Identifier: Apache-2.0
"""Small pictures of the pages of a document; a click goes to one.

Only those on the screen are asked for, two at a time, and the last hundred are kept: a document may have 5,000 pages.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.contract.viewer_process import Pixels
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme

ImageOf = Callable[[Pixels], QImage]
Ask = Callable[[int, int], Operation]

_WIDTH, _HEIGHT = 104, 146  # px: A4 upright fits
_KEPT = 100
_AT_ONCE = 2
_ModelIndex = QModelIndex | QPersistentModelIndex


class _Pages(QAbstractListModel):
    def __init__(self, image_of: ImageOf, parent: QWidget) -> None:
        super().__init__(parent)
        self._image_of = image_of
        self._count = 0
        self._ask: Ask | None = None
        self._ratio = 1.0
        self._kept: OrderedDict[int, QPixmap | None] = OrderedDict()  # None: it cannot be drawn
        self._drawing: dict[int, Operation] = {}
        self._blank = QPixmap()

    def show_pages(self, count: int, ask: Ask | None, ratio: float) -> None:
        self.beginResetModel()
        for operation in self._drawing.values():
            operation.cancel()
        self._count, self._ask, self._ratio = count, ask, ratio
        self._kept.clear()
        self._drawing = {}
        self._blank = self._fitted(QImage())
        self.endResetModel()

    def want(self, pages: range) -> None:
        """Get what is lacking of these pages, and take back what has left the screen."""
        for page in [page for page in self._drawing if page not in pages]:
            self._drawing.pop(page).cancel()
        for page in pages:
            if self._ask is None or len(self._drawing) >= _AT_ONCE:
                return
            if page not in self._kept and page not in self._drawing:
                operation = self._drawing[page] = self._ask(page, round(_WIDTH * self._ratio))
                operation.succeeded.connect(partial(self._came, page, operation))
                operation.failed.connect(partial(self._failed, page, operation))

    def _came(self, page: int, operation: Operation, result: Any) -> None:
        if self._drawing.get(page) is operation:
            self._keep(page, self._fitted(self._image_of(result.pixels)))

    def _failed(self, page: int, operation: Operation, _problem: object) -> None:
        if self._drawing.get(page) is operation:
            self._keep(page, None)

    def _keep(self, page: int, picture: QPixmap | None) -> None:
        del self._drawing[page]
        self._kept[page] = picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.dataChanged.emit(self.index(page), self.index(page))

    def _fitted(self, image: QImage) -> QPixmap:
        """A page in the middle of the place for one, on white and with an edge."""
        result = QPixmap(round(_WIDTH * self._ratio), round(_HEIGHT * self._ratio))
        result.setDevicePixelRatio(self._ratio)
        result.fill(Qt.GlobalColor.transparent)
        painter = QPainter(result)
        size = image.size() if not image.isNull() else QSize(_WIDTH, _HEIGHT) * self._ratio
        size = size.scaled(_WIDTH - 2, _HEIGHT - 2, Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (_WIDTH - size.width()) // 2, (_HEIGHT - size.height()) // 2
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(left, top, size.width(), size.height(), Qt.GlobalColor.white)
        if not image.isNull():
            small = image.scaled(size * self._ratio, mode=Qt.TransformationMode.SmoothTransformation)
            small.setDevicePixelRatio(self._ratio)
            painter.drawImage(left, top, small)
        painter.setPen(QColor(theme.current().line))
        painter.drawRect(left, top, size.width() - 1, size.height() - 1)
        painter.end()
        return result

    # ---- Qt's side ----

    def rowCount(self, parent: _ModelIndex = QModelIndex()) -> int:  # noqa: B008 - Qt's signature
        return 0 if parent.isValid() else self._count

    def data(self, index: _ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        page = index.row()
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{page + 1:,}"
        if role == Qt.ItemDataRole.DecorationRole:
            return self._kept.get(page) or self._blank
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return tr("Page {number}", number=page + 1)
        return None


class PageThumbnails(QListView):
    """``chosen`` carries a page, from 0."""

    chosen = Signal(int)

    def __init__(self, image_of: ImageOf, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Pages(image_of, self)
        self.setModel(self._model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setIconSize(QSize(_WIDTH, _HEIGHT))
        self.setSpacing(theme.SPACE_XS)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.clicked.connect(lambda index: self.chosen.emit(index.row()))
        self.activated.connect(lambda index: self.chosen.emit(index.row()))
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.timeout.connect(self._want)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._look.start(0))
        self._model.dataChanged.connect(lambda *_: self._look.start(0))

    def show_pages(self, count: int, ask: Ask | None) -> None:
        """``ask``: gives the picture of a page, so many px wide."""
        self._model.show_pages(count, ask, self.devicePixelRatioF())
        self._look.start(0)

    def follow(self, page: int) -> None:
        """The page on the screen."""
        index = self._model.index(page)
        if index.isValid() and index != self.currentIndex():
            self.setCurrentIndex(index)

    def _want(self) -> None:
        """What is in sight: the first and the last row are found by where they stand, the rest lies between."""
        if not self.isVisible() or not self._model.rowCount():
            return
        area = self.viewport().rect()
        low, high = self._row_from(area.top()), self._row_from(area.bottom() + 1)
        self._model.want(range(low, min(high + 1, self._model.rowCount())))

    def _row_from(self, y: int) -> int:
        """The first row whose lower end is below ``y`` pixels of the viewport."""
        low, high = 0, self._model.rowCount() - 1
        while low < high:
            middle = (low + high) // 2
            if self.visualRect(self._model.index(middle)).bottom() < y:
                low = middle + 1
            else:
                high = middle
        return low

    # ---- Qt's side ----

    def showEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().showEvent(event)
        self._look.start(0)

    def resizeEvent(self, event) -> None:  # type: ignore[no-untyped-def]
        super().resizeEvent(event)
        self._look.start(0)
