# SPDX-License-Identifier: Apache-2.0
"""Changes the form of the last answer as a follow-up question says.

"And in April?", "by region", "只看销售部", "average instead": what the question names takes the place of what the form had of the same column, all
else stays.
"""

from __future__ import annotations

import re
from dataclasses import replace

from desktop_app.contract import form as forms
from desktop_app.contract.form import Form
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, TEXT
from desktop_app.tables import asking, doubts
from desktop_app.tables.compared_dates import DateComparer
from desktop_app.tables.named_places import AskedText
from desktop_app.tables.table_view import TableView
from desktop_app.tables.unread_words import UnreadWords

_MEASURES = (forms.AVERAGE, forms.SUM, forms.COUNT, forms.MAX, forms.MIN)
_GROUPED = (forms.AVERAGE, forms.SUM, forms.COUNT)
_OTHERS = frozenset({forms.DIFFERENCE, forms.SHARE, forms.LIST, asking.WHICH, asking.WHO, asking.MORE, asking.LESSER})
_ON = re.compile(
    r"那么?|呢|再|只看|只要|换成|改成|改为|同样|现在|如果|也|而|看看?|算算?"
    r"|\b(?:and|now|then|what about|how about|only|just|instead|same|ok|okay|use|show|again|so|also|but)\b"
)
_MOST_LEFT = 0.3


def follow(asked: AskedText, view: TableView, form: Form) -> Form | None:
    """The changed form for this table; None where the question changes nothing of it, or speaks of another time than the table."""
    return None if form.sides or not form.tables else _Following(asked, view).changed(form)


class _Following(DateComparer, UnreadWords):
    def changed(self, form: Form) -> Form | None:
        if any(sign.what in _OTHERS and not self._text[sign.start : sign.end].startswith("what") for sign in self._signs):
            return None  # a question of its own
        for match in _ON.finditer(self._text):
            self._know(*match.span())
        self._name_table()
        self._compare_dates()
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
        for sign in self._signs:
            self._know(sign.start, sign.end)
        return None if self._clash or self._is_doubted(changed) else changed

    def _is_doubted(self, form: Form) -> bool:
        """Whether something of the question has no meaning here, as of first questions."""
        numbers = [(self._folded_start(fact), self._folded_end(fact)) for fact in self._facts]
        return (
            self._left() > _MOST_LEFT
            or self._names_a_stranger()
            or doubts.passes_over(self._text, self._known, numbers, form.measure)
        )

    def _remeasured(self, form: Form) -> Form:
        measure = next((sign.what for sign in self._signs if sign.what in _MEASURES), "")
        figure = self._free(FIGURES)
        if figure and (form.column or measure not in ("", forms.COUNT)):
            self._use(figure[0][0])
            form = replace(form, column=self._columns[figure[0][1]].name)
        if measure == forms.COUNT:
            return replace(form, measure=measure, column="", named="", limit=0)
        return replace(form, measure=measure, named="", limit=0) if measure and form.column else form

    def _grouped(self, form: Form) -> Form:
        sign = self._has(asking.GROUP)
        if sign is None or form.measure not in _GROUPED:
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
