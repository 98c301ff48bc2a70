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
from desktop_app.foundation.settings import Settings
from desktop_app.ui.library_panel import LibraryPanel
from desktop_app.ui.source_list import NoteRole, ShareRole

HR = Source("/资料/人事", "folder", True, {"indexed": 71, "pending": 29})
CONTRACTS = Source("/资料/合同", "folder", True, {"indexed": 312})
USB = Source("/media/usb/归档", "folder", False, {"offline": 88})


@pytest.fixture
def client() -> StubClient:
    return StubClient()


@pytest.fixture
def panel(qtbot: QtBot, client: StubClient, tmp_path: Path) -> LibraryPanel:
    panel = LibraryPanel(client, Settings(tmp_path / "settings.toml"))
    qtbot.addWidget(panel)
    panel.resize(260, 420)
    panel.show()
    return panel


def overview(*sources: Source, **counts: int) -> messages.OverviewResult:
    return messages.OverviewResult(id=0, library="", sources=list(sources), counts=counts, chunks=1, embedding="bundled")


def result() -> messages.IndexResult:
    return messages.IndexResult(id=0, files={"indexed": 1}, chunks=1, seconds=0.1)


def look(client: StubClient, *sources: Source, **counts: int) -> None:
    client.answer(messages.Overview, lambda _: overview(*sources, **counts))


def test_adding_remembers_the_folder_then_reads_it(qtbot: QtBot, panel: LibraryPanel, client: StubClient) -> None:
    with qtbot.waitSignal(panel.paths_added) as added:
        panel.add(["/资料/人事", "/资料/人事", "/资料/差旅.xlsx"])
        assert client.all(messages.AddSources)[0].paths == ["/资料/人事", "/资料/差旅.xlsx"]
        assert client.all(messages.Index) == []
        client.done(messages.AddSources)
    assert added.args == [["/资料/人事", "/资料/差旅.xlsx"]]
    assert len(client.all(messages.Index)) == 1
    assert panel.indexing
    with qtbot.waitSignal(panel.index_finished):
        client.answer(messages.Index, lambda _: result())
    assert not panel.indexing


def test_what_is_added_meanwhile_is_read_in_one_more_run(panel: LibraryPanel, client: StubClient) -> None:
    panel.start_index()
    panel.add(["/甲"])
    client.done(messages.AddSources)
    panel.start_index(["/乙/失败.pdf"])
    panel.start_index(["/乙/失败.pdf", "*"])
    assert len(client.all(messages.Index)) == 1
    client.answer(messages.Index, lambda _: result())
    assert [request.run.retry for request in client.all(messages.Index)] == [(), ("/乙/失败.pdf", "*")]
    client.answer(messages.Index, lambda _: result())
    assert len(client.all(messages.Index)) == 2


def test_noticed_changes_are_read_in_a_run_over_their_sources(panel: LibraryPanel, client: StubClient) -> None:
    client.sources_changed.emit(["/甲"])
    assert [request.run for request in client.all(messages.Index)] == [IndexRequest(("/甲",), reason="changed")]
    client.sources_changed.emit(["/乙"])
    client.sources_changed.emit(["/丙", "/乙"])
    client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert client.all(messages.Index)[-1].run == IndexRequest(("/乙", "/丙"), reason="changed")
    client.sources_changed.emit(["/乙"])
    panel.start_index()
    client.sources_changed.emit(["/丙"])
    client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert client.all(messages.Index)[-1].run == IndexRequest()
    client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert len(client.all(messages.Index)) == 3


def test_after_an_interruption_the_person_says_when_to_go_on(panel: LibraryPanel, client: StubClient) -> None:
    panel.start_index()
    client.fail(messages.Index, EnvironmentProblem("disk_full", path="/库"))
    client.sources_changed.emit(["/甲"])
    assert len(client.all(messages.Index)) == 1


def test_the_rules_are_a_click_away(qtbot: QtBot, panel: LibraryPanel) -> None:
    with qtbot.waitSignal(panel.rules_requested):
        qtbot.mouseClick(panel._rules, Qt.MouseButton.LeftButton)


def test_a_password_is_remembered_for_the_files_it_was_given_for(panel: LibraryPanel, client: StubClient) -> None:
    first, folder = Password("first", "/甲/密.docx"), Password("second", "/乙")
    panel.unlock(["/甲/密.docx"], [first])
    client.answer(messages.Index, lambda id_: messages.IndexResult(id=id_, files={}, chunks=0, seconds=0.0))
    panel.unlock(["/乙/密.zip"], [folder])
    client.answer(messages.Index, lambda id_: messages.IndexResult(id=id_, files={}, chunks=0, seconds=0.0))
    client.sources_changed.emit(["/甲"])
    runs = [request.run for request in client.all(messages.Index)]
    assert [(run.retry, run.passwords) for run in runs] == [
        (("/甲/密.docx",), (first,)),
        (("/乙/密.zip",), (folder, first)),
        ((), (folder, first)),  # a file that changes is opened without asking again
    ]
    assert runs[-1].passwords_for("/甲/密.docx") == ("first",)
    assert runs[-1].passwords_for("/甲/别的.docx") == ()
    assert runs[-1].passwords_for("/乙/别的.docx") == ("second",)
    assert runs[-1].passwords_for("/乙二/别的.docx") == ()


