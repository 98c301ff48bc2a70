# SPDX-License-Identifier: Apache-2.0
"""Which column of figures a question measures.

The one named best, of the unit that is asked for ("多少小时", "in euros"), below the heading that is said ("第二季度"), or the only one that can be meant.
Of money in several currencies only one currency is summed.
"""

from __future__ import annotations

import re
from dataclasses import replace

from desktop_app.analysis import units
from desktop_app.analysis.folding import fold
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition, Form
from desktop_app.contract.typed_table import CODE, DATE, DURATION, FIGURES, MONEY, PERCENT
from desktop_app.tables.conditions import CURRENCIES, ConditionReader, base_unit
from desktop_app.tables.named_places import JOINT

MONEY_WORDS = re.compile(
    r"元|金额|费用|花了|花费|多少钱|要付|\b(?:pounds?|yuan|dollars?|euros?|francs?|gbp|usd|eur|cny|chf|cost|costs|spent|paid|claimed|spend|amounts?|expense|worth)\b"
)
_TIMES = re.compile(r"乘以?|×|\*|\btimes\b|\bmultiplied by\b")
_UNIT_ASKED = re.compile(
    r"(?:多少|几)个?|\bhow (?:many|much) |\bin (?:us |swiss )?(?=[a-z]+(?:[?.,; ]*$|,| to | alto))|^(?=[a-z]+ )"
)
_EDGE = re.compile(r"\b(?:start|end|begin|opening|closing|from|to)\b|期初|期末|起始|结束|起|止|余额|balance")
_ADJECTIVES = (
    (
        re.compile(r"最[长短远近]|更[长远]|\b(?:longest|shortest|further|farther|furthest|farthest|how (?:long|far))\b"),
        {*units.TIME, "metre"},
    ),
    (re.compile(r"最[重轻]|更?重(?:多少|[?？]*$)|\b(?:heaviest|lightest|heavier|lighter|how heavy)\b"), {"gram"}),
    (re.compile(r"最(?:贵|便宜)|更?贵|\b(?:dearest|cheapest|dearer|cheaper|expensive)\b"), {"money"}),
)
_HAN_CURRENCIES = {
    "美元": "dollar",
    "美金": "dollar",
    "欧元": "euro",
    "英镑": "pound",
    "人民币": "yuan",
    "港元": "hongkong dollar",
    "港币": "hongkong dollar",
    "日元": "yen",
    "法郎": "franc",
}
_OVER_SEVERAL = frozenset((forms.SUM, forms.AVERAGE, forms.MAX, forms.MIN, forms.SHARE, forms.DIFFERENCE))
_NUMBER_OF_A_THING = re.compile(r"号|编码|代码|电话|手机|\b(?:no|numbers?|ids?|id card|codes?|phones?|tel|mobile)\b")
_TOTAL_COLUMN = re.compile(r"合计|总计|小计|全年|总额|\btotal\b|\bsum\b|\boverall\b")


