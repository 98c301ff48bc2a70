# SPDX-License-Identifier: Apache-2.0
"""An open PDF of the viewer process: pages, sizes, letters, bookmarks."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import OutlineEntry
from desktop_app.documents.pdf import pdf_page
from desktop_app.documents.viewing import pdf_text_layer
from desktop_app.documents.viewing.page_letters import PageLetters

_IN_MEMORY = 64 << 20  # bytes; a file that is read whole is not held open: on Windows nobody could save it meanwhile
_A4 = (595.0, 842.0)
_SPACE = re.compile(r"[\s\x00-\x1f]+")
_DEEPEST = 8  # levels of bookmarks
_MOST_ENTRIES = 20_000
_LONGEST_TITLE = 300  # characters


class PdfFile:
    """Pages count from 0, as PDFium counts them. Each method raises ``UnreadableDocument`` for a page that is damaged or not there."""

    def __init__(self, path: Path, password: str) -> None:
        """Raises ``UnreadableDocument`` ("password", "damaged")."""
        try:
            small = path.stat().st_size <= _IN_MEMORY
            content = path.read_bytes() if small else path.open("rb")  # not the path, which pypdfium2 resolves
            self._pdf = pypdfium2.PdfDocument(content, password=password or None, autoclose=True)
        except OSError as error:
            raise UnreadableDocument("unreadable", str(error)) from error
        except pypdfium2.PdfiumError as error:
            protected = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
            raise UnreadableDocument("password" if protected else "damaged") from error
        self._texts: dict[int, str] = {}  # for a second search
        self._page: tuple[int, Any] | None = None  # drawing it, its letters and its quotes are asked one after another
        if not len(self._pdf):
            self.close()
            raise UnreadableDocument("damaged", "no pages")

    @property
    def page_count(self) -> int:
        """How many pages it has."""
        return len(self._pdf)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height in points, as the page is shown; those of A4 for a page that is damaged."""
        found = pdfium.FS_SIZEF()
        if pdfium.FPDF_GetPageSizeByIndexF(self._pdf.raw, page, ctypes.byref(found)) and found.width > 0 and found.height > 0:
            return found.width, found.height
        return _A4

    def page(self, number: int) -> Any:
        """The page of pypdfium2, open until another is asked for."""
        if self._page is not None and self._page[0] == number:
            return self._page[1]
        self._close_page()
        try:
            page = self._pdf[number]
        except (pypdfium2.PdfiumError, IndexError) as error:
            raise UnreadableDocument("damaged", f"page {number + 1}") from error
        self._page = number, page
        return page

    def letters(self, number: int) -> PageLetters:
        """The letters of a page and their places."""
        try:
            return pdf_text_layer.letters(self.page(number), self.size(number))
        except pypdfium2.PdfiumError as error:
            raise UnreadableDocument("damaged", f"text of page {number + 1}") from error

    def text(self, number: int) -> str:
        """One character for each of PDFium's indices; "" for a page that is damaged."""
        known = self._texts.get(number)
        if known is None:
            try:
                textpage = self.page(number).get_textpage()
            except (pypdfium2.PdfiumError, UnreadableDocument):
                known = ""
            else:
                known = pdf_page.characters(textpage)
                textpage.close()
            self._texts[number] = known
        return known

    def outline(self) -> Iterator[OutlineEntry]:
        """The bookmarks; of a broken outline those before the break."""
        try:
            for number, mark in enumerate(self._pdf.get_toc(max_depth=_DEEPEST)):
                if number >= _MOST_ENTRIES:
                    return
                title = _SPACE.sub(" ", mark.get_title() or "").strip()[:_LONGEST_TITLE]
                target = mark.get_dest()
                page = None if target is None else target.get_index()
                if title:
                    top = None if target is None or page is None else self._top(target, page)
                    yield OutlineEntry(title, mark.level, page, top)
        except (pypdfium2.PdfiumError, ValueError, RecursionError):
            return

    def _top(self, target: Any, page: int) -> float | None:
        """Where on its page a bookmark leads, in points from the top."""
        mode, numbers = target.get_view()
        at = {pdfium.PDFDEST_VIEW_XYZ: 1, pdfium.PDFDEST_VIEW_FITH: 0, pdfium.PDFDEST_VIEW_FITR: 3}.get(mode)
        if at is None or at >= len(numbers):
            return None
        height = self.size(page)[1]
        return min(max(height - float(numbers[at]), 0.0), height)

    def close(self) -> None:
        """Let go of the file."""
        self._close_page()
        self._pdf.close()

    def _close_page(self) -> None:
        if self._page is not None:
            self._page[1].close()
            self._page = None
