# SPDX-License-Identifier: Apache-2.0
"""The views of the source panel; the one that fits is on the screen.

    a PDF          -> its pages, the quote marked on them        a workbook, a CSV file  -> a grid, the cells marked
    a picture      -> the picture, the lines of the quote marked    anything else        -> the running text

Pages and grid are made when they are first wanted. Each view is asked the same: what is marked, what is selected, where that stands.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.file_kinds import kind_of
from desktop_app.contract.messages import ContextChunk, ContextResult
from desktop_app.ui.navigation.empty_source import EmptySource
from desktop_app.ui.navigation.find_bar import Findable
from desktop_app.ui.source.image_view import PictureView
from desktop_app.ui.source.shown_source import ShownSource
from desktop_app.ui.source.text_pane import TextPane

if TYPE_CHECKING:
    from desktop_app.ui.sheet.sheet_view import SheetView
    from desktop_app.ui.source.pdf_view import PdfView

_NO_GRID = ".dbf"  # of the spreadsheets: its reader knows no cells


class SourceViews(QStackedWidget):
    """``failed`` carries a Problem when pages, cells or a picture cannot be shown, ``opened`` comes when they can; ``marked``: whether the
    quote was found on the pages."""

    failed = Signal(object)
    opened = Signal()
    marked = Signal(bool)

    def __init__(self, client: EngineClient, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self.empty = EmptySource(self)
        self.text = TextPane(client, self)
        self.picture = PictureView(viewer, self)
        self.image = self.picture.image
        self.image.failed.connect(self.failed)
        self.pdf: PdfView | None = None  # the one that was made
        self.sheet: SheetView | None = None
        self._wanted: QWidget | None = None  # what was asked to show the file itself
        for view in (self.empty, self.text, self.picture):
            self.addWidget(view)

    # ---- what is shown ----

    def show_file(self, shown: ShownSource, password: str) -> bool:
        """Show the file itself, and mark the quote on it; False where its text must do."""
        ending, kind = Path(shown.path).suffix.lower(), kind_of(shown.path)
        if ending == ".pdf":
            self._wanted = self._show_pages(shown, password)
        elif kind == "spreadsheet" and ending != _NO_GRID:
            self._wanted = self._show_cells(shown, password)
        else:
            self._wanted = self._show_picture(shown) if kind == "picture" else None
        if self._wanted is None:
            return False
        self.setCurrentWidget(self._wanted)
        return True

    def show_file_again(self) -> None:
        """The file itself, which is open by now."""
        if self._wanted is not None:
            self.setCurrentWidget(self._wanted)

    def show_text(self, shown: ShownSource, result: ContextResult | None) -> None:
        """The text around what is shown; without the engine (None) the passage alone."""
        if result is not None:
            self.text.show_context(result, shown.span, cited=bool(shown.places))
        else:
            chunk = ContextChunk(shown.chunk_id, shown.text, shown.locator, [], [])
            alone = ContextResult(0, shown.path, shown.chunk_id, [chunk], exists=True, changed=False)
            self.text.show_context(alone, (0, len(shown.text)) if shown.span else None)
        self.setCurrentWidget(self.text)

    def show_nothing(self) -> None:
        """Let go of every file."""
        self._wanted = None
        if self.pdf is not None:
            self.pdf.pages.close_document()
        if self.sheet is not None:
            self.sheet.close_sheet()
        self.image.close_document()
        self.text.clear_text()
        self.setCurrentWidget(self.empty)

    # ---- what is asked of the one on the screen ----

    @property
    def shows_text(self) -> bool:
        """Whether the running text is on the screen."""
        return self.currentWidget() is self.text

    def shown_pdf(self) -> PdfView | None:
        """The pages, where they are on the screen."""
        return self.pdf if self.pdf is not None and self.currentWidget() is self.pdf else None

    def shown_sheet(self) -> SheetView | None:
        """The grid, where it is on the screen."""
        return self.sheet if self.sheet is not None and self.currentWidget() is self.sheet else None

    def turn(self) -> None:
        """Turn the pages or the picture clockwise; text and cells stay as they are."""
        pdf = self.shown_pdf()
        if pdf is not None:
            pdf.pages.rotate(90)
        elif self.currentWidget() is self.picture:
            self.image.rotate(90)

    def findable(self) -> Findable | None:
        """The view, where words can be looked for in it."""
        pages: Findable | None = self.shown_pdf()
        return self.text if self.shows_text else pages or self.shown_sheet()

    def marked_text(self) -> str:
        """The text under the mark, as the view has it; "" where nothing is marked."""
        if self.shows_text:
            return self.text.view.marked_text()
        if self.currentWidget() is self.picture:
            return self.image.marked_text()
        pdf, sheet = self.shown_pdf(), self.shown_sheet()
        return pdf.pages.marked_text() if pdf is not None else sheet.marked_text() if sheet is not None else ""

    def selected_text(self) -> str:
        """What the person has selected; "" when nothing."""
        if self.shows_text:
            return self.text.view.textCursor().selection().toPlainText()
        pdf, sheet = self.shown_pdf(), self.shown_sheet()
        return pdf.pages.selected_text() if pdf is not None else sheet.selected_text() if sheet is not None else ""

    def selected_locator(self) -> Locator | None:
        """Where the selection begins; None without one."""
        if self.shows_text:
            return self.text.selected_locator()
        pdf, sheet = self.shown_pdf(), self.shown_sheet()
        if pdf is None:
            return sheet.selected_place() if sheet is not None else None
        page = pdf.pages.selected_page()
        return None if page is None else Locator(page=page + 1)

    def retranslate(self) -> None:
        for view in (self.empty, self.text, self.picture, self.pdf, self.sheet):
            if view is not None:
                view.retranslate()

    # ---- the views ----

    def _show_pages(self, shown: ShownSource, password: str) -> QWidget | None:
        if shown.places and shown.places[0][0].page is None:
            return None
        if self.pdf is None:
            from desktop_app.ui.source.pdf_view import PdfView

            self.pdf = PdfView(self._viewer, self)
            self.pdf.pages.failed.connect(self.failed)
            self.pdf.pages.loaded.connect(self.opened)
            self.pdf.pages.marked.connect(self.marked)
            self.addWidget(self.pdf)
        self.pdf.pages.load(shown.path, password)
        self.pdf.pages.mark(shown.places, softly=shown.span is None)
        return self.pdf

    def _show_cells(self, shown: ShownSource, password: str) -> QWidget | None:
        if shown.locator.part:
            return None  # inside an archive
        if self.sheet is None:
            from desktop_app.ui.sheet.sheet_view import SheetView

            self.sheet = SheetView(self._viewer, self)
            self.sheet.failed.connect(self.failed)
            self.sheet.shown.connect(self.opened)
            self.addWidget(self.sheet)
        self.sheet.show_sheet(
            shown.path, shown.locator, shown.terms, password, softly=shown.span is None, name=shown.name, marked=shown.cells
        )
        return self.sheet

    def _show_picture(self, shown: ShownSource) -> QWidget | None:
        place = shown.places[0][0] if shown.places else shown.locator
        if (shown.places and not place.boxes) or place.part:
            return None  # inside an archive, or nothing to mark on it
        self.image.load(shown.path, (place.page or 1) - 1)
        self.image.show_marked(shown.places, softly=shown.span is None)
        return self.picture
