# SPDX-License-Identifier: Apache-2.0
"""Numbers, sums, percentages, spans of time and dates as cells write them.

"12,400.00", "(1,234)", "¥450", "1.2万", "83.4%", "37:30", "5 kg", "１２３" in full width, "1.234,56" where the column is written so; "2026/1/4", "2026年1月4日",
"4 Jan 2026". What a cell says is looked at alone; what its column is is told in ``column_kinds.py``.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from desktop_app.contract.typed_table import DURATION, MONEY, NUMBER, PERCENT
from desktop_app.documents.tables import header_units
from desktop_app.documents.tables.header_units import CURRENCY

_SIGNS = (
    r"US\$|HK\$|NT\$|A\$|C\$|S\$|[$€£¥₩₹₽]|(?:USD|EUR|GBP|CNY|RMB|CNH|JPY|CHF|HKD|TWD|AUD|CAD|SGD|KRW|INR|SEK|PLN)(?![A-Za-z])"
)
_NUMBER = re.compile(
    rf"(?P<open>\()?(?P<sign>[-+])? ?(?P<before>{_SIGNS})? ?(?P<sign2>[-+])?"
    r"(?P<digits>\d{1,3}(?:[ '\u00a0\u202f]\d{3})+,\d{1,2}|\d{1,3}(?:[, '\u00a0\u202f]\d{3})+(?:\.\d*)?|\d{1,3}(?:,\d{2})*,\d{3}(?:\.\d*)?|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d*\.\d+|\d+,\d{1,2}|\d+\.?)"
    r"(?P<power>[eE][-+]?\d{1,3})? ?(?P<unit>[^\d()]{0,20}?)(?P<close>\))?(?P<minus>-)?"
)
_PLAIN = re.compile(r"-?(?:0|[1-9]\d{0,14})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d{0,14})\.\d{1,15}")
_SPAN = re.compile(r"(-)?(\d{1,6}):([0-5]\d)(?::([0-5]\d))?")
_WORDED_SPAN = re.compile(r"(?:(\d+) ?(?:小时|时|h|hrs?|hours?) ?)(?:(\d+) ?(?:分钟|分|m|mins?|minutes?))", re.IGNORECASE)
_TENS = {
    "十": 1e1,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
    "k": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "mio": 1e6,
    "mrd": 1e9,
}
_SCALE = re.compile(r"(百万|千万|万|亿|千|(?:million|billion|mio|mrd)\b\.?|k\b)\s*", re.IGNORECASE)
_SCALED = re.compile(rf"\d\s*{_SCALE.pattern}$", re.IGNORECASE)
_LONGEST = 40  # characters of a figure with its unit
_MONTHS = {name: at for at, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1)}
_MONTHS |= {"mär": 3, "mai": 5, "okt": 10, "dez": 12}
_TIME = r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?(?:Z|[-+]\d\d:?\d\d)?)?"
_YEAR_FIRST = re.compile(
    rf"((?:19|20)\d\d)(?:([-/.])(\d{{1,2}})\2(\d{{1,2}})|年(\d{{1,2}})月(\d{{1,2}})[日号])(?:\s*(?:星期|周)[一二三四五六日天])?{_TIME}"
)
_MONTH_ONLY = re.compile(r"((?:19|20)\d\d)(?:[-/.](\d{1,2})|年(\d{1,2})月(?:份)?)|([A-Za-zä]{3,9})\.?[- ,']*((?:19|20)\d\d)")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|\.)?[- ]*([A-Za-zä]{{3,9}})\.?[-, ]*((?:19|20)\d\d){_TIME}|([A-Za-zä]{{3,9}})\.? (\d{{1,2}})(?:st|nd|rd|th)?,? ((?:19|20)\d\d){_TIME}"
)
_YEAR_LAST = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2((?:19|20)?\d\d){_TIME}")
NOTHING = frozenset(
    "- -- --- – — / \\ * . … n/a na n.a. none nil null tbd tba ? x 无 暂无 待定 未定 空 不详 未知 不适用 未填 k.a. entf.".split()
)
"""What stands in place of a value, folded."""


class CellReading(NamedTuple):
    """What a text says: ``kind`` of a figure, its ``value``, the ``unit`` as written, "" for none."""

    kind: str
    value: float | int
    unit: str = ""


def figure(text: str, *, comma: bool = False) -> CellReading | None:
    """The number, sum, percentage or span of time that a cell holds; ``comma``: decimals stand behind a comma."""
    if _PLAIN.fullmatch(text):
        return CellReading(NUMBER, int(text))
    if not comma and _DECIMAL.fullmatch(text):
        return CellReading(NUMBER, float(text))
    return _figure(text, comma) if len(text) <= _LONGEST else None


@lru_cache(maxsize=20_000)
def _figure(text: str, comma: bool) -> CellReading | None:
    text = _folded(text)
    if (span := _SPAN.fullmatch(text)) is not None:
        hours = int(span[2]) + int(span[3]) / 60 + int(span[4] or 0) / 3600
        return CellReading(DURATION, round(-hours if span[1] else hours, 6), ":")
    if (span := _WORDED_SPAN.fullmatch(text)) is not None:
        return CellReading(DURATION, round(int(span[1]) + int(span[2]) / 60, 6), "h")
    match = _NUMBER.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]) or (match["minus"] and match["unit"]):
        return None
    value = _value(match["digits"], match["power"], comma=comma)
    if value is None:
        return None
    if (match["open"] or match["sign"] == "-" or match["sign2"] == "-" or match["minus"]) and value:
        value = -value
    return _with_unit(value, match["before"] or "", match["unit"].strip())


def _value(digits: str, power: str | None, *, comma: bool) -> float | int | None:
    spaceless = re.sub(r"[ '\u00a0\u202f]", "", digits)
    if comma or re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}|\d+,\d{1,2}", spaceless):
        spaceless = spaceless.replace(".", "").replace(",", ".")
    else:
        spaceless = spaceless.replace(",", "")
    if spaceless.isdigit() and not power:
        return int(spaceless) if len(spaceless) < 16 else float(spaceless)
    try:
        number = float(spaceless + (power or ""))
    except ValueError:
        return None
    return number if abs(number) < 1e300 else None


def _with_unit(value: float, before: str, unit: str) -> CellReading | None:
    scale = _SCALE.match(unit)
    scaled = value
    if scale is not None and (rest := unit[scale.end() :]) != unit and (not rest or header_units.known(rest) is not None):
        known = header_units.known(unit)
        if known is None or known.kind == MONEY:  # not 千米, 千克
            scaled, unit = times(value, _TENS[scale[1].lower().rstrip(".")]), rest
    if before:
        return CellReading(MONEY, scaled, before) if not unit or unit.lower() in CURRENCY or unit == "/" else None
    if not unit:
        return CellReading(NUMBER, scaled)
    if unit in ("月", "日", "号") or (unit == "年" and value >= 100):
        return None  # a date
    found = header_units.known(unit)
    if found is not None:
        if found.kind == PERCENT:
            return CellReading(PERCENT, times(value, found.factor), "%")
        return CellReading(found.kind, scaled, found.written)
    return (
        CellReading(NUMBER, scaled, unit) if len(unit) <= 8 and unit[0].isalpha() and not any(map(str.isspace, unit)) else None
    )


def times(value: float, factor: float) -> float | int:
    """A product of written figures, without the dust of binary fractions: 83.4 * 0.01 is 0.834."""
    product = float(f"{value * factor:.15g}")
    return int(product) if product.is_integer() and abs(product) < 1e15 else product


def is_scaled(text: str) -> bool:
    """Whether a figure says its own scale: "1.2万"."""
    return _SCALED.search(_folded(text)) is not None


def is_with_comma(text: str) -> bool:
    """Whether a figure can only be one with decimals behind a comma: "1.234,56", "12,5"."""
    return re.fullmatch(r"[-+(]?[€$£¥ ]*\d{1,3}(?:\.\d{3})+,\d+[^,.\d]*|[-+(]?[€$£¥ ]*\d+,\d{1,2}[^,.\d]*", text) is not None


@lru_cache(maxsize=20_000)
def date(text: str, order: str = "") -> str | None:
    """A date, or a month, as ISO writes it: "2026-03-31", "2026-03-31T14:05", "2026-03". ``order``: "dm" or "md" for dates such as 4/1/2026."""
    if not 6 <= len(text) <= 32:
        return None
    text = _folded(text)
    if (match := _YEAR_FIRST.fullmatch(text)) is not None:
        return _iso(match[1], match[3] or match[5], match[4] or match[6], match.groups()[6:])
    if (match := _NAMED.fullmatch(text)) is not None:
        day, month, year, time = (
            (match[1], match[2], match[3], match.groups()[3:6])
            if match[1]
            else (match[8], match[7], match[9], match.groups()[9:])
        )
        number = _MONTHS.get(month[:3].lower())
        return _iso(year, str(number), day, time) if number else None
    if (match := _MONTH_ONLY.fullmatch(text)) is not None:
        named = _MONTHS.get(match[4][:3].lower()) if match[4] else int(match[2] or match[3])
        return f"{match[1] or match[5]}-{named:02}" if named and 1 <= named <= 12 else None
    if (match := _YEAR_LAST.fullmatch(text)) is not None:
        way = "dm" if match[2] == "." else order
        if not way:
            return None
        day, month = (match[1], match[3]) if way == "dm" else (match[3], match[1])
        return _iso(match[4] if len(match[4]) == 4 else f"20{match[4]}", month, day, match.groups()[4:])
    return None


def order_of(text: str) -> str | None:
    """Which way round a date such as 31/1/2026 is: "dm", "md", "" where it may be either, None where it is no such date."""
    match = _YEAR_LAST.fullmatch(_folded(text)) if len(text) <= 32 else None
    if match is None:
        return None
    first, second = int(match[1]), int(match[3])
    if match[2] == ".":
        return "dm"
    return "dm" if first > 12 else "md" if second > 12 else ""


def compact_date(text: str) -> str | None:
    """20260331 as a date; only where its column says that it holds dates."""
    match = _COMPACT.fullmatch(text)
    return _iso(match[1], match[2], match[3], ()) if match else None


def _iso(year: str, month: str, day: str, time: tuple[str | None, ...]) -> str | None:
    try:
        found = dt.date(int(year), int(month), int(day)).isoformat()
        if time and time[0] is not None:
            found += "T" + dt.time(int(time[0]), int(time[1] or 0), int(time[2] or 0)).isoformat(
                "seconds" if time[2] else "minutes"
            )
    except ValueError:
        return None
    return found


def _folded(text: str) -> str:
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text).replace("−", "-").replace("–", "-").strip()
