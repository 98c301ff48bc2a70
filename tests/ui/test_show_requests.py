# SPDX-License-Identifier: Apache-2.0
"""The window hears of a second start, also of one that came before it listened."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop_app.foundation import single_window
from desktop_app.ui.shell.show_requests import ShowRequests


def test_a_request_that_was_laid_before_is_heard(qapp: QApplication, qtbot: QtBot, home: Path) -> None:
    request = single_window.folder(home) / "show-1"
    request.parent.mkdir()
    request.write_text("", encoding="utf-8")
    requests = ShowRequests(home)
    with qtbot.waitSignal(requests.requested, timeout=5_000):
        pass
    assert not request.exists(), "which answers it"


def test_one_that_comes_later_is_heard(qapp: QApplication, qtbot: QtBot, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_ACTIVATION_TOKEN", raising=False)
    assert single_window.claim(home, 0.1) == "first"
    requests = ShowRequests(home)
    qtbot.wait(0)
    with qtbot.waitSignal(requests.requested, timeout=5_000):
        assert single_window.claim(home, 0.1) == "silent", "this process is the window; nobody takes the request meanwhile"
        (single_window.folder(home) / "show-2").write_text("", encoding="utf-8")
