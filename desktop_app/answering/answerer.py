"""Question -> passages -> sentences or model -> checked, cited answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.answering import checks, extractive, prompt, wording
from desktop_app.answering.sentence_scores import ScoredSentence, add_cosines, score_sentences
from desktop_app.contract.answer import Answer, Checks
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import Passage, SearchResult
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.models.base import LanguageModel
from desktop_app.retrieval import fusion
from desktop_app.retrieval.retriever import Retriever, asked_terms

_SEARCHED = 8
_NEAREST = 5
_QUOTED_FROM = 5
# Sentences are embedded at the moment of asking, 60 to 80 a second on 2 cores; the answer must come within one.
_COMPARED = 24
# A model may find the answer in a passage that the score doubts; below this there is nothing for it to read.
_WORTH_READING = 0.25


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears of an answer while it is made: the passages before the first token, then pieces of text."""

    passages: Callable[[Sequence[Passage]], None]
    token: Callable[[str], None]


class Answerer:
    def __init__(self, library: Library, retriever: Retriever) -> None:
        self._catalogue = library.catalogue
        self._retriever = retriever

    def answer(
        self,
        question: str,
        *,
        listener: Listener,
        cancel: Cancellation,
        model: Callable[[], LanguageModel] | None = None,
        scope: Scope = EVERYWHERE,
    ) -> Answer:
        """Answer from what lies in ``scope``. ``model`` loads the language model when it is needed; None: extractive.

        Raises ``UsageProblem`` for an unusable question and whatever the model raises. Cancelling during generation gives the
        answer so far, marked ``stopped``; before its first word it raises ``Cancelled``.
        """
        started = time.perf_counter()
        result = self._retriever.search(question, _SEARCHED, scope)
        timings = {"search": time.perf_counter() - started}
        least = fusion.THRESHOLD if model is None else _WORTH_READING
        relevant = [passage for passage in result.passages if passage.score >= least]
        if not relevant:
            answer = self._not_found(result, "extractive" if model is None else "llm")
        elif model is None:
            answer = self._extract(question, relevant, result, listener)
        else:
            answer = self._generate(question, relevant, result, model(), listener, cancel, timings, started)
        timings["total"] = time.perf_counter() - started
        return _with_timings(answer, timings)

    def _not_found(self, result: SearchResult, mode: str) -> Answer:
        return Answer(
            question=result.question,
            text=wording.not_found(result.question),
            found=False,
            mode=mode,
            nearest=result.passages[:_NEAREST],
            searched_files=result.searched_files,
            total_files=result.total_files,
        )

    def _extract(self, question: str, relevant: Sequence[Passage], result: SearchResult, listener: Listener) -> Answer:
        quoted_from = relevant[:_QUOTED_FROM]
        listener.passages(quoted_from)
        text, parts, citations = extractive.write(extractive.choose(self._score(question, quoted_from)))
        return Answer(
            question=question,
            text=text,
            found=True,
            mode="extractive",
            parts=parts,
            citations=citations,
            sent=tuple(quoted_from),
            checks=Checks(supported=len(parts)),
            searched_files=result.searched_files,
            total_files=result.total_files,
        )

    def _score(self, question: str, passages: Sequence[Passage]) -> list[ScoredSentence]:
        terms = asked_terms(question)
        frequencies, texts = self._catalogue.lookup.document_frequencies(terms)
        weights = {term: fusion.term_weight(term, frequencies[term], texts) for term in terms}
        scored = score_sentences(question, terms, weights, passages)
        embedder = self._retriever.embedder_for(question)
        if embedder is None or not scored:
            return scored
        scored = sorted(scored, key=lambda sentence: -sentence.score)[:_COMPARED]
        asked = np.asarray(embedder.embed_question(question))
        said = np.asarray(embedder.embed_documents([sentence.text for sentence in scored], ahead=True))
        return add_cosines(scored, (said @ asked).tolist())

    def _generate(
        self,
        question: str,
        relevant: Sequence[Passage],
        result: SearchResult,
        model: LanguageModel,
        listener: Listener,
        cancel: Cancellation,
        timings: dict[str, float],
        started: float,
    ) -> Answer:
        sent, room = prompt.passages_that_fit(question, relevant, context=model.context, count_tokens=model.count_tokens)
        if not sent:
            return self._not_found(result, "llm")
        listener.passages(sent)
        written = ""
        for piece in model.generate(prompt.messages(question, sent), max_tokens=room, cancel=cancel):
            if not written:
                timings["first_token"] = time.perf_counter() - started
            written += piece
            listener.token(piece)
        if cancel.cancelled and not written.strip():
            raise Cancelled  # not "nothing found": nothing was said yet
        text, dropped = checks.clean_citations(written.strip(), len(sent))
        parts, citations, verdict = checks.check(text, sent, dropped)
        # "Not found, but the contract says … [1]" is an answer.
        found = bool(text) and (not wording.is_refusal(text) or any(part.citations and part.supported for part in parts))
        if not found:
            parts, citations, verdict = (), (), Checks(dropped_citations=dropped)
        return Answer(
            question=question,
            text=text if found else wording.not_found(question),
            found=found,
            mode="llm",
            parts=parts,
            citations=citations,
            nearest=() if found else result.passages[:_NEAREST],
            sent=tuple(sent),
            checks=verdict,
            searched_files=result.searched_files,
            total_files=result.total_files,
            stopped=cancel.cancelled,
        )


def _with_timings(answer: Answer, timings: dict[str, float]) -> Answer:
    return replace(answer, timings={name: round(seconds, 4) for name, seconds in timings.items()})
