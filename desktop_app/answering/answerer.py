# SPDX-License-Identifier: Apache-2.0
"""Question -> passages -> sentences or model -> checked, cited answer.

    the search is certain   quotes, or what the model writes
    it is not (perhaps)     quotes under "These may answer it", or what the model writes
    nothing relevant        "not found", with the nearest passages

The quotes come first; what a model writes is put above them. A model that finds no answer in the passages is no proof that there is none:
the quotes are shown as what may answer. Where nothing of what it wrote stands in the passages, the quotes are the answer, and its text is
kept apart.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from desktop_app.analysis.sentences import below_headings
from desktop_app.answering import extractive, fixed_texts, follow_up, prompt, rewriting
from desktop_app.answering.asked import Asked
from desktop_app.answering.follow_up import FollowUp
from desktop_app.answering.orders import is_order
from desktop_app.answering.proof.proof import Checker, prove
from desktop_app.answering.sentence_scores import ScoredSentence, add_cosines, score_sentences
from desktop_app.contract.answer import SUPPORTED, Answer, Checks
from desktop_app.contract.ledger import Scope
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, Passage, SearchResult
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.library.library import Library
from desktop_app.models.language_model import LanguageModel, Sampling
from desktop_app.retrieval import fusion
from desktop_app.retrieval.query_terms import search_terms
from desktop_app.retrieval.retriever import Retriever
from desktop_app.retrieval.sentence_vectors import SentenceVectors

_SEARCHED = 8
_NEAREST = 5
_QUOTED_FROM = 5
_AT_LEAST = 2  # passages that are quoted where none answers for sure
_PACE_KNOWN = 0.5  # seconds of reading after which its own pace is believed rather than an earlier one
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
    def __init__(self, library: Library, retriever: Retriever, checker: Callable[[], Checker | None] = lambda: None) -> None:
        """``checker``: a model that judges sentences where the program's own checks are not sure, if there is one."""
        self._checker = checker
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
        if asked.go_on is not None and model is not None:
            return self._timed(self._go_on(asked, asked.go_on, model, listener, cancel), {}, started)
        follow = follow_up.of(asked)
        search = follow.searched_as
        vectors = self._retriever.sentence_vectors(search)
        result = self._found(follow, asked.scope, vectors)
        about = Answer(
            question=asked.question,
            text="",
            found=False,
            mode="extractive",
            searched_files=result.searched_files,
            total_files=result.total_files,
            meaning=result.meaning,
            searched_as=search if search != asked.question else "",
            follows=follow.follows,
        )
        timings = {"search": time.perf_counter() - started}
        answer = self._quotes(about, result, follow, vectors)
        timings["quoted"] = time.perf_counter() - started
        if model is not None and (result.certainty != NONE or follow.follows):
            listener.quoted(answer)
            answer = self._write(asked, answer, result, follow, model, listener, cancel, started, vectors)
        return self._timed(answer, timings, started)

    def _timed(self, answer: Answer, timings: dict[str, float], started: float) -> Answer:
        timings = {**timings, **answer.timings, "total": time.perf_counter() - started}
        return replace(answer, timings={name: round(seconds, 4) for name, seconds in timings.items()})

    def _found(self, follow: FollowUp, scope: Scope, vectors: SentenceVectors | None) -> SearchResult:
        """What a search finds; of a question that leans on the conversation, the source of the last answer first."""
        found = self._looked_into(self._retriever.search(follow.searched_as, _SEARCHED, scope), vectors)
        source = follow.source(scope)
        if source is None:
            return found
        near = self._retriever.search(follow.own or follow.searched_as, _SEARCHED, source)
        return follow.preferring(found, self._looked_into(near, vectors))

    def _looked_into(self, result: SearchResult, vectors: SentenceVectors | None) -> SearchResult:
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
        if vectors is None:
            return result
        afforded = vectors.affordable([text for text, _ in texts])
        places = [place for place, can in zip(places, afforded, strict=True) if can]
        texts = [text for text, can in zip(texts, afforded, strict=True) if can]
        relevance = self._retriever.relevance_of_sentences(result.question, texts, vectors)
        for place, score in zip(places, relevance, strict=False):
            if score > passages[place].score:
                passages[place] = replace(passages[place], score=round(score, 4), certainty=fusion.certainty(score))
        passages.sort(key=lambda one: -one.score)
        ranked = tuple(replace(passage, rank=rank) for rank, passage in enumerate(passages, start=1))
        return replace(result, passages=ranked, certainty=ranked[0].certainty if ranked else NONE)

    def _quotes(self, about: Answer, result: SearchResult, follow: FollowUp, vectors: SentenceVectors | None) -> Answer:
        """``about`` with the best sentences of what was found, or with the nearest passages where nothing was."""
        if result.certainty == NONE:
            return replace(about, text=fixed_texts.not_found(about.question), nearest=result.passages[:_NEAREST])
        relevant = [passage for passage in result.passages if passage.certainty != NONE]
        sure = [passage for passage in relevant if passage.certainty == ANSWER]
        quoted_from = sure[:_QUOTED_FROM] or result.passages[: min(_QUOTED_FROM, max(_AT_LEAST, len(relevant)))]
        return self._quoted(about, follow, quoted_from, result.certainty, vectors)

    def _quoted(
        self, about: Answer, follow: FollowUp, passages: Sequence[Passage], certainty: str, vectors: SentenceVectors | None
    ) -> Answer:
        """The best sentences of ``passages``, as the answer or as what may answer."""
        heading = "" if certainty == ANSWER else fixed_texts.may_answer(about.question)
        scored = follow.less_of_what_was_told(self._score(follow, passages[:_QUOTED_FROM], vectors))
        by_words = certainty == ANSWER or follow.follows or not any(passage.by_meaning for passage in passages[:_AT_LEAST])
        chosen = extractive.choose(scored, sure=not follow.follows) if by_words else extractive.of_each(scored, passages)
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

    def _score(self, follow: FollowUp, passages: Sequence[Passage], vectors: SentenceVectors | None) -> list[ScoredSentence]:
        question = follow.searched_as
        terms = search_terms(question)
        frequencies, texts = self._catalogue.lookup.document_frequencies(terms)
        weights = {term: fusion.term_weight(term, frequencies[term], texts) for term in terms}
        scored = score_sentences(question, terms, follow.stressed(weights), passages)
        scored = [sentence for sentence in scored if not is_order(sentence.text)] or scored
        if vectors is None or not scored:
            return scored
        scored = sorted(scored, key=lambda sentence: -sentence.score)
        afforded = vectors.affordable([sentence.text for sentence in scored])
        scored = [sentence for sentence, can in zip(scored, afforded, strict=True) if can]
        asked = vectors.of_question(question)
        return add_cosines(scored, (vectors.of([sentence.text for sentence in scored]) @ asked).tolist())

    def _understood(
        self,
        asked: Asked,
        quoted: Answer,
        result: SearchResult,
        follow: FollowUp,
        model: LanguageModel,
        cancel: Cancellation,
        vectors: SentenceVectors | None,
    ) -> tuple[Answer, SearchResult, FollowUp, SentenceVectors | None]:
        """The quotes, and what they come of, of a leaning question as the model understands it, where that can be trusted and its search
        is as certain; else as they were."""
        better = rewriting.rewritten(asked, follow, model, cancel)
        if better is None:
            return quoted, result, follow, vectors
        again = self._retriever.sentence_vectors(better.searched_as)
        found = self._found(better, asked.scope, again)
        if not rewriting.is_surer(found, result):
            return quoted, result, follow, vectors
        about = replace(quoted, text="", parts=(), citations=(), nearest=(), sent=(), searched_as=better.searched_as)
        return self._quotes(about, found, better, again), found, better, again

    # ---- with a language model --------------------------------------------------------------------------------------

    def _write(
        self,
        asked: Asked,
        quoted: Answer,
        result: SearchResult,
        follow: FollowUp,
        load: Callable[[], LanguageModel],
        listener: Listener,
        cancel: Cancellation,
        since: float,
        vectors: SentenceVectors | None,
    ) -> Answer:
        """What the model writes about the passages found, with ``quoted`` below it; ``quoted`` where it writes nothing that is shown."""
        try:
            model = load()
        except Cancelled:
            return replace(quoted, stopped=True)
        if follow.follows:
            by_rules = quoted
            quoted, result, follow, vectors = self._understood(asked, quoted, result, follow, model, cancel, vectors)
            if quoted is not by_rules:
                listener.quoted(quoted)
        if result.certainty == NONE:
            return quoted
        relevant = [passage for passage in result.passages if passage.certainty != NONE]
        made = prompt.write(
            follow.asked_as or asked.question,
            relevant,
            context=model.context,
            reads=_reads(model),
            count_tokens=model.count_tokens,
            earlier=asked.earlier,
            preset=asked.preset,
        )
        about = replace(quoted, model=model.path, dropped_turns=made.dropped_turns)
        if not made.messages:
            return replace(about, **_too_long(made, model))
        listener.passages(made.sent)
        writing = _Writing(model, made, asked, listener, cancel, since)
        answer = self._judged(replace(about, quoted=quoted), result, follow, made.sent, writing.run(), writing, vectors)
        return replace(answer, timings=writing.timings)

    def _go_on(
        self, asked: Asked, before: Answer, load: Callable[[], LanguageModel], listener: Listener, cancel: Cancellation
    ) -> Answer:
        """``before``, which ran out, continued from where it ended, over the same passages."""
        since = time.perf_counter()
        try:
            model = load()
        except Cancelled:
            return before
        made = prompt.write(
            before.question,
            before.sent,
            context=model.context,
            reads=float("inf"),
            count_tokens=model.count_tokens,
            earlier=asked.earlier,
            preset=asked.preset,
        )
        if not made.messages:
            return replace(before, **_too_long(made, model))
        listener.passages(made.sent)
        begun = before.said or (f"<think>{before.thought}" if before.finish == "thought" else "")
        writing = _Writing(model, prompt.go_on(made, begun), asked, listener, cancel, since, before.said, before.thought)
        result = SearchResult(
            before.searched_as or before.question, before.sent, before.searched_files, before.total_files, before.certainty
        )
        vectors = self._retriever.sentence_vectors(result.question)
        about = replace(before, text="", parts=(), citations=(), written="")
        answer = self._judged(about, result, FollowUp(result.question), made.sent, writing.run(), writing, vectors)
        return replace(answer, timings=writing.timings)

    def _judged(
        self,
        about: Answer,
        result: SearchResult,
        follow: FollowUp,
        sent: Sequence[Passage],
        said: str,
        writing: _Writing,
        vectors: SentenceVectors | None,
    ) -> Answer:
        """The answer with its proof; the quotes in its place where it is none, or where nothing of it is proven."""
        quoted = about.quoted or self._quoted(about, follow, sent, result.certainty, vectors)
        about = replace(
            about,
            thought=writing.thought,
            said=said,
            finish=writing.finish,
            tokens=writing.tokens,
            stopped=writing.stopped,
            mode="llm",
        )
        embed = vectors.of if vectors else None
        proof = prove(said.strip(), sent, question=result.question, embed=embed, checker=self._checker())
        text, proven = proof.text, proof.proven
        shown = replace(
            about,
            text=quoted.text,
            found=quoted.found,
            certainty=quoted.certainty,
            parts=quoted.parts,
            citations=quoted.citations,
            sent=quoted.sent,
            checks=replace(quoted.checks, dropped_citations=proof.checks.dropped_citations),
            quoted=None,
        )
        if not text and (writing.stopped or writing.finish == "thought"):  # it had not come to its answer
            return shown
        # "Not found, but the contract says …" is an answer.
        if not text or (fixed_texts.is_refusal(text) and not proven):
            may = self._quoted(shown, follow, quoted.sent, PERHAPS, vectors)
            return replace(may, refused=True, checks=shown.checks)
        writing.say_rest()
        if not proven:
            return replace(shown, written=text)
        certainty = ANSWER if all(part.verdict == SUPPORTED for part in proof.parts) else result.certainty
        return replace(
            about,
            text=text,
            found=certainty == ANSWER,
            parts=proof.parts,
            citations=proof.citations,
            sent=tuple(sent),
            checks=proof.checks,
            certainty=certainty,
        )


