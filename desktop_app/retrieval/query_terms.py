# SPDX-License-Identifier: Apache-2.0
"""Lexical re-scoring: how well a passage matches the terms of a question.

The index finds a word by its stem and its first letters. Here every term of the question is matched by its character 4-grams
(McNamee and Mayfield, Character N-Gram Tokenization for European Language Text Retrieval, 2004), which needs no knowledge of the
language: "Verteidigungsminister" mostly matches where "Verteidigung" is, "домами" where "домов" is. Terms that are adjacent in the
question and in the passage count once more. A figure is compared as a whole and by its value: "2900" is "2,900". Measured (R@1,
lexical alone): English 0.946 -> 0.957, German 0.880 -> 0.948, Chinese 0.970 -> 0.972.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from desktop_app.analysis import codes, script, words
from desktop_app.analysis.folding import fold
from desktop_app.library.stores.lookup import Lookup
from desktop_app.retrieval.fusion import idf, term_weight

# Each term of a question is one look into the index; a pasted page has hundreds, and the first ones say enough.
_MOST_TERMS = 64
_QUOTED = re.compile(r"“([^”]{2,80})”|\"([^\"]{2,80})\"|「([^」]{2,80})」|『([^』]{2,80})』|«([^»]{2,80})»|„([^“”]{2,80})[“”]")
_NAME = range(2, 7)  # words or bigrams of a question that is nothing but a name or a title
_NGRAM = 4
_ARABIC = re.compile(f"[{script.ARABIC}]")
_BETWEEN = re.compile(r"[\W_]+")
# Between Chinese and what is written with spaces there is none: 90天, 合同HT-2026.
_BORDER = re.compile(rf"(?<=[{words.BIGRAMS}])(?=[^\W_{words.BIGRAMS}])|(?<=[^\W_{words.BIGRAMS}])(?=[{words.BIGRAMS}])")
_DECIMAL = re.compile(r"(?<![\d.,])(\d+)\.(?=\d+(?![.,]?\d))")
_POINT = "p"  # instead of a decimal point, so that "40.00" is one word and holds no "40"
_FIGURE = re.compile(r"\d")
_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()}
# A word of the heading or the file name says what a passage is about, less surely than its own words; as in library.stores.fulltext.
_IN_CONTEXT = 0.6
_ADJACENT = 0.25
# What BM25 (k1 = 1.2) gives at most for a term, once for its stem and again in part for its first letters, and the share of it here.
_MOST = 4.2
# Half of a term's n-grams may match by chance ("international", "nation").
_COVERED = 0.5
_SAME_STEM = 0.8
_SAME_VALUE = 0.8  # "2900" and "2,900", "50 kg" and "50kg"
_DECIMAL_VALUE = 0.6  # "40" and "40.00": a price, where an article or a year may be meant
_LONG_ENOUGH = 4  # letters; shorter beginnings are those of many words


def search_terms(question: str) -> list[str]:
    """The terms of a question that are searched for, at most 64."""
    return words.question_terms(question)[:_MOST_TERMS]


def phrases(question: str) -> list[str]:
    """The phrases in quotation marks."""
    found = (next(part for part in match.groups() if part) for match in _QUOTED.finditer(question))
    return [phrase for phrase in found if words.cut(phrase)]


def title(question: str) -> str:
    """The question, when it is nothing but a name or a title: no question word, no question mark, few words; "" otherwise."""
    return question.strip().strip("。.") if len(words.cut(question)) in _NAME and is_bare(question) else ""


def is_bare(question: str) -> bool:
    """Whether a question is nothing but a few words to search for: no question word, no question mark."""
    cut = words.cut(question)
    return len(cut) < _NAME.stop and set(cut) <= set(words.question_terms(question)) and question.rstrip()[-1:] not in "?？"


@dataclass(frozen=True, slots=True)
class _Term:
    text: str
    ranking_weight: float
    coverage_weight: float
    ngrams: tuple[str, ...]
    padded: str  # the string that all n-grams are cut from
    stem_prefix: str  # " " and the letters that words of the same stem begin with; "" for CJK
    is_figure: bool


@dataclass(frozen=True, slots=True)
class LexicalMatch:
    """How well a passage matches a question. ``ranking``, 0..1: the score that passages are ordered by; ``coverage``, 0..1: the share of
    the question's weight that the passage really holds. ``terms``: those it holds. ``phrases``: how many quoted phrases it holds."""

    ranking: float
    coverage: float
    terms: tuple[str, ...]
    phrases: int


