# SPDX-License-Identifier: Apache-2.0
"""The parts of a form in the words of the window, for its chips."""

from __future__ import annotations

from desktop_app.answering.texts.form_texts import worded
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
    HIDDEN_TOO,
    LESS,
    LIST,
    MAX,
    MIN,
    MORE,
    NOTHING,
    ONE_OF,
    SHARE,
    SHOWN_ONLY,
    SUM,
    VALUE,
    Condition,
    Form,
    Side,
)
from desktop_app.contract.typed_table import DATE
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.figures.form_changes import as_asked

LONGEST = 36  # characters of a name or value on a chip
_MOST_VALUES = 2


def measure_name(measure: str) -> str:
    """What is computed, in a word or two; an unknown one as it is."""
    names = {
        COUNT: tr("Count"),
        SUM: tr("Sum"),
        AVERAGE: tr("Average"),
        MIN: tr("Smallest"),
        MAX: tr("Largest"),
        VALUE: tr("Value"),
        LIST: tr("List"),
        DIFFERENCE: tr("Difference"),
        SHARE: tr("Share"),
    }
    return names.get(measure, measure)


def column_words(form: Form) -> str:
    """What it is computed of."""
    if not form.column:
        return tr("rows")
    name = short(form.column)
    if form.measure == COUNT:
        return tr("different values of {column}", column=name)
    if form.times:
        return f"{name} × {short(form.times)}"
    return " + ".join([name, *map(short, form.plus)])


def test_name(test: str, kind: str) -> str:
    """A comparison in a list of them."""
    dates = {LESS: tr("before"), AT_MOST: tr("until"), MORE: tr("after"), AT_LEAST: tr("from"), BETWEEN: tr("from … to …")}
    names = {
        EQUAL: tr("is"),
        DIFFERS: tr("is not"),
        LESS: tr("below"),
        AT_MOST: tr("at most"),
        MORE: tr("above"),
        AT_LEAST: tr("at least"),
        BETWEEN: tr("between"),
        BEGINS: tr("begins with"),
        NOTHING: tr("is empty or 0"),
    }
    return (dates if kind == DATE else {}).get(test) or names.get(test, test)


def condition_words(condition: Condition, kind: str) -> str:
    """A condition as it stands on its chip: "类别 = 租赁"."""
    condition = as_asked(condition)
    name = short(condition.column)
    if condition.test == NOTHING:
        return tr("{column} is empty or 0", column=name)
    signs = {EQUAL: "=", ONE_OF: "=", DIFFERS: "≠", LESS: "<", AT_MOST: "≤", MORE: ">", AT_LEAST: "≥"}
    if condition.other:
        return f"{name} {signs.get(condition.test, condition.test)} {short(condition.other)}"
    values = [short(worded(value, kind)) for value in condition.values]
    if condition.test == BETWEEN:
        return tr("{column}: {first} to {last}", column=name, first=values[0], last=values[1])
    if condition.test == BEGINS:
        return tr("{column} begins with “{value}”", column=name, value=values[0])
    listed = tr(" or ").join(values[:_MOST_VALUES])
    if len(values) > _MOST_VALUES:
        listed = trn("{values} and {n} more", "{values} and {n} more", len(values) - _MOST_VALUES, values=listed)
    return f"{name} {signs.get(condition.test, condition.test)} {listed}"


def group_words(form: Form) -> str:
    """What it is grouped by."""
    return by_part(form.part, short(form.group)) if form.part else tr("by {column}", column=short(form.group))


def by_part(part: str, column: str) -> str:
    """The dates of a column grouped by month, quarter or year."""
    words = {
        "month": tr("by month of {column}", column=column),
        "quarter": tr("by quarter of {column}", column=column),
        "year": tr("by year of {column}", column=column),
    }
    return words.get(part) or tr("by {column}", column=column)


def rank_words(form: Form) -> str:
    """Which of the groups or rows are shown."""
    return one_rank(form.pick or form.measure, form.limit) if form.pick or not form.group else tr("all groups")


def one_rank(pick: str, limit: int) -> str:
    """So many of the largest or smallest."""
    if limit < 2:
        return tr("the largest") if pick == MAX else tr("the smallest")
    return tr("the {n} largest", n=limit) if pick == MAX else tr("the {n} smallest", n=limit)


def hidden_words(hidden: str) -> str:
    """What of the hidden counts."""
    if hidden == HIDDEN_TOO:
        return tr("Hidden rows and sheets count")
    return tr("Hidden rows left out") if hidden == SHOWN_ONLY else tr("Hidden rows count")


def side_words(side: Side) -> str:
    """One figure of a difference."""
    parts = [condition_words(condition, "") for condition in side.conditions] + ([short(side.column)] if side.column else [])
    return tr(", ").join(parts)


def short(name: str) -> str:
    """A name or value written by others, on one line."""
    return shown_name(" ".join(name.split()), LONGEST)
