# SPDX-License-Identifier: Apache-2.0
"""Quotes come on the screen, on the clipboard and into files letter for letter, whatever they hold."""

from __future__ import annotations

import re

import pytest
from new_document import new_document
from odd_strings import ODD
from PySide6.QtCore import QPoint
from PySide6.QtGui import QImage, QPainter, QTextCursor, QTextDocument
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from tooltips import WatchedDocument, displayed

from desktop_app.answering import extractive
from desktop_app.answering.sentence_scores import ScoredSentence
from desktop_app.contract.answer import PARTLY, SUPPORTED, UNSUPPORTED, Answer, AnswerPart, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.messages import ContextChunk
from desktop_app.contract.passage import ANSWER, Passage
from desktop_app.ui.answer.answer_blocks import blocks_of
from desktop_app.ui.answer.answer_document import FOREIGN, JOINER, THIN, WHY, Renderer, prepare
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.look import seals, theme
from desktop_app.ui.source.text_view import TextView
from desktop_app.ui.turn.turn_view import TurnView
from desktop_app.ui.widgets.passage_card import PassageCard


def quoted(*texts: str, mode: str = "extractive") -> Answer:
    """An answer without a model, made of ``texts`` by the code that makes them."""
    passages = [Passage(n, n, f"/资料/{n}.txt", text, Locator(lines=(n, n)), 0.9) for n, text in enumerate(texts, 1)]
    chosen = [ScoredSentence(passage, 0, len(passage.text), 1.0) for passage in passages]
    text, parts, citations = extractive.write(chosen)
    return Answer("q", text, True, mode, parts, citations, sent=tuple(passages), certainty=ANSWER)


@pytest.fixture(scope="module", autouse=True)
def day_once(qapp: QApplication) -> None:
    """For all tests of this file: applying a theme takes longer than any of them."""
    theme.apply(qapp, "light")


@pytest.fixture
def view(qtbot: QtBot) -> AnswerView:
    made = AnswerView()
    made.resize(600, 400)
    qtbot.addWidget(made)
    return made


def finished(view: AnswerView, qtbot: QtBot, answer: Answer) -> None:
    with new_document(qtbot, view):
        view.finish(answer)


def on_screen(view: AnswerView) -> str:
    """Every letter of the document but our own spaces and joiners; a seal as its number."""
    told = ""
    block = view.document().begin()
    while block.isValid():
        told += "\n" if told else ""
        iterator = block.begin()
        while not iterator.atEnd():
            fragment = iterator.fragment()
            form = fragment.charFormat()
            if form.objectType() == seals.OBJECT:
                told += f"⟨{form.property(seals.NUMBER)}⟩"
            else:
                told += fragment.text() if form.property(FOREIGN) else re.sub(f"[{THIN}{JOINER}]", "", fragment.text())
            iterator += 1
        block = block.next()
    return told


def copied(view: AnswerView) -> str:
    view.selectAll()
    return view.createMimeDataFromSelection().text()


@pytest.mark.parametrize("mode", ["extractive", "llm"])
@pytest.mark.parametrize("text", ODD)
def test_a_quote_is_shown_copied_and_told_letter_for_letter(view: AnswerView, qtbot: QtBot, text: str, mode: str) -> None:
    """ "llm": quotes that stand in place of what a model did not write."""
    answer = quoted(text, "The second quote.", mode=mode)
    finished(view, qtbot, answer)
    assert on_screen(view) == f"{text}⟨1⟩\nThe second quote.⟨2⟩"
    assert copied(view) == f"{text}[1]\nThe second quote.[2]"
    turn = TurnView("q")
    qtbot.addWidget(turn)
    turn.finish(answer)
    turn.pane.foot.copy.click()
    assert QApplication.clipboard().text().startswith(f"{text} [1]\n\nThe second quote. [2]")


