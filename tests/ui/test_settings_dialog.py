# SPDX-License-Identifier: Apache-2.0
"""The settings page: every setting, found by any word, in force at once, reset, and honest where it cannot be saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_app.contract import messages
from desktop_app.foundation import paths, translation
from desktop_app.foundation.settings import SETTINGS, Setting, Settings
from desktop_app.ui.look import theme
from desktop_app.ui.pages.setting_controls import OneOf, OnOff, WholeNumber, control_for
from desktop_app.ui.pages.setting_row import SettingRow
from desktop_app.ui.pages.settings_dialog import SettingsDialog
from desktop_app.ui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]


def opened(window: MainWindow) -> SettingsDialog:
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.dialogs.settings
    assert dialog is not None
    assert dialog.isVisible()
    return dialog


def row(dialog: SettingsDialog, key: str) -> SettingRow:
    return next(one for one in dialog.rows if one.setting.key == key)


def choose(dialog: SettingsDialog, key: str, value: str) -> None:
    control = row(dialog, key).control
    assert isinstance(control, OneOf)
    control.actions_by_value[value].trigger()


def asked(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What the engine is asked from now on."""
    requests: list[object] = []
    request = window.client.request
    monkeypatch.setattr(window.client, "request", lambda make: (requests.append(make(0)), request(make))[1])
    return requests


def test_every_setting_that_people_choose_is_there_and_no_other(open_window: Open) -> None:
    dialog = opened(open_window())
    assert {one.setting.key for one in dialog.rows} == {key for key, setting in SETTINGS.items() if not setting.internal}
    assert dialog.focusWidget() is dialog.field
    assert not dialog.isModal()


def test_the_table_has_the_words_of_the_page() -> None:
    for setting in SETTINGS.values():
        if not setting.internal:
            assert setting.title, setting.key
            assert setting.help, setting.key
            assert len(setting.words) == len(setting.choices), setting.key


def test_language_and_theme_hold_at_once(open_window: Open, settings: Settings) -> None:
    window = open_window()
    dialog = opened(window)
    choose(dialog, "language", "zh_CN")
    assert dialog.windowTitle() == "设置"
    assert window.top.mode.buttons["ask"].text() == "提问"
    assert row(dialog, "language").title.text() == "语言"
    assert settings.text("language") == "zh_CN"
    choose(dialog, "theme", "dark")
    assert theme.current() is theme.DARK
    row(dialog, "theme").reset.click()
    assert theme.choice() == "auto"
    assert settings.text("theme") == "auto"


