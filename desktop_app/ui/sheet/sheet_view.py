# SPDX-License-Identifier: Apache-2.0
"""A spreadsheet as a grid: frozen header, marked cells, sheet tabs.

    show_sheet(path, locator, terms)  ->  sheets listed  ->  sheet opened  ->  rows as they are scrolled to
                                          failed(problem): the panel shows the text of the index instead

Cells come from the viewer process, which is the only one that opens the file.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTabBar, QVBoxLayout, QWidget

from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.form import ProvingCells
from desktop_app.contract.viewer_process import (
    CellsFound,
    FindInSheet,
    ListSheets,
    OpenSheet,
    SheetOpened,
    SheetsListed,
)
from desktop_app.documents.text.locators import column_name
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.clipboard import CopiedTable, mime_of, tabbed
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import ElidedLabel, button_text, plain_tip, set_plain_tooltip
from desktop_app.ui.sheet.key_column import KeyColumn
from desktop_app.ui.sheet.sheet_cells import PAD, SheetCells
from desktop_app.ui.sheet.sheet_copier import MOST_CELLS, SheetCopier, SheetSelection, bounds_of, ranges_of
from desktop_app.ui.sheet.sheet_grid import SheetGrid, units_of
from desktop_app.ui.sheet.sheet_header import SheetHeader
from desktop_app.ui.sheet.sheet_marks import CellRange, MarkedRanges, SheetMarks, marks_of, range_of
from desktop_app.ui.sheet.sheet_model import SheetModel
from desktop_app.wording.passage_texts import quoted
from desktop_app.wording.place import file_name

_NARROWEST, _WIDEST = 48, 300  # px of a column
_SHORT_NAME = 8  # figures wide; a longer name of a column may take two lines
_MEASURED = 60  # rows that a column's width is taken from
_MOST_RAISED = 20  # rows
_MOST_SPANS = 5_000


class SheetView(QWidget):
    """``failed`` carries a Problem when the file cannot be shown. ``found`` as in ``Findable``.
    ``copied`` carries a sentence when the selection is in the clipboard, or too large for it."""

    failed = Signal(object)
    shown = Signal()
    found = Signal(str, int, int, bool)
    copied = Signal(str)

    def __init__(self, viewer: ViewerClient, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._path, self._password = "", ""
        self._name = ""
        self._locator: Locator | None = None
        self._terms: Sequence[str] = ()
        self._softly = False
        self._marked: Sequence[ProvingCells] = ()
        self._ranges: MarkedRanges | None = None  # of the sheet that is shown
        self._sheets: SheetsListed | None = None
        self._operations: list[Operation] = []
        self._cells: CellRange | None = None
        self._reaching = False  # the marked cells wait for their rows
        self._fitted = False
        self._merged: Sequence[tuple[int, int, int, int]] = ()
        self._words = ""  # that are looked for
        self._hits: Sequence[tuple[int, int]] = ()
        self._hit, self._more_hits = 0, False
        self._with_place = False  # what is being copied
        self._copier = SheetCopier(viewer, self)
        self._copier.done.connect(self._copy_came)
        self.model = SheetModel(viewer, self)
        self.model.page_came.connect(lambda *_: self._page_came())
        self.model.failed.connect(self.failed)
        self._build()
        theme.notifier.changed.connect(self.restyle)
        self.copied.connect(self._cell.set_text)
        self.retranslate()

    # ---- for the panel ----

    def show_sheet(
        self,
        path: str,
        locator: Locator | None,
        terms: Sequence[str] = (),
        password: str = "",
        *,
        softly: bool = False,
        name: str = "",
        marked: Sequence[ProvingCells] = (),
    ) -> None:
        """Show a workbook at a place, or from its beginning. ``terms``: words of the question. ``softly``: it is a passage, not a quote.
        ``name``: what the file is called beside others; its own name by default. ``marked``: cells to be marked, on each of its sheets."""
        if path != self._path or password != self._password:
            self.close_sheet()
        self._path, self._password, self._locator, self._terms, self._softly = path, password, locator, terms, softly
        self._name = name or file_name(path)
        self._marked = marked
        # Asked each time: the file may be another one by now.
        self._request(ListSheets, self._listed)

    def close_sheet(self) -> None:
        """Show nothing."""
        self._drop()
        self._path, self._sheets, self._locator, self._cells = "", None, None, None
        self._words, self._hits = "", ()
        self._copier.drop()
        self.model.close()
        self.table.clearSpans()

    def marked_text(self) -> str:
        """The cells that are marked, as far as they have come; a tab between cells, a line a row."""
        marks = self.model.marks
        if marks is None:
            return ""
        lines = []
        for row in marks.cells.rows:
            line = self.model.row(row)
            cells = line.cells if line is not None else ()
            lines.append(
                "\t".join(
                    cells[column] for column in marks.cells.columns if column < len(cells) and marks.strength(row, column) > 1
                )
            )
        return "\n".join(filter(None, lines))

    def selected_text(self) -> str:
        """The selected cells as far as they have come, tabs between them; "" where a single one is selected, as the arrow keys always do."""
        chosen = self._selected()
        if chosen is None or chosen.bounds.count < 2:
            return ""
        lines = []
        for row in chosen.bounds.rows:
            line = self.model.row(row)
            if line is not None and row != chosen.left_out:
                lines.append("\t".join(line.cells[chosen.bounds.left : chosen.bounds.right + 1]))
        return "\n".join(lines)

    def selected_place(self) -> Locator | None:
        """The place of the selected cells."""
        chosen = self._selected()
        if self._sheets is None or chosen is None:
            return None
        cells = chosen.bounds
        if self._path.lower().endswith((".csv", ".tsv")):
            return Locator(lines=(cells.top + 1, cells.bottom + 1))
        low, high = f"{column_name(cells.left + 1)}{cells.top + 1}", f"{column_name(cells.right + 1)}{cells.bottom + 1}"
        return Locator(sheet=self._sheets.sheets[chosen.sheet].name, cells=low if low == high else f"{low}:{high}")

    def look_for(self, words: str) -> None:
        """Look for ``words`` in the sheet that is shown, and go to the first place from the current cell on; "" for nothing any more."""
        self._words, self._hits, self._hit = words, (), 0
        if words:
            self._request(
                FindInSheet, lambda result: self._hits_came(words, result), sheet=self.tabs.currentIndex(), text=words
            )

    def step_found(self, by: int) -> None:
        """To the next (1) or previous (-1) place; round at the ends."""
        if self._hits:
            self._show_hit((self._hit + by) % len(self._hits))

    def _show_hit(self, number: int) -> None:
        self._hit = number
        self._go(*self._hits[number])
        self.found.emit(self._words, number + 1, len(self._hits), self._more_hits)

    def copy(self) -> None:
        """Put the selected cells into the clipboard as a table, once all of them have come."""
        self._copy(with_place=False)

    def copy_with_place(self) -> None:
        """The selected cells as text, with file and place."""
        self._copy(with_place=True)

    def _copy(self, *, with_place: bool) -> None:
        chosen = self._selected()
        if chosen is None:
            return
        if chosen.bounds.count > MOST_CELLS:
            self.copied.emit(tr("Too many cells to copy at once: choose fewer rows or columns."))
            return
        self._with_place = with_place
        self._copier.read(chosen)

    def _copy_came(self, table: CopiedTable) -> None:
        where = self.selected_place()
        if not self._with_place or where is None:
            QGuiApplication.clipboard().setMimeData(mime_of([table]))
            self.copied.emit(tr("Copied as a table."))
            return
        QGuiApplication.clipboard().setText(quoted(tabbed(table), self._name, where))
        self.copied.emit(tr("Copied with its place."))

    def retranslate(self) -> None:
        self.table.setAccessibleName(tr("Cells of the sheet"))
        self.tabs.setAccessibleName(tr("Sheets"))
        self._show_tabs()
        self._show_cell()

    def restyle(self) -> None:
        """The theme or the size of text changed."""
        self.table.setFont(theme.font(theme.BASE_PX))
        self.table.verticalHeader().setFont(theme.font(theme.SMALL_PX))
        self._head.restyle()
        self._painted.restyle()
        self._cell.setFont(theme.font(13))
        self.tabs.setFont(theme.font(13))
        rows = self.table.verticalHeader()
        rows.setDefaultSectionSize(self.table.row_height(1))
        self.key.restyle()
        self._fitted = False
        self._fit()
        self.model.refresh()

    # ---- building ----

    def _build(self) -> None:
        self.table = SheetGrid(self)
        self.table.setModel(self.model)
        self._head = SheetHeader(self.model, self.table)
        self.table.setHorizontalHeader(self._head)
        self._painted = SheetCells(self.model, self.table)
        self.table.setItemDelegate(self._painted)
        self.key = KeyColumn(self.model, self._head, self.table)
        self.table.resized.connect(self.key.place)
        rows = self.table.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        rows.setDefaultAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        rows.setMinimumSectionSize(18)
        self.table.selectionModel().currentChanged.connect(lambda *_: self._show_cell())
        self.table.menu_wanted.connect(self._open_menu)
        copy = QShortcut(QKeySequence(QKeySequence.StandardKey.Copy), self.table)
        copy.setContext(Qt.ShortcutContext.WidgetShortcut)
        copy.activated.connect(self.copy)
        self._cell = ElidedLabel("quiet", Qt.TextElideMode.ElideRight, self)
        self._cell.setContentsMargins(0, 0, 0, 0)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setElideMode(Qt.TextElideMode.ElideMiddle)
        self.tabs.setShape(QTabBar.Shape.RoundedSouth)
        self.tabs.currentChanged.connect(self._tab_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        told = QVBoxLayout()
        told.setContentsMargins(theme.SPACE_L, theme.SPACE_XS, theme.SPACE_L, theme.SPACE_XS)
        told.addWidget(self._cell)
        column.addLayout(told)
        column.addWidget(self.table, 1)
        column.addWidget(self.tabs)
        self.restyle()

    # ---- what the viewer says ----

    def _request(self, kind: type, came: object, **fields: object) -> None:
        operation = self._viewer.request(lambda id_: kind(id_, self._path, self._password, **fields))
        self._operations = [one for one in self._operations if not one.over] + [operation]
        operation.succeeded.connect(came)
        operation.failed.connect(self.failed)

    def _drop(self) -> None:
        for operation in self._operations:
            if not operation.over:
                operation.succeeded.disconnect()
                operation.failed.disconnect()
                operation.cancel()
        self._operations = []

    def _listed(self, result: SheetsListed) -> None:
        self._sheets = result
        self._show_tabs()
        self._open_sheet(self._number_of(self._locator))

    def _number_of(self, locator: Locator | None) -> int:
        """Which sheet a place names, from 0; the first that is not hidden where it names none."""
        sheets = self._sheets.sheets if self._sheets is not None else ()
        if locator is not None and locator.sheet is not None:
            for number, sheet in enumerate(sheets):
                if sheet.name == locator.sheet:
                    return number
        return next((number for number, sheet in enumerate(sheets) if not sheet.hidden), 0)

    def _open_sheet(self, number: int) -> None:
        self._drop()
        self.tabs.blockSignals(True)
        self.tabs.setCurrentIndex(number)
        self.tabs.blockSignals(False)
        lines = self._locator.lines if self._locator is not None else None
        line = lines[0] if lines is not None else 0
        self._request(OpenSheet, lambda result: self._opened(number, result), sheet=number, line=line)

    def _opened(self, number: int, result: SheetOpened) -> None:
        self._fitted = self._reaching = False
        self._copier.drop()
        self.table.clearSpans()
        self._merged = result.merged[:_MOST_SPANS]
        hidden = self.model.header
        if hidden and hidden <= self.model.rowCount():
            self._hide_row(hidden - 1, hidden=False)
        self.model.open(self._path, self._password, number, result)
        for row, column, rows, columns in self._merged:
            if row < result.rows and column < result.columns:
                self.table.setSpan(row, column, min(rows, result.rows - row), min(columns, result.columns - column))
        self._ranges = self._ranges_on(number)
        self._cells = self._wanted_cells(result) if self._is_cited(number) else None
        if self._ranges is not None:
            self._cells = self._ranges.around
        header_is_cited = self._cells is not None and self._cells.top <= result.header - 1 <= self._cells.bottom
        if result.header and not header_is_cited:
            self._hide_row(result.header - 1, hidden=True)
        self._reaching = True
        self._reach()
        if self._words:
            self.look_for(self._words)
        self.shown.emit()

    def _hide_row(self, row: int, *, hidden: bool) -> None:
        self.table.setRowHidden(row, hidden)
        self.key.setRowHidden(row, hidden)

    def _is_cited(self, number: int) -> bool:
        return self._locator is not None and number == self._number_of(self._locator)

    def _ranges_on(self, number: int) -> MarkedRanges | None:
        """The cells that are to be marked on a sheet; a file without sheets has one, without a name."""
        sheets = self._sheets.sheets if self._sheets is not None else ()
        name = sheets[number].name if number < len(sheets) else ""
        found = MarkedRanges(one for cells in self._marked if cells.sheet in (name, "") for one in cells.ranges)
        return found or None

    def _wanted_cells(self, result: SheetOpened) -> CellRange | None:
        cells = range_of(self._locator, result.row, result.columns)
        return cells if cells is not None and cells.top < result.rows else None

    def _page_came(self) -> None:
        self._fit()
        self._reach()
        self._show_cell()

    def _reach(self) -> None:
        """Mark the cited cells and scroll to them, when their rows have come; without any, begin at the top."""
        if not self._reaching:
            return
        if self._cells is None:
            self.model.fetch([0] if self.model.rowCount() else [])
            self._reaching = False
            return
        last = self._cells.top if self._ranges is not None else min(self._cells.bottom, self.model.rowCount() - 1)
        if not self.model.fetch([self._cells.top, last]):
            return
        self._reaching = False
        if self._ranges is not None:
            marks = SheetMarks(self._cells, ranges=self._ranges)
        else:
            marks = marks_of(self._cells, self._terms, self.model.row, self.model.name, softly=self._softly)
        self.model.mark(marks)
        if self._ranges is None:
            self._raise_rows()
        self._go(*marks.first)

    def _go(self, row: int, column: int) -> None:
        """Make a cell the current one, without a selection that would cover its mark, and bring it on the screen."""
        index = self.model.index(row, column)
        self.table.selectionModel().clearSelection()
        self.table.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.NoUpdate)
        self.table.scrollTo(index, QAbstractItemView.ScrollHint.PositionAtCenter)
        self.table.horizontalScrollBar().setValue(self._left_of(column))

    def _left_of(self, column: int) -> int:
        """How far to scroll so that a column is seen with as many of those before it as there is room for, which say what the row is."""
        place_of = self._head.sectionPosition
        room, right = self.table.viewport().width(), place_of(column) + self._head.sectionSize(column)
        if right <= room:
            return 0
        key = self.key.room  # lies over the left edge once it is scrolled
        starts = (place_of(start) for start in range(1, column + 1))
        return next((start for start in starts if right - start <= room - key), place_of(column)) - key

    def _hits_came(self, words: str, result: CellsFound) -> None:
        if words != self._words:
            return
        self._hits, self._more_hits = result.cells, result.more
        if not result.cells:
            self.found.emit(words, 0, 0, False)
            return
        current = self.table.currentIndex()
        here = (current.row(), current.column())
        self._show_hit(next((number for number, cell in enumerate(self._hits) if cell >= here), 0))

    # ---- sizes ----

    def _fit(self) -> None:
        """Give each column the width of what stands in it, once, from the first rows that came. By the number of letters: measuring
        30,000 cells takes longer than the window may stand still."""
        rows = [*range(_MEASURED), *(self._cells.rows if self._cells is not None else ())]
        here = [(number, line.cells) for number in rows if (line := self.model.row(number)) is not None]
        if self._fitted or not here:
            return
        self._fitted = True
        wide = {(row, column) for row, column, _, columns in self._merged if columns > 1}
        pixels = QFontMetrics(self.table.font()).horizontalAdvance("0")
        lines = 1
        for column in range(self.model.columnCount()):
            filled = (units_of(cells[column]) for row, cells in here if column < len(cells) and (row, column) not in wide)
            name = units_of(self.model.name(column))
            units = max(max(filled, default=0), min(name, max(_SHORT_NAME, (name + 1) // 2 + 1)))
            least = self._head.name_width(column) if name <= _SHORT_NAME else 0  # its letters may be wider than figures
            self.table.setColumnWidth(column, max(_NARROWEST, least, min(_WIDEST, units * pixels + 2 * PAD + 2)))
            lines = 2 if name > units or (name + 1) * pixels > _WIDEST else lines
        self._head.set_lines(lines)
        self.table.updateGeometries()  # else it can be scrolled only as far as the columns reached before

    def _raise_rows(self) -> None:
        """The quoted rows get as many lines as their texts need; the others keep one, so that a sheet reads as a grid."""
        for number in self._cells.rows[:_MOST_RAISED] if self._cells is not None else ():
            line = self.model.row(number)
            if line is not None:
                self.table.raise_row(number, line.cells)

    # ---- words around the grid ----

    def _show_tabs(self) -> None:
        sheets = self._sheets.sheets if self._sheets is not None else ()
        current = max(0, self.tabs.currentIndex())
        self.tabs.blockSignals(True)
        while self.tabs.count() > len(sheets):
            self.tabs.removeTab(self.tabs.count() - 1)
        for number, sheet in enumerate(sheets):
            if number == self.tabs.count():
                self.tabs.addTab("")
            name = shown_name(sheet.name)
            self.tabs.setTabText(number, button_text(sheet.name))
            told = tr("{name} (hidden in its own program)", name=name) if sheet.hidden else name
            self.tabs.setTabToolTip(number, plain_tip(told))
            self.tabs.setAccessibleTabName(number, told)
            self.tabs.setTabTextColor(number, theme.current().colour("quiet" if sheet.hidden else "ink"))
        self.tabs.setCurrentIndex(min(current, len(sheets) - 1))
        self.tabs.blockSignals(False)
        self.tabs.setVisible(len(sheets) > 1)

    def _tab_chosen(self, number: int) -> None:
        if self._sheets is not None and number >= 0:
            self._open_sheet(number)

    def _show_cell(self) -> None:
        """The address of the current cell, and all that stands in it."""
        index = self.table.currentIndex()
        rows, columns = self.model.rowCount(), self.model.columnCount()
        if not index.isValid():
            self._cell.set_text(tr("{rows} rows, {columns} columns", rows=f"{rows:,}", columns=f"{columns:,}") if rows else "")
            return
        line = self.model.row(index.row())
        text = line.cells[index.column()] if line is not None and index.column() < len(line.cells) else ""
        address = f"{column_name(index.column() + 1)}{index.row() + 1}"
        key = line.cells[0] if line is not None and line.cells and index.column() else ""
        words = (address, self.model.name(index.column()), " ".join(text.split()), key and f"· {key}")
        self._cell.set_text("   ".join(filter(None, words)))
        set_plain_tooltip(self._cell, *text.split("\n"))

    # ---- selection ----

    def _selected(self) -> SheetSelection | None:
        ranges = ranges_of(self.table.selectionModel().selection())
        if not ranges:
            return None
        bounds = bounds_of(ranges)
        names = tuple(self.model.name(column) for column in bounds.columns)
        header = self.model.header - 1
        left_out = header if header >= 0 and self.table.isRowHidden(header) else -1
        return SheetSelection(self._path, self._password, self.tabs.currentIndex(), ranges, names, left_out)

    def menu_now(self) -> QMenu:
        """What can be done with the selected cells."""
        menu = QMenu(self)
        menu.addAction(icons.icon("copy"), tr("Copy as table"), QKeySequence(QKeySequence.StandardKey.Copy), self.copy)
        menu.addAction(icons.icon("quote"), tr("Copy with place"), self.copy_with_place)
        return menu

    def _open_menu(self, at: QPoint) -> None:
        menu = self.menu_now()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)
