# SPDX-License-Identifier: Apache-2.0
"""Where a piece of text stands in its file, and whether it is seen.

A file of its own, because what is known of a table (``typed_table.py``) has a place as well, and a document has tables.
"""

from __future__ import annotations

import msgspec

ASIDES = ("header", "footer", "footnote", "endnote", "comment", "struck", "box", "chart", "field")
"""What text beside the body of a page may be: ``box`` a text box or shape, ``field`` a form field, ``struck`` struck through."""

HIDDEN = ("sheet", "slide", "row", "column", "text", "invisible", "tiny", "off_page", "layer")
"""Why a person who opens the file does not see a text: its sheet, slide, row or column is hidden; it is formatted as hidden; it has the colour of
what is behind it or none; it is too small to read; it lies outside the page; its layer is switched off."""


class Locator(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a piece of text stands in its file; only the fields that make sense for the format are set.

    ``page`` and ``slide`` count from 1; ``chars`` is a half-open range of character indices on that page (as PDFium counts
    them) or, for files without pages, in the decoded file (line ends counted as one character; for Word, in the text of all
    segments joined by line ends); ``lines`` is an inclusive range from 1; ``sheet`` and ``cells``
    ("B2:D9") belong together; ``headings`` is the trail from the outermost heading down; ``part`` names a part of a mail or
    an archive member. ``boxes`` mark text that has no characters to select (scans, pictures, OFD), one a line: (left, top,
    right, bottom) as shares 0..1 of the page, from its upper left corner.

    ``label`` is what the file itself calls its page ("iv", "A-3"), where that is not the number. ``aside`` (one of ``ASIDES``) says what
    the text is where it does not belong to the body, ``author`` who wrote the comment. ``hidden`` (one of ``HIDDEN``) says why it is not
    seen by who opens the file; such text is not searched, quoted or put into a prompt unless that was asked for.
    """

    page: int | None = None
    chars: tuple[int, int] | None = None
    lines: tuple[int, int] | None = None
    sheet: str | None = None
    cells: str | None = None
    slide: int | None = None
    headings: tuple[str, ...] = ()
    part: str | None = None
    boxes: tuple[tuple[float, float, float, float], ...] = ()
    label: str = ""
    aside: str = ""
    author: str = ""
    hidden: str = ""
