# SPDX-License-Identifier: Apache-2.0
"""The line above everything."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.look import window_language
from desktop_app.ui.shell.top_bar import TopBar


@pytest.fixture
def bar(day: QApplication, qtbot: QtBot) -> TopBar:
    window = QWidget()
    qtbot.addWidget(window)
    bar = TopBar("/资料/办公室")
    qtbot.addWidget(bar)
    bar.resize(1280, 52)
    bar.show()
    return bar


def test_library_names(bar: TopBar) -> None:
    assert bar.library.name == "办公室"
    bar.set_library("/home/王芳/.local/share/Inkstone/libraries/default")
    assert bar.library.name == "My library"
    window_language.use("zh_CN")
    assert bar.library.name == "我的资料库"


def test_the_switch_tells_and_can_be_told(bar: TopBar, qtbot: QtBot) -> None:
    with qtbot.waitSignal(bar.mode_changed) as changed:
        qtbot.mouseClick(bar.mode.buttons["search"], Qt.MouseButton.LeftButton)
    assert changed.args == ["search"]
    bar.mode.set_mode("ask")
    assert bar.mode.buttons["ask"].isChecked()
    assert not bar.mode.buttons["search"].isChecked()


def test_the_pill_is_honest(bar: TopBar) -> None:
    assert bar.pill.text == "offline", "nothing is claimed before it was counted"
    bar.pill.set_connections(0)
    assert bar.pill.text == "offline, 0 connections"
    bar.pill.set_connections(1)
    assert bar.pill.text == "1 connection"
    bar.pill.set_connections(0)
    bar.resize(860, 52)
    assert bar.pill.text == "0 connections"
