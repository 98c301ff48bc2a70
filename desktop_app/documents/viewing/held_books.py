# SPDX-License-Identifier: Apache-2.0
"""Workbooks of other formats for showing (.xls, .xlsb, .ods, .csv).

Their libraries read a whole sheet at once; what is held is the sheet that was asked for last.
"""

from __future__ import annotations

import bisect
import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import GridRow, SheetName
from desktop_app.documents.office import odf, xls, xlsb
from desktop_app.documents.plain import delimited
from desktop_app.documents.sheets.ods_sheet import is_hidden
from desktop_app.documents.text.cell_formats import DATE, EMPTY, NUMBER, TEXT, TRUTH, displayed
from desktop_app.documents.text.cells import Merged
from desktop_app.documents.text.file_bytes import read_text
from desktop_app.documents.text.xml_files import attribute, name_of
from desktop_app.documents.viewing.viewed_sheet import MOST_CELLS, MOST_MERGED, SheetSize, ViewedBook, ViewedSheet

_ODS_KINDS = {"float": NUMBER, "percentage": NUMBER, "currency": NUMBER, "date": DATE, "time": DATE, "boolean": TRUTH}
_MOST_FIGURES = 15  # of a number; more are a code


class HeldSheet(ViewedSheet):
    """A sheet whose rows are in memory. ``lines``: the last line of each row, where the file has lines."""

    def __init__(self, rows: list[GridRow], merged: Sequence[Merged] = (), lines: Sequence[int] = ()) -> None:
        while rows and not rows[-1].cells:
            rows.pop()
        self._rows = rows
        self._lines = lines
        self.merged = merged[:MOST_MERGED]
        self.size = SheetSize(len(rows), max((len(row.cells) for row in rows), default=0))

    def rows(self, first: int, count: int) -> list[GridRow]:
        """``count`` rows from ``first``."""
        return self._rows[first : first + count]

    def row_of_line(self, line: int) -> int:
        """A record may take several lines."""
        return bisect.bisect_left(self._lines, line) + 1 if self._lines else line


class XlsBook(ViewedBook):
    """.xls and .et, by xlrd; ``content`` where the file at ``path`` was unlocked."""

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        super().__init__()
        self._book = xls.open_book(path, content)
        self.names = [SheetName(name, xls.is_hidden(self._book, at)) for at, name in enumerate(self._book.sheet_names())]

    def _read_sheet(self, number: int) -> ViewedSheet:
        for other in range(self._book.nsheets):
            if other != number:
                self._book.unload_sheet(other)
        sheet = self._book.sheet_by_index(number)
        rows = _within_limit(
            _row([displayed(*xls.value_of(self._book, cell), from_1904=bool(self._book.datemode)) for cell in sheet.row(index)])
            for index in range(sheet.nrows)
        )
        return HeldSheet(rows, [(top, left, bottom - top, right - left) for top, bottom, left, right in sheet.merged_cells])

    def close(self) -> None:
        """Let go of the file."""
        self._book.release_resources()


class XlsbBook(ViewedBook):
    """.xlsb."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._book = xlsb.open_book(io.BytesIO(content))
        self.names = [SheetName(sheet.name, sheet.hidden) for sheet in self._book.sheets]

    def _read_sheet(self, number: int) -> ViewedSheet:
        sheet = self._book.sheets[number]

        def filled() -> Iterator[GridRow]:
            last = 0
            for row in self._book.rows(sheet):
                yield from [GridRow((), "")] * min(row.number - last - 1, MOST_CELLS)
                yield GridRow(tuple(row.cells), "".join(row.kinds))
                last = row.number

        return HeldSheet(_within_limit(filled()), self._book.shape(sheet).merged)

    def close(self) -> None:
        """Nothing is open: the file was read at once."""


class OdsBook(ViewedBook):
    """.ods and its flat form."""

    def __init__(self, path: Path, password: str) -> None:
        super().__init__()
        root, _, _ = odf.content_of(path, password)
        self._tables = [element for element in root.iter() if name_of(element) == "table" and _is_sheet(element)]
        if not self._tables:
            raise UnreadableDocument("damaged", "no sheet inside")
        self.names = [
            SheetName(attribute(element, "name") or str(at), is_hidden(element))
            for at, element in enumerate(self._tables, start=1)
        ]

    def _read_sheet(self, number: int) -> ViewedSheet:
        sheet = odf.sheet_of(self._tables[number])

        def filled() -> Iterator[GridRow]:
            last = 0
            for index, cells, _, _ in sheet.rows():
                yield from [GridRow((), "")] * min(index - last - 1, MOST_CELLS)
                yield _row([(words, _ODS_KINDS.get(kind, TEXT) if words else EMPTY) for words, kind in cells])
                last = index

        return HeldSheet(_within_limit(filled()), sheet.merged())

    def close(self) -> None:
        """Nothing is open: the file was read at once."""


class DelimitedBook(ViewedBook):
    """.csv and .tsv: one sheet, which has the name of the file."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.names = [SheetName(path.stem)]
        found = delimited.records(read_text(path).text, "\t" if path.suffix.lower() == ".tsv" else "")
        if found is None:
            raise UnreadableDocument("damaged", "no table inside")
        lines = list[int]()

        def rows() -> Iterator[GridRow]:
            for cells, last in found:
                lines.append(last)
                yield _row([(cell, _kind(cell)) for cell in cells])

        try:
            self._held = HeldSheet(_within_limit(rows()), (), lines)
        except csv.Error as error:
            raise UnreadableDocument("damaged", str(error)) from error

    def _read_sheet(self, number: int) -> ViewedSheet:  # noqa: ARG002 - there is one
        return self._held

    def close(self) -> None:
        """Nothing is open: the file was read at once."""


def _kind(cell: str) -> str:
    bare = cell.strip().replace(",", "").removesuffix("%")
    try:
        float(bare)
    except ValueError:
        return TEXT if bare else EMPTY
    figures = bare.lstrip("+-")
    coded = figures.startswith("0") and figures[1:2].isdigit()  # "0012"
    return TEXT if coded or len(bare) > _MOST_FIGURES else NUMBER


def _row(cells: list[tuple[str, str]]) -> GridRow:
    while cells and not cells[-1][0]:
        cells.pop()
    return GridRow(tuple(str(text) for text, _ in cells), "".join(kind for _, kind in cells))


def _within_limit(rows: Iterator[GridRow]) -> list[GridRow]:
    """The rows, if they fit into memory. Raises ``UnreadableDocument``."""
    found, cells = list[GridRow](), 0
    for row in rows:
        cells += len(row.cells) + 1
        if cells > MOST_CELLS:
            raise UnreadableDocument("too_big")
        found.append(row)
    return found


def _is_sheet(element: Any) -> bool:
    """A table of the document itself, not one inside a cell or a drawing."""
    parent = element.getparent()
    return parent is not None and name_of(parent) == "spreadsheet"
