# SPDX-License-Identifier: Apache-2.0
"""Which rows of a table are totals, subtotals or averages of others.

Words alone do not tell: "Total Energies" is a customer and "合计划拨" a purpose. So a word counts together with arithmetic (the row holds the sums of
the rows above it, or of its group), or where the other columns that name things are empty. Without a word, arithmetic counts only where nothing
in the row names a thing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import NamedTuple

from desktop_app.analysis.folding import fold
from desktop_app.contract.typed_table import FIGURES, PERCENT, Value

_TOTAL = "合计|总计|总和|共计|累计|汇总|总额|总数|合 计|total|totals|grand total|sum|summe|gesamt|gesamtsumme|gesamtbetrag|insgesamt|total general|total général|totale|suma|somme|overall|all"
_SUBTOTAL = "小计|分计|本页合计|本页小计|sub-?total|sub total|sous-total|zwischensumme|subtotale"
_AVERAGE = "最高分|最低分|最大值|最小值|最高值|最低值|最高|最低|中位数|及格率|优秀率|平均|平均值|均值|平均数|人均|average|avg|mean|durchschnitt|mittelwert|schnitt|moyenne|promedio|media"
_EXTREME = "max|min|maximum|minimum|highest|lowest|median"  # Max is a name, too
_BEHIND = r"[\s:：.]*(?:[(\[（].{0,20}[)\]）])?[\s:：.]*"
_ALONE = re.compile(rf"(?:(?P<sub>{_SUBTOTAL})|(?P<all>{_TOTAL})|(?P<mean>{_AVERAGE}|{_EXTREME})){_BEHIND}")
_WITH_NAME = re.compile(
    rf"(?:(?P<sub>{_SUBTOTAL})|(?P<all>{_TOTAL.replace('|all', '')})|(?P<mean>{_AVERAGE}))\b.*"
    rf"|.*(?:(?P<sub2>{_SUBTOTAL})|(?P<all2>{_TOTAL.replace('|all', '')})|(?P<mean2>{_AVERAGE})){_BEHIND}"
)
_HAN_FIRST = re.compile(r"(?:(?P<sub>小计|分计)|(?P<all>合计|总计|共计|累计|汇总)|(?P<mean>平均值?|均值)).*")
_SUM_ABOVE = re.compile(r"=\s*(?:SUM|SUBTOTAL)\((?:1?09,)?\$?([A-Z]{1,3})\$?\d+:\$?\1\$?\d+\)", re.IGNORECASE)
_LONGEST = 60
_USUAL = 0.9  # of the things: a column that nearly all of them fill names them
_TOLERANCE = 0.0101
_TOLERANCE_OF_SHARES = 6e-4
_FEWEST = 2  # things that are summed


_PARTS_OF_WORDS = (
    "合 总 最 中位 率 max min high low median 小计 共计 累计 汇总 平均 均值 分计 小计 人均 tot sum gesamt summe avg average mean mittel schnitt media moyenne promedio overall all som insg"
).split()

Numbers = Callable[["_Sums"], list[float]]


@dataclass(frozen=True)
class TotalColumn:
    """``kind`` and values of a column, as in ``Column`` and ``StoredRow``."""

    kind: str
    values: Sequence[Value]


def marks(columns: Sequence[TotalColumn], hidden: Sequence[bool]) -> dict[int, str]:
    """The marks of the rows of a table that are none of its things, by their place."""
    return _Marks(columns, hidden).found if columns and any(one.kind in FIGURES for one in columns) else {}


class _Word(NamedTuple):
    """What the words of a row speak of: a mark, whether they stand alone, and in which column."""

    mark: str
    alone: bool
    column: int


class _Marks:
    def __init__(self, columns: Sequence[TotalColumn], hidden: Sequence[bool]) -> None:
        self.found = dict[int, str]()
        self._columns = columns
        self._figures = [one for one in columns if one.kind in FIGURES]
        self._count = len(hidden)
        self._words = dict[int, _Word]()
        for at in range(len(columns)):
            self._look_for_words(at)
        nameless = self._nameless()
        self._keys = self._find_keys({*self._words, *nameless})
        rows = {*self._words, *nameless} if self._keys else {*self._words}
        if not rows:
            return
        self._sums = [_Sums(one.values, hidden) for one in self._figures]
        self._start = 0  # of the group
        for row in sorted(rows):
            self._judge(row)
        self._judge_first()
        self._only_the_last_is_of_all()

    def _look_for_words(self, at: int) -> None:
        """Rows whose cell in a column speaks of a total."""
        values = self._columns[at].values
        texts = {value for value in set(values) if isinstance(value, str)} if str in set(map(type, values)) else set[str]()
        found = {value: _Word(*word, at) for value, word in words(texts).items()}
        if found:
            for row, value in enumerate(values):
                if value in found and row not in self._words:
                    self._words[row] = found[value]

    def _find_keys(self, others: set[int]) -> list[int]:
        """The columns that name things: text that nearly all rows have, but for some ``others``."""
        things = self._count - len(others)
        keys = []
        for at, column in enumerate(self._columns):
            if column.kind not in FIGURES:
                empty = column.values.count(None) - sum(column.values[row] is None for row in others)
                if things and things - empty >= _USUAL * things:
                    keys.append(at)
        return keys

    def _nameless(self) -> list[int]:
        """Rows in which nothing names a thing."""
        named = [one.values for one in self._columns if one.kind not in FIGURES]
        if not named or any(None not in values for values in named):
            return []
        return [row for row, value in enumerate(named[0]) if value is None and all(values[row] is None for values in named)]

    def _judge(self, row: int) -> None:
        word = self._words.get(row)
        if word is None:
            if row >= _FEWEST and (sums := self._summed(row, every=True)):
                self._note(row, "total" if sums == "all" else "subtotal")
            return
        others = [at for at in self._keys if at != word.column]
        filled = sum(self._columns[at].values[row] is not None for at in others)
        said = bool(others) and filled * 3 <= len(others)
        if others and filled == len(others) and not word.alone:
            return  # a thing with such a word in its name
        unsure = not others and word.alone and (row == self._count - 1 or not self._can_tell(row))
        if word.mark == "average":
            if said or unsure or self._averaged(row):
                self._note(row, "average")
            return
        sums = self._summed(row)
        if sums or said or unsure or self._has_formula(row):
            self._note(row, "subtotal" if sums == "group" and row < self._count - 1 else word.mark)

    def _judge_first(self) -> None:
        """A total that stands above what it sums."""
        word = self._words.get(0)
        if word is None or not word.alone or 0 in self.found or word.mark == "average" or self._count <= _FEWEST:
            return
        below = [row for row in range(1, self._count) if row not in self.found]
        if self._agrees(0, lambda sums: [math.fsum(sums.numbers[row] for row in below)]):
            self.found[0] = word.mark

    def _only_the_last_is_of_all(self) -> None:
        rows = [row for row, mark in self.found.items() if mark == "total"]
        for row, following in pairwise(sorted(rows)):
            if any(between not in self.found for between in range(row + 1, following)):
                self.found[row] = "subtotal"

    def _note(self, row: int, mark: str) -> None:
        self.found[row] = mark
        for sums in self._sums:
            sums.leave_out(row, ends_group=mark != "average")
        if mark != "average":
            self._start = row + 1

    def _has_formula(self, row: int) -> bool:
        """Whether a figure is the sum of a part of a column, by a formula that was not calculated."""
        return any(isinstance(value := one.values[row], str) and _SUM_ABOVE.fullmatch(value) for one in self._figures)

    def _can_tell(self, row: int) -> bool:
        """Whether the row has figures that arithmetic can be done with."""
        return row >= _FEWEST and any(isinstance(sums.own[row], (int, float)) for sums in self._sums)

    def _summed(self, row: int, *, every: bool = False) -> str:
        """ "all" where the row holds the sums of all things above, "group" of those since the last total, else ""."""
        if self._agrees(row, lambda sums: sums.of_all(row), every=every):
            return "all"
        return "group" if self._start and self._agrees(row, lambda sums: sums.of_group(self._start, row), every=every) else ""

    def _averaged(self, row: int) -> bool:
        """Whether the row holds the averages of things above it, or their highest or lowest figures."""
        return self._agrees(row, lambda sums: sums.means(self._start, row), shares=True)

    def _agrees(self, row: int, expected: Numbers, *, shares: bool = False, every: bool = False) -> bool:
        """Whether at least half of the row's figures, or every one, are what may be expected of their columns, one that is not 0 among them."""
        right = wrong = 0
        for column, sums in zip(self._figures, self._sums, strict=True):
            own = sums.own[row]
            if not isinstance(own, (int, float)) or (column.kind == PERCENT and not shares):
                continue
            tolerance = _TOLERANCE_OF_SHARES if column.kind == PERCENT else max(_TOLERANCE, 1e-9 * abs(own))
            near = any(abs(own - one) <= tolerance for one in expected(sums))
            right += bool(near and own)
            wrong += not near
        return right > 0 and (not wrong if every else right >= wrong)


