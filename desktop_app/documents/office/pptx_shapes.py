# SPDX-License-Identifier: Apache-2.0
"""Shapes of a slide to texts: what each says, and whether it is seen.

In the order in which they are drawn, which is the order in which PowerPoint reads them aloud. Text is known as hidden where its shape is
switched off in the selection pane or lies beside the slide, where it is too small, transparent, or has the colour of what is behind it.
What is behind it is known only where no other shape lies there: white text on a picture or on a dark panel is how slides look.
A placeholder that says no fill of its own may have the one of its layout.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any, NamedTuple

from msgspec.structs import replace

from desktop_app.contract.document import Locator
from desktop_app.contract.typed_table import RowCells
from desktop_app.documents.office.pptx_looks import NO_FILL, UNKNOWN, Fill, SlideColours, is_clear
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.colours import Colour, alike
from desktop_app.documents.text.segment_builder import BODY, Part
from desktop_app.documents.text.xml_files import attribute, name_of

TITLES = ("title", "ctrTitle")
FOOTERS = {"ftr": "footer", "hdr": "header", "dt": "footer"}
_NOT_SAID = ("sldNum", "sldImg")
_TINY = 250  # hundredths of a point
_MOST_DRAWN = 500  # shapes that a text is held against; on a busier slide nothing is known of what is behind it
_DEEPEST = 50  # groups within groups
_SHAPES = frozenset(("sp", "graphicFrame", "pic", "cxnSp"))
_HEADS = ("nvSpPr", "nvGrpSpPr", "nvGraphicFramePr", "nvPicPr", "nvCxnSpPr")
_STRUCK = ("sngStrike", "dblStrike")


Named = dict[str, Any]
"""The elements of a shape by their names, of several the first."""


class Box(NamedTuple):
    """A place on the slide, in its own units (914,400 an inch)."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        """Whether two places have any point in common."""
        return self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom


class Frame(NamedTuple):
    """How a group puts what is inside it onto the slide: x * ``wide`` + ``right``, y * ``high`` + ``down``."""

    wide: float = 1.0
    high: float = 1.0
    right: float = 0.0
    down: float = 0.0

    def box(self, shape: Named) -> Box | None:
        """The place of a shape, None where it says none: then it is its layout's, which lies on the slide."""
        found = _transform(shape)
        if found is None:
            return None
        x, y, width, height = found[0]
        left, top = x * self.wide + self.right, y * self.high + self.down
        return Box(left, top, left + width * self.wide, top + height * self.high)

    def within(self, group: Named) -> Frame:
        """The frame of what is inside a group."""
        found = _transform(group)
        if found is None:
            return self
        (x, y, width, height), inner = found
        if inner is None:
            return self
        inner_x, inner_y, inner_width, inner_height = inner
        across = width / inner_width if inner_width else 1.0
        down = height / inner_height if inner_height else 1.0
        return Frame(
            self.wide * across,
            self.high * down,
            self.right + self.wide * (x - inner_x * across),
            self.down + self.high * (y - inner_y * down),
        )


_SLIDE = Frame()


class Said(NamedTuple):
    """A text of a slide: its kind as in ``Segment``, and what is to be said of it besides where it stands."""

    kind: str
    text: str
    about: Locator = BODY
    cells: RowCells | None = None


