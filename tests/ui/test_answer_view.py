# SPDX-License-Identifier: Apache-2.0
"""The answer on the screen: streamed and finished alike, seals that can be hit, sentences that say why."""

from __future__ import annotations

from collections.abc import Iterator

import fake_engine
import pytest
from new_document import new_document
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from tooltips import displayed

from desktop_app.contract.answer import UNSUPPORTED, Answer, AnswerPart
from desktop_app.ui.answer.answer_document import THIN, WHY, plain
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.look import seals, theme

SOURCES = {number: (f"/资料/文件{number}.pdf", f"p. {number}", f"引文 {number}") for number in range(1, 5)}


@pytest.fixture
def view(day: QApplication, qtbot: QtBot) -> Iterator[AnswerView]:
    """In a scroll area, as in the window: the view is as high as its text."""
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.resize(600, 500)
    page = QWidget()
    area.setWidget(page)
    view = AnswerView(page)
    view.resize(560, 100)
    qtbot.addWidget(area)
    area.show()
    yield view
    area.close()


def shown(view: AnswerView) -> str:
    return plain(view.document().toPlainText())


def finished(view: AnswerView, qtbot: QtBot, answer: Answer) -> None:
    with new_document(qtbot, view):
        view.finish(answer)


@pytest.mark.parametrize("step", [1, 3, 17, 400])
def test_streamed_in_any_pieces_it_is_the_same_as_at_once(view: AnswerView, qtbot: QtBot, step: int) -> None:
    text = fake_engine.long_text(1_500)
    view.begin(SOURCES)
    for piece in fake_engine._pieces(text, step):
        view.append(piece)
        if len(view.text) % 5 == 0:
            view._flush()
    view._flush()
    streamed, numbers = shown(view), view.numbers()
    finished(view, qtbot, fake_engine._replaced(fake_engine.answer("q", "x"), text))
    assert streamed == shown(view)
    assert numbers == view.numbers() == [1, 3, 2, 4]


def test_a_stream_is_shown_with_the_next_frame(view: AnswerView, qtbot: QtBot) -> None:
    view.begin(SOURCES)
    view.append("请假须提前三天")
    view.append("申请。[1]")
    assert shown(view) == "", "many tokens are one picture"
    qtbot.waitUntil(lambda: "请假须提前三天申请" in shown(view))
    assert view.numbers() == [1]


def test_settled_blocks_are_not_written_again(view: AnswerView) -> None:
    """However long the answer is, what a frame rewrites is its last block."""
    view.begin(SOURCES)
    view.append(fake_engine.long_text(20_000).rstrip())
    view._flush()
    assert len(view._tail) < 500
    before = view._tail_position
    view.append("又一句。")
    view._flush()
    assert view._tail_position == before


def test_numbers_without_a_source_stay_text(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, Answer("q", "见[1]，数组 a[9]。", True, "llm", citations=fake_engine.answer("q", "x").citations))
    assert view.numbers() == [1]
    assert "a[9]" in shown(view)


def test_a_click_on_a_seal_opens_it(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, fake_engine.answer("怎么请假？", "x"))
    for number in (1, 2, 3, 4):
        centre = view.seal_rect(number).center()
        assert view._number_at(centre) == number
        with qtbot.waitSignal(view.seal_clicked) as clicked:
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=centre)
        assert clicked.args == [number]


def test_a_click_beside_a_seal_opens_nothing(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, fake_engine.answer("怎么请假？", "x"))
    rect = view.seal_rect(1)
    for point in (QPoint(rect.left() - 12, rect.center().y()), QPoint(rect.right() + 30, rect.center().y()), QPoint(3, 3)):
        with qtbot.assertNotEmitted(view.seal_clicked):
            qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)


def test_hovering_says_quote_and_place(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, fake_engine.answer("怎么请假？", "x"))
    tip = view.tip_at(view.seal_rect(1).center())
    assert "员工手册.pdf" in tip
    assert "p. 12" in tip
    assert "提前三个工作日" in tip


def test_an_unsupported_sentence_is_dotted_and_says_why(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, fake_engine.answer("怎么请假？", "x"))
    cursor = view.document().find("通常一天")
    form = cursor.charFormat()
    assert form.underlineStyle() == QTextCharFormat.UnderlineStyle.DotLine
    assert form.property(WHY) == 0
    cursor.setPosition(cursor.selectionStart() + 1)
    assert displayed(view.tip_at(view.cursorRect(cursor).center() + QPoint(4, 0))) == "This sentence names no passage."
    other = view.document().find("提前三个").charFormat()
    assert other.underlineStyle() == QTextCharFormat.UnderlineStyle.NoUnderline


def test_selected_text_is_copied_with_its_numbers_and_without_our_spaces(view: AnswerView, qtbot: QtBot) -> None:
    full = fake_engine.answer("怎么请假？", "x")
    finished(view, qtbot, fake_engine._replaced(full, full.text + "\n\n每晚最高450元。"))
    assert f"最高{THIN}450{THIN}元" in view.document().toPlainText(), "Chinese and figures are kept apart on the screen"
    view.selectAll()
    text = view.createMimeDataFromSelection().text()
    assert "在 OA 系统" in text
    assert "最高450元" in text
    assert "休假。[1]" in text
    assert "[3][4]" in text
    assert THIN not in text
    assert "\ufffc" not in text


