# SPDX-License-Identifier: Apache-2.0
"""Noticing changes: what counts as one, when it is told, and what happens where the system tells nothing.

The notifications are the system's own; a test waits for what it expects of them, never for a time to pass.
"""

from __future__ import annotations

import os
import queue
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.indexing.watching import file_watcher, mounts
from desktop_app.indexing.watching.change_debouncer import ChangeDebouncer
from desktop_app.indexing.watching.file_watcher import FileWatcher, Watched, _Filter
from indexing.office import fill, write

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux takes names that are no text")
WITHIN = 60.0  # seconds after which a test has failed


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Heard:
    """FileWatcher that tells at once, and what it told."""

    def __init__(self) -> None:
        self.told: queue.Queue[list[str]] = queue.Queue()
        self.watching = FileWatcher(self.told.put, ChangeDebouncer(quiet=0.0))

    def next(self) -> list[str]:
        return self.told.get(timeout=WITHIN)


Watch = Callable[..., Heard]


@pytest.fixture
def watch() -> Iterator[Watch]:
    """FileWatcher of these folders that has begun: a file made to find out has been told."""
    all_heard: list[Heard] = []

    def begin(
        *folders: Path, files: tuple[Path, ...] = (), rules: ExcludeRules | None = None, own: tuple[str, ...] = ()
    ) -> Heard:
        heard = Heard()
        all_heard.append(heard)
        watched = Watched(tuple(map(str, folders)), tuple(map(str, files)), rules or ExcludeRules(), own)
        heard.watching.watch(watched)
        heard.watching._renew()  # not on its thread yet: from here on every change is noticed
        heard.watching._stale.clear()
        heard.watching.probe()
        heard.watching.start()
        return heard

    yield begin
    for heard in all_heard:
        heard.watching.close()
        assert heard.watching.join(WITHIN)


# ---- when it is told ------------------------------------------------------------------------------------------------


def test_it_waits_until_it_is_quiet() -> None:
    gathering = ChangeDebouncer(quiet=3, longest=60)
    assert not gathering.is_due(0)
    for now in (10, 11, 12.5):
        gathering.note("/甲", now)
        gathering.note("/乙", now)
        assert not gathering.is_due(now + 2.9)
    assert gathering.is_due(15.5)
    assert gathering.take() == ["/甲", "/乙"]
    assert not gathering.is_due(100)
    assert not gathering.has_news


def test_what_never_ends_is_told_now_and_then() -> None:
    """A file that grows for an hour, a log that is written to all day."""
    gathering = ChangeDebouncer(quiet=3, longest=60)
    told = []
    for second in range(200):
        gathering.note("/甲", second)
        if gathering.is_due(second):
            told.append(second)
            gathering.take()
    assert told == [60, 121, 182]


# ---- what counts ----------------------------------------------------------------------------------------------------


def test_which_changes_count() -> None:
    rules = ExcludeRules(("node_modules/", "*.log", "!要紧.log", "/旧"))
    of = _Filter(Watched(("/资料", "/资料 2"), ("/单个.txt",), rules, ("/资料/库",))).root
    if sys.platform == "win32":
        pytest.skip("paths of this test are POSIX ones")
    for path, root in {
        "/资料/合同/甲.docx": "/资料",
        "/资料 2/甲.docx": "/资料 2",
        "/资料": "/资料",
        "/单个.txt": "/单个.txt",
        "/别处/甲.docx": "",
        "/资料/~$甲.docx": "",
        "/资料/合同/甲.docx.tmp": "",
        "/资料/下载.crdownload": "",
        "/资料/.git/index": "",
        "/资料/.隐藏": "",
        "/资料/node_modules": "",
        "/资料/a/node_modules/x/y.js": "",
        "/资料/甲.log": "",
        "/资料/要紧.log": "/资料",
        "/资料/旧/甲.txt": "",
        "/资料/新/旧/甲.txt": "/资料",
        "/资料/库": "",
        "/资料/库/catalogue.sqlite-wal": "",
    }.items():
        assert of(path) == root, path
    assert _Filter(Watched(("/资料",), (), ExcludeRules(hidden=False))).root("/资料/.隐藏") == "/资料"


# ---- the system's notifications -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_new_changed_renamed_and_deleted_files_are_told(watch: Watch, tmp_path: Path) -> None:
    first, second = fill(tmp_path / "办公室 Office"), fill(tmp_path / "另一个")
    heard = watch(first, second)
    made = write(first / "Travel" / "新的.txt", 1)
    assert heard.next() == [str(first)]
    for change in (
        lambda: write(made, 2, "改。"),
        lambda: made.rename(made.with_name("改名.txt")),
        lambda: made.with_name("改名.txt").unlink(),
    ):
        _drain(heard)
        change()
        assert heard.next() == [str(first)]
    _drain(heard)
    write(second / "Travel" / "新的.txt", 3)
    assert heard.next() == [str(second)]


