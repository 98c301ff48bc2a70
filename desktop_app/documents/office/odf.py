# SPDX-License-Identifier: Apache-2.0
"""OpenDocument texts, sheets and slides (.odt, .ods, .odp, flat forms).

    text          paragraphs, headings with their level, lists, tables, and what stands beside them
    spreadsheet   rows with their sheet and cells; repeated rows and columns are counted, not copied
    presentation  text by slide, with the speaker's notes; a drawing's pages count as slides

Protected files are unlocked in ``odf_password.py``.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.member_segments import MemberSegments
from desktop_app.documents.office import embedded
from desktop_app.documents.office.workbook_files import workbook
from desktop_app.documents.opendocument.odf_objects import Objects
from desktop_app.documents.opendocument.odf_sheet_parts import OdfSheetParts
from desktop_app.documents.opendocument.odf_slides import Slides
from desktop_app.documents.opendocument.odf_styles import OdfLook, OdfStyles
from desktop_app.documents.opendocument.odf_text import TextWalk
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.sheets.ods_sheet import OdsSheet, is_hidden
from desktop_app.documents.text import table
from desktop_app.documents.text.cells import SheetRow, Sheets
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.xml_files import Package, attribute, name_of, parse


def read(context: ReadContext) -> Document:
    """A text, the rows of sheets, or slides; a protected file is unlocked. Raises ``UnreadableDocument``."""
    return context.unlocked(lambda password: _read(context, password))


READER = Reader(
    "odf",
    (".odt", ".ott", ".ods", ".ots", ".odp", ".otp", ".odg", ".fodt", ".fods", ".fodp"),
    read,
    needs=("lxml", "cryptography"),
)


def _read(context: ReadContext, password: str) -> Document:
    root, whole, title = content_of(context.path, password)
    if not zipfile.is_zipfile(context.path):
        return from_root(root, context, whole=whole, title=title)
    with zipfile.ZipFile(context.path) as archive:
        package = Package(archive)
        beside = _styles_beside(package, password)
        return from_root(root, context, whole=whole, title=title, package=package, beside=beside)


def content_of(path: Path, password: str) -> tuple[Any, bool, str]:
    """The content element, or the root of a flat file; whether it is whole; the title. Raises ``UnreadableDocument``."""
    if not zipfile.is_zipfile(path):
        return *parse(read_bytes(path)), ""
    try:
        with zipfile.ZipFile(path) as archive:
            package = Package(archive)
            content = package.data("content.xml")
            manifest = _encryption(package)
            if manifest is not None:
                from desktop_app.documents.office import odf_password

                content = odf_password.unlocked(manifest, package, password)
            title = _title(package.xml("meta.xml"))
    except zipfile.BadZipFile as error:
        raise UnreadableDocument("damaged", "the package is cut off or broken") from error
    if content is None:
        raise UnreadableDocument("damaged", "no content.xml inside")
    return *parse(content), title


def _encryption(package: Package) -> Any | None:
    """The list of parts of a protected file, None for one that is not."""
    manifest = package.xml("META-INF/manifest.xml")
    if manifest is None or not any(name_of(entry) == "encryption-data" for entry in manifest.iter()):
        return None
    return manifest


def _styles_beside(package: Package, password: str) -> Any | None:
    """The root of the styles, None where they cannot be read."""
    manifest = _encryption(package)
    if manifest is None:
        return package.xml("styles.xml")
    from desktop_app.documents.office import odf_password

    try:
        return parse(odf_password.unlocked(manifest, package, password, "styles.xml"))[0]
    except UnreadableDocument:
        return None


def from_root(
    root: Any, context: ReadContext, *, whole: bool, title: str = "", package: Package | None = None, beside: Any | None = None
) -> Document:
    """A document from its content element, or from the root of a flat file; ``package`` holds what is inside it, ``beside`` its styles."""
    body = next((element for element in root.iter() if name_of(element) == "body"), None)
    kinds = [] if body is None else [child for child in body if name_of(child)]
    if not kinds:
        raise UnreadableDocument("damaged", "no body inside")
    kind = name_of(kinds[0])
    title, roots = title or _title(root), [root, *([] if beside is None else [beside])]
    if kind == "spreadsheet":
        document = _spreadsheet(roots, kinds[0], context, package, title)
    else:
        document = _flowing(roots, kinds[0], context, package, title)
    if whole or document.partial:
        return document
    return replace(document, partial="partly_read", detail="the text breaks off")


def _flowing(roots: list[Any], body: Any, context: ReadContext, package: Package | None, title: str) -> Document:
    """A text, or slides, with the files inside; ``roots`` hold the styles."""
    styles, objects = OdfStyles(roots), Objects(package)
    members = MemberSegments(context)
    pages: int | None = None
    if name_of(body) in ("presentation", "drawing"):
        segments, pages = Slides(styles, objects, context.progress).read(body)
        members.segments.extend(segments)
    else:
        walk = TextWalk(styles, objects, context.progress)
        walk.headers()
        walk.body(body, OdfLook())
        members.segments.extend(walk.flow.segments)
        members.tables.extend(walk.flow.tables.heads)
        title = title or walk.flow.title
    objects.read(members, embedded.unwrapped)
    if not members.segments:
        raise UnreadableDocument("no_text")
    return members.document(title=title, pages=pages)


def _title(root: Any | None) -> str:
    if root is None:
        return ""
    for element in root.iter("{http://purl.org/dc/elements/1.1/}title"):
        return table.clean("".join(element.itertext()))
    return ""


# ---- spreadsheets ---------------------------------------------------------------------------------------------------------


def _spreadsheet(roots: list[Any], body: Any, context: ReadContext, package: Package | None, title: str) -> Document:
    sheets, objects = Sheets(), Objects(package)
    parts = OdfSheetParts(OdfStyles(roots), objects)
    tables = [child for child in body if name_of(child) == "table"]
    for number, element in enumerate(tables):
        context.progress(number, len(tables))
        if sheets.full:
            break
        sheet = OdsSheet(element, parts)
        name = attribute(element, "name") or str(number + 1)
        shape = sheet.shape(hidden=is_hidden(element))
        sheets.add(name, _sheet_rows(sheet, context.progress), shape, notes=sheet.notes)
        sheets.not_calculated(name, sheet.uncalculated)
    return workbook(context, sheets, objects.files(), title=title)


def _sheet_rows(sheet: OdsSheet, progress: Progress) -> Iterator[SheetRow]:
    for count, (number, row, hidden, unseen) in enumerate(sheet.rows()):
        if count % 2_000 == 0:
            progress(count, None)
        texts = all(kind == "string" for words, kind in row if words)
        yield SheetRow(number, [words for words, _ in row], texts, hidden, unseen)


def sheet_of(element: Any) -> OdsSheet:
    """A sheet of a spreadsheet, by its element; its look is not asked."""
    return OdsSheet(element, OdfSheetParts(OdfStyles(()), Objects(None)))
