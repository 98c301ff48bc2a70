# SPDX-License-Identifier: Apache-2.0
"""What a question is given of its conversation, and what is kept when its answering ends this way or that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import DONE, FAILED, STOPPED, Turn
from desktop_app.engine.kept_turns import GO_ON, KeptTurn, KeptTurns
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.conversation_store import ConversationStore


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    with closing(ConversationStore(tmp_path / "conversations.sqlite")) as opened:
        yield opened


@pytest.fixture
def turns(store: ConversationStore) -> KeptTurns:
    return KeptTurns(store)


def said(question: str, text: str) -> Answer:
    return Answer(question, text, found=True, mode="extractive", certainty="answer")


Work = Callable[[Asked, Listener], Answer]


def asked_of(turns: KeptTurns, question: str, work: Work, conversation: int = 0, turn: int = 0, wanted: str = "") -> KeptTurn:
    asked, cancel = Asked(question), Cancellation()
    kept = turns.begin(asked, cancel, conversation=conversation, turn=turn, wanted=wanted)
    with turns.answering(kept, asked, Listener(), cancel) as turn:
        turn.answer = work(turn.asked, turn.listener)
    return kept


def test_a_question_is_given_the_answers_before_it(turns: KeptTurns) -> None:
    given: list[Asked] = []

    def work(asked: Asked, _: Listener) -> Answer:
        given.append(asked)
        return said(asked.question, f"答{asked.question}")

    first = asked_of(turns, "一", work)
    asked_of(turns, "别处", work)
    second = asked_of(turns, "二", work, first.conversation)
    asked_of(turns, "三", work, first.conversation)
    asked_of(turns, "二又", work, first.conversation, second.turn)
    asked_of(turns, "一又", work, first.conversation, first.turn, GO_ON)
    assert [[answer.text for answer in asked.earlier] for asked in given] == [[], [], ["答一"], ["答一", "答二"], ["答一"], []]
    assert [asked.go_on for asked in given] == [None] * 5 + [said("一", "答一")]


def test_a_failure_keeps_the_quotes_and_its_reason(turns: KeptTurns, store: ConversationStore) -> None:
    quotes = said("一", "原文")

    def fails(_: Asked, listener: Listener) -> Answer:
        listener.quoted(quotes)
        raise EnvironmentProblem("llm_crashed", path="小.gguf", detail="signal 11")

    with pytest.raises(EnvironmentProblem):
        asked_of(turns, "一", fails)
    (turn,) = store.read(1).turns
    assert turn.answer is not None
    assert (turn.state, turn.answer.text, turn.answer.problem) == (FAILED, "原文", "llm_crashed")
    assert turn.answer.problem_data == {"path": "小.gguf", "detail": "signal 11"}


def test_a_failure_before_any_quote_keeps_its_reason(turns: KeptTurns, store: ConversationStore) -> None:
    def fails(*_: object) -> Answer:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asked_of(turns, "一", fails)
    (turn,) = store.read(1).turns
    assert turn.answer is not None
    assert (turn.state, turn.answer.text, turn.answer.problem) == (FAILED, "", "internal")


def test_stopped_after_the_quotes_keeps_them(turns: KeptTurns, store: ConversationStore) -> None:
    def stopped(asked: Asked, listener: Listener) -> Answer:
        listener.quoted(said(asked.question, "原文"))
        raise Cancelled

    asked_of(turns, "一", stopped)
    (turn,) = store.read(1).turns
    assert turn.answer is not None
    assert (turn.state, turn.answer.text, turn.answer.stopped) == (STOPPED, "原文", True)


def test_stopped_before_anything_keeps_the_question(turns: KeptTurns, store: ConversationStore) -> None:
    def stopped(*_: object) -> Answer:
        raise Cancelled

    with pytest.raises(Cancelled):
        asked_of(turns, "一", stopped)
    assert store.read(1).turns == (Turn(1, "一", None, STOPPED),)


def test_going_on_that_fails_leaves_the_answer(turns: KeptTurns, store: ConversationStore) -> None:
    first = asked_of(turns, "一", lambda asked, _: said(asked.question, "前半"))

    def fails(*_: object) -> Answer:
        raise EnvironmentProblem("llm_crashed", path="小.gguf", detail="signal 11")

    with pytest.raises(EnvironmentProblem):
        asked_of(turns, "一", fails, first.conversation, first.turn, GO_ON)
    assert store.read(1).turns == (Turn(1, "一", said("一", "前半"), DONE),)
    asked_of(turns, "一", lambda asked, _: said(asked.question, "前半后半"), first.conversation, first.turn, GO_ON)
    assert store.read(1).turns == (Turn(1, "一", said("一", "前半后半"), DONE),)


def test_an_answer_without_words_is_nothing_to_lean_on(turns: KeptTurns) -> None:
    given: list[Asked] = []

    def fails(*_: object) -> Answer:
        raise EnvironmentProblem("disk_full", path="/")

    def work(asked: Asked, _: Listener) -> Answer:
        given.append(asked)
        return said(asked.question, "答")

    with pytest.raises(EnvironmentProblem):
        asked_of(turns, "一", fails)
    asked_of(turns, "二", work, 1)
    assert given[0].earlier == ()


def test_an_answer_that_cannot_be_kept_is_given_all_the_same(
    turns: KeptTurns, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise EnvironmentProblem("disk_full", path="/")

    asked, cancel = Asked("一"), Cancellation()
    kept = turns.begin(asked, cancel, conversation=0)
    monkeypatch.setattr(store, "finish", full)
    with turns.answering(kept, asked, Listener(), cancel) as turn:
        turn.answer = said(asked.question, "答")
    answer = turn.answer
    assert answer.text == "答"
