# SPDX-License-Identifier: Apache-2.0
"""Whether the text of a PDF page is what people see on it.

A font may name its characters wrongly or not at all: then the page looks right, and its text is signs of private use, names of glyphs ("g23"),
letters moved along the alphabet ("7KH SULFH"), or others. Surely garbled text is worth nothing; of doubtful text, which may be a list of
codes or of rare characters, text recognition decides. Each page is judged by counts that take microseconds.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata

from desktop_app.analysis.script import CJK, HAN_BASIC, HANGUL, KANA

_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff]")
_UNUSUAL = re.compile(f"[^\x00-\u036f\u2000-\u206f{CJK}]")
_LETTERS = re.compile(r"\w")
_FEW = 40  # signs: of less nothing is said
_FEW_WORDS = 20
_CODED_SPACE = "\x03"  # where the number of a glyph stands for its letter
_MOST_CODED = 0.08  # of all signs
_FEWEST_VOWELS = 0.15  # of all signs of a text in Latin letters; in ten languages 0.27 to 0.4
_WORD = re.compile(r"\b[a-z]{4,20}\b", re.IGNORECASE)
_VOWELLESS = re.compile(r"[b-df-hj-np-tv-xz]+", re.IGNORECASE)
_MOST_VOWELLESS = 0.25  # of the words
_NAMES = re.compile(r"(?:[/(]?(?:gid|glyph|cid:?|uni|g|G|C)[0-9A-F]{1,5}\)?[\s,]?){8,}")
_MOST_NAMES = 0.25
_FEWEST_COMMON = 0.5  # of a page's different Chinese characters; 0.9 and more of real pages, 0.3 of wrong ones
_HAN = re.compile(f"[{HAN_BASIC}]")
_HANGUL_OR_KANA = re.compile(f"[{KANA}{HANGUL}]")


def is_garbled(text: str) -> bool:
    """Whether a text layer is surely not what people see: a font without a map to Unicode, or with a map to nowhere."""
    missing = len(_UNREADABLE.findall(text)) if _UNREADABLE.search(text) is not None else 0
    if not text.isascii():
        odd = [one for one in set(_UNUSUAL.findall(text)) if unicodedata.category(one) == "Cn"]
        missing += sum(map(text.count, odd))
    if not missing:
        return False  # nearly every page: its letters need not be counted
    if text.count(_CODED_SPACE) > max(_FEW / 4, _MOST_CODED * len(text)):
        return True
    enough = 3 * missing  # letters: a quarter of both may be unreadable
    return sum(1 for _ in itertools.islice(_LETTERS.finditer(text), enough)) < enough


def is_doubtful(text: str) -> bool:
    """Whether a text layer may be other letters than people see."""
    if len(text) < _FEW:
        return False
    if _HAN.search(text) is not None:
        han = set(_HAN.findall(text))
        if len(han) >= _FEW:
            return len(han & _common()) < _FEWEST_COMMON * len(han) and _HANGUL_OR_KANA.search(text) is None
    if sum(map(text.count, "eaiou")) >= _FEWEST_VOWELS * len(text):
        return False  # nearly every page
    if sum(map(text.count, "eaiouyEAIOUY")) >= _FEWEST_VOWELS * len(text):
        return False
    names = sum(len(match[0]) for match in _NAMES.finditer(text))
    if names > _MOST_NAMES * len(text):
        return True
    words = _WORD.findall(text)
    return len(words) >= _FEW_WORDS and sum(_VOWELLESS.fullmatch(word) is not None for word in words) > _MOST_VOWELLESS * len(
        words
    )


@functools.cache
def _common() -> frozenset[str]:
    """The characters of daily use: the first levels of GB 2312 and Big5."""
    simplified = bytes(itertools.chain.from_iterable(itertools.product(range(0xB0, 0xD8), range(0xA1, 0xFF))))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    traditional = bytes(itertools.chain.from_iterable(itertools.product(range(0xA4, 0xC7), trails)))
    return frozenset(simplified.decode("gb2312", "ignore") + traditional.decode("big5", "ignore"))
