# SPDX-License-Identifier: Apache-2.0
"""Resolves a follow-up question: what to search for, what to prefer.

What the question leans on in the conversation is found by rules:

    shift     "And for lunch?"             the earlier question, and the new thing
    points    "它什么时候退？"              the question, and what the earlier one was about
    why       "Why?"                       the same
    which     "Which of the two …?"        the same, and the things named since
    reply     "Yes, C3."                   what the answer asked back, or the earlier question, and the thing chosen
    bare      "Motorcycles?"               as a shift, if the source of the last answer speaks of it

The source of the last answer carries over as well: its file is asked for the words that are new, and its passages are preferred. Among its
sentences those with new words count more and those that were quoted already less, and up to three are quoted: what was meant is less sure
than in a complete question. Measured by ``tests/benchmarks/followups``, the share of leaning questions whose answer is among three quotes, on
../shared/data/office and on our own dialogues:

    as typed                                .55   .70
    with the words of the earlier question  .76   .85
    and its source                          .84   .85
    and the new words, three quotes         .98   .96
    written by a person, as a new question  .95
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from desktop_app.analysis import words
from desktop_app.analysis.leaning import leaning
from desktop_app.analysis.leaning.leaning_kinds import ALONE, BARE, POINTS, REPLY, SHIFT, WHICH
from desktop_app.analysis.matching import IndexTerms, TermMatcher
from desktop_app.answering.asked import Asked
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.contract.answer import Answer
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import NONE, SearchResult
from desktop_app.library.stores.below import is_below
from desktop_app.retrieval import fusion

_LOOKED_BACK = 6  # turns; what was said before them is another subject, and 500 turns must not cost time
_LONGEST = 240  # characters that are carried over
_SAME_PASSAGE, _SAME_FILE = 0.3, 0.15  # more relevance
_NEW = 2.0  # times the weight of a word
_NOT_SURE = fusion.ANSWERS - 0.01
_AGAIN = 0.7  # of the score of a sentence that the last answer quoted
_CODE = re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z0-9/-]*\d)[A-Za-z0-9][A-Za-z0-9/-]*(?<!-)")
_ASKED_BACK = re.compile(r"[^。！？.!?\n]*[?？]$")
_OFFER = re.compile(
    r"您?(?:想|要|需要|是否|是不是)*(?:要|想|需要)?(?:我)?(?:了解|看|查|知道|问)的?(?:一下)?(?:是|的)?|请问|吗|"
    r"\b(?:shall|should|can|may) i (?:also )?(?:look up|show|check|tell you|find|list)\b|"
    r"\b(?:do|would) you (?:want|like|mean|need)(?: me to \w+| to \w+)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """``searched_as``: what to search for. ``follows``: it leans on the conversation; then ``own`` are the words it adds, ``path`` and ``chunks`` the
    source of the last answer, and ``quoted`` the sentences that it quoted. ``asked_as``: the question as a model is asked it, where it was
    made whole; words that stand side by side are good for a search only."""

    searched_as: str
    follows: bool = False
    own: str = ""
    path: str = ""
    chunks: frozenset[int] = frozenset()
    quoted: frozenset[str] = frozenset()
    asked_as: str = ""

    @property
    def new(self) -> str:
        """Those of its own words that name something."""
        return leaning.named(self.own)

    def source(self, scope: Scope) -> Scope | None:
        """The source of the last answer, None where it lies outside of ``scope``."""
        inside = not scope.below or any(is_below(self.path, folder) for folder in scope.below)
        return replace(scope, below=(self.path,)) if self.path and inside else None

    def preferring(self, result: SearchResult, near: SearchResult) -> SearchResult:
        """``result`` with what was found in the source of the last answer, all passages of which are given more relevance. One that holds
        nothing of what is new may answer at most: the words of the earlier question stand in its source anyway."""
        new = TermMatcher(words.question_terms(self.new)) if self.new else None
        found = {one.chunk_id: one for one in sorted((*result.passages, *near.passages), key=lambda one: one.score)}
        given = []
        for one in found.values():
            more = _SAME_PASSAGE if one.chunk_id in self.chunks else _SAME_FILE if one.path == self.path else 0.0
            known = new is None or new.held(" ".join((*one.trail, one.text)))
            score = min(1.0 if known else _NOT_SURE, one.score + more)
            given.append(replace(one, score=round(score, 4), certainty=fusion.certainty(score)))
        given.sort(key=lambda one: -one.score)
        ranked = tuple(replace(one, rank=rank) for rank, one in enumerate(given[: len(result.passages)], start=1))
        return replace(result, passages=ranked, certainty=ranked[0].certainty if ranked else NONE)

    def stressed(self, weights: Mapping[str, float]) -> dict[str, float]:
        """The weights of a question's words, more for those that are new."""
        new = set(words.question_terms(self.own)) if self.own else set()
        return {term: weight * (_NEW if term in new else 1.0) for term, weight in weights.items()}

    def less_of_what_was_quoted(self, scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
        """The sentences that the last answer quoted count less: who asks on has read them."""
        return [replace(one, score=one.score * _AGAIN) if _key(one.text) in self.quoted else one for one in scored]


def of(asked: Asked) -> FollowUp:
    """What to search for; what was written for it, or is wanted as typed, is left as it is."""
    if asked.searched_as or asked.as_typed:
        return FollowUp(asked.searched_as or asked.question)
    return stand_alone(asked.question, asked.earlier)


def stand_alone(question: str, earlier: Sequence[Answer]) -> FollowUp:
    """By rules, without a model. ``earlier``: the answers of the conversation, oldest first."""
    lean = leaning.leaning(question) if earlier else ALONE
    if lean == REPLY:
        lean = _of_reply(question)
    if lean == ALONE or (lean == BARE and not _speaks_of(earlier[-1], question)):
        return FollowUp(question)
    own = leaning.own_words(question)
    return carried(_searched_as(lean, own, earlier[-_LOOKED_BACK:]), own, earlier[-1])


def carried(searched_as: str, own: str, last: Answer) -> FollowUp:
    """A question that leans on ``last``, searched for as ``searched_as``."""
    path = last.citations[0].path if last.citations else ""
    chunks = frozenset(one.chunk_id for one in last.citations if one.path == path)
    return FollowUp(searched_as, True, own, path, chunks, frozenset(_key(one.quote) for one in last.citations))


def _key(sentence: str) -> str:
    return "".join(sentence.split())


def _of_reply(question: str) -> str:
    """How the rest of "Yes, …" leans: "OK, when is the canteen open?" is about something new."""
    rest = leaning.own_words(question)
    lean = leaning.leaning(rest) if rest else BARE
    return REPLY if lean in (BARE, SHIFT) or _CODE.fullmatch(rest) else lean


def _speaks_of(answer: Answer, question: str) -> bool:
    """Whether the source of an answer holds half of what a question names."""
    cited = {one.chunk_id for one in answer.citations}
    text = "\n".join(" ".join((*one.trail, one.text)) for one in answer.sent if one.chunk_id in cited)
    terms = words.question_terms(leaning.own_words(question))
    return 2 * len(TermMatcher(terms).held(IndexTerms(text))) >= len(terms) > 0


def _searched_as(lean: str, own: str, earlier: Sequence[Answer]) -> str:
    last = _asked(earlier[-1])
    if lean == REPLY:
        return _chosen(own, last, earlier[-1].said or earlier[-1].text)
    if lean in (SHIFT, BARE) and not leaning.asks(own):
        return _shifted(_frame(earlier), own)
    if lean == WHICH and not last.startswith(_frame(earlier)):
        last = f"{_frame(earlier)} {last}"
    about = " ".join(leaning.topic(last).split()) or last
    return f"{own} ({about})"


def _asked(answer: Answer) -> str:
    return (answer.searched_as or answer.question)[:_LONGEST]


def _frame(earlier: Sequence[Answer]) -> str:
    """The last question that another thing may be put into: "And for lunch?", "Why?" and "And for dinner?" all lean on the one before them."""
    place = len(earlier) - 1
    while place and earlier[place].follows and leaning.leaning(earlier[place].question) not in (POINTS, REPLY):
        place -= 1
    return _asked(earlier[place])


def _shifted(frame: str, own: str) -> str:
    """``frame`` asked of ``own``; a code takes the place of one of the same form."""
    if _CODE.fullmatch(own):
        swapped = _CODE.sub(lambda found: own if _shape(found[0]) == _shape(own) else found[0], frame)
        if swapped != frame:
            return swapped
    return f"{frame} {own}".strip()


def _shape(code: str) -> str:
    return re.sub(r"\d+", "9", re.sub(r"[A-Za-z]", "A", code))


def _chosen(own: str, last: str, said: str) -> str:
    """ "Yes", or "Yes, C3", to what an answer asked back; to one that asked nothing, the last question again, of C3."""
    back = _ASKED_BACK.search(said.strip())
    offered = " ".join(_OFFER.sub(" ", back[0]).split()).strip(" ?？,，") if back else ""
    shifted = _shifted(last, own)
    if own and (not leaning.named(offered.replace(own, " ")) or shifted != f"{last} {own}"):
        return shifted
    parts = ("" if own in offered else own, offered, leaning.topic(last))
    return " ".join(" ".join(parts).split())
