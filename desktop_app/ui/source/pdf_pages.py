# SPDX-License-Identifier: Apache-2.0
"""The pages of a PDF below each other, with a quoted sentence marked.

Not Qt's own ``QPdfView``: it can mark search results only, one at a time, and a quote is a range of characters over several lines.

A paint that finds no image of the right size wants it (``page_images``); until it is there the page is painted white, or stretched from
the size it had before. The paper stays white in the dark theme: it is somebody's document.

Measured: a file of 5,000 pages loads in 9 ms; asking for all page sizes takes 230 ms and is therefore done in batches while the
window is idle; a page renders in 4-40 ms.
"""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtPdf import QPdfDocument, QPdfSelection
from PySide6.QtWidgets import QWidget

from desktop_app.contract.document import Locator
from desktop_app.ui.look import theme
from desktop_app.ui.source import pdf_marks
from desktop_app.ui.source.page_images import ImageKey, PageImages
from desktop_app.ui.source.pdf_marks import MarkTarget, Range
from desktop_app.ui.source.zoomable_area import MARGIN, ZoomableArea

SMALLEST, LARGEST = 0.2, 6.0  # of 100 %, at which 72 points are 96 px
_MOST_PIXELS = 20_000_000  # of one page image; past this the page is rendered smaller and stretched
_READABLE = 0.8  # below this zoom ordinary print is too small to read; fit-to-width then leaves out the page's blank margins
_BATCH = 100  # page sizes asked for between two events


