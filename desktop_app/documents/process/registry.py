# SPDX-License-Identifier: Apache-2.0
"""The list of readers, and which of them reads a file.

By what a file is first, by what it is called second: people rename files, and a web page saved as .xls, rich text called .doc or a PDF
without a suffix are met every day. Readers recognise their formats by the first bytes, ``sniffing.py`` looks into packages and old Office
files; text formats have no marks, so among them the suffix decides. A scan of a folder asks ``readable``, by name only.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.containers import archive, community_loaders, evernote, mail, msg
from desktop_app.documents.markup import epub, html, json_text, markdown, notebook, ofd, rtf
from desktop_app.documents.nesting import LimitReached
from desktop_app.documents.ocr import image
from desktop_app.documents.office import kreuzberg_backend, odf, ppt, pptx, unlocking, xls, xlsb, xlsx, xml_text
from desktop_app.documents.pdf import pdf_reader
from desktop_app.documents.plain import code, delimited, plain_text, subtitles
from desktop_app.documents.process.sniffing import sniff
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.tables.typed_tables import typed
from desktop_app.documents.text.xml_files import is_lack_of_memory
from desktop_app.documents.word import doc, docx
from desktop_app.foundation.policy import policy_limits
from desktop_app.wording import quantities

# In the order in which they are asked for the first bytes; XML is what is neither a page nor a note.
READERS: tuple[Reader, ...] = (
    image.READER,
    pdf_reader.READER,
    rtf.READER,
    xls.READER,
    html.READER,
    evernote.READER,
    xml_text.READER,
    mail.READER,
    archive.READER,
    code.READER,
    community_loaders.READER,
    delimited.READER,
    doc.READER,
    docx.READER,
    epub.READER,
    json_text.READER,
    kreuzberg_backend.READER,
    markdown.READER,
    msg.READER,
    notebook.READER,
    odf.READER,
    ofd.READER,
    plain_text.READER,
    ppt.READER,
    pptx.READER,
    subtitles.READER,
    unlocking.READER,
    xlsb.READER,
    xlsx.READER,
)
_BY_NAME = {reader.name: reader for reader in READERS}
_BY_SUFFIX = {suffix: reader for reader in READERS for suffix in reader.suffixes}
SUFFIXES = tuple(sorted(_BY_SUFFIX))
# Whose pages or members are recognised with "always" although they have text, or have others beside them that do.
PICTURED = tuple(suffix for reader in READERS if reader.has_pictures for suffix in reader.suffixes)
_COMMON = (pdf_reader.READER, plain_text.READER)
_broken: set[str] = set()  # packages that did not load when they were first imported


def readable(path: str | Path) -> bool:
    """Whether a file of this name is worth opening. Cheap: the file is not touched."""
    return Path(path).suffix.lower() in _BY_SUFFIX


def is_picture(path: str | Path) -> bool:
    """Whether a file of this name can only be read by OCR, a hundred times slower than text."""
    return _BY_SUFFIX.get(Path(path).suffix.lower()) is image.READER


def reader_of(path: Path) -> Reader:
    """The reader that fits a file.

    Raises ``UnreadableDocument`` ("unknown_format", "empty", "damaged", "password", "too_big", "unreadable", "not_allowed").
    """
    if not policy_limits.may_read_format(path.name):
        raise UnreadableDocument("not_allowed", path.suffix.lower())
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
    name = sniff(path, head, by_name, READERS)
    if name is not None:
        found = _BY_NAME[name]
    elif by_name is None:
        raise UnreadableDocument("unknown_format", path.suffix.lower())
    elif by_name.is_text:
        found = by_name
    else:
        raise UnreadableDocument("damaged", f"no {by_name.name} file inside")
    if size > found.limit:
        raise UnreadableDocument("too_big", quantities.size(size))
    return found


def import_common() -> None:
    """Import what most files need, which takes a fifth of a second.

    A package that is missing or does not load is reported by the first file that needs it.
    """
    for package in (package for reader in _COMMON for package in reader.needs):
        # Whatever it raises: numpy raises RuntimeError on a CPU that is too old, ValueError where another package was built for another
        # version of it. The file that needs the package tells it; a reader that ends here would make every file count as crashed.
        try:
            importlib.import_module(package)
        except Exception:  # noqa: BLE001 - see above
            _broken.add(package)


def read(
    path: Path,
    progress: Progress,
    passwords: Sequence[str] = (),
    ocr: str = "auto",
    recognised: Sequence[Segment] = (),
) -> Document:
    """The document, read by whichever reader fits.

    ``passwords`` are tried in turn on a protected file, also on those inside archives and mails; ``ocr`` is one of ``ocr_mode.MODES``, any
    other counts as "auto"; ``recognised``: what it gave for pages of the file before, and of files inside it. Raises ``UnreadableDocument``
    for every fault of the file, and ``MemoryError``.
    """
    mode = ocr if ocr in ocr_mode.MODES else "auto"
    context = ReadContext(path, progress, _read, tuple(passwords), mode, tuple(recognised))
    try:
        document = _read(context)
    except UnreadableDocument:
        if not context.repeated:
            raise
    else:
        if not context.repeated:
            return typed(document)
    return typed(_read(ReadContext(path, progress, _read, tuple(passwords), mode)))


def _read(context: ReadContext) -> Document:
    needed: tuple[str, ...] = ()
    try:
        reader = reader_of(context.path)
        needed = reader.needs
        document = reader.read(context)
    except (UnreadableDocument, MemoryError, LimitReached):
        raise
    except Exception as error:  # untrusted files break parsers in every way there is
        if is_lack_of_memory(error):
            raise MemoryError from error
        ours = isinstance(error, ImportError) or not _broken.isdisjoint(needed)
        raise UnreadableDocument(
            "component_missing" if ours else "damaged", f"{type(error).__name__}: {error}"[:200]
        ) from error
    if not document.segments:
        raise UnreadableDocument("no_text", document.detail, document.problems)
    return document
