# SPDX-License-Identifier: Apache-2.0
"""Which reader reads a file: by what it is first, by what it is called second.

People rename files: a web page saved as .xls, rich text called .doc, a PDF without a suffix. ``sniffing.py`` looks at the first
bytes, at the streams of an old Office file and at the members of a package; text formats have no marks, so among them the suffix
decides. ``FORMATS`` is the whole table; scanning a folder asks ``readable``, by name only.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.nesting import LimitReached, Nesting
from desktop_app.documents.process.sniffing import sniff
from desktop_app.documents.reader import Progress

_MEGABYTE = 1 << 20
LARGEST = 500 * _MEGABYTE
LARGEST_TEXT = 100 * _MEGABYTE


@dataclass(frozen=True, slots=True)
class Format:
    """``module`` below this package has ``read``; ``limit`` in bytes.

    ``takes`` is the third argument of ``read``: a password, the ``Nesting`` of a container, or none.
    """

    module: str
    suffixes: tuple[str, ...]
    limit: int = LARGEST
    is_text: bool = False
    takes: Literal["", "password", "nesting"] = ""


_CODE = (
    ".py", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".vue", ".java", ".kt", ".scala", ".groovy", ".c", ".h", ".cc", ".cpp", ".hpp",
    ".cs", ".vb", ".bas", ".go", ".rs", ".swift", ".php", ".rb", ".pl", ".lua", ".r", ".m", ".sql", ".sh", ".bash", ".bat",
    ".cmd", ".ps1", ".css", ".scss", ".less", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".gradle",
    ".dart", ".pas", ".f90", ".asm", ".proto", ".vbs",
)  # fmt: skip
# Suffixes are repeated in the modules, which must not be imported for a scan (python-docx, PDFium); a test holds them together.
FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "pdf": Format("pdf.pdf_reader", (".pdf",), takes="password"),
        "ofd": Format("markup.ofd", (".ofd",)),
        "docx": Format("office.docx", (".docx", ".docm", ".dotx", ".dotm")),
        "xlsx": Format("office.xlsx", (".xlsx", ".xlsm", ".xltx", ".xltm")),
        "pptx": Format("office.pptx", (".pptx", ".pptm", ".ppsx", ".ppsm", ".potx", ".potm", ".sldx")),
        "doc": Format("office.doc", (".doc", ".dot", ".wps", ".wpt")),
        "xls": Format("office.xls", (".xls", ".xlt", ".et", ".ett")),
        "xlsb": Format("office.xlsb", (".xlsb",)),
        "ppt": Format("office.ppt", (".ppt", ".pps", ".pot", ".dps", ".dpt")),
        "locked": Format("office.unlocking", (), takes="nesting"),
        "rtf": Format("markup.rtf", (".rtf",)),
        "odf": Format(
            "office.odf",
            (".odt", ".ott", ".ods", ".ots", ".odp", ".otp", ".odg", ".fodt", ".fods", ".fodp"),
            takes="password",
        ),
        "image": Format("ocr.image", (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif")),
        "epub": Format("markup.epub", (".epub",)),
        "visio": Format("containers.community_loaders", (".vsdx", ".vsdm")),
        "mail": Format("containers.mail", (".eml", ".mbox", ".mbx", ".mht", ".mhtml", ".emlx"), takes="nesting"),
        "msg": Format("containers.msg", (".msg", ".oft"), takes="nesting"),
        "archive": Format("containers.archive", (".zip",), takes="nesting"),
        "xml": Format(
            "office.xml_text",
            (".xml", ".opml", ".rss", ".atom", ".xsd", ".xsl", ".xslt", ".wsdl", ".plist"),
            LARGEST_TEXT,
            takes="nesting",
        ),
        "enex": Format("containers.evernote", (".enex",), LARGEST_TEXT, takes="nesting"),
        "json": Format("markup.json_text", (".json", ".jsonl", ".ndjson", ".geojson"), LARGEST_TEXT, is_text=True),
        "notebook": Format("markup.notebook", (".ipynb",), LARGEST_TEXT, is_text=True),
        "subtitles": Format("plain.subtitles", (".srt", ".vtt"), LARGEST_TEXT, is_text=True),
        "rare": Format("office.kreuzberg_backend", (".fb2", ".dbf", ".hwp", ".org", ".typ", ".bib"), is_text=True),
        "markdown": Format("markup.markdown", (".md", ".markdown", ".mdown", ".mkd"), LARGEST_TEXT, is_text=True),
        "html": Format("markup.html", (".html", ".htm", ".xhtml"), LARGEST_TEXT, is_text=True),
        "delimited": Format("plain.delimited", (".csv", ".tsv"), LARGEST_TEXT, is_text=True),
        "text": Format("plain.plain_text", (".txt", ".text", ".log", ".rst", ".tex"), LARGEST_TEXT, is_text=True),
        "code": Format("plain.code", _CODE, LARGEST_TEXT, is_text=True),
    }
)
_BY_SUFFIX = {suffix: name for name, known in FORMATS.items() for suffix in known.suffixes}
SUFFIXES = tuple(sorted(_BY_SUFFIX))
# Whose pages or members are recognised with "always" although they have text, or have others beside them that do.
PICTURED = tuple(suffix for name in ("pdf", "mail", "msg", "archive", "enex") for suffix in FORMATS[name].suffixes)
_UNLOCKABLE = frozenset(("doc", "xls", "ppt"))  # these say "password" only after a look inside


def readable(path: str | Path) -> bool:
    """Whether a file of this name is worth opening. Cheap: the file is not touched."""
    return Path(path).suffix.lower() in _BY_SUFFIX


def is_picture(path: str | Path) -> bool:
    """Whether a file of this name can only be read by OCR, a hundred times slower than text."""
    return _BY_SUFFIX.get(Path(path).suffix.lower()) == "image"


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
    by_name = _BY_SUFFIX.get(path.suffix.lower())
    is_text = by_name is not None and FORMATS[by_name].is_text
    name = sniff(path, head, by_name, is_text=is_text)
    if name is None and is_text:
        name = by_name
    if name is None:
        if by_name is None:
            raise UnreadableDocument("unknown_format", path.suffix.lower())
        raise UnreadableDocument("damaged", f"no {by_name} file inside")
    if size > FORMATS[name].limit:
        raise UnreadableDocument("too_big", f"{size // _MEGABYTE} MB")
    return name


def import_common() -> None:
    """Import what most files need, which takes a quarter of a second. What cannot be imported is told by the first file that needs it."""
    for name in ("pdf.pdf_reader", "plain.plain_text"):
        with contextlib.suppress(Exception):
            importlib.import_module(f"desktop_app.documents.{name}")


def read(path: Path, progress: Progress, passwords: Sequence[str] = ()) -> Document:
    """The document, read by whichever reader fits. Any failure is an ``UnreadableDocument``.

    ``passwords`` are tried in turn on a protected file, also on those inside archives and mails.
    """
    return _read(path, Nesting(_read, progress, passwords))


def _read(path: Path, nesting: Nesting) -> Document:
    try:
        document = _read_as(format_of(path), path, nesting)
    except (UnreadableDocument, MemoryError, LimitReached):
        raise
    except Exception as error:  # untrusted files break parsers in every way there is
        if _is_lack_of_memory(error):
            raise MemoryError from error
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
    if not document.segments:
        raise UnreadableDocument("no_text", document.detail)
    return document


def _is_lack_of_memory(error: Exception) -> bool:
    if type(error).__module__ != "lxml.etree":  # not loaded for most formats, and this is no moment to load it
        return False
    xml_files: Any = importlib.import_module("desktop_app.documents.text.xml_files")
    return bool(xml_files.is_lack_of_memory(error))


def _read_as(name: str, path: Path, nesting: Nesting) -> Document:
    known = FORMATS[name]
    module: Any = importlib.import_module(f"desktop_app.documents.{known.module}")
    document: Document
    try:
        if known.takes == "nesting":
            document = module.read(path, nesting.progress, nesting)
        elif known.takes == "password":
            document = _unlocked(lambda password: module.read(path, nesting.progress, password), nesting.passwords)
        else:
            document = module.read(path, nesting.progress)
    except UnreadableDocument as error:
        if error.reason != "password" or name not in _UNLOCKABLE:
            raise
        unlocking: Any = importlib.import_module("desktop_app.documents.office.unlocking")
        document = unlocking.read(path, nesting.progress, nesting)
    return document


def _unlocked(read_with: Callable[[str], Document], passwords: Sequence[str]) -> Document:
    """Read without a password, then with each candidate. The words themselves never reach a log or an error."""
    for password in ("", *passwords):
        try:
            return read_with(password)
        except UnreadableDocument as error:
            if error.reason != "password":
                raise
    raise UnreadableDocument("password", "none of the passwords fits" if passwords else "")
