# SPDX-License-Identifier: Apache-2.0
"""Three doors, each by mouse and by keyboard, and drops anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from pytestqt.qtbot import QtBot

from desktop_app.foundation import installed, paths, translation
from desktop_app.ui.shell.welcome_page import WelcomePage
from desktop_app.ui.widgets.drops import dropped_paths


@pytest.fixture
def welcome(qtbot: QtBot) -> WelcomePage:
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(900, 600)
    page.show()
    return page


@pytest.mark.parametrize(
    ("door", "signal"), [("_folder", "add_folder_requested"), ("_sample", "sample_requested"), ("_models", "models_requested")]
)
def test_each_door_opens_by_mouse_and_by_keyboard(qtbot: QtBot, welcome: WelcomePage, door: str, signal: str) -> None:
    with qtbot.waitSignal(getattr(welcome, signal)):
        qtbot.mouseClick(getattr(welcome, door), Qt.MouseButton.LeftButton)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(getattr(welcome, signal)):
            qtbot.keyClick(getattr(welcome, door), key)
    assert getattr(welcome, door).accessibleDescription()


def test_files_and_folders_may_be_dropped_anywhere(qtbot: QtBot, welcome: WelcomePage, tmp_path: Path) -> None:
    paths = [str(tmp_path / "合同 2025"), str(tmp_path / "差旅标准.xlsx")]
    data = QMimeData()
    data.setUrls([*(QUrl.fromLocalFile(path) for path in paths), QUrl("https://example.org/a.pdf")])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5), copy, data, left, none)
    welcome.dragEnterEvent(enter)
    assert enter.isAccepted()
    with qtbot.waitSignal(welcome.paths_dropped) as dropped:
        welcome.dropEvent(QDropEvent(QPointF(5, 5), copy, data, left, none))
    assert dropped.args == [paths]


def test_a_drag_without_files_is_not_taken(welcome: WelcomePage) -> None:
    data = QMimeData()
    data.setText("文字")
    assert dropped_paths(data) == []
    enter = QDragEnterEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    enter.ignore()
    welcome.dragEnterEvent(enter)
    assert not enter.isAccepted()


def test_it_speaks_chinese_at_once_and_stands_in_a_narrow_window(qtbot: QtBot, welcome: WelcomePage) -> None:
    english = welcome._folder.text()
    try:
        translation.use("zh_CN")
        welcome.retranslate()
        assert welcome._folder.text() == "添加文件夹" != english
    finally:
        translation.use("en")
    beside = welcome._folder.y() == welcome._models.y()
    welcome.resize(560, 900)
    qtbot.waitUntil(lambda: welcome._folder.y() < welcome._models.y())
    assert beside
    assert welcome.width() == 560


def test_a_portable_program_says_that_it_leaves_nothing_behind(
    welcome: WelcomePage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "\n" not in welcome._truth.text()
    monkeypatch.setattr(paths, "home", lambda: tmp_path / "data")
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(tmp_path, "portable", "1", light=False))
    welcome.retranslate()
    assert f"beside it in {tmp_path / 'data'}, and travel with it" in welcome._truth.text()
