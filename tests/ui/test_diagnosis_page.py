# SPDX-License-Identifier: Apache-2.0
"""The diagnosis helps whoever reads it, and names nothing of whoever sends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui.pages.diagnosis_page import DiagnosisPage
from desktop_app.ui.shell.main_window import MainWindow

Open = Callable[..., MainWindow]


def opened(window: MainWindow, qtbot: QtBot) -> DiagnosisPage:
    window.commands.run("diagnosis")
    assert window.dialogs.help is not None
    page = window.dialogs.help.pages["diagnosis"]
    assert isinstance(page, DiagnosisPage)
    qtbot.waitUntil(lambda: page.copy.isEnabled() and page._logged is not None, timeout=20_000)
    return page


def test_it_names_machine_settings_and_problems(open_window: Open, settings: Settings, qtbot: QtBot) -> None:
    settings.put("ocr", "off")
    paths.logs().mkdir(parents=True, exist_ok=True)
    (paths.logs() / "engine.log").write_text(
        "2026-11-30 12:00:00,123 77 ERROR desktop_app.engine.server:88: request failed for /资料/机密.docx\n"
        "Traceback (most recent call last):\n"
        '  File "/opt/inkstone/desktop_app/engine/server.py", line 88, in run\n'
        "    handler(机密)\n"
        "ValueError: 机密 is no number\n",
        encoding="utf-8",
    )
    page = opened(open_window(), qtbot)
    text = page.text.toPlainText()
    assert "cores                      2" in text
    assert "ocr = off" in text
    assert "llm = …" in text, "that one was chosen, not which folder it lies in"
    assert "2026-11-30 12:00:00 engine ERROR engine.server:88 · engine/server.py:88 → ValueError" in text
    assert "机密" not in text
    page.copy.click()
    assert QGuiApplication.clipboard().text() == text


def test_it_comes_without_the_engine(open_window: Open, qtbot: QtBot) -> None:
    window = open_window()
    window.client.close()
    qtbot.waitUntil(lambda: window.client.state == "stopped", timeout=20_000)
    text = opened(window, qtbot).text.toPlainText()
    assert "gives no report: stopped" in text
    assert "Qt " in text


def test_it_is_saved_and_says_where_it_could_not(open_window: Open, qtbot: QtBot, tmp_path: Path) -> None:
    page = opened(open_window(), qtbot)
    page.save_to(str(tmp_path / "诊断.txt"))
    assert (tmp_path / "诊断.txt").read_text(encoding="utf-8") == page.text.toPlainText()
    assert page._note.text() == "Saved."
    page.save_to(str(tmp_path / "none" / "诊断.txt"))
    assert "诊断.txt" in page._note.text()


@pytest.mark.parametrize("name", ["engine", "window", "model"])
def test_an_unreadable_log_costs_nothing(open_window: Open, qtbot: QtBot, name: str) -> None:
    paths.logs().mkdir(parents=True, exist_ok=True)
    (paths.logs() / f"{name}.log").mkdir(exist_ok=True)
    assert "Problems in the logs" in opened(open_window(), qtbot).text.toPlainText()
