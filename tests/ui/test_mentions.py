# SPDX-License-Identifier: Apache-2.0
"""Narrowing a question by typing "@": in the real window, with the names of the scripted engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import fake_engine
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.contract import messages as m
from desktop_app.contract.ledger import NamedPath, Scope
from desktop_app.foundation import translation
from desktop_app.foundation.settings import Settings
from desktop_app.ui.conversation import mentions
from desktop_app.ui.conversation.mention_popup import MentionPopup
from desktop_app.ui.look import theme
from desktop_app.ui.shell.main_window import MainWindow

NOW = datetime(2026, 11, 30, 15, 0).astimezone()
FOLDER = fake_engine.FOLDER


# ---- where something is named ----


@pytest.mark.parametrize(
    ("before", "at"),
    [
        ("@", 0),
        ("＠合同", 0),
        ("请假@手册", 2),
        ("what says @travel rules", 10),
        ("write to a@b.cn", -1),
        ("@ home", -1),
        ("no mark", -1),
        ("@" + "长" * 80, -1),
        ("@甲 and @乙", 7),
    ],
)
def test_where_something_is_named(before: str, at: int) -> None:
    assert mentions.start(before) == at


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("excel", "Spreadsheets"),
        ("pdf", "PDF"),
        ("2024", "2024"),
        ("2024-05", "2024-05"),
        ("last 7", "Last 7 days"),
        ("表格", "Spreadsheets"),
    ],
)
def test_kinds_and_dates(typed: str, first: str) -> None:
    assert mentions.offered(typed, (), NOW)[0].words == first


def test_kinds_are_found_in_chinese_and_by_initials() -> None:
    translation.use("zh_CN")
    assert [one.type for one in mentions.kinds("演示")] == ["slides"]
    assert [one.words for one in mentions.periods("zj7", NOW)] == ["最近 7 天"]


def test_a_year_ends_where_the_next_one_begins() -> None:
    scope = mentions.offered("2024", (), NOW)[0].narrowed(Scope(types=("pdf",)))
    assert scope.types == ("pdf",)
    assert datetime.fromtimestamp(scope.since or 0).astimezone().isoformat()[:19] == "2024-01-01T00:00:00"
    assert datetime.fromtimestamp(scope.until or 0).astimezone().isoformat()[:19] == "2025-01-01T00:00:00"
    december = mentions.offered("2024年12月", (), NOW)[0].narrowed(Scope())
    assert datetime.fromtimestamp(december.until or 0).astimezone().isoformat()[:10] == "2025-01-01"


def test_a_file_that_cannot_be_searched_says_so() -> None:
    assert mentions.of_path(NamedPath("/资料/甲.pdf", "file", "pending", 1)).hint == "not read yet"
    assert mentions.of_path(NamedPath("/资料/甲.pdf", "file", "words", 1)).hint == "/资料"


# ---- in the window ----


@pytest.fixture
def window(day: QApplication, qtbot: QtBot, engine, settings: Settings) -> Iterator[MainWindow]:  # type: ignore[no-untyped-def]
    client = engine()
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.resize(1100, 760)
    window.show()
    window.activateWindow()
    client.state_changed.emit("ready")
    qtbot.waitUntil(lambda: window.runs.overview is not None, timeout=20_000)
    window.conversation.composer.edit.setFocus()
    qtbot.waitUntil(window.conversation.composer.edit.hasFocus)
    yield window
    window.close()
    theme.apply(day, "light")


def typed(window: MainWindow, qtbot: QtBot, text: str, wanted: str) -> MentionPopup:
    """Type, and wait until ``wanted`` is the first that is offered."""
    QTest.keyClicks(window.conversation.composer.edit, text)
    popup = window.conversation.mentions.popup
    assert popup is not None
    qtbot.waitUntil(lambda: popup.isVisible() and bool(popup.shown) and popup.shown[0].words == wanted)
    return popup


def commit(window: MainWindow, text: str) -> None:
    """As an input method does: QTest types Latin letters alone."""
    done = QInputMethodEvent()
    done.setCommitString(text)
    QApplication.sendEvent(window.conversation.composer.edit, done)


def test_a_file_is_named_and_asked_in(window: MainWindow, qtbot: QtBot) -> None:
    edit, composer = window.conversation.composer.edit, window.conversation.composer
    QTest.keyClicks(edit, "hotel costs ")
    popup = typed(window, qtbot, "@guide int", "Interns guide 2025.docx")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not popup.isVisible()
    assert edit.toPlainText() == "hotel costs "
    path = f"{FOLDER}/人事/Interns guide 2025.docx"
    assert composer.scope.scope == Scope((path,))
    assert [tag.words for tag in composer.tags.tags] == ["Interns guide 2025.docx"]
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.conversation.turns[0].question == "hotel costs"
    run = window.conversation._runs.all[0]
    assert run.ask.scope == Scope((path,))
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    assert [tag.words for tag in composer.tags.tags] == ["Interns guide 2025.docx"], "kept for the next question"
    window.conversation.new_conversation()
    assert not composer.tags.tags


def test_full_width_and_chinese_names(window: MainWindow, qtbot: QtBot) -> None:
    commit(window, "怎么请假＠人事")
    popup = window.conversation.mentions.popup
    assert popup is not None
    qtbot.waitUntil(lambda: bool(popup.shown) and popup.shown[0].words == "人事")
    QTest.keyClick(window.conversation.composer.edit, Qt.Key.Key_Tab)
    assert window.conversation.composer.scope.scope.below == (f"{FOLDER}/人事",)
    assert window.conversation.composer.edit.toPlainText() == "怎么请假"
    assert window.conversation.composer.edit.hasFocus()


def test_types_and_dates_are_tags_too(window: MainWindow, qtbot: QtBot) -> None:
    edit, composer = window.conversation.composer.edit, window.conversation.composer
    typed(window, qtbot, "@excel", "Spreadsheets")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    typed(window, qtbot, "@2024", "2024")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert [tag.words for tag in composer.tags.tags] == ["Spreadsheets", "2024"]
    assert composer.scope.text() == "Some documents"
    composer.tags.tags[0].setFocus()
    QTest.keyClick(composer.tags.tags[0], Qt.Key.Key_Delete)
    assert [tag.words for tag in composer.tags.tags] == ["2024"]
    assert edit.hasFocus()
    tag = composer.tags.tags[0]
    QTest.mouseClick(tag, Qt.MouseButton.LeftButton, pos=QPoint(12, 10))
    assert composer.tags.tags == [tag], "only its cross takes it out"
    QTest.mouseClick(tag, Qt.MouseButton.LeftButton, pos=QPoint(tag.width() - 12, 10))
    assert composer.scope.scope == Scope()


def test_escape_leaves_the_text_and_does_not_come_back(window: MainWindow, qtbot: QtBot) -> None:
    edit = window.conversation.composer.edit
    popup = typed(window, qtbot, "@", "人事")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert popup.isHidden()
    QTest.keyClicks(edit, "travel")
    assert popup.isHidden()
    assert edit.toPlainText() == "@travel"
    edit.clear()
    typed(window, qtbot, "@", "人事")


def test_another_size_of_the_window_puts_the_list_away(window: MainWindow, qtbot: QtBot) -> None:
    popup = typed(window, qtbot, "@", "人事")
    window.resize(1000, 700)
    qtbot.waitUntil(popup.isHidden)
    QTest.keyClicks(window.conversation.composer.edit, "i")
    qtbot.waitUntil(popup.isVisible)


def test_the_arrows_go_through_the_list(window: MainWindow, qtbot: QtBot) -> None:
    edit = window.conversation.composer.edit
    popup = typed(window, qtbot, "@", "人事")
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert popup.list.currentIndex().row() == 1
    QTest.keyClick(edit, Qt.Key.Key_Up)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert popup.list.currentIndex().row() == len(popup.shown) - 1


def test_keys_of_an_input_method_do_not_reach_the_list(window: MainWindow, qtbot: QtBot) -> None:
    edit = window.conversation.composer.edit
    popup = typed(window, qtbot, "@", "人事")
    QApplication.sendEvent(edit, QInputMethodEvent("he'tong", []))
    QTest.keyClick(edit, Qt.Key.Key_Down)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert popup.list.currentIndex().row() == 0
    assert window.conversation.composer.scope.scope == Scope()
    assert not window.conversation.turns


def test_an_unknown_name_is_told_and_a_blank_ends_it(window: MainWindow, qtbot: QtBot) -> None:
    edit = window.conversation.composer.edit
    QTest.keyClicks(edit, "@zzzz")
    popup = window.conversation.mentions.popup
    assert popup is not None
    qtbot.waitUntil(popup.nothing.isVisible)
    assert "zzzz" in popup.nothing.text()
    QTest.keyClicks(edit, " y")
    qtbot.waitUntil(popup.isHidden)
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.conversation.turns[0].question == "@zzzz y"
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)


def test_a_file_that_is_not_read_yet_has_a_note(window: MainWindow, qtbot: QtBot) -> None:
    composer = window.conversation.composer
    commit(window, "@征求")
    popup = window.conversation.mentions.popup
    assert popup is not None
    qtbot.waitUntil(lambda: bool(popup.shown) and popup.shown[0].words == "员工手册（征求意见稿）.docx")
    assert popup.shown[0].hint == "not read yet"
    QTest.keyClick(composer.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: [tag.words for tag in composer.tags.tags] == ["员工手册（征求意见稿）.docx · not read yet"])


def test_the_button_offers_names_as_well(window: MainWindow, qtbot: QtBot) -> None:
    composer = window.conversation.composer
    QTest.keyClicks(composer.edit, "hotel")
    menu = composer.scope.menu_now()
    next(action for action in menu.actions() if action.text().startswith("Another")).trigger()
    popup = window.conversation.mentions.popup
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    assert composer.edit.toPlainText() == "hotel @"


def test_tags_speak_the_language_of_the_window(window: MainWindow, qtbot: QtBot) -> None:
    composer = window.conversation.composer
    composer.scope.choose(Scope(types=("spreadsheet",), since=0.0))
    window.appearance.choose_language("zh_CN")
    assert composer.tags.tags[0].words == "表格"


def test_a_kept_conversation_shows_its_tags(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    window.conversation.open(3)
    qtbot.waitUntil(lambda: bool(window.conversation.turns))
    assert not window.conversation.composer.tags.tags
    window.conversation.composer.scope.choose(Scope((f"{FOLDER}/人事/旧",)))
    window.conversation.new_conversation()
    window.conversation.open(3)
    qtbot.waitUntil(lambda: [tag.words for tag in window.conversation.composer.tags.tags] == ["旧"])


def test_names_are_asked_of_the_engine_for_each_key(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    request = window.client.request

    def watched(make):  # type: ignore[no-untyped-def]
        operation = request(make)
        if isinstance(operation.request, m.FindNames):
            asked.append(operation.request.text)
        return operation

    monkeypatch.setattr(window.client, "request", watched)
    typed(window, qtbot, "@in", "Interns guide 2025.docx")
    assert asked[0] == ""
    assert asked[-1] == "in"
