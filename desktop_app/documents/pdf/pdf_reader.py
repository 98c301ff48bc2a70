# SPDX-License-Identifier: Apache-2.0
"""The PDF format, tried with each password where it is protected."""

from __future__ import annotations

from desktop_app.contract.document import Document
from desktop_app.documents.reader import ReadContext, Reader


def read(context: ReadContext) -> Document:
    """The text of a PDF, with the places of its sentences. Raises ``UnreadableDocument``."""
    from desktop_app.documents.pdf import pdf_document

    def read_with(password: str) -> Document:
        return pdf_document.read(context.path, context.progress, password, context.ocr, context.recognised)

    return context.unlocked(read_with)


def _is_pdf(head: bytes, by_name: Reader | None) -> bool:
    """Readers allow rubbish before the mark of a PDF; but a page of text may speak of it, and an archive or a mail hold one."""
    return b"%PDF-" in head[: 1024 if by_name is None or by_name.name == "pdf" else 16]


READER = Reader("pdf", (".pdf",), read, magic=(_is_pdf,), needs=("pypdfium2", "numpy"), has_pictures=True)
