# SPDX-License-Identifier: Apache-2.0
"""Wordings of questions that were once read as another question.

Each was found on a set of 60 questions over tables made after the rules: 39 were right and 6 wrong as certain. Every kind stands here with a table
of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.contract.form import Computed
from desktop_app.library.catalogue import Catalogue
from desktop_app.tables.choosing import TableChooser
from desktop_app.tables.periods import periods
from tests.tables.stored_tables import catalogue_of, chooser_of

DAY = dt.date
LOANS = [
    ("借书号", "读者", "图书", "书架", "借出日期", "借期（天）", "押金（元）", "经手人"),
    ("JS-01", "林晚", "地图", "A-01", DAY(2026, 3, 2), 30, 20, "何川"),
    ("JS-02", "苏禾", "词典", "B-02", DAY(2026, 3, 9), 14, 90, "何川"),
    ("JS-03", "林晚", "词典", "B-05", DAY(2026, 4, 1), 60, 40, "陶然"),
    ("JS-04", "苏禾", "地图", "C-01", DAY(2026, 4, 8), 7, 55, "陶然"),
    ("JS-05", "林晚", "画册", "C-09", DAY(2026, 4, 9), 21, 60, "何川"),
]
TRIPS = [
    ("Trip no.", "Driver", "Trip date", "Zone", "Vehicle", "Fuel cost (GBP)"),
    ("T-1", "Ada", DAY(2026, 1, 5), "Inner", "Truck", 40.0),
    ("T-2", "Ben", DAY(2026, 1, 9), "Outer", "Lorry", 95.5),
    ("T-3", "Ada", DAY(2026, 2, 3), "Outer", "Truck", 70.0),
    ("T-4", "Cyd", DAY(2026, 2, 7), "Inner", "Lorry", 30.5),
]
STORES = [
    ("门店", "计划", "完成", "会员人数", "月租金（元）", "状态"),
    ("东门", 100, 120, 30, 5000, "营业"),
    ("西门", 200, 150, 20, 7000, "营业"),
    ("南门", 300, 310, 50, 9000, "停业"),
]


@pytest.fixture(scope="module")
def chooser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TableChooser]:
    folder = tmp_path_factory.mktemp("wordings")
    files = list[Path]()
    for name, rows in (("图书借出.xlsx", LOANS), ("trips 2026.xlsx", TRIPS), ("门店一览.xlsx", STORES)):
        book = Workbook()
        for row in rows:
            book.active.append(row)  # type: ignore[union-attr]
        book.save(folder / name)
        files.append(folder / name)
    catalogue: Catalogue = catalogue_of(files, folder / "library")
    yield chooser_of(catalogue)
    catalogue.close()


def computed(chooser: TableChooser, question: str) -> Computed:
    chosen = chooser.answer(question)
    assert chosen is not None, question
    return chosen.computed


def value(chooser: TableChooser, question: str) -> object:
    found = computed(chooser, question)
    return found.value if found.value is not None else list(found.listed) or dict(found.groups)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025年三个等级共有多少", "2025-01-01", "2025-12-31"),
        ("2025年十二家门店", "2025-01-01", "2025-12-31"),
        ("2025年三月", "2025-03-01", "2025-03-31"),
        ("2025年第三季度", "2025-07-01", "2025-09-30"),
        ("2025年十二月份", "2025-12-01", "2025-12-31"),
    ],
)
def test_a_year_may_stand_before_a_count(text: str, first: str, last: str) -> None:
    assert [period.iso() for period in periods(text)] == [(first, last)]


def test_a_letter_after_zone_is_no_little_word(chooser: TableChooser) -> None:
    assert value(chooser, "What is the fuel cost for each zone in 2026, in pounds?") == {"Inner": 70.5, "Outer": 165.5}
    assert value(chooser, "How many trips went to the Outer zone in 2026?") == 2


def test_what_is_left_out_may_be_said_in_several_words(chooser: TableChooser) -> None:
    assert value(chooser, "How many stores (门店) are there, leaving out the closed ones (停业)?") == 2


def test_a_plan_that_was_not_met_is_a_comparison(chooser: TableChooser) -> None:
    assert value(chooser, "哪些门店没有完成计划？") == ["西门"]


def test_what_did_all_of_them_cost_is_a_sum(chooser: TableChooser) -> None:
    assert value(chooser, "What did all Truck trips of 2026 cost in fuel, in pounds?") == 110.0


def test_the_highest_of_a_thing_is_one_row(chooser: TableChooser) -> None:
    assert value(chooser, "Which driver made the most expensive trip in 2026?") == "Ben"
    assert value(chooser, "谁借了最贵的图书？押金最高的是哪一笔？写借书号。") == "JS-02"


def test_which_stands_before_the_column_that_is_asked_for(chooser: TableChooser) -> None:
    assert value(chooser, "JS-04借出的图书在哪个书架？") == "C-01"


def test_rows_are_counted_where_the_key_is_named_without_its_end(chooser: TableChooser) -> None:
    assert value(chooser, "2026年4月借书有多少个？") == 3


def test_the_longest_is_of_time(chooser: TableChooser) -> None:
    assert value(chooser, "哪个借书号的借期最长？") == "JS-03"


def test_the_month_of_a_monthly_rent_is_no_group(chooser: TableChooser) -> None:
    assert value(chooser, "营业的门店每月租金一共多少元？") == 12000


def test_people_are_not_counted_where_rows_are_none(chooser: TableChooser) -> None:
    assert value(chooser, "三个门店的会员一共有多少人？") == 100
    chosen = chooser.answer("三个门店一共有多少人？")
    assert chosen is None or chosen.computed.value == 100 or not chosen.sure


def test_the_lowest_fee_is_the_figure_itself(chooser: TableChooser) -> None:
    assert value(chooser, "What was the lowest fuel cost in 2026, in pounds?") == 30.5
    assert value(chooser, "What is the largest loan deposit (押金), in yuan?") == 90


def test_a_monthly_rent_is_asked_for_in_english_too(chooser: TableChooser) -> None:
    assert value(chooser, "How much monthly rent do the open stores (营业) cost in all?") == 12000


def test_after_a_day_is_without_the_day(chooser: TableChooser) -> None:
    assert value(chooser, "2026年4月1日之后借出的有哪些？列出借书号。") == ["JS-04", "JS-05"]
    assert value(chooser, "2026年4月1日起借出的有哪些？列出借书号。") == ["JS-03", "JS-04", "JS-05"]
