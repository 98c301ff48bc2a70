# SPDX-License-Identifier: Apache-2.0
"""Sheets of OpenDocument: cells as shown, what is hidden, merged cells.

A cell holds the text that it shows. Rows and columns are repeated by a count; those that a filter leaves out are seen (``cells.py``). A value beside
an empty text is one that its format hides; one without any was written by a program that leaves the showing to others.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from desktop_app.documents.opendocument.odf_sheet_parts import OdfSheetParts
from desktop_app.documents.opendocument.odf_words import words
from desktop_app.documents.tables.exact import Figure
from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import plain
from desktop_app.documents.text.cells import Merged, SheetNote, SheetShape
from desktop_app.documents.text.locators import column_name
from desktop_app.documents.text.xml_files import attribute, name_of

_MOST_COLUMNS = 16_384
_MOST_COPIES = 1_000  # people fill down a few rows; a style that runs to the last row repeats nothing but emptiness
_ANY_MERGED = "boolean(.//@*[local-name()='number-rows-spanned' or local-name()='number-columns-spanned'])"
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")


class OdsRow(NamedTuple):
    """``number`` from 1; cells as (text as shown, type of value); ``unseen`` as of ``SheetRow``."""

    number: int
    cells: list[tuple[str, str]]
    hidden: bool
    unseen: Sequence[tuple[int, str]] = ()


@dataclass
class OdsSheet:
    """One sheet. While the rows are read, ``notes`` and ``uncalculated`` grow."""

    element: Any
    parts: OdfSheetParts
    notes: list[SheetNote] = field(default_factory=list)
    uncalculated: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # The newer kind of conditions names cells, not styles.
        self._coloured = any(name_of(one) == "conditional-formats" for one in self.element)
        self._unseen = list[tuple[int, str]]()  # of the row that is read

    def rows(self) -> Iterator[OdsRow]:
        """The rows in which a cell holds something."""
        for shapes in self.element:
            for shape in shapes if name_of(shapes) == "shapes" else ():
                self.notes += self.parts.drawn(shape, "")
        number = 1
        for row, hidden in _rows(self.element):
            cells: list[tuple[str, str]] = []
            for cell in row:
                if name_of(cell) not in ("table-cell", "covered-table-cell"):
                    continue
                shown = self._shown(cell, number, len(cells)), attribute(cell, "value-type", "string")
                cells.extend([shown] * min(repeated(cell, "number-columns-repeated"), _MOST_COLUMNS - len(cells)))
            while cells and not cells[-1][0]:
                cells.pop()
            copies = repeated(row, "number-rows-repeated")
            unseen, self._unseen = self._unseen, []
            if cells or unseen:
                for copy in range(min(copies, _MOST_COPIES)):
                    yield OdsRow(number + copy, cells, hidden, unseen)
            number += copies

    def shape(self, *, hidden: bool) -> SheetShape:
        """What is hidden, and the merged cells."""
        columns, at = list[int](), 0
        for column, unseen in _columns(self.element):
            count = min(repeated(column, "number-columns-repeated"), _MOST_COLUMNS - at)
            columns += range(at, at + count) if unseen else ()
            at += count
        return SheetShape(hidden, columns, self.merged())

    def merged(self) -> list[Merged]:
        """The merged cells: row and column of the first from 0, how many rows, how many columns."""
        found, top = list[Merged](), 0
        if not self.element.xpath(_ANY_MERGED):
            return found
        for row, _ in _rows(self.element):
            left = 0
            for cell in row:
                span = repeated(cell, "number-rows-spanned"), repeated(cell, "number-columns-spanned")
                if span != (1, 1):
                    found.append((top, left, *span))
                left += repeated(cell, "number-columns-repeated")
            top += repeated(row, "number-rows-repeated")
        return found

    def _shown(self, cell: Any, row: int, column: int) -> str:
        lines, place = list[str](), f"{column_name(column + 1)}{row}"
        for part in cell:
            name = name_of(part)
            if name == "p":
                lines.append(words(part))
            elif name == "annotation":
                self._note(part, place)
            elif name:
                end = attribute(part, "end-cell-address").rpartition(".")[2]
                self.notes += self.parts.drawn(part, f"{place}:{end}" if end.isalnum() and end != place else place)
        text = _exact(table.clean(" ".join(lines)), cell)
        if not text:
            return self._without_text(cell, place, column, is_shown=bool(lines))
        if not self._coloured and self.parts.is_unseen(cell):
            self._unseen.append((column, text))
            return ""
        return text

    def _without_text(self, cell: Any, place: str, column: int, *, is_shown: bool) -> str:
        """A cell whose text is empty or, not ``is_shown``, missing."""
        kind = attribute(cell, "value-type")
        value = next((said for name in _VALUES if (said := attribute(cell, name))), "")
        formula = attribute(cell, "formula")
        if formula and not value and kind != "string":
            self.uncalculated.append(place)
            return "=" + formula.partition("=")[2]
        try:
            value = plain(float(value)) if kind in ("float", "percentage", "currency") and value else value
        except ValueError:
            return value
        if is_shown and value and kind != "string":
            self._unseen.append((column, value))
            return ""
        return value

    def _note(self, element: Any, place: str) -> None:
        author = next((table.clean("".join(one.itertext())) for one in element if name_of(one) == "creator"), "")
        text = "\n".join(filter(None, (words(one) for one in element if name_of(one) in ("p", "list"))))
        if text:
            self.notes.append(SheetNote(place, text, "comment", author))


def _exact(text: str, cell: Any) -> str:
    """What a cell shows, with the number or the day that it holds."""
    if day := attribute(cell, "date-value"):
        return Figure.of(text, day.removesuffix("T00:00:00"))
    try:
        return Figure.of(text, float(attribute(cell, "value"))) if attribute(cell, "value") else text
    except ValueError:
        return text


def is_hidden(element: Any) -> bool:
    """Whether a sheet's style says that it is not displayed."""
    style = attribute(element, "style-name")
    root = element.getroottree().getroot()
    for one in root.iter() if style else ():
        if name_of(one) == "style" and attribute(one, "name") == style and attribute(one, "family") == "table":
            return any(attribute(part, "display") == "false" for part in one)
        if name_of(one) == "body":
            break
    return False


def repeated(element: Any, name: str) -> int:
    """How often a row, a column or a cell counts."""
    count = attribute(element, name, "1")
    return max(1, int(count)) if count.isdecimal() and len(count) < 9 else 1


def _rows(element: Any, *, hidden: bool = False) -> Iterator[tuple[Any, bool]]:
    for child in element:
        name = name_of(child)
        if name == "table-row":
            yield child, hidden or attribute(child, "visibility") == "collapse"
        elif name in ("table-header-rows", "table-rows", "table-row-group"):
            yield from _rows(child, hidden=hidden or attribute(child, "display") == "false")


def _columns(element: Any, *, hidden: bool = False) -> Iterator[tuple[Any, bool]]:
    for child in element:
        name = name_of(child)
        if name == "table-column":
            yield child, hidden or attribute(child, "visibility") == "collapse"
        elif name in ("table-header-columns", "table-columns", "table-column-group"):
            yield from _columns(child, hidden=hidden or attribute(child, "display") == "false")
