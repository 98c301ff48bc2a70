# SPDX-License-Identifier: Apache-2.0
"""OpenDocument texts, sheets and slides (.odt, .ods, .odp, flat forms).

    text          paragraphs, headings with their level, lists, tables; notes after the text
    spreadsheet   rows with their sheet and cells; repeated rows and columns are counted, not copied
    presentation  text by slide, with the speaker's notes; a drawing's pages count as slides

Protected files are unlocked in ``odf_password.py``.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.sheets.ods_sheet import OdsSheet, is_hidden, repeated
from desktop_app.documents.text import table
from desktop_app.documents.text.cells import SheetRow, Sheets
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.segment_builder import SegmentBuilder
from desktop_app.documents.text.xml_files import Package, attribute, name_of, parse

_SKIPPED = frozenset(
    "tracked-changes change sequence-decls user-field-decls variable-decls forms annotation-end scripts settings shapes"
    " binary-data event-listeners table-of-content-source title desc bookmark".split()
)
_NOTES = frozenset(("note", "annotation"))
_FRAMES = frozenset(
    "frame text-box custom-shape rect ellipse g a polygon path line connector caption object image circle".split()
)


def read(context: ReadContext) -> Document:
    """A text, the rows of sheets, or slides; a protected file is unlocked. Raises ``UnreadableDocument``."""
    return context.unlocked(lambda password: _read(context.path, context.progress, password))


READER = Reader(
    "odf",
    (".odt", ".ott", ".ods", ".ots", ".odp", ".otp", ".odg", ".fodt", ".fods", ".fodp"),
    read,
    needs=("lxml", "cryptography"),
)


def _read(path: Path, progress: Progress, password: str) -> Document:
    root, whole, title = content_of(path, password)
    return from_root(root, progress, whole=whole, title=title)


def content_of(path: Path, password: str) -> tuple[Any, bool, str]:
    """The content element, or the root of a flat file; whether it is whole; the title. Raises ``UnreadableDocument``."""
    if not zipfile.is_zipfile(path):
        return *parse(read_bytes(path)), ""
    try:
        with zipfile.ZipFile(path) as archive:
            package = Package(archive)
            content = package.data("content.xml")
            manifest = package.xml("META-INF/manifest.xml")
            if manifest is not None and any(name_of(entry) == "encryption-data" for entry in manifest.iter()):
                from desktop_app.documents.office import odf_password

                content = odf_password.unlocked(manifest, package, password)
            title = _title(package.xml("meta.xml"))
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error
    if content is None:
        raise UnreadableDocument("damaged", "no content.xml inside")
    return *parse(content), title


def from_root(root: Any, progress: Progress, *, whole: bool, title: str = "") -> Document:
    """A document from its content element, or from the root of a flat file."""
    body = next((element for element in root.iter() if name_of(element) == "body"), None)
    kinds = [] if body is None else [child for child in body if name_of(child)]
    if not kinds:
        raise UnreadableDocument("damaged", "no body inside")
    kind = name_of(kinds[0])
    title = title or _title(root)
    if kind == "spreadsheet":
        document = _spreadsheet(kinds[0], progress, title)
    elif kind in ("presentation", "drawing"):
        document = _slides(kinds[0], progress, title)
    else:
        walk = _Walk(progress)
        walk.body(kinds[0])
        walk.end()
        if not walk.flow.segments:
            raise UnreadableDocument("no_text")
        document = Document(tuple(walk.flow.segments), title=title or walk.flow.title)
    if whole or document.partial:
        return document
    return Document(document.segments, document.pages, document.title, "partly_read", "the text breaks off")


def _title(root: Any | None) -> str:
    if root is None:
        return ""
    for element in root.iter("{http://purl.org/dc/elements/1.1/}title"):
        return table.clean("".join(element.itertext()))
    return ""


# ---- text -----------------------------------------------------------------------------------------------------------------


class _Walk:
    """Running text in document order."""

    def __init__(self, progress: Progress) -> None:
        self.flow = SegmentBuilder()
        self._progress = progress
        self._notes: list[Any] = []
        self._count = 0

    def body(self, element: Any, kind: str = "text") -> None:
        for child in element:
            name = name_of(child)
            if name in _SKIPPED or not name:
                continue
            if name in ("p", "h"):
                self._paragraph(child, name, kind)
            elif name == "table":
                self.flow.rows(_table_rows(child))
            elif name == "list":
                self.body(child, "list")
            else:
                self.body(child, kind)

    def end(self) -> None:
        """Notes and comments, after everything else."""
        if self._notes:
            self.flow.leave_sections()
        for note in self._notes:
            for paragraph in note.iter():
                if name_of(paragraph) in ("p", "h"):
                    self.flow.paragraph(_words(paragraph))

    def _paragraph(self, element: Any, name: str, kind: str) -> None:
        if self._count % 200 == 0:
            self._progress(self._count, None)
        self._count += 1
        text = _words(element)
        if name == "h":
            level = attribute(element, "outline-level", "1")
            self.flow.heading(int(level) if level.isdigit() else 1, text)
        elif attribute(element, "style-name") in ("Title", "P_Title"):
            self.flow.heading(0, text)
        else:
            self.flow.paragraph(text, kind)
        for inner in _anchored(element):
            if name_of(inner) in _NOTES:
                self._notes.append(inner)
            else:
                self.body(inner)


def _words(element: Any) -> str:
    """The text of one paragraph, without what is anchored in it; white space as the format defines it."""
    parts: list[str] = []
    _collect(element, parts)
    return "".join(parts).strip()


def _collect(element: Any, parts: list[str]) -> None:
    if element.text:
        parts.append(_collapsed(element.text, parts))
    for child in element:
        name = name_of(child)
        if name == "s":
            count = attribute(child, "c", "1")
            parts.append(" " * (min(int(count), 200) if count.isdigit() else 1))
        elif name == "tab":
            parts.append("\t")
        elif name == "line-break":
            parts.append("\n")
        elif name and name not in _NOTES and name not in _FRAMES and name not in _SKIPPED:
            _collect(child, parts)
        if child.tail:
            parts.append(_collapsed(child.tail, parts))


def _collapsed(text: str, parts: list[str]) -> str:
    """A run of white space in the file is one space, and none after another."""
    words = " ".join(text.split())
    if not words:
        return "" if not parts or parts[-1].endswith((" ", "\n")) else " "
    front = " " if text[0].isspace() and parts and not parts[-1].endswith((" ", "\n")) else ""
    return f"{front}{words}{' ' if text[-1].isspace() else ''}"


def _anchored(element: Any) -> Iterator[Any]:
    for child in element:
        name = name_of(child)
        if name in _NOTES or name in _FRAMES:
            yield child
        elif name and name not in _SKIPPED:
            yield from _anchored(child)


def _table_rows(element: Any) -> Iterator[list[str]]:
    for child in element:
        name = name_of(child)
        if name == "table-row":
            cells: list[str] = []
            for cell in child:
                if name_of(cell) in ("table-cell", "covered-table-cell"):
                    words = table.clean(" ".join(_words(part) for part in cell.iter() if name_of(part) in ("p", "h")))
                    cells.extend([words] if words else [""] * min(repeated(cell, "number-columns-repeated"), 64))
            yield cells
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _table_rows(child)


# ---- spreadsheets ---------------------------------------------------------------------------------------------------------


def _spreadsheet(body: Any, progress: Progress, title: str) -> Document:
    sheets = Sheets()
    tables = [child for child in body if name_of(child) == "table"]
    for number, element in enumerate(tables):
        progress(number, len(tables))
        if sheets.full:
            break
        sheet = OdsSheet(element, _words)
        name = attribute(element, "name") or str(number + 1)
        sheets.add(name, _sheet_rows(sheet, progress), sheet.shape(hidden=is_hidden(element)), notes=sheet.notes)
        sheets.not_calculated(name, sheet.uncalculated)
    return sheets.document(title=title)


def _sheet_rows(sheet: OdsSheet, progress: Progress) -> Iterator[SheetRow]:
    for count, (number, row, hidden) in enumerate(sheet.rows()):
        if count % 2_000 == 0:
            progress(count, None)
        texts = all(kind == "string" for words, kind in row if words)
        yield SheetRow(number, [words for words, _ in row], texts, hidden)


def sheet_of(element: Any) -> OdsSheet:
    """A sheet of a spreadsheet, by its element."""
    return OdsSheet(element, _words)


# ---- presentations --------------------------------------------------------------------------------------------------------


def _slides(body: Any, progress: Progress, title: str) -> Document:
    segments: list[Segment] = []
    pages = [child for child in body if name_of(child) == "page"]
    for number, page in enumerate(pages, start=1):
        progress(number, len(pages))
        found: list[tuple[str, str]] = []
        for child in page:
            if name_of(child) != "notes":
                _slide_texts(child, found)
        for notes in (child for child in page if name_of(child) == "notes"):
            _slide_texts(notes, found, in_notes=True)
        heading = next((text for kind, text in found if kind == "heading"), "")
        place = Locator(slide=number, headings=(heading,) if heading else ())
        segments.extend(Segment(text, place, kind) for kind, text in found)
    if not segments:
        raise UnreadableDocument("no_text")
    return Document(tuple(segments), pages=len(pages), title=title)


def _slide_texts(
    element: Any, found: list[tuple[str, str]], *, in_notes: bool = False, titled: bool = False, listed: bool = False
) -> None:
    name = name_of(element)
    if not name or name in ("forms", "binary-data", "desc"):
        return
    if name == "table":
        found.extend((kind, text) for _, text, kind in table.lay_out((None, row, None) for row in _table_rows(element)))
        return
    if name in ("p", "h"):
        text = _words(element)
        if text:
            found.append(("heading" if titled else "list" if listed else "text", text))
        for inner in _anchored(element):
            _slide_texts(inner, found, in_notes=in_notes)
        return
    kind = attribute(element, "class") if name == "frame" else ""
    if in_notes and kind in ("page", "page-number", "date-time", "header", "footer"):
        return
    titled = titled or (kind == "title" and not in_notes)
    for child in element:
        _slide_texts(child, found, in_notes=in_notes, titled=titled, listed=listed or name == "list")
