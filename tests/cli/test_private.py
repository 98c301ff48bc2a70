# SPDX-License-Identifier: Apache-2.0
"""Everything the program writes is for this user alone, under the usual umask; on folders of an older version too."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest

from cli.command import inkstone
from desktop_app.embedding.seam.embedder import Embedder

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="rights of POSIX")]

WRAPPED = ("sh", "-c", 'umask 022; exec "$@"', "sh")


def open_to_others(*folders: Path) -> list[str]:
    """Folders and files that others may read or write."""
    paths = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    return [f"{path} {stat.filemode(path.stat().st_mode)}" for path in paths if path.stat().st_mode & 0o077]


@pytest.fixture
def set_up(tmp_path: Path, prepared: Path, converted: Path, bundled_embedder: Embedder) -> Path:
    """What the set-up made for all users: a choice of the backend, and the graph it needs."""
    folder = Path(shutil.copytree(prepared, tmp_path / "安装"))
    shutil.copytree(converted, folder / "graphs", dirs_exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def test_a_new_home_and_library(office: Path, tmp_path: Path, set_up: Path) -> None:
    home, library = tmp_path / "新 家", tmp_path / "资料库"
    arguments = ("index", office, "--embedding", "light", "--library", library)
    done = inkstone(*arguments, wrapped=WRAPPED, INKSTONE_HOME=str(home), INKSTONE_PREPARED=str(set_up))
    assert done.code == 0, done.err
    assert inkstone("index", office, "--embedding", "none", wrapped=WRAPPED, INKSTONE_HOME=str(home)).code == 0
    names = {path.name for path in (*home.rglob("*"), *library.rglob("*"))}
    assert {"catalogue.sqlite", "library.lock", "library.toml", "chroma.sqlite3", "measured.json", "graph.json"} <= names
    assert open_to_others(home, library) == []
    assert all(path.stat().st_mode & 0o444 == 0o444 for path in (set_up, *set_up.rglob("*"))), "for all users of the PC"


def test_what_an_older_version_left_open_is_closed(office: Path, tmp_path: Path) -> None:
    home = tmp_path / "旧 家"
    index = ("index", office, "--embedding", "none")
    assert inkstone(*index, INKSTONE_HOME=str(home)).code == 0
    (home / "settings.toml").write_text("", encoding="utf-8")
    (home / "graphs" / "model" / "f32").mkdir(parents=True)
    (home / "graphs" / "model" / "f32" / "model.bin").write_bytes(b"x")
    for path in (home, *home.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert inkstone("search", "合同编号", wrapped=WRAPPED, INKSTONE_HOME=str(home)).code == 0
    assert open_to_others(home) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root may give a folder away")
def test_a_home_or_library_of_another_user_is_told(office: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "别人的"
    theirs.mkdir()
    theirs.chmod(0o777)
    os.chown(theirs, 12345, 12345)
    for command in (["doctor"], ["index", office], ["search", "合同"]):
        told = inkstone(*command, INKSTONE_HOME=str(theirs))
        assert told.code == 3, command
        assert str(theirs) in told.err
        assert "Other users of this PC" in told.err
    told = inkstone("index", office, "--library", theirs, INKSTONE_HOME=str(tmp_path / "家"))
    assert (told.code, "Other users of this PC" in told.err) == (3, True)
    assert list(theirs.iterdir()) == []
