# SPDX-License-Identifier: Apache-2.0
"""Forms computed over stored tables: every measure, with the rows and cells that prove it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition, Form, Side
from desktop_app.contract.ledger import EVERYWHERE
from desktop_app.library.catalogue import Catalogue
from desktop_app.tables.computing.calculation import Calculator, CannotCompute
from tests.tables.stored_tables import catalogue_of

CLAIMS = [
    ("No.", "Date", "Employee", "Category", "Amount (GBP)", "Nights"),
    ("C-1", "2026-01-05", "Tom", "Hotel", 100.10, 1),
    ("C-2", "2026-01-20", "Ann", "Meals", 20.20, None),
    ("C-3", "2026-02-03", "Tom", "Hotel", 300.30, 3),
    ("C-4", "2026-02-28", "Eve", "Train", "pending", 0),
    ("C-5", "2026-04-01", "Ann", "Hotel", 50, 1),
    ("Total", None, None, None, 470.60, 5),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("claims")
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in CLAIMS:
        sheet.append(row)
    sheet.row_dimensions[4].hidden = True
    book.save(folder / "claims.xlsx")
    made = catalogue_of([folder / "claims.xlsx"], folder / "library")
    yield made
    made.close()


@pytest.fixture
def calculator(catalogue: Catalogue) -> Calculator:
    return Calculator(catalogue.database.connection, catalogue.tables.all_in(EVERYWHERE))


def a_form(measure: str, column: str = "", **more: object) -> Form:
    return Form((1,), measure, column, **more)  # type: ignore[arg-type]


HOTEL = (Condition("Category", forms.EQUAL, ("Hotel",)),)


@pytest.mark.parametrize(
    ("form", "value"),
    [
        (a_form(forms.COUNT), 5),
        (a_form(forms.COUNT, conditions=HOTEL), 3),
        (a_form(forms.COUNT, "Employee"), 3),
        (a_form(forms.SUM, "Amount (GBP)"), 470.6),
        (a_form(forms.SUM, "Amount (GBP)", conditions=HOTEL), 450.4),
        (a_form(forms.AVERAGE, "Amount (GBP)"), 117.65),
        (a_form(forms.MAX, "Amount (GBP)"), 300.3),
        (a_form(forms.MIN, "Amount (GBP)", named="Employee"), "Ann"),
        (a_form(forms.MAX, "Date", named="No."), "C-5"),
        (a_form(forms.SUM, "Amount (GBP)", times="Nights"), 1051),
        (a_form(forms.SUM, "Amount (GBP)", plus=("Nights",)), 475.6),
        (a_form(forms.SHARE, conditions=HOTEL), 0.6),
        (a_form(forms.SHARE, "Amount (GBP)", conditions=HOTEL), round(450.4 / 470.6, 9)),
        (a_form(forms.SUM, "Amount (GBP)", group="Employee", pick=forms.MAX), "Tom"),
        (a_form(forms.VALUE, "Amount (GBP)", conditions=(Condition("No.", forms.EQUAL, ("C-3",)),)), 300.3),
        (a_form(forms.COUNT, conditions=(Condition("Amount (GBP)", forms.MORE, (50,)),)), 2),
        (a_form(forms.COUNT, conditions=(Condition("Amount (GBP)", forms.AT_LEAST, (50,)),)), 3),
        (a_form(forms.COUNT, conditions=(Condition("Amount (GBP)", forms.EQUAL, (20.2,)),)), 1),
        (a_form(forms.COUNT, conditions=(Condition("Nights", forms.NOTHING),)), 2),
        (a_form(forms.COUNT, conditions=(Condition("Category", forms.DIFFERS, ("Hotel",)),)), 2),
        (a_form(forms.COUNT, conditions=(Condition("Category", forms.ONE_OF, ("Meals", "Train")),)), 2),
        (a_form(forms.COUNT, conditions=(Condition("Category", forms.BEGINS, ("Ho",)),)), 3),
        (a_form(forms.COUNT, conditions=(Condition("Date", forms.BETWEEN, ("2026-02-01", "2026-02-28")),)), 2),
        (a_form(forms.COUNT, conditions=(Condition("Amount (GBP)", forms.MORE, other="Nights"),)), 3),
    ],
)
def test_a_form_gives_its_value(calculator: Calculator, form: Form, value: object) -> None:
    assert calculator.compute(form).value == value


def test_the_total_row_counts_in_nothing_and_the_hidden_one_in_all(calculator: Calculator) -> None:
    computed = calculator.compute(a_form(forms.SUM, "Amount (GBP)"))
    assert (computed.matched, computed.hidden, computed.empty, computed.unit) == (5, 1, 1, "GBP")
    assert [row.number for row in computed.rows] == [2, 3, 4, 5, 6]
    assert [row.hidden for row in computed.rows] == ["", "", "row", "", ""]
    assert computed.columns == ("No.", "Amount (GBP)")
    assert computed.cells[0].ranges == ("E2:E6",)


def test_groups_come_in_the_order_of_the_table(calculator: Calculator) -> None:
    assert calculator.compute(a_form(forms.COUNT, group="Category")).groups == (("Hotel", 3), ("Meals", 1), ("Train", 1))
    by_month = calculator.compute(a_form(forms.SUM, "Amount (GBP)", group="Date", part="month"))
    assert by_month.groups == (("2026-01", 120.3), ("2026-02", 300.3), ("2026-04", 50))
    assert calculator.compute(a_form(forms.COUNT, group="Date", part="quarter")).groups == (("2026-Q1", 4), ("2026-Q2", 1))


def test_months_come_in_the_order_of_time(tmp_path: Path) -> None:
    lines = ["Date,Amount", "2026-02-11,5", "2025-12-30,7", "2026-01-02,1", "2026-02-01,2"]
    (tmp_path / "freight.csv").write_text("\n".join(lines), encoding="utf-8")
    made = catalogue_of([tmp_path / "freight.csv"], tmp_path / "library")
    newest_first = Calculator(made.database.connection, made.tables.all_in(EVERYWHERE))
    by_month = newest_first.compute(a_form(forms.SUM, "Amount", group="Date", part="month"))
    made.close()
    assert by_month.groups == (("2025-12", 7), ("2026-01", 1), ("2026-02", 7))


def test_the_first_of_many(calculator: Calculator) -> None:
    first = calculator.compute(a_form(forms.MAX, "Amount (GBP)", named="No.", limit=2))
    assert first.listed == ("C-3", "C-1")
    assert first.cells[0].ranges == ("A2", "A4", "E2", "E4")
    groups = calculator.compute(a_form(forms.SUM, "Amount (GBP)", group="Employee", pick=forms.MIN, limit=1))
    assert groups.value == "Ann"


def test_a_list_names_each_thing_once(calculator: Calculator) -> None:
    assert calculator.compute(a_form(forms.LIST, "Employee", conditions=HOTEL)).listed == ("Tom", "Ann")


def test_a_difference_is_the_second_side_less_the_first(calculator: Calculator) -> None:
    sides = tuple(Side(1, (Condition("Employee", forms.EQUAL, (name,)),)) for name in ("Ann", "Tom"))
    assert calculator.compute(a_form(forms.DIFFERENCE, "Amount (GBP)", sides=sides)).value == 330.2


def test_what_cannot_be_computed_is_refused(calculator: Calculator) -> None:
    with pytest.raises(CannotCompute):
        calculator.compute(a_form(forms.SUM, "Price"))
    nobody = tuple(Side(1, (Condition("Employee", forms.EQUAL, (name,)),)) for name in ("Ann", "Zoe"))
    with pytest.raises(CannotCompute):
        calculator.compute(a_form(forms.DIFFERENCE, "Amount (GBP)", sides=nobody))


def test_nothing_in_a_cell_is_run_as_sql(calculator: Calculator) -> None:
    injected = "Hotel'; DROP TABLE tables; --"
    assert calculator.compute(a_form(forms.COUNT, conditions=(Condition("Category", forms.EQUAL, (injected,)),))).value == 0
    with pytest.raises(CannotCompute):
        calculator.compute(a_form(forms.COUNT, conditions=(Condition("c0 = 1 OR 1", forms.EQUAL, ("x",)),)))
    assert calculator.compute(a_form(forms.COUNT)).value == 5
