# SPDX-License-Identifier: Apache-2.0
"""Kinds of questions whose wrong figure was once given as certain.

Two figures in one question, pieces that were counted as rows, sums where one thing was meant, a price instead of what has it, plans and dates of
one row, follow-ups with names that nobody knows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.answering.texts.form_texts import form_sentence
from desktop_app.tables.choosing import Chosen, TableChooser
from tests.tables.stored_tables import catalogue_of, chooser_of

D = dt.date
TABLES: dict[str, Sequence[tuple[object, ...]]] = {
    "泵阀销售": (
        ("单号", "客户", "地区", "产品", "数量", "金额（万元）", "毛利率", "状态"),
        ("XS-1", "东海机电", "华东", "水泵A", 10, 12.5, 0.25, "已发货"),
        ("XS-2", "东海机电", "华东", "水泵B", 4, 8, 0.31, "未发货"),
        ("XS-3", "北方化工", "华北", "阀门", 100, 30, 0.18, "已发货"),
        ("XS-4", "北方化工", "华北", "水泵A", 20, 25, 0.27, "已发货"),
    ),
    "设备台账": (
        ("设备名称", "规格", "功率（kW）", "数量（台）", "车间"),
        ("空压机", "A1", 75, 2, "一车间"),
        ("空压机", "A2", 55, 1, "二车间"),
        ("冷却塔", "B1", 90, 1, "一车间"),
        ("水泵", "C1", 22, 4, "三车间"),
    ),
    "物料价格": (
        ("物料编码", "物料名称", "单价（元）"),
        ("M-01", "铜排", 88.5),
        ("M-02", "断路器", 340),
        ("M-03", "端子", 0.8),
    ),
    "部门预算": (("部门", "预算（万元）", "实际（万元）"), ("行政部", 50, 48), ("研发部", 300, 320), ("市场部", 120, 90)),
    "费用明细": (("部门", "月份", "费用（元）"), ("行政部", "1月", 100), ("研发部", "1月", 200), ("研发部", "2月", 300)),
    "staff": (
        ("Name", "Department", "Age", "Salary (EUR)"),
        ("Ann", "Sales", 30, 3000),
        ("Bob", "Sales", 40, 4000),
        ("Cy", "IT", 50, 5000),
    ),
    "workshops": (("Workshop", "Plan", "Actual"), ("North", 100, 90), ("South", 80, 85), ("East", 60, 50)),
    "bills": (
        ("Bill", "Vendor", "Due date", "Received on", "Net (EUR)"),
        ("B1", "X", D(2026, 1, 1), D(2026, 1, 20), 100),
        ("B2", "Y", D(2026, 1, 5), D(2026, 1, 6), 200),
        ("B3", "X", D(2026, 2, 1), D(2026, 2, 15), 50),
        ("B4", "Y", D(2026, 2, 9), D(2026, 2, 2), 70),
    ),
    "货运": (
        ("运单", "托运方", "经办人", "运费（元）", "约定日", "到达日"),
        ("Y-1", "甲厂", "L. Bude", 120, D(2026, 1, 1), D(2026, 1, 20)),
        ("Y-2", "乙厂", "L. Bude", 80, D(2026, 1, 5), D(2026, 1, 6)),
        ("Y-3", "甲厂", "M. Kern", 300, D(2026, 2, 1), D(2026, 2, 5)),
    ),
    "2026-03 energy": (("Meter", "Building", "Use (kWh)"), ("E-1", "North", 5), ("E-2", "South", 7), ("E-3", "North", 9)),
    "2026-04 energy": (("Meter", "Building", "Use (kWh)"), ("E-1", "North", 15), ("E-2", "South", 17), ("E-3", "North", 19)),
    "门店2026年3月": (
        ("门店", "商品", "数量", "销售额（元）"),
        ("东门", "茶", 5, 50),
        ("东门", "咖啡", 7, 140),
        ("西门", "茶", 9, 90),
    ),
    "多列": (("编号", "第一组1", "第一组10"), ("a-1", 1, 10), ("a-2", 2, 20)),
    "成绩": (("姓名", "数学", "语文"), ("甲一", 90, 88), ("乙二", "缺考", 70), ("丙三", 60, "n/a"), ("丁四", 75, 79)),
    "投资": (("项目", "投资额（万元）"), ("桥梁", 120), ("道路", "1.2万"), ("隧道", 80)),
    "claims": (
        ("Claim no", "Employee", "Department", "Category", "Amount (EUR)", "Date", "Status"),
        ("C-1", "Ann Lee", "Sales", "Travel", 120.5, D(2026, 3, 2), "Approved"),
        ("C-2", "Ann Lee", "Sales", "Hotel", 300, D(2026, 3, 5), "Not approved"),
        ("C-3", "Bob Ray", "IT", "Travel", 80, D(2026, 3, 9), "Approved"),
        ("C-4", "Dee Fox", "Sales", "Travel", 210, D(2026, 4, 12), "Approved"),
    ),
}


@pytest.fixture(scope="module")
def chooser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TableChooser]:
    folder, files = tmp_path_factory.mktemp("mistakes"), list[Path]()
    for name, rows in TABLES.items():
        book = Workbook()
        for row in rows:
            book.active.append(row)
        book.save(folder / f"{name}.xlsx")
        files.append(folder / f"{name}.xlsx")
    catalogue = catalogue_of(files, folder / "library")
    yield chooser_of(catalogue)
    catalogue.close()


def _given(chosen: Chosen | None) -> object:
    assert chosen is not None
    assert chosen.sure
    given = (chosen.computed, *chosen.beside)
    values = [one.value if one.value is not None else dict(one.groups) or list(one.listed) for one in given]
    return values[0] if len(values) == 1 else tuple(values)


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("What is the total salary and the average age?", (12000, 40)),
        ("total salary and average age in Sales", (7000, 35)),
        ("What are the highest and lowest salary in Sales?", (4000, 3000)),
        ("物料最高和最低的单价分别是多少", (340, 0.8)),
        ("单价最高、最低和平均分别是多少？", (340, 0.8, 143.1)),
        ("总金额和平均毛利率是多少？", (75.5, 0.2525)),
        ("数学和语文的平均分分别是多少？", (75, 79)),
        ("东海机电的销售单有几个，总金额多少？", (2, 20.5)),
        (
            "各部门的预算和实际分别是多少？",
            ({"行政部": 50, "研发部": 300, "市场部": 120}, {"行政部": 48, "研发部": 320, "市场部": 90}),
        ),
    ],
)
def test_two_figures_are_both_given(chooser: TableChooser, question: str, values: tuple[object, ...]) -> None:
    assert _given(chooser.answer(question)) == pytest.approx(values) if not isinstance(values[0], dict) else values


@pytest.mark.parametrize(
    "question",
    [
        "How many claims are there and what is the average amount?",
        "研发部有几个人，平均年龄多大？",
        "各部门的奖金分别是多少？",
        "What is the average bonus in Sales?",
        "2026年3月北京的门店数量合计是多少？",
        "2026年3月卖到宁波的商品有几个？",
        "2026年3月员工餐补合计多少？",
        "2026年3月茶卖了多少件？",
        "第一组100合计是多少？",
    ],
)
def test_what_is_not_simple_or_not_known_is_left_to_the_search(chooser: TableChooser, question: str) -> None:
    assert chooser.answer(question) is None


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("水泵A卖了多少台？", 30),
        ("水泵A一共卖了多少台", 30),
        ("阀门卖出多少件？", 100),
        ("华东卖了多少个水泵A？", 10),
        ("How many units of 水泵A were sold?", 30),
        ("How many pieces of 阀门 were sold?", 100),
        ("How many 阀门 were sold?", 100),
        ("华东的销售单有多少个？", 2),
        ("空压机一共有几台？", 3),
    ],
)
def test_pieces_are_summed_and_rows_are_counted(chooser: TableChooser, question: str, value: object) -> None:
    assert _given(chooser.answer(question)) == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("功率最大的设备是哪个？", "冷却塔"),
        ("哪个设备功率最大？", "冷却塔"),
        ("功率合计最大的设备是哪个？", "空压机"),
        ("单价最高的物料", "断路器"),
        ("单价最高的物料是什么？", "断路器"),
        ("单价最高的物料多少钱？", "断路器"),
        ("最低的单价是多少？", 0.8),
        ("material with the lowest unit price", "端子"),
        ("What is the material with the highest unit price?", "断路器"),
    ],
)
def test_the_highest_is_a_thing_of_one_row(chooser: TableChooser, question: str, value: object) -> None:
    assert _given(chooser.answer(question)) == value


def test_a_thing_is_given_with_its_figure(chooser: TableChooser) -> None:
    chosen = chooser.answer("单价最高的物料多少钱？")
    assert chosen is not None
    assert chosen.computed.groups == (("断路器", 340),)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("各部门的预算分别是多少？", {"行政部": 50, "研发部": 300, "市场部": 120}),
        ("What was the use of building North in April 2026?", 34),
        ("What was the use of building North in March 2026?", 14),
        ("第一组10合计是多少？", 30),
        ("2026年3月咖啡的销售额合计是多少？", 140),
        ("各部门的费用分别是多少？", {"行政部": 100, "研发部": 500}),
        ("How many claims are not approved?", 1),
        ("How many claims are approved?", 3),
        ("未发货的有几单？", 1),
        ("金额超过20万的销售单有几个？", 2),
        ("金额超过20的销售单有几个？", 2),
        ("金额超过200000元的销售单有几个？", 2),
        ("投资额合计是多少？", 201.2),
        ("数学平均分是多少？", 75),
        ("语文最高分是多少？", 88),
        ("L. Bude处理的货运总运费是多少？", 200),
        ("L. Bude经办的货运一共多少运费？", 200),
    ],
)
def test_the_right_column_in_its_unit(chooser: TableChooser, question: str, value: object) -> None:
    assert _given(chooser.answer(question)) == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Which workshops missed their plan?", ["North", "East"]),
        ("Which workshops did not reach the plan?", ["North", "East"]),
        ("Which bills were received more than ten days after due?", ["B1", "B3"]),
        ("How many bills were received more than 10 days after the due date?", 2),
        ("How many bills were received before the due date?", 1),
        ("到达日比约定日晚10天以上的运单有几个？", 1),
        ("到达日晚于约定日的运单有几个？", 3),
        ("到达日比约定日晚超过3天的运单的运费合计是多少？", 420),
        ("How many bills were received after January 2026?", 2),
    ],
)
def test_two_cells_of_a_row_are_compared(chooser: TableChooser, question: str, value: object) -> None:
    assert _given(chooser.answer(question)) == value


def test_days_between_two_dates_are_told(chooser: TableChooser) -> None:
    tables = {view.table.id: view.table for view in chooser._views}
    zh, en = (
        chooser.answer(one)
        for one in ("到达日比约定日晚10天以上的运单有几个？", "Which bills were received more than ten days after due?")
    )
    assert zh is not None
    assert en is not None
    assert "从“约定日”到“到达日”的天数不小于10" in form_sentence(zh.computed, tables, "zh")
    assert "number of days from Due date to Received on is above 10" in form_sentence(en.computed, tables, "en")


@pytest.mark.parametrize(
    ("first", "then", "value"),
    [
        ("How many claims were made by Sales in March 2026?", "And in April?", 1),
        ("How many claims were made by Sales in March 2026?", "now the average amount", 210.25),
        ("How many claims were made by Sales in March 2026?", "by category", {"Travel": 1, "Hotel": 1}),
        ("What is the total amount of approved claims?", "now the average", 410.5 / 3),
        ("华东的总金额是多少？", "那华北呢？", 55),
        ("华东的总金额是多少？", "最高的呢？", 12.5),
        ("华东的总金额是多少？", "按产品呢？", {"水泵A": 12.5, "水泵B": 8}),
    ],
)
def test_a_follow_up_keeps_the_rest(chooser: TableChooser, first: str, then: str, value: object) -> None:
    chosen = chooser.answer(first)
    assert chosen is not None
    assert _given(chooser.follow(then, chosen.computed.form)) == pytest.approx(value)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("华东的总金额是多少？", "那北京呢？"),
        ("华东的总金额是多少？", "北京的水泵A呢？"),
        ("华东的总金额是多少？", "张伟的水泵A呢？"),
        ("华东的总金额是多少？", "上个月的水泵A呢？"),
        ("华东的总金额是多少？", "哪个客户最多？"),
        ("What is the total amount of approved claims?", "by region"),
        ("What is the total amount of approved claims?", "and of Ken Watanabe for travel?"),
    ],
)
def test_a_follow_up_that_is_not_understood_changes_nothing(chooser: TableChooser, first: str, then: str) -> None:
    chosen = chooser.answer(first)
    assert chosen is not None
    assert chooser.follow(then, chosen.computed.form) is None
