# SPDX-License-Identifier: Apache-2.0
"""The ledger's state of files whose text is stored and whose vectors come later."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop_app.contract.document import SourceFile
from desktop_app.contract.ledger import LedgerQuery, Scope
from desktop_app.library.catalogue import Catalogue
from desktop_app.library.library import Library
from desktop_app.library.stores import planning_queries, schema
from desktop_app.library.stores.chunk_rows import text_hash
from library.making import MODEL, as_format_5, chunk, found_texts, source_file, store, unit_vector, vectors_of

FOLDER = "/资料"


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as opened:
        yield opened


def read(catalogue: Catalogue, path: str, *texts: str, reason: str = "", mtime_ns: int = 1, recipe: str = "3") -> None:
    """Store a file as a run does: its text now, its vectors later."""
    state = "partial" if reason else "indexed"
    file = source_file(path, mtime_ns=mtime_ns, sha256=path)
    catalogue.files.store(file, [chunk(text) for text in texts], state=state, reason=reason, model=MODEL, recipe=recipe)


def embed(catalogue: Catalogue, *texts: str) -> None:
    catalogue.vectors.put(MODEL, vectors_of(texts).items(), in_use=True)


def states(catalogue: Catalogue) -> dict[str, tuple[str, str]]:
    return {os.path.basename(row.path): (row.state, row.reason) for row in catalogue.files.page()[0]}


def test_a_file_is_found_by_words_before_it_has_vectors(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "质保期为两年。", "付款期限为三十日。")
    assert states(catalogue) == {"甲.txt": ("words", "")}
    assert found_texts(catalogue, "质保期") == ["质保期为两年。"]
    assert catalogue.files.searchable_count() == (1, 1)
    assert catalogue.files.counts() == {"words": 1}
    assert catalogue.files.page(LedgerQuery(("words",)))[1] == 1
    embed(catalogue, "质保期为两年。")
    assert states(catalogue) == {"甲.txt": ("words", "")}
    embed(catalogue, "付款期限为三十日。")
    assert states(catalogue) == {"甲.txt": ("indexed", "")}


def test_the_last_vector_makes_it_what_its_reason_says(catalogue: Catalogue) -> None:
    read(catalogue, "/半.txt", "一", reason="partly_read")
    assert states(catalogue) == {"半.txt": ("words", "partly_read")}
    embed(catalogue, "一")
    assert states(catalogue) == {"半.txt": ("partial", "partly_read")}


def test_without_a_model_it_is_indexed_at_once(catalogue: Catalogue) -> None:
    store(catalogue, "/甲.txt", "一")
    assert states(catalogue) == {"甲.txt": ("indexed", "")}
    assert not catalogue.vector_queue.any_waiting()


def test_a_text_that_has_its_vector_waits_for_nothing(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一", "二")
    embed(catalogue, "一", "二")
    catalogue.outbox.clear([chunk_id for chunk_id, _ in catalogue.outbox.next(MODEL, 9)[0]])
    read(catalogue, "/乙.txt", "二")
    read(catalogue, "/丙.txt", "二", "三")
    assert states(catalogue) == {"甲.txt": ("indexed", ""), "乙.txt": ("indexed", ""), "丙.txt": ("words", "")}
    assert len(catalogue.outbox.next(MODEL, 9)[0]) == 2, "Chroma hears at once of what has its vector"
    embed(catalogue, "三")
    assert states(catalogue)["丙.txt"] == ("indexed", "")
    assert len(catalogue.outbox.next(MODEL, 9)[0]) == 3


def test_vectors_of_a_model_that_is_prepared_change_no_state(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一")
    catalogue.vectors.put("新模型", vectors_of(["一"]).items())
    assert states(catalogue) == {"甲.txt": ("words", "")}
    assert catalogue.outbox.next("新模型", 9) == ([], [])
    catalogue.vector_queue.finish_all("新模型")
    assert states(catalogue) == {"甲.txt": ("indexed", "")}


def test_going_on_without_a_model_nothing_waits(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一")
    read(catalogue, "/半.txt", "二", reason="partly_read")
    catalogue.vector_queue.finish_all("")
    assert states(catalogue) == {"甲.txt": ("indexed", ""), "半.txt": ("partial", "partly_read")}


def test_a_source_that_goes_and_comes_back_is_what_it_was(catalogue: Catalogue) -> None:
    catalogue.sources.add(FOLDER, "folder", 7)
    read(catalogue, f"{FOLDER}/好.txt", "一")
    read(catalogue, f"{FOLDER}/半.txt", "二", reason="partly_read")
    read(catalogue, f"{FOLDER}/等.txt", "三", "一")
    embed(catalogue, "一")
    catalogue.sources.set_online(FOLDER, online=False)
    assert {state for state, _ in states(catalogue).values()} == {"offline"}
    assert catalogue.vector_queue.any_waiting()
    embed(catalogue, "二")  # its text is here, though its disk is not
    catalogue.sources.set_online(FOLDER, online=True)
    catalogue.vector_queue.finish_all(MODEL)
    assert states(catalogue) == {
        "好.txt": ("indexed", ""),
        "半.txt": ("partial", "partly_read"),
        "等.txt": ("words", ""),
    }


def test_a_failure_of_the_moment_is_tried_again_and_the_vectors_still_come(catalogue: Catalogue) -> None:
    read(catalogue, f"{FOLDER}/甲.txt", "一")
    read(catalogue, f"{FOLDER}/乙.txt", "二")
    assert catalogue.files.keep_as_partial(source_file(f"{FOLDER}/甲.txt"), "unreadable", "")
    assert states(catalogue)["甲.txt"] == ("words", "unreadable")
    due = {row[0]: row[4] for row in catalogue.planning.rows(FOLDER, recipe="3", outside=(), passing=("unreadable",))}
    assert due == {f"{FOLDER}/甲.txt": planning_queries.Due.YES, f"{FOLDER}/乙.txt": planning_queries.Due.NO}
    embed(catalogue, "一")
    assert states(catalogue)["甲.txt"] == ("partial", "unreadable")


def test_a_copy_waits_with_its_original(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一", "二")
    origin = next(catalogue.files.records("/甲.txt"))
    file = SourceFile("/副本.txt", 5, 1, "/甲.txt")
    catalogue.files.put_pending([file])
    assert [twin.state for twin in catalogue.known_content.same_content(file, "3")] == ["words"]
    assert catalogue.known_content.copy(origin.id, file, model=MODEL) == 2
    assert states(catalogue) == {"甲.txt": ("words", ""), "副本.txt": ("words", "")}
    embed(catalogue, "一", "二")
    assert states(catalogue) == {"甲.txt": ("indexed", ""), "副本.txt": ("indexed", "")}
    assert len(catalogue.outbox.next(MODEL, 9)[0]) == 4


def test_chunks_cut_anew_wait_for_their_vectors(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一")
    embed(catalogue, "一")
    catalogue.files.resplit(next(catalogue.files.records("/甲.txt")).id, [chunk("新"), chunk("旧")], recipe="3", model=MODEL)
    assert states(catalogue) == {"甲.txt": ("words", "")}
    embed(catalogue, "新", "旧")
    assert states(catalogue) == {"甲.txt": ("indexed", "")}


# ---- which come first -----------------------------------------------------------------------------------------------


def order(catalogue: Catalogue, model: str = MODEL, *, everywhere: bool = False) -> list[str]:
    found = catalogue.vector_queue.missing(model, everywhere=everywhere)
    names = {record.id: os.path.basename(record.file.path) for record in catalogue.files.records("/")}
    return [names[file_id] for file_id in found.files]


def test_vectors_of_quoted_folders_and_of_recent_files_come_first(catalogue: Catalogue) -> None:
    for number, path in enumerate(("/旧/1.txt", "/旧/2.txt", "/新/3.txt", "/新/4.txt"), start=1):
        read(catalogue, path, f"第{number}段", mtime_ns=number)
    assert order(catalogue) == ["4.txt", "3.txt", "2.txt", "1.txt"]
    catalogue.quoted.note(["/旧/1.txt", "/旧/1.txt"])
    assert order(catalogue) == ["2.txt", "1.txt", "4.txt", "3.txt"]
    catalogue.quoted.note(["/新/3.txt", "/新/4.txt"])
    assert catalogue.quoted.counts() == {"/旧": 1, "/新": 2}
    assert order(catalogue) == ["4.txt", "3.txt", "2.txt", "1.txt"]


def test_what_is_missing_is_counted_by_text(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一", "二", "三")
    read(catalogue, "/乙.txt", "二")
    embed(catalogue, "一")
    found = catalogue.vector_queue.missing(MODEL, everywhere=False)
    assert (len(found.files), found.texts) == (2, 2)
    first = next(catalogue.files.records("/甲.txt")).id
    assert catalogue.vector_queue.texts_of(first, MODEL, -1, 9) == [(1, text_hash("二"), "二"), (2, text_hash("三"), "三")]
    assert catalogue.vector_queue.texts_of(first, MODEL, 1, 9) == [(2, text_hash("三"), "三")]
    assert catalogue.vector_queue.texts_of(first, MODEL, -1, 1) == [(1, text_hash("二"), "二")]


def test_another_models_vectors_are_missing_everywhere(catalogue: Catalogue) -> None:
    read(catalogue, "/甲.txt", "一")
    embed(catalogue, "一")
    store(catalogue, "/乙.txt", "二")
    assert order(catalogue) == []
    assert sorted(order(catalogue, "新模型", everywhere=True)) == ["乙.txt", "甲.txt"]


# ---- how much can be found by meaning -------------------------------------------------------------------------------


def test_the_share_with_vectors_of_a_scope(catalogue: Catalogue) -> None:
    lookup = catalogue.lookup
    assert lookup.share_with_vectors() == 1.0
    read(catalogue, "/甲/1.txt", "一", "二", "三")
    assert lookup.share_with_vectors() == 0.0
    store(catalogue, "/乙/2.txt", "四", model=MODEL)
    assert lookup.share_with_vectors() == 0.25
    assert lookup.share_with_vectors(Scope(below=("/甲",))) == 0.0
    assert lookup.share_with_vectors(Scope(below=("/乙",))) == 1.0
    assert lookup.share_with_vectors(Scope(below=("/没有",))) == 1.0
    embed(catalogue, "一", "二", "三")
    assert lookup.share_with_vectors() == 1.0


# ---- Chroma and older formats ---------------------------------------------------------------------------------------


def test_an_index_without_some_vectors_is_whole(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "库")) as library:
        library.attach_vectors(MODEL)
        library.put_embedding("bundled", fingerprint=MODEL, dimension=16)
        store(library.catalogue, "/甲.txt", "一", model=MODEL)
        read(library.catalogue, "/乙.txt", "二")
        library.flush_vectors()
        folder = library.vectors.folder  # type: ignore[union-attr]
    with closing(Library(tmp_path / "库")) as library:
        library.attach_vectors(MODEL)
        assert library.vectors is not None
        assert library.vectors.folder == folder, "built anew"
        assert library.vectors.count() == 1
        embed(library.catalogue, "二")
        library.flush_vectors()
        found = library.vectors.search(unit_vector("二").astype("float32"), 1)
        assert [chunk.text for chunk in library.catalogue.chunks.by_ids([chunk_id for chunk_id, _ in found])] == ["二"]


def test_an_index_is_opened_while_a_run_stores_known_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not taken for one that lacks vectors, and built anew."""
    with closing(Library(tmp_path / "库")) as library:
        library.attach_vectors(MODEL)
        library.put_embedding("bundled", fingerprint=MODEL, dimension=16)
        store(library.catalogue, "/甲.txt", "一", model=MODEL)
        library.flush_vectors()
        folder = library.vectors.folder  # type: ignore[union-attr]
    with closing(Library(tmp_path / "库")) as library:
        tell = library._dense._apply_outbox
        copies = iter(("/乙.txt", "/丙.txt"))

        def told(*index: Any) -> None:
            tell(*index)
            for path in copies:
                read(library.catalogue, path, "一")
                return

        monkeypatch.setattr(library._dense, "_apply_outbox", told)
        library.attach_vectors(MODEL)
        assert library.vectors is not None
        assert library.vectors.folder == folder, "built anew"
        assert library.vectors.count() == 3


