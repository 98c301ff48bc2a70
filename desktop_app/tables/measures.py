# SPDX-License-Identifier: Apache-2.0
"""What a question of figures measures, and what its answer names.

The words say count, sum, highest; the columns that the question names say of what. "How many" reads a column of counts where it is one that is asked
for ("多少次" of 投诉次数), counts the rows where their key is ("how many orders"), and the different values of any other column ("how many customers").
"""

from __future__ import annotations

import re
from dataclasses import replace

from desktop_app.analysis.folding import fold
from desktop_app.analysis.script import HAN
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition, Form, Side
from desktop_app.contract.typed_table import CODE, DATE, FIGURES, MONEY, NUMBER, PERCENT, TEXT
from desktop_app.tables import asking
from desktop_app.tables.asking import Sign
from desktop_app.tables.conditions import RATE
from desktop_app.tables.entities import PERSON_ASKED, EntityReader
from desktop_app.tables.figure_columns import MONEY_WORDS
from desktop_app.tables.named_places import JOINT, ValueMention
from desktop_app.tables.question_reading import NamedPlace

_VERSUS = re.compile(r"相比|比较|谁|还是|\bor\b|哪")
_EACH_TIME = re.compile(
    r"(?P<month>每个?月|哪个?月|各个?月份?|按月份?|逐月|\b(?:per|by|each|every|which) month\b|\bmonthly\b)"
    r"|(?P<quarter>每个?季度|哪个?季度|各个?季度|按季度?|\b(?:per|by|each|every|which) quarter\b|\bquarterly\b)"
    r"|(?P<year>每一?年|哪一?年|各年度?|按年度?|\b(?:per|by|each|every|which) year\b|\byearly\b|\bannually\b)"
    r"|(?P<day>每一?天|每日|哪一?天|哪一?日|按日|逐日|\b(?:per|each|every|(?:on )?which) (?:day|date)\b)"
)
_FOR_A_TIME = re.compile(r"[每月]|年(?!龄|数|份)|monthly|yearly|annual|quarterly|daily")
"""A column whose figures are already for a month or a year: "monthly rent"."""
_FIGURE_ITSELF = re.compile(r"\bwhat (?:is|was|are|were) the $")
_MOST = re.compile(r"最[多少]|\b(?:most|fewest|least)\b(?! expensive\b)")
_SINGLE = re.compile(r"单笔|单张|单项|单次|单个|一笔|一次|一张|一单|\bsingle\b|\bone\b|\bindividual\b|单价|\bprice\b")
_OF_A_THING = re.compile(rf"\b(?:most expensive|dearest|priciest|cheapest) ([a-z]{{3,}})|最(?:贵|便宜)的(?:那|一|某)?([{HAN}])")
_PER_ROW = re.compile(
    r"每(?:一)?(?:次|笔|张|单|条|份|趟|回)|\b(?:per|each|every) (?:time|trip|order|claim|booking|invoice|ticket|reading|entry|row)\b"
)
_PEOPLE = re.compile(r"[有共]?(?:多少|几)个?人")
_TRANSLATED = re.compile(r" ?[a-z]+(?: [a-z]+)? ?\(")
_DECIDED = 0.85

_OF_ONE = re.compile(r"单价|均价|\bunit (?:price|cost)|\bprice per\b|\bhourly\b|年龄|\bage\b")
_OF_EACH = re.compile(
    r"功率|温度|电压|电流|长度|高度|宽度|厚度|深度|直径|面积|容积|容量|速度|转速|压力|浓度|湿度|分数|成绩|得分|评分|总分|身高|体重|寿命|单重"
    r"|\b(?:power|temperature|voltage|length|height|width|depth|diameter|area|speed|pressure|humidity|score|grade|mark|rating|capacity)s?\b"
)
_UNIT_OF_EACH = re.compile(r"[km]?[wv]|m?a|℃|°c|[cm]m|[km]?pa|rpm|hz|db|分|岁")
_PIECES = "台件只支辆套箱包盒块根袋瓶桶"
_UNITS = re.compile(r" ?(?:units|pieces|pcs|items)\b(?: of)?")
_MOVED = re.compile(
    r"(?:卖出?|售出|销售|销了|买了?|采购|购买|领用|领了|发货|发出|出库|入库|出货)(?!单|订单|合同|额|记录|部|员|价|人|日期)|\b(?:sold|bought|purchased|ordered|delivered|shipped|issued|received)\b"
)
_QUANTITY = re.compile(r"数量|件数|台数|箱数|销量|销售量|\b(?:quantity|qty|units|pieces|pcs)\b")
_ENDS = re.compile(r"(?:是|叫)?(?:什么|哪一?[个种款项条])?(?:名称|编号)?[?？。!！ ]*$|(?:要|卖)?多少钱")
_WITH_THE = re.compile(r"s? (?:with|that has|having|of) (?:the )?")


