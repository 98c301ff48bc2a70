# SPDX-License-Identifier: Apache-2.0
"""Computes a form over the stored tables, in SQL.

The rows lie in one table of the catalogue, 32 columns a band, so a form becomes one statement for each of its tables: 0.3 ms for 1,000 rows, 0.13 s
for a million. Values go in as parameters; column names never do, they become numbers of columns first. Rows that are totals are left out, hidden
rows count, as in a spreadsheet's own sum.
"""

from __future__ import annotations

import json
import math
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from desktop_app.contract.document import Locator
from desktop_app.contract.form import (
    AT_LEAST,
    AT_MOST,
    AVERAGE,
    BEGINS,
    BETWEEN,
    COUNT,
    DIFFERENCE,
    DIFFERS,
    EQUAL,
    LESS,
    MAX,
    MIN,
    MORE,
    NOTHING,
    ONE_OF,
    SHARE,
    SHOWN_ONLY,
    SUM,
    VALUE,
    Computed,
    Condition,
    Form,
    ProvingCells,
    ProvingRow,
    Side,
)
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, PERCENT, TEXT, StoredTable, TableHead, Value
from desktop_app.documents.text.locators import column_name
from desktop_app.library.stores.table_store import BAND

MOST_SHOWN = 10
FIRST_PAGE = (0, -1)
"""Before the first row of the first table, of ``proving``."""
_MOST_CELLS = 2_000  # rows whose cells are named one by one; beyond, whole columns are
_MOST_LISTED = 10_000
_SIGN = {EQUAL: "=", DIFFERS: "<>", LESS: "<", AT_MOST: "<=", MORE: ">", AT_LEAST: ">="}
_NUMERIC = "typeof({0}) IN ('integer', 'real')"
_places = msgspec.json.Decoder(Locator)


class CannotCompute(Exception):
    """A form that fits its tables in no way: a column that is not there, a sum of texts."""


@dataclass(frozen=True, slots=True)
class _Row:
    table: StoredTable
    row: int
    number: int
    hidden: str


