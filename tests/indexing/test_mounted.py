# SPDX-License-Identifier: Apache-2.0
"""A disk mounted somewhere below a picked folder: when it is away, its files are offline and the rest of the folder is as ever."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.contract.document import UnreadableDocument
from desktop_app.foundation.cancellation import Cancellation
from indexing.office import Desk, counts, fill, texts_found

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts are made on Linux only")
AWAY = ("offline", "offline")


class Disk:
    """Four files on a disk of its own, below a picked folder that holds two files itself."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._pulling = threading.Lock()  # two readers may notice at once
        self.place = root / "档案" / "移动 硬盘"
        self.place.mkdir(parents=True)
        fill(root / "本地", 2)

    def mount(self) -> None:
        """With the files as they always were."""
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(self.place)]
        if subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("mounting is not permitted here")
        fill(self.place, 6)
        for number in (0, 1):  # each name once
            next(self.place.rglob(f"第{number}号*")).unlink()
        for file in self.place.rglob("*.txt"):
            os.utime(file, (1_700_000_000, 1_700_000_000))

    def pull(self) -> None:
        with self._pulling:
            if self.place.is_mount():
                subprocess.run(["umount", "--lazy", str(self.place)], check=True)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    disk = Disk(tmp_path / "办公室 Office")
    disk.mount()
    yield disk
    disk.pull()


def numbers(desk: Desk, state: tuple[str, str]) -> set[str]:
    return {name[:2] for name, found in desk.states().items() if found == state}


@pytest.mark.parametrize("left_behind", ["", "an empty folder", "an empty file"])
def test_its_files_are_offline_and_come_back_unread(desk: Desk, disk: Disk, left_behind: str) -> None:
    desk.index(disk.root)
    disk.pull()
    if not left_behind:
        disk.place.rmdir()
    elif left_behind == "an empty file":
        (disk.place / ".nobackup").touch()
    for _ in range(2):
        report = desk.run()
        assert (report.files["removed"], report.files["failed"], report.offline) == (0, 0, (str(disk.place),))
        assert desk.reader.read_files == []
        assert numbers(desk, AWAY) - {".n"} == {"第2", "第3", "第4", "第5"}
        assert numbers(desk, ("indexed", "")) == {"第0", "第1"}
    assert texts_found(desk.library, "0004") == ["第4号 保密.txt"]
    disk.place.mkdir(exist_ok=True)
    disk.mount()
    report = desk.run()
    assert (report.files["unchanged"], report.offline, desk.reader.read_files) == (6, (), [])
    assert numbers(desk, ("indexed", "")) == {"第0", "第1", "第2", "第3", "第4", "第5"}


def test_a_place_on_it_or_the_disk_itself_is_out_of_reach(desk: Desk, disk: Disk) -> None:
    """As when one of its folders is tried again."""
    desk.index(disk.root)
    disk.pull()
    for place in (disk.place, disk.place / "Travel"):
        report = desk.run(place)
        assert (report.files, report.offline) == (counts(), (str(place),))
    assert len(desk.states()) == 6


def test_files_deleted_on_it_leave_while_it_is_there(desk: Desk, disk: Disk) -> None:
    desk.index(disk.root)
    next(disk.place.rglob("第4号*")).unlink()
    assert desk.run().files == counts(unchanged=5, removed=1)


def test_a_folder_with_files_in_its_stead_counts(desk: Desk, disk: Disk) -> None:
    desk.index(disk.root)
    disk.pull()
    fill(disk.place, 1)
    report = desk.run()
    assert (report.files, report.offline) == (counts(indexed=1, unchanged=2, removed=4), ())
    (disk.place / "采购 部门" / "第0号 付款.txt").unlink()
    assert desk.run().files == counts(unchanged=2, removed=1)


def test_pulled_while_it_is_read_nothing_is_held_against_its_files(desk: Desk, disk: Disk) -> None:
    def pulled(_cancel: Cancellation) -> None:
        disk.pull()
        raise UnreadableDocument("damaged", "short read")

    for number in (2, 3, 4, 5):
        desk.reader.trouble[next(disk.place.rglob(f"第{number}号*")).name] = pulled
    report = desk.index(disk.root)
    assert (report.files["failed"], report.files["removed"], report.offline) == (0, 0, (str(disk.place),))
    assert numbers(desk, AWAY) == {"第2", "第3", "第4", "第5"}
    desk.reader.trouble.clear()
    assert desk.run().offline == (str(disk.place),)
    disk.mount()
    assert desk.run().files == counts(indexed=4, unchanged=2)


def test_pulled_while_it_is_walked_nothing_is_lost(desk: Desk, disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.index(disk.root)
    real = os.scandir

    def pulled(path: str) -> object:
        if path == str(disk.place):
            disk.pull()
        return real(path)

    monkeypatch.setattr(os, "scandir", pulled)
    report = desk.run()
    assert (report.files["removed"], report.offline) == (0, (str(disk.place),))
    assert numbers(desk, AWAY) == {"第2", "第3", "第4", "第5"}
