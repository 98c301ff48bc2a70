# SPDX-License-Identifier: Apache-2.0
"""Changes the form of the last answer as a follow-up question says.

"And in April?", "by region", "只看销售部", "average instead": what the question names takes the place of what the form had of the same column, all
else stays.
"""

from __future__ import annotations

from dataclasses import replace

from desktop_app.contract import form as forms
from desktop_app.contract.form import Form
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, TEXT
from desktop_app.tables import asking
from desktop_app.tables.conditions import ConditionReader
from desktop_app.tables.named_places import AskedText
from desktop_app.tables.table_view import TableView

_MEASURES = (forms.AVERAGE, forms.SUM, forms.COUNT)


def follow(asked: AskedText, view: TableView, form: Form) -> Form | None:
    """The changed form for this table; None where the question changes nothing of it, or speaks of another time than the table."""
    return None if form.sides or not form.tables else _Following(asked, view).changed(form)


class _Following(ConditionReader):
    def changed(self, form: Form) -> Form | None:
        self._compare_columns()
        self._figures()
        self._prefix()
        self._yes_or_no()
        self._value_conditions()
        named = {condition.column for condition in self._conditions}
        kept = tuple(condition for condition in form.conditions if condition.column not in named)
        changed = replace(form, tables=(self._view.table.id,), conditions=(*kept, *self._conditions))
        changed = self._grouped(self._remeasured(changed))
        changed = self._in_time(changed)
        return None if self._clash else changed

    def _remeasured(self, form: Form) -> Form:
        measure = next((sign.what for sign in self._signs if sign.what in _MEASURES), "")
        figure = self._free(FIGURES)
        if figure and form.column:
            self._use(figure[0][0])
            form = replace(form, column=self._columns[figure[0][1]].name)
        if measure == forms.COUNT:
            return replace(form, measure=measure, column="", named="")
        return replace(form, measure=measure, named="") if measure and form.column else form

    def _grouped(self, form: Form) -> Form:
        sign = self._has(asking.GROUP)
        if sign is None or form.measure not in _MEASURES:
            return form
        for slot, column in self._free((TEXT, CODE)):
            if 0 <= slot.start - sign.end <= 3:
                self._use(slot)
                return replace(form, group=self._columns[column].name, pick="")
        return form

    def _in_time(self, form: Form) -> Form:
        """The stretch of time of the question in place of the form's; a month without its year is of the same year."""
        if not self._asked.periods:
            return form
        dates = {column.name for column in self._columns if column.kind == DATE}
        before = [condition for condition in form.conditions if condition.column in dates and condition.test == forms.BETWEEN]
        rest = tuple(condition for condition in form.conditions if condition not in before)
        year = int(str(before[0].values[0])[:4]) if before else 0
        return self._with_periods(replace(form, conditions=rest), year)
