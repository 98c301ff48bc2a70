# SPDX-License-Identifier: Apache-2.0
"""The library panel: its folders, the run, and the lines that ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from library_replies import CONTRACTS, HR, look, overview, result
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.index_run import IndexProgress, IndexRequest
from desktop_app.contract.ledger import Source
from desktop_app.foundation import translation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.ui.library.library_panel import LibraryPanel
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.library.source_list import NoteRole, ShareRole, standing

USB = Source("/media/usb/归档", "folder", False, {"offline": 88})


def test_the_rules_are_a_click_away(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    with qtbot.waitSignal(library_panel.rules_requested):
        qtbot.mouseClick(library_panel._rules, Qt.MouseButton.LeftButton)


def test_progress_reaches_the_list_and_the_window(
    qtbot: QtBot, library_panel: LibraryPanel, runs: RunController, stub_client: StubClient
) -> None:
    library_panel.show_overview(overview(HR, CONTRACTS, USB))
    runs.start()
    progress = IndexProgress("reading", "/资料/人事/报销.docx", done=71, total=100)
    with qtbot.waitSignal(runs.progress_changed) as told:
        stub_client.open(messages.Index).take(messages.RunProgress(1, progress))
    assert told.args == [progress]
    model = library_panel._model
    assert model.index(0).data(ShareRole) == pytest.approx(0.71)
    assert model.index(1).data(ShareRole) is None
    assert model.index(2).data(ShareRole) is None
    stub_client.answer(messages.Index, lambda _: result())
    assert model.index(0).data(ShareRole) is None


def test_a_single_source_shows_the_share_of_the_run(
    library_panel: LibraryPanel, runs: RunController, stub_client: StubClient
) -> None:
    library_panel.show_overview(overview(CONTRACTS))
    runs.start()
    library_panel.show_progress(IndexProgress("scanning"))
    assert library_panel._model.index(0).data(ShareRole) == 0.0
    library_panel.show_progress(IndexProgress("reading", done=1, total=4))
    assert library_panel._model.index(0).data(ShareRole) == 0.25


def test_removing_is_asked_in_a_line_and_never_touches_more(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.show_overview(overview(HR, CONTRACTS))
    library_panel.ask_to_remove(HR.path)
    assert library_panel._line.isVisible()
    assert "人事" in library_panel._line.words.text()
    library_panel._line.no.click()
    assert stub_client.all(messages.RemoveSource) == []
    assert not library_panel._line.isVisible()
    library_panel.ask_to_remove(HR.path)
    library_panel._line.yes.click()
    assert [request.path for request in stub_client.all(messages.RemoveSource)] == [HR.path]
    stub_client.done(messages.RemoveSource)
    look(stub_client, CONTRACTS)
    assert library_panel._model.rowCount() == 1


def test_the_delete_key_asks_too(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    library_panel.show_overview(overview(HR))
    library_panel._list.setCurrentIndex(library_panel._model.index(0))
    qtbot.keyClick(library_panel._list, Qt.Key.Key_Delete)
    assert library_panel._line.isVisible()


def test_an_engine_that_died_is_offered_to_go_on(
    qtbot: QtBot, library_panel: LibraryPanel, runs: RunController, stub_client: StubClient
) -> None:
    library_panel.show_overview(overview(HR))
    runs.start()
    stub_client.state = "stopped"
    with qtbot.waitSignal(runs.problem):
        stub_client.fail(messages.Index, EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert library_panel._line.isVisible()
    assert library_panel._line.yes.text() == "Go on"
    assert not stub_client.is_open(messages.Overview)  # nobody is there to ask
    stub_client.state = "ready"
    stub_client.state_changed.emit("ready")
    assert stub_client.is_open(messages.Overview)
    library_panel._line.yes.click()
    assert len(stub_client.all(messages.Index)) == 2
    assert not library_panel._line.isVisible()


def test_what_needs_the_person_leads_to_the_ledger(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    library_panel.show_overview(overview(CONTRACTS, failed=2, partial=1, indexed=9))
    assert library_panel._need.text() == "3 files not fully read"
    with qtbot.waitSignal(library_panel.ledger_requested) as asked:
        library_panel._need.click()
    assert asked.args == [""]
    library_panel.show_overview(overview(CONTRACTS, indexed=9))
    assert not library_panel._need.isVisible()


def test_the_menu_of_a_folder(qtbot: QtBot, library_panel: LibraryPanel, stub_client: StubClient) -> None:
    menu = library_panel.menu_for(CONTRACTS)
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(library_panel.ledger_requested) as asked:
        actions["Show its files"].trigger()
    assert asked.args == [CONTRACTS.path]
    with qtbot.waitSignal(library_panel.summary_requested) as summed_up:
        actions["Summarize"].trigger()
    assert summed_up.args == [CONTRACTS.path]
    actions["Check again"].trigger()
    assert [request.run for request in stub_client.all(messages.Index)] == [IndexRequest((CONTRACTS.path,))]
    actions["Remove from the library…"].trigger()
    assert library_panel._line.isVisible()
    offline = {action.text(): action.isEnabled() for action in library_panel.menu_for(USB).actions()}
    assert not offline["Check again"]
    assert not offline["Open"]
    assert offline["Remove from the library…"]


def test_an_empty_library_teaches_and_takes_drops(library_panel: LibraryPanel, stub_client: StubClient, tmp_path: Path) -> None:
    library_panel.show_overview(overview())
    assert library_panel._teach.isVisible()
    assert not library_panel._list.isVisible()
    data = QMimeData()
    paths = [str(tmp_path / "合同 2025"), str(tmp_path / "差旅.xlsx")]
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    library_panel.dropEvent(
        QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )
    assert stub_client.all(messages.AddSources)[0].paths == paths
    assert not library_panel._teach.isVisible()


def test_names_that_stand_twice_are_told_apart(library_panel: LibraryPanel) -> None:
    library_panel.show_overview(overview(CONTRACTS, Source("/华东/合同", "folder"), HR))
    assert [library_panel._model.index(i).data(NoteRole) for i in range(3)] == ["/资料", "/华东", ""]


def test_offline_is_said_to_screen_readers_too(library_panel: LibraryPanel) -> None:
    library_panel.show_overview(overview(USB))
    assert "not connected" in library_panel._model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_five_hundred_sources_keep_their_place(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    many = [Source(f"/资料/第 {n} 组", "folder", True, {"indexed": n}) for n in range(500)]
    library_panel.show_overview(overview(*many))
    library_panel._list.setCurrentIndex(library_panel._model.index(400))
    library_panel._list.scrollTo(library_panel._model.index(400))
    before = library_panel._list.verticalScrollBar().value()
    assert before > 0
    library_panel.show_overview(overview(*many))
    assert library_panel._list.currentIndex().row() == 400
    assert library_panel._list.verticalScrollBar().value() == before
    library_panel.grab()


def test_it_speaks_chinese_at_once(library_panel: LibraryPanel) -> None:
    library_panel.show_overview(overview(CONTRACTS, failed=2))
    try:
        translation.use("zh_CN")
        library_panel.retranslate()
        assert library_panel._need.text() == "2 个文件未能完整读取"
        assert library_panel._section.text() == "文件夹"
    finally:
        translation.use("en")


@pytest.mark.parametrize(
    ("counts", "needing", "icon", "words"),
    [
        ({"indexed": 312}, 0, "check", "312"),
        ({"indexed": 76, "failed": 12}, 12, "alert", "76 of 88"),
        ({"indexed": 70, "partial": 6, "failed": 12}, 18, "alert", "76 of 88"),
        ({"indexed": 76, "failed": 12}, 0, "check", "76"),  # put aside
        ({"indexed": 80, "skipped": 8}, 0, "check", "80"),
        ({"skipped": 1}, 0, "", "nothing read"),
        ({}, 0, "", "empty"),
        ({"pending": 12}, 0, "", "0 of 12"),
        ({"indexed": 3, "pending": 12}, 0, "", "3 of 15"),
        ({"words": 40, "indexed": 60}, 0, "", "100"),
    ],
)
def test_a_tick_is_earned(counts: dict[str, int], needing: int, icon: str, words: str) -> None:
    """It once stood beside folders with failures, empty ones, and a single file that was left out."""
    found = standing(Source("/资料/合同", "folder", True, counts, needing))
    assert (found[0], found[2]) == (icon, words)


def test_what_a_folder_holds_is_said_in_full(library_panel: LibraryPanel) -> None:
    counts = {"indexed": 70, "partial": 6, "failed": 12, "words": 4, "skipped": 3, "pending": 0}
    library_panel.show_overview(overview(Source("/资料/合同", "folder", True, counts, 10)))
    said = library_panel._model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == ("合同: 95 files, 80 searchable, 10 not fully read, 8 put aside, 4 of them by their words only, 3 excluded")


@pytest.mark.parametrize("sources", [(CONTRACTS,), (HR, CONTRACTS)])
def test_what_is_still_being_read_is_not_all_read(
    sources: tuple[Source, ...], library_panel: LibraryPanel, runs: RunController
) -> None:
    """100 % once stood there for a minute, while scans were still being recognised."""
    library_panel.show_overview(overview(*sources))
    runs.start()
    library_panel.show_progress(IndexProgress("reading", f"{CONTRACTS.path}/扫描.pdf", done=88, total=88))
    row = len(sources) - 1
    assert library_panel._model.index(row).data(ShareRole) == 0.99
    assert "99% read" in library_panel._model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)
