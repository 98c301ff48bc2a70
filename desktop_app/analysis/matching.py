# SPDX-License-Identifier: Apache-2.0
"""Term matching: which terms of a question a text holds, and where.

It follows the index's own rule, for texts at hand. Sentences, citations and marks are held against a question by the rule that
the index found their passage by, so what found it is what is marked. A text holds a term if its stem is one of the text's index
terms, or if one of them begins as the term does: a long word with its first letters, which finds forms and compounds that no
stemmer knows; a single Chinese character, which is in the
index only as the beginning of bigrams.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from desktop_app.analysis import codes, words
from desktop_app.analysis.folding import placed

FIRST_LETTERS = 6

Marks = tuple[tuple[int, int], ...]


def is_single(term: str) -> bool:
    """Whether a term is one character of a script that is cut into bigrams."""
    return len(term) == 1 and words.is_cjk(term)


def first_letters(term: str) -> str:
    """What a word begins with in a text that holds a long term; "" for a short one, a code or one of Chinese."""
    stem = words.stem(term)
    return stem[:FIRST_LETTERS] if len(stem) >= FIRST_LETTERS and stem.isalpha() and not words.is_cjk(stem) else ""


class IndexTerms:
    """What the index knows of a text: cut once, asked for any number of terms."""

    def __init__(self, text: str) -> None:
        self._terms = frozenset(words.terms(text))

    @cached_property
    def _beginnings(self) -> set[str]:
        return {term[:FIRST_LETTERS] for term in self._terms} | {term[0] for term in self._terms}

    def hold(self, stem: str, beginning: str) -> bool:
        """Of a term by its stem and, if that is not "", its beginning."""
        return stem in self._terms or (beginning != "" and beginning in self._beginnings)


class TermMatcher:
    """The terms of one question (``words.question_terms``), looked for in many texts."""

    def __init__(self, terms: Sequence[str]) -> None:
        self._sought = {term: (words.stem(term), term if is_single(term) else first_letters(term)) for term in terms}
        self._stems = frozenset(stem for stem, _ in self._sought.values())
        self._beginnings = frozenset(beginning for _, beginning in self._sought.values() if beginning)
        # Bigrams overlap, so they are looked for at each place; a single character is marked wherever it is.
        bigrams = [re.escape(stem) for stem in self._stems if words.is_cjk(stem)]
        self._bigrams = re.compile(f"(?=({'|'.join(sorted(bigrams, key=len, reverse=True))}))") if bigrams else None
        self._has_words = len(bigrams) < len(self._stems)

    def held(self, text: str | IndexTerms) -> list[str]:
        """Those of the terms that a text holds, in the order of the question."""
        index = IndexTerms(text) if isinstance(text, str) else text
        return [term for term, sought in self._sought.items() if index.hold(*sought)]

    def marks(self, text: str) -> Marks:
        """Half-open ranges of characters of ``text`` that hold one of the terms, in order; those that touch are one. A single
        character is marked wherever it is, also at the end of a word, where the index cannot find it."""
        return self.held_and_marks(text)[1]

    def held_and_marks(self, text: str) -> tuple[list[str], Marks]:
        """The terms that are marked, and the marks, at the price of one of them."""
        folded, places = placed(text)
        found = [(match[1], *match.span(1)) for match in self._bigrams.finditer(folded)] if self._bigrams else []
        if self._has_words:
            found += [one for one in (*words.places(folded), *codes.places(folded)) if self._answers(one[0])]
        stems = {stem for stem, _, _ in found}
        beginnings = {stem[:length] for stem in stems for length in (1, FIRST_LETTERS)}
        held = [term for term, (stem, beginning) in self._sought.items() if stem in stems or beginning in beginnings]
        return held, _joined(sorted((places[start][0], places[end - 1][1]) for _, start, end in found))

    def _answers(self, stem: str) -> bool:
        return stem in self._stems or stem[:FIRST_LETTERS] in self._beginnings


def _joined(found: list[tuple[int, int]]) -> Marks:
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
