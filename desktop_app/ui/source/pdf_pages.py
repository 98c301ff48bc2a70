# SPDX-License-Identifier: Apache-2.0
"""The pages of a PDF below each other, with a quoted sentence marked.

Nothing of the file is parsed here: the viewer process draws the pages (``page_images``), finds the quotes (``pdf_marks``) and tells where
the letters stand (``page_selection``). Until a page is drawn it is painted white, or stretched from the size it had before; one that
cannot be drawn says why in its place. The paper stays white in the dark theme: it is somebody's document.

Places on a page are in points, as the file has them; ``turned`` turns them with the page. Of a long file the first hundred page sizes come at once, the others in
batches afterwards; all pages count as being like the first until then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.viewer_process import (
    Box,
    GetOutline,
    GetPageSizes,
    GetPageText,
    OpenPdf,
    PageSizes,
    PdfOpened,
)
from desktop_app.foundation.errors import Problem
from desktop_app.ui.look import theme
from desktop_app.ui.navigation.page_requests import PageRequests
from desktop_app.ui.source.page_find import FoundWords, PageFind
from desktop_app.ui.source.page_images import ImageKey, PageImages
from desktop_app.ui.source.page_selection import PageSelection
from desktop_app.ui.source.pdf_marks import PdfMarks
from desktop_app.ui.source.turned_boxes import placed, turned
from desktop_app.ui.source.zoomable_area import MARGIN, ZoomableArea, paint_sentence

SMALLEST, LARGEST = 0.2, 6.0  # of 100 %, at which 72 points are 96 px
_MOST_PIXELS = 12_000_000  # of one page; past this it is drawn smaller and stretched
_READABLE = 0.8  # below this zoom ordinary print is too small to read; fit-to-width then leaves out the page's blank margins
_BATCH = 1_000  # page sizes asked for at once
_DESCRIBED = 8_000  # characters of a page that a screen reader is told


class PdfPages(ZoomableArea):
    """Pages count from 0 here, as PDFium counts them.

    ``loaded``: the document that was asked for is open. ``failed``: it cannot be shown (``Problem``). ``marked``: whether the marks that
    were asked for were found. ``finding``: the words looked for, and their hits.
    """

    loaded = Signal()
    failed = Signal(object)
    marked = Signal(bool)
    page_changed = Signal(int)
    selection_changed = Signal()

    def __init__(self, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(SMALLEST, LARGEST, parent)
        self._viewer = viewer
        self._images = PageImages(viewer, self)
        self._images.came.connect(self._image_came)
        self._marks = PdfMarks(viewer, self)
        self._marks.found.connect(self._marks_found)
        self._selection = PageSelection(viewer, self)
        self._selection.changed.connect(self._selection_changed)
        self._selection.letters_came.connect(self._describe)
        self.finding = PageFind(viewer, self)
        self.finding.changed.connect(self.viewport().update)
        self.finding.gone_to.connect(self._show_hit)
        self._path = self._password = self._version = ""
        self._opening: Operation | None = None
        self._wanted_marks: Sequence[tuple[Locator, str]] | None = None
        self._turns = 0
        self._points: list[tuple[float, float]] = []  # width and height of each page, unturned
        self._sizes: list[QSizeF] = []  # as they are shown
        self._measured = 0
        self._tops: list[float] = []
        self._width = 0.0
        self._shown_page = -1
        self._pressed: QPointF | None = None

        self.setStyleSheet("QAbstractScrollArea::corner { background: transparent; }")
        self.viewport().setMouseTracking(True)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    # ---- the document ----

    def load(self, path: str, password: str = "") -> None:
        """Open a file, unless it is open already and unchanged; ``loaded`` or ``failed`` follows."""
        if (path, password) != (self._path, self._password):
            self.close_document()
        self._drop_opening()
        self._path, self._password = path, password
        operation = self._opening = self._viewer.request(lambda id_: OpenPdf(id_, path, password))
        operation.succeeded.connect(self._opened)
        operation.failed.connect(self._not_opened)

    def _opened(self, result: PdfOpened) -> None:
        self._opening = None
        if result.version != self._version or result.page_count != len(self._points):
            wanted = self._wanted_marks
            self._forget()
            self._wanted_marks = wanted
            self._version = result.version
            self._images.open(self._path, self._password)
            self._selection.open(self._path, self._password)
            first = result.sizes[0]
            self._points = [*result.sizes, *[first] * (result.page_count - len(result.sizes))]
            self._measured = len(result.sizes)
            self._turn_sizes()
            self._layout()
        self.loaded.emit()
        if self._wanted_marks is not None:
            self._ask_marks(self._wanted_marks)
        self._measure()

    def _not_opened(self, problem: Problem) -> None:
        self._opening = None
        self._forget()
        self.failed.emit(problem)

    def close_document(self) -> None:
        """Show nothing, and let go of the file."""
        self._drop_opening()
        self._path = self._password = ""
        self._wanted_marks = None
        self._turns = 0
        self._forget()

    def _forget(self) -> None:
        self._version = ""
        self._images.close()
        self._marks.clear()
        self._selection.close()
        self.finding.clear()
        self._points, self._sizes, self._tops = [], [], []
        self._measured = 0
        self._wanted_marks = self._pressed = None
        self._pinned = False
        self._shown_page = -1
        self.viewport().update()

    def _drop_opening(self) -> None:
        opening, self._opening = self._opening, None
        if opening is not None:
            opening.succeeded.disconnect(self._opened)
            opening.failed.disconnect(self._not_opened)
            opening.cancel()

    @property
    def page_count(self) -> int:
        return len(self._sizes)

    @property
    def page(self) -> int:
        """The page at the top third of the viewport."""
        return max(self._shown_page, 0)

    def go_to(self, page: int, top: float = 0.0) -> None:
        """Scroll to ``top`` points down a page, as a bookmark says; the nearest page where there is none."""
        if self._sizes:
            self._pinned = False
            page = min(max(page, 0), len(self._sizes) - 1)
            down = turned((0.0, top, 0.0, top), self._points[page], self._turns).top() if top else 0.0
            self.verticalScrollBar().setValue(round(self._tops[page] + down * self._scale() - MARGIN))

    def rotate(self, degrees: int) -> None:
        """Turn all pages clockwise by a multiple of 90 degrees; the page on the screen stays there."""
        self._turns = (self._turns + degrees // 90) % 4
        page = self.page
        self._turn_sizes()
        self._layout()
        if not self._pinned:
            self.go_to(page)

    def _turn_sizes(self) -> None:
        self._sizes = [QSizeF(height, width) if self._turns % 2 else QSizeF(width, height) for width, height in self._points]

    # ---- for the rest of the panel; each gives an Operation ----

    def outline(self) -> Operation:
        """The bookmarks; its result is an ``Outline``."""
        return self._viewer.request(lambda id_: GetOutline(id_, self._path, self._password))

    def page_text(self, page: int) -> Operation:
        """The letters of a page; its result is a ``PageText``."""
        return self._viewer.request(lambda id_: GetPageText(id_, self._path, self._password, page=page))

    @property
    def requests(self) -> PageRequests:
        """Asks for pictures of the document that is open now, turned as it is now, also when another is open later."""
        return PageRequests(self._viewer, self._path, self._password, self._points, self._turns)

    # ---- finding ----

    def find_text(self, text: str) -> None:
        """Look for words from this page on; an empty text ends it. The hits are in ``finding``."""
        self.finding.start(self._path, self._password, text, self.page)

    def _show_hit(self, hit: FoundWords) -> None:
        self._pinned = False
        self._bring_into_sight(hit.page, hit.boxes)

    # ---- the quote ----

    def mark(self, places: Sequence[tuple[Locator, str]], *, softly: bool = False) -> None:
        """Mark each text on or next to its page (which a locator counts from 1) and scroll to the first; its ``chars`` say where to look
        first. ``marked`` follows; until then the page is shown without a mark.

        ``softly`` is for a whole passage, which would be too loud in the colour of a sentence.
        """
        self._softly = softly
        if self._opening is None and self._points:
            self._ask_marks(places)
        else:
            self._wanted_marks = places

    def _ask_marks(self, places: Sequence[tuple[Locator, str]]) -> None:
        self._wanted_marks = None
        self._marks.ask(self._path, self._password, places, self._points)
        if self._marks.boxes:
            self._pinned = True
            self._show_mark()
        elif self._marks.page is not None:
            self.go_to(self._marks.page)
        self.viewport().update()

    def _marks_found(self) -> None:
        if self._marks.boxes:
            self._pinned = True
        if self._fit:
            self._layout()  # the print may be narrower than the page
        if self._marks.boxes:
            self._show_mark()
        elif self._marks.page is not None:
            self.go_to(self._marks.page)
        self.viewport().update()
        self.marked.emit(bool(self._marks.boxes))

    def marked_text(self) -> str:
        """What stands under the mark, as the page has it, or as it was recognised there."""
        return self._marks.text

    def _show_mark(self) -> None:
        page = min(self._marks.boxes)
        self._bring_into_sight(page, self._marks.boxes[page])

    def _bring_into_sight(self, page: int, boxes: Sequence[Box]) -> None:
        """Scroll so that the first line stands in the upper third."""
        if not boxes or page >= len(self._tops):
            return
        line = turned(boxes[0], self._points[page], self._turns)
        scale = self._scale()
        top = self._tops[page] + line.top() * scale
        self.verticalScrollBar().setValue(round(top - self.viewport().height() * 0.33))
        left = self._left(page) + line.left() * scale
        bar = self.horizontalScrollBar()
        if not bar.value() <= left <= bar.value() + self.viewport().width() - 40:
            bar.setValue(round(left - MARGIN * 2))

    # ---- the selection ----

    def selected_text(self) -> str:
        """What the user has selected; "" when nothing."""
        return self._selection.text

    def selected_page(self) -> int | None:
        """The page on which the selection begins."""
        return self._selection.first_page

    def _selection_changed(self) -> None:
        self.viewport().update()
        self.selection_changed.emit()

    def _describe(self, page: int) -> None:
        """Tell a screen reader what stands on the page that is shown."""
        letters = self._selection.letters(page)
        if page == self.page and letters is not None:
            self.setAccessibleDescription(letters.plain(0, _DESCRIBED))

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
            printed = self._printed()
            if zoom < _READABLE and printed is not None:
                zoom = max(zoom, min(room / (printed[1] - printed[0]), _READABLE))
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
        printed = self._printed()
        if self._fit and printed is not None:
            self.horizontalScrollBar().setValue(round(self._left(self._marks.page or 0) + printed[0] * scale - MARGIN))
        if self._pinned and self._marks.boxes:
            self._show_mark()
        elif anchor is not None:
            page, point = anchor
            self.verticalScrollBar().setValue(round(self._tops[page] + point.y() * scale))
        self._scrolled()
        self.viewport().update()

    def _printed(self) -> tuple[float, float] | None:
        """In a narrow panel the blank margins of the marked (or first) page are left outside, so that its letters can be read."""
        return self._marks.printed if not self._turns else None

    def _measure(self) -> None:
        """Ask for the next batch of page sizes."""
        first = self._measured
        if not first < len(self._points):
            return
        operation = self._viewer.request(lambda id_: GetPageSizes(id_, self._path, self._password, first=first, count=_BATCH))
        version = self._version
        operation.succeeded.connect(lambda result: self._sizes_came(result, version))

    def _sizes_came(self, result: PageSizes, version: str) -> None:
        if version != self._version or result.first != self._measured or not result.sizes:
            return  # of another document
        end = result.first + len(result.sizes)
        changed = self._points[result.first : end] != list(result.sizes)
        self._points[result.first : end] = result.sizes
        self._measured = end
        if changed:
            self._turn_sizes()
            self._layout()
        self._measure()

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
        return self.requests.key(page, self._scale() * self.devicePixelRatioF(), _MOST_PIXELS)

    def _render(self) -> None:
        visible = list(self._visible())
        if not visible:
            return
        around = (visible[-1] + 1, visible[0] - 1, visible[-1] + 2)
        self._images.want(
            [self._key(page) for page in visible],
            [self._key(page) for page in around if 0 <= page < len(self._sizes)],
        )
        if all(self._images.has(self._key(page)) for page in visible):
            self._selection.want(visible)  # the picture comes first

    def _on_pixels(self, rect: QRectF, key: ImageKey) -> QRectF:
        """Where a picture of just this size goes: a pixel of it on one of the screen, else its letters blur."""
        ratio = self.devicePixelRatioF()
        if abs(rect.width() * ratio - key[1]) >= 1:
            return rect  # drawn smaller than it is shown
        return QRectF(round(rect.x() * ratio) / ratio, round(rect.y() * ratio) / ratio, key[1] / ratio, key[2] / ratio)

    def _image_came(self) -> None:
        self.viewport().update()
        self._render()

    # ---- Qt's side ----

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), QColor(colours.panel))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page in self._visible():
            rect = self._rect(page)
            painter.fillRect(rect, Qt.GlobalColor.white)
            key = self._key(page)
            image = self._images.image(key)
            problem = self._images.problem(page)
            if image is not None and self._images.has(key):
                painter.drawImage(self._on_pixels(rect, key), image)
            elif image is not None:
                painter.drawImage(rect, image)
            elif problem is not None:
                paint_sentence(painter, rect, problem)
            painter.setPen(QColor(colours.line))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(-0.5, -0.5, 0.5, 0.5))
            painter.save()
            self._paint_marks(painter, self._placed(page, self._marks.boxes.get(page, ())))
            self._paint_hits(painter, page)
            painter.setBrush(_SELECTED)
            for line in self._placed(page, self._selection.boxes(page)):
                painter.drawRect(line)
            painter.restore()
        painter.end()
        self._render()

    def _paint_hits(self, painter: QPainter, page: int) -> None:
        for hit in self.finding.on_page(page):
            painter.setBrush(_HIT_GONE_TO if hit is self.finding.current else _HIT)
            for line in self._placed(page, hit.boxes):
                painter.drawRoundedRect(line.adjusted(-1, -1, 1, 1), 2, 2)

    def _placed(self, page: int, boxes: Sequence[Box]) -> Iterator[QRectF]:
        """Boxes of a page in pixels of the viewport."""
        return placed(boxes, self._points[page], self._turns, self._rect(page))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.StyleChange):
            self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, bar = event.key(), self.verticalScrollBar()
        if key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._unpin()
            bar.setValue(bar.minimum() if key == Qt.Key.Key_Home else bar.maximum())
        elif event.matches(QKeySequence.StandardKey.Copy) and self.selected_text():
            QGuiApplication.clipboard().setText(self.selected_text())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._selection.take_page(self.page)
        else:
            super().keyPressEvent(event)

    def _place_at(self, point: QPointF) -> tuple[int, float, float] | None:
        """The page at a point of the viewport, and the place on it in points of the file."""
        here = self._at(point)
        if here is None:
            return None
        page, place = here
        size = self._sizes[page]
        back = turned((place.x(), place.y(), place.x(), place.y()), (size.width(), size.height()), -self._turns)
        return page, back.x(), back.y()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        here = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and here is not None:
            self._pressed = event.position()
            self._selection.begin(*here)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        here = self._place_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and here is not None:
            self._selection.take_word(*here)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        here = self._place_at(event.position())
        over = here is not None and self._rect(here[0]).contains(event.position())
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor if over else Qt.CursorShape.ArrowCursor)
        if self._pressed is None or here is None:
            return
        if (event.position() - self._pressed).manhattanLength() >= QApplication.startDragDistance() / 2:
            self._selection.extend(*here)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        super().mouseReleaseEvent(event)

    def viewportSizeHint(self) -> QSize:
        return QSize(360, 480)


# On the white of the paper in every theme, under ink that must stay readable.
_SELECTED = QColor("#BBD5FA")
_HIT = QColor("#BFE3C4")
_HIT_GONE_TO = QColor("#7CC98A")
