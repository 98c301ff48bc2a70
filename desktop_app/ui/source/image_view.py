# SPDX-License-Identifier: Apache-2.0
"""A picture in the source panel, with the lines of a quote marked.

Qt reads the picture when it is first shown, turned as its camera noted, like the reader does; of a TIFF the page that is asked for.
Large ones are read at a size the screen can use.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QImageReader, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop_app.contract.document import Locator
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.source.zoomable_area import MARGIN, ZoomableArea

SMALLEST, LARGEST = 0.05, 8.0  # px of the screen for a px of the picture
_MOST_PIXELS = 24_000_000  # 96 MB
_LARGEST_MEMORY = 1_024  # MB that Qt may take while decoding

Box = tuple[float, float, float, float]


class ImageView(ZoomableArea):
    """One picture at a time, or none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(SMALLEST, LARGEST, parent)
        self._picture = QImage()
        self._stamp: tuple[str, int, int, int] | None = None
        self._boxes: list[Box] = []
        self._text = ""
        self._drag: QPointF | None = None
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self.viewport().update)
        theme.notifier.changed.connect(self.viewport().update)
        self.retranslate()

    def load(self, path: str, page: int = 0) -> str:
        """Read the picture unless it is the one on the screen; ``page`` from 0. Returns "" or a ledger reason."""
        try:
            info = Path(path).stat()
        except OSError:
            self.close_document()
            return "unreadable"
        stamp = (path, info.st_size, info.st_mtime_ns, page)
        if stamp == self._stamp:
            return ""
        self.close_document()
        QImageReader.setAllocationLimit(_LARGEST_MEMORY)
        reader = QImageReader(path)
        reader.setDecideFormatFromContent(True)
        reader.setAutoTransform(True)
        if page:
            reader.jumpToImage(page)
        size = reader.size()
        if size.isValid() and size.width() * size.height() > _MOST_PIXELS:
            share = (_MOST_PIXELS / (size.width() * size.height())) ** 0.5
            reader.setScaledSize(QSize(max(1, round(size.width() * share)), max(1, round(size.height() * share))))
        picture = reader.read()
        if picture.isNull():
            return "damaged"
        self._picture, self._stamp = picture, stamp
        self._layout()
        return ""

    def close_document(self) -> None:
        """Show nothing, and let go of the picture."""
        self._picture, self._stamp = QImage(), None
        self._boxes, self._text = [], ""
        self.viewport().update()

    def show_marked(self, places: Sequence[tuple[Locator, str]], *, softly: bool = False) -> bool:
        """Mark the boxes of each place and scroll to the first; False when there is none."""
        self._boxes = [box for locator, _ in places for box in locator.boxes]
        self._text = "".join(text for locator, text in places if locator.boxes)
        self._softly = softly
        self._pinned = bool(self._boxes)
        if self._pinned:
            self._show_mark()
        self.viewport().update()
        return bool(self._boxes)

    def marked_text(self) -> str:
        """The recognised text of the marks; "" where nothing is marked."""
        return self._text

    def marks(self) -> list[QRectF]:
        """The marks in pixels of the viewport."""
        place = self._place()
        return [
            QRectF(
                place.x() + left * place.width(),
                place.y() + top * place.height(),
                (right - left) * place.width(),
                (bottom - top) * place.height(),
            )
            for left, top, right, bottom in self._boxes
        ]

    def retranslate(self) -> None:
        self.setAccessibleName(tr("The picture"))

    # ---- layout ----

    def _size(self) -> QSizeF:
        return QSizeF(self._picture.width() * self._zoom, self._picture.height() * self._zoom)

    def _place(self) -> QRectF:
        """Where the picture lies in the viewport."""
        size = self._size()
        left = max(MARGIN, (self.viewport().width() - size.width()) / 2) - self.horizontalScrollBar().value()
        return QRectF(QPointF(left, MARGIN - self.verticalScrollBar().value()), size)

    def _layout(self) -> None:
        if self._picture.isNull():
            return
        room = max(self.viewport().width() - 2 * MARGIN, 40)
        if self._fit:
            # A small picture is not blown up past twice its size.
            self._zoom = min(room / self._picture.width(), 2.0)
        size = self._size()
        for bar, whole, page in (
            (self.horizontalScrollBar(), size.width(), self.viewport().width()),
            (self.verticalScrollBar(), size.height(), self.viewport().height()),
        ):
            bar.setPageStep(page)
            bar.setRange(0, max(0, round(whole + 2 * MARGIN) - page))
        if self._pinned:
            self._show_mark()
        self.viewport().update()

    def _show_mark(self) -> None:
        size = self._size()
        left, top, _, _ = self._boxes[0]
        self.verticalScrollBar().setValue(round(MARGIN + top * size.height() - self.viewport().height() * 0.33))
        self.horizontalScrollBar().setValue(round(left * size.width()))

    def _spot(self, point: QPointF) -> tuple[float, float] | None:
        """Shares of the picture's width and height."""
        if self._picture.isNull():
            return None
        place = self._place()
        return (point.x() - place.x()) / place.width(), (point.y() - place.y()) / place.height()

    def _scroll_to(self, spot: tuple[float, float], point: QPointF) -> None:
        size = self._size()
        self.horizontalScrollBar().setValue(round(MARGIN + spot[0] * size.width() - point.x()))
        self.verticalScrollBar().setValue(round(MARGIN + spot[1] * size.height() - point.y()))

    # ---- Qt's side ----

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(theme.current().panel))
        if not self._picture.isNull():
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            place = self._place()
            painter.fillRect(place, Qt.GlobalColor.white)  # letters on nothing are shown as the reader saw them
            painter.drawImage(place, self._picture)
            self._paint_marks(painter, self.marks())
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag = event.position() if event.button() == Qt.MouseButton.LeftButton else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        self._unpin()
        moved = event.position() - self._drag
        self._drag = event.position()
        self.horizontalScrollBar().setValue(self.horizontalScrollBar().value() - round(moved.x()))
        self.verticalScrollBar().setValue(self.verticalScrollBar().value() - round(moved.y()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = None
