# SPDX-License-Identifier: Apache-2.0
"""What a file is, by its bytes: the name of a format in ``registry.FORMATS``, or None where the bytes do not tell.

PDF, rich text, pictures     their first bytes
old Office (OLE)             the names of the streams inside: WordDocument, Workbook, PowerPoint Document …
packages (zip)               the members: word/, xl/, ppt/, a mimetype, an e-book's container
XML and web pages            the first element
mail                         its first lines, unless the name says that it is a text
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from desktop_app.contract.document import UnreadableDocument

LARGEST_UNPACKED = 2_000 << 20  # bytes; an Office file that unpacks to more is a trap, not a document
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BARE_EXCEL = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
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
)
_HELP = (b"ITSF\x02\x00\x00\x00", b"ITSF\x03\x00\x00\x00")
_MAIL = re.compile(rb"(?:From [^\r\n]*\r?\n)?(?:[A-Za-z-]{2,40}:[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){2}")
_MAIL_SIGN = re.compile(
    rb"^(?:mime-version|return-path|received|message-id|from|date|subject|x-[a-z-]+):", re.IGNORECASE | re.MULTILINE
)
_ELEMENT = re.compile(rb"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)")


def sniff(path: Path, head: bytes, by_name: str | None, *, is_text: bool) -> str | None:
    """``by_name`` is the format its suffix stands for, ``is_text`` whether that is a text format.

    Raises ``UnreadableDocument`` for what is surely not read, or broken.
    """
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
    # Readers allow rubbish before the mark of a PDF; but a page of text may speak of it, and an archive or a mail hold one.
    if b"%PDF-" in head[: 1024 if by_name in ("pdf", None) else 16]:
        return "pdf"
    if head.startswith(_HELP):
        raise UnreadableDocument("unknown_format", "Windows help (.chm)")
    if head.startswith(_BINARY):
        raise UnreadableDocument("unknown_format", "binary data")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if by_name == "xls" and head.startswith(_BARE_EXCEL):
        return "xls"
    if is_text or by_name is None:
        return None
    return _markup(head) or _mail(start, by_name)


def _markup(head: bytes) -> str | None:
    """Pages and XML under the name of an Office format: what many programs export as .xls or .doc."""
    for mark, codec in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            head = head.decode(codec, "ignore").encode("utf-8", "ignore")
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        return None
    lowered = start.lower()
    if lowered.startswith((b"<!doctype html", b"<html")):
        return "html"
    first = _ELEMENT.search(
        re.sub(rb"<!--.*?(?:-->|\Z)|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>", b"", start, flags=re.DOTALL)
    )
    if first is None:
        return "xml" if lowered.startswith(b"<?xml") else None
    if first[2].lower() in (b"html", b"head", b"body", b"table", b"meta", b"style", b"div"):
        return "html"
    return "enex" if first[2] == b"en-export" else "xml"


def _mail(start: bytes, by_name: str | None) -> str | None:
    if by_name == "mail" and start.startswith(b"From "):
        return "mail"
    return "mail" if _MAIL.match(start) and _MAIL_SIGN.search(start) else None


# ---- packages -------------------------------------------------------------------------------------------------------------


def _package(path: Path, by_name: str | None) -> str:
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
    from desktop_app.documents.office import ole

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
