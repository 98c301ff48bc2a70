# SPDX-License-Identifier: Apache-2.0
"""How near the words of a passage are to those of a question: the second look at what the index has found.

The index knows a word by its stem and its first letters. Here every word of the question is looked for by its four-letter parts
(McNamee and Mayfield, Character N-Gram Tokenization for European Language Text Retrieval, 2004), which needs no knowledge of the
language: "Verteidigungsminister" is largely there where "Verteidigung" is, "домами" where "домов" is. Words and bigrams that stand
side by side in the question and in the passage count once more. A figure is compared as a whole and by its value: "2900" is "2,900". Measured (R@1, lexical alone): English 0.946 -> 0.957, German
0.880 -> 0.948, Chinese 0.970 -> 0.972.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.analysis import codes, script, words
from desktop_app.analysis.folding import fold
from desktop_app.retrieval.fusion import idf, term_weight

_PART = 4
_ARABIC = re.compile(f"[{script.ARABIC}]")
_BETWEEN = re.compile(r"[\W_]+")
# Between Chinese and what is written with spaces there is none: 90天, 合同HT-2026.
_BORDER = re.compile(rf"(?<=[{words.BIGRAMS}])(?=[^\W_{words.BIGRAMS}])|(?<=[^\W_{words.BIGRAMS}])(?=[{words.BIGRAMS}])")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)\.(?=\d+(?![.,]?\d))")
_POINT = "p"  # instead of a decimal point, so that "40.00" is one word and holds no "40"
_FIGURE = re.compile(r"\d")
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
# A word of the heading or the file name says what a passage is about, less surely than its own words; as in library.fulltext.
_BESIDE = 0.6
_SIDE_BY_SIDE = 0.25
# What BM25 (k1 = 1.2) gives at most for a term, once for its stem and again in part for its first letters, and the share of it here.
_MOST = 4.2
# Half of a word's parts may be there by chance ("international", "nation").
_REALLY = 0.5
_SAME_STEM = 0.8
_SAME_VALUE = 0.8  # "2900" and "2,900", "50 kg" and "50kg"
_DECIMAL_VALUE = 0.6  # "40" and "40.00": a price, where an article or a year may be meant
_LONG_ENOUGH = 4  # letters; shorter beginnings are those of many words


@dataclass(frozen=True, slots=True)
class _Word:
    word: str
    weight: float  # in the ranking
    says: float  # in the coverage
    parts: tuple[str, ...]
    whole: str  # what all its parts stand in
    begins: str  # what a word of the same stem begins with, after a space; "" for CJK
    figure: bool


@dataclass(frozen=True, slots=True)
class Closeness:
    """``ranked`` and ``covered`` in 0..1: how near for putting passages in order, and how much of the question is really there.
    ``words``: those that are. ``phrases``: how many of the phrases stand there as such."""

    ranked: float
    covered: float
    words: tuple[str, ...]
    phrases: int


class Asked:
    """A question's words with their weights; ``frequencies`` in ``texts`` distinct texts as the library has them. ``phrases``: what
    must stand in one piece. ``least``: the frequency of the rarest word, 0 without words."""

    def __init__(
        self, question: str, terms: Sequence[str], frequencies: Mapping[str, float], texts: int, phrases: Sequence[str] = ()
    ) -> None:
        self.texts = texts
        self.least = min((frequencies.get(term, 0) for term in terms), default=0)
        self._phrases = [_as_phrase(phrase) for phrase in phrases]
        self._words = [
            _Word(
                term,
                weight=idf(frequencies.get(term, 0), texts),
                says=term_weight(term, frequencies.get(term, 0), texts),
                parts=_parts(term),
                whole=_padded(term),
                begins=_beginning(term),
                figure=_FIGURE.search(term) is not None,
            )
            for term in terms
        ]
        self._figures = any(word.figure for word in self._words)
        self._wholes = _Wholes(fold(question))
        self._total = sum(word.weight for word in self._words) or 1.0
        self._says = sum(word.says for word in self._words) or 1.0
        weights = {word.word: word.weight for word in self._words}
        self._pairs = [
            (min(weights[one], weights[other]), f"{one}{other[1:]}" if words.is_cjk(one) else f" {one} {other} ")
            for one, other in pairwise(words.cut(question))
            if one in weights and other in weights and words.is_cjk(one) == words.is_cjk(other)
            if not words.is_cjk(one) or one[-1] == other[0]
        ]

    def weight_of(self, terms: Sequence[str]) -> float:
        """The share of the question's weight that these of its terms carry."""
        wanted = set(terms)
        return sum(word.weight for word in self._words if word.word in wanted) / self._total

    def closeness(self, text: str, beside: str, bm25: float | None, least: float = 0.0) -> Closeness:
        """``beside``: heading trail and file name; ``bm25``: what the index gave the passage, None when it did not list it: then it
        has ``least`` or less."""
        folded = fold(text)
        inside, near = _spaced(folded), _spaced(fold(beside))
        wholes = set(codes.wholes(folded)) if self._figures or self._wholes.spelled else set()
        given = self._wholes.held(inside, wholes)
        found, covered, held = 0.0, 0.0, list[str]()
        for word in self._words:
            if word.word in given:
                share = 1.0
            elif word.word in self._wholes.spelled:
                share = 0.0
            else:
                share = _share(word, inside)
                if share < _SAME_STEM and word.begins and word.begins in inside:
                    share = _SAME_STEM
                if share < _SAME_VALUE and word.word in wholes:
                    share = _DECIMAL_VALUE if f" {word.word}{_POINT}" in inside else _SAME_VALUE
                if share < 1:
                    share = max(share, _BESIDE * _share(word, near))
            found += word.weight * share
            if share > _REALLY:
                covered += word.says * share
                held.append(word.word)
        beside_each_other = sum(weight for weight, both in self._pairs if both in inside)
        bm25 = min(least, found) if bm25 is None else bm25
        ranked = (bm25 + found + _SIDE_BY_SIDE * beside_each_other) / (_MOST * self._total)
        phrases = sum(phrase in inside or phrase in near for phrase in self._phrases)
        return Closeness(ranked, min(1.0, covered / self._says), tuple(held), phrases)


