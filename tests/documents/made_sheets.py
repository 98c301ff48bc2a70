# SPDX-License-Identifier: Apache-2.0
"""Workbooks made by code from one description, in each format that Inkstone reads."""

from __future__ import annotations

import datetime as dt
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl
from openpyxl.comments import Comment

from tests.documents.old_office import compound

Value = str | float | bool | dt.datetime | tuple[float, str] | bytes | None
"""What a cell holds; a number with its format as a pair; in .xls and .xlsb the record of a formula without its place."""


@dataclass(frozen=True)
class MadeSheet:
    """``state`` "hidden" or "veryHidden"; rows from 1, columns by letter; ``merged`` as "A1:B2"."""

    rows: Sequence[Sequence[Value]]
    name: str = "Sheet1"
    state: str = "visible"
    hidden_rows: Sequence[int] = ()
    hidden_columns: Sequence[str] = ()
    merged: Sequence[str] = ()
    notes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    filtered: str = ""  # the cells under a filter in force, which leaves out the hidden rows among them
    white: Sequence[str] = ()  # cells of white letters; in .xls only
    boxes: Mapping[str, str] = field(default_factory=dict)  # text by the cell at the left and top; in .xls only
    charts: Mapping[str, tuple[str, Sequence[Sequence[str | float]]]] = field(
        default_factory=dict
    )  # title and rows; in .xls only


def xlsx_file(path: Path, sheets: Sequence[MadeSheet]) -> Path:
    """By openpyxl."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for made in sheets:
        sheet = book.create_sheet(made.name)
        for number, row in enumerate(made.rows, start=1):
            for column, value in enumerate(row, start=1):
                cell = sheet.cell(number, column)
                cell.value = value[0] if isinstance(value, tuple) else value
                if isinstance(value, tuple):
                    cell.number_format = value[1]
        for place, (author, text) in made.notes.items():
            sheet[place].comment = Comment(text, author)
        for row in made.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in made.hidden_columns:
            sheet.column_dimensions[column].hidden = True
        for merged in made.merged:
            sheet.merge_cells(merged)
        if made.filtered:
            sheet.auto_filter.ref = made.filtered
            sheet.auto_filter.add_filter_column(0, ["x"])
        sheet.sheet_state = made.state
    book.save(path)
    return path


def ods_file(path: Path, sheets: Sequence[MadeSheet]) -> Path:
    """By hand: cells hold the text that they show."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text", "style")
    )
    tables = []
    for made in sheets:
        covered, spans = _covered(made.merged)
        width = max(map(len, made.rows))
        columns = "".join(
            f"<table:table-column{_collapsed(chr(65 + column) in made.hidden_columns)}/>" for column in range(width)
        )
        rows = []
        for number, row in enumerate(made.rows, start=1):
            cells = []
            for column in range(width):
                value = row[column] if column < len(row) else None
                kind = "string" if isinstance(value, str) or value is None else "float"
                text = "" if value is None else f"<text:p>{escape(str(value))}</text:p>"
                note = made.notes.get(f"{chr(65 + column)}{number}")
                said = (
                    f"<office:annotation><dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'>{note[0]}</dc:creator>"
                    f"<text:p>{escape(note[1])}</text:p></office:annotation>"
                    if note
                    else ""
                )
                name = "covered-table-cell" if (number, column + 1) in covered else "table-cell"
                span = spans.get((number, column + 1))
                over = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
                cells.append(f'<table:{name} office:value-type="{kind}"{over}>{said}{text}</table:{name}>')
            state = _collapsed(number in made.hidden_rows)
            if number in _filtered(made):
                state = state.replace("collapse", "filter")
            rows.append(f"<table:table-row{state}>{''.join(cells)}</table:table-row>")
        style = "shown" if made.state == "visible" else "off"
        tables.append(
            f'<table:table table:name="{made.name}" table:style-name="{style}">{columns}{"".join(rows)}</table:table>'
        )
    styles = "".join(
        f'<style:style style:name="{name}" style:family="table"><style:table-properties table:display="{display}"/></style:style>'
        for name, display in (("shown", "true"), ("off", "false"))
    )
    xml = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", xml)
    return path


