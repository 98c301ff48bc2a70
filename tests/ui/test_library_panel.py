# SPDX-License-Identifier: Apache-2.0
"""The library panel: adding, reading, removing, and what it shows meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.index_run import IndexProgress, IndexRequest, Password
from desktop_app.contract.ledger import Source
from desktop_app.foundation import translation
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.ui.library.library_panel import LibraryPanel
from desktop_app.ui.library.source_list import NoteRole, ShareRole

HR = Source("/资料/人事", "folder", True, {"indexed": 71, "pending": 29})
CONTRACTS = Source("/资料/合同", "folder", True, {"indexed": 312})
USB = Source("/media/usb/归档", "folder", False, {"offline": 88})


def overview(*sources: Source, **counts: int) -> messages.OverviewResult:
    return messages.OverviewResult(id=0, library="", sources=list(sources), counts=counts, chunks=1, embedding="bundled")


def result() -> messages.IndexResult:
    return messages.IndexResult(id=0, files={"indexed": 1}, chunks=1, seconds=0.1)


def look(stub_client: StubClient, *sources: Source, **counts: int) -> None:
    stub_client.answer(messages.Overview, lambda _: overview(*sources, **counts))


def test_adding_remembers_the_folder_then_reads_it(qtbot: QtBot, library_panel: LibraryPanel, stub_client: StubClient) -> None:
    with qtbot.waitSignal(library_panel.paths_added) as added:
        library_panel.add(["/资料/人事", "/资料/人事", "/资料/差旅.xlsx"])
        assert stub_client.all(messages.AddSources)[0].paths == ["/资料/人事", "/资料/差旅.xlsx"]
        assert stub_client.all(messages.Index) == []
        stub_client.done(messages.AddSources)
    assert added.args == [["/资料/人事", "/资料/差旅.xlsx"]]
    assert len(stub_client.all(messages.Index)) == 1
    assert library_panel.indexing
    with qtbot.waitSignal(library_panel.index_finished):
        stub_client.answer(messages.Index, lambda _: result())
    assert not library_panel.indexing


def test_what_is_added_meanwhile_is_read_in_one_more_run(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.start_index()
    library_panel.add(["/甲"])
    stub_client.done(messages.AddSources)
    library_panel.start_index(["/乙/失败.pdf"])
    library_panel.start_index(["/乙/失败.pdf", "*"])
    assert len(stub_client.all(messages.Index)) == 1
    stub_client.answer(messages.Index, lambda _: result())
    assert [request.run.retry for request in stub_client.all(messages.Index)] == [(), ("/乙/失败.pdf", "*")]
    stub_client.answer(messages.Index, lambda _: result())
    assert len(stub_client.all(messages.Index)) == 2


def test_noticed_changes_are_read_in_a_run_over_their_sources(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    stub_client.sources_changed.emit(["/甲"])
    assert [request.run for request in stub_client.all(messages.Index)] == [IndexRequest(("/甲",), reason="changed")]
    stub_client.sources_changed.emit(["/乙"])
    stub_client.sources_changed.emit(["/丙", "/乙"])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert stub_client.all(messages.Index)[-1].run == IndexRequest(("/乙", "/丙"), reason="changed")
    stub_client.sources_changed.emit(["/乙"])
    library_panel.start_index()
    stub_client.sources_changed.emit(["/丙"])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert stub_client.all(messages.Index)[-1].run == IndexRequest()
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert len(stub_client.all(messages.Index)) == 3


def test_after_an_interruption_the_person_says_when_to_go_on(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.start_index()
    stub_client.fail(messages.Index, EnvironmentProblem("disk_full", path="/库"))
    stub_client.sources_changed.emit(["/甲"])
    assert len(stub_client.all(messages.Index)) == 1


def test_the_rules_are_a_click_away(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    with qtbot.waitSignal(library_panel.rules_requested):
        qtbot.mouseClick(library_panel._rules, Qt.MouseButton.LeftButton)


def test_a_password_is_remembered_for_the_files_it_was_given_for(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    first, folder = Password("first", "/甲/密.docx"), Password("second", "/乙")
    library_panel.unlock(["/甲/密.docx"], [first])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id=id_, files={}, chunks=0, seconds=0.0))
    library_panel.unlock(["/乙/密.zip"], [folder])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id=id_, files={}, chunks=0, seconds=0.0))
    stub_client.sources_changed.emit(["/甲"])
    runs = [request.run for request in stub_client.all(messages.Index)]
    assert [(run.retry, run.passwords) for run in runs] == [
        (("/甲/密.docx",), (first,)),
        (("/乙/密.zip",), (folder, first)),
        ((), (folder, first)),  # a file that changes is opened without asking again
    ]
    assert runs[-1].passwords_for("/甲/密.docx") == ("first",)
    assert runs[-1].passwords_for("/甲/别的.docx") == ()
    assert runs[-1].passwords_for("/乙/别的.docx") == ("second",)
    assert runs[-1].passwords_for("/乙二/别的.docx") == ()


def test_a_run_that_makes_vectors_gives_way_to_what_is_new(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.set_overview(overview(CONTRACTS, indexed=312))
    library_panel.start_index()
    first = stub_client.open(messages.Index)
    first.take(messages.Progress(first.id, IndexProgress("reading", "/a.txt", 3, 9)))
    stub_client.sources_changed.emit(["/资料/人事"])
    assert stub_client.cancelled == [], "files are being read: it comes after them"
    first.take(messages.Progress(first.id, IndexProgress("vectors", "", 30, 900)))
    stub_client.sources_changed.emit(["/资料/合同"])
    assert stub_client.cancelled == [first.id]
    assert len(stub_client.all(messages.Index)) == 1
    first.take(messages.Stopped(first.id))
    assert [request.run.roots for request in stub_client.all(messages.Index)] == [(), ("/资料/人事", "/资料/合同")]


def test_a_run_whose_scans_are_still_to_be_read_gives_way_and_reads_them_later(
    library_panel: LibraryPanel, stub_client: StubClient
) -> None:
    library_panel.set_overview(overview(CONTRACTS, indexed=312, pending=2))
    library_panel.start_index()
    first = stub_client.open(messages.Index)
    first.take(messages.Progress(first.id, IndexProgress("vectors", "", 30, 900)))
    stub_client.sources_changed.emit(["/资料/人事"])
    first.take(messages.Stopped(first.id))
    assert stub_client.all(messages.Index)[-1].run.roots == (), "the whole library, as asked for"


def test_a_paused_run_and_a_stopped_one_do_not_begin_again(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.start_index()
    first = stub_client.open(messages.Index)
    first.take(messages.Progress(first.id, IndexProgress("vectors", "", 30, 900)))
    stub_client.status_changed.emit(messages.Status(indexing="paused"))
    stub_client.sources_changed.emit(["/资料/人事"])
    assert stub_client.cancelled == []
    library_panel.cancel()
    first.take(messages.Stopped(first.id))
    assert len(stub_client.all(messages.Index)) == 1


def test_a_run_that_waits_takes_the_newest_passwords(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.start_index()
    library_panel.unlock(["/甲/密.docx"], [Password("typed meanwhile", "/甲/密.docx")])
    stub_client.answer(messages.Index, lambda _: result())
    assert stub_client.all(messages.Index)[-1].run.passwords_for("/甲/密.docx") == ("typed meanwhile",)


def test_progress_reaches_the_list_and_the_window(qtbot: QtBot, library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.set_overview(overview(HR, CONTRACTS, USB))
    library_panel.start_index()
    progress = IndexProgress("reading", "/资料/人事/报销.docx", done=71, total=100)
    with qtbot.waitSignal(library_panel.progress_changed) as told:
        stub_client.open(messages.Index).take(messages.Progress(1, progress))
    assert told.args == [progress]
    model = library_panel._model
    assert model.index(0).data(ShareRole) == pytest.approx(0.71)
    assert model.index(1).data(ShareRole) is None
    assert model.index(2).data(ShareRole) is None
    stub_client.answer(messages.Index, lambda _: result())
    assert model.index(0).data(ShareRole) is None


def test_a_single_source_shows_the_share_of_the_run(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.set_overview(overview(CONTRACTS))
    library_panel.start_index()
    library_panel.set_progress(IndexProgress("scanning"))
    assert library_panel._model.index(0).data(ShareRole) == 0.0
    library_panel.set_progress(IndexProgress("reading", done=1, total=4))
    assert library_panel._model.index(0).data(ShareRole) == 0.25


def test_counts_are_asked_for_one_at_a_time_while_reading(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.start_index()
    for _ in range(5):
        library_panel._recount.timeout.emit()
    assert len(stub_client.all(messages.Overview)) == 1
    look(stub_client, HR)
    assert len(stub_client.all(messages.Overview)) == 2
    look(stub_client, HR)
    assert not stub_client.is_open(messages.Overview)


def test_pause_resume_and_stop(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.start_index()
    library_panel.add(["/甲"])
    stub_client.done(messages.AddSources)
    library_panel.pause(True)
    assert library_panel.paused
    library_panel.pause(False)
    assert [request.paused for request in stub_client.all(messages.Pause)] == [True, False]
    running = stub_client.open(messages.Index)
    library_panel.cancel()
    assert stub_client.cancelled == [running.id]
    running.end_cancelled()
    assert not library_panel.indexing
    assert len(stub_client.all(messages.Index)) == 1  # stopping also drops the run that was waiting


def test_removing_is_asked_in_a_line_and_never_touches_more(library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.set_overview(overview(HR, CONTRACTS))
    library_panel.ask_to_forget(HR.path)
    assert library_panel._line.isVisible()
    assert "人事" in library_panel._line_text.text()
    library_panel._line_no.click()
    assert stub_client.all(messages.RemoveSource) == []
    assert not library_panel._line.isVisible()
    library_panel.ask_to_forget(HR.path)
    library_panel._line_yes.click()
    assert [request.path for request in stub_client.all(messages.RemoveSource)] == [HR.path]
    stub_client.done(messages.RemoveSource)
    look(stub_client, CONTRACTS)
    assert library_panel._model.rowCount() == 1


def test_the_delete_key_asks_too(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    library_panel.set_overview(overview(HR))
    library_panel._list.setCurrentIndex(library_panel._model.index(0))
    qtbot.keyClick(library_panel._list, Qt.Key.Key_Delete)
    assert library_panel._line.isVisible()


def test_an_engine_that_died_is_offered_to_go_on(qtbot: QtBot, library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.set_overview(overview(HR))
    library_panel.start_index()
    stub_client.state = "stopped"
    with qtbot.waitSignal(library_panel.problem):
        stub_client.fail(messages.Index, EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert library_panel._line.isVisible()
    assert library_panel._line_yes.text() == "Go on"
    assert not stub_client.is_open(messages.Overview)  # nobody is there to ask
    stub_client.state = "ready"
    stub_client.state_changed.emit("ready")
    assert stub_client.is_open(messages.Overview)
    library_panel._line_yes.click()
    assert len(stub_client.all(messages.Index)) == 2
    assert not library_panel._line.isVisible()


def test_a_path_that_cannot_be_added_is_told(qtbot: QtBot, library_panel: LibraryPanel, stub_client: StubClient) -> None:
    library_panel.add(["/没有"])
    with qtbot.waitSignal(library_panel.problem) as told:
        stub_client.fail(messages.AddSources, UsageProblem("path_missing", path="/没有"))
    assert told.args[0].code == "path_missing"
    assert stub_client.all(messages.Index) == []


def test_what_needs_the_person_leads_to_the_ledger(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    library_panel.set_overview(overview(CONTRACTS, failed=2, partial=1, indexed=9))
    assert library_panel.needing() == 3
    assert library_panel._need.text() == "3 need you"
    with qtbot.waitSignal(library_panel.ledger_requested) as asked:
        library_panel._need.click()
    assert asked.args == [""]
    library_panel.set_overview(overview(CONTRACTS, indexed=9))
    assert not library_panel._need.isVisible()


def test_the_menu_of_a_folder(qtbot: QtBot, library_panel: LibraryPanel, stub_client: StubClient) -> None:
    menu = library_panel.menu_for(CONTRACTS)
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(library_panel.ledger_requested) as asked:
        actions["Show its files"].trigger()
    assert asked.args == [CONTRACTS.path]
    actions["Check again"].trigger()
    assert [request.run for request in stub_client.all(messages.Index)] == [IndexRequest((CONTRACTS.path,))]
    actions["Remove from the library…"].trigger()
    assert library_panel._line.isVisible()
    offline = {action.text(): action.isEnabled() for action in library_panel.menu_for(USB).actions()}
    assert not offline["Check again"]
    assert not offline["Open"]
    assert offline["Remove from the library…"]


def test_an_empty_library_teaches_and_takes_drops(library_panel: LibraryPanel, stub_client: StubClient, tmp_path: Path) -> None:
    library_panel.set_overview(overview())
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
    library_panel.set_overview(overview(CONTRACTS, Source("/华东/合同", "folder"), HR))
    assert [library_panel._model.index(i).data(NoteRole) for i in range(3)] == ["/资料", "/华东", ""]


def test_offline_is_said_to_screen_readers_too(library_panel: LibraryPanel) -> None:
    library_panel.set_overview(overview(USB))
    assert "not connected" in library_panel._model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_five_hundred_sources_keep_their_place(qtbot: QtBot, library_panel: LibraryPanel) -> None:
    many = [Source(f"/资料/第 {n} 组", "folder", True, {"indexed": n}) for n in range(500)]
    library_panel.set_overview(overview(*many))
    library_panel._list.setCurrentIndex(library_panel._model.index(400))
    library_panel._list.scrollTo(library_panel._model.index(400))
    before = library_panel._list.verticalScrollBar().value()
    assert before > 0
    library_panel.set_overview(overview(*many))
    assert library_panel._list.currentIndex().row() == 400
    assert library_panel._list.verticalScrollBar().value() == before
    library_panel.grab()


def test_it_speaks_chinese_at_once(library_panel: LibraryPanel) -> None:
    library_panel.set_overview(overview(CONTRACTS, failed=2))
    try:
        translation.use("zh_CN")
        library_panel.retranslate()
        assert library_panel._need.text() == "2 个文件待处理"
        assert library_panel._section.text() == "文件夹"
    finally:
        translation.use("en")
