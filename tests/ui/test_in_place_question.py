# SPDX-License-Identifier: Apache-2.0
"""One form for all questions in the window: what does it comes first, what leaves it last."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app.ui.shell.main_window import MainWindow
from desktop_app.ui.widgets.in_place_question import InPlaceQuestion

Open = Callable[..., MainWindow]


def test_every_question_of_the_window_has_its_buttons_in_one_order(open_window: Open, qtbot: QtBot) -> None:
    """ "Remove" once stood left of "Keep" in one question and right of it in another."""
    window = open_window()
    window.library.ask_to_remove("/资料/办公室/合同")
    window.library._open_line.open("/资料/办公室/人事/员工手册.pdf")
    lines = window.findChildren(InPlaceQuestion)
    assert len(lines) >= 3
    for line in lines:
        buttons = [line._flow.itemAt(place).widget() for place in range(line._flow.count())]
        assert (buttons[0], buttons[-1]) == (line.yes, line.no)
        assert line.yes.property("role") == "primary"
        assert all(isinstance(button, QPushButton) for button in buttons)


def test_esc_leaves_things_as_they_are_and_does_nothing_behind(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.conversation.ask("forever")
    qtbot.waitUntil(lambda: window.conversation.running)
    window.library.ask_to_remove("/资料/办公室/合同")
    line = window.library._line
    assert line.isVisible()
    qtbot.keyClick(line.no, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert window.conversation.running
    window.conversation.stop()