def _filtered(made: MadeSheet) -> range:
    if not made.filtered:
        return range(0)
    _, top, _, bottom = openpyxl.utils.cell.range_boundaries(made.filtered)
    return range(top, bottom + 1)


def _collapsed(hidden: bool) -> str:
    return ' table:visibility="collapse"' if hidden else ""


def _covered(merged: Sequence[str]) -> tuple[set[tuple[int, int]], dict[tuple[int, int], tuple[int, int]]]:
    """The cells that merged ones cover, and by the first of each how many rows and columns; rows and columns from 1."""
    covered, spans = set[tuple[int, int]](), dict[tuple[int, int], tuple[int, int]]()
    for one in merged:
        left, top, right, bottom = openpyxl.utils.cell.range_boundaries(one)
        spans[top, left] = bottom - top + 1, right - left + 1
        covered |= {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)} - {(top, left)}
    return covered, spans


def xls_file(path: Path, sheets: Sequence[MadeSheet], beside: Mapping[str, bytes] | None = None) -> Path:
    """BIFF 8 in a compound file, record by record ([MS-XLS]); ``beside``: other streams of it."""
    forms = _formats(sheets)
    globals_before = _record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)) + _record(0x0042, struct.pack("<H", 1200))
    font = struct.pack("<HHHHHBBBB", 200, 0, 0x7FFF, 400, 0, 0, 0, 0, 0) + _short("Arial")
    white = struct.pack("<HHHHHBBBB", 200, 0, 9, 400, 0, 0, 0, 0, 0) + _short("Arial")
    globals_before += _record(0x0031, font) * 4 + _record(0x0031, white)
    globals_before += b"".join(_record(0x041E, struct.pack("<H", 164 + at) + _long(form)) for at, form in enumerate(forms))
    for form in (0, *(164 + at for at in range(len(forms)))):
        globals_before += _record(0x00E0, struct.pack("<HHHBBBBIIH", 0, form, 1, 0, 0, 0, 0, 0, 0, 0x20C0))
    globals_before += _record(
        0x00E0, struct.pack("<HHHBBBBIIH", 5, 0, 1, 0, 0, 0, 0, 0, 0, 0x20C0)
    )  # the number 4 is of no font
    streams = [_xls_sheet(made, forms) for made in sheets]
    states = {"visible": 0, "hidden": 1, "veryHidden": 2}
    names = [struct.pack("<BB", states[made.state], 0) + _short(made.name) for made in sheets]
    offset = len(globals_before) + sum(len(name) + 8 for name in names) + 4
    bound = b""
    for name, stream in zip(names, streams, strict=True):
        bound += _record(0x0085, struct.pack("<I", offset) + name)
        offset += len(stream)
    return compound(path, {"Workbook": globals_before + bound + _record(0x000A) + b"".join(streams), **(beside or {})})


def _xls_sheet(made: MadeSheet, forms: Sequence[str]) -> bytes:
    stream = bytearray(_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x10, 0, 0, 0, 0)))
    for letter in made.hidden_columns:
        stream += _record(0x007D, struct.pack("<HHHHHH", ord(letter) - 65, ord(letter) - 65, 2_000, 0, 1, 0))
    stream += _record(0x009B) if made.filtered else b""
    for number, row in enumerate(made.rows):
        hidden = 0x20 if number + 1 in made.hidden_rows else 0
        stream += _record(0x0208, struct.pack("<HHHHHHI", number, 0, len(row), 300, 0, 0, 0x100 | hidden))
    for number, row in enumerate(made.rows):
        for column, value in enumerate(row):
            is_white = f"{chr(65 + column)}{number + 1}" in made.white
            stream += _xls_cell(number, column, value, forms, len(forms) + 1 if is_white else None)
    for at, (cell, (author, text)) in enumerate(made.notes.items(), start=1):
        column, row = openpyxl.utils.cell.coordinate_from_string(cell)
        stream += _record(0x005D, struct.pack("<HHHHHIII", 0x15, 18, 0x19, at, 0, 0, 0, 0) + struct.pack("<HH", 0, 0))
        stream += _record(0x01B6, struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, len(text), 16, 0))
        stream += _record(0x003C, b"\x01" + text.encode("utf-16-le")) + _record(
            0x003C, struct.pack("<HHIHHI", 0, 0, 0, len(text), 0, 0)
        )
        stream += _record(0x001C, struct.pack("<HHHH", row - 1, ord(column) - 65, 0, at) + _long(author) + b"\x00")
    stream += _xls_drawn(made)
    if made.merged:
        spans = [openpyxl.utils.cell.range_boundaries(one) for one in made.merged]
        body = b"".join(struct.pack("<HHHH", top - 1, bottom - 1, left - 1, right - 1) for left, top, right, bottom in spans)
        stream += _record(0x00E5, struct.pack("<H", len(spans)) + body)
    return bytes(stream + _record(0x000A))


