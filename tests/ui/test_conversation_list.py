# SPDX-License-Identifier: Apache-2.0
"""The list of conversations: open, rename in place, delete only after a question."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QStyle, QStyleOptionFrame
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.conversation import ConversationHit
from desktop_app.ui.conversation.conversation_hits import shown_snippet
from desktop_app.ui.conversation.conversation_list import ConversationList
from desktop_app.ui.look import theme, window_language

ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
LEFT = Qt.MouseButton.LeftButton


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
    window_language.use("zh_CN")
    assert chats._nothing.text() == "你的提问和回答会保存在这里。"


def test_the_editor_of_a_title_shows_its_letters_whole(chats: ConversationList, qtbot: QtBot) -> None:
    chats.edit(2)
    editor = chats._list.findChild(QLineEdit)
    assert editor is not None
    option = QStyleOptionFrame()
    editor.initStyleOption(option)
    room = editor.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, editor)
    assert room.height() >= editor.fontMetrics().height()


def test_pinned_and_running_ones_are_marked(chats: ConversationList, qtbot: QtBot) -> None:
    assert [action.text() for action in chats.menu_for(1).actions()] == ["Rename", "Pin", "Export", "Delete…"]
    chats.menu_for(1).actions()[1].trigger()
    qtbot.waitUntil(lambda: chats.heads[0].id == 1)
    assert not chats._model.item(0).icon().isNull()
    assert chats._model.item(0).data(ACCESSIBLE).endswith(" · pinned")
    assert chats._model.item(1).icon().isNull()
    assert chats.menu_for(1).actions()[1].text() == "Unpin"
    running = [replace(head, running=head.id == 3) for head in chats.heads]
    chats._looked(messages.ConversationsResult(0, running))
    assert chats._model.item(1).data(ACCESSIBLE) == "请假流程 · being answered"
    assert not chats._model.item(1).icon().isNull()


def test_a_change_while_the_list_is_on_its_way_is_not_missed(qtbot: QtBot, stub_client: StubClient) -> None:
    chats = ConversationList(stub_client)  # type: ignore[arg-type]
    qtbot.addWidget(chats)
    chats.refresh()
    chats.refresh()
    chats.refresh()
    assert len(stub_client.all(messages.Conversations)) == 1
    stub_client.answer(messages.Conversations, lambda id_: messages.ConversationsResult(id_, []))
    assert len(stub_client.all(messages.Conversations)) == 2
    stub_client.answer(messages.Conversations, lambda id_: messages.ConversationsResult(id_, []))
    assert len(stub_client.all(messages.Conversations)) == 2


# ---- search -----------------------------------------------------------------------------------------------------------


def look_for(chats: ConversationList, qtbot: QtBot, text: str) -> None:
    chats.field.setText(text)
    qtbot.waitUntil(lambda: chats._searching is None or chats._searching.over)
    qtbot.waitUntil(lambda: not chats._wait.isActive() and (chats._searching is None or chats._searching.over))


def test_what_was_found_opens_at_its_turn(chats: ConversationList, qtbot: QtBot) -> None:
    look_for(chats, qtbot, "年休假")
    assert [(hit.conversation, hit.turn) for hit in chats.hits.hits] == [(3, 1), (2, 2)]
    assert chats.hits.isVisible()
    assert not chats._list.isVisible()
    with qtbot.waitSignal(chats.hit_opened) as opened:
        qtbot.mouseClick(chats.hits.viewport(), LEFT, pos=chats.hits.visualRect(chats.hits._model.index(1, 0)).center())
    assert opened.args == [2, 2]
    with qtbot.waitSignal(chats.hit_opened) as opened:
        QTest.keyClick(chats.field, Qt.Key.Key_Return)
    assert opened.args == [3, 1]
    QTest.keyClick(chats.field, Qt.Key.Key_Down)
    assert chats.hits.hasFocus()
    chats.field.clear()
    qtbot.waitUntil(chats._list.isVisible)
    assert not chats.hits.isVisible()


def test_titles_are_found_as_well(chats: ConversationList, qtbot: QtBot) -> None:
    look_for(chats, qtbot, "供应商合同")
    assert [(hit.conversation, hit.turn, hit.snippet) for hit in chats.hits.hits] == [(1, 0, "")]


def test_nothing_found_is_a_sentence(chats: ConversationList, qtbot: QtBot) -> None:
    look_for(chats, qtbot, "火箭")
    assert chats._nothing.isVisible()
    assert chats._nothing.text() == "No conversation has “火箭” in it."
    assert not chats.hits.isVisible()


def test_marks_stand_where_the_words_do_whatever_the_text_holds() -> None:
    hit = ConversationHit(1, 1, "x", "a\u202eb 年休假 c", ((4, 7),))
    text, marks = shown_snippet(hit)
    assert text == "a\\u202eb 年休假 c"
    assert [text[start:end] for start, end in marks] == ["年休假"]


def test_a_row_of_what_was_found_marks_its_words(chats: ConversationList, qtbot: QtBot, day: QApplication) -> None:
    look_for(chats, qtbot, "hotel")
    picture = chats.hits.viewport().grab().toImage()
    mark = theme.current().colour("mark").rgb()
    rows = [chats.hits.visualRect(chats.hits._model.index(row, 0)) for row in range(2)]
    for row in rows:
        inside = [
            x for x in range(row.left(), row.right()) for y in range(row.top(), row.bottom()) if picture.pixel(x, y) == mark
        ]
        assert len(inside) > 50


def test_a_conversation_is_exported_whole(chats: ConversationList, qtbot: QtBot, tmp_path: Path) -> None:
    menu = chats.menu_for(2)
    export = next(action.menu() for action in menu.actions() if action.text() == "Export")
    assert isinstance(export, QMenu)
    next(action for action in export.actions() if action.text() == "Markdown (.md)").trigger()
    qtbot.waitUntil(lambda: chats.findChild(QFileDialog) is not None)
    dialog = chats.findChild(QFileDialog)
    assert dialog is not None
    with qtbot.waitSignal(chats._exports.saved, timeout=20_000):
        dialog.fileSelected.emit(str(tmp_path / "a.md"))
    dialog.reject()
    assert (tmp_path / "a.md").read_text(encoding="utf-8").startswith("# Travel rules\n")
    with qtbot.waitSignal(chats.problem, timeout=20_000) as problem:
        chats._exports.save(str(tmp_path / "gone" / "a.md"), "md", "t", [])
    assert problem.args[0].code == "export_failed"
