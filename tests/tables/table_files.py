# SPDX-License-Identifier: Apache-2.0
"""Writes tables as workbooks, CSV files and Word documents.

A formula gets the value that a spreadsheet program stores beside it, which openpyxl does not write; hidden rows and sheets, merged cells
and number formats are kept.
"""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import docx
import openpyxl
from openpyxl.utils import get_column_letter


class Formula(NamedTuple):
    """A formula with the value that a spreadsheet program has stored for it."""

    text: str
    value: float


@dataclass(frozen=True)
class OfficeTable:
    """A sheet as it stands in its file: ``grid`` from the first row on, ``rows`` the numbers of those that are data."""

    file: str
    sheet: str | None  # None for csv, "table N" for a Word document
    grid: list[list[Any]]
    rows: range | list[int]
    merged: tuple[str, ...] = ()
    hidden: frozenset[int] = frozenset()
    formats: dict[str, str] = field(default_factory=dict)  # number formats by column
    cell_formats: dict[str, str] = field(default_factory=dict)  # number formats of single cells
    encoding: str = "utf-8-sig"  # of a CSV file
    title: str = ""  # the heading above a table of a document
    hidden_sheet: bool = False

    def values(self) -> list[tuple[int, list[Any]]]:
        """The data rows with their numbers; formulas as their values."""
        return [(row, [one.value if isinstance(one, Formula) else one for one in self.grid[row - 1]]) for row in self.rows]


def footer(
    name: str, width: int, columns: str, rows: Sequence[int], grid: list[list[Any]], call: str = "SUM", at: int = 0
) -> list[Any]:
    """A total or average row over the given columns; text among the numbers is passed over, as Excel does."""
    made: list[Any] = [None] * width
    made[at] = name
    for letter in columns:
        column = ord(letter) - 65
        numbers = [grid[row - 1][column] for row in rows]
        numbers = [one.value if isinstance(one, Formula) else one for one in numbers]
        numbers = [one for one in numbers if isinstance(one, int | float)]
        value = sum(numbers) / (len(numbers) if call == "AVERAGE" else 1)
        made[column] = Formula(f"={call}({letter}{rows[0]}:{letter}{rows[-1]})", round(value, 6))
    return made


def _fill(sheet: Any, table: OfficeTable) -> None:
    for number, row in enumerate(table.grid, start=1):
        for column, value in enumerate(row, start=1):
            if value is None:
                continue
            cell = sheet.cell(number, column, value.text if isinstance(value, Formula) else value)
            wanted = table.formats.get(get_column_letter(column))
            if wanted and not isinstance(value, str):
                cell.number_format = wanted
    for area in table.merged:
        sheet.merge_cells(area)
    for number in table.hidden:
        sheet.row_dimensions[number].hidden = True
    for cell, wanted in table.cell_formats.items():
        sheet[cell].number_format = wanted
    if table.hidden_sheet:
        sheet.sheet_state = "hidden"


def _store_values(path: Path, sheets: list[OfficeTable]) -> None:
    """Give each formula its value, as a spreadsheet program saves it: openpyxl writes none."""
    with zipfile.ZipFile(path) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    for number, table in enumerate(sheets, start=1):
        name = f"xl/worksheets/sheet{number}.xml"

        def valued(found: re.Match[str], table: OfficeTable = table) -> str:
            formula = table.grid[int(found[2]) - 1][ord(found[1]) - 65]
            return f"{found[0].removesuffix('<v></v>').removesuffix('<v/>').removesuffix('<v />')}<v>{formula.value}</v>"

        text = parts[name].decode()
        parts[name] = re.sub(r'<c r="([A-Z])(\d+)"[^>]*><f>[^<]*</f><v(?:></v>| ?/>)', valued, text).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in parts.items():
            made.writestr(name, data)


def _workbook(path: Path, sheets: list[OfficeTable]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for table in sheets:
        _fill(book.create_sheet(table.sheet), table)
    book.save(path)
    _store_values(path, sheets)


def _document(path: Path, given: list[OfficeTable]) -> None:
    document = docx.Document()
    for table in given:
        document.add_heading(table.title, level=2)
        made = document.add_table(rows=len(table.grid), cols=len(table.grid[0]))
        made.style = "Table Grid"
        for number, row in enumerate(table.grid):
            for column, value in enumerate(row):
                made.cell(number, column).text = value
        for area in table.merged:
            first, last = ((int(one[1:]) - 1, ord(one[0]) - 65) for one in area.split(":"))
            text = made.cell(*first).text
            made.cell(*first).merge(made.cell(*last)).text = text
        document.add_paragraph("All prices include VAT and are reviewed every January.")
    document.save(path)


def write(path: Path, given: list[OfficeTable]) -> None:
    """A file that holds the given tables, in the format that its name says."""
    if path.suffix == ".xlsx":
        _workbook(path, given)
    elif path.suffix == ".docx":
        _document(path, given)
    else:
        with path.open("w", encoding=given[0].encoding, newline="") as file:
            csv.writer(file).writerows(given[0].grid)
