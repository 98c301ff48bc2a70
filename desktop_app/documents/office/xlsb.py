# SPDX-License-Identifier: Apache-2.0
"""Binary workbooks (.xlsb): rows with their cells as shown."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from typing import BinaryIO

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.office.chart_text import chart_text
from desktop_app.documents.office.workbook_files import workbook
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.sheets.xlsb_records import BinaryBook, BinarySheet
from desktop_app.documents.sheets.xlsx_asides import embedded_files, notes_of
from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import EMPTY, TEXT
from desktop_app.documents.text.cells import SheetRow, Sheets
from desktop_app.documents.text.xml_files import Package

_WORDS = frozenset((TEXT, EMPTY))


def read(context: ReadContext) -> Document:
    """Rows of every sheet. Raises ``UnreadableDocument``."""
    with context.path.open("rb") as file:
        book = open_book(file)
        sheets, files = Sheets(), list[tuple[str, bytes]]()
        for number, sheet in enumerate(book.sheets):
            context.progress(number, len(book.sheets))
            if sheets.full:
                break
            broken = book.package.damaged
            try:
                notes = notes_of(book.package, sheet.part, chart_text)
                sheets.add(sheet.name, _rows(book, sheet, context.progress), book.shape(sheet), notes)
                sheets.not_calculated(sheet.name, book.uncalculated)
                files += embedded_files(book.package, sheet.part)
            except (struct.error, IndexError):
                sheets.failed += 1
            sheets.failed += book.cut or book.package.damaged > broken
        return workbook(context, sheets, files)


def open_book(file: BinaryIO) -> BinaryBook:
    """The open workbook. Raises ``UnreadableDocument``."""
    try:
        return BinaryBook(Package(zipfile.ZipFile(file)))
    except (zipfile.BadZipFile, struct.error, IndexError) as error:
        raise UnreadableDocument("damaged", str(error)[:200]) from error


READER = Reader("xlsb", (".xlsb",), read, needs=("lxml",), has_pictures=True)


def _rows(book: BinaryBook, sheet: BinarySheet, progress: Progress) -> Iterator[SheetRow]:
    for index, (number, texts, kinds, hidden, unseen) in enumerate(book.rows(sheet)):
        if index % 2_000 == 0:
            progress(index, None)
        cells = [table.clean(text) for text in texts] if "\n" in "".join(texts) else texts
        yield SheetRow(number, cells, _WORDS.issuperset(kinds), hidden, unseen)
