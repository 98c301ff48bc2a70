# SPDX-License-Identifier: Apache-2.0
"""A question held against one table: which columns and values it names.

A place of the question names one thing: the longest value first, then the columns, the best said first.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop_app.analysis import question_words
from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition
from desktop_app.contract.typed_table import FIGURES
from desktop_app.tables import asking
from desktop_app.tables.asking import Sign
from desktop_app.tables.named_places import AskedText, Span, ValueMention, column_mentions, said
from desktop_app.tables.table_view import TableView

_NO_VALUES = frozenset("of in on at by to for per all any each one most not no yes with and or sum top day row".split())
LITTLE_WORDS = frozenset(
    "be is are was were do does did have has had what which who whose how many much in of the a an for to from on at by with per all any each every and or "
    "than more less that this those these it its there their please give list show tell name me us came come comes got get gets made make makes hold holds "
    "held sheet sheets table tables register need needs one ones s two decimal decimals percent pounds pound yuan euros dollars number numbers included include including also count counted "
    "both days day row rows line lines up add adds hand handed dated single collapsed collapse hidden too over under above below between took take place looks look after kept keep filed inclusive most least lowest "
    "highest whole date dates year value values total sum average expressed write many as not no without points point".split()
)
_DECIDED = 0.9


@dataclass
class NamedPlace:
    """A place of the question that names a column, or one of several that are named alike."""

    spans: tuple[Span, ...]
    above: tuple[Span, ...]
    options: list[int]
    score: float
    used: bool = False

    @property
    def start(self) -> int:
        """Where it begins in the folded question."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.spans[-1][1]