def _xls_cell(row: int, column: int, value: Value, forms: Sequence[str], own: int | None) -> bytes:
    if isinstance(value, bytes):
        return _record(0x0006, struct.pack("<HHH", row, column, 0) + value)
    amount, style = _styled(value, forms)
    style = style if own is None else own
    if amount is None:
        return b""
    if isinstance(amount, str):
        return _record(0x0204, struct.pack("<HHH", row, column, style) + _long(amount))
    return _record(0x0203, struct.pack("<HHHd", row, column, style, amount))


def _xls_drawn(made: MadeSheet) -> bytes:
    stream = b""
    for at, (cell, text) in enumerate(made.boxes.items(), start=100):
        stream += (
            _anchor(cell) + _record(0x005D, struct.pack("<HHHHHIII", 0x15, 18, 6, at, 0, 0, 0, 0) + bytes(4)) + _record(0x00EC)
        )
        stream += _record(0x01B6, struct.pack("<HHHHHHHI", 0, 0, 0, 0, 0, len(text), 16, 0))
        for piece in (text[:5], text[5:]):
            stream += _record(0x003C, b"\x01" + piece.encode("utf-16-le")) if piece else b""
        stream += _record(0x003C, bytes(16))
    for at, (cell, (title, rows)) in enumerate(made.charts.items(), start=200):
        stream += _anchor(cell) + _record(0x005D, struct.pack("<HHHHHIII", 0x15, 18, 5, at, 0, 0, 0, 0) + bytes(4))
        stream += xls_chart(title, rows)
    return stream


def _anchor(cell: str) -> bytes:
    """A shape over three columns and four rows."""
    column, row = openpyxl.utils.cell.coordinate_from_string(cell)
    left, top = ord(column) - 65, row - 1
    return _record(0x00EC, struct.pack("<HHI9H", 0, 0xF010, 18, 0, left, 0, top, 0, left + 2, 0, top + 3, 0))


