# SPDX-License-Identifier: Apache-2.0
"""Builds segments from paragraphs, headings and tables in order.

For formats without pages on disk (Word 97, rich text, OpenDocument, e-books) a place is the heading trail and the range in the text
of all segments joined by line ends, as for .docx. What else is to be said of a text is handed in as a ``Locator`` without a place: that
it is a comment and whose, or that it is not seen. Such text names no section of the body.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from desktop_app.contract.document import Locator, Segment
from desktop_app.documents.text import table
from desktop_app.documents.text.headings import Trail

BODY = Locator()  # of text that is seen, in the body
_SOFT_HYPHEN = "\xad"  # where a word may be parted; nobody searches for it


class SegmentBuilder:
    """``segments`` grow in reading order."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.title = ""
        self._trail = Trail()
        self._length = 0

    def heading(self, level: int, text: str, *, about: Locator = BODY) -> None:
        """``level`` from 1; 0 is the document's title, which opens no section."""
        title = table.clean(text.replace(_SOFT_HYPHEN, ""))
        if not title:
            return
        if about.hidden or about.aside:
            self._add(title, "text", about)
            return
        self.title = self.title or title
        if level:
            self._trail.enter(level, title)
        self._add(title, "heading", about)

    def paragraph(self, text: str, kind: str = "text", *, about: Locator = BODY) -> None:
        """Add a paragraph; one without text is left out."""
        text = text.replace(_SOFT_HYPHEN, "").strip()
        if text:
            self._add(text, kind, about)

    def rows(self, rows: Iterable[list[str]], *, about: Locator = BODY) -> None:
        """A table, row by row, each row a list of its cells' text."""
        for _, text, kind in table.lay_out((None, [table.clean(cell) for cell in row], None) for row in rows):
            self._add(text, kind, about)

    def leave_sections(self) -> None:
        """What follows (notes, comments) belongs to no heading."""
        self._trail.enter(0, "")

    def _add(self, text: str, kind: str, about: Locator) -> None:
        locator = replace(about, chars=(self._length, self._length + len(text)), headings=self._trail.now)
        self.segments.append(Segment(text, locator, kind))
        self._length += len(text) + 1
