# SPDX-License-Identifier: Apache-2.0
"""Forms that somebody changed: hidden rows and sheets, rows in pages, choices, and what does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import Workbook

from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition, Form, Side
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.catalogue import Catalogue
from desktop_app.tables.computing import form_rows
from desktop_app.tables.computing.calculation import FIRST_PAGE
from desktop_app.tables.computing.form_tables import FormTables
from tests.tables.stored_tables import catalogue_of

HEAD = ("No.", "Type", "Paid (EUR)", "Day")
CLAIMS = [(f"C-{n}", "Motor" if n % 2 else "Storm", n * 10, f"2026-0{1 + n % 3}-05") for n in range(1, 1_301)]
MOTOR = (Condition("Type", forms.EQUAL, ("Motor",)),)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    folder = tmp_path_factory.mktemp("claims")
    book = Workbook()
    seen = book.active
    assert seen is not None
    seen.title = "Claims"
    for row in (HEAD, *CLAIMS[:1_000]):
        seen.append(row)
    seen.row_dimensions[2].hidden = True  # C-1: motor, 10
    seen.row_dimensions[3].hidden = True  # C-2: storm, 20
    archive = book.create_sheet("Archive")
    for row in (HEAD, *CLAIMS[1_000:]):
        archive.append(row)
    archive.sheet_state = "hidden"
    other = book.create_sheet("People")
    for person in (("Name", "Age"), ("Ann", 31), ("Tom", 44)):
        other.append(person)
    other.sheet_state = "hidden"
    book.save(folder / "claims.xlsx")
    made = catalogue_of([folder / "claims.xlsx"], folder / "library")
    yield made
    made.close()


@pytest.fixture(scope="module")
def table(catalogue: Catalogue) -> int:
    return next(one.id for one in catalogue.tables.all() if one.head.locator.sheet == "Claims")


def paid(rows: range, *, hidden: int = 0) -> int:
    return sum(10 * n for n in rows if n % 2) - hidden


@pytest.mark.parametrize(
    ("hidden", "value", "counted", "unseen", "left_out"),
    [
        ("", paid(range(1, 1_001)), 500, 1, 150),
        (forms.HIDDEN_TOO, paid(range(1, 1_301)), 650, 151, 0),
        (forms.SHOWN_ONLY, paid(range(1, 1_001), hidden=10), 499, 0, 151),
    ],
)
def test_hidden_rows_and_sheets_count_as_the_form_says(
    catalogue: Catalogue, table: int, hidden: str, value: int, counted: int, unseen: int, left_out: int
) -> None:
    form = Form((table,), forms.SUM, "Paid (EUR)", conditions=MOTOR, hidden=hidden)
    computed = FormTables(catalogue.tables, form).compute()
    assert (computed.value, computed.matched, computed.hidden, computed.left_out) == (value, counted, unseen, left_out)


def test_switching_back_leaves_the_hidden_sheet_again(catalogue: Catalogue, table: int) -> None:
    form = Form((table,), forms.COUNT, hidden=forms.HIDDEN_TOO)
    whole = FormTables(catalogue.tables, form).compute().form
    assert len(whole.tables) == 2
    back = replace(whole, hidden="")
    assert FormTables(catalogue.tables, back).compute().value == 1_000


def test_a_share_leaves_hidden_rows_out_of_the_whole_too(catalogue: Catalogue, table: int) -> None:
    form = Form((table,), forms.SHARE, conditions=MOTOR, hidden=forms.SHOWN_ONLY)
    assert FormTables(catalogue.tables, form).compute().value == round(499 / 998, 9)


@pytest.mark.parametrize(
    "change",
    [
        {"measure": forms.SUM, "column": "Type"},
        {"measure": forms.SUM, "column": ""},
        {"measure": forms.SUM, "column": "No such column"},
        {"measure": forms.MAX, "column": "Paid (EUR)", "group": "Type"},
        {"measure": "guess", "column": "Paid (EUR)"},
        {"conditions": (Condition("Type", "like", ("%",)),)},
        {"conditions": (Condition("Type", forms.BETWEEN, ("a",)),)},
        {"conditions": (Condition("Nothing", forms.EQUAL, ("a",)),)},
    ],
)
def test_what_does_not_fit_is_refused_and_not_computed_as_something_else(
    catalogue: Catalogue, table: int, change: dict[str, object]
) -> None:
    form = replace(Form((table,), forms.COUNT), **change)  # type: ignore[arg-type]
    with pytest.raises(UsageProblem) as raised:
        FormTables(catalogue.tables, form).compute()
    assert raised.value.code == "form_unfit"


def test_a_table_that_is_gone_is_said(catalogue: Catalogue) -> None:
    for form in (Form((9_999,), forms.COUNT), Form((), forms.COUNT)):
        with pytest.raises(UsageProblem) as raised:
            FormTables(catalogue.tables, form)
        assert raised.value.code == "tables_gone"


def pages(catalogue: Catalogue, form: Form) -> list[form_rows.RowPage]:
    found = [form_rows.page(catalogue.tables, form, FIRST_PAGE)]
    while found[-1].after is not None:
        found.append(form_rows.page(catalogue.tables, form, found[-1].after))
    return found


def test_pages_hold_every_row_once(catalogue: Catalogue, table: int) -> None:
    form = Form((table,), forms.SUM, "Paid (EUR)", hidden=forms.HIDDEN_TOO)
    form = FormTables(catalogue.tables, form).compute().form
    found = pages(catalogue, form)
    assert [len(page.rows) for page in found] == [500, 500, 300]
    assert [page.total for page in found] == [1_300, 0, 0]
    assert [row.values[0] for page in found for row in page.rows] == [claim[0] for claim in CLAIMS]
    first = found[0].rows[0]
    assert (first.shown[:3], first.locator.sheet, first.locator.cells, first.hidden) == (
        ("C-1", "Motor", "10"),
        "Claims",
        "A2:D2",
        "row",
    )
    assert [column.name for column in found[0].columns] == list(HEAD)


def test_pages_hold_only_rows_that_count(catalogue: Catalogue, table: int) -> None:
    few = (Condition("No.", forms.ONE_OF, ("C-5", "C-7", "C-8")),)
    found = pages(catalogue, Form((table,), forms.SUM, "Paid (EUR)", conditions=(*MOTOR, *few)))
    assert [row.values[0] for page in found for row in page.rows] == ["C-5", "C-7"]
    assert found[0].total == 2


def test_rows_of_a_largest_value_are_those_that_have_it(catalogue: Catalogue, table: int) -> None:
    found = pages(catalogue, Form((table,), forms.MAX, "Paid (EUR)", named="No.", limit=3))
    assert sorted(row.values[0] for page in found for row in page.rows) == ["C-1000", "C-998", "C-999"]  # type: ignore[type-var]
    assert (len(found), found[0].total) == (1, 3)


def test_rows_of_a_difference_are_those_of_both_sides(catalogue: Catalogue, table: int) -> None:
    sides = tuple(Side(table, (Condition("No.", forms.EQUAL, (name,)),)) for name in ("C-4", "C-9"))
    found = pages(catalogue, Form((table,), forms.DIFFERENCE, "Paid (EUR)", sides=sides))
    assert [row.values[0] for row in found[0].rows] == ["C-4", "C-9"]


def test_choices_are_columns_and_the_texts_of_one(catalogue: Catalogue, table: int) -> None:
    form = Form((table,), forms.COUNT)
    columns, values, more = form_rows.choices(catalogue.tables, form, "Type")
    assert [column.name for column in columns] == list(HEAD)
    assert (values, more) == (["Motor", "Storm"], False)
    _, values, more = form_rows.choices(catalogue.tables, form, "No.")
    assert (len(values), more) == (form_rows.MOST_VALUES, True)
    assert form_rows.choices(catalogue.tables, form, "")[1:] == ([], False)


def test_tables_are_known_again_by_their_place(tmp_path: Path) -> None:
    """The ids of tables are given again: a form must not be computed over another table that has got the id of its own."""
    for name, ages in (("a", (31, 44)), ("b", (50, 60))):
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in (("Name", "Age"), ("Ann", ages[0]), ("Tom", ages[1])):
            sheet.append(row)
        book.save(tmp_path / f"{name}.xlsx")
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    made = catalogue_of([first], tmp_path / "one")
    form = FormTables(made.tables, Form((1,), forms.SUM, "Age")).compute().form
    assert form.places == ((str(first), "Sheet"),)
    made.close()
    made = catalogue_of([second, first], tmp_path / "both")
    again = FormTables(made.tables, form).compute()
    assert (again.value, again.form.tables, again.rows[0].path) == (75, (2,), str(first))
    made.close()
    made = catalogue_of([second], tmp_path / "other")
    with pytest.raises(UsageProblem):
        FormTables(made.tables, form)
    made.close()
