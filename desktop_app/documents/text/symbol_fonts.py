# SPDX-License-Identifier: Apache-2.0
"""Signs of the fonts Symbol and Wingdings as characters.

Word writes a tick, an arrow or a Greek letter as a number in a font; without the font nothing says that it is a tick.
"""

from __future__ import annotations

import sys
import unicodedata

_PRIVATE = 0xF000  # where fonts of symbols keep their signs
_NO_SIGNS = ("Cc", "Cs", "Co", "Cn")  # control characters, halves of pairs, private use, not assigned
_WINGDINGS = {
    0x6C: "●",
    0x6E: "■",
    0x6F: "☐",
    0x71: "☐",
    0x72: "☐",
    0x76: "◆",
    0xA8: "☐",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
    **{0x81 + number: chr(ord("①") + number) for number in range(10)},
}
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐"}
_SYMBOL = {
    **dict(zip(b"ABGDEZHQIKLMNXOPRSTUFCYW", "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ", strict=True)),
    **dict(zip(b"abgdezhqiklmnxoprstufcyw", "αβγδεζηθικλμνξοπρστυφχψω", strict=True)),
    0xA3: "≤",
    0xA5: "∞",
    0xAC: "←",
    0xAD: "↑",
    0xAE: "→",
    0xAF: "↓",
    0xB0: "°",
    0xB1: "±",
    0xB3: "≥",
    0xB4: "×",
    0xB6: "∂",
    0xB7: "•",
    0xB8: "÷",
    0xB9: "≠",
    0xBB: "≈",
    0xD6: "√",
    0xDE: "⇒",
    0xE5: "∑",
    0xF2: "∫",
}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL}


def symbol(code: int, font: str) -> str:
    """The character of a sign; a sign that is not known here, or that of any other font, is the character of its number, or "" for none."""
    known = _FONTS.get(font.strip().lower())
    if known is not None:
        code -= _PRIVATE if code >= _PRIVATE else 0
        return known.get(code, chr(code) if 0x20 <= code < 0x7F and known is _SYMBOL else "")
    sign = chr(code) if 0 <= code <= sys.maxunicode else "\0"
    return sign if unicodedata.category(sign) not in _NO_SIGNS else ""
