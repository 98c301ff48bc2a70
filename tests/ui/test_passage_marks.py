# SPDX-License-Identifier: Apache-2.0
"""What found a passage is what its card marks: from a real library through the search to the widget."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from library.making import store
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage
from desktop_app.library.library import Library
from desktop_app.retrieval.retriever import Retriever
from desktop_app.retrieval.similar import similar
from desktop_app.ui.look import theme
from desktop_app.ui.widgets.passage_card import PassageCard


def marked_in(card: PassageCard) -> list[str]:
    """The words on a coloured ground, as the label shows them."""
    return [text for text, _ in grounds_in(card)]


def grounds_in(card: PassageCard) -> list[tuple[str, str]]:
    """The same with the colour of the ground."""
    label = next(label for label in card.findChildren(QLabel) if label.textFormat() == Qt.TextFormat.RichText)
    document = QTextDocument()
    document.setHtml(label.text())
    block, found = document.begin(), list[tuple[str, str]]()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            ground = fragments.fragment().charFormat().background()
            if ground.style() != Qt.BrushStyle.NoBrush:
                found.append((fragments.fragment().text(), ground.color().name()))
            fragments += 1
        block = block.next()
    return found


def card_of(passage: Passage, qtbot: QtBot, question: str = "请假") -> PassageCard:
    card = PassageCard(passage, question, named=True)
    qtbot.addWidget(card)
    return card


@pytest.mark.parametrize(
    ("question", "text", "marked"),
    [
        ("请假", "員工請假須提前三個工作日申請。", ["請假"]),
        ("請假", "员工请假须提前三个工作日申请。", ["请假"]),
        ("WL300", "型号 WL-300 的质保期为十八个月。", ["WL-300"]),
        ("contracts", "Each contract ends in May.", ["contract"]),
        ("HT-2026", "合同编号ＨＴ－２０２６，签于上海。", ["ＨＴ－２０２６"]),
        ("договоров", "Новый договор подписан.", ["договор"]),
        ("المدرسة", "ذهب الولد إلى مدرسه جديده", ["مدرسه"]),
        ("2024-03-05", "Signed on March 5, 2024 in Bern.", ["March 5, 2024"]),
        ("Kündigungsfristen", "Die Kündigungsfrist beträgt drei Monate.", ["Kündigungsfrist"]),
        ("质保期", "<b>质保期</b> & 违约金", ["质保期"]),
        ("costs", "No costume costs that much.", ["costs"]),
    ],
)
def test_the_words_that_found_a_passage_are_marked(
    question: str, text: str, marked: list[str], tmp_path: Path, day: QApplication, qtbot: QtBot
) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        store(library.catalogue, "/资料/甲.txt", text)
        (passage,) = Retriever(library, lambda: None).search(question).passages
        assert marked_in(card_of(passage, qtbot)) == marked


def test_marks_stand_in_the_middle_of_a_long_passage_too(tmp_path: Path, day: QApplication, qtbot: QtBot) -> None:
    text = "前面的话。\n\n" * 200 + "員工請假須  提前申請。" + "后面的话。" * 200
    with closing(Library(tmp_path / "资料库")) as library:
        store(library.catalogue, "/资料/甲.txt", text)
        (passage,) = Retriever(library, lambda: None).search("请假申请").passages
        assert marked_in(card_of(passage, qtbot)) == ["請假", "申請"]


def test_passages_like_one_mark_what_both_say(tmp_path: Path, day: QApplication, qtbot: QtBot) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        store(library.catalogue, "/资料/甲.txt", "The contracts were signed in Zurich.")
        (passage,) = similar(library, None, "A contract of Zurich").passages
        assert marked_in(card_of(passage, qtbot)) == ["contracts", "Zurich"]


def test_the_sentence_nearest_in_meaning_is_marked_softly_wherever_it_stands(day: QApplication, qtbot: QtBot) -> None:
    text = "密码至少十二位。" * 60 + "酒店每晚不超过四百五十元。" + "备份保存九十天。" * 60
    start = text.index("酒店")
    best = (start, start + len("酒店每晚不超过四百五十元。"))
    passage = Passage(1, 1, "/资料/甲.txt", text, Locator(), 0.4, by_meaning=True, language="zh", best=best)
    card = card_of(passage, qtbot, "住宿能报多少")
    assert grounds_in(card) == [("酒店每晚不超过四百五十元。", theme.current().soft_mark("raised").name())]
    assert theme.current().soft_mark("raised").name() != theme.current().mark.lower()
    assert card._labels.text() == "by meaning"
