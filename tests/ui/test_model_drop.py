# SPDX-License-Identifier: Apache-2.0
"""A model dropped on the window is offered as a model, never added as a document (A12)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.foundation import paths, translation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.models.model_drop_bar import ModelDropBar
from desktop_app.ui.shell.main_window import MainWindow

QWEN = ModelEntry("/下载/qwen2.5-1.5b.gguf", "Qwen2.5 1.5B", "llm", 1_117_320_736, 1_700_000_000)
BGE = ModelEntry("/下载/bge-small-zh", "bge-small-zh", "embedding", 95_000_000)
CUT = ModelEntry("/下载/半截.gguf", "半截", "llm", 5, fits="no", problem="gguf_truncated", data={"expected": "9", "found": "5"})


@pytest.fixture
def bar(qtbot: QtBot, stub_client: StubClient, settings: Settings) -> ModelDropBar:
    bar = ModelDropBar(stub_client, settings)
    qtbot.addWidget(bar)
    return bar


def labels(bar: ModelDropBar) -> list[str]:
    return [button.text() for button in bar.buttons if not button.isHidden()]


def test_a_dropped_model_is_offered_and_used(qtbot: QtBot, engine: Callable[..., EngineClient], settings: Settings) -> None:
    window = MainWindow(settings, engine())
    qtbot.addWidget(window)
    window.show()
    window.runs.refresh()
    qtbot.waitUntil(lambda: window.runs.overview is not None)
    before = [source.path for source in window.runs.overview.sources]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/下载/小模型.gguf")])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(window, QDragEnterEvent(QPointF(500, 300), Qt.DropAction.CopyAction, data, buttons, keys))
    QApplication.sendEvent(window, QDropEvent(QPointF(500, 300), Qt.DropAction.CopyAction, data, buttons, keys))
    qtbot.waitUntil(lambda: window.model_drop.bar is not None and window.model_drop.bar.isVisible())
    bar = window.model_drop.bar
    assert "小模型" in bar.words.text()
    assert labels(bar) == ["Copy to the model folder", "Use it where it lies", "Not now"]
    window.conversation.ask("forever: 怎么请假？")
    bar.buttons[1].setFocus()
    QTest.keyClick(bar.buttons[1], Qt.Key.Key_Escape)
    assert not bar.isVisible()
    assert window.conversation.running, "Esc is the bar's alone"
    window.runs.add(["/下载/小模型.gguf"])
    qtbot.waitUntil(bar.isVisible)
    bar.buttons[1].click()
    qtbot.waitUntil(lambda: settings.text("llm") == "/下载/小模型.gguf")
    assert not bar.isVisible()
    assert [source.path for source in window.runs.overview.sources] == before


def test_copying_shows_how_far_and_can_be_stopped(bar: ModelDropBar, stub_client: StubClient, settings: Settings) -> None:
    bar.ask([QWEN], [])
    bar.buttons[0].click()
    assert stub_client.all(messages.ImportModel)[0].folder == str(paths.home() / "models")
    stub_client.answer(messages.ImportModel, lambda id_: messages.Progress(id_, 400_000_000, 1_117_320_736))
    assert bar._about.text() == "400 MB of 1.1 GB"
    assert labels(bar) == ["Stop"]
    bar.buttons[2].click()
    stub_client.operations[0].take(messages.ErrorReply(1, messages.CANCELLED))
    assert labels(bar) == ["Copy to the model folder", "Use it where it lies", "Not now"]
    assert settings.text("model_folder") == ""


def test_a_copied_model_is_used_and_its_folder_remembered(
    qtbot: QtBot, bar: ModelDropBar, stub_client: StubClient, settings: Settings
) -> None:
    bar.ask([QWEN], [])
    bar.buttons[0].click()
    with qtbot.waitSignal(bar.chosen) as chosen:
        stub_client.answer(messages.ImportModel, lambda id_: messages.ModelImported(id_, "/模型/qwen2.5-1.5b.gguf"))
    assert chosen.args == ["llm", "/模型/qwen2.5-1.5b.gguf"]
    assert settings.text("model_folder") == str(paths.home() / "models")
    assert bar.isHidden()


def test_a_full_disk_says_so_and_offers_the_model_where_it_lies(bar: ModelDropBar, stub_client: StubClient) -> None:
    bar.ask([QWEN], [])
    bar.buttons[0].click()
    stub_client.fail(messages.ImportModel, EnvironmentProblem("disk_full", path="/模型"))
    assert "full" in bar.words.text()
    assert labels(bar) == ["Use it where it lies", "Not now"]


def test_a_folder_of_both_asks_first(qtbot: QtBot, bar: ModelDropBar) -> None:
    bar.ask([QWEN], ["/下载"])
    assert labels(bar) == ["Read the documents", "Documents and model", "The model only"]
    with qtbot.waitSignal(bar.documents_wanted) as wanted:
        bar.buttons[1].click()
    assert wanted.args == ["/下载"]
    assert labels(bar)[0] == "Copy to the model folder"
    bar.buttons[2].click()
    assert bar.isHidden()


def test_only_the_documents_of_such_a_folder(qtbot: QtBot, bar: ModelDropBar) -> None:
    bar.ask([QWEN], ["/下载"])
    with qtbot.waitSignal(bar.documents_wanted):
        bar.buttons[0].click()
    assert bar.isHidden()


def test_several_models_are_asked_about_one_after_the_other(qtbot: QtBot, bar: ModelDropBar) -> None:
    bar.ask([QWEN, CUT, BGE], [])
    assert "2 more models" in bar._about.text()
    bar.show()
    bar.buttons[2].setFocus()
    qtbot.keyClick(bar, Qt.Key.Key_Escape)
    assert "cut off" in bar.words.text()
    assert labels(bar) == ["Close"]
    bar.buttons[2].click()
    assert "embedding model" in bar.words.text()


def test_it_speaks_the_language_chosen_meanwhile(bar: ModelDropBar) -> None:
    bar.ask([QWEN], [])
    translation.use("zh_CN")
    bar.retranslate()
    assert bar.words.text() == "qwen2.5-1.5b 是回答模型，不是文档。"


def test_a_model_in_the_model_folder_is_not_copied(bar: ModelDropBar, settings: Settings, tmp_path: Path) -> None:
    settings.put("model_folder", "/下载")
    bar.ask([QWEN], [])
    assert labels(bar) == ["Use it", "Not now"]
