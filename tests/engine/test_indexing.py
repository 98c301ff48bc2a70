# SPDX-License-Identifier: Apache-2.0
"""Indexing through the engine: progress, pause, cancel, searches meanwhile, and a window that goes away in the middle."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psutil
import pytest

from desktop_app.contract import messages as m
from desktop_app.contract.index_run import IndexRequest
from desktop_app.contract.ledger import LedgerQuery
from engine.conftest import Start, paper_mountain, without_model
from engine.engine_process import EngineProcess, all_gone

pytestmark = pytest.mark.slow

FILES = 240


def begun(engine: EngineProcess, folder: Path, *, done: int = 5) -> int:
    """An index run in its middle: at least ``done`` files are written. Returns its id."""
    engine.ask(m.AddSources, paths=[str(folder)])
    number = engine.send(m.Index)
    engine.wait(lambda message: isinstance(message, m.RunProgress) and message.id == number and message.progress.done >= done)
    return number


def stopped_midway(engine: EngineProcess, folder: Path) -> int:
    """As ``begun``, and paused there, so that it surely does not end by itself."""
    number = begun(engine, folder)
    assert engine.ask(m.Pause, paused=True)
    assert engine.status(lambda status: status.indexing != "idle", since=0)
    assert engine.ends(number) == []
    return number


def contents(library: Path) -> tuple[list[tuple[str, str, int]], list[tuple[str, int, str]]]:
    """Every file with its state and every chunk with its text, as a library on disk holds them."""
    connection = sqlite3.connect(library / "catalogue.sqlite")
    try:
        files = connection.execute("SELECT path, state, chunks FROM files ORDER BY path").fetchall()
        chunks = connection.execute(
            "SELECT path, ordinal, text FROM chunks JOIN files ON files.id = file ORDER BY path, ordinal, text"
        ).fetchall()
    finally:
        connection.close()
    return files, chunks


def undisturbed(start: Start, tmp_path: Path, folder: Path) -> tuple[list[tuple[str, str, int]], list[tuple[str, int, str]]]:
    library = without_model(tmp_path / "对照")
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(folder)])
    engine.ask(m.Index)
    engine.close()
    return contents(library)


def test_progress_counts_up_and_the_result_is_the_ledger(start: Start, library: Path, many: Path) -> None:
    (many / "空.txt").touch()
    (many / "图.xyz").write_bytes(b"\0\1\2")
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(many)])
    number = engine.send(m.Index)
    result = engine.end(number)
    assert (result.files["indexed"], result.files["skipped"], result.files["failed"]) == (FILES, 2, 0)
    told = [one.progress for one in engine.replies(number) if isinstance(one, m.RunProgress)]
    reading = [one for one in told if one.stage == "reading"]
    assert told[0].stage == "scanning"
    assert [one.done for one in reading] == sorted(one.done for one in reading)
    assert reading[-1].done == reading[-1].total == FILES + 1  # the empty file is not opened
    assert reading[-1].counts == result.files
    overview = engine.ask(m.Overview)
    assert (overview.counts, overview.chunks) == ({"indexed": FILES, "skipped": 2}, result.chunks)
    page = engine.ask(m.Files, query=LedgerQuery(("skipped",), limit=1))
    assert (page.total, len(page.rows)) == (2, 1)
    again = engine.ask(m.Index)
    assert (again.files["unchanged"], again.files["indexed"], again.chunks) == (FILES + 2, 0, 0)


def test_status_tells_running_paused_idle_and_the_readers(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    number = begun(engine, many)
    engine.status(lambda status: status.indexing == "running" and len(status.children) > 0)
    engine.ask(m.Pause, paused=True)
    paused = engine.status(lambda status: status.indexing == "paused")
    assert set(paused.children) <= {child.pid for child in engine.children("reader")}
    engine.ask(m.Pause, paused=False)
    assert engine.end(number).files["indexed"] == FILES
    last = [message for message in engine.received if isinstance(message, m.Status)][-1]
    assert last.indexing == "idle"


def test_a_paused_run_stands_still_and_goes_on(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    number = stopped_midway(engine, many)
    settled = engine.ask(m.Overview).counts
    assert settled["pending"] > 0
    assert engine.ask(m.Search, question="检修").result.passages  # answers meanwhile
    engine.ask(m.Pause, paused=False)
    assert engine.end(number).files["indexed"] == FILES
    assert engine.ask(m.Overview).counts == {"indexed": FILES}


def test_search_and_ledger_answer_while_indexing(start: Start, library: Path, many: Path) -> None:
    engine = start(library)
    number = begun(engine, many)
    searched = 0
    while not engine.ends(number):
        found = engine.ask(m.Search, question="编号 HT-0001-003 由哪个仓库保管")
        assert isinstance(found, m.SearchDone)
        assert found.result.total_files == FILES
        assert engine.ask(m.Files, query=LedgerQuery(limit=3)).total == FILES
        searched += 1
    assert searched > 0
    assert engine.end(number).files["indexed"] == FILES


def test_a_cancelled_run_ends_once_and_keeps_what_was_finished(start: Start, library: Path, many: Path, tmp_path: Path) -> None:
    engine = start(library)
    number = begun(engine, many)
    engine.ask(m.Pause, paused=True)  # a cancel reaches a paused run too
    engine.cancel(number)
    assert engine.end(number) == m.ErrorReply(number, m.CANCELLED)
    engine.ask(m.Pause, paused=False)
    counts = engine.ask(m.Overview).counts
    assert counts["indexed"] >= 5
    assert counts["indexed"] + counts["pending"] == FILES
    result = engine.ask(m.Index)
    assert result.files["indexed"] == counts["pending"]
    assert len(engine.ends(number)) == 1
    engine.close()
    assert contents(library) == undisturbed(start, tmp_path, many)


def test_a_window_that_goes_away_ends_everything_and_the_next_run_completes(
    start: Start, library: Path, many: Path, tmp_path: Path
) -> None:
    engine = start(library)
    begun(engine, many)
    processes = [psutil.Process(engine.pid), *engine.children()]
    assert len(processes) > 1
    assert engine.close() == 0
    assert all_gone(processes)
    again = start(library)
    overview = again.ask(m.Overview)
    assert overview.counts["indexed"] >= 5
    assert isinstance(again.ask(m.Index), m.IndexResult)
    again.close()
    assert contents(library) == undisturbed(start, tmp_path, many)


def test_a_removed_source_leaves_and_its_documents_stay(start: Start, library: Path, office: Path, many: Path) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office), str(many)])
    engine.ask(m.Index)
    engine.ask(m.RemoveSource, path=str(many))
    overview = engine.ask(m.Overview)
    assert ([source.path for source in overview.sources], overview.counts) == ([str(office)], {"indexed": 3})
    assert engine.ask(m.Search, question="须按期检修 仓库").result.passages == ()
    assert len(list(many.rglob("*.txt"))) == FILES


def test_a_folder_that_is_gone_is_offline_and_its_text_stays(start: Start, library: Path, tmp_path: Path) -> None:
    folder = paper_mountain(tmp_path / "移动硬盘", 3)
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(folder)])
    engine.ask(m.Index)
    folder.rename(tmp_path / "拔掉了")
    result = engine.ask(m.Index)
    assert (result.offline, result.files["removed"]) == ([str(folder)], 0)
    assert engine.ask(m.Search, question="HT-0001-003").result.passages


def test_an_unusable_path_adds_nothing_of_its_request(start: Start, library: Path, office: Path, tmp_path: Path) -> None:
    engine = start(library)
    failed = engine.ask(m.AddSources, paths=[str(office), str(tmp_path / "没有")])
    assert (failed.code, failed.data) == ("path_missing", {"path": str(tmp_path / "没有")})
    assert engine.ask(m.Overview).sources == []


def test_closing_does_not_wait_for_the_embedding_model(start: Start, tmp_path: Path, office: Path) -> None:
    """The window is closed in the first seconds, while torch is being imported: the library is free again at once, unharmed."""
    library = tmp_path / "新库"
    engine = start(library)
    assert engine.status(lambda status: status.embedding == "loading")
    engine.ask(m.AddSources, paths=[str(office)])
    number = engine.send(m.Index)
    engine.status(lambda status: status.indexing == "running")
    assert engine.close() == 0
    assert engine.ends(number) in ([], [m.ErrorReply(number, m.CANCELLED)])
    again = start(library)
    assert isinstance(again.received[0], m.Initialized)
    assert again.ask(m.Overview).sources[0].path == str(office)


def test_one_source_checked_again_is_the_only_one_that_is_walked(
    start: Start, library: Path, office: Path, tmp_path: Path
) -> None:
    engine = start(library)
    other = tmp_path / "别处"
    other.mkdir()
    (other / "甲.txt").write_text("另一个文件夹。", encoding="utf-8")
    engine.ask(m.AddSources, paths=[str(office), str(other)])
    engine.ask(m.Index)
    for folder in (office, other):
        (folder / "新.txt").write_text(f"{folder.name}里的新文件。", encoding="utf-8")
    number = engine.send(m.Index, run=IndexRequest((str(other),)))
    result = engine.end(number)
    assert (result.files["indexed"], result.files["unchanged"]) == (1, 1)
    scanned = {
        one.progress.path
        for one in engine.replies(number)
        if isinstance(one, m.RunProgress) and one.progress.stage == "scanning"
    }
    assert scanned == {str(other)}
    assert engine.ask(m.Index).files["indexed"] == 1  # the other folder's new file was left for later


def test_a_file_that_nobody_minds_is_not_counted(start: Start, library: Path, office: Path) -> None:
    (office / "坏.pdf").write_bytes(b"%PDF-1.4 broken")
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    assert engine.ask(m.Overview).needing == 1
    (row,) = engine.ask(m.Files, query=LedgerQuery(("failed",))).rows
    engine.ask(m.Dismiss, paths=[row.path], dismissed=True)
    overview = engine.ask(m.Overview)
    assert (overview.needing, overview.sources[0].needing, overview.counts["failed"]) == (0, 0, 1)
    engine.close()
    again = start(library)
    again.ask(m.Index)
    assert again.ask(m.Overview).needing == 0, "remembered with the library"