def test_the_view_is_as_high_as_its_text(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, fake_engine.answer("q", ""))
    low = view.height()
    finished(view, qtbot, fake_engine._replaced(fake_engine.answer("q", "x"), fake_engine.long_text(6_000)))
    assert view.height() > 5 * low
    assert abs(view.height() - view.document().size().height()) <= 2


def test_html_links_and_pictures_are_only_words(view: AnswerView, qtbot: QtBot) -> None:
    text = "<img src='file:///etc/passwd'> [这里](https://example.com) ![图](https://example.com/a.png)"
    finished(view, qtbot, Answer("q", text, True, "llm"))
    assert "<img" in shown(view)
    assert "example.com" not in shown(view)
    assert "这里" in shown(view)
    block = view.document().begin()
    iterator = block.begin()
    while not iterator.atEnd():
        form = iterator.fragment().charFormat()
        assert not form.isAnchor()
        assert not form.isImageFormat()
        iterator += 1


def test_the_theme_can_change_under_an_answer(view: AnswerView, qtbot: QtBot, day: QApplication) -> None:
    finished(view, qtbot, fake_engine.answer("q", "x"))
    before = shown(view)
    theme.apply(day, "dark")
    with new_document(qtbot, view):
        view.redraw()
    assert shown(view) == before
    view.begin(SOURCES)
    view.append("正在写[1]")
    view._flush()
    view.redraw()
    assert shown(view) == "正在写\ufffc"


def test_seals_grow_with_their_digits(day: QApplication) -> None:
    assert seals.width_of(7) == seals.SIDE
    assert seals.width_of(128) > seals.width_of(12) > seals.SIDE


def test_parts_that_lie_outside_the_text_do_no_harm(view: AnswerView, qtbot: QtBot) -> None:
    parts = (AnswerPart(2, 900, (), UNSUPPORTED, "no_citation"), AnswerPart(900, 990, (), UNSUPPORTED, "no_citation"))
    finished(view, qtbot, Answer("q", "短短一句。", True, "llm", parts=parts))
    assert shown(view) == "短短一句。"


def select(view: AnswerView, words: str) -> None:
    view.setTextCursor(view.document().find(words))
    assert plain(view.textCursor().selectedText()) == words


def test_what_is_selected_stays_selected_while_the_answer_grows(view: AnswerView, qtbot: QtBot) -> None:
    """In a block that is done, in the one that grows, and when the checked answer takes the place of the stream."""
    text = "第一段话[1]。\n\n- 甲 one\n- 乙 two 和 $x^2$ **bold**"
    view.begin(SOURCES)
    view.append(text)
    view._flush()
    for words in ("第一段", "two", "bold"):
        select(view, words)
        view.append(" 更多")
        view._flush()
        assert plain(view.textCursor().selectedText()) == words
        view.append("\n\n下一段")
        view._flush()
        assert plain(view.textCursor().selectedText()) == words
    final = "第一段话。" + view.text.removeprefix("第一段话[1]。")  # its number was taken out
    select(view, "two")
    finished(view, qtbot, Answer("q", final, True, "llm"))
    assert plain(view.textCursor().selectedText()) == "two"
    assert shown(view).startswith("第一段话。")


def test_of_equal_words_those_that_were_selected_stay_selected(view: AnswerView, qtbot: QtBot) -> None:
    text = "😀 甲[1] 乙。\n\n甲[2] 乙。\n\n甲 乙。"
    view.begin(SOURCES)
    view.append(text)
    view._flush()
    second = view.document().find("甲", view.document().find("甲"))
    position = second.selectionStart()
    view.setTextCursor(second)
    finished(view, qtbot, Answer("q", text.replace("[1]", ""), True, "llm"))
    assert view.textCursor().selectedText() == "甲"
    assert 0 < position - view.textCursor().selectionStart() <= 2, "a seal and its joiner have gone before it"


def test_a_selection_that_is_no_longer_there_ends(view: AnswerView, qtbot: QtBot) -> None:
    view.begin(SOURCES)
    view.append("甲乙丙")
    view._flush()
    select(view, "乙丙")
    finished(view, qtbot, Answer("q", "别的话", True, "llm"))
    assert not view.textCursor().hasSelection()


def test_a_button_on_code_copies_it(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, Answer("q", "Words.\n\n```\nif x:\n    y  = 1\n```\n\nMore.", True, "llm"))
    button = view._code_copy
    inside = view.cursorRect(view.document().find("y  =")).center()
    qtbot.mouseMove(view.viewport(), inside)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert QApplication.clipboard().text() == "if x:\n    y  = 1"
    qtbot.mouseMove(view.viewport(), view.cursorRect(view.document().find("More")).center())
    assert not button.isVisible()
