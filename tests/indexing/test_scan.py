# SPDX-License-Identifier: Apache-2.0
"""What a walk sees: everything, with a reason where it is not to be opened, and which folders would not tell."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.contract.document import SourceFile
from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing.excludes import Matcher, never_entered
from desktop_app.indexing.scan import Walk

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX links, names or permissions")


@dataclass
class Seen:
    """A whole walk; what lies on the disk is small here."""

    files: dict[str, SourceFile] = field(default_factory=dict)
    skip: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)


def look(root: Path, rules: ExcludeRules | None = None, *own: Path) -> Seen:
    walk = Walk(str(root), Cancellation(), Matcher(rules or ExcludeRules()), never_entered(*own))
    seen = Seen(closed=walk.closed)
    for path, size, mtime_ns, reason, detail in walk:
        assert path not in seen.files
        seen.files[path] = SourceFile(path, size, mtime_ns)
        if reason:
            seen.skip[path], seen.details[path] = reason, detail
    assert list(seen.files) == sorted(seen.files), "not in the order of the ledger's index"
    return seen


def names(seen: Seen) -> dict[str, str]:
    return {os.path.basename(path): seen.skip.get(path, "") for path in seen.files}


def write(path: Path, text: str = "内容") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def unprivileged() -> Iterator[None]:
    """As an ordinary user: root may list every folder."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A folder that an ordinary user may enter; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="资料 ") as place:
        os.chmod(place, 0o755)
        yield Path(place)
        for folder, _, _ in os.walk(place):
            os.chmod(folder, 0o755)


def test_every_file_with_its_size_and_time(tmp_path: Path) -> None:
    file = write(tmp_path / "合同" / "二〇二四" / "采购 合同.txt")
    os.utime(file, ns=(5, 1_700_000_000_123_456_789))
    seen = look(tmp_path)
    (found,) = seen.files.values()
    assert (found.path, found.size, found.mtime_ns, found.sha256) == (str(file), 6, 1_700_000_000_123_456_789, "")
    assert (seen.skip, seen.closed) == ({}, [])


def test_hidden_temporary_and_empty_ones_say_so(tmp_path: Path) -> None:
    for name in (
        ".隐藏.txt",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
        "~$合同.docx",
        ".~lock.合同.odt#",
        "下载.crdownload",
        "a.TMP",
        "b.txt~",
    ):
        write(tmp_path / name)
    write(tmp_path / "空.txt", "")
    write(tmp_path / "好.txt")
    write(tmp_path / ".git" / "config")
    write(tmp_path / "$RECYCLE.BIN" / "x.txt")
    assert names(look(tmp_path)) == {
        ".隐藏.txt": "hidden",
        "Thumbs.db": "hidden",
        "desktop.ini": "hidden",
        ".DS_Store": "hidden",
        "~$合同.docx": "temporary",
        ".~lock.合同.odt#": "temporary",
        "下载.crdownload": "temporary",
        "a.TMP": "temporary",
        "b.txt~": "temporary",
        "空.txt": "empty",
        "好.txt": "",
    }


def test_a_single_file_is_a_root_too(tmp_path: Path) -> None:
    assert names(look(write(tmp_path / "单个.txt"))) == {"单个.txt": ""}


def test_nothing_is_seen_of_what_does_not_exist(tmp_path: Path) -> None:
    for name in ("没有.txt", "没有的文件夹"):
        assert look(tmp_path / name) == Seen()


@POSIX
def test_links_to_folders_are_not_followed_and_links_to_files_are(tmp_path: Path) -> None:
    write(tmp_path / "内" / "甲.txt")
    outside = write(tmp_path / "外" / "乙.txt")
    root = tmp_path / "内"
    (root / "环").symlink_to(root, target_is_directory=True)
    (root / "出去").symlink_to(tmp_path / "外", target_is_directory=True)
    (root / "链接.txt").symlink_to(outside)
    (root / "断了.txt").symlink_to(tmp_path / "没有.txt")
    (root / "自己.txt").symlink_to(root / "自己.txt")
    seen = look(root)
    assert names(seen) == {"甲.txt": "", "链接.txt": "", "断了.txt": "unreadable", "自己.txt": "unreadable"}
    assert seen.files[str(root / "链接.txt")].size == outside.stat().st_size
    assert all(seen.details[path] for path in seen.skip)


@POSIX
def test_a_root_that_is_a_link_is_walked(tmp_path: Path) -> None:
    write(tmp_path / "真的" / "甲.txt")
    (tmp_path / "链接").symlink_to(tmp_path / "真的", target_is_directory=True)
    assert list(look(tmp_path / "链接").files) == [str(tmp_path / "链接" / "甲.txt")]


