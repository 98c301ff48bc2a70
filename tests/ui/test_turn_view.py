# SPDX-License-Identifier: Apache-2.0
"""A turn on the screen: quotes first, the answer growing above them, and what is said and offered of each answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import fake_engine
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QTextCharFormat, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QScrollArea, QToolButton
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages as m
from desktop_app.contract.answer import Answer, Checks
from desktop_app.contract.conversation import RUNNING, Turn
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.contract.passage import PERHAPS
from desktop_app.foundation.errors import problem_from
from desktop_app.foundation.settings import Settings
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.look import window_language
from desktop_app.ui.turn.beside_menu import BesideMenu
from desktop_app.ui.turn.turn_column import BESIDE_PX, COLUMN_PX
from desktop_app.ui.turn.turn_foot import verdict
from desktop_app.ui.turn.turn_view import TurnView
from desktop_app.ui.widgets import chip_row
from desktop_app.ui.widgets.flow_layout import FlowLayout
from desktop_app.ui.widgets.fold_line import QuietButton

QUESTION = "怎么请假？"
MODEL = "/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf"


@pytest.fixture
def clock() -> list[float]:
    """Seconds, of the line that counts them."""
    return [0.0]


@pytest.fixture
def turn(day: QApplication, qtbot: QtBot, clock: list[float]) -> Iterator[TurnView]:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.resize(1300, 900)
    view = TurnView(QUESTION)
    view.pane.progress._now = lambda: clock[0]
    view.pane.progress._since = 0.0
    area.setWidget(view)
    qtbot.addWidget(area)
    area.show()
    yield view
    area.close()


def written(words: str = "") -> Answer:
    """What a model wrote, as the engine tells it."""
    return fake_engine.varied(f"{words} {QUESTION}", MODEL)


def reads(turn: TurnView) -> None:
    """Up to the moment before the first word."""
    turn.take(m.Began(1, 7, 3))
    turn.take(m.Quoted(1, fake_engine.answer(QUESTION, "")))
    turn.take(m.ModelLoading(1, MODEL, 1.0))
    turn.take(m.PassagesFound(1, list(fake_engine.PASSAGES)))
    turn.take(m.Reading(1, 1240, 2000, 2.6))


def writes(turn: TurnView, text: str) -> None:
    turn.take(m.Token(1, text))
    turn.view._flush()


def whole(view: AnswerView) -> AnswerView:
    """The view once its text is written to the end, which a busy PC does in several slices."""
    while view._slices is not None:
        view._slice()
    return view


def numbers(turn: TurnView) -> list[int]:
    return whole(turn.view).numbers()


def says(turn: TurnView) -> str:
    """The line that tells how far it is."""
    return turn.pane.progress.line.text()


def test_a_summary_tells_which_part_is_written(turn: TurnView) -> None:
    turn.take(m.Quoted(1, fake_engine.answer(QUESTION, "")))
    turn.take(m.ModelLoading(1, MODEL, 1.0))
    turn.take(m.SummingUp(1, 2, 8))
    assert says(turn) == "Summing up part 3 of 8"
    turn.take(m.SummingUp(1, 4, 8, 11.2))
    assert says(turn) == "Summing up part 5 of 8 · about 12 s left"
    assert turn.pane.progress.bar.value() == 50


# ---- quotes first ----


def test_the_quotes_are_there_before_the_model(turn: TurnView, qtbot: QtBot) -> None:
    assert says(turn) == "Searching your documents…"
    turn.take(m.Began(1, 7, 3))
    turn.take(m.Quoted(1, fake_engine.answer(QUESTION, "")))
    assert turn.turn_id == 3
    assert says(turn) == "Preparing the written answer…"
    assert numbers(turn) == [1, 2]
    assert [chip.citation.number for chip in turn.chips] == [1, 2]
    assert turn.pane.quotes.words.text() == "Quoted from your documents"


def test_looking_for_the_text_shows_no_empty_one(turn: TurnView) -> None:
    assert turn.view.text == ""
    assert not turn.view.isVisible()


def test_quotes_may_come_again(turn: TurnView, qtbot: QtBot) -> None:
    turn.take(m.Quoted(1, fake_engine.answer(QUESTION, "")))
    turn.take(m.Quoted(1, fake_engine.may_answer(QUESTION)))
    assert numbers(turn) == [1, 2]
    assert whole(turn.view).toPlainText().startswith("这些内容可能有关")
    assert len(turn.chips) == 2


def test_a_quote_opens_before_the_answer_is_written(turn: TurnView, qtbot: QtBot) -> None:
    quotes = fake_engine.answer(QUESTION, "")
    turn.take(m.Quoted(1, quotes))
    with qtbot.waitSignal(turn.citation_requested) as opened:
        turn.chips[1].click()
    assert opened.args == [quotes, 2]
    assert turn.holds(quotes)


def test_reading_tells_how_far_and_how_long(turn: TurnView) -> None:
    turn.take(m.ModelLoading(1, MODEL, 0.4))
    assert says(turn) == "Loading Qwen2.5-7B-Instruct-Q4_K_M.gguf · 40%"
    reads(turn)
    assert says(turn) == "Reading 5 passages · 62% · about 3 s left"
    assert turn.pane.progress.bar.value() == 62
    turn.take(m.Reading(1, 1500, 2000))
    assert says(turn) == "Reading 5 passages · 75%", "a speed that is not known is not guessed"
    window_language.use("zh_CN")
    turn.retranslate()
    assert says(turn) == "正在读取 5 段原文 · 75%"


def test_seconds_are_counted_where_nobody_knows_how_long_it_takes(turn: TurnView, clock: list[float], qtbot: QtBot) -> None:
    clock[0] = 2.9
    turn.pane.progress._clock.timeout.emit()
    assert says(turn) == "Searching your documents…"
    clock[0] = 12.2
    turn.pane.progress._clock.timeout.emit()
    assert says(turn) == "Searching your documents… · 12 s"
    turn.take(m.ModelLoading(1, MODEL, 0.4))
    assert says(turn).endswith("40% · 12 s")
    reads(turn)
    assert says(turn) == "Reading 5 passages · 62% · about 3 s left"
    turn.take(m.Reading(1, 1500, 2000))
    assert says(turn) == "Reading 5 passages · 75% · 12 s"
    writes(turn, "提前")
    assert says(turn) == "Writing…", "what grows needs no clock"
    assert turn.pane.progress._clock.isActive()
    turn.finish(fake_engine.answer(QUESTION, MODEL))
    assert not turn.pane.progress._clock.isActive()


def test_a_question_that_waited_counts_from_its_own_turn(turn: TurnView, clock: list[float]) -> None:
    turn.set_waiting(True)
    clock[0] = 60.0
    turn.pane.progress._clock.timeout.emit()
    assert says(turn) == "Waits for the question before it"
    turn.set_waiting(False)
    assert says(turn) == "Searching your documents…"


def test_the_passages_that_are_read_unfold_by_name(turn: TurnView, qtbot: QtBot) -> None:
    reads(turn)
    line = turn.pane.progress.line
    QTest.keyClick(line, Qt.Key.Key_Return)
    names = [button for button in turn.pane.progress.findChildren(QuietButton) if button is not line]
    assert [button.text() for button in names][::3] == ["员工手册.pdf · p. 12", "报销明细 2025.xlsx · Sheet 差旅 B2:E3"]
    with qtbot.waitSignal(turn.passage_requested) as opened:
        names[2].click()
    assert opened.args == [fake_engine.PASSAGES[2]]
    assert "员工手册.pdf" in line.toolTip()


def test_the_answer_grows_above_the_quotes_which_fold_in_the_end(turn: TurnView, qtbot: QtBot) -> None:
    reads(turn)
    answer = written()
    writes(turn, answer.text[:40])
    assert says(turn) == "Writing…"
    pane = turn.pane
    qtbot.waitUntil(lambda: pane.written.y() < pane.progress.y() < pane.quotes.y())
    assert pane.quotes.isVisible()
    turn.finish(answer)
    assert not pane.quotes.isVisible()
    assert not pane.progress.isVisible()
    assert pane.sources.text() == "Sources · 2 quotes"
    assert [chip.citation.number for chip in turn.chips] == [1, 2, 3, 4], "the chips stay"
    pane.sources.click()
    assert pane.quotes.isVisible()
    assert not pane.quotes.chips.isVisible(), "the same numbers have their chips already"
    with qtbot.waitSignal(turn.citation_requested) as opened:
        pane.quotes.view.seal_clicked.emit(2)
    assert opened.args == [answer.quoted, 2]


def test_quotes_in_use_stay_unfolded(turn: TurnView) -> None:
    reads(turn)
    quotes = turn.pane.quoted
    turn.set_current(2, quotes)
    writes(turn, "员工")
    turn.finish(written())
    assert turn.pane.quotes.isVisible(), "nothing is taken away from under the eyes of a reader"
    assert turn.pane.quotes.view.current == 2


def test_a_mark_in_the_quotes_is_none_in_the_answer(turn: TurnView) -> None:
    reads(turn)
    answer = written()
    turn.finish(answer)
    turn.set_current(2, answer.quoted)
    assert (turn.pane.quotes.view.current, turn.view.current) == (2, 0)
    turn.set_current(2, answer)
    assert (turn.pane.quotes.view.current, turn.view.current) == (0, 2)
    turn.set_current(0)
    assert (turn.pane.quotes.view.current, turn.view.current) == (0, 0)


def test_stopping_while_it_reads_keeps_the_quotes(turn: TurnView, qtbot: QtBot) -> None:
    reads(turn)
    turn.finish(replace(fake_engine.answer(QUESTION, ""), model=MODEL, stopped=True))
    assert numbers(turn) == [1, 2]
    assert turn.pane.quotes.isVisible()
    assert turn.pane.notice.what.text() == "Stopped by you."
    with qtbot.waitSignal(turn.retry_requested) as again:
        turn.pane.notice.button.click()
    assert again.args == [QUESTION]


def test_quotes_that_stay_keep_what_is_selected_in_them(turn: TurnView) -> None:
    reads(turn)
    whole(turn.view).moveCursor(QTextCursor.MoveOperation.EndOfWord, QTextCursor.MoveMode.KeepAnchor)
    marked = turn.view.textCursor().selectedText()
    assert marked
    turn.stop()
    turn.finish(replace(fake_engine.answer(QUESTION, ""), stopped=True))
    assert turn.view.textCursor().selectedText() == marked


def test_a_model_that_fails_leaves_the_quotes_and_its_sentence(turn: TurnView) -> None:
    reads(turn)
    turn.fail(problem_from("llm_crashed", {"path": MODEL, "detail": "signal 11"}))
    assert turn.pane.quotes.isVisible()
    assert "Qwen2.5-7B" in turn.pane.notice.what.text()
    assert turn.pane.notice.button.text() == "Ask again"


def test_a_problem_of_the_answer_is_told_and_the_quotes_stand(turn: TurnView) -> None:
    quotes = fake_engine.answer(QUESTION, "")
    turn.finish(replace(quotes, problem="llm_crashed", problem_data={"path": MODEL, "detail": "signal 11"}))
    assert numbers(turn) == [1, 2]
    assert "Qwen2.5-7B" in turn.pane.notice.what.text()
    assert turn.pane.quotes.words.text() == "Quoted from your documents"


def test_text_that_nothing_supports_is_folded_below_the_quotes(turn: TurnView, qtbot: QtBot) -> None:
    reads(turn)
    writes(turn, fake_engine.DOUBTED)
    turn.finish(written("unproven"))
    pane = turn.pane
    assert not pane.written.isVisible()
    assert numbers(turn) == [1, 2]
    assert pane.doubtful.text() == "The model's text is not supported by your documents"
    assert "doubted" not in pane._parts
    QTest.keyClick(pane.doubtful, Qt.Key.Key_Space)
    text = pane._parts["doubted"]
    assert "二十天" in whole(text).toPlainText()
    assert text.document().find("二十天").charFormat().underlineStyle() == QTextCharFormat.UnderlineStyle.DotLine
    assert "supported" not in pane.foot.verdict.text(), "quotes need no verdict"
    pane.doubtful.click()
    assert not text.isVisible()


def test_an_answer_that_is_not_certain_says_so(turn: TurnView) -> None:
    turn.finish(replace(written(), found=False, certainty=PERHAPS))
    assert turn.pane._parts["perhaps"].text() == "This may answer it"
    assert turn.pane._parts["perhaps"].isVisible()
    turn.finish(written())
    assert not turn.pane._parts["perhaps"].isVisible()


# ---- thought, and answers that are not whole ----


def test_a_thought_stays_folded(turn: TurnView) -> None:
    reads(turn)
    turn.take(m.Token(1, "The person asks ", thought=True))
    turn.take(m.Token(1, "for leave.", thought=True))
    thought = turn.pane.thought
    assert thought.line.text() == "Thinking… 0 s"
    assert thought._view is None, "no text is laid out that nobody reads"
    assert not turn.pane._has("written")
    thought.line.click()
    assert thought._view.toPlainText() == "The person asks for leave."
    thought.line.click()
    writes(turn, "员工")
    assert thought.line.text() == "Thought for 1 s"
    turn.finish(replace(written(), thought="The person asks for leave. Three days."))
    thought.line.click()
    assert thought._view.toPlainText() == "The person asks for leave. Three days."


def test_a_kept_thought_names_no_seconds(turn: TurnView) -> None:
    turn.show_turn(Turn(3, QUESTION, written("thinking")))
    assert turn.pane.thought.isVisible()
    assert turn.pane.thought.line.text() == "What the model thought before it answered"


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        ("length", "The model ran out of room before its answer was complete."),
        ("thought", "The model ran out of room while it was thinking."),
    ],
)
def test_what_ran_out_can_go_on(turn: TurnView, qtbot: QtBot, finish: str, words: str) -> None:
    reads(turn)
    cut = replace(written(), finish=finish)
    turn.finish(cut)
    assert turn.pane.notice.what.text() == words
    with qtbot.waitSignal(turn.go_on_requested):
        turn.pane.notice.button.click()
    assert not turn.over
    turn.take(m.Token(1, " 就这些。"))
    assert turn.view.text == cut.text + " 就这些。", "what was written stands while more is written"
    turn.finish(replace(cut, text=turn.view.text, finish="stop"))
    assert not turn.pane.notice.isVisible()
    assert not turn.pane.foot._on.isVisible(), "it is still one answer"


def test_a_cut_thought_goes_on_to_an_answer(turn: TurnView) -> None:
    quotes = fake_engine.answer(QUESTION, "")
    turn.finish(replace(quotes, model=MODEL, thought="The handbook says", finish="thought"))
    turn.pane.notice.button.click()
    assert turn.pane.quotes.isVisible()
    turn.take(m.Token(1, " three days.", thought=True))
    assert turn.pane.thought.text == "The handbook says three days."
    writes(turn, "提前三天。")
    assert turn.view is turn.pane.written
    assert turn.view.text == "提前三天。", "the quotes are no beginning of it"
    assert turn.pane.quotes.isVisible()


def test_repetition_is_told(turn: TurnView) -> None:
    turn.finish(written("loop"))
    assert turn.pane.notice.what.text() == "The model repeated itself and was stopped."
    assert not turn.pane.notice.button.isVisible()


# ---- verdicts ----


@pytest.mark.parametrize(
    ("checks", "words", "role"),
    [
        (Checks(2, 0), "2 sentences supported", "ok"),
        (Checks(2, 0, partly=1), "2 sentences supported · 1 partly", "quiet"),
        (Checks(2, 1, partly=1), "2 sentences supported · 1 partly · 1 not found in the sources", "warn"),
        (Checks(0, 2), "2 not found in the sources", "warn"),
        (Checks(1, 0, corrected=2), "1 sentence supported · 2 citations corrected", "ok"),
    ],
)
def test_sentences_are_counted_by_verdict(checks: Checks, words: str, role: str) -> None:
    _, shown, said = verdict(replace(written(), checks=checks), quoted=False)
    assert (" · ".join(said[:-1]), shown) == (words, role)


def test_turns_that_had_no_room_are_told(turn: TurnView) -> None:
    turn.finish(written("follow"))
    assert turn.pane.foot.verdict.text().endswith(" · without the 3 oldest questions of this conversation")


# ---- follow-ups ----


def test_what_was_searched_for_is_shown_with_the_quotes(turn: TurnView, qtbot: QtBot) -> None:
    turn.take(m.Quoted(1, fake_engine.varied("follow", "")))
    line = turn._searched
    assert line is not None
    assert line._words.text() == "Searched for: 实习生请假需要谁审批？"
    with qtbot.waitSignal(turn.as_typed_requested):
        line.typed.click()
    line.pencil.click()
    assert line.field.text() == "实习生请假需要谁审批？"
    line.field.setText("实习生请几天假要审批？")
    with qtbot.waitSignal(turn.search_edited) as edited:
        QTest.keyClick(line.field, Qt.Key.Key_Return)
    assert edited.args == ["实习生请几天假要审批？"]
    assert line.field is None


def test_a_long_search_is_read_whole(turn: TurnView, qtbot: QtBot) -> None:
    turn.take(m.Quoted(1, fake_engine.varied("follow", "")))
    words, pencil = turn._searched._words, turn._searched.pencil
    qtbot.waitUntil(lambda: pencil.x() - words.geometry().right() < 10)
    turn._searched.show_words("How much annual leave do I have, and how do I ask for it, where, and by when? (interns)")
    qtbot.waitUntil(lambda: words.height() >= 2 * words.fontMetrics().height())
    assert words.width() >= 300


def test_escape_leaves_the_search_as_it_was(turn: TurnView, qtbot: QtBot) -> None:
    turn.take(m.Quoted(1, fake_engine.varied("follow", "")))
    turn._searched.pencil.click()
    with qtbot.assertNotEmitted(turn.search_edited):
        QTest.keyClick(turn._searched.field, Qt.Key.Key_Escape)
    assert turn._searched.field is None
    assert turn._searched._words.isVisible()


def test_a_question_as_typed_shows_no_search(turn: TurnView) -> None:
    turn.finish(written("follow"))
    assert turn._searched.isVisible()
    turn.finish(written())
    assert not turn._searched.isVisible()


# ---- again ----


def test_the_question_can_be_edited(turn: TurnView, qtbot: QtBot) -> None:
    turn.show_turn(Turn(9, "怎么请病假？", written()))
    with qtbot.waitSignal(turn.edit_requested) as edited:
        turn._line.pencil.click()
    assert edited.args == ["怎么请病假？"]


def test_a_turn_shown_again_has_each_answer_once(turn: TurnView) -> None:
    kept = Turn(9, QUESTION, written(), earlier=(written(),), beside=(replace(written(), model="/模型/小.gguf"),))
    turn.show_turn(kept)
    turn.show_turn(kept)
    assert turn.pane.foot._number.text() == "2/2"
    assert len(turn.beside) == 1
    assert not turn.beside[0].foot._back.isVisibleTo(turn)


def test_answered_again_the_earlier_one_is_a_step_away(turn: TurnView, qtbot: QtBot) -> None:
    first, second = written(), replace(written("partly"), text="另一个回答。[1]", parts=())
    turn.finish(first)
    assert not turn.pane.foot._back.isVisible()
    with qtbot.waitSignal(turn.regenerate_requested):
        turn.pane.foot.again.click()
    turn.take(m.Began(2, 7, 3))
    assert not turn.over
    turn.finish(second)
    foot = turn.pane.foot
    assert foot._number.text() == "2/2"
    foot._back.click()
    assert turn.answer is first
    assert (foot._number.text(), foot._back.isEnabled(), foot._on.isEnabled()) == ("1/2", False, True)
    foot._on.click()
    assert turn.answer is second


def test_a_failed_second_try_leaves_the_first_answer(turn: TurnView) -> None:
    first = written()
    turn.finish(first)
    turn.take(m.Began(2, 7, 3))
    turn.fail(problem_from("llm_crashed", {"path": MODEL, "detail": "signal 11"}))
    assert turn.answer is first
    assert turn.view.isVisible()
    assert "Qwen2.5-7B" in turn.pane.notice.what.text()


def test_kept_answers_come_back_with_the_turn(turn: TurnView) -> None:
    old, new, other = written(), written("partly"), replace(written(), model="/模型/另一个.gguf")
    turn.show_turn(Turn(9, QUESTION, new, earlier=(old,), beside=(other,)))
    assert turn.turn_id == 9
    assert turn.pane.foot._number.text() == "2/2"
    assert turn.beside[0].answer is other


def test_a_kept_turn_that_is_being_answered_goes_on(turn: TurnView) -> None:
    turn.show_turn(Turn(9, QUESTION, fake_engine.answer(QUESTION, ""), RUNNING))
    assert not turn.over
    assert numbers(turn) == [1, 2]
    turn.finish(written())
    assert turn.over
    assert not turn.pane.foot._back.isVisible()


# ---- side by side ----


def entries() -> list[ModelEntry]:
    return [
        ModelEntry("/模型/小.gguf", "Small 1.5B", "llm", 1),
        ModelEntry(MODEL, "Qwen2.5 7B", "llm", 1),
        ModelEntry("/模型/坏的.gguf", "坏的", "llm", 1, problem="gguf_truncated"),
        ModelEntry("/模型/太大.gguf", "Too large", "llm", 1, fits="no"),
        ModelEntry("bundled", "e5", "embedding", 1),
    ]


def test_another_model_answers_beside_the_first(turn: TurnView, qtbot: QtBot) -> None:
    first = written()
    turn.finish(first)
    with qtbot.waitSignal(turn.models_wanted):
        turn.pane.foot.other.click()
    menu = turn.pane.foot.menu_of(entries())
    assert [action.text() for action in menu.actions()] == ["Small 1.5B"]
    with qtbot.waitSignal(turn.beside_requested) as asked:
        menu.actions()[0].trigger()
    assert asked.args == ["/模型/小.gguf"]
    assert not turn.over
    turn.take(m.Began(2, 7, 3))
    reads(turn)
    second = replace(written("partly"), model="/模型/小.gguf", timings={"total": 3.25})
    turn.finish(second)
    assert turn.over
    assert turn.answer is first, "the first answer stays where it is"
    beside = turn.beside[0]
    assert beside.answer is second
    assert beside._parts["head"].name.text == "小"
    assert beside._parts["head"].seconds.text() == "3.2 s"
    assert turn.pane._parts["head"].name.text == "Qwen2.5-7B-Instruct-Q4_K_M"
    assert "1 partly" in beside.foot.verdict.text()
    with qtbot.waitSignal(turn.citation_requested) as opened:
        beside.chips.chips[0].click()
    assert opened.args == [second, 1]
    turn.set_current(1, second)
    assert (beside.view.current, turn.view.current) == (1, 0)


def test_two_answers_stand_beside_each_other_where_there_is_room(turn: TurnView, qtbot: QtBot) -> None:
    turn.show_turn(Turn(9, QUESTION, written(), beside=(replace(written(), model="/模型/小.gguf"),)))
    area = turn.window()
    qtbot.waitUntil(lambda: turn.beside[0].x() > turn.pane.x())
    assert turn._body.maximumWidth() == BESIDE_PX
    area.resize(560, 800)
    qtbot.waitUntil(lambda: turn.beside[0].y() > turn.pane.y())
    assert turn.beside[0].x() == turn.pane.x()
    area.resize(1300, 800)
    qtbot.waitUntil(lambda: turn.beside[0].x() > turn.pane.x())


def test_without_another_model_the_menu_says_so(turn: TurnView) -> None:
    turn.finish(written())
    assert turn._body.maximumWidth() == COLUMN_PX
    menu = turn.pane.foot.menu_of(entries()[1:])
    assert [(action.text(), action.isEnabled()) for action in menu.actions()] == [("No other model in the model folder", False)]


def test_the_answer_beside_is_copied_by_its_own_button(turn: TurnView) -> None:
    second = replace(written(), model="/模型/小.gguf", text="第二个回答。[1]", parts=())
    turn.show_turn(Turn(9, QUESTION, written(), beside=(second,)))
    turn.beside[0].foot.copy.click()
    assert QGuiApplication.clipboard().text().startswith("第二个回答。[1]")


def test_the_menu_looks_into_the_model_folder(
    turn: TurnView, stub_client: StubClient, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.put("model_folder", "/模型")
    BesideMenu(stub_client, settings, turn)
    offered: list[list[ModelEntry]] = []
    monkeypatch.setattr(turn.pane, "offer", offered.append)
    turn.finish(written())
    turn.pane.foot.other.click()
    assert stub_client.all(m.Models)[0].folder == "/模型"
    stub_client.answer(m.Models, lambda id_: m.ModelsResult(id_, "/模型", entries()))
    assert offered == [entries()]
    turn.pane.foot.other.click()
    stub_client.fail(m.Models, problem_from("model_folder_missing", {"path": "/模型"}))
    assert offered[1] == ()


def test_the_answer_shown_is_exported_and_a_failure_told(turn: TurnView, qtbot: QtBot, tmp_path: Path) -> None:
    turn.show_turn(Turn(9, QUESTION, written("partly"), earlier=(written(),)))
    turn.pane.foot._back.click()
    export = turn.pane.foot.export
    assert export._answer() is turn.answer
    with qtbot.waitSignal(turn.export_failed) as failed:
        export.exports.save(str(tmp_path / "gone" / "a.md"), "md", QUESTION, [Turn(9, QUESTION, turn.answer)])
    assert failed.args[0].code == "export_failed"


# ---- hands and words ----


def test_every_button_has_a_name_and_can_be_reached(turn: TurnView) -> None:
    turn.show_turn(Turn(9, QUESTION, written("follow partly thinking cut"), earlier=(written(),), beside=(written(),)))
    for button in [*turn.findChildren(QToolButton), *turn.findChildren(QPushButton)]:
        if button.isVisibleTo(turn):
            assert button.accessibleName() or button.text()
            assert button.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_in_a_narrow_column_the_buttons_stand_below_the_words(turn: TurnView, qtbot: QtBot) -> None:
    turn.finish(written("partly"))
    foot = turn.pane.foot
    qtbot.waitUntil(lambda: foot.copy.x() > foot.verdict.geometry().right())
    turn.window().resize(340, 900)
    qtbot.waitUntil(lambda: foot.copy.y() > foot.verdict.geometry().bottom())
    assert foot.verdict.width() > 250
    turn.window().resize(700, 900)
    qtbot.waitUntil(lambda: foot.copy.x() > foot.verdict.geometry().right())


def test_a_turn_speaks_the_other_language_at_once(turn: TurnView) -> None:
    turn.finish(written("follow partly cut"))
    window_language.use("zh_CN")
    turn.retranslate()
    assert turn.pane.foot.verdict.text().startswith("2 句有原文依据 · 1 句部分有据 · 1 句未找到出处 · 更正了 1 处引用")
    assert turn.pane.sources.text() == "来源 · 2 处原文"
    assert turn.pane.notice.button.text() == "继续"
    assert turn._searched._words.text().startswith("搜索内容：")


def test_a_turn_is_measured_once_for_each_width(turn: TurnView, monkeypatch: pytest.MonkeyPatch) -> None:
    """With every frame of a growing answer Qt asks all other turns how high they are with and without a scroll bar."""
    measured: list[int] = []

    class Counting(FlowLayout):
        def heightForWidth(self, width: int) -> int:
            measured.append(width)
            return super().heightForWidth(width)

    monkeypatch.setattr(chip_row, "FlowLayout", Counting)
    turn.finish(fake_engine.answer(QUESTION, ""))
    high = [turn.layout().heightForWidth(width) for width in (400, 390)]
    assert measured
    measured.clear()
    assert [turn.layout().heightForWidth(width) for width in (400, 390)] == high
    assert not measured
    turn.finish(written())
    assert turn.layout().heightForWidth(400) > high[0], "what it remembers ends with every change"


def test_a_short_answer_needs_few_widgets(turn: TurnView) -> None:
    """A conversation of 500 turns is opened whole."""
    turn.finish(fake_engine.answer(QUESTION, ""))
    assert sorted(turn.pane._parts) == ["foot", "progress", "quotes"]
