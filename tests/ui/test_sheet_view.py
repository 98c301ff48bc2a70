# SPDX-License-Identifier: Apache-2.0
"""A spreadsheet in the source panel: the real viewer process, the grid, its marks, tabs, copies and finds."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tooltips import displayed

from desktop_app.bridge.viewer_client import ViewerClient
from desktop_app.contract.document import Locator
from desktop_app.contract.form import ProvingCells
from desktop_app.contract.passage import Passage
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.sheet.sheet_marks import MarkedRanges
from desktop_app.ui.sheet.sheet_view import SheetView
from desktop_app.ui.source.source_panel import SourcePanel
from tests import workbooks

ROW = Locator(sheet=workbooks.LEDGER, cells="A12:AN12")
DISPLAY = Qt.ItemDataRole.DisplayRole


@pytest.fixture
def view(day: QApplication, qtbot: QtBot) -> Iterator[SheetView]:
    viewer = ViewerClient()
    view = SheetView(viewer)
    qtbot.addWidget(view)
    view.resize(700, 500)
    view.show()
    yield view
    viewer.close()


@pytest.fixture
def book(tmp_path: Path) -> str:
    return str(workbooks.ledger(tmp_path / "台账.xlsx"))


def opened(view: SheetView, qtbot: QtBot, path: str, locator: Locator | None = None, terms: tuple[str, ...] = ()) -> None:
    """Shown, with the rows on the screen."""
    with qtbot.waitSignal(view.shown, timeout=20_000):
        view.show_sheet(path, locator, terms)
    qtbot.waitUntil(lambda: view.model.row(0) is not None or view.model.rowCount() == 0, timeout=20_000)


def text(view: SheetView, row: int, column: int) -> str:
    """A cell by its numbers from 0."""
    return str(view.model.index(row, column).data(DISPLAY) or "")


def painted(view: SheetView, row: int, column: int) -> QImage:
    """A cell as it is on the screen."""
    view.table.scrollTo(view.model.index(row, column))
    return view.table.viewport().grab(view.table.visualRect(view.model.index(row, column))).toImage()


def colours(view: SheetView, row: int, column: int) -> Counter[str]:
    """How often each colour is met in a cell."""
    image = painted(view, row, column)
    return Counter(image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height()))


def ground(view: SheetView, row: int, column: int) -> str:
    return colours(view, row, column).most_common(1)[0][0]


def ink(view: SheetView, row: int, column: int) -> tuple[int, int]:
    """From where to where a cell has letters, in pixels."""
    image = painted(view, row, column)
    dark = [
        x for x in range(3, image.width() - 3) for y in range(3, image.height() - 3) if image.pixelColor(x, y).value() < 120
    ]
    return min(dark), max(dark)


def test_a_sheet_is_a_grid_with_its_header_frozen(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    assert (view.model.rowCount(), view.model.columnCount()) == (63, 40)
    assert view.model.headerData(3, Qt.Orientation.Horizontal) == "D\n金额（元）"
    assert view.table.isRowHidden(2), "the header row stands in the head, and not a second time below it"
    assert view.model.headerData(3, Qt.Orientation.Vertical) == "4"
    assert [text(view, 3, column) for column in range(6)] == [
        "HT-001", "蓝海物流有限公司", "2026年2月2日", "12,345.50", "13%", "¥1.50",
    ]  # fmt: skip
    assert ink(view, 3, 0)[0] < 12, "words stand at the left"
    assert ink(view, 3, 3)[1] > view.table.columnWidth(3) - 12, "numbers at the right"
    assert text(view, 4, 7) == "#DIV/0!"
    assert theme.current().danger.lower() in colours(view, 4, 7)


def test_merged_cells_are_one(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    assert view.table.columnSpan(0, 0) == 8
    assert view.table.rowSpan(7, 6) == 2


def test_columns_are_as_wide_as_what_stands_in_them(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    metrics = view.table.fontMetrics()
    for column, longest in ((0, "HT-060"), (1, "蓝海物流有限公司"), (2, "2026年10月10日")):
        needed = metrics.horizontalAdvance(longest)
        assert needed < view.table.columnWidth(column) < 2 * needed + 40
    for column in range(8):
        if len(view.model.name(column)) < 5:
            assert view.table.columnWidth(column) >= view._head.name_width(column), "a short name stands on one line"
    assert view.table.columnWidth(7) == 300, "a long text does not make a sheet endless"


def test_the_very_cell_is_marked_and_on_the_screen(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book, ROW, ("HT-009", "金额"))
    qtbot.waitUntil(lambda: view.model.marks is not None)
    mark, soft = theme.current().colour("mark").name(), theme.current().soft_mark("paper").name()
    assert [ground(view, 11, column) for column in range(5)] == [mark, soft, soft, mark, soft]
    assert ground(view, 10, 3) not in (mark, soft)
    edge = theme.current().mark_edge.lower()
    assert [edge in colours(view, row, column) for row, column in ((11, 0), (11, 1), (10, 0))] == [True, False, False]
    assert view.marked_text() == "HT-009\t111,109.50"
    seen = view.table.visualRect(view.model.index(11, 3))
    assert view.table.viewport().rect().contains(seen)
    assert view.table.currentIndex() == view.model.index(11, 3), "the cell asked for, not the row's name"
    assert not view.table.selectionModel().hasSelection(), "a selection would cover the mark"


def test_the_first_column_stays_when_it_is_scrolled_sideways(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    assert not view.key.isVisible()
    view.table.horizontalScrollBar().setValue(2_000)
    assert view.key.isVisible()
    assert view.key.geometry().x() == view.table.verticalHeader().width()
    assert view.key.width() == view.table.columnWidth(0)
    view.table.scrollToBottom()
    for row in (40, 62):
        there, here = view.table.visualRect(view.model.index(row, 30)), view.key.visualRect(view.model.index(row, 0))
        assert (there.top(), there.height()) == (here.top(), here.height()), "its rows stand beside the others"
    assert view.key.isRowHidden(2)
    view.table.horizontalScrollBar().setValue(0)
    assert not view.key.isVisible()


@pytest.mark.parametrize("name", ["2024 年 3 月", "2026 年 8 月"])
def test_a_cell_far_to_the_right_is_seen_beside_the_first_column(view: SheetView, qtbot: QtBot, book: str, name: str) -> None:
    opened(view, qtbot, book, ROW, (name,))
    qtbot.waitUntil(lambda: view.model.marks is not None)
    cell = view.table.visualRect(view.table.currentIndex())
    assert view.model.name(view.table.currentIndex().column()) == name
    assert view.key.isVisible()
    assert view.key.room <= cell.left()
    assert view.key.columnAt(view.key.width() // 2) == 0
    assert cell.right() <= view.table.viewport().width()


def test_a_quote_without_known_words_is_marked_whole(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book, Locator(sheet=workbooks.NOTES, cells="A2:B2"))
    qtbot.waitUntil(lambda: view.model.marks is not None)
    assert view.tabs.currentIndex() == 1
    assert view.marked_text() == "履行中\t合同仍在有效期内"


def test_a_citation_of_the_header_shows_it(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book, Locator(sheet=workbooks.LEDGER, cells="A3:AN3"))
    assert not view.table.isRowHidden(2)


def test_all_sheets_have_a_tab(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    assert [view.tabs.tabText(number) for number in range(view.tabs.count())] == [workbooks.LEDGER, workbooks.NOTES, "旧版"]
    assert displayed(view.tabs.tabToolTip(2)) == "旧版 (hidden in its own program)"
    with qtbot.waitSignal(view.shown):
        view.tabs.setFocus()
        QTest.keyClick(view.tabs, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: text(view, 1, 0) == "履行中")
    assert not view.table.isRowHidden(2), "a row that is hidden in one sheet is not in another"


def test_rows_come_as_they_are_scrolled_to(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    path = str(workbooks.long_one(tmp_path / "long.xlsx", 5_000))
    opened(view, qtbot, path)
    assert view.model.row(4_000) is None
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: view.model.row(4_999) is not None)
    assert text(view, 4_999, 1) == "客户 5000"


def test_a_citation_far_down_is_gone_to(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    path = str(workbooks.long_one(tmp_path / "long.xlsx", 5_000))
    with qtbot.waitSignal(view.shown):
        view.show_sheet(path, Locator(sheet="明细", cells="A3210:B3210"), ("客户",))
    qtbot.waitUntil(lambda: view.model.marks is not None)
    assert view.marked_text() == "客户 3210"
    assert view.table.viewport().rect().intersects(view.table.visualRect(view.model.index(3_209, 1)))


def test_a_citation_of_records_marks_their_row(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    path = str(workbooks.records(tmp_path / "工资.csv"))
    opened(view, qtbot, path, Locator(lines=(5, 5)), ("李雷", "工资"))
    qtbot.waitUntil(lambda: view.model.marks is not None)
    assert view.marked_text() == "李雷\t9800"
    assert not view.tabs.isVisible(), "one sheet needs no tab"


def select(view: SheetView, first: tuple[int, int], last: tuple[int, int]) -> None:
    chosen = QItemSelection(view.model.index(*first), view.model.index(*last))
    view.table.selectionModel().select(chosen, QItemSelectionModel.SelectionFlag.ClearAndSelect)


def test_selected_cells_are_copied_as_a_table(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    select(view, (3, 0), (4, 1))
    view.table.setFocus()
    with qtbot.waitSignal(view.copied):
        QTest.keyClick(view.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    data = QGuiApplication.clipboard().mimeData()
    assert data.text() == "编号\t供应商名称\nHT-001\t蓝海物流有限公司\nHT-002\t远洋货代有限公司"
    assert "<th" in data.html()
    assert view._cell.text == "Copied as a table."
    with qtbot.waitSignal(view.copied):
        view.copy_with_place()
    copied = QGuiApplication.clipboard().text()
    assert copied.startswith("“编号\t供应商名称\nHT-001")
    assert copied.endswith(f"(台账.xlsx, Sheet {workbooks.LEDGER} A4:B5)")


def test_a_whole_column_is_copied_although_most_of_it_was_never_seen(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    opened(view, qtbot, str(workbooks.long_one(tmp_path / "long.xlsx", 5_000)))
    view.table.selectColumn(0)
    with qtbot.waitSignal(view.copied):
        view.copy()
    assert QGuiApplication.clipboard().text().split("\n") == [str(number) for number in range(1, 5_001)]


def test_words_are_found_in_the_whole_sheet(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    with qtbot.waitSignal(view.found) as found:
        view.look_for("ht-06")
    assert found.args == ["ht-06", 1, 1, False]
    assert view.table.currentIndex() == view.model.index(62, 0)
    with qtbot.waitSignal(view.found) as found:
        view.look_for("没有的词")
    assert found.args[1:] == [0, 0, False]
    with qtbot.waitSignal(view.found):
        view.look_for("蓝海")
    rows = [view.table.currentIndex().row()]
    for step in (1, -1, -1):
        view.step_found(step)
        rows.append(view.table.currentIndex().row())
    assert rows == [3, 11, 3, 59], "round at the ends"


def test_a_cell_is_told_with_its_header(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    view.table.setCurrentIndex(view.model.index(4, 3))
    assert view._cell.text == "D5   金额（元）   24,691.00   · HT-002"
    interface = QAccessible.queryAccessibleInterface(view.table)
    assert isinstance(interface, QAccessibleInterface)
    assert interface.text(QAccessible.Text.Name) == "Cells of the sheet"
    told = view.model.index(4, 3).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "金额（元）: 24,691.00"


def test_language_and_theme_change_while_it_is_open(view: SheetView, qtbot: QtBot, book: str, qapp: QApplication) -> None:
    opened(view, qtbot, book, ROW, ("金额",))
    qtbot.waitUntil(lambda: view.model.marks is not None)
    window_language.use("zh_CN")
    view.retranslate()
    assert displayed(view.tabs.tabToolTip(2)) == "旧版（已隐藏的工作表）"
    theme.apply(qapp, "dark")
    assert ground(view, 11, 3) == theme.DARK.mark.lower()
    assert view.table.currentIndex() == view.model.index(11, 3)


def test_the_viewer_may_die_in_between(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    opened(view, qtbot, str(workbooks.long_one(tmp_path / "long.xlsx", 5_000)))
    os.kill(view._viewer.pid, signal.SIGKILL)
    view.table.scrollToBottom()
    qtbot.waitUntil(lambda: view.model.row(4_999) is not None, timeout=20_000)


def test_a_damaged_file_says_so(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook at all")
    with qtbot.waitSignal(view.failed, timeout=20_000) as failed:
        view.show_sheet(str(path), None)
    assert isinstance(failed.args[0], Problem)
    assert failed.args[0].code == "view_damaged"


def test_an_empty_sheet_is_shown_empty(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "empty.xlsx")
    opened(view, qtbot, str(tmp_path / "empty.xlsx"))
    assert (view.model.rowCount(), view.model.columnCount()) == (0, 0)


# ---- in the panel ----


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, settings: Settings, engine) -> Iterator[SourcePanel]:  # type: ignore[no-untyped-def]
    panel = SourcePanel(engine(), settings)
    qtbot.addWidget(panel)
    panel.resize(500, 600)
    panel.show()
    yield panel
    panel._viewer.close()


def passage(path: str) -> Passage:
    return Passage(901, 1, path, "编号: HT-009; 金额（元）: 111109.5", ROW, 0.9, terms=("HT-009", "金额"))


def test_a_spreadsheet_opens_as_a_grid(panel: SourcePanel, qtbot: QtBot, book: str) -> None:
    panel.show_passage(passage(book))
    qtbot.waitUntil(lambda: panel.marked_text() == "HT-009\t111,109.50", timeout=20_000)
    assert panel.views.sheet is not None
    assert panel.views.currentWidget() is panel.views.sheet
    panel.open_find()
    panel._find.field.setText("HT-060")
    qtbot.waitUntil(lambda: panel._find._told.text() == "1 of 1")
    select(panel.views.sheet, (3, 0), (3, 1))
    panel.copy()
    qtbot.waitUntil(lambda: "A4:B4" in QGuiApplication.clipboard().text())
    panel.clear()
    assert panel.views.sheet.model.rowCount() == 0


def test_one_that_cannot_be_shown_is_shown_as_text(panel: SourcePanel, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"PK\x03\x04 no workbook at all")
    panel.show_passage(passage(str(path)))
    qtbot.waitUntil(lambda: panel.views.currentWidget() is panel.views.text, timeout=20_000)
    assert "HT-009" in panel.views.text.view.toPlainText()
    assert panel._note.isVisible()


def test_a_protected_one_opens_with_its_password(panel: SourcePanel, qtbot: QtBot, tmp_path: Path, book: str) -> None:
    path = tmp_path / "locked.xlsx"
    with Path(book).open("rb") as plain, path.open("wb") as locked:
        OOXMLFile(plain).encrypt("geheim", locked)
    panel.show_passage(passage(str(path)))
    qtbot.waitUntil(lambda: panel._locked, timeout=20_000)
    assert panel.views.currentWidget() is panel.views.text
    panel._unlock("falsch")
    qtbot.waitUntil(lambda: not panel._passwords, timeout=20_000)
    panel._unlock("geheim")
    qtbot.waitUntil(lambda: panel.marked_text() == "HT-009\t111,109.50", timeout=20_000)
    assert not panel._locked


def test_the_menu_copies(view: SheetView, qtbot: QtBot, book: str) -> None:
    opened(view, qtbot, book)
    select(view, (3, 0), (3, 1))
    menu = view.menu_now()
    assert [action.text() for action in menu.actions()] == ["Copy as table", "Copy with place"]
    with qtbot.waitSignal(view.copied):
        menu.actions()[0].trigger()


def test_the_heads_have_one_ground_beside_the_cells(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    """Also where there are fewer columns and rows than the panel has room for."""
    book = openpyxl.Workbook()
    for row in (("Item", "Number"), ("Laptops", 37)):
        book.active.append(row)
    book.save(tmp_path / "short.xlsx")
    opened(view, qtbot, str(tmp_path / "short.xlsx"))
    panel = theme.current().colour("panel").name()
    for head in (view.table.horizontalHeader(), view.table.verticalHeader()):
        image = head.grab().toImage()
        assert image.pixelColor(image.width() - 4, image.height() - 4).name() == panel


def test_many_cells_are_marked_on_each_of_their_sheets(view: SheetView, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "claims.xlsx"
    made = openpyxl.Workbook()
    for name in ("Spring", "Autumn"):
        sheet = made.create_sheet(name)
        for row in range(3_000):
            sheet.append([f"{name} {row + 1}", row + 1])
    made.remove(made.worksheets[0])
    made.save(path)
    spring = ProvingCells(str(path), "Spring", ("B2500:B2900", "B2200", "A2500"))
    autumn = ProvingCells(str(path), "Autumn", ("A7",))
    with qtbot.waitSignal(view.shown, timeout=20_000):
        view.show_sheet(str(path), Locator(sheet="Spring"), marked=(spring, autumn))
    qtbot.waitUntil(lambda: view.model.marks is not None, timeout=20_000)
    assert view.table.currentIndex().row() == 2199
    assert view.table.visualRect(view.model.index(2199, 1)).intersects(view.table.viewport().rect())
    marked = {(row, column) for row in range(3_000) for column in (0, 1) if view.model.strength(row, column)}
    assert marked == {(2199, 1), (2499, 0), *((row, 1) for row in range(2499, 2900))}
    with qtbot.waitSignal(view.shown, timeout=20_000):
        view.tabs.setCurrentIndex(1)
    qtbot.waitUntil(lambda: view.model.marks is not None and view.model.strength(6, 0) == 2, timeout=20_000)
    assert view.model.strength(2499, 1) == 0
    opened(view, qtbot, str(path), Locator(sheet="Spring", cells="A3:B3"))  # a citation marks its own cells again
    qtbot.waitUntil(lambda: view.model.strength(2, 0) == 2, timeout=20_000)
    assert view.model.strength(2499, 1) == 0


def test_ranges_that_overlap_are_all_marked() -> None:
    ranges = MarkedRanges(("B2:B50", "B10", "D4", "$A$9:C9"))
    marked = {(row, column) for row in range(60) for column in range(5) if ranges.holds(row, column)}
    assert marked == {*((row, 1) for row in range(1, 50)), (3, 3), (8, 0), (8, 1), (8, 2)}
    assert (ranges.first, bool(MarkedRanges(())), bool(MarkedRanges(("?",)))) == ((1, 1), False, False)
