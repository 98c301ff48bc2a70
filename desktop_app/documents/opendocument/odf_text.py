# SPDX-License-Identifier: Apache-2.0
"""Running text of OpenDocument, in order, with what stands beside it.

Headers and footers come first and once; notes, comments, text boxes and charts behind the paragraph that they are anchored in. Text that
was deleted while changes were tracked lies outside the body, so that what is read is the text as it is now.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from desktop_app.contract.document import Locator
from desktop_app.documents.opendocument.odf_numbers import ListPlace, OdfNumbers
from desktop_app.documents.opendocument.odf_objects import Objects
from desktop_app.documents.opendocument.odf_styles import OdfLook, OdfStyles
from desktop_app.documents.opendocument.odf_words import NOTES, SKIPPED, Words, paragraphs, parts, words
from desktop_app.documents.reader import Progress
from desktop_app.documents.text import table
from desktop_app.documents.text.segment_builder import BODY, Part, SegmentBuilder
from desktop_app.documents.text.xml_files import attribute, name_of

_HEADERS = {
    **dict.fromkeys(("header", "header-left", "header-first"), "header"),
    **dict.fromkeys(("footer", "footer-left", "footer-first"), "footer"),
}
_TITLES = ("Title", "P_Title")
_PAGE_NUMBER = re.compile(r"[-–—\s]*\d{0,4}[-–—\s]*")
_MOST_EMPTY = 256  # columns of a row that are filled with empty cells
_ROWS = ("table-header-rows", "table-rows", "table-row-group")
_BOXES = ("text-box", "custom-shape", "rect", "ellipse", "circle", "polygon", "path", "caption", "line", "connector")


class TextWalk:
    """Fills ``flow`` with a text document."""

    def __init__(self, styles: OdfStyles, objects: Objects, progress: Progress) -> None:
        self.flow = SegmentBuilder()
        self._styles = styles
        self._objects = objects
        self._progress = progress
        self._numbers = OdfNumbers(styles)
        self._number = ""  # of the item that begins
        self._count = 0

    def headers(self) -> None:
        """Headers and footers of the page styles in use, each text once."""
        known: set[str] = set()
        names = dict.fromkeys(["Standard", *self._styles.master_names])
        coming = deque(names)
        while coming:
            name = coming.popleft()
            master = self._styles.masters.get(name)
            for part in () if master is None else master:
                kind = _HEADERS.get(name_of(part), "")
                if not kind or attribute(part, "display") == "false":
                    continue
                for paragraph in paragraphs(part):
                    text = words(paragraph)
                    if text not in known and not _PAGE_NUMBER.fullmatch(text):
                        known.add(text)
                        self.flow.parts(self._parts(paragraph, OdfLook()), about=Locator(aside=kind))
            following = "" if master is None else attribute(master, "next-style-name")
            if following and following not in names:
                names[following] = None
                coming.append(following)

    def body(
        self, element: Any, look: OdfLook, about: Locator = BODY, kind: str = "text", place: ListPlace | None = None
    ) -> None:
        """What stands inside an element; ``about`` holds for all of it, ``place`` is the list it is in."""
        for child in element:
            name = name_of(child)
            if name in SKIPPED or not name:
                continue
            if name in ("p", "h"):
                self._paragraph(child, name, look, about, kind)
            elif name == "table":
                self._table(child, look, about)
            elif name == "list":
                self._list(child, look, about, place)
            elif name == "section":
                hidden = attribute(child, "display") == "none" or attribute(child, "is-hidden") == "true"
                inner = self._styles.look("section", attribute(child, "style-name"), look)
                self.body(child, inner, replace(about, hidden="text") if hidden else about, kind, place)
            elif name in NOTES:
                self._note(child)
            else:
                self._frame(child, name, look, about, kind, place)

    def _frame(self, element: Any, name: str, look: OdfLook, about: Locator, kind: str, place: ListPlace | None) -> None:
        if name in ("object", "object-ole"):
            for text, how in self._objects.chart(element):
                self.flow.paragraph(text, how, about=replace(about, aside=about.aside or "chart"))
            return
        if name in ("frame", *_BOXES) and attribute(element, "style-name"):
            look = self._styles.look("graphic", attribute(element, "style-name"), look)
        if name in _BOXES:
            about = replace(about, aside=about.aside or "box")
        self.body(element, look, about, kind, place)

    def _list(self, element: Any, look: OdfLook, about: Locator, outer: ListPlace | None) -> None:
        place = self._numbers.enter(element, outer)
        for item in element:
            if name_of(item) == "list-item":
                first = next((child for child in item if name_of(child) in ("p", "h")), None)
                style = "" if first is None else attribute(first, "style-name")
                self._number = "" if first is None else self._numbers.of_item(place, item, style)
                self.body(item, look, about, "list", place)
                self._number = ""
            elif name_of(item) == "list-header":
                self.body(item, look, about, "list", place)

    def _parts(self, element: Any, look: OdfLook, apart: list[Any] | None = None) -> list[Part]:
        own = self._styles.look("paragraph", attribute(element, "style-name"), look)
        return parts(element, self._styles, own, apart)

    def _paragraph(self, element: Any, name: str, look: OdfLook, about: Locator, kind: str) -> None:
        if self._count % 200 == 0:
            self._progress(self._count, None)
        self._count += 1
        style = attribute(element, "style-name")
        own = self._styles.look("paragraph", style, look)
        found = Words(self._styles)
        found.collect(element, own)
        number, self._number = self._number, ""
        written = ""
        for mark in found.marks:
            if name_of(mark) == "number":
                written = written or words(mark)
            elif attribute(mark, "is-hidden") == "true":
                about = replace(about, hidden="text")
        level = None
        if name == "h":
            outline = attribute(element, "outline-level", "1")
            level = int(outline) if outline.isdecimal() and len(outline) < 3 else 1
            number = number or ("" if kind == "list" else self._numbers.of_heading(element, level))
        elif style in _TITLES:
            level = 0
        self.flow.parts(found.found, kind, level=level, number=f"{written} " if written else number, about=about)
        for inner in found.apart:
            if name_of(inner) in NOTES:
                self._note(inner)
            else:
                self._frame(inner, name_of(inner), own, about, "text", None)

    def _note(self, note: Any) -> None:
        """A foot note, an end note or a comment."""
        if name_of(note) == "annotation":
            author = next((table.clean(child.text or "") for child in note if name_of(child) == "creator"), "")
            about = Locator(aside="comment", author=author)
        else:
            about = Locator(aside="endnote" if attribute(note, "note-class") == "endnote" else "footnote")
        for paragraph in paragraphs(note):
            self.flow.parts(self._parts(paragraph, OdfLook()), about=about)

    def _table(self, element: Any, look: OdfLook, about: Locator) -> None:
        own = self._styles.look("table", attribute(element, "style-name"), look)
        beside: list[Any] = []
        self.flow.rows_of_parts(self._rows(element, own, beside), about=about)
        for inner in beside:
            if name_of(inner) in NOTES:
                self._note(inner)
            else:
                self._frame(inner, name_of(inner), own, about, "text", None)

    def _rows(self, element: Any, look: OdfLook, beside: list[Any]) -> list[Sequence[Sequence[Part]]]:
        rows: list[Sequence[Sequence[Part]]] = []
        for child in element:
            if name_of(child) == "table-row":
                own = self._styles.look("table-row", attribute(child, "style-name"), look)
                rows.append(self._cells(child, own, beside))
            elif name_of(child) in _ROWS:
                rows += self._rows(child, look, beside)
        return rows

    def _cells(self, row: Any, look: OdfLook, beside: list[Any]) -> list[list[Part]]:
        cells: list[list[Part]] = []
        for cell in row:
            if name_of(cell) not in ("table-cell", "covered-table-cell"):
                continue
            own = self._styles.look("table-cell", attribute(cell, "style-name"), look)
            said: list[Part] = []
            for paragraph in paragraphs(cell):
                said += self._parts(paragraph, own, beside)
                said.append((BODY, " "))
            count = attribute(cell, "number-columns-repeated", "1")
            if count != "1" and count.isdecimal() and len(count) < 9 and not any(text.strip() for _, text in said):
                cells += [said] * (min(int(count), 64, _MOST_EMPTY - len(cells)) - 1)
            cells.append(said)
        return cells
