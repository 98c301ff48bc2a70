# SPDX-License-Identifier: Apache-2.0
"""Figures of a text by value: quantities, dates, times, weekdays, codes.

"十五天" and "15 days", "1.5万" and "15,000", "8月12日" and "12 August", "半年" and "6 months", 22点 and "ten in the evening" are the same
fact; "30 days" and "30 working days", "32 pounds" and "32 euros" are not. Used to hold what a model wrote against its source.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from desktop_app.analysis import numerals, units
from desktop_app.analysis.folding import placed
from desktop_app.analysis.numerals import EVERYDAY, TO_NINE, TO_TEN, ZEROS
from desktop_app.analysis.written_numbers import DIGITS, HAN, NUMBER, SMALL, WORDS, plain, value_of

QUANTITY, DATE, CLOCK, WEEKDAY, CODE = "quantity", "date", "clock", "weekday", "code"

_RATIO = re.compile(rf"(?P<of>百|千|万)分之(?P<n>{DIGITS}|{HAN})")
_FRACTION = re.compile(
    rf"(?P<below>\d{{1,40}}|[{EVERYDAY}]{{1,40}})分之(?P<above>\d{{1,40}}|[{EVERYDAY}]{{1,40}})|(?<![\d/.-])(?P<up>\d)/(?P<down>\d)(?![\d/.-])|(?P<half>一半|半数|\bhalf\b(?! past|[- ]?year|[- ]?month|[- ]?way|[- ]?hour|[- ]?day))|"
    rf"\b(?P<count>an?|one|two|three)[ -](?P<part>third|quarter|fifth|tenth)s?\b(?! of (?:a|the) (?:year|month|january|march))"
)
_PARTS = {"third": 3, "quarter": 4, "fifth": 5, "tenth": 10}
_HALF = re.compile(
    rf"(?P<whole>\d{{1,40}}|[{TO_TEN}两]{{1,40}})?个?半个?(?P<zh>小时|钟头|天|月|年|日|公里|米)|(?P<after>\d{{1,40}}|[{TO_TEN}两]{{1,40}})个?(?P<zh2>年|小时|天|月)半|(?:\b(?P<wholes>one|two|three|four|five|six|\d{{1,40}}) and )?\b(?:a )?half (?:an? )?(?P<en>hour|day|month|year|percent|per cent)s?\b|\bhalf-(?P<en2>hour|day|year)"
)
_RATE = re.compile(
    rf"(?:每|一)一?个?(?P<zh>工作日|自然日|小时|分钟|秒|星期|周(?![一二三四五六日天])|季度|月|年|天|日|晚|夜|公里|千米|米|英里|公斤|吨|升|克)|"
    rf"\b(?:per|an?|each|every)[ -](?:(?:full|working|business|calendar) )?(?P<en>(?!sec)(?:{units.NAMES_OF_TIME}|{units.NAMES_OF_MEASURE}))\b|\b(?P<ly>hourly|daily|nightly|weekly|monthly|quarterly|yearly|annually|annual)\b"
)
_LY = {"hourly": "hour", "daily": "day", "nightly": "night", "weekly": "week", "monthly": "month", "quarterly": "quarter"}
_MONTHS = {
    name: number
    for number, names in enumerate(
        "jan january,feb february,mar march,apr april,may,jun june,jul july,aug august,sep sept september,oct october,nov november,dec december".split(
            ","
        ),
        start=1,
    )
    for name in names.split()
}
_MONTH = rf"(?P<m>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_HAN_NUMBER = f"{ZEROS}{TO_TEN}"  # without 两, which no date has
_DATES = (
    re.compile(
        rf"(?:(?P<y>(?:19|20)\d\d|[{_HAN_NUMBER}]{{4}}) ?年 ?)?(?<!个)(?<![\d{_HAN_NUMBER}])(?P<m>1[0-2]|0?[1-9]|十[一二]?|[{TO_NINE}]) ?月(?! ?(?:租|薪|息|度))(?: ?(?P<d>[0-3]?\d|[{_HAN_NUMBER}]{{1,3}}) ?[日号])?"
    ),
    re.compile(r"(?<![\d./-])(?P<y>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m>\d{1,2})(?:(?P=sep)(?P<d>\d{1,2}))?(?![\d/-]|\.\d)"),
    re.compile(r"(?<![\d./-])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)(?!\d)"),
    re.compile(rf"\b(?P<d>[0-3]?\d)(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<y>(?:19|20)\d\d))?\b"),
    re.compile(rf"\b{_MONTH} (?:the )?(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\b(?!:)(?:,? (?P<y>(?:19|20)\d\d)\b)?"),
    re.compile(rf"\b{_MONTH},? (?P<y>(?:19|20)\d\d)\b"),
    re.compile(rf"\b{_MONTH}(?! be\b)"),
    re.compile(rf"(?<!\d)(?P<y>(?:19|20)\d\d) ?年|(?<![\d{_HAN_NUMBER}])(?P<y2>[二一][{_HAN_NUMBER}]{{3}})年"),
)
_ONLY_MONTH = _DATES[6]
_MAY = re.compile(
    r"\b(?:in|of|by|from|to|until|till|since|during|through|before|after|early|mid|late|each|every|last|next|and|between) $"
)
_DAY_OF_MONTH = re.compile(r"(?:\bon the|\bthe) (?P<d>[0-3]?\d)(?:st|nd|rd|th)\b")
_CLOCKS = (
    re.compile(r"(?<![\d:])(?P<h>[01]?\d|2[0-4])[:：](?P<min>[0-5]\d)(?![\d:%])(?:(?: ?[ap]\.?m\b)| o'clock)?"),
    re.compile(
        rf"(?P<h>\d{{1,2}}|[{_HAN_NUMBER}两]{{1,3}})[点时](?![{_HAN_NUMBER}]+(?:倍|万|亿))(?:(?P<half>半)|(?P<quarter>一刻)|(?P<min>[0-5]?\d|[{_HAN_NUMBER}]{{1,3}})分?)?(?!间|候|期|[后前]?效|五倍)"
    ),
    re.compile(rf"\bhalf past (?P<after>{SMALL}|\d{{1,2}})\b"),
    re.compile(rf"\bquarter (?P<side>to|past) (?P<of>{SMALL}|\d{{1,2}})\b"),
    re.compile(rf"\b(?P<h>{SMALL}|\d{{1,2}}) ?(?:[ap]\.?m\b|o'clock|in the (?:morning|afternoon|evening))"),
    re.compile(r"(?P<twelve>\bnoon\b|\bmidnight\b|正午|午夜)"),
)
_WEEKDAY = re.compile(
    r"(?:周|星期|礼拜)(?P<zh>[一二三四五六日天末])(?!次|回|趟|个|小时)|\b(?P<en>mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?P<end>weekends?)\b"
)
_WEEKDAYS = {**{name: day for day, name in enumerate("一二三四五六日")}, "天": 6, "末": 7}
_ENGLISH_DAYS = {name: day for day, name in enumerate("mon tues wednes thurs fri satur sun".split())}
_CODE = re.compile(r"(?<![a-z0-9])(?:[a-z0-9]+(?:[._/@–-][a-z0-9]+)+|[a-z]+\d[a-z0-9]*|\d+[a-z]+\d[a-z0-9]*)(?![a-z0-9])")
_MAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_TWICE = re.compile(r"\b(?P<en>twice|both|double|once|couple|pair|first|second|third)\b|(?P<zh>双|俩|初次|首次)")
_TIMES = {"twice": 2, "both": 2, "double": 2, "couple": 2, "pair": 2, "双": 2, "俩": 2, "second": 2, "third": 3}
_BEFORE_NO_FIGURE = frozenset("统单唯之万任逐专不")
_NEXT = frozenset({"第二天", "第二日", "第二年"})
_CENTS = re.compile(rf"(?P<n>[{EVERYDAY}\d])[角毛]")
_NO_FIGURE = re.compile(
    r"一(?:般|律|定|些|致|起|样|直|旦|切|次性|同|并|线|方|体|边|经|时间|道|下|一|[^\d\W]?种)|万一|千万|百姓|十分|十足|三方|四周|五金|两者|一[名位人]|一个(?!月|工作|小时|星期|季)"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. ``value``: of a quantity, counted in ``base``; minutes past noon or midnight; a weekday from 0. ``figure``: the
    bare number of a quantity ("2 weeks": 2). ``on``: year, month and day of a date, 0 for what is not said. ``code``: letters and
    figures of one. ``start`` and ``end``: its half-open range of characters. ``weak``: said by the way ("a week", 每天), worth a
    remark only against another one."""

    kind: str
    value: Fraction = Fraction(0)
    base: str = ""
    figure: Fraction = Fraction(0)
    on: tuple[int, int, int] = (0, 0, 0)
    code: str = ""
    start: int = 0
    end: int = 0
    weak: bool = False