@pytest.mark.slow
def test_a_program_that_saves_by_renaming_and_folders_made_later_are_told(watch: Watch, tmp_path: Path) -> None:
    folder = fill(tmp_path / "办公室")
    heard = watch(folder)
    saved = next(folder.rglob("第0号*"))
    write(saved.with_name("~WRL0001.tmp"), 0, "新的一版。")
    os.replace(saved.with_name("~WRL0001.tmp"), saved)
    assert heard.next() == [str(folder)]
    _drain(heard)
    shutil.copytree(fill(tmp_path / "别处"), folder / "拖进来的")
    assert heard.next() == [str(folder)]
    _drain(heard)
    write(folder / "拖进来的" / "Travel" / "又一个.txt", 5)
    assert heard.next() == [str(folder)]


def test_what_is_left_out_is_not_told(watch: Watch, tmp_path: Path) -> None:
    folder, other = fill(tmp_path / "办公室"), fill(tmp_path / "另一个")
    heard = watch(folder, other, own=(str(folder / "资料库"),))
    for name in ("~$甲.docx", "a.tmp", ".隐藏/甲.txt", "node_modules/x/甲.js", "资料库/catalogue.sqlite"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", encoding="utf-8")
    write(other / "新的.txt", 1)
    assert heard.next() == [str(other)]


@pytest.mark.slow
def test_a_file_picked_by_itself_and_a_disk_that_comes_back(watch: Watch, tmp_path: Path) -> None:
    folder, file = fill(tmp_path / "移动硬盘"), write(tmp_path / "单个.txt", 1)
    heard = watch(folder, files=(file,))
    write(file, 2, "改过了。")
    heard.watching.probe()
    assert heard.next() == [str(file)]
    folder.rename(tmp_path / "拔掉了")
    _drain(heard)
    heard.watching.probe()
    assert str(folder) in heard.next()
    _drain(heard)
    (tmp_path / "拔掉了").rename(folder)
    heard.watching.probe()
    assert str(folder) in heard.next()


def _bytes_named(folder: Path) -> None:
    """A file as unpacking an old zip archive leaves it: its name is "报价" in GB18030."""
    with open(os.fsencode(folder) + b"/\xb1\xa8\xbc\xdb.txt", "wb"):
        pass


@LINUX
def test_a_name_that_is_no_text_does_not_end_watching(watch: Watch, tmp_path: Path) -> None:
    first, second = fill(tmp_path / "甲"), fill(tmp_path / "乙")
    heard = watch(first, second)
    _bytes_named(first)
    assert sorted(heard.next()) == sorted([str(first), str(second)]), "what else was to be told is lost"
    write(second / "Travel" / "新的.txt", 3)
    assert heard.next() == [str(second)]


@LINUX
def test_a_name_that_is_no_text_does_no_harm_while_other_folders_are_picked(tmp_path: Path) -> None:
    folder, told = fill(tmp_path / "甲"), list[list[str]]()
    watched = FileWatcher(told.append, ChangeDebouncer(quiet=0.0))
    watched.watch(Watched((str(folder),)))
    watched._renew()
    notify = watched._notify
    assert notify is not None
    _bytes_named(folder)
    with pytest.raises(RuntimeError):
        notify.watch(50, 50, int(WITHIN * 1000), None)
    watched._renew()
    watched._report_if_due()
    assert told == [[str(folder)]]
    assert watched._notify is not None
    assert watched._notify is not notify
    watched._notify.close()


class Broken:
    """Notifications that break off."""

    def watch(self, *_: object) -> None:
        raise RuntimeError("Unable to decode path")

    def close(self) -> None:
        pass


def test_notifications_that_break_off_all_the_time_rest_until_the_next_look(tmp_path: Path) -> None:
    folder, clock, told = str(fill(tmp_path / "甲")), Clock(), list[list[str]]()
    watched = FileWatcher(told.append, ChangeDebouncer(quiet=0.0), clock)
    watched.watch(Watched((folder,)))
    watched._renew()
    watched.probe()
    watched._stale.clear()

    def break_off() -> bool:
        """Whether they were asked for anew."""
        if watched._notify is not None:
            watched._notify.close()
        watched._receive(cast("RustNotify", Broken()))
        watched._report_if_due()
        assert told == [[folder]]
        told.clear()
        return watched._notify is not None

    for _ in range(10):
        assert break_off(), "now and then is no reason to rest"
        clock.now += file_watcher._BREAKS_SECONDS / 2
    clock.now += file_watcher._BREAKS_SECONDS
    assert [break_off() for _ in range(file_watcher._MOST_BREAKS)] == [True] * (file_watcher._MOST_BREAKS - 1) + [False]
    assert list(watched._periodic) == [folder]
    watched.probe()
    assert not watched._stale.is_set()
    clock.now += file_watcher._PERIODIC_SECONDS
    watched.probe()
    assert watched._stale.is_set()
    watched._renew()
    watched._report_if_due()
    assert told == [[folder]]
    assert watched._periodic == {}
    assert watched._notify is not None
    watched._notify.close()


def _drain(heard: Heard) -> None:
    """Later echoes of a change that was told already (a second notification for one write)."""
    while True:
        try:
            heard.told.get(timeout=1.5)
        except queue.Empty:
            return


# ---- where the system tells nothing ---------------------------------------------------------------------------------


def test_a_share_is_looked_at_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fill(tmp_path / "共享")
    monkeypatch.setattr(mounts, "is_remote", lambda _path: True)
    clock, told = Clock(), list[list[str]]()
    watched = FileWatcher(told.append, ChangeDebouncer(), clock)
    watched.watch(Watched((str(folder),), (), ExcludeRules(), (), lambda _root: 45.0))
    watched._renew()
    assert watched._notify is None
    for minutes in range(0, 46, 5):
        clock.now = 1000.0 + minutes * 60
        watched.probe()
        clock.now += 10
        watched._report_if_due()
    # Walking it takes 45 s: not every 10 minutes, but every 15.
    assert told == [[str(folder)]] * 3
    folder.rename(tmp_path / "断开了")
    clock.now += 3600
    watched.probe()
    assert watched._looks == {str(folder): None}


def test_folders_the_system_has_no_room_for_are_looked_at_now_and_then(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small, big = fill(tmp_path / "小"), fill(tmp_path / "大")
    real = FileWatcher._open

    def full(self: FileWatcher, roots: list[str]) -> bool:
        return False if str(big) in roots else real(self, roots)

    monkeypatch.setattr(FileWatcher, "_open", full)
    watched = FileWatcher(lambda _paths: None)
    watched.watch(Watched((str(small), str(big))))
    watched._renew()
    assert watched._notify is not None
    assert list(watched._periodic) == [str(big)]
    watched._notify.close()


def test_the_limit_of_the_system_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import watchfiles._rust_notify as rust

    def full(*_: object) -> None:
        raise OSError(28, "OS file watch limit reached")

    monkeypatch.setattr(rust, "RustNotify", full)
    watched = FileWatcher(lambda _paths: None)
    watched.watch(Watched((str(fill(tmp_path / "大")),)))
    watched._renew()
    assert watched._notify is None
    assert len(watched._periodic) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="asks the drive there")
def test_which_mounts_are_another_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    import psutil

    class Mount:
        def __init__(self, mountpoint: str, fstype: str) -> None:
            self.mountpoint, self.fstype = mountpoint, fstype

    table = [
        Mount("/", "ext4"),
        Mount("/mnt/共享", "cifs"),
        Mount("/mnt/共享/本地", "ext4"),
        Mount("/net", "autofs"),
        Mount("/net", "nfs4"),
    ]
    monkeypatch.setattr(psutil, "disk_partitions", lambda **_: table)
    asked = ("/home/a", "/mnt/共享", "/mnt/共享/合同", "/mnt/共享 2", "/mnt/共享/本地/x", "/net/x")
    assert [mounts.is_remote(path) for path in asked] == [False, True, True, False, False, True]


def test_a_root_that_is_reached_by_a_link_is_known_by_both_paths(tmp_path: Path) -> None:
    """macOS tells where a file really lies, Linux how it was reached."""
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    place = fill(tmp_path / "真的")
    (tmp_path / "链接").symlink_to(place, target_is_directory=True)
    told: list[list[str]] = []
    watched = FileWatcher(told.append, ChangeDebouncer(quiet=0.0))
    watched.watch(Watched((str(tmp_path / "链接"),)))
    watched._renew()
    watched._note_all([str(place / "甲.txt"), str(tmp_path / "链接" / "乙.txt")])
    watched._report_if_due()
    assert told == [[str(tmp_path / "链接")]]
    assert watched._notify is not None
    watched._notify.close()


def test_watching_ends_and_tells_nothing_more(tmp_path: Path) -> None:
    told: list[list[str]] = []
    watched = FileWatcher(told.append, ChangeDebouncer(quiet=0.0))
    watched.start()
    watched.close()
    assert watched.join(WITHIN)
    watched.note("/甲")
    watched._report_if_due()
    assert told == []
    assert file_watcher._STEP_MS <= 1000
