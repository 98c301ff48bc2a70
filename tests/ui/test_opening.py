# SPDX-License-Identifier: Apache-2.0
"""Opening a file: a document goes to its program once the person agreed, everything else is shown in its folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.ledger import LedgerRow, Source
from desktop_app.contract.reports.duplicate_report import DuplicateFile, DuplicateGroup, DuplicateReport
from desktop_app.documents.process.registry import SUFFIXES
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library.duplicates_dialog import DuplicatesDialog
from desktop_app.ui.library.ledger_dialog import LedgerDialog
from desktop_app.ui.library.library_panel import LibraryPanel
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.look import window_language
from desktop_app.ui.source.source_panel import SourcePanel
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.open_line import OpenLine

RUN = (
    ".exe .com .bat .cmd .ps1 .psm1 .vbs .vbe .js .jse .mjs .wsf .wsh .msi .msp .scr .pif .lnk .url .desktop .app .sh .bash .py .pyw "
    ".jar .hta .reg .cpl .command .appref-ms .chm .hlp .iso .vhd .dll .inf .scf .website .webloc .fileloc .inetloc .terminal .workflow "
    ".application .appimage .run .bin .deb .rpm .pkg .dmg .php .pl .rb .lua .r .ahk .xll .iqy .slk .settingcontent-ms .library-ms "
    ".diagcab .msc .gadget .action .scpt .py3 .unknown"
).split()
READ = [suffix for suffix in SUFFIXES if opening.is_document(f"/a{suffix}")]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the system was asked to open."""
    asked: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(QUrl(url).toLocalFile()) or True)
    monkeypatch.setattr(QProcess, "startDetached", lambda *_: pytest.fail("no program is started"))
    monkeypatch.setattr(sys, "platform", "linux")
    return asked


@pytest.mark.parametrize("suffix", RUN)
def test_what_a_system_may_run_is_no_document(suffix: str) -> None:
    assert not opening.is_document(f"/资料/报价{suffix}")
    assert not opening.is_document(f"/资料/报价.pdf{suffix.upper()}")


@pytest.mark.parametrize(
    "name",
    [
        "README",
        "Makefile",
        "a.pdf.",
        "a.pdf ",
        ".pdf",
        "报价.exe::$DATA",
        "a.txt:b.exe",
        "invoice\u202efdp.exe",
        "zero\0.pdf",
        "",
        "a.pdf/",
    ],
)
def test_a_name_that_hides_its_kind_is_no_document(name: str) -> None:
    assert not opening.is_document(f"/资料/{name}")


@pytest.mark.parametrize(
    "name", ["报价.pdf", "REPORT.DOCX", "with macros.docm", "old.xls", "a.b.txt", "mail.eml", "scan.png", "all.zip"]
)
def test_documents_are(name: str) -> None:
    assert opening.is_document(f"/资料/{name}")


def test_of_what_inkstone_reads_only_scripts_are_not_opened() -> None:
    assert sorted(set(SUFFIXES) - set(READ)) == sorted(
        ".asm .bas .bash .bat .cmd .dart .f90 .gradle .groovy .js .jsx .lua .m .mjs .pas .php .pl .ps1 .py .r .rb .sh .ts .tsx .vb "
        ".vbs .vue".split()
    )


def test_the_executable_bit_alone_makes_no_program_of_a_document(tmp_path: Path) -> None:
    """Disks from Windows set it on every file; a document's program does not look at it."""
    book, tool = tmp_path / "手册.pdf", tmp_path / "tool"
    for file in (book, tool):
        file.write_bytes(b"x")
        file.chmod(0o755)
    assert opening.is_document(str(book))
    assert not opening.is_document(str(tool))


def test_a_link_is_what_it_leads_to(tmp_path: Path) -> None:
    script = tmp_path / "run.sh"
    script.write_text("#!/bin/sh\n")
    (tmp_path / "手册.pdf").symlink_to(script)
    assert not opening.is_document(str(tmp_path / "手册.pdf"))


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links of POSIX")
def test_what_is_no_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")
    (tmp_path / "自己.pdf").symlink_to(tmp_path / "自己.pdf")
    assert not opening.is_document(str(tmp_path / "管道.txt"))
    assert not opening.is_document(str(tmp_path / "自己.pdf"))


