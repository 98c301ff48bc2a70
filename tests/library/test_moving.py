# SPDX-License-Identifier: Apache-2.0
"""Moving a library: it is never in neither place."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.maintenance import library_folder, moving
from library.making import found_texts, store


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed library with one file."""
    place = tmp_path / "旧" / "资料库"
    library = Library(place)
    store(library.catalogue, "/甲/合同.txt", "质保期为十八个月。")
    library.close()
    return place


@pytest.fixture
def other_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Renaming a folder is refused, as between two disks."""

    def refused(source: str | Path, target: str | Path, **more: object) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(os, "rename", refused)


def is_whole(place: Path) -> bool:
    library = Library(place)
    try:
        return found_texts(library.catalogue, "质保期") == ["质保期为十八个月。"]
    finally:
        library.close()


def test_on_the_same_disk(folder: Path, tmp_path: Path) -> None:
    moving.move(folder, tmp_path / "新" / "资料库", nothing, Cancellation())
    assert is_whole(tmp_path / "新" / "资料库")
    assert not folder.exists()


@pytest.mark.usefixtures("other_disk")
def test_to_another_disk_with_progress(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    moving.move(folder, tmp_path / "新", lambda done, total: told.append((done, total)), Cancellation())
    assert is_whole(tmp_path / "新")
    assert not folder.exists()
    assert told[-1][0] == told[-1][1] > 0


@pytest.mark.usefixtures("other_disk")
def test_what_else_lies_in_its_folder_stays(folder: Path, tmp_path: Path) -> None:
    (folder / "别人的.txt").write_text("留下")
    moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert is_whole(tmp_path / "新")
    assert [path.name for path in folder.iterdir()] == ["别人的.txt"]


def full(_descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("other_disk")
def test_a_full_disk_leaves_it_where_it_was(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="disk_full"):
        moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert is_whole(folder)
    assert list(tmp_path.glob("*.moving")) == []
    assert not (tmp_path / "新").exists()


@pytest.mark.usefixtures("other_disk")
def test_no_room_is_told_before_a_byte_is_copied(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=10))
    with pytest.raises(EnvironmentProblem, match="disk_full"):
        moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert is_whole(folder)


@pytest.mark.usefixtures("other_disk")
def test_a_copy_that_differs_is_thrown_away(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced = os.fsync

    def altering(descriptor: int) -> None:
        os.pwrite(descriptor, b"#", 0)
        synced(descriptor)

    monkeypatch.setattr(os, "fsync", altering)
    with pytest.raises(EnvironmentProblem, match="copy_differs"):
        moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert is_whole(folder)
    assert not (tmp_path / "新").exists()


@pytest.mark.usefixtures("other_disk")
def test_stopping_leaves_it_where_it_was(folder: Path, tmp_path: Path) -> None:
    cancel = Cancellation()
    with pytest.raises(Cancelled):
        moving.move(folder, tmp_path / "新", lambda _done, _total: cancel.cancel(), cancel)
    assert is_whole(folder)
    assert not (tmp_path / "新").exists()


def test_one_in_use_is_not_moved(folder: Path, tmp_path: Path) -> None:
    library = Library(folder)
    try:
        with pytest.raises(EnvironmentProblem, match="library_locked"):
            moving.move(folder, tmp_path / "新", nothing, Cancellation())
    finally:
        library.close()
    assert is_whole(folder)


@pytest.mark.parametrize(
    ("target", "code"),
    [(lambda folder: folder / "里面", "folder_inside"), (lambda folder: folder.parent, "folder_not_empty")],
)
def test_impossible_places(folder: Path, target: Callable[[Path], Path], code: str) -> None:
    with pytest.raises(UsageProblem, match=code):
        moving.move(folder, target(folder), nothing, Cancellation())
    assert is_whole(folder)


def test_facts_without_opening(folder: Path, tmp_path: Path) -> None:
    facts = library_folder.facts_of(folder)
    assert (facts.name, facts.files, facts.problem) == ("资料库", 1, "")
    assert facts.size > 10_000
    library_folder.rename(folder, "合同室")
    assert library_folder.facts_of(folder).name == "合同室"
    library = Library(folder)
    assert library_folder.facts_of(folder).problem == "library_locked"
    library.close()
    assert library_folder.facts_of(tmp_path / "没有").problem == "library_missing"
