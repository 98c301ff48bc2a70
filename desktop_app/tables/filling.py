# SPDX-License-Identifier: Apache-2.0
"""Fills the form of a question of figures for one table, by rules.

What the question says is held against the table: values of its columns become conditions, columns what is measured, stretches of time a filter or the
choice of a sheet. How much of the question then has a meaning in the table tells how surely it is about it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from desktop_app.analysis.names import SURNAMES
from desktop_app.analysis.script import HAN
from desktop_app.contract.form import Form
from desktop_app.contract.typed_table import CODE, TEXT
from desktop_app.tables import doubts
from desktop_app.tables.conditions import base_unit
from desktop_app.tables.measures import MeasureReader
from desktop_app.tables.named_places import AskedText
from desktop_app.tables.question_reading import LITTLE_WORDS
from desktop_app.tables.table_view import TableView

_LITTLE = re.compile(
    r"的|了|是|在|与|和|或|为|里|中|内|有|这|那|我|您|你|请|帮|把|被|由|从|到|于|对|将|就|都|也|还|又|则|吗|呢|吧|啊|、|其|以|及|等|相比|比较|比|之间|期间|写|给出|写出|保留[一二两三四]?位?小数|位小数|"
    r"计算|统计|全部|所有|多少|怎么|请问|查询|查一下|告诉|一下|含|不|数据|表|记录|时|需要|负责|分列|叫什么|什么|情况|单笔|单次|一笔|一次|一趟|一张|花了|花费|账户|名下|钱|结果|显示|按|元|年"
)

_NO_NAMES = frozenset("i vat po id hr it us uk eu q1 q2 q3 q4 h1 h2 jan feb mar apr may jun jul aug sep oct nov dec".split())
_OFFICE = re.compile(rf"(?P<name>[{HAN}]{{2,6}}?)(?:分公司|公司|(?<!全)部(?!门|分)|分行|支行|工厂|科室|学院|医院|门店)")
_STRANGER = re.compile(rf"(?<![{HAN}])[{SURNAMES}][{HAN}]{{2}}(?![{HAN}])|\d{{3,}}(?![\d年月日元])")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with how well it fits: ``score``, the more the better; ``left`` is the share of the question that has no meaning here."""

    form: Form
    score: float
    left: float


def fill(asked: AskedText, view: TableView) -> Filled | None:
    """The form of the question for this table; None where the table says nothing of it, or nothing is to be computed."""
    return _Filling(asked, view).result()


class _Filling(MeasureReader):
    def result(self) -> Filled | None:
        if not self._signs and not (self._slots and (self._values or self._facts)):
            return None
        self._name_table()
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
        if self._names_a_stranger() or doubts.passes_over(self._text, self._known, numbers, form.measure):
            return None
        named = next((number for number, column in enumerate(self._columns) if column.name == form.column), -1)
        repeated = named >= 0 and self._view.is_repeated(named)
        if doubts.asks_for_more(self._text, self._signs, form, len(self._asked.periods), repeated=repeated):
            return None
        left = self._left()
        self._points += min(
            1.0, math.log10(max(1, self._view.table.rows)) / 4
        )  # of two alike the larger: a list of regions is no list of orders
        return Filled(form, self._points - 8 * left - (6 if self._clash else 0), left)

    def _names_a_stranger(self) -> bool:
        """Whether the question names somebody or something that this table does not know: a code, a name in capitals, a department. What is
        computed without them would be the answer to another question."""
        for word in self._asked.words:
            if any(self._known[word.start : word.end]) or word.stem in LITTLE_WORDS:
                continue
            text = self._text[word.start : word.end]
            first = self._asked.question[self._asked.places[word.start][0]]
            is_code = any(map(str.isdigit, text)) and any(map(str.isalpha, text))
            before = self._text[: word.start].rstrip(" \"'(“")
            begins = not before or before[-1] in ".?!。？！:："
            if is_code or (first.isupper() and not begins and text not in _NO_NAMES and not base_unit(word.stem)):
                return True
        unknown = "".join(" " if known else character for known, character in zip(self._known, self._text, strict=True))
        unknown = _LITTLE.sub(lambda match: " " * len(match[0]), unknown)
        if not self._conditions and not self._asked.periods and self._says_which(unknown):
            return True
        offices = (match.span("name") for match in _OFFICE.finditer(self._text))
        return _STRANGER.search(unknown) is not None or any(
            re.search(f"[{HAN}]{{2}}", unknown[start:end]) for start, end in offices
        )

    def _says_which(self, unknown: str) -> bool:
        """Whether unread letters say which rows are meant, before "的" or the name of a column: "张伟的订单", "东北地区", "三车间"."""
        names = {slot.start for slot in self._slots if self._of_kind(slot, (TEXT, CODE)) and slot.score >= 0.85}
        return any(
            self._text[match.end() : match.end() + 1] == "的" or match.end() in names
            for match in re.finditer(f"[{HAN}]{{2,}}|(?<![{HAN}第])[一二三四五六七八九十](?![{HAN}])", unknown)
            if (match.end() - match.start() > 1 or match.end() in names)
            and not re.search(r"[两二三四五六七八九十][个家名种份]", self._text[: match.end()][-4:])
            and not re.search(r"(?:全部|所有|每[个家种]|各)$", self._text[: match.start()])
        )

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

    def _name_table(self) -> None:
        """Words of the question that name the file, the sheet or the title."""
        named = self._view.named
        sheet = self._view.sheet
        if len(sheet) > 1 and (places := self._asked.find(sheet)):
            self._know(*places[0])
            self._points += 2
        for word in self._asked.words:
            if word.stem in self._view.name_stems and word.stem not in LITTLE_WORDS:
                self._know(word.start, word.end)
                self._points += 1
        for match in re.finditer(f"[{HAN}]{{2,}}", self._text):
            run, at = match[0], 0
            while at < len(run) - 1:
                length = next((n for n in range(len(run) - at, 1, -1) if run[at : at + n] in named), 0)
                if length:
                    self._know(match.start() + at, match.start() + at + length)
                    self._points += 0.5 * length
                at += max(length, 1)

    def _left(self) -> float:
        """The share of the question's letters that have no meaning here and are no little words."""
        text = "".join(" " if self._known[at] else character for at, character in enumerate(self._text))
        han = _LITTLE.sub(" ", text)
        left = float(len(re.findall(f"[{HAN}]", han)))
        whole = float(len(re.findall(f"[{HAN}]", self._text)))
        for word in self._asked.words:
            weight = 2.5
            if word.stem in LITTLE_WORDS or self._text[word.start : word.end] in LITTLE_WORDS:
                continue
            whole += weight
            if not any(self._known[word.start : word.end]):
                left += weight
        return left / whole if whole else 0.0