class QuestionReading:
    """What is known while a form is filled: ``_known`` marks the characters that have a meaning here, ``_points`` counts how well it fits,
    ``_clash`` says that the table is about another time."""

    def __init__(self, asked: AskedText, view: TableView) -> None:
        self._asked, self._view = asked, view
        self._text = asked.folded
        self._columns = view.head.columns
        self._known = bytearray(len(self._text))  # characters that have a meaning here
        self._conditions = list[Condition]()
        self._points = 0.0
        self._clash = False
        self._plus = list[int]()  # columns that are added to the one that is measured
        self._mentions = column_mentions(asked, view.head)
        self._passed = list[ValueMention]()  # of a letter or a figure, which may be chance
        self._values = self._find_values()
        self._slots = self._find_slots()
        named = bytearray(len(self._text))
        for value in self._values:
            named[value.start : value.end] = b"\1" * (value.end - value.start)
        for slot in self._slots:
            if slot.score >= _DECIDED:
                for start, end in slot.spans:
                    if end - start > 1:  # 票 of "多少票货" is the measure word
                        named[start:end] = b"\1" * (end - start)
        self._signs = asking.signs(self._text, named)
        for slot in self._slots:  # 总 of 总运费
            before = slot.start - 1
            free = slot.score >= _DECIDED and before >= 0 and not any(sign.start <= before < sign.end for sign in self._signs)
            if free and re.search("(?<![汇老])总$", self._text[: slot.start]) and self._of_kind(slot, FIGURES):
                self._signs = sorted((*self._signs, Sign(forms.SUM, before, slot.start)), key=lambda sign: sign.start)
        self._facts = asked.quantities

    def _find_values(self) -> list[ValueMention]:
        chosen, taken = list[ValueMention](), bytearray(len(self._text))
        whole = [span for mention in self._mentions if mention.score >= 0.85 for span in mention.own]
        said = self._view.values.mentions(self._asked)
        for value in said:
            if any(taken[value.start : value.end]):
                continue
            if self._is_chance(value):
                self._passed.append(value)
                continue
            if any(start <= value.start and value.end <= end and value.end - value.start < end - start for start, end in whole):
                continue  # 是 of the column 是否返修
            rivals = [one for one in said if (one.start, one.end) == (value.start, value.end)]
            taken[value.start : value.end] = b"\1" * (value.end - value.start)
            chosen.append(self._nearest_column(rivals))
        return sorted(chosen, key=lambda one: one.start)

    def _is_chance(self, value: ValueMention) -> bool:
        """A letter, a figure, "yes": it names a value only beside its column."""
        said = self._text[value.start : value.end]
        if any(start <= value.start and value.end <= end for start, end in ((p.start, p.end) for p in self._asked.periods)):
            return bool(self._view.dates or self._view.time) or value.column not in self._view.of_periods
        if len(said) <= 4 and said.isascii() and (said in question_words.of(said.split()) or said in _NO_VALUES):
            written = self._asked.question[self._asked.places[value.start][0] : self._asked.places[value.end - 1][1]]
            is_name = len(written) > 1 and written.isupper() and written in value.values and not self._asked.question.isupper()
            return not is_name and not self._is_beside_column(value)  # the department IT
        if self._text[value.start - 1 : value.start] == "(" and self._text[value.end : value.end + 1] == ")":
            return False
        at = self._asked.places[value.start][0]
        if said.isdigit() and any(fact.base and fact.start <= at < fact.end for fact in self._asked.quantities):
            return True  # 3 of "3天的运单"
        if len(said) == 1 or said.replace(".", "").isdigit():
            return not self._is_beside_column(value)
        return False

    def _is_beside_column(self, value: ValueMention) -> bool:
        for mention in self._mentions:
            if mention.column == value.column and mention.score >= 0.5:
                for start, end in mention.own:
                    gap = self._text[end : value.start] if end <= value.start else self._text[value.end : start]
                    if len(gap) <= 4 and (end <= value.start or value.end <= start):
                        return True
        return False

    def _nearest_column(self, rivals: list[ValueMention]) -> ValueMention:
        if len(rivals) == 1:
            return rivals[0]
        said = {mention.column: mention.score for mention in self._mentions}
        return max(rivals, key=lambda one: (one.same, said.get(one.column, 0.0), -one.column))

    def _find_slots(self) -> list[NamedPlace]:
        slots, taken = list[NamedPlace](), bytearray(len(self._text))
        for value in self._values:
            taken[value.start : value.end] = b"\1" * (value.end - value.start)
        for mention in self._mentions:
            free = tuple(span for span in mention.own if not any(taken[span[0] : span[1]]))
            same = next((slot for slot in slots if set(slot.spans) & set(mention.own)), None)
            if same is not None:
                if mention.score > same.score - 0.05:
                    same.options.append(mention.column)
                continue
            if not free or mention.score < 0.4:
                continue
            for start, end in free:
                taken[start:end] = b"\1" * (end - start)
            slots.append(NamedPlace(tuple(sorted(free)), mention.above, [mention.column], mention.score))
        return sorted(slots, key=lambda slot: slot.start)

    def _know(self, start: int, end: int) -> None:
        self._known[start:end] = b"\1" * (end - start)

    def _use(self, slot: NamedPlace) -> None:
        if not slot.used:
            slot.used = True
            self._points += 2 * slot.score
        for start, end in (*slot.spans, *slot.above):
            self._know(start, end)

    def _has(self, what: str) -> Sign | None:
        return next((sign for sign in self._signs if sign.what == what), None)

    def _of_kind(self, slot: NamedPlace, kinds: frozenset[str] | tuple[str, ...]) -> list[int]:
        return [column for column in slot.options if self._columns[column].kind in kinds]

    def _free(self, kinds: frozenset[str] | tuple[str, ...]) -> list[tuple[NamedPlace, int]]:
        return [(slot, self._of_kind(slot, kinds)[0]) for slot in self._slots if not slot.used and self._of_kind(slot, kinds)]

    def _one_row(self) -> bool:
        """Whether the conditions name one row, by a text that no other has."""
        named = [condition.column for condition in self._conditions if condition.test == forms.EQUAL]
        columns = [number for number, column in enumerate(self._columns) if column.name in named]
        return any(map(self._view.is_unique, columns))

    def _said_heading(self, heading: str) -> tuple[Span, ...]:
        """Where the question says a heading above columns, in all its words or as the same stretch of time."""
        score, spans = said(self._asked, heading)
        return tuple(spans) if score >= 0.85 else ()
