# SPDX-License-Identifier: Apache-2.0
"""Sheets that are forms read "label: value"; tables of the same shape keep their columns' names.

Two of the forms are not known: those with two labels in a row that end without a colon look like a table of four columns, and a table that is
read as a form would lose the names of its columns.
"""

from __future__ import annotations

import pytest

from tests.documents.test_table import laid

Rows = list[list[str]]

# Each with lines that must be read as they stand here.
FORMS: dict[str, tuple[Rows, list[str]]] = {
    "leave request": (
        [["Leave request"], ["Name", "Anna Keller"], ["Department", "Sales"], ["From", "2026-07-01"], ["To", "2026-07-14"], ["Days", "10"], ["Approved by", "M. Huber"]],
        ["Name: Anna Keller", "From: 2026-07-01", "Days: 10", "Approved by: M. Huber"],
    ),
    "请假申请": (
        [["请假申请表"], ["姓名", "王芳", "", "部门", "财务部"], ["请假类别", "年假", "", "天数", "5"], ["开始日期", "2026-07-01", "", "结束日期", "2026-07-05"]],
        ["姓名: 王芳; 部门: 财务部", "请假类别: 年假; 天数: 5", "开始日期: 2026-07-01; 结束日期: 2026-07-05"],
    ),
    "请假单": (
        [["请假单"], ["姓名：", "李明"], ["部门：", "研发部"], ["事由：", "探亲"], ["天数：", "3"]],
        ["姓名: 李明", "部门: 研发部", "事由: 探亲", "天数: 3"],
    ),
    "expense claim": (
        [["Expense claim"], ["Employee:", "Li Wei", "Cost centre:", "4711"], ["Purpose:", "Trade fair", "Total:", "840.50"]],
        ["Employee: Li Wei; Cost centre: 4711", "Purpose: Trade fair; Total: 840.50"],
    ),
    "项目立项": (
        [["项目名称", "仓库改造"], ["项目编号", "XM-2026-08"], ["负责人", "张三"], ["预算", "120,000"], ["开工日期", "2026-03-01"], ["竣工日期", "2026-09-30"]],
        ["项目名称: 仓库改造", "负责人: 张三", "预算: 120,000", "竣工日期: 2026-09-30"],
    ),
    "machine card": (
        [["Machine", "Milling cutter"], ["Serial no.", "MC-88123"], ["Year", "2019"], ["Power", "7.5 kW"], ["Last service", "2026-02-11"], ["Location", "Hall 3"]],
        ["Machine: Milling cutter", "Serial no.: MC-88123", "Year: 2019", "Location: Hall 3"],
    ),
    "设备卡": (
        [["设备名称：", "空压机", "型号：", "KY-20"], ["购置日期：", "2021-05-06", "原值：", "36,000"], ["存放地点：", "二号车间", "保管人：", "赵六"]],
        ["设备名称: 空压机; 型号: KY-20", "购置日期: 2021-05-06; 原值: 36,000"],
    ),
    "new supplier": (
        [["Supplier", "Weber Bau AG"], ["Contact", "Olga Brandt"], ["VAT no.", "CHE-114.212.881"], ["Payment term", "30 days"], ["Discount", "2%"], ["Since", "2017"]],
        ["Supplier: Weber Bau AG", "Payment term: 30 days", "Discount: 2%"],
    ),
    "合同信息": (
        [["合同编号", "HT-2026-0317"], ["甲方", "上海砚石有限公司"], ["乙方", "北京墨香公司"], ["合同金额", "360,000.00"], ["签订日期", "2026-03-17"], ["有效期", "两年"]],
        ["合同编号: HT-2026-0317", "乙方: 北京墨香公司", "合同金额: 360,000.00"],
    ),
    "visitor": (
        [["Visitor pass"], [], ["Name:", "Carlo Rossi"], ["Company:", "ACME"], ["Host:", "Anna Keller"], ["Valid until:", "18:00"]],
        ["Name: Carlo Rossi", "Host: Anna Keller", "Valid until: 18:00"],
    ),
    "labels above": (
        [["Name:", "Date:", "Amount:"], ["Li", "2026-07-01", "500"]],
        ["Name: Li; Date: 2026-07-01; Amount: 500"],
    ),
    "入职登记": (
        [["入职登记表"], ["姓名", "陈静", "性别", "女"], ["出生日期", "1994-02-03", "学历", "本科"], ["联系电话", "13800138000", "籍贯", "浙江"], ["入职日期", "2026-04-01", "部门", "市场部"]],
        ["姓名: 陈静; 性别: 女", "联系电话: 13800138000; 籍贯: 浙江", "入职日期: 2026-04-01; 部门: 市场部"],
    ),
}  # fmt: skip
TABLES: dict[str, tuple[Rows, list[str]]] = {
    "price list": (
        [["Price list 2026"], ["Item", "Price"], ["Ink", "12.00"], ["Brush", "7.50"], ["Paper", "30.00"], ["Stone", "88.00"]],
        ["Item: Ink; Price: 12.00", "Item: Stone; Price: 88.00"],
    ),
    "价格表": ([["品名", "单价"], ["砚台", "350"], ["毛笔", "12"], ["宣纸", "30"], ["墨锭", "88"]], ["品名: 砚台; 单价: 350", "品名: 墨锭; 单价: 88"]),
    "phone list": (
        [["Name", "Phone"], ["Anna Keller", "044 111 22 33"], ["Li Wei", "044 111 22 34"], ["M. Huber", "044 111 22 35"], ["O. Brandt", "044 111 22 36"]],
        ["Name: Anna Keller; Phone: 044 111 22 33", "Name: O. Brandt; Phone: 044 111 22 36"],
    ),
    "inspection": (
        [["Inspection report"], ["Check", "Result"], ["Brakes", "ok"], ["Lights", "ok"], ["Tyres", "worn"], ["Horn", "ok"], ["Belts", "ok"]],
        ["Check: Brakes; Result: ok", "Check: Tyres; Result: worn"],
    ),
    "检查记录": (
        [["检查项目", "标准", "结果"], ["灭火器", "压力正常", "合格"], ["应急灯", "亮", "不合格"], ["通道", "畅通", "合格"]],
        ["检查项目: 灭火器; 标准: 压力正常; 结果: 合格", "检查项目: 应急灯; 标准: 亮; 结果: 不合格"],
    ),
    "deadlines": (
        [["Task", "Due"], ["Audit", "2026-05-01"], ["Budget", "2026-06-15"], ["Report", "2026-07-31"], ["Closing", "2026-12-31"]],
        ["Task: Audit; Due: 2026-05-01", "Task: Closing; Due: 2026-12-31"],
    ),
    "值班表": (
        [["日期", "值班人"], ["2026-07-01", "王芳"], ["2026-07-02", "李明"], ["2026-07-03", "赵六"], ["2026-07-04", "张三"]],
        ["日期: 2026-07-01; 值班人: 王芳", "日期: 2026-07-04; 值班人: 张三"],
    ),
    "form above a table": (
        [["Invoice no.:", "4711"], ["Date:", "2026-07-01"], [], ["Item", "Qty", "Price"], ["Ink", "2", "9.00"], ["Pen", "1", "3.00"]],
        ["Invoice no.: 4711", "Item: Ink; Qty: 2; Price: 9.00"],
    ),
    "送货单": (
        [["送货单"], ["单号：", "SH-88"], ["客户：", "砚石公司"], ["品名", "数量", "备注"], ["宣纸", "20", "生宣"], ["毛笔", "5", ""]],
        ["单号: SH-88", "品名: 宣纸; 数量: 20; 备注: 生宣"],
    ),
    "years": (
        [["Region", "2024", "2025"], ["North", "100", "120"], ["South", "80", "95"], ["West", "60", "61"]],
        ["Region: North; 2024: 100; 2025: 120", "Region: West; 2024: 60; 2025: 61"],
    ),
    "库存": (
        [["编号", "名称", "库存"], ["A-01", "砚台", "12"], ["A-02", "笔洗", "7"], ["A-03", "镇纸", "0"]],
        ["编号: A-01; 名称: 砚台; 库存: 12", "编号: A-03; 名称: 镇纸; 库存: 0"],
    ),
    "glossary": (
        [["Term", "Meaning"], ["Escrow", "money held by a third party"], ["Lien", "a right to keep"], ["Waiver", "giving up a right"], ["Novation", "a new contract in place of an old one"]],
        ["Term: Escrow; Meaning: money held by a third party", "Term: Waiver; Meaning: giving up a right"],
    ),
}  # fmt: skip


def wrong(sheets: dict[str, tuple[Rows, list[str]]]) -> list[str]:
    """The sheets of which a line is read otherwise."""
    found = []
    for name, (rows, expected) in sheets.items():
        lines = laid(rows)
        if any(line not in lines for line in expected):
            print(f"{name}: {lines}")
            found.append(name)
    return found


@pytest.mark.parametrize(("sheets", "allowed"), [(FORMS, 2), (TABLES, 0)], ids=["forms", "tables"])
def test_forms_and_tables_are_told_apart(sheets: dict[str, tuple[Rows, list[str]]], allowed: int) -> None:
    found = wrong(sheets)
    print(f"{len(sheets) - len(found)} of {len(sheets)} sheets are read right")
    assert len(found) <= allowed, found
