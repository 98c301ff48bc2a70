# SPDX-License-Identifier: Apache-2.0
"""Picked paths: checked before they are added, and told apart later: gone, or only out of reach."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from library.making import store

from desktop_app.foundation.errors import UsageProblem
from desktop_app.indexing import mounted, sources
from desktop_app.library.catalogue import Catalogue


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def office(tmp_path: Path) -> Path:
    folder = tmp_path / "办公室 Office"
    (folder / "合同").mkdir(parents=True)
    (folder / "合同" / "甲.txt").write_text("甲", encoding="utf-8")
    return folder


def test_a_folder_and_a_file(catalogue: Catalogue, office: Path) -> None:
    file = office / "合同" / "甲.txt"
    assert sources.add(catalogue, [str(file)]) == [str(file)]
    assert [(source.path, source.kind) for source in catalogue.sources.all()] == [(str(file), "file")]
    sources.add(catalogue, [str(office) + os.sep])
    sources.add(catalogue, [str(office / "合同" / ".." / "合同")])
    assert [(source.path, source.kind) for source in catalogue.sources.all()] == [(str(office), "folder")]


def test_paths_from_here_and_from_home(catalogue: Catalogue, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office)
    monkeypatch.setenv("HOME", str(office))
    monkeypatch.setenv("USERPROFILE", str(office))
    assert sources.add(catalogue, ["合同"]) == sources.add(catalogue, ["~/合同"]) == [str(office / "合同")]


def test_bad_paths_are_named_and_nothing_is_added(catalogue: Catalogue, office: Path, tmp_path: Path) -> None:
    (tmp_path / "空的").mkdir()
    bad = {tmp_path / "没有": "path_missing", tmp_path / "空的": "folder_empty"}
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "管道")
        bad[tmp_path / "管道"] = "path_unsupported"
    for path, code in bad.items():
        with pytest.raises(UsageProblem) as caught:
            sources.add(catalogue, [str(office), str(path)])
        assert (caught.value.code, caught.value.data) == (code, {"path": str(path)})
    assert catalogue.sources.paths() == []


def test_a_known_one_may_be_away(catalogue: Catalogue, office: Path, tmp_path: Path) -> None:
    sources.add(catalogue, [str(office)])
    office.rename(tmp_path / "挪走")
    assert sources.add(catalogue, [str(office)]) == [str(office)]


@pytest.mark.parametrize("name", ["合同", "合同 v1.2", "2024.05", "report.pdf"])
def test_a_folder_that_is_away_is_out_of_reach_whatever_its_name(catalogue: Catalogue, tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "甲.txt").write_text("甲", encoding="utf-8")
    sources.add(catalogue, [str(folder)])
    folder.rename(tmp_path / "挪走")
    assert catalogue.sources.was_folder(str(folder))
    assert not sources.reachable(str(folder), was_folder=True, was_device=0, saw_files=False)


@pytest.mark.parametrize("name", ["甲.txt", "README", "合同"])
def test_a_single_file_is_gone_while_its_folder_is_there(catalogue: Catalogue, tmp_path: Path, name: str) -> None:
    file = tmp_path / "文件夹" / name
    file.parent.mkdir()
    file.write_text("甲", encoding="utf-8")
    sources.add(catalogue, [str(file)])
    assert not catalogue.sources.was_folder(str(file))
    file.unlink()
    assert sources.reachable(str(file), was_folder=False, was_device=0, saw_files=False)
    file.parent.rmdir()
    assert not sources.reachable(str(file), was_folder=False, was_device=0, saw_files=False)


def test_an_empty_folder_on_another_disk_is_a_mount_point_without_its_disk(office: Path) -> None:
    device = sources.device(str(office))
    assert sources.reachable(str(office), was_folder=True, was_device=device, saw_files=False)
    assert not sources.reachable(str(office), was_folder=True, was_device=device + 1, saw_files=False)
    assert sources.reachable(str(office), was_folder=True, was_device=device + 1, saw_files=True)
    assert sources.reachable(str(office), was_folder=True, was_device=0, saw_files=False)
    assert sources.device(str(office / "没有")) == 0


def test_each_file_is_looked_at_once() -> None:
    assert sources.outermost(["/甲/乙", "/甲", "/甲", "/甲 2", "/丙/丁/戊", "/丙/丁"]) == ["/甲", "/甲 2", "/丙/丁"]
    assert sources.outermost([]) == []


def test_a_missing_file_is_gone_while_its_source_is_there(catalogue: Catalogue, office: Path, tmp_path: Path) -> None:
    sources.add(catalogue, [str(office)])
    store(catalogue, office / "合同" / "甲.txt", "甲")
    file = str(office / "合同" / "甲.txt")
    shutil.rmtree(office / "合同")
    assert mounted.out_of_reach(catalogue, [file]) == set(), "its folder was deleted"
    catalogue.sources.set_online(str(office), online=False)
    assert mounted.out_of_reach(catalogue, [file]) == {file}, "the ledger says so"
    catalogue.sources.set_online(str(office), online=True)
    office.rename(tmp_path / "away")
    assert mounted.out_of_reach(catalogue, [file, "/elsewhere/乙.txt"]) == {file}


def test_a_missing_file_below_a_disk_that_is_not_mounted_is_out_of_reach(catalogue: Catalogue, office: Path) -> None:
    sources.add(catalogue, [str(office)])
    store(catalogue, office / "合同" / "甲.txt", "甲")
    mounted.remember(catalogue, str(office), {str(office / "合同")})
    (office / "合同" / "甲.txt").unlink()
    assert mounted.out_of_reach(catalogue, [str(office / "合同" / "甲.txt"), str(office / "乙.txt")]) == {
        str(office / "合同" / "甲.txt")
    }
