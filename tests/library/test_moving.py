# SPDX-License-Identifier: Apache-2.0
"""Moving a library: it is whole in one of the two places."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.maintenance import library_folder, moving, new_place, placing
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
    assert list(tmp_path.glob(".inkstone-*")) == []
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


@pytest.mark.usefixtures("other_disk")
def test_a_second_move_to_the_same_place_spoils_nothing(folder: Path, tmp_path: Path) -> None:
    """It is refused, whatever the first one has copied by then."""
    refused: list[str] = []

    def again(done: int, total: int) -> None:
        if done == total:
            with pytest.raises(EnvironmentProblem) as caught:
                moving.move(folder, tmp_path / "新", nothing, Cancellation())
            refused.append(caught.value.code)

    moving.move(folder, tmp_path / "新", again, Cancellation())
    assert refused == ["library_locked"]
    assert is_whole(tmp_path / "新")


@pytest.mark.usefixtures("other_disk")
def test_what_is_not_in_the_copy_is_not_removed(folder: Path, tmp_path: Path) -> None:
    """Something else takes a copied file away before it is in its place."""

    def taken(done: int, total: int) -> None:
        if done == total:
            next(tmp_path.glob(".inkstone-*/新/catalogue.sqlite")).unlink()

    with pytest.raises(EnvironmentProblem, match="copy_differs"):
        moving.move(folder, tmp_path / "新", taken, Cancellation())
    assert is_whole(folder)


@pytest.mark.usefixtures("other_disk")
def test_folders_of_others_stay(folder: Path, tmp_path: Path) -> None:
    own = [tmp_path / name for name in ("新.moving", ".inkstone-notes")]
    for one in own:
        one.mkdir()
        (one / "别人的.txt").write_text("留下")
    with pytest.raises(UsageProblem, match="library_missing"):
        moving.move(tmp_path / "没有", tmp_path / "新", nothing, Cancellation())
    moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert all((one / "别人的.txt").is_file() for one in own)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes names of files to the disk by itself")
@pytest.mark.usefixtures("other_disk")
def test_the_new_place_is_on_the_disk_before_the_old_one_goes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    sync = placing.sync_folder

    def noted(place: Path) -> None:
        assert (folder / "catalogue.sqlite").exists()
        sync(place)
        synced.append(place)

    monkeypatch.setattr(placing, "sync_folder", noted)
    (folder / "chroma-1").mkdir()
    (folder / "chroma-1" / "index.bin").write_bytes(b"1")
    moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert [place.name for place in synced] == ["新", "chroma-1", tmp_path.name]


@pytest.mark.usefixtures("other_disk")
def test_old_files_that_cannot_be_removed_stay(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The move is done: it does not fail any more, and what stays is whole."""

    def refused(_path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refused)
        moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert is_whole(tmp_path / "新")
    assert is_whole(folder)


@pytest.mark.usefixtures("other_disk")
def test_its_new_place_is_noted_while_both_are_whole(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[Path, Path]] = []

    def looked(old: Path, new: Path) -> None:
        assert (old / "conversations.sqlite").exists()
        assert (new / "conversations.sqlite").exists()
        noted.append((old, new))

    monkeypatch.setattr(new_place, "note", looked)
    moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert noted == [(folder, tmp_path / "新")]


def test_the_catalogue_is_the_first_to_go(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed while the old files are removed: no library without its conversations is left."""
    (folder / "别人的.txt").write_text("其他")
    gone: list[str] = []
    unlink = Path.unlink

    def noted(path: Path, missing_ok: bool = False) -> None:
        if path.parent == folder:
            gone.append(path.name)
        unlink(path, missing_ok=missing_ok)

    monkeypatch.setattr(Path, "unlink", noted)
    moving.move(folder, tmp_path / "新", nothing, Cancellation())
    assert gone[0] == "catalogue.sqlite"
    assert "conversations.sqlite" in gone


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
