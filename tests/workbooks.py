# SPDX-License-Identifier: Apache-2.0
"""Workbooks made by code: merged cells, two sheets, 40 columns, formats, errors; long ones; the same cells in other formats."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from pathlib import Path

import openpyxl
from openpyxl.styles import Font, PatternFill

LEDGER, NOTES = "采购台账", "说明"
HEADER = ["编号", "供应商名称", "签约日期", "金额（元）", "税率", "单价", "状态", "备注"]
MONTHS = [f"{year} 年 {month} 月" for year in (2024, 2025, 2026) for month in range(1, 13)][:32]
NAMES = ["恒泰包装", "蓝海物流", "远洋货代", "星辰电子", "华东钢材", "青禾食品", "长风印刷", "云帆软件"]
LONG = "按季度结算，逾期每日加收万分之五；发票须在送货后七个工作日内寄达财务部，逾期顺延至下一结算周期。"


def ledger(path: Path, rows: int = 60) -> Path:
    """A title over merged cells, a header in row 3, ``rows`` rows of 40 columns, another sheet and a hidden one."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = LEDGER
    sheet["A1"] = "2026 年度采购合同台账"
    sheet.merge_cells("A1:H1")
    for column, name in enumerate([*HEADER, *MONTHS], start=1):
        sheet.cell(3, column, name).font = Font(bold=True)
    for row in range(4, rows + 4):
        number = row - 3
        values = [f"HT-{number:03}", f"{NAMES[number % 8]}有限公司", dt.date(2026, 1 + number % 12, 1 + number % 28)]
        values += [
            number * 12_345.5,
            0.13,
            number * 1.5,
            "履行中" if number % 3 else "已结清",
            LONG if number % 7 == 0 else None,
        ]
        for column, value in enumerate([*values, *(number * month for month in range(1, len(MONTHS) + 1))], start=1):
            sheet.cell(row, column, value)
        sheet.cell(row, 3).number_format = 'yyyy"年"m"月"d"日"'
        sheet.cell(row, 4).number_format = "#,##0.00"
        sheet.cell(row, 5).number_format = "0%"
        sheet.cell(row, 6).number_format = '"¥"#,##0.00'
    sheet["H5"] = "#DIV/0!"
    sheet["H5"].data_type = "e"
    sheet.merge_cells("G8:G9")
    sheet["AN200"].fill = PatternFill("solid", "FFFF00")  # a colour alone fills nothing
    notes = book.create_sheet(NOTES)
    notes.append(["状态", "含义"])
    notes.append(["履行中", "合同仍在有效期内"])
    book.create_sheet("旧版").sheet_state = "hidden"
    book.save(path)
    return path


def long_one(path: Path, rows: int) -> Path:
    """A sheet of ``rows`` rows, written fast: openpyxl takes 30 seconds for 200,000."""
    cells = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" t="inlineStr"><is><t>客户 {row}</t></is></c></row>'
        for row in range(1, rows + 1)
    )
    xml = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'
    small = path.with_name("small.xlsx")
    book = openpyxl.Workbook()
    book.active.title = "明细"
    book.save(small)
    with zipfile.ZipFile(small) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            made.writestr(name, xml if name.endswith("sheet1.xml") else given.read(name))
    return path


def records(path: Path) -> Path:
    """A CSV file with a record of two lines and an empty line."""
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows([["工号", "姓名", "工资", "备注"], ["0012", "王芳", "12400.50", "两行\n备注"]])
        file.write("\n")
        writer.writerow(["0013", "李雷", "9800", ""])
    return path