def make_format_2(path: Path, *, unembedded: bool) -> None:
    with closing(Catalogue(path)) as catalogue:
        store(catalogue, "/甲.txt", "一", model=MODEL)
        store(catalogue, "/乙.txt", "二")
        if unembedded:
            catalogue.meta.put("unembedded", "1")
        with catalogue.database.writing() as connection:
            connection.execute("DROP TABLE quoted")
            connection.execute("ALTER TABLE files DROP COLUMN problems")
            as_format_5(connection)
            connection.execute("ALTER TABLE orphaned_vectors RENAME TO loose")
            connection.execute("PRAGMA user_version = 2")


@pytest.mark.parametrize("unembedded", [True, False])
def test_the_second_format_is_taken_over(tmp_path: Path, *, unembedded: bool) -> None:
    """It noted for the library as a whole that files had been read without a model."""
    path = tmp_path / "catalogue.sqlite"
    make_format_2(path, unembedded=unembedded)
    with closing(Catalogue(path)) as catalogue:
        assert states(catalogue) == {"甲.txt": ("indexed", ""), "乙.txt": ("words" if unembedded else "indexed", "")}
        assert catalogue.meta.get("unembedded") == ""
        assert found_texts(catalogue, "二") == ["二"]
        catalogue.quoted.note(["/甲.txt"])
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.FORMAT,)
