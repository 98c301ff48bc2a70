# SPDX-License-Identifier: Apache-2.0
"""The PDF format, tried with each password where it is protected."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.nesting import LimitReached, blocks_of
from desktop_app.documents.reader import ReadContext, Reader

if TYPE_CHECKING:
    from desktop_app.documents.pdf.pdf_attachments import Attachment


def read(context: ReadContext) -> Document:
    """The text of a PDF, with the places of its sentences, and that of the files attached to it. Raises ``UnreadableDocument``."""
    return context.unlocked(lambda password: _read(context, password))


def _read(context: ReadContext, password: str) -> Document:
    from desktop_app.documents.pdf import pdf_document

    files: list[Attachment] = []
    recognised = [segment for segment in context.recognised if not segment.locator.part]
    try:
        document = pdf_document.read(context.path, context.progress, password, context.ocr, files, recognised)
    except UnreadableDocument as error:
        if not files or error.reason != "no_text":
            raise
        document = Document((), detail=error.detail)  # the cover of a portfolio may be a picture
    return _with_files(context, document, files) if files else document


def _with_files(context: ReadContext, document: Document, files: Sequence[Attachment]) -> Document:
    members = MemberSegments(context)
    members.segments.extend(document.segments)
    members.tables.extend(document.tables)
    for file in files:
        part = f"attachment {file.name}"
        if file.data is None:
            members.failed(part, file.reason)
            continue
        try:
            members.add(part, file.name, blocks_of(file.data))
        except LimitReached:
            break
    whole = members.document(title=document.title, pages=document.pages)
    detail = "; ".join(text for text in (document.detail, whole.detail) if text)
    return replace(whole, partial=document.partial or whole.partial, detail=detail)


def _is_pdf(head: bytes, by_name: Reader | None) -> bool:
    """Readers allow rubbish before the mark of a PDF; but a page of text may speak of it, and an archive or a mail hold one."""
    return b"%PDF-" in head[: 1024 if by_name is None or by_name.name == "pdf" else 16]


READER = Reader("pdf", (".pdf",), read, magic=(_is_pdf,), needs=("pypdfium2", "numpy"), has_pictures=True)