def facts(text: str) -> list[Fact]:
    """The facts of ``text`` in order."""
    return _FactReader(text).facts


def agree(said: Fact, known: Fact) -> bool:
    """Whether ``known`` of a source says what ``said`` says."""
    if said.kind != known.kind:
        return _bare_figure_agrees(said, known) or _bare_figure_agrees(known, said)
    if said.kind == DATE:
        # A year that the source leaves out is looked for by whoever asks.
        return all(
            not part or part == other or (place == 0 and not other)
            for place, (part, other) in enumerate(zip(said.on, known.on, strict=True))
        )
    if said.kind == CODE:
        return said.code == known.code
    if said.kind != QUANTITY or said.base == known.base:
        return said.value == known.value
    if said.base and known.base:
        return False
    if units.RATIO in (said.base, known.base):  # "seventy to thirty", seventy per cent
        return said.figure == known.figure or 100 * said.value == known.value or said.value == 100 * known.value
    return said.figure == known.figure


def _bare_figure_agrees(number: Fact, other: Fact) -> bool:
    """Whether a number without a unit is a date, known by its day or year, or an hour. 每月25日 reads as days."""
    if number.kind != QUANTITY:
        return False
    if other.kind == DATE and number.base == "second":
        return other.on[:2] == (0, 0) and other.on[2] == number.figure
    if number.base:
        return False
    if other.kind == CLOCK:
        return number.value <= 24 and number.value * 60 % 720 == other.value
    return other.kind == DATE and number.value in [part for part in other.on if part]


