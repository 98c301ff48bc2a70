# SPDX-License-Identifier: Apache-2.0
"""The one table of character ranges: scripts, and text without spaces.

The ranges are text for character classes (``f"[{HAN}]"``); whatever looks for Chinese in a text is made of them, so that search,
marks, language and layout mean the same characters. The index is made of ``HAN``, ``KANA`` and ``HANGUL``: another range is
another ``words.VERSION``.
"""

from __future__ import annotations

import re
from functools import lru_cache

HAN_BASIC = "\u4e00-\u9fff"  # the block that nearly all Chinese and Japanese text is written with
# Also 々〆〇, extension A, compatibility forms, extensions B to G (Python 3.11 knows no later ones).
HAN = f"\u3005-\u3007\u3400-\u4dbf{HAN_BASIC}\uf900-\ufaff\U00020000-\U0003134f"
KANA = "\u3040-\u30ff"
KANA_HALF_WIDTH = "\uff61-\uff9f"
HANGUL = "\uac00-\ud7af"  # syllables
HANGUL_INITIALS, HANGUL_FOLLOWING = "\u1100-\u115f", "\u1160-\u11ff"  # the letters of decomposed syllables
PUNCTUATION = "\u3000-\u303f\ufe30-\ufe4f"  # 、。「」 and their upright forms
FULL_WIDTH_ASCII = "\uff01-\uff5e"
FULL_WIDTH = "\uff00-\uffef"  # ！Ａ１, half-width kana among them
PARTS_AND_SIGNS = "\u2e80-\u2fff\u3100-\u33ff"  # radicals; bopomofo, ㈠ ㊣ ㎡
CYRILLIC = "\u0400-\u04ff"
ARABIC = "\u0600-\u06ff"
GREEK = "\u0370-\u03ff"
HEBREW = "\u0590-\u05ff"
DEVANAGARI = "\u0900-\u097f"
THAI = "\u0e00-\u0e7f"

CJK = f"{PARTS_AND_SIGNS}{PUNCTUATION}{KANA}{HAN}{FULL_WIDTH}"
"""What is written without spaces: ideographs, kana, their punctuation and the full-width forms. Hangul is written with spaces."""


@lru_cache(maxsize=2)
def _one_of(characters: str) -> re.Pattern[str]:
    """Compiled when first asked for: that takes 2 ms, and the window's first picture needs the ranges only."""
    return re.compile(f"[{characters}]")


def is_cjk(character: str) -> bool:
    """Whether a character is in ``CJK``."""
    return _one_of(CJK).match(character) is not None


def is_kana(character: str) -> bool:
    """Whether a character is Japanese kana."""
    return _one_of(KANA).match(character) is not None


def count_cjk(text: str) -> int:
    """How many characters of a text are in ``CJK``."""
    return len(_one_of(CJK).findall(text))


WIDE = "\u2e80-\uffff"
"""What is about as wide as it is high, Hangul among them: what follows the radicals in Unicode."""


def is_wide(character: str) -> bool:
    """Whether a character is about as wide as it is high."""
    return character >= WIDE[0]


def glue(left: str, right: str) -> str:
    """The separator between two stretches of one paragraph: nothing inside Chinese or Japanese, else a space."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return ""
    return "" if is_cjk(left[-1]) and is_cjk(right[0]) else " "
