# SPDX-License-Identifier: Apache-2.0
"""Days in a text, and lengths of time that are counted from them."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from desktop_app.analysis import facts, numerals
from desktop_app.analysis.written_numbers import WORDS

DAY = "\x01"
"""Stands for a day in ``WithDays.marked``, so that a pattern can say "from a day to a day"."""

_SLASHED = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2((?:19|20)\d\d)(?![\d/-])")
_END_OF_MONTH = re.compile(r"(?:(?:the )?end of |月?底|月末)$", re.IGNORECASE)
_COUNT = rf"(?P<count>\d{{1,3}}|[{numerals.EVERYDAY}半]{{1,4}}|{'|'.join(sorted(WORDS, key=len, reverse=True))})"
LENGTH = re.compile(
    rf"{_COUNT} ?(?:\( ?\d{{1,3}} ?\) ?|\([{numerals.EVERYDAY}]{{1,4}}\) ?)?-?(?P<unit>个?月|周?年度?|calendar months?|full years?|years?|months?)(?![a-z底末])",
    re.IGNORECASE,
)
"""A number of years or months: "两年", "24个月", "twelve (12) months"."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day and its half-open range in the text. ``sure`` is False where month and day may be the other way round, or only the month is said."""

    date: dt.date
    start: int
    end: int
    sure: bool = True


class WithDays:
    """A text with its days. ``marked``: the text with each day as one ``DAY``; ``days`` in that order."""

    def __init__(self, text: str) -> None:
        self.days = sorted([*_said(text), *_slashed(text)], key=lambda day: day.start)
        pieces, at = list[str](), 0
        for day in self.days:
            pieces += [text[at : day.start], DAY]
            at = day.end
        self.marked = "".join([*pieces, text[at:]])

    def day_at(self, place: int) -> Day:
        """The day whose mark stands at a place of ``marked``."""
        return self.days[self.marked.count(DAY, 0, place)]


def _said(text: str) -> list[Day]:
    found = []
    for fact in facts.facts(text):
        if fact.kind != facts.DATE:
            continue
        year, month, day = fact.on
        if not year or not month:
            continue
        if day:
            if day <= calendar.monthrange(year, month)[1]:
                found.append(Day(dt.date(year, month, day), fact.start, fact.end))
            continue
        last = dt.date(year, month, calendar.monthrange(year, month)[1])
        before, behind = _END_OF_MONTH.search(text, 0, fact.start), re.compile("底|月末|末").match(text, fact.end)
        start, end = (before.start() if before else fact.start), (behind.end() if behind else fact.end)
        found.append(Day(last, start, end, sure=bool(before or behind)))
    return found


def _slashed(text: str) -> list[Day]:
    """Days such as 30/06/2026; 4.1.2026 is the 4th of January, 4/1/2026 may be either."""
    found = []
    for match in _SLASHED.finditer(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == ".":
            continue  # read with the others
        day, month = (first, second) if second <= 12 else (second, first)
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            sure = first > 12 or second > 12 or first == second
            found.append(Day(dt.date(year, month, day), *match.span(), sure=sure))
    return found


def months_of(match: re.Match[str]) -> int:
    """How many months a match of ``LENGTH`` names; 0 for none."""
    count, years = match["count"].lower(), "年" in match["unit"] or "year" in match["unit"].lower()
    if "半" in count:
        return {"半": 6 if years else 0}.get(count, 0)
    number = int(count) if count.isdigit() else WORDS.get(count) or numerals.value(count)
    return number * (12 if years else 1)


def last_day(first: dt.date, months: int) -> dt.date:
    """The last of so many months that begin on ``first``: two years from 1 July 2025 end on 30 June 2027."""
    return later(first, months) - dt.timedelta(days=1)


def later(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the first day after that month where it is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    if day.day <= length:
        return dt.date(year, month + 1, day.day)
    return dt.date(year, month + 1, length) + dt.timedelta(days=1)
