"""The ledger as a table model: every file met, paged from the engine, quick with a hundred thousand rows.

The engine pages (``Files``, 500 rows a page, ordered by path) and filters by state; the words typed into the search field are
matched here. Life of the model:

    load(states, below)   forgets everything and asks for the first page, whose ``total`` sets the number of rows
    data(row)             a row whose page is not here yet shows nothing and puts its page on top of the wanted list; one page is
                          in flight at a time and the page wanted last goes first, so a jump to the end costs one page
    set_text(words)       while words stand in the field all pages are fetched one after the other in the background and matching
                          rows appear as they come in; clearing it shows the paged table again
    whole(callback)       fetches what is missing, then hands over every row: for copying the list

Measured with 100,000 rows: 200 pages, about 9 us a row to match; the table itself never asks for more than it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.engine import messages
from desktop_app.engine.sentences import reason, state
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.library.model import LedgerRow
from desktop_app.ui.place import file_name, folder_of

PAGE = 500  # rows a request
FILE, STATE, REASON, TODO = range(4)
COLUMNS = 4

RowRole = int(Qt.ItemDataRole.UserRole) + 1
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class LedgerModel(QAbstractTableModel):
    """Rows are ``LedgerRow``; ``row(i)`` is None while its page is on the way."""

    counted = Signal(int, int)  # rows shown, rows in all
    problem = Signal(object)  # Problem

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._states: tuple[str, ...] = ()
        self._below = ""
        self._text = ""
        self._total = 0
        self._pages: dict[int, Sequence[LedgerRow]] = {}
        self._wanted: list[int] = []
        self._asked = -1  # the page in flight, or -1
        self._operation: Operation | None = None
        self._matches: list[LedgerRow] = []
        self._matched_pages = 0  # pages 0.._matched_pages-1 are matched against the words
        self._whole: list[Callable[[list[LedgerRow]], None]] = []

    # ---- what is shown ----

    def load(self, states: Sequence[str] = (), below: str = "") -> None:
        """Start afresh with only files in ``states`` (empty: all), below the source ``below`` (empty: everywhere)."""
        self._drop_operation()
        self._whole.clear()
        self.beginResetModel()
        self._states, self._below = tuple(states), below
        self._total = 0
        self._pages.clear()
        self._wanted.clear()
        self._matches.clear()
        self._matched_pages = 0
        self.endResetModel()
        self._want(0)

    def reload(self) -> None:
        self.load(self._states, self._below)

    def set_text(self, text: str) -> None:
        """Show only files whose path or reason holds all words of ``text``."""
        text = " ".join(text.casefold().split())
        if text == self._text:
            return
        self.beginResetModel()
        self._text = text
        self._matches.clear()
        self._matched_pages = 0
        self.endResetModel()
        self._match_on()
        self._tell()

    def row(self, index: int) -> LedgerRow | None:
        if self._text:
            return self._matches[index]
        page = self._pages.get(index // PAGE)
        if page is None:
            return None
        offset = index % PAGE
        return page[offset] if offset < len(page) else None

    def whole(self, callback: Callable[[list[LedgerRow]], None]) -> None:
        """Call ``callback`` once with all rows shown, after the missing pages have come."""
        self._whole.append(callback)
        self._match_on()

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)
        rows = self.rowCount()
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, COLUMNS - 1))

    @property
    def loading(self) -> bool:
        return self._asked >= 0

    # ---- Qt's side ----

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        if parent.isValid():
            return 0
        return len(self._matches) if self._text else self._total

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("File"), tr("State"), tr("Reason"), tr("What you can do"))[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self.row(index.row())
        if row is None:
            self._want(index.row() // PAGE)
            return "…" if role == Qt.ItemDataRole.DisplayRole and index.column() == FILE else None
        if role == RowRole:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(row, index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.column() == FILE:
            return row.path
        return None

    # ---- the pages ----

    def _want(self, page: int) -> None:
        if page in self._pages or page == self._asked:
            return
        if page in self._wanted:
            self._wanted.remove(page)
        self._wanted.append(page)
        # A fast scroll wants many pages for an instant each; the oldest wishes are no longer on the screen.
        del self._wanted[:-8]
        self._ask()

    def _ask(self) -> None:
        if self._asked >= 0 or not self._wanted:
            return
        page = self._asked = self._wanted.pop()
        states, below = list(self._states), self._below
        self._operation = self._client.request(
            lambda id_: messages.Files(id=id_, states=states, below=below, offset=page * PAGE, limit=PAGE)
        )
        self._operation.succeeded.connect(self._came)
        self._operation.failed.connect(self._failed)

    def _came(self, result: messages.FilesResult) -> None:
        page, self._asked, self._operation = self._asked, -1, None
        self._pages[page] = result.rows
        if result.total != self._total:
            self._resize(result.total)
        elif not self._text and result.rows:
            last = min(page * PAGE + len(result.rows), self._total) - 1
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, COLUMNS - 1))
        self._match_on()
        self._tell()
        self._ask()

    def _resize(self, total: int) -> None:
        """The number of files changes while indexing runs; rows come and go at the end."""
        if self._text:
            self._total = total
        elif total > self._total:
            self.beginInsertRows(QModelIndex(), self._total, total - 1)
            self._total = total
            self.endInsertRows()
        else:
            self.beginRemoveRows(QModelIndex(), total, self._total - 1)
            self._total = total
            self.endRemoveRows()

    def _failed(self, problem: Problem) -> None:
        self._asked, self._operation = -1, None
        self._wanted.clear()
        self._whole.clear()
        self.problem.emit(problem)

    def _drop_operation(self) -> None:
        if self._operation is not None:
            self._operation.succeeded.disconnect(self._came)
            self._operation.failed.disconnect(self._failed)
            self._operation.cancel()
        self._operation, self._asked = None, -1

    # ---- words and the whole list ----

    def _match_on(self) -> None:
        """Match the pages that are here, in order, and ask for the next one that is missing."""
        if not self._text and not self._whole:
            return
        words = self._text.split()
        fresh: list[LedgerRow] = []
        while self._text and self._matched_pages in self._pages:
            fresh += [row for row in self._pages[self._matched_pages] if matches(row, words)]
            self._matched_pages += 1
        if fresh:
            start = len(self._matches)
            self.beginInsertRows(QModelIndex(), start, start + len(fresh) - 1)
            self._matches += fresh
            self.endInsertRows()
        missing = next((page for page in range((self._total + PAGE - 1) // PAGE) if page not in self._pages), None)
        if missing is not None:
            self._want(missing)
            return
        if self._whole and self._asked < 0:
            rows = list(self._matches) if self._text else [row for page in sorted(self._pages) for row in self._pages[page]]
            waiting, self._whole = self._whole, []
            for callback in waiting:
                callback(rows)

    def _tell(self) -> None:
        self.counted.emit(self.rowCount(), self._total)


def cell(row: LedgerRow, column: int) -> str:
    """The text of a cell in the language in force."""
    if column == FILE:
        return file_name(row.path)
    if column == STATE:
        return state(row.state)
    sentence = reason(row.reason)
    return sentence.what if column == REASON else sentence.todo


def tooltip(row: LedgerRow, column: int) -> str:
    if column == FILE:
        return row.path
    if column == REASON and row.detail:
        return f"{cell(row, REASON)} ({row.detail})"
    return cell(row, column)


def matches(row: LedgerRow, words: Sequence[str]) -> bool:
    """Whether the path or the reason, as it is shown, holds all ``words`` (in lower case)."""
    path = row.path.casefold()
    missing = [word for word in words if word not in path]
    if not missing or not row.reason:
        return not missing
    said = cell(row, REASON).casefold()
    return all(word in said for word in missing)


def as_tsv(rows: Sequence[LedgerRow]) -> str:
    """The list for a spreadsheet: tabs between cells, a header line, no tab or line break inside a cell."""
    lines = [(tr("File"), tr("Folder"), tr("State"), tr("Reason"), tr("What you can do"), tr("Detail"))]
    lines += [
        (file_name(row.path), folder_of(row.path), cell(row, STATE), cell(row, REASON), cell(row, TODO), row.detail)
        for row in rows
    ]
    return "\n".join("\t".join(" ".join(text.split()) for text in line) for line in lines) + "\n"
