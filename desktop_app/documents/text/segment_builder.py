# SPDX-License-Identifier: Apache-2.0
"""Builds segments from paragraphs, headings and tables in order.

For formats without pages on disk (Word 97, rich text, OpenDocument, e-books) a place is the heading trail and the range in the text
of all segments joined by line ends, as for .docx. What else is to be said of a text is handed in as a ``Locator`` without a place: that
it is a comment and whose, or that it is not seen. Such text names no section of the body.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from msgspec.structs import replace

from desktop_app.contract.document import Locator, Segment
from desktop_app.contract.typed_table import RowCells
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.headings import Trail

BODY = Locator()  # of text that is seen, in the body
Part = tuple[Locator, str]
"""A stretch of a paragraph, with what is said of it: ``BODY``, or struck, hidden …"""
_SOFT_HYPHEN = "\xad"  # where a word may be parted; nobody searches for it


class SegmentBuilder:
    """``segments`` grow in reading order, and ``tables`` with them."""

    def __init__(self) -> None:
        self.segments: list[Segment] = []
        self.tables = FoundTables()
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

    def paragraph(self, text: str, kind: str = "text", *, about: Locator = BODY, cells: RowCells | None = None) -> None:
        """Add a paragraph; one without text is left out. ``cells``: of a row of one of ``tables``."""
        text = text.replace(_SOFT_HYPHEN, "").strip()
        if text:
            self._add(text, kind, about, cells)

    def rows(self, rows: Iterable[list[str]], *, about: Locator = BODY) -> None:
        """A table, row by row, each row a list of its cells' text."""
        for _, text, kind, cells in self._laid_out([table.clean(cell) for cell in row] for row in rows):
            self._add(text, kind, about, cells)

    def _laid_out(self, rows: Iterable[list[str]]) -> Iterator[tuple[int, str, str, RowCells | None]]:
        """The rows of a table as (number from 1, text, kind, cells)."""
        self.tables.begin(self.segments[-1].text if self.segments and self.segments[-1].kind != "row" else "")
        for number, cells, names, kind in table.laid_rows(table.text_row(at, row) for at, row in enumerate(rows, start=1)):
            noted = self.tables.take(cells, names, kind, number)
            if kind != table.HEADER:
                yield number, table.row_text(cells, names), kind, noted

    def parts(
        self, parts: Sequence[Part], kind: str = "text", *, level: int | None = None, number: str = "", about: Locator = BODY
    ) -> None:
        """Add a paragraph made of ``parts``, a heading where it has a ``level``: what is seen of it, and behind that what is not or is
        struck. ``number`` is what the file's program puts before it, with what parts it from the text ("3.2 "); ``about`` holds for all of it."""
        seen, beside = _divided(parts)
        seen = seen.strip()
        whole = number + seen
        if seen and level is not None:
            self.heading(level, whole, about=about)
        elif seen:
            self.paragraph(whole, kind, about=about)
        if not beside:
            return
        for place, group in groupby(beside, lambda part: part[0]):
            text = "".join(words for _, words in group).strip()
            if text:
                self.paragraph(text if seen else number + text, about=_both(place, about))

    def rows_of_parts(self, rows: Iterable[Sequence[Sequence[Part]]], *, about: Locator = BODY) -> None:
        """A table whose cells are made of parts: each row, and behind it what is not seen of it or is struck, with the columns' names."""
        table_of: list[Sequence[Sequence[Part]]] = list(rows)
        divided = [[_divided(cell) for cell in row] for row in table_of]
        seen = [[table.clean(text) for text, _ in row] for row in divided]
        unseen = [row if any(parts for _, parts in cells) else () for row, cells in zip(table_of, divided, strict=True)]
        laid_out = [(number, cells, None) for number, cells in enumerate(seen, start=1)]
        names: list[str] | None = None
        top = table.header_row(laid_out) if any(unseen) else 0
        if top:
            names = [table.clean("".join(text for _, text in cell)) for cell in table_of[top - 1]]
            unseen[top - 1] = ()  # its names stand with the values
        told = 0
        for number, text, kind, noted in self._laid_out(seen):
            self._beside(unseen[told : number - 1], names, about)
            told = max(told, number - 1)
            self._add(text, kind, about, noted)
        self._beside(unseen[told:], names, about)

    def _beside(self, rows: Iterable[Sequence[Sequence[Part]]], names: list[str] | None, about: Locator) -> None:
        for row in rows:
            for beside in dict.fromkeys(place for cell in row for place, text in cell if place != BODY and text.strip()):
                cells = [table.clean("".join(text for place, text in cell if place == beside)) for cell in row]
                self._add(table.row_text(cells, names), "row", _both(beside, about))

    def leave_sections(self) -> None:
        """What follows (notes, comments) belongs to no heading."""
        self._trail.enter(0, "")

    def _add(self, text: str, kind: str, about: Locator, cells: RowCells | None = None) -> None:
        locator = replace(about, chars=(self._length, self._length + len(text)), headings=self._trail.now)
        self.segments.append(Segment(text, locator, kind, cells=cells))
        self._length += len(text) + 1


def _divided(parts: Sequence[Part]) -> tuple[str, list[Part]]:
    """What is seen of a paragraph, and the parts that are not or are struck."""
    if len(parts) == 1 and parts[0][0] is BODY:
        return parts[0][1], []
    beside = [part for part in parts if part[0] is not BODY and part[0] != BODY]
    seen = parts if not beside else [part for part in parts if part[0] == BODY]
    return "".join([text for _, text in seen]), beside


def _both(place: Locator, about: Locator) -> Locator:
    return replace(about, hidden=place.hidden or about.hidden, aside=place.aside or about.aside)