class MeasureReader(EntityReader):
    """Chooses what is done with the figures."""

    def _measure(self, compared: list[ValueMention]) -> Form | None:
        for sign in self._signs:
            self._know(sign.start, sign.end)
        by_time = self._each_time()
        if by_time is not None:
            return by_time
        group = self._group()
        if group is not None:
            return self._ranked(self._over_rows(group=self._columns[group].name))
        if self._has(forms.DIFFERENCE) and (difference := self._difference(compared)) is not None:
            return difference
        picked = self._has(forms.MAX) or self._has(asking.MORE)
        least = self._has(forms.MIN) or self._has(asking.LESSER)
        if compared and (picked or least) and _VERSUS.search(self._text):
            return self._compared(compared, forms.MIN if least and not picked else forms.MAX)
        if (top := self._has(forms.MAX) or self._has(forms.MIN)) is not None:
            return self._extreme(top.what)
        if compared and (form := self._of_each(compared)) is not None:
            return form
        if self._has(forms.SHARE) and (share := self._share()) is not None:
            return share
        if self._has(forms.AVERAGE) or self._has(forms.SUM) or self._has(forms.COUNT):
            return self._over_rows()
        return self._looked_up()

    def _each_time(self) -> Form | None:
        """A figure for each month, quarter, year or day."""
        match = _EACH_TIME.search(self._text)
        if match is None or not self._view.dates:
            return None
        if any(start < match.end() < end for slot in self._slots for start, end in slot.spans):
            return None  # 月租金 of "每月租金"
        form = self._over_rows(group=self._columns[self._date_column()].name)
        if form is None or form.measure == forms.VALUE or _FOR_A_TIME.match(fold(form.column.split(JOINT)[-1])):
            return None
        self._know(*match.span())
        return self._ranked(replace(form, part=next(part for part in ("month", "quarter", "year", "day") if match[part])))

    def _group(self) -> int | None:
        """The column for each of whose values there is a figure."""
        sign = self._has(asking.GROUP)
        if sign is None or (self._has(forms.AVERAGE) and _PER_ROW.match(self._text, sign.start)):
            return None
        for slot in self._slots:
            if any(
                0 <= start - sign.end <= 3 or _TRANSLATED.fullmatch(self._text, sign.end, max(start, sign.end))
                for start, _ in slot.spans
            ):
                for column in self._of_kind(slot, (TEXT, CODE))[:1]:
                    if self._view.is_repeated(column) or (
                        self._named_figures() and not self._has(forms.COUNT) and not self._has(forms.SUM)
                    ):
                        self._use(slot)
                        return column
        return None

    def _named_figures(self) -> list[NamedPlace]:
        """Where the question surely names columns of figures."""
        return [slot for slot, _ in self._free(FIGURES) if slot.score >= 0.5]

    def _ranked(self, form: Form | None) -> Form | None:
        """Of the groups only the first, where the question asks for the highest or lowest."""
        top = self._has(forms.MAX) or self._has(forms.MIN)
        if form is None or top is None or form.measure == forms.VALUE:
            return form
        return replace(form, pick=top.what, limit=self._limit())

    def _over_rows(self, group: str = "") -> Form | None:
        counts, averages = self._has(forms.COUNT), self._has(forms.AVERAGE)
        if averages:
            column = self._figure()
            return None if column < 0 else self._form(forms.AVERAGE, column, group)
        if counts:
            column = self._counts_of(counts)
            if column < 0:
                if _PEOPLE.match(self._text, counts.start) and self._view.person < 0:
                    self._points -= 2  # the rows are no people
                counted = -1 if group else self._counted(counts)
                self._some_or_none()
                return self._form(forms.COUNT, counted, group)
            return self._summed(column, group)
        column = self._figure()
        return None if column < 0 else self._summed(column, group)

    def _of_each(self, compared: list[ValueMention]) -> Form | None:
        """A figure for each of the values named: "华东和华北的金额分别是多少", "salary of Ann and Bob"."""
        apart = "分别" in self._text or re.search(r"\b(?:each|respectively)\b", self._text)
        asks = (forms.SUM, forms.COUNT, forms.LIST, forms.SHARE, asking.WHICH, asking.WHO)
        if not apart and (any(map(self._has, asks)) or not self._view.is_unique(compared[0].column)):
            return None
        if not self._free(FIGURES) or self._has(forms.DIFFERENCE):
            return None
        measure = forms.AVERAGE if self._has(forms.AVERAGE) else forms.SUM
        column = self._figure()
        return None if column < 0 else self._form(measure, column, self._columns[compared[0].column].name)

    def _summed(self, column: int, group: str = "") -> Form | None:
        """The sum of a column; of one row its cell. Percentages and prices of one piece do not add up."""
        if not group and self._one_row() and not self._plus:
            return self._form(forms.VALUE, column)
        name = self._columns[column].name.lower()
        if _QUANTITY.search(name):
            for said in _MOVED.finditer(self._text):
                self._know(*said.span())
        adds_up = (
            self._columns[column].kind != PERCENT
            and not RATE.search(name)
            and (not _OF_ONE.search(name) or self._times(column))
        )
        return self._form(forms.SUM, column, group) if adds_up else None

    def _is_asked_for(self, slot: NamedPlace) -> bool:
        """Whether "which" stands right before a column: "which shelf", "哪个存放架"."""
        return any(sign.what == asking.WHICH and 0 <= slot.start - sign.end <= 1 for sign in self._signs)

    def _counts_of(self, sign: Sign) -> int:
        """The column of figures that "how many" reads: its unit or its name is asked for; -1 where rows are counted."""
        if PERSON_ASKED.search(self._text, max(0, sign.start - 1)):
            return -1
        named = [
            (slot, column)
            for slot, column in self._free(FIGURES)
            if slot.score >= 0.5 and any(0 <= start - sign.end <= 1 for start, _ in slot.spans) and not self._is_of_key(slot)
        ]
        if named:
            self._use(named[0][0])
            return named[0][1]
        asked = self._of_asked_unit()
        said = self._text[sign.start : sign.end]
        unit = said[-1] if said else ""
        if not asked and unit in "次盒件人":
            asked = [
                column for column in self._view.figures if fold(self._columns[column].name).endswith((f"{unit}数", f"({unit})"))
            ]
            asked = [column for column in asked if any(column == mention.column for mention in self._mentions)]
        if not asked:
            asked = self._of_pieces(sign, unit)
        if not asked and not self._is_time_asked():
            return -1
        return self._figure(asked)

    def _of_pieces(self, sign: Sign, unit: str) -> list[int]:
        """The column of quantities where pieces are asked for and not rows: "卖了多少台", "how many units were sold"."""
        moved = _MOVED.search(self._text) is not None
        pieces = (
            unit in _PIECES
            or (unit == "个" and moved and self._text[sign.start] != "有")
            or _UNITS.match(self._text, sign.end) is not None
        )
        pieces = pieces or (moved and unit == "y" and any(value.start == sign.end + 1 for value in self._values))
        rows = {self._view.key, *(n for n, column in enumerate(self._columns) if column.kind == CODE)}
        if not pieces or any(0 <= slot.start - sign.end <= 1 and rows & set(slot.options) for slot in self._slots):
            return []
        found = [
            column
            for column in self._view.figures
            if self._columns[column].kind == NUMBER
            and _QUANTITY.search(fold(self._columns[column].name))
            and fold(self._columns[column].unit) in ("", unit)
        ]
        if len(found) == 1:
            self._points += 1
            if said := _UNITS.match(self._text, sign.end):
                self._know(*said.span())
            return found
        if moved:
            self._points -= 6  # the rows are no pieces
        return []

    def _extreme(self, which: str) -> Form | None:
        """The largest or smallest figure, or what has it."""
        limit, entity = self._limit(), self._thing_with_it()
        if (
            entity < 0
            and (
                limit
                or self._has(asking.WHICH)
                or self._has(asking.WHO)
                or self._has(forms.LIST)
                or re.search(r"写|列出", self._text)
            )
            and not self._asks_for_figure()
        ):
            entity = self._entity()
        figure = self._free((*FIGURES, DATE))
        repeated = entity >= 0 and self._view.is_repeated(entity) and self._columns[entity].kind in (TEXT, CODE)
        name = self._columns[entity].name if entity >= 0 else ""
        sums = self._has(forms.SUM) or MONEY_WORDS.search(self._text)
        measured = [slot for slot, column in figure if self._columns[column].kind != DATE and slot.score >= 0.5]
        if not measured and repeated and not sums and not self._of_asked_unit() and _MOST.search(self._text):
            return replace(self._form(forms.COUNT, -1, name), pick=which, limit=limit)
        column = self._figure()
        if column < 0:
            dates = [one for slot, one in figure if self._columns[one].kind == DATE and one != entity]
            column = dates[0] if dates else self._by_adjective()
        if column < 0:
            return None
        if self._columns[column].kind == DATE and "最近" in self._text:  # 近 is near, of places
            which = forms.MAX
        if repeated and entity != column and self._is_summed(column):
            return replace(self._form(forms.SUM, column, name), pick=which, limit=limit)
        return replace(self._form(which, column), named=name if entity != column else "", limit=limit)

    def _thing_with_it(self) -> int:
        """The column of what has the highest figure, which is asked for without "which": "单价最高的物料", "the item with the lowest price"; else -1."""
        for slot in self._slots:
            columns = self._of_kind(slot, (TEXT, CODE))
            if not columns or slot.used or slot.score < 0.5:
                continue
            for sign in self._signs:
                if sign.what not in (forms.MAX, forms.MIN):
                    continue
                behind = self._text[sign.end : slot.start] == "的" and _ENDS.match(self._text, slot.end)
                before = _WITH_THE.fullmatch(self._text, slot.end, max(slot.end, sign.start))
                asks_another = any(
                    one.what in (asking.WHICH, asking.WHO)
                    and self._text[one.start : one.end] != "what"
                    and one.end < slot.start
                    for one in self._signs
                )
                if (behind or before) and not asks_another:  # not "which customer has the order with the highest amount"
                    self._use(slot)
                    return next((column for column in columns if self._columns[column].kind == TEXT), columns[0])
        return -1

    def _asks_for_figure(self) -> bool:
        """ "What was the lowest course fee?": the figure and not what has it."""
        return any(
            sign.what in (forms.MAX, forms.MIN)
            and _FIGURE_ITSELF.search(self._text, 0, sign.start)
            and any(slot.score >= 0.5 and 0 <= slot.start - sign.end <= 8 for slot, _ in self._free(FIGURES))
            for sign in self._signs
        )

    def _is_summed(self, column: int) -> bool:
        """Whether "the department with the highest cost" means the sum over its rows: of money and amounts, unless a single one is asked for."""
        return (
            self._columns[column].kind in (MONEY, NUMBER)
            and (self._has(forms.SUM) is not None or not self._is_of_each(column))
            and not (_SINGLE.search(self._text) or _OF_ONE.search(self._columns[column].name.lower()))
            and not self._is_of_one_thing()
        )

    def _is_of_each(self, column: int) -> bool:
        """Whether a figure is said of one thing and does not add up over several: power, temperature, a mark."""
        of = self._columns[column]
        return _OF_EACH.search(fold(of.name)) is not None or _UNIT_OF_EACH.fullmatch(fold(of.unit)) is not None

    def _is_of_one_thing(self) -> bool:
        """Whether the highest is said of a thing that a row holds: "who took the most expensive course", "谁报了最贵的课"; not "the dearest department"."""
        return any(
            not any(
                slot.used and start <= match.start(match.lastindex or 0) < end
                for slot in self._slots
                for start, end in slot.spans
            )
            for match in _OF_A_THING.finditer(self._text)
        )

    def _compared(self, compared: list[ValueMention], which: str) -> Form | None:
        column_of = compared[0].column
        name = self._columns[column_of].name
        measured = (
            self._free(FIGURES)
            or self._of_asked_unit()
            or self._below_a_heading()
            or self._has(forms.SUM)
            or MONEY_WORDS.search(self._text)
        )
        if not measured and not self._has(forms.AVERAGE):
            self._entity()
            return replace(self._form(forms.COUNT, -1, name), pick=which)
        column = self._figure()
        if column < 0:
            return None
        self._entity()
        if not self._view.is_repeated(column_of) and not self._plus:
            return replace(self._form(which, column), named=name)
        measure = forms.AVERAGE if self._has(forms.AVERAGE) or self._columns[column].kind == PERCENT else forms.SUM
        return replace(self._form(measure, column, name), pick=which)

    def _difference(self, compared: list[ValueMention]) -> Form | None:
        """By how much two rows, two groups of rows or two columns differ: "how much dearer is A than B" is A minus B."""
        table = self._view.table.id
        columns = [(slot, column) for slot, column in self._free(FIGURES) if slot.score >= 0.5]
        if len(columns) == 1 and not compared and (sides := self._of_two_headings(columns[0][0])):
            self._use(columns[0][0])
            return replace(self._form(forms.DIFFERENCE, columns[0][1]), sides=sides)
        if len(columns) == 2 and not compared:
            for slot, _ in columns:
                self._use(slot)
            first, second = (Side(table, column=self._columns[column].name) for _, column in columns)
            return replace(self._form(forms.DIFFERENCE, columns[0][1]), sides=(second, first))
        if len(compared) != 2:
            return None
        counts = self._has(forms.COUNT) or re.search(r"\bhow many\b", self._text)
        column = -1 if counts and not columns and not self._of_asked_unit() else self._figure()
        if column < 0 and not counts:
            return None
        name = self._columns[compared[0].column].name
        self._conditions = [condition for condition in self._conditions if condition.column != name]
        one, other = (Side(table, (Condition(name, forms.EQUAL, (value.values[0],)),)) for value in compared)
        return replace(self._form(forms.DIFFERENCE, column), sides=(other, one))

    def _of_two_headings(self, slot: NamedPlace) -> tuple[Side, ...]:
        """The columns of one name below two headings: "下半年的收入比上半年多多少"."""
        places = list[tuple[int, int]]()
        for column in self._of_kind(slot, FIGURES):
            said = [span for part in self._columns[column].name.split(JOINT)[:-1] for span in self._said_heading(part)]
            if said:
                places.append((said[0][0], column))
                for start, end in said:
                    self._know(start, end)
        if len(places) != 2:
            return ()
        first, second = (Side(self._view.table.id, column=self._columns[column].name) for _, column in sorted(places))
        return (second, first)

    def _share(self) -> Form | None:
        """Which part of all rows, or of a sum over them, fulfils the conditions."""
        figure = self._free(FIGURES)
        if not self._conditions or any(self._columns[column].kind == PERCENT for _, column in figure):
            return None
        if figure or MONEY_WORDS.search(self._text):
            column = self._figure()
            return None if column < 0 else self._form(forms.SHARE, column)
        sign = self._has(forms.SHARE)
        if sign is not None:
            self._counted(sign)
        return self._form(forms.SHARE, -1)

    def _looked_up(self) -> Form | None:
        """The cell of one row, a list of what fulfils the conditions, or the sum that "how much" means of several rows."""
        lists = self._has(forms.LIST)
        which = self._has(asking.WHICH) or self._has(asking.WHO)
        if self._one_row():
            return self._cell()
        figure = [
            one for one in self._free(FIGURES) if one[0].score >= _DECIDED - 0.05 and self._columns[one[1]].kind != PERCENT
        ]
        much = self._has(asking.HOW_MUCH) or (which and re.search(r"\bwhat\b", self._text))
        if much and not lists and (figure or self._has(asking.HOW_MUCH)):
            # "What is the net amount of all MX-35 orders": of several rows the sum is meant.
            column = self._figure()
            if column >= 0:
                self._points -= 0 if re.search(r"所有|全部|\ball\b", self._text) or self._has(asking.HOW_MUCH) else 1
                return self._summed(column)
        if lists or which:
            self._some_or_none()
        dated = bool(self._asked.periods) and bool(self._view.dates) and bool(self._slots)
        if not self._conditions and not dated:
            return None
        compares = any(condition.test not in (forms.EQUAL, forms.DIFFERS) for condition in self._conditions)
        if lists or which or compares:
            entity = self._entity()
            return None if entity < 0 else self._form(forms.LIST, entity)
        return None

    def _cell(self) -> Form | None:
        """The cell of one row that the question names."""
        taken = {condition.column for condition in self._conditions}
        asks = self._has(asking.HOW_MUCH) or self._has(asking.WHO) or self._has(asking.WHICH)
        figure = self._figure() if self._free(FIGURES) or self._of_asked_unit() or self._has(asking.HOW_MUCH) else -1
        if figure >= 0 and self._columns[figure].name not in taken:
            return self._form(forms.VALUE, figure) if not self._plus else self._form(forms.SUM, figure)
        target = [one for one in self._free((DATE, TEXT, CODE)) if self._columns[one[1]].name not in taken]
        if target:
            slot, column = max(target, key=lambda one: (self._is_asked_for(one[0]), one[0].score))
            self._use(slot)
            return self._form(forms.VALUE, column)
        person = self._view.person
        if asks and self._has(asking.WHO) and person >= 0 and self._columns[person].name not in taken:
            return self._form(forms.VALUE, person)
        return None
