"""What a file is, by its bytes: the name of a format in ``registry.FORMATS``, or None where the bytes do not tell.

PDF, rich text, pictures     their first bytes
old Office (OLE)             the names of the streams inside: WordDocument, Workbook, PowerPoint Document …
packages (zip)               the members: word/, xl/, ppt/, a mimetype, an e-book's container
XML                          the root element and its namespace
"""

from __future__ import annotations

import mmap
import zipfile
from pathlib import Path

from desktop_app.documents.model import UnreadableDocument

LARGEST_UNPACKED = 2_000 << 20  # bytes; an Office file that unpacks to more is a trap, not a document
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_BINARY = (
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"\x7fELF",
    b"MZ\x90",
    b"RIFF",
    b"OggS",
    b"ID3",
    b"SQLite format 3",
    b"{\\rtf",
)


def sniff(path: Path, head: bytes, by_name: str | None, *, is_text: bool) -> str | None:
    """``by_name`` is the format its suffix stands for, ``is_text`` whether that is a text format.

    Raises ``UnreadableDocument`` for what is surely not read, or broken.
    """
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_ZIP):
        return _package(path, by_name)
    if head.startswith(_OLE):
        return _old_office(path)
    if (
        head.startswith(_PICTURES)
        or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or (head.startswith(b"BM") and by_name == "image")
    ):
        return "image"
    if head.startswith(_BINARY):
        raise UnreadableDocument("unknown_format", "binary data")
    if by_name is None or is_text:
        return None
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"  # what many programs export as .xls or .doc
    return None


def _package(path: Path, by_name: str | None) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error
    names = {entry.filename.replace("\\", "/").lstrip("/") for entry in entries}
    name = _package_kind(names)
    if name is None:
        # A program's own package (.jar, .apk) is no archive of documents.
        if by_name is None and path.suffix:
            raise UnreadableDocument("unknown_format", "zip package")
        return "archive"
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument("password")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise UnreadableDocument("too_big", "unpacks to more than 2 GB")
    return name


def _package_kind(names: set[str]) -> str | None:
    if any(name.lower() == "ofd.xml" for name in names):
        return "ofd"
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return "docx"
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names) and "xl/workbook.bin" not in names:
        return "xlsx"
    return None


def _old_office(path: Path) -> str:
    if _holds(path, "EncryptedPackage".encode("utf-16-le")):
        raise UnreadableDocument("password")
    raise UnreadableDocument("unknown_format", "old Office format")


def _holds(path: Path, wanted: bytes) -> bool:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            return view.find(wanted) >= 0
    except (OSError, ValueError):
        return False
