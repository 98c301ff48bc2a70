# SPDX-License-Identifier: Apache-2.0
"""Checking and repairing: damage is found, what is derived is made again, what is lost is read again or said."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem, UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.maintenance import backup, checking, repairing
from desktop_app.wording import library_texts
from library.making import DIMENSION, MODEL, found_texts, store, vectors_of

FILES = 40


def nothing(_done: int, _total: int) -> None:
    pass


def sentence(number: int) -> str:
    return f"第 {number} 份合同的质保期为十八个月。"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed library of forty files with vectors, and three conversations."""
    place = tmp_path / "资料库"
    library = Library(place)
    library.catalogue.sources.add("/甲", "folder", 0)
    for number in range(FILES):
        text = sentence(number)
        store(library.catalogue, f"/甲/合同 {number}.txt", text, "补充条款。" * 60 + str(number), model=MODEL)
    library.put_embedding("none", fingerprint=MODEL, dimension=DIMENSION)
    library.attach_vectors(MODEL)
    for number in range(3):
        library.conversations.begin(0, f"第 {number} 个问题？")
    library.close()
    return place


def change(folder: Path, *statements: str, file: str = "catalogue.sqlite") -> None:
    with closing(sqlite3.connect(folder / file)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def codes(folder: Path) -> list[str]:
    return [one.code for one in checking.check(folder, nothing, Cancellation())]


def repaired(folder: Path) -> list[str]:
    return [one.code for one in repairing.repair(folder, nothing, Cancellation())]


def test_a_sound_library_has_nothing(folder: Path) -> None:
    told: list[tuple[int, int]] = []
    assert checking.check(folder, lambda done, total: told.append((done, total)), Cancellation()) == []
    assert told[0][0] == 0
    assert told[-1][0] == told[-1][1]
    assert repairing.repair(folder, nothing, Cancellation()) == []


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda folder: change(folder, "DELETE FROM terms_data WHERE id > 10"), "terms_damaged"),
        (lambda folder: change(folder, "DELETE FROM terms_docsize WHERE id = 3"), "terms_missing"),
        (lambda folder: change(folder, "DELETE FROM chunks WHERE id = 3"), "files_incomplete"),
        (lambda folder: change(folder, "DELETE FROM files WHERE id = 3"), "passages_without_file"),
        (lambda folder: change(folder, "UPDATE vectors SET vector = x'00' WHERE id = 3"), "vectors_damaged"),
        (lambda folder: shutil.rmtree(next(folder.glob("chroma*"))), "index_differs"),
        (lambda folder: (folder / "library.toml").write_bytes(b"\xff\xfe["), "facts_damaged"),
    ],
)
def test_each_damage_is_found_and_mended(folder: Path, damage: Callable[[Path], object], code: str) -> None:
    damage(folder)
    found = codes(folder)
    assert code in found
    assert all(library_texts.finding(one) != one.code for one in checking.check(folder, nothing, Cancellation()))
    assert code in repaired(folder)
    assert codes(folder) == []


def test_a_restored_library_is_sound_before_it_is_opened(folder: Path, tmp_path: Path) -> None:
    """A backup holds no vector index; it is built when the library is opened."""
    backup.back_up(folder, tmp_path / "b.inkstone", nothing, Cancellation())
    backup.restore(tmp_path / "b.inkstone", tmp_path / "新库", nothing, Cancellation())
    assert codes(tmp_path / "新库") == []


def test_a_file_whose_text_is_lost_is_read_again(folder: Path) -> None:
    change(folder, "DELETE FROM chunks WHERE file = 3 AND ordinal = 0")
    assert "files_to_read_again" in repaired(folder)
    library = Library(folder)
    try:
        assert library.catalogue.files.counts() == {"indexed": FILES - 1, "pending": 1}
        assert sentence(5) in found_texts(library.catalogue, "质保期")
    finally:
        library.close()


def test_a_catalogue_with_damaged_pages_gives_what_it_can(folder: Path) -> None:
    file = folder / "catalogue.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    size = file.stat().st_size
    with file.open("r+b") as stream:  # pages in the middle, whatever they hold
        for place in range(size // 3 // 4096 * 4096, size // 2, 3 * 4096):
            stream.seek(place)
            stream.write(b"\xa5" * 4096)
    assert "catalogue_damaged" in codes(folder)
    done = repaired(folder)
    assert "kept_aside" in done
    assert codes(folder) == []
    assert (folder / "catalogue.damaged-1.sqlite").exists()
    library = Library(folder)
    try:
        assert library.catalogue.sources.paths() == ["/甲"]
        counts = library.catalogue.files.counts()
        assert counts.get("pending", 0) + counts.get("indexed", 0) + counts.get("words", 0) > 0
        for text in found_texts(library.catalogue, "质保期"):
            assert text in {sentence(number) for number in range(FILES)}
        assert len(library.conversations.heads()) == 3
    finally:
        library.close()


def test_a_catalogue_that_is_none_any_more_is_said(folder: Path) -> None:
    (folder / "catalogue.sqlite").write_bytes(b"not a database" * 1_000)
    assert "catalogue_damaged" in codes(folder)
    assert {"kept_aside", "sources_lost"} <= set(repaired(folder))
    assert "catalogue_damaged" not in codes(folder)


def test_damaged_conversations_are_rescued(folder: Path) -> None:
    change(folder, "DELETE FROM turn_terms_data WHERE id > 10", file="conversations.sqlite")
    file = folder / "conversations.sqlite"
    content = bytearray(file.read_bytes())
    content[-4096:] = b"\x5a" * 4096
    file.write_bytes(content)
    assert "conversations_damaged" in codes(folder)
    assert "conversations_rescued" in repaired(folder)
    library = Library(folder)
    try:
        assert library.set_aside == ""
        assert len(library.conversations.heads()) == 3
        assert library.conversations.search("个问题")
    finally:
        library.close()


def test_vectors_come_from_the_texts_that_are_here(folder: Path) -> None:
    change(folder, "UPDATE vectors SET vector = x'00' WHERE id = 3")
    repaired(folder)
    library = Library(folder)
    try:
        assert library.catalogue.files.counts() == {"indexed": FILES - 1, "words": 1}
        library.catalogue.vectors.put(MODEL, vectors_of([sentence(1)]).items(), in_use=True)
    finally:
        library.close()


def test_one_in_use_and_one_that_is_none_are_refused(folder: Path, tmp_path: Path) -> None:
    library = Library(folder)
    try:
        with pytest.raises(EnvironmentProblem, match="library_locked"):
            codes(folder)
    finally:
        library.close()
    with pytest.raises(UsageProblem, match="library_missing"):
        codes(tmp_path / "没有")


def test_a_newer_one_is_left_alone(folder: Path) -> None:
    change(folder, "PRAGMA user_version = 99")
    before = (folder / "catalogue.sqlite").read_bytes()
    with pytest.raises(EnvironmentProblem, match="library_newer"):
        repaired(folder)
    assert (folder / "catalogue.sqlite").read_bytes() == before


def test_a_check_can_be_stopped(folder: Path) -> None:
    cancel = Cancellation()
    with pytest.raises(Cancelled):
        checking.check(folder, lambda _done, _total: cancel.cancel(), cancel)
