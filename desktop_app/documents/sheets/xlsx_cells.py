# SPDX-License-Identifier: Apache-2.0
"""The XML of a worksheet: rows as shown, hidden, merged cells.

openpyxl opens the workbook; its streaming mode knows no hidden rows, no merged cells, and takes a formula that was never calculated for an
empty cell. So the rows are read here, from the same part, with its shared strings and number formats. Merged cells stand behind the rows: they
are found by unpacking the part once more, a fiftieth of the time.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any, NamedTuple

from desktop_app.documents.text.cell_formats import EMPTY, NUMBER, TEXT, TRUTH, displayed
from desktop_app.documents.text.cells import Merged, SheetShape
from desktop_app.documents.text.locators import column_name, column_number

_CHUNK = 1 << 20
_MOST_AROUND = 32 << 20  # bytes before and behind the rows that are looked at
MOST_MERGED = 20_000
MOST_COLUMNS = 16_384
_ROWS_BEGIN = re.compile(rb"<(?:\w+:)?sheetData\b")
_ROWS_END = re.compile(rb"</(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*/>")
_COLUMNS = re.compile(rb"<(?:\w+:)?col\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)\s*=\s*"([^"]*)"')
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# One that leaves rows out, not the buttons alone.
_FILTER = re.compile(
    rb'<(?:\w+:)?autoFilter\s[^>]*?ref="[A-Z]{1,3}(\d{1,7}):[A-Z]{1,3}(\d{1,7})"[^>]*>\s*<(?:\w+:)?filterColumn\b'
)
MOST_FILTERS = 100  # of a sheet that count
_TRUE = ("1", "true")


class CellRow(NamedTuple):
    """``number`` from 1; ``kinds`` as of ``cell_formats``, one for each of the cells from column A; ``unseen`` as of ``SheetRow``."""

    number: int
    cells: list[str]
    kinds: list[str]
    hidden: bool
    unseen: Sequence[tuple[int, str]] = ()


@dataclass
class SheetXml:
    """Reads the rows of one sheet. ``distrusted``: stored zeros of formulas are of a program that does not calculate.

    ``uncalculated`` grows by the cells whose formula has no value; they read as the formula.
    """

    strings: Sequence[str]
    formats: Sequence[str]
    from_1904: bool
    distrusted: bool
    moved_formula: Callable[[str, str, str], str]
    uncalculated: list[str] = field(default_factory=list)
    white: Collection[int] = ()  # styles of white letters on white, of which nobody sees anything
    mixed: Collection[str] = ()  # the numbers of shared strings that have looks of their own

    def __post_init__(self) -> None:
        self._unseen = list[tuple[int, str]]()  # of the row that is read
        self._shown_strings: dict[str, str] = {}
        self._columns: dict[str, int] = {}
        self._shared: dict[str, tuple[str, str]] = {}

    def rows(self, source: IO[bytes]) -> Iterator[CellRow]:
        """The rows that hold something. Raises what lxml and zipfile raise, after the rows before the fault."""
        from lxml import etree

        number = 0
        options: dict[str, Any] = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
        for _, row in etree.iterparse(source, events=("end",), tag="{*}row", **options):
            named = _whole(row.get("r"))
            number = number + 1 if named is None else named
            if len(row):
                cells, kinds = self._cells(row, number)
                if cells or self._unseen:
                    unseen, self._unseen = self._unseen, []
                    yield CellRow(number, cells, kinds, row.get("hidden") in _TRUE or row.get("ht") == "0", unseen)
            row.clear()
            parent = row.getparent()
            if parent is not None:
                while row.getprevious() is not None:
                    del parent[0]

    def _cells(self, row: Any, number: int) -> tuple[list[str], list[str]]:
        space = row.tag[: -len("row")]
        value_tag, formula_tag, inline_tag = f"{space}v", f"{space}f", f"{space}is"
        cells, kinds = list[str](), list[str]()
        column = -1
        for cell in row:
            named = cell.get("r")
            column = self._column(named, column + 1) if named else column + 1
            value = formula = inline = None
            for part in cell:
                if part.tag == value_tag:
                    value = part.text
                elif part.tag == formula_tag:
                    formula = part
                elif part.tag == inline_tag:
                    inline = part
            if value is None and formula is None and inline is None:
                continue
            text, kind = self._shown(cell, value, formula, inline, number, column)
            if not text:
                if value and kind == NUMBER:
                    self._unseen.append((column, value))
                continue
            if self.white and self._is_white(cell, value, inline):
                self._unseen.append((column, text))
                continue
            _put(cells, kinds, column, (text, kind))
        return cells, kinds

    def _is_white(self, cell: Any, value: str | None, inline: Any | None) -> bool:
        if _whole(cell.get("s")) not in self.white:
            return False
        if inline is not None:
            return all(one.tag.rpartition("}")[2] != "r" for one in inline)
        return cell.get("t") != "s" or (value or "").strip() not in self.mixed

    def _column(self, named: str, following: int) -> int:
        letters = named.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            known = letters.isascii() and letters.isupper() and len(letters) <= 3
            column = column_number(letters) - 1 if known else -1
            self._columns[letters] = column
        return column if 0 <= column < MOST_COLUMNS else min(following, MOST_COLUMNS - 1)

    def _shown(
        self, cell: Any, value: str | None, formula: Any | None, inline: Any | None, row: int, column: int
    ) -> tuple[str, str]:
        kind, style = cell.get("t"), _whole(cell.get("s"))
        form = self.formats[style] if style is not None and style < len(self.formats) else "General"
        if formula is not None and kind != "str" and (not value or (value == "0" and self.distrusted and kind in (None, "n"))):
            return self._not_calculated(formula, f"{column_name(column + 1)}{row}")
        if kind == "s":
            return self._string(value or "", form), TEXT
        if kind in (None, "n") and value:
            return self._number(value, form)
        if kind == "inlineStr" and inline is not None:
            value = _inline(inline)
        elif kind == "b" and value:
            return ("TRUE" if value.strip() in _TRUE else "FALSE"), TRUTH
        elif kind == "d" and value:
            return _iso_date(value, form)
        return displayed(value, form)

    def _number(self, value: str, form: str) -> tuple[str, str]:
        if form == "General" and value.isdigit() and value.isascii() and (value[0] != "0" or len(value) == 1):
            return value, NUMBER
        try:
            number = float(value)
        except ValueError:
            return displayed(value, form)
        if not math.isfinite(number):
            return displayed(value, form)
        return displayed(int(number) if number.is_integer() and abs(number) < 1e15 else number, form, from_1904=self.from_1904)

    def _string(self, index: str, form: str) -> str:
        shown = self._shown_strings.get(index)
        if shown is None:
            at = _whole(index.strip())
            shown = displayed(self.strings[at], None)[0] if at is not None and at < len(self.strings) else ""
            self._shown_strings[index] = shown
        return displayed(shown, form)[0] if "@" in form and form != "@" else shown

    def _not_calculated(self, formula: Any, named: str) -> tuple[str, str]:
        """The formula in place of its value."""
        text = formula.text or ""
        group = formula.get("si")
        if group is not None and formula.get("t") == "shared":
            if text:
                self._shared[group] = text, named
            elif group in self._shared:
                text = self.moved_formula(*self._shared[group], named)
        self.uncalculated.append(named)
        return (f"={text}", TEXT) if text else ("", EMPTY)


def _put(cells: list[str], kinds: list[str], column: int, shown: tuple[str, str]) -> None:
    if column > len(cells):
        cells.extend([""] * (column - len(cells)))
        kinds.extend([EMPTY] * (column - len(kinds)))
    if column < len(cells):
        cells[column], kinds[column] = shown
    else:
        cells.append(shown[0])
        kinds.append(shown[1])


def shape_of(source: IO[bytes], *, hidden: bool) -> SheetShape:
    """What a sheet hides, and its merged cells; ``hidden``: the sheet itself is."""
    head, tail = _around_the_rows(source)
    filtered = [(int(first), int(last)) for first, last in islice(_FILTER.findall(tail), MOST_FILTERS)]
    coloured = len(tail) > _MOST_AROUND or b"onditionalFormatting" in tail or b"tablePart" in tail
    return SheetShape(hidden, _hidden_columns(head), merged_cells(tail), filtered, coloured)


def merged_cells(xml: bytes, start: int = 0) -> list[Merged]:
    """The merged cells that a worksheet's XML names from ``start`` on."""
    found = list[Merged]()
    for match in _MERGED.finditer(xml, start):
        left, top, right, bottom = (
            column_number(match[1].decode()),
            int(match[2]),
            column_number(match[3].decode()),
            int(match[4]),
        )
        if right >= left and bottom >= top and (right, bottom) != (left, top):
            found.append((top - 1, left - 1, bottom - top + 1, right - left + 1))
        if len(found) == MOST_MERGED:
            break
    return found


