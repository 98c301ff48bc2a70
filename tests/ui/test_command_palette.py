# SPDX-License-Identifier: Apache-2.0
"""Ctrl+K: a few letters and Enter."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.commands.command_palette import CommandPalette, matching
from desktop_app.ui.commands.command_registry import Command, CommandRegistry


@pytest.fixture
def window(day: QApplication, qtbot: QtBot) -> Iterator[QWidget]:
    """Held until the test is over, or it would be collected while its palette still listens to it."""
    made = QWidget()
    made.resize(800, 600)
    qtbot.addWidget(made)
    yield made
    made.close()


def commands(ran: list[str]) -> list[Command]:
    return [
        Command("new", "New conversation", lambda: ran.append("new"), "Ctrl+N"),
        Command("add", "添加文件夹", lambda: ran.append("add"), also="add folder"),
        Command("dark", "Dark", lambda: ran.append("dark"), also="theme"),
        Command("open", "A conversation about 请假", lambda: ran.append("open")),
    ]


def test_every_word_must_be_there_and_beginnings_come_first() -> None:
    titles = [command.title for command in matching(commands([]), "conversation about")]
    assert titles == ["A conversation about 请假"]
    assert [command.title for command in matching(commands([]), "folder")] == ["添加文件夹"], "English finds it in Chinese too"
    assert matching(commands([]), "zzz") == []
    assert len(matching(commands([]), " ")) == 4


def test_typing_arrows_and_enter(window: QWidget) -> None:
    ran: list[str] = []
    registry = CommandRegistry(window)
    registry.register(lambda: commands(ran))
    palette = CommandPalette(registry, window)
    window.show()
    palette.open()
    QTest.keyClicks(palette.field, "conversation")
    QTest.keyClick(palette.field, Qt.Key.Key_Down)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["open"]
    assert palette.isHidden()
    palette.open()
    QTest.keyClick(palette.field, Qt.Key.Key_Up)
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert ran == ["open", "open"], "up from the first is the last"
    palette.open()
    QTest.keyClicks(palette.field, "zzz")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert not palette.isHidden(), "nothing to run"
    assert palette.nothing.isVisible()
    assert "zzz" in palette.nothing.text()
    assert not palette.list.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Escape)
    assert palette.isHidden()
    assert ran == ["open", "open"]


def test_ten_thousand_conversations_are_not_all_listed(window: QWidget) -> None:
    registry = CommandRegistry(window)
    registry.register(lambda: [Command(f"c{n}", f"Conversation {n}", lambda: None) for n in range(10_000)])
    palette = CommandPalette(registry, window)
    window.show()
    palette.open()
    assert palette.list.model().rowCount() == 60
    QTest.keyClicks(palette.field, "9999")
    assert palette.list.model().rowCount() == 1
