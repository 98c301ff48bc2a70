# SPDX-License-Identifier: Apache-2.0
"""Chinese figures of number formats: 一千二百, 壹仟贰佰, 二〇二六年三月五日.

Cheques, receipts and official letters ask for them ("[DBNum2]"); the number itself stands in the file.
"""

from __future__ import annotations

_FIGURES = {"1": "〇一二三四五六七八九", "2": "零壹贰叁肆伍陆柒捌玖"}
_UNITS = {"1": ("", "十", "百", "千"), "2": ("", "拾", "佰", "仟")}
_MYRIADS = ("", "万", "亿", "万亿")
_MOST = 10**16


def in_han(amount: float, kind: str) -> str:
    """1234.5 -> 一千二百三十四.五 (``kind`` "1"), 壹仟贰佰叁拾肆.伍 ("2"); other kinds, and what is too long, in digits."""
    written = f"{amount:.15g}"
    if kind not in _FIGURES or "e" in written or amount >= _MOST:
        return written
    whole, _, rest = written.partition(".")
    figures = _FIGURES[kind]
    return _whole(int(whole), kind) + (f".{''.join(figures[int(one)] for one in rest)}" if rest else "")


def mapped(digits: str, kind: str, *, year: bool = True) -> str:
    """Digit for digit, as years are written; months and days as numbers: 十二."""
    if kind not in _FIGURES:
        return digits
    if not year and digits.isdigit():
        return _whole(int(digits), kind)
    return "".join(_FIGURES[kind][int(one)] if one.isascii() and one.isdigit() else one for one in digits)


def _whole(number: int, kind: str) -> str:
    figures, units = _FIGURES[kind], _UNITS[kind]
    zero = "零" if kind == "2" else "〇"
    if not number:
        return zero
    found, skipped = "", False
    for place in range(3, -1, -1):
        part = number // 10_000**place % 10_000
        if not part:
            skipped = bool(found)
            continue
        text = ""
        for at in range(3, -1, -1):
            digit = part // 10**at % 10
            if digit:
                if skipped and (found or text):
                    text += zero
                text += figures[digit] + units[at]
                skipped = False
            else:
                skipped = skipped or bool(found or text)
        found += text + _MYRIADS[place]
        skipped = False if part % 10 else skipped
    if kind == "1" and found.startswith("一十"):
        found = found[1:]
    return found
