# SPDX-License-Identifier: Apache-2.0
"""Binary workbooks (.xlsb): rows with their cells, by calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.reader import ReadContext, Reader
from desktop_app.documents.text.cells import SheetRow, Sheets, shown
from desktop_app.documents.text.file_bytes import read_bytes


def read(context: ReadContext) -> Document:
    """Rows of every sheet. Raises ``UnreadableDocument``."""
    from python_calamine import CalamineError

    with faults_told():
        book = open_book(read_bytes(context.path))
        sheets = Sheets()
        for number, name in enumerate(book.sheet_names):
            context.progress(number, len(book.sheet_names))
            if sheets.full:
                break
            try:
                sheets.add(name, _rows(book.get_sheet_by_name(name)))
            except CalamineError:
                sheets.failed += 1
        return sheets.document()


def open_book(content: bytes) -> Any:
    """The open workbook of calamine, to be used inside ``faults_told``."""
    from python_calamine import CalamineWorkbook

    # From bytes, because by a path it goes by the name, and names are often wrong.
    return CalamineWorkbook.from_filelike(io.BytesIO(content))


@contextmanager
def faults_told() -> Iterator[None]:
    """Turns calamine's faults, its panics too, into ``UnreadableDocument``."""
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise UnreadableDocument("password") from error
    except CalamineError as error:
        raise UnreadableDocument("damaged", str(error)[:200]) from error
    except BaseException as error:  # a panic in Rust comes as an exception of its own, below BaseException
        if type(error).__name__ == "PanicException":
            raise UnreadableDocument("damaged", str(error)[:200]) from error
        raise


READER = Reader("xlsb", (".xlsb",), read, needs=("python_calamine",))


def _rows(sheet: Any) -> Iterator[SheetRow]:
    if sheet.start is None:
        return
    first_row, first_column = sheet.start
    for index, row in enumerate(sheet.to_python(skip_empty_area=True), start=first_row + 1):
        cells = [""] * first_column + [shown(value, None) for value in row]
        yield SheetRow(index, cells, all(isinstance(value, str) for value in row))
