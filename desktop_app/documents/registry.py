"""Which reader reads a file: by what it is first, by what it is called second.

People rename files: a web page saved as .xls, a PDF without a suffix. The first bytes tell PDF, Office packages and common binary
formats; text formats have no marks, so among them the suffix decides. Scanning a folder asks ``readable``, by name only.
"""

from __future__ import annotations

import importlib
import mmap
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, cast

from desktop_app.documents.base import Progress, Reader
from desktop_app.documents.model import Document, UnreadableDocument

_MEGABYTE = 1 << 20
LARGEST = 500 * _MEGABYTE
LARGEST_TEXT = 100 * _MEGABYTE
LARGEST_UNPACKED = 2_000 * _MEGABYTE  # an Office file that unpacks to more is a trap, not a document


@dataclass(frozen=True, slots=True)
class Format:
    """``module`` below this package has ``read``; ``limit`` in bytes."""

    module: str
    suffixes: tuple[str, ...]
    limit: int = LARGEST
    is_text: bool = False


# Suffixes are repeated in the modules, which must not be imported for a scan (python-docx, PDFium); a test holds them together.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "pdf": Format("pdf", (".pdf",)),
        "docx": Format("docx", (".docx", ".docm", ".dotx", ".dotm")),
        "xlsx": Format("xlsx", (".xlsx", ".xlsm", ".xltx", ".xltm")),
        "markdown": Format("markdown", (".md", ".markdown", ".mdown", ".mkd"), LARGEST_TEXT, is_text=True),
        "html": Format("html", (".html", ".htm", ".xhtml"), LARGEST_TEXT, is_text=True),
        "delimited": Format("delimited", (".csv", ".tsv"), LARGEST_TEXT, is_text=True),
        "text": Format("text", (".txt", ".text", ".log", ".rst", ".tex"), LARGEST_TEXT, is_text=True),
    }
)
_BY_SUFFIX = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}
SUFFIXES = tuple(sorted(_BY_SUFFIX))

_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_BINARY = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"II*\x00",
    b"MM\x00*",
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


def readable(path: str | Path) -> bool:
    """Whether a file of this name is worth opening. Cheap: the file is not touched."""
    return Path(path).suffix.lower() in _BY_SUFFIX


def format_of(path: Path) -> str:
    """The name of the format in ``FORMATS``.

    Raises ``UnreadableDocument`` ("unknown_format", "empty", "damaged", "password", "too_big", "unreadable").
    """
    try:
        with path.open("rb") as file:
            head = file.read(4096)
            size = file.seek(0, 2)
    except OSError as error:
        raise UnreadableDocument("unreadable", error.strerror or type(error).__name__) from error
    if not size:
        raise UnreadableDocument("empty")
    if not head.strip(b"\x00"):
        raise UnreadableDocument("damaged", "only zero bytes")  # what a power cut leaves of a file
    name = _by_content(path, head) or _by_name(path, head)
    if size > FORMATS[name].limit:
        raise UnreadableDocument("too_big", f"{size // _MEGABYTE} MB")
    return name


def read(path: Path, progress: Progress, password: str = "") -> Document:
    """The document, read by whichever reader fits. Any failure is an ``UnreadableDocument``."""
    name = format_of(path)
    module: Any = importlib.import_module(f"desktop_app.documents.{FORMATS[name].module}")
    try:
        if name == "pdf":
            document = cast("Document", module.read(path, progress, password))
        else:
            document = cast("Reader", module.read)(path, progress)
    except (UnreadableDocument, MemoryError):
        raise
    except Exception as error:  # untrusted files break parsers in every way there is
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    if not document.segments:
        raise UnreadableDocument("no_text")
    return document


def _by_content(path: Path, head: bytes) -> str | None:
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(_ZIP):
        return _package(path)
    if head.startswith(_OLE):
        if _holds(path, _ENCRYPTED_PACKAGE):
            raise UnreadableDocument("password")
        raise UnreadableDocument("unknown_format", "old Office format")
    if head.startswith(_BINARY):
        raise UnreadableDocument("unknown_format", "binary data")
    return None


def _by_name(path: Path, head: bytes) -> str:
    name = _BY_SUFFIX.get(path.suffix.lower())
    if name is None:
        raise UnreadableDocument("unknown_format", path.suffix.lower())
    if FORMATS[name].is_text:
        return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"  # what many programs export as .xls or .doc
    raise UnreadableDocument("damaged", f"no {name} file inside")


def _package(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as package:
            entries = package.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error
    names = {entry.filename.replace("\\", "/").lstrip("/") for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument("password")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise UnreadableDocument("too_big", "unpacks to more than 2 GB")
    if any(name.startswith("word/") and name.endswith(".xml") for name in names):
        return "docx"
    if any(name.startswith("xl/") and name.endswith(".xml") for name in names) and "xl/workbook.bin" not in names:
        return "xlsx"
    raise UnreadableDocument("unknown_format", "zip package")


def _holds(path: Path, wanted: bytes) -> bool:
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as view:
            return view.find(wanted) >= 0
    except (OSError, ValueError):
        return False
