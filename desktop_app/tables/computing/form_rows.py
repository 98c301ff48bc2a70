# SPDX-License-Identifier: Apache-2.0
"""Columns and values that a form may name, and its rows in pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from desktop_app.contract.form import Form, FormRow
from desktop_app.contract.typed_table import Column, StoredTable
from desktop_app.library.stores.table_store import TableStore
from desktop_app.tables.computing.calculation import FIRST_PAGE
from desktop_app.tables.computing.form_tables import FormTables

Cell = TypeVar("Cell")
MOST_VALUES = 200
"""Of a column, that are offered."""
_PAGE = 500  # rows
_MOST_CELLS = 20_000  # of a page


@dataclass(frozen=True, slots=True)
class RowPage:
    """As ``FormRowsResult``."""

    columns: list[Column]
    rows: list[FormRow]
    after: tuple[int, int] | None
    total: int


def choices(store: TableStore, form: Form, column: str) -> tuple[list[Column], list[str], bool]:
    """The named columns of the first table of a form, the different texts of ``column`` ("": none), and whether there are more. Raises
    ``UsageProblem``: tables_gone."""
    table = _first(FormTables(store, form))
    numbers = {one.name: number for number, one in reversed(list(enumerate(table.head.columns))) if one.name}
    columns = [table.head.columns[number] for number in sorted(numbers.values())]
    values = store.column_values(table.id, numbers[column], MOST_VALUES + 1) if column in numbers else []
    return columns, values[:MOST_VALUES], len(values) > MOST_VALUES


def page(store: TableStore, form: Form, after: tuple[int, int]) -> RowPage:
    """Whole rows that prove what ``form`` gives, from behind ``after``. Raises ``UsageProblem``: tables_gone, form_unfit."""
    tables = FormTables(store, form)
    columns = list(_first(tables).head.columns)
    width = len(columns)
    most = max(1, min(_PAGE, _MOST_CELLS // width))
    found = tables.proving(after, most)
    rows = list[FormRow]()
    for table, start, count in _runs(found):
        stored, places = store.rows(table.id, start, count), store.locators(table.id, range(start, start + count))
        rows += [
            FormRow(table.path, row.number, _wide(row.values, width, None), _wide(row.shown, width, ""), where, row.hidden)
            for row, where in zip(stored, places, strict=True)
        ]
    total = 0 if after != FIRST_PAGE else len(found) if len(found) < most else tables.count()
    return RowPage(columns, rows, (found[-1][0], found[-1][2]) if len(found) == most else None, total)


def _first(tables: FormTables) -> StoredTable:
    form = tables.form
    return tables.all[form.sides[0].table if form.sides else form.tables[0]]


def _runs(found: Sequence[tuple[int, StoredTable, int]]) -> Iterator[tuple[StoredTable, int, int]]:
    """Rows that stand below each other in a table, together: the table, the first of them, how many."""
    run: tuple[StoredTable, int, int] | None = None
    for _, table, row in found:
        if run is not None and table.id == run[0].id and row == run[1] + run[2]:
            run = table, run[1], run[2] + 1
            continue
        if run is not None:
            yield run
        run = table, row, 1
    if run is not None:
        yield run


def _wide(cells: tuple[Cell, ...], width: int, empty: Cell) -> tuple[Cell, ...]:
    """As wide as the first table: the two sides of a difference may be of different ones."""
    return (*cells[:width], *(empty for _ in range(width - len(cells))))
