# SPDX-License-Identifier: Apache-2.0
"""Letters of a PDF page with their boxes, as PDFium has them."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from desktop_app.documents.pdf import pdf_calls, pdf_page
from desktop_app.documents.viewing.page_letters import PageLetters

_FINE = 1 << 20  # steps in which PDFium is asked where a place of the page lies on the screen
_MOST_LETTERS = 2_000_000  # of one page; the largest of 1,030 real files had 90,000


def letters(page: Any, size: tuple[float, float]) -> PageLetters:
    """``page`` is pypdfium2's, ``size`` its width and height in points."""
    textpage = page.get_textpage()
    try:
        text = pdf_page.characters(textpage)[:_MOST_LETTERS]
        boxes = np.zeros((len(text), 4), dtype=np.float64)  # left, right, bottom, top
        raw, start = pdf_calls.address(textpage), boxes.ctypes.data
        box_of = pdf_calls.character_box_of
        for at in range(start, start + 32 * len(text), 32):
            box_of(raw, (at - start) // 32, at, at + 8, at + 16, at + 24)
    finally:
        textpage.close()
    return PageLetters(text, _shown(page, size, boxes).astype(np.float32).tobytes())


def _shown(page: Any, size: tuple[float, float], boxes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Boxes of the file's own measure as left, top, right and bottom of the page as it is shown: it may be cut, and turned."""
    if not len(boxes):
        return boxes
    origin, right, up = (_on_screen(page, size, x, y) for x, y in ((0.0, 0.0), (1000.0, 0.0), (0.0, 1000.0)))
    across, along = (right - origin) / 1000, (up - origin) / 1000
    one = origin + np.outer(boxes[:, 0], across) + np.outer(boxes[:, 2], along)
    other = origin + np.outer(boxes[:, 1], across) + np.outer(boxes[:, 3], along)
    shown = np.concatenate((np.minimum(one, other), np.maximum(one, other)), axis=1)
    shown[~boxes.any(axis=1)] = 0.0
    return shown


def _on_screen(page: Any, size: tuple[float, float], x: float, y: float) -> np.ndarray[Any, Any]:
    across, down = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDF_PageToDevice(page.raw, 0, 0, _FINE, _FINE, 0, x, y, ctypes.byref(across), ctypes.byref(down))
    return np.array((across.value * size[0] / _FINE, down.value * size[1] / _FINE))
