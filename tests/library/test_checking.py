# SPDX-License-Identifier: Apache-2.0
"""Checking and repairing: damage is found, what is derived is made again, what is lost is read again or said."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.contract.typed_table import NUMBER, TEXT, Column, RowCells, TableHead
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


def with_a_table() -> Document:
    head = TableHead((Column("合同", TEXT, 0), Column("金额", NUMBER, 1)), locator=Locator(sheet="台账"))
    rows = [Segment("行", head.locator, "row", cells=RowCells(1, number, (f"合同 {number}", number))) for number in range(2, 9)]
    return Document(tuple(rows), tables=(head,))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed library of forty files with vectors, and three conversations."""
    place = tmp_path / "资料库"
    library = Library(place)
    library.catalogue.sources.add("/甲", "folder", 0)
    for number in range(FILES):
        text = sentence(number)
        more = {} if number else {"document": with_a_table(), "recipe": "7"}
        store(library.catalogue, f"/甲/合同 {number}.txt", text, "补充条款。" * 60 + str(number), model=MODEL, **more)
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
        (lambda folder: change(folder, "UPDATE tables SET file = 999"), "tables_without_file"),
        (lambda folder: change(folder, "DELETE FROM tables"), "rows_without_table"),
        (lambda folder: change(folder, "DELETE FROM table_rows WHERE row = 1"), "tables_incomplete"),
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
    change(folder, "UPDATE files SET hidden = '{\"row\":1}' WHERE id = 3")
    assert "files_to_read_again" in repaired(folder)
    library = Library(folder)
    try:
        assert library.catalogue.files.with_hidden() == 0
        assert library.catalogue.files.counts() == {"indexed": FILES - 1, "pending": 1}
        assert sentence(5) in found_texts(library.catalogue, "质保期")
    finally:
        library.close()


def test_a_file_whose_table_is_not_whole_is_read_again_and_answers_meanwhile(folder: Path) -> None:
    change(folder, "DELETE FROM table_rows WHERE row = 1")
    assert "files_to_read_again" in repaired(folder)
    library = Library(folder)
    try:
        assert library.catalogue.tables.all() == []
        assert sentence(0) in found_texts(library.catalogue, "质保期")
        assert [record.recipe for record in library.catalogue.files.records("/甲/合同 0.txt")] == [""]
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


def spoil(file: Path) -> None:
    """Overwrite the last page, whatever it holds."""
    content = bytearray(file.read_bytes())
    content[-4096:] = b"\x5a" * 4096
    file.write_bytes(content)


@pytest.mark.parametrize("name", ["合同 50%20", "一#二", "有?吗"])
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such names")
def test_a_folder_of_any_name_is_rescued(folder: Path, tmp_path: Path, name: str) -> None:
    place = folder.rename(tmp_path / name)
    spoil(place / "conversations.sqlite")
    spoil(place / "catalogue.sqlite")
    assert {"catalogue_damaged", "conversations_damaged"} <= set(codes(place))
    repaired(place)
    library = Library(place)
    try:
        assert library.catalogue.sources.paths() == ["/甲"]
        assert len(library.conversations.heads()) == 3
    finally:
        library.close()


def test_a_file_that_cannot_be_opened_is_not_replaced(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(folder / "conversations.sqlite")
    before = (folder / "conversations.sqlite").read_bytes()
    connect = sqlite3.connect

    def refused(file: str | Path, *more: object, **options: object) -> sqlite3.Connection:
        if options.get("uri"):
            file = str(file).replace("conversations.sqlite", "absent.sqlite")
        return connect(file, *more, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite3, "connect", refused)
    with pytest.raises(EnvironmentProblem, match="library_damaged"):
        repaired(folder)
    assert (folder / "conversations.sqlite").read_bytes() == before
    assert list(folder.glob("*.rescued.*")) == []


@pytest.mark.parametrize("name", ["catalogue.sqlite", "conversations.sqlite"])
def test_a_repair_that_is_killed_leaves_a_file_of_each_name(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """It ends before the last step; the next one goes on with the damaged file."""
    spoil(folder / name)
    damaged = (folder / name).read_bytes()

    def killed(source: str | Path, target: str | Path) -> None:
        if Path(source).name.endswith(".rescued.sqlite"):
            raise KeyboardInterrupt
        replace(source, target)

    replace = os.replace
    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            repaired(folder)
    assert (folder / name).read_bytes() == damaged
    repaired(folder)
    assert codes(folder) == []
    library = Library(folder)
    try:
        assert library.catalogue.sources.paths() == ["/甲"]
        assert len(library.conversations.heads()) == 3
    finally:
        library.close()


def test_kept_searches_are_rescued(folder: Path) -> None:
    library = Library(folder)
    library.conversations.searches.keep("质保期")
    library.close()
    file = folder / "conversations.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'turns_by_conversation'").fetchone()[0]
    content = bytearray(file.read_bytes())
    content[(page - 1) * 4096 : page * 4096] = b"\x5a" * 4096
    file.write_bytes(content)
    assert "conversations_rescued" in repaired(folder)
    library = Library(folder)
    try:
        assert [one.query for one in library.conversations.searches.all()] == ["质保期"]
    finally:
        library.close()


@pytest.mark.parametrize(
    ("name", "rescued", "derived"),
    [
        ("catalogue.sqlite", repairing._CATALOGUE_TABLES, {"terms", "outbox", "stated_facts"}),
        ("conversations.sqlite", repairing._CONVERSATION_TABLES, {"turn_terms"}),
    ],
)
def test_each_table_is_taken_over_or_derived(folder: Path, name: str, rescued: dict[str, str], derived: set[str]) -> None:
    with closing(sqlite3.connect(folder / name)) as connection:
        tables = {row[1] for row in connection.execute("PRAGMA table_list") if row[2] != "shadow"}
    assert {table for table in tables if not table.startswith("sqlite_")} == set(rescued) | derived


def test_a_stopped_rescue_leaves_no_file(folder: Path) -> None:
    spoil(folder / "catalogue.sqlite")
    cancel = Cancellation()

    def stop(done: int, total: int) -> None:
        if 2 * done == total:  # checked, and nothing mended yet
            cancel.cancel()

    with pytest.raises(Cancelled):
        repairing.repair(folder, stop, cancel)
    assert list(folder.glob("*.rescued.*")) == []
    assert codes(folder)


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
