# SPDX-License-Identifier: Apache-2.0
"""Text folding: width, case, diacritics, Chinese variants, spaced 字 符.

Whatever compares texts compares them folded. ``placed`` also gives where in the text each folded character comes from, for marks.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from itertools import pairwise

from desktop_app.analysis import script, variants

# Diacritics; not the bow of й, which is a letter of its own (Russian endings differ by it).
_DIACRITIC = re.compile("(?<!и)[\u0300-\u036f]|[\u0300-\u0305\u0307-\u036f]")
_FOLLOWING = re.compile(f"[{script.HANGUL_FOLLOWING}]")
# Blanks between characters that are each by itself: recognised text comes as "押 金 三 千 元", forms say "姓　　名".
_SPACED_OUT = re.compile(
    rf"(?<=[{script.HAN}{script.KANA}])(?<![{script.HAN}{script.KANA}]{{2}}) {{1,4}}(?=[{script.HAN}{script.KANA}](?![{script.HAN}{script.KANA}]))"
)
_KEPT = 1 << 14  # characters whose folded form is remembered


def fold(text: str) -> str:
    """Full-width to half-width, upper to lower case, traditional to simplified, diacritics off (é -> e), characters that are not
    seen left out, blanks between single Chinese characters too (三 千 元 -> 三千元)."""
    if text.isascii():
        return text.lower()
    folded = _folded(text)
    return _SPACED_OUT.sub("", folded) if " " in folded else folded


def _folded(text: str) -> str:
    """All of ``fold`` that looks at one letter only."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    if not folded.isascii():
        parts = unicodedata.normalize("NFD", folded.translate(variants.table()))
        folded = unicodedata.normalize("NFC", _DIACRITIC.sub("", parts))
    return folded


def placed(text: str) -> tuple[str, list[tuple[int, int]]]:
    """``text`` folded, and for each character of that the range of ``text`` it comes from: (0, 2) for the é of "e\u0301"."""
    if all(map(_stands_alone, set(text))):
        folded, places = _folded(text), list(pairwise(range(len(text) + 1)))
    else:
        folded, places = _letter_by_letter(text)
    for blank in reversed(list(_SPACED_OUT.finditer(folded)) if " " in folded else []):
        folded = folded[: blank.start()] + folded[blank.end() :]
        del places[slice(*blank.span())]
    return folded, places


def _letter_by_letter(text: str) -> tuple[str, list[tuple[int, int]]]:
    folded, places = list[str](), list[tuple[int, int]]()
    start = 0
    for end in range(1, len(text) + 1):
        if end < len(text) and _joins(text[end]):
            continue  # a letter and what is written over it become one
        letter = _folded_letter(text[start:end])
        folded.append(letter)
        stop = end
        while stop > start + 1 and text[stop - 1] in variants.INVISIBLE:
            stop -= 1
        places += [(start, stop)] * len(letter)
        start = end
    return "".join(folded), places


_folded_letter = functools.lru_cache(maxsize=_KEPT)(_folded)


@functools.lru_cache(maxsize=_KEPT)
def _stands_alone(character: str) -> bool:
    """Whether a character is folded to one character, whatever is beside it: so are nearly all."""
    return len(_folded(character)) == 1 and not _joins(character)


@functools.lru_cache(maxsize=_KEPT)
def _joins(character: str) -> bool:
    """Whether a character may become one with that before it: a mark over it, voicing of half-width kana, the rest of a syllable.
    What is not seen may be before such a mark."""
    if character in variants.INVISIBLE:
        return True
    usual = unicodedata.normalize("NFKC", character)  # half-width letters of Hangul join as others do
    return unicodedata.category(usual[0])[0] == "M" or _FOLLOWING.match(usual) is not None
