# SPDX-License-Identifier: Apache-2.0
"""Backups: whole or absent, made while the library is written to, restored elsewhere only."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import threading
import zipfile
from pathlib import Path

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.maintenance import backup, placing
from library.making import MODEL, found_texts, store


def nothing(_done: int, _total: int) -> None:
    pass


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed library of three files and a conversation."""
    place = tmp_path / "资料库"
    library = Library(place)
    for number in range(3):
        store(library.catalogue, f"/甲/合同 {number}.txt", f"第 {number} 份合同的质保期为十八个月。", model=MODEL)
    library.conversations.begin(0, "质保期有多长？")
    library.close()
    return place


def restored(file: Path, place: Path) -> Library:
    backup.restore(file, place, nothing, Cancellation())
    return Library(place)


def test_what_comes_back_is_what_was_there(folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    facts = backup.back_up(folder, tmp_path / "备份.inkstone", lambda done, total: told.append((done, total)), Cancellation())
    assert (facts.name, facts.files, facts.conversations) == ("资料库", 3, 1)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert backup.read_facts(tmp_path / "备份.inkstone") == facts
    library = restored(tmp_path / "备份.inkstone", tmp_path / "别处" / "新库")
    try:
        assert len(found_texts(library.catalogue, "质保期")) == 3
        assert library.catalogue.vectors.count(MODEL) == 3
        library.attach_vectors(MODEL)  # derived, and not in the backup
        assert library.vectors is not None
        assert library.vectors.count() == 3
        assert [head.title for head in library.conversations.heads()] == ["质保期有多长？"]
    finally:
        library.close()


def test_a_backup_is_taken_while_the_library_is_written_to(folder: Path, tmp_path: Path) -> None:
    """It holds what stood there at one moment: a file with all its passages, or not at all."""
    library = Library(folder)
    writing = threading.Event()

    def write() -> None:
        for number in range(200):
            store(library.catalogue, f"/乙/{number}.txt", *(f"第 {number} 号文件第 {part} 段" for part in range(5)))
            writing.set()

    writer = threading.Thread(target=write)
    writer.start()
    writing.wait()
    backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
    writer.join()
    library.close()
    copy = restored(tmp_path / "b.inkstone", tmp_path / "新库")
    try:
        counts = copy.catalogue.database.connection().execute(
            "SELECT chunks, (SELECT count(*) FROM chunks WHERE file = files.id) FROM files"
        )
        assert all(said == there for said, there in counts)
        assert copy.catalogue.files.searchable_count()[0] >= 4
    finally:
        copy.close()


def test_nothing_is_written_over(folder: Path, tmp_path: Path) -> None:
    backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
    with pytest.raises(UsageProblem, match="folder_not_empty"):
        backup.restore(tmp_path / "b.inkstone", folder, nothing, Cancellation())


@pytest.mark.parametrize("cut", [10, 0.5, 0.95])
def test_a_cut_off_backup_restores_nothing(folder: Path, tmp_path: Path, cut: float) -> None:
    file = tmp_path / "b.inkstone"
    backup.back_up(folder, file, nothing, Cancellation())
    content = file.read_bytes()
    file.write_bytes(content[: int(cut if cut > 1 else cut * len(content))])
    with pytest.raises(UsageProblem, match="backup_unreadable"):
        backup.restore(file, tmp_path / "新库", nothing, Cancellation())
    assert not (tmp_path / "新库").exists()
    assert list(tmp_path.glob(".inkstone-*")) == []


def test_a_changed_backup_restores_nothing(folder: Path, tmp_path: Path) -> None:
    """Its members are held against the sums it was made with."""
    file, changed = tmp_path / "b.inkstone", tmp_path / "c.inkstone"
    backup.back_up(folder, file, nothing, Cancellation())
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace("合同".encode(), "分同".encode()))
    with pytest.raises(UsageProblem, match="backup_unreadable"):
        backup.restore(changed, tmp_path / "新库", nothing, Cancellation())
    assert not (tmp_path / "新库").exists()


def test_a_newer_backup_is_refused_with_its_number(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backup, "FORMAT", 7)
    backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
    monkeypatch.setattr(backup, "FORMAT", 1)
    with pytest.raises(UsageProblem, match="backup_newer") as caught:
        backup.restore(tmp_path / "b.inkstone", tmp_path / "新库", nothing, Cancellation())
    assert caught.value.data["found"] == "7"


def test_any_other_file_is_no_backup(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK nothing")
    with pytest.raises(UsageProblem, match="backup_unreadable"):
        backup.read_facts(tmp_path / "a.zip")


def test_a_full_disk_leaves_the_earlier_backup(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "b.inkstone"
    backup.back_up(folder, file, nothing, Cancellation())
    before = file.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(EnvironmentProblem, match="disk_full"):
        backup.back_up(folder, file, nothing, Cancellation())
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".inkstone")] == []


def test_a_stopped_backup_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    cancel = Cancellation()
    with pytest.raises(Cancelled):
        backup.back_up(folder, tmp_path / "b.inkstone", lambda _done, _total: cancel.cancel(), cancel)
    assert [path.name for path in tmp_path.iterdir() if "inkstone" in path.name] == []


def test_what_a_killed_backup_left_is_taken_away(folder: Path, tmp_path: Path) -> None:
    """Whole databases; a person's own folder of such a name stays, and so does one that is in use."""
    own = tmp_path / ".inkstone-notes"
    own.mkdir()
    with placing.working_folder(tmp_path) as used:
        left = tmp_path / ".inkstone-left"
        shutil.copytree(used, left)
        (left / "catalogue.sqlite").write_bytes(b"1")
        backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
        assert sorted(tmp_path.glob(".inkstone-*")) == sorted([own, used])
    assert list(tmp_path.glob(".inkstone-*")) == [own]


def test_two_restores_into_one_place(folder: Path, tmp_path: Path) -> None:
    """The one that is ready first has it; the other is refused and takes nothing away."""
    file, place = tmp_path / "b.inkstone", tmp_path / "新库"
    backup.back_up(folder, file, nothing, Cancellation())

    def another(done: int, total: int) -> None:
        if done == total and not place.exists():
            backup.restore(file, place, nothing, Cancellation())

    with pytest.raises(UsageProblem, match="folder_not_empty"):
        backup.restore(file, place, another, Cancellation())
    library = Library(place)
    try:
        assert len(found_texts(library.catalogue, "质保期")) == 3
    finally:
        library.close()


def test_a_folder_of_another_is_not_taken_for_one_of_ours(folder: Path, tmp_path: Path) -> None:
    own = tmp_path / "新库.restoring"
    own.mkdir()
    (own / "别人的.txt").write_text("留下")
    backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
    backup.restore(tmp_path / "b.inkstone", tmp_path / "新库", nothing, Cancellation())
    assert (own / "别人的.txt").is_file()


def test_a_library_of_a_newer_version_is_refused(folder: Path, tmp_path: Path) -> None:
    with sqlite3.connect(folder / "catalogue.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(EnvironmentProblem, match="library_newer"):
        backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