def _around_the_rows(source: IO[bytes]) -> tuple[bytes, bytes]:
    """What stands before and behind the rows, as far as it is looked at."""
    head, tail, window = bytearray(), bytearray(), b""
    inside = behind = False
    while chunk := source.read(_CHUNK):
        if behind:
            tail += chunk
            if len(tail) > _MOST_AROUND:
                break
            continue
        window += chunk
        if not inside:
            begin = _ROWS_BEGIN.search(window)
            if begin is None:
                if len(window) > _MOST_AROUND:
                    break
                continue
            head += window[: begin.start()]
            window, inside = window[begin.start() :], True
        end = _ROWS_END.search(window)
        if end is not None:
            tail += window[end.end() :]
            behind = True
        window = window[-64:]
    return bytes(head), bytes(tail)


def _hidden_columns(head: bytes) -> frozenset[int]:
    spans = list[tuple[int, int]]()
    for match in islice(_COLUMNS.finditer(head), MOST_COLUMNS):
        given = {name.decode(): value.decode("ascii", "replace") for name, value in _ATTRIBUTE.findall(match[1])}
        first, last = _whole(given.get("min")), _whole(given.get("max"))
        if first is not None and last is not None and (given.get("hidden") in _TRUE or given.get("width") == "0"):
            spans.append((max(first, 1) - 1, last))
    return columns_of(spans)