def test_a_folder_is_never_opened_as_a_document(tmp_path: Path) -> None:
    (tmp_path / "Calc.pdf").mkdir()
    assert not opening.is_document(str(tmp_path / "Calc.pdf"))


def test_nothing_but_a_document_is_handed_over(opened: list[str]) -> None:
    assert not opening.hand_over("/资料/setup.exe")
    assert not opened


def test_on_macos_the_file_manager_selects_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(QProcess, "startDetached", lambda *call: started.append(call) or (True, 1))
    assert opening.reveal("/资料/setup.exe")
    assert started == [("/usr/bin/open", ["-R", "/资料/setup.exe"])]


def test_on_windows_the_file_manager_selects_the_file_by_its_whole_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Explorer takes a comma outside quotes for the end of the name."""
    started: list[str] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(opening.subprocess, "Popen", started.append)
    assert opening.reveal("/资料/a,root,C:.exe")
    assert started[0].endswith('explorer.exe" /select,"/资料/a,root,C:.exe"')


def test_on_macos_a_folder_that_may_be_a_program_is_shown_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    started: list[object] = []
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(QProcess, "startDetached", lambda *call: started.append(call) or (True, 1))
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: pytest.fail("that starts it"))
    opening.open_folder(str(tmp_path / "Calculator.app"))
    assert started == [("/usr/bin/open", ["-R", str(tmp_path / "Calculator.app")])]


# ---- the question ---------------------------------------------------------------------------------------------------


@pytest.fixture
def line(qtbot: QtBot, settings: Settings) -> OpenLine:
    line = OpenLine(settings)
    qtbot.addWidget(line)
    return line


def test_the_person_is_asked_before_a_document_leaves(line: OpenLine, opened: list[str]) -> None:
    line.open("/资料/报价.docm")
    assert line.isVisible()
    assert "报价.docm" in line.words.text()
    assert not opened
    line.yes.click()
    assert opened == ["/资料/报价.docm"]
    assert not line.isVisible()
    line.open("/资料/报价.docm")
    assert line.isVisible(), "asked again, as long as the person did not say otherwise"


def test_do_not_ask_again_is_remembered(line: OpenLine, settings: Settings, opened: list[str], home: Path) -> None:
    line.open("/资料/a.pdf")
    line._never.setChecked(True)
    line.yes.click()
    line.open("/资料/b.pdf")
    assert opened == ["/资料/a.pdf", "/资料/b.pdf"]
    assert Settings(home / "settings.toml").flag("open_unasked")
    line.open("/资料/c.exe")
    assert opened[2:] == ["/资料"], "a program is not a document, whatever was answered"
    assert "c.exe" in line.words.text()


@pytest.mark.parametrize("below", ["很深的文件夹/" * 40 + "合同.pdf", "aux/合同.pdf", "旧的./con.pdf"])
def test_what_windows_hands_to_no_program_is_shown_in_the_nearest_folder(
    line: OpenLine, opened: list[str], monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    started: list[str] = []
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(opening.subprocess, "Popen", started.append)
    line.open(f"/资料/{below}")
    assert "259" in line.words.text()
    assert not line.yes.isVisible()
    shown = started[0].partition("/select,")[2].strip('"')
    assert f"/资料/{below}".startswith(shown)
    assert (len(shown) > 250) == (len(below) > 250)
    assert not opened
    assert not opening.open_folder(f"/资料/{below}") or len(started) == 2


def test_cancelling_opens_nothing_and_changes_nothing(
    qtbot: QtBot, line: OpenLine, settings: Settings, opened: list[str]
) -> None:
    line.open("/资料/a.pdf")
    line._never.setChecked(True)
    line.no.click()
    line.open("/资料/a.pdf")
    assert not line._never.isChecked()
    qtbot.keyClick(line, Qt.Key.Key_Escape)
    assert not line.isVisible()
    assert not opened
    assert not settings.flag("open_unasked")


def test_the_folder_can_be_shown_instead(line: OpenLine, opened: list[str]) -> None:
    line.open("/资料/a.pdf")
    line._show_it.click()
    assert opened == ["/资料"]
    assert not line.isVisible()


def test_a_document_without_a_program_and_an_answer_that_cannot_be_kept_are_told(
    qtbot: QtBot, tmp_path: Path, opened: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("no folder")
    line = OpenLine(Settings(tmp_path / "file" / "settings.toml"))
    qtbot.addWidget(line)
    line.open("/资料/a.pdf")
    line._never.setChecked(True)
    line.yes.click()
    assert opened == ["/资料/a.pdf"]
    assert line.isVisible()
    assert not line.yes.isVisible()
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda _: False)
    line.open("/资料/b.pdf")
    assert line.words.text() == "No program on this PC opens this file."
    qtbot.waitUntil(lambda: line.no.x() == 0)  # hidden buttons leave no gap


def test_the_question_speaks_the_language_in_force(line: OpenLine, opened: list[str]) -> None:
    line.open("/资料/a.pdf")
    window_language.use("zh_CN")
    assert line.words.text().startswith("要用其他程序打开“a.pdf”吗？")
    assert (line.yes.text(), line.no.text()) == ("打开", "取消")
    assert line.isVisible()
    assert not opened


# ---- every place that opens -----------------------------------------------------------------------------------------


def ledger(qtbot: QtBot, settings: Settings, path: str) -> QWidget:
    client = StubClient()
    dialog = LedgerDialog(client, settings, RunController(client, client))  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    rows = [LedgerRow(path, "skipped", "unknown_format")]
    client.answer(messages.Files, lambda id_: messages.FilesResult(id=id_, rows=rows, total=1))
    dialog._table.doubleClicked.emit(dialog.model.index(0, 0))
    return dialog


def source(qtbot: QtBot, settings: Settings, path: str) -> QWidget:
    panel = SourcePanel(StubClient(), settings)  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.show()
    panel.show_citation(Answer("q", "a [1]", True, "llm", citations=(Citation(1, 5, path, Locator(), "quote", 0, 5),)), 1)
    panel._header._open.click()
    return panel


def duplicates(qtbot: QtBot, settings: Settings, path: str) -> QWidget:
    client = StubClient()
    dialog = DuplicatesDialog(client, settings)  # type: ignore[arg-type]
    qtbot.addWidget(dialog)
    dialog.open_fresh()
    report = DuplicateReport((DuplicateGroup("exact", (DuplicateFile(path, 0.0, 1, 1.0, newest=True),)),), 1, 0.1)
    client.answer(messages.Duplicates, lambda id_: messages.DuplicatesResult(id=id_, report=report))
    dialog._list.setCurrentIndex(dialog.model.index(1))
    dialog._open.click()
    return dialog


def library(qtbot: QtBot, settings: Settings, path: str) -> QWidget:
    client = StubClient()
    panel = LibraryPanel(client, settings, RunController(client, client))  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.show()
    panel.menu_for(Source(path, "file", online=True, counts={})).actions()[0].trigger()
    return panel


PLACES = [ledger, source, duplicates, library]


@pytest.mark.parametrize("place", PLACES)
def test_no_place_runs_a_program(place: object, qtbot: QtBot, settings: Settings, opened: list[str]) -> None:
    settings.put("open_unasked", True)
    shown = place(qtbot, settings, "/资料/报价.pdf.exe")  # type: ignore[operator]
    assert opened == ["/资料"]
    assert "报价.pdf.exe" in shown._open_line.words.text()
    assert shown._open_line.isVisible()


@pytest.mark.parametrize("place", PLACES)
def test_every_place_asks_first(place: object, qtbot: QtBot, settings: Settings, opened: list[str]) -> None:
    shown = place(qtbot, settings, "/资料/报价.pdf")  # type: ignore[operator]
    assert not opened
    assert shown._open_line.isVisible()
    shown._open_line.yes.click()
    assert opened == ["/资料/报价.pdf"]


def test_a_folder_of_the_library_opens_at_once(qtbot: QtBot, settings: Settings, opened: list[str], tmp_path: Path) -> None:
    client = StubClient()
    panel = LibraryPanel(client, settings, RunController(client, client))  # type: ignore[arg-type]
    qtbot.addWidget(panel)
    panel.menu_for(Source(str(tmp_path), "folder", online=True, counts={})).actions()[0].trigger()
    assert opened == [str(tmp_path)]