def alike(said: Fact, known: Fact) -> bool:
    """Whether they are of one kind and count the same, so that one may have been changed into the other."""
    return said.kind == known.kind and said.base == known.base


def another_unit(said: Fact, known: Fact) -> bool:
    """Whether only the unit differs."""
    return said.kind == known.kind == QUANTITY and said.base != known.base and said.figure == known.figure


class _FactReader:
    """Patterns from the surest on; what one has read is not read again."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._folded, self._places = placed(text)
        self._taken = bytearray(len(self._folded))
        self.facts = list[Fact]()
        folded = self._folded
        if any(map(str.isdigit, folded)):
            self._each(_MAIL, lambda m: Fact(CODE, code=m[0]))
        self._each(_DATES[1], self._dated)
        self._each(_DATES[2], self._dated)
        if any(map(str.isdigit, folded)):
            self._each(_CLOCKS[0], self._clock)
            self._each(_CODE, self._code)
        for pattern in (*_DATES[:1], *_DATES[3:]):
            self._each(pattern, self._dated)
        self._each(_DAY_OF_MONTH, lambda m: Fact(DATE, on=(0, 0, int(m["d"]))))
        self._each(_RATIO, self._ratio)
        self._each(_HALF, self._half)
        for pattern in _CLOCKS[1:]:
            self._each(pattern, self._clock)
        self._each(_WEEKDAY, self._weekday)
        self._each(_FRACTION, self._fraction)
        self._each(_RATE, self._rate, weak=True)
        self._numbers()
        self._each(_TWICE, lambda m: Fact(QUANTITY, Fraction(_TIMES.get(m[0], 1))), weak=True)
        self.facts.sort(key=lambda fact: fact.start)

    def _each(self, pattern: re.Pattern[str], read: Callable[[re.Match[str]], Fact | None], *, weak: bool = False) -> None:
        for match in pattern.finditer(self._folded):
            if any(self._taken[match.start() : match.end()]):
                continue
            fact = read(match)
            if fact is not None:
                self._add(replace(fact, weak=weak), match.start(), match.end())

    def _add(self, fact: Fact, start: int, end: int) -> None:
        self._taken[start:end] = b"\1" * (end - start)
        place, until = self._places[start][0], self._places[end - 1][1]
        self.facts.append(replace(fact, start=place, end=until, figure=fact.figure or fact.value))

    def _dated(self, match: re.Match[str]) -> Fact | None:
        found = match.groupdict()
        written = found.get("m") or ""
        if match.re is _ONLY_MONTH:
            place = self._places[match.start()][0]
            if not self._text[place].isupper() or (
                written in ("may", "mar", "sun") and not _MAY.search(self._folded, 0, match.start())
            ):
                return None
        year = numerals.of_year(found.get("y") or found.get("y2") or "0")
        month = _MONTHS.get(written) or (numerals.of_date(written) if written else 0)
        day = numerals.of_date(found.get("d") or "") if found.get("d") else 0
        return Fact(DATE, on=(year, month, day)) if month <= 12 and day <= 31 else None

    def _clock(self, match: re.Match[str]) -> Fact | None:
        found = match.groupdict()
        if found.get("twelve"):
            return Fact(CLOCK)
        hour = plain(found.get("h") or found.get("after") or found.get("of") or "")
        if hour is None or hour > 24:
            return None
        minutes = plain(found.get("min") or "0") or Fraction(0)
        if found.get("half") or found.get("after"):
            minutes = Fraction(30)
        elif found.get("quarter"):
            minutes = Fraction(15)
        elif found.get("side"):
            minutes = Fraction(15 if found["side"] == "past" else -15)
        return Fact(CLOCK, (60 * hour + minutes) % 720)

    def _code(self, match: re.Match[str]) -> Fact | None:
        whole = re.sub(r"[^a-z0-9]", "", match[0])
        digits, letters = sum(map(str.isdigit, whole)), sum(map(str.isalpha, whole))
        if not letters and match[0].count(".") == 2 and re.fullmatch(r"[\d.]+", match[0]):
            return Fact(CODE, code=match[0])  # a version
        if not digits or (not letters and digits < 7) or (not letters and re.fullmatch(r"\d+[./–-]\d+", match[0])):
            return None
        if letters and "-" in match[0] and re.fullmatch(r"\d+(?:-[a-z]+)+", match[0]):
            return None  # "90-day"
        if re.fullmatch(r"\d+[a-z]+", whole):
            return None  # "25mb", "1st"
        return Fact(CODE, code=whole)

    def _ratio(self, match: re.Match[str]) -> Fact | None:
        number = plain(match["n"])
        return (
            None if number is None else Fact(QUANTITY, number / {"百": 100, "千": 1000, "万": 10_000}[match["of"]], units.RATIO)
        )

    def _fraction(self, match: re.Match[str]) -> Fact | None:
        if match["half"]:
            return Fact(QUANTITY, Fraction(1, 2), units.RATIO)
        if match["part"]:
            return Fact(QUANTITY, Fraction(WORDS.get(match["count"], 1), _PARTS[match["part"]]), units.RATIO)
        above, below = plain(match["above"] or match["up"]), plain(match["below"] or match["down"])
        return Fact(QUANTITY, above / below, units.RATIO) if above is not None and below else None

    def _half(self, match: re.Match[str]) -> Fact | None:
        name = match["zh"] or match["zh2"] or match["en"] or match["en2"]
        base, factor = units.of(name)
        whole = plain(match["whole"] or match["after"] or match["wholes"] or "0") or Fraction(0)
        return Fact(QUANTITY, (whole + Fraction(1, 2)) * factor, base, whole + Fraction(1, 2))

    def _weekday(self, match: re.Match[str]) -> Fact | None:
        day = 7 if match["end"] else _ENGLISH_DAYS[match["en"]] if match["en"] else _WEEKDAYS[match["zh"]]
        return Fact(WEEKDAY, Fraction(day))

    def _rate(self, match: re.Match[str]) -> Fact | None:
        name = match["zh"] or match["en"] or _LY.get(match["ly"], "year")
        base, factor = units.of(name)
        return Fact(QUANTITY, factor, base, Fraction(1))

    def _numbers(self) -> None:
        for match in NUMBER.finditer(self._folded):
            if any(self._taken[match.start() : match.end()]):
                continue
            value = value_of(match)
            if value is None:
                continue
            base, factor, end = units.after(self._folded, match.end())
            if base and any(self._taken[match.end() : end]):
                base, factor, end = "", Fraction(1), match.end()
            if self._folded[max(0, match.start() - 1) : match.start()] == "第":
                base, factor, end = "", Fraction(1), match.end()  # 第二天: which one, no duration
            if base == "yuan" and (cents := _CENTS.match(self._folded, end)):
                value, end = value + (plain(cents["n"]) or Fraction(0)) / 10, cents.end()
            if match["money"]:
                base, factor = units.of(match["money"])
            if not base and match["han"] and self._is_word(match):
                continue
            weak = not base and (value == 1 or self._folded[match.start() - 1 : end + 1] in _NEXT)
            self._add(Fact(QUANTITY, value * factor, base, value, weak=weak), match.start(), end)

    def _is_word(self, match: re.Match[str]) -> bool:
        """A Chinese numeral that is no figure: 一般, 十分, 千万."""
        if match["han"][0] == "一" and self._folded[max(0, match.start() - 1) : match.start()] in _BEFORE_NO_FIGURE:
            return True
        return _NO_FIGURE.match(self._folded, match.start()) is not None
