# SPDX-License-Identifier: Apache-2.0
"""The maintenance process from the window: replies, a window that closes, a process that is killed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
import shiboken6
from pytestqt.qtbot import QtBot

from desktop_app.bridge.maintenance_client import MaintenanceClient
from desktop_app.contract import maintenance_process as p
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.library.maintenance import backup
from tests.made_libraries import made

LIMIT = 20_000  # ms


@pytest.fixture
def client() -> Iterator[MaintenanceClient]:
    client = MaintenanceClient()
    yield client
    client.close()


@pytest.fixture
def large_backup(tmp_path: Path) -> Path:
    """A backup of some 40 MB, which takes longer to restore than its first word about progress."""
    folder = made(tmp_path / "大库", "大库")
    with closing(sqlite3.connect(Path(folder) / "catalogue.sqlite")) as connection:
        connection.execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) "
            "INSERT INTO vectors (hash, model, vector) SELECT randomblob(16), 'x', randomblob(1000000) FROM n"
        )
        connection.commit()
    file = tmp_path / "大库.inkstone"
    backup.back_up(Path(folder), file, lambda _done, _total: None, Cancellation())
    return file


def whole_or_absent(folder: Path) -> bool:
    if not folder.exists():
        return True
    library = Library(folder)
    try:
        return library.catalogue.chunks.count() == 3
    finally:
        library.close()


def test_a_reply_and_a_problem(qtbot: QtBot, client: MaintenanceClient, tmp_path: Path) -> None:
    folder = made(tmp_path / "库", "合同室")
    asked = client.request(lambda id_: p.DescribeLibraries(id_, [folder, str(tmp_path / "没有")]))
    with qtbot.waitSignal(asked.succeeded, timeout=LIMIT) as told:
        pass
    assert [(one.name, one.problem) for one in told.args[0].libraries] == [("合同室", ""), ("没有", "library_missing")]
    asked = client.request(lambda id_: p.CheckLibrary(id_, str(tmp_path / "没有")))
    with qtbot.waitSignal(asked.failed, timeout=LIMIT) as failed:
        pass
    assert failed.args[0].code == "library_missing"


def test_a_window_that_closes_leaves_nothing_half(
    qtbot: QtBot, client: MaintenanceClient, large_backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "恢复"
    asked = client.request(lambda id_: p.RestoreLibrary(id_, str(large_backup), str(target)))
    (_, child), *_ = client._open.values()
    process = psutil.Process(child.pid)
    with qtbot.waitSignal(asked.progressed, timeout=LIMIT):
        pass
    client.close()
    assert asked.over
    qtbot.waitUntil(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE, timeout=LIMIT)
    assert whole_or_absent(target)
    assert list(tmp_path.glob(".inkstone-*")) == []


def test_a_killed_process_is_told_and_costs_nothing(
    qtbot: QtBot, client: MaintenanceClient, large_backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "恢复"
    asked = client.request(lambda id_: p.RestoreLibrary(id_, str(large_backup), str(target)))
    (_, child), *_ = client._open.values()
    asked.progressed.connect(lambda _: child.kill(wait=0))
    with qtbot.waitSignal(asked.ended, timeout=LIMIT):
        pass
    assert whole_or_absent(target)
    if not target.exists():
        again = client.request(lambda id_: p.RestoreLibrary(id_, str(large_backup), str(target)))
        with qtbot.waitSignal(again.succeeded, timeout=LIMIT):
            pass
        assert whole_or_absent(target)
    assert list(tmp_path.glob(".inkstone-*")) == []


@pytest.mark.parametrize("share", [0.0, 1.0], ids=["at once", "copied"])
def test_a_killed_move_leaves_it_whole_in_one_place(
    qtbot: QtBot, client: MaintenanceClient, tmp_path: Path, share: float
) -> None:
    folder, target = Path(made(tmp_path / "库", "合同室")), tmp_path / "新" / "库"
    (folder / "别人的.txt").write_text("留下")  # so that it is copied
    asked = client.request(lambda id_: p.MoveLibrary(id_, str(folder), str(target)))
    (_, child), *_ = client._open.values()
    asked.progressed.connect(lambda told: child.kill(wait=0) if told.done >= share * told.total else None)
    with qtbot.waitSignal(asked.ended, timeout=LIMIT):
        pass
    qtbot.waitUntil(lambda: child.gone, timeout=LIMIT)
    places = [place for place in (folder, target) if (place / "catalogue.sqlite").exists()]
    assert places
    for place in places:
        assert whole_or_absent(place)


def test_a_killed_repair_can_be_made_again(qtbot: QtBot, client: MaintenanceClient, tmp_path: Path) -> None:
    folder = Path(made(tmp_path / "库", "合同室"))
    file = folder / "conversations.sqlite"
    file.write_bytes(file.read_bytes()[:-4096] + b"\x5a" * 4096)
    asked = client.request(lambda id_: p.RepairLibrary(id_, str(folder)))
    (_, child), *_ = client._open.values()
    asked.progressed.connect(lambda told: child.kill(wait=0) if 2 * told.done >= told.total else None)
    with qtbot.waitSignal(asked.ended, timeout=LIMIT):
        pass
    qtbot.waitUntil(lambda: child.gone, timeout=LIMIT)
    assert file.exists()
    again = client.request(lambda id_: p.RepairLibrary(id_, str(folder)))
    with qtbot.waitSignal(again.succeeded, timeout=LIMIT):
        pass
    assert whole_or_absent(folder)
    assert list(folder.glob("*.rescued.*")) == []


def test_a_cancelled_request_ends_as_cancelled(
    qtbot: QtBot, client: MaintenanceClient, large_backup: Path, tmp_path: Path
) -> None:
    target = tmp_path / "恢复"
    asked = client.request(lambda id_: p.RestoreLibrary(id_, str(large_backup), str(target)))
    asked.cancel()
    with qtbot.waitSignal(asked.was_cancelled, timeout=LIMIT):
        pass
    assert not target.exists()


def test_what_is_asked_after_closing_starts_nothing(qtbot: QtBot, client: MaintenanceClient, tmp_path: Path) -> None:
    client.close()
    asked = client.request(lambda id_: p.DescribeLibraries(id_, [str(tmp_path)]))
    assert client._open == {}
    with qtbot.waitSignal(asked.was_cancelled, timeout=LIMIT):
        pass


def test_a_client_that_is_deleted_leaves_no_process(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does the thread that reads fail over a reply that nobody waits for."""
    failed: list[object] = []
    monkeypatch.setattr(threading, "excepthook", failed.append)
    client = MaintenanceClient()
    client.request(lambda id_: p.DescribeLibraries(id_, [str(tmp_path)]))
    (_, child), *_ = client._open.values()
    shiboken6.delete(client)
    qtbot.waitUntil(child._gone.is_set, timeout=LIMIT)
    assert child.exit_status == 0
    assert failed == []
