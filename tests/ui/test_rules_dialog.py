# SPDX-License-Identifier: Apache-2.0
"""What is read: shown as the library has it, saved together, a bad pattern told, and watching at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.exclude_rules import DEFAULT_PATTERNS, SYSTEM_FOLDERS, TEMPORARY_FILES
from desktop_app.foundation import translation
from desktop_app.foundation.errors import UsageProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.rules_dialog import RulesDialog

OWN = ["*.log", "草稿/"]


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
    client.answer(messages.Rules, lambda id_: messages.RulesResult(id_, [*DEFAULT_PATTERNS, *OWN], True, 0))
    return dialog


def test_what_most_people_want_is_a_check_box(dialog: RulesDialog) -> None:
    """It once began with node_modules/ and __pycache__/, for an office clerk."""
    assert {name: box.isChecked() for name, box in dialog.groups.items()} == {
        "system": True, "programs": True, "temporary": False,
    }  # fmt: skip
    assert not dialog._advanced.isVisible()
    assert dialog._fold.text() == "Advanced: patterns of your own (2)"
    assert "node_modules" not in dialog._patterns.toPlainText()


def test_it_shows_the_rules_and_saves_what_was_changed(qtbot: QtBot, dialog: RulesDialog, client: StubClient) -> None:
    assert dialog._patterns.toPlainText() == "*.log\n草稿/"
    assert dialog._hidden.isChecked()
    assert not dialog._limited.isChecked()
    assert not dialog._megabytes.isEnabled()
    dialog._fold.click()
    assert dialog._advanced.isVisible()
    dialog._patterns.setPlainText("!重要.log\n\n  草稿/  \n")
    dialog._hidden.setChecked(False)
    dialog.groups["programs"].setChecked(False)
    dialog.groups["temporary"].setChecked(True)
    dialog._limited.setChecked(True)
    dialog._megabytes.setValue(50)
    qtbot.mouseClick(dialog._save, Qt.MouseButton.LeftButton)
    (asked,) = client.all(messages.SetRules)
    expected = [*SYSTEM_FOLDERS, *TEMPORARY_FILES, "!重要.log", "草稿/"]
    assert (asked.patterns, asked.hidden, asked.max_megabytes) == (expected, False, 50)
    with qtbot.waitSignal(dialog.saved):
        client.done(messages.SetRules)
    assert not dialog.isVisible()


def test_a_part_of_a_group_stays_as_patterns_of_ones_own(dialog: RulesDialog, client: StubClient) -> None:
    dialog.open_fresh()
    client.answer(messages.Rules, lambda id_: messages.RulesResult(id_, ["node_modules/", "*.tmp"], False, 0))
    assert not any(box.isChecked() for box in dialog.groups.values())
    dialog.save()
    assert client.all(messages.SetRules)[-1].patterns == ["node_modules/", "*.tmp"]


def test_a_bad_pattern_is_told_shown_and_not_lost(qtbot: QtBot, dialog: RulesDialog, client: StubClient) -> None:
    dialog._patterns.setPlainText("!")
    qtbot.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    client.fail(messages.SetRules, UsageProblem("pattern_invalid", pattern="!"))
    assert dialog.isVisible()
    assert "“!”" in dialog._note.text()
    assert dialog._patterns.toPlainText() == "!"
    assert dialog._advanced.isVisible()


def test_examples_stand_on_lines_of_their_own(dialog: RulesDialog, qtbot: QtBot, day: QApplication) -> None:
    """ "！" and "重要.log" once stood on two lines."""
    dialog._fold.click()
    for language in ("en", "zh_CN"):
        translation.use(language)
        dialog.retranslate()
        for label in dialog._advanced.findChildren(QLabel):
            if label.text() in ("*.log", "drafts/", "/old/", "!important.log"):
                assert not label.wordWrap()


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
