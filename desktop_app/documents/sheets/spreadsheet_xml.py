# SPDX-License-Identifier: Apache-2.0
"""Sheets of Excel 2003 XML: cells as shown, hidden, merged, comments.

Many systems export this as .xls. Values stand as in the file's own notation; a style says how they are shown. Rows and columns count from the
one before unless they say their number.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from desktop_app.documents.sheets.xlsx_cells import MOST_COLUMNS, MOST_MERGED, columns_of
from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import counted, displayed
from desktop_app.documents.text.cells import Merged, SheetNote, SheetRow, SheetShape
from desktop_app.documents.text.colours import WHITE, Colour, alike, of_hex
from desktop_app.documents.text.locators import column_name
from desktop_app.documents.text.xml_files import attribute, name_of

_NAMED_FORMATS = {
    "general number": "General",
    "fixed": "0.00",
    "standard": "#,##0.00",
    "percent": "0.00%",
    "scientific": "0.00E+00",
    "medium date": "d-mmm-yy",
    "short time": "h:mm",
    "medium time": "h:mm AM/PM",
    "long time": "h:mm:ss AM/PM",
    **dict.fromkeys(("general date", "short date", "long date"), "mm-dd-yy"),
}
_RANGE = re.compile(r"R(\d{1,7})C\d{1,5}:R(\d{1,7})C\d{1,5}")
_LONGEST_CHAIN = 30  # parents of a style


class _Style(NamedTuple):
    form: str = "General"
    font: Colour | None = None
    behind: Colour | None = WHITE


def styles_of(root: Any) -> dict[str, _Style]:
    """How cells look, by the names of the styles of a workbook."""
    given = {attribute(one, "ID"): one for holder in root if name_of(holder) == "Styles" for one in holder}
    found: dict[str, _Style] = {}
    for name in given:
        chain, called = list[Any](), name
        while called in given and len(chain) < _LONGEST_CHAIN:
            chain.append(given[called])
            called = attribute(given[called], "Parent")
        look = _Style()
        for one in reversed(chain):
            for part in one:
                look = _said(part, look)
        found[name] = look
    return found


def _said(part: Any, look: _Style) -> _Style:
    kind = name_of(part)
    if kind == "NumberFormat" and (form := attribute(part, "Format")):
        return look._replace(form=_NAMED_FORMATS.get(form.lower(), form))
    if kind == "Font" and (colour := attribute(part, "Color")):
        return look._replace(font=of_hex(colour))
    if kind == "Interior" and (pattern := attribute(part, "Pattern")):
        return look._replace(behind={"None": WHITE, "Solid": of_hex(attribute(part, "Color"))}.get(pattern))
    return look


@dataclass
class SpreadsheetXml:
    """One sheet. While the rows are read, ``notes`` and ``uncalculated`` grow."""

    element: Any
    styles: Mapping[str, _Style]
    notes: list[SheetNote] = field(default_factory=list)
    uncalculated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._table = next((one for one in self.element if name_of(one) == "Table"), ())
        # A condition may colour what the style leaves white.
        self._coloured = any(name_of(one) == "ConditionalFormatting" for one in self.element)

    def rows(self) -> Iterator[SheetRow]:
        """The rows with their cells as shown."""
        for number, row in self._numbered():
            cells, unseen, texts = list[str](), list[tuple[int, str]](), True
            look = self.styles.get(attribute(row, "StyleID"), self.styles.get("Default", _Style()))
            for column, cell in _cells(row):
                shown, is_text, is_seen = self._shown(cell, self.styles.get(attribute(cell, "StyleID"), look), number, column)
                cells.extend([""] * (column + 1 - len(cells)))
                if not is_seen:
                    unseen.append((column, shown))
                    continue
                cells[column] = shown
                texts = texts and (is_text or not shown)
            yield SheetRow(number, cells, texts, _is_hidden(row, "Height"), unseen)

    def shape(self) -> SheetShape:
        """What is hidden, and the merged cells."""
        spans, at = list[tuple[int, int]](), 0
        for one in self._table:
            if name_of(one) == "Column":
                at = _index(one, at + 1)
                last = at + _count(one, "Span")
                spans += [(at - 1, last)] if _is_hidden(one, "Width") else []
                at = last
        merged = list[Merged]()
        for number, row in self._numbered():
            for column, cell in _cells(row):
                down, across = _count(cell, "MergeDown"), _count(cell, "MergeAcross")
                if (down or across) and len(merged) < MOST_MERGED:
                    merged.append((number - 1, column, down + 1, across + 1))
        options = (part for one in self.element if name_of(one) == "WorksheetOptions" for part in one)
        hidden = any(name_of(one) == "Visible" and (one.text or "").strip() != "SheetVisible" for one in options)
        ranges = (_RANGE.search(attribute(one, "Range")) for one in self.element if name_of(one) == "AutoFilter" and len(one))
        return SheetShape(hidden, columns_of(spans), merged, [(int(one[1]), int(one[2])) for one in ranges if one])

    def _numbered(self) -> Iterator[tuple[int, Any]]:
        number = 0
        for row in self._table:
            if name_of(row) == "Row":
                number = _index(row, number + 1)
                yield number, row
                number += _count(row, "Span")

    def _shown(self, cell: Any, look: _Style, row: int, column: int) -> tuple[str, bool, bool]:
        """The text, whether it is one in the file too, and whether it is seen."""
        place, data = f"{column_name(column + 1)}{row}", None
        for part in cell:
            if name_of(part) == "Data":
                data = part
            elif name_of(part) == "Comment" and (said := "".join(part.itertext()).strip()):
                self.notes.append(SheetNote(place, said, "comment", table.clean(attribute(part, "Author"))))
        value = "" if data is None else "".join(data.itertext())
        if not value:
            formula = attribute(cell, "Formula")
            if formula and (data is None or attribute(data, "Type") != "String"):
                self.uncalculated.append(place)
                return table.clean(formula), True, True
            return "", True, True
        text, is_text = _displayed(value, attribute(data, "Type", "String"), look.form)
        if not text:
            return _displayed(value, attribute(data, "Type", "String"), "General")[0], is_text, False
        plain_colour = data is not None and not len(data) and "[" not in look.form and not self._coloured
        return text, is_text, not (plain_colour and alike(look.font, look.behind))


def _displayed(value: str, kind: str, form: str) -> tuple[str, bool]:
    """A value as it is shown, and whether it is a text."""
    if kind == "Number":
        try:
            number = float(value)
        except ValueError:
            return table.clean(value), False
        return table.clean(counted(number, form, from_1904=False)[0]), False
    if kind == "DateTime":
        try:
            return displayed(dt.datetime.fromisoformat(value.strip()), form)[0], False
        except ValueError:
            return table.clean(value), False
    if kind == "Boolean":
        return ("TRUE" if value.strip() == "1" else "FALSE"), False
    return table.clean(displayed(value, form)[0]), kind == "String"


def _cells(row: Any) -> Iterator[tuple[int, Any]]:
    """The cells of a row with their columns, from 0."""
    column = -1
    for cell in row:
        if name_of(cell) == "Cell":
            column = _index(cell, column + 2) - 1
            if column >= MOST_COLUMNS:
                return
            yield column, cell
            column += min(_count(cell, "MergeAcross"), MOST_COLUMNS)


def _is_hidden(element: Any, size: str) -> bool:
    return attribute(element, "Hidden") == "1" or attribute(element, size) == "0"


def _count(element: Any, name: str) -> int:
    said = attribute(element, name, "0")
    return int(said) if said.isdecimal() and len(said) < 8 else 0


def _index(element: Any, following: int) -> int:
    index = attribute(element, "Index")
    return max(following, int(index)) if index.isdecimal() and len(index) < 8 else following
