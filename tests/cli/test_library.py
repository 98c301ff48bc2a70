# SPDX-License-Identifier: Apache-2.0
"""``inkstone library``: what it prints, its exit codes, and the same search after a backup was restored."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from cli.command import inkstone
from cli.test_bad_input import small_disk

pytestmark = pytest.mark.slow


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library of two files, read by the program itself."""
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "合同.txt").write_text("产品的质保期为十八个月，自验收之日起计算。\n", encoding="utf-8")
    (folder / "手册.txt").write_text("员工年休假为十五天。\n", encoding="utf-8")
    place = tmp_path / "资料库"
    done = inkstone("index", folder, "--library", place, "--embedding", "none", "--json")
    assert done.code == 0, done.err
    return place


def hits(library: Path) -> list[tuple[str, str]]:
    run = inkstone("search", "质保期有多长", "--library", library, "--json")
    return [(passage["path"], passage["text"]) for passage in run.one["passages"]]


def test_a_backup_that_was_restored_is_searched_alike(library: Path, tmp_path: Path) -> None:
    before = hits(library)
    assert before
    backup = tmp_path / "备份.inkstone"
    run = inkstone("library", "backup", backup, "--library", library, "--json")
    assert (run.code, run.err) == (0, "")
    assert (run.one["file"], run.one["files"]) == (str(backup), 2)
    again = inkstone("library", "backup", backup, "--library", library)
    assert again.code == 2
    assert "already" in again.err
    place = tmp_path / "恢复"
    assert inkstone("library", "restore", backup, place, "--json").one == {"folder": str(place)}
    assert hits(place) == before
    occupied = inkstone("library", "restore", backup, library)
    assert occupied.code == 2
    assert "not empty" in occupied.err


def test_check_and_repair_say_what_they_found(library: Path) -> None:
    run = inkstone("library", "check", "--library", library)
    assert (run.code, run.out.strip()) == (0, "The library is sound.")
    with closing(sqlite3.connect(library / "catalogue.sqlite")) as connection:
        connection.execute("DELETE FROM terms_docsize WHERE id = 1")
        connection.commit()
    run = inkstone("library", "check", "--library", library, "--json")
    assert (run.code, run.one["code"], run.one["count"]) == (1, "terms_missing", 1)
    assert inkstone("library", "repair", "--library", library).code == 0
    assert inkstone("library", "check", "--library", library).code == 0


def test_moving_renaming_listing(library: Path, tmp_path: Path) -> None:
    place = tmp_path / "新" / "资料库"
    before = hits(library)
    assert inkstone("library", "move", place, "--library", library, "--json").one == {"folder": str(place)}
    assert not library.exists()
    assert hits(place) == before
    assert inkstone("library", "rename", "合同室", "--library", place).code == 0
    listed = {line["folder"]: line for line in inkstone("library", "list", "--json").lines}
    assert (listed[str(place)]["name"], listed[str(place)]["files"], listed[str(place)]["problem"]) == ("合同室", 2, "")


def test_wrong_usage_and_no_library(tmp_path: Path) -> None:
    assert inkstone("library", "move").code == 2
    assert inkstone("library", "check", "extra").code == 2
    missing = inkstone("library", "check", "--library", tmp_path / "没有")
    assert missing.code == 2
    assert "no library" in missing.err


def test_a_full_disk_costs_nothing(library: Path, tmp_path: Path) -> None:
    before = hits(library)
    backup = tmp_path / "备份.inkstone"
    assert inkstone("library", "backup", backup, "--library", library).code == 0
    with small_disk(tmp_path / "小盘", "64k") as disk:
        for arguments in (
            ("move", disk / "库", "--library", library),
            ("backup", disk / "b.inkstone", "--library", library),
            ("restore", backup, disk / "库"),
        ):
            run = inkstone("library", *arguments)
            assert run.code == 3, run
            assert "is full" in run.err
            assert [path.name for path in disk.iterdir()] == [], arguments
    assert hits(library) == before