class FigureColumns(ConditionReader):
    """Chooses the column of the figure."""

    def _form(self, measure: str, column: int, group: str = "") -> Form:
        name = self._columns[column].name if column >= 0 else ""
        if column >= 0 and self._columns[column].kind == MONEY and (said := MONEY_WORDS.search(self._text)):
            self._know(*said.span())
        plus = tuple(self._columns[other].name for other in self._plus) if column >= 0 else ()
        return Form(
            (self._view.table.id,),
            measure,
            name,
            times=self._times(column),
            plus=plus,
            conditions=tuple(self._conditions),
            group=group,
        )

    def _figure(self, among: list[int] | None = None) -> int:
        """The column that is measured: the one named best, of the unit that is asked for, or the only one that can be meant; -1 for none."""
        asked = among if among is not None else self._of_asked_unit() or self._of_adjective()
        named = [
            (slot, column)
            for slot, column in self._free(FIGURES)
            if slot.score >= 0.4 and (among is None or column in among or not among)
        ]
        if named and all(_TOTAL_COLUMN.search(fold(self._columns[column].name)) for _, column in named):
            below = self._below_a_heading()
            if below:
                self._plus = below[1:]
                return below[0]
        if named:
            slot, _ = max(
                named,
                key=lambda one: (
                    one[0].score + 0.3 * any(c in asked for c in one[0].options),
                    one[0].spans[0][1] - one[0].spans[0][0],
                ),
            )
            options = self._of_kind(slot, FIGURES)
            nearer = [
                m.column
                for m in self._mentions
                if m.column in asked and {start for start, _ in m.own} & {start for start, _ in slot.spans}
            ]
            if nearer and not set(options) & set(asked):  # "spent on fuel, in francs": Fuel cost, not litres
                options = nearer
            self._use(slot)
            return next((column for column in options if column in asked), options[0])
        if among is None and self._is_a_number_asked():
            return -1
        below = self._below_a_heading()
        if below:
            self._plus = below[1:]
            return below[0]
        return self._only_one(asked, among)

    def _only_one(self, asked: list[int], among: list[int] | None) -> int:
        """The only column of figures that can be meant where the question names none, -1 for none."""
        inner = [column for column in asked if not _EDGE.search(self._columns[column].name.lower())] or asked
        if len(inner) == 1:
            self._points += 1
            return inner[0]
        if among is None and (meant := self._by_adjective()) >= 0 and self._columns[meant].kind != DATE:
            self._points += 1
            return meant
        money = [column for column in self._view.figures if self._columns[column].kind == MONEY]
        if (said := MONEY_WORDS.search(self._text)) and money:
            self._know(*said.span())
            return money[0] if len(money) == 1 else -1
        whole = [column for column in self._view.figures if _TOTAL_COLUMN.search(fold(self._columns[column].name))]
        if len(self._view.figures) > 1 and len(whole) == 1 and (self._is_time_asked() or self._has(forms.SUM)):
            return whole[0]
        return self._view.figures[0] if len(self._view.figures) == 1 else -1

    def _is_a_number_asked(self) -> bool:
        """Whether the numbers of things are to be summed or told ("手机号合计"), which are no figures: no other column is meant then."""
        if self._has(forms.MAX) or self._has(forms.MIN) or self._has(forms.COUNT):
            return False
        return any(
            not slot.used
            and slot.score >= 0.8
            and self._of_kind(slot, (CODE,))
            and not self._of_kind(slot, FIGURES)
            and _NUMBER_OF_A_THING.search(self._text, max(0, slot.start - 1), slot.end + 8)
            and not re.match(r"[ .:#：为是]*[a-z-]*\d", self._text[slot.end :])
            for slot in self._slots
        )

    def _of_asked_unit(self) -> list[int]:
        """The columns whose unit is asked for: "多少小时", "how many hours", "in euros"."""
        found = list[int]()
        for match in _UNIT_ASKED.finditer(self._text):
            rest = self._text[match.end() : match.end() + 12]
            word = re.match(r"[a-z]+", rest)
            base = base_unit(word[0]) if word else units.after(f" {rest}", 1)[0]
            for column in self._view.figures:
                unit = fold(self._columns[column].unit)
                if unit and (rest.startswith(unit) or (base and base_unit(unit) == base)) and column not in found:
                    found.append(column)
                    end = match.end() + (
                        len(word[0]) if word else len(unit) if rest.startswith(unit) else units.after(f" {rest}", 1)[2] - 1
                    )
                    self._know(match.start(), max(end, match.end()))
        return found

    def _of_adjective(self) -> list[int]:
        """The column of figures that "longest" speaks of, though the question may name another as well; nothing where several may be meant."""
        return [column for column in self._view.figures if column == self._by_adjective()]

    def _below_a_heading(self) -> list[int]:
        """The columns below a heading that the question names while it names none of them: the months of "第二季度"."""
        for column in self._view.figures:
            parts = self._columns[column].name.split(JOINT)
            if len(parts) < 2:
                continue
            said = self._said_heading(parts[0])
            if said:
                below = [other for other in self._view.figures if self._columns[other].name.split(JOINT)[0] == parts[0]]
                if (
                    len({self._columns[other].kind for other in below}) == 1
                    and len(below) <= 12
                    and self._columns[below[0]].kind != PERCENT
                ):
                    for start, end in said:
                        self._know(start, end)
                    self._points += 1
                    return below
        return []

    def _times(self, column: int) -> str:
        """The other column of a product."""
        match = _TIMES.search(self._text)
        if match is None or column < 0:
            return ""
        for slot in self._slots:
            others = [one for one in self._of_kind(slot, FIGURES) if one != column]
            if others and (0 <= slot.start - match.end() <= 6 or 0 <= match.start() - slot.end <= 6):
                self._use(slot)
                self._know(*match.span())
                return self._columns[others[0]].name
        return ""

    def _by_adjective(self) -> int:
        """The column that "longest", "heavier", "earliest" speak of; -1 where several may be meant."""
        if re.search(r"最[早晚近]|\b(?:earliest|latest|newest|oldest)\b", self._text):
            return self._view.dates[0] if len(self._view.dates) == 1 else -1
        for pattern, bases in _ADJECTIVES:
            if pattern.search(self._text):
                fitting = [
                    n
                    for n in self._view.figures
                    if self._base_of(n) in bases and not _EDGE.search(self._columns[n].name.lower())
                ]
                if fitting:
                    return fitting[0] if len(fitting) == 1 else -1
        return -1

    def _base_of(self, column: int) -> str:
        of = self._columns[column]
        return "money" if of.kind == MONEY else base_unit(of.unit) or ("second" if of.kind == DURATION else "")

    def _is_time_asked(self) -> bool:
        """ "How many hours": of the rows nobody asks so."""
        match = re.search(r"\bhow many (\w+)|(?:多少|几)个?(小时|工时|公里|吨|千瓦时|天)", self._text)
        if match is None:
            return False
        return base_unit(match[1] or match[2]) in {*units.TIME, "metre", "gram", "litre", "watt hour"}

    def _in_one_currency(self, form: Form) -> Form:
        """Sums of money do not mix currencies: of a column of several only the rows in the one that is asked for, else a figure for each."""
        column = next((column for column in self._columns if column.name == form.column), None)
        asked = {base for word in self._asked.words if (base := base_unit(word.stem)) in CURRENCIES}
        asked |= {base for han, base in _HAN_CURRENCIES.items() if han in self._text}
        if column is not None and column.kind == MONEY and base_unit(column.unit) in CURRENCIES and asked:
            self._clash = self._clash or base_unit(column.unit) not in asked  # nothing is converted
        compared = [
            c.column
            for c in form.conditions
            if any(one.name == c.column and one.kind == MONEY and not one.unit for one in self._columns)
        ]
        mixed = column is not None and column.kind in FIGURES and self._has_own_units(column.name)
        if (column is None or column.kind != MONEY or column.unit) and not compared and not mixed:
            return form
        unit = self._unit_column(column.name if column else compared[0])
        if unit < 0:
            return form
        name = self._columns[unit].name
        wanted = tuple(text for text in self._view.values.texts[unit] if base_unit(fold(text)) in asked)
        if wanted and not any(condition.column == name for condition in form.conditions):
            self._points += 1
            for word in self._asked.words:
                if base_unit(word.stem) in asked:
                    self._know(word.start, word.end)
            return replace(form, conditions=(*form.conditions, Condition(name, forms.ONE_OF, wanted)))
        if form.measure in (forms.SUM, forms.AVERAGE) and not form.group:
            return replace(form, group=name)
        # Neither a largest of several units is one, nor a sum over each customer.
        self._clash = self._clash or (mixed and form.group != name and form.measure in _OVER_SEVERAL)
        return form

    def _has_own_units(self, name: str) -> bool:
        return any(column.name in (f"{name}{JOINT}Unit", f"{name}{JOINT}单位") for column in self._columns)

    def _unit_column(self, name: str) -> int:
        """The column that says the currency of a column of money, -1 for none."""
        for number, column in enumerate(self._columns):
            texts = self._view.values.texts.get(number, ())
            if column.name in (f"{name}{JOINT}Unit", f"{name}{JOINT}单位") or (
                0 < len(texts) <= 20 and all(base_unit(fold(text)) in CURRENCIES for text in texts)
            ):
                return number
        return -1
