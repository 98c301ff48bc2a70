# SPDX-License-Identifier: Apache-2.0
"""The table that palette and shortcuts are made from."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.commands.command_palette import CommandPalette
from desktop_app.ui.commands.command_registry import Command, CommandRegistry


@pytest.fixture
def window(day: QApplication, qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    return window


def press(window: QWidget) -> None:
    QTest.keyClick(window, Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)


def test_a_shortcut_does_what_the_palette_lists(window: QWidget) -> None:
    ran: list[str] = []
    titles = ["Pause"]
    registry = CommandRegistry(window)
    registry.register(lambda: [Command("pause", titles[0], lambda: ran.append("pause"), "Ctrl+J")])
    press(window)
    assert ran == ["pause"]
    titles[0] = "暂停"
    assert [command.title for command in registry.listed()] == ["暂停"], "in the language of the moment"


def test_what_cannot_be_done_now_is_neither_listed_nor_done(window: QWidget) -> None:
    ran: list[str] = []
    able = [False]
    registry = CommandRegistry(window)
    registry.register(lambda: [Command("pause", "Pause", lambda: ran.append("pause"), "Ctrl+J", enabled=able[0])])
    press(window)
    assert (registry.listed(), ran) == ([], [])
    able[0] = True
    press(window)
    assert [command.id for command in registry.listed()] == ran == ["pause"]


def test_a_shortcut_without_a_title_is_not_listed(window: QWidget) -> None:
    ran: list[str] = []
    registry = CommandRegistry(window)
    registry.register(lambda: [Command("next", "", lambda: ran.append("next"), "Ctrl+J")])
    press(window)
    assert (registry.listed(), ran) == ([], ["next"])


@pytest.mark.parametrize("twice", [Command("pause", "", print, "Ctrl+L"), Command("other", "", print, "Ctrl+J")])
def test_an_id_and_keys_belong_to_one_command(window: QWidget, twice: Command) -> None:
    registry = CommandRegistry(window)
    registry.register(lambda: [Command("pause", "", print, "Ctrl+J")])
    with pytest.raises(ValueError, match="two commands"):
        registry.register(lambda: [twice])


def test_a_command_that_nobody_registered_is_an_error(window: QWidget) -> None:
    with pytest.raises(KeyError):
        CommandRegistry(window).run("pause")


def test_the_palette_goes_when_the_window_takes_another_size(window: QWidget) -> None:
    palette = CommandPalette(CommandRegistry(window), window)
    palette.open()
    assert palette.isVisible()
    window.resize(window.width() + 40, window.height())
    assert palette.isHidden()
