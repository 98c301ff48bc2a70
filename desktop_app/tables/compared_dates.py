# SPDX-License-Identifier: Apache-2.0
"""Rows whose one date lies before or after another date of the same row.

"Received more than ten days after due", "到货日期比约定日期晚5天以上", "delivered after the promised date". Days are days of the calendar.
"""

from __future__ import annotations

import re

from desktop_app.analysis import units
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition
from desktop_app.contract.typed_table import DATE
from desktop_app.tables import asking
from desktop_app.tables.conditions import ConditionReader
from desktop_app.tables.question_reading import NamedPlace

_DAY = 86_400  # seconds
_LATER = re.compile(r"\b(?P<later>after|later than|past)\b|\b(?P<earlier>before|earlier than|ahead of)\b")
_LATER_ZH = re.compile(r"(?P<later>晚|迟)于?|(?P<earlier>早|提前)于?")
_NEAR = 12  # characters


class DateComparer(ConditionReader):
    """Reads two columns of dates that are set against each other."""

    def _compare_dates(self) -> None:
        dates = [slot for slot in self._slots if self._of_kind(slot, (DATE,)) and slot.score >= 0.4]
        for match in (*_LATER.finditer(self._text), *_LATER_ZH.finditer(self._text)):
            if any(period.start <= match.start() < period.end for period in self._asked.periods):
                continue
            before = [slot for slot in dates if slot.end <= match.start() and not slot.used]
            after = [slot for slot in dates if match.end() <= slot.start <= match.end() + _NEAR and not slot.used]
            if len(before) >= 2 and "比" in self._text[before[-2].end : before[-1].start]:
                self._set_against(before[-2], before[-1], match)
            elif before and after:
                self._set_against(before[-1], after[0], match)

    def _set_against(self, one: NamedPlace, other: NamedPlace, match: re.Match[str]) -> None:
        """``one`` lies later than ``other``, or earlier, by the days that are said beside it."""
        names = [self._columns[self._of_kind(slot, (DATE,))[0]].name for slot in (one, other)]
        if names[0] == names[1]:
            return
        if match["earlier"]:
            names.reverse()
        test, values = forms.MORE, tuple[float, ...]()
        for fact in self._facts:
            start, end = self._folded_start(fact), self._folded_end(fact)
            gap = start - match.end() if start >= match.end() else match.start() - end
            if fact.base not in units.TIME or not -1 <= gap <= 8:
                continue
            days = float(fact.value / _DAY)
            values = (int(days) if days.is_integer() else days,)
            test = forms.EQUAL
            said = next((m for m in asking.MORE_THAN.finditer(self._text) if 0 <= start - m.end() <= 3), None)
            if said is not None:
                test, first = asking.comparison(self._text, said)
                self._know(first, said.end())
            elif behind := asking.BEHIND.match(self._text, end):
                test = forms.AT_LEAST if behind["least"] or behind["least2"] else forms.AT_MOST
                self._know(*behind.span())
            self._know(start, end)
        for slot in (one, other):
            self._use(slot)
        self._know(match.start(), match.end())
        self._conditions.append(Condition(names[0], test, values, other=names[1]))
        self._points += 1
