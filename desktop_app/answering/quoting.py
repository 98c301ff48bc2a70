# SPDX-License-Identifier: Apache-2.0
"""Answers a question with quotes, the best sentences of what was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from desktop_app.answering import extractive
from desktop_app.answering.found import Found
from desktop_app.answering.sentence_scores import ScoredSentence, add_cosines, score_sentences
from desktop_app.answering.texts import fixed_texts
from desktop_app.answering.texts.orders import is_order
from desktop_app.contract.answer import Answer, Checks
from desktop_app.contract.passage import ANSWER, NONE, Passage
from desktop_app.library.catalogue import Catalogue
from desktop_app.retrieval import fusion
from desktop_app.retrieval.query_terms import search_terms

_NEAREST = 5  # passages shown where none is relevant
_QUOTED_FROM = 5
_AT_LEAST = 2  # passages that are quoted where none answers for sure


def quotes(about: Answer, found: Found, catalogue: Catalogue) -> Answer:
    """``about`` with the best sentences of what was found, or with the nearest passages where nothing was."""
    result = found.result
    if result.certainty == NONE:
        return replace(about, text=fixed_texts.not_found(about.question), nearest=result.passages[:_NEAREST])
    relevant = [passage for passage in result.passages if passage.certainty != NONE]
    sure = [passage for passage in relevant if passage.certainty == ANSWER]
    quoted_from = sure[:_QUOTED_FROM] or result.passages[: min(_QUOTED_FROM, max(_AT_LEAST, len(relevant)))]
    return quotes_of(about, found, quoted_from, result.certainty, catalogue)


def quotes_of(about: Answer, found: Found, passages: Sequence[Passage], certainty: str, catalogue: Catalogue) -> Answer:
    """``about`` with the best sentences of ``passages``: as the answer, or below that level of ``certainty`` as what may answer."""
    follow = found.follow
    scored = follow.less_of_what_was_quoted(_scored(found, passages[:_QUOTED_FROM], catalogue))
    by_words = certainty == ANSWER or follow.follows or not any(passage.by_meaning for passage in passages[:_AT_LEAST])
    chosen = extractive.choose(scored, sure=not follow.follows) if by_words else extractive.of_each(scored, passages)
    heading = "" if certainty == ANSWER else fixed_texts.may_answer(about.question)
    text, parts, citations = extractive.write(chosen, heading)
    return replace(
        about,
        text=text,
        found=certainty == ANSWER,
        parts=parts,
        citations=citations,
        sent=tuple(passages),
        checks=Checks(supported=len(parts)),
        certainty=certainty,
    )


def _scored(found: Found, passages: Sequence[Passage], catalogue: Catalogue) -> list[ScoredSentence]:
    question, vectors = found.follow.searched_as, found.vectors
    terms = search_terms(question)
    frequencies, texts = catalogue.lookup.document_frequencies(terms)
    weights = {term: fusion.term_weight(term, frequencies[term], texts) for term in terms}
    scored = score_sentences(question, terms, found.follow.stressed(weights), passages)
    scored = [sentence for sentence in scored if not is_order(sentence.text)] or scored
    if vectors is None or not scored:
        return scored
    scored = sorted(scored, key=lambda sentence: -sentence.score)
    afforded = vectors.affordable([sentence.text for sentence in scored])
    if not any(afforded):
        return scored  # each is too long to embed in time
    scored = [sentence for sentence, can in zip(scored, afforded, strict=True) if can]
    asked = vectors.of_question(question)
    return add_cosines(scored, (vectors.of([sentence.text for sentence in scored]) @ asked).tolist())
