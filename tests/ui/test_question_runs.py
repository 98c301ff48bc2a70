# SPDX-License-Identifier: Apache-2.0
"""Questions that go on while another conversation is shown, wait for one another, and are asked again: with replies given by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fake_engine
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import DONE, FAILED, INTERRUPTED, RUNNING, STOPPED, ConversationHead, Turn
from desktop_app.contract.preset import Preset
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.conversation_panel import ConversationPanel
from desktop_app.ui.turn.turn_view import TurnView


@pytest.fixture
def client(stub_client: StubClient) -> StubClient:
    return stub_client


@pytest.fixture(autouse=True)
def waiting(monkeypatch: pytest.MonkeyPatch) -> set[TurnView]:
    """The turns that say that they wait for the question before them."""
    found: set[TurnView] = set()
    tell = TurnView.set_waiting

    def told(view: TurnView, waits: bool) -> None:
        (found.add if waits else found.discard)(view)
        tell(view, waits)

    monkeypatch.setattr(TurnView, "set_waiting", told)
    return found


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, client: StubClient, settings: Settings) -> Iterator[ConversationPanel]:
    made = ConversationPanel(client, settings)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    yield made
    made.close()


def asks(client: StubClient) -> list[m.Ask]:
    return client.all(m.Ask)


def say(client: StubClient, ask: m.Ask, message: Any) -> None:
    """A reply to one of the questions."""
    next(one for one in client.operations if one.id == ask.id).take(message)


def begin(client: StubClient, ask: m.Ask, conversation: int, turn: int) -> None:
    say(client, ask, m.Began(ask.id, conversation, turn))


def answer(client: StubClient, ask: m.Ask, conversation: int, turn: int, text: str = "") -> Answer:
    made = fake_engine.answer(ask.question, "x")
    if text:
        made = fake_engine._replaced(made, text)
    say(client, ask, m.Answered(ask.id, made, conversation, turn))
    return made


def opened(client: StubClient, conversation: int, *turns: Turn, before: int = 0, **fields: Any) -> None:
    head = ConversationHead(conversation, "", 0.0, len(turns) + before)
    client.answer(m.OpenConversation, lambda id_: m.ConversationResult(id_, head, list(turns), before=before, **fields))


def said(number: int, text: str = "答", **fields: Any) -> Turn:
    question = f"第 {number} 问"
    return Turn(number, question, Answer(question, text, True, "extractive", certainty="answer"), **fields)


def is_stopped(view: TurnView) -> bool:
    return view.over and view.answer is None and view.problem is None


def questions(panel: ConversationPanel) -> list[str]:
    return [view.question for view in panel.turns]


# ---- one behind another -----------------------------------------------------------------------------------------------


def test_what_is_asked_before_a_conversation_has_its_id_waits_for_it(
    panel: ConversationPanel, client: StubClient, waiting: set[TurnView]
) -> None:
    for question in "一二三":
        panel.ask(question)
    assert [ask.question for ask in asks(client)] == ["一"]
    assert [view in waiting for view in panel.turns] == [False, True, True]
    begin(client, asks(client)[0], 5, 10)
    assert [(ask.question, ask.conversation) for ask in asks(client)] == [("一", 0), ("二", 5), ("三", 5)]
    assert panel.conversation == 5
    begin(client, asks(client)[1], 5, 11)
    assert [view in waiting for view in panel.turns] == [False, True, True]
    answer(client, asks(client)[0], 5, 10)
    assert [view in waiting for view in panel.turns] == [False, False, True]
    assert [view.turn_id for view in panel.turns] == [10, 11, 0]


def test_when_the_first_one_never_begins_the_next_takes_its_place(panel: ConversationPanel, client: StubClient) -> None:
    for question in "一二三":
        panel.ask(question)
    client.fail(m.Ask, EnvironmentProblem("disk_full", path="/"))
    assert [(ask.question, ask.conversation) for ask in asks(client)] == [("一", 0), ("二", 0)]
    begin(client, asks(client)[1], 6, 1)
    assert [(ask.question, ask.conversation) for ask in asks(client)][2:] == [("三", 6)]
    assert panel.turns[0].problem is not None


def test_a_waiting_question_is_stopped_by_itself(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    begin(client, asks(client)[0], 5, 10)
    panel.ask("二")
    panel.turns[1].stop_requested.emit()
    assert client.cancelled == [asks(client)[1].id]
    say(client, asks(client)[1], m.ErrorReply(asks(client)[1].id, m.CANCELLED))
    assert is_stopped(panel.turns[1])
    assert panel.running
    panel.stop()
    assert client.cancelled == [ask.id for ask in reversed(asks(client))]


def test_one_that_was_not_sent_is_stopped_at_once(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    panel.ask("二")
    panel.turns[1].stop_requested.emit()
    assert is_stopped(panel.turns[1])
    begin(client, asks(client)[0], 5, 10)
    assert len(asks(client)) == 1


def test_the_button_asks_as_soon_as_something_is_typed(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    send = panel.composer._send
    assert send.accessibleName() == "Stop (Esc)"
    QTest.keyClicks(panel.composer.edit, "two")
    assert send.accessibleName() == "Ask (Enter); it waits for the question before it"
    send.click()
    assert questions(panel) == ["一", "two"]
    assert send.accessibleName() == "Stop (Esc)"
    send.click()
    assert client.cancelled == [asks(client)[0].id]


def test_what_is_typed_after_a_click_is_not_lost(panel: ConversationPanel, client: StubClient, qtbot: QtBot) -> None:
    panel.activateWindow()
    panel.set_library(12, has_samples=True)
    button = panel._empty.findChildren(QPushButton)[-1]
    qtbot.waitUntil(button.isVisible)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asks(client)[0].question == button.text()
    QApplication.processEvents()
    assert panel.composer.edit.hasFocus()


# ---- in the background ------------------------------------------------------------------------------------------------


def test_a_question_goes_on_while_another_conversation_is_shown(
    panel: ConversationPanel, client: StubClient, qtbot: QtBot, waiting: set[TurnView]
) -> None:
    panel.ask("一")
    view = panel.turns[0]
    panel.new_conversation()
    assert client.cancelled == []
    assert (panel.turns, panel.running, panel.conversation) == ([], False, 0)
    begin(client, asks(client)[0], 5, 10)
    assert panel.conversation == 0, "another one is shown"
    say(client, asks(client)[0], m.Token(asks(client)[0].id, "正在写 "))
    panel.ask("别的")
    assert (asks(client)[1].conversation, panel.turns[0] in waiting) == (0, True)
    panel.open(5)
    opened(client, 5, Turn(10, "一", None, RUNNING))
    assert panel.turns == [view], "the one that grows"
    assert panel.running
    say(client, asks(client)[0], m.Token(asks(client)[0].id, "更多"))
    qtbot.waitUntil(lambda: "正在写 更多" in view.view.toPlainText())
    made = answer(client, asks(client)[0], 5, 10)
    assert view.answer == made
    assert not panel.running


def test_what_ended_in_the_background_is_read_again(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    begin(client, asks(client)[0], 5, 10)
    panel.new_conversation()
    with_end: list[int] = []
    panel.finished.connect(lambda: with_end.append(1))
    panel.answered_elsewhere.connect(with_end.append)
    made = answer(client, asks(client)[0], 5, 10)
    assert with_end == [5, 1], "marked in the list"
    panel.open(5)
    opened(client, 5, Turn(10, "一", made))
    assert [view.answer for view in panel.turns] == [made]


def test_one_that_ends_while_its_conversation_is_opened_is_read_once_more(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    begin(client, asks(client)[0], 5, 10)
    panel.new_conversation()
    panel.open(5)
    made = answer(client, asks(client)[0], 5, 10)
    opened(client, 5, Turn(10, "一", None, RUNNING))  # looked at before the end
    opened(client, 5, Turn(10, "一", made))
    assert [view.answer for view in panel.turns] == [made]
    panel.open(6)
    for _ in range(2):  # never for ever
        opened(client, 6, Turn(11, "二", None, RUNNING))
    assert is_stopped(panel.turns[0])


def test_a_question_that_waits_in_the_background_is_shown_with_its_conversation(
    panel: ConversationPanel, client: StubClient, waiting: set[TurnView]
) -> None:
    panel.ask("一")
    begin(client, asks(client)[0], 5, 10)
    panel.ask("二")
    panel.new_conversation()
    panel.open(5)
    assert client.all(m.OpenConversation)[-1].since == 10
    opened(client, 5, Turn(10, "一", None, RUNNING))
    assert questions(panel) == ["一", "二"]
    assert [view in waiting for view in panel.turns] == [False, True]


def test_the_last_conversation_that_was_wanted_is_shown(panel: ConversationPanel, client: StubClient) -> None:
    panel.open(1)
    panel.open(2)
    opened(client, 1, said(1))
    assert panel.conversation == 0
    opened(client, 2, said(2))
    assert (panel.conversation, questions(panel)) == (2, ["第 2 问"])
    panel.open(1)
    panel.new_conversation()
    opened(client, 1, said(1))
    assert panel.conversation == 0


# ---- asked again ------------------------------------------------------------------------------------------------------


@pytest.fixture
def talked(panel: ConversationPanel, client: StubClient) -> ConversationPanel:
    panel.open(5)
    preset = Preset("细", passages=3)
    opened(client, 5, said(1), Turn(2, "停了", None, STOPPED), Turn(3, "断了", None, INTERRUPTED), said(4), preset=preset)
    return panel


def test_what_was_stopped_or_cut_off_is_asked_again_in_its_place(talked: ConversationPanel, client: StubClient) -> None:
    for place in (1, 2):
        talked.turns[place].retry_requested.emit(talked.turns[place].question)
    assert [(ask.question, ask.conversation, ask.turn, ask.preset.passages) for ask in asks(client)] == [
        ("停了", 5, 2, 3),
        ("断了", 5, 3, 3),
    ]
    made = answer(client, asks(client)[0], 5, 2)
    assert questions(talked) == ["第 1 问", "停了", "断了", "第 4 问"]
    assert talked.turns[1].answer == made


def test_regenerating_keeps_the_earlier_answers(
    talked: ConversationPanel, client: StubClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Turn] = []
    monkeypatch.setattr(talked.turns[0], "show_turn", shown.append)
    first = said(1).answer
    talked.turns[0].regenerate_requested.emit()
    assert shown == [Turn(1, "第 1 问", None, RUNNING, (first,))]
    second = answer(client, asks(client)[0], 5, 1, "又一个")
    assert shown[1:] == [Turn(1, "第 1 问", second, DONE, (first,))]
    talked.turns[0].regenerate_requested.emit()
    third = answer(client, asks(client)[1], 5, 1, "第三个")
    assert shown[-1] == Turn(1, "第 1 问", third, DONE, (first, second))


def test_a_question_asked_again_while_it_is_answered_stops_the_first_time(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    begin(client, asks(client)[0], 5, 10)
    panel.turns[0].regenerate_requested.emit()
    assert client.cancelled == [asks(client)[0].id]
    begin(client, asks(client)[1], 5, 10)
    answer(client, asks(client)[0], 5, 10, "太晚")
    assert not panel.turns[0].over, "the second time is on its way"
    made = answer(client, asks(client)[1], 5, 10)
    assert panel.turns[0].answer == made


def test_wishes_reach_the_engine(talked: ConversationPanel, client: StubClient) -> None:
    view = talked.turns[0]
    view.as_typed_requested.emit()
    view.search_edited.emit("年休假 天数")
    answer(client, asks(client)[1], 5, 1)
    view.beside_requested.emit("/模型/另一个.gguf")
    answer(client, asks(client)[2], 5, 1)
    view.go_on_requested.emit()
    sent = [(ask.turn, ask.as_typed, ask.searched_as, ask.beside, ask.go_on) for ask in asks(client)]
    assert sent == [
        (1, True, "", False, False),
        (1, False, "年休假 天数", False, False),
        (1, False, "", True, False),
        (1, False, "", False, True),
    ]
    assert asks(client)[2].llm == "/模型/另一个.gguf"


def test_a_turn_that_failed_is_kept_with_its_reason(talked: ConversationPanel, client: StubClient) -> None:
    talked.ask("五")
    begin(client, asks(client)[0], 5, 5)
    client.fail(m.Ask, EnvironmentProblem("llm_crashed", path="/小.gguf", detail="signal 11"))
    assert talked._kept[5].state == FAILED
    talked.turns[-1].retry_requested.emit("五")
    assert (asks(client)[1].turn, asks(client)[1].question) == (5, "五")


def test_a_conversation_asks_as_was_chosen_for_it(talked: ConversationPanel, client: StubClient) -> None:
    chosen = Preset("快", first_word="quick")
    talked.choose_preset(chosen)
    assert client.all(m.SetPreset) == [m.SetPreset(2, 5, chosen)]
    talked.ask("五")
    assert asks(client)[0].preset == chosen
    talked.new_conversation()
    talked.choose_preset(chosen)
    assert len(client.all(m.SetPreset)) == 1, "it is told with the first question"
    talked.ask("一")
    assert asks(client)[1].preset == chosen


# ---- edited -----------------------------------------------------------------------------------------------------------


def test_a_question_is_edited_and_answered_in_its_place(talked: ConversationPanel, client: StubClient) -> None:
    talked.composer.set_text("还没问的")
    talked.turns[0].edit_requested.emit("第 1 问")
    assert talked.composer.edit.toPlainText() == "第 1 问"
    assert talked.composer._note.isVisibleTo(talked)
    talked.composer.set_text("第一问，改过")
    QTest.keyClick(talked.composer.edit, Qt.Key.Key_Return)
    assert (asks(client)[0].question, asks(client)[0].turn) == ("第一问，改过", 1)
    assert questions(talked)[0] == "第一问，改过"
    assert talked.composer.edit.toPlainText() == "还没问的"
    assert not talked.composer._note.isVisibleTo(talked)


def test_an_editing_that_is_left_loses_nothing(talked: ConversationPanel, client: StubClient) -> None:
    talked.composer.set_text("还没问的")
    talked.turns[0].edit_requested.emit("第 1 问")
    talked.composer._cancel.click()
    assert talked.composer.edit.toPlainText() == "还没问的"
    assert not talked.cancel_editing()
    talked.turns[0].edit_requested.emit("第 1 问")
    talked.composer.set_text("改了一半")
    talked.new_conversation()
    assert not talked.composer._note.isVisibleTo(talked)
    talked.open(5)
    opened(client, 5, said(1))
    assert talked.composer.edit.toPlainText() == "还没问的\n\n改了一半"


# ---- pages ------------------------------------------------------------------------------------------------------------


def test_earlier_turns_come_when_they_are_wanted_and_move_nothing(
    panel: ConversationPanel, client: StubClient, qtbot: QtBot
) -> None:
    long = "很长的回答。" * 300
    panel.open(5)
    assert client.all(m.OpenConversation)[0].last == 8
    opened(client, 5, *(said(number, long) for number in range(93, 101)), before=92)
    bar = panel._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 1_000 and bar.value() == bar.maximum())
    assert panel._scroll._earlier.text() == "92 earlier questions"
    bar.setValue(30)
    assert client.all(m.OpenConversation)[1:] == [m.OpenConversation(2, 5, last=8, before=93)]
    bar.setValue(20)
    assert len(client.all(m.OpenConversation)) == 2, "one at a time"
    first = panel.turns[0]
    height, above = bar.maximum(), first.mapTo(panel._scroll, first.rect().topLeft()).y()
    opened(client, 5, *(said(number, long) for number in range(85, 93)), before=84)
    qtbot.waitUntil(lambda: bar.maximum() > height + 1_000)
    qtbot.waitUntil(lambda: first.mapTo(panel._scroll, first.rect().topLeft()).y() == above)
    assert [view.turn_id for view in panel.turns] == list(range(85, 101))
    height = bar.maximum()
    panel.turns[-1].show_turn(said(100, long * 3))  # as an answer that grows
    qtbot.waitUntil(lambda: bar.maximum() > height + 1_000)
    qtbot.waitUntil(lambda: first.mapTo(panel._scroll, first.rect().topLeft()).y() == above)
    panel.ask("新")
    assert questions(panel)[-1] == "新"


def test_a_hit_is_shown_at_the_top_and_the_rest_comes_below(panel: ConversationPanel, client: StubClient, qtbot: QtBot) -> None:
    long = "很长的回答。" * 100
    panel.open(5, 40)
    assert client.all(m.OpenConversation)[0].since == 40
    opened(client, 5, *(said(number, long) for number in range(40, 61)), before=39)
    view = panel.turns[0]
    assert len(panel.turns) == 9, "the others come one by one"
    panel.ask("新")
    qtbot.waitUntil(lambda: len(panel.turns) == 22)
    assert [view.turn_id for view in panel.turns] == [*range(40, 61), 0]
    panel.open(5, 45)  # it is shown already
    assert len(client.all(m.OpenConversation)) == 1
    view = panel.turns[5]
    qtbot.waitUntil(lambda: abs(view.mapTo(panel._scroll, view.rect().topLeft()).y() - 16) <= 1)


def test_a_hit_is_shown_at_the_top_after_the_end_of_a_longer_conversation(
    panel: ConversationPanel, client: StubClient, qtbot: QtBot
) -> None:
    panel.open(5)
    opened(client, 5, *(said(number, "很长的回答。" * 400) for number in range(1, 9)))
    bar = panel._scroll.verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 3_000 and bar.value() == bar.maximum())
    panel.open(6, 12)
    opened(client, 6, *(said(number, "回答。" * 200) for number in range(10, 18)))
    view = panel.turns[2]
    qtbot.waitUntil(lambda: abs(view.mapTo(panel._scroll, view.rect().topLeft()).y() - 16) <= 1)


# ---- drafts -----------------------------------------------------------------------------------------------------------


def test_each_conversation_keeps_what_was_typed(panel: ConversationPanel, client: StubClient) -> None:
    panel.composer.set_text("新的对话")
    panel.open(5)
    opened(client, 5, said(1))
    assert panel.composer.edit.toPlainText() == ""
    panel.composer.set_text("第五个")
    panel.new_conversation()
    assert panel.composer.edit.toPlainText() == "新的对话"
    panel.open(5)
    opened(client, 5, said(1))
    assert panel.composer.edit.toPlainText() == "第五个"
    panel.forget(5)
    assert panel.composer.edit.toPlainText() == "新的对话"
    panel.open(5)
    opened(client, 5, said(1))
    assert panel.composer.edit.toPlainText() == ""


def test_what_was_typed_survives_a_restart(
    panel: ConversationPanel, client: StubClient, settings: Settings, qtbot: QtBot
) -> None:
    panel.ask("还没有交给后台的问题")  # the engine is still starting
    panel.composer.set_text("写了一半")
    panel.keep_typed()
    again = ConversationPanel(client, settings)  # type: ignore[arg-type]
    qtbot.addWidget(again)
    assert again.composer.edit.toPlainText() == "写了一半\n\n还没有交给后台的问题"


def test_a_draft_goes_with_its_conversation_when_that_gets_its_id(panel: ConversationPanel, client: StubClient) -> None:
    panel.ask("一")
    panel.composer.set_text("下一个")
    begin(client, asks(client)[0], 5, 10)
    panel.new_conversation()
    assert panel.composer.edit.toPlainText() == ""
    panel.open(5)
    opened(client, 5, Turn(10, "一", None, RUNNING))
    assert panel.composer.edit.toPlainText() == "下一个"


# ---- too long ---------------------------------------------------------------------------------------------------------


def test_a_question_that_is_too_long_stays_in_the_box_with_a_word(panel: ConversationPanel, client: StubClient) -> None:
    panel.composer.set_text("长" * 5_000)
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return)
    assert asks(client) == []
    assert len(panel.composer.edit.toPlainText()) == 5_000
    assert panel.composer._note_text.text().startswith("The question has 5,000 characters, at most 4,000")
    assert not panel.composer._send.isEnabled()
    panel.composer.set_text("长" * 4_000)
    assert not panel.composer._note.isVisibleTo(panel)
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return)
    assert len(asks(client)[0].question) == 4_000
