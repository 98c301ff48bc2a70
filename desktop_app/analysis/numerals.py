# SPDX-License-Identifier: Apache-2.0
"""Numerals by value: 18, "十八" and "eighteen" agree, "186,000" and 186000.

A model may write a figure in another way than the passage does; that is no changed figure. Dates, times and versions ("12:30",
"3.5.1") count as they are written. Chinese numerals come in two sets, the everyday one and that of contracts and cheques (壹佰贰拾万元),
which do not mix: 大陆百姓 holds no number. Everything here is for folded text.
"""

from __future__ import annotations

import re

from desktop_app.analysis.folding import fold

# Fragments of character classes, for patterns that look for a numeral.
ZEROS = "〇零"
TO_NINE = "一二三四五六七八九"
TO_TEN = f"{TO_NINE}十"
TO_HUNDREDS = f"{ZEROS}{TO_TEN}百千"  # what chapters are counted with
EVERYDAY = f"{TO_HUNDREDS}两廿卅万亿"
FINANCIAL = "零壹贰叁肆伍陆柒捌玖拾佰仟万亿"
_MYRIADS = {"万": 10_000, "亿": 100_000_000}
_DIGIT = {
    **{
        character: value
        for digits in ("零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
        for value, character in enumerate(digits)
    },
    "〇": 0,
    "两": 2,
    "参": 3,  # 參 of traditional cheques, folded; a digit only before a unit: 参加
}
_ZEROS = {"万": 4, "亿": 8}
_UNIT = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_TENS = {"廿": 20, "卅": 30}
# No longer than any figure is: int() and str() refuse more than 4,300 digits.
_HAN = re.compile(rf"[{EVERYDAY}]{{1,40}}|(?:[{FINANCIAL}]|参(?=[拾佰仟万亿])){{1,40}}")
_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_IN_MYRIADS = re.compile(r"(\d{1,40})(?:\.(\d+))? ?([万亿])")
_MENTION = re.compile(rf"[\d{EVERYDAY}半]|[{FINANCIAL}]{{2}}")
_ENGLISH = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
        "nineteen".split()
    )
} | {word: 10 * value for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)}
_WORD = re.compile(r"[a-z]+")


def stated(text: str) -> set[str]:
    """The figures of a text that must not differ from its source: those in digits, and Chinese ones that are surely figures ("十八",
    "二〇二四"; not "一份", "十分", "千万", "万一")."""
    folded = fold(text)
    return _in_digits(folded) | {str(value(found)) for found in _HAN.findall(folded) if _is_figure(found)}


def known(text: str) -> set[str]:
    """Every number of a text, however it is written; 3.5万 both as 3.5 (a table may count in 万) and as 35000."""
    folded = fold(text)
    values = (*map(value, _HAN.findall(folded)), *_in_myriads(folded), *_english_values(folded))
    return _in_digits(folded) | {str(one) for one in values}


def mentioned(text: str) -> bool:
    """Whether a text says any number, a half among them."""
    return _MENTION.search(fold(text)) is not None


def value(numeral: str) -> int:
    """三百六十五 -> 365, 二〇二四 -> 2024, 一万二千 -> 12000, 廿五 -> 25, 十五亿 -> 1500000000, 壹佰贰拾 -> 120. ``numeral`` holds nothing
    but Chinese numerals."""
    if all(character in _DIGIT for character in numeral):
        return _figure_by_figure(numeral)
    total = section = digit = 0
    for character in numeral:
        if character in _MYRIADS:
            unit, below = _MYRIADS[character], section + digit
            if total <= unit or not below:  # 三万亿, 一万万: what is counted in 亿 may itself be counted in 万
                total, below = 0, total + below
            total, section, digit = total + (below or 1) * unit, 0, 0
        elif character in _UNIT:
            section, digit = section + (digit or 1) * _UNIT[character], 0
        elif character in _TENS:
            section, digit = section + _TENS[character], 0
        else:
            digit = _DIGIT[character]
    return total + section + digit


def of_date(written: str) -> int:
    """5, 05, 五 -> 5; 二十一 -> 21: a month or a day, in figures or of ``ZEROS`` and ``TO_TEN``. What is no number ("十一二", the 11th or
    12th) is read as the index always has: another value is another ``words.VERSION``."""
    if written.isascii():
        return int(written or "0")
    if "十" not in written:
        return _figure_by_figure(written)
    tens, _, ones = written.partition("十")
    return 10 * _DIGIT.get(tens, 1) + _DIGIT.get(ones, 0)


def of_year(written: str) -> int:
    """2024, 二〇二四 -> 2024: each figure for itself, as ``of_date``."""
    return int(written) if written.isascii() else _figure_by_figure(written)


def _figure_by_figure(written: str) -> int:
    return int("".join(str(_DIGIT.get(character, 0)) for character in written))


def _in_digits(text: str) -> set[str]:
    return {found.replace(",", "") if _THOUSANDS.fullmatch(found) else found for found in _DIGITS.findall(text)}


def _in_myriads(text: str) -> list[int]:
    """3.5万 -> 35000; fractions of one are left out."""
    return [
        int(whole + part.ljust(_ZEROS[myriad], "0"))
        for whole, part, myriad in _IN_MYRIADS.findall(text)
        if len(part) <= _ZEROS[myriad]
    ]


def _is_figure(numeral: str) -> bool:
    if all(character in _DIGIT for character in numeral):
        return len(numeral) > 2  # a year; "三四" is about three or four
    return numeral[0] not in _MYRIADS and any(character in _DIGIT or character in _TENS for character in numeral)


def _english_values(text: str) -> list[int]:
    """twelve -> 12, forty-two -> 42 (and 40 and 2)."""
    values, before = list[int](), 0
    for word in _WORD.findall(text):
        number = _ENGLISH.get(word, 0)
        if number:
            values.append(number)
            if before >= 20 and number < 10:
                values.append(before + number)
        before = number
    return values
