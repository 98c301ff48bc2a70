# SPDX-License-Identifier: Apache-2.0
"""The main job through the real window: drop a folder, ask, get a cited answer, see the page; with every real part behind it.

Window (offscreen) -> engine process -> reader processes, bundled embedder, Chroma, llama.cpp on a tiny GGUF. Then the same with parts
killed in the middle of their work.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
import tiny_gguf as maker
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import desktop_app.bridge  # noqa: F401 - makes Qt safe on Python 3.11, before its first object
from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui.shell.main_window import MainWindow

pytestmark = pytest.mark.slow

SAMPLES = paths.sample_office()
# Loading torch on a busy machine; a wait ends as soon as its condition holds.
PATIENCE = 120_000


@pytest.fixture
def settings(home: Path) -> Settings:
    settings = Settings(home / "settings.toml")
    settings.put("welcomed", True)
    settings.put("language", "zh_CN")
    return settings


@pytest.fixture
def window(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[MainWindow]:
    client = EngineClient(str(tmp_path / "资料库 一"))
    window = MainWindow(settings, client)
    window.first_shown.connect(client.start)
    window.resize(1280, 800)
    with qtbot.waitSignal(client.state_changed, timeout=PATIENCE, check_params_cb=lambda state: state == "ready"):
        window.show()
    yield window
    window.close()
    client.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the sample office, in a place with a Chinese name."""
    return Path(shutil.copytree(SAMPLES, tmp_path / "我的 文档"))


def let_fall(window: MainWindow, *dropped: Path) -> None:
    """Drag folders over the window and let go, as the mouse does."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in dropped])
    place = QPointF(window.rect().center())
    held = (Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(window, QDragEnterEvent(place, *held))
    QApplication.sendEvent(window, QDropEvent(place, *held))


@contextmanager
def run_ends(qtbot: QtBot, window: MainWindow) -> Iterator[None]:
    ended: list[bool] = []
    window.runs.progress_changed.connect(lambda progress: ended.append(True) if progress is None else None)
    yield
    qtbot.waitUntil(lambda: bool(ended), timeout=PATIENCE)


def drop(qtbot: QtBot, window: MainWindow, *dropped: Path) -> dict[str, int]:
    """Drop folders on the window and wait until they are indexed; how many files of the library are in which state."""
    with run_ends(qtbot, window):
        let_fall(window, *dropped)
    return counts(qtbot, window)


def counts(qtbot: QtBot, window: MainWindow) -> dict[str, int]:
    with qtbot.waitSignal(window.client.request(messages.Overview).succeeded, timeout=PATIENCE) as overview:
        pass
    states: dict[str, int] = overview.args[0].counts
    return states


def ask(qtbot: QtBot, window: MainWindow, question: str) -> Any:
    """Type a question, press Enter, wait for the end of the turn; returns the turn's view."""
    editor = window.conversation.composer.edit
    editor.setFocus()
    editor.setPlainText(question)
    with qtbot.waitSignal(window.conversation.finished, timeout=PATIENCE):
        qtbot.keyClick(editor, Qt.Key.Key_Return)
    return window.conversation.turns[-1]


def choose(window: MainWindow, gguf: Path) -> None:
    """As the models dialog does."""
    window.settings.put("llm", str(gguf))
    window.conversation.set_llm(str(gguf))


def children(window: MainWindow) -> list[psutil.Process]:
    return psutil.Process(window.client.pid).children(recursive=True)


def role_of(process: psutil.Process) -> str:
    line = process.cmdline()
    return line[line.index("--role") + 1] if "--role" in line else ""


