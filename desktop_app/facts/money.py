# SPDX-License-Identifier: Apache-2.0
"""Amounts of money in a text: figure, currency, and where they stand.

"¥1,000,000.00", "人民币壹佰万元整", "CHF 12'000", "1.234,50 EUR", "€1.4 million", "56.94万元" and "两万元" are read; a bare number has no currency.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from desktop_app.analysis import numerals
from desktop_app.facts.narrowing import narrow

_CURRENCIES = {
    "CNY": "人民币|rmb|cny|cn¥|¥|元|圆|块钱|yuan|renminbi",
    "USD": r"us\$|usd|\$|美元|美金|(?:us )?dollars?",
    "EUR": "eur|€|欧元|euros?",
    "GBP": "gbp|£|英镑|pounds?(?: sterling)?|sterling",
    "CHF": r"chf|sfr\.?|fr\.|瑞士法郎|(?:swiss )?francs?|franken",
    "HKD": r"hk\$|hkd|港币|港元",
    "JPY": "jpy|日元|yen",
    "SGD": r"s\$|sgd|新加坡元|新元",
    "AUD": r"a\$|aud|澳元",
    "CAD": r"c\$|cad|加元",
}
_CODE = re.compile("|".join(f"(?P<{code}>{names})" for code, names in _CURRENCIES.items()), re.IGNORECASE)
_NAMES = "|".join(
    sorted((name for names in _CURRENCIES.values() for name in re.split(r"\|(?![^(]*\))", names)), key=len, reverse=True)
)
_NUMBER = r"\d{1,3}(?:[,'’]\d{3})+(?:\.\d{1,2})?|\d{1,3}(?:\.\d{3})+(?:,\d{2})?(?!\d)|\d{1,3}(?: \d{3})+(?:[.,]\d{2})?(?!\d)|\d{1,15}(?:\.\d{1,6})?"
_SCALES = {"万": 10_000, "亿": 100_000_000, "百万": 1_000_000, "千万": 10_000_000, "千": 1000, "thousand": 1000, "k": 1000, "million": 1_000_000, "mio": 1_000_000, "m": 1_000_000, "billion": 1_000_000_000}  # fmt: skip
_SCALE = r"百万|千万|万|亿|千|(?:thousand|million|mio|billion)\b|[mk]\b"
_CAPITALS = rf"[{numerals.FINANCIAL}]{{2,30}}"
_EVERYDAY = rf"[{numerals.EVERYDAY}]{{1,20}}"
_AMOUNT = re.compile(
    rf"(?:(?<![a-z])(?P<before>{_NAMES}) ?(?:\((?:大写|小写)\) ?:? ?)?)?"
    rf"(?:(?<![\d.,'/-])(?P<digits>{_NUMBER})(?![\d%]|[.,]\d|[-/年月日号个天期条] ?\d|-\d)(?: ?(?P<scale>{_SCALE}))?|(?P<capital>{_CAPITALS}|{_EVERYDAY})(?= ?(?:{_NAMES})))"
    rf"(?: ?(?P<after>{_NAMES})(?![a-z]))?",
    re.IGNORECASE,
)
_NO_MONEY = re.compile(
    r" ?(?:%|percent\b|年|月|日|天|个|期|条|台|套|件|次|份|号|楼|室|米|平|吨|小时|周|季|倍|版|[a-z]*(?:st|nd|rd|th)\b|(?:years?|months?|days?|weeks?|hours?|units?|pieces?|pcs|copies|percent)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Money:
    """``value`` in units of ``currency``, its ISO code or "" where none is said; ``start`` to ``end``: a half-open range of the text."""

    value: Fraction
    currency: str
    start: int
    end: int


def amounts(text: str) -> list[Money]:
    """The amounts of a text in order; numbers without a currency too, unless they count something else."""
    return list(_amounts(narrow(text)))


def _amounts(text: str) -> Iterator[Money]:
    for match in _AMOUNT.finditer(text):
        currency = _currency(match["after"]) or _currency(match["before"])
        if match["before"] and match["before"] != "¥" and match["after"] in ("元", "圆"):
            currency = _currency(match["before"])
        if match["capital"]:
            value = Fraction(numerals.value(match["capital"]))
        else:
            if not currency and _NO_MONEY.match(text, match.end()):
                continue
            value = _figure(match["digits"]) * _SCALES.get((match["scale"] or "").lower(), 1)
        if value:
            yield Money(value, currency, match.start(), match.end())


def _currency(name: str | None) -> str:
    match = _CODE.fullmatch(name or "")
    return match.lastgroup or "" if match else ""


def _figure(written: str) -> Fraction:
    """1,000.50 and 1.000,50 and 1'000 and 1 000,50."""
    written = re.sub(r"[ '’]", "", written)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d{2})?", written):
        written = written.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"\d+,\d{2}", written):
        written = written.replace(",", ".")
    return Fraction(written.replace(",", ""))
