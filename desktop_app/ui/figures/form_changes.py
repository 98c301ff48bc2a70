# SPDX-License-Identifier: Apache-2.0
"""Changes of a form by hand, each of which can be computed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from math import isfinite

from desktop_app.contract.form import (
    AT_LEAST,
    AT_MOST,
    AVERAGE,
    BEGINS,
    BETWEEN,
    COUNT,
    DIFFERS,
    EQUAL,
    LESS,
    LIST,
    MAX,
    MIN,
    MORE,
    NOTHING,
    ONE_OF,
    SHARE,
    SUM,
    VALUE,
    Condition,
    Form,
)
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, PERCENT, TEXT, Column, Value

OFFERED = (COUNT, SUM, AVERAGE, MAX, MIN, LIST, SHARE)
"""The measures that can be chosen; others are read from a question only."""
OF_GROUPS = (COUNT, SUM, AVERAGE)
LIMITS = (1, 3, 5, 10)
PARTS = ("month", "quarter", "year")
_OF_TEXT = (EQUAL, DIFFERS, BEGINS, NOTHING)
_OF_ORDER = (EQUAL, DIFFERS, LESS, AT_MOST, MORE, AT_LEAST, BETWEEN, NOTHING)
_FIRST_DAY, _LAST_DAY = "0001-", "9999-"  # of a stretch of time without beginning or end
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")


def measures(form: Form, columns: Sequence[Column]) -> list[str]:
    """What can be measured instead."""
    figures = any(column.kind in FIGURES for column in columns)
    return [one for one in (OF_GROUPS if form.group else OFFERED) if figures or one not in (SUM, AVERAGE)]


def with_measure(form: Form, measure: str, columns: Sequence[Column]) -> Form:
    """Another figure of the same rows; its column where it has one, else the first that fits."""
    names = [column.name for column in measured(replace(form, measure=measure), columns)]
    column = form.column if form.column in names else ""
    if not column and measure not in (COUNT, SHARE):
        column = names[0] if names else ""
    ranked = bool(form.group)
    return replace(
        form,
        measure=measure,
        column="" if measure == COUNT else column,
        times=form.times if column and column == form.column else "",
        plus=form.plus if column and column == form.column else (),
        named=form.named if measure in (MIN, MAX) else "",
        pick=form.pick if ranked else "",
        limit=form.limit if ranked or measure in (MIN, MAX) else 0,
        sides=(),
    )


def measured(form: Form, columns: Sequence[Column]) -> list[Column]:
    """The columns that the measure of a form can be of."""
    if form.measure in (SUM, AVERAGE, SHARE):
        return [column for column in columns if column.kind in FIGURES]
    if form.measure in (MIN, MAX):
        return [column for column in columns if column.kind in FIGURES or column.kind == DATE]
    if form.measure in (LIST, VALUE):
        return sorted(columns, key=lambda column: column.kind in FIGURES)
    return list(columns)


def with_column(form: Form, name: str) -> Form:
    """The same of another column; "": of the rows."""
    return replace(form, column=name, times="", plus=())


def with_condition(form: Form, place: int, condition: Condition | None) -> Form:
    """Another condition at a place, a new one behind the last, None for none."""
    conditions = list(form.conditions)
    conditions[place : place + 1] = [] if condition is None else [condition]
    return replace(form, conditions=tuple(conditions))


def with_group(form: Form, name: str, part: str = "") -> Form:
    """Once for each value of a column; "" for all rows together."""
    if not name:
        return replace(form, group="", part="", pick="", limit=0)
    return replace(form, group=name, part=part, named="")


def with_rank(form: Form, pick: str, limit: int) -> Form:
    """Only so many of the largest or smallest groups; pick "" for all. Of a largest or smallest value so many rows."""
    return replace(form, pick=pick, limit=limit) if form.group else replace(form, limit=limit)


def tests_of(kind: str) -> tuple[str, ...]:
    """The comparisons that the cells of a column can stand."""
    return _OF_TEXT if kind in (TEXT, CODE) else _OF_ORDER


def as_asked(condition: Condition) -> Condition:
    """A condition as people would put it: a stretch of time without an end is "from" its first day, one of one is "is"."""
    values = condition.values
    if condition.test == BETWEEN and str(values[1]).startswith(_LAST_DAY):
        return replace(condition, test=AT_LEAST, values=values[:1])
    if condition.test == BETWEEN and str(values[0]).startswith(_FIRST_DAY):
        return replace(condition, test=AT_MOST, values=values[1:])
    return replace(condition, test=EQUAL) if condition.test == ONE_OF else condition


def typed(text: str, kind: str) -> Value:
    """What somebody has typed as a value of a column of this kind; None where it is none."""
    text = text.strip()
    if kind == DATE:
        match = _DATE.fullmatch(text)
        try:
            return date(*map(int, match.groups())).isoformat() if match is not None else None
        except ValueError:
            return None
    if kind not in FIGURES:
        return text or None
    try:
        number = float(text.replace(",", "").replace("，", "").removesuffix("%"))
    except ValueError:
        return None
    if kind == PERCENT:
        number = round(number / 100, 9)
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def condition_of(column: Column, test: str, values: Sequence[Value]) -> Condition | None:
    """A condition with as many values as its comparison needs; None where one is missing."""
    given = tuple(value for value in values if value is not None)
    if test == NOTHING:
        return Condition(column.name, test)
    if not given or (test == BETWEEN and len(given) != 2):
        return None
    if test == EQUAL and len(given) > 1:
        return Condition(column.name, ONE_OF, given)
    return Condition(column.name, test, given)
