# SPDX-License-Identifier: Apache-2.0
"""Slides and drawings of OpenDocument: texts by page.

Frames in the order in which they are drawn. Text is known as hidden on a slide that the presentation skips, on a layer that is switched
off, beside the page, and where it has the colour of what is behind it; that is known only where no other shape lies below the frame.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from msgspec.structs import replace

from desktop_app.contract.document import Locator, Segment
from desktop_app.documents.opendocument.odf_objects import Objects
from desktop_app.documents.opendocument.odf_styles import OdfLook, OdfStyles, points
from desktop_app.documents.opendocument.odf_words import paragraphs, parts, words
from desktop_app.documents.reader import Progress
from desktop_app.documents.text import table
from desktop_app.documents.text.segment_builder import BODY
from desktop_app.documents.text.xml_files import attribute, name_of

_SHAPES = frozenset(
    "frame custom-shape rect ellipse circle polygon path line connector caption polyline regular-polygon".split()
)
_PLACES = ("page", "page-number", "date-time", "header", "footer")  # of notes: what repeats the slide
_DECLARED = {"footer-decl": "footer", "header-decl": "header"}
_MOST_DRAWN = 500  # shapes that a text is held against
Box = tuple[float, float, float, float]


class _Around(NamedTuple):
    """What holds for the text inside an element."""

    look: OdfLook
    about: Locator = BODY
    kind: str = "text"
    in_notes: bool = False


class Slides:
    """The pages of a presentation or a drawing."""

    def __init__(self, styles: OdfStyles, objects: Objects, progress: Progress) -> None:
        self._styles = styles
        self._objects = objects
        self._progress = progress
        self._said: list[tuple[str, str, Locator]] = []
        self._drawn: list[Box | None] = []
        self._size = (0.0, 0.0)

    def read(self, body: Any) -> tuple[list[Segment], int]:
        """The segments of all pages, and how many pages there are."""
        segments: list[Segment] = []
        pages = [child for child in body if name_of(child) == "page"]
        declared = {
            attribute(child, "name"): (_DECLARED[name_of(child)], words(child)) for child in body if name_of(child) in _DECLARED
        }
        for number, page in enumerate(pages, start=1):
            self._progress(number, len(pages))
            hidden = self._page(page)
            for use in ("use-footer-name", "use-header-name"):
                kind, text = declared.pop(attribute(page, use), ("", ""))
                if text:
                    self._said.append(("text", text, Locator(aside=kind)))
            heading = next((text for kind, text, about in self._said if kind == "heading" and not about.hidden), "")
            place = Locator(slide=number, headings=(heading,) if heading else ())
            for kind, text, about in self._said:
                where = replace(place, aside=about.aside, author=about.author, hidden=about.hidden or hidden)
                segments.append(Segment(text, where, kind))
        return segments, len(pages)

    def _page(self, page: Any) -> str:
        """Collect what a page says; returns why the whole of it is not seen."""
        self._said, self._drawn = [], []
        master = self._styles.masters.get(attribute(page, "master-page-name"))
        layout = None if master is None else self._styles.layouts.get(attribute(master, "page-layout-name"))
        self._size = _page_size(layout)
        look = OdfLook()
        if master is not None:
            look = self._styles.look("drawing-page", attribute(master, "style-name"), look)
            self._drawn = [_box(shape) for shape in master if name_of(shape) in _SHAPES and not attribute(shape, "class")]
        style = attribute(page, "style-name")
        look = self._styles.look("drawing-page", style, look)
        for child in page:
            if name_of(child) != "notes":
                self._texts(child, _Around(look))
        for notes in (child for child in page if name_of(child) == "notes"):
            for child in notes:
                self._texts(child, _Around(OdfLook(behind=None), in_notes=True))
        return "slide" if self._styles.said("drawing-page", style).get("visibility") == "hidden" else ""

    def _texts(self, element: Any, around: _Around) -> None:
        name = name_of(element)
        if not name or name in ("forms", "binary-data", "desc", "animations"):
            return
        if name == "annotation":
            self._comment(element)
        elif name in ("object", "object-ole"):
            for text, kind in self._objects.chart(element):
                self._said.append((kind, text, replace(around.about, aside="chart")))
        elif name == "table":
            self._table(element, around)
        elif name in ("p", "h"):
            self._paragraph(element, around)
        else:
            inside = self._inside(element, name, around)
            if inside is not None:
                for child in element:
                    self._texts(child, inside)
                if name in _SHAPES and not around.in_notes:
                    self._drawn.extend(self._covering(element))

    def _inside(self, element: Any, name: str, around: _Around) -> _Around | None:
        kind = attribute(element, "class") if name == "frame" else ""
        if around.in_notes and kind in _PLACES:
            return None
        if name == "list" and around.kind == "text":
            around = around._replace(kind="list")
        if kind == "title" and not around.in_notes:
            around = around._replace(kind="heading")
        if name not in _SHAPES:
            return around
        look, about = around.look, around.about
        own = self._own_look(element, look)
        box = _box(element)
        if own.behind == look.behind and self._is_covered(box):
            own = own._replace(behind=None)
        if not about.hidden and attribute(element, "layer") in self._styles.off_layers:
            about = replace(about, hidden="layer")
        if not about.hidden and box is not None and _is_beside(box, self._size):
            about = replace(about, hidden="off_page")
        return around._replace(look=own, about=about)

    def _own_look(self, element: Any, look: OdfLook) -> OdfLook:
        for family in ("graphic", "presentation"):
            key = "{urn:oasis:names:tc:opendocument:xmlns:" + ("drawing" if family == "graphic" else family) + ":1.0}style-name"
            if element.get(key):
                look = self._styles.look(family, element.get(key), look)
        return look

    def _is_covered(self, box: Box | None) -> bool:
        if len(self._drawn) > _MOST_DRAWN:
            return True
        return any(box is None or other is None or _meet(box, other) for other in self._drawn)

    def _covering(self, element: Any) -> Iterator[Box | None]:
        """The place of a shape that hides what is below it: a picture, or one that is filled."""
        picture = any(name_of(child) in ("image", "object", "object-ole", "plugin") for child in element)
        blank = self._own_look(element, OdfLook(behind=(1, 2, 3)))
        if picture or blank.behind != (1, 2, 3):
            yield _box(element)

    def _paragraph(self, element: Any, around: _Around) -> None:
        look = self._styles.look("paragraph", attribute(element, "style-name"), around.look)
        apart: list[Any] = []
        self._tell(parts(element, self._styles, look, apart), around)
        for inner in apart:
            self._texts(inner, around)

    def _tell(self, said: list[tuple[Locator, str]], around: _Around) -> None:
        seen = "".join(text for about, text in said if about == BODY).strip()
        if seen:
            self._said.append(("text" if around.about.hidden else around.kind, seen, around.about))
        for beside in dict.fromkeys(about for about, text in said if about != BODY and text.strip()):
            text = "".join(words for about, words in said if about == beside).strip()
            about = Locator(aside=beside.aside, hidden=beside.hidden or around.about.hidden)
            self._said.append(("text", text, about))

    def _comment(self, note: Any) -> None:
        author = next((table.clean(child.text or "") for child in note if name_of(child) == "creator"), "")
        for paragraph in paragraphs(note):
            if text := words(paragraph):
                self._said.append(("text", text, Locator(aside="comment", author=author)))

    def _table(self, element: Any, around: _Around) -> None:
        rows = [
            [
                table.clean(" ".join(words(paragraph) for paragraph in paragraphs(cell)))
                for cell in row
                if name_of(cell) in ("table-cell", "covered-table-cell")
            ]
            for row in element.iter()
            if name_of(row) == "table-row"
        ]
        self._said.extend((kind, text, around.about) for _, text, kind in table.lay_out((None, row, None) for row in rows))


def _page_size(layout: Any | None) -> tuple[float, float]:
    """Width and height of a page in points, zeros where they are not known."""
    for properties in () if layout is None else layout:
        if name_of(properties) == "page-layout-properties":
            width, height = (points(attribute(properties, name)) for name in ("page-width", "page-height"))
            return width or 0.0, height or 0.0
    return 0.0, 0.0


def _box(shape: Any) -> Box | None:
    """(left, top, right, bottom) of a shape in points, None where it says no place or is turned."""
    values = [points(attribute(shape, name)) for name in ("x", "y", "width", "height")]
    if attribute(shape, "transform") or any(value is None for value in values):
        return None
    x, y, width, height = (value or 0.0 for value in values)
    return x, y, x + width, y + height


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _is_beside(box: Box, size: tuple[float, float]) -> bool:
    """Whether no part of a shape lies on the page."""
    if not size[0] or not size[1]:
        return False
    return box[2] < 0 or box[3] < 0 or box[0] > size[0] or box[1] > size[1]
