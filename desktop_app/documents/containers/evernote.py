# SPDX-License-Identifier: Apache-2.0
"""Evernote exports (.enex): notes with their titles, and attached files."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from msgspec.structs import replace

from desktop_app.contract.document import Document
from desktop_app.documents.markup import html
from desktop_app.documents.member_segments import MemberSegments, behind
from desktop_app.documents.nesting import LimitReached, blocks_of
from desktop_app.documents.reader import LARGEST_TEXT, ReadContext, Reader
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.first_element import first_element
from desktop_app.documents.text.segment_builder import SegmentBuilder
from desktop_app.documents.text.xml_files import name_of, parse


def read(context: ReadContext) -> Document:
    """Notes, then their attached files. Raises ``UnreadableDocument``."""
    root, whole = parse(read_bytes(context.path))
    members, flow = MemberSegments(context), SegmentBuilder()
    attachments: list[tuple[str, Any]] = []
    notes = [element for element in root.iter() if name_of(element) == "note"]
    for number, note in enumerate(notes):
        context.progress(number, len(notes))
        title = _child(note, "title")
        flow.heading(1, title)
        page = html.read_page(_child(note, "content").encode("utf-8"), context.progress, "utf-8")
        before = len(flow.tables.heads)
        for segment in page.segments:
            if segment.kind == "heading":
                flow.heading(2, segment.text)
            else:
                about = replace(segment.locator, lines=None)
                flow.paragraph(segment.text, segment.kind, about=about, cells=behind(segment.cells, before))
        flow.tables.heads.extend(page.tables)
        attachments.extend((title, resource) for resource in note if name_of(resource) == "resource")
    members.segments.extend(flow.segments)
    members.tables.extend(flow.tables.heads)
    for title, resource in attachments:
        name = next((element.text or "" for element in resource.iter() if name_of(element) == "file-name"), "")
        kind = _child(resource, "mime")
        if not name or kind.startswith(("image/", "audio/", "video/")):
            continue
        try:
            data = base64.b64decode(_child(resource, "data"))
        except binascii.Error:
            members.failed(name, "damaged")
            continue
        try:
            members.add(f"{title} › {name}" if title else name, name, blocks_of(data))
        except LimitReached:
            break
    if not whole:
        members.failed(context.path.suffix, "damaged")
    return members.document(title=flow.title)


def _is_export(head: bytes, by_name: Reader | None) -> bool:
    return first_element(head, by_name) == "en-export"


READER = Reader("enex", (".enex",), read, magic=(_is_export,), limit=LARGEST_TEXT, needs=("lxml",), has_pictures=True)


def _child(element: Any, name: str) -> str:
    return next(("".join(child.itertext()) for child in element if name_of(child) == name), "")
