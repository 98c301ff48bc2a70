# SPDX-License-Identifier: Apache-2.0
"""Workbooks made by code from one description, in each format that Inkstone reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

Value = str | float | bool | dt.datetime | tuple[float, str] | None
"""What a cell holds; a number with its format as a pair."""


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
        for row in made.hidden_rows:
            sheet.row_dimensions[row].hidden = True
        for column in made.hidden_columns:
            sheet.column_dimensions[column].hidden = True
        for merged in made.merged:
            sheet.merge_cells(merged)
        sheet.sheet_state = made.state
    book.save(path)
    return path


FORMATS = {"xlsx": xlsx_file}
