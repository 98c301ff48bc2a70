# SPDX-License-Identifier: Apache-2.0
"""E-books (.epub): chapters in reading order.

The table of contents names chapters that have no heading of their own.
"""

from __future__ import annotations

import posixpath
import urllib.parse
import zipfile
from typing import Any

from msgspec.structs import replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.markup import html
from desktop_app.documents.member_segments import behind
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import table
from desktop_app.documents.text.segment_builder import SegmentBuilder
from desktop_app.documents.text.xml_files import Package, attribute, name_of

_LARGEST_SHEET = 1 << 20  # bytes of a style sheet that are looked at
_PAGES = (".xhtml", ".html", ".htm", ".xml")


def read(context: ReadContext) -> Document:
    """The chapters of a book. Raises ``UnreadableDocument``."""
    try:
        with zipfile.ZipFile(context.path) as archive:
            return _read(Package(archive), context.progress)
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged", "the book is cut off or broken") from error


READER = Reader("epub", (".epub",), read, needs=("lxml",))


def _read(package: Package, progress: Progress) -> Document:
    if package.has("META-INF/encryption.xml") and package.has("META-INF/rights.xml"):
        raise UnreadableDocument("password", "copy protection")
    chapters, contents, title = _order(package)
    flow = SegmentBuilder()
    missing = 0
    for number, name in enumerate(chapters):
        progress(number, len(chapters))
        data = package.data(name)
        if data is None:
            missing += 1
            continue
        page = html.read_page(data, progress, linked=_styles_beside(package, name))
        depth, before = 0, len(flow.tables.heads)
        if name in contents and not any(segment.kind == "heading" for segment in page.segments):
            flow.heading(1, contents[name])
        for segment in page.segments:
            if segment.kind == "heading":
                # The page's own trail gives the level; the title of the book is not a level of it.
                depth = max(1, len(segment.locator.headings))
                flow.heading(depth, segment.text)
            else:
                about = replace(segment.locator, lines=None)
                flow.paragraph(segment.text, segment.kind, about=about, cells=behind(segment.cells, before))
        flow.tables.heads.extend(page.tables)
    if not flow.segments:
        raise UnreadableDocument("damaged" if missing else "no_text")
    detail = f"{missing} of {len(chapters)} chapters could not be read" if missing else ""
    partial = "partly_read" if missing else ""
    return Document(tuple(flow.segments), None, title or flow.title, partial, detail, tables=tuple(flow.tables.heads))


def _styles_beside(package: Package, chapter: str) -> html.Linked:
    """Gives the style sheets of a chapter out of the book itself."""

    def linked(href: str) -> str:
        data = package.data(_target(posixpath.dirname(chapter), href)) or b""
        return data[:_LARGEST_SHEET].decode("utf-8", "replace")

    return linked


def _order(package: Package) -> tuple[list[str], dict[str, str], str]:
    """Chapters in reading order, their titles in the table of contents, the book's title."""
    container = package.xml("META-INF/container.xml")
    root_file = ""
    if container is not None:
        root_file = next(
            (attribute(element, "full-path") for element in container.iter() if name_of(element) == "rootfile"), ""
        )
    book = package.xml(root_file) if root_file else None
    if book is None:
        return sorted(name for name in package.names if name.lower().endswith(_PAGES) and "META-INF" not in name), {}, ""
    folder = posixpath.dirname(root_file)
    items: dict[str, Any] = {attribute(element, "id"): element for element in book.iter() if name_of(element) == "item"}
    chapters = []
    for reference in (element for element in book.iter() if name_of(element) == "itemref"):
        item = items.get(attribute(reference, "idref"))
        if item is not None and "nav" not in attribute(item, "properties").split():
            chapters.append(_target(folder, attribute(item, "href")))
    title = next(
        (element.text or "" for element in book.iter() if name_of(element) == "title" and (element.text or "").strip()), ""
    )
    contents: dict[str, str] = {}
    for item in items.values():
        kind = attribute(item, "media-type")
        name = _target(folder, attribute(item, "href"))
        if kind == "application/x-dtbncx+xml":
            contents.update(_old_contents(package.xml(name), posixpath.dirname(name)))
        elif "nav" in attribute(item, "properties").split():
            contents.update(_new_contents(package.xml(name), posixpath.dirname(name)))
    return chapters, contents, table.clean(title)


def _old_contents(root: Any | None, folder: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for point in () if root is None else (element for element in root.iter() if name_of(element) == "navPoint"):
        label = next((table.clean("".join(part.itertext())) for part in point if name_of(part) == "navLabel"), "")
        source = next((attribute(part, "src") for part in point if name_of(part) == "content"), "")
        if label and source:
            found.setdefault(_target(folder, source), label)
    return found


def _new_contents(root: Any | None, folder: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for link in () if root is None else (element for element in root.iter() if name_of(element) == "a"):
        label, source = table.clean("".join(link.itertext())), attribute(link, "href")
        if label and source:
            found.setdefault(_target(folder, source), label)
    return found


def _target(folder: str, href: str) -> str:
    path = urllib.parse.unquote(href.partition("#")[0])
    return posixpath.normpath(posixpath.join(folder, path)) if path else ""
