# SPDX-License-Identifier: Apache-2.0
"""Which table a question means, what follows it, and what is told beside the figure."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.contract.form import Computed
from desktop_app.library.catalogue import Catalogue
from desktop_app.tables.choosing import TableChooser
from tests.tables.stored_tables import catalogue_of, chooser_of

Rows = Sequence[Sequence[object]]
Book = Callable[..., Path]

HEAD = ("Employee", "Date", "Category", "Amount (GBP)")
Q1 = [HEAD, ("Tom", "2026-01-05", "Hotel", 100), ("Ann", "2026-02-20", "Meals", 20), ("Tom", "2026-03-01", "Train", 30)]
Q2 = [HEAD, ("Tom", "2026-04-05", "Hotel", 200), ("Ann", "2026-05-20", "Hotel", 50), ("Eve", "2026-06-01", "Train", 70)]


@pytest.fixture
def book(tmp_path: Path) -> Book:
    def make(name: str, sheets: dict[str, Rows], *, age: int = 0, hidden: Sequence[str] = ()) -> Path:
        made = Workbook()
        made.remove(made.active)  # type: ignore[arg-type]
        for title, rows in sheets.items():
            sheet = made.create_sheet(title)
            for row in rows:
                sheet.append(row)
            sheet.sheet_state = "hidden" if title in hidden else "visible"
        made.save(tmp_path / name)
        os.utime(tmp_path / name, (1_775_000_000 - age, 1_775_000_000 - age))
        return tmp_path / name

    return make


@pytest.fixture
def chooser(tmp_path: Path, request: pytest.FixtureRequest) -> Callable[..., TableChooser]:
    def make(*files: Path) -> TableChooser:
        catalogue: Catalogue = catalogue_of(files, tmp_path / "library")
        request.addfinalizer(catalogue.close)
        return chooser_of(catalogue)

    return make


def computed(chooser: TableChooser, question: str) -> Computed:
    chosen = chooser.answer(question)
    assert chosen is not None, question
    return chosen.computed


def test_sheets_of_the_same_columns_count_together_unless_told_apart(book: Book, chooser: Callable[..., TableChooser]) -> None:
    asked = chooser(book("claims 2026.xlsx", {"Q1": Q1, "Q2": Q2}))
    assert computed(asked, "How much did Tom claim in total?").value == 330
    assert computed(asked, "What do the claims of the second quarter of 2026 add up to?").value == 320
    assert computed(asked, "What do all claims on the Q1 sheet add up to?").value == 150


def test_a_hidden_sheet_does_not_count(book: Book, chooser: Callable[..., TableChooser]) -> None:
    asked = chooser(book("claims 2026.xlsx", {"Claims": Q1, "Draft": Q2}, hidden=["Draft"]))
    assert computed(asked, "How much did Tom claim in total?").value == 130


def test_the_newest_version_of_a_file_counts_and_the_other_is_told(book: Book, chooser: Callable[..., TableChooser]) -> None:
    older = [HEAD, *Q1[1:3], ("Tom", "2026-03-01", "Train", 99)]
    asked = chooser(book("claims draft.xlsx", {"Claims": older}, age=86_400), book("claims final.xlsx", {"Claims": Q1}))
    chosen = asked.answer("What do all claims add up to?")
    assert chosen is not None
    assert (chosen.computed.value, chosen.sure) == (150, True)
    assert [one.value for one in chosen.older] == [219]
    assert computed(asked, "What do all claims in the draft add up to?").value == 219


def test_currencies_are_not_mixed(book: Book, chooser: Callable[..., TableChooser]) -> None:
    rows = [
        ("PO no.", "Supplier", "Amount", "Currency"),
        ("PO-1", "Alder", 100, "EUR"),
        ("PO-2", "Birch", 200, "USD"),
        ("PO-3", "Alder", 300, "EUR"),
    ]
    asked = chooser(book("purchase orders.xlsx", {"Orders": rows}))
    assert computed(asked, "What do all purchase orders add up to?").groups == (("EUR", 400), ("USD", 200))
    assert computed(asked, "What do the purchase orders in euros add up to?").value == 400
    assert computed(asked, "采购订单一共多少美元？").value == 200


def test_a_name_that_no_table_knows_is_left_to_the_search(book: Book, chooser: Callable[..., TableChooser]) -> None:
    asked = chooser(book("claims 2026.xlsx", {"Q1": Q1}))
    assert asked.answer("How much did Zacharias claim in total?") is None
    assert asked.answer("How much was claimed under C-77 in total?") is None
    assert asked.answer("What do the claims of 2019 add up to?") is None
    assert asked.answer("Who wrote the travel policy?") is None


def test_what_is_computed_says_so_when_another_table_may_be_meant(book: Book, chooser: Callable[..., TableChooser]) -> None:
    files = [
        book(f"{name}.xlsx", {name: [("Item", "Quantity"), ("Pen", 3), ("Ink", number)]})
        for name, number in (("North", 4), ("South", 9))
    ]
    chosen = chooser(*files).answer("What is the total quantity of all items?")
    assert chosen is not None
    assert not chosen.sure
    assert {chosen.computed.value, *(rival.value for rival in chosen.rivals)} == {7, 12}


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("And for trains?", 70),
        ("and in the first quarter?", 100),
        ("only Ann", 50),
        ("average instead", 125),
    ],
)
def test_a_follow_up_changes_the_form(book: Book, chooser: Callable[..., TableChooser], question: str, value: float) -> None:
    asked = chooser(book("claims 2026.xlsx", {"Q1": Q1, "Q2": Q2}))
    before = computed(asked, "How much was claimed for hotels in the second quarter of 2026?")
    assert before.value == 250
    chosen = asked.follow(question, before.form)
    assert chosen is not None
    assert chosen.computed.value == value


def test_a_follow_up_may_ask_for_groups(book: Book, chooser: Callable[..., TableChooser]) -> None:
    asked = chooser(book("claims 2026.xlsx", {"Q1": Q1, "Q2": Q2}))
    before = computed(asked, "How much was claimed for hotels in the second quarter of 2026?")
    chosen = asked.follow("by employee", before.form)
    assert chosen is not None
    assert chosen.computed.groups == (("Tom", 200), ("Ann", 50))
    assert asked.follow("Why?", before.form) is None


@pytest.mark.parametrize("question", ["不合格数一共是多少？", "检验批次的不合格数总共多少？"])
def test_words_of_a_sum_are_no_condition(book: Book, chooser: Callable[..., TableChooser], question: str) -> None:
    rows = [("批次", "检验员", "不合格数"), ("L-1", "王", 1), ("L-2", "李", 4), ("L-3", "王", 7)]
    assert computed(chooser(book("检验批次.xlsx", {"检验": rows})), question).value == 12


def test_prices_of_one_piece_are_not_added(book: Book, chooser: Callable[..., TableChooser]) -> None:
    rows = [("物料", "仓库", "单价（元）"), ("螺丝", "一号仓", 0.1), ("螺母", "一号仓", 0.3), ("垫片", "二号仓", 0.4)]
    asked = chooser(book("物料单价.xlsx", {"物料": rows}))
    assert asked.answer("一号仓物料的单价是多少元？") is None
    assert computed(asked, "垫片的单价是多少元？").value == 0.4


def test_odd_tables_do_no_harm(book: Book, chooser: Callable[..., TableChooser]) -> None:
    wide = [tuple(f"Column {number}" for number in range(300)), tuple(range(300))]
    form = [("Name:", "Tom"), ("Date:", "2026-01-01"), ("Reason:", "holiday"), ("Days:", 3)]
    asked = chooser(book("wide.xlsx", {"Wide": wide, "Form": form, "Empty": [], "One": [("=1+1",)]}))
    for question in (
        "How many rows are there?",
        "What is the sum of Column 299?",
        "一共几天？",
        "'; DROP TABLE tables; --",
        "?" * 500,
        "多少" * 300,
    ):
        asked.answer(question)
    assert computed(asked, "What is the sum of column 40?").value == 40
