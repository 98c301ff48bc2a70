# SPDX-License-Identifier: Apache-2.0
"""Being noticed while another window is in front, and the icon in the tray."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.contract.index_run import IndexProgress
from desktop_app.foundation.settings import SETTINGS, Settings
from desktop_app.ui.attention import tray_icon
from desktop_app.ui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]


@pytest.fixture
def in_front(qtbot: QtBot) -> Iterator[Callable[[QWidget], None]]:
    """Puts a window in front of the others, and waits until it is."""

    def put(window: QWidget) -> None:
        window.activateWindow()
        qtbot.waitUntil(lambda: QApplication.activeWindow() is window)

    yield put
    QApplication.setQuitOnLastWindowClosed(True)


@pytest.fixture
def elsewhere(qtbot: QtBot) -> QWidget:
    """Another program, as far as the window can tell."""
    other = QWidget()
    qtbot.addWidget(other)
    other.show()
    return other


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A desktop with a tray: what its notices say."""
    said: list[str] = []
    monkeypatch.setattr(tray_icon, "available", lambda: True)
    monkeypatch.setattr(tray_icon.TrayIcon, "tell", lambda _self, words: said.append(words))
    return said


def test_an_answer_is_told_while_another_window_is_in_front(
    open_window: Open, qtbot: QtBot, elsewhere: QWidget, in_front: Callable[[QWidget], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts: list[QWidget] = []
    monkeypatch.setattr(QApplication, "alert", alerts.append)
    window = open_window()
    in_front(window)
    window.conversation.ask("怎么请假？")
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    assert window.windowTitle() == "Inkstone", "who sees the answer needs no notice"
    in_front(elsewhere)
    window.conversation.ask("怎么请假？")
    qtbot.waitUntil(lambda: not window.conversation.running, timeout=20_000)
    assert window.windowTitle() == "The answer is ready — Inkstone"
    assert alerts == [window]
    in_front(window)
    assert window.windowTitle() == "Inkstone"


def test_the_end_of_a_long_run_is_told_and_that_of_a_short_one_is_not(
    open_window: Open, elsewhere: QWidget, in_front: Callable[[QWidget], None]
) -> None:
    window = open_window()
    in_front(elsewhere)
    window.attention.run_progressed(IndexProgress("reading", "/a", 3, 3, seconds=4.0, counts={"indexed": 3}))
    window.attention.run_progressed(None)
    assert window.windowTitle() == "Inkstone"
    window.attention.run_progressed(IndexProgress("reading", "/a", 9, 9, seconds=400.0, counts={"indexed": 1_200, "failed": 4}))
    window.attention.run_progressed(None)
    assert window.windowTitle() == "Reading has ended: 1,204 files — Inkstone"


def test_nothing_stands_in_the_tray_unless_it_is_wanted() -> None:
    assert [SETTINGS[key].default for key in ("tray_icon", "close_to_tray", "hot_key")] == [False, False, "off"]


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_the_icon_comes_and_goes_with_its_setting(open_window: Open, settings: Settings, told: list[str]) -> None:
    window = open_window()
    assert window.attention._tray is None
    settings.put("tray_icon", True)
    window.effects.apply("tray_icon")
    assert window.attention._tray is not None
    settings.put("tray_icon", False)
    window.effects.apply("tray_icon")
    assert window.attention._tray is None


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_closing_to_the_tray_hides_the_window_and_says_so_once(
    open_window: Open, qtbot: QtBot, settings: Settings, told: list[str]
) -> None:
    settings.put("tray_icon", True)
    settings.put("close_to_tray", True)
    window = open_window()
    window.attention.apply()
    for _ in range(2):
        window.close()
        assert window.isHidden()
        assert window.client.state == "ready", "it goes on reading"
        assert window.attention._tray is not None
        window.attention._tray.show_requested.emit()
        assert window.isVisible()
    assert len(told) == 1
    assert "goes on in the tray" in told[0]
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert window.client.state == "stopped", "Quit means it"


@pytest.mark.qt_log_ignore("systemTrayWindowChanged", extend=True)
def test_a_window_that_gives_way_to_another_neither_stays_nor_says_so(
    open_window: Open, settings: Settings, told: list[str]
) -> None:
    settings.put("tray_icon", True)
    settings.put("close_to_tray", True)
    window = open_window()
    window.attention.apply()
    window.close_for_good()
    assert window.client.state == "stopped"
    assert told == []
    assert window.attention._tray is None, "the next window has one of its own"


def test_a_closed_window_gives_its_key_back(open_window: Open, settings: Settings, desktop_keys: set[str]) -> None:
    settings.put("hot_key", "Ctrl+Alt+I")
    window = open_window()
    assert desktop_keys == {"Ctrl+Alt+I"}
    window.close_for_good()
    assert desktop_keys == set()
    other = open_window()
    assert desktop_keys == {"Ctrl+Alt+I"}
    assert "already used" not in other.strip.text


def test_without_a_tray_closing_ends_the_program(
    open_window: Open, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hidden window that nothing brings back would be lost."""
    monkeypatch.setattr(tray_icon, "available", lambda: False)
    settings.put("tray_icon", True)
    settings.put("close_to_tray", True)
    window = open_window()
    assert "no tray for icons" in window.strip.text
    window.close()
    assert window.client.state == "stopped"


def test_a_key_that_cannot_be_had_is_told(open_window: Open, settings: Settings) -> None:
    settings.put("hot_key", "Ctrl+Alt+I")
    window = open_window()
    assert "lets no program listen for a key" in window.strip.text
