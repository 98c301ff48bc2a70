# SPDX-License-Identifier: Apache-2.0
"""Records of .xls that xlrd does not tell: boxes, charts, conditions.

xlrd gives cells, formats and comments. What else stands in a sheet's records ([MS-XLS]) is found in one walk over them: texts of boxes with the
cells that they cover, charts with their titles and the values of their last drawing, formulas that were never calculated, and whether a
condition may colour cells or a filter leaves rows out.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import plain
from desktop_app.documents.text.cells import SheetNote
from desktop_app.documents.text.locators import column_name

_BEGIN, _END, _CONTINUE = 0x0809, 0x000A, 0x003C
_FORMULA, _UNCALCULATED, _BOUND_SHEET = 0x0006, 0x005E, 0x0085
_DRAWING, _OBJECT, _TEXT_OBJECT = 0x00EC, 0x005D, 0x01B6
_FILTERED = 0x009B
_CONDITIONS = (0x01B0, 0x0879, 0x0872)  # tables too, whose style colours cells
_SERIES, _SERIES_TEXT, _LINK, _SOURCE, _INDEX, _NUMBER, _LABEL = 0x1003, 0x100D, 0x1027, 0x1051, 0x1065, 0x0203, 0x0204
_ANCHOR = b"\x10\xf0\x12\x00\x00\x00"  # where a shape stands, 18 bytes
_SKIPPED = frozenset(
    (0x00FD, 0x027E, 0x00BD, 0x00BE, 0x0201, 0x0208)
)  # cells and rows, which are most records, and in no chart
_COMMENT = 0x19  # kind of an object
_CHART_SHEET = 2
_TITLES = (1, 2, 3)  # of the chart, of its axes
_EMPTY_TEXT = b"\x03\x00\x00\x00\x00\x00\xff\xff"  # value of a formula; of one that was never calculated too
_CALCULATE_ON_LOAD = 2
_VALUES, _CATEGORIES = 1, 2
_MOST_POINTS = 20_000


@dataclass
class SheetRecords:
    """``uncalculated``: the tokens of each formula that may have no value, by row and column from 0, and whether it has none for certain: the
    value may be the empty text that the formula gives."""

    notes: list[SheetNote] = field(default_factory=list)
    uncalculated: dict[tuple[int, int], tuple[bytes, bool]] = field(default_factory=dict)
    has_conditions: bool = False
    is_filtered: bool = False


def sheet_records(data: bytes, start: int) -> SheetRecords:
    """What the records of the sheet that begins at ``start`` tell; those before one that is broken."""
    found = SheetRecords()
    try:
        _Walk(data, found).go(start)
    except (struct.error, IndexError):
        pass
    return found


def chart_sheets(data: bytes) -> Iterator[tuple[str, bool, list[SheetNote]]]:
    """The sheets that are a chart: name, whether it is hidden, its lines."""
    try:
        for kind, at, size in _records(data, 0):
            if kind == _END:
                return
            if kind == _BOUND_SHEET and size > 8 and data[at + 5] == _CHART_SHEET:
                place, state, _, length = struct.unpack_from("<IBBB", data, at)
                name = _string(data[at + 7 : at + size], length)
                chart = _Chart()
                for inner, where, extent in _records(data, place):
                    if inner == _END:
                        break
                    chart.add(inner, data[where : where + extent])
                yield name, bool(state), list(chart.notes(""))
    except (struct.error, IndexError):
        return


class _Walk:
    """Goes over the records of a sheet, which hold those of its charts."""

    def __init__(self, data: bytes, found: SheetRecords) -> None:
        self._data = data
        self._found = found
        self._place = ""  # of the shape that comes next
        self._object = 0
        self._doubted = False  # stored values are of a program that does not calculate

    def go(self, start: int) -> None:
        """To the end of the sheet."""
        depth, chart = 0, _Chart()
        for kind, at, size in _records(self._data, start):
            if kind in _SKIPPED:
                continue
            if kind == _BEGIN:
                depth, chart = depth + 1, _Chart()
            elif kind == _END:
                depth -= 1
                if depth < 1:
                    return
                self._found.notes += chart.notes(self._place)
            elif depth > 1:
                chart.add(kind, self._data[at : at + size])
            elif kind == _FORMULA:
                self._formula(at)
            else:
                self._other(kind, at, size)

    def _formula(self, at: int) -> None:
        row, column, _, value, flags = struct.unpack_from("<HHH8sH", self._data, at)
        certain = self._doubted or bool(flags & _CALCULATE_ON_LOAD)
        if value == _EMPTY_TEXT or (certain and value == bytes(8)):
            length = struct.unpack_from("<H", self._data, at + 20)[0]
            self._found.uncalculated[row, column] = self._data[at + 22 : at + 22 + length], certain

    def _other(self, kind: int, at: int, size: int) -> None:
        if kind == _DRAWING:
            self._place = _covered(self._data[at : at + size]) or self._place
        elif kind == _OBJECT and size > 6:
            self._object = struct.unpack_from("<H", self._data, at + 4)[0]
        elif kind == _TEXT_OBJECT and self._object != _COMMENT:
            if text := _continued(self._data, at, size).strip():
                self._found.notes.append(SheetNote(self._place, text, "box"))
        elif kind == _UNCALCULATED:
            self._doubted = True
        elif kind == _FILTERED:
            self._found.is_filtered = True
        elif kind in _CONDITIONS:
            self._found.has_conditions = True


def _records(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """(kind, place, size) of the records from a place on."""
    unpack, last = struct.Struct("<HH").unpack_from, len(data) - 4
    while at <= last:
        kind, size = unpack(data, at)
        yield kind, at + 4, size
        at += size + 4


def _covered(drawing: bytes) -> str:
    """The cells that the last shape of a drawing covers."""
    at = drawing.rfind(_ANCHOR)
    if at < 0 or at + 24 > len(drawing):
        return ""
    _, left, _, top, _, right, _, bottom, _ = struct.unpack_from("<9H", drawing, at + 6)
    corners = f"{column_name(left + 1)}{top + 1}", f"{column_name(right + 1)}{bottom + 1}"
    return ":".join(dict.fromkeys(corners))


def _continued(data: bytes, at: int, size: int) -> str:
    """The text of a box, which stands in the records behind its own."""
    left = struct.unpack_from("<H", data, at + 10)[0]
    parts = list[str]()
    for kind, where, extent in _records(data, at + size):
        if kind != _CONTINUE or left <= 0 or extent < 2:
            break
        text = _decoded(data[where : where + extent])[:left]
        parts.append(text)
        left -= len(text)
    return "".join(parts).replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes) -> str:
    """A text behind the byte that says how wide its characters are."""
    return data[1:].decode("utf-16-le" if data[0] & 1 else "latin-1", "replace")


def _string(data: bytes, length: int) -> str:
    return _decoded(data[: 1 + length * (1 + (data[0] & 1))])


class _Chart:
    """The records of a chart."""

    def __init__(self) -> None:
        self._titles = list[str]()
        self._names = list[str]()
        self._points: dict[int, dict[int, str]] = {}  # values by number of the point and of the series
        self._categories: dict[int, str] = {}
        self._text, self._source, self._index = "", -1, 0

    def add(self, kind: int, body: bytes) -> None:
        """Take in the next record."""
        if kind == _SERIES:
            self._names.append("")
            self._source = -1
        elif kind == _SOURCE:
            self._source = body[0]
        elif kind == _SERIES_TEXT:
            self._named(table.clean(_string(body[3:], body[2])))
        elif kind == _LINK:
            self._titles += [self._text] if self._text and struct.unpack_from("<H", body)[0] in _TITLES else []
            self._text = ""
        elif kind == _INDEX:
            self._index = struct.unpack_from("<H", body)[0]
        elif kind in (_NUMBER, _LABEL):
            self._value(kind, body)

    def _named(self, text: str) -> None:
        """A text is the name of the series whose sources are told, or of what a link behind it says."""
        self._text = text
        if self._source == 0 and self._names and not self._names[-1]:
            self._names[-1] = text

    def _value(self, kind: int, body: bytes) -> None:
        point, series = struct.unpack_from("<HH", body)
        if kind == _NUMBER:
            text = plain(struct.unpack_from("<d", body, 6)[0])
        else:
            text = table.clean(_string(body[8:], struct.unpack_from("<H", body, 6)[0]))
        if self._index == _VALUES and len(self._points) < _MOST_POINTS:
            self._points.setdefault(point, {})[series] = text
        elif self._index == _CATEGORIES and len(self._categories) < _MOST_POINTS:  # each series repeats them
            self._categories.setdefault(point, text)

    def notes(self, place: str) -> Iterator[SheetNote]:
        """Its titles, then a row for each category."""
        for title in self._titles:
            yield SheetNote(place, title, "chart")
        header = ["", *self._names]
        for point, values in sorted(self._points.items()):
            row = [self._categories.get(point, ""), *(values.get(at, "") for at in range(len(self._names)))]
            text = table.row_text(row, header)
            if text:
                yield SheetNote(place, text, "chart", kind="row")
