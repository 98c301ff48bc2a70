# SPDX-License-Identifier: Apache-2.0
"""Adding sources and running the indexing: one run at a time, and what is wanted meanwhile."""

from __future__ import annotations

from library_replies import CONTRACTS, HR, added, look, result
from pytestqt.qtbot import QtBot
from stub_client import StubClient

from desktop_app.contract import messages
from desktop_app.contract.index_run import IndexProgress, IndexRequest, Password
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.ui.library.run_controller import RunController


def test_adding_remembers_the_folder_then_reads_it(qtbot: QtBot, runs: RunController, stub_client: StubClient) -> None:
    with qtbot.waitSignal(runs.paths_added) as told:
        runs.add(["/资料/人事", "/资料/人事", "/资料/差旅.xlsx"])
        assert stub_client.all(messages.AddSources)[0].paths == ["/资料/人事", "/资料/差旅.xlsx"]
        assert stub_client.all(messages.Index) == []
        stub_client.answer(messages.AddSources, added)
    assert told.args == [["/资料/人事", "/资料/差旅.xlsx"]]
    assert len(stub_client.all(messages.Index)) == 1
    assert runs.running
    with qtbot.waitSignal(runs.progress_changed) as ended:
        stub_client.answer(messages.Index, lambda _: result())
    assert ended.args == [None]
    assert not runs.running


def test_what_is_added_meanwhile_is_read_in_one_more_run(runs: RunController, stub_client: StubClient) -> None:
    runs.start()
    runs.add(["/甲"])
    stub_client.answer(messages.AddSources, added)
    runs.start(["/乙/失败.pdf"])
    runs.start(["/乙/失败.pdf", "*"])
    assert len(stub_client.all(messages.Index)) == 1
    stub_client.answer(messages.Index, lambda _: result())
    assert [request.run.retry for request in stub_client.all(messages.Index)] == [(), ("/乙/失败.pdf", "*")]
    stub_client.answer(messages.Index, lambda _: result())
    assert len(stub_client.all(messages.Index)) == 2


def test_noticed_changes_are_read_in_a_run_over_their_sources(runs: RunController, stub_client: StubClient) -> None:
    stub_client.sources_changed.emit(["/甲"])
    assert [request.run for request in stub_client.all(messages.Index)] == [IndexRequest(("/甲",), reason="changed")]
    stub_client.sources_changed.emit(["/乙"])
    stub_client.sources_changed.emit(["/丙", "/乙"])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert stub_client.all(messages.Index)[-1].run == IndexRequest(("/乙", "/丙"), reason="changed")
    stub_client.sources_changed.emit(["/乙"])
    runs.start()
    stub_client.sources_changed.emit(["/丙"])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert stub_client.all(messages.Index)[-1].run == IndexRequest()
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id_, {}, 0, 0.0))
    assert len(stub_client.all(messages.Index)) == 3


def test_after_an_interruption_the_person_says_when_to_go_on(runs: RunController, stub_client: StubClient) -> None:
    runs.start()
    stub_client.fail(messages.Index, EnvironmentProblem("disk_full", path="/库"))
    stub_client.sources_changed.emit(["/甲"])
    assert len(stub_client.all(messages.Index)) == 1


def test_a_password_is_remembered_for_the_files_it_was_given_for(runs: RunController, stub_client: StubClient) -> None:
    first, folder = Password("first", "/甲/密.docx"), Password("second", "/乙")
    runs.unlock(["/甲/密.docx"], [first])
    stub_client.answer(messages.Index, lambda id_: messages.IndexResult(id=id_, files={}, chunks=0, seconds=0.0))
    runs.unlock(["/乙/密.zip"], [folder])
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


