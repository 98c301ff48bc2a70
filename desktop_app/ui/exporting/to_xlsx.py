# SPDX-License-Identifier: Apache-2.0
"""Writes rows as an Excel workbook: the rows, and what was computed.

Figures are numbers, so that they can be summed again; every text is marked as text, or "=1+1" would be computed and "0012" become 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from desktop_app.contract.form import FormRow
from desktop_app.contract.typed_table import PERCENT, Value
from desktop_app.foundation.translation import tr
from desktop_app.ui.exporting.row_table import RowTable, as_text, is_figure, place_of

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

_LONGEST = 32_767  # characters of a cell
_MOST_ROWS = 1_000_000  # of a sheet, which holds 1,048,576
_WIDTHS = (8, 48)  # letters of a column
_MEASURED = 200  # rows that a column's width is taken from


class XlsxRows:
    """The rows of ``table`` in the file at ``part``, which is written by ``finish``."""

    def __init__(self, part: str, table: RowTable) -> None:
        import openpyxl

        self._part, self._table = part, table
        self._book = openpyxl.Workbook(write_only=True)
        self._sheet: WriteOnlyWorksheet | None = None
        self._rows = 0

    def add(self, rows: Sequence[FormRow]) -> None:
        """Write rows."""
        for row in rows:
            if self._sheet is None or self._rows == _MOST_ROWS:
                self._begin(rows)
            assert self._sheet is not None
            cells = [
                self._figure(value, column.kind) if is_figure(value, column) else self._text(shown)
                for value, shown, column in zip(row.values, row.shown, self._table.columns, strict=False)
            ]
            self._sheet.append([*cells, *map(self._text, place_of(row))])
            self._rows += 1

    def finish(self) -> None:
        """Write the sheet of what was computed, and the file."""
        if self._sheet is None:
            self._begin(())
        sheet = self._book.create_sheet(tr("Computed"))
        sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 80
        table = self._table
        sheet.append([self._bold(tr("Question")), self._text(table.question)])
        sheet.append([self._bold(tr("Computed")), self._text(table.rule)])
        sheet.append([])
        named = bool(table.computed.groups)
        sheet.append([self._bold(table.computed.form.group or table.computed.form.named if named else tr("Result"))])
        for name, value in table.results():
            sheet.append([self._value(name, "" if named else table.computed.kind), self._value(value, table.computed.kind)])
        self._book.save(self._part)

    def close(self) -> None:
        """Nothing is open before ``finish``."""
        self._book.close()

    def _begin(self, rows: Sequence[FormRow]) -> None:
        from openpyxl.utils import get_column_letter

        name = tr("Rows")
        self._sheet = self._book.create_sheet(name if not self._book.worksheets else f"{name} {len(self._book.worksheets) + 1}")
        self._rows = 0
        self._sheet.freeze_panes = "A2"
        head = self._table.head()
        shown = [[*row.shown, *place_of(row)] for row in rows[:_MEASURED]]
        for number, name in enumerate(head):
            widest = max((_units(row[number]) for row in shown if number < len(row)), default=0)
            width = min(_WIDTHS[1], max(_WIDTHS[0], widest + 2, min(_units(name) + 2, _WIDTHS[1] // 2)))
            self._sheet.column_dimensions[get_column_letter(number + 1)].width = width
        self._sheet.append([self._bold(name) for name in head])

    def _cell(self, value: object) -> Any:
        from openpyxl.cell import WriteOnlyCell

        return WriteOnlyCell(self._sheet, value)

    def _value(self, value: Value, kind: str) -> Any:
        return self._figure(value, kind) if isinstance(value, (int, float)) else self._text(value or "")

    def _figure(self, value: Value, kind: str) -> Any:
        cell = self._cell(value)
        if kind == PERCENT:
            cell.number_format = "0.##%"
        return cell

    def _text(self, text: str) -> Any:
        cell = self._cell(as_text(text)[:_LONGEST])
        cell.data_type = "s"
        return cell

    def _bold(self, text: str) -> Any:
        from openpyxl.styles import Font

        cell = self._text(text)
        cell.font = Font(bold=True)
        return cell


def _units(text: str) -> int:
    """How wide a text is, in letters; a Chinese one is two wide."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
