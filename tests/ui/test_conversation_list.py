# SPDX-License-Identifier: Apache-2.0
"""The list of conversations: by day, open, rename in place, delete and undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMenu, QStyle, QStyleOptionFrame
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.conversation import ConversationHead, ConversationHit
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation.conversation_hits import shown_snippet
from desktop_app.ui.conversation.conversation_list import ConversationList
from desktop_app.ui.conversation.conversation_rows import ConversationRows
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.shell.main_window import MainWindow

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
    return [row.title for row in chats.rows.rows if isinstance(row, ConversationHead)]


def groups(chats: ConversationList) -> list[str]:
    return [row for row in chats.rows.rows if isinstance(row, str)]


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> float:
    return datetime(year, month, day, hour, minute).timestamp()  # noqa: DTZ001 - here


def test_newest_first_and_a_click_opens(chats: ConversationList, qtbot: QtBot) -> None:
    assert titles(chats)[:2] == ["请假流程", "Travel rules"]
    rect = chats._list.visualRect(chats.rows.of(2))
    with qtbot.waitSignal(chats.opened) as opened:
        qtbot.mouseClick(chats._list.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    assert opened.args == [2]


def test_the_open_one_is_marked(chats: ConversationList) -> None:
    chats.set_current(1)
    assert chats._list.currentIndex() == chats.rows.of(1)
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


def test_a_deleted_one_can_be_had_back(chats: ConversationList, qtbot: QtBot) -> None:
    chats._list.setCurrentIndex(chats.rows.of(3))
    with qtbot.waitSignal(chats.removed) as removed:
        QTest.keyClick(chats._list, Qt.Key.Key_Delete)
    assert removed.args == [3]
    assert titles(chats)[0] == "Travel rules"
    assert chats._undo_words.text() == "Deleted “请假流程”"
    chats._undo.click()
    assert titles(chats)[0] == "请假流程"
    assert chats._undo_line.isHidden()
    assert len(chats.heads) == 3


def test_what_was_shown_is_shown_again(chats: ConversationList, qtbot: QtBot) -> None:
    chats.set_current(2)
    chats.delete(2)
    chats.set_current(0)
    with qtbot.waitSignal(chats.opened) as opened:
        chats.undo_deleting()
    assert opened.args == [2]


def test_after_a_while_it_is_deleted_for_good(chats: ConversationList, qtbot: QtBot) -> None:
    chats._undo_time.setInterval(1)
    with qtbot.waitSignal(chats.deleted) as deleted:
        chats.delete(3)
    assert deleted.args == [3]
    qtbot.waitUntil(lambda: len(chats.heads) == 2 and chats._looking is None)
    assert titles(chats)[0] == "Travel rules"
    assert chats._undo_line.isHidden()


def test_a_second_one_deletes_the_first(chats: ConversationList, qtbot: QtBot) -> None:
    chats.delete(3)
    with qtbot.waitSignal(chats.deleted) as deleted:
        chats.delete(2)
    assert deleted.args == [3]
    assert chats._undo_words.text() == "Deleted “Travel rules”"
    chats.undo_deleting()
    assert "Travel rules" in titles(chats)


def test_what_cannot_be_deleted_comes_back(qtbot: QtBot, stub_client: StubClient) -> None:
    chats = listed(qtbot, stub_client, ConversationHead(1, "甲", at(2026, 11, 30), 1))
    chats.delete(1)
    chats.finish_deleting()
    with qtbot.waitSignal(chats.problem):
        stub_client.fail(messages.DeleteConversation, EnvironmentProblem("disk_full"))
    stub_client.answer(
        messages.Conversations,
        lambda id_: messages.ConversationsResult(id_, [ConversationHead(1, "甲", at(2026, 11, 30), 1)]),
    )
    assert titles(chats) == ["甲"]


# ---- groups ----

NOW = datetime(2026, 11, 30, 15, 0).astimezone()


def listed(qtbot: QtBot, client: StubClient, *heads: ConversationHead) -> ConversationList:
    chats = ConversationList(client, now=lambda: NOW)  # type: ignore[arg-type]
    qtbot.addWidget(chats)
    chats.resize(280, 600)
    chats.show()
    chats.refresh()
    client.answer(messages.Conversations, lambda id_: messages.ConversationsResult(id_, list(heads)))
    return chats


def test_they_are_grouped_by_day_with_their_time(qtbot: QtBot, stub_client: StubClient) -> None:
    chats = listed(
        qtbot,
        stub_client,
        ConversationHead(9, "固定", at(2024, 1, 1), 1, pinned=True),
        ConversationHead(8, "今天", at(2026, 11, 30, 9, 5), 1),
        ConversationHead(7, "昨天", at(2026, 11, 29, 23, 59), 1),
        ConversationHead(6, "周五", at(2026, 11, 27), 1),
        ConversationHead(5, "质保", at(2026, 11, 3, 10, 0), 1),
        ConversationHead(4, "质保", at(2026, 11, 3, 9, 0), 1),
        ConversationHead(3, "去年", at(2025, 11, 3), 1),
    )
    assert groups(chats) == ["Pinned", "Today", "Yesterday", "Last 7 days", "November", "November 2025"]
    heads = {head.id: head for head in chats.heads}
    assert [chats.rows.time(heads[id_]) for id_ in (8, 7, 6)] == ["09:05", "23:59", "Fri"]
    assert [chats.rows.time(heads[id_]) for id_ in (5, 4)] == ["11-03 10:00", "11-03 09:00"], "the same title, told apart"
    window_language.use("zh_CN")
    assert groups(chats) == ["置顶", "今天", "昨天", "最近 7 天", "11 月", "2025 年 11 月"]


def test_the_keyboard_steps_over_the_names_of_groups(qtbot: QtBot, stub_client: StubClient) -> None:
    first, second = ConversationHead(8, "今天", at(2026, 11, 30), 1), ConversationHead(7, "昨天", at(2026, 11, 29), 1)
    chats = listed(qtbot, stub_client, first, second)
    chats.set_current(8)
    QTest.keyClick(chats._list, Qt.Key.Key_Down)
    assert chats._list.currentIndex() == chats.rows.of(7)
    QTest.keyClick(chats._list, Qt.Key.Key_Up)
    assert chats._list.currentIndex() == chats.rows.of(8)


def test_ten_thousand_are_listed_at_once(qtbot: QtBot, stub_client: StubClient) -> None:
    many = [ConversationHead(n, f"对话 {n}", at(2026, 11, 30) - n * 3600, 1) for n in range(10_000, 0, -1)]
    chats = listed(qtbot, stub_client, *many)
    assert chats.rows.rowCount() > 10_000
    chats.set_current(5_000)
    assert chats.rows.head(chats._list.currentIndex()) == many[5_000]
    assert chats._list.uniformItemSizes(), "or Qt would measure each row"
    assert "rowCount" not in vars(ConversationRows), "Qt calls it once for each row of the whole list, when it lays them out"


# ---- what is not seen yet ----


def test_an_answer_that_came_unseen_is_marked_until_it_is_shown(chats: ConversationList) -> None:
    chats.set_current(3)
    chats.note_answer(3)
    chats.note_answer(2)
    assert chats.rows.of(3).data(ACCESSIBLE).startswith("请假流程 · 20"), "it is shown"
    assert "new answer" in chats.rows.of(2).data(ACCESSIBLE)
    chats.set_current(2)
    assert "new answer" not in chats.rows.of(2).data(ACCESSIBLE)


@pytest.mark.qt_log_ignore("This plugin does not support")  # the menu, of Qt without a display
def test_a_right_click_marks_nothing(chats: ConversationList, qtbot: QtBot) -> None:
    chats.set_current(3)
    with qtbot.waitSignal(chats._list.customContextMenuRequested):
        place = chats._list.visualRect(chats.rows.of(1)).center()
        QTest.mouseClick(chats._list.viewport(), Qt.MouseButton.RightButton, pos=place)
        QApplication.sendEvent(
            chats._list.viewport(),
            QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, chats._list.viewport().mapToGlobal(place)),
        )
    assert chats._list.currentIndex() == chats.rows.of(3)


def test_a_title_that_is_typed_survives_a_new_list(chats: ConversationList, qtbot: QtBot) -> None:
    chats.edit(2)
    editor = chats._list.findChild(QLineEdit)
    assert editor is not None
    editor.setText("差旅")
    chats.refresh()
    qtbot.waitUntil(lambda: chats._looking is None)
    assert chats._list.findChild(QLineEdit) is editor
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "差旅" in titles(chats))


def test_an_empty_list_says_what_it_is_for(chats: ConversationList, qtbot: QtBot) -> None:
    for head in list(chats.heads):
        chats.delete(head.id)
    chats.finish_deleting()
    qtbot.waitUntil(lambda: not chats.heads)
    assert chats._nothing.isVisible()
    window_language.use("zh_CN")
    assert chats._nothing.text() == "您的提问和回答会保存在这里。"


def test_the_editor_of_a_title_shows_its_letters_whole(chats: ConversationList, qtbot: QtBot) -> None:
    chats.edit(2)
    editor = chats._list.findChild(QLineEdit)
    assert editor is not None
    option = QStyleOptionFrame()
    editor.initStyleOption(option)
    room = editor.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, editor)
    assert room.height() >= editor.fontMetrics().height()


def test_pinned_and_running_ones_are_marked(chats: ConversationList, qtbot: QtBot) -> None:
    assert [action.text() for action in chats.menu_for(1).actions()] == ["Rename", "Pin", "Export", "Delete"]
    chats.menu_for(1).actions()[1].trigger()
    qtbot.waitUntil(lambda: chats.heads[0].id == 1)
    assert groups(chats)[0] == "Pinned"
    assert " · pinned · " in chats.rows.of(1).data(ACCESSIBLE)
    assert chats.menu_for(1).actions()[1].text() == "Unpin"
    running = [replace(head, running=head.id == 3) for head in chats.heads]
    chats._looked(messages.ConversationsResult(0, running))
    assert chats.rows.of(3).data(ACCESSIBLE).startswith("请假流程 · being answered · 20")


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


# ---- in the window ----


def test_the_window_deletes_what_was_taken_out_before_it_closes(
    day: QApplication, qtbot: QtBot, engine, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    client = engine()
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    client.state_changed.emit("ready")
    chats = window.conversations
    qtbot.waitUntil(lambda: len(chats.heads) == 3, timeout=20_000)
    window.conversation.open(2)
    qtbot.waitUntil(lambda: window.conversation.conversation == 2)
    window.conversation.answered_elsewhere.emit(1)
    assert "new answer" in chats.rows.of(1).data(ACCESSIBLE)
    sent: list[object] = []
    request = client.request
    monkeypatch.setattr(client, "request", lambda make: sent.append(make(0)) or request(make))
    chats.delete(2)
    assert window.conversation.conversation == 0, "it is no longer shown"
    window.commands.run("conversation.undo")
    qtbot.waitUntil(lambda: window.conversation.conversation == 2)
    chats.delete(2)
    assert not [one for one in sent if isinstance(one, messages.DeleteConversation)]
    window.close()
    assert [one.conversation for one in sent if isinstance(one, messages.DeleteConversation)] == [2]