def test_a_run_that_makes_vectors_gives_way_to_what_is_new(runs: RunController, stub_client: StubClient) -> None:
    runs.refresh()
    look(stub_client, CONTRACTS, indexed=312)
    runs.start()
    first = stub_client.open(messages.Index)
    first.take(messages.RunProgress(first.id, IndexProgress("reading", "/a.txt", 3, 9)))
    stub_client.sources_changed.emit(["/资料/人事"])
    assert stub_client.cancelled == [], "files are being read: it comes after them"
    first.take(messages.RunProgress(first.id, IndexProgress("vectors", "", 30, 900)))
    stub_client.sources_changed.emit(["/资料/合同"])
    assert stub_client.cancelled == [first.id]
    assert len(stub_client.all(messages.Index)) == 1
    first.take(messages.ErrorReply(first.id, messages.CANCELLED))
    assert [request.run.roots for request in stub_client.all(messages.Index)] == [(), ("/资料/人事", "/资料/合同")]


def test_a_run_whose_scans_are_still_to_be_read_gives_way_and_reads_them_later(
    runs: RunController, stub_client: StubClient
) -> None:
    runs.refresh()
    look(stub_client, CONTRACTS, indexed=312, pending=2)
    runs.start()
    first = stub_client.open(messages.Index)
    first.take(messages.RunProgress(first.id, IndexProgress("vectors", "", 30, 900)))
    stub_client.sources_changed.emit(["/资料/人事"])
    first.take(messages.ErrorReply(first.id, messages.CANCELLED))
    assert stub_client.all(messages.Index)[-1].run.roots == (), "the whole library, as asked for"


def test_a_paused_run_and_a_stopped_one_do_not_begin_again(runs: RunController, stub_client: StubClient) -> None:
    runs.start()
    first = stub_client.open(messages.Index)
    first.take(messages.RunProgress(first.id, IndexProgress("vectors", "", 30, 900)))
    stub_client.status_changed.emit(messages.Status(indexing="paused"))
    stub_client.sources_changed.emit(["/资料/人事"])
    assert stub_client.cancelled == []
    runs.cancel()
    first.take(messages.ErrorReply(first.id, messages.CANCELLED))
    assert len(stub_client.all(messages.Index)) == 1


def test_a_run_that_waits_takes_the_newest_passwords(runs: RunController, stub_client: StubClient) -> None:
    runs.start()
    runs.unlock(["/甲/密.docx"], [Password("typed meanwhile", "/甲/密.docx")])
    stub_client.answer(messages.Index, lambda _: result())
    assert stub_client.all(messages.Index)[-1].run.passwords_for("/甲/密.docx") == ("typed meanwhile",)


def test_counts_are_asked_for_one_at_a_time_while_reading(runs: RunController, stub_client: StubClient) -> None:
    runs.start()
    for _ in range(5):
        runs._recount.timeout.emit()
    assert len(stub_client.all(messages.Overview)) == 1
    look(stub_client, HR)
    assert len(stub_client.all(messages.Overview)) == 2
    look(stub_client, HR)
    assert not stub_client.is_open(messages.Overview)


def test_pause_resume_and_stop(runs: RunController, stub_client: StubClient) -> None:
    runs.start()
    runs.add(["/甲"])
    stub_client.answer(messages.AddSources, added)
    runs.pause(True)
    assert runs.paused
    runs.pause(False)
    assert [request.paused for request in stub_client.all(messages.Pause)] == [True, False]
    running = stub_client.open(messages.Index)
    runs.cancel()
    assert stub_client.cancelled == [running.id]
    running.end_cancelled()
    assert not runs.running
    assert len(stub_client.all(messages.Index)) == 1  # stopping also drops the run that was waiting


def test_a_path_that_cannot_be_added_is_told(qtbot: QtBot, runs: RunController, stub_client: StubClient) -> None:
    runs.add(["/没有"])
    with qtbot.waitSignal(runs.problem) as told:
        stub_client.fail(messages.AddSources, UsageProblem("path_missing", path="/没有"))
    assert told.args[0].code == "path_missing"
    assert stub_client.all(messages.Index) == []
