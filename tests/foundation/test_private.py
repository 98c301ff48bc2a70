# SPDX-License-Identifier: Apache-2.0
"""What Inkstone writes is for one user alone, and a folder that others may write to is closed or refused."""

from __future__ import annotations

import ctypes
import errno
import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn

import pytest

from desktop_app.foundation import installed, logs, paths, private
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.policy import policy_owners
from desktop_app.foundation.settings import Settings
from desktop_app.library.library import Library

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def test_a_folder_of_an_older_version_is_closed_with_what_lies_in_it(tmp_path: Path) -> None:
    folder = tmp_path / "资料库"
    (folder / "chroma").mkdir(parents=True)
    (folder / "chroma" / "data.bin").write_bytes(b"x")
    (folder / "别人的.txt").write_text("不归砚管", encoding="utf-8")
    (tmp_path / "外面.bin").write_bytes(b"x")
    (folder / "chroma" / "link.bin").symlink_to(tmp_path / "外面.bin")
    folder.chmod(0o777)
    private.keep(folder, ("chroma", "chroma/*"))
    assert mode(folder) == mode(folder / "chroma") == 0o700
    assert mode(folder / "chroma" / "data.bin") == 0o600
    assert mode(folder / "别人的.txt") == mode(tmp_path / "外面.bin") == 0o644


def test_on_windows_only_the_user_the_system_and_administrators_may_in() -> None:
    text = private.access_list("S-1-5-21-1-2-3-1001")
    assert text == "D:P(A;OICI;FA;;;S-1-5-21-1-2-3-1001)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"
    assert policy_owners.writer_in(f"O:BA{text}") == "S-1-5-21-1-2-3-1001"  # beside administrators


def test_on_windows_a_folder_is_closed_outside_of_the_profile_on_a_disk_of_the_pc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    closed: list[Path] = []
    drive, bus = 3, 11
    monkeypatch.setattr(private, "_bus", lambda _: bus)
    monkeypatch.setattr(
        ctypes, "windll", SimpleNamespace(kernel32=SimpleNamespace(GetDriveTypeW=lambda _: drive)), raising=False
    )
    monkeypatch.setattr(private, "_close_on_windows", closed.append)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "profile")
    private._keep_on_windows(tmp_path / "profile" / "AppData")
    assert closed == []
    private._keep_on_windows(tmp_path / "data disk")
    assert closed == [tmp_path / "data disk"]
    drive = 4  # a share
    private._keep_on_windows(tmp_path / "share")
    drive, bus = 3, 7  # an external disk, which another PC may read next
    private._keep_on_windows(tmp_path / "USB")
    bus = 11
    monkeypatch.setattr(installed, "installation", lambda: installed.Installation(tmp_path, "portable", "1", light=False))
    private._keep_on_windows(tmp_path / "data")
    assert closed == [tmp_path / "data disk"]
    monkeypatch.setattr(installed, "installation", lambda: None)

    def refused(_: Path) -> NoReturn:
        raise OSError(5, "Windows error 5")

    monkeypatch.setattr(private, "_close_on_windows", refused)
    caplog.set_level(logging.INFO)
    private._keep_on_windows(tmp_path / "somebody's")
    assert "somebody's stays open to others" in caplog.text


def test_a_common_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    folder = tmp_path / "公共"
    folder.mkdir()
    folder.chmod(0o1777)  # as /tmp
    with pytest.raises(EnvironmentProblem) as caught:
        private.keep(folder)
    assert (caught.value.code, caught.value.data) == ("folder_of_others", {"path": str(folder)})
    assert mode(folder) == 0o1777
    private.keep(folder / "..")
    (folder / "自己的").mkdir()
    private.keep(folder / "自己的")  # inside a common folder is fine


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root may give a folder away")
@pytest.mark.parametrize(("rights", "refused"), [(0o777, True), (0o775, True), (0o755, False)])
def test_a_folder_of_another_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: int, refused: bool) -> None:
    folder = tmp_path / "别人的"
    folder.mkdir()
    folder.chmod(rights)
    os.chown(folder, 12345, 12345)
    monkeypatch.setenv("INKSTONE_HOME", str(folder))
    if refused:
        with pytest.raises(EnvironmentProblem, match="folder_of_others"):
            paths.home()
    else:
        assert paths.home() == folder
    assert mode(folder) == rights


@pytest.mark.parametrize(("rights", "refused"), [(0o777, True), (0o755, False)])
def test_a_disk_that_knows_no_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rights: int, refused: bool) -> None:
    """As a stick formatted for Windows: what cannot be closed must not be written by others; that they may read is left at that."""
    folder = tmp_path / "盘"
    folder.mkdir()
    folder.chmod(rights)

    def no_rights(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "chmod", no_rights)
    if refused:
        with pytest.raises(EnvironmentProblem, match="folder_of_others"):
            private.keep(folder)
    else:
        private.keep(folder)


def test_settings_and_logs_are_closed_whatever_the_process_allows(home: Path) -> None:
    file = home / "settings.toml"
    file.write_text("", encoding="utf-8")
    Settings(file).put("theme", "dark")
    assert mode(file) == 0o600
    assert list(home.glob("*.new")) == []
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    (home / "logs").mkdir()
    (home / "logs" / "试.log").touch()
    try:
        logs.start("试")
        logging.getLogger("desktop_app").warning("a line")
    finally:
        for handler in set(root.handlers) - set(before):
            root.removeHandler(handler)
            handler.close()
        root.setLevel(level)
    assert mode(home / "logs" / "试.log") == 0o600


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "家" / "settings.toml"
    target.mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        private.replace_file(target, b"x")
    assert list(target.parent.iterdir()) == [target]


def test_a_link_to_a_folder_of_ours_is_as_good_as_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "真的"
    folder.mkdir()
    folder.chmod(0o775)
    (tmp_path / "链接").symlink_to(folder)
    private.keep(tmp_path / "链接")
    assert mode(folder) == 0o700


def test_a_log_on_a_full_disk_says_nothing(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def full() -> NoReturn:
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    logs.start("full")
    (file,) = (handler for handler in logging.getLogger().handlers if hasattr(handler, "baseFilename"))
    monkeypatch.setattr(file, "_open", full)
    logging.getLogger("某处").info("nothing for the person")
    assert capfd.readouterr() == ("", "")


def test_a_library_made_in_a_folder_of_other_things_closes_what_is_its_own(tmp_path: Path) -> None:
    """Whoever reads the other things there must go on reading them."""
    folder = tmp_path / "部门"
    folder.mkdir(mode=0o755)
    (folder / "通知.txt").write_text("给大家看的", encoding="utf-8")
    private.begin()
    for _ in range(2):  # made, and opened again
        Library(folder).close()
        assert mode(folder) == 0o755
        assert mode(folder / "通知.txt") == 0o644
        assert {mode(file) for file in folder.iterdir() if file.is_file() and file.name != "通知.txt"} == {0o600}
    (folder / "通知.txt").unlink()
    Library(folder).close()
    assert mode(folder) == 0o700  # nothing but a library is left in it
