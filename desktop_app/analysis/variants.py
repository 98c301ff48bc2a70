# SPDX-License-Identifier: Apache-2.0
"""Variant letters: traditional Chinese, radicals, Arabic forms, digits.

The Chinese table is OpenCC's (Apache-2.0), read as data from the package that carries it. One character becomes one character,
which is what an index needs: text and question are folded alike, so that it never matters which of two spellings is the right
one.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

# Arabic as it is typed: the alefs with and without hamza, alef maqsura and ya, ta marbuta and ha are mixed freely; vowel signs and
# the lengthening stroke are ornaments.
_ARABIC = {**dict.fromkeys(map(ord, "أإآٱ"), "ا"), ord("ى"): "ي", ord("ة"): "ه", 0x0640: None}
_ORNAMENTS = dict.fromkeys((*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DD)), None)
# Unicode's EquivalentUnifiedIdeograph of the block U+2E80 to 2EFF, which NFKC leaves as it is. Some PDFs name their characters so: 人⺠币.
_RADICALS = (
    "⺁⺂⺃⺄⺅⺆⺇⺈⺉⺊⺋⺌⺍⺎⺏⺐⺑⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺠⺡⺢⺣⺤⺥⺦⺧⺨⺩⺪⺫⺬⺭⺮⺯⺰⺱⺲⺳⺴⺵⺶⺷⺸⺹⺺⺻⺼"
    "⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻇⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻞⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲"
)
_CHARACTERS = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小小兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺民氵氺灬爫爫丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁冗𦉫羊𦍌𦍋耂肀聿肉"
    "𦥑艹艹艹虎衤覀西见角𧢲讠贝𧾷车辶辶辶邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀"
)
_DIGITS = {zero + value: str(value) for zero in (0x0660, 0x06F0, 0x0966) for value in range(10)}

INVISIBLE = frozenset(
    map(
        chr,
        (
            *(
                0x00AD,
                0x061C,
                0xFEFF,
                *range(0x180B, 0x1810),
                *range(0x200B, 0x2010),
                *range(0x202A, 0x202F),
                *range(0x2060, 0x2070),
            ),
            *(*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)),
        ),
    )
)
"""Soft hyphen, zero-width spaces and joiners, direction marks, variation selectors: never seen, and no part of a word."""


@functools.cache
def table() -> dict[int, str | None]:
    """For ``str.translate``: the one spelling of each character that has several; None takes a character out."""
    simplified = _simplified()
    radicals = {ord(radical): simplified.get(ord(usual), usual) for radical, usual in zip(_RADICALS, _CHARACTERS, strict=True)}
    return {**simplified, **radicals, **_ARABIC, **_ORNAMENTS, **dict.fromkeys(map(ord, INVISIBLE)), **_DIGITS}


def _simplified() -> dict[int, str]:
    found = importlib.util.find_spec("opencc")
    folders = list(found.submodule_search_locations or ()) if found else []
    lines = (Path(folders[0]) / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines)
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}
