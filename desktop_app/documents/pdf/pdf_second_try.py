# SPDX-License-Identifier: Apache-2.0
"""PDFs that PDFium cannot open, by pypdf, which repairs some of them.

Text by page, without places on it.
"""

from __future__ import annotations

import re
from pathlib import Path

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.reader import Progress


def read(path: Path, progress: Progress, password: str = "") -> Document:
    """The text of every page; ``password`` may be "". Raises ``UnreadableDocument`` ("password", "damaged")."""
    import pypdf
    from pypdf.errors import PyPdfError

    try:
        reader = pypdf.PdfReader(path, strict=False, password=password or None)
        if reader.is_encrypted and not reader.decrypt(password):
            raise UnreadableDocument("password")
        segments: list[Segment] = []
        total = len(reader.pages)
        for index, page in enumerate(reader.pages):
            progress(index, total)
            blocks = (block.strip() for block in re.split(r"\n\s*\n", page.extract_text()))
            segments.extend(Segment(block, Locator(page=index + 1)) for block in blocks if block)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError, RecursionError) as error:
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    if not segments:
        raise UnreadableDocument("damaged")
    return Document(tuple(segments), pages=total, detail="second reader, without places on the page")
