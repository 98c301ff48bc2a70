# SPDX-License-Identifier: Apache-2.0
"""Input methods: what is being composed is safe from Enter, Esc and the placeholder in every field of the window."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QInputMethodEvent
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.foundation.settings import Settings
from desktop_app.ui.look import theme
from desktop_app.ui.shell.main_window import MainWindow

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")  # the plugin without a display, of popups and dialogs
PINYIN = "qing'jia"


@pytest.fixture
def window(day: QApplication, qtbot: QtBot, engine, settings: Settings) -> Iterator[MainWindow]:  # type: ignore[no-untyped-def]
    client = engine()
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    client.state_changed.emit("ready")
    qtbot.waitUntil(lambda: window.runs.overview is not None and bool(window.conversations.heads), timeout=20_000)
    yield window
    window.close()
    theme.apply(day, "light")


def compose(field: QWidget, text: str = PINYIN) -> None:
    QApplication.sendEvent(field, QInputMethodEvent(text, []))


def commit(field: QWidget, text: str) -> None:
    done = QInputMethodEvent()
    done.setCommitString(text)
    QApplication.sendEvent(field, done)


def fields(below: QWidget) -> list[QWidget]:
    """What can be typed into, below a widget or in its own windows."""
    found: list[QWidget] = []
    for widget in below.findChildren(QWidget):
        if not widget.isVisible() or not widget.isEnabled():
            continue
        typed = isinstance(widget, QPlainTextEdit | QTextEdit | QLineEdit) and not widget.isReadOnly()
        if isinstance(widget, QAbstractSpinBox) or (typed and not isinstance(widget.parent(), QAbstractSpinBox)):
            found.append(widget)
    return found


def opened(window: MainWindow, qtbot: QtBot) -> Iterator[tuple[str, list[QWidget]]]:
    """Every place of the window that has fields, one after the other, with the fields that it brings."""
    yield "conversation", fields(window)
    window.conversations.edit(2)
    yield "renaming", [one for one in fields(window) if one.parent() is window.conversations._list.viewport()]
    window.centre.set_mode("search")
    yield "search", fields(window.centre.search_view())
    window.centre.set_mode("ask")
    popup = window.conversation.composer.presets.popup()
    popup.open_above(window.pos())
    popup.line.click()
    yield "preset", fields(popup)
    popup.close()
    window.dialogs.show_ledger()
    assert window.dialogs.ledger is not None
    yield "ledger", fields(window.dialogs.ledger)
    window.dialogs.ledger.close()
    window.dialogs.show_rules()
    rules = window.dialogs.rules
    assert rules is not None
    qtbot.waitUntil(rules._body.isEnabled)  # the rules have come
    rules._fold.click()  # patterns of one's own
    rules._limited.setChecked(True)
    qtbot.waitUntil(lambda: len(fields(rules)) > 1)
    yield "rules", fields(rules)
    rules.close()
    window.dialogs.show_models()
    assert window.dialogs.models is not None
    yield "models", fields(window.dialogs.models)
    window.dialogs.models.close()
    window.activateWindow()
    window.dialogs.show_palette()
    assert window.dialogs.palette is not None
    yield "palette", fields(window.dialogs.palette)


def test_enter_and_escape_belong_to_the_input_method_in_every_field(window: MainWindow, qtbot: QtBot) -> None:
    tried = {}
    for place, found in opened(window, qtbot):
        tried[place] = len(found)
        for field in found:
            home = field.window()
            home.activateWindow()
            field.setFocus()
            qtbot.waitUntil(lambda field=field: QApplication.focusWidget() is field)
            sent = QSignalSpy(field.returnPressed) if isinstance(field, QLineEdit) else None
            shown = field.isVisible()
            compose(field)
            for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Tab):
                QTest.keyClick(field, key)
                assert home.isVisible(), (place, field, key)
                assert field.isVisible() == shown, (place, field, key)
                assert QApplication.focusWidget() is field, (place, field, key)
            if sent is not None:
                assert sent.count() == 0, (place, field)
            compose(field, "")
    assert not window.conversation.turns
    assert {name for name, count in tried.items() if not count} <= {"models"}, tried


def test_enter_sends_no_question_that_is_half_composed(window: MainWindow, qtbot: QtBot) -> None:
    edit = window.conversation.composer.edit
    edit.setFocus()
    QTest.keyClicks(edit, "a")
    compose(edit, "zhi'bao'qi")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert not window.conversation.turns
    commit(edit, "质保期")
    assert edit.toPlainText() == "a质保期"
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert window.conversation.turns[0].question == "a质保期"
    qtbot.waitUntil(lambda: not window.conversation.running)


def test_escape_while_composing_stops_no_answer(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    stop, stopped = window.conversation.stop, []
    monkeypatch.setattr(window.conversation, "stop", lambda: stopped.append(stop()))
    window.conversation.ask("forever")
    turn = window.conversation.turns[-1]
    qtbot.waitUntil(lambda: len(turn.view.text) > 20)
    edit = window.conversation.composer.edit
    edit.setFocus()
    compose(edit)
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert not stopped
    compose(edit, "")
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: turn.over)


@pytest.mark.parametrize(
    "find",
    [
        lambda window: window.conversation.composer.edit,
        lambda window: window.conversations.field,
        lambda window: window.conversation.composer.presets.popup().instruction,
    ],
    ids=["question", "conversations", "instruction"],
)
def test_the_placeholder_gives_way_to_what_is_composed(
    window: MainWindow, qtbot: QtBot, find: Callable[[MainWindow], QWidget]
) -> None:
    field = find(window)
    if field.window() is not window:
        popup = window.conversation.composer.presets.popup()
        popup.open_above(window.pos())
        popup.line.click()
        popup.activateWindow()
    field.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    words = field.placeholderText()  # type: ignore[attr-defined]
    assert words
    compose(field)
    composed = _drawn(field)
    field.setPlaceholderText("")  # type: ignore[attr-defined]
    assert composed == _drawn(field), "nothing but what is composed"
    compose(field, "")
    if isinstance(field, QPlainTextEdit):
        assert field.placeholderText() == words


def _drawn(field: QWidget) -> QImage:
    return field.grab().toImage()
