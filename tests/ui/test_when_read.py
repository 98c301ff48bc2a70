# SPDX-License-Identifier: Apache-2.0
"""Questions that are asked before all files are read: told, and answered again when they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import fake_engine
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import ConversationHead, Turn
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.conversation_panel import ConversationPanel
from desktop_app.ui.shell.main_window import MainWindow

NOTHING = Answer("", "", False, "extractive", searched_files=23, total_files=100, unread_files=77)
STILL = "77 of 100 files are still being read."


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, stub_client: StubClient, settings: Settings) -> Iterator[ConversationPanel]:
    made = ConversationPanel(stub_client, settings)  # type: ignore[arg-type]
    qtbot.addWidget(made)
    made.resize(900, 700)
    made.show()
    made.set_library(100, has_samples=False, unread=77)
    yield made
    made.close()


def answered(panel: ConversationPanel, client: StubClient, answer: Answer, question: str = "质保期有多长？") -> None:
    panel.ask(question)
    reply(client, answer)


def reply(client: StubClient, answer: Answer, conversation: int = 7, turn: int = 1) -> None:
    """The end of the question that is open."""
    ask = client.open(m.Ask)
    ask.take(m.Began(ask.id, conversation, turn))
    ask.take(m.Answered(ask.id, answer, conversation, turn))


def words(panel: ConversationPanel) -> str:
    return panel.turns[-1].pane.unread.words.text()


def test_what_found_nothing_is_answered_again_once_all_is_read(panel: ConversationPanel, stub_client: StubClient) -> None:
    answered(panel, stub_client, NOTHING)
    assert words(panel) == f"{STILL} This is then answered again, if Inkstone is still open."
    panel.set_library(100, has_samples=False, unread=12)
    assert words(panel).startswith("12 of 100 files")
    assert len(stub_client.all(m.Ask)) == 1
    panel.set_library(100, has_samples=False, unread=0)
    first, again = stub_client.all(m.Ask)
    assert (again.turn, again.conversation, again.question) == (1, 7, first.question)
    reply(stub_client, replace(NOTHING, searched_files=99, unread_files=1))
    panel.set_library(101, has_samples=False, unread=1)
    panel.set_library(101, has_samples=False, unread=0)
    assert len(stub_client.all(m.Ask)) == 2, "by itself only once"


def test_it_can_be_left_as_it_is(panel: ConversationPanel, stub_client: StubClient) -> None:
    answered(panel, stub_client, NOTHING)
    panel.turns[-1].pane.unread.button.click()
    assert words(panel) == STILL
    panel.set_library(100, has_samples=False, unread=0)
    assert len(stub_client.all(m.Ask)) == 1
    assert words(panel) == "77 files had not been read when this was answered."
    panel.turns[-1].pane.unread.button.click()
    assert len(stub_client.all(m.Ask)) == 2


def test_an_answer_waits_only_when_asked_to(panel: ConversationPanel, stub_client: StubClient) -> None:
    found = replace(fake_engine.answer("怎么请假？", ""), unread_files=77, total_files=100)
    answered(panel, stub_client, found)
    assert words(panel) == STILL
    panel.turns[-1].pane.unread.button.click()
    assert words(panel) == f"{STILL} This is then answered again, if Inkstone is still open."
    panel.set_library(100, has_samples=False, unread=0)
    assert [ask.turn for ask in stub_client.all(m.Ask)] == [0, 1]


def test_it_is_answered_again_while_another_conversation_is_shown(panel: ConversationPanel, stub_client: StubClient) -> None:
    answered(panel, stub_client, NOTHING)
    panel.new_conversation()
    panel.set_library(100, has_samples=False, unread=0)
    assert [(ask.conversation, ask.turn) for ask in stub_client.all(m.Ask)] == [(0, 0), (7, 1)]
    assert not panel.running, "of the conversation that is shown, none is"
    reply(stub_client, fake_engine.answer("质保期有多长？", ""))
    assert not panel.turns


def test_a_conversation_that_was_deleted_is_not_asked_again(panel: ConversationPanel, stub_client: StubClient) -> None:
    answered(panel, stub_client, NOTHING)
    panel.turns[-1].pane.unread.button.click()
    when = panel._when_read
    assert (len(when._asks), len(when._repeated)) == (1, 1)
    panel.turns[-1].pane.unread.button.click()
    panel.forget(7)
    panel.set_library(100, has_samples=False, unread=0)
    assert len(stub_client.all(m.Ask)) == 1
    assert (when._asks, when._repeated) == ({}, {}), "nothing of it stays"


def test_a_kept_answer_says_that_it_came_early(panel: ConversationPanel, stub_client: StubClient) -> None:
    panel.set_library(100, has_samples=False, unread=0)
    panel.open(7)
    head = ConversationHead(7, "质保", 0.0, 1)
    stub_client.answer(m.OpenConversation, lambda id_: m.ConversationResult(id_, head, [Turn(1, "质保期有多长？", NOTHING)]))
    assert words(panel) == "77 files had not been read when this was answered."
    assert "so far" in panel.turns[0].pane._parts["nothing"].text()  # type: ignore[attr-defined]


def test_an_empty_library_says_that_it_is_empty(panel: ConversationPanel, stub_client: StubClient, qtbot: QtBot) -> None:
    panel.set_library(0, has_samples=False)
    answered(panel, stub_client, replace(NOTHING, searched_files=0, total_files=0, unread_files=0))
    pane = panel.turns[-1].pane
    assert words(panel).startswith("There is nothing in your library yet.")
    assert not pane._has("nothing"), "the documents are not to blame"
    assert "searched" not in pane.foot.verdict.text()
    with qtbot.waitSignal(panel.add_requested):
        pane.unread.button.click()
    panel.set_library(3, has_samples=False, unread=3)
    assert words(panel) == "3 of 3 files are still being read. This is then answered again, if Inkstone is still open."
    panel.set_library(3, has_samples=False, unread=0)
    assert [ask.turn for ask in stub_client.all(m.Ask)] == [0, 1]


def test_files_that_are_read_between_two_looks_count_as_well(panel: ConversationPanel, stub_client: StubClient) -> None:
    panel.set_library(0, has_samples=False)
    answered(panel, stub_client, replace(NOTHING, searched_files=0, total_files=0, unread_files=0))
    panel.set_library(0, has_samples=False)
    assert len(stub_client.all(m.Ask)) == 1
    panel.set_library(3, has_samples=False)
    assert [ask.turn for ask in stub_client.all(m.Ask)] == [0, 1]


def test_the_window_tells_of_files_that_are_still_read(day: QApplication, qtbot: QtBot, engine, settings: Settings) -> None:  # type: ignore[no-untyped-def]
    client = engine()
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    client.state_changed.emit("ready")
    qtbot.waitUntil(lambda: window.runs.overview is not None, timeout=20_000)
    window.conversation.ask("nothing early: 食堂几点开门？")
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    assert (
        words(window.conversation)
        == "466 of 1,950 files are still being read. This is then answered again, if Inkstone is still open."
    )
    window.close()
