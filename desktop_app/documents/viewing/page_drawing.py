# SPDX-License-Identifier: Apache-2.0
"""Draws a page of a PDF into pixels, and stops half-way when asked.

Most pages of offices are black on white; grey ones travel in a third of the bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pypdfium2.raw as pdfium

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import MOST_PIXELS, Pixels


def draw(page: Any, width: int, height: int, turns: int, stop: Callable[[], bool]) -> Pixels | None:
    """A page of pypdfium2 on white paper; None when ``stop``, which is called every few objects, said so. Raises
    ``UnreadableDocument`` ("too_big", "damaged")."""
    width, height = max(width, 1), max(height, 1)
    if width * height > MOST_PIXELS:
        raise UnreadableDocument("too_big", f"{width} x {height} pixels")
    buffer = np.full((height, width, 3), 255, dtype=np.uint8)
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, buffer.ctypes.data, width * 3)
    if not bitmap:
        raise UnreadableDocument("too_big", f"{width} x {height} pixels")
    pause = pdfium.IFSDK_PAUSE(version=1)
    asks = type(pause.NeedToPauseNow)
    ask = asks(lambda _: stop())  # kept here: PDFium calls it until the end
    pause.NeedToPauseNow = ask
    try:
        state = pdfium.FPDF_RenderPageBitmap_Start(bitmap, page.raw, 0, 0, width, height, turns % 4, pdfium.FPDF_ANNOT, pause)
        pdfium.FPDF_RenderPage_Close(page.raw)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    if state == pdfium.FPDF_RENDER_TOBECONTINUED:
        return None
    if state == pdfium.FPDF_RENDER_FAILED:
        raise UnreadableDocument("damaged", "the page cannot be drawn")
    return pixels(buffer)


def pixels(colours: np.ndarray[Any, Any]) -> Pixels:
    """An array of rows of blue, green and red; grey where it has no colour."""
    height, width = colours.shape[:2]
    blue = colours[:, :, 0]
    if np.array_equal(blue, colours[:, :, 1]) and np.array_equal(blue, colours[:, :, 2]):
        return Pixels(width, height, 1, blue.tobytes())
    return Pixels(width, height, 3, colours.tobytes())
