# SPDX-License-Identifier: Apache-2.0
"""Fills the outline of the open source, and follows the place in it.

Headings of a text come from the engine, bookmarks and pages of a PDF from the viewer process. Nothing is asked for, and no widget is made,
while the outline is folded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSplitter

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract.messages import FileHeading, FileHeadings, FileHeadingsResult
from desktop_app.contract.viewer_process import Outline
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.source.text_pane import TextPane

if TYPE_CHECKING:
    from desktop_app.ui.navigation.outline_side import OutlineSide, Place
    from desktop_app.ui.source.pdf_view import PdfView

_BESIDE_PX = 560  # a panel that is narrower has the outline above the text
_SIDE_PX = 190
_ABOVE_PX = 180


class SourceOutline(QObject):
    """``toggled``: it was unfolded or folded."""

    toggled = Signal(bool)

    def __init__(self, client: EngineClient, parts: QSplitter, text: TextPane) -> None:
        """``parts`` holds the views; the outline is put before them."""
        super().__init__(parts)
        self._client = client
        self._parts = parts
        self._text = text
        self._pdf: PdfView | None = None  # the one that is shown
        self._hears_pdf = False
        self._shows_text = False
        self._side: OutlineSide | None = None
        self._loaded = False
        self._operation: Operation | None = None
        self._unfolded = False
        text.place_changed.connect(self._text_scrolled)

    @property
    def unfolded(self) -> bool:
        """Whether it is wanted; it stays so from one source to the next."""
        return self._unfolded

    def toggle(self) -> None:
        """Unfold it, with the keyboard in it, or fold it."""
        self._unfolded = not self._unfolded
        self._show()
        if self._unfolded and self._side is not None:
            self._side.focus_list()
        self.toggled.emit(self._unfolded)

    def set_view(self, *, text: bool = False, pdf: PdfView | None = None) -> None:
        """What is on the screen now: a text, a PDF, or neither; or another file in the same view."""
        if pdf is not None and not self._hears_pdf:
            self._hears_pdf = True  # there is one view for all PDFs
            pdf.page_changed.connect(self._page_changed)
            pdf.pages.loaded.connect(self._pdf_loaded)
        self._shows_text, self._pdf = text, pdf
        self._drop()
        self._loaded = False
        self._show()

    def fit(self, width: int) -> None:
        """Beside the text where there is room, above it in a narrow panel."""
        wanted = Qt.Orientation.Horizontal if width >= _BESIDE_PX else Qt.Orientation.Vertical
        if self._parts.orientation() != wanted:
            self._parts.setOrientation(wanted)
            self._share()

    def retranslate(self) -> None:
        if self._side is not None:
            self._side.retranslate()
            if self._loaded:  # slides are named in the language of the window
                self._loaded = False
                self._show()

    # ---- inside ----

    def _show(self) -> None:
        wanted = self._unfolded and (self._shows_text or self._pdf is not None)
        if self._side is None:
            if not wanted:
                return
            self._make()
        assert self._side is not None
        was_hidden = self._side.isHidden()
        self._side.setVisible(wanted)
        if wanted and was_hidden:
            self._share()
        if wanted and not self._loaded:
            self._loaded = True
            self._load()

    def _make(self) -> None:
        from desktop_app.ui.navigation.outline_side import OutlineSide
        from desktop_app.ui.source.page_images import image_of

        self._side = OutlineSide(image_of)
        self._side.hide()
        self._side.gone_to.connect(self._go)
        self._side.page_chosen.connect(self._go_to_page)
        self._parts.insertWidget(0, self._side)
        self._parts.setStretchFactor(1, 1)

    def _share(self) -> None:
        beside = self._parts.orientation() == Qt.Orientation.Horizontal
        whole = self._parts.width() if beside else self._parts.height()
        first = theme.scaled(_SIDE_PX) if beside else min(_ABOVE_PX, whole // 3)
        self._parts.setSizes([first, max(1, whole - first)])

    def _load(self) -> None:
        assert self._side is not None
        self._drop()
        self._side.show_loading()
        if self._pdf is not None:
            pages = self._pdf.pages
            self._side.show_pages(pages.page_count, pages.requests.thumbnail if pages.page_count else None)
            if not pages.page_count:
                return  # ``loaded`` comes
            self._operation = pages.outline()
            self._operation.succeeded.connect(self._bookmarks_came)
        else:
            self._side.show_pages(0, None)
            path = self._text.text.path
            self._operation = self._client.request(lambda id_: FileHeadings(id=id_, path=path))
            self._operation.succeeded.connect(self._headings_came)
        self._operation.failed.connect(self._nothing_came)

    def _drop(self) -> None:
        operation, self._operation = self._operation, None
        if operation is not None:
            operation.succeeded.disconnect()
            operation.failed.disconnect()
            operation.cancel()

    def _headings_came(self, result: FileHeadingsResult) -> None:
        from desktop_app.ui.navigation.outline_side import OutlineLine

        self._operation = None
        assert self._side is not None
        lines = [OutlineLine(_title(one), one.level, (one.chunk, one.start)) for one in result.headings]
        self._side.show_lines(lines, more=result.more)
        self._side.follow(self._text.place)

    def _bookmarks_came(self, result: Outline) -> None:
        from desktop_app.ui.navigation.outline_side import OutlineLine

        self._operation = None
        assert self._side is not None
        self._side.show_lines(
            [
                OutlineLine(one.title, one.level, None if one.page is None else (one.page, one.top or 0.0))
                for one in result.entries
            ]
        )
        if self._pdf is not None:
            self._side.follow((self._pdf.pages.page, 0.0))

    def _nothing_came(self, _problem: object) -> None:
        self._operation = None
        if self._side is not None:
            self._side.show_lines(())

    def _pdf_loaded(self) -> None:
        if self._pdf is not None:
            self._loaded = False
            self._show()

    def _go(self, place: Place) -> None:
        if self._pdf is not None:
            self._pdf.pages.go_to(int(place[0]), place[1])
        else:
            self._text.go_to(int(place[0]), int(place[1]))
        if self._side is not None:
            self._side.follow(place)

    def _go_to_page(self, page: int) -> None:
        if self._pdf is not None:
            self._pdf.pages.go_to(page)

    def _text_scrolled(self, chunk: int, start: int) -> None:
        if self._side is not None and self._shows_text:
            self._side.follow((chunk, start))

    def _page_changed(self, page: int) -> None:
        if self._side is not None and self._pdf is not None:
            self._side.follow((page - 1, 0.0))


def _title(heading: FileHeading) -> str:
    if heading.kind == "sheet":
        return tr("Sheet {sheet}", sheet=heading.title)
    if heading.kind == "slide":
        number = tr("slide {number}", number=heading.number)
        return f"{number} · {heading.title}" if heading.title else number
    return heading.title
