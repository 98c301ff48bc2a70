# SPDX-License-Identifier: Apache-2.0
"""A citation and a passage dragged out of the window."""

from __future__ import annotations

import fake_engine
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.widgets.citation_chip import CitationChip
from desktop_app.ui.widgets.drag_out import DraggedQuote
from desktop_app.ui.widgets.passage_card import PassageCard

ANSWER = fake_engine.answer("怎么请假？", "/模型/small.gguf")


@pytest.fixture
def dragged(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """Plain text and HTML of what was dragged; the drop itself needs another program."""
    taken: list[tuple[str, str]] = []

    def exec_(self: QDrag, _actions: Qt.DropAction) -> Qt.DropAction:
        data = self.mimeData()
        taken.append((data.text(), data.html()))
        return Qt.DropAction.CopyAction

    monkeypatch.setattr(QDrag, "exec", exec_)
    return taken


def drag(widget: QWidget, distance: int) -> None:
    start = QPoint(20, widget.height() // 2)
    QTest.mousePress(widget, Qt.MouseButton.LeftButton, pos=start)
    # QTest.mouseMove moves no button; what Qt sends while one is held does.
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent

    end = QPointF(start + QPoint(distance, 0))
    move = QMouseEvent(
        QEvent.Type.MouseMove, end, widget.mapToGlobal(end), Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(widget, move)


def test_a_citation_is_dragged_out_with_its_place(day: QApplication, qtbot: QtBot, dragged: list[tuple[str, str]]) -> None:
    chip = CitationChip(ANSWER.citations[0], ANSWER)
    qtbot.addWidget(chip)
    chip.show()
    drag(chip, 40)
    assert len(dragged) == 1
    text, page = dragged[0]
    assert text == f"“{ANSWER.citations[0].quote}” (员工手册.pdf, p. 12)"
    assert ANSWER.citations[0].quote in page
    assert "员工手册.pdf, p. 12" in page
    assert "blockquote" in page
    assert not chip.isDown(), "its release went to the other program"


def test_a_trembling_click_is_a_click(day: QApplication, qtbot: QtBot, dragged: list[tuple[str, str]]) -> None:
    chip = CitationChip(ANSWER.citations[0], ANSWER)
    qtbot.addWidget(chip)
    chip.show()
    with qtbot.waitSignal(chip.clicked):
        drag(chip, 2)
        QTest.mouseRelease(chip, Qt.MouseButton.LeftButton, pos=QPoint(22, chip.height() // 2))
    assert dragged == []


def test_a_passage_is_dragged_out_and_not_opened(day: QApplication, qtbot: QtBot, dragged: list[tuple[str, str]]) -> None:
    passage = fake_engine.PASSAGES[2]
    card = PassageCard(passage, "hotel", named=True)
    qtbot.addWidget(card)
    card.resize(400, 120)
    card.show()
    opened: list[object] = []
    card.opened.connect(opened.append)
    drag(card, 60)
    assert [text for text, _ in dragged] == [f"“{passage.text}” (Travel rules.docx, § Hotels)"]
    assert opened == []


def test_markup_in_a_document_stays_text() -> None:
    passage = fake_engine.PASSAGES[2]
    data = DraggedQuote("<b>a</b> & b\nc", "/x/<i>.docx", passage.locator).mime()
    assert "&lt;b&gt;a&lt;/b&gt; &amp; b<br>c" in data.html()
    assert "<i>" not in data.html()