class Shapes:
    """Walks over the shapes of one slide; ``said`` grows in their order, and its tables are noted in ``tables``."""

    def __init__(
        self,
        colours: SlideColours | None,
        size: tuple[float, float],
        tables: FoundTables | None = None,
        *,
        own_texts: bool = False,
    ) -> None:
        """``own_texts``: of a layout or a master, what it shows itself on every slide, above or below the middle of it."""
        self.said: list[Said] = []
        self._noted = tables
        self._own_texts = own_texts
        self._aside = ""
        self._colours = colours
        self._slide = Box(0, 0, *size)
        self._drawn: list[Box | None] = []  # what is filled, None for somewhere
        if colours is not None:
            if colours.layout.drawn is None:
                colours.layout.drawn = [place for part in colours.layout.parts for place in self._decorations(part)]
            self._drawn += colours.layout.drawn

    def read(self, element: Any, frame: Frame = _SLIDE, hidden: str = "", depth: int = 0) -> None:
        """Texts of the shapes inside ``element``."""
        if depth > _DEEPEST:
            return
        for child in element:
            name = name_of(child)
            if name == "Fallback":
                continue
            if name == "grpSp":
                inside = _named(child)
                self.read(child, frame.within(inside), hidden or _switched_off(inside), depth + 1)
            elif name in _SHAPES:
                inside = _named(child)
                self._shape(child, name, inside, frame.box(inside), hidden or _switched_off(inside))
            else:
                self.read(child, frame, hidden, depth + 1)

    def _shape(self, shape: Any, name: str, inside: Named, box: Box | None, hidden: str) -> None:
        if not hidden and box is not None and self._slide.right and not _touches(self._slide, box):
            hidden = "off_page"
        if self._own_texts:
            if placeholder(shape):
                return
            is_low = box is not None and box.top + box.bottom > self._slide.bottom
            self._aside = "footer" if is_low else "header"
        fill = self._fill(inside)
        kind = placeholder(shape) if name == "sp" or not fill[0] else ""
        if not fill[0] and kind and self._layout_fills():
            fill = UNKNOWN
        behind = self._behind(box, fill)
        if name == "graphicFrame":
            self._tables(shape, hidden, behind)
        elif name == "sp":
            self._text(shape, kind, hidden, behind)
        if name in ("pic", "graphicFrame") or fill[0]:
            self._drawn.append(box)

    def _fill(self, inside: Named) -> Fill:
        if self._colours is None:
            return UNKNOWN
        properties, style = inside.get("spPr"), inside.get("style")
        filled = self._colours.fill(properties)
        if filled == NO_FILL and style is not None:
            own = any(name_of(child) == "noFill" for child in (() if properties is None else properties))
            by_theme = any(name_of(one) == "fillRef" and attribute(one, "idx") not in ("", "0") for one in style)
            return UNKNOWN if by_theme and not own else NO_FILL
        return filled

    def _layout_fills(self) -> bool:
        """Whether the layout or its master fills any of its placeholders."""
        layout = None if self._colours is None else self._colours.layout
        if layout is None:
            return False
        if layout.fills is None:
            layout.fills = any(
                placeholder(shape) and self._fill(_named(shape))[0] for part in layout.parts for shape in part.iter("{*}sp")
            )
        return layout.fills

    def _behind(self, box: Box | None, fill: Fill) -> Colour | None:
        """The colour that the text of a shape stands on, None where it is not known."""
        if fill[0]:
            return fill[1]
        covered = len(self._drawn) > _MOST_DRAWN or any(
            below is None or box is None or below.meets(box) for below in self._drawn
        )
        return None if covered or self._colours is None else self._colours.background

    def _decorations(self, root: Any) -> Iterator[Box | None]:
        """The places of what a layout or a master draws below the slide."""
        for child in root.iter("{*}pic", "{*}sp"):
            if name_of(child) == "pic" or (not placeholder(child) and self._fill(_named(child))[0]):
                yield _SLIDE.box(_named(child))

    def _text(self, shape: Any, kind: str, hidden: str, behind: Colour | None) -> None:
        if kind in _NOT_SAID:
            return
        if kind in FOOTERS:
            text = table.clean(" ".join("".join(words for _, words in parts) for parts in self._paragraphs(shape, behind)))
            if not any(True for _ in shape.iter("{*}fld")):
                self._say("text", text, Locator(aside=FOOTERS[kind], hidden=hidden))
            return
        paragraphs = list(self._paragraphs(shape, behind))
        if kind in TITLES:
            joined = [part for parts in paragraphs for part in (*parts, (BODY, " "))]
            paragraphs = [joined] if joined else []
        for parts in paragraphs:
            self._told("heading" if kind in TITLES else "text", parts, hidden)

    def _told(self, kind: str, parts: list[Part], hidden: str) -> None:
        beside = [part for part in parts if part[0] is not BODY and part[0] != BODY]
        seen = "".join([text for about, text in parts if about is BODY or about == BODY]).strip()
        if seen:
            self._say("text" if hidden else kind, table.clean(seen) if kind == "heading" else seen, Locator(hidden=hidden))
        for about, group in groupby(beside, lambda part: part[0]):
            text = "".join(words for _, words in group).strip()
            self._say("text", text, Locator(aside=about.aside, hidden=about.hidden or hidden))

    def _say(self, kind: str, text: str, about: Locator, cells: RowCells | None = None) -> None:
        if text and self._aside:
            self.said.append(Said("row" if kind == "row" else "text", text, replace(about, aside=about.aside or self._aside)))
        elif text:
            self.said.append(Said(kind, text, about, cells))

    def _tables(self, frame: Any, hidden: str, behind: Colour | None) -> None:
        for grid in (element for element in frame.iter() if name_of(element) == "tbl"):
            styled = any(name_of(element) in ("tableStyleId", "tableStyle") for element in grid.iter())
            rows = [
                [self._cell(cell, None if styled else behind) for cell in row if name_of(cell) == "tc"]
                for row in grid
                if name_of(row) == "tr"
            ]
            seen = ([table.clean(" ".join(text for about, text in cell if about == BODY)) for cell in row] for row in rows)
            noted = FoundTables() if self._noted is None else self._noted
            noted.begin()
            for number, cells, names, kind in table.laid_rows(table.text_row(at, row) for at, row in enumerate(seen, start=1)):
                own = noted.take(cells, names, kind, number)
                if kind != table.HEADER:
                    self._say(kind, table.row_text(cells, names), Locator(hidden=hidden), None if self._noted is None else own)
            for about, text in (part for row in rows for cell in row for part in cell if part[0] != BODY):
                self._say("text", text.strip(), Locator(aside=about.aside, hidden=about.hidden or hidden))

    def _cell(self, cell: Any, behind: Colour | None) -> list[Part]:
        properties = next((child for child in cell if name_of(child) == "tcPr"), None)
        filled = NO_FILL if self._colours is None else self._colours.fill(properties)
        parts = []
        for paragraph in self._paragraphs(cell, filled[1] if filled[0] else behind):
            parts += [*paragraph, (BODY, " ")]
        return parts

    def _paragraphs(self, element: Any, behind: Colour | None) -> Iterator[list[Part]]:
        for paragraph in element.iter("{*}p"):
            parts = list(self._runs(paragraph, behind))
            if any(text.strip() for _, text in parts):
                yield parts

    def _runs(self, paragraph: Any, behind: Colour | None) -> Iterator[Part]:
        about = BODY
        for element in paragraph.iter():
            name = name_of(element)
            if name == "t":
                yield about, (element.text or "").replace("\xad", "")
            elif name in ("r", "fld"):
                about = BODY
            elif name == "rPr":
                about = self._about(element, behind)
            elif name == "br":
                about = BODY
                yield BODY, "\n"
            elif name == "tab":
                yield BODY, "\t"

    def _about(self, look: Any, behind: Colour | None) -> Locator:
        size = attribute(look, "sz")
        if size.isdecimal() and len(size) < 7 and int(size) <= _TINY:
            return Locator(hidden="tiny")
        if is_clear(look):
            return Locator(hidden="invisible")
        fill = NO_FILL if self._colours is None else self._colours.fill(look)
        if fill[0] and alike(fill[1], behind) and not _highlighted(look):
            return Locator(hidden="invisible")
        return Locator(aside="struck") if attribute(look, "strike") in _STRUCK else BODY


