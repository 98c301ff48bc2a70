# SPDX-License-Identifier: Apache-2.0
"""Which rows a question means: values, figures, dates, yes and no."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

from desktop_app.analysis import units, words
from desktop_app.analysis.facts import Fact
from desktop_app.analysis.script import HAN
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition, Form
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, MONEY, NUMBER, PERCENT, TEXT
from desktop_app.tables import asking
from desktop_app.tables.named_places import JOINT, ValueMention
from desktop_app.tables.periods import TimeSpan
from desktop_app.tables.question_reading import NamedPlace, QuestionReading

_OF_MONEY = re.compile(r"价|金额|费|款|额|成本|price|amount|cost|fee|total|value|pay|salary")
RATE = re.compile(r"(?:率|比例|占比|百分比)$|\b(?:rate|ratio|percentage)$")
"""Names of columns whose figures do not add up."""
_TIMES_TEN = re.compile("[万亿]")
_PLANNED = re.compile(r"计划|目标|预算|定额|任务|指标|\b(?:plan|target|budget|goal|quota)s?\b")
_DONE = re.compile(r"实际|完成(?!率)|\b(?:actual|achieved|done|completed|spent)\b")
_AND = re.compile(r"(?:和|与|及|以及|、|或者?| ?, ?(?:and |or )?| and | or )")
_NEAR = 30  # characters between a column and its figure
_PREFIX = re.compile(
    r"(?:\b(?:zone|block|aisle|bay) (?!in\b|of\b|for\b|on\b|to\b|is\b|by\b|at\b|has\b|had\b|was\b|and\b|or\b)|\b(?:begin(?:ning)?|start(?:ing|s)?)(?: with)? )([a-z\d]{1,3})\b|(?<![a-z])([a-z])(?: ?区| ?库)|以?[“\"']?([a-z\d]{1,4})[”\"']?(?:开头|打头)"
)


class ConditionReader(QuestionReading):
    """Adds to ``_conditions`` what it finds in the question."""

    def _compare_columns(self) -> None:
        """ "实际超过预算", "book and counted quantity differ"."""
        if self._has(forms.DIFFERENCE):
            return
        self._compare_with_than()
        figures = [slot for slot in self._slots if self._of_kind(slot, FIGURES)]
        for match in asking.MORE_THAN.finditer(self._text):
            before = [slot for slot in figures if slot.end <= match.end() and not slot.used]  # "没有完成计划"
            after = [slot for slot in figures if slot.start >= match.end() and slot.start - match.end() <= 8 and not slot.used]
            quantity = any(0 <= self._folded_start(fact) - match.end() <= 3 for fact in self._facts)
            if quantity:
                continue
            test, start = asking.comparison(self._text, match)
            if test == forms.DIFFERS and len(before) >= 2 and not after:
                first, second = before[-2:]
            elif before and after:
                first, second = before[-1], after[0]
            elif len(after) == 1 and (done := self._done_beside(after[0])) is not None:
                first, second = done, after[0]
            else:
                continue
            one, other = self._of_kind(first, FIGURES)[0], self._of_kind(second, FIGURES)[0]
            self._conditions.append(Condition(self._columns[one].name, test, other=self._columns[other].name))
            self._use(first)
            self._use(second)
            self._know(start, match.end())
            self._points += 1

    def _done_beside(self, planned: NamedPlace) -> NamedPlace | None:
        """What a plan is held against without being said: "missed their plan", "没有完成计划". Only where one column says what was done."""
        if not _PLANNED.search(self._text, planned.start, planned.end):
            return None
        done = [column for column in self._view.figures if _DONE.search(self._columns[column].name.lower())]
        return NamedPlace(planned.spans, (), done, planned.score) if len(done) == 1 else None

    def _compare_with_than(self) -> None:
        """ "实际支出比预算少的部门"."""
        for match in re.finditer(r"比", self._text):
            figures = [slot for slot in self._slots if not slot.used and self._of_kind(slot, FIGURES)]
            before = [slot for slot in figures if 0 <= match.start() - slot.end <= 4]
            after = [slot for slot in figures if 0 <= slot.start - match.end() <= 4]
            if not before or not after:
                continue
            how = re.match(
                r".{0,3}?(?:还|要|更)?(?:(多|高|大|贵|长)|(少|低|小|便宜|短))(?!多少|出)", self._text[after[0].end :]
            )
            if how is None:
                continue
            one, other = self._of_kind(before[-1], FIGURES)[0], self._of_kind(after[0], FIGURES)[0]
            test = forms.MORE if how[1] else forms.LESS
            self._conditions.append(Condition(self._columns[one].name, test, other=self._columns[other].name))
            self._use(before[-1])
            self._use(after[0])
            self._know(match.start(), after[0].end + how.end())
            self._points += 1

    def _folded_start(self, fact: Fact) -> int:
        return next((at for at, (start, _) in enumerate(self._asked.places) if start >= fact.start), len(self._text))

    def _folded_end(self, fact: Fact) -> int:
        return next((at for at, (start, _) in enumerate(self._asked.places) if start >= fact.end), len(self._text))

    def _figures(self) -> None:
        """Conditions of figures: "above 2 percent", "折扣为30%", "超过10万元的"."""
        self._between()
        for fact in self._facts:
            start, end = self._folded_start(fact), self._folded_end(fact)
            if (
                all(self._known[start:end])
                or any(p.start <= start < p.end for p in self._asked.periods)
                or any(v.start <= start < v.end for v in self._values)
            ):
                continue
            if any(s <= start < e for slot in self._slots for s, e in slot.spans):
                continue
            before = next(
                (m for m in asking.MORE_THAN.finditer(self._text, max(0, start - 24)) if 0 <= start - m.end() <= 2), None
            )
            behind = asking.BEHIND.match(self._text, end) or asking.BEHIND.match(self._text, _end_of_digits(self._text, start))
            test = (
                asking.comparison(self._text, before)[0]
                if before
                else (forms.AT_LEAST if behind["least"] or behind["least2"] else forms.AT_MOST)
                if behind
                else ""
            )
            if not test and (fact.weak or any(sign.start < end and start < sign.end for sign in self._signs)):
                continue  # "一共", "a"
            column, slot = self._column_of(fact, start, compared=bool(test))
            if column < 0 or (not test and not self._is_equated(start, column, slot, fact)):
                if (
                    not test
                    and fact.base not in units.TIME
                    and re.match(r"[ ]?(?:位|decimal|place)", self._text[end : end + 8])
                ):
                    self._know(start, end)
                continue
            self._conditions.append(Condition(self._columns[column].name, test or forms.EQUAL, (self._as_in(column, fact),)))
            self._know(start, end)
            if before:
                self._know(asking.comparison(self._text, before)[1], before.end())
            if behind:
                self._know(*behind.span())
            if slot:
                self._use(slot)
            self._points += 1.5

    def _is_equated(self, start: int, column: int, slot: NamedPlace | None, fact: Fact) -> bool:
        if slot is None:
            return False
        between = self._text[slot.end : start]
        if slot.end <= start and len(between) <= 10:
            return bool(re.fullmatch(r"(?:率|是|为|等于|达到|达|=|:| |需要|of|is|was|at|检定|打)*", between)) or bool(fact.base)
        return bool(fact.base) and bool(self._columns[column].unit)

    def _between(self) -> None:
        """ "between 75 and 200 pounds", "100到200元之间"."""
        for one, other in pairwise(self._facts):
            start, end = self._folded_start(one), self._folded_end(other)
            gap = self._text[self._folded_end(one) : self._folded_start(other)]
            if not re.fullmatch(r" ?[元个件天%]?(?:and|to|-|–|—|至|到|~|和|与) ?", gap) or any(self._known[start:end]):
                continue
            begins = re.search(r"(?:\b(?:between|from) |介于|在|从)$", self._text[:start])
            ends = re.match(r"[元个件天%]?之间", self._text[end:])
            column, slot = self._column_of(other, start, compared=True)
            if column < 0 or not (begins or ends):
                continue
            low = one
            if not one.base:
                scale = _TIMES_TEN.search(self._text, start, end)  # "10到20万元"
                times = (10_000 if scale[0] == "万" else 100_000_000) if scale and one.figure < other.figure / 1_000 else 1
                value = one.figure * times * (other.value / other.figure if other.figure else 1)
                low = replace(one, base=other.base, value=value, figure=one.figure * times)
            values = (self._as_in(column, low), self._as_in(column, other))
            self._conditions.append(Condition(self._columns[column].name, forms.BETWEEN, values))
            self._know(begins.start() if begins else start, end + (ends.end() if ends else 0))
            if slot:
                self._use(slot)
            self._points += 1.5

    def _column_of(self, fact: Fact, start: int, *, compared: bool) -> tuple[int, NamedPlace | None]:
        """The column that a figure is compared with."""
        same_unit = [
            column for column in self._view.figures if fact.base and base_unit(self._columns[column].unit) == fact.base
        ]
        near = sorted(
            (slot for slot in self._slots if self._of_kind(slot, FIGURES) and abs(slot.start - start) <= _NEAR),
            key=lambda slot: (
                slot.start > start and slot.start - start > 8,
                min(abs(slot.end - start), abs(slot.start - start)),
            ),
        )
        for slot in near:
            fitting = [column for column in self._of_kind(slot, FIGURES) if self._fits(column, fact)]
            if fitting and (not same_unit or fitting[0] in same_unit):
                return fitting[0], slot
        fitting = [column for column in self._view.figures if self._fits(column, fact) and fact.base]
        if compared and len(fitting) == 1:
            return fitting[0], None
        if compared and not fact.base and len(self._view.figures) == 1:
            return self._view.figures[0], None
        return -1, None

    def _fits(self, column: int, fact: Fact) -> bool:
        """Whether the unit of a figure can be that of a column."""
        of = self._columns[column]
        if fact.base == units.RATIO:
            return of.kind == PERCENT or self._is_ratio(column)
        if of.kind == PERCENT:
            return False
        base = base_unit(of.unit)
        if not fact.base or not base:
            if of.kind == NUMBER and fact.base in CURRENCIES:
                return _OF_MONEY.search(of.name.lower()) is not None
            return not fact.base or (of.kind == MONEY) == (fact.base in CURRENCIES)
        return base == fact.base

    def _is_ratio(self, column: int) -> bool:
        """Whether plain numbers of a column are ratios: a rate by its name, with cells as 0.25."""
        of = self._columns[column]
        return of.kind == NUMBER and not of.unit and RATE.search(of.name.lower()) is not None and self._view.largest(column) < 2

    def _as_in(self, column: int, fact: Fact) -> float:
        """The figure in the unit of the column."""
        of = self._columns[column]
        if of.kind == PERCENT or (fact.base == units.RATIO and self._is_ratio(column)):
            return float(fact.value)
        base, factor = _unit(of.unit)
        if of.unit.startswith(("万", "亿")):
            factor = Fraction(10_000 if of.unit[0] == "万" else 100_000_000)
            written = self._asked.question[fact.start : fact.end].strip()
            if not fact.base and _DIGITS.fullmatch(written) and fact.figure <= 10 * Fraction(self._view.largest(column)):
                return float(fact.figure)  # "超过20" of a column in 万元 is of its unit
            return float(fact.value / factor)
        return (
            float(fact.value / factor)
            if fact.base and base == fact.base
            else float(fact.figure if not fact.base else fact.value)
        )

    def _prefix(self) -> None:
        """Codes that begin with a letter: "bins of zone C", "C区的仓位"."""
        for match in _PREFIX.finditer(self._text):
            letters = next(group for group in match.groups() if group)
            codes = [slot for slot in self._slots if self._of_kind(slot, (CODE, TEXT))]
            for slot in sorted(codes, key=lambda one: abs(one.start - match.start())):
                column = self._of_kind(slot, (CODE, TEXT))[0]
                begins = [text[: len(letters)] for text in self._view.values.texts[column] if text.lower().startswith(letters)]
                if begins and not any(v.column == column and v.start <= match.start() < v.end for v in self._values):
                    self._conditions.append(Condition(self._columns[column].name, forms.BEGINS, (begins[0],)))
                    self._use(slot)
                    self._know(*match.span())
                    self._values = [v for v in self._values if not (match.start() <= v.start and v.end <= match.end())]
                    self._points += 1
                    break

    def _yes_or_no(self) -> None:
        """ "without a receipt", "repeat repairs", "uninsured": a column of yes and no."""
        for number, of in enumerate(self._columns):
            answers = self._view.yes_or_no(number)
            opposite = f"un{words.stem(of.name.lower())}" if of.name.isascii() else ""
            for word in self._asked.words if answers else ():
                if answers and word.stem == opposite:
                    self._conditions.append(Condition(of.name, forms.EQUAL, (answers[1],)))
                    self._know(word.start, word.end)
                    self._points += 2
        for slot in self._slots:
            column = next((one for one in slot.options if self._view.yes_or_no(one)), -1)
            if column < 0 or slot.score < 0.5 or any(value.column == column for value in self._values):
                continue
            yes, no = self._view.yes_or_no(column) or ("", "")
            denied = asking.denied(self._text, slot.start)
            asks = any(sign.what in (asking.WHICH, asking.GROUP) and 0 <= slot.start - sign.end <= 2 for sign in self._signs)
            if asks:
                continue
            self._conditions.append(Condition(self._columns[column].name, forms.EQUAL, (no if denied >= 0 else yes,)))
            self._know(denied if denied >= 0 else slot.start, slot.end)
            self._use(slot)

    def _losses(self) -> None:
        """ "亏损的分公司", "branches that made a loss": less than nothing of a column of profit."""
        match = re.search(r"亏损|亏本|\b(?:made|making|with) an? loss\b|\bloss-making\b", self._text)
        if match is None:
            return
        profits = [m.column for m in self._mentions if self._columns[m.column].kind in FIGURES]
        named = [n for n in self._view.figures if re.search(r"利润|盈亏|profit|margin|result", self._columns[n].name.lower())]
        said = [n for n in named if any(self._said_heading(part) for part in self._columns[n].name.split(JOINT)[:-1])]
        for column in (said or [n for n in named if n in profits] or named)[:1]:
            self._conditions.append(Condition(self._columns[column].name, forms.LESS, (0,)))
            self._know(*match.span())
            self._points += 2

    def _value_conditions(self) -> list[ValueMention]:
        """Conditions of the values named; gives those that are set against each other ("A or B")."""
        by_column = dict[int, list[ValueMention]]()
        for value in self._values:
            by_column.setdefault(value.column, []).append(value)
        compared = list[ValueMention]()
        for column, values in by_column.items():
            name = self._columns[column].name
            wanted, before = list[str](), (-1, -1)  # where the value before ends, and whether it is denied
            for value in values:
                denied = self._denied(value, *before)
                before = (value.end, denied)
                self._know(denied if denied >= 0 else value.start, value.end)
                self._know_translation(value)
                self._points += 3 if value.same else 2
                if denied >= 0:
                    self._conditions += [Condition(name, forms.DIFFERS, (one,)) for one in value.values]
                else:
                    wanted += value.values
            for slot in self._slots:
                if column in slot.options and slot.options[0] == column and not slot.used:
                    self._around(slot, values)
            different = list(dict.fromkeys(wanted))
            if len(different) == 1:
                self._conditions.append(Condition(name, forms.EQUAL, (different[0],)))
            elif different:
                self._conditions.append(Condition(name, forms.ONE_OF, tuple(different)))
                if len({value.start for value in values}) > 1:
                    compared = [value for value in values if value.values[0] in different]
        return compared

    def _denied(self, value: ValueMention, end: int, before: int) -> int:
        """Where its negation begins, -1 for none; "除了甲和乙" denies both: the value before ends at ``end`` and is denied from ``before`` on."""
        denied = asking.denied(self._text, value.start, value.end)
        return end if denied < 0 <= before and _AND.fullmatch(self._text, end, max(end, value.start)) else denied

    def _know_translation(self, value: ValueMention) -> None:
        """What stands before a value in brackets is the same in another language: "girls (女)", "the paint shop (喷涂车间)"."""
        match = re.search(rf"((?:[a-z-]+ ){{1,2}}|[{HAN}]{{2,8}})\($", self._text[: value.start])
        if match:
            self._know(match.start(), value.start)

    def _around(self, slot: NamedPlace, values: list[ValueMention]) -> None:
        """The name of a column beside a value of it says only which column: "状态为履行中", "the North region"."""
        for value in values:
            gap = self._text[slot.end : value.start] if slot.end <= value.start else self._text[value.end : slot.start]
            if len(gap) <= 6:
                for start, end in slot.spans:
                    self._know(start, end)
                slot.used = True
                return

    def _with_periods(self, form: Form, year: int = 0) -> Form:
        """The stretches of time: the table's own, a heading of a column in use, or a filter of its dates. ``year``: of one that says none."""
        used = {
            form.column,
            form.times,
            *form.plus,
            *(side.column for side in form.sides),
            *(c.column for c in form.conditions),
            *(c.other for c in form.conditions),
        }
        mentions = [m for m in self._mentions if self._columns[m.column].name in used]
        between = form.measure == forms.VALUE and len(self._asked.periods) == 2 and self._has(forms.DIFFERENCE) is not None
        for period in self._asked.periods:
            span = (period.start, period.end)
            time = self._view.time
            if between and time is not None:  # of this table and another like it
                self._know(*span)
                self._points += period.holds(time)
                continue
            if any(span in (*mention.own, *mention.above) for mention in mentions) or self._is_in_name(period, used):
                self._know(*span)
                self._points += 1
                if time is not None and not (time.holds(period) or period.holds(time)):
                    self._clash = True
                continue
            if time is not None and period.holds(time):
                self._know(*span)
                self._points += 1.5
                continue
            if time is not None and not _overlap(time, period):
                self._clash = True
                continue
            dates = self._date_column()
            if dates < 0:
                self._clash = self._clash or not any(self._known[slice(*span)])
                continue
            own = time.first[0] if time and not time.open_year else year
            meant = period.in_year(own) if own else period
            if meant.open_year:
                self._clash = True
                continue
            condition = Condition(self._columns[dates].name, forms.BETWEEN, meant.iso())
            form = replace(form, conditions=(*form.conditions, condition))
            self._know(*span)
            self._points += 1
        return form

    def _is_in_name(self, period: TimeSpan, used: set[str]) -> bool:
        """Whether a column in use has this stretch of time in its name: "2025年送检盒数"."""
        said = self._text[period.start : period.end]
        return any(said in name.lower() for name in used if name)

    def _date_column(self) -> int:
        for slot in self._slots:
            for column in self._of_kind(slot, (DATE,)):
                self._use(slot)
                return column
        return self._view.dates[0] if self._view.dates else -1


CURRENCIES = frozenset({"yuan", "dollar", "euro", "pound", "hongkong dollar", "yen", "franc"})


def _unit(name: str) -> tuple[str, Fraction]:
    if len(name) > 1 and name[0] in "万亿":
        base, factor = _unit(name[1:])
        return base, factor * (10_000 if name[0] == "万" else 100_000_000)
    try:
        return units.of(
            name.lower().rstrip("s")
            if name.isascii() and len(name) > 1 and name.lower() not in ("gbp", "days")
            else name.lower()
        )
    except KeyError:
        try:
            return units.of(name.lower().rstrip("s"))
        except KeyError:
            return "", Fraction(1)


def base_unit(name: str) -> str:
    """The base of a unit as ``analysis.units`` has it, "" for none."""
    return _unit(name)[0]


def _overlap(one: TimeSpan, other: TimeSpan) -> bool:
    one, other = one.in_year(other.first[0]), other.in_year(one.first[0])
    return one.first <= other.last and other.first <= one.last


_DIGITS = re.compile(r"[\d.,]*")


def _end_of_digits(text: str, start: int) -> int:
    match = _DIGITS.match(text, start)
    return match.end() if match else start
