# SPDX-License-Identifier: Apache-2.0
"""Finds the passages for a question, judged by their best sentences.

A long passage has the vector of all that it says, in which the one sentence that answers may be lost: the first ones are judged by their
sentences once more. Of a question that leans on the conversation, the source of the last answer comes first.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from desktop_app.analysis.sentences import below_headings
from desktop_app.answering.follow_up import FollowUp
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import ANSWER, NONE, SearchResult
from desktop_app.retrieval import fusion
from desktop_app.retrieval.retriever import Retriever
from desktop_app.retrieval.sentence_vectors import SentenceVectors

_SEARCHED = 8  # passages
_LOOKED_INTO, _LONG = 3, 3  # passages, and sentences of one that is long


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a question. ``follow``: what was searched for; ``vectors``: of sentences, None where no model is asked about
    them."""

    follow: FollowUp
    result: SearchResult
    vectors: SentenceVectors | None


def find(retriever: Retriever, follow: FollowUp, scope: Scope) -> Found:
    """Search within ``scope``. Raises ``UsageProblem``: question_empty, question_too_long."""
    vectors = retriever.sentence_vectors(follow.searched_as)
    result = _judged_by_sentences(retriever, retriever.search(follow.searched_as, _SEARCHED, scope), vectors)
    source = follow.source(scope)
    if source is not None:
        near = retriever.search(follow.own or follow.searched_as, _SEARCHED, source)
        result = follow.preferring(result, _judged_by_sentences(retriever, near, vectors))
    return Found(follow, result, vectors)


def _judged_by_sentences(retriever: Retriever, result: SearchResult, vectors: SentenceVectors | None) -> SearchResult:
    """The same with its first long passages judged by their best sentence, unless one answers for sure."""
    if result.certainty == ANSWER or vectors is None:
        return result
    places, texts = list[int](), list[tuple[str, str]]()
    for place, passage in enumerate(result.passages[:_LOOKED_INTO]):
        spans = below_headings(passage.text, passage.trail)
        if len(spans) >= _LONG:
            places += [place] * len(spans)
            texts += [(passage.text[start:end], " ".join(passage.trail)) for start, end in spans]
    afforded = vectors.affordable([text for text, _ in texts])
    places = [place for place, can in zip(places, afforded, strict=True) if can]
    texts = [text for text, can in zip(texts, afforded, strict=True) if can]
    relevance = retriever.relevance_of_sentences(result.question, texts, vectors)
    passages = list(result.passages)
    for place, score in zip(places, relevance, strict=False):
        if score > passages[place].score:
            passages[place] = replace(passages[place], score=round(score, 4), certainty=fusion.certainty(score))
    passages.sort(key=lambda one: -one.score)
    ranked = tuple(replace(passage, rank=rank) for rank, passage in enumerate(passages, start=1))
    return replace(result, passages=ranked, certainty=ranked[0].certainty if ranked else NONE)
