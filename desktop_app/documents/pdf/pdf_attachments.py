# SPDX-License-Identifier: Apache-2.0
"""Files that are attached to a PDF, or collected in one (a portfolio).

Invoices carry their figures as XML (ZUGFeRD), contracts their annexes; each is read by its own reader, as an attachment of a mail is.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

MOST_FILES = 500
_LARGEST = 200 << 20  # bytes of one


@dataclass(frozen=True, slots=True)
class Attachment:
    """``data`` is None where the file is too big or damaged; then ``reason`` says which, one of ``REASONS``."""

    name: str
    data: bytes | None
    reason: str = ""


def attached(pdf: Any) -> Iterator[Attachment]:
    """The files that a document names as embedded."""
    for index in range(min(pdfium.FPDFDoc_GetAttachmentCount(pdf.raw), MOST_FILES)):
        handle = pdfium.FPDFDoc_GetAttachment(pdf.raw, index)
        if handle:
            yield file_of(handle, index)


def file_of(handle: Any, number: int) -> Attachment:
    """A file by PDFium's handle; ``number`` names one without a name."""
    size = pdfium.FPDFAttachment_GetName(handle, None, 0)
    letters = (ctypes.c_ushort * max(1, size // 2))()
    pdfium.FPDFAttachment_GetName(handle, letters, size)
    name = bytes(letters)[: max(0, size - 2)].decode("utf-16-le", "replace")
    name = _mended(name).replace("\\", "/").rpartition("/")[2].strip("\x00 ") or str(number + 1)
    length = ctypes.c_ulong()
    if not pdfium.FPDFAttachment_GetFile(handle, None, 0, length):
        return Attachment(name, None, "damaged")
    if length.value > _LARGEST:
        return Attachment(name, None, "too_big")
    data = (ctypes.c_ubyte * length.value)()
    if not pdfium.FPDFAttachment_GetFile(handle, data, length, length):
        return Attachment(name, None, "damaged")
    return Attachment(name, bytes(data))


def _mended(name: str) -> str:
    """A name of which PDFium hands out the bytes: it decodes /UF, not /F."""
    if name.startswith("\xfe\xff"):
        return name[2:].encode("latin-1", "replace").decode("utf-16-be", "replace")
    try:
        return name.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return name
