# SPDX-License-Identifier: Apache-2.0
"""Numbers as written in digits, Chinese numerals or English words."""

from __future__ import annotations

import re
from fractions import Fraction

from desktop_app.analysis import numerals, units
from desktop_app.analysis.numerals import EVERYDAY, FINANCIAL, TO_NINE

# No longer than any figure is: int() refuses more than 4,300 digits.
DIGITS = r"\d{1,3}(?:,\d{3}){1,12}(?:\.\d{1,40})?|\d{1,40}(?:\.\d{1,40})?"
# Decimals are single figures, with 零 and not 〇, which is the zero of years.
HAN = rf"[{EVERYDAY}]{{1,40}}(?:点[零{TO_NINE}]{{1,40}}(?=倍|万|亿|元|米|吨|公|千|克|小时|%))?|[{FINANCIAL}]{{2,40}}"
_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
WORDS = {word: value for value, word in enumerate(_ONES, start=1)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000, "dozen": 12}
_SCALE = {"万": 10_000, "亿": 100_000_000, "千": 1000, "百": 100, **_SCALES}
SMALL = "|".join(sorted(WORDS, key=len, reverse=True))
_ENGLISH = rf"\b(?:(?:{SMALL}|an?)[ -])?(?:{'|'.join(_SCALES)})(?:(?: and)?[ -](?:{SMALL}))*(?:[ -](?:{SMALL}))?\b|\b(?:{SMALL})(?:[ -](?:{SMALL}))?\b"
NUMBER = re.compile(
    rf"{units.BEFORE}(?:(?P<digits>{DIGITS})(?: ?(?P<scale>万|亿|千(?![克米瓦帕伏])|百(?!分)|thousand\b|million\b|billion\b))?|(?P<han>{HAN})|(?P<en>{_ENGLISH}))"
)


def plain(written: str) -> Fraction | None:
    """The value of a number without a scale: digits, a Chinese numeral or an English word; None for ""."""
    if not written:
        return None
    if written in WORDS:
        return Fraction(WORDS[written])
    if re.fullmatch(r"[\d,.]+", written):
        return Fraction(written.replace(",", "").rstrip("."))
    whole, _, part = written.partition("点")
    number = Fraction(numerals.value(whole))
    return number + Fraction("0." + "".join(str(numerals.value(one)) for one in part)) if part else number


def value_of(match: re.Match[str]) -> Fraction | None:
    """The value of a match of ``NUMBER``, its scale (万, thousand) included."""
    if match["digits"]:
        return (plain(match["digits"]) or Fraction(0)) * _SCALE.get(match["scale"] or "", 1)
    if match["han"]:
        return plain(match["han"])
    return _english(match["en"])


def _english(written: str) -> Fraction | None:
    total, part, named = 0, 0, False
    for word in re.split(r"[ -]+", written):
        if word in WORDS:
            part, named = part + WORDS[word], True
        elif word in _SCALES:
            named = True
            part = (part or 1) * _SCALES[word]
            if word != "hundred":
                total, part = total + part, 0
    return Fraction(total + part) if named else None
