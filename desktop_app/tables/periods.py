# SPDX-License-Identifier: Apache-2.0
"""Stretches of time that a question or a heading names.

"2026年第二季度", "Q1 2026", "the first half of 2026", "2月", "from 26 to 28 March 2026", "上个月": first and last day, with the year 0 where it is not
said. A sheet called "Q1" and a question of "January to March" meet here.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

from desktop_app.analysis import numerals

Day = tuple[int, int, int]
EARLIEST, LATEST = (1, 1, 1), (9999, 12, 31)

_N = "3[01]|[12]\\d|0?[1-9]"
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january,feb february,mar march,apr april,may,jun june,jul july,aug august,sep sept september,oct october,nov november,dec december".split(","),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_NAME = rf"(?:{'|'.join(sorted(_MONTHS, key=len, reverse=True))})"
_ORDINAL = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
_HAN = r"[一二三四1234]"
_YEAR = r"(?:(?P<y>(?:19|20)\d\d) ?年?度?的?)"
_EDGES = "[及或]?(?:之前|以前|前(?![一二两三四五六七八九十\\d])|之后|以后|以来|后|起)"
_TO = r" ?(?:至|到|—|–|-|~|～|to|until|till|through|and|和) ?"


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """First and last day, both included; year 0: any. ``start`` and ``end`` are its half-open range in the folded text."""

    first: Day
    last: Day
    start: int = 0
    end: int = 0

    @property
    def open_year(self) -> bool:
        """No year is said."""
        return self.first[0] == 0

    def in_year(self, year: int) -> TimeSpan:
        """The same days of ``year``, where none was said."""
        if not self.open_year or not year:
            return self
        last = self.last[2] if self.last[2] < _last_of(0, self.last[1]) else _last_of(year, self.last[1])
        return TimeSpan((year, *self.first[1:]), (year, self.last[1], last), self.start, self.end)

    def holds(self, other: TimeSpan) -> bool:
        """Whether all of ``other`` lies in it; a year that one of them does not say is no difference."""
        a, b = (self.in_year(other.first[0]), other.in_year(self.first[0]))
        return a.first <= b.first and b.last <= a.last

    def iso(self) -> tuple[str, str]:
        """First and last day as "2026-03-01"."""
        return "{:04}-{:02}-{:02}".format(*self.first), "{:04}-{:02}-{:02}".format(*self.last)


def periods(folded: str, today: dt.date | None = None) -> list[TimeSpan]:
    """The stretches of time in a folded text, in order; ``today`` for "last month", which is read only where it is given."""
    found = list[TimeSpan]()
    taken = bytearray(len(folded))
    for pattern, read in _PATTERNS:
        for match in pattern.finditer(folded):
            if any(taken[match.start() : match.end()]):
                continue
            days, (start, end) = read(match, today), match.span()
            if days is not None and "after" not in pattern.groupindex:
                days, start, end = _beside(folded, days, start, end)
            if days is not None:
                taken[start:end] = b"\1" * (end - start)
                found.append(TimeSpan(*days, start, end))
    return sorted(found, key=lambda period: period.start)


def _last_of(year: int, month: int) -> int:
    return calendar.monthrange(year or 2024, month)[1]


def _months(year: int, first: int, last: int) -> tuple[Day, Day]:
    return (year, first, 1), (year, last, _last_of(year, last))


def _year(match: re.Match[str]) -> int:
    groups = match.groupdict()
    return int(groups.get("y") or groups.get("y2") or 0)


def _valid(day: Day) -> bool:
    return 1 <= day[1] <= 12 and 1 <= day[2] <= _last_of(day[0], day[1])


def _quarter(match: re.Match[str], _: object) -> tuple[Day, Day]:
    written = match["q"]
    number = _ORDINAL.get(written) or (int(written) if written.isdigit() else numerals.value(written))
    return _months(_year(match), 3 * number - 2, 3 * number)


def _half(match: re.Match[str], _: object) -> tuple[Day, Day]:
    first = match["h"] in ("上", "first", "1st", "1")
    return _months(_year(match), 1 if first else 7, 6 if first else 12)


def _month_of(written: str) -> int:
    return _MONTHS.get(written) or (int(written) if written.isdigit() else numerals.of_date(written))


def _month(match: re.Match[str], _: object) -> tuple[Day, Day] | None:
    month = _month_of(match["m"])
    if not 1 <= month <= 12:
        return None
    first, last = _months(_year(match), month, month)
    return _edged((match.groupdict().get("after") or "") or (match.groupdict().get("before") or ""), first, last)


def _to_month(match: re.Match[str], _: object) -> tuple[Day, Day] | None:
    first, last = _month_of(match["m"]), _month_of(match["m2"])
    return _months(_year(match), first, last) if 1 <= first <= last <= 12 else None


def _days(match: re.Match[str], _: object) -> tuple[Day, Day] | None:
    groups = match.groupdict()
    year2 = int(groups.get("y2") or groups.get("y") or 0)
    year = int(groups.get("y") or year2)
    month = _month_of(groups.get("m") or groups["m2"])
    month2 = _month_of(groups.get("m2") or groups["m"])
    first, last = (year, month, int(match["d"])), (year2, month2, int(match["d2"]))
    return (first, last) if _valid(first) and _valid(last) and first <= last else None


def _day(match: re.Match[str], _: object) -> tuple[Day, Day] | None:
    day = (_year(match), _month_of(match["m"]), int(match["d"]))
    if not _valid(day):
        return None
    edge = (match.groupdict().get("after") or "") or (match.groupdict().get("before") or "")
    return _edged(edge, day, day)


def _edged(edge: str, first: Day, last: Day) -> tuple[Day, Day] | None:
    """The days before or after, where a word says so; "until" and "since" include their day, "before" and "after" do not. None where the year is
    not said and the days would lie in another."""
    word, year = edge.strip().lstrip("及或"), first[0]
    includes = edge.strip().startswith(("及", "或"))
    if not word:
        return first, last
    if word in ("before", "前", "之前", "以前", "until", "till", "by", "up to", "or earlier", "and earlier"):
        begin = EARLIEST if year else (0, 1, 1)
        if includes or word not in ("before", "前", "之前", "以前"):
            return begin, last
        day = dt.date(year or 2024, *first[1:]) - dt.timedelta(days=1)
        end = (day.year if year else 0, day.month, day.day)
        return (begin, end) if year or day.year == 2024 else None
    finish = LATEST if year else (0, 12, 31)
    if includes or word not in ("after", "之后", "后"):
        return first, finish
    day = dt.date(last[0] or 2024, *last[1:]) + dt.timedelta(days=1)
    begin = (day.year if year else 0, day.month, day.day)
    return (begin, finish) if year or day.year == 2024 else None


_FRONT = re.compile(r"\b(before|until|till|up to|after|since) (?:the )?$")
_BEHIND = re.compile(rf" ?({_EDGES})| (or later|or earlier|and later|and earlier|onwards?)\b")


def _beside(folded: str, days: tuple[Day, Day], start: int, end: int) -> tuple[tuple[Day, Day] | None, int, int]:
    """The days with an edge that stands before or behind them: "since 2020", "2020年及以后"."""
    if front := _FRONT.search(folded, max(0, start - 14), start):
        return _edged(front[1], *days), front.start(), end
    if behind := _BEHIND.match(folded, end):
        return _edged(behind[1] or behind[2], *days), start, behind.end()
    return days, start, end


def _whole_year(match: re.Match[str], _: object) -> tuple[Day, Day]:
    return _months(_year(match), 1, 12)


def _relative(match: re.Match[str], today: dt.date | None) -> tuple[Day, Day] | None:
    if today is None:
        return None
    word = match[0]
    year, month = today.year, today.month
    back = 1 if re.search("上|去|last|前", word) else 0
    if re.search("年|year", word):
        return _months(year - (2 if "前年" in word else back), 1, 12)
    if re.search("季|quarter", word):
        quarter = (month - 1) // 3 - back
        year, quarter = (year, quarter) if quarter >= 0 else (year - 1, 3)
        return _months(year, 3 * quarter + 1, 3 * quarter + 3)
    month -= back
    year, month = (year, month) if month else (year - 1, 12)
    return _months(year, month, month)


_DAYS_OF_MONTH = (
    rf"(?:\b(?:from|between) )?(?:the )?\b(?P<d>{_N})(?:st|nd|rd|th)?(?: (?P<m>{_NAME}))?(?: (?P<y>(?:19|20)\d\d))?{_TO}(?:the )?"
    rf"(?P<d2>{_N})(?:st|nd|rd|th)? (?P<m2>{_NAME})\b,?(?: (?P<y2>(?:19|20)\d\d))?\b"
)
_Y2 = r"(?P<y2>(?:19|20)\d\d) ?年 ?"
_BEFORE = rf"(?P<after> ?(?:{_EDGES}))?"
_PATTERNS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], dt.date | None], tuple[Day, Day] | None]], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        # days to days
        (rf"{_YEAR}(?P<m>{_N})月(?P<d>{_N})[日号]?{_TO}(?:{_Y2})?(?:(?P<m2>{_N})月)?(?P<d2>{_N})[日号]?(?:之间|期间)?", _days),
        (rf"(?P<m>{_N})月(?P<d>{_N})[日号]?{_TO}(?:(?P<m2>{_N})月)?(?P<d2>{_N})[日号]?(?:之间|期间)?", _days),
        (
            r"(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})"
            + _TO
            + r"(?P<y2>(?:19|20)\d\d)[-/.](?P<m2>\d{1,2})[-/.](?P<d2>\d{1,2})",
            _days,
        ),
        (
            _DAYS_OF_MONTH,
            _days,
        ),
        (
            rf"(?:\b(?:from|between) )?\b(?P<m>{_NAME}) (?P<d>{_N})(?:st|nd|rd|th)?(?:,? (?P<y>(?:19|20)\d\d))?{_TO}(?:(?P<m2>{_NAME}) )?(?P<d2>{_N})(?:st|nd|rd|th)?,?(?: (?P<y2>(?:19|20)\d\d))?\b",
            _days,
        ),
        # quarters and halves
        (rf"{_YEAR}?第?(?P<q>{_HAN}) ?个?季度", _quarter),
        (rf"(?:{_YEAR} ?|\b)q(?P<q>[1-4])(?: ?(?:of |/|'|in )?(?P<y2>(?:19|20)\d\d))?(?![a-z\d])", _quarter),
        (
            r"\b(?P<q>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter(?: of)?(?: the year)?(?: (?P<y>(?:19|20)\d\d))?\b",
            _quarter,
        ),
        (rf"{_YEAR}?(?P<h>[上下])半年", _half),
        (r"\bh(?P<h>[12])(?: ?(?P<y>(?:19|20)\d\d))?(?![a-z\d])", _half),
        (r"\b(?P<h>first|second|1st|2nd) half(?: of)?(?: the year)?(?: (?P<y>(?:19|20)\d\d))?\b", _half),
        # months and days
        (
            rf"{_YEAR}?(?P<m>{_N}|[一二三四五六七八九十]{{1,2}})月?(?:份)?{_TO}(?P<m2>{_N}|[一二三四五六七八九十]{{1,2}})月(?:份|之间|期间)?",
            _to_month,
        ),
        (rf"\b(?:from |between )?(?P<m>{_NAME}){_TO}(?P<m2>{_NAME})\b(?:,? (?P<y>(?:19|20)\d\d))?", _to_month),
        (rf"{_YEAR}?(?P<m>{_N})月(?P<d>{_N})[日号]{_BEFORE}", _day),
        (
            r"(?P<before>\b(?:before|until|till|by|up to) )?(?P<after>\b(?:after|since|from) )?(?P<y>(?:19|20)\d\d)[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
            _day,
        ),
        (
            rf"(?P<before>\b(?:before|until|till|by|up to) )?(?P<after>\b(?:after|since) )?(?:the )?\b(?P<d>{_N})(?:st|nd|rd|th)? (?:of )?(?P<m>{_NAME})\b(?:,? (?P<y>(?:19|20)\d\d))?",
            _day,
        ),
        (
            rf"(?P<before>\b(?:before|until|till|by|up to) )?(?P<after>\b(?:after|since) )?\b(?P<m>{_NAME}) (?P<d>{_N})(?:st|nd|rd|th)?\b(?:,? (?P<y>(?:19|20)\d\d))?",
            _day,
        ),
        (rf"{_YEAR}(?P<m>{_N}|[一二三四五六七八九十]{{1,2}})月份?内?{_BEFORE}", _month),
        (rf"(?<![\d个])(?P<m>{_N}|十[一二]?|[一二三四五六七八九])月(?!租|薪|息|度|均)份?内?", _month),
        (r"(?P<y>(?:19|20)\d\d)[-/](?P<m>0[1-9]|1[0-2])(?![\d/-])", _month),
        (rf"\b(?P<m>{_NAME}),?(?: of)? (?P<y>(?:19|20)\d\d)\b", _month),
        (rf"(?<=\b[iod][nuf] )(?P<m>{_NAME})\b(?! be\b)", _month),
        (r"(?:上个?月|本月|这个月|去年|今年|前年|上个?季度|本季度|\b(?:last|this) (?:month|year|quarter)\b)", _relative),
        (
            r"(?<![\d-])(?P<y>(?:19|20)\d\d) ?年(?:度|内|全年|间|里)?(?!\d|第?[一二三四五六七八九十、至到和]+个?(?:月|季))",
            _whole_year,
        ),
        (r"(?<![a-z\d.,$£€¥-])(?P<y>(?:19|20)\d\d)(?![\w%-]|[.,]\d| ?(?:元|件|个|pcs|pieces|yuan))", _whole_year),
    )
)
