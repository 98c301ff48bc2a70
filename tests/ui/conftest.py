# SPDX-License-Identifier: Apache-2.0
"""A window on a scripted engine, in light and English unless a test says otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import fake_engine
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

import desktop_app.bridge  # noqa: F401 - before the first Qt object
from desktop_app import __version__
from desktop_app.bridge.client import EngineClient
from desktop_app.foundation import paths, translation
from desktop_app.foundation.settings import Settings

if TYPE_CHECKING:
    from desktop_app.ui.library.library_panel import LibraryPanel
    from desktop_app.ui.library.run_controller import RunController
    from desktop_app.ui.shell.main_window import MainWindow

Make = Callable[..., EngineClient]
Open = Callable[..., "MainWindow"]


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    translation.use("en")


@pytest.fixture(autouse=True, scope="session")
def nothing_left_on_the_clipboard() -> Iterator[None]:
    """Without a display Qt lets go of what was copied after Python has ended, which it then would call: exit status 139."""
    yield
    if QApplication.instance() is not None:
        QApplication.clipboard().clear()


@pytest.fixture
def day(qapp: QApplication) -> QApplication:
    """The application in the light theme, with the program's own fonts and sheet."""
    from desktop_app.ui.look import theme

    theme.apply(qapp, "light")
    return qapp


@pytest.fixture
def settings() -> Settings:
    chosen = Settings(paths.home() / "settings.toml")
    chosen.put("welcomed", True)
    chosen.put("seen_version", __version__)
    chosen.put("llm", "/模型/Qwen2.5-7B-Instruct-Q4_K_M.gguf")
    return chosen


@pytest.fixture
def engine(qtbot: QtBot) -> Iterator[Make]:
    """Starts scripted engines; each is ready when it is handed over, and ended after the test."""
    clients: list[EngineClient] = []

    def start(*arguments: str) -> EngineClient:
        client = EngineClient("/资料/Office", command=fake_engine.command("--index-steps", "2", *arguments))
        clients.append(client)
        with qtbot.waitSignal(client.state_changed, timeout=20_000, check_params_cb=lambda state: state == "ready"):
            client.start()
        return client

    yield start
    for client in clients:
        client.close()


@pytest.fixture
def stub_client() -> StubClient:
    return StubClient()


@pytest.fixture
def runs(stub_client: StubClient) -> RunController:
    from desktop_app.ui.library.run_controller import RunController

    return RunController(stub_client, stub_client)


@pytest.fixture
def library_panel(qtbot: QtBot, stub_client: StubClient, runs: RunController, tmp_path: Path) -> LibraryPanel:
    """The column of folders, on a client that only writes down what it is asked."""
    from desktop_app.ui.library.library_panel import LibraryPanel

    panel = LibraryPanel(stub_client, Settings(tmp_path / "settings.toml"), runs)
    qtbot.addWidget(panel)
    panel.resize(260, 420)
    panel.show()
    return panel


@pytest.fixture
def desktop_keys(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """A desktop that gives each key to one program only: the keys that are given away."""
    from desktop_app.ui.attention import x11_hot_key

    given: set[str] = set()

    def grab(self: x11_hot_key.X11HotKey, keys: str) -> bool:
        if keys in given:
            return False
        given.add(keys)
        return True

    monkeypatch.setattr(x11_hot_key, "offered", lambda: True)
    monkeypatch.setattr(x11_hot_key.X11HotKey, "grab", grab)
    monkeypatch.setattr(x11_hot_key.X11HotKey, "release", lambda _self: given.clear())
    return given


@pytest.fixture
def open_window(day: QApplication, qtbot: QtBot, engine: Make, settings: Settings) -> Iterator[Open]:
    """Opens the whole window on a scripted engine that is ready."""
    from desktop_app.ui.look import theme
    from desktop_app.ui.shell.main_window import MainWindow

    windows: list[MainWindow] = []

    def build(*arguments: str, client: EngineClient | None = None) -> MainWindow:
        client = client or engine(*arguments)
        window = MainWindow(settings, client)
        windows.append(window)
        qtbot.addWidget(window)
        window.show()
        window.activateWindow()
        # The engine was ready before the window was there: tell the window what it would have heard.
        client.state_changed.emit("ready")
        client.status_changed.emit(client.status)
        qtbot.waitUntil(lambda: window.runs.overview is not None, timeout=20_000)
        return window

    yield build
    for window in windows:
        window.close()
    theme.apply(day, "light")
