# SPDX-License-Identifier: Apache-2.0
"""Workbooks as people see them."""

from __future__ import annotations

from pathlib import Path

import openpyxl

from desktop_app.documents.process import registry
from documents.making import quiet, xlsx_file


def test_rows_titles_and_cells(tmp_path: Path) -> None:
    document = registry.read(xlsx_file(tmp_path / "清单.xlsx"), quiet)
    assert document.pages == 2
    title, first, second = document.segments
    assert (title.text, title.kind, title.locator.cells) == ("二〇二四年采购清单", "text", "B2")
    assert first.text.startswith("品名: 砚台; 数量: 3; 单价: 3.50; 折扣: 15%; 日期: 2024-03-01 0:00:00; 备注: 甲方")
    assert (first.locator.sheet, first.locator.cells) == ("采购 清单", "B4:G4")
    assert "数量: 1200; 单价: 12.00; 折扣: 20%; 日期: 2024-03-02 14:30:00" in second.text


def test_forms_and_numbers_are_no_header(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名：", "张三"])
    book.active.append(["电话：", "138"])
    book.create_sheet("数").append([2023, 2024])
    path = tmp_path / "表单.xlsx"
    book.save(path)
    assert [segment.text for segment in registry.read(path, quiet).segments] == ["姓名: 张三", "电话: 138", "2023; 2024"]


def test_a_header_alone_is_kept(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["品名", "单价"])
    path = tmp_path / "空表.xlsx"
    book.save(path)
    assert [segment.text for segment in registry.read(path, quiet).segments] == ["品名; 单价"]


def test_the_name_of_a_sheet_is_the_heading_of_its_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.title = "Training  2026"
    for name in (None, "工作表 2", "Total"):
        sheet = book.create_sheet(name) if name else book.active
        sheet.append(["Month", "Spent"])
        sheet.append(["Total", 9150])
    path = tmp_path / "Budget.xlsx"
    book.save(path)
    assert [segment.locator.headings for segment in registry.read(path, quiet).segments] == [("Training 2026",), (), ("Total",)]
