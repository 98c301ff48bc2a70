# SPDX-License-Identifier: Apache-2.0
"""Answers what the window asks about a workbook."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from desktop_app.analysis.folding import fold
from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.viewer_process import (
    CellsFound,
    FindInSheet,
    ListSheets,
    OpenSheet,
    ReadRows,
    RowsRead,
    SheetOpened,
    SheetsListed,
    ViewRequest,
)
from desktop_app.documents.text.xml_files import is_lack_of_memory
from desktop_app.documents.viewing.sheet_files import open_book
from desktop_app.documents.viewing.viewed_sheet import ViewedSheet
from desktop_app.documents.viewing.viewing_task import ViewingTask
from desktop_app.foundation.cancellation import Cancelled
from desktop_app.ipc.message import Progress, Reply

_MOST_ROWS = 2_000  # of one reply
_MOST_FOUND = 5_000
_SEARCHED_AT_ONCE = 500  # rows between two looks at whether the result is still wanted

Answer = TypeVar("Answer")


def answer(request: ViewRequest, task: ViewingTask) -> Reply:
    """The end of one request. Raises ``UnreadableDocument``."""
    return _faults_told(lambda: _answer(request, task))


def _answer(request: ViewRequest, task: ViewingTask) -> Reply:
    book = task.files.get(request.path, request.password, open_book)
    match request:
        case ListSheets():
            return SheetsListed(request.id, tuple(book.names))
        case OpenSheet():
            return _size(request, book.sheet(request.sheet))
        case ReadRows():
            rows = book.sheet(request.sheet).rows(max(0, request.first), min(request.count, _MOST_ROWS))
            return RowsRead(request.id, request.first, tuple(rows))
        case FindInSheet():
            return _find(request, book.sheet(request.sheet), task)
    raise TypeError(type(request))


def _size(request: OpenSheet, sheet: ViewedSheet) -> SheetOpened:
    header = sheet.header
    names = _names(sheet, header - 1) if header else ()
    row = sheet.row_of_line(request.line) if request.line else 0
    return SheetOpened(request.id, sheet.size.rows, sheet.size.columns, header, names, tuple(sheet.merged), row)


def _names(sheet: ViewedSheet, row: int) -> tuple[str, ...]:
    """The names of the columns in ``row``; a name over merged cells is that of all their columns."""
    names = list(sheet.rows(row, 1)[0].cells)
    for top, left, rows, columns in sheet.merged:
        if top <= row < top + rows and columns > 1 and left < len(names):
            names += [""] * (left + columns - len(names))
            names[left : left + columns] = [names[left]] * columns
    return tuple(names)


def _find(request: FindInSheet, sheet: ViewedSheet, task: ViewingTask) -> CellsFound:
    wanted, found = fold(request.text), list[tuple[int, int]]()
    for first in range(0, sheet.size.rows if wanted else 0, _SEARCHED_AT_ONCE):
        if task.cancelled():
            raise Cancelled
        for number, row in enumerate(sheet.rows(first, _SEARCHED_AT_ONCE), start=first):
            found.extend((number, column) for column, cell in enumerate(row.cells) if cell and wanted in fold(cell))
        if len(found) >= _MOST_FOUND:
            return CellsFound(request.id, tuple(found[:_MOST_FOUND]), more=True)
        task.send(Progress(request.id, first, sheet.size.rows))
    return CellsFound(request.id, tuple(found))


def _faults_told(work: Callable[[], Answer]) -> Answer:
    try:
        return work()
    except (UnreadableDocument, ImportError, MemoryError, RecursionError, Cancelled):
        raise
    except Exception as error:  # untrusted files break parsers in every way there is
        if is_lack_of_memory(error):
            raise MemoryError from error
        raise UnreadableDocument("damaged", f"{type(error).__name__}: {error}"[:200]) from error
