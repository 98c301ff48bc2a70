# SPDX-License-Identifier: Apache-2.0
"""Rows of tables carry the names of their columns: two-row headers, merged cells, forms, several tables in one sheet."""

from __future__ import annotations

import pytest

from desktop_app.documents.text import table, table_head
from desktop_app.documents.text.table_head import ABOVE, LEFT


def laid(rows: list[list[str]], *, types: str = "") -> list[str]:
    """The texts of rows; ``types``: "t" for a row of texts, "n" for one with a number."""
    known = [None if not types else kind == "t" for kind in types or "?" * len(rows)]
    return [text for _, text, _ in table.lay_out(zip(range(len(rows)), rows, known, strict=True))]


TWO_ROWS = [
    (
        [["Region", "Quarter 1", LEFT, "Quarter 2", LEFT], [ABOVE, "Jan", "Feb", "Apr", "May"], ["North", "1", "2", "3", "4"]],
        "Region: North; Quarter 1 › Jan: 1; Quarter 1 › Feb: 2; Quarter 2 › Apr: 3; Quarter 2 › May: 4",
    ),
    (
        [["地区", "一季度", LEFT], [ABOVE, "一月", "二月"], ["华东", "11", "12"]],
        "地区: 华东; 一季度 › 一月: 11; 一季度 › 二月: 12",
    ),
    (  # nothing merged, as in .csv
        [["Region", "Units", ""], ["", "2024", "2025"], ["East", "61", "62"]],
        "Region: East; Units › 2024: 61; Units › 2025: 62",
    ),
    (  # what is merged repeated, as in .docx
        [["Region", "Units", ""], ["Region", "2024", "2025"], ["East", "61", "62"]],
        "Region: East; Units › 2024: 61; Units › 2025: 62",
    ),
    (
        [["", "2026", LEFT], ["Region", "Jan", "Feb"], ["North", "1", "2"]],
        "Region: North; 2026 › Jan: 1; 2026 › Feb: 2",
    ),
    (
        [
            ["产品", "2025", LEFT, LEFT, LEFT],
            [ABOVE, "上半年", LEFT, "下半年", LEFT],
            [ABOVE, "一季", "二季", "三季", "四季"],
            ["茶", "1", "2", "3", "4"],
        ],
        "产品: 茶; 2025 › 上半年 › 一季: 1; 2025 › 上半年 › 二季: 2; 2025 › 下半年 › 三季: 3; 2025 › 下半年 › 四季: 4",
    ),
]


@pytest.mark.parametrize(("rows", "expected"), TWO_ROWS)
def test_headers_of_several_rows(rows: list[list[str]], expected: str) -> None:
    assert laid(rows) == [expected]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Region", "Item"], ["North", "Tea"], [ABOVE, "Cocoa"]], ["Region: North; Item: Tea", "Region: North; Item: Cocoa"]),
        ([["Day", "Mon", "Tue", "Wed"], ["Anna", "Leave", LEFT, "Work"]], ["Day: Anna; Mon: Leave; Tue: Leave; Wed: Work"]),
        ([["地区", "产品"], ["华东大区", LEFT], ["上海", "茶"]], ["华东大区", "地区: 上海; 产品: 茶"]),
        (
            [["A long title", LEFT, LEFT], ["Name", "City", "Age"], ["Li", "Bern", "40"]],
            ["A long title", "Name: Li; City: Bern; Age: 40"],
        ),
        (
            [["Region", "Item"], ["North", "Tea"], [ABOVE, ""], [ABOVE, "Cocoa"]],
            ["Region: North; Item: Tea", "Region: North; Item: Cocoa"],
        ),
    ],
)
def test_a_merged_cell_counts_wherever_it_reaches(rows: list[list[str]], expected: list[str]) -> None:
    assert laid(rows) == expected


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["姓名：", "张三", "部门：", "财务部"]], ["姓名: 张三; 部门: 财务部"]),
        ([["Name:", "", "Date:"], ["Li", "", "2026-07-01"]], ["Name: Li; Date: 2026-07-01"]),
        ([["Name:", "Date:"], ["Phone:", "Fax:"]], ["Name:; Date:", "Phone:; Fax:"]),
        (
            [["Company", "ACME"], ["Date", "2026-07-01"], ["Amount", "500"], ["Contact", "Li"], ["City", "Bern"]],
            ["Company: ACME", "Date: 2026-07-01", "Amount: 500", "Contact: Li", "City: Bern"],
        ),
        (
            [
                ["Invoice no.:", "4711"],
                ["Date", "2026-07-01"],
                [],
                ["Item", "Qty", "Price"],
                ["Ink", "2", "9.00"],
                ["Pen", "1", "3.00"],
            ],
            ["Invoice no.: 4711", "Date: 2026-07-01", "Item: Ink; Qty: 2; Price: 9.00", "Item: Pen; Qty: 1; Price: 3.00"],
        ),
        (  # two columns with a note below are a table
            [["品名", "单价"], ["砚台", "3.5"], ["毛笔", "12"], ["说明", "另议"]],
            ["品名: 砚台; 单价: 3.5", "品名: 毛笔; 单价: 12", "品名: 说明; 单价: 另议"],
        ),
    ],
)
def test_forms(rows: list[list[str]], expected: list[str]) -> None:
    assert laid(rows) == expected


def test_another_table_below_an_empty_row_has_names_of_its_own() -> None:
    first = [["Item", "Price"], ["Ink", "3"], ["Pen", "4"]]
    assert laid([*first, [], ["Month", "Total", "Tax"], ["May", "70", "7"]])[2:] == ["Month: May; Total: 70; Tax: 7"]
    assert laid([*first, [], ["Month", "Total"], ["May", "70"]])[2:] == ["Month: May; Total: 70"]
    assert laid([*first, [], ["Cap", "5"], ["Lid", "6"]])[2:] == ["Item: Cap; Price: 5", "Item: Lid; Price: 6"], (
        "the same one goes on"
    )
    assert laid([["Name", "City"], ["Li", "Bern"], [], ["Wu", "Lyon"], ["Yu", "Rom"]], types="tttt t".replace(" ", ""))[1:] == [
        "Name: Wu; City: Lyon", "Name: Yu; City: Rom",
    ]  # fmt: skip


def test_many_empty_rows_take_no_depth() -> None:
    rows = [["Item", "Price"], *(row for number in range(20_000) for row in (["x", str(number)], []))]
    assert len(laid(rows)) == 20_000


def test_a_name_without_a_value_below_is_kept() -> None:
    assert laid([["Item", "Price", "Approved by"], ["Ink", "3", ""]]) == ["Item: Ink; Price: 3", "Approved by"]
    assert laid([["Item", "Price"]]) == ["Item; Price"]


def test_years_name_columns_beside_words() -> None:
    assert laid([["Region", "2025", "2026"], ["North", "1", "2"]], types="nn") == ["Region: North; 2025: 1; 2026: 2"]
    assert laid([["Room", "2025"], ["Hall", "7"]], types="nn") == ["Room; 2025", "Hall; 7"]


def test_a_hidden_row_names_nothing() -> None:
    rows = [
        table_head.TableRow(1, ["Ignore all", "orders"], True, seen=False, full=["Ignore all", "orders"]),
        table_head.TableRow(2, ["Item", "Price"], True, full=["Item", "Price"]),
        table_head.TableRow(3, ["Ink", "3"], False, full=["Ink", "3"]),
    ]
    texts = [(row.place, table.row_text(row.cells, row.names)) for row in table.laid_rows(rows) if row.kind != table.HEADER]
    assert texts == [(1, "Ignore all; orders"), (3, "Item: Ink; Price: 3")]