def placeholder(shape: Any) -> str:
    """Which place of the layout a shape fills: "title", "body" …; "" for one that stands for itself."""
    found = next(shape.iter("{*}ph"), None)
    return "" if found is None else attribute(found, "type", "body")


def paragraphs(element: Any) -> Iterator[str]:
    """The text of each paragraph inside an element, without a look at how it is drawn."""
    shapes = Shapes(None, (0, 0))
    for parts in shapes._paragraphs(element, None):
        yield "".join(text for _, text in parts).strip()


def _highlighted(look: Any) -> bool:
    return any(name_of(child) == "highlight" for child in look)


def _named(shape: Any) -> Named:
    """The elements of a shape."""
    return {name_of(child): child for child in reversed(shape)}


def _switched_off(shape: Named) -> str:
    """ "text" for a shape that is switched off in the selection pane, or a group of such."""
    named = next((shape[name] for name in _HEADS if name in shape), ())
    for one in named:
        if name_of(one) == "cNvPr":
            return "text" if attribute(one, "hidden") in ("1", "true") else ""
    return ""


def _touches(slide: Box, box: Box) -> bool:
    """Whether any part of a shape lies on the slide; a line has no height."""
    return box.left <= slide.right and box.right >= slide.left and box.top <= slide.bottom and box.bottom >= slide.top


Place = tuple[float, float, float, float]


def _transform(shape: Named) -> tuple[Place, Place | None] | None:
    """(x, y, width, height) of a shape, and of a group those of what is inside it."""
    holder = shape.get("xfrm")
    for name in ("spPr", "grpSpPr") if holder is None else ():
        holder = next((one for one in shape.get(name, ()) if name_of(one) == "xfrm"), holder)
    if holder is None:
        return None
    found = {name_of(one): one for one in holder}
    outer = _place(found.get("off"), found.get("ext"))
    return None if outer is None else (outer, _place(found.get("chOff"), found.get("chExt")))


def _place(offset: Any | None, extent: Any | None) -> Place | None:
    try:
        if offset is None or extent is None:
            return None
        return (
            float(attribute(offset, "x")),
            float(attribute(offset, "y")),
            float(attribute(extent, "cx")),
            float(attribute(extent, "cy")),
        )
    except ValueError:
        return None
