# SPDX-License-Identifier: Apache-2.0
"""Two or three figures that one question asks of the same rows.

"Total salary and average age", "最高和最低的单价", "数学和语文的平均分": what stands on both sides of "and" is a measure, a column of figures, or both. The
question is asked once with each in the place of all; what else it says holds for each. Where this is not simple it is a doubt.
"""

from __future__ import annotations

import re
from itertools import pairwise

from desktop_app.contract import form as forms
from desktop_app.contract.form import Form
from desktop_app.contract.typed_table import FIGURES
from desktop_app.tables import asking
from desktop_app.tables.question_reading import QuestionReading

_AND = re.compile(
    r"(?:以及|和|与|及|、| ?, ?and | ?& ?| and | plus | ?, ?)(?:the |also |its |their |最后)?|[,，](?:以及|还有)?"
)
_GAP = re.compile(r"(?:的|是|值| |of|the|its|their)*")
_APART = re.compile(r"分别|各自|\brespectively\b")
_MEASURES = (forms.SUM, forms.AVERAGE, forms.MAX, forms.MIN)
_MEASURE, _FIGURE = "measure", "figure"
_MOST = 3
_Item = tuple[int, int, str, str]  # start, end, kind, which


class SeveralFigures(QuestionReading):
    """Takes such a question apart."""

    def parts(self) -> list[str]:
        """The questions that this one consists of; none where it asks for one figure."""
        if self._has(forms.DIFFERENCE) or self._has(forms.SHARE) or self._has(asking.MORE) or self._has(asking.LESSER):
            return []
        chain = self._chain()
        kinds = set.intersection(*({item[2] for item in unit} for unit in chain)) if chain else set[str]()
        counts = any(item[2] == forms.COUNT for unit in chain for item in unit)
        if counts:  # "几个，总金额多少": what is counted is no column
            units = chain
        elif not kinds or (_MEASURE not in kinds and not self._may_list_columns()):
            return []
        else:
            units = [[item for item in unit if item[2] in kinds] for unit in chain]
        said = [tuple(item[3] for item in unit) for unit in units]
        if len(set(said)) != len(said) or (len({len(one) for one in said}) != 1 and not counts):
            return []
        start, end = units[0][0][0], units[-1][-1][1]
        return [
            self._asked.original(0, start)
            + self._asked.original(unit[0][0], unit[-1][1])
            + _APART.sub("", self._asked.original(end, len(self._text)))
            for unit in units
        ]

    def asks_for_others(self, form: Form) -> bool:
        """Whether measures are joined of which the form is only one."""
        used = {
            form.column,
            form.times,
            *form.plus,
            *(one.column for one in form.conditions),
            *(one.other for one in form.conditions),
        }
        signs = [sign for sign in self._signs if sign.what in (*_MEASURES, forms.COUNT)]
        for one, other in pairwise(signs):
            if one.what == other.what or not _AND.search(self._text, one.end, other.start):
                continue
            apart = {one.what, other.what} <= {forms.COUNT, forms.AVERAGE, forms.MAX, forms.MIN}
            if apart or any(
                item[2] == _FIGURE and not self._are_used(item, used) and item[0] >= one.end for item in self._items()
            ):
                return True
        return False

    def _are_used(self, item: _Item, used: set[str]) -> bool:
        return any(self._columns[int(number)].name in used for number in item[3].split())

    def _may_list_columns(self) -> bool:
        """Whether columns alone may be set side by side: "各部门的预算和实际分别是多少"."""
        if self._has(forms.LIST) or asking.MORE_THAN.search(self._text):
            return False
        return bool(_APART.search(self._text)) or any(self._has(what) for what in _MEASURES)

    def _items(self) -> list[_Item]:
        kinds = {**dict.fromkeys(_MEASURES, _MEASURE), forms.COUNT: forms.COUNT}
        found = [(sign.start, sign.end, kinds[sign.what], sign.what) for sign in self._signs if sign.what in kinds]
        slots = ((slot, self._of_kind(slot, FIGURES)) for slot in self._slots if slot.score >= 0.5)
        found += [(slot.start, slot.end, _FIGURE, " ".join(map(str, columns))) for slot, columns in slots if columns]
        return sorted(found)

    def _chain(self) -> list[list[_Item]]:
        """What is joined by "and", one after another."""
        items, chain = self._items(), list[list[_Item]]()
        for match in _AND.finditer(self._text):
            left, right = self._unit(items, match.start(), -1), self._unit(items, match.end(), 1)
            if not left or not right:
                continue
            if not chain:
                chain = [left, right]
            elif chain[-1][0] in left and len(chain) < _MOST:
                chain.append(right)
            else:
                return []
        return chain

    def _unit(self, items: list[_Item], at: int, way: int) -> list[_Item]:
        """A measure, a column, or one of each, that end or begin at ``at``."""
        unit = list[_Item]()
        for item in items if way > 0 else reversed(items):
            gap = self._text[at : item[0]] if way > 0 else self._text[item[1] : at]
            beyond = item[0] < at if way > 0 else item[1] > at
            if beyond:
                continue
            if not _GAP.fullmatch(gap) or any(item[2] == one[2] for one in unit):
                break
            unit.append(item)
            at = item[1] if way > 0 else item[0]
        return sorted(unit)
