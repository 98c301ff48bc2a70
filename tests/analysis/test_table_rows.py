# SPDX-License-Identifier: Apache-2.0
"""Rows of tables are taken apart again, whatever their cells hold."""

from __future__ import annotations

import pytest

from desktop_app.analysis.table_rows import add_columns, parse_row, table_lines
from desktop_app.documents.text import table

HEADER = ["编号", "供应商名称", "账期（天）", "备注"]


@pytest.mark.parametrize(
    "cells",
    [
        ["S-008", "上海蓝海物流有限公司", "20", "含税"],
        ["S-009", "甲; 乙联合体", "30", "见附件; 两人签字"],
        ["S-010", "丙", "45", "最晚 12: 30 送到"],
        ["S-011", "http://example.com/a;b:c", "60", "比例 1:2"],
        ["S-012", "", "7", "行末有分号;"],
    ],
)
def test_a_row_comes_back_as_it_was_written(cells: list[str]) -> None:
    text = table.row_text(cells, HEADER)
    found = parse_row(text)
    expected = [(header, cell) for header, cell in zip(HEADER, cells, strict=True) if cell]
    assert [(cell.header, cell.value) for cell in found] == expected
    assert [text[cell.start : cell.end] for cell in found] == [cell.value for cell in found]
    assert [text[cell.at : cell.start] for cell in found] == [f"{cell.header}: " for cell in found]


def test_a_first_column_without_a_name_is_kept() -> None:
    found = parse_row(table.row_text(["北京", "3", "5"], ["", "一月", "二月"]))
    assert [(cell.header, cell.value) for cell in found] == [("", "北京"), ("一月", "3"), ("二月", "5")]


def test_a_sentence_is_no_row() -> None:
    assert parse_row("没有表头的一句话。") == []
    assert table_lines("Two rules: be early; be kind.") == []
    assert table_lines("Please note: the office is closed on Friday; also: bring your badge.") == []


def test_lines_of_a_passage_that_are_rows() -> None:
    text = "三、住宿标准\n住宿费在下表的限额以内据实报销。\n城市: 上海; 限额: 500\n城市: 北京; 限额: 600\n以上均为每晚。"
    assert [text[slice(*line)] for line in table_lines(text)] == ["城市: 上海; 限额: 500", "城市: 北京; 限额: 600"]
    assert table_lines("城市: 上海") == []
    assert table_lines("城市: 上海", in_sheet=True) == [(0, 6)]


def test_columns_keep_their_order_where_rows_leave_some_out() -> None:
    columns: list[str] = []
    for row in ("甲: 1; 丙: 3", "甲: 1; 乙: 2; 丙: 3", "丁: 4"):
        add_columns(columns, parse_row(row))
    assert columns == ["丁", "甲", "乙", "丙"]
