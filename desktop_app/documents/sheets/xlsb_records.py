# SPDX-License-Identifier: Apache-2.0
"""The records of a binary workbook (.xlsb): formats, hidden, merged.

No kept library tells how a number is shown, what is hidden and which cells are merged; calamine, which read them before, gives bare
numbers. [MS-XLSB] describes the records: a kind, a length, the content.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.documents.sheets.built_in_formats import number_formats
from desktop_app.documents.sheets.xlsx_cells import MOST_COLUMNS, MOST_MERGED, CellRow, columns_of
from desktop_app.documents.text.cell_formats import EMPTY, ERROR, TEXT, TRUTH, counted, displayed, plain
from desktop_app.documents.text.cells import Merged, SheetShape
from desktop_app.documents.text.locators import column_name
from desktop_app.documents.text.xml_files import Package

_ROW, _, _RK, _ERROR, _BOOL, _REAL, _STRING, _SHARED = range(8)
_RICH = 62  # a string with formats inside
# The kinds that are cells, formulas among them, and what each holds.
_CELLS = {**{kind: kind for kind in range(_RK, _SHARED + 1)}, 8: _STRING, 9: _REAL, 10: _BOOL, 11: _ERROR, _RICH: _RICH}
_UNSEEN = "u"  # in place of a cell's kind: a number that its format shows to nobody
_ITEM, _FORMAT, _STYLE, _COLUMN, _SHEET, _PROPERTIES, _MERGED = 19, 44, 47, 60, 156, 153, 176
_ROWS, _ROWS_END = 145, 146
_FORMULA, _CALCULATION = 9, 157
_AUTHOR, _COMMENT, _COMMENT_TEXT = 632, 635, 637
_MERGED_BEGIN = b"\xb1\x01\x04"  # kind 177, four bytes
_FILTER, _FILTER_END, _FILTER_COLUMN = 161, 162, 163
_FILTER_BEGIN = b"\xa1\x01\x10"  # kind 161, sixteen bytes
_STYLES, _STYLES_END = 617, 618
_ROW_HIDDEN = 0x10
_LONGEST = 1 << 26  # bytes of one record
# Nine of ten cells are shared strings and numbers of 32 bits: kind and size in a byte each, the column, the style with the content.
_RUN = re.compile(rb"(?:[\x02\x07]\x0c.{12}){1,16384}", re.DOTALL)
_SMALL = struct.Struct("<HIQ")
_SMALL_SIZE = 12 << 8
_RK_HEAD, _SHARED_HEAD = _RK | _SMALL_SIZE, _SHARED | _SMALL_SIZE
_STYLED, _DOUBLE = struct.Struct("<Q"), struct.Struct("<d")
_MOST_KNOWN = 10_000  # of each, that are kept with what they show
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
    uncalculated: list[str] = field(default_factory=list)  # of the sheet whose rows are read: formulas without a value
    _strings: list[str] = field(default_factory=list)
    _formats: list[str] = field(default_factory=list)
    _from_1904: bool = False
    _distrusted: bool = False
    _known: dict[int, dict[int, tuple[str, str]]] = field(default_factory=lambda: {_RK_HEAD: {}, _SHARED_HEAD: {}})

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
            elif kind == _CALCULATION:
                self._distrusted = len(body) > 24 and bool(body[24] & 1)
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
        return SheetShape(sheet.hidden, columns_of(hidden), _merged(data), _filtered(data))

    def rows(self, sheet: BinarySheet) -> Iterator[CellRow]:
        """The rows that hold something; ``cut`` tells then whether the sheet breaks off."""
        self.cut, self.uncalculated = True, []
        number, hidden = 0, False
        columns, texts, kinds = list[int](), list[str](), list[str]()
        data = self.package.data(sheet.part) or b""
        known, at = self._known, 0
        while True:
            if run := _RUN.match(data, at):
                at = run.end()
                for head, column, content in _SMALL.iter_unpack(run[0]):
                    text, shown_as = known[head].get(content) or self._small(head, content)
                    columns.append(column)
                    texts.append(text)
                    kinds.append(shown_as)
            found = _record_at(data, at)
            if found is None:
                break
            kind, start, at = found
            if kind == _ROW:
                if columns:
                    yield _row(number, hidden, columns, texts, kinds)
                    columns, texts, kinds = [], [], []
                number = struct.unpack_from("<I", data[start:at])[0] + 1
                hidden = at - start > 11 and bool(data[start + 11] & _ROW_HIDDEN)
            elif kind in _CELLS:
                body = data[start:at]
                column, content = struct.unpack_from("<II", body)
                text, shown_as = (
                    self._formula(body, number, content) if kind == _FORMULA else self._shown(_CELLS[kind], body, content)
                )
                columns.append(column)
                texts.append(text)
                kinds.append(shown_as)
            elif kind == _ROWS_END:
                self.cut = False
        if columns:
            yield _row(number, hidden, columns, texts, kinds)

    def _small(self, head: int, content: int) -> tuple[str, str]:
        """What a shared string or a number of 32 bits shows, from its style and itself."""
        form, packed = self._format(content), content >> 32
        if head == _RK_HEAD:
            shown = self._number(_rk(packed), form)
        else:
            text = self._strings[packed] if packed < len(self._strings) else ""
            shown = displayed(text, form) if "@" in form and form != "@" else (text, TEXT)
        known = self._known[head]
        if len(known) < _MOST_KNOWN:
            known[content] = shown
        return shown

    def _format(self, content: int) -> str:
        """The number format of a cell, whose style is in 24 bits."""
        style = content & 0xFFFFFF
        return self._formats[style] if style < len(self._formats) else "General"

    def _shown(self, kind: int, body: bytes, content: int) -> tuple[str, str]:
        if kind == _REAL:
            return self._number(_DOUBLE.unpack_from(body, 8)[0], self._format(content))
        if kind in (_RK, _SHARED):
            return self._small(kind | _SMALL_SIZE, _STYLED.unpack_from(body, 4)[0])
        if kind in (_STRING, _RICH):
            return displayed(_wide(body, 8 if kind == _STRING else 9)[0], self._format(content))
        if kind == _BOOL:
            return ("TRUE" if body[8] else "FALSE"), TRUTH
        return _ERRORS.get(body[8], "#ERROR!"), ERROR

    def _formula(self, body: bytes, row: int, content: int) -> tuple[str, str]:
        """A number that a formula gives; nought is none where the file is to be calculated when it is opened."""
        if self._distrusted and body[8:16] == bytes(8):
            column = struct.unpack_from("<I", body)[0]
            self.uncalculated.append(f"{column_name(column + 1)}{row}")
            return "", EMPTY
        return self._shown(_REAL, body, content)

    def _number(self, value: float, form: str) -> tuple[str, str]:
        shown = counted(value, form, from_1904=self._from_1904)
        return shown if shown[0] else (plain(value), _UNSEEN)


def _row(number: int, hidden: bool, columns: list[int], texts: list[str], kinds: list[str]) -> CellRow:
    """A row from what its cells show, in the order of the file."""
    unseen = list[tuple[int, str]]()
    if _UNSEEN in kinds or "" in texts or max(columns) >= MOST_COLUMNS:
        found = [one for one in zip(columns, texts, kinds, strict=True) if one[1] and one[0] < MOST_COLUMNS]
        unseen = [(column, text) for column, text, kind in found if kind == _UNSEEN]
        found = [one for one in found if one[2] != _UNSEEN]
        columns, texts, kinds = [one[0] for one in found], [one[1] for one in found], [one[2] for one in found]
    width = max(columns, default=-1) + 1
    if columns == list(range(width)):
        return CellRow(number, texts, kinds, hidden, unseen)
    cells, cell_kinds = [""] * width, [EMPTY] * width
    for column, text, kind in zip(columns, texts, kinds, strict=True):
        cells[column], cell_kinds[column] = text, kind
    return CellRow(number, cells, cell_kinds, hidden, unseen)


def comments(data: bytes) -> Iterator[tuple[str, str, str]]:
    """(cell, author, text) of each comment in a part of them."""
    authors, place, author = list[str](), "", ""
    for kind, body in records(data):
        if kind == _AUTHOR:
            authors.append(_wide(body, 0)[0])
        elif kind == _COMMENT:
            by, row, _, column = struct.unpack_from("<IIII", body)
            place = f"{column_name(column + 1)}{row + 1}" if column < MOST_COLUMNS else ""
            author = authors[by] if by < len(authors) else ""
        elif kind == _COMMENT_TEXT:
            yield place, author, _wide(body, 1)[0]


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(kind, content) of each record, up to the first that is broken."""
    at = 0
    while (found := _record_at(data, at)) is not None:
        kind, start, at = found
        yield kind, data[start:at]