def test_a_run_that_makes_vectors_gives_way_to_what_is_new(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview(CONTRACTS, indexed=312))
    panel.start_index()
    first = client.open(messages.Index)
    first.take(messages.Progress(first.id, IndexProgress("reading", "/a.txt", 3, 9)))
    client.sources_changed.emit(["/资料/人事"])
    assert client.cancelled == [], "files are being read: it comes after them"
    first.take(messages.Progress(first.id, IndexProgress("vectors", "", 30, 900)))
    client.sources_changed.emit(["/资料/合同"])
    assert client.cancelled == [first.id]
    assert len(client.all(messages.Index)) == 1
    first.take(messages.Stopped(first.id))
    assert [request.run.roots for request in client.all(messages.Index)] == [(), ("/资料/人事", "/资料/合同")]


def test_a_run_whose_scans_are_still_to_be_read_gives_way_and_reads_them_later(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview(CONTRACTS, indexed=312, pending=2))
    panel.start_index()
    first = client.open(messages.Index)
    first.take(messages.Progress(first.id, IndexProgress("vectors", "", 30, 900)))
    client.sources_changed.emit(["/资料/人事"])
    first.take(messages.Stopped(first.id))
    assert client.all(messages.Index)[-1].run.roots == (), "the whole library, as asked for"


def test_a_paused_run_and_a_stopped_one_do_not_begin_again(panel: LibraryPanel, client: StubClient) -> None:
    panel.start_index()
    first = client.open(messages.Index)
    first.take(messages.Progress(first.id, IndexProgress("vectors", "", 30, 900)))
    client.status_changed.emit(messages.Status(indexing="paused"))
    client.sources_changed.emit(["/资料/人事"])
    assert client.cancelled == []
    panel.cancel()
    first.take(messages.Stopped(first.id))
    assert len(client.all(messages.Index)) == 1


def test_a_run_that_waits_takes_the_newest_passwords(panel: LibraryPanel, client: StubClient) -> None:
    panel.start_index()
    panel.unlock(["/甲/密.docx"], [Password("typed meanwhile", "/甲/密.docx")])
    client.answer(messages.Index, lambda _: result())
    assert client.all(messages.Index)[-1].run.passwords_for("/甲/密.docx") == ("typed meanwhile",)


def test_progress_reaches_the_list_and_the_window(qtbot: QtBot, panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview(HR, CONTRACTS, USB))
    panel.start_index()
    progress = IndexProgress("reading", "/资料/人事/报销.docx", done=71, total=100)
    with qtbot.waitSignal(panel.progress_changed) as told:
        client.open(messages.Index).take(messages.Progress(1, progress))
    assert told.args == [progress]
    model = panel._model
    assert model.index(0).data(ShareRole) == pytest.approx(0.71)
    assert model.index(1).data(ShareRole) is None
    assert model.index(2).data(ShareRole) is None
    client.answer(messages.Index, lambda _: result())
    assert model.index(0).data(ShareRole) is None


def test_a_single_source_shows_the_share_of_the_run(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview(CONTRACTS))
    panel.start_index()
    panel.set_progress(IndexProgress("scanning"))
    assert panel._model.index(0).data(ShareRole) == 0.0
    panel.set_progress(IndexProgress("reading", done=1, total=4))
    assert panel._model.index(0).data(ShareRole) == 0.25


def test_counts_are_asked_for_one_at_a_time_while_reading(panel: LibraryPanel, client: StubClient) -> None:
    panel.start_index()
    for _ in range(5):
        panel._recount.timeout.emit()
    assert len(client.all(messages.Overview)) == 1
    look(client, HR)
    assert len(client.all(messages.Overview)) == 2
    look(client, HR)
    assert not client.is_open(messages.Overview)


def test_pause_resume_and_stop(panel: LibraryPanel, client: StubClient) -> None:
    panel.start_index()
    panel.add(["/甲"])
    client.done(messages.AddSources)
    panel.pause(True)
    assert panel.paused
    panel.pause(False)
    assert [request.paused for request in client.all(messages.Pause)] == [True, False]
    running = client.open(messages.Index)
    panel.cancel()
    assert client.cancelled == [running.id]
    running.end_cancelled()
    assert not panel.indexing
    assert len(client.all(messages.Index)) == 1  # stopping also drops the run that was waiting


def test_removing_is_asked_in_a_line_and_never_touches_more(panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview(HR, CONTRACTS))
    panel.ask_to_forget(HR.path)
    assert panel._line.isVisible()
    assert "人事" in panel._line_text.text()
    panel._line_no.click()
    assert client.all(messages.RemoveSource) == []
    assert not panel._line.isVisible()
    panel.ask_to_forget(HR.path)
    panel._line_yes.click()
    assert [request.path for request in client.all(messages.RemoveSource)] == [HR.path]
    client.done(messages.RemoveSource)
    look(client, CONTRACTS)
    assert panel._model.rowCount() == 1


