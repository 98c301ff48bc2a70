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
from desktop_app.answering.asked import Asked
from desktop_app.answering.sentence_scores import ScoredSentence, add_cosines, score_sentences
from desktop_app.contract.answer import SUPPORTED, Answer, Checks
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


def _nothing(*_: object) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Listener:
    """Hears of an answer while it is made: the quotes; the passages that the model reads; how far it has read, in tokens and seconds left
    (-1: not known); pieces of what it thinks and writes. Nothing of a refusal, in whose place quotes are shown."""

    quoted: Callable[[Answer], None] = _nothing
    passages: Callable[[Sequence[Passage]], None] = _nothing
    reading: Callable[[int, int, float], None] = _nothing
    thought: Callable[[str], None] = _nothing
    token: Callable[[str], None] = _nothing


class Answerer:
    def __init__(self, library: Library, retriever: Retriever) -> None:
        self._catalogue = library.catalogue
        self._retriever = retriever

    def answer(
        self, asked: Asked, *, listener: Listener, cancel: Cancellation, model: Callable[[], LanguageModel] | None = None
    ) -> Answer:
        """Answer ``asked``. ``model`` loads the language model when it is needed; None: quotes.

        Raises ``UsageProblem`` for an unusable question and whatever the model raises. Cancelling gives the answer so far, or the quotes,
        marked ``stopped``.
        """
        started = time.perf_counter()
        search = asked.searched_as or asked.question
        result = self._looked_into(self._retriever.search(search, _SEARCHED, asked.scope))
        about = Answer(
            question=asked.question,
            text="",
            found=False,
            mode="extractive",
            searched_files=result.searched_files,
            total_files=result.total_files,
            meaning=result.meaning,
            searched_as=search if search != asked.question else "",
        )
        timings = {"search": time.perf_counter() - started}
        answer = self._quotes(about, result)
        timings["quoted"] = time.perf_counter() - started
        if model is not None and result.certainty != NONE:
            listener.quoted(answer)
            answer = self._generate(asked, answer, result, model, listener, cancel, timings, started)
        timings["total"] = time.perf_counter() - started
        return replace(answer, timings={name: round(seconds, 4) for name, seconds in timings.items()})

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

    def _quotes(self, about: Answer, result: SearchResult) -> Answer:
        """``about`` with the best sentences of what was found, or with the nearest passages where nothing was."""
        if result.certainty == NONE:
            return replace(about, text=wording.not_found(about.question), nearest=result.passages[:_NEAREST])
        relevant = [passage for passage in result.passages if passage.certainty != NONE]
        sure = [passage for passage in relevant if passage.certainty == ANSWER]
        quoted_from = sure[:_QUOTED_FROM] or result.passages[: min(_QUOTED_FROM, max(_AT_LEAST, len(relevant)))]
        return self._quoted(about, result.question, quoted_from, result.certainty)

    def _quoted(self, about: Answer, search: str, passages: Sequence[Passage], certainty: str) -> Answer:
        """The best sentences of ``passages``, as the answer or as what may answer."""
        heading = "" if certainty == ANSWER else wording.may_answer(about.question)
        scored = self._score(search, passages[:_QUOTED_FROM])
        by_words = certainty == ANSWER or not any(passage.by_meaning for passage in passages[:_AT_LEAST])
        chosen = extractive.choose(scored) if by_words else extractive.of_each(scored, passages)
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
        asked: Asked,
        quoted: Answer,
        result: SearchResult,
        load: Callable[[], LanguageModel],
        listener: Listener,
        cancel: Cancellation,
        timings: dict[str, float],
        started: float,
    ) -> Answer:
        """What the model writes about the passages found, with ``quoted`` below it; ``quoted`` where it writes nothing that is shown."""
        question = asked.question
        try:
            model = load()
        except Cancelled:
            return replace(quoted, stopped=True)
        relevant = [passage for passage in result.passages if passage.certainty != NONE]
        sent, room = prompt.passages_that_fit(question, relevant, context=model.context, count_tokens=model.count_tokens)
        if not sent:
            return quoted
        listener.passages(sent)
        written = held = thought = ""
        for piece in model.generate(
            prompt.messages(question, sent),
            max_tokens=room,
            cancel=cancel,
            reading=lambda done, total: listener.reading(done, total, -1.0),
        ):
            if piece.thought:
                thought += piece.text
                listener.thought(piece.text)
                continue
            if not written:
                timings["first_token"] = time.perf_counter() - started
            written += piece.text
            held += piece.text
            if not wording.may_become_refusal(written):
                listener.token(held)
                held = ""
        about = replace(quoted, mode="llm", model=model.path, thought=thought, said=written, stopped=cancel.cancelled)
        if cancel.cancelled and not written.strip():
            return about  # not "nothing found": nothing was said yet
        text, dropped = checks.clean_citations(written.strip(), len(sent))
        parts, citations, verdict = checks.check(text, sent, dropped)
        proven = any(part.citations and part.verdict == SUPPORTED for part in parts)
        # "Not found, but the contract says … [1]" is an answer.
        if not text or (wording.is_refusal(text) and not proven):
            shown = self._quoted(about, result.question, sent, PERHAPS)
            return replace(shown, refused=True, checks=replace(shown.checks, dropped_citations=dropped))
        if held:
            listener.token(held)
        certainty = ANSWER if proven else result.certainty
        return replace(
            about,
            text=text,
            found=certainty == ANSWER,
            parts=parts,
            citations=citations,
            sent=tuple(sent),
            checks=verdict,
            certainty=certainty,
            quoted=quoted,
        )