@POSIX
def test_pipes_and_devices_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "管道.txt")
    assert names(look(tmp_path)) == {"管道.txt": "unreadable"}


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text exist on Linux only")
def test_a_name_in_another_encoding_is_listed_with_its_bytes(tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/" + "合同.txt".encode("gb18030")
    with open(raw, "wb") as stream:
        stream.write(b"x")
    below = os.fsencode(tmp_path) + b"/" + "文件夹".encode("gb18030")
    os.mkdir(below)
    with open(below + b"/a.txt", "wb") as stream:
        stream.write(b"y")
    seen = look(tmp_path)
    assert sorted(seen.skip.values()) == ["unreadable", "unreadable"]
    for path in seen.files:
        path.encode("utf-8")  # can be stored and shown
        assert "\\x" in path
        assert seen.details[path] == "file name"


@POSIX
def test_a_folder_that_may_not_be_listed_is_reported(open_place: Path) -> None:
    write(open_place / "开" / "甲.txt")
    write(open_place / "关" / "乙.txt")
    os.chmod(open_place / "关", 0)
    with unprivileged():
        seen = look(open_place)
    assert names(seen) == {"甲.txt": ""}
    assert seen.closed == [str(open_place / "关")]


@POSIX
def test_a_root_that_may_not_be_listed_is_reported(open_place: Path) -> None:
    root = open_place / "关"
    write(root / "乙.txt")
    os.chmod(root, 0)
    with unprivileged():
        seen = look(root)
    assert (seen.files, seen.closed) == ({}, [str(root)])


@POSIX
def test_a_path_longer_than_the_system_takes_is_reported(tmp_path: Path) -> None:
    here = os.getcwd()
    name = "很深的文件夹" * 13  # 234 bytes
    try:
        os.chdir(tmp_path)
        for _ in range(20):
            os.mkdir(name)
            os.chdir(name)
    finally:
        os.chdir(here)
    write(tmp_path / "浅.txt")
    seen = look(tmp_path)
    assert names(seen) == {"浅.txt": ""}
    assert len(seen.closed) == 1


def test_a_walk_can_be_stopped(tmp_path: Path) -> None:
    write(tmp_path / "甲.txt")
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(Walk(str(tmp_path), cancel))


def test_the_order_is_that_of_whole_paths(tmp_path: Path) -> None:
    for name in (
        "a/x.txt",
        "a b/x.txt",
        "a.txt",
        "a-1.txt",
        "合同/一.txt",
        "合同 2/一.txt",
        "合同.txt",
        "A/𠮷.txt",
        "A/z.txt",
        "Z.txt",
    ):
        write(tmp_path / name)
    assert len(look(tmp_path).files) == 10  # ``look`` holds the order


RULES = ExcludeRules((*ExcludeRules().patterns, "*.log", "草稿/", "/旧", "报告/*.bak", "!要紧.log"), max_megabytes=1)


def test_patterns_and_sizes_leave_files_out(tmp_path: Path) -> None:
    for name in (
        "甲.log",
        "要紧.log",
        "旧/一.txt",
        "内/旧/二.txt",
        "内/草稿/三.txt",
        "报告/四.bak",
        "内/报告/五.bak",
        "node_modules/x/y.txt",
    ):
        write(tmp_path / name)
    with open(tmp_path / "大.txt", "wb") as stream:
        stream.truncate(1_000_001)
    seen = look(tmp_path, RULES)
    assert names(seen) == {
        "甲.log": "excluded",
        "要紧.log": "",
        "二.txt": "",
        "四.bak": "excluded",
        "五.bak": "",
        "大.txt": "excluded",
    }
    assert {os.path.basename(path): detail for path, detail in seen.details.items()} == {
        "甲.log": "*.log",
        "四.bak": "报告/*.bak",
        "大.txt": "> 1 MB",
    }


def test_a_file_picked_by_itself_is_not_left_out(tmp_path: Path) -> None:
    assert names(look(write(tmp_path / "甲.log"), RULES)) == {"甲.log": ""}


def test_hidden_ones_can_be_wanted(tmp_path: Path) -> None:
    for name in (".隐藏.txt", ".文件夹/甲.txt", ".DS_Store", ".git/config"):
        write(tmp_path / name)
    assert names(look(tmp_path, ExcludeRules(hidden=False))) == {".隐藏.txt": "", "甲.txt": "", ".DS_Store": "hidden"}


def test_the_library_is_never_read_into_itself(tmp_path: Path) -> None:
    write(tmp_path / "资料库" / "catalogue.txt")
    write(tmp_path / "甲.txt")
    assert names(look(tmp_path, None, tmp_path / "资料库")) == {"甲.txt": ""}
    assert names(look(tmp_path / "资料库", None, tmp_path / "资料库")) == {"catalogue.txt": ""}


def test_a_time_stamp_beyond_what_can_be_stored(tmp_path: Path) -> None:
    """The year 2500: more nanoseconds than 64 bits hold."""
    file = write(tmp_path / "未来.txt")
    os.utime(file, (16_725_225_600, 16_725_225_600))
    if os.stat(file).st_mtime_ns < 2**63:
        pytest.skip("this file system keeps no such time")
    assert look(tmp_path).files[str(file)].mtime_ns == 2**63 - 1
