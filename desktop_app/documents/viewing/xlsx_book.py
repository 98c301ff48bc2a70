# SPDX-License-Identifier: Apache-2.0
"""Workbooks (.xlsx) for showing: any row of a long sheet at once.

openpyxl's streaming mode reads from the top, 20 seconds to row 200,000 of a sheet with 10 columns. Here the sheet's XML is unpacked once,
the places of its rows are noted, and only the rows that are asked for are parsed, as a small sheet of their own.
"""

from __future__ import annotations

import bisect
import io
import re
import warnings
from array import array
from typing import Any, BinaryIO

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import GridRow, SheetName
from desktop_app.documents.office import xlsx
from desktop_app.documents.sheets.xlsx_cells import CellRow, merged_cells
from desktop_app.documents.text.cells import Merged
from desktop_app.documents.text.locators import column_number
from desktop_app.documents.viewing.viewed_sheet import SheetSize, ViewedBook, ViewedSheet

_LARGEST = 800 << 20  # bytes of one sheet's XML
_DATA = re.compile(rb"<((?:\w+:)?)sheetData\b[^>]*>")
_NUMBER = re.compile(rb'\sr="(\d{1,7})"')
_COLUMN = re.compile(rb'\sr="([A-Z]{1,3})\d+"')


class XlsxBook(ViewedBook):
    """An open package."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__()
        self._file = file
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                self._book = xlsx.open_book(file)
        except BaseException:
            file.close()
            raise
        self.names = [SheetName(sheet.title, sheet.sheet_state != "visible") for sheet in self._book.worksheets]

    def _read_sheet(self, number: int) -> ViewedSheet:
        return XlsxSheet(self._book, self._book.worksheets[number])

    def close(self) -> None:
        """Let go of the file."""
        self._book.close()
        self._file.close()


class XlsxSheet(ViewedSheet):
    """One sheet as its XML and the places of its rows in it."""

    def __init__(self, book: Any, sheet: Any) -> None:
        self._cells = xlsx.cells_of(book)
        archive, member = book._archive, xlsx.part_of(sheet)
        if archive.getinfo(member).file_size > _LARGEST:
            raise UnreadableDocument("too_big")
        self._xml: bytes = archive.read(member)
        opening = _DATA.search(self._xml)
        if opening is None:
            raise UnreadableDocument("damaged", "no cells inside")
        prefix = opening[1]
        self._head = self._xml[: opening.end()]
        self._closing = b"</%ssheetData></%sworksheet>" % (prefix, prefix)
        end = self._xml.rfind(b"</%ssheetData" % prefix)
        self._end = end if end >= 0 else opening.end()  # an empty sheet has one tag only
        self._numbers, self._starts = array("L"), array("Q")
        self._numbered = True
        self._note_rows(prefix, opening.end())
        self.size = self._filled(prefix)
        self.merged: list[Merged] = merged_cells(self._xml, self._end)

    def _note_rows(self, prefix: bytes, start: int) -> None:
        number = 0
        for match in re.finditer(rb"<%srow\b([^>]*)>" % prefix, memoryview(self._xml)[: self._end], re.DOTALL):
            if match.start() < start:
                continue
            named = _NUMBER.search(b" " + match[1])
            if not self._numbers:
                self._numbered = named is not None
            number = int(named[1]) if named else number + 1
            if self._numbers and number <= self._numbers[-1]:
                continue  # out of order: Excel calls such a file damaged
            self._numbers.append(min(number, 1 << 24))
            self._starts.append(match.start())

    def _filled(self, prefix: bytes) -> SheetSize:
        """Up to the last row and column with a value: a colour alone fills nothing."""
        rows = columns = 0
        for at, number in enumerate(self._numbers):
            start, end = self._starts[at], self._start(at + 1)
            value = max(self._xml.rfind(ending % prefix, start, end) for ending in (b"</%sv>", b"</%sis>"))
            if value < 0:
                continue
            rows = number
            cell = self._xml.rfind(b"<%sc " % prefix, start, value)
            named = _COLUMN.search(self._xml, cell, value) if cell >= 0 else None
            width = column_number(named[1].decode()) if named else self._xml.count(b"<%sc" % prefix, start, value)
            columns = max(columns, width)
        return SheetSize(rows, min(columns, 16_384))

    def _start(self, at: int) -> int:
        return self._starts[at] if at < len(self._starts) else self._end

    def rows(self, first: int, count: int) -> list[GridRow]:
        """``count`` rows from ``first``; rows that the file leaves out are empty."""
        count = max(0, min(count, self.size.rows - first))
        low, high = (bisect.bisect_left(self._numbers, number) for number in (first + 1, first + count + 1))
        empty = GridRow((), "")
        if low == high:
            return [empty] * count
        xml = self._head + self._xml[self._starts[low] : self._start(high)] + self._closing
        found = {row.number: _row(row) for row in self._cells.rows(io.BytesIO(xml))}
        start = first + 1 if self._numbered else 1
        return [found.get(number, empty) for number in range(start, start + count)]


def _row(row: CellRow) -> GridRow:
    return GridRow(tuple(map(str, row.cells)), "".join(row.kinds))  # msgspec sends no kinds of texts
