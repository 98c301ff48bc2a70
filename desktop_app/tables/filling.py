# SPDX-License-Identifier: Apache-2.0
"""Fills the form of a question of figures for one table, by rules.

What the question says is held against the table: values of its columns become conditions, columns what is measured, stretches of time a filter or the
choice of a sheet. How much of the question then has a meaning in the table tells how surely it is about it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from desktop_app.contract.form import Form
from desktop_app.tables import doubts
from desktop_app.tables.compared_dates import DateComparer
from desktop_app.tables.measures import MeasureReader
from desktop_app.tables.named_places import AskedText
from desktop_app.tables.several_figures import SeveralFigures
from desktop_app.tables.table_view import TableView
from desktop_app.tables.unread_words import UnreadWords


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with how well it fits: ``score``, the more the better; ``left`` is the share of the question that has no meaning here. ``beside``: the
    forms of the other figures that the question asks of the same rows."""

    form: Form
    score: float
    left: float
    beside: tuple[Form, ...] = ()


def fill(asked: AskedText, view: TableView) -> Filled | None:
    """The form of the question for this table; None where the table says nothing of it, or nothing is to be computed."""
    reading = Filling(asked, view)
    parts = reading.parts()
    if not parts:
        return reading.result()
    found = [Filling(asked.part(part), view).result() for part in parts]
    filled = [one for one in found if one is not None]
    rows = {(one.form.conditions, one.form.group, one.form.part) for one in filled}
    if len(filled) < len(parts) or len(rows) > 1 or len({one.form for one in filled}) < len(parts):
        return None
    least = min(one.score for one in filled)
    return Filled(filled[0].form, least, max(one.left for one in filled), tuple(one.form for one in filled[1:]))


class Filling(SeveralFigures, MeasureReader, DateComparer, UnreadWords):
    """One question and one table; what is read is kept in it, so that it fills one form."""

    def result(self) -> Filled | None:
        """The form with how well it fits, None as ``fill``."""
        if not self._signs and not (self._slots and (self._values or self._facts)):
            return None
        self._name_table()
        self._compare_dates()
        self._compare_columns()
        self._figures()
        self._prefix()
        self._yes_or_no()
        self._losses()
        compared = self._value_conditions()
        form = self._measure(compared)
        if form is None:
            return None
        form = self._in_one_currency(self._with_periods(form))
        self._things()
        numbers = [(self._folded_start(fact), self._folded_end(fact)) for fact in self._facts]
        if (
            self._names_a_stranger()
            or self._measures_a_stranger(form)
            or doubts.passes_over(self._text, self._known, numbers, form.measure)
        ):
            return None
        named = next((number for number, column in enumerate(self._columns) if column.name == form.column), -1)
        repeated = named >= 0 and self._view.is_repeated(named)
        if self.asks_for_others(form) or doubts.asks_for_more(
            self._text, self._signs, form, len(self._asked.periods), repeated=repeated
        ):
            return None
        left = self._left()
        self._points += min(
            1.0, math.log10(max(1, self._view.table.rows)) / 4
        )  # of two alike the larger: a list of regions is no list of orders
        return Filled(form, self._points - 8 * left - (6 if self._clash else 0), left)

    def _things(self) -> None:
        """What is said of the table beside the form: names of other columns, "the twelve suppliers", other words for its title."""
        for slot in self._slots:
            if not slot.used and slot.score >= 0.5:
                self._points += 0.7
                for start, end in slot.spans:
                    self._know(start, end)
        for fact in self._facts:
            start, end = self._folded_start(fact), self._folded_end(fact)
            if not fact.base and fact.figure in (self._view.table.rows, len(self._view.values.texts.get(self._view.key, ()))):
                self._know(start, end)
        for term in self._view.other_words:
            for start, end in self._asked.find(term):
                if not any(self._known[start:end]):
                    self._know(start, end)
                    self._points += 0.5
