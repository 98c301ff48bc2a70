# SPDX-License-Identifier: Apache-2.0
"""The table model of the ledger, paged from the engine.

It is quick with a hundred thousand rows.

The engine pages (``Files``, 500 rows a page), narrows by state, source and words, and sorts; no list is ever held as a whole.
Life of the model:

    load(states, below)   forgets everything and asks for the first page, whose ``total`` sets the number of rows
    data(row)             a row whose page is not here yet shows nothing and puts its page on top of the wanted list; one page is
                          in flight at a time and the page wanted last goes first, so a jump to the end costs one page. Pages that
                          were not looked at for long are let go.
    set_text(words)       narrows to files whose path or reason holds all words; what a reason says is known here, in the language
                          of the window, so its codes go with each word
    sort(column)          the engine's order; a click on the table's head
    refresh()             asks anew for what was looked at last; rows stay until others take their place, and ``replaced`` follows
    whole(callback)       fetches everything in large pages, then hands over every row: for copying the list
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.document import REASONS
from desktop_app.contract.ledger import LedgerOrder, LedgerQuery, LedgerRow
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.shown import shown_name, table_cell
from desktop_app.foundation.translation import tr
from desktop_app.ui.library.ledger_remedies import Remedy, action_words, remedy
from desktop_app.ui.library.ledger_tries import Tries
from desktop_app.ui.look.labels import plain_tip
from desktop_app.wording.hidden_texts import hidden_counts
from desktop_app.wording.place import file_name, folder_of
from desktop_app.wording.problem_texts import reason, state
from desktop_app.wording.reading_details import reading_detail

PAGE = 500  # rows a request
KEPT = 24  # pages
GATHER = 1_000  # rows a request where every row is wanted
FILE, STATE, REASON, TODO, ACTION = range(5)
COLUMNS = 5
_SEEN = 2  # pages: as many as can be on the screen at once
_ORDERS: dict[int, LedgerOrder] = {FILE: "path", STATE: "state"}

RowRole = int(Qt.ItemDataRole.UserRole) + 1
_Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


class LedgerModel(QAbstractTableModel):
    """Rows are ``LedgerRow``; ``row(i)`` is None while its page is on the way."""

    counted = Signal(int, int)  # rows shown, rows in all
    problem = Signal(object)  # Problem
    replacing = Signal()  # rows are about to get other places
    replaced = Signal()

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.tries = Tries()
        self.ocr = "auto"
        self._client = client
        self._dismissed: bool | None = None
        self._hidden = False
        self._stale: set[int] = set()  # pages that are shown until they come anew
        self._states: tuple[str, ...] = ()
        self._below = ""
        self._text = ""
        self._order: LedgerOrder = "path"
        self._descending = False
        self._total = 0
        self._pages: OrderedDict[int, Sequence[LedgerRow]] = OrderedDict()
        self._wanted: list[int] = []
        self._asked = -1  # the page in flight, or -1
        self._operation: Operation | None = None
        self._gathering: Operation | None = None
        self._gathered: list[LedgerRow] = []
        self._whole: list[Callable[[list[LedgerRow]], None]] = []

    # ---- what is shown ----

    def load(self, states: Sequence[str] = (), below: str = "", *, dismissed: bool | None = None, hidden: bool = False) -> None:
        """Start afresh with only files in ``states`` (empty: all), below the source ``below`` (empty: everywhere), and only those that
        are ``dismissed`` or not (None: both), or have ``hidden`` passages."""
        self._states, self._below, self._dismissed, self._hidden = tuple(states), below, dismissed, hidden
        self.reload()

    def reload(self) -> None:
        """Ask anew for what is shown; rows that are gone leave, others take their place when they come."""
        self._drop_operation()
        self.beginResetModel()
        self._total = 0
        self._pages.clear()
        self._wanted.clear()
        self._stale.clear()
        self.endResetModel()
        self._want(0)

    def refresh(self) -> None:
        """Ask anew for the pages that were looked at last; the others are let go. Nothing vanishes meanwhile."""
        self._drop_operation()  # what is on its way may be older than what is asked for now
        seen = list(self._pages)[-_SEEN:] or [0]
        for page in [page for page in self._pages if page not in seen]:
            del self._pages[page]
        self._stale.update(seen)
        for page in seen:
            self._want(page)

    def remedy(self, row: LedgerRow) -> Remedy:
        """What helps this file now."""
        return remedy(row, self.ocr)

    def is_loaded(self, index: int) -> bool:
        """Whether the page of a row is here; asking wants none."""
        return index // PAGE in self._pages

    def places_of(self, paths: Collection[str]) -> list[int]:
        """Where these files stand among the rows that are loaded, in order."""
        return sorted(
            number * PAGE + offset
            for number, rows in self._pages.items()
            for offset, row in enumerate(rows)
            if row.path in paths
        )

    def reword(self) -> None:
        """Other words hold for the same rows."""
        if self._total:
            self.dataChanged.emit(self.index(0, 0), self.index(self._total - 1, COLUMNS - 1))

    def set_text(self, text: str) -> None:
        """Show only files whose path or reason holds all words of ``text``."""
        text = " ".join(text.casefold().split())
        if text != self._text:
            self._text = text
            self.reload()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        by = _ORDERS.get(column, "reason")
        descending = order == Qt.SortOrder.DescendingOrder
        if (by, descending) != (self._order, self._descending):
            self._order, self._descending = by, descending
            self.reload()

    def row(self, index: int) -> LedgerRow | None:
        """Row ``index``; None while its page is not loaded."""
        number = index // PAGE
        page = self._pages.get(number)
        if page is None:
            return None
        self._pages.move_to_end(number)
        offset = index % PAGE
        return page[offset] if offset < len(page) else None

    def whole(self, callback: Callable[[list[LedgerRow]], None]) -> None:
        """Call ``callback`` once with all rows as they are narrowed and sorted now; they are not kept."""
        if self._total and all(number in self._pages for number in range(-(-self._total // PAGE))):
            callback([row for number in sorted(self._pages) for row in self._pages[number]])
            return
        self._whole.append(callback)
        if self._gathering is None:
            self._gathered = []
            self._gather()

    def retranslate(self) -> None:
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, COLUMNS - 1)
        rows = self.rowCount()
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(rows - 1, COLUMNS - 1))

    @property
    def loading(self) -> bool:
        """Whether a page is on its way."""
        return self._asked >= 0

    # ---- Qt's side ----

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else self._total

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else COLUMNS

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (tr("File"), tr("State"), tr("Reason, and what you can do"), tr("What you can do"), "")[section]
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
            return self._cell(row, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(*self._tip(row, index.column()))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return shown_name(row.path) if index.column() == FILE else self._cell(row, index.column())
        return None

    def _cell(self, row: LedgerRow, column: int) -> str:
        if column == TODO:
            return self.tries.words(row) or self.remedy(row).todo
        if column == ACTION:
            return action_words(self.remedy(row).action)
        return cell(row, column)

    def _tip(self, row: LedgerRow, column: int) -> tuple[str, ...]:
        """What a cell shows when the mouse rests on it, as plain lines."""
        if column == FILE:
            return (row.path,)
        if column == REASON:
            said = reason(row.reason).what
            return (
                f"{said} ({reading_detail(row.detail)})" if row.detail else said,
                hidden_counts(row.hidden),
                self._cell(row, TODO),
            )
        return (self._cell(row, column),)

    # ---- the pages ----

    def _want(self, page: int) -> None:
        if (page in self._pages and page not in self._stale) or page == self._asked:
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
        self._operation = self._client.request(self._files(page * PAGE, PAGE))
        self._operation.succeeded.connect(self._came)
        self._operation.failed.connect(self._failed)

    def _files(self, offset: int, limit: int) -> Callable[[int], messages.Files]:
        words = tuple((word, _saying(word)) for word in self._text.split())
        query = LedgerQuery(
            self._states, self._below, words, self._order, self._descending, offset, limit, self._dismissed, self._hidden
        )
        return lambda id_: messages.Files(id_, query)

    def _came(self, result: messages.FilesResult) -> None:
        page, self._asked, self._operation = self._asked, -1, None
        stale = page in self._stale
        if stale:
            self.replacing.emit()
        self._stale.discard(page)
        self._pages[page] = result.rows
        while len(self._pages) > KEPT:
            self._pages.popitem(last=False)
        if result.total != self._total:
            self._resize(result.total)
        if result.rows:
            last = min(page * PAGE + len(result.rows), self._total) - 1
            self.dataChanged.emit(self.index(page * PAGE, 0), self.index(last, COLUMNS - 1))
        if stale:
            self.replaced.emit()
        self.counted.emit(self._total, self._total)
        self._ask()

    def _resize(self, total: int) -> None:
        """The number of files changes while indexing runs; rows come and go at the end."""
        if total > self._total:
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
        self.problem.emit(problem)

    def _drop_operation(self) -> None:
        if self._operation is not None:
            self._operation.succeeded.disconnect(self._came)
            self._operation.failed.disconnect(self._failed)
            self._operation.cancel()
        self._operation, self._asked = None, -1

    # ---- the whole list ----

    def _gather(self) -> None:
        self._gathering = self._client.request(self._files(len(self._gathered), GATHER))
        self._gathering.succeeded.connect(self._gathered_more)
        self._gathering.failed.connect(self._gathering_failed)

    def _gathered_more(self, result: messages.FilesResult) -> None:
        self._gathered += result.rows
        if result.rows and len(self._gathered) < result.total:
            self._gather()
            return
        self._gathering = None
        rows, self._gathered = self._gathered, []
        waiting, self._whole = self._whole, []
        for callback in waiting:
            callback(rows)

    def _gathering_failed(self, problem: Problem) -> None:
        self._gathering, self._gathered = None, []
        self._whole.clear()
        self.problem.emit(problem)


def _saying(word: str) -> tuple[str, ...]:
    """The reasons whose sentence, as it is shown now, holds ``word`` (in lower case)."""
    return tuple(code for code in REASONS if word in reason(code).what.casefold())


def cell(row: LedgerRow, column: int) -> str:
    """The text of a cell in the language in force."""
    if column == FILE:
        return file_name(row.path)
    if column == STATE:
        return state(row.state)
    sentence = reason(row.reason)
    if column != REASON:
        return sentence.todo
    return " · ".join(filter(None, (sentence.what, hidden_counts(row.hidden))))


def as_tsv(rows: Sequence[LedgerRow]) -> str:
    """The list for a spreadsheet: tabs between cells, a header line, no tab or line break inside a cell."""
    lines = [(tr("File"), tr("Folder"), tr("State"), tr("Reason"), tr("What you can do"), tr("Detail"))]
    lines += [
        (
            file_name(row.path),
            folder_of(row.path),
            cell(row, STATE),
            cell(row, REASON),
            cell(row, TODO),
            reading_detail(row.detail),
        )
        for row in rows
    ]
    return "\n".join("\t".join(map(table_cell, line)) for line in lines) + "\n"
