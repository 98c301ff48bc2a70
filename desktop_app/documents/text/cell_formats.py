# SPDX-License-Identifier: Apache-2.0
"""A cell's value as its spreadsheet program shows it.

The index keeps plain values (``documents.text.cells.shown``: "12400", "2026-12-31"), because separators part a number into two words for
the search. On the screen a cell looks as in Excel: "12,400.00", "¥ 450", "2026年12月31日", "3.5%". Only what office workbooks use is
understood of number formats; anything else reads as in the index.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache

from desktop_app.documents.text.cells import shown

TEXT, NUMBER, DATE, TRUTH, ERROR, EMPTY = "t", "n", "d", "b", "e", " "
"""Kinds of cells: numbers and dates stand at the right, errors and truth values in the middle."""

_PART = re.compile(
    r"(?P<literal>\"[^\"]*\"|\\.)|(?P<space>_.|\*.)|\[\$(?P<currency>[^\]-]*)[^\]]*\]|(?P<bracket>\[[^\]]*\])|(?P<other>.)",
    re.DOTALL,
)
_DIGITS = re.compile(r"General|[#0?][#0?,]*(?:\.[#0?]*)?(?:E[+-]0+)?")
_SCIENTIFIC = re.compile(r"E[+-]0+")
_DATE_TOKEN = re.compile(
    r"(?P<literal>\"[^\"]*\"|\\.)|(?P<gone>_.|\*.|\[\$[^\]]*\]|\[(?!h|m|s)[^\]]*\])|(?P<noon>AM/PM|A/P|上午/下午)"
    r"|(?P<long>\[[hms]+\])|(?P<unit>y+|m+|d+|h+|s+|a{3,4}|e+)|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_BUILT_IN_DATES = ("mm-dd-yy", "m/d/yy h:mm", "m/d/yyyy")  # which each Excel shows in the order of its own country
_WEEKDAYS = "一二三四五六日"
_MONTHS = "January February March April May June July August September October November December".split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


def displayed(value: object, number_format: str | None) -> tuple[str, str]:
    """The text and the kind of a cell."""
    if value is None or value == "":
        return "", EMPTY
    if isinstance(value, bool):
        return shown(value, None), TRUTH
    form = number_format or "General"
    if isinstance(value, (int, float)):
        return _number(value, form), NUMBER
    if isinstance(value, (dt.datetime, dt.date, dt.time, dt.timedelta)):
        return _moment(value, form), DATE
    if isinstance(value, str):
        lines = [shown(line, None) for line in value.split("\n")]
        return "\n".join(lines).strip("\n"), ERROR if re.fullmatch(r"#[A-Z0-9/]+[!?]?", value) else TEXT
    return shown(value, None), TEXT


# ---- numbers ----


def _number(value: float, form: str) -> str:
    sections = _sections(form)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    if not section:
        return ""
    before, digits, after = _parts(section)
    if section == "@" or "/" in section:  # as text; a fraction
        return shown(value, None)
    if not digits.strip("?,."):  # words in place of the number, "-" for nothing
        return f"{before}{after}".strip()
    text = _figures(value * 100 if "%" in section else value, digits)
    return f"-{before}{text[1:]}{after}" if before and text.startswith("-") else f"{before}{text}{after}"


def _figures(amount: float, digits: str) -> str:
    """A number in the digits of its format: "#,##0.00"."""
    if digits == "General":
        return shown(amount, None)
    if (power := _SCIENTIFIC.search(digits)) is not None:
        return f"{amount:.{len(digits[: power.start()].partition('.')[2])}E}"
    whole, _, decimals = digits.partition(".")
    bare = whole.rstrip(",")
    amount /= 1000 ** (len(whole) - len(bare))
    text = f"{amount:,.{len(decimals)}f}" if "," in bare else f"{amount:.{len(decimals)}f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    if optional:
        text = (text[:-optional] + text[-optional:].rstrip("0")).rstrip(".")
    least = len(bare.lstrip("#?"))
    if "," not in bare and least > 1:  # "000": a code with zeros before it
        sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
        text = sign + text.zfill(least + len(text) - len(text.partition(".")[0]))
    return text


@lru_cache(maxsize=500)
def _sections(form: str) -> list[str]:
    """The formats of positive numbers, negative ones, zero."""
    found, inside, start = list[str](), False, 0
    for place, letter in enumerate(form):
        if letter == '"':
            inside = not inside
        elif letter == ";" and not inside:
            found.append(form[start:place])
            start = place + 1
    return [*found, form[start:]]


@lru_cache(maxsize=500)
def _parts(section: str) -> tuple[str, str, str]:
    """What stands before the digits of a format, the digits, and what stands after them."""
    plain = list[str]()
    for match in _PART.finditer(section):
        if match["literal"]:
            letters = match["literal"][1:-1] if match["literal"][0] == '"' else match["literal"][1]
            plain.append(letters.translate(_HIDDEN))
        elif match["currency"] is not None:
            plain.append(match["currency"])
        elif match["other"]:
            plain.append(match["other"])
    text = "".join(plain)
    digits = _DIGITS.search(text)
    if digits is None:
        return text.translate(_SEEN), "", ""
    return text[: digits.start()].translate(_SEEN), digits[0], text[digits.end() :].translate(_SEEN)


# Letters of literals that would read as digits of a format, while it is taken apart.
_HIDDEN = {ord(letter): 0xE000 + ord(letter) for letter in "#0?.,%"}
_SEEN = {hidden: letter for letter, hidden in _HIDDEN.items()}


# ---- dates and times ----


def _moment(value: dt.datetime | dt.date | dt.time | dt.timedelta, form: str) -> str:
    if isinstance(value, dt.timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    section = _sections(form)[0]
    if section in ("General", "@", "") or section in _BUILT_IN_DATES or section.startswith("[$-F"):
        return shown(value, None)
    pieces, hours = list[str](), False
    tokens = list(_DATE_TOKEN.finditer(section))
    noon = any(token["noon"] for token in tokens)
    for number, token in enumerate(tokens):
        if token["literal"]:
            pieces.append(token["literal"].strip('"') if token["literal"][0] == '"' else token["literal"][1])
        elif token["noon"]:
            pieces.append(_half_of_day(value, token["noon"]))
        elif token["long"] or token["unit"]:
            unit = (token["long"] or token["unit"]).strip("[]").lower()
            following = next((other["unit"] for other in tokens[number + 1 :] if other["unit"]), "") or ""
            if unit[0] == "m" and len(unit) < 3 and (hours or following.lower().startswith("s")):
                unit = "n" * len(unit)  # minutes
            hours = unit[0] in "hn"
            pieces.append(_unit(value, unit, noon=noon))
        elif token["other"]:
            pieces.append(token["other"])
    return "".join(pieces).strip()


def _half_of_day(value: dt.datetime | dt.date | dt.time, letters: str) -> str:
    first, second = letters.split("/")
    return first if getattr(value, "hour", 0) < 12 else second


def _unit(value: dt.datetime | dt.date | dt.time, unit: str, *, noon: bool) -> str:
    """One unit of a date format: "yyyy", "m", "dd" …; ``noon``: hours count to twelve."""
    kind, wide = unit[0], len(unit)
    if kind in "hns":
        number = getattr(value, {"h": "hour", "n": "minute", "s": "second"}[kind], 0)
        if kind == "h" and noon:
            number = (number - 1) % 12 + 1
        return f"{number:02}" if wide > 1 else str(number)
    if isinstance(value, dt.time):
        return ""
    if kind in "ye":
        return f"{value.year % 100:02}" if kind == "y" and wide < 3 else str(value.year)
    if kind == "a":
        return ("星期" if wide == 4 else "") + _WEEKDAYS[value.weekday()]
    names, number = (_MONTHS, value.month) if kind == "m" else (_DAYS, value.day)
    if wide > 2:
        name = names[value.month - 1 if kind == "m" else value.weekday()]
        return name if wide == 4 else name[:1] if wide == 5 else name[:3]
    return f"{number:02}" if wide == 2 else str(number)