class _Sums:
    """Running sums of a column; rows that are totals are left out from where they are known to be."""

    def __init__(self, values: Sequence[Value], hidden: Sequence[bool]) -> None:
        self.own = values
        self.numbers = [value if isinstance(value, (int, float)) else 0 for value in values]
        seen = (
            [0 if unseen else number for number, unseen in zip(self.numbers, hidden, strict=True)]
            if any(hidden)
            else self.numbers
        )
        self._seen = seen
        self._running = [[0, *accumulate(self.numbers)]] + ([[0, *accumulate(seen)]] if seen is not self.numbers else [])
        self._filled = [0, *accumulate(isinstance(value, (int, float)) for value in values)]
        self._out = [0.0, 0.0]
        self._out_of_group = [0.0, 0.0]
        self._rows_out = self._rows_out_of_group = 0

    def leave_out(self, row: int, *, ends_group: bool) -> None:
        """A row that is a total or an average; the first begins another group."""
        own = self.numbers[row], self._seen[row]
        is_number = isinstance(self.own[row], (int, float))
        self._out = [one + other for one, other in zip(self._out, own, strict=True)]
        self._rows_out += is_number
        if ends_group:
            self._out_of_group, self._rows_out_of_group = [0.0, 0.0], 0
        else:
            self._out_of_group = [one + other for one, other in zip(self._out_of_group, own, strict=True)]
            self._rows_out_of_group += is_number

    def of_all(self, row: int) -> list[float]:
        """The sums of all things above a row, with the hidden ones and without; of one thing there is none."""
        if self._filled[row] - self._rows_out < _FEWEST:
            return []
        return [running[row] - out for running, out in zip(self._running, self._out, strict=False)]

    def of_group(self, start: int, row: int) -> list[float]:
        """The same since ``start``, where the last total stands; a group may have one thing."""
        if self._filled[row] - self._filled[start] - self._rows_out_of_group < 1:
            return []
        return [running[row] - running[start] - out for running, out in zip(self._running, self._out_of_group, strict=False)]

    def means(self, start: int, row: int) -> list[float]:
        """The averages of all things above a row, and of those since ``start``."""
        everything, group = (
            self._filled[row] - self._rows_out,
            self._filled[row] - self._filled[start] - self._rows_out_of_group,
        )
        found = [one / everything for one in self.of_all(row)] + (
            [one / group for one in self.of_group(start, row)] if start else []
        )
        above = [value for value in self.own[start:row] if isinstance(value, (int, float))]
        return [*found, max(above), min(above)] if len(above) >= _FEWEST else found


def words(texts: Iterable[str]) -> dict[str, tuple[str, bool]]:
    """The texts that speak of a total: the mark, and whether the word stands alone."""
    texts = [text for text in texts if len(text) <= _LONGEST]
    written = "\n".join(texts).lower()
    if not any(part in written for part in _PARTS_OF_WORDS):
        return {}
    found = dict[str, tuple[str, bool]]()
    for text in texts:
        folded = fold(text).strip()
        alone = _ALONE.fullmatch(folded)
        match = alone or _WITH_NAME.fullmatch(folded) or _HAN_FIRST.fullmatch(folded)
        if match is not None:
            found[text] = _mark(match), alone is not None
    return found


def _mark(match: re.Match[str]) -> str:
    groups = {name.rstrip("2") for name, value in match.groupdict().items() if value}
    return "average" if "mean" in groups else "subtotal" if "sub" in groups else "total"
