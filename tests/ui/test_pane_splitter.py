# SPDX-License-Identifier: Apache-2.0
"""Which panes stand where, from half an office screen to 3840 pixels, and what the user chose."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.shell.pane_splitter import BackBar, PaneSplitter


@pytest.fixture
def panes(day: QApplication, qtbot: QtBot) -> PaneSplitter:
    splitter = PaneSplitter()
    qtbot.addWidget(splitter)
    left, centre, source = QWidget(), QWidget(), QWidget()
    QVBoxLayout(source)
    source.hide()
    splitter.set_panes(left, centre, source)
    splitter.resize(1280, 700)
    splitter.show()
    return splitter


def widths(panes: PaneSplitter) -> tuple[int, int, int]:
    """Of left, centre and source; 0 for one that is not shown."""
    parts = [panes.widget(index) for index in range(3)]
    return tuple(part.width() if part.isVisible() else 0 for part in parts)  # type: ignore[return-value]


def at(panes: PaneSplitter, width: int) -> tuple[int, int, int]:
    panes.resize(width, 700)
    QApplication.processEvents()
    return widths(panes)


def test_side_by_side_where_there_is_room(panes: PaneSplitter) -> None:
    panes.set_source_open(opened=True)
    left, centre, source = at(panes, 1280)
    assert (left, source) == (272, pytest.approx(461, abs=2))
    assert left + centre + source == 1280 - 2
    assert not panes.source_is_page


def test_a_narrow_window_shows_the_source_as_a_page_with_a_way_back(panes: PaneSplitter, qtbot: QtBot) -> None:
    panes.set_source_open(opened=True)
    left, centre, source = at(panes, 900)
    assert (left, centre) == (272, 0)
    assert source == 900 - 272 - 1
    assert panes.source_is_page
    button = panes.findChild(BackBar).findChild(QPushButton)
    assert button.isVisible()
    with qtbot.waitSignal(panes.back):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    panes.set_source_open(opened=False)
    assert widths(panes) == (272, 627, 0)


def test_a_window_that_grows_shows_both_again(panes: PaneSplitter) -> None:
    panes.set_source_open(opened=True)
    assert at(panes, 900)[1] == 0
    assert all(at(panes, 1100))
    assert not panes.findChild(BackBar).isVisible()


def test_narrower_still_the_left_side_is_a_page_too(panes: PaneSplitter) -> None:
    shown: list[bool] = []
    panes.left_toggled.connect(shown.append)
    assert at(panes, 640) == (0, 640, 0)
    panes.toggle_left()
    assert widths(panes) == (640, 0, 0)
    assert panes.left_is_page
    panes.close_left_page()
    assert widths(panes) == (0, 640, 0)
    panes.set_source_open(opened=True)
    assert widths(panes) == (0, 0, 640)
    assert at(panes, 1280)[0] == 272, "it was never hidden by the user"
    assert shown == [False, True, False, True]


def test_the_source_keeps_its_share_of_the_window(panes: PaneSplitter) -> None:
    panes.set_source_open(opened=True)
    panes.moveSplitter(1280 - 512, 2)
    assert at(panes, 1920)[2] == pytest.approx(768, abs=3)
    assert at(panes, 1280)[2] == pytest.approx(512, abs=3)


def test_it_gets_what_a_column_of_text_cannot_use(panes: PaneSplitter) -> None:
    panes.set_source_open(opened=True)
    left, centre, source = at(panes, 3840)
    assert (left, centre) == (272, pytest.approx(1600, abs=2))
    assert source == pytest.approx(3840 - 272 - 1600, abs=2)


def test_what_was_chosen_is_kept(panes: PaneSplitter, qtbot: QtBot) -> None:
    panes.set_source_open(opened=True)
    panes.moveSplitter(300, 1)
    panes.moveSplitter(1280 - 512, 2)
    panes.toggle_left()
    state = panes.state()
    again = PaneSplitter()
    qtbot.addWidget(again)
    source = QWidget()
    QVBoxLayout(source)
    again.set_panes(QWidget(), QWidget(), source)
    again.resize(1280, 700)
    again.restore(state)
    again.show()
    again.set_source_open(opened=True)
    assert at(again, 1280)[0] == 0
    again.toggle_left()
    assert widths(again)[0] == 300
    assert widths(again)[2] == pytest.approx(512, abs=2)


@pytest.mark.parametrize("state", ["", "x", "1,2", "-5,0.3,1", "300,7,1", "300,nan,1", "AAAA/wAAAAEA"])
def test_a_damaged_memory_changes_nothing(panes: PaneSplitter, state: str) -> None:
    before = panes.state()
    panes.restore(state)
    assert panes.state() == before
