# SPDX-License-Identifier: Apache-2.0
"""The source panel on a real engine: the whole file, words found in it, and a file that has changed, has moved or is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.bridge.client import EngineClient
from desktop_app.contract.passage import Passage
from desktop_app.foundation.settings import Settings
from desktop_app.ui.shell.main_window import MainWindow
from desktop_app.ui.source.source_panel import SourcePanel

QUOTE = "员工年休假为十五天。"
PATIENCE = 60_000


@pytest.fixture
def handbook(tmp_path: Path) -> Path:
    path = tmp_path / "文件柜" / "手册.txt"
    path.parent.mkdir()
    rules = "\n\n".join(f"第{number}条 {'内容' * 80}。" for number in range(120))
    path.write_text(f"总则。\n\n{rules}\n\n{QUOTE}\n\n{rules.replace('第', '附则')}\n", encoding="utf-8")
    return path


@pytest.fixture
def window(day: QApplication, qtbot: QtBot, settings: Settings, tmp_path: Path, handbook: Path) -> Iterator[MainWindow]:
    library = tmp_path / "资料库"
    library.mkdir()
    (library / "library.toml").write_text('name = "资料库"\nformat = 1\nembedding = "none"\n', encoding="utf-8")
    settings.put("llm", "")
    settings.put("watch", False)
    client = EngineClient(str(library))
    window = MainWindow(settings, client)
    qtbot.addWidget(window)
    window.resize(1200, 800)
    window.show()
    with qtbot.waitSignal(client.state_changed, timeout=PATIENCE, check_params_cb=lambda state: state == "ready"):
        client.start()
    window.runs.add([str(handbook.parent)])
    qtbot.waitUntil(
        lambda: not window.runs.running and bool(window.runs.overview and window.runs.overview.chunks), timeout=PATIENCE
    )
    yield window
    window.close()
    client.close()


def searched(window: MainWindow, qtbot: QtBot) -> Passage:
    window.centre.set_mode("search")
    view = window.centre.search_view()
    view.search("年休假")
    qtbot.waitUntil(lambda: not view.searching and bool(view.cards), timeout=PATIENCE)
    return view.cards[0].passage


def opened(window: MainWindow, qtbot: QtBot) -> SourcePanel:
    passage = searched(window, qtbot)
    window.source.show_passage(passage)
    panel = window.source.panel()
    qtbot.waitUntil(lambda: panel._context is not None, timeout=PATIENCE)
    return panel


def test_the_whole_file_is_read_and_looked_through(window: MainWindow, qtbot: QtBot) -> None:
    panel = opened(window, qtbot)
    assert QUOTE in panel.views.text.view.toPlainText()
    assert panel.views.text.text.total > 50
    panel.views.text.go_to_edge(1)
    qtbot.waitUntil(lambda: "附则119条" in panel.views.text.view.toPlainText(), timeout=PATIENCE)
    panel.open_find()
    panel._find.field.setText("附则7条")
    qtbot.waitUntil(lambda: panel._find._told.text() == "1 of 1", timeout=PATIENCE)
    marks = panel.views.text.view.extraSelections  # set when the stretch of the file that holds it has come
    qtbot.waitUntil(lambda: [one.cursor.selectedText() for one in marks()] == ["附则7条"], timeout=PATIENCE)


def test_a_file_that_has_changed_is_read_again_and_its_sentence_found(window: MainWindow, qtbot: QtBot, handbook: Path) -> None:
    passage = searched(window, qtbot)
    handbook.write_text("新的一段。\n\n" * 50 + QUOTE + "\n", encoding="utf-8")
    window.source.show_passage(passage)
    panel = window.source.panel()
    qtbot.waitUntil(panel._note.check.isVisible, timeout=PATIENCE)
    assert panel._note.words.text() == "The file has changed since it was read."
    panel._note.check.click()
    assert panel._note.words.text() == "The file is being checked…"
    qtbot.waitUntil(lambda: "新的一段" in panel.views.text.view.toPlainText(), timeout=PATIENCE)
    assert not panel._note.check.isVisible()


def test_a_file_that_was_moved_is_found_where_it_is_now(window: MainWindow, qtbot: QtBot, handbook: Path) -> None:
    passage = searched(window, qtbot)
    moved = handbook.with_name("手册 2026.txt")
    handbook.rename(moved)
    window.source.show_passage(passage)
    panel = window.source.panel()
    qtbot.waitUntil(panel._note.check.isVisible, timeout=PATIENCE)
    assert "no longer there" in panel._note.words.text()
    panel._note.check.click()
    qtbot.waitUntil(lambda: panel._header._name.text() == moved.name, timeout=PATIENCE)
    assert not panel._note.isVisible()


def test_a_file_that_is_gone_says_so(window: MainWindow, qtbot: QtBot, handbook: Path) -> None:
    passage = searched(window, qtbot)
    handbook.unlink()
    window.source.show_passage(passage)
    panel = window.source.panel()
    qtbot.waitUntil(panel._note.check.isVisible, timeout=PATIENCE)
    panel._note.check.click()
    qtbot.waitUntil(lambda: panel._note.words.text() == "This file is no longer in the library.", timeout=PATIENCE)
