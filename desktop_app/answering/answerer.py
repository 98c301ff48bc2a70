# SPDX-License-Identifier: Apache-2.0
"""Question -> passages -> sentences or model -> checked, cited answer.

    a summary is wanted     central sentences of each section, then what the model writes of them (``summary_answer``)
    a question of figures   what the tables give, where it is one (``computed_answer``), or what all files state (``facts_answer``);
                            with a model, as it reads it too (``form_reading``)
    the search is certain   quotes, or what the model writes
    it is not (perhaps)     quotes under "These may answer it", or what the model writes
    nothing relevant        "not found", with the nearest passages

The quotes come first; what a model writes is put above them. A model that finds no answer in the passages is no proof that there is none:
the quotes are shown as what may answer. Where nothing of what it wrote stands in the passages, the quotes are the answer, and its text is
kept apart.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from desktop_app.answering import facts_answer, file_listing, follow_up, form_reading, prompt, rewriting
from desktop_app.answering.asked import Asked
from desktop_app.answering.computed_answer import TableAnswerer
from desktop_app.answering.follow_up import FollowUp
from desktop_app.answering.found import Found, find
from desktop_app.answering.listener import Listener
from desktop_app.answering.proof.proof import Checker, prove
from desktop_app.answering.quoting import quotes, quotes_of
from desktop_app.answering.summary_answer import Summarizer
from desktop_app.answering.texts import fixed_texts
from desktop_app.answering.writing import Writing, reading_speed, too_long
from desktop_app.contract.answer import SUPPORTED, Answer
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, Passage, SearchResult
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import Problem
from desktop_app.library.library import Library
from desktop_app.library.name_search import NameSearch
from desktop_app.models.language_model import LanguageModel
from desktop_app.retrieval.best_sentence import with_best_sentences
from desktop_app.retrieval.retriever import Retriever
from desktop_app.tables.choosing import Chosen

log = logging.getLogger(__name__)

_SEARCHED_BY_MEANING = 30  # passages, for files that say a thing in other words


class Answerer:
    """``checker``: a model that judges sentences where the program's own checks are not sure, if there is one. ``names``: of the library's files,
    where they are searched already."""

    def __init__(
        self,
        library: Library,
        retriever: Retriever,
        checker: Callable[[], Checker | None] = lambda: None,
        names: NameSearch | None = None,
    ) -> None:
        self._checker = checker
        self._summarizer = Summarizer(library, retriever, names or NameSearch(library.catalogue), checker)
        self._catalogue = library.catalogue
        self._tables = TableAnswerer(library.catalogue)
        self._facts = facts_answer.FactsAnswerer(library.catalogue)
        self._retriever = retriever

    def answer(
        self, asked: Asked, *, listener: Listener, cancel: Cancellation, model: Callable[[], LanguageModel] | None = None
    ) -> Answer:
        """Answer ``asked``. ``model`` loads the language model when it is needed; None: quotes.

        Raises ``UsageProblem`` for an unusable question or form and whatever the model raises. Cancelling gives the answer so far, or the quotes,
        marked ``stopped``.
        """
        started = time.perf_counter()
        if asked.go_on is not None and model is not None:
            return _timed(self._go_on(asked, asked.go_on, model, listener, cancel), {}, started)
        if asked.form is not None:
            about = Answer(asked.question, "", found=False, mode="computed")
            return _timed(self._tables.compute(about, asked.form), {}, started)
        summary = self._summary(asked, model, listener, cancel, started)
        if summary is not None:
            return summary
        follow = follow_up.of(asked)
        found = find(self._retriever, follow, asked.scope)
        about = Answer(
            question=asked.question,
            text="",
            found=False,
            mode="extractive",
            searched_files=found.result.searched_files,
            total_files=found.result.total_files,
            meaning=found.result.meaning,
            searched_as=follow.searched_as if follow.searched_as != asked.question else "",
            follows=follow.follows,
            unread_files=self._catalogue.lookup.unread_files(asked.scope),
        )
        timings = {"search": time.perf_counter() - started}
        chosen, computed = self._computed(asked, about, found, listener, cancel)
        answer = computed or quotes(about, found, self._catalogue)
        timings["quoted"] = time.perf_counter() - started
        if cancel.cancelled:
            return _timed(replace(answer, stopped=True), timings, started)
        if model is not None and not follow.follows and (computed is None or chosen is not None):
            computed = self._read_by_model(asked, about, found, chosen, answer, model, listener, cancel) or computed
        if computed is not None:
            return _timed(replace(computed, stopped=cancel.cancelled), timings, started)
        if model is not None and (found.result.certainty != NONE or follow.follows):
            listener.quoted(answer)
            answer = self._write(asked, answer, found, model, listener, cancel, started)
        return _timed(answer, timings, started)

    def _summary(
        self, asked: Asked, load: Callable[[], LanguageModel] | None, listener: Listener, cancel: Cancellation, started: float
    ) -> Answer | None:
        """The summary that is asked for; None where none is, or of nothing that the library has."""
        searched, total = self._catalogue.lookup.searched_files(asked.scope)
        unread = self._catalogue.lookup.unread_files(asked.scope)
        about = Answer(asked.question, "", False, "summary", searched_files=searched, total_files=total, unread_files=unread)
        made = self._summarizer.quoted(asked, about)
        if made is None:
            return None
        quoted, plan = made
        timings = {"quoted": time.perf_counter() - started}
        if load is None:
            return _timed(quoted, timings, started)
        listener.quoted(quoted)
        return _timed(self._summarizer.written(asked, quoted, plan, load, listener, cancel), timings, started)

    def _computed(
        self, asked: Asked, about: Answer, found: Found, listener: Listener, cancel: Cancellation
    ) -> tuple[Chosen | None, Answer | None]:
        """What is counted, summed or listed for the question, None where it asks for none of that; of tables with what was chosen. A fault
        there costs the figure, not the answer."""
        follow, before = found.follow, asked.earlier[-1] if asked.earlier else None
        certain = found.result.certainty == ANSWER

        def read(done: int, total: int) -> None:
            cancel.check()
            listener.reading(done, total, -1.0)

        def near(words: str) -> SearchResult:
            return with_best_sentences(
                self._retriever.search(words, _SEARCHED_BY_MEANING, asked.scope), self._retriever.sentence_vectors
            )

        try:
            listed = file_listing.list_files(self._catalogue, about, follow.searched_as, asked.scope, near)
            if listed is not None:
                return None, listed
            stated = self._facts.answer(about, follow.searched_as, asked.scope, read)
            chosen = self._tables.choose(about, follow, before, asked.scope, _files(found), certain=certain)
            tabled = None if chosen is None else self._tables.worded(about, chosen)
            if stated is None:
                return chosen, tabled
            return None, stated if tabled is None else facts_answer.beside_table(stated, tabled)
        except Cancelled:
            return None, None
        except (ArithmeticError, LookupError, TypeError, ValueError):
            log.exception("no figure for a question")
            return None, None

    # ---- with a language model --------------------------------------------------------------------------------------

    def _read_by_model(
        self,
        asked: Asked,
        about: Answer,
        found: Found,
        chosen: Chosen | None,
        shown: Answer,
        load: Callable[[], LanguageModel],
        listener: Listener,
        cancel: Cancellation,
    ) -> Answer | None:
        """What the tables give for the question as the model reads it, beside what rules chose; None where it reads nothing that counts. The
        rules' answer, or quotes, are ``shown`` meanwhile, and are the answer where the model fails."""
        if chosen is None and found.result.certainty == ANSWER:
            return None
        question = found.follow.searched_as
        try:
            choices = self._tables.choices(question, asked.scope, _files(found))
            if choices is None:
                return None
            listener.quoted(shown)
            written = form_reading.written_form(question, choices, load(), listener, cancel)
            read = self._tables.checked(chosen, choices, question, written, asked.scope)
            return None if read is None or read == chosen else self._tables.worded(about, read)
        except (Cancelled, Problem):
            log.warning("no second reading of a question", exc_info=True)
        except (ArithmeticError, LookupError, TypeError, ValueError):
            log.exception("no second reading of a question")
        return None

    def _write(
        self,
        asked: Asked,
        quoted: Answer,
        found: Found,
        load: Callable[[], LanguageModel],
        listener: Listener,
        cancel: Cancellation,
        since: float,
    ) -> Answer:
        """What the model writes about the passages found, with ``quoted`` below it; ``quoted`` where it writes nothing that is shown."""
        try:
            model = load()
        except Cancelled:
            return replace(quoted, stopped=True)
        if found.follow.follows:
            better = self._found_by_model(asked, found, model, cancel)
            if better is not None:
                found = better
                about = replace(quoted, text="", parts=(), citations=(), nearest=(), sent=())
                quoted = quotes(replace(about, searched_as=found.follow.searched_as), found, self._catalogue)
                listener.quoted(quoted)
        if found.result.certainty == NONE:
            return quoted
        made = prompt.write(
            found.follow.asked_as or asked.question,
            [passage for passage in found.result.passages if passage.certainty != NONE],
            context=model.context,
            reads=reading_speed(model),
            count_tokens=model.count_tokens,
            earlier=asked.earlier,
            hidden=asked.scope.hidden,
            preset=asked.preset,
        )
        about = replace(quoted, model=model.path, dropped_turns=made.dropped_turns)
        if not made.messages:
            return replace(about, **too_long(made, model))
        listener.passages(made.sent)
        writing = Writing(model, made, asked.preset, listener, cancel, since)
        return self._proven(replace(about, quoted=quoted), found, made.sent, writing)

    def _found_by_model(self, asked: Asked, found: Found, model: LanguageModel, cancel: Cancellation) -> Found | None:
        """What is found of a leaning question as the model understands it, where that can be trusted and is as certain; else None."""
        follow = rewriting.rewritten(asked, found.follow, model, cancel)
        if follow is None:
            return None
        better = find(self._retriever, follow, asked.scope)
        return better if rewriting.is_surer(better.result, found.result) else None

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
            hidden=asked.scope.hidden,
            preset=asked.preset,
        )
        if not made.messages:
            return replace(before, **too_long(made, model))
        listener.passages(made.sent)
        so_far = before.said or (f"<think>{before.thought}" if before.finish == "thought" else "")
        continued = prompt.go_on(made, so_far)
        writing = Writing(model, continued, asked.preset, listener, cancel, since, before.said, before.thought)
        result = SearchResult(
            before.searched_as or before.question, before.sent, before.searched_files, before.total_files, before.certainty
        )
        found = Found(FollowUp(result.question), result, self._retriever.sentence_vectors(result.question))
        about = replace(before, text="", parts=(), citations=(), written="")
        return self._proven(about, found, made.sent, writing)

    def _proven(self, about: Answer, found: Found, sent: Sequence[Passage], writing: Writing) -> Answer:
        """What the model writes, with its proof; the quotes in its place where it is none, or where nothing of it is proven."""
        said = writing.run()
        quoted = about.quoted or quotes_of(about, found, sent, found.result.certainty, self._catalogue)
        about = replace(
            about,
            thought=writing.thought,
            said=said,
            finish=writing.finish,
            tokens=writing.tokens,
            stopped=writing.stopped,
            timings=writing.timings,
            mode="llm",
        )
        embed = found.vectors.of if found.vectors else None
        proof = prove(said.strip(), sent, question=found.result.question, embed=embed, checker=self._checker())
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
            may = quotes_of(shown, found, quoted.sent, PERHAPS, self._catalogue)
            return replace(may, refused=True, checks=shown.checks)
        writing.say_rest()
        if not proven:
            return replace(shown, written=text)
        certainty = ANSWER if all(part.verdict == SUPPORTED for part in proof.parts) else found.result.certainty
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


def _files(found: Found) -> list[str]:
    """The files that a search found, best first."""
    return [passage.path for passage in found.result.passages]


def _timed(answer: Answer, timings: dict[str, float], started: float) -> Answer:
    timings = {**timings, **answer.timings, "total": time.perf_counter() - started}
    return replace(answer, timings={name: round(seconds, 4) for name, seconds in timings.items()})
