# SPDX-License-Identifier: Apache-2.0
"""Detects the format of a file by its bytes.

Most formats are recognised by what their readers declare. What is looked for here is inside the file:

packages (zip)      the members: word/, xl/, ppt/, a mimetype, an e-book's container
old Office (OLE)    the names of the streams: WordDocument, Workbook, PowerPoint Document …
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.office import ole
from desktop_app.documents.reader import Reader

LARGEST_UNPACKED = 2_000 << 20  # bytes; an Office file that unpacks to more is a trap, not a document
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
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
)
_HELP = (b"ITSF\x02\x00\x00\x00", b"ITSF\x03\x00\x00\x00")


def sniff(path: Path, head: bytes, by_name: Reader | None, readers: Sequence[Reader]) -> str | None:
    """``head``: the first 4,096 bytes; ``by_name``: the reader its suffix stands for; ``readers`` are asked in their order.

    Raises ``UnreadableDocument`` for what is surely not read, or broken.
    """
    if head.startswith(_ZIP):
        return _package(path, by_name)
    if head.startswith(_OLE):
        return _old_office(path)
    for reader in readers:
        if reader.recognises(head, by_name):
            return reader.name
    if head.startswith(_HELP):
        raise UnreadableDocument("unknown_format", "Windows help (.chm)")
    if head.startswith(_BINARY):
        raise UnreadableDocument("unknown_format", "binary data")
    return None


# ---- packages -------------------------------------------------------------------------------------------------------------


def _package(path: Path, by_name: Reader | None) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
            kind = _mimetype(package)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error
    names = {entry.filename.replace("\\", "/").lstrip("/"): entry.file_size for entry in entries}
    name = _package_kind(names, kind)
    if name is None:
        # A program's own package (.jar, .apk) is no archive of documents.
        if by_name is None and path.suffix:
            raise UnreadableDocument("unknown_format", "zip package")
        return "archive"
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument("password")
    if sum(names.values()) > LARGEST_UNPACKED:
        raise UnreadableDocument("too_big", "unpacks to more than 2 GB")
    return name


def _mimetype(package: zipfile.ZipFile) -> str:
    try:
        if package.getinfo("mimetype").file_size < 200:
            return package.read("mimetype").decode("ascii", "replace").strip()
    except (KeyError, zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        pass
    return ""


def _package_kind(names: Mapping[str, int], kind: str) -> str | None:
    if any(name.lower() == "ofd.xml" for name in names):
        return "ofd"
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return "docx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names):
        return "xlsx"
    if any(name.startswith("ppt/") and name.endswith(".xml") for name in names):
        return "pptx"
    if any(name.startswith("visio/pages/") for name in names):
        return "visio"
    if kind == "application/epub+zip" or "META-INF/container.xml" in names:
        return "epub"
    if kind.startswith("application/vnd.oasis.opendocument") or ("content.xml" in names and "META-INF/manifest.xml" in names):
        return "odf"
    return None


# ---- old Office -----------------------------------------------------------------------------------------------------------


def _old_office(path: Path) -> str:
    with ole.opened(path) as streams:
        if streams.has("EncryptedPackage"):
            return "locked"
        if streams.has("WordDocument"):
            return "doc"
        if streams.has("Workbook") or streams.has("Book"):
            return "xls"
        if streams.has("PowerPoint Document"):
            return "ppt"
        if streams.has("__properties_version1.0"):
            return "msg"
    raise UnreadableDocument("unknown_format", "old Office format")
