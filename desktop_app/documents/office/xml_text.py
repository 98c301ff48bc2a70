# SPDX-License-Identifier: Apache-2.0
"""XML files: Office documents in one file, and any other XML as text.

<pkg:package>       Word and PowerPoint "flat" packages: put back into a zip and read by the reader of that format
<w:wordDocument>    Word 2003
<Workbook>          Excel 2003 (also what many systems export as .xls)
<office:document>   flat OpenDocument
anything else       one segment for each element that holds text itself, with its source line; short values keep their name
"""

from __future__ import annotations

import base64
import binascii
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.nesting import blocks_of
from desktop_app.documents.office import odf
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.sheets.spreadsheet_xml import SpreadsheetXml, styles_of
from desktop_app.documents.text import encodings, table
from desktop_app.documents.text.cells import SheetRow, Sheets
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.first_element import first_element
from desktop_app.documents.text.segment_builder import SegmentBuilder
from desktop_app.documents.text.xml_files import attribute, name_of, namespace_of, parse

_SPREADSHEET = "urn:schemas-microsoft-com:office:spreadsheet"
_VALUE = 60  # characters up to which a text is a value that its element's name explains


def read(context: ReadContext) -> Document:
    """An Office document in one file, or the texts of elements. Raises ``UnreadableDocument``."""
    root, whole = _parsed(read_bytes(context.path))
    name, namespace = name_of(root), namespace_of(root)
    if name == "package" and "xmlPackage" in namespace:
        return context.read_again(blocks_of(_packed(root)))
    if name == "wordDocument":
        flow = SegmentBuilder()
        _word(next((element for element in root if name_of(element) == "body"), root), flow, context.progress)
        document = Document(tuple(flow.segments), title=flow.title, tables=tuple(flow.tables.heads))
    elif name == "Workbook" and namespace == _SPREADSHEET:
        document = _workbook(root, context.progress)
    elif name in ("document", "document-content") and "opendocument" in namespace:
        return odf.from_root(root, context, whole=whole)
    else:
        document = Document(tuple(_elements(root, context.progress)))
    if whole or not document.segments:
        return document
    return replace(document, partial="partly_read", detail="the XML breaks off or is not well-formed")


def _is_xml(head: bytes, by_name: Reader | None) -> bool:
    return bool(first_element(head, by_name))  # asked after web pages and notes


READER = Reader(
    "xml",
    (".xml", ".opml", ".rss", ".atom", ".xsd", ".xsl", ".xslt", ".wsdl", ".plist"),
    read,
    magic=(_is_xml,),
    limit=LARGEST_TEXT,
    needs=("lxml",),
)


def _parsed(data: bytes) -> tuple[Any, bool]:
    root, whole = parse(data)
    if whole:
        return root, True
    # A wrong encoding declaration is the most common flaw; what the bytes really are is known better here.
    decoded = encodings.decode(data)
    head, _, rest = decoded.text.partition("?>")
    if head.lstrip("\ufeff \n").startswith("<?xml") and decoded.sure:
        try:
            again, mended = parse(rest.strip().encode("utf-8"))
        except UnreadableDocument:
            return root, False
        if mended:
            return again, True
    return root, False


def _elements(root: Any, progress: Progress) -> Iterator[Segment]:
    for count, element in enumerate(root.iter()):
        if count % 5_000 == 0:
            progress(count, None)
        name = name_of(element)
        if not name:
            continue
        parts = [element.text or "", *(child.tail or "" for child in element)]
        text = table.clean(" ".join(parts))
        if not text:
            continue
        plain = not len(element) and len(text) <= _VALUE
        line = element.sourceline or 1
        place = Locator(lines=(line, line + (element.text or "").count("\n")))
        yield Segment(f"{name}: {text}" if plain else text, place)


# ---- Office packages in one file -------------------------------------------------------------------------------------------


def _packed(root: Any) -> bytes:
    """A flat package as the zip package it stands for."""
    from lxml import etree

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        kinds = []
        for part in root:
            name = attribute(part, "name").lstrip("/")
            if name_of(part) != "part" or not name:
                continue
            kinds.append((name, attribute(part, "contentType")))
            for content in part:
                if name_of(content) == "xmlData" and len(content):
                    package.writestr(name, etree.tostring(content[0], xml_declaration=True, encoding="UTF-8"))
                elif name_of(content) == "binaryData":
                    try:
                        package.writestr(name, base64.b64decode(content.text or ""))
                    except binascii.Error:
                        continue
        types = etree.Element("Types", xmlns="http://schemas.openxmlformats.org/package/2006/content-types")
        etree.SubElement(
            types, "Default", Extension="rels", ContentType="application/vnd.openxmlformats-package.relationships+xml"
        )
        for name, kind in kinds:
            if not name.endswith(".rels"):
                etree.SubElement(types, "Override", PartName=f"/{name}", ContentType=kind)
        package.writestr("[Content_Types].xml", etree.tostring(types, xml_declaration=True, encoding="UTF-8"))
    return buffer.getvalue()


# ---- Word 2003 ------------------------------------------------------------------------------------------------------------


def _word(element: Any, flow: SegmentBuilder, progress: Progress) -> None:
    for child in element:
        name = name_of(child)
        if len(flow.segments) % 200 == 0:
            progress(len(flow.segments), None)
        if name == "p":
            text = _word_text(child)
            level = _word_level(child)
            if level is not None:
                flow.heading(level, text)
            else:
                flow.paragraph(text)
        elif name == "tbl":
            flow.rows(
                [
                    " ".join(_word_text(part) for part in cell.iter() if name_of(part) == "p")
                    for cell in row
                    if name_of(cell) == "tc"
                ]
                for row in child.iter()
                if name_of(row) == "tr"
            )
        elif name not in ("sectPr", "docPr"):
            _word(child, flow, progress)


def _word_text(paragraph: Any) -> str:
    parts = []
    for element in paragraph.iter():
        name = name_of(element)
        if name == "t":
            parts.append(element.text or "")
        elif name == "tab" and name_of(element.getparent()) == "r":
            parts.append("\t")
        elif name == "br":
            parts.append("\n")
    return "".join(parts)


def _word_level(paragraph: Any) -> int | None:
    for element in paragraph.iter():
        if name_of(element) == "pStyle":
            style = attribute(element, "val").lower().replace(" ", "")
            digits = style.removeprefix("heading").removeprefix("标题")
            if digits.isdecimal() and (style.startswith(("heading", "标题")) or (len(digits) == 1 and digits != "0")):
                return int(digits)
            return 0 if style == "title" else None
    return None


# ---- Excel 2003 -----------------------------------------------------------------------------------------------------------


def _workbook(root: Any, progress: Progress) -> Document:
    sheets, styles = Sheets(), styles_of(root)
    for number, element in enumerate(element for element in root if name_of(element) == "Worksheet"):
        progress(number, None)
        if sheets.full:
            break
        sheet, name = SpreadsheetXml(element, styles), attribute(element, "Name") or str(number + 1)
        sheets.add(name, _counted(sheet.rows(), progress), sheet.shape(), notes=sheet.notes)
        sheets.not_calculated(name, sheet.uncalculated)
    return sheets.document()


def _counted(rows: Iterator[SheetRow], progress: Progress) -> Iterator[SheetRow]:
    for count, row in enumerate(rows):
        if count % 2_000 == 0:
            progress(count, None)
        yield row
