# SPDX-License-Identifier: Apache-2.0
"""Workbooks are shown as their own program shows them: rows by number, formats, merged cells, header; in the real viewer process."""

from __future__ import annotations

import datetime as dt
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import openpyxl
import psutil
import pytest
from msoffcrypto.format.ooxml import OOXMLFile
from pytestqt.qtbot import QtBot

from desktop_app.analysis.table_rows import parse_row
from desktop_app.bridge.operation import Operation
from desktop_app.bridge.viewer_client import ViewerClient
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
)
from desktop_app.documents.process import registry
from desktop_app.documents.text import table
from desktop_app.documents.text.cell_formats import displayed
from desktop_app.documents.viewing.sheet_files import open_book
from desktop_app.documents.viewing.viewed_sheet import ViewedBook
from tests import workbooks
from tests.documents import making, making_more

Wanted = TypeVar("Wanted")
Open = Callable[..., ViewedBook]
MOMENT = dt.datetime(2026, 3, 5, 14, 7, 9)  # noqa: DTZ001 - workbooks know no zones
DAY = dt.datetime(2026, 3, 5)  # noqa: DTZ001


@pytest.fixture
def viewer(qtbot: QtBot) -> Iterator[ViewerClient]:
    client = ViewerClient()
    yield client
    client.close()


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens workbooks, and closes them after the test."""
    books: list[ViewedBook] = []

    def build(path: Path, password: str = "") -> ViewedBook:
        books.append(open_book(path, password))
        return books[-1]

    yield build
    for book in books:
        book.close()


def result(qtbot: QtBot, operation: Operation, kind: type[Wanted]) -> Wanted:
    ends: list[object] = []
    operation.succeeded.connect(ends.append)
    operation.failed.connect(ends.append)
    qtbot.waitUntil(lambda: bool(ends), timeout=30_000)
    assert isinstance(ends[0], kind), ends[0]
    return ends[0]


def test_a_workbook_through_the_viewer(viewer: ViewerClient, qtbot: QtBot, tmp_path: Path) -> None:
    path = str(workbooks.ledger(tmp_path / "台账.xlsx"))
    listed = result(qtbot, viewer.request(lambda id_: ListSheets(id_, path)), SheetsListed)
    assert [(sheet.name, sheet.hidden) for sheet in listed.sheets] == [
        (workbooks.LEDGER, False), (workbooks.NOTES, False), ("旧版", True),
    ]  # fmt: skip
    size = result(qtbot, viewer.request(lambda id_: OpenSheet(id_, path)), SheetOpened)
    assert (size.rows, size.columns, size.header) == (63, 40, 3), "a colour in row 200 is no row"
    assert list(size.names[:8]) == workbooks.HEADER
    assert sorted(size.merged) == [(0, 0, 1, 8), (7, 6, 2, 1)]
    read = result(qtbot, viewer.request(lambda id_: ReadRows(id_, path, first=3, count=2)), RowsRead)
    first, second = read.rows
    assert first.cells[:7] == ("HT-001", "蓝海物流有限公司", "2026年2月2日", "12,345.50", "13%", "¥1.50", "履行中")
    assert first.kinds[:7] == "ttdnnnt"
    assert (second.cells[7], second.kinds[7]) == ("#DIV/0!", "e")
    found = result(qtbot, viewer.request(lambda id_: FindInSheet(id_, path, text="ht-00２")), CellsFound)
    assert found.cells == ((4, 0),), "whatever its case and width"


def test_a_name_over_merged_cells_is_that_of_all_their_columns(viewer: ViewerClient, qtbot: QtBot, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Supplier", "Quality", None, "Grade"], ["A", 1, 2, "B"]):
        book.active.append(row)
    book.active.merge_cells("B1:C1")
    book.save(tmp_path / "m.xlsx")
    path = str(tmp_path / "m.xlsx")
    size = result(qtbot, viewer.request(lambda id_: OpenSheet(id_, path)), SheetOpened)
    assert size.names == ("Supplier", "Quality", "Quality", "Grade")


@pytest.mark.slow
def test_the_last_rows_of_a_long_sheet_come_as_quickly_as_the_first(tmp_path: Path, opened: Open) -> None:
    book = opened(workbooks.long_one(tmp_path / "long.xlsx", 200_000))
    sheet = book.sheet(0)
    assert (sheet.size.rows, sheet.size.columns) == (200_000, 2)
    times = []
    for first in (0, 199_900):
        start = time.perf_counter()
        rows = sheet.rows(first, 100)
        times.append(time.perf_counter() - start)
        assert rows[0].cells == (str(first + 1), f"客户 {first + 1}")
    assert times[1] < 20 * times[0]


def test_rows_that_the_file_leaves_out_are_empty(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "sparse.xlsx"
    book = openpyxl.Workbook()
    book.active["C3"], book.active["B9"] = "x", 7
    book.save(path)
    sheet = opened(path).sheet(0)
    assert (sheet.size.rows, sheet.size.columns) == (9, 3)
    assert [row.cells for row in sheet.rows(0, 20)] == [(), (), ("", "", "x"), (), (), (), (), (), ("", "7")]
    assert [row.cells for row in sheet.rows(4, 3)] == [(), (), ()]
    assert sheet.rows(9, 5) == []


def test_rows_and_cells_without_their_names(tmp_path: Path, opened: Open) -> None:
    """Some programs leave the "r" of rows and cells out, and write another prefix."""
    given, path = workbooks.long_one(tmp_path / "a.xlsx", 3), tmp_path / "b.xlsx"
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(f'<x:row><x:c><x:v>{n}</x:v></x:c><x:c t="str"><x:v>w{n}</x:v></x:c></x:row>' for n in range(5))
    with zipfile.ZipFile(given) as old, zipfile.ZipFile(path, "w") as new:
        for name in old.namelist():
            xml = f'<x:worksheet xmlns:x="{space}"><x:sheetData>{rows}</x:sheetData></x:worksheet>'
            new.writestr(name, xml if name.endswith("sheet1.xml") else old.read(name))
    sheet = opened(path).sheet(0)
    assert (sheet.size.rows, sheet.size.columns) == (5, 2)
    assert [row.cells for row in sheet.rows(2, 2)] == [("2", "w2"), ("3", "w3")]


@pytest.mark.parametrize("name", ["表.ods", "很旧.xls", "二进制.xlsb", "供应商.xlsx"])
def test_each_format_shows_the_cells_that_the_index_has(name: str, tmp_path: Path, opened: Open) -> None:
    """A citation names a sheet and cells; there stands in the grid what is quoted."""
    make = making_more.MORE.get(name, making.xlsx_file)
    path = make(tmp_path / name)
    book = opened(path)
    sheets = {sheet.name: number for number, sheet in enumerate(book.names)}
    checked = 0
    for segment in registry.read(path, making.quiet).segments:
        cells, sheet = segment.locator.cells, segment.locator.sheet
        if cells is None or sheet is None:
            continue
        number = int(re.findall(r"\d+", cells)[0])
        row = book.sheet(sheets[sheet]).rows(number - 1, 1)[0].cells
        values = [cell.value for cell in parse_row(segment.text)] or segment.text.split("; ")
        filled = [cell for cell in row if cell]
        assert len(filled) == len(values)
        assert filled == values
        checked += 1
    assert checked > 1


@pytest.mark.parametrize("name", ["表.ods", "很旧.xls", "二进制.xlsb", "供应商.xlsx"])
def test_a_file_that_is_shown_is_not_held_open(name: str, tmp_path: Path, opened: Open) -> None:
    path = making_more.MORE.get(name, making.xlsx_file)(tmp_path / name)
    opened(path).sheet(0)
    assert str(path) not in [file.path for file in psutil.Process().open_files()]


def test_a_protected_workbook_opens_with_its_password(tmp_path: Path, opened: Open) -> None:
    path = tmp_path / "locked.xlsx"
    with workbooks.ledger(tmp_path / "plain.xlsx").open("rb") as plain, path.open("wb") as locked:
        OOXMLFile(plain).encrypt("geheim", locked)
    for password in ("", "falsch"):
        with pytest.raises(UnreadableDocument, match="password"):
            opened(path, password)
    assert opened(path, "geheim").sheet(0).rows(3, 1)[0].cells[0] == "HT-001"


def test_records_keep_their_lines(tmp_path: Path, opened: Open) -> None:
    sheet = opened(workbooks.records(tmp_path / "工资.csv")).sheet(0)
    assert [row.cells for row in sheet.rows(0, 9)] == [
        ("工号", "姓名", "工资", "备注"), ("0012", "王芳", "12400.50", "两行\n备注"), (), ("0013", "李雷", "9800"),
    ]  # fmt: skip
    assert sheet.rows(1, 1)[0].kinds == "ttnt", "a code with a zero before it is no number"
    assert [sheet.row_of_line(line) for line in (1, 2, 3, 5)] == [1, 2, 2, 4]
    assert sheet.header == 1


def test_the_header_is_the_one_of_the_index() -> None:
    rows = [["Title"], [], ["Name", "Sum"], ["a", "1"]]
    number = table.header_row((at, cells, None) for at, cells in enumerate(rows, start=1))
    laid = list(table.lay_out((at, cells, None) for at, cells in enumerate(rows, start=1)))
    assert number == 3
    assert laid == [(1, "Title", "text"), (4, "Name: a; Sum: 1", "row")]
    assert table.header_row([(1, ["1", "2"], False), (2, ["a", "b"], True)]) == 0


def test_what_is_no_workbook_is_refused(tmp_path: Path, opened: Open) -> None:
    page = tmp_path / "page.xls"
    page.write_text("<html><body><p>Not a workbook at all.</p></body></html>")
    with pytest.raises(UnreadableDocument):
        opened(page)


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (12400, "#,##0.00", "12,400.00"),
        (450, '"¥"#,##0', "¥450"),
        (450, "[$¥-804]#,##0.00", "¥450.00"),
        (-450, '"¥"#,##0', "-¥450"),
        (-3.5, "#,##0.00_);[Red](#,##0.00)", "(3.50)"),
        (0, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ', "-"),
        (0.035, "0.0%", "3.5%"),
        (7, "000", "007"),
        (20, '0"天"', "20天"),
        (3, "0.##", "3"),
        (5, "0.00E+00", "5.00E+00"),
        (12_345_678, '#,##0,"k"', "12,346k"),
        (3.14159, "General", "3.14159"),
        (True, "General", "TRUE"),
        (MOMENT, 'yyyy"年"m"月"d"日"', "2026年3月5日"),
        (MOMENT, "yyyy/m/d h:mm", "2026/3/5 14:07"),
        (MOMENT, "h:mm AM/PM", "2:07 PM"),
        (DAY, "[$-804]aaaa", "星期四"),
        (DAY, "d-mmm-yy", "5-Mar-26"),
        (DAY, "mm-dd-yy", "2026-03-05"),
        (dt.time(9, 5), "h:mm", "9:05"),
        ("a\nb", "@", "a\nb"),
    ],
)
def test_cells_read_as_in_their_own_program(value: object, number_format: str, shown: str) -> None:
    assert displayed(value, number_format)[0] == shown
