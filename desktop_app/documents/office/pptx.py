# SPDX-License-Identifier: Apache-2.0
"""Presentations (.pptx): text by slide, with tables, charts and notes.

The package is read as XML, in the order of the slide list: what counts is the text (``a:t``) of every shape, also in groups, in
the data of diagrams and charts and in the fallback-free branch of newer drawings. The title placeholder is the slide's heading. Comments
have their author; footers, and what layouts and masters show on every slide, are given once; files on a slide are parts, like attachments of a mail. Slides that the presentation skips are
known as hidden.

Not on python-pptx: it finds the same known texts (tables, groups, charts, notes) but none of diagrams, opens none of 60 packages with
eight changed bytes, where this gives text of 48, and takes four times as long (``tests/benchmarks/reader_libraries``).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.nesting import LimitReached, blocks_of
from desktop_app.documents.office import embedded
from desktop_app.documents.office.chart_text import chart_text
from desktop_app.documents.office.pptx_looks import Layouts, SlideColours, shows_below
from desktop_app.documents.office.pptx_shapes import Said, Shapes, paragraphs
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_SKIPPED_SLIDE = "slide"
_FILES = ("oleObject", "package")
_CHARTS = ("chart", "chartEx")


def read(context: ReadContext) -> Document:
    """The text of every slide, and of files inside. Raises ``UnreadableDocument``."""
    try:
        with zipfile.ZipFile(context.path) as archive:
            return _Deck(Package(archive), context).document()
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error


READER = Reader(
    "pptx", (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".sldx"), read, needs=("lxml",), has_pictures=True
)


class _Deck:
    def __init__(self, package: Package, context: ReadContext) -> None:
        self._package = package
        self._context = context
        self._members = MemberSegments(context)
        self._layouts = Layouts(package)
        self._tables = FoundTables()
        self._footers: set[str] = set()  # that were told
        self._hidden_footers: dict[str, Segment] = {}  # of slides that are skipped
        self._own_texts: dict[int, list[Said]] = {}  # of layouts and masters
        self._files: dict[str, None] = {}
        self._main = next((one.target for one in package.relations("").values() if one.kind == "officeDocument"), "")
        self._main = self._main or "ppt/presentation.xml"

    def document(self) -> Document:
        package = self._package
        root = package.xml(self._main)
        slides = self._slides(root)
        size = _size(root)
        authors = dict(self._authors())
        missing = 0
        for number, name in enumerate(slides, start=1):
            self._context.progress(number, len(slides))
            slide = package.xml(name)
            if slide is None:
                missing += 1
                continue
            self._members.segments.extend(self._slide(name, slide, number, size, authors))
        self._members.tables.extend(self._tables.heads)
        self._members.segments.extend(one for text, one in self._hidden_footers.items() if text not in self._footers)
        for target in self._files:
            try:
                self._add_file(target)
            except LimitReached:
                break
        if not self._members.segments and not self._files:
            raise UnreadableDocument("damaged" if missing or not slides else "no_text")
        core = package.xml("docProps/core.xml")
        titles = [] if core is None else [element.text or "" for element in core.iter() if name_of(element) == "title"]
        document = self._members.document(title=table.clean(titles[0]) if titles else "", pages=len(slides))
        lost = (
            f"{missing} of {len(slides)} slides could not be read"
            if missing
            else "some slides break off"
            if package.damaged
            else ""
        )
        if not lost:
            return document
        return replace(document, partial="partly_read", detail="; ".join(text for text in (lost, document.detail) if text))

    def _slides(self, root: Any | None) -> list[str]:
        """The slides' parts in the order of the presentation; without its list, by their numbers."""
        if root is not None:
            relations = self._package.relations(self._main)
            ordered = [
                relations[identity].target if identity in relations else ""
                for identity in (_relation_id(element) for element in root.iter() if name_of(element) == "sldId")
            ]
            if ordered:
                return ordered
        numbered = []
        for name in self._package.names:
            folder, base = posixpath.split(name)
            digits = base.removeprefix("slide").removesuffix(".xml")
            if folder.endswith("slides") and digits.isdecimal():
                numbered.append((int(digits), name))
        return [name for _, name in sorted(numbered)]

    def _slide(
        self, name: str, root: Any, number: int, size: tuple[float, float], authors: dict[str, str]
    ) -> Iterator[Segment]:
        layout = self._layouts.of(name)
        shapes = Shapes(SlideColours(layout, root), size, self._tables)
        shapes.read(root)
        said = shapes.said
        for part in layout.shown if shows_below(root) else ():
            said.extend(self._own_texts_of(part, size))
        for relation in self._package.relations(name).values():
            said.extend(self._related(relation.kind, relation.target, authors))
        hidden = _SKIPPED_SLIDE if attribute(root, "show") in ("0", "false") else ""
        heading = next((table.clean(one.text) for one in said if one.kind == "heading" and not one.about.hidden), "")
        place = Locator(slide=number, headings=(heading,) if heading else ())
        for kind, text, about, cells in said:
            locator = replace(place, aside=about.aside, author=about.author, hidden=about.hidden or hidden)
            if about.aside not in ("header", "footer"):
                yield Segment(text, locator, kind, cells=cells)
            elif hidden:
                self._hidden_footers.setdefault(text, Segment(text, locator, kind))
            elif self._is_new(text):
                yield Segment(text, locator, kind)

    def _own_texts_of(self, part: Any, size: tuple[float, float]) -> list[Said]:
        """What a layout or a master shows itself, beside the places that slides fill; the package holds its root."""
        if id(part) not in self._own_texts:
            shapes = Shapes(None, size, own_texts=True)
            shapes.read(part)
            self._own_texts[id(part)] = shapes.said
        return self._own_texts[id(part)]

    def _is_new(self, footer: str) -> bool:
        """Whether a footer was not told yet; the same one stands on every slide."""
        known = footer in self._footers
        self._footers.add(footer)
        return not known

    def _related(self, kind: str, target: str, authors: dict[str, str]) -> Iterator[Said]:
        """What a slide refers to: diagrams, charts, notes, comments; files are kept for the end."""
        if kind in _FILES:
            self._files.setdefault(target)
        elif kind in _CHARTS:
            root = self._package.xml(target)
            for text, how in () if root is None else chart_text(root):
                yield Said(how, text, Locator(aside="chart"))
        elif kind == "diagramData":
            root = self._package.xml(target)
            yield from (Said("text", text) for text in (() if root is None else paragraphs(root)))
        elif kind == "notesSlide":
            yield from self._notes(self._package.xml(target))
        elif kind == "comments":
            root = self._package.xml(target)
            for comment in () if root is None else root.iter():
                if name_of(comment) in ("cm", "reply"):
                    author = authors.get(attribute(comment, "authorId"), "")
                    yield Said("text", _comment_text(comment), Locator(aside="comment", author=author))

    def _notes(self, root: Any | None) -> Iterator[Said]:
        if root is None:
            return
        shapes = Shapes(None, (0, 0))
        shapes.read(root)
        for kind, text, about, _ in shapes.said:
            yield Said("text" if kind == "heading" else kind, text, about)

    def _authors(self) -> Iterator[tuple[str, str]]:
        """Who wrote comments, by the numbers that comments name them with."""
        for relation in self._package.relations(self._main).values():
            if relation.kind in ("commentAuthors", "authors"):
                root = self._package.xml(relation.target)
                for author in () if root is None else root.iter():
                    if name_of(author) in ("cmAuthor", "author"):
                        yield attribute(author, "id"), table.clean(attribute(author, "name"))

    def _add_file(self, target: str) -> None:
        """Read an embedded file. Raises ``LimitReached``."""
        data = self._package.data(target)
        found = None if data is None else embedded.unwrapped(posixpath.basename(target), data)
        if found is not None:
            name, inside = found
            self._members.add(f"attachment {name}", name, blocks_of(inside))


def _comment_text(comment: Any) -> str:
    """The text of a comment, without those of its answers."""
    for child in comment:
        if name_of(child) == "text":
            return (child.text or "").strip()
        if name_of(child) == "txBody":
            return "\n".join(paragraphs(child))
    return ""


def _relation_id(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if key.startswith("{") and key.endswith("}id")), "")


def _size(root: Any | None) -> tuple[float, float]:
    """Width and height of a slide, zeros where they are not known."""
    for element in () if root is None else root:
        if name_of(element) == "sldSz":
            try:
                return float(attribute(element, "cx")), float(attribute(element, "cy"))
            except ValueError:
                break
    return 0.0, 0.0
