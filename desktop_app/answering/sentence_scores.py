"""How well each sentence of the found passages answers a question: the part that extractive answers and citations share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from desktop_app.documents.sentences import sentences
from desktop_app.library import fulltext
from desktop_app.retrieval.model import Passage

# Questions that are answered by a number or a date.
_ASKS_NUMBER = re.compile(
    r"多少|几|多久|多长|何时|什么时候|哪天|哪一天|期限|金额|上限|"
    r"\bhow (?:many|much|long|often|far|old|soon|big|large|late|early)\b|\bwhen\b|\bwhat (?:time|date|year|number|percentage|amount)\b",
    re.IGNORECASE,
)
_HAS_NUMBER = re.compile(r"[0-9０-９一二三四五六七八九十百千万两半]")
_NUMBER_BONUS = 0.15
# What stands in the heading or next to a sentence says what it is about, but less surely than its own words.
_CONTEXT = 0.5
_NEIGHBOUR = 0.25
_COSINE = 0.6
# A heading or a stub names the subject and answers nothing.
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """``start`` and ``end`` are character offsets in the passage's text."""

    passage: Passage
    start: int
    end: int
    score: float
    own: float  # share of the question, by weight, that stands in the sentence itself

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def score_sentences(
    question: str, terms: Sequence[str], weights: Mapping[str, float], passages: Sequence[Passage]
) -> list[ScoredSentence]:
    """Every sentence of the passages with its score, in reading order.

    ``weights``: how much each term of the question says (its inverse document frequency). A sentence gets the weighed share of
    the terms in it, half of those only its heading has, a quarter of those only its neighbours have, a little for a number where
    one is asked for, scaled by how relevant its passage is.
    """
    spans = [(passage, start, end) for passage in passages for start, end in sentences(passage.text)]
    if not spans:
        return []
    total = sum(weights[term] for term in terms) or 1.0
    with closing(fulltext.scratch([passage.text[start:end] for passage, start, end in spans])) as scratch:
        found = fulltext.matching(scratch, terms, range(1, len(spans) + 1))
    held = [set(found[row]) for row in range(1, len(spans) + 1)]
    trails = _trail_terms(terms, passages)
    asks_number = _ASKS_NUMBER.search(question) is not None
    scored = []
    for i, (passage, start, end) in enumerate(spans):
        own = sum(weights[term] for term in held[i]) / total
        beside = set[str]()
        for j in (i - 1, i + 1):
            if 0 <= j < len(spans) and spans[j][0] is passage:
                beside |= held[j]
        trail = trails[passage.chunk_id]
        context = _CONTEXT * sum(weights[term] for term in trail - held[i])
        context += _NEIGHBOUR * sum(weights[term] for term in beside - trail - held[i])
        score = own + context / total
        text = passage.text[start:end]
        if asks_number and _HAS_NUMBER.search(text):
            score += _NUMBER_BONUS
        if len(text.strip()) < _SHORTEST:
            score *= 0.5
        scored.append(ScoredSentence(passage, start, end, score * (0.5 + 0.5 * passage.score), own))
    return scored


def add_cosines(scored: Sequence[ScoredSentence], cosines: Sequence[float]) -> list[ScoredSentence]:
    """The same sentences with what the embedding model thinks of them added."""
    return [
        ScoredSentence(s.passage, s.start, s.end, s.score + _COSINE * max(0.0, cosine), s.own)
        for s, cosine in zip(scored, cosines, strict=True)
    ]


def _trail_terms(terms: Sequence[str], passages: Sequence[Passage]) -> dict[int, set[str]]:
    trails = [" ".join(passage.trail) for passage in passages]
    with closing(fulltext.scratch(trails)) as scratch:
        found = fulltext.matching(scratch, terms, range(1, len(trails) + 1))
    return {passage.chunk_id: set(found[row]) for row, passage in enumerate(passages, start=1)}
