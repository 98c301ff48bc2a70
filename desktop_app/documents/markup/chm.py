# SPDX-License-Identifier: Apache-2.0
"""Windows help files (.chm): pages in the order of their table of contents, whose titles are the headings above them.

Own small readers for container and compression: the known libraries are C without wheels (pychm, chm) or an early version by
nobody in particular. Only texts are unpacked; pictures, scripts and links are left alone.
"""

from __future__ import annotations

import html as entities
import posixpath
import re
import urllib.parse
from pathlib import Path

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.markup import html
from desktop_app.documents.markup.chm_container import Container, Entry
from desktop_app.documents.markup.lzx import Broken
from desktop_app.documents.nesting import HIGHEST_RATIO, RATIO_FROM
from desktop_app.documents.reader import Progress
from desktop_app.documents.text import encodings, table
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.segment_builder import SegmentBuilder

SUFFIXES = (".chm",)
_PAGES = (".htm", ".html", ".xhtml", ".txt")
_MOST_TEXT = 100 << 20  # bytes of all pages together, as of the largest text file that is read
_ITEM = re.compile(r"<(/?)(ul|object|param)\b([^>]*)>", re.IGNORECASE)
_VALUE = re.compile(r"(name|value)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.IGNORECASE)
_CODE_PAGES = {0x04: "gb18030", 0x11: "cp932", 0x12: "cp949", 0x19: "cp1251"}  # by the low byte of the language
_TRADITIONAL = (0x0404, 0x0C04, 0x1404)

Title = tuple[int, str]
"""Depth in the table of contents from 1, and the words."""


def read(path: Path, progress: Progress) -> Document:
    try:
        container = Container(read_bytes(path))
    except Broken as error:
        raise UnreadableDocument("damaged", str(error)) from error
    code_page = "cp950" if container.language in _TRADITIONAL else _CODE_PAGES.get(container.language & 0xFF, "")
    contents = _contents(container, code_page)
    pages = [entry for name, entry in container.entries.items() if name.lower().endswith(_PAGES) and name.startswith("/")]
    order = {name: number for number, name in enumerate(contents)}
    pages.sort(key=lambda entry: (order.get(entry.name.lower(), len(order)), entry.offset))
    most = max(RATIO_FROM, HIGHEST_RATIO * path.stat().st_size)
    flow, missing, size, full = SegmentBuilder(), 0, 0, False
    for number, entry in enumerate(pages):
        progress(number, len(pages))
        size += entry.length
        if size > min(most, _MOST_TEXT):
            full = True
            break
        try:
            data = container.read(entry)
        except Broken:
            missing += 1
            continue
        _page(data, contents.get(entry.name.lower()), code_page, flow, progress)
    if not flow.segments:
        if full:
            raise UnreadableDocument("too_big", f"unpacks to more than {min(most, _MOST_TEXT) >> 20} MB")
        raise UnreadableDocument("damaged" if missing else "no_text")
    remarks = [f"{missing} of {len(pages)} pages could not be read"] if missing else []
    remarks += [f"unpacks to more than {min(most, _MOST_TEXT) >> 20} MB"] if full else []
    return Document(tuple(flow.segments), title=flow.title, partial="partly_read" if remarks else "", detail="; ".join(remarks))


def _page(data: bytes, title: Title | None, code_page: str, flow: SegmentBuilder, progress: Progress) -> None:
    if not data or encodings.looks_binary(data):
        return
    page = html.read_page(data, progress, fallback=code_page)
    depth, words = title or (1, page.title)
    own = next((segment.text for segment in page.segments if segment.kind == "heading"), "")
    if words and not own.startswith(table.clean(words)):
        flow.heading(depth, words)
    for segment in page.segments:
        if segment.kind == "heading":
            flow.heading(depth - 1 + max(1, len(segment.locator.headings)), segment.text)
        else:
            flow.paragraph(segment.text, segment.kind)


def _contents(container: Container, code_page: str) -> dict[str, Title]:
    """The pages of the table of contents in its order, by name in lower case."""
    found: dict[str, Title] = {}
    for entry in container.entries.values():
        if entry.name.lower().endswith(".hhc") and entry.length <= _MOST_TEXT:
            try:
                text = encodings.decode(container.read(entry), code_page).text
            except Broken:
                continue
            found.update(_items(text, entry))
    return found


def _items(text: str, entry: Entry) -> dict[str, Title]:
    found: dict[str, Title] = {}
    depth, name = 0, ""
    for match in _ITEM.finditer(text):
        closing, tag = match[1] == "/", match[2].lower()
        if tag == "ul":
            depth = max(0, depth + (-1 if closing else 1))
        elif tag == "object":
            name = ""
        elif not closing:
            pair = {key.lower(): entities.unescape(one or other or bare) for key, one, other, bare in _VALUE.findall(match[3])}
            kind, value = pair.get("name", "").lower(), pair.get("value", "")
            if kind == "name":
                name = name or table.clean(value)
            elif kind == "local" and name:
                page = urllib.parse.unquote(value.replace("\\", "/").partition("#")[0])
                place = posixpath.normpath(posixpath.join(posixpath.dirname(entry.name), page)).lower()
                found.setdefault(place, (max(1, depth), name))
    return found
