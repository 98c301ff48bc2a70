# SPDX-License-Identifier: Apache-2.0
"""Pinyin initials of Chinese characters, by their place in GB 2312.

The 3,755 common characters of that standard stand in the order of their pinyin, so that 23 of them, the first of each letter, say the initial
of all. Rarer characters have none here, and one that is read in several ways has that of its place (长: c, 重: z, 行: x).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_LETTERS = "abcdefghjklmnopqrstwxyz"
_END = 0xD7FA  # after 座, the last of them


def initials(text: str) -> str:
    """``text`` with each common Chinese character replaced by the first letter of its pinyin: "员工手册 2025" -> "ygsc 2025"."""
    return text.translate(_table())


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    starts = [int.from_bytes(character.encode("gb2312"), "big") for character in _FIRST]
    table = {}
    for letter, (start, end) in zip(_LETTERS, pairwise([*starts, _END]), strict=True):
        for code in range(start, end):
            if code & 0xFF in range(0xA1, 0xFF):
                table[ord(code.to_bytes(2, "big").decode("gb2312"))] = letter
    return table