def columns_of(spans: Iterable[tuple[int, int]]) -> frozenset[int]:
    """The columns of spans, each the first from 0 and the one behind its last; thousands of the widest take no time."""
    marks = bytearray(MOST_COLUMNS)
    for first, behind in spans:
        end = min(behind, MOST_COLUMNS)
        marks[first:end] = b"\1" * (end - first)
    return frozenset(column for column, mark in enumerate(marks) if mark)


def _whole(written: str | None) -> int | None:
    """The number of a row, column, style or text, which has seven figures at most; None for what is none."""
    return int(written) if written and len(written) <= 7 and written.isascii() and written.isdigit() else None


def _inline(element: Any) -> str:
    """The text of an inline string, without the reading aids of Japanese and Chinese."""
    parts = []
    for child in element:
        name = child.tag.rpartition("}")[2]
        if name == "t":
            parts.append(child.text or "")
        elif name == "r":
            parts.extend(one.text or "" for one in child if one.tag.rpartition("}")[2] == "t")
    return "".join(parts)


def _iso_date(value: str, form: str) -> tuple[str, str]:
    for parse in (dt.datetime.fromisoformat, dt.time.fromisoformat):
        try:
            return displayed(parse(value), form)
        except ValueError:
            continue
    return displayed(value, None)
