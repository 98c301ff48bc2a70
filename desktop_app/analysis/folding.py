"""One spelling for what a person would call the same word: width, case, diacritics, traditional and simplified Chinese.

Whatever compares texts compares them folded. ``placed`` also tells where in the text each folded character comes from, for marks.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise

from desktop_app.analysis import script, variants

# Diacritics; not the bow of й, which is a letter of its own (Russian endings are told by it).
_DIACRITIC = re.compile("(?<!и)[\u0300-\u036f]|[\u0300-\u0305\u0307-\u036f]")
_FOLLOWING = re.compile(f"[{script.HANGUL_FOLLOWING}]")
_KEPT = 1 << 14  # characters whose folded form is remembered


def fold(text: str) -> str:
    """Full-width to half-width, upper to lower case, traditional to simplified, diacritics off (é -> e)."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        parts = unicodedata.normalize("NFD", folded.translate(variants.table()))
        folded = unicodedata.normalize("NFC", _DIACRITIC.sub("", parts))
    return folded


def placed(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``text`` folded, and for each character of that the range of ``text`` it comes from: (0, 2) for the é of "e\u0301"."""
    if all(map(_stands_alone, set(text))):
        return fold(text), list(pairwise(range(len(text) + 1)))
    folded, places = list[str](), list[tuple[int, int]]()
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text[end]):
            continue  # a letter and what is written over it become one
        letter = _folded_letter(text[start:end])
        folded.append(letter)
        places += [(start, end)] * len(letter)
        start = end
    return "".join(folded), places


_folded_letter = functools.lru_cache(maxsize=_KEPT)(fold)


@functools.lru_cache(maxsize=_KEPT)
def _stands_alone(character: str) -> bool:
    """Whether a character is folded to one character, whatever stands beside it: so are nearly all."""
    return len(fold(character)) == 1 and not _joins(character)


@functools.lru_cache(maxsize=_KEPT)
def _joins(character: str) -> bool:
    """Whether a character may become one with that before it: a mark over it, voicing of half-width kana, the rest of a syllable."""
    usual = unicodedata.normalize("NFKC", character)  # half-width letters of Hangul join as others do
    return unicodedata.category(usual[0])[0] == "M" or _FOLLOWING.match(usual) is not None