class Calculator:
    """Over ``tables`` of one library, by their ids."""

    def __init__(self, connect: Callable[[], sqlite3.Connection], tables: Sequence[StoredTable]) -> None:
        self._connect = connect
        self._tables = {table.id: table for table in tables}

    def compute(self, form: Form) -> Computed:
        """What the form gives. Raises ``CannotCompute``."""
        if form.measure == DIFFERENCE and form.sides:
            return self._difference(form)
        queries = [_Query(self._tables[table], form) for table in form.tables]
        columns = _shown_columns(form, queries[0].table.head)
        unit = next((unit for query in queries if (unit := query.unit(form.column))), "")
        rows = [row for query in queries for row in self._rows(query)]
        matched = sum(self._count(query) for query in queries)
        hidden = sum(self._count(query, hidden=True) for query in queries)
        about = Computed(form, unit=unit, kind=queries[0].kind, matched=matched, hidden=hidden, columns=columns)
        made, proving = self._measured(about, queries)
        shown = rows if proving is None else proving
        return replace(made, rows=self._shown(shown[:MOST_SHOWN], columns), cells=self._cells(form, queries, shown))

    def count(self, form: Form) -> int:
        """How many rows its tables have that stand its conditions. Raises ``CannotCompute``."""
        return sum(self._count(query) for query in self._proving(form))

    def proving(self, form: Form, after: tuple[int, int], most: int) -> list[tuple[int, StoredTable, int]]:
        """The rows that prove what a form gives, at most so many of those behind ``after``: place of the table in the form (of a difference, of its
        side), the table, the place of the row in it. Raises ``CannotCompute``."""
        queries = self._proving(form)
        if form.measure in (MIN, MAX) and not form.group:
            rows = self._extreme(Computed(form), queries)[1]
            places = {query.table.id: place for place, query in enumerate(queries)}
            return [(places[row.table.id], row.table, row.row) for row in rows] if after == FIRST_PAGE else []
        found = list[tuple[int, StoredTable, int]]()
        for place, query in enumerate(queries[after[0] :], after[0]):
            behind = after[1] if place == after[0] else -1
            end = f"ORDER BY b0.row LIMIT {most - len(found)}"
            found += [(place, query.table, row) for (row,) in self._all(query, "b0.row", ["b0.row > ?"], end, [behind])]
        return found

    def _proving(self, form: Form) -> list[_Query]:
        if form.measure == DIFFERENCE and form.sides:
            return [_Query(self._tables[side.table], _of_side(form, side)) for side in form.sides]
        return [_Query(self._tables[table], form) for table in form.tables]

    def _measured(self, about: Computed, queries: Sequence[_Query]) -> tuple[Computed, list[_Row] | None]:
        """``about`` with its figures, and the rows that prove it where those are not all."""
        form = about.form
        if form.group:
            return self._grouped(about, queries), None
        if form.measure == COUNT and form.column:
            values = {
                value for query in queries for (value,) in self._all(query, f"DISTINCT {query.measured}", [query.filled], "")
            }
            return replace(about, value=len(values), unit="", kind=""), None
        if form.measure == COUNT:
            return replace(about, value=about.matched, unit="", kind=""), None
        if form.measure in (SUM, AVERAGE):
            found = [self._one(query, f"sum({query.measured}), count({query.measured})", query.numeric) for query in queries]
            total, count = math.fsum(one[0] or 0 for one in found), sum(one[1] for one in found)
            about = replace(about, empty=about.matched - count)
            return (replace(about, value=_round(total if form.measure == SUM else total / count)) if count else about), None
        if form.measure == SHARE:
            return replace(about, value=self._share(form, queries), kind=PERCENT, unit="%"), None
        if form.measure in (MIN, MAX):
            return self._extreme(about, queries)
        return self._listed(about, queries), None

    def _grouped(self, about: Computed, queries: Sequence[_Query]) -> Computed:
        form = about.form
        sums = dict[Value, tuple[float, int]]()
        for query in queries:
            group = _part(query.named(form.group), form.part)
            what = "NULL, count(*)" if form.measure == COUNT else f"sum({query.measured}), count({query.measured})"
            where = [f"{group} IS NOT NULL"] + ([] if form.measure == COUNT else [query.numeric])
            for key, total, count in self._all(query, f"{group}, {what}", where, f"GROUP BY {group} ORDER BY min(b0.row)"):
                before = sums.get(key, (0.0, 0))
                sums[key] = (before[0] + (total or 0), before[1] + count)
        groups = tuple(
            (key, float(count if form.measure == COUNT else _round(total if form.measure == SUM else total / count) or 0))
            for key, (total, count) in (sorted(sums.items(), key=lambda one: str(one[0])) if form.part else sums.items())
        )
        about = replace(about, groups=groups, unit="" if form.measure == COUNT else about.unit)
        if not form.pick or not groups:
            return about
        if form.limit > 1:
            groups = tuple(sorted(groups, key=lambda one: one[1], reverse=form.pick == MAX)[: form.limit])
            return replace(about, groups=groups, listed=tuple(key for key, _ in groups))
        best = (max if form.pick == MAX else min)(value for _, value in groups)
        keys = tuple(key for key, value in groups if value == best)
        return replace(about, value=keys[0]) if len(keys) == 1 else replace(about, listed=keys)

    def _first(self, about: Computed, queries: Sequence[_Query]) -> tuple[Computed, list[_Row]]:
        """The rows with the largest or smallest values, as many as the form says."""
        form, found = about.form, list[tuple[Value, _Row]]()
        for query in queries:
            order = f"ORDER BY {query.measured} {'DESC' if form.measure == MAX else 'ASC'}, b0.row LIMIT {form.limit}"
            for value, *row in self._all(query, f"{query.measured}, b0.row, b0.number, b0.hidden", [query.usable], order):
                found.append((value, _Row(query.table, *row)))
        found.sort(key=lambda one: one[0], reverse=form.measure == MAX)  # type: ignore[arg-type, return-value]
        del found[form.limit :]
        rows = [row for _, row in found]
        names = tuple(self._cell(row, form.named) if form.named else _round(value) for value, row in found)
        groups = tuple(
            (name, float(value)) for name, (value, _) in zip(names, found, strict=True) if isinstance(value, (int, float))
        )
        return replace(about, listed=names, groups=groups if form.named else ()), rows

    def _extreme(self, about: Computed, queries: Sequence[_Query]) -> tuple[Computed, list[_Row]]:
        if about.form.limit > 1:
            return self._first(about, queries)
        form, found, empty = about.form, list[tuple[Value, _Row]](), 0
        for query in queries:
            which = "max" if form.measure == MAX else "min"
            usable = query.usable
            best = self._one(query, f"{which}({query.measured}), count({query.measured})", usable)
            empty += self._count(query) - best[1]
            if best[0] is None:
                continue
            for row, number, hidden in self._all(
                query, "b0.row, b0.number, b0.hidden", [usable, f"{query.measured} = ?"], "LIMIT 50", [best[0]]
            ):
                found.append((best[0], _Row(query.table, row, number, hidden)))
        about = replace(about, empty=empty)
        if not found:
            return about, []
        best_value = (max if form.measure == MAX else min)(value for value, _ in found)  # type: ignore[type-var]
        rows = [row for value, row in found if value == best_value]
        if not form.named:
            return replace(about, value=_round(best_value)), rows
        names = tuple(dict.fromkeys(self._cell(row, form.named) for row in rows))
        about = replace(
            about, groups=tuple((name, float(best_value)) for name in names) if isinstance(best_value, (int, float)) else ()
        )
        return (replace(about, value=names[0]) if len(names) == 1 else replace(about, listed=names)), rows

    def _listed(self, about: Computed, queries: Sequence[_Query]) -> Computed:
        form, values = about.form, list[Value]()
        for query in queries:
            what = query.measured if form.times else query.named(form.column)
            values += [value for (value,) in self._all(query, what, [], f"ORDER BY b0.row LIMIT {_MOST_LISTED}")]
        uncalculated = about.kind in FIGURES  # of a figure's cell a formula is no value
        filled = [
            _round(value)
            for value in values
            if value is not None and not (uncalculated and isinstance(value, str) and value.startswith("="))
        ]
        different = tuple(dict.fromkeys(filled))
        about = replace(about, empty=len(values) - len(filled))
        if form.measure == VALUE and len(different) == 1:
            return replace(about, value=different[0])
        return replace(about, listed=different)

    def _share(self, form: Form, queries: Sequence[_Query]) -> Value:
        part = whole = 0.0
        for query in queries:
            every = _Query(query.table, Form(form.tables, SUM if form.column else COUNT, form.column, hidden=form.hidden))
            what = f"sum({query.measured})" if form.column else "count(*)"
            where = query.numeric if form.column else ""
            part += self._one(query, what, where)[0] or 0
            whole += self._one(every, what, where)[0] or 0
        return _round(part / whole) if whole else None

    def _difference(self, form: Form) -> Computed:
        values, rows, cells, used = list[float](), list[_Row](), list[ProvingCells](), list[str]()
        unit = kind = ""
        for side in form.sides:
            one = _of_side(form, side)
            column = one.column
            query = _Query(self._tables[side.table], one)
            unit, kind = unit or query.unit(column), kind or query.kind
            found = self._rows(query)
            value = self._one(query, f"sum({query.measured})", query.numeric)[0] if column else len(found)
            if value is None or not found or (query.kind == PERCENT and len(found) > 1):
                raise CannotCompute("a difference needs a figure on each side")
            values.append(float(value))
            rows += [row for row in found if row not in rows]
            cells += self._cells(one, [query], found)
            used += [name for name in _used(one) if name not in used]
        return Computed(
            form,
            _round(values[1] - values[0]),
            unit=unit,
            kind=kind,
            matched=len(rows),
            columns=tuple(used),
            rows=self._shown(rows[:MOST_SHOWN], used),
            cells=tuple(cells),
        )

    # ---- rows and cells -----------------------------------------------------------------------------------------------

    def _rows(self, query: _Query) -> list[_Row]:
        found = self._all(query, "b0.row, b0.number, b0.hidden", [], f"ORDER BY b0.row LIMIT {_MOST_CELLS + 1}")
        return [_Row(query.table, *row) for row in found]

    def _count(self, query: _Query, *, hidden: bool = False) -> int:
        return int(self._one(query, "count(*)", "b0.hidden <> ''" if hidden else "")[0])

    def _one(self, query: _Query, what: str, where: str = "") -> tuple[Any, ...]:
        return self._all(query, what, [where] if where else [], "")[0]

    def _all(
        self, query: _Query, what: str, where: Sequence[str], end: str, values: Sequence[Value] = ()
    ) -> list[tuple[Any, ...]]:
        sql = f"SELECT {what} FROM {query.source} WHERE {' AND '.join([*query.where, *where])} {end}"
        return self._connect().execute(sql, [*query.values, *values]).fetchall()

    def _cell(self, row: _Row, column: str) -> Value:
        query = _Query(row.table, Form((row.table.id,), VALUE, column))
        return self._all(query, query.named(column), ["b0.row = ?"], "", [row.row])[0][0]  # type: ignore[no-any-return]

    def _shown(self, rows: Sequence[_Row], columns: Sequence[str]) -> tuple[ProvingRow, ...]:
        made = []
        for row in rows:
            numbers = [_number(row.table.head, name) for name in columns]
            texts = []
            bands = {
                band: (json.loads(shown) if shown else None, place)
                for band, shown, place in self._connect().execute(
                    "SELECT band, shown, place FROM table_rows WHERE tbl = ? AND row = ?", (row.table.id, row.row)
                )
            }
            for number, name in zip(numbers, columns, strict=True):
                shown = bands.get(number // BAND, (None, None))[0] if number >= 0 else None
                if shown is not None and number % BAND < len(shown) and shown[number % BAND] is not None:
                    texts.append(str(shown[number % BAND]))
                else:
                    value = self._cell(row, name) if number >= 0 else None
                    texts.append("" if value is None else str(value))
            place = bands.get(0, (None, None))[1]
            locator = _places.decode(place) if place else row.table.head.locator
            made.append(ProvingRow(row.table.id, row.table.path, row.number, tuple(texts), locator, row.hidden))
        return tuple(made)

    def _cells(self, form: Form, queries: Sequence[_Query], rows: Sequence[_Row]) -> tuple[ProvingCells, ...]:
        found = []
        for query in queries:
            numbers = sorted({row.number for row in rows if row.table.id == query.table.id})
            if not numbers:
                continue
            columns = sorted(
                {
                    query.table.head.columns[_number(query.table.head, name)].at
                    for name in _used(form)
                    if _number(query.table.head, name) >= 0
                }
            )
            spans = _spans(numbers) if len(numbers) <= _MOST_CELLS else [(numbers[0], self._last_number(query))]
            ranges = tuple(_range(column, *span) for column in columns for span in spans)
            found.append(ProvingCells(query.table.path, query.table.head.locator.sheet or "", ranges))
        return tuple(found)

    def _last_number(self, query: _Query) -> int:
        return int(self._one(query, "max(b0.number)")[0])


class _Query:
    """The statement of a form over one table. Raises ``CannotCompute``."""

    def __init__(self, table: StoredTable, form: Form) -> None:
        self.table = table
        self._bands = set[int]()
        self.where = ["b0.tbl = ?", "b0.band = 0", "b0.mark = ''"]
        self.values: list[Value] = [table.id]
        if form.hidden == SHOWN_ONLY:
            self.where.append("b0.hidden = ''")
        for condition in form.conditions:
            self._add(condition)
        self.measured = self.named(form.column) if form.column else "1"
        if form.times:
            self.measured = f"{self.measured} * {self.named(form.times)}"
        names = [self.named(name) for name in (form.column, form.times) if name]
        self.numeric = " AND ".join(_NUMERIC.format(name) for name in names) or "1"
        if form.plus:
            columns = [self.measured, *(self.named(name) for name in form.plus)]
            either = (f"CASE WHEN {_NUMERIC.format(name)} THEN {name} ELSE 0 END" for name in columns)
            self.measured = f"({' + '.join(either)})"
            self.numeric = f"({' OR '.join(_NUMERIC.format(name) for name in columns)})"
        self.filled = f"{names[0]} IS NOT NULL" if names else "1"
        kind = self.kind = table.head.columns[_number(table.head, form.column)].kind if form.column else ""
        self.usable = self.numeric if kind in FIGURES else f"{names[0]} IS NOT NULL" if names else "1"
        if form.measure in (MIN, MAX) and kind == DATE:
            self.usable = f"{names[0]} GLOB '[12][0-9][0-9][0-9]-*'"

    @property
    def source(self) -> str:
        joins = "".join(
            f" JOIN table_rows b{band} ON b{band}.tbl = b0.tbl AND b{band}.band = {band} AND b{band}.row = b0.row"
            for band in sorted(self._bands)
        )
        return f"table_rows b0{joins}"

    def named(self, column: str) -> str:
        """The column in SQL."""
        number = _number(self.table.head, column)
        if number < 0:
            raise CannotCompute(column)
        band = number // BAND
        if band:
            self._bands.add(band)
        return f"b{band}.c{number % BAND}"

    def unit(self, column: str) -> str:
        """Of a column, "" where it has none."""
        number = _number(self.table.head, column) if column else -1
        return self.table.head.columns[number].unit if number >= 0 else ""

    def _add(self, condition: Condition) -> None:
        name = self.named(condition.column)
        if condition.other:
            self._set_against(condition, name, self.named(condition.other))
            return
        kind = self.table.head.columns[_number(self.table.head, condition.column)].kind
        if condition.test == NOTHING:
            self.where.append(f"({name} IS NULL OR {name} IN (0, '', '0', '-', '—', '/'))")
            return
        if kind == DATE:
            name = f"substr({name}, 1, 10)"
        figure = kind in FIGURES
        if figure:
            self.where.append(_NUMERIC.format(name))
        values = list(condition.values)
        if condition.test == BETWEEN:
            self.where.append(f"{name} BETWEEN ? AND ?")
        elif condition.test == ONE_OF:
            self.where.append(f"{name} IN ({', '.join('?' * len(values))})")
        elif condition.test == BEGINS:
            self.where.append(f"substr({name}, 1, {len(str(values[0]))}) = ?")
        elif figure and condition.test in (EQUAL, DIFFERS):
            self.where.append(f"abs({name} - ?) {'<' if condition.test == EQUAL else '>='} 1e-9 * max(1, abs(?))")
            values = [values[0], values[0]]
        elif condition.test == DIFFERS:
            self.where.append(f"({name} IS NULL OR {name} <> ?)")
        else:
            self.where.append(f"{name} {_SIGN[condition.test]} ?")
        self.values += values

    def _set_against(self, condition: Condition, name: str, other: str) -> None:
        """Two cells of a row: figures, or dates by the days between them."""
        if self.table.head.columns[_number(self.table.head, condition.column)].kind == DATE:
            days = f"julianday(substr({name}, 1, 10)) - julianday(substr({other}, 1, 10))"
            self.where.append(f"{days} {_SIGN[condition.test]} ?")
            self.values.append(condition.values[0] if condition.values else 0)
            return
        self.where += [_NUMERIC.format(name), _NUMERIC.format(other), f"{name} {_SIGN[condition.test]} {other}"]


def _of_side(form: Form, side: Side) -> Form:
    """What is computed of one side of a difference."""
    column = side.column or form.column
    measure = SUM if column else COUNT
    return Form((side.table,), measure, column, conditions=(*form.conditions, *side.conditions), hidden=form.hidden)


def _number(head: TableHead, name: str) -> int:
    """The number of a column by its path, -1 for none."""
    return next((number for number, column in enumerate(head.columns) if column.name == name), -1)


def _part(column: str, part: str) -> str:
    """The month, quarter or year of a date in SQL; the column itself for none."""
    if part == "year":
        return f"substr({column}, 1, 4)"
    if part == "month":
        return f"substr({column}, 1, 7)"
    return (
        f"substr({column}, 1, 4) || '-Q' || ((CAST(substr({column}, 6, 2) AS INTEGER) + 2) / 3)"
        if part == "quarter"
        else column
    )


def _shown_columns(form: Form, head: TableHead) -> tuple[str, ...]:
    """The columns of a form, behind the one that names the rows."""
    used = _used(form)
    key = next((column.name for column in head.columns if column.kind in (CODE, TEXT) and column.name), "")
    return used if form.group or not key else tuple(dict.fromkeys((form.named or key, *used)))


def _used(form: Form) -> tuple[str, ...]:
    """The columns of a form, in the order in which its proof shows them."""
    names = [form.named, form.group]
    for condition in form.conditions:
        names += [condition.column, condition.other]
    names += [form.column, form.times, *form.plus]
    return tuple(dict.fromkeys(name for name in names if name))


def _round(value: Value) -> Value:
    """Without the dust of binary fractions."""
    if not isinstance(value, float):
        return value
    rounded = round(value, 9) if abs(value) < 1e6 else round(value, 4)
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _spans(numbers: Sequence[int]) -> list[tuple[int, int]]:
    spans = list[tuple[int, int]]()
    for number in numbers:
        if spans and number == spans[-1][1] + 1:
            spans[-1] = spans[-1][0], number
        else:
            spans.append((number, number))
    return spans


def _range(column: int, first: int, last: int) -> str:
    letters = column_name(column + 1)
    return f"{letters}{first}" if first == last else f"{letters}{first}:{letters}{last}"
