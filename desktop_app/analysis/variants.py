"""Letters that stand for one another: traditional and simplified Chinese, Arabic spellings, digits of other scripts.

The Chinese table is OpenCC's (Apache-2.0), read as data from the package that carries it. One character becomes one character, which
is what an index needs: text and question are folded alike, so that it never matters which of two spellings is the right one.
"""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

# Arabic as people type it: the alefs with and without hamza, alef maqsura and ya, ta marbuta and ha are mixed freely; vowel signs and
# the lengthening stroke are ornaments.
_ARABIC = {**dict.fromkeys(map(ord, "أإآٱ"), "ا"), ord("ى"): "ي", ord("ة"): "ه", 0x0640: None}
_ORNAMENTS = dict.fromkeys((*range(0x0610, 0x061B), *range(0x064B, 0x0660), 0x0670, *range(0x06D6, 0x06DD)), None)
_DIGITS = {zero + value: str(value) for zero in (0x0660, 0x06F0, 0x0966) for value in range(10)}


@functools.cache
def table() -> dict[int, str | None]:
    """For ``str.translate``: the one spelling of each character that has several; None takes a character out."""
    return {**_simplified(), **_ARABIC, **_ORNAMENTS, **_DIGITS}


def _simplified() -> dict[int, str]:
    found = importlib.util.find_spec("opencc")
    folders = list(found.submodule_search_locations or ()) if found else []
    lines = (Path(folders[0]) / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines)
    return {ord(pair[0]): pair[1] for pair in pairs if len(pair) > 1 and len(pair[0]) == len(pair[1]) == 1}
