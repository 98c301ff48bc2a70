# SPDX-License-Identifier: Apache-2.0
"""Asking, stopping, failing, asking again: on a real engine process that does what its question says."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.contract import messages
from desktop_app.contract.conversation import ConversationHead
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.preset import Preset
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.conversation_panel import ConversationPanel
from desktop_app.ui.look import window_language
from desktop_app.ui.turn.turn_view import TurnView


@pytest.fixture
def panel(day: QApplication, qtbot: QtBot, engine, settings: Settings) -> Iterator[ConversationPanel]:  # type: ignore[no-untyped-def]
    panel = ConversationPanel(engine(), settings)
    qtbot.addWidget(panel)
    panel.resize(900, 700)
    panel.show()
    yield panel
    panel.close()


def asked(panel: ConversationPanel, qtbot: QtBot, question: str) -> TurnView:
    """Type and send, then wait for the end."""
    panel.composer.set_text(question)
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return)
    turn = panel.turns[-1]
    qtbot.waitUntil(lambda: turn.over and not panel.running, timeout=20_000)
    return turn


def test_enter_sends_and_shift_enter_breaks_the_line(panel: ConversationPanel, qtbot: QtBot) -> None:
    QTest.keyClicks(panel.composer.edit, "a")
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(panel.composer.edit, "b")
    assert panel.composer.edit.toPlainText() == "a\nb"
    assert not panel.turns
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return)
    assert panel.turns[0].question == "a\nb"
    assert panel.composer.edit.toPlainText() == ""
    qtbot.waitUntil(lambda: not panel.running)


def test_each_conversation_keeps_where_it_asks(panel: ConversationPanel, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[messages.Ask] = []
    request = panel._client.request

    def watched(make):  # type: ignore[no-untyped-def]
        operation = request(make)
        if isinstance(operation.request, messages.Ask):
            sent.append(operation.request)
        return operation

    monkeypatch.setattr(panel._client, "request", watched)
    panel.set_sources(["/资料/合同", "/资料/人事"])
    assert panel.composer.scope.isVisible()
    next(action for action in panel.composer.scope.menu_now().actions() if "合同" in action.text()).trigger()
    asked(panel, qtbot, "怎么请假？")
    assert sent[0].scope == Scope(("/资料/合同",))
    conversation = panel.conversation
    panel.new_conversation()
    assert panel.composer.scope.scope == EVERYWHERE
    head = ConversationHead(conversation, "请假", 0.0, 0)
    panel._loader.opened.emit(messages.ConversationResult(0, head, []), 0)
    assert panel.composer.scope.scope == Scope(("/资料/合同",))
    other = ConversationHead(conversation + 1, "差旅", 0.0, 0)  # of an earlier start
    panel._loader.opened.emit(messages.ConversationResult(0, other, [], Scope(("/资料/人事", "/gone"))), 0)
    assert panel.composer.scope.scope == Scope(("/资料/人事",))


def test_each_conversation_keeps_how_it_is_answered(
    panel: ConversationPanel, qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[messages.EngineRequest] = []
    request = panel._client.request
    monkeypatch.setattr(panel._client, "request", lambda make: request(lambda id_: sent.append(make(id_)) or make(id_)))
    popup = panel.composer.presets.popup()
    popup.speeds["quick"].click()
    asked(panel, qtbot, "怎么请假？")
    assert sent[-1].preset == Preset(first_word="quick")
    popup.speeds["thorough"].click()
    assert sent[-1] == messages.SetPreset(sent[-1].id, panel.conversation, Preset(first_word="thorough"))
    popup.usual.click()
    assert settings.text("first_word") == "thorough"
    panel._loader.opened.emit(
        messages.ConversationResult(0, ConversationHead(9, "差旅", 0.0, 0), [], preset=Preset("短", longest=200)), 0
    )
    assert panel.composer.preset == Preset("短", longest=200)
    panel.new_conversation()
    assert panel.composer.preset == Preset(first_word="thorough")


def test_an_empty_question_is_not_asked(panel: ConversationPanel) -> None:
    panel.composer.set_text("  \n ")
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return)
    assert not panel.turns
    assert not panel.composer._send.isEnabled()


def test_an_answer_has_seals_chips_and_checks(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    qtbot.waitUntil(lambda: turn.view.numbers() == [1, 2, 3, 4])
    assert [chip.citation.number for chip in turn.chips] == [1, 2, 3, 4]
    assert turn.pane.foot.verdict.text() == "3 sentences supported · 1 not found in the sources · searched 1,912 of 1,950 files"
    assert not turn.pane.quotes.isVisibleTo(turn)
    assert panel.conversation == 7


def test_without_a_model_the_answer_is_labelled_as_quoted(panel: ConversationPanel, qtbot: QtBot, settings: Settings) -> None:
    settings.put("llm", "")
    turn = asked(panel, qtbot, "怎么请假？")
    assert turn.pane.quotes.heading.isVisibleTo(turn)
    assert turn.pane.quotes.words.text() == "Quoted from your documents"
    assert turn.pane.foot.verdict.text() == "searched 1,912 of 1,950 files"


def test_nothing_found_says_so_and_shows_the_nearest(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "nothing")
    assert turn.pane._part("nothing", QLabel).text() == "Nothing in your documents answers this."
    assert len(turn.pane.nearest.cards) == 3
    with qtbot.waitSignal(panel.passage_requested) as opened:
        QTest.keyClick(turn.pane.nearest.cards[1], Qt.Key.Key_Return)
    assert opened.args == [turn.pane.nearest.cards[1].passage]


@pytest.mark.parametrize(
    ("question", "heading"),
    [("住宾馆能报多少？", "这些内容可能有关："), ("What may I spend on accommodation?", "These may answer it:")],
)
def test_what_may_answer_is_quoted_below_its_sentence(
    panel: ConversationPanel, qtbot: QtBot, settings: Settings, question: str, heading: str
) -> None:
    settings.put("llm", "")
    turn = asked(panel, qtbot, question)
    qtbot.waitUntil(lambda: turn.view.numbers() == [1, 2])
    assert turn.view.isVisibleTo(turn)
    assert turn.view.toPlainText().splitlines()[0] == heading
    assert not turn.pane._has("nothing")
    assert turn.pane.quotes.words.text() == "Quoted from your documents"
    assert [chip.citation.number for chip in turn.chips] == [1, 2]
    assert not turn.pane._has("nearest")
    turn.pane.foot.copy.click()
    assert QApplication.clipboard().text().startswith(heading)
    assert turn.pane._part("unfinished", QLabel).text() == "Search by meaning is 62% ready; results may be incomplete."
    window_language.use("zh_CN")
    assert turn.pane._part("unfinished", QLabel).text() == "语义搜索已准备好 62%，结果可能还不全。"
    assert turn.pane.quotes.words.text() == "摘自文档原文"


def test_a_model_that_gave_no_answer_leaves_the_quotes(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "住宾馆能报多少？")
    qtbot.waitUntil(lambda: turn.view.numbers() == [1, 2])
    assert "没有找到" not in turn.view.toPlainText(), "what the model wrote first"
    assert turn.view.toPlainText().splitlines()[0] == "这些内容可能有关："
    assert turn.pane.quotes.words.text() == "The language model gave no answer; quoted from your documents"


def test_sources_in_another_language_say_so(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "住宾馆能报多少？")
    assert [chip.accessibleName() for chip in turn.chips] == [
        "Citation 1: Travel rules.docx § Hotels · in English",
        "Citation 2: 报销明细 2025.xlsx Sheet 差旅 B2:E3",
    ]
    window_language.use("zh_CN")
    assert turn.chips[0].accessibleName().endswith("§ Hotels · 英文资料")
    plain = asked(panel, qtbot, "怎么请假？")
    assert not plain.pane._has("unfinished")


def test_stopping_keeps_what_was_written(panel: ConversationPanel, qtbot: QtBot) -> None:
    panel.ask("forever")
    turn = panel.turns[-1]
    qtbot.waitUntil(lambda: len(turn.view.text) > 30)
    assert panel.running
    panel.composer._send.click()
    qtbot.waitUntil(lambda: not panel.running)
    assert turn.answer is not None
    assert turn.answer.stopped
    assert turn.pane.notice.what.text() == "Stopped by you."


def test_stopping_before_a_word(panel: ConversationPanel, qtbot: QtBot) -> None:
    panel.ask("waiting")
    turn = panel.turns[-1]
    qtbot.waitUntil(lambda: "5 passages" in turn.pane.progress.line.text())
    panel.stop()
    qtbot.waitUntil(lambda: not panel.running)
    assert turn.pane.notice.what.text() == "Stopped by you."


def test_a_second_question_waits(panel: ConversationPanel, qtbot: QtBot) -> None:
    panel.ask("waiting")
    panel.composer.set_text("second")
    QTest.keyClick(panel.composer.edit, Qt.Key.Key_Return)
    assert [turn.question for turn in panel.turns] == ["waiting", "second"]
    assert panel.composer.edit.toPlainText() == ""
    panel.stop()
    qtbot.waitUntil(lambda: not panel.running)


def test_loading_a_model_shows_how_far(panel: ConversationPanel, qtbot: QtBot) -> None:
    panel.ask("loading")
    turn = panel.turns[-1]
    qtbot.waitUntil(lambda: turn.pane.progress.bar.value() == 38)
    assert "Qwen2.5-7B" in turn.pane.progress.line.text()
    panel.stop()
    qtbot.waitUntil(lambda: not panel.running)


def test_a_failure_is_a_sentence_with_a_retry(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "fail")
    assert "Qwen2.5-7B-Instruct-Q4_K_M.gguf" in turn.pane.notice.what.text()
    assert turn.pane.notice.button.isVisibleTo(turn)
    turn.pane.notice.button.click()
    assert panel.running
    assert [turn.question for turn in panel.turns] == ["fail"], "in its place"
    qtbot.waitUntil(lambda: not panel.running)


def test_an_engine_that_dies_in_mid_answer_can_be_asked_again(panel: ConversationPanel, qtbot: QtBot) -> None:
    for _ in range(3):
        turn = asked(panel, qtbot, "crash")
        assert turn.problem is not None
        assert turn.problem.code == "engine_stopped"
    # Asking is wish enough: the engine is started again although it had crashed twice within a minute.
    turn = asked(panel, qtbot, "怎么请假？")
    assert turn.answer is not None


def test_citations_are_walked_in_reading_order(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    qtbot.waitUntil(lambda: turn.view.numbers() == [1, 2, 3, 4])
    walked: list[int] = []

    def show(answer: object, number: int) -> None:
        walked.append(number)
        panel.show_current(answer, number)

    panel.citation_requested.connect(show)
    for _ in range(5):
        assert panel.step_citation(1)
    assert panel.step_citation(-1)
    assert walked == [1, 2, 3, 4, 1, 4]
    assert turn.view.current == 4
    assert [chip._current for chip in turn.chips] == [False, False, False, True]


def test_no_citation_to_walk_to(panel: ConversationPanel) -> None:
    assert not panel.step_citation(1)


def test_copying_gives_text_with_places(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    turn.pane.foot.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "审批后方可休假。[1]" in text
    assert "\n[1] 员工手册.pdf, p. 12\n" in text
    assert "[4] 报销明细 2025.xlsx, Sheet 差旅 B2:E3" in text


def test_a_growing_answer_is_followed_until_the_reader_scrolls_up(panel: ConversationPanel, qtbot: QtBot) -> None:
    bar = panel._scroll.verticalScrollBar()
    asked(panel, qtbot, "long")
    qtbot.waitUntil(lambda: bar.maximum() > 5_000 and bar.value() == bar.maximum())
    bar.setValue(1_000)
    panel.ask("growing")
    turn = panel.turns[-1]
    qtbot.waitUntil(lambda: len(turn.view.text) > 80 and bar.value() == bar.maximum(), timeout=5_000)
    bar.setValue(800)
    length = bar.maximum()
    turn.view.append("\n\n不打扰读者。" * 3)
    qtbot.waitUntil(lambda: bar.maximum() > length)
    assert bar.value() == 800
    panel.stop()
    qtbot.waitUntil(lambda: not panel.running)
    QApplication.processEvents()
    assert bar.value() == 800


def test_the_text_column_is_never_wider_than_reads_well(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    panel.resize(1900, 900)
    qtbot.waitUntil(lambda: turn.pane.width() == 570)
    panel.resize(420, 700)
    qtbot.waitUntil(lambda: turn.pane.width() < 400)


def test_a_conversation_is_opened_whole(panel: ConversationPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.conversation_changed) as changed:
        panel.open(3)
    assert changed.args == [3]
    assert [turn.question for turn in panel.turns] == ["怎么请假？", "What is the limit for hotels?"]
    asked(panel, qtbot, "还有呢？")
    assert panel.conversation == 3, "the next question belongs to it"
    panel.new_conversation()
    assert not panel.turns
    assert panel.conversation == 0


def test_a_conversation_that_is_gone(panel: ConversationPanel, qtbot: QtBot) -> None:
    panel.open(99)
    qtbot.waitUntil(lambda: bool(panel.turns))
    assert "no longer exists" in panel.turns[0].pane.notice.what.text()


def test_an_answer_speaks_the_other_language_at_once(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    window_language.use("zh_CN")
    assert turn.pane.foot.verdict.text() == "3 句有原文依据 · 1 句未找到出处 · 已搜索 1,912 / 1,950 个文件"
    assert panel.composer.edit.placeholderText() == "向您的文档提问…"


def test_an_empty_library_says_the_next_step(panel: ConversationPanel) -> None:
    panel.set_library(0, has_samples=False)
    assert panel._empty.title.text() == "Start with a folder"
    assert panel._empty.add.isVisibleTo(panel)
    panel.set_library(12, has_samples=False)
    assert panel._empty.title.text() == "What do you want to know?"
    assert not panel._empty.add.isVisibleTo(panel)


def test_another_model_is_asked_beside_the_first(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    first = turn.answer
    turn.pane.chosen.emit("/模型/小.gguf")
    assert panel.running
    qtbot.waitUntil(lambda: not panel.running)
    assert panel.turns == [turn]
    assert turn.answer is first
    assert [pane.answer.model for pane in turn.beside] == ["/模型/小.gguf"]
    with qtbot.waitSignal(panel.citation_requested) as opened:
        turn.beside[0].chips.chips[1].click()
    assert opened.args == [turn.beside[0].answer, 2]
    panel.show_current(turn.beside[0].answer, 2)
    assert (turn.beside[0].view.current, turn.view.current) == (2, 0)


def test_answered_again_in_its_place(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    turn.pane.foot.again.click()
    assert panel.running
    qtbot.waitUntil(lambda: not panel.running)
    assert panel.turns == [turn]
    assert turn.pane.foot._number.text() == "2/2"


def test_an_answer_that_ran_out_goes_on(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "cut")
    turn.pane.notice.button.click()
    assert panel.running
    assert turn.view.isVisible(), "what was written stands"
    qtbot.waitUntil(lambda: not panel.running)
    assert turn.answer is not None
    assert not turn.pane.foot._back.isVisibleTo(turn)


def test_a_quote_of_a_written_answer_is_marked_where_it_stands(panel: ConversationPanel, qtbot: QtBot) -> None:
    turn = asked(panel, qtbot, "怎么请假？")
    turn.pane.sources.click()
    quotes = turn.answer.quoted if turn.answer is not None else None
    panel.show_current(quotes, 2)
    assert (turn.pane.quotes.view.current, turn.view.current) == (2, 0)


def test_a_preset_that_cannot_be_kept_is_told(panel: ConversationPanel, qtbot: QtBot, settings: Settings) -> None:
    settings._file.unlink(missing_ok=True)
    settings._file.mkdir()
    popup = panel.composer.presets.popup()
    popup.speeds["quick"].click()
    with qtbot.waitSignal(panel.problem):
        popup.usual.click()
    assert settings.text("first_word") == "quick", "it holds until the program ends"
