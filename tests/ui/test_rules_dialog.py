# SPDX-License-Identifier: Apache-2.0
"""What is read: shown as the library has it, saved together, a bad pattern told, and watching at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.rules_dialog import RulesDialog

USUAL = ["node_modules/", ".git/"]


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.toml")


@pytest.fixture
def dialog(qtbot: QtBot, client: StubClient, settings: Settings) -> RulesDialog:
    dialog = RulesDialog(client, settings)
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    client.answer(messages.Rules, lambda id_: messages.RulesResult(id_, [*USUAL, "*.log"], True, 0, USUAL))
    return dialog


def test_it_shows_the_rules_and_saves_what_was_changed(qtbot: QtBot, dialog: RulesDialog, client: StubClient) -> None:
    assert dialog._patterns.toPlainText() == "node_modules/\n.git/\n*.log"
    assert dialog._hidden.isChecked()
    assert not dialog._limited.isChecked()
    assert not dialog._megabytes.isEnabled()
    dialog._patterns.setPlainText("*.log\n\n  草稿/  \n")
    dialog._hidden.setChecked(False)
    dialog._limited.setChecked(True)
    dialog._megabytes.setValue(50)
    qtbot.mouseClick(dialog._save, Qt.MouseButton.LeftButton)
    (asked,) = client.all(messages.SetRules)
    assert (asked.patterns, asked.hidden, asked.max_megabytes) == (["*.log", "草稿/"], False, 50)
    with qtbot.waitSignal(dialog.saved):
        client.done(messages.SetRules)
    assert not dialog.isVisible()


def test_a_bad_pattern_is_told_and_nothing_is_lost(qtbot: QtBot, dialog: RulesDialog, client: StubClient) -> None:
    dialog._patterns.setPlainText("!")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    client.fail(messages.SetRules, UsageProblem("pattern_invalid", pattern="!"))
    assert dialog.isVisible()
    assert "“!”" in dialog._note.text()
    assert dialog._patterns.toPlainText() == "!"


def test_the_usual_patterns_come_back_and_own_ones_stay(qtbot: QtBot, dialog: RulesDialog) -> None:
    dialog._patterns.setPlainText("*.log")
    qtbot.mouseClick(dialog._restore, Qt.MouseButton.LeftButton)
    assert dialog._patterns.toPlainText() == "node_modules/\n.git/\n*.log"


def test_watching_is_chosen_at_once(dialog: RulesDialog, client: StubClient, settings: Settings) -> None:
    assert dialog._watch.isChecked()
    dialog._watch.click()
    assert not settings.flag("watch")
    assert [request.watched for request in client.all(messages.Watch)] == [False]
    assert client.all(messages.SetRules) == []


def test_the_size_can_be_read(qtbot: QtBot, day: QApplication, dialog: RulesDialog) -> None:
    """With the program's own style sheet, under which Qt once left one pixel for the number."""
    dialog.show()
    qtbot.waitExposed(dialog)
    field = dialog._megabytes.lineEdit()
    assert field.text() == "200 MB"
    assert field.width() > field.fontMetrics().horizontalAdvance(field.text()) + field.textMargins().left()
