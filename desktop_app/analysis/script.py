"""How scripts differ where text is cut and joined: Chinese and Japanese write without spaces, most others with them."""

from __future__ import annotations

import re

# For character classes: ideographs, kana, their punctuation and the full-width forms. Hangul is written with spaces.
CJK = "\u2e80-\u303f\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
_CJK = re.compile(f"[{CJK}]")


def is_cjk(character: str) -> bool:
    return _CJK.match(character) is not None


def count_cjk(text: str) -> int:
    return len(_CJK.findall(text))


def glue(left: str, right: str) -> str:
    """What stands between two stretches of one paragraph: nothing inside Chinese or Japanese, else a space."""
    if not left or not right or left[-1].isspace() or right[0].isspace():
        return ""
    return "" if is_cjk(left[-1]) and is_cjk(right[0]) else " "