class QueryTerms:
    """A question's terms with their weights.

    ``frequencies`` are document frequencies in ``texts`` distinct texts of the library. ``phrases`` must be found in one piece.
    ``min_document_frequency``: that of the rarest term, 0 without terms.
    """

    def __init__(
        self, question: str, terms: Sequence[str], frequencies: Mapping[str, float], texts: int, phrases: Sequence[str] = ()
    ) -> None:
        self.texts = texts
        self.min_document_frequency = min((frequencies.get(term, 0) for term in terms), default=0)
        self._phrases = [_as_phrase(phrase) for phrase in phrases]
        self._terms = [
            _Term(
                term,
                ranking_weight=idf(frequencies.get(term, 0), texts),
                coverage_weight=term_weight(term, frequencies.get(term, 0), texts),
                ngrams=_ngrams(term),
                padded=_padded(term),
                stem_prefix=_stem_prefix(term),
                is_figure=_FIGURE.search(term) is not None,
            )
            for term in terms
        ]
        self._has_figures = any(term.is_figure for term in self._terms)
        self._entities = _QueryEntities(fold(question))
        self._ranking_total = sum(term.ranking_weight for term in self._terms) or 1.0
        self._coverage_total = sum(term.coverage_weight for term in self._terms) or 1.0
        weights = {term.text: term.ranking_weight for term in self._terms}
        self._pairs = [
            (min(weights[one], weights[other]), f"{one}{other[1:]}" if words.is_cjk(one) else f" {one} {other} ")
            for one, other in pairwise(words.cut(question))
            if one in weights and other in weights and words.is_cjk(one) == words.is_cjk(other)
            if not words.is_cjk(one) or one[-1] == other[0]
        ]

    def weight_of(self, terms: Sequence[str]) -> float:
        """The share, 0..1, of the question's ranking weight that these of its terms carry."""
        wanted = set(terms)
        return sum(term.ranking_weight for term in self._terms if term.text in wanted) / self._ranking_total

    def match(self, text: str, context: str, bm25: float | None, min_bm25: float = 0.0) -> LexicalMatch:
        """Score a passage.

        ``context``: heading trail and file name. ``bm25``: the index's score, None for a passage that the index did not list, which then
        has at most ``min_bm25``, the score of the last one it listed.
        """
        folded = fold(text)
        inside, near = _spaced(folded), _spaced(fold(context))
        entities = set(codes.normalised_entities(folded)) if self._has_figures or self._entities.entities else set()
        matched = self._entities.matched(inside, entities)
        score, covered, held = 0.0, 0.0, list[str]()
        for term in self._terms:
            if term.text in matched:
                share = 1.0
            elif term.text in self._entities.entities:
                share = 0.0
            else:
                share = _share(term, inside)
                if share < _SAME_STEM and term.stem_prefix and term.stem_prefix in inside:
                    share = _SAME_STEM
                if share < _SAME_VALUE and term.text in entities:
                    share = _DECIMAL_VALUE if f" {term.text}{_POINT}" in inside else _SAME_VALUE
                if share < 1:
                    share = max(share, _IN_CONTEXT * _share(term, near))
            score += term.ranking_weight * share
            if share > _COVERED:
                covered += term.coverage_weight * share
                held.append(term.text)
        adjacent = sum(weight for weight, both in self._pairs if both in inside)
        bm25 = min(min_bm25, score) if bm25 is None else bm25
        ranking = (bm25 + score + _ADJACENT * adjacent) / (_MOST * self._ranking_total)
        phrases = sum(phrase in inside or phrase in near for phrase in self._phrases)
        return LexicalMatch(ranking, min(1.0, covered / self._coverage_total), tuple(held), phrases)


