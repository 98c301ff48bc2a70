# SPDX-License-Identifier: Apache-2.0
"""What a language model makes of a leaning question, and when that is trusted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from library.making import chunk, source_file

from answering.scripted_model import Scripted
from answering.test_answerer import Heard
from answering.test_follow_up import TEXTS, answered
from desktop_app.answering import follow_up, rewriting
from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.contract.answer import Answer
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever

HOTEL = answered(
    "What is the hotel limit per night in London?", "The limit per night is 140 pounds in London and 160 euros abroad."
)
LEAVE = answered("正式员工每年有几天年休假？", "正式员工每年享有八天年休假，实习生没有年休假。")


def trusted(text: str, question: str, *earlier: Answer) -> bool:
    return rewriting.is_trusted(text, question, follow_up.stand_alone(question, earlier), earlier)


@pytest.mark.parametrize(
    ("text", "question", "earlier"),
    [
        ("What is the hotel limit per night abroad?", "What about abroad?", HOTEL),
        ("Why is the hotel limit per night in London 140 pounds?", "Why?", HOTEL),
        ("实习生每年有几天年休假？", "那实习生呢？", LEAVE),
    ],
)
def test_a_question_that_says_what_was_meant_is_trusted(text: str, question: str, earlier: Answer) -> None:
    assert trusted(text, question, earlier)


@pytest.mark.parametrize(
    ("text", "question", "earlier"),
    [
        ("", "What about abroad?", HOTEL),
        ("What about abroad?", "What about abroad?", HOTEL),  # repeats it
        ("What is the hotel limit per night in London?", "What about abroad?", HOTEL),  # repeats the one before
        ("160 euros abroad.", "What about abroad?", HOTEL),  # answers it
        ("Is it 160 euros abroad?", "What about abroad?", HOTEL),  # still leans
        ("What is the weather abroad?", "What about abroad?", HOTEL),  # has lost what it leans on
        ("What is the hotel limit per night in Paris?", "What about abroad?", HOTEL),  # has lost what is new
        (
            "What is the hotel limit per night abroad for senior directors travelling alone?",
            "What about abroad?",
            HOTEL,
        ),  # says more
        ("What is the hotel limit per night in London and abroad?", "Why?", HOTEL),  # asks something else
        ("实习生每年有几天年休假？", "What about abroad?", HOTEL),  # another language
        ("实习生？", "那实习生呢？", LEAVE),
        ("What is the hotel limit per night?", "And if nobody does that?", HOTEL),
        ("Why is the hotel limit per night in London necessary?", "Why?", HOTEL),  # a word of its own
    ],
)
def test_what_is_no_such_question_is_not(text: str, question: str, earlier: Answer) -> None:
    assert not trusted(text, question, earlier)


# ---- on the way to an answer ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def answerer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    with closing(Library(tmp_path_factory.mktemp("资料库") / "办公室")) as library:
        for path, texts in TEXTS.items():
            chunks = [chunk(text, line=number) for number, text in enumerate(texts, start=1)]
            library.catalogue.files.store(source_file(path, sha256=path), chunks, state="indexed")
        yield Answerer(library, Retriever(library, lambda: None))


class Rewrites(Scripted):
    """Writes ``made`` when it is asked to rewrite, and what is scripted otherwise."""

    def __init__(self, made: str, *answer: str) -> None:
        super().__init__(answer)
        self._turns = [[made], list(answer)]

    def generate(self, messages, /, **how):  # type: ignore[no-untyped-def]
        self._pieces = self._turns[len(self.asked)]
        return super().generate(messages, **how)


FIRST = "What does a new windscreen for the Model 3 cost?"
SERVICE = "What does a service for the Model 3 cost?"


def test_quotes_come_by_rules_first_and_again_by_the_model(answerer: Answerer) -> None:
    before = answerer.answer(Asked(FIRST), listener=Heard().listener, cancel=Cancellation())
    model, heard = Rewrites(SERVICE, "It costs 240 euro."), Heard()
    asked = Asked("What about a service?", earlier=(before,))
    answer = answerer.answer(asked, listener=heard.listener, cancel=Cancellation(), model=lambda: model)
    assert heard.events[:2] == ["quoted", "quoted"]
    assert (answer.searched_as, answer.follows) == (SERVICE, True)
    assert answer.question == "What about a service?"
    rewriting_prompt, answer_prompt = model.asked
    # What both begin with is read once.
    assert list(answer_prompt[:-1]) == list(rewriting_prompt[:-1])
    assert SERVICE in answer_prompt[-1].content
    assert "240 euro" in (answer.quoted or answer).citations[0].quote


def test_what_cannot_be_trusted_changes_nothing(answerer: Answerer) -> None:
    before = answerer.answer(Asked(FIRST), listener=Heard().listener, cancel=Cancellation())
    asked = Asked("What about a service?", earlier=(before,))
    by_rules = answerer.answer(asked, listener=Heard().listener, cancel=Cancellation())
    model, heard = Rewrites("It costs 240 euro.", "It costs 240 euro."), Heard()
    answer = answerer.answer(asked, listener=heard.listener, cancel=Cancellation(), model=lambda: model)
    assert heard.events.count("quoted") == 1
    assert answer.searched_as == by_rules.searched_as
    assert (answer.quoted or answer).citations == by_rules.citations
    assert "What about a service?" in model.asked[1][-1].content


def test_a_question_that_stands_alone_is_not_rewritten(answerer: Answerer) -> None:
    before = answerer.answer(Asked(FIRST), listener=Heard().listener, cancel=Cancellation())
    model = Scripted(["It costs 330 euro."])
    asked = Asked("What does a service of the Model 5 cost?", earlier=(before,))
    answerer.answer(asked, listener=Heard().listener, cancel=Cancellation(), model=lambda: model)
    assert len(model.asked) == 1
    answerer.answer(
        replace(asked, question="And a service?", as_typed=True),
        listener=Heard().listener,
        cancel=Cancellation(),
        model=lambda: model,
    )
    assert len(model.asked) == 2


def test_stopping_while_it_rewrites_keeps_the_quotes(answerer: Answerer) -> None:
    before = answerer.answer(Asked(FIRST), listener=Heard().listener, cancel=Cancellation())
    cancel = Cancellation()
    model = Scripted(["What does", " a service"], meanwhile=lambda _n: cancel.cancel())
    asked = Asked("What about a service?", earlier=(before,))
    answer = answerer.answer(asked, listener=Heard().listener, cancel=cancel, model=lambda: model)
    assert answer.stopped
    assert "240 euro" in (answer.quoted or answer).citations[0].quote