def _record_at(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Kind, begin and end of the content of the record at a place; None for none, and for one that is broken."""
    end = len(data)
    if at >= end:
        return None
    kind = data[at]
    at += 1
    if kind & 0x80:
        if at >= end:
            return None
        kind = kind & 0x7F | (data[at] & 0x7F) << 7
        at += 1
    size = shift = 0
    while True:
        if at >= end or shift > 21:
            return None
        size |= (data[at] & 0x7F) << shift
        at += 1
        shift += 7
        if not data[at - 1] & 0x80:
            break
    return (kind, at, at + size) if size <= _LONGEST and at + size <= end else None


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


def _filtered(data: bytes) -> list[tuple[int, int]]:
    """The rows under a filter in force, whose records stand behind the rows."""
    found, start, rows = list[tuple[int, int]](), data.rfind(_FILTER_BEGIN), (0, 0)
    for kind, body in records(data[start:]) if start >= 0 else ():
        if kind == _FILTER:
            first, last = struct.unpack_from("<II", body)
            rows = first + 1, last + 1
        elif kind == _FILTER_COLUMN:
            found.append(rows)
        elif kind == _FILTER_END:
            break
    return found[:1]


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


def _rk(packed: int) -> float:
    """A number in 30 bits: whole or the upper half of a float, by a hundred or not."""
    if packed & 2:
        value: float = (packed >> 2) - ((packed & 0x80000000) >> 1)
    else:
        value = _DOUBLE.unpack(_STYLED.pack((packed & 0xFFFFFFFC) << 32))[0]
    return value / 100 if packed & 1 else value
