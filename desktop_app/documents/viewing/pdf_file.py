# SPDX-License-Identifier: Apache-2.0
"""An open PDF of the viewer process: its pages and their sizes."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from desktop_app.contract.document import UnreadableDocument

_A4 = (595.0, 842.0)


class PdfFile:
    """Pages count from 0, as PDFium counts them."""

    def __init__(self, path: Path, password: str) -> None:
        """Raises ``UnreadableDocument`` ("password", "damaged")."""
        try:
            self.pdf = pypdfium2.PdfDocument(path, password=password or None)
        except pypdfium2.PdfiumError as error:
            protected = error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
            raise UnreadableDocument("password" if protected else "damaged") from error
        if not len(self.pdf):
            self.pdf.close()
            raise UnreadableDocument("damaged", "no pages")

    @property
    def page_count(self) -> int:
        """How many pages it has."""
        return len(self.pdf)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height in points, as the page is shown; those of A4 for a page that is damaged."""
        found = pdfium.FS_SIZEF()
        if pdfium.FPDF_GetPageSizeByIndexF(self.pdf.raw, page, ctypes.byref(found)) and found.width > 0 and found.height > 0:
            return found.width, found.height
        return _A4

    def close(self) -> None:
        """Let go of the file."""
        self.pdf.close()