@pytest.mark.parametrize("text", ODD)
def test_the_source_shows_and_copies_it_letter_for_letter(qtbot: QtBot, text: str) -> None:
    source = TextView()
    qtbot.addWidget(source)
    chunk = ContextChunk(7, f"Before.\n{text}\nAfter.", Locator(), [], [])
    source.show_chunks([chunk], 0, 7, (8, 8 + len(text)))
    assert source.marked_text() == text
    source.selectAll()
    assert source.createMimeDataFromSelection().text() == f"Before.\n{text}\nAfter."


@pytest.mark.parametrize("text", ODD)
def test_a_card_and_a_tooltip_show_it(qtbot: QtBot, view: AnswerView, text: str) -> None:
    """On one line, as a preview does; and marks that hide or turn text are shown as what they are."""
    card = PassageCard(Passage(1, 1, "/a.txt", text, Locator(), 0.9), "q", named=True)
    qtbot.addWidget(card)
    document = QTextDocument()
    document.setHtml(card._text.text())
    assert document.toRawText() == " ".join(text.split())
    finished(view, qtbot, quoted(text))
    assert "\n".join(displayed(view._seal_tip(1)).split("\n")[1:]) == text.expandtabs(4).replace("\u00a0", " ").replace(
        "\u200b", ""
    )


def test_a_line_end_of_the_page_is_no_letter(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, quoted("员工申请年休假，\n须提前三天。", "The notice period\nis  60 days."))
    assert copied(view) == "员工申请年休假，须提前三天。[1]\nThe notice period is  60 days.[2]"


def test_only_the_number_of_a_quote_is_a_seal(view: AnswerView, qtbot: QtBot) -> None:
    finished(view, qtbot, quoted("We refer to [1] and [2] of the annex", "as in [1]"))
    assert [number for _, number in view._seal_positions()] == [1, 2]


def test_a_number_that_a_written_sentence_does_not_carry_is_text(view: AnswerView, qtbot: QtBot) -> None:
    text = "The annex [2] names it.[1] It was **signed.**[2](p. 3) List: a[1]"
    first, second = "The annex [2] names it.", " It was **signed.**[2]"
    parts = (
        AnswerPart(0, len(first), (1,), SUPPORTED),
        AnswerPart(text.index(second) + 1, text.index(second) + len(second), (2,), SUPPORTED),
        AnswerPart(text.index("List"), len(text), (), UNSUPPORTED, "no_citation"),
    )
    citations = tuple(Citation(n, n, "/a.txt", Locator(), "x", 0, 1) for n in (1, 2))
    finished(view, qtbot, Answer("q", text, True, "llm", parts, citations))
    assert on_screen(view) == "The annex [2] names it.⟨1⟩ It was signed.⟨2⟩(p. 3) List: a[1]"


@pytest.mark.parametrize(
    "text",
    [
        "2*3*4 = 24",
        r"C:\Users\_tmp\*.xlsx",
        r"\\server\share\_new",
        "__init__.py",
        "_tmp_",
        "/home/_tmp_/__main__",
        r"C:\Program Files\_x\*.log",
        "a $50 to $100",
    ],
)
def test_what_a_model_writes_keeps_names_and_paths(view: AnswerView, qtbot: QtBot, text: str) -> None:
    finished(view, qtbot, Answer("q", f"The file is {text} here.", True, "llm"))
    assert on_screen(view) == f"The file is {text} here."
    finished(view, qtbot, Answer("q", f"**{text}** and `{text}`, *really*", True, "llm"))
    assert on_screen(view) == f"{text} and {text}, really"


@pytest.mark.parametrize(
    "text", ["__init__.py is the file.", "The file is __init__", "_tmp_", "The folder is _tmp_", "2*3*4 = 24"]
)
def test_a_doubted_sentence_keeps_names_and_paths(text: str) -> None:
    for before, after in (("", ""), ("Two files. ", ""), ("- ", " And more."), ("## ", "")):
        start = len(before)
        parts = (AnswerPart(start, start + len(text), (), UNSUPPORTED, "no_citation"),)
        (block,) = blocks_of(Answer("q", f"{before}{text}{after}", True, "llm", parts))[0]
        marked = [run for run in block.runs if run.mark == 0]
        assert "".join(run.text for run in marked) == text
        assert not any(run.bold or run.slanted for run in block.runs)