def library_terms(lookup: Lookup, question: str, terms: Sequence[str]) -> QueryTerms:
    """``QueryTerms`` with the document frequencies of a library; a question that is a title counts as a phrase."""
    frequencies, texts = lookup.document_frequencies(terms)
    return QueryTerms(question, terms, frequencies, texts, [*phrases(question), *filter(None, [title(question)])])


class _QueryEntities:
    """Codes, amounts and dates of a question. ``entities``: each in its one spelling."""

    def __init__(self, folded: str) -> None:
        places = codes.places(folded)
        of_range = {(start, end): entity for entity, start, end in places}  # of a date and its month: the date
        pieces = sorted({*of_range, *((start, end) for _, start, end in words.places(folded))})
        self._parts = dict[str, list[str]]()
        for (start, end), entity in of_range.items():
            inside = [piece for piece in pieces if start <= piece[0] and piece[1] <= end and piece != (start, end)]
            self._parts[entity] = list(dict.fromkeys(folded[first:last] for first, last in inside))
        self.entities = {entity for entity, _, _ in places}.difference(*self._parts.values())
        self._implied = [(of_range[start, end], entity) for entity, start, end in places]

    def matched(self, inside: str, entities: Collection[str]) -> set[str]:
        """The question's entities that a text holds, in whichever spelling, and with each of them its parts; ``entities``: the text's."""
        found = {
            entity
            for entity in self.entities
            if entity in entities or f" {entity} " in inside or f" {' '.join(self._parts.get(entity, ())) or entity} " in inside
        }
        found.update(less for entity, less in self._implied if entity in found)
        return found.union(*(self._parts.get(entity, ()) for entity in found))


def _as_phrase(phrase: str) -> str:
    """The string that a text with this phrase holds: whole words; in Chinese there are none to begin or end with."""
    sought = _spaced(fold(phrase))
    return sought.strip() if words.is_cjk(phrase.strip()[:1]) else sought


def _ngrams(term: str) -> tuple[str, ...]:
    if words.is_cjk(term):
        return (term,)
    padded = _padded(term)
    return tuple(padded[i : i + _NGRAM] for i in range(max(1, len(padded) - _NGRAM + 1)))


def _padded(term: str) -> str:
    """A word with the spaces around it; a CJK term as it is."""
    if words.is_cjk(term):
        return term
    stem = words.stem(term)
    # In Arabic, article and "and" are written before a word without a space.
    arabic = _ARABIC.match(term) is not None and len(stem) >= _NGRAM
    return stem if arabic else f" {term} "


def _stem_prefix(term: str) -> str:
    """ "studies" and "study" have the stem "studi": without the letter that only replaces another one."""
    stem = words.stem(term)
    stem = stem[:-1] if stem.endswith("i") and stem.isascii() else stem
    return f" {stem}" if len(stem) >= _LONG_ENOUGH and not words.is_cjk(stem) else ""


def _share(term: _Term, text: str) -> float:
    """The share, 0..1, of a term's n-grams that a text holds."""
    if term.padded in text:
        return 1.0
    return sum(map(text.__contains__, term.ngrams)) / len(term.ngrams)


def _spaced(folded: str) -> str:
    folded = _DECIMAL.sub(rf"\1{_POINT}", folded) if "." in folded else folded
    # A table is ten times quicker than a pattern, for text that has only these characters.
    spaced = folded.translate(_ASCII) if folded.isascii() else _BETWEEN.sub(" ", folded)
    return f" {spaced if spaced.isascii() else _BORDER.sub(' ', spaced)} "
