# SPDX-License-Identifier: Apache-2.0
"""A cell's value as its spreadsheet program shows it.

"12,400.00", "¥450.00", "00042", "2026年12月31日", "37:30" of elapsed hours, "3.5%", "1 1/8", "1.2万": the index holds what people read, and the
window shows the same. The search finds 12400 all the same, because grouped figures are known by their one spelling too (``analysis.codes``).
What is not understood of a number format reads plainly. Formats: ECMA-376, part 1, 18.8.31.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from desktop_app.documents.tables.exact import Figure
from desktop_app.documents.text import table
from desktop_app.documents.text.date_formats import Moment, date_text, is_date, is_elapsed, moment_of, whole_seconds
from desktop_app.documents.text.han_figures import in_han, mapped

TEXT, NUMBER, DATE, TRUTH, ERROR, EMPTY = "t", "n", "d", "b", "e", " "
"""Kinds of cells: numbers and dates stand at the right, errors and truth values in the middle."""

_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how the format writes what XML cannot hold
_ERROR = re.compile(r"#[A-Z0-9/]+[!?]?")
_HAN = re.compile(r"\[DBNum(\d)\]", re.IGNORECASE)
_CONDITION = re.compile(r"\[(<>|<=|>=|<|>|=)(-?\d+(?:\.\d+)?)\]")
_TOKEN = re.compile(
    r"\"(?P<quoted>[^\"]*)\"|[\\!](?P<escaped>.)|(?P<space>_.|\*.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<bracket>\[[^\]]*\])"
    r"|(?P<general>General|G/通用格式)|(?P<power>E[+-]0+)|(?P<digit>[#0?])|(?P<point>\.)|(?P<comma>,)|(?P<percent>%)|(?P<other>.)",
    re.DOTALL | re.IGNORECASE,
)
_FRACTION = re.compile(r"(?P<whole>[#0?]+ *)?(?P<top>[#?0]+) ?/ ?(?P<below>[#?0]+|\d+)")
_MOST_UNITS = 1e11  # up to which a double tells what is half between two of them
_GENERAL_WIDTH = 11  # characters of a fraction without a format


def displayed(value: object, number_format: str | None, *, from_1904: bool = False) -> tuple[str, str]:
    """The text and the kind of a cell. A number whose format is one of dates counts days, since 1904 where the workbook says so."""
    if value is None or value == "":
        return "", EMPTY
    form = number_format or "General"
    if isinstance(value, str):
        return _worded(value, form)
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), TRUTH
    if isinstance(value, (int, float)):
        return counted(value, form, from_1904=from_1904)
    if isinstance(value, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _of_moment(moment_of(value), _sections(form)[0].form), DATE
    return table.clean(str(value)), TEXT


def counted(value: float, form: str, *, from_1904: bool) -> tuple[str, str]:
    """The text and the kind of a number; its format may be one of dates."""
    if not math.isfinite(value):
        return str(value), TEXT
    if form == "General":
        text = plain(value)
        return text if isinstance(value, int) or float(text) == value else Figure.of(text, value), NUMBER
    try:
        sections = _sections(form)
        first = sections[0]
        if first.write is not None and 0 < (units := value * first.scale) < _MOST_UNITS and not 0.4999 < units % 1 < 0.5001:
            return Figure.of(first.write(value * first.factor), value), NUMBER
        if first.is_date:
            text = _days(value, form, from_1904)
            return (text, DATE) if text else (plain(value), NUMBER)
        return Figure.of(_number(value, sections), value), NUMBER
    except (ArithmeticError, ValueError):  # a hundred per cent signs, a power that no number has
        return plain(value), NUMBER


def plain(value: float) -> str:
    """A number without a format: eleven characters of a fraction, as Excel shows, and no ".0"."""
    if isinstance(value, int):
        return str(value)
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    size = abs(value)
    if 1e-4 <= size < 1e11 and len(written := repr(size)) <= _GENERAL_WIDTH:
        return written if value > 0 else f"-{written}"
    if size >= 1e11 or size < 1e-4:
        return re.sub(r"\.?0*E", "E", f"{value:.5E}") if size < 1e-4 or size >= 1e15 else f"{value:.15g}"
    decimals = max(0, _GENERAL_WIDTH - 1 - len(str(int(size))))
    return _rounded(value, decimals).rstrip("0").rstrip(".")


def _worded(value: str, form: str) -> tuple[str, str]:
    if "_x" in value:
        value = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
        value = value.encode("utf-16", "surrogatepass").decode(
            "utf-16", "replace"
        )  # halves of a character join, one alone is none
    if value[0] == "#" and _ERROR.fullmatch(value):
        return value, ERROR
    value = "\n".join(map(table.clean, value.split("\n"))).strip("\n") if "\n" in value else table.clean(value)
    if "@" in form and form != "@":
        before, after = _around_text(form)
        value = f"{before}{value}{after}"
    return value, TEXT


@dataclass(frozen=True, slots=True)
class _Section:
    """One part of a format. ``pieces`` are literals and placeholders in order; ``points`` where the decimals begin among them."""

    form: str
    is_date: bool
    condition: tuple[str, float] | None
    pieces: tuple[tuple[str, str], ...]
    point: int
    holders: str  # placeholders before the point, and after it
    decimals: str
    percents: int
    thousands: int  # by how many the number is divided
    grouped: bool
    power: int  # figures of the exponent
    han: str
    around: tuple[str, str] | None  # what stands before and after the figures, where nothing stands among them
    write: Callable[[float], str] | None  # of most formats: all that a positive number needs, unless it is half between two
    factor: int  # of what is written, and to units of the last decimal
    scale: int


@lru_cache(maxsize=500)
def _sections(form: str) -> tuple[_Section, ...]:
    """The formats of positive numbers, negative ones, zero, or those with conditions of their own."""
    found, inside, start, skip = list[str](), False, 0, False
    for place, letter in enumerate(form):
        if skip:
            skip = False
        elif letter == '"':
            inside = not inside
        elif not inside and letter in "\\!_*":
            skip = True
        elif letter == ";" and not inside:
            found.append(form[start:place])
            start = place + 1
    return tuple(map(_section, (*found, form[start:])))


def _section(form: str) -> _Section:
    condition, han = _CONDITION.search(form), _HAN.search(form)
    pieces = list[tuple[str, str]]()
    for match in _TOKEN.finditer(form):
        kind = match.lastgroup or ""
        if kind in ("quoted", "escaped", "currency", "percent", "other"):
            pieces.append(("literal", match[kind]))
        elif kind not in ("space", "bracket"):
            pieces.append((kind, match[kind]))
    digits = [at for at, (kind, _) in enumerate(pieces) if kind == "digit"]
    point = next((at for at, (kind, _) in enumerate(pieces) if kind == "point" and digits), len(pieces))
    whole = [at for at in digits if at < point]
    last = whole[-1] if whole else -1
    scaled = 0  # by the commas behind the last figure of either part
    for at in {last, digits[-1] if digits else -1} - {-1}:
        while at + scaled + 1 < len(pieces) and pieces[at + scaled + 1][0] == "comma":
            scaled += 1
    grouped = any(kind == "comma" and whole and whole[0] < at < last for at, (kind, _) in enumerate(pieces))
    holders, decimals = "".join(pieces[at][1] for at in whole), "".join(pieces[at][1] for at in digits if at > point)
    percents = sum(match.lastgroup == "percent" for match in _TOKEN.finditer(form))
    around, write = _around(pieces), None
    simple = (
        holders.count("0") == 1 and not decimals.strip("0") and not (scaled or condition or han or "/" in form or "@" in form)
    )
    if around is not None and simple and percents < 2 and len(decimals) < 6 and not is_date(form):
        before, after = (text.replace("{", "{{").replace("}", "}}") for text in around)
        write = f"{before}{{:{',' if grouped else ''}.{len(decimals)}f}}{after}".format
    factor = 100**percents
    return _Section(
        form,
        is_date(form),
        (condition[1], float(condition[2])) if condition else None,
        tuple((kind if kind != "comma" else ("none" if digits else "literal"), text) for kind, text in pieces),
        point,
        holders,
        decimals,
        percents,
        scaled,
        grouped,
        next((len(text) - 2 for kind, text in pieces if kind == "power"), 0),
        han[1] if han else "",
        around,
        write,
        factor,
        factor * 10 ** len(decimals),
    )


def _around(pieces: Sequence[tuple[str, str]]) -> tuple[str, str] | None:
    figures = [at for at, (kind, _) in enumerate(pieces) if kind in ("digit", "point")]
    if not figures or any(kind in ("power", "general") for kind, _ in pieces):
        return None
    first, last = figures[0], figures[-1]
    if any(kind == "literal" for kind, _ in pieces[first:last]):
        return None
    before, after = (tuple(text for kind, text in part if kind == "literal") for part in (pieces[:first], pieces[last:]))
    return "".join(before).lstrip(), "".join(after).rstrip()


def _number(value: float, sections: tuple[_Section, ...]) -> str:
    section = sections[0]
    numbers = sections[:3] if len(sections) > 3 else tuple(one for one in sections if "@" not in one.form) or sections
    if section.condition is not None:
        section = next((one for one in numbers if one.condition is None or _holds(one.condition, value)), section)
        if value < 0 and section.condition is not None and section.condition[0] in ("<", "<=") and section.condition[1] <= 0:
            value = -value
    elif value < 0 and len(numbers) > 1:
        section, value = numbers[1], -value
    elif value == 0 and len(numbers) > 2:
        section = numbers[2]
    if "@" in section.form:
        return plain(value)
    fraction = _FRACTION.search(section.form) if "/" in section.form else None
    if fraction:
        return _in_fractions(value, fraction)
    return _filled(value, section)


def _holds(condition: tuple[str, float], value: float) -> bool:
    sign, limit = condition
    return {
        "<": value < limit,
        ">": value > limit,
        "=": value == limit,
        "<=": value <= limit,
        ">=": value >= limit,
        "<>": value != limit,
    }[sign]


def _filled(value: float, section: _Section) -> str:
    """A number in the placeholders of its format."""
    pieces = section.pieces
    holders, decimals = section.holders, section.decimals
    if not holders.strip("?") and not decimals.strip("?") and not any(kind == "general" for kind, _ in pieces):
        return "".join(
            text for kind, text in pieces if kind == "literal"
        ).strip()  # words in place of the number, "-" for nothing
    negative = value < 0
    amount = abs(value) * 100**section.percents / 1000**section.thousands
    if not math.isfinite(amount):
        raise OverflowError
    exponent = 0
    if section.power:
        exponent = math.floor(math.log10(amount)) if amount else 0
        amount /= 10.0**exponent
    if any(kind == "general" for kind, _ in pieces):
        written = in_han(amount, section.han) if section.han else plain(amount)
        text = "".join(written if kind == "general" else text for kind, text in pieces if kind in ("general", "literal"))
        return f"-{text}" if negative else text
    written = _rounded(amount, len(decimals))
    whole, _, rest = written.partition(".")
    for holder in reversed(decimals):
        if holder == "0" or not rest.endswith("0"):
            break
        rest = rest[:-1]
    whole = whole.lstrip("0").rjust(holders.count("0"), "0")
    if section.grouped and whole:
        whole = f"{int(whole):,}".rjust(len(whole), "0") if len(whole) < 4 or whole[0] != "0" else whole
    if section.han:
        whole, rest = mapped(whole, section.han), mapped(rest, section.han)
    negative = negative and any(letter not in "0.," for letter in written)
    if section.around is not None:
        before, after = section.around
        return f"{'-' if negative else ''}{before}{whole}{'.' if rest else ''}{rest}{after}"
    return ("-" if negative else "") + "".join(_pieces(section, whole, rest, exponent)).strip()


def _pieces(section: _Section, whole: str, rest: str, exponent: int) -> list[str]:
    """The literals of a format with the digits between them. Where letters stand among its digits, each takes one: "000-0000"."""
    pieces = section.pieces
    at = [place for place, (kind, _) in enumerate(pieces) if kind == "digit" and place < section.point]
    among = [text for kind, text in pieces[at[0] : at[-1]] if kind == "literal"] if at else []
    shares = dict.fromkeys(at, "")
    if among:
        left = whole
        for place in reversed(at[1:]):
            left, shares[place] = (left[:-1], left[-1:])
        shares[at[0]] = left
    elif at:
        shares[at[0]] = whole
    found, decimals_out = list[str](), False
    for place, (kind, text) in enumerate(pieces):
        if kind == "literal":
            found.append(text)
        elif kind == "digit" and place < section.point:
            found.append(shares[place])
        elif kind == "point" and place == section.point:
            if not at:
                found.append(whole)
            found.append(f".{rest}" if rest else "")
            decimals_out = True
        elif kind == "power":
            found.append(f"E{'-' if exponent < 0 else '+'}{abs(exponent):0{section.power}}")
    return found if decimals_out or not rest else [*found, rest]


def _rounded(value: float, decimals: int) -> str:
    """Rounded as people do, a half up, from the fifteen digits that Excel holds."""
    held = f"{value:.15g}"
    if "e" in held:
        return f"{value:.{decimals}f}"
    point = held.find(".")
    if point < 0 or len(held) - point - 1 <= decimals:
        return f"{value:.{decimals}f}"
    return str(Decimal(held).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP))


def _in_fractions(value: float, form: re.Match[str]) -> str:
    below = form["below"]
    size = abs(value)
    whole = int(size) if form["whole"] else 0
    if below.isdigit() and int(below):
        bottom = int(below)
        top = int(_rounded((size - whole) * bottom, 0))
    else:
        near = Fraction(size - whole).limit_denominator(10 ** min(len(below), 6) - 1)
        top, bottom = near.numerator, near.denominator
    if form["whole"] and top == bottom:
        whole, top = whole + 1, 0
    sign = "-" if value < 0 else ""
    if not top:
        return f"{sign}{whole}" if form["whole"] else "0"
    return f"{sign}{whole} {top}/{bottom}" if whole else f"{sign}{top}/{bottom}"


@lru_cache(maxsize=10_000)
def _days(value: float, form: str, from_1904: bool) -> str:
    """A number of days in a format of dates, "" where no date is that far."""
    moment = Moment.of_days(value, from_1904=from_1904)
    return "" if moment is None else _of_moment(moment, _sections(form)[0].form)


def _of_moment(moment: Moment, form: str) -> str:
    """A moment in a format of dates, which knows its day, or the hours that have passed."""
    text, moment = date_text(moment, form), whole_seconds(moment)
    if is_elapsed(form):
        return Figure.of(text, round(moment.seconds / 3600, 6), elapsed=True)
    if moment.date is None:
        return text
    time = "" if moment.time == dt.time() else f"T{moment.time.isoformat('seconds' if moment.time.second else 'minutes')}"
    return Figure.of(text, f"{moment.date.isoformat()}{time}")


@lru_cache(maxsize=500)
def _around_text(form: str) -> tuple[str, str]:
    """What a format puts before and after a text."""
    section = next((one for one in reversed(_sections(form)) if "@" in one.form), None)
    if section is None:
        return "", ""
    text = "".join(text for kind, text in section.pieces if kind == "literal")
    before, _, after = text.partition("@")
    return before, after
