# SPDX-License-Identifier: Apache-2.0
"""A sentence taken apart for comparison: words, figures, names, clauses.

Words are compared as the index does (stems, first letters, bigrams of Chinese), without those that only join others or say that something
must or may be: these decide the polarity. Figures are taken out before the words are cut, so that "三十日" and "30 days" share nothing by chance.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from desktop_app.analysis import facts, names, polarity, question_words, words
from desktop_app.analysis.facts import Fact
from desktop_app.analysis.folding import fold
from desktop_app.analysis.matching import first_letters
from desktop_app.analysis.script import count_cjk

_CLAUSE_END = re.compile(
    r"[，,；;。！？](?!\d{3})|[:：](?!\d)|[—–]| - |\bbut\b|\band (?=don't|do not|never|no\b|not\b|without)|\(|\)|（|）|\n"
)
_SHORT = 3  # words, or twice as many Chinese bigrams


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence, from ``start`` to ``end`` of its text."""

    start: int
    end: int
    folded: str
    terms: frozenset[str]
    negated: bool
    denied: frozenset[str] = frozenset()  # the words behind its negation, all where none stand there
    head: str = ""  # the first of them


class Statement:
    """One sentence, read once. ``text`` has no markers in it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def folded(self) -> str:
        """The text in one spelling (``analysis.folding``)."""
        return fold(self.text)

    @cached_property
    def is_cjk(self) -> bool:
        """Whether most of it is Chinese: one in another language shares no words with it."""
        return 3 * count_cjk(self.folded) > sum(map(str.isalpha, self.folded))

    @cached_property
    def pieces(self) -> list[str]:
        """The letters and figures of its clauses: two texts that differ in blanks and marks have the same."""
        found = ("".join(filter(str.isalnum, fold(self.text[start:end]))) for start, end in _clause_spans(self.text))
        return [piece for piece in found if piece]

    @cached_property
    def facts(self) -> list[Fact]:
        """Its figures, dates and units."""
        return facts.facts(self.text)

    @cached_property
    def names(self) -> list[tuple[str, int, int]]:
        """Its names: (name, start, end)."""
        return [*names.latin(self.text), *names.chinese(self.text)]

    @cached_property
    def _without_facts(self) -> str:
        """The text with blanks in place of its figures, of the same length."""
        text = self.text
        for fact in self.facts:
            if fact.kind != facts.CODE:
                text = text[: fact.start] + " " * (fact.end - fact.start) + text[fact.end :]
        return text

    @cached_property
    def terms(self) -> frozenset[str]:
        """Its words as the index has them."""
        return content_terms(self._without_facts)

    @cached_property
    def clauses(self) -> list[Clause]:
        """Its clauses, in order."""
        found = []
        for start, end in _clause_spans(self.text):
            folded = fold(self.text[start:end])
            text = self._without_facts
            for _, begin, stop in self.names:
                text = text[:begin] + " " * (stop - begin) + text[stop:]
            terms, negated = content_terms(text[start:end]), polarity.negated(folded)
            behind = polarity.behind_negation(folded) if negated else ""
            denied = [term for term in _ordered_terms(behind) if term in terms]
            head = denied[0] if denied and not polarity.begins_with_preposition(behind) else ""
            found.append(
                Clause(start, end, folded, terms, negated, frozenset(denied) or (terms if negated else frozenset()), head)
            )
        return found


def is_short(statement: Statement) -> bool:
    """Whether a sentence says something only together with its question: "18 months.", "Yes."."""
    return len(statement.terms) <= (_SHORT if statement.folded.isascii() else 2 * _SHORT)


def content_terms(text: str) -> frozenset[str]:
    """The words of a text that say what it is about, as they are compared."""
    return frozenset(_ordered_terms(text))


def _ordered_terms(text: str) -> list[str]:
    cut = words.cut(polarity.MODALS.sub(" ", question_words.without(fold(text))))
    empty = question_words.of(cut)
    return [comparable(word) for word in cut if word not in empty and word not in _EMPTY]


def comparable(word: str) -> str:
    """What two forms of a word have in common: a long one its first letters, others their stem."""
    return first_letters(word) or words.stem(word)


_EMPTY: Collection[str] = frozenset(
    "anything everything something everybody must may might need needs needed has have had having not no never nor only also any every each all such then else per via within upon onto yes s t don doesn isn aren can cannot "
    "shall let get got you your yours we us i it its he she they them one ones anyone everyone nobody anybody somebody everybody be been being do does did so as than about out up down "
    "more less most least other another further same own very just even still already again well also too "
    "over off into through before after until since while during".split()
)


def _clause_spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _CLAUSE_END.finditer(text):
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end() if not match[0].isalpha() else match.start()
    if text[start:].strip():
        yield start, len(text)
