# SPDX-License-Identifier: Apache-2.0
"""Word documents (.docx): paragraphs, lists and rows in document order.

The XML is walked rather than python-docx's paragraph objects, which leave out inserted revisions, content controls and text
boxes; deleted revisions and the second copy that Word keeps of every drawing stay out. Word has no pages on disk, so a place is
its heading trail and its range in the text of all segments joined by line ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import table
from desktop_app.documents.text.headings import Trail

_MAIN_PARTS = (
    "application/vnd.ms-word.document.macroEnabled.main+xml",
    "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)


def _w(name: str) -> str:
    """An element or attribute of WordprocessingML, as lxml spells it."""
    return f"{{http://schemas.openxmlformats.org/wordprocessingml/2006/main}}{name}"


_P, _TBL, _TR, _TC, _T = (_w(name) for name in ("p", "tbl", "tr", "tc", "t"))
_SKIPPED = frozenset(
    [
        _w(name)
        for name in ("del", "moveFrom", "pPr", "rPr", "sectPr", "instrText", "delText", "tblPr", "tblGrid", "trPr", "tcPr")
    ]
)
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_BOX = _w("txbxContent")
_WHITE = {_w("tab"): "\t", _w("br"): "\n", _w("cr"): "\n", _w("noBreakHyphen"): "-"}
_HEADING_NAME = re.compile(r"^(?:heading|标题|überschrift|titre|見出し)\s*(\d)$", re.IGNORECASE)
_NOTES = ("footnotes", "endnotes")


def read(context: ReadContext) -> Document:
    """Paragraphs, lists and rows in document order. Raises ``UnreadableDocument``."""
    main = _main_part(context.path)
    walk = _Walk(_heading_levels(main), context.progress)
    walk.body(main.element.body)
    for root in _note_roots(main):
        walk.notes(root)
    if not walk.segments:
        raise UnreadableDocument("no_text")
    title = _title(main) or walk.title
    return Document(tuple(walk.segments), title=title)


READER = Reader("docx", (".docx", ".docm", ".dotx", ".dotm"), read, needs=("docx",))


def _main_part(path: Path) -> Any:
    """The part of the package that holds the text. python-docx knows that of plain documents only, so the others are named to it."""
    from docx.opc.exceptions import PackageNotFoundError
    from docx.opc.part import PartFactory
    from docx.package import Package
    from docx.parts.document import DocumentPart

    PartFactory.part_type_for.update(dict.fromkeys(_MAIN_PARTS, DocumentPart))
    try:
        package = Package.open(str(path))
    except PackageNotFoundError as error:
        raise UnreadableDocument("damaged", "not a zip package") from error
    main = package.main_document_part
    if not isinstance(main, DocumentPart):
        raise UnreadableDocument("unknown_format", "no Word document inside")
    return main


def _title(main: Any) -> str:
    try:
        return table.clean(main.core_properties.title or "")
    except (AttributeError, KeyError, ValueError):
        return ""  # broken properties cost the title, not the text


class _Walk:
    """One pass in document order; ``segments`` grow, ``_length`` is the length of their text joined by line ends."""

    def __init__(self, levels: dict[str, int], progress: Progress) -> None:
        self.segments: list[Segment] = []
        self.title = ""
        self._levels = levels
        self._trail = Trail()
        self._progress = progress
        self._length = 0
        self._count = 0

    def body(self, element: Any) -> None:
        for child in _children(element):
            if child.tag == _P:
                self._paragraph(child)
            elif child.tag == _TBL:
                self._table(child)
            else:
                self.body(child)  # content controls, custom XML

    def notes(self, root: Any) -> None:
        """Foot- and endnotes, after everything else: they belong to no heading."""
        self._trail.enter(0, "")
        self.body(root)

    def _paragraph(self, element: Any) -> None:
        if self._count % 200 == 0:
            self._progress(self._count, None)
        self._count += 1
        text = _text(element).strip()
        if text:
            level = self._level(element)
            if level is not None:
                title = table.clean(text)
                self.title = self.title or title
                if level:
                    self._trail.enter(level, title)
                self._add(title, "heading")
            else:
                listed = element.find(f"{_w('pPr')}/{_w('numPr')}") is not None
                self._add(text, "list" if listed else "text")
        for box in _boxes(element):
            self.body(box)

    def _level(self, element: Any) -> int | None:
        """Heading level from 1, 0 for the document's title, None for ordinary text."""
        properties = element.find(_w("pPr"))
        if properties is None:
            return None
        outline = properties.find(_w("outlineLvl"))
        if outline is not None:
            value = int(outline.get(_w("val"), "9"))
            return value + 1 if value < 9 else None
        style = properties.find(_w("pStyle"))
        return None if style is None else self._levels.get(style.get(_w("val"), ""))

    def _table(self, element: Any) -> None:
        for _, text, kind in table.lay_out((None, row, None) for row in _rows(element)):
            self._add(text, kind)

    def _add(self, text: str, kind: str) -> None:
        locator = Locator(chars=(self._length, self._length + len(text)), headings=self._trail.now)
        self.segments.append(Segment(text, locator, kind))
        self._length += len(text) + 1