def xls_chart(title: str, rows: Sequence[Sequence[str | float]]) -> bytes:
    """The records of a chart: the first row names the series, the first column the categories."""
    stream = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x20, 0, 0, 0, 0))
    for name in rows[0][1:]:
        stream += _record(0x1003, bytes(12)) + _record(0x1033) + _record(0x1051, struct.pack("<BBHHH", 0, 1, 0, 0, 0))
        stream += (
            _record(0x100D, bytes(2) + _short(str(name)))
            + _record(0x1051, struct.pack("<BBHHH", 1, 2, 0, 0, 0))
            + _record(0x1034)
        )
    stream += _record(0x1025, bytes(32)) + _record(0x1051, struct.pack("<BBHHH", 0, 1, 0, 0, 0))
    stream += _record(0x100D, bytes(2) + _short(title)) + _record(0x1027, struct.pack("<HHH", 1, 0, 0))
    for index in (2, 1):
        stream += _record(0x1065, struct.pack("<H", index))
        for point, row in enumerate(rows[1:]):
            for series, value in enumerate(row[1:]):
                shown = row[0] if index == 2 else value
                head = struct.pack("<HHH", point, series, 0)
                stream += (
                    _record(0x0204, head + _long(shown))
                    if isinstance(shown, str)
                    else _record(0x0203, head + struct.pack("<d", shown))
                )
    return stream + _record(0x000A)


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _long(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _formats(sheets: Sequence[MadeSheet]) -> list[str]:
    return list(dict.fromkeys(value[1] for made in sheets for row in made.rows for value in row if isinstance(value, tuple)))


def _styled(value: Value, forms: Sequence[str]) -> tuple[str | float | None, int]:
    """A value and the number of its style."""
    if isinstance(value, tuple):
        return float(value[0]), forms.index(value[1]) + 1
    return (value if isinstance(value, str) or value is None else float(value)), 0  # type: ignore[arg-type]


def xlsb_file(path: Path, sheets: Sequence[MadeSheet]) -> Path:
    """BIFF 12 in a package, record by record ([MS-XLSB])."""
    forms = _formats(sheets)
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    link = '<Relationship Id="rId{}" Type="' + office + '/{}" Target="{}"/>'
    states = {"visible": 0, "hidden": 1, "veryHidden": 2}
    bundle = b"".join(
        record12(156, struct.pack("<II", states[made.state], at) + wide(f"rId{at}") + wide(made.name))
        for at, made in enumerate(sheets, start=1)
    )
    book = record12(131) + record12(153, bytes(8) + wide("")) + record12(143) + bundle + record12(144)
    # As a program writes it that does not calculate.
    flags = any(isinstance(value, bytes) for made in sheets for row in made.rows for value in row)
    book += record12(157, bytes(24) + struct.pack("<H", flags)) + record12(132)
    styles = record12(278) + record12(615, struct.pack("<I", len(forms)))
    styles += b"".join(record12(44, struct.pack("<H", 164 + at) + wide(form)) for at, form in enumerate(forms)) + record12(616)
    styles += record12(617, struct.pack("<I", len(forms) + 1))
    styles += b"".join(
        record12(47, struct.pack("<HH", 0, form) + bytes(12)) for form in (0, *(164 + at for at in range(len(forms))))
    )
    styles += record12(618) + record12(279)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>")
        package.writestr("_rels/.rels", relations.format(link.format(1, "officeDocument", "xl/workbook.bin")))
        package.writestr("xl/workbook.bin", book)
        links = "".join(link.format(at, "worksheet", f"worksheets/sheet{at}.bin") for at in range(1, len(sheets) + 1))
        package.writestr(
            "xl/_rels/workbook.bin.rels", relations.format(links + link.format(len(sheets) + 1, "styles", "styles.bin"))
        )
        package.writestr("xl/styles.bin", styles)
        for at, made in enumerate(sheets, start=1):
            package.writestr(f"xl/worksheets/sheet{at}.bin", _xlsb_sheet(made, forms))
            if made.notes:
                package.writestr(f"xl/comments{at}.bin", _xlsb_comments(made))
                package.writestr(
                    f"xl/worksheets/_rels/sheet{at}.bin.rels",
                    relations.format(link.format(1, "comments", f"../comments{at}.bin")),
                )
    return path


def _xlsb_comments(made: MadeSheet) -> bytes:
    stream = record12(628) + record12(630)
    for author, _ in made.notes.values():
        stream += record12(632, wide(author))
    stream += record12(631) + record12(633)
    for at, (cell, (_, text)) in enumerate(made.notes.items()):
        column, row = openpyxl.utils.cell.coordinate_from_string(cell)
        where = row - 1, row - 1, ord(column) - 65, ord(column) - 65
        stream += (
            record12(635, struct.pack("<IIIII", at, *where) + bytes(16)) + record12(637, b"\x00" + wide(text)) + record12(636)
        )
    return stream + record12(634) + record12(629)


def _xlsb_sheet(made: MadeSheet, forms: Sequence[str]) -> bytes:
    stream = bytearray(record12(129)) + record12(
        148, struct.pack("<IIII", 0, len(made.rows) - 1, 0, max(map(len, made.rows)) - 1)
    )
    if made.hidden_columns:
        columns = [ord(letter) - 65 for letter in made.hidden_columns]
        stream += (
            record12(390)
            + b"".join(record12(60, struct.pack("<IIIIH", one, one, 2_000, 0, 1)) for one in columns)
            + record12(391)
        )
    stream += record12(145)
    for number, row in enumerate(made.rows):
        hidden = 0x10 if number + 1 in made.hidden_rows else 0
        stream += record12(0, struct.pack("<IIHBBBI", number, 0, 300, 0, hidden, 0, 0))
        for column, value in enumerate(row):
            if isinstance(value, bytes):
                stream += record12(9, struct.pack("<II", column, 0) + value)
                continue
            amount, style = _styled(value, forms)
            if isinstance(amount, str):
                stream += record12(6, struct.pack("<II", column, style) + wide(amount))
            elif amount is not None:
                stream += record12(5, struct.pack("<IId", column, style, amount))
    stream += record12(146)
    if made.merged:
        spans = [openpyxl.utils.cell.range_boundaries(one) for one in made.merged]
        body = (
            record12(176, struct.pack("<IIII", top - 1, bottom - 1, left - 1, right - 1)) for left, top, right, bottom in spans
        )
        stream += record12(177, struct.pack("<I", len(spans))) + b"".join(body) + record12(178)
    if rows := _filtered(made):
        stream += record12(161, struct.pack("<IIII", rows[0] - 1, rows[-1] - 1, 0, 1))
        stream += record12(163, bytes(6)) + record12(164) + record12(162)
    return bytes(stream + record12(130))


def record12(kind: int, data: bytes = b"") -> bytes:
    """A record of .xlsb: number and length in seven bits a byte, then the data."""
    head = bytes((kind,)) if kind < 128 else bytes((kind & 0x7F | 0x80, kind >> 7))
    size, length = len(data), b""
    while True:
        length += bytes((size & 0x7F | (0x80 if size > 0x7F else 0),))
        size >>= 7
        if not size:
            return head + length + data


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xml_file(path: Path, sheets: Sequence[MadeSheet]) -> Path:
    """Excel 2003 XML."""
    forms = _formats(sheets)
    quote = {'"': "&quot;"}
    styles = "".join(
        f'<Style ss:ID="s{at}"><NumberFormat ss:Format="{escape(form, quote)}"/></Style>'
        for at, form in enumerate(forms, start=1)
    )
    parts = [_xml_sheet(made, forms) for made in sheets]
    space = "urn:schemas-microsoft-com:office:"
    path.write_text(
        f'<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="{space}spreadsheet" '
        f'xmlns:ss="{space}spreadsheet" xmlns:x="{space}excel"><Styles>{styles}</Styles>{"".join(parts)}</Workbook>',
        encoding="utf-8",
    )
    return path


def _xml_sheet(made: MadeSheet, forms: Sequence[str]) -> str:
    covered, spans = _covered(made.merged)
    columns = "".join(f'<Column ss:Index="{ord(letter) - 64}" ss:Hidden="1"/>' for letter in made.hidden_columns)
    rows = list[str]()
    for number, row in enumerate(made.rows, start=1):
        cells = ""
        for column, value in enumerate(row, start=1):
            note = made.notes.get(f"{chr(64 + column)}{number}")
            down, across = spans.get((number, column), (1, 1))
            amount, style = _styled(value, forms)
            if (number, column) in covered or (amount is None and note is None):
                continue
            form = f' ss:StyleID="s{style}"' if style else ""
            form += f' ss:MergeDown="{down - 1}" ss:MergeAcross="{across - 1}"' if (down, across) != (1, 1) else ""
            kind = "String" if isinstance(amount, str) else "Number"
            data = "" if amount is None else f'<Data ss:Type="{kind}">{escape(str(amount))}</Data>'
            said = f'<Comment ss:Author="{note[0]}"><ss:Data>{escape(note[1])}</ss:Data></Comment>' if note else ""
            cells += f'<Cell ss:Index="{column}"{form}>{data}{said}</Cell>'
        hidden = ' ss:Hidden="1"' if number in made.hidden_rows else ""
        rows.append(f'<Row ss:Index="{number}"{hidden}>{cells}</Row>')
    state = {"visible": "SheetVisible", "hidden": "SheetHidden", "veryHidden": "SheetVeryHidden"}[made.state]
    seen = f'<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>{state}</Visible></WorksheetOptions>'
    if rows_of := _filtered(made):
        seen += (
            f'<AutoFilter xmlns="urn:schemas-microsoft-com:office:excel" x:Range="R{rows_of[0]}C1:R{rows_of[-1]}C2">'
            '<AutoFilterColumn x:Type="NonBlanks"/></AutoFilter>'
        )
    return f'<Worksheet ss:Name="{made.name}"><Table>{columns}{"".join(rows)}</Table>{seen}</Worksheet>'


FORMATS = {"xlsx": xlsx_file, "xls": xls_file, "ods": ods_file, "xlsb": xlsb_file, "xml": xml_file}
