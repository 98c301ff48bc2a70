# SPDX-License-Identifier: Apache-2.0
"""The picture formats: photos, scans and faxes, read by text recognition."""

from __future__ import annotations

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.reader import ReadContext, Reader


def read(context: ReadContext) -> Document:
    """The recognised text of a picture. Raises ``UnreadableDocument``, with ``ocr_mode.LATER`` in the quick look.

    One inside another file is not recognised again where its text is known, as one on the disk is not even opened again.
    """
    if context.depth and context.recognised:
        return Document(context.recognised, pages=context.recognised[-1].locator.page or 1, detail="OCR")
    if not ocr_mode.wanted(context.ocr):
        raise UnreadableDocument("no_text", "OCR is off")
    from desktop_app.documents.ocr import picture_frames

    return picture_frames.read(context.path, context.progress)


def _is_webp(head: bytes, _by_name: Reader | None) -> bool:
    return head.startswith(b"RIFF") and head[8:12] == b"WEBP"


def _is_bitmap(head: bytes, by_name: Reader | None) -> bool:
    """Texts may begin with the two letters, so the name counts."""
    return by_name is not None and by_name.name == "image" and head.startswith(b"BM")


READER = Reader(
    "image",
    (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif"),
    read,
    magic=(b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", _is_webp, _is_bitmap),
    needs=("PIL", "numpy", "rapidocr"),
)