def _children(element: Any) -> Iterator[Any]:
    for child in element:
        if child.tag not in _SKIPPED and child.tag != _FALLBACK and isinstance(child.tag, str):
            yield child


def _text(element: Any) -> str:
    """The text of one paragraph, without that of text boxes anchored in it."""
    parts: list[str] = []
    for child in _children(element):
        if child.tag == _T:
            parts.append(child.text or "")
        elif child.tag in _WHITE:
            parts.append(_WHITE[child.tag])
        elif child.tag != _BOX:
            parts.append(_text(child))
    return "".join(parts)


def _boxes(element: Any) -> Iterator[Any]:
    for child in _children(element):
        if child.tag == _BOX:
            yield child
        else:
            yield from _boxes(child)


def _rows(element: Any, above: list[str] | None = None) -> Iterator[list[str]]:
    """Cells of each row; a cell merged with the one above repeats it, a table inside a cell becomes part of its text."""
    for child in _children(element):
        if child.tag == _TR:
            cells = []
            for index, cell in enumerate(_cells(child)):
                merged = above and index < len(above) and _goes_on_from_above(cell)
                cells.append(above[index] if above and merged else table.clean(" ".join(_cell(cell))))
            yield cells
            above = cells
        elif child.tag != _TBL:
            for cells in _rows(child, above):
                yield cells
                above = cells


def _goes_on_from_above(cell: Any) -> bool:
    merge = None if isinstance(cell, tuple) else cell.find(f"{_w('tcPr')}/{_w('vMerge')}")
    return merge is not None and merge.get(_w("val"), "continue") == "continue"


def _cells(row: Any) -> Iterator[Any]:
    for child in _children(row):
        if child.tag == _TC:
            yield child
            span = child.find(f"{_w('tcPr')}/{_w('gridSpan')}")
            for _ in range(int(span.get(_w("val"), "1")) - 1 if span is not None else 0):
                yield ()  # keeps the columns under their names
        else:
            yield from _cells(child)


def _cell(cell: Any) -> Iterator[str]:
    for child in cell if isinstance(cell, tuple) else _children(cell):
        if child.tag == _P:
            yield _text(child)
            for box in _boxes(child):
                yield from _cell(box)
        else:
            yield from _cell(child)


def _heading_levels(main: Any) -> dict[str, int]:
    """Style id -> heading level, from the style's name or outline level, or those of the style it is based on."""
    own: dict[str, int] = {}
    based: dict[str, str] = {}
    try:
        styles = main._styles_part.element  # the public way builds an object per style
    except (KeyError, AttributeError, ValueError):
        return {}
    for style in styles.iter(_w("style")):
        identity = style.get(_w("styleId"), "")
        name = style.find(_w("name"))
        label = "" if name is None else name.get(_w("val"), "").strip()
        match = _HEADING_NAME.match(label)
        outline = style.find(f"{_w('pPr')}/{_w('outlineLvl')}")
        if match is not None:
            own[identity] = int(match[1])
        elif label.lower() in ("title", "标题"):
            own[identity] = 0
        elif outline is not None and outline.get(_w("val"), "9").isdigit() and int(outline.get(_w("val"), "9")) < 9:
            own[identity] = int(outline.get(_w("val"))) + 1
        parent = style.find(_w("basedOn"))
        if parent is not None:
            based[identity] = parent.get(_w("val"), "")
    levels = dict(own)
    for identity in based:
        seen, current = {identity}, identity
        while current not in own and based.get(current, "") not in ("", *seen):
            current = based[current]
            seen.add(current)
        if current in own:
            levels[identity] = own[current]
    return levels


def _note_roots(main: Any) -> Iterator[Any]:
    from docx.oxml import parse_xml

    for relation in main.rels.values():
        if not relation.is_external and relation.reltype.rsplit("/", 1)[-1] in _NOTES:
            yield parse_xml(relation.target_part.blob)
