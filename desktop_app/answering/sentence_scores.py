"""How well each sentence of the found passages answers a question: the part that extractive answers and citations share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis import numerals
from desktop_app.analysis.matching import TermMatcher
from desktop_app.analysis.sentences import is_row, sentences
from desktop_app.contract.passage import Passage

# Questions that are answered by a number or a date.
_ASKS_NUMBER = re.compile(
    r"多少|几|多久|多长|何时|什么时候|哪天|哪一天|期限|金额|上限|限额|费用|价格|预算|"
    r"\bcosts?\b|\bprices?\b|\bbudget\b|\bfees?\b|\blimits?\b|"
    r"\bhow (?:many|much|long|often|far|old|soon|big|large|late|early)\b|\bwhen\b|\bwhat (?:time|date|year|number|percentage|amount)\b",
    re.IGNORECASE,
)
_ASKS_REASON = re.compile(r"为什么|为何|原因|缘故|\bwhy\b|\breason\b|\bcauses?d?\b", re.IGNORECASE)
_HAS_REASON = re.compile(
    r"因为|由于|原因|因此|所致|造成|导致|系因|是因|\bbecause\b|\bdue to\b|\bcause|\breason|\bas a result\b", re.IGNORECASE
)
_KIND_BONUS = 0.15
# A line without an end mark that is no table row is a title: it names the subject and answers nothing.
_ENDED = re.compile(r"[。！？；;.!?:：…][\"'”’」』）)\]]*$")
_TITLE_SHARE = 0.6
# What stands in the heading or next to a sentence says what it is about, but less surely than its own words.
_CONTEXT = 0.5
_NEIGHBOUR = 0.25
_COSINE = 0.6
_SHORTEST = 6


@dataclass(frozen=True, slots=True)
class ScoredSentence:
    """``start`` and ``end`` are character offsets in the passage's text."""

    passage: Passage
    start: int
    end: int
    score: float
    share: float = 1.0  # of what it would count as a full sentence: less for a title

    @property
    def text(self) -> str:
        return self.passage.text[self.start : self.end]


def score_sentences(
    question: str, terms: Sequence[str], weights: Mapping[str, float], passages: Sequence[Passage]
) -> list[ScoredSentence]:
    """Every sentence of the passages with its score, in reading order.

    ``weights``: how much each term of the question says (its inverse document frequency). A sentence gets the weighed share of
    the terms in it, half of those only its heading has, a quarter of those only its neighbours have, a little for a number or a
    reason where one is asked for, scaled by how relevant its passage is.
    """
    spans = [(passage, start, end) for passage in passages for start, end in sentences(passage.text)]
    if not spans:
        return []
    total = sum(weights[term] for term in terms) or 1.0
    matcher = TermMatcher(terms)
    held = [set(matcher.held(passage.text[start:end])) for passage, start, end in spans]
    trails = {passage.chunk_id: set(matcher.held(" ".join(passage.trail))) for passage in passages}
    asks_number, asks_reason = _ASKS_NUMBER.search(question) is not None, _ASKS_REASON.search(question) is not None
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
        if asks_number and numerals.mentioned(text):
            score += _KIND_BONUS
        if asks_reason and _HAS_REASON.search(text):
            score += _KIND_BONUS
        is_full = len(text.strip()) >= _SHORTEST and (_ENDED.search(text) or is_row(text))
        share = 1.0 if is_full else _TITLE_SHARE
        scored.append(ScoredSentence(passage, start, end, score * share * (0.5 + 0.5 * passage.score), share))
    return scored


def add_cosines(scored: Sequence[ScoredSentence], cosines: Sequence[float]) -> list[ScoredSentence]:
    """The same sentences with what the embedding model thinks of them added."""
    return [replace(s, score=s.score + _COSINE * s.share * max(0.0, cosine)) for s, cosine in zip(scored, cosines, strict=True)]
