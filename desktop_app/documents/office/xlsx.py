# SPDX-License-Identifier: Apache-2.0
"""Workbooks (.xlsx): rows with their column names and cells.

openpyxl reads in its streaming mode, so that a sheet of a million rows does not fill the memory, with the values that Excel
stored for formulas. Values appear as people see them: dates without a midnight, percentages, no ".0".
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import table
from desktop_app.documents.text.cells import SheetRow, Sheets, shown


def read(context: ReadContext) -> Document:
    """Rows of every sheet. Raises ``UnreadableDocument``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns about every extension it does not write back; we only read
        with context.path.open("rb") as file:
            book = open_book(file)
            try:
                return _read(book, context.progress)
            finally:
                book.close()


def open_book(file: BinaryIO) -> Any:
    """The workbook of openpyxl in its streaming mode. Raises ``UnreadableDocument``."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException
    from openpyxl.worksheet._read_only import ReadOnlyWorksheet

    # A sheet that does not state its size is read to its end for it (9 seconds for 200,000 rows), and stated sizes are often wrong.
    ReadOnlyWorksheet._get_size = _no_size
    try:
        # An open file, because openpyxl goes by the name otherwise, and names are often wrong.
        return load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except InvalidFileException as error:
        raise UnreadableDocument("damaged", str(error)[:200]) from error


def _no_size(_: object) -> None:
    """In place of openpyxl's look for the size of a sheet."""


READER = Reader("xlsx", (".xlsx", ".xlsm", ".xltx", ".xltm"), read, needs=("openpyxl",))


def _read(book: Any, progress: Progress) -> Document:
    sheets = Sheets()
    for number, sheet in enumerate(book.worksheets):
        progress(number, len(book.worksheets))
        if sheets.full:
            break
        try:
            sheet.reset_dimensions()  # some programs write a wrong size, and rows beyond it would be lost
            sheets.add(sheet.title, _rows(sheet, number, len(book.worksheets), progress))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
            sheets.failed += 1
    return sheets.document(title=table.clean(book.properties.title or "") if book.properties else "")


def _rows(sheet: Any, number: int, total: int, progress: Progress) -> Iterator[SheetRow]:
    for index, row in enumerate(sheet.iter_rows(), start=1):
        if index % 2_000 == 0:
            progress(number, total)
        cells = [shown(cell.value, cell.number_format) if cell.value is not None else "" for cell in row]
        texts = all(isinstance(cell.value, str) for cell, text in zip(row, cells, strict=True) if text)
        yield index, cells, texts
