# SPDX-License-Identifier: Apache-2.0
"""The records of a binary workbook (.xlsb): formats, hidden, merged.

No kept library tells how a number is shown, what is hidden and which cells are merged; calamine, which read them before, gives bare
numbers. [MS-XLSB] describes the records: a kind, a length, the content.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.documents.sheets.built_in_formats import number_formats
from desktop_app.documents.sheets.xlsx_cells import MOST_COLUMNS, MOST_MERGED, CellRow, columns_of
from desktop_app.documents.text.cell_formats import EMPTY, ERROR, NUMBER, TEXT, TRUTH, displayed
from desktop_app.documents.text.cells import Merged, SheetShape
from desktop_app.documents.text.xml_files import Package

_ROW, _BLANK, _RK, _ERROR, _BOOL, _REAL, _STRING, _SHARED = range(8)
_FORMULAS = {8: _STRING, 9: _REAL, 10: _BOOL, 11: _ERROR}
_RICH = 62  # a string with formats inside
_ITEM, _FORMAT, _STYLE, _COLUMN, _SHEET, _PROPERTIES, _MERGED = 19, 44, 47, 60, 156, 153, 176
_ROWS, _ROWS_END = 145, 146
_MERGED_BEGIN = b"\xb1\x01\x04"  # kind 177, four bytes
_STYLES, _STYLES_END = 617, 618
_ROW_HIDDEN = 0x10
_LONGEST = 1 << 26  # bytes of one record
_ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A", 0x2B: "#GETTING_DATA",
}  # fmt: skip


@dataclass(frozen=True)
class BinarySheet:
    """``part`` is where its records are."""

    name: str
    hidden: bool
    part: str


@dataclass
class BinaryBook:
    """An open package."""

    package: Package
    sheets: list[BinarySheet] = field(default_factory=list)
    cut: bool = False
    _strings: list[str] = field(default_factory=list)
    _formats: list[str] = field(default_factory=list)
    _from_1904: bool = False

    def __post_init__(self) -> None:
        main = next(
            (one.target for one in self.package.relations("").values() if one.kind == "officeDocument"), "xl/workbook.bin"
        )
        related = self.package.relations(main)
        for kind, body in records(self.package.data(main) or b""):
            if kind == _SHEET:
                state = struct.unpack_from("<I", body)[0]
                link, at = _wide(body, 8)
                name, _ = _wide(body, at)
                if link in related and related[link].kind == "worksheet":
                    self.sheets.append(BinarySheet(name, bool(state), related[link].target))
            elif kind == _PROPERTIES:
                self._from_1904 = bool(body[:1] and body[0] & 1)
        for one in related.values():
            if one.kind == "sharedStrings":
                data = self.package.data(one.target) or b""
                self._strings = [displayed(_wide(body, 1)[0], None)[0] for kind, body in records(data) if kind == _ITEM]
            elif one.kind == "styles":
                self._formats = _styles(self.package.data(one.target) or b"")

    def shape(self, sheet: BinarySheet) -> SheetShape:
        """What a sheet hides, and its merged cells."""
        hidden = list[tuple[int, int]]()
        data = self.package.data(sheet.part) or b""
        for kind, body in records(data):
            if kind == _ROWS:
                break
            if kind == _COLUMN and len(body) >= 18:
                first, last, width, _, flags = struct.unpack_from("<IIIIH", body)
                if flags & 1 or not width:
                    hidden.append((first, last + 1))
                if len(hidden) == MOST_COLUMNS:
                    break
        return SheetShape(sheet.hidden, columns_of(hidden), _merged(data))

    def rows(self, sheet: BinarySheet) -> Iterator[CellRow]:
        """The rows that hold something; ``cut`` tells then whether the sheet breaks off."""
        self.cut = True
        number, hidden = 0, False
        cells, kinds, unseen = list[str](), list[str](), list[tuple[int, str]]()
        for kind, body in records(self.package.data(sheet.part) or b""):
            if kind == _ROWS_END:
                self.cut = False
            elif kind == _ROW:
                if cells or unseen:
                    yield CellRow(number, cells, kinds, hidden, unseen)
                cells, kinds, unseen = [], [], []
                number = struct.unpack_from("<I", body)[0] + 1
                hidden = len(body) > 11 and bool(body[11] & _ROW_HIDDEN)
            elif kind < 12 or kind == _RICH:
                column, style = struct.unpack_from("<II", body)
                text, shown_as = self._shown(_FORMULAS.get(kind, kind), body, style & 0xFFFFFF)
                if not text and shown_as == NUMBER:
                    unseen.append((column, self._shown(_FORMULAS.get(kind, kind), body, len(self._formats))[0]))
                if text and column < MOST_COLUMNS and column >= len(cells):
                    cells.extend([""] * (column - len(cells)))
                    kinds.extend([EMPTY] * (column - len(kinds)))
                    cells.append(text)
                    kinds.append(shown_as)
        if cells or unseen:
            yield CellRow(number, cells, kinds, hidden, unseen)

    def _shown(self, kind: int, body: bytes, style: int) -> tuple[str, str]:
        form = self._formats[style] if style < len(self._formats) else "General"
        if kind == _SHARED:
            at = struct.unpack_from("<I", body, 8)[0]
            text = self._strings[at] if at < len(self._strings) else ""
            return displayed(text, form) if "@" in form and form != "@" else (text, TEXT)
        if kind == _REAL:
            return self._number(struct.unpack_from("<d", body, 8)[0], form)
        if kind == _RK:
            return self._number(_rk(body[8:12]), form)
        if kind == _STRING:
            return displayed(_wide(body, 8)[0], form)
        if kind == _RICH:
            return displayed(_wide(body, 9)[0], form)
        if kind == _BOOL:
            return ("TRUE" if body[8] else "FALSE"), TRUTH
        if kind == _ERROR:
            return _ERRORS.get(body[8], "#ERROR!"), ERROR
        return "", EMPTY

    def _number(self, value: float, form: str) -> tuple[str, str]:
        return displayed(int(value) if value.is_integer() and abs(value) < 1e15 else value, form, from_1904=self._from_1904)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of each record, up to the first that is broken."""
    at, end = 0, len(data)
    while at < end:
        kind = data[at]
        at += 1
        if kind & 0x80:
            if at >= end:
                return
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            if at >= end or shift > 21:
                return
            size |= (data[at] & 0x7F) << shift
            at += 1
            shift += 7
            if not data[at - 1] & 0x80:
                break
        if size > _LONGEST or at + size > end:
            return
        yield kind, data[at : at + size]
        at += size