def test_underscores_around_several_words_are_emphasis() -> None:
    text = "_not so_ and __by no means__."
    parts = (AnswerPart(0, len(text), (), UNSUPPORTED, "no_citation"),)
    for answer in (Answer("q", text, True, "llm"), Answer("q", text, True, "llm", parts)):
        (block,) = blocks_of(answer)[0]
        assert [(run.text, run.bold, run.slanted) for run in block.runs] == [
            ("not so", False, True),
            (" and ", False, False),
            ("by no means", True, False),
            (".", False, False),
        ]


def test_an_unsupported_sentence_in_bold_stays_bold(view: AnswerView, qtbot: QtBot) -> None:
    for sentence in ("**重要。**", "**“重要”**的事。"):
        text = f"前文。{sentence} 后文。"
        at = text.index(sentence)
        finished(
            view, qtbot, Answer("q", text, True, "llm", (AnswerPart(at, at + len(sentence), (), UNSUPPORTED, "no_citation"),))
        )
        assert "*" not in on_screen(view)
        form = view.document().find("重要").charFormat()
        assert form.fontWeight() > 500
        assert form.property(WHY) == 0


def test_a_sentence_that_is_partly_supported_is_marked_more_lightly(view: AnswerView, qtbot: QtBot) -> None:
    parts = (AnswerPart(0, 2, (), PARTLY, "says_more", ("甲",)), AnswerPart(2, 4, (), UNSUPPORTED, "no_citation"))
    finished(view, qtbot, Answer("q", "甲。乙。", True, "llm", parts))
    light, strong = (view.document().find(letter).charFormat() for letter in "甲乙")
    assert light.underlineStyle() == strong.underlineStyle()
    assert light.underlineColor() != strong.underlineColor()
    cursor = view.document().find("甲")
    cursor.setPosition(cursor.selectionStart())
    tip = view.tip_at(view.cursorRect(cursor).center() + QPoint(6, 0))
    assert displayed(tip) == "“甲” stands in none of the passages."


def test_nothing_is_ever_loaded() -> None:
    harmful = "![x](http://example.com/x.png) <img src='http://example.com/y.png'> [z](file:///etc/passwd) <http://example.com>"
    written = f"{harmful}\n\n| {harmful} |\n|---|\n| {harmful} |\n\n$\\href{{http://example.com}}{{x}}$\n\n```\n{harmful}\n```"
    control = WatchedDocument()
    control.show("<img src='http://example.com/y.png'>")
    assert control.asked, "a picture would be asked for"
    for answer in (Answer("q", written, True, "llm"), quoted(harmful)):
        document = WatchedDocument()
        seal = seals.SealObject()
        prepare(document, seal)
        for block in blocks_of(answer)[0]:
            Renderer(document).write([block])
        document.adjustSize()
        picture = QImage(600, 400, QImage.Format.Format_RGB32)
        painter = QPainter(picture)
        document.drawContents(painter)
        painter.end()
        assert document.asked == []
        cursor = QTextCursor(document)
        while cursor.movePosition(QTextCursor.MoveOperation.NextCharacter):
            form = cursor.charFormat()
            assert not form.isAnchor()
            assert not form.isImageFormat()
            assert not form.anchorHref()


@pytest.mark.parametrize("text", ["**注意：**请", "这是**“重要”**的", "**a (b)**c", "**重要。**[1]下"])
def test_bold_ends_at_a_mark_of_chinese_too(view: AnswerView, qtbot: QtBot, text: str) -> None:
    finished(view, qtbot, Answer("q", text, True, "llm"))
    assert on_screen(view) == text.replace("**", "")