class _Writing:
    """One generation, told to a listener while it goes on. A beginning that may become a refusal is held back until it is none."""

    def __init__(
        self,
        model: LanguageModel,
        made: prompt.Prompt,
        asked: Asked,
        listener: Listener,
        cancel: Cancellation,
        since: float,
        before: str = "",
        thought: str = "",
    ) -> None:
        self._model = model
        self._made = made
        self._asked = asked
        self._listener = listener
        self._cancel = cancel
        self._since = since
        self._written = before
        self._held = ""
        self.thought = thought
        self.timings: dict[str, float] = {}
        self._started = time.perf_counter()

    def run(self) -> str:
        """Everything that was written, with what stood there before."""
        sampling = Sampling(self._asked.preset.temperature)
        for piece in self._model.generate(
            self._made.messages,
            max_tokens=self._made.longest,
            cancel=self._cancel,
            sampling=sampling,
            reading=self._reading,
        ):
            if piece.thought:
                if piece.retracts:  # what seemed to be the answer was this thought
                    self._written = self._held = ""
                self.thought += piece.text
                self._listener.thought(piece.text)
                continue
            self.timings.setdefault("first_token", time.perf_counter() - self._since)
            self._written += piece.text
            self._held += piece.text
            if not fixed_texts.may_become_refusal(self._written):
                self.say_rest()
        return self._written

    def say_rest(self) -> None:
        if self._held:
            self._listener.token(self._held)
            self._held = ""

    def _reading(self, done: int, total: int) -> None:
        taken, speed = time.perf_counter() - self._started, self._model.speed.reads
        pace = done / taken if done and taken > _PACE_KNOWN else speed
        self._listener.reading(done, total, (total - done) / pace if pace else -1.0)

    @property
    def stopped(self) -> bool:
        return self._cancel.cancelled

    @property
    def finish(self) -> str:
        last = self._model.last
        if self.stopped or last is None:
            return "cancelled" if self.stopped else ""
        return "thought" if last.in_thought else last.finish

    @property
    def tokens(self) -> dict[str, int]:
        last = self._model.last
        return {"prompt": last.prompt_tokens, "reused": last.reused, "written": last.tokens} if last else {}


def _too_long(made: prompt.Prompt, model: LanguageModel) -> dict[str, Any]:
    """``Answer.problem`` of a question that leaves no room for a passage."""
    return {"problem": "question_too_long", "problem_data": {"needed": str(made.needed), "available": str(model.context)}}


def _reads(model: LanguageModel) -> float:
    """Prompt tokens a second, measured or guessed by the size of the file."""
    if model.speed.reads:
        return model.speed.reads
    try:
        return prompt.guessed_speed(os.path.getsize(model.path))
    except OSError:
        return 0.0
