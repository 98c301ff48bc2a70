# SPDX-License-Identifier: Apache-2.0
"""Questions are kept by the real engine whatever happens to them: stopped, failed, killed, deleted, asked again, one behind another."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from tiny_gguf import ANSWER

from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, Turn
from desktop_app.contract.preset import THOROUGH, Preset
from desktop_app.engine.engine import Engine
from desktop_app.foundation.cancellation import Cancellation
from engine.conftest import Start
from engine.engine_process import EngineProcess

pytestmark = pytest.mark.slow

QUESTION, SECOND = "合同编号是什么？", "年休假有多少天？"
QUOTE = "合同编号是 HT-2024-018。"


@pytest.fixture
def engine(start: Start, library: Path, office: Path) -> EngineProcess:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    return engine


def began(engine: EngineProcess, number: int) -> m.Began:
    found: m.Began = engine.wait(lambda message: isinstance(message, m.Began) and message.id == number)
    return found


def written(engine: EngineProcess, number: int) -> None:
    engine.wait(lambda message: isinstance(message, m.Token) and message.id == number)


def turns(engine: EngineProcess, conversation: int, **page: int) -> list[Turn]:
    found: list[Turn] = engine.ask(m.OpenConversation, conversation=conversation, **page).turns
    return found


def states(engine: EngineProcess, conversation: int) -> list[tuple[str, str]]:
    return [(turn.question, turn.state) for turn in turns(engine, conversation)]


def text(answer: Answer | None) -> str:
    return answer.text if answer else ""


def test_a_killed_engine_leaves_its_questions_to_be_asked_again(
    start: Start, engine: EngineProcess, library: Path, endless_gguf: Path
) -> None:
    first = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    kept = began(engine, first)
    second = engine.send(m.Ask, question=SECOND, conversation=kept.conversation)
    waiting = began(engine, second)
    written(engine, first)
    assert states(engine, kept.conversation) == [(QUESTION, RUNNING), (SECOND, RUNNING)]
    assert engine.ask(m.Conversations).conversations[0].running
    engine.kill()
    engine = start(library)
    assert not engine.ask(m.Conversations).conversations[0].running
    assert turns(engine, kept.conversation) == [
        Turn(kept.turn, QUESTION, None, INTERRUPTED),
        Turn(waiting.turn, SECOND, None, INTERRUPTED),
    ]
    answered = engine.ask(m.Ask, question=QUESTION, conversation=kept.conversation, turn=kept.turn)
    assert (answered.conversation, answered.turn) == (kept.conversation, kept.turn)
    assert turns(engine, kept.conversation)[0] == Turn(kept.turn, QUESTION, answered.answer, DONE)


def test_a_window_that_closes_interrupts(start: Start, engine: EngineProcess, library: Path, endless_gguf: Path) -> None:
    number = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    kept = began(engine, number)
    behind = began(engine, engine.send(m.Ask, question=SECOND, conversation=kept.conversation))
    written(engine, number)
    engine.close()
    engine = start(library)
    assert states(engine, behind.conversation) == [(QUESTION, INTERRUPTED), (SECOND, INTERRUPTED)]
    assert turns(engine, kept.conversation)[0].answer is not None  # what was written stays


def test_the_second_question_waits_and_is_stopped_by_itself(engine: EngineProcess, endless_gguf: Path) -> None:
    first = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    kept = began(engine, first)
    written(engine, first)
    second = engine.send(m.Ask, question=SECOND, conversation=kept.conversation)
    assert began(engine, second) == m.Began(second, kept.conversation, kept.turn + 1)
    engine.cancel(second)
    assert engine.end(second) == m.ErrorReply(second, m.CANCELLED)
    third = engine.send(m.Ask, question=SECOND, conversation=kept.conversation)
    engine.cancel(first)
    assert engine.end(first).answer.stopped
    assert engine.end(third).answer.found
    assert states(engine, kept.conversation) == [(QUESTION, STOPPED), (SECOND, STOPPED), (SECOND, DONE)]


def test_an_answer_is_kept_among_the_earlier_ones(engine: EngineProcess, tiny_gguf: Path) -> None:
    first = engine.ask(m.Ask, question=SECOND)
    where = {"conversation": first.conversation, "turn": first.turn}
    again = engine.ask(m.Ask, question=QUESTION, **where)
    (turn,) = turns(engine, first.conversation)
    assert turn == Turn(first.turn, QUESTION, again.answer, DONE, (first.answer,))
    beside = engine.ask(m.Ask, question=QUESTION, llm=str(tiny_gguf), beside=True, **where)
    assert beside.turn == first.turn
    (turn,) = turns(engine, first.conversation)
    assert (text(turn.answer), turn.earlier) == (again.answer.text, (first.answer,))
    assert [(answer.text, Path(answer.model).name) for answer in turn.beside] == [(ANSWER, tiny_gguf.name)]
    failed = engine.ask(m.Ask, question=QUESTION, llm="/no/such.gguf", beside=True, **where)
    assert failed.code == "gguf_missing"
    assert turns(engine, first.conversation) == [turn]  # what was there stays


def test_an_answer_that_ran_out_goes_on(engine: EngineProcess, endless_gguf: Path) -> None:
    short = Preset(longest=40)
    first = engine.ask(m.Ask, question=QUESTION, llm=str(endless_gguf), preset=short)
    assert first.answer.finish == "length"
    where = {"conversation": first.conversation, "turn": first.turn, "llm": str(endless_gguf), "preset": short}
    more = engine.ask(m.Ask, question=QUESTION, go_on=True, **where)
    assert more.answer.said.startswith(first.answer.said)
    assert len(more.answer.said) > len(first.answer.said)
    assert turns(engine, first.conversation) == [Turn(first.turn, QUESTION, more.answer, DONE)]


def test_a_turn_that_is_gone_becomes_a_new_one(engine: EngineProcess) -> None:
    first = engine.ask(m.Ask, question=QUESTION)
    for wanted in ({}, {"beside": True}, {"go_on": True}):
        engine.ask(m.Ask, question=SECOND, conversation=first.conversation, turn=999, **wanted)
    assert [question for question, _ in states(engine, first.conversation)] == [QUESTION, SECOND, SECOND, SECOND]


def test_nothing_is_kept_of_an_empty_question(engine: EngineProcess) -> None:
    assert engine.ask(m.Ask, question=" \n").code == "question_empty"
    assert engine.ask(m.Conversations).conversations == []


def test_a_question_of_no_conversation_is_not_kept(engine: EngineProcess, library: Path) -> None:
    engine.close()
    with closing(Engine(library)) as opened:
        answer, conversation = opened.ask(
            Asked(QUESTION), llm="", listener=Listener(), loading=lambda _: None, cancel=Cancellation()
        )
        assert (answer.found, conversation, opened.conversations.heads()) == (True, 0, [])


def test_a_question_that_is_too_long_is_kept_with_its_reason(engine: EngineProcess) -> None:
    number = engine.send(m.Ask, question="很" * 9_000)
    kept = began(engine, number)
    assert engine.end(number).code == "question_too_long"
    (turn,) = turns(engine, kept.conversation)
    assert (len(turn.question), turn.state) == (9_000, FAILED)
    assert turn.answer is not None
    assert (turn.answer.problem, turn.answer.problem_data["length"]) == ("question_too_long", "9000")


def test_a_conversation_deleted_while_it_is_answered_is_gone(engine: EngineProcess, endless_gguf: Path) -> None:
    number = engine.send(m.Ask, question=QUESTION, llm=str(endless_gguf))
    kept = began(engine, number)
    behind = engine.send(m.Ask, question=SECOND, conversation=kept.conversation)
    written(engine, number)
    engine.ask(m.DeleteConversation, conversation=kept.conversation)
    assert engine.end(number).answer.stopped
    assert engine.end(behind) == m.ErrorReply(behind, m.CANCELLED)
    assert engine.ask(m.Conversations).conversations == []
    assert engine.ask(m.SearchConversations, text=QUESTION).hits == []
    assert engine.ask(m.Ask, question=QUESTION).turn > kept.turn


def test_conversations_are_found_pinned_and_opened_in_pages(engine: EngineProcess) -> None:
    first = engine.ask(m.Ask, question=QUESTION)
    second = engine.ask(m.Ask, question=SECOND)
    found = engine.ask(m.SearchConversations, text="十五天")
    assert (found.text, [(hit.conversation, hit.turn, hit.title) for hit in found.hits]) == (
        "十五天",
        [(second.conversation, second.turn, SECOND)],
    )
    engine.ask(m.PinConversation, conversation=first.conversation, pinned=True)
    heads = engine.ask(m.Conversations).conversations
    assert [(head.id, head.pinned) for head in heads] == [(first.conversation, True), (second.conversation, False)]
    preset = Preset("细", passages=3, first_word=THOROUGH)
    engine.ask(m.SetPreset, conversation=first.conversation, preset=preset)
    for _ in range(2):
        engine.ask(m.Ask, question=SECOND, conversation=first.conversation, preset=preset)
    opened = engine.ask(m.OpenConversation, conversation=first.conversation, last=2)
    assert (opened.before, len(opened.turns), opened.head.turns, opened.preset) == (1, 2, 3, preset)
    earlier = engine.ask(m.OpenConversation, conversation=first.conversation, last=2, before=opened.turns[0].id)
    assert (earlier.before, [turn.id for turn in earlier.turns]) == (0, [first.turn])
    for request in (m.PinConversation(0, 99, True), m.SetPreset(0, 99, preset)):
        fields = {name: getattr(request, name) for name in request.__struct_fields__ if name != "id"}
        assert engine.ask(type(request), **fields).code == "conversation_unknown"
