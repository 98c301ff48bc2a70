# SPDX-License-Identifier: Apache-2.0
"""A turn as it was kept: answered, stopped, failed, or cut off by the end of the program."""

from __future__ import annotations

import fake_engine
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import FAILED, INTERRUPTED, STOPPED, Turn
from desktop_app.ui.turn.turn_view import TurnView


def shown(qtbot: QtBot, turn: Turn) -> TurnView:
    view = TurnView(turn.question)
    qtbot.addWidget(view)
    view.show_turn(turn)
    view.show()
    return view


@pytest.mark.parametrize(
    ("state", "words"), [(STOPPED, "Stopped by you."), (INTERRUPTED, "The program ended before this was answered.")]
)
def test_a_turn_without_an_answer_can_be_asked_again(day: QApplication, qtbot: QtBot, state: str, words: str) -> None:
    view = shown(qtbot, Turn(3, "怎么请假？", None, state))
    assert (view.turn_id, view.over, view.pane.notice.what.text()) == (3, True, words)
    assert view.pane.notice.button.isVisible()
    with qtbot.waitSignal(view.retry_requested) as asked:
        view.pane.notice.button.click()
    assert asked.args == ["怎么请假？"]


def test_a_failed_turn_keeps_its_quotes_and_says_why(day: QApplication, qtbot: QtBot) -> None:
    quotes = fake_engine.answer("怎么请假？", "")
    failed = Answer(
        quotes.question, quotes.text, True, "extractive", quotes.parts, quotes.citations, sent=quotes.sent,
        problem="llm_crashed", problem_data={"path": "/模型/小.gguf", "detail": "signal 11"},
    )  # fmt: skip
    view = shown(qtbot, Turn(3, "怎么请假？", failed, FAILED))
    assert "小.gguf" in view.pane.notice.what.text()
    assert [chip.citation.number for chip in view.chips] == [1, 2]
    assert view.view.isVisible()
    bare = shown(
        qtbot,
        Turn(
            4,
            "怎么请假？",
            Answer("怎么请假？", "", False, "extractive", problem="disk_full", problem_data={"path": "/"}),
            FAILED,
        ),
    )
    assert bare.pane.notice.isVisible()
    assert not bare.pane._has("nothing")


def test_a_waiting_turn_can_be_stopped_by_itself(day: QApplication, qtbot: QtBot) -> None:
    view = TurnView("怎么请假？")
    qtbot.addWidget(view)
    view.show()
    view.set_waiting(True)
    assert view.pane.progress.line.text() == "Waits for the question before it"
    with qtbot.waitSignal(view.stop_requested):
        view.pane.progress.stop.click()
    view.set_waiting(False)
    assert not view.pane.progress.stop.isVisible()
    assert view.pane.progress.line.text() == "Searching your documents…"
