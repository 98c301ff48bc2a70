# SPDX-License-Identifier: Apache-2.0
"""Presentations (.pptx): text by slide, with tables, charts and notes.

The package is read as XML, in the order of the slide list: what counts is the text (``a:t``) of every shape, also in groups, in
the data of diagrams and charts and in the fallback-free branch of newer drawings. The title placeholder is the slide's heading.

Not on python-pptx: it finds the same known texts (tables, groups, charts, notes) but none of diagrams, opens none of 60 packages with
eight changed bytes, where this gives text of 48, and takes four times as long (``tests/benchmarks/reader_libraries``).
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import table
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_TITLES = ("title", "ctrTitle")
_NOT_SAID = ("sldNum", "dt", "ftr", "hdr", "sldImg")
_DIAGRAMS = ("diagramData", "chart")


def read(context: ReadContext) -> Document:
    """The text of every slide. Raises ``UnreadableDocument``."""
    try:
        with zipfile.ZipFile(context.path) as archive:
            return _read(Package(archive), context.progress)
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error


READER = Reader("pptx", (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".sldx"), read, needs=("lxml",))


def _read(package: Package, progress: Progress) -> Document:
    main = next((target for kind, target in _relations(package, "") if kind == "officeDocument"), "ppt/presentation.xml")
    slides = _slides(package, main)
    segments: list[Segment] = []
    missing = 0
    for number, name in enumerate(slides, start=1):
        progress(number, len(slides))
        root = package.xml(name)
        if root is None:
            missing += 1
            continue
        segments.extend(_slide(package, name, root, number))
    if not segments:
        raise UnreadableDocument("damaged" if missing or not slides else "no_text")
    core = package.xml("docProps/core.xml")
    titles = [] if core is None else [element.text or "" for element in core.iter() if name_of(element) == "title"]
    remark = (
        f"{missing} of {len(slides)} slides could not be read"
        if missing
        else "some slides break off"
        if package.damaged
        else ""
    )
    title = table.clean(titles[0]) if titles else ""
    return Document(tuple(segments), len(slides), title, "partly_read" if remark else "", remark)


def _slides(package: Package, main: str) -> list[str]:
    """The slides' parts in the order of the presentation; without its list, by their numbers."""
    root = package.xml(main)
    if root is not None:
        targets = dict(_relation_ids(package, main))
        ordered = [targets.get(_relation_id(element), "") for element in root.iter() if name_of(element) == "sldId"]
        if ordered:
            return ordered
    numbered = []
    for name in package.names:
        folder, base = posixpath.split(name)
        digits = base.removeprefix("slide").removesuffix(".xml")
        if folder.endswith("slides") and digits.isdigit():
            numbered.append((int(digits), name))
    return [name for _, name in sorted(numbered)]


def _relation_id(element: Any) -> str:
    return next((value for key, value in element.attrib.items() if key.startswith("{") and key.endswith("}id")), "")


def _slide(package: Package, name: str, root: Any, number: int) -> Iterator[Segment]:
    found: list[tuple[str, str]] = []
    _shapes(root, found)
    notes = []
    for kind, target in _relations(package, name):
        if kind in _DIAGRAMS:
            found.extend(_loose_texts(package.xml(target), kind))
        elif kind == "notesSlide":
            notes.append(target)
    heading = next((text for kind, text in found if kind == "heading"), "")
    place = Locator(slide=number, headings=(table.clean(heading),) if heading else ())
    for kind, text in found:
        yield Segment(text, place, kind)
    for target in notes:
        spoken: list[tuple[str, str]] = []
        part = package.xml(target)
        if part is not None:
            _shapes(part, spoken)
        for _, text in spoken:
            yield Segment(text, place)


def _shapes(element: Any, found: list[tuple[str, str]]) -> None:
    for child in element:
        name = name_of(child)
        if name == "Fallback":
            continue
        if name == "tbl":
            rows = (
                [table.clean(" ".join(_paragraphs(cell))) for cell in row if name_of(cell) == "tc"]
                for row in child
                if name_of(row) == "tr"
            )
            found.extend((kind, text) for _, text, kind in table.lay_out((None, row, None) for row in rows))
        elif name == "sp":
            kind = _placeholder(child)
            if kind not in _NOT_SAID:
                lines = list(_paragraphs(child))
                if kind in _TITLES and lines:
                    found.append(("heading", table.clean(" ".join(lines))))
                else:
                    found.extend(("text", line) for line in lines)
        else:
            _shapes(child, found)


def _placeholder(shape: Any) -> str:
    for element in shape.iter():
        if name_of(element) == "ph":
            return attribute(element, "type", "body")
        if name_of(element) == "txBody":
            break
    return ""


def _paragraphs(element: Any) -> Iterator[str]:
    for paragraph in element.iter():
        if name_of(paragraph) == "p":
            text = "".join(_runs(paragraph)).strip()
            if text:
                yield text


def _runs(paragraph: Any) -> Iterator[str]:
    for element in paragraph.iter():
        name = name_of(element)
        if name == "t":
            yield (element.text or "").replace("\xad", "")
        elif name == "br":
            yield "\n"
        elif name == "tab":
            yield "\t"


def _loose_texts(root: Any | None, kind: str) -> Iterator[tuple[str, str]]:
    """Texts of a diagram, or the title, categories and series names of a chart."""
    if root is None:
        return
    yield from (("text", text) for text in _paragraphs(root))
    if kind == "chart":
        seen: dict[str, None] = {}
        for cache in (element for element in root.iter() if name_of(element) == "strCache"):
            for value in (element for element in cache.iter() if name_of(element) == "v"):
                seen[table.clean(value.text or "")] = None
        if seen:
            yield "text", "; ".join(text for text in seen if text)


def _relations(package: Package, part: str) -> Iterator[tuple[str, str]]:
    """(kind, target part) of what a part refers to inside the package."""
    for _, kind, target in _all_relations(package, part):
        yield kind, target


def _relation_ids(package: Package, part: str) -> Iterator[tuple[str, str]]:
    for identity, _, target in _all_relations(package, part):
        yield identity, target


def _all_relations(package: Package, part: str) -> Iterator[tuple[str, str, str]]:
    folder, base = posixpath.split(part)
    root = package.xml(posixpath.join(folder, "_rels", f"{base}.rels"))
    for element in () if root is None else root:
        if name_of(element) == "Relationship" and attribute(element, "TargetMode") != "External":
            target = attribute(element, "Target").replace("\\", "/")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield attribute(element, "Id"), attribute(element, "Type").rsplit("/", 1)[-1], whole
