# SPDX-License-Identifier: Apache-2.0
"""A picture in the source panel, with the lines of a quote marked.

The viewer process decodes it, turned as its camera noted, and of a TIFF the page that is asked for; it comes in as many pixels as the
screen shows, and once more when it is zoomed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.viewer_process import Box, Drawn, DrawPicture, OpenPicture, PictureOpened, ViewRequest
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.source.page_images import image_of
from desktop_app.ui.source.turned_boxes import placed
from desktop_app.ui.source.zoomable_area import MARGIN, ZoomableArea, zoom_buttons

SMALLEST, LARGEST = 0.05, 8.0  # px of the screen for a px of the picture
_MOST_PIXELS = 12_000_000  # that are asked for; a larger picture is stretched
_ENOUGH = 0.9  # of the pixels that the screen shows, before they are asked for anew


class PictureView(QWidget):
    """The picture below the buttons that zoom and turn it."""

    def __init__(self, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.image = ImageView(viewer, self)
        self.zoom = zoom_buttons(self.image, self)
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.SPACE_M, 0, theme.SPACE_S, theme.SPACE_XS)
        bar.addStretch(1)
        bar.addWidget(self.zoom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addWidget(self.image, 1)
        self.setFocusProxy(self.image)

    def retranslate(self) -> None:
        self.image.retranslate()
        self.zoom.retranslate()


class ImageView(ZoomableArea):
    """One picture at a time, or none.

    ``loaded``: the picture that was asked for is open; ``drawn``: its pixels are there, as many as the screen shows; ``failed``: it cannot
    be shown (``Problem``).
    """

    loaded = Signal()
    drawn = Signal()
    failed = Signal(object)

    def __init__(self, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(SMALLEST, LARGEST, parent)
        self._viewer = viewer
        self._operation: Operation | None = None
        self._drag: QPointF | None = None
        self._path, self._page, self._version = "", 0, ""
        self._pixels = (0, 0)  # of the file, the right side up
        self._turns = 0
        self._picture = QImage()
        self._boxes: list[Box] = []
        self._text = ""
        self.page_count = 0
        for bar in (self.verticalScrollBar(), self.horizontalScrollBar()):
            bar.valueChanged.connect(self.viewport().update)
        theme.notifier.changed.connect(self.viewport().update)
        self.retranslate()

    def load(self, path: str, page: int = 0) -> None:
        """Open the picture unless it is the one on the screen; ``page`` from 0. ``loaded`` or ``failed`` follows."""
        if (path, page) != (self._path, self._page):
            self.close_document()
        self._path, self._page = path, page
        self._ask(lambda id_: OpenPicture(id_, path, page=page), self._opened)

    def close_document(self) -> None:
        """Show nothing, and let go of the picture."""
        self._drop_operation()
        self._forget()
        self.viewport().update()

    def _forget(self) -> None:
        self._path, self._page, self._version = "", 0, ""
        self._pixels = (0, 0)
        self._turns = 0
        self._picture = QImage()
        self._boxes = []
        self._text = ""
        self._pinned = False
        self.page_count = 0

    def show_marked(self, places: Sequence[tuple[Locator, str]], *, softly: bool = False) -> bool:
        """Mark the boxes of each place and scroll to the first, as soon as the picture is there; False when there is none."""
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
        width, height = self._pixels
        boxes = ((left * width, top * height, right * width, bottom * height) for left, top, right, bottom in self._boxes)
        return list(placed(boxes, self._pixels, self._turns, self._place())) if width else []

    def rotate(self, degrees: int) -> None:
        """Turn the picture clockwise by a multiple of 90 degrees."""
        self._turns = (self._turns + degrees // 90) % 4
        self._drop_operation()
        self._picture = QImage()
        self._layout()

    def picture(self, most_pixels: int = _MOST_PIXELS) -> Operation:
        """The picture for the printer, turned as it is shown; its result is ``Drawn``, for ``page_images.image_of``."""
        width, height = self._shown_pixels(1.0, most_pixels)
        return self._viewer.request(partial(self._draw, width, height))

    def retranslate(self) -> None:
        self.setAccessibleName(tr("The picture"))

    # ---- the viewer's answers ----

    def _opened(self, result: PictureOpened) -> None:
        if result.version != self._version:
            self._picture = QImage()
            self._version = result.version
        self._pixels = result.width, result.height
        self.page_count = result.page_count
        self._layout()
        self.loaded.emit()

    def _drawn(self, result: Drawn) -> None:
        self._picture = image_of(result.pixels)
        self._want()
        self.viewport().update()
        self.drawn.emit()

    def _ask(self, make: Callable[[int], ViewRequest], take: Callable[[Any], None]) -> None:
        """A newer request takes the place of an older one."""
        self._drop_operation()
        operation = self._operation = self._viewer.request(make)
        operation.succeeded.connect(partial(self._came, operation, take))
        operation.failed.connect(partial(self._came, operation, self._fail))

    def _came(self, operation: Operation, take: Callable[[Any], None], result: object) -> None:
        if operation is self._operation:
            self._operation = None
            take(result)

    def _fail(self, problem: Problem) -> None:
        self.close_document()
        self.failed.emit(problem)

    def _drop_operation(self) -> None:
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.cancel()

    def _draw(self, width: int, height: int, number: int) -> DrawPicture:
        return DrawPicture(number, self._path, page=self._page, width=width, height=height, turns=self._turns)

    def _want(self) -> None:
        """Ask for as many pixels as the screen shows, where there are too few."""
        if self._operation is not None or not self._pixels[0]:
            return
        width, height = self._shown_pixels(min(self._zoom * self.devicePixelRatioF(), 1.0), _MOST_PIXELS)
        if self._picture.width() < width * _ENOUGH:
            self._ask(partial(self._draw, width, height), self._drawn)

    def _shown_pixels(self, scale: float, most: int) -> tuple[int, int]:
        size = self._turned()
        scale *= min(1.0, (most / (size.width() * size.height() * scale * scale)) ** 0.5)
        return max(1, int(size.width() * scale)), max(1, int(size.height() * scale))

    # ---- layout ----

    def _turned(self) -> QSizeF:
        width, height = self._pixels
        return QSizeF(height, width) if self._turns % 2 else QSizeF(width, height)

    def _size(self) -> QSizeF:
        return self._turned() * self._zoom

    def _place(self) -> QRectF:
        """Where the picture lies in the viewport."""
        size = self._size()
        left = max(MARGIN, (self.viewport().width() - size.width()) / 2) - self.horizontalScrollBar().value()
        return QRectF(QPointF(left, MARGIN - self.verticalScrollBar().value()), size)

    def _layout(self) -> None:
        if not self._pixels[0]:
            return
        room = max(self.viewport().width() - 2 * MARGIN, 40)
        if self._fit:
            # A small picture is not blown up past twice its size.
            zoom = min(room / self._turned().width(), 2.0)
            if zoom != self._zoom:
                self._zoom = zoom
                self.zoom_changed.emit(zoom)
        size = self._size()
        for bar, whole, page in (
            (self.horizontalScrollBar(), size.width(), self.viewport().width()),
            (self.verticalScrollBar(), size.height(), self.viewport().height()),
        ):
            bar.setPageStep(page)
            bar.setRange(0, max(0, round(whole + 2 * MARGIN) - page))
        if self._pinned:
            self._show_mark()
        self._want()
        self.viewport().update()

    def _show_mark(self) -> None:
        if not self._pixels[0]:
            return
        bars = self.horizontalScrollBar(), self.verticalScrollBar()
        mark = self.marks()[0].translated(bars[0].value(), bars[1].value())
        bars[1].setValue(round(mark.top() - self.viewport().height() * 0.33))
        bars[0].setValue(round(mark.left() - MARGIN))

    def _spot(self, point: QPointF) -> tuple[float, float] | None:
        """Shares of the picture's width and height."""
        if not self._pixels[0]:
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
        if self._pixels[0]:
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            place = self._place()
            painter.fillRect(place, Qt.GlobalColor.white)
            if not self._picture.isNull():
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
