# SPDX-License-Identifier: Apache-2.0
"""Copies and versions in the window: what is shown, narrowed, opened, copied, and that closing stops the search."""

from __future__ import annotations

import fake_engine
import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.reports.duplicate_report import DuplicateReport
from desktop_app.foundation import translation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.duplicates_dialog import DuplicatesDialog
from desktop_app.ui.look import window_language


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def dialog(qtbot: QtBot, client: StubClient, settings: Settings) -> DuplicatesDialog:
    dialog = DuplicatesDialog(client, settings)
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    return dialog


def found(client: StubClient, report: DuplicateReport = fake_engine.DUPLICATES) -> None:
    client.answer(messages.Duplicates, lambda id_: messages.DuplicatesResult(id=id_, report=report))


def texts(dialog: DuplicatesDialog) -> list[str]:
    return [str(dialog.model.index(row).data()) for row in range(dialog.model.rowCount())]


def test_groups_with_the_newest_first(dialog: DuplicatesDialog, client: StubClient) -> None:
    assert not dialog.isModal()
    client.open(messages.Duplicates).take(messages.Progress(1, 940, 1950))
    assert dialog.summary == "Comparing: 940 of 1,950 files…"
    found(client)
    shown = texts(dialog)
    assert shown[0] == "2 files with the same text"
    assert shown[1].startswith("报销明细 2025.xlsx, newest, 2025-10-")
    assert shown[2].startswith("报销明细 2025 (1).xlsx, copy, ")
    assert shown[3] == "3 versions of one document"
    assert shown[5].startswith("员工手册-旧版.pdf, 96.2% the same, ")
    assert dialog.summary == "1950 files were compared. Nothing is deleted here."


def test_narrowed_to_one_class(dialog: DuplicatesDialog, client: StubClient) -> None:
    found(client)
    dialog._views["near"].click()
    assert texts(dialog)[0] == "3 versions of one document"
    assert len(texts(dialog)) == 4
    assert [button.isChecked() for button in dialog._views.values()] == [False, False, True]
    dialog._views["all"].click()
    assert len(texts(dialog)) == 7


def test_a_file_and_its_folder_open(dialog: DuplicatesDialog, client: StubClient, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(QUrl(url).toLocalFile()) or True)
    found(client)
    assert not dialog._open.isEnabled()
    dialog._list.setCurrentIndex(dialog.model.index(0))
    assert not dialog._open.isEnabled(), "a heading is no file"
    dialog._list.setCurrentIndex(dialog.model.index(1))
    dialog._open.click()
    assert not opened, "the person is asked first"
    dialog._open_line.yes.click()
    dialog._folder.click()
    assert opened == [f"{fake_engine.FOLDER}/财务/报销明细 2025.xlsx", f"{fake_engine.FOLDER}/财务"]


def test_the_list_goes_to_a_spreadsheet(dialog: DuplicatesDialog, client: StubClient) -> None:
    found(client)
    dialog.copy_list()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert len(lines) == 6
    assert {line.count("\t") for line in lines} == {4}
    assert [line.split("\t")[0] for line in lines[1:]] == ["1", "1", "2", "2", "2"]


def test_nothing_found_and_a_failure_are_sentences(dialog: DuplicatesDialog, client: StubClient) -> None:
    found(client, DuplicateReport((), 12, 0.1))
    assert dialog.summary == "No file is a copy or a version of another. 12 were compared."
    dialog.refresh()
    client.fail(messages.Duplicates, EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert "has stopped" in dialog.summary


def test_closing_stops_the_search(dialog: DuplicatesDialog, client: StubClient) -> None:
    running = client.open(messages.Duplicates)
    dialog.reject()
    assert client.cancelled == [running.id]
    running.end_cancelled()
    dialog.open_fresh()
    assert client.is_open(messages.Duplicates)


def test_it_speaks_the_language_in_force(dialog: DuplicatesDialog) -> None:
    window_language.use("zh_CN")
    assert translation.current() == "zh_CN"
    assert dialog.windowTitle() == "重复与版本"
