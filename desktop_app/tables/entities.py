# SPDX-License-Identifier: Apache-2.0
"""What the answer to a question of figures names, and what is counted.

"Which department" names departments, "who" people, "how many customers" counts the different values of a column; else the key names the rows.
"""

from __future__ import annotations

import re

from desktop_app.analysis.written_numbers import plain
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition
from desktop_app.contract.typed_table import CODE, DATE, DURATION, MONEY, NUMBER, TEXT
from desktop_app.tables import asking
from desktop_app.tables.asking import Sign
from desktop_app.tables.figure_columns import FigureColumns
from desktop_app.tables.question_reading import NamedPlace

_DATE_SAID = re.compile(r"日|期|date|day")
_DAYS = re.compile(
    r"哪几[天日]|哪些(?:天|日期)|\bwhich (?:days|dates)\b|\bon what (?:days|dates)\b|\bwhen\b|什么时候|何时|哪一?[天日]"
)
_FIRST = re.compile(
    r"前([一二两三四五六七八九十]+|\d{1,3}) ?(?:名|位|个|项|家|大|笔|条|张|份|种|行)|最.(?:的)?([二两三四五六七八九十]|\d{1,3}) ?(?:名|位|个|项|家|笔|条|张|份|种)"
    r"|\btop (\d{1,3}|two|three|four|five|six|seven|eight|nine|ten)\b|\b(\d{1,3}|two|three|four|five|six|seven|eight|nine|ten) "
    r"(?:largest|highest|biggest|lowest|smallest|most|cheapest|longest|shortest|latest|earliest|best|worst)\b"
    r"|\b(?:which|what|the) (\d{1,3}|two|three|four|five|six|seven|eight|nine|ten) (?=[a-z])"
)
_NAME_IT = re.compile(r"(?:列出|写出?|给出|(?:\b(?:list|give|name|state)\b(?: (?:the|all|their))*)) ?")
PERSON_ASKED = re.compile(
    r"(?:个|位|名|些|几)(?:人(?!次|民)|员工|同事|同学|学生|职工|人员)|\b(?:people|employees|persons|staff|colleagues|students|pupils|members)\b"
)
_HAD = re.compile(r"(?:有|过)|\b(?:with|have|had|has|took|got|booked|needing|any)\b")


class EntityReader(FigureColumns):
    """Chooses the column that is named or counted."""

    def _entity(self) -> int:
        """The column that the answer names: after "list" or "which"; of people where "who" is asked; else the key of the rows."""
        named = [
            (slot, column)
            for slot in self._slots
            for column in self._of_kind(slot, (TEXT, CODE, DATE))[:1]
            if self._columns[column].kind != DATE or _DATE_SAID.search(self._text, slot.start, slot.end)
        ]
        if (column := self._after_which(named)) >= 0:
            return column
        if self._view.dates and (match := _DAYS.search(self._text)):
            self._know(*match.span())
            return self._date_column()
        who = self._has(asking.WHO)
        for slot, column in named:
            if who and not slot.used and 0 <= who.start - slot.end <= 2 and self._columns[column].kind == TEXT:  # "客户是谁"
                self._use(slot)
                return column
        if who or PERSON_ASKED.search(self._text) or re.search(r"[哪几些]位", self._text):
            texts = (column for column in self._view.values.texts if self._columns[column].kind == TEXT)
            return self._view.person if self._view.person >= 0 else next(texts, self._view.key)
        for slot, column in named:  # "合同有哪些"
            if any(0 <= sign.start - slot.end <= 1 for sign in self._signs if sign.what in (forms.LIST, asking.WHICH)):
                self._use(slot)
                return column
        return self._view.key

    def _after_which(self, named: list[tuple[NamedPlace, int]]) -> int:
        """The column that is named right behind "list" or "which", -1 for none."""
        asks = [match.span() for match in _NAME_IT.finditer(self._text)]
        end_of_question = len(self._text.rstrip(" ?？.。!！"))
        for slot, column in named if asks else ():
            if slot.end == end_of_question and slot.score >= 0.85:  # "列出履行中的合同的对方单位"
                self._use(slot)
                return column
        asks += [(sign.start, sign.end) for what in (asking.WHICH, forms.LIST) for sign in self._signs if sign.what == what]
        for start, end in asks:
            for slot, column in named:
                if 0 <= slot.start - end <= 3 and (not slot.used or _NAME_IT.match(self._text, start)):
                    self._know(start, end)
                    self._use(slot)
                    person = self._view.person
                    return person if person in slot.options and not self._view.is_unique(column) else column
        return -1

    def _counted(self, sign: Sign) -> int:
        """What is counted: -1 for the rows, which their key names ("how many orders"), or the column whose different values are."""
        if PERSON_ASKED.search(self._text, max(0, sign.start - 1)) and self._view.person >= 0:
            return self._view.person if self._view.is_repeated(self._view.person) else -1
        for slot in sorted(self._slots, key=lambda one: _gap(one, sign)):
            gap = _gap(slot, sign)
            if slot.used or gap > 12:
                continue
            if self._view.key in slot.options or self._is_of_key(slot):
                self._use(slot)
                return -1 if self._view.is_unique(self._view.key) or gap > 1 else self._view.key
            text = self._of_kind(slot, (TEXT,))
            if text and slot.score >= 0.7 and gap <= 1:
                self._use(slot)
                return text[0] if self._view.is_repeated(text[0]) else -1
        return -1

    def _is_of_key(self, slot: NamedPlace) -> bool:
        """Whether a place that names another column says what the rows are: 样品, the key 样品号 without its end."""
        key = self._view.key
        return self._view.is_unique(key) and any(
            mention.column == key and mention.score >= 0.75 and set(mention.own) & set(slot.spans) for mention in self._mentions
        )

    def _some_or_none(self) -> None:
        """Rows that have some of a figure, or none: "几个人迟到过", "took no leave"."""
        for slot, column in self._free((NUMBER, DURATION, MONEY, DATE)):
            if slot.score < 0.7:
                continue
            denied = asking.denied(self._text, slot.start)
            if denied < 0 and self._columns[column].kind == DATE:
                continue
            if denied < 0 and any(
                sign.what in (forms.SUM, forms.AVERAGE) and 0 <= slot.start - sign.end <= 1 for sign in self._signs
            ):
                continue  # "几个，总金额多少"
            around = self._text[max(0, slot.start - 8) : slot.start] + " " + self._text[slot.end : slot.end + 2]
            if denied >= 0:
                self._conditions.append(Condition(self._columns[column].name, forms.NOTHING))
            elif _HAD.search(around):
                self._conditions.append(Condition(self._columns[column].name, forms.MORE, (0,)))
            else:
                continue
            self._know(denied if denied >= 0 else slot.start, slot.end)
            self._use(slot)

    def _limit(self) -> int:
        """How many of the first are asked for, 0 for one."""
        match = _FIRST.search(self._text)
        if match is None:
            return 0
        self._know(*match.span())
        written = next(group for group in match.groups() if group)
        return int(written) if written.isdigit() else int(plain(written) or 0)


def _gap(slot: NamedPlace, sign: Sign) -> int:
    """How many characters lie between a place and a sign."""
    gaps = [start - sign.end for start, _ in slot.spans if start >= sign.end]
    return min(gaps + [sign.start - end for _, end in slot.spans if end <= sign.start], default=99)
