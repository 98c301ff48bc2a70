# SPDX-License-Identifier: Apache-2.0
"""Words looked for in the open source: counted, marked, walked through by keys, and put away by Esc before the source is."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from test_main_window import Open, asked, press

from desktop_app.foundation import translation
from desktop_app.ui.look import window_language
from desktop_app.ui.shell.main_window import MainWindow
from desktop_app.ui.source.source_panel import SourcePanel


@pytest.fixture
def window(open_window: Open, qtbot: QtBot) -> MainWindow:
    """At the second citation of an answer, a Word file."""
    window = open_window()
    asked(window, qtbot)
    window.source.show_citation(window.conversation.turns[-1].answer, 2)  # type: ignore[arg-type]
    panel = window.source.panel()
    qtbot.waitUntil(lambda: panel.views.currentWidget() is panel.views.text, timeout=20_000)
    return window


def bar_of(window: MainWindow):  # type: ignore[no-untyped-def]
    return window.source.panel()._find


def looked_for(qtbot: QtBot, panel: SourcePanel, words: str) -> None:
    panel._find.field.setText(words)
    qtbot.waitUntil(lambda: panel._find._told.text() not in ("", "…"), timeout=20_000)


def test_the_keys_open_count_walk_and_close(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.source.panel()
    window.conversation.composer.edit.setFocus()
    press(window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    bar = bar_of(window)
    assert bar.isVisible()
    assert bar.field.hasFocus()
    bar.field.insert("加班")
    qtbot.waitUntil(lambda: bar._told.text() == "1 of 10", timeout=20_000)
    assert len(panel.views.text.view.extraSelections()) == 10
    for key, modifier, told in (
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "2 of 10"),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier, "3 of 10"),
        (Qt.Key.Key_F3, Qt.KeyboardModifier.ShiftModifier, "2 of 10"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier, "1 of 10"),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier, "10 of 10"),
    ):
        press(window, key, modifier)
        assert bar._told.text() == told
    press(window, Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert window.source.is_open
    assert panel.views.text.view.extraSelections() == []
    assert panel.views.text.view.hasFocus()
    press(window, Qt.Key.Key_Escape)
    assert not window.source.is_open


def test_esc_in_the_text_puts_the_bar_away_first(window: MainWindow) -> None:
    window.commands.run("source.find")
    window.source.panel().views.text.view.setFocus()
    press(window, Qt.Key.Key_Escape)
    assert not bar_of(window).isVisible()
    assert window.source.is_open


def test_what_is_not_there_and_what_is_selected(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.source.panel()
    window.commands.run("source.find")
    looked_for(qtbot, panel, "没有这个词")
    assert panel._find._told.text() == "not found"
    assert not panel._find._next.isEnabled()
    panel._find.dismiss()
    panel.views.text.view.setTextCursor(panel.views.text.view.document().find("调休"))
    window.commands.run("source.find")
    assert panel._find.field.text() == "调休"
    qtbot.waitUntil(lambda: panel._find._told.text() == "1 of 5", timeout=20_000)


def test_another_source_is_looked_through_at_once(window: MainWindow, qtbot: QtBot) -> None:
    panel = window.source.panel()
    window.commands.run("source.find")
    looked_for(qtbot, panel, "申请")
    assert panel._find._told.text() == "1 of 5"
    panel.go(-1)  # the handbook, whose sentence has the word twice more
    qtbot.waitUntil(lambda: panel._find._told.text() == "1 of 7", timeout=20_000)


def test_the_bar_is_retranslated(window: MainWindow, qtbot: QtBot, day: QApplication) -> None:
    panel = window.source.panel()
    window.commands.run("source.find")
    looked_for(qtbot, panel, "调休")
    panel.views.text.go_to_edge(1)
    place = panel.views.text.view.verticalScrollBar().value()
    try:
        window_language.use("zh_CN")
        assert panel.views.text.view.verticalScrollBar().value() == place, "what is read stays where it is"
        assert panel._find._told.text() == "第 1 处，共 5 处"
        assert panel._find.field.placeholderText() == "在文件中查找"
    finally:
        translation.use("en")
