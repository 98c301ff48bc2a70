# SPDX-License-Identifier: Apache-2.0
"""Quotes as an answer: chooses sentences and writes them with citations."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.analysis.script import glue
from desktop_app.analysis.sentences import below_headings
from desktop_app.answering.proof.citing import cite
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.contract.answer import AnswerPart, Citation
from desktop_app.contract.passage import Passage

_MOST = 3
# A second sentence must be nearly as good as the best one: one right quote reads better than three half-right ones.
_SHARE_OF_BEST = 0.75
_PLACES_LATER = 1.5
_SHARE_OF_UNSURE = 0.4
_SHARE_OF_COMPLETE = 0.9  # of one that has every word of the question


def choose(scored: Sequence[ScoredSentence], *, sure: bool = True) -> list[ScoredSentence]:
    """The best sentences, best first; no text twice. More of them where the question is not ``sure`` to be understood. Where several clauses
    are asked for, the best sentence of each, in the order of the question."""
    if len({sentence.clause for sentence in scored} - {0}) > 1:
        return _of_each_clause(scored)
    ranked = sorted(scored, key=lambda sentence: -sentence.score)
    chosen: list[ScoredSentence] = []
    texts = set[str]()
    share = _SHARE_OF_COMPLETE if ranked and ranked[0].complete else _SHARE_OF_BEST
    least = (share if sure else _SHARE_OF_UNSURE) * ranked[0].score if ranked else 0.0
    for sentence in ranked:
        if len(chosen) == _MOST or sentence.score < least:
            break
        key = "".join(sentence.text.split())
        if key not in texts:
            chosen.append(sentence)
            texts.add(key)
    return chosen


def _of_each_clause(scored: Sequence[ScoredSentence]) -> list[ScoredSentence]:
    best = dict[int, ScoredSentence]()
    for sentence in scored:
        if sentence.clause and (sentence.clause not in best or sentence.score > best[sentence.clause].score):
            best[sentence.clause] = sentence
    return [best[clause] for clause in sorted(best)]


def of_each(scored: Sequence[ScoredSentence], passages: Sequence[Passage]) -> list[ScoredSentence]:
    """The best sentence of each of the first passages, in their order: where none answers for sure, a sentence that shares more words with
    the question is no better than one of a passage that is nearer to it in meaning. One without the kind of thing that is asked for
    comes later, and a heading is quoted only where nothing stands below it."""
    said = {(passage.chunk_id, *span) for passage in passages for span in below_headings(passage.text, passage.trail)}
    best: dict[int, ScoredSentence] = {}
    for sentence in scored:
        if (sentence.passage.chunk_id, sentence.start, sentence.end) not in said:
            continue
        known = best.get(sentence.passage.chunk_id)
        if known is None or sentence.score > known.score:
            best[sentence.passage.chunk_id] = sentence
    in_order = [best[passage.chunk_id] for passage in passages if passage.chunk_id in best]
    # A passage is given no higher score than those before it, so that equal ones may stand in either order.
    place = {passage.score: number for number, passage in reversed(list(enumerate(passages)))}
    in_order.sort(key=lambda one: (place[one.passage.score] + _PLACES_LATER * (not one.fits), -one.score))
    chosen: dict[str, ScoredSentence] = {}
    for sentence in in_order:
        chosen.setdefault("".join(sentence.text.split()), sentence)
    return list(chosen.values())[:_MOST]


def write(chosen: Sequence[ScoredSentence], heading: str = "") -> tuple[str, tuple[AnswerPart, ...], tuple[Citation, ...]]:
    """The answer as plain text: a quote a paragraph, each with its number, below ``heading`` where there is one. Letters and spaces are the
    source's own; only its line ends, which inside a sentence are the width of a page, are undone."""
    text, parts, citations = heading, [], []
    for number, sentence in enumerate(chosen, start=1):
        citation = cite(number, sentence.passage, sentence.start, sentence.end)
        start = len(text) + (2 if text else 0)
        shown = unwrapped(citation.quote)
        text += ("\n\n" if text else "") + f"{shown} [{number}]"
        parts.append(AnswerPart(start=start, end=len(text), citations=(number,)))
        citations.append(citation)
    return text, tuple(parts), tuple(citations)


def unwrapped(quote: str) -> str:
    """A quote on one line, joined as its script is."""
    text = ""
    for line in filter(None, (line.strip() for line in quote.splitlines())):
        text += glue(text, line) + line
    return text
