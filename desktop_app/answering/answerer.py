"""Question -> passages -> sentences or model -> checked, cited answer.

    the search is certain   quotes, or what the model writes
    it is not (perhaps)     quotes under "These may answer it", or what the model writes
    nothing relevant        "not found", with the nearest passages

A model that finds no answer in the passages is no proof that there is none: the quotes are shown as what may answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from desktop_app.analysis.sentences import below_headings
from desktop_app.answering import checks, extractive, prompt, wording
from desktop_app.answering.sentence_scores import ScoredSentence, add_cosines, score_sentences
from desktop_app.contract.answer import Answer, Checks
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, Passage, SearchResult
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.models.base import LanguageModel
from desktop_app.retrieval import fusion
from desktop_app.retrieval.retriever import Retriever, asked_terms

_SEARCHED = 8
_NEAREST = 5
_QUOTED_FROM = 5
_AT_LEAST = 2  # passages that are quoted where none answers for sure
# Sentences are embedded at the moment of asking, 60 to 80 a second on 2 cores; the answer must come within one.
_COMPARED = 24
_LOOKED_INTO, _LONG = 3, 3  # passages, and sentences of one that is long


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears of an answer while it is made: the passages before the first token, then pieces of text; nothing of a refusal, in whose
    place quotes are shown."""

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
        result = self._looked_into(self._retriever.search(question, _SEARCHED, scope))
        timings = {"search": time.perf_counter() - started}
        relevant = [passage for passage in result.passages if passage.certainty != NONE]
        if result.certainty == NONE:
            answer = self._not_found(result, "extractive" if model is None else "llm")
        elif model is None:
            answer = self._extract(question, relevant, result, listener)
        else:
            answer = self._generate(question, relevant, result, model(), listener, cancel, timings, started)
        timings["total"] = time.perf_counter() - started
        return replace(
            answer,
            timings={name: round(seconds, 4) for name, seconds in timings.items()},
            searched_files=result.searched_files,
            total_files=result.total_files,
            meaning=result.meaning,
        )

    def _looked_into(self, result: SearchResult) -> SearchResult:
        """The same with its first long passages judged by their best sentence, unless one answers for sure."""
        if result.certainty == ANSWER:
            return result
        places, texts = list[int](), list[tuple[str, str]]()
        for place, passage in enumerate(result.passages[:_LOOKED_INTO]):
            spans = below_headings(passage.text, passage.trail)
            if len(spans) >= _LONG:
                places += [place] * len(spans)
                texts += [(passage.text[start:end], " ".join(passage.trail)) for start, end in spans]
        passages = list(result.passages)
        relevance = self._retriever.relevance_of_sentences(result.question, texts[:_COMPARED])
        for place, score in zip(places, relevance, strict=False):
            if score > passages[place].score:
                passages[place] = replace(passages[place], score=round(score, 4), certainty=fusion.certainty(score))
        passages.sort(key=lambda one: -one.score)
        ranked = tuple(replace(passage, rank=rank) for rank, passage in enumerate(passages, start=1))
        return replace(result, passages=ranked, certainty=ranked[0].certainty if ranked else NONE)

    def _not_found(self, result: SearchResult, mode: str) -> Answer:
        return Answer(
            question=result.question,
            text=wording.not_found(result.question),
            found=False,
            mode=mode,
            nearest=result.passages[:_NEAREST],
        )

    def _extract(self, question: str, relevant: Sequence[Passage], result: SearchResult, listener: Listener) -> Answer:
        sure = [passage for passage in relevant if passage.certainty == ANSWER]
        quoted_from = sure[:_QUOTED_FROM] or result.passages[: min(_QUOTED_FROM, max(_AT_LEAST, len(relevant)))]
        listener.passages(quoted_from)
        return self._quoted(question, quoted_from, result.certainty)

    def _quoted(self, question: str, passages: Sequence[Passage], certainty: str) -> Answer:
        """The best sentences of ``passages``, as the answer or as what may answer."""
        heading = "" if certainty == ANSWER else wording.may_answer(question)
        scored = self._score(question, passages[:_QUOTED_FROM])
        by_words = certainty == ANSWER or not any(passage.by_meaning for passage in passages[:_AT_LEAST])
        chosen = extractive.choose(scored) if by_words else extractive.of_each(scored, passages)
        text, parts, citations = extractive.write(chosen, heading)
        return Answer(
            question=question,
            text=text,
            found=certainty == ANSWER,
            mode="extractive",
            parts=parts,
            citations=citations,
            sent=tuple(passages),
            checks=Checks(supported=len(parts)),
            certainty=certainty,
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
            return self._extract(question, relevant, result, listener)
        listener.passages(sent)
        written = held = ""
        for piece in model.generate(prompt.messages(question, sent), max_tokens=room, cancel=cancel):
            if not written:
                timings["first_token"] = time.perf_counter() - started
            written += piece
            held += piece
            if not wording.may_become_refusal(written):
                listener.token(held)
                held = ""
        if cancel.cancelled and not written.strip():
            raise Cancelled  # not "nothing found": nothing was said yet
        text, dropped = checks.clean_citations(written.strip(), len(sent))
        parts, citations, verdict = checks.check(text, sent, dropped)
        proven = any(part.citations and part.supported for part in parts)
        # "Not found, but the contract says … [1]" is an answer.
        if not text or (wording.is_refusal(text) and not proven):
            quoted = self._quoted(question, sent, PERHAPS)
            verdict = replace(quoted.checks, dropped_citations=dropped)
            return replace(quoted, mode="llm", refused=True, checks=verdict, stopped=cancel.cancelled)
        if held:
            listener.token(held)
        certainty = ANSWER if proven else result.certainty
        return Answer(
            question=question,
            text=text,
            found=certainty == ANSWER,
            mode="llm",
            parts=parts,
            citations=citations,
            sent=tuple(sent),
            checks=verdict,
            stopped=cancel.cancelled,
            certainty=certainty,
        )