def test_the_engine_is_told_at_once(open_window: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    window = open_window()
    dialog = opened(window)
    requests = asked(window, monkeypatch)
    choose(dialog, "indexing_throttle", "on")
    watch = row(dialog, "watch").control
    assert isinstance(watch, OnOff)
    watch.switch.click()
    choose(dialog, "ocr", "off")
    assert [one.gentle for one in requests if isinstance(one, messages.Gentle)] == ["on"]
    assert [one.watched for one in requests if isinstance(one, messages.Watch)] == [False]
    assert window.runs.running or any(isinstance(one, messages.Index) for one in requests)


@pytest.mark.parametrize(
    ("language", "typed", "key"),
    [
        ("en", "TEXT recog", "ocr"),
        ("zh_CN", "文字识别", "ocr"),
        ("zh_CN", "theme", "theme"),
        ("en", "pytorch", "embedding_backend"),
    ],
)
def test_a_setting_is_found_by_any_of_its_words(open_window: Open, language: str, typed: str, key: str) -> None:
    translation.use(language)
    dialog = opened(open_window())
    dialog.field.setText(typed)
    assert [one.setting.key for one in dialog.rows if one.isVisibleTo(dialog)] == [key]
    assert dialog.groups.count() == 1
    QTest.keyClick(dialog.field, Qt.Key.Key_Escape)
    assert dialog.isVisible(), "Esc empties the search first"
    assert dialog.field.text() == ""
    assert all(one.isVisibleTo(dialog) for one in dialog.rows)


def test_every_control_says_what_it_is_and_what_it_does(open_window: Open) -> None:
    for one in opened(open_window()).rows:
        part = one.control.focusProxy() if one.control is not None else one.open
        assert part.accessibleName().startswith(one.title.text()), one.setting.key
        assert one.control is None or part.accessibleDescription() == one.about.text()


def test_words_that_no_setting_holds_are_said(open_window: Open) -> None:
    dialog = opened(open_window())
    dialog.field.setText("kangaroo")
    assert dialog._nothing.isVisibleTo(dialog)
    QTest.keyClick(dialog.field, Qt.Key.Key_Return)
    assert dialog.isVisible()


def test_only_what_was_changed_can_be_reset(open_window: Open) -> None:
    dialog = opened(open_window())
    assert not row(dialog, "first_word").reset.isVisibleTo(dialog)
    choose(dialog, "first_word", "quick")
    one = row(dialog, "first_word")
    assert one.reset.isVisibleTo(dialog)
    assert one.reset.accessibleName() == "Time to the first word: Back to the default: Balanced, about 8 seconds"
    one.reset.click()
    assert not one.reset.isVisibleTo(dialog)


def test_what_cannot_be_saved_says_so_and_holds(open_window: Open, settings: Settings) -> None:
    window = open_window()
    dialog = opened(window)
    paths.settings_file().unlink()
    paths.settings_file().mkdir()
    choose(dialog, "theme", "dark")
    note = row(dialog, "theme").note
    assert note.isVisibleTo(dialog)
    assert note.text().startswith("Not saved; it holds until Inkstone ends.")
    assert theme.current() is theme.DARK
    assert settings.text("theme") == "dark"


def test_models_lead_to_their_page_and_links_to_theirs(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    dialog = opened(window)
    llm = row(dialog, "llm")
    assert llm.open.text() == "Qwen2.5-7B-Instruct-Q4_K_M.gguf"
    llm.open.click()
    assert window.dialogs.models is not None
    rules = next(link for link in dialog.links if link.command == "rules")
    rules.button.click()
    assert window.dialogs.rules is not None


def test_what_was_chosen_elsewhere_is_shown(open_window: Open) -> None:
    window = open_window()
    dialog = opened(window)
    window.throttle.choose("off")
    dialog.refresh()
    control = row(dialog, "indexing_throttle").control
    assert isinstance(control, OneOf)
    assert control.button.text() == "Full speed"


def test_the_menu_shows_what_is_in_force(open_window: Open, day: QApplication) -> None:
    """Its theme entries once had icons in place of the check mark, and the languages lacked the system's."""
    window = open_window()

    def entries(title: str) -> list[QAction]:
        menu = window.top.menu_button.menu()
        menu.aboutToShow.emit()
        below = next(one for one in menu.findChildren(QMenu) if one.title() == title)
        return below.actions()

    assert [(one.text(), one.isChecked()) for one in entries("Theme")] == [
        ("Light", True), ("Dark", False), ("Light, high contrast", False), ("Dark, high contrast", False),
        ("Like the system", False),
    ]  # fmt: skip
    assert all(one.icon().isNull() for one in entries("Theme"))
    entries("Theme")[1].trigger()
    assert theme.current() is theme.DARK
    assert [one.text() for one in entries("Theme") if one.isChecked()] == ["Dark"]
    assert [one.text() for one in entries("Language")] == ["Like the system", "English", "简体中文"]
    assert [one.text() for one in entries("Language") if one.isChecked()] == ["Like the system"]
    entries("Language")[2].trigger()
    assert translation.current() == "zh_CN"
    assert [one.text() for one in entries("语言") if one.isChecked()] == ["简体中文"]


def test_the_menu_names_the_keys(open_window: Open) -> None:
    window = open_window()
    menu = window.top.menu_button.menu()
    menu.aboutToShow.emit()
    assert "Settings…\tCtrl+," in [action.text() for action in menu.actions()]


def test_a_number_is_not_changed_by_the_wheel(qtbot: QtBot, tmp_path: Path) -> None:
    control = control_for(Setting("readers", 2, "Reader processes", unit="processes", least=1, most=64, title="Readers"))
    qtbot.addWidget(control)
    assert isinstance(control, WholeNumber)
    control.show_value(7)
    assert control.field.text() == "7 processes"
    with qtbot.waitSignal(control.changed) as changed:
        control.field.setValue(9)
    assert changed.args == [9]


def test_a_page_that_is_not_there_cannot_be_opened(open_window: Open) -> None:
    window = open_window()
    dialog = opened(window)
    there = {command.id for command in window.commands.listed()}
    for one in dialog.rows:
        if one.setting.page:
            assert one.open.isEnabled() == (one.setting.page in there)


def test_without_recent_searches_none_is_kept(open_window: Open, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> None:
    window = open_window()
    view = window.centre.search_view()
    view.search("年假")
    qtbot.waitUntil(lambda: "年假" in [one.query for one in view.kept.searches])
    dialog = opened(window)
    control = row(dialog, "recent_searches").control
    assert isinstance(control, OnOff)
    control.switch.click()
    qtbot.waitUntil(lambda: bool(view.kept.searches) and all(one.name for one in view.kept.searches))
    requests = asked(window, monkeypatch)
    view.search("试用期")
    assert [type(request) for request in requests] == [messages.Search]
