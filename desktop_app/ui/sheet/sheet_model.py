# SPDX-License-Identifier: Apache-2.0
"""The cells of one sheet for a table view, fetched page by page.

A sheet may have a million rows. Pages are asked of the viewer process when a cell of theirs is painted, the newest first, and old ones are
let go; nothing waits for them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.viewer_process import GridRow, ReadRows, RowsRead, SheetOpened
from desktop_app.documents.text.locators import column_name
from desktop_app.foundation.shown import shown_lines
from desktop_app.ui.look.labels import plain_tip
from desktop_app.ui.sheet.sheet_marks import SheetMarks

Index = QModelIndex | QPersistentModelIndex

_CELLS_OF_PAGE = 20_000  # 0.2 s of the viewer
_MOST_ROWS, _LEAST_ROWS = 200, 10  # of a page
_MOST_PAGES = 60  # that are kept
_MOST_WAITING = 4  # pages; older wishes are of rows that were scrolled past
_LONG = 40  # characters; a longer cell tells its text in a tooltip


class SheetModel(QAbstractTableModel):
    """``page_came`` carries the first row of a page and how many rows it has; ``failed`` a Problem."""

    page_came = Signal(int, int)
    failed = Signal(object)

    def __init__(self, viewer: ViewerClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._path, self._password, self._sheet = "", "", 0
        self._opened = SheetOpened(0, 0, 0)
        self._pages: OrderedDict[int, tuple[GridRow, ...]] = OrderedDict()
        self._waiting: list[int] = []  # pages, the newest wish last
        self._asked: dict[int, Operation] = {}
        self._page_rows = _MOST_ROWS
        self._marks: SheetMarks | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._ask)

    def open(self, path: str, password: str, sheet: int, opened: SheetOpened) -> None:
        """Show sheet number ``sheet`` (from 0) of a file, of which ``opened`` is known."""
        self.beginResetModel()
        self._drop()
        self._path, self._password, self._sheet, self._opened = path, password, sheet, opened
        self._page_rows = max(_LEAST_ROWS, min(_MOST_ROWS, _CELLS_OF_PAGE // max(1, opened.columns)))
        self.endResetModel()

    def close(self) -> None:
        """Show nothing."""
        self.open("", "", 0, SheetOpened(0, 0, 0))

    @property
    def header(self) -> int:
        """The number of the row that names the columns, from 1; 0 for none."""
        return self._opened.header

    def name(self, column: int) -> str:
        """The name of a column in the sheet's header; "" where it has none."""
        return self._opened.names[column] if column < len(self._opened.names) else ""

    @property
    def marks(self) -> SheetMarks | None:
        """What is marked."""
        return self._marks

    def mark(self, marks: SheetMarks | None) -> None:
        """Mark cells."""
        self._marks = marks
        self.refresh()

    def refresh(self) -> None:
        """The colours or the language changed."""
        if self.rowCount() and self.columnCount():
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1))

    def strength(self, row: int, column: int) -> int:
        """How a cell is marked, as in ``SheetMarks``."""
        return self._marks.strength(row, column) if self._marks is not None else 0

    def cell(self, row: int, column: int) -> tuple[str, str]:
        """The text of a cell and its kind (``documents.viewing.cell_formats``); both "" until its page has come, which is asked for."""
        page = row // self._page_rows
        rows = self._pages.get(page)
        if rows is None:
            self._wish(page)
            return "", ""
        at = row % self._page_rows
        if at >= len(rows) or column >= len(rows[at].cells):
            return "", ""
        line = rows[at]
        return shown_lines(line.cells[column]), line.kinds[column : column + 1]

    def row(self, row: int) -> GridRow | None:
        """A row, None until it has come."""
        page = self._pages.get(row // self._page_rows)
        if page is None:
            return None
        at = row % self._page_rows
        return page[at] if at < len(page) else GridRow((), "")

    def fetch(self, rows: Collection[int]) -> bool:
        """Whether all of ``rows`` are here; those that are not are asked for."""
        missing = {row // self._page_rows for row in rows} - self._pages.keys()
        for page in missing:
            self._wish(page, keep=True)
        return not missing

    # ---- pages ----

    def _wish(self, page: int, *, keep: bool = False) -> None:
        if page in self._asked or (not keep and page in self._waiting[-1:]):
            return
        if page in self._waiting:
            self._waiting.remove(page)
        self._waiting.append(page)
        if not keep:
            del self._waiting[:-_MOST_WAITING]
        self._timer.start()

    def _ask(self) -> None:
        """Ask for the newest wish; one after another, so that what is on the screen now never waits for what was."""
        if self._asked or not self._waiting:
            return
        page = self._waiting.pop()
        first, count = page * self._page_rows, self._page_rows
        operation = self._viewer.request(
            lambda id_: ReadRows(id_, self._path, self._password, sheet=self._sheet, first=first, count=count)
        )
        self._asked[page] = operation
        operation.succeeded.connect(lambda result: self._came(page, result))
        operation.failed.connect(lambda problem: self._lost(page, problem))

    def _came(self, page: int, result: RowsRead) -> None:
        self._asked.pop(page, None)
        self._pages[page] = result.rows
        while len(self._pages) > _MOST_PAGES:
            self._pages.popitem(last=False)
        first = page * self._page_rows
        last = min(first + self._page_rows, self.rowCount()) - 1
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, self.columnCount() - 1))
            self.page_came.emit(first, last - first + 1)
        self._ask()

    def _lost(self, page: int, problem: object) -> None:
        self._asked.pop(page, None)
        self._waiting.clear()
        self.failed.emit(problem)

    def _drop(self) -> None:
        asked, self._asked = self._asked, {}
        for operation in asked.values():
            operation.succeeded.disconnect()
            operation.failed.disconnect()
            operation.cancel()
        self._waiting.clear()
        self._pages.clear()
        self._marks = None

    # ---- Qt's side ----

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._opened.rows

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._opened.columns

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """For screen readers and tooltips; ``SheetCells`` paints without it."""
        text, _ = self.cell(index.row(), index.column())
        if not text:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            # A screen reader tells each cell with its header.
            return f"{self.name(index.column()) or column_name(index.column() + 1)}: {text}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(*_long(text))
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Vertical:
            return str(section + 1) if role == Qt.ItemDataRole.DisplayRole else None
        name, letters = self.name(section), column_name(section + 1)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{letters}\n{name}" if name else letters
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{letters} {name}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(*name.split("\n"))
        return None


def _long(text: str) -> list[str]:
    """The lines of a text that its cell may not hold; none of a short one."""
    return text.split("\n") if len(text) > _LONG or "\n" in text else []
