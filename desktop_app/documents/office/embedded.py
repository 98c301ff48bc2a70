# SPDX-License-Identifier: Apache-2.0
"""Files inside Office files: what an embedded object holds.

A workbook in a letter, a PDF in a sheet, a zip dropped on a slide. Office wraps most of them into a compound file (OLE); what is inside is
a package, a document's own streams, or any file with its name ("Package" of Windows, which WPS writes too).
"""

from __future__ import annotations

import struct

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.office import ole
from desktop_app.documents.office.compound_files import compound_file
from desktop_app.documents.text import encodings

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WHOLE = ("Package", "EmbeddedOdf", "CONTENTS")  # streams that are a file: of Office, of LibreOffice, of Acrobat
_SILENT = ("Equation Native",)  # formulas hold no text that could be read
_STREAMS = (("WordDocument", ".doc"), ("Workbook", ".xls"), ("Book", ".xls"), ("PowerPoint Document", ".ppt"))
_MARKS = ((b"word/document.xml", ".docx"), (b"xl/workbook", ".xlsx"), (b"ppt/presentation.xml", ".pptx"))
_SMALLEST = 1_536  # bytes of a compound file


def unwrapped(name: str, data: bytes) -> tuple[str, bytes] | None:
    """Name and bytes of the file in an embedded object called ``name``; itself where it is no wrapper, None where it has nothing to read."""
    if not data.startswith(_OLE) or len(data) < _SMALLEST:
        return (name, data) if data else None
    try:
        with ole.opened(data) as streams:
            found = from_streams(streams, (), name)
            kind = next((suffix for stream, suffix in _STREAMS if streams.has(stream)), "")
    except UnreadableDocument:
        return name, data  # its reader says what is wrong
    if found is None:
        return _called(name, kind), data
    return found if found[1] else None


def from_streams(streams: ole.Streams, folder: tuple[str, ...], name: str) -> tuple[str, bytes] | None:
    """The file in the streams of an object, empty where there is nothing to read; None where they hold no file as a whole."""
    if any(streams.has(*folder, stream) for stream in _SILENT):
        return name, b""
    native = streams.read(*folder, "\x01Ole10Native")
    if native:
        return _native(name, native)
    for stream in _WHOLE:
        data = streams.read(*folder, stream)
        if data:
            marked = next((suffix for mark, suffix in _MARKS if mark in data), "")
            return _called(name, ".pdf" if data.startswith(b"%PDF") else marked), data
    return None


def rebuilt(streams: ole.Streams, folder: tuple[str, ...], name: str) -> tuple[str, bytes] | None:
    """The document whose streams lie in a folder of another one, as a file of its own; None where it is none that is read."""
    kind = next((suffix for stream, suffix in _STREAMS if streams.has(*folder, stream)), "")
    if not kind:
        return None
    held = {stream: streams.read(*folder, stream) for stream in streams.names(*folder)}
    return _called(name, kind), compound_file(held)


def _called(name: str, suffix: str) -> str:
    """The name with the suffix of what is inside: an object is called "oleObject1.bin" whatever it holds."""
    return name.removesuffix(".bin") + suffix if suffix else name


def _native(name: str, data: bytes) -> tuple[str, bytes]:
    """A file as Windows packs it: its name, where it came from, its bytes, and the names again as UTF-16."""
    try:
        end = data.index(b"\x00", 6)
        label = data[6:end]
        position = data.index(b"\x00", end + 1) + 5  # the path it came from, then four bytes that say it is embedded
        length = struct.unpack_from("<I", data, position)[0]
        position += 4 + length  # a path in the folder for temporary files
        size = struct.unpack_from("<I", data, position)[0]
        start = position + 4
        wide = _wide_label(data, start + size)
        called = wide or encodings.decode(label).text
        return called.replace("\\", "/").rpartition("/")[2].strip() or name, data[start : start + size]
    except (ValueError, struct.error):
        return name, data[4:]


def _wide_label(data: bytes, position: int) -> str:
    """The second of the names in UTF-16 that newer programs put behind the file, "" where there are none."""
    try:
        position += 4 + 2 * struct.unpack_from("<I", data, position)[0]
        length = struct.unpack_from("<I", data, position)[0]
        text = data[position + 4 : position + 4 + 2 * length]
        return text.decode("utf-16-le", "replace").strip("\x00") if 0 < length < 1_000 and len(text) == 2 * length else ""
    except struct.error:
        return ""