def test_the_delete_key_asks_too(qtbot: QtBot, panel: LibraryPanel) -> None:
    panel.set_overview(overview(HR))
    panel._list.setCurrentIndex(panel._model.index(0))
    qtbot.keyClick(panel._list, Qt.Key.Key_Delete)
    assert panel._line.isVisible()


def test_an_engine_that_died_is_offered_to_go_on(qtbot: QtBot, panel: LibraryPanel, client: StubClient) -> None:
    panel.set_overview(overview(HR))
    panel.start_index()
    client.state = "stopped"
    with qtbot.waitSignal(panel.problem):
        client.fail(messages.Index, EnvironmentProblem("engine_stopped", detail="signal 9"))
    assert panel._line.isVisible()
    assert panel._line_yes.text() == "Go on"
    assert not client.is_open(messages.Overview)  # nobody is there to ask
    client.state = "ready"
    client.state_changed.emit("ready")
    assert client.is_open(messages.Overview)
    panel._line_yes.click()
    assert len(client.all(messages.Index)) == 2
    assert not panel._line.isVisible()


def test_a_path_that_cannot_be_added_is_told(qtbot: QtBot, panel: LibraryPanel, client: StubClient) -> None:
    panel.add(["/没有"])
    with qtbot.waitSignal(panel.problem) as told:
        client.fail(messages.AddSources, UsageProblem("path_missing", path="/没有"))
    assert told.args[0].code == "path_missing"
    assert client.all(messages.Index) == []


def test_what_needs_the_person_leads_to_the_ledger(qtbot: QtBot, panel: LibraryPanel) -> None:
    panel.set_overview(overview(CONTRACTS, failed=2, partial=1, indexed=9))
    assert panel.needing() == 3
    assert panel._need.text() == "3 need you"
    with qtbot.waitSignal(panel.ledger_requested) as asked:
        panel._need.click()
    assert asked.args == [""]
    panel.set_overview(overview(CONTRACTS, indexed=9))
    assert not panel._need.isVisible()


def test_the_menu_of_a_folder(qtbot: QtBot, panel: LibraryPanel, client: StubClient) -> None:
    menu = panel.menu_for(CONTRACTS)
    actions = {action.text(): action for action in menu.actions()}
    with qtbot.waitSignal(panel.ledger_requested) as asked:
        actions["Show its files"].trigger()
    assert asked.args == [CONTRACTS.path]
    actions["Check again"].trigger()
    assert [request.run for request in client.all(messages.Index)] == [IndexRequest((CONTRACTS.path,))]
    actions["Remove from the library…"].trigger()
    assert panel._line.isVisible()
    offline = {action.text(): action.isEnabled() for action in panel.menu_for(USB).actions()}
    assert not offline["Check again"]
    assert not offline["Open"]
    assert offline["Remove from the library…"]


def test_an_empty_library_teaches_and_takes_drops(panel: LibraryPanel, client: StubClient, tmp_path: Path) -> None:
    panel.set_overview(overview())
    assert panel._teach.isVisible()
    assert not panel._list.isVisible()
    data = QMimeData()
    paths = [str(tmp_path / "合同 2025"), str(tmp_path / "差旅.xlsx")]
    data.setUrls([QUrl.fromLocalFile(path) for path in paths])
    panel.dropEvent(
        QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    )
    assert client.all(messages.AddSources)[0].paths == paths
    assert not panel._teach.isVisible()


def test_names_that_stand_twice_are_told_apart(panel: LibraryPanel) -> None:
    panel.set_overview(overview(CONTRACTS, Source("/华东/合同", "folder"), HR))
    assert [panel._model.index(i).data(NoteRole) for i in range(3)] == ["/资料", "/华东", ""]


def test_offline_is_said_to_screen_readers_too(panel: LibraryPanel) -> None:
    panel.set_overview(overview(USB))
    assert "not connected" in panel._model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_five_hundred_sources_keep_their_place(qtbot: QtBot, panel: LibraryPanel) -> None:
    many = [Source(f"/资料/第 {n} 组", "folder", True, {"indexed": n}) for n in range(500)]
    panel.set_overview(overview(*many))
    panel._list.setCurrentIndex(panel._model.index(400))
    panel._list.scrollTo(panel._model.index(400))
    before = panel._list.verticalScrollBar().value()
    assert before > 0
    panel.set_overview(overview(*many))
    assert panel._list.currentIndex().row() == 400
    assert panel._list.verticalScrollBar().value() == before
    panel.grab()


def test_it_speaks_chinese_at_once(panel: LibraryPanel) -> None:
    panel.set_overview(overview(CONTRACTS, failed=2))
    try:
        translation.use("zh_CN")
        panel.retranslate()
        assert panel._need.text() == "2 个文件待处理"
        assert panel._section.text() == "文件夹"
    finally:
        translation.use("en")
