"""The numbers of a text by value, so that "18 months", "十八个月" and "eighteen months", "186,000" and "186000" agree.

A model may write a figure in another way than the passage does; that is no changed figure. Dates, times and versions ("12:30",
"3.5.1") count as they are written.
"""

from __future__ import annotations

import re

from desktop_app.analysis.folding import fold

_DIGITS = re.compile(r"\d+(?:[.,:]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_HAN = re.compile(r"[零〇一二两三四五六七八九十百千万]+")
_HAN_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_HAN_UNITS = {"十": 10, "百": 100, "千": 1000}
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
    return _in_digits(folded) | {str(_han_value(found)) for found in _HAN.findall(folded) if _is_figure(found)}


def known(text: str) -> set[str]:
    """Every number of a text, however it is written."""
    folded = fold(text)
    return _in_digits(folded) | {str(value) for value in (*_han_values(folded), *_english_values(folded))}


def _in_digits(text: str) -> set[str]:
    return {found.replace(",", "") if _THOUSANDS.fullmatch(found) else found for found in _DIGITS.findall(text)}


def _is_figure(numeral: str) -> bool:
    digits = sum(character in _HAN_DIGITS for character in numeral)
    if digits == len(numeral):
        return digits > 2  # a year; "三四" is about three or four
    return digits > 0 and not numeral.startswith("万")


def _han_values(text: str) -> list[int]:
    return [_han_value(found) for found in _HAN.findall(text)]


def _han_value(numeral: str) -> int:
    """三百六十五 -> 365, 二〇二四 -> 2024, 一万二千 -> 12000."""
    if not set(numeral) & {*_HAN_UNITS, "万"}:
        return int("".join(str(_HAN_DIGITS[character]) for character in numeral))
    total = section = digit = 0
    for character in numeral:
        if character == "万":
            total, section, digit = (total + section + digit or 1) * 10_000, 0, 0
        elif character in _HAN_UNITS:
            section, digit = section + (digit or 1) * _HAN_UNITS[character], 0
        else:
            digit = _HAN_DIGITS[character]
    return total + section + digit


def _english_values(text: str) -> list[int]:
    """twelve -> 12, forty-two -> 42 (and 40 and 2)."""
    values, before = list[int](), 0
    for word in _WORD.findall(text):
        value = _ENGLISH.get(word, 0)
        if value:
            values.append(value)
            if before >= 20 and value < 10:
                values.append(before + value)
        before = value
    return values
