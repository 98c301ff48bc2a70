# SPDX-License-Identifier: Apache-2.0
"""Walks the text of a Word document: body, headers, notes, boxes.

A story is one flow of paragraphs and tables. The body has sections and headings, and gathers what hangs on it: a note, a comment or a box
is a story of its own, told with the headings of the paragraph that it is anchored in. A paragraph that breaks this reader costs itself.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.nesting import LimitReached, blocks_of
from desktop_app.documents.office.chart_text import chart_text
from desktop_app.documents.reader import ReadContext
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.headings import Trail
from desktop_app.documents.text.table_head import ABOVE, LEFT
from desktop_app.documents.text.xml_files import is_lack_of_memory, name_of
from desktop_app.documents.word.docx_controls import control_value
from desktop_app.documents.word.docx_inline import Inline
from desktop_app.documents.word.docx_looks import PAPER, UNKNOWN, has_drawing, is_drawn_behind, shade_of
from desktop_app.documents.word.docx_numbering import Numbering
from desktop_app.documents.word.docx_parts import VAL, Parts, chosen, number, office, switched_on, value, w
from desktop_app.documents.word.docx_styles import Styles
from desktop_app.documents.word.texts import Text

logger = logging.getLogger(__name__)

_P, _TBL, _TR, _TC, _PPR, _RPR, _SECTION, _CHUNK = (
    w(name) for name in ("p", "tbl", "tr", "tc", "pPr", "rPr", "sectPr", "altChunk")
)
_TCPR, _MERGE, _SPAN, _SHADE, _DELETED = (w(name) for name in ("tcPr", "vMerge", "gridSpan", "shd", "cellDel"))
_SKIPPED = frozenset(
    map(w, ("del", "moveFrom", "sdtPr", "sdtEndPr", "tblPr", "tblGrid", "trPr", "tcPr", "tblPrEx", "pPrChange"))
)
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_GONE = tuple(map(w, ("del", "moveFrom")))  # a paragraph mark that was deleted or moved away
_NOTE_PARTS = {"footnote": "footnotes", "endnote": "endnotes", "comment": "comments"}
_MOST_COLUMNS = 256  # that a cell covers; Word has 63
_MOST_COVERED = 1_000_000  # cells of a document that others cover; beyond, each cell counts as one


class Body:
    """The whole document as ``texts``; ``objects`` are the parts of embedded files, ``title`` its first heading."""

    def __init__(self, parts: Parts, context: ReadContext) -> None:
        self.texts: list[Text] = []
        self.objects: dict[str, None] = {}
        self.title = ""
        self.parts = parts
        self.context = context
        self.styles = Styles(parts.xml(parts.related("styles")))
        self.numbering = Numbering(parts.xml(parts.related("numbering")), self.styles)
        self.count = 0
        self._notes = {kind: self._notes_of(kind) for kind in _NOTE_PARTS}
        self._drawn: set[str] = set()
        self._with_drawings: dict[str, bool] = {}
        self._covered = 0
        self._sections: list[Any] = []
        self._places: dict[Any, int] = {}
        self._ground = PAPER
        self._even = self._has_even_pages()
        self.tables = FoundTables()
        self._told: set[tuple[str, str]] = set()
        self._headers: dict[str, str] = {}

    def read(self, root: Any) -> None:
        """Read the main part: ``texts`` are complete afterwards."""
        body = root.find(w("body"))
        body = root if body is None else body
        self._sections = [one for one in body.iter(_SECTION) if name_of(one.getparent()) in ("body", "pPr")]
        self._places = {section: at for at, section in enumerate(self._sections)}
        self._ground = self._ground_of(root)
        story = _Story(self, self.parts.main, ground=self._ground, sectioned=True)
        self._header(0, "header", story)
        story.blocks(body)
        story.end()
        self._header(len(self._sections) - 1, "footer", story)
        story.leave_section()
        for kind, notes in self._notes.items():
            for note in list(notes):
                if kind == "comment":
                    story.waiting.extend(self.note(kind, note, ()))  # anchored nowhere: what was commented is gone
        story.leave_section()

    def section_ended(self, section: Any, story: _Story) -> None:
        """Tell the footers of a section, and the headers of the one after it."""
        at = self._places.get(section, len(self._sections) - 1)
        self._header(at, "footer", story)
        if at + 1 < len(self._sections):
            self._header(at + 1, "header", story)

    def note(self, kind: str, identity: str, headings: tuple[str, ...]) -> list[Text]:
        """The text of a note or comment, once."""
        element = self._notes[kind].pop(identity, None)
        if element is None:
            return []
        author = " ".join(element.get(w("author"), "").split()) if kind == "comment" else ""
        return self.aside(element, self.parts.related(_NOTE_PARTS[kind]), kind, headings, author=author)

    def aside(
        self, element: Any, part: str, aside: str, headings: tuple[str, ...], *, author: str = "", ground: str = ""
    ) -> list[Text]:
        """The text of a story beside the body."""
        story = _Story(self, part, aside=aside, author=author, headings=headings, ground=ground or self._ground)
        story.blocks(element)
        story.end()
        return [*story.texts, *story.waiting]

    def drawn(self, kind: str, what: Any, part: str, headings: tuple[str, ...]) -> list[Text]:
        """The text of a chart, a diagram or a control; an object is noted. Each is told once."""
        if kind == "object":
            target = self.parts.target(part, what.get(office("id"), ""))
            if target:
                self.objects[target] = None
            return []
        target = self.parts.target(part, what)
        if not target or target in self._drawn:
            return []
        self._drawn.add(target)
        root = self.parts.xml(target)
        if root is None:
            return []
        if kind == "control":
            value = control_value(root)
            return [Text(value, "text", headings, "field")] if value else []
        if kind == "chart":
            return [Text(text, form, headings, "chart") for text, form in chart_text(root)]
        return [Text(text, "text", headings, "box") for text in _paragraphs(root)]

    def chunk(self, part: str, identity: str, headings: tuple[str, ...]) -> list[Text]:
        """A document in another format that Word takes into its own when it opens it."""
        target = self.parts.target(part, identity)
        data = self.parts.data(target) if target else None
        if not data or target in self._drawn:
            return []
        self._drawn.add(target)
        try:
            document = self.context.read_member(target, blocks_of(data))
        except UnreadableDocument as error:
            if error.reason == ocr_mode.LATER:
                raise
            self.parts.lost(target)
            return []
        except LimitReached:
            self.parts.lost(target)
            return []
        if document.partial:
            self.parts.lost(target)
        return [
            Text(one.text, one.kind, (*headings, *place.headings), place.aside, place.author, place.hidden)
            for one in document.segments
            for place in (one.locator,)
        ]

    def guarded(self, work: Callable[[Any], None], element: Any, part: str) -> None:
        """Read an element of ``part``; what breaks that is noted, and the rest of the file goes on."""
        try:
            work(element)
        except (UnreadableDocument, MemoryError, LimitReached):
            raise
        except Exception as error:  # damaged files break a reader in every way there is
            if is_lack_of_memory(error):
                raise
            logger.info("a piece of %s could not be read: %s", part, type(error).__name__)
            self.parts.lost(part)

    def columns(self, count: int, part: str) -> int:
        """How many of the columns of ``part`` that a cell says to cover are taken as covered."""
        count = min(count, _MOST_COLUMNS)
        self._covered += max(count, 0)
        if self._covered <= _MOST_COVERED:
            return count
        self.parts.lost(part)
        return 0

    def has_drawings(self, part: str, element: Any) -> bool:
        """Whether anything is drawn in a part, to which ``element`` belongs."""
        if part not in self._with_drawings:
            self._with_drawings[part] = has_drawing(element.getroottree().getroot())
        return self._with_drawings[part]

    def _ground_of(self, root: Any) -> str:
        """The colour of the pages; not known where a drawing lies behind the text of any, or of its header or footer."""
        references = (
            one for section in self._sections for one in section.iter(*map(w, ("headerReference", "footerReference")))
        )
        targets = dict.fromkeys(self.parts.target(self.parts.main, one.get(office("id"), "")) for one in references)
        shown = (root, *map(self.parts.xml, targets))
        if any(one is not None and is_drawn_behind(one) for one in shown):
            return UNKNOWN
        background = root.find(w("background"))
        if background is None:
            return PAPER
        colour = UNKNOWN if len(background) else background.get(w("color"), UNKNOWN)
        return PAPER if colour == "auto" else str(colour)

    def _notes_of(self, kind: str) -> dict[str, Any]:
        root = self.parts.xml(self.parts.related(_NOTE_PARTS[kind]))
        found: dict[str, Any] = {}
        for element in () if root is None else root.iterchildren(w(kind)):
            if element.get(w("type"), "normal") == "normal":  # not the line above the notes
                found.setdefault(element.get(w("id"), ""), element)
        return found

    def _header(self, at: int, kind: str, story: _Story) -> None:
        """Tell the headers or footers of a section that are shown and were not told before, before and after its text."""
        if not 0 <= at < len(self._sections):
            return
        section = self._sections[at]
        for reference in section.iterchildren(w(f"{kind}Reference")):
            self._headers[f"{kind} {reference.get(w('type'), 'default')}"] = self.parts.target(
                self.parts.main, reference.get(office("id"), "")
            )
        first = section.find(w("titlePg"))
        shown = ["default", *(["first"] if first is not None and switched_on(first) else []), *(["even"] if self._even else [])]
        story.leave_section()
        for form in shown:
            target = self._headers.get(f"{kind} {form}", "")
            root = self.parts.xml(target) if target and target not in self._drawn else None
            self._drawn.add(target)
            if root is None:
                continue
            for text in self.aside(root, target, kind, ()):
                if (kind, text.text) not in self._told:
                    self._told.add((kind, text.text))
                    self.texts.append(text)

    def _has_even_pages(self) -> bool:
        root = self.parts.xml(self.parts.related("settings"))
        element = None if root is None else root.find(w("evenAndOddHeaders"))
        return element is not None and switched_on(element)


class _Story:
    """One flow of paragraphs and tables of ``part``.

    The body (``sectioned``) adds to the document's texts and opens headings; any other collects its own. ``waiting`` are the asides of the
    section that is read now. ``ground`` is the colour of what the text stands on.
    """

    def __init__(
        self,
        body: Body,
        part: str,
        *,
        aside: str = "",
        author: str = "",
        headings: tuple[str, ...] = (),
        ground: str = PAPER,
        sectioned: bool = False,
    ) -> None:
        self.texts: list[Text] = body.texts if sectioned else []
        self.waiting: list[Text] = []
        self._body = body
        self._part = part
        self._aside = aside
        self._author = author
        self._headings = headings
        self._ground = ground
        self._sectioned = sectioned
        self._trail = Trail()
        self._carried: Inline | None = None

    # ---- blocks -----------------------------------------------------------------------------------------------------

    def blocks(self, element: Any) -> None:
        """Read paragraphs and tables in order, also those in content controls."""
        for child in element:
            tag = child.tag
            if tag == _P:
                self._body.guarded(self._paragraph, child, self._part)
            elif tag == _TBL:
                self.end()
                self._body.guarded(self._table, child, self._part)
            elif tag == _CHUNK:
                self.end()
                self.texts.extend(self._body.chunk(self._part, child.get(office("id"), ""), self._now))
            elif tag == _ALTERNATE:
                branch = chosen(child)
                if branch is not None:
                    self.blocks(branch)
            elif tag not in _SKIPPED and tag != _SECTION and isinstance(tag, str):
                self.blocks(child)

    def end(self) -> None:
        """Tell a last paragraph that waited for one to be joined with."""
        if self._carried is not None:
            inline, self._carried = self._carried, None
            self._tell(inline, None, "")

    def leave_section(self) -> None:
        """Tell the asides of the section that was read."""
        self.texts.extend(self.waiting)
        self.waiting.clear()

    @property
    def _now(self) -> tuple[str, ...]:
        return self._trail.now if self._sectioned else self._headings

    # ---- paragraphs -------------------------------------------------------------------------------------------------

    def _paragraph(self, element: Any) -> None:
        body = self._body
        if body.count % 200 == 0:
            body.context.progress(body.count, None)
        body.count += 1
        properties = element.find(_PPR)
        style = value(properties, "pStyle") or body.styles.default
        inline, self._carried = self._carried or Inline(), None
        below = body.styles.look(style)
        behind = shade_of(properties) or below.behind
        behind = behind or (UNKNOWN if body.has_drawings(self._part, element) and has_drawing(element) else self._ground)
        inline.add(element, body.styles.seen_on(below if below.behind is None else below._replace(behind=None), behind))
        mark = None if properties is None else properties.find(_RPR)
        if mark is not None and any(mark.find(gone) is not None for gone in _GONE):
            self._carried = inline  # its mark was deleted: it goes on in the next paragraph, and looks like that
        else:
            self._tell(inline, properties, style)
        section = None if properties is None else properties.find(_SECTION)
        if section is not None and self._sectioned:
            self.end()
            body.section_ended(section, self)

    def _tell(self, inline: Inline, properties: Any | None, style: str) -> None:
        body = self._body
        text, others = inline.text(), inline.others()
        if inline.only_page_number and self._aside in ("header", "footer"):
            text = ""
        is_hidden = not text and bool(others) and _is_hidden(properties, body.styles.look(style).vanish)
        numbered = None if is_hidden else body.numbering.label(properties, style)
        label = numbered or ""
        level = self._level(properties, style) if text else None
        if level is not None:
            title = table.clean(label + text)
            if self._sectioned:
                self.leave_section()
                body.title = body.title or title
                if level:
                    self._trail.enter(level, title)
            self._add(title, "heading")
        elif text or (label and self._in_cell):
            self._add((label + text).strip(), "text" if numbered is None else "list")
        for at, (words, how) in enumerate(others):
            alone = label + words if not text and not at and how == "struck" else words
            self.waiting.append(self._text(alone, how=how))
        for kind, what in inline.anchored:
            self.waiting.extend(self._anchored(kind, what))

    def _anchored(self, kind: str, what: Any) -> list[Text]:
        body = self._body
        if kind in _NOTE_PARTS:
            return body.note(kind, what, self._now)
        if kind == "box":
            return body.aside(what, self._part, self._aside or "box", self._now, author=self._author, ground=UNKNOWN)
        if kind == "wordart":
            words = table.clean(what)
            return [self._text(words)._replace(aside=self._aside or "box")] if words else []
        return body.drawn(kind, what, self._part, self._now)

    def _level(self, properties: Any | None, style: str) -> int | None:
        """Heading level from 1, 0 for the document's title, None for ordinary text."""
        outline = None if properties is None else properties.find(w("outlineLvl"))
        if outline is not None:
            level = number(outline.get(VAL), 9)
            return level + 1 if 0 <= level < 9 else None
        return self._body.styles.heading_level(style)

    def _add(self, text: str, kind: str) -> None:
        if text:
            self.texts.append(self._text(text, kind))

    def _text(self, text: str, kind: str = "text", how: str = "") -> Text:
        struck = how == "struck"
        return Text(text, kind, self._now, how if struck else self._aside, self._author, "" if struck else how)

    # ---- tables -----------------------------------------------------------------------------------------------------

    _in_cell = False

    def _table(self, element: Any) -> None:
        properties = element.find(w("tblPr"))
        styles = self._body.styles
        shaded = any(map(styles.is_shaded, (value(properties, "tblStyle"), styles.default_table)))
        ground = shade_of(properties) or (UNKNOWN if shaded else self._ground)
        above = self.texts[-1].text if self.texts and self.texts[-1].kind != "row" else ""
        rows = (table.text_row(at, row) for at, row in enumerate(self._rows(element, ground), start=1))
        found = None if self._in_cell or self._aside else self._body.tables
        if found is not None:
            found.begin(above)
        for at, cells, names, kind in table.laid_rows(rows):
            noted = None if found is None else found.take(cells, names, kind, at)
            if kind != table.HEADER and (text := table.row_text(cells, names)):
                self.texts.append(self._text(text, kind)._replace(cells=noted))

    def _rows(self, element: Any, ground: str) -> Iterator[list[str]]:
        """Cells of each row, those that others cover as ``LEFT`` or ``ABOVE``; a table inside a cell becomes part of its text."""
        for child in element:
            if child.tag == _TR:
                properties = child.find(w("trPr"))
                if properties is not None and properties.find(w("del")) is not None:
                    continue
                behind = shade_of(child.find(w("tblPrEx"))) or ground
                row = [""] * self._body.columns(number(value(properties, "gridBefore"), 0), self._part)
                for cell, marks in _cells(child):
                    said = {} if marks is None else {one.tag: one for one in marks}
                    merge = said.get(_MERGE)
                    covered = merge is not None and merge.get(VAL, "continue") == "continue"
                    own = shade_of(marks) if _SHADE in said else None
                    row.append(ABOVE if covered else self._cell(cell, own or behind))
                    if _SPAN in said:
                        more = self._body.columns(number(said[_SPAN].get(VAL), 1) - 1, self._part)
                        row.extend([ABOVE if covered else LEFT] * more)
                yield row
            elif child.tag not in _SKIPPED and child.tag != _TBL and isinstance(child.tag, str):
                yield from self._rows(child, ground)

    def _cell(self, cell: Any, ground: str) -> str:
        story = _Story(self._body, self._part, aside=self._aside, author=self._author, headings=self._now, ground=ground)
        story._in_cell = True
        story.blocks(cell)
        story.end()
        parts = []
        for text in (*story.texts, *story.waiting):
            if text.hidden or text.aside != self._aside:
                self.waiting.append(text)
            else:
                parts.append(text.text)
        return table.clean(" ".join(parts))


def _is_hidden(properties: Any | None, by_style: bool | None) -> bool:
    """Whether a paragraph's mark is hidden: if all its text is, Word neither shows nor counts it."""
    mark = None if properties is None else properties.find(f"{_RPR}/{w('vanish')}")
    return bool(by_style) if mark is None else switched_on(mark)


def _cells(row: Any) -> Iterator[tuple[Any, Any | None]]:
    """The cells of a row, each with its properties."""
    for child in row:
        if child.tag == _TC:
            marks = child.find(_TCPR)
            if marks is None or marks.find(_DELETED) is None:
                yield child, marks
        elif child.tag not in _SKIPPED and isinstance(child.tag, str):
            yield from _cells(child)


def _paragraphs(root: Any) -> Iterator[str]:
    """The paragraphs of a drawing that has its text in a part of its own."""
    for element in root.iter():
        if name_of(element) == "p":
            text = table.clean("".join(_runs(element)))
            if text:
                yield text


def _runs(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter():
        if name_of(element) == "t":
            yield element.text or ""
        elif name_of(element) == "br":
            yield "\n"
