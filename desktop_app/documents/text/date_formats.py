# SPDX-License-Identifier: Apache-2.0
"""Dates, times and spans of time in the formats of spreadsheets.

A spreadsheet counts days. Those before 1 March 1900 are one off, because Lotus 1-2-3 took 1900 for a leap year and Excel kept it.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache

from desktop_app.documents.text.han_figures import mapped

_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|[\\!](?P<escaped>.)|(?P<gone>_.|\*.)|\[\$[^\]-]*-?(?P<locale>[^\]]*)\]|\[DBNum(?P<han>\d)\]"
    r"|(?P<noon>AM/PM|A/P|上午/下午)|\[(?P<long>h+|m+|s+)\]|(?P<bracket>\[[^\]]*\])|(?P<unit>y+|m+|d+|h+|s+|a{3,4}|e+)|(?P<part>\.0+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_BUILT_IN = (
    "mm-dd-yy",
    "m/d/yy h:mm",
    "m/d/yyyy",
    "General",
    "@",
    "",
)  # which each Excel shows in the order of its own country
_WEEKDAYS = "一二三四五六日"
_HAN_MONTHS = ("一月", "二月", "三月", "四月", "五月", "六月", "七月", "八月", "九月", "十月", "十一月", "十二月")
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_FIRST, _FIRST_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)  # noqa: DTZ001 - workbooks know no zones
_LEAP_THAT_WAS_NONE = 60
_MOST_DAYS = 2_958_466


@dataclass(frozen=True, slots=True)
class Moment:
    """``date`` is None for a time alone; ``seconds`` since the first day, for spans of time."""

    date: dt.date | None
    time: dt.time
    seconds: float

    @classmethod
    def of_days(cls, days: float, *, from_1904: bool) -> Moment | None:
        """None for what is no date of a spreadsheet."""
        if not 0 <= days < _MOST_DAYS:
            return None
        rounded = round(days * 86_400, 3)
        whole = days + (not from_1904 and 1 <= days < _LEAP_THAT_WAS_NONE)
        moment = (_FIRST_1904 if from_1904 else _FIRST) + dt.timedelta(milliseconds=round(whole * 86_400_000))
        return cls(moment.date() if days >= 1 or from_1904 else None, moment.time(), rounded)


def moment_of(value: dt.datetime | dt.date | dt.time | dt.timedelta) -> Moment:
    """The moment that a library gave."""
    if isinstance(value, dt.timedelta):
        return Moment(None, (_FIRST + value % dt.timedelta(days=1)).time(), value.total_seconds())
    if isinstance(value, dt.time):
        return Moment(
            None, value.replace(tzinfo=None), value.hour * 3600 + value.minute * 60 + value.second + value.microsecond / 1e6
        )
    if isinstance(value, dt.datetime):
        naive = value.replace(tzinfo=None)
        return Moment(naive.date(), naive.time(), (naive - _FIRST).total_seconds())
    return Moment(value, dt.time(), (dt.datetime.combine(value, dt.time()) - _FIRST).total_seconds())


@lru_cache(maxsize=500)
def is_date(section: str) -> bool:
    """Whether a number in this format is a date, a time or a span of time."""
    if section.startswith("[$-F"):
        return True
    return any(
        match["unit"] or match["long"] or match["noon"]
        for match in _TOKEN.finditer(re.sub("General|G/通用格式", "", section, flags=re.IGNORECASE))
        if not (match["unit"] and match["unit"][0] in "eE")
    )


@lru_cache(maxsize=500)
def is_elapsed(section: str) -> bool:
    """Whether this format of dates shows how much time has passed: "[h]:mm"."""
    return any(match["long"] for match in _TOKEN.finditer(section))


def date_text(moment: Moment, section: str) -> str:
    """A moment in its format; where that depends on the country of the reader's PC, as 2026-03-05 14:30."""
    if section in _BUILT_IN or section.upper().startswith("[$-F") or not is_date(section):
        return _plain(moment)
    tokens = list(_TOKEN.finditer(section))
    noon = any(token["noon"] for token in tokens)
    chinese = any((token["locale"] or "").upper().endswith("804") for token in tokens)
    han = next((token["han"] for token in tokens if token["han"]), "")
    shortest = any(token["part"] for token in tokens)
    moment = moment if shortest else whole_seconds(moment)
    pieces, hours = list[str](), False
    for number, token in enumerate(tokens):
        if token["quoted"] is not None or token["escaped"] is not None:
            pieces.append(token["quoted"] if token["quoted"] is not None else token["escaped"])
        elif token["noon"]:
            first, second = token["noon"].split("/")
            pieces.append(first if moment.time.hour < 12 else second)
        elif token["long"]:
            pieces.append(_elapsed(moment, token["long"].lower()))
            hours = token["long"][0] in "hH"
        elif token["part"]:
            figures = len(token["part"]) - 1
            pieces.append("." + f"{moment.time.microsecond:06}"[:figures])
        elif token["unit"]:
            unit = token["unit"].lower()
            following = next(
                (other["unit"] or other["long"] for other in tokens[number + 1 :] if other["unit"] or other["long"]), ""
            )
            if unit[0] == "m" and len(unit) < 3 and (hours or following[:1].lower() == "s"):
                unit = "n" * len(unit)  # minutes
            hours = unit[0] in "hn"
            text = _unit(moment, unit, noon=noon, chinese=chinese)
            pieces.append(mapped(text, han, year=unit[0] in "ye") if han else text)
        elif token["other"]:
            pieces.append(token["other"])
    return "".join(pieces).strip()