class PdfPages(ZoomableArea):
    """Pages count from 0 here, as PDFium counts them. ``loaded``: another document is open."""

    loaded = Signal()
    page_changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(SMALLEST, LARGEST, parent)
        # Created, and so destroyed, before the document: a thread may be at work on it.
        self._images = PageImages(self)
        self._images.came.connect(self._image_came)
        self._pdf = QPdfDocument(self)
        self._stamp: tuple[str, int, int] | None = None  # path, size and time of change of what is open
        self._sizes: list[QSizeF] = []
        self._measured = 0
        self._tops: list[float] = []
        self._width = 0.0
        self._marks: dict[int, list[QRectF]] = {}
        self._ranges: list[tuple[int, Range]] = []
        self._recognised = ""
        self._print: tuple[float, float] | None = None  # left and right end of what is printed on a page, in points
        self._print_page = 0
        self._shown_page = -1
        self._selection: tuple[int, QPdfSelection] | None = None
        self._drag_from: tuple[int, QPointF] | None = None
        self._measuring = QTimer(self)
        self._measuring.timeout.connect(self._measure)

        self.setStyleSheet("QAbstractScrollArea::corner { background: transparent; }")
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # ---- the document ----

    def load(self, path: str) -> str:
        """Open a file unless it is open already and unchanged; returns "" or a ledger reason ("password", "damaged", "unreadable")."""
        try:
            status = os.stat(path)
        except OSError:
            self.close_document()
            return "unreadable"
        stamp = (path, status.st_size, status.st_mtime_ns)
        if stamp == self._stamp:
            return ""
        self.close_document()
        error = self._pdf.load(path)
        if error != QPdfDocument.Error.None_ or not self._pdf.pageCount():
            self._pdf.close()
            if error in (QPdfDocument.Error.IncorrectPassword, QPdfDocument.Error.UnsupportedSecurityScheme):
                return "password"
            return "unreadable" if error == QPdfDocument.Error.FileNotFound else "damaged"
        self._images.open(self._pdf)
        first = self._pdf.pagePointSize(0)
        self._sizes = [first] * self._pdf.pageCount()
        self._measured = 0
        self._measure()
        self._layout()
        self._stamp = stamp
        self.loaded.emit()
        return ""

    def close_document(self) -> None:
        """Show nothing, and let go of the file."""
        self._measuring.stop()
        self._images.close()
        self._pdf.close()
        self._stamp = None
        self._sizes, self._tops = [], []
        self._marks, self._ranges = {}, []
        self._print = None
        self._selection = self._drag_from = None
        self._shown_page = -1
        self.viewport().update()

    @property
    def page_count(self) -> int:
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page at the top third of the viewport."""
        return max(self._shown_page, 0)

    def go_to(self, page: int) -> None:
        """Scroll to the top of a page; the nearest one where there is none."""
        if self._sizes:
            self._pinned = False
            page = min(max(page, 0), len(self._sizes) - 1)
            self.verticalScrollBar().setValue(round(self._tops[page] - MARGIN))

    # ---- the quote ----

    def mark(self, places: Sequence[tuple[Locator, str]], *, softly: bool = False) -> bool:
        """Mark each text on or next to its page (which a locator counts from 1) and scroll to the first; its ``chars`` say where to look
        first.

        ``softly`` is for a whole passage, which would be too loud in the colour of a sentence. False: nothing was found, the page
        is shown without a mark.
        """
        targets = [
            MarkTarget(locator.page - 1, locator.chars, text, locator.boxes)
            for locator, text in places
            if locator.page is not None
        ]
        self._softly = softly
        self._ranges = []
        self._look_at_print(targets[0].page if targets else 0)
        self._marks = {}
        self._recognised = ""
        for target in targets:
            if not 0 <= target.page < len(self._sizes):
                continue
            if target.boxes:
                size = self._pdf.pagePointSize(target.page)
                self._marks.setdefault(target.page, []).extend(pdf_marks.scaled(target.boxes, size))
                self._recognised += target.text
            else:
                self._ranges += pdf_marks.find(self._pdf, target)
        for where, (start, end) in self._ranges:
            self._marks.setdefault(where, []).extend(pdf_marks.lines(self._pdf.getSelectionAtIndex(where, start, end - start)))
        self._marks = {where: lines for where, lines in self._marks.items() if lines}
        if self._marks:
            self._pinned = True
            self._show_mark()
        elif targets:
            self.go_to(targets[0].page)
        self.viewport().update()
        return bool(self._marks)

    def _look_at_print(self, page: int) -> None:
        """In a narrow panel the blank margins of the page are left outside, so that its letters can be read."""
        if 0 <= page < len(self._sizes):
            self._print, self._print_page = pdf_marks.printed(self._pdf, page), page
            if self._fit:
                self._layout()

    def selected_text(self) -> str:
        """What the user has selected on a page; "" when nothing."""
        return self._selection[1].text() if self._selection is not None else ""

    def marked_text(self) -> str:
        """What stands under the mark, as the page has it, or as it was recognised there."""
        return self._recognised + "".join(
            self._pdf.getSelectionAtIndex(page, start, end - start).text() for page, (start, end) in sorted(self._ranges)
        )

    def _show_mark(self) -> None:
        page = min(self._marks)
        line = self._marks[page][0]
        scale = self._scale()
        top = self._tops[page] + line.top() * scale
        self.verticalScrollBar().setValue(round(top - self.viewport().height() * 0.33))
        left = self._left(page) + line.left() * scale
        bar = self.horizontalScrollBar()
        if not bar.value() <= left <= bar.value() + self.viewport().width() - 40:
            bar.setValue(round(left - MARGIN * 2))

    # ---- zoom and layout ----

    def _scale(self) -> float:
        return self._zoom * 96 / 72  # px per point

    def _layout(self) -> None:
        if not self._sizes:
            return
        anchor = self._at(QPointF(self.viewport().width() / 2, 0))
        width = max(size.width() for size in self._sizes)
        if self._fit:
            room = (self.viewport().width() - 2 * MARGIN) * 72 / 96
            zoom = max(room / width, SMALLEST)
            if zoom < _READABLE and self._print is not None:
                zoom = max(zoom, min(room / (self._print[1] - self._print[0]), _READABLE))
            if zoom != self._zoom:
                self._zoom = zoom
                self.zoom_changed.emit(zoom)
        scale = self._scale()
        self._tops, top = [], float(MARGIN)
        for size in self._sizes:
            self._tops.append(top)
            top += size.height() * scale + MARGIN
        self._width = width * scale + 2 * MARGIN
        page_step = self.viewport().height()
        self.verticalScrollBar().setPageStep(page_step)
        self.verticalScrollBar().setRange(0, max(0, round(top) - page_step))
        self.horizontalScrollBar().setPageStep(self.viewport().width())
        self.horizontalScrollBar().setRange(0, max(0, round(self._width) - self.viewport().width()))
        if self._fit and self._print is not None and self._tops:
            left = self._left(self._print_page) + self._print[0] * scale - MARGIN
            self.horizontalScrollBar().setValue(round(left))
        if self._pinned and self._marks:
            self._show_mark()
        elif anchor is not None:
            page, point = anchor
            self.verticalScrollBar().setValue(round(self._tops[page] + point.y() * scale))
        self._scrolled()
        self.viewport().update()

    def _measure(self) -> None:
        """Ask for the next batch of page sizes; all pages count as being like the first until then."""
        end = min(self._measured + _BATCH, len(self._sizes))
        changed = False
        for page in range(self._measured, end):
            size = self._pdf.pagePointSize(page)
            changed = changed or size != self._sizes[page]
            self._sizes[page] = size
        self._measured = end
        if end < len(self._sizes):
            self._measuring.start(0)
        else:
            self._measuring.stop()
        if changed and self._tops:
            self._layout()

    def _left(self, page: int) -> float:
        width = max(self._width, float(self.viewport().width()))
        return (width - self._sizes[page].width() * self._scale()) / 2

    def _rect(self, page: int) -> QRectF:
        """Where the page lies in the viewport."""
        scale = self._scale()
        size = self._sizes[page]
        return QRectF(
            self._left(page) - self.horizontalScrollBar().value(),
            self._tops[page] - self.verticalScrollBar().value(),
            size.width() * scale,
            size.height() * scale,
        )

    def _visible(self) -> Iterator[int]:
        if not self._tops:
            return
        top = self.verticalScrollBar().value()
        page = max(bisect_right(self._tops, top) - 1, 0)
        while page < len(self._tops) and self._tops[page] < top + self.viewport().height():
            yield page
            page += 1

    def _at(self, point: QPointF) -> tuple[int, QPointF] | None:
        """The page under (or above) a point of the viewport, and the place on it in points of the page."""
        if not self._tops:
            return None
        y = point.y() + self.verticalScrollBar().value()
        page = max(bisect_right(self._tops, y) - 1, 0)
        rect = self._rect(page)
        scale = rect.width() / self._sizes[page].width()
        return page, QPointF((point.x() - rect.x()) / scale, (point.y() - rect.y()) / scale)

    def _spot(self, point: QPointF) -> tuple[int, QPointF] | None:
        return self._at(point)

    def _scroll_to(self, spot: tuple[int, QPointF], point: QPointF) -> None:
        page, place = spot
        scale = self._scale()
        self.verticalScrollBar().setValue(round(self._tops[page] + place.y() * scale - point.y()))
        self.horizontalScrollBar().setValue(round(self._left(page) + place.x() * scale - point.x()))

    def _scrolled(self) -> None:
        if not self._tops:
            return
        middle = self.verticalScrollBar().value() + self.viewport().height() / 3
        page = max(bisect_right(self._tops, middle) - 1, 0)
        if page != self._shown_page:
            self._shown_page = page
            self.page_changed.emit(page)
        self.viewport().update()

    # ---- page images ----

    def _key(self, page: int) -> ImageKey:
        ratio = self.devicePixelRatioF()
        width = self._sizes[page].width() * self._scale() * ratio
        height = self._sizes[page].height() * self._scale() * ratio
        shrink = min(1.0, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        return page, max(1, round(width * shrink)), max(1, round(height * shrink))

    def _render(self) -> None:
        visible = list(self._visible())
        around = [page for page in (visible[-1] + 1, visible[0] - 1) if 0 <= page < len(self._sizes)] if visible else []
        self._images.want([self._key(page) for page in visible], [self._key(page) for page in around])

    def _image_came(self) -> None:
        self.viewport().update()
        self._render()

    # ---- Qt's side ----

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours.panel))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        scale = self._scale()
        for page in self._visible():
            rect = self._rect(page)
            painter.fillRect(rect, Qt.GlobalColor.white)
            image = self._images.image(self._key(page))
            if image is not None:
                painter.drawImage(rect, image)
            painter.setPen(QColor(colours.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
            painter.save()
            self._paint_marks(painter, (_placed(line, rect, scale) for line in self._marks.get(page, ())))
            if self._selection is not None and self._selection[0] == page:
                painter.setBrush(self.palette().highlight().color().lighter(140))
                for line in pdf_marks.lines(self._selection[1]):
                    painter.drawRect(_placed(line, rect, scale))
            painter.restore()
        painter.end()
        self._render()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, bar = event.key(), self.verticalScrollBar()
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._unpin()
            bar.setValue(bar.minimum() if key == Qt.Key.Key_Home else bar.maximum())
        elif event.matches(QKeySequence.StandardKey.Copy) and self._selection is not None:
            QGuiApplication.clipboard().setText(self._selection[1].text())
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = self._at(event.position())
            self._selection = None
            self.viewport().update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = self._at(event.position())
        over = here is not None and self._rect(here[0]).contains(event.position())
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.ArrowCursor)
        if self._drag_from is None or here is None or here[0] != self._drag_from[0]:
            return
        page, start = self._drag_from
        self._selection = (page, self._pdf.getSelection(page, start, here[1]))
        self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        super().mouseReleaseEvent(event)

    def viewportSizeHint(self) -> QSize:
        return QSize(360, 480)


def _placed(line: QRectF, page: QRectF, scale: float) -> QRectF:
    return QRectF(page.x() + line.x() * scale, page.y() + line.y() * scale, line.width() * scale, line.height() * scale)
