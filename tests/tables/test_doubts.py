# SPDX-License-Identifier: Apache-2.0
"""Questions whose figure was wrong and certain because a word of them was passed over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.answering.texts.form_texts import form_sentence
from desktop_app.contract.form import Computed
from desktop_app.tables.choosing import TableChooser
from tests.tables.stored_tables import catalogue_of, chooser_of

D = dt.date
ORDERS = (
    ("订单号", "客户", "地区", "产品", "数量", "金额（万元）", "毛利率", "下单日期", "状态"),
    ("SO-001", "东海机电", "华东", "水泵A", 10, 12.5, 0.25, D(2026, 1, 5), "已完成"),
    ("SO-002", "东海机电", "华东", "水泵B", 4, 8, 0.31, D(2026, 1, 20), "进行中"),
    ("SO-003", "北方化工", "华北", "阀门", 100, 30, 0.18, D(2026, 2, 14), "已取消"),
    ("SO-004", "北方化工", "华北", "水泵A", 20, 25, 0.27, D(2026, 3, 1), "已完成"),
    ("SO-005", "南海船务", "华南", "阀门", 50, 15, 0.2, D(2026, 3, 31), "未完成"),
    ("SO-006", "西部矿业", "西南", "水泵A", 1, 60, 0.4, D(2026, 5, 9), "已完成"),
    ("合计", None, None, None, 185, 150.5, None, None, None),
)
CLAIMS = (
    ("Claim no", "Employee", "Department", "Category", "Amount (EUR)", "Date", "Status"),
    ("C-1", "Ann Lee", "Sales", "Travel", 120.5, D(2026, 3, 2), "Approved"),
    ("C-2", "Ann Lee", "Sales", "Hotel", 300, D(2026, 3, 5), "Rejected"),
    ("C-3", "Bob Ray", "IT", "Travel", 80, D(2026, 3, 9), "Approved"),
    ("C-4", "Cy Young", "IT", "Meals", 45.2, D(2026, 4, 1), "Pending"),
    ("C-5", "Dee Fox", "Sales", "Travel", 210, D(2026, 4, 12), "Approved"),
)
BUDGET = (
    ("部门", "预算（万元）", "实际（万元）", "执行率"),
    ("行政部", 50, 48, 0.96),
    ("研发部", 300, 320, 1.0667),
    ("市场部", 120, 90, 0.75),
)


@pytest.fixture(scope="module")
def chooser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TableChooser]:
    folder = tmp_path_factory.mktemp("doubts")
    files = []
    for name, rows in (("销售订单.xlsx", ORDERS), ("expense claims.xlsx", CLAIMS), ("预算执行.xlsx", BUDGET)):
        book = Workbook()
        assert book.active is not None
        for row in rows:
            book.active.append(row)
        book.save(folder / name)
        files.append(folder / name)
    catalogue = catalogue_of(files, folder / "library")
    yield chooser_of(catalogue)
    catalogue.close()


@pytest.mark.parametrize(
    "question",
    [
        "没有完成的订单有多少个？",
        "上个月的订单有几个？",
        "最近30天的订单有几个？",
        "金额第二大的订单是哪个？",
        "订单金额中位数是多少？",
        "金额高于平均值的订单有几个？",
        "华东已完成的订单中水泵A占多少？",
        "执行率比市场部高多少？",
        "How many claims were made this year?",
        "Who made the second largest claim?",
        "Is the travel total larger than the hotel total?",
        "What share of Sales claims is travel?",
        "Which employees have no travel claims?",
        "总金额超过20万元的客户有几个？",
        "东北的订单有几个？",
        "张伟的订单有几个？",
        "毛利率合计是多少？",
        "What is the total amount of the orders in US dollars?",
        "How many travel claims and how many hotel claims are there?",
        "How many claims are neither small nor old?",
    ],
)
def test_a_word_that_changes_the_figure_is_not_passed_over(chooser: TableChooser, question: str) -> None:
    assert chooser.answer(question) is None


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("金额最多15万元的订单有几个？", 3),
        ("金额没有超过15万元的订单有几个？", 3),
        ("数量不是4的订单有几个？", 5),
        ("实际没有超过预算的部门有几个？", 2),
        ("How many claims do not exceed 80 EUR?", 2),
        ("How many claims aren't approved?", 2),
        ("How many claims haven't been approved?", 2),
    ],
)
def test_a_denied_comparison_is_its_opposite(chooser: TableChooser, question: str, value: float) -> None:
    assert _sure(chooser, question).value == value


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("金额在10到20万元之间的订单有几个？", 2),
        ("毛利率高于25%的订单有几个？", 3),
        ("执行率低于90%的部门有几个？", 1),
        ("除了研发部和市场部，预算合计是多少？", 50),
        ("订单金额超过20万元的客户有几个？", 2),
        ("最近的订单是哪个？", "SO-006"),
        ("地区有几个？", 4),
        ("2026年3月31日之后的订单有几个？", 1),
        ("2026年3月31日及以后的订单有几个？", 2),
        ("How many claims were made after March 2026?", 2),
        ("How many claims were made since 9 March 2026?", 3),
        ("How many claims were made by IT?", 2),
        ("How many more claims did Sales make than IT?", 1),
    ],
)
def test_a_figure_counts_what_is_said(chooser: TableChooser, question: str, value: object) -> None:
    assert _sure(chooser, question).value == value


def test_two_names_have_a_figure_each(chooser: TableChooser) -> None:
    assert _sure(chooser, "华东和华北的订单金额分别是多少？").groups == (("华东", 20.5), ("华北", 55))
    assert _sure(chooser, "研发部和市场部的预算是多少？").groups == (("研发部", 300), ("市场部", 120))


def _sure(chooser: TableChooser, question: str) -> Computed:
    chosen = chooser.answer(question)
    assert chosen is not None
    assert chosen.sure
    return chosen.computed


def test_a_long_text_is_no_question_of_figures(chooser: TableChooser) -> None:
    assert chooser.answer("订单有几个？" + "多少" * 2_000) is None
    form = _sure(chooser, "华东的订单有几个？").form
    assert chooser.follow("华北呢？" + "多少" * 2_000, form) is None


def test_open_times_and_counts_are_told_in_words(chooser: TableChooser) -> None:
    tables = {view.table.id: view.table for view in chooser._views}
    since = form_sentence(_sure(chooser, "2026年3月31日及以后的订单有几个？"), tables, "zh")
    assert "“下单日期”不早于2026-03-31" in since
    before = form_sentence(_sure(chooser, "How many claims were made before 9 March 2026?"), tables, "en")
    assert "Date is 2026-03-08 or earlier" in before
    more = form_sentence(_sure(chooser, "How many more claims did Sales make than IT?"), tables, "en")
    assert more.startswith("Difference of number of rows")


def test_a_name_that_begins_with_a_month_is_no_month(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in ORDERS:
        book.active.append(row)
    book.save(tmp_path / "订单 2026.xlsx")
    catalogue = catalogue_of([tmp_path / "订单 2026.xlsx"], tmp_path / "library")
    chooser = chooser_of(catalogue)
    assert chooser.answer("五月艾分布在哪些地区？") is None
    assert chooser.answer("草蓬是哪个地区对五月艾的称呼？") is None
    for question, listed in (
        ("五月的订单来自哪些地区？", ("西南",)),
        ("五月订单来自哪些地区？", ("西南",)),
        ("三月下单的客户有哪些？", ("北方化工", "南海船务")),
        ("三月已完成的订单是哪些客户的？", ("北方化工",)),
    ):
        assert _sure(chooser, question).listed == listed
    catalogue.close()
