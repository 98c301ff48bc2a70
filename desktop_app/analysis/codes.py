# SPDX-License-Identifier: Apache-2.0
"""Normalised entities: e-mail addresses, codes, amounts and dates.

Each is in one spelling. They are index terms besides their parts:

    a.b@c.cn                                            a.b@c.cn
    HT-2023-0417  HT/2023/0417  HT20230417              ht20230417
    0417号, the last figures of HT-2023-0417            0417
    1,234.50  1.234,50  1234.5                          1234.5
    2024年3月5日  2024-03-05  2024/3/5  5.3.2024  二〇二四年三月五日  March 5, 2024  5. März 2024  5-Mar-24  05/03/2024
                                                        2024-03-05 and, for its month, 2024-03

Works on folded text (``folding.fold``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import filterfalse

from desktop_app.analysis import numerals
from desktop_app.analysis.numerals import TO_TEN, ZEROS

_MAY_HOLD_ONE = re.compile(r"\d|@|年")
_MAIL = re.compile(r"(?<![a-z0-9._%+-])[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_CODE = re.compile(r"(?<![a-z0-9])[a-z0-9]+(?:[-/._–][a-z0-9]+)+(?![a-z0-9])")
_GLUED = re.compile(r"(?<![a-z0-9])(?=[a-z]*\d)(?=\d*[a-z])[a-z0-9]{3,}(?![a-z0-9])")
_PART = re.compile(r"[a-z]+|\d+")
_LAST_FIGURES = re.compile(r"[^\da-z](\d{3,})\Z")
# A code known by its last figures: "0317", "317号", "no. 317"; not "302号房", "300号线".
_SHORT_FOR_CODE = re.compile(
    r"(?<![a-z\d.,/:-])(?:(0\d{3,})(?![a-z\d]|[.,/:-]\d)|(\d{3,})号(?![楼线房室门铺院店馆])|(?:no|nr|number)[.:]? ?(\d{3,})(?![a-z\d]|[.,/:-]\d))"
)
_LONG_NUMBER = 7  # digits from which separators make a number a code: a telephone number, an account
_AMOUNT = re.compile(
    r"(?<![\d.,])(?:(?P<grouped>\d{1,3}(?:,\d{3})+(?:\.\d+)?)|(?P<dotted>\d{1,3}(?:\.\d{3})+,\d+)|(?P<plain>\d+\.\d+))(?![.,]?\d)"
)
_HAN = f"{ZEROS}{TO_TEN}"
# In English, German and French, folded: what is written with a year behind it.
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier",
            "feb february februar fevrier",
            "mar march marz mars",
            "apr april avril",
            "may mai",
            "jun june juni juin",
            "jul july juli juillet",
            "aug august aout",
            "sep sept september septembre",
            "oct okt october oktober octobre",
            "nov november novembre",
            "dec dez december dezember decembre",
        ),
        start=1,
    )
    for name in names.split()
}
_FIGURE = re.compile(r"\d")
_CHINESE_DATE = re.compile(
    rf"(?<!\d)(?P<y>\d{{4}}|[{_HAN}]{{4}}) ?年 ?(?P<m>\d{{1,2}}|[{_HAN}]{{1,2}}) ?月(?: ?(?P<d>\d{{1,2}}|[{_HAN}]{{1,3}}) ?[日号])?"
)
_SHORT_MONTHS = "|".join(name for name in _MONTHS if len(name) == 3 and name.isascii())
_FIGURE_DATES = (
    re.compile(r"(?<![\d./-])(?P<y>(?:19|20)\d\d)(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\d/-]|\.\d)"),
    re.compile(r"(?<![\d./-])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>(?:19|20)\d\d)(?!\d)"),
    # As sheets show them: day first or month first, which only the country of their author tells; both are looked up.
    re.compile(r"(?<![\d./-])(?P<d>\d{1,2})(?P<sep>[-/])(?P<m>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d)(?![\d/-]|\.\d)"),
    re.compile(r"(?<![\d./-])(?P<m>\d{1,2})(?P<sep>[-/])(?P<d>\d{1,2})(?P=sep)(?P<y>(?:19|20)\d\d)(?![\d/-]|\.\d)"),
    re.compile(rf"(?<![a-z\d./-])(?P<d>\d{{1,2}})-(?P<m>{_SHORT_MONTHS})-(?P<y>(?:19|20)?\d\d)(?![a-z\d/-])"),
)
_YEAR = re.compile(r" (?:19|20)\d\d(?!\d)")
_MONTH = rf"(?P<m>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_DAY = r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?"
_WORD_DATES = (
    re.compile(rf"(?<![a-z\d])(?:{_DAY}(?: of)? )?{_MONTH},? (?P<y>\d{{4}})\Z"),
    re.compile(rf"(?<![a-z]){_MONTH} {_DAY},? (?P<y>\d{{4}})\Z"),
)
_LONGEST = 24  # characters before the space and the year: "30th of september,"


Place = tuple[str, int, int]
"""(entity in its one spelling, start, end): half-open range of characters in the text."""


def normalised_entities(folded: str) -> list[str]:
    """Every entity of a text in its one spelling, and the parts that codes are also known by ("wl300": "wl", "300";
    "ht-2026-0317": "0317")."""
    if not _MAY_HOLD_ONE.search(folded):
        return []  # most text; the patterns over it would cost more than cutting it into words
    # Codes, amounts and dates in figures hold no space, and few words a figure: only those are looked at (four times as fast).
    figures = " ".join(filter(_FIGURE.search, filterfalse(str.isalpha, folded.split())))
    mails = _MAIL.findall(folded) if "@" in folded else []
    return [*mails, *(entity for entity, _, _ in (*_codes(figures), *_amounts(figures), *_dates(folded, figures)))]


def places(folded: str) -> list[Place]:
    """``normalised_entities``, each with its range."""
    if not _MAY_HOLD_ONE.search(folded):
        return []
    mails = ((mail[0], *mail.span()) for mail in _MAIL.finditer(folded))
    return [*mails, *_codes(folded), *_amounts(folded), *_dates(folded, folded)]


def exact(folded: str) -> list[str]:
    """The entities that name one thing: a contract number or a mail address in a question asks for the passages that hold it."""
    codes = (code for code, _, _ in _separated(folded) if _names_one(code))
    glued = (match[0] for match in _GLUED.finditer(folded) if match[0][0].isalpha() and _names_one(match[0]))  # not "100kg"
    short = (next(filter(None, match.groups())) for match in _SHORT_FOR_CODE.finditer(folded))
    return list(dict.fromkeys([*_MAIL.findall(folded), *codes, *glued, *short]))


def _names_one(code: str) -> bool:
    digits = sum(map(str.isdigit, code))
    if digits == len(code):
        return digits >= _LONG_NUMBER and not code.startswith(("19", "20"))  # a date, or from year to year
    return digits >= 3


def _codes(folded: str) -> Iterator[Place]:
    for code, start, end in _separated(folded):
        yield code, start, end
        if not code.isdigit() and (last := _LAST_FIGURES.search(folded, start, end)):
            yield last[1], *last.span(1)
    for match in _GLUED.finditer(folded):
        yield match[0], *match.span()
        for part in _PART.finditer(folded, *match.span()):
            yield part[0], *part.span()


def _separated(folded: str) -> Iterator[Place]:
    for match in _CODE.finditer(folded):
        code = re.sub(r"[^a-z0-9]", "", match[0])
        digits = sum(map(str.isdigit, code))
        if 0 < digits < len(code) or digits >= _LONG_NUMBER:
            yield code, *match.span()


def _amounts(folded: str) -> Iterator[Place]:
    for match in _AMOUNT.finditer(folded):
        if match["dotted"]:
            number = match["dotted"].replace(".", "").replace(",", ".")
        else:
            number = (match["grouped"] or match["plain"]).replace(",", "")
        yield number.rstrip("0").rstrip(".") if "." in number else number, *match.span()


def _dates(folded: str, figures: str) -> Iterator[Place]:
    """``figures``: the words of the text that hold a figure, or the text itself where places matter."""
    for match in _date_matches(folded, figures):
        year, month, day = _year(match["y"]), _month(match["m"]), numerals.of_date(match["d"] or "")
        if not 1 <= month <= 12 or not 0 <= day <= 31:
            continue
        yield f"{year:04d}-{month:02d}", *match.span()
        if day:
            yield f"{year:04d}-{month:02d}-{day:02d}", *match.span()


def _date_matches(folded: str, figures: str) -> Iterator[re.Match[str]]:
    if "年" in folded:
        yield from _CHINESE_DATE.finditer(folded)
    for pattern in _FIGURE_DATES:
        yield from pattern.finditer(figures)
    for year in _YEAR.finditer(folded):  # months in words are looked for in front of a year only: a fifth of the time
        found = (pattern.search(folded, max(0, year.start() - _LONGEST), year.end()) for pattern in _WORD_DATES)
        yield from filter(None, found)


def _year(written: str) -> int:
    """Two figures are a year from 1930 to 2029, as Excel takes them."""
    year = numerals.of_year(written)
    return year if len(written) > 2 else year + (2000 if year < 30 else 1900)


def _month(written: str) -> int:
    return _MONTHS.get(written) or numerals.of_date(written)