class _Wholes:
    """Codes, amounts and dates of a question. ``spelled``: each in its one spelling."""

    def __init__(self, folded: str) -> None:
        places = codes.places(folded)
        of_range = {(start, end): whole for whole, start, end in places}  # of a date and its month: the date
        pieces = sorted({*of_range, *((start, end) for _, start, end in words.places(folded))})
        self._parts = dict[str, list[str]]()
        for (start, end), whole in of_range.items():
            inside = [piece for piece in pieces if start <= piece[0] and piece[1] <= end and piece != (start, end)]
            self._parts[whole] = list(dict.fromkeys(folded[first:last] for first, last in inside))
        self.spelled = {whole for whole, _, _ in places}.difference(*self._parts.values())
        self._implied = [(of_range[start, end], whole) for whole, start, end in places]

    def held(self, inside: str, wholes: Collection[str]) -> set[str]:
        """The wholes that stand in a text, in whichever spelling, and with each of them its parts."""
        found = {
            whole
            for whole in self.spelled
            if whole in wholes or f" {whole} " in inside or f" {' '.join(self._parts.get(whole, ())) or whole} " in inside
        }
        found.update(less for whole, less in self._implied if whole in found)
        return found.union(*(self._parts.get(whole, ()) for whole in found))


def _as_phrase(phrase: str) -> str:
    """Whole words; in Chinese there are none to begin or end with."""
    sought = _spaced(fold(phrase))
    return sought.strip() if words.is_cjk(phrase.strip()[:1]) else sought


def _parts(term: str) -> tuple[str, ...]:
    if words.is_cjk(term):
        return (term,)
    padded = _padded(term)
    return tuple(padded[i : i + _PART] for i in range(max(1, len(padded) - _PART + 1)))


def _padded(term: str) -> str:
    """A word with the spaces around it; a CJK term as it is."""
    if words.is_cjk(term):
        return term
    stem = words.stem(term)
    # In Arabic, article and "and" stand before a word without a space.
    arabic = _ARABIC.match(term) is not None and len(stem) >= _PART
    return stem if arabic else f" {term} "


def _beginning(term: str) -> str:
    """ "studies" and "study" have the stem "studi": without the letter that only stands for another one."""
    stem = words.stem(term)
    stem = stem[:-1] if stem.endswith("i") and stem.isascii() else stem
    return f" {stem}" if len(stem) >= _LONG_ENOUGH and not words.is_cjk(stem) else ""


def _share(word: _Word, text: str) -> float:
    """Of the parts of a word, how many stand in a text."""
    if word.whole in text:
        return 1.0
    return sum(map(text.__contains__, word.parts)) / len(word.parts)


def _spaced(folded: str) -> str:
    folded = _DECIMAL.sub(rf"\1{_POINT}", folded) if "." in folded else folded
    # A table is ten times quicker than a pattern, for text that has only these characters.
    spaced = folded.translate(_ASCII) if folded.isascii() else _BETWEEN.sub(" ", folded)
    return f" {spaced if spaced.isascii() else _BORDER.sub(' ', spaced)} "
