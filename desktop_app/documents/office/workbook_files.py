# SPDX-License-Identifier: Apache-2.0
"""Workbooks with the files inside them, each read as a part.

A price list as PDF, a letter, another workbook: Excel packs what is put on a sheet into the workbook. Its text comes after the rows, as that of
a mail's attachments does.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.office import embedded
from desktop_app.documents.reader import ReadContext
from desktop_app.documents.text.cells import Sheets


def workbook(context: ReadContext, sheets: Sheets, files: Iterable[tuple[str, bytes]], *, title: str = "") -> Document:
    """The document of ``sheets`` and of ``files``, given by name and bytes. Raises ``UnreadableDocument``."""
    inside = [found for found in (embedded.unwrapped(name, data) for name, data in files) if found is not None]
    if not inside:
        return sheets.document(title=title)
    members = MemberSegments(context)
    own: Document | None = None
    try:
        own = sheets.document(title=title)
        members.segments.extend(own.segments)
    except UnreadableDocument as error:
        if error.reason != "no_text":
            raise
    members.attach(inside)
    made = members.document(title=title, pages=own.pages if own else None)
    if own is None or not own.partial:
        return made
    return replace(made, partial=own.partial, detail="; ".join(text for text in (own.detail, made.detail) if text))