def whole_seconds(moment: Moment) -> Moment:
    """A moment without its fractions of a second, rounded."""
    if not moment.time.microsecond:
        return moment
    near = dt.datetime.combine(moment.date or dt.date(1900, 1, 1), moment.time) + dt.timedelta(microseconds=500_000)
    return Moment(moment.date and near.date(), near.time().replace(microsecond=0), float(round(moment.seconds)))


def _plain(moment: Moment) -> str:
    moment = whole_seconds(moment)
    if moment.date is None and moment.seconds >= 86_400:
        return f"{_elapsed(moment, 'h')}:{moment.time.minute:02}:{moment.time.second:02}"
    time = moment.time.isoformat(timespec="seconds" if moment.time.second else "minutes")
    if moment.date is None:
        return time
    return moment.date.isoformat() if moment.time == dt.time() else f"{moment.date.isoformat()} {time}"


def _elapsed(moment: Moment, unit: str) -> str:
    """All hours, minutes or seconds: "[h]"."""
    seconds = round(moment.seconds)
    sign, size = "-" if seconds < 0 else "", abs(seconds)
    return f"{sign}{size // {'h': 3600, 'm': 60, 's': 1}[unit[0]]:0{len(unit)}}"


def _unit(moment: Moment, unit: str, *, noon: bool, chinese: bool) -> str:
    """One unit of a format: "yyyy", "m", "dd" …; ``noon``: hours count to twelve."""
    kind, wide = unit[0], len(unit)
    if kind in "hns":
        number = {"h": moment.time.hour, "n": moment.time.minute, "s": moment.time.second}[kind]
        if kind == "h" and noon:
            number = (number - 1) % 12 + 1
        return f"{number:02}" if wide > 1 else str(number)
    date = moment.date
    if date is None:
        return ""
    if kind in "ye":
        return f"{date.year % 100:02}" if kind == "y" and wide < 3 else str(date.year)
    day = _WEEKDAYS[date.weekday()]
    if kind == "a":
        return f"星期{day}" if wide == 4 else day
    if wide > 2 and chinese:
        return (
            (_HAN_MONTHS[date.month - 1] if wide == 4 else f"{date.month}月")
            if kind == "m"
            else f"{'星期' if wide == 4 else '周'}{day}"
        )
    names, number = (_MONTHS, date.month) if kind == "m" else (_DAYS, date.day)
    if wide > 2:
        name = names[date.month - 1 if kind == "m" else date.weekday()]
        return name if wide == 4 else name[:1] if wide == 5 else name[:3]
    return f"{number:02}" if wide == 2 else str(number)