def _merged(data: bytes) -> list[Merged]:
    """The merged cells, which stand behind the rows: from the last place that reads as the beginning of their list."""
    start = data.rfind(_MERGED_BEGIN)
    found = list[Merged]()
    for number, (kind, body) in enumerate(records(data[start:]) if start >= 0 else ()):
        if kind != _MERGED or len(found) == MOST_MERGED:
            if number:
                break
            continue
        top, bottom, left, right = struct.unpack_from("<IIII", body)
        found.append((top, left, bottom - top + 1, right - left + 1))
    return found


def _styles(data: bytes) -> list[str]:
    own, ids, inside = dict[int, str](), list[int](), False
    for kind, body in records(data):
        if kind == _FORMAT:
            own[struct.unpack_from("<H", body)[0]] = _wide(body, 2)[0]
        elif kind in (_STYLES, _STYLES_END):
            inside = kind == _STYLES
        elif kind == _STYLE and inside:
            ids.append(struct.unpack_from("<H", body, 2)[0])
    return number_formats(ids, own)


def _wide(body: bytes, at: int) -> tuple[str, int]:
    """The string at a place, and where it ends."""
    length = struct.unpack_from("<I", body, at)[0]
    if length == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * length
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _rk(packed: bytes) -> float:
    """A number in 30 bits: whole or the upper half of a float, by a hundred or not."""
    number = struct.unpack("<I", packed)[0]
    if number & 2:
        value = float(struct.unpack("<i", packed)[0] >> 2)
    else:
        value = struct.unpack("<d", bytes(4) + struct.pack("<I", number & 0xFFFFFFFC))[0]
    return value / 100 if number & 1 else value