def test_drop_ask_and_see_the_page(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    assert drop(qtbot, window, folder) == {"indexed": 12}

    turn = ask(qtbot, window, "正式员工辞职，要提前多少天通知公司？")
    answer: Answer = turn.answer
    assert answer.mode == "extractive"
    assert answer.found
    assert answer.citations[0].path.endswith("员工手册.pdf")
    assert "三十日" in answer.citations[0].quote
    assert answer.timings["total"] >= answer.timings["search"]

    # The seal in the text opens the page, with the very sentence marked.
    window.source.show_citation(answer, 1)
    panel = window.source.panel()
    qtbot.waitUntil(lambda: "三十日" in panel.marked_text(), timeout=PATIENCE)


def test_what_a_language_model_writes_without_support_is_folded_below_the_quotes(
    qtbot: QtBot, window: MainWindow, folder: Path, tiny_gguf_q8: Path
) -> None:
    drop(qtbot, window, folder)
    choose(window, tiny_gguf_q8)
    turn = ask(qtbot, window, "采购合同约定的质保期有多长？")
    answer: Answer = turn.answer
    assert answer.mode == "llm"
    # The tiny model says the same whatever it is asked: the check on answers notices.
    assert answer.said == maker.ANSWER
    assert answer.written == maker.ANSWER.replace(" [1]", ""), "its marker names a passage that does not say it"
    assert answer.citations[0].path.endswith("采购合同.docx")
    assert "十八个月" in answer.citations[0].quote
    assert turn.pane.doubtful.isVisible()
    assert [chip.citation for chip in turn.chips] == list(answer.citations)

    # The turn is kept.
    with qtbot.waitSignal(window.client.request(messages.Conversations).succeeded, timeout=PATIENCE) as kept:
        pass
    assert kept.args[0].conversations[0].turns == 1


def test_the_model_process_killed_while_writing(
    qtbot: QtBot, window: MainWindow, folder: Path, endless_gguf: Path, tiny_gguf_q4: Path
) -> None:
    drop(qtbot, window, folder)
    choose(window, endless_gguf)
    editor = window.conversation.composer.edit
    editor.setPlainText("备份保留多少天？")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(window.conversation.turns) and window.conversation.turns[-1].pane.writing, timeout=PATIENCE)
    model = next(process for process in children(window) if role_of(process) == "model")
    with qtbot.waitSignal(window.conversation.finished, timeout=PATIENCE):
        model.send_signal(signal.SIGSEGV)
    turn = window.conversation.turns[-1]
    assert turn.problem.code == "llm_crashed"
    assert window.isVisible()

    choose(window, tiny_gguf_q4)
    assert ask(qtbot, window, "备份保留多少天？").answer.mode == "llm"


def test_the_engine_killed_while_indexing(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    for copy in range(6):
        shutil.copytree(SAMPLES, folder / f"副本 {copy}")
    progress: list[object] = []
    window.runs.progress_changed.connect(progress.append)
    let_fall(window, folder)
    qtbot.waitUntil(lambda: any(getattr(p, "done", 0) > 3 for p in progress), timeout=PATIENCE)
    before = children(window)
    with qtbot.waitSignal(window.client.state_changed, timeout=PATIENCE, check_params_cb=lambda state: state == "ready"):
        os.kill(window.client.pid, signal.SIGKILL)
    assert window.isVisible()
    psutil.wait_procs(before, timeout=30)
    assert not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in before)

    with run_ends(qtbot, window):
        window.runs.start()
    assert counts(qtbot, window) == {"indexed": 12 * 7}
    turn = ask(qtbot, window, "正式员工辞职，要提前多少天通知公司？")
    assert "三十日" in turn.answer.citations[0].quote


def test_a_reader_killed_while_reading(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    for copy in range(6):
        shutil.copytree(SAMPLES, folder / f"副本 {copy}")
    killed: list[int] = []

    def kill_a_reader(progress: object) -> None:
        if getattr(progress, "done", 0) > 3 and not killed:
            reader = next(process for process in children(window) if role_of(process) == "reader")
            reader.kill()
            killed.append(reader.pid)

    window.runs.progress_changed.connect(kill_a_reader)
    assert drop(qtbot, window, folder) == {"indexed": 12 * 7}
    assert killed
    assert window.isVisible()


def test_the_window_ends_everything_it_started(qtbot: QtBot, window: MainWindow, folder: Path) -> None:
    drop(qtbot, window, folder)
    processes = [psutil.Process(window.client.pid), *children(window)]
    window.close()
    window.client.close()
    _, alive = psutil.wait_procs(processes, timeout=30)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
