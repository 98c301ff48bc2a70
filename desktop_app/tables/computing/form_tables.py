# SPDX-License-Identifier: Apache-2.0
"""The tables of a form as they are stored now, hidden sheets among them.

A form that somebody changed comes back from the window. Its tables may have gone with a file that was read again; and whether hidden sheets count is
a matter of which tables it has: those of the same columns in the same file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from desktop_app.contract.form import (
    AT_LEAST,
    AT_MOST,
    AVERAGE,
    BETWEEN,
    COUNT,
    DIFFERS,
    EQUAL,
    HIDDEN_TOO,
    HOLDS,
    LESS,
    LIST,
    MAX,
    MEASURES,
    MIN,
    MORE,
    NOTHING,
    ONE_OF,
    SHARE,
    SUM,
    TESTS,
    VALUE,
    Computed,
    Condition,
    Form,
)
from desktop_app.contract.typed_table import FIGURES, StoredTable
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.stores.table_store import TableStore
from desktop_app.tables.computing.calculation import Calculator, CannotCompute

Result = TypeVar("Result")
_NO_FORM = (ArithmeticError, LookupError, TypeError, ValueError, CannotCompute)
_OF_GROUPS = (COUNT, SUM, AVERAGE)
_OF_FIGURES = (SUM, AVERAGE)
_OF_ORDER = (EQUAL, DIFFERS, LESS, AT_MOST, MORE, AT_LEAST)
_OF_COLUMNS = (SUM, AVERAGE, MIN, MAX, VALUE, LIST)


class FormTables:
    """Of the tables of a form and of hidden sheets beside them. ``form``: the given one with the tables as they are stored now. Raises
    ``UsageProblem``: tables_gone."""

    def __init__(self, store: TableStore, form: Form) -> None:
        places = dict(zip(form.tables, form.places, strict=False))
        asked = dict.fromkeys((*form.tables, *(side.table for side in form.sides)))
        found = {table: _known(store, table, places.get(table)) for table in asked}
        own = {table: one for table, one in found.items() if one is not None}
        if not own or len(own) < len(found):
            raise UsageProblem("tables_gone")
        self._own = {table.id: table for table in own.values()}
        beside = (one for path in dict.fromkeys(table.path for table in own.values()) for one in store.of_file(path))
        self._hidden = [
            one for one in beside if one.head.locator.hidden and any(_are_alike(one, table) for table in own.values())
        ]
        self.all: Mapping[int, StoredTable] = {**self._own, **{table.id: table for table in self._hidden}}
        self._calculator = Calculator(store.connection, list(self.all.values()))
        tables = tuple(own[table].id for table in form.tables)
        sides = tuple(replace(side, table=own[side.table].id) for side in form.sides)
        self.form = self._counting(replace(form, tables=tables, sides=sides))

    def compute(self) -> Computed:
        """What the form gives, with the tables that count as ``Form.hidden`` says. Raises ``UsageProblem``: form_unfit."""
        _check(self.form, self.all)
        return _computed(lambda: self.completed(self._calculator.compute(self.form)))

    def completed(self, computed: Computed) -> Computed:
        """A result with its places, and the number of rows that did not count because they are hidden."""
        form = computed.form
        places = tuple(_place(self.all[table]) for table in form.tables)
        left_out = 0
        if not form.sides:
            whole = self._counting(replace(form, hidden=HIDDEN_TOO))
            left_out = self._calculator.count(whole) - self._calculator.count(form)
        return replace(computed, form=replace(form, places=places), left_out=left_out)

    def proving(self, after: tuple[int, int], most: int) -> list[tuple[int, StoredTable, int]]:
        """As ``Calculator.proving``. Raises ``UsageProblem``: form_unfit."""
        _check(self.form, self.all)
        return _computed(lambda: self._calculator.proving(self.form, after, most))

    def count(self) -> int:
        """How many rows count. Raises ``UsageProblem``: form_unfit."""
        return _computed(lambda: self._calculator.count(self.form))

    def _counting(self, form: Form) -> Form:
        """With the tables of hidden sheets, or without; a form over nothing but hidden sheets keeps them."""
        if form.sides:
            return form
        seen = tuple(table for table in form.tables if not self.all[table].head.locator.hidden) or form.tables
        more = tuple(table.id for table in self._hidden if table.id not in seen) if form.hidden == HIDDEN_TOO else ()
        return replace(form, tables=(*seen, *more))


def _known(store: TableStore, table_id: int, place: tuple[str, str] | None) -> StoredTable | None:
    """A table by its id, where it is still the one at that place; else the only one there."""
    table = store.get(table_id)
    if place is None or (table is not None and _place(table) == place):
        return table
    there = [one for one in store.of_file(place[0]) if _place(one) == place]
    return there[0] if len(there) == 1 else None


def _place(table: StoredTable) -> tuple[str, str]:
    return table.path, table.head.locator.sheet or ""


def _are_alike(one: StoredTable, other: StoredTable) -> bool:
    return one.path == other.path and [c.name for c in one.head.columns] == [c.name for c in other.head.columns]


def _check(form: Form, tables: Mapping[int, StoredTable]) -> None:
    """Raises ``UsageProblem`` for what would be computed as something else, or not at all."""
    kinds = {column.name: column.kind for table in form.tables for column in tables[table].head.columns}
    is_unfit = (
        form.measure not in MEASURES
        or (form.group and form.measure not in _OF_GROUPS)
        or (form.measure in _OF_COLUMNS and not form.column)
        or (form.measure in _OF_FIGURES and kinds.get(form.column) not in FIGURES)
        or (form.measure == SHARE and form.column and kinds.get(form.column) not in FIGURES)
        or not all(map(_is_whole, (*form.conditions, *(one for side in form.sides for one in side.conditions))))
    )
    if is_unfit:
        raise UsageProblem("form_unfit")


def _is_whole(condition: Condition) -> bool:
    """Whether a condition has the values that its comparison needs."""
    if condition.other:
        return condition.test in _OF_ORDER
    wanted = {NOTHING: 0, BETWEEN: 2, ONE_OF: max(1, len(condition.values))}.get(condition.test, 1)
    return condition.test in TESTS and condition.test != HOLDS and len(condition.values) == wanted


def _computed(work: Callable[[], Result]) -> Result:
    try:
        return work()
    except _NO_FORM as error:
        raise UsageProblem("form_unfit") from error
