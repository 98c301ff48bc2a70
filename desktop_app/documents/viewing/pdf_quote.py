# SPDX-License-Identifier: Apache-2.0
"""Finds a quote in the text of a PDF page.

A quote comes from the index: lines joined, hyphens at line ends gone, spaces tidied. The page's text comes from PDFium as it
stands: line breaks, U+0002 or U+FFFE where a word was hyphenated, ligatures, full-width forms. So both are squeezed to the
characters that carry meaning, compared, and the place is mapped back to indices of the page's text.

Pure text, no Qt, so that it can be tested on strings.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Callable

# Hyphens of every kind fall away on both sides: "require-\nment" and "requirement" are the same word, and so is "3-5" to itself.
_HYPHENS = frozenset("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d\u30fb\ufffe\u0002")
_DROPPED = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zs", "Zl", "Zp"))
# A part of a quote shorter than this could stand anywhere: 6 Chinese characters or about one English word.
SHORTEST_PART = 6


def squeeze(text: str) -> tuple[str, list[int]]:
    """``text`` without white space, hyphens and control characters, decomposed and in lower case, and for each character of the
    result the index in ``text`` it came from."""
    letters: list[str] = []
    origin: list[int] = []
    for index, character in enumerate(text):
        for letter in _meaning(character):
            letters.append(letter)
            origin.append(index)
    return "".join(letters), origin


@functools.lru_cache(maxsize=20_000)
def _meaning(character: str) -> str:
    """What of a character counts; a page has some hundred different ones."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", character).lower()
        if letter not in _HYPHENS and unicodedata.category(letter) not in _DROPPED
    )


def same(one: str, other: str) -> bool:
    """Whether two texts say the same, letter for letter, ignoring white space and hyphens; two empty ones do not."""
    squeezed = squeeze(one)[0]
    return bool(squeezed) and squeezed == squeeze(other)[0]


def find(page_text: str, quote: str, near: int | None = None) -> tuple[int, int] | None:
    """The half-open range of ``quote`` in ``page_text``; of several the one nearest to index ``near``, else the first."""
    haystack, origin = squeeze(page_text)
    needle = squeeze(quote)[0]
    if not needle:
        return None
    starts: list[int] = []
    at = haystack.find(needle)
    while at >= 0:
        starts.append(at)
        at = haystack.find(needle, at + 1) if near is not None else -1
    if not starts:
        return None
    start = min(starts, key=lambda s: abs(origin[s] - near)) if near is not None else starts[0]
    return origin[start], origin[start + len(needle) - 1] + 1


class Needle:
    """Typed words, to be found on many pages."""

    def __init__(self, text: str) -> None:
        self._letters, origin = squeeze(text)
        # "a part" is not in "apart": where a space stood between two Latin letters there must be something on the page, too.
        self._gaps = [
            at
            for at in range(1, len(origin))
            if origin[at] - origin[at - 1] > 1 and self._letters[at - 1 : at + 1].isascii() and _is_gap(text, origin[at])
        ]

    def ranges(self, page_text: str) -> list[tuple[int, int]]:
        """Every half-open range of a page's text that says the same; one does not begin inside another."""
        if not self._letters:
            return []
        haystack, origin = squeeze(page_text)
        found: list[tuple[int, int]] = []
        at = haystack.find(self._letters)
        while at >= 0:
            if all(origin[at + gap] - origin[at + gap - 1] > 1 for gap in self._gaps):
                found.append((origin[at], origin[at + len(self._letters) - 1] + 1))
                at = haystack.find(self._letters, at + len(self._letters))
            else:
                at = haystack.find(self._letters, at + 1)
        return found


def _is_gap(text: str, index: int) -> bool:
    return text[index - 1].isspace() or text[index - 1] == "-"


def find_across(page_text: str, next_text: str, quote: str) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """A quote that begins on one page and ends on the next: its range on each, or None.

    The beginning is the longest head of the quote found on the first page, the end the longest tail found on the second; a
    running footer and header may stand between them, so together they need not be the whole quote.
    """
    needle = squeeze(quote)[0]
    first, first_origin = squeeze(page_text)
    second, second_origin = squeeze(next_text)
    head = _longest(len(needle), lambda size: needle[:size] in first)
    tail = _longest(len(needle) - head, lambda size: needle[len(needle) - size :] in second)
    if head < SHORTEST_PART or tail < SHORTEST_PART or head + tail < 0.8 * len(needle):
        return None
    start = first.rfind(needle[:head])
    other = second.find(needle[len(needle) - tail :])
    return (
        (first_origin[start], first_origin[start + head - 1] + 1),
        (second_origin[other], second_origin[other + tail - 1] + 1),
    )


def _longest(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest size in 0..limit for which ``holds`` is true, for a test that once false stays false."""
    low, high = 0, limit
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low
