# SPDX-License-Identifier: Apache-2.0
"""The window under a policy: what is fixed is shown as fixed, what is ruled out is neither offered nor done."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from desktop_app import __version__
from desktop_app.contract.conversation import Turn
from desktop_app.foundation import paths
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.settings import SETTINGS, Settings
from desktop_app.ui.exporting.saving import write
from desktop_app.ui.look import theme
from desktop_app.ui.pages.setting_row import SettingRow
from desktop_app.ui.pages.settings_dialog import SettingsDialog
from desktop_app.ui.shell.main_window import MainWindow
from desktop_app.ui.source.source_printing import SourcePrinting
from desktop_app.ui.turn.export_menu import Exports
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.open_line import OpenLine

Open = Callable[..., MainWindow]
Policed = Callable[[str], Path]

STRICT = "copy = false\nprint = false\nexport = false\nopen_documents = false\nrecommended_models = false\n"
SETTING_RULES = "hidden = ['hot_key', 'tray_icon']\n[fixed]\nocr = 'off'\ntheme = 'light'\nwatch = false\ntext_zoom = 125\nlanguage = 'en'\nllm = ''\nlibrary = '/srv/inkstone'\n[defaults]\nfirst_word = 'quick'\n"


@pytest.fixture
def settings(request: pytest.FixtureRequest, policed: Policed) -> Settings:
    """Of a user whose own file says otherwise."""
    policed(request.param)
    own = 'ocr = "always"\ntheme = "dark"\nwatch = true\nllm = "/my/model.gguf"\nwelcomed = true\n'
    paths.settings_file().write_text(f'{own}seen_version = "{__version__}"\n', encoding="utf-8")
    return policy_in_force.settings()


def opened(window: MainWindow) -> SettingsDialog:
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.dialogs.settings
    assert dialog is not None
    return dialog


def row(dialog: SettingsDialog, key: str) -> SettingRow:
    return next(one for one in dialog.rows if one.setting.key == key)


@pytest.mark.parametrize("settings", [SETTING_RULES], indirect=True)
def test_fixed_settings_are_shown_and_cannot_be_changed(open_window: Open, settings: Settings) -> None:
    dialog = opened(open_window())
    shown = {one.setting.key for one in dialog.rows}
    assert {key for key, one in SETTINGS.items() if not one.internal} - shown == {"hot_key", "tray_icon"}
    for key in ("ocr", "theme", "watch", "text_zoom", "language", "llm", "library"):
        one = row(dialog, key)
        assert one.effect.text() == "Set by your administrator."
        assert one.effect.isVisibleTo(dialog)
        assert not one.reset.isVisibleTo(dialog)
        assert not (one.control or one.open).isEnabled()
    assert row(dialog, "first_word").effect.text() != "Set by your administrator."
    assert row(dialog, "first_word").control is not None
    assert not row(dialog, "first_word").reset.isVisibleTo(dialog), "a default of the administrator is nobody's change"
    control = row(dialog, "ocr").control
    assert control is not None
    assert control.focusProxy().accessibleDescription().endswith("Set by your administrator.")  # type: ignore[union-attr]


@pytest.mark.parametrize("settings", [SETTING_RULES], indirect=True)
def test_fixed_settings_stay_whatever_else_in_the_window_offers_them(
    open_window: Open, settings: Settings, day: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = open_window()
    told: list[str] = []
    monkeypatch.setattr(window, "show_problem", lambda problem: told.append(problem.code))
    for part in (window.appearance, window.text_size, window.library, window.dialogs):
        part.problem.connect(lambda problem: told.append(problem.code))
    window.commands.run("theme.dark")
    assert theme.current() is theme.LIGHT
    window.text_size.use(settings.number("text_zoom"))
    sheet = day.styleSheet()
    window.commands.run("text.larger")
    assert day.styleSheet() == sheet
    theme.set_text_zoom(day, 100)
    window.commands.run("ocr.always")
    assert settings.text("ocr") == "off"
    window.dialogs.library_jobs().switch("/srv/elsewhere")
    window.dialogs.show_models()
    models = window.dialogs.models
    assert models is not None
    models.choose_llm("/my/other.gguf")
    assert settings.text("llm") == ""
    assert told
    assert set(told) == {"setting_fixed"}
    assert len(told) >= 5


@pytest.mark.parametrize("settings", [STRICT], indirect=True)
def test_what_is_ruled_out_is_not_offered(open_window: Open, settings: Settings, qtbot: QtBot) -> None:
    window = open_window()
    window.source.fill(window.client, settings)
    offered = {command.id for command in window.commands.listed()} | {command.id for command in window.source.commands()}
    assert not offered & {
        "source.copy",
        "source.copy_plain",
        "source.copy_path",
        "source.print",
        "source.open",
        "source.folder",
    }
    assert "source.find" in offered
    window.dialogs.show_models()
    models = window.dialogs.models
    assert models is not None
    models.show_page(1)
    assert models.pages.currentIndex() == 0
    assert not any(tab.isVisibleTo(models) for tab in models.tabs)
    menu = Exports(window).menu_of_turn(Turn(0, "question", None))  # type: ignore[arg-type]
    assert not menu.menuAction().isEnabled()


@pytest.mark.parametrize("settings", [STRICT], indirect=True)
def test_what_is_ruled_out_is_not_done(
    day: QApplication, qtbot: QtBot, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening.QDesktopServices, "openUrl", lambda _url: pytest.fail("opened"))
    file = tmp_path / "合同.pdf"
    file.write_bytes(b"%PDF")
    assert not opening.hand_over(str(file))
    assert not opening.reveal(str(file))
    line = OpenLine(settings)
    qtbot.addWidget(line)
    line.open(str(file))
    assert "administrator" in line.words.text()
    with pytest.raises(Problem) as raised:
        write(str(tmp_path / "answer.md"), b"text")
    assert raised.value.code == "export_off"
    assert not (tmp_path / "answer.md").exists()
    printing = SourcePrinting(line)
    with qtbot.waitSignal(printing.failed) as failed:
        printing.print_selection(str(file), "text")
    assert failed.args[0].code == "print_off"


@pytest.mark.parametrize("settings", [""], indirect=True)
def test_without_a_rule_all_of_it_is_there(open_window: Open, settings: Settings) -> None:
    window = open_window()
    offered = {command.id for command in window.source.commands()}
    assert {"source.copy", "source.print", "source.open", "source.folder"} <= offered
    assert isinstance(Exports(window).menu_of_turn(Turn(0, "question", None)), QMenu)  # type: ignore[arg-type]
