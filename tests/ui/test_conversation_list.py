"""The list of conversations: open, rename in place, delete only after a question."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop_app.ui import language
from desktop_app.ui.conversation_list import ConversationList


@pytest.fixture
def chats(day: QApplication, qtbot: QtBot, engine) -> Iterator[ConversationList]:  # type: ignore[no-untyped-def]
    chats = ConversationList(engine())
    qtbot.addWidget(chats)
    chats.resize(280, 400)
    chats.show()
    chats.refresh()
    qtbot.waitUntil(lambda: len(chats.heads) == 3)
    yield chats
    chats.close()


def titles(chats: ConversationList) -> list[str]:
    return [chats._model.item(row).text() for row in range(chats._model.rowCount())]


def test_newest_first_and_a_click_opens(chats: ConversationList, qtbot: QtBot) -> None:
    assert titles(chats)[:2] == ["请假流程", "Travel rules"]
    rect = chats._list.visualRect(chats._model.index(1, 0))
    with qtbot.waitSignal(chats.opened) as opened:
        qtbot.mouseClick(chats._list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert opened.args == [2]


def test_the_open_one_is_marked(chats: ConversationList) -> None:
    chats.set_current(1)
    assert chats._list.currentIndex().row() == 2
    chats.set_current(0)
    assert chats._list.currentIndex() == QModelIndex()


def test_renaming_in_place(chats: ConversationList, qtbot: QtBot) -> None:
    chats.edit(2)
    editor = chats._list.findChild(QLineEdit)
    assert editor is not None
    editor.setText("差旅")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: chats.heads[1].title == "差旅")
    assert titles(chats)[1] == "差旅"


def test_deleting_asks_first_and_keeping_keeps(chats: ConversationList, qtbot: QtBot) -> None:
    chats._list.setCurrentIndex(chats._model.index(0, 0))
    QTest.keyClick(chats._list, Qt.Key.Key_Delete)
    assert chats._confirm.isVisible()
    assert chats._question.text() == "Delete “请假流程”?"
    chats._no.click()
    assert not chats._confirm.isVisible()
    assert len(chats.heads) == 3
    chats.ask_to_delete(3)
    with qtbot.waitSignal(chats.deleted) as deleted:
        chats._yes.click()
    assert deleted.args == [3]
    qtbot.waitUntil(lambda: titles(chats)[0] == "Travel rules")


def test_an_empty_list_says_what_it_is_for(chats: ConversationList, qtbot: QtBot) -> None:
    for head in list(chats.heads):
        chats.delete(head.id)
    qtbot.waitUntil(lambda: not chats.heads)
    assert chats._nothing.isVisible()
    language.use("zh_CN")
    assert chats._nothing.text() == "你的提问和回答会保存在这里。"
