# SPDX-License-Identifier: Apache-2.0
"""Moved, copied, edited, left out, cut off: each costs what it must and nothing more."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from fixtures_embedding import Counting
from library.making import store

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.exclude_rules import ExcludeRules
from desktop_app.contract.ledger import LedgerQuery
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import UsageProblem
from desktop_app.indexing import excludes, sources
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from indexing.office import Desk, Holdings, Reader, counts, fill, texts_found, write


def chunk_ids(desk: Desk) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for chunk in desk.library.catalogue.chunks.all():
        found.setdefault(os.path.basename(chunk.path), []).append(chunk.id)
    return found


def undisturbed(folder: Path, beside: Path, counting: Counting | None) -> Holdings:
    with closing(Library(beside)) as library:
        Desk(library, Reader(), counting).index(folder)
        return Holdings(library)


def test_vectors_that_a_killed_run_did_not_drop_are_dropped_by_the_next(dense: Desk, folder: Path, tmp_path: Path) -> None:
    dense.index(folder)
    catalogue = dense.library.catalogue
    store(catalogue, tmp_path / "旧.txt", "旧的", model=dense.embedder.facts.fingerprint)  # type: ignore[union-attr]
    catalogue.files.remove([record.id for record in catalogue.files.records(str(tmp_path / "旧.txt"))])
    assert dense.index(folder).files == counts(unchanged=6)
    assert catalogue.vectors.known([text_hash("旧的")], dense.embedder.facts.fingerprint) == set()  # type: ignore[union-attr]


# ---- moved and copied -----------------------------------------------------------------------------------------------


def test_a_moved_folder_keeps_its_text_and_ids_without_being_read(
    dense: Desk, folder: Path, counting: Counting, tmp_path: Path
) -> None:
    dense.index(folder)
    before = chunk_ids(dense)
    counting.texts.clear()
    (folder / "Travel").rename(folder / "差旅")
    assert dense.index(folder).files == counts(unchanged=6)
    assert (dense.reader.read_files, counting.texts) == ([], [])
    assert chunk_ids(dense) == before
    assert Holdings(dense.library) == undisturbed(folder, tmp_path / "另一个", counting)
    assert dense.index(folder).files == counts(unchanged=6)


def test_a_renamed_file_is_found_by_its_new_name(dense: Desk, folder: Path, counting: Counting, tmp_path: Path) -> None:
    dense.index(folder)
    (before,) = chunk_ids(dense)["第0号 付款.txt"]
    (folder / "采购 部门" / "第0号 付款.txt").rename(folder / "北京分公司.txt")
    assert dense.index(folder).files == counts(unchanged=6)
    assert dense.reader.read_files == []
    assert texts_found(dense.library, "北京分公司") == ["北京分公司.txt"]
    assert chunk_ids(dense)["北京分公司.txt"] == [before]
    assert Holdings(dense.library) == undisturbed(folder, tmp_path / "另一个", counting)


def test_a_file_moved_between_sources_takes_its_text_along(desk: Desk, tmp_path: Path) -> None:
    first, second = fill(tmp_path / "一"), fill(tmp_path / "二", 1)
    write(second / "别的.txt", 40)
    desk.index(first, second)
    moved = shutil.move(first / "Travel" / "第2号 交货.txt", second / "交货.txt")
    assert desk.run().files == counts(unchanged=8)
    assert desk.reader.read_files == []
    assert texts_found(desk.library, "HT-0002")[0] == os.path.basename(moved)


def test_two_files_that_change_places_are_read(desk: Desk, folder: Path) -> None:
    """Neither path is new: each now holds other content, and that is what counts."""
    desk.index(folder)
    one, other = folder / "Travel" / "第2号 交货.txt", folder / "采购 部门" / "第3号 违约.txt"
    one.rename(folder / "暂")
    other.rename(one)
    (folder / "暂").rename(other)
    desk.index(folder)
    held = {chunk.path: chunk.text for chunk in desk.library.catalogue.chunks.all()}
    assert "HT-0003" in held[str(one)]
    assert "HT-0002" in held[str(other)]


def test_a_moved_and_edited_file_is_read_and_the_old_place_leaves(dense: Desk, folder: Path, counting: Counting) -> None:
    dense.index(folder)
    counting.texts.clear()
    (folder / "采购 部门" / "第0号 付款.txt").unlink()
    write(folder / "新付款.txt", 0, "改过。")
    assert dense.index(folder).files == counts(indexed=1, removed=1, unchanged=5)
    assert dense.reader.read_files == ["新付款.txt"]
    assert len(counting.texts) == 1


def test_same_size_is_not_same_content(desk: Desk, folder: Path) -> None:
    """The new file is as large and as old as the one that is gone: only its hash tells that it is another one."""
    old = folder / "采购 部门" / "第0号 付款.txt"
    desk.index(folder)
    status = old.stat()
    text = old.read_text(encoding="utf-8").replace("HT-0000", "HT-9999")
    old.unlink()
    new = folder / "Travel" / old.name
    new.write_text(text, encoding="utf-8")
    os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert new.stat().st_size == status.st_size
    assert desk.index(folder).files == counts(indexed=1, removed=1, unchanged=5)
    assert texts_found(desk.library, "HT-9999")[0] == new.name


def test_a_copy_takes_the_text_without_being_read(dense: Desk, folder: Path, counting: Counting, tmp_path: Path) -> None:
    dense.index(folder)
    counting.texts.clear()
    shutil.copy(folder / "采购 部门" / "第3号 违约.txt", folder / "副本.txt")
    report = dense.index(folder)
    assert (report.files, report.chunks) == (counts(indexed=1, unchanged=6), 1)
    assert (dense.reader.read_files, counting.texts) == ([], [])
    assert Holdings(dense.library) == undisturbed(folder, tmp_path / "另一个", counting)
    (folder / "采购 部门" / "第3号 违约.txt").unlink()
    assert dense.index(folder).files == counts(removed=1, unchanged=6)
    assert texts_found(dense.library, "HT-0003")[0] == "副本.txt"


def test_another_kind_of_name_is_read_for_itself(desk: Desk, folder: Path) -> None:
    """A reader is chosen by the name too: the same bytes as .md give headings, as .txt none."""
    desk.index(folder)
    shutil.copy(folder / "采购 部门" / "第3号 违约.txt", folder / "副本.md")
    desk.index(folder)
    assert desk.reader.read_files == ["副本.md"]


def test_a_file_that_failed_is_read_at_its_new_place(desk: Desk, folder: Path) -> None:
    desk.reader.trouble["第0号 付款.txt"] = UnreadableDocument("damaged")
    desk.index(folder)
    (folder / "采购 部门" / "第0号 付款.txt").rename(folder / "付款.txt")
    assert desk.index(folder).files == counts(indexed=1, removed=1, unchanged=5)


def test_cancelled_before_it_is_found_elsewhere_nothing_is_lost(dense: Desk, folder: Path, counting: Counting) -> None:
    dense.index(folder)
    counting.texts.clear()
    (folder / "采购 部门").rename(folder / "采购")
    write(folder / "Travel" / "第2号 交货.txt", 2, "改。")
    cancel = Cancellation()
    dense.reader.trouble["第2号 交货.txt"] = lambda asked: asked.cancel()
    with pytest.raises(Cancelled):
        dense.run(folder, cancel=cancel)
    assert texts_found(dense.library, "HT-0003")[0] == "第3号 违约.txt"
    dense.reader.trouble.clear()
    dense.index(folder)
    assert set(dense.states().values()) == {("indexed", "")}
    assert len(dense.states()) == 6
    assert len(counting.texts) == 1


# ---- edited ---------------------------------------------------------------------------------------------------------


def test_an_edited_file_embeds_only_its_changed_chunks(dense: Desk, folder: Path, counting: Counting) -> None:
    long = folder / "制度.txt"

    def text(edited: int) -> str:
        return "\n\n".join(
            f"Article {n}{' amended' if n == edited else ''}. " + f"Lot {n} comes first. " * 40 for n in range(12)
        )

    long.write_text(text(-1), encoding="utf-8")
    dense.index(folder)
    chunks = len(chunk_ids(dense)["制度.txt"])
    assert chunks > 6
    counting.texts.clear()
    long.write_text(text(5), encoding="utf-8")
    assert dense.index(folder).files == counts(indexed=1, unchanged=6)
    assert 1 <= len(counting.texts) <= 2
    assert all("Article 5 amended" in one or "Lot 5" in one for one in counting.texts)
    assert len(Holdings(dense.library).vectors) == 6 + len(chunk_ids(dense)["制度.txt"])


def test_a_file_that_grows_while_it_is_read_is_not_held_damaged(desk: Desk, folder: Path) -> None:
    """A large file that is being copied into the folder: half of it cannot be read, and that says nothing against it."""
    file = folder / "大.txt"
    write(file, 7)

    def grows(_cancel: Cancellation) -> None:
        write(file, 7, "又来了一块。")
        raise UnreadableDocument("damaged")

    desk.reader.trouble["大.txt"] = grows
    assert desk.index(folder).files == counts(indexed=6, failed=1)
    assert desk.states()["大.txt"] == ("failed", "being_written")
    desk.reader.trouble.clear()
    assert desk.index(folder).files == counts(indexed=1, unchanged=6)  # by itself
    assert texts_found(desk.library, "又来了一块") == ["大.txt"]


# ---- left out -------------------------------------------------------------------------------------------------------


def test_what_is_left_out_leaves_and_comes_back(desk: Desk, folder: Path) -> None:
    catalogue = desk.library.catalogue
    desk.index(folder)
    excludes.add_patterns(catalogue, ["*付款*", "Travel/"])
    assert desk.run().files == counts(skipped=1, removed=2, unchanged=3)
    assert desk.states()["第0号 付款.txt"] == ("skipped", "excluded")
    (row,) = catalogue.files.page(LedgerQuery(("skipped",)))[0]
    assert row.detail == "*付款*"
    assert "第0号 付款.txt" not in texts_found(desk.library, "付款")
    assert len(desk.states()) == 4
    assert desk.run().files == counts(unchanged=4)
    excludes.save(catalogue, ExcludeRules())
    assert desk.run().files == counts(indexed=3, unchanged=3)


def test_rules_are_kept_tidy_and_checked(library: Library) -> None:
    catalogue = library.catalogue
    assert excludes.load(catalogue) == ExcludeRules()
    excludes.save(catalogue, ExcludeRules((" *.log ", "", "# 注释", "*.tmp", "*.log"), hidden=False, max_megabytes=-3))
    assert excludes.load(catalogue) == ExcludeRules(("*.tmp", "*.log"), hidden=False, max_megabytes=0)
    with pytest.raises(UsageProblem) as caught:
        excludes.add_patterns(catalogue, ["好的", "!"])
    assert (caught.value.code, caught.value.data) == ("pattern_invalid", {"pattern": "!"})
    assert excludes.load(catalogue).patterns == ("*.tmp", "*.log")
    with catalogue.database.writing() as connection:
        connection.execute("UPDATE meta SET value = 'x' WHERE key = 'excludes'")
    assert excludes.load(catalogue) == ExcludeRules()


# ---- cut off --------------------------------------------------------------------------------------------------------


def test_a_source_that_goes_away_while_it_is_read_is_offline(dense: Desk, tmp_path: Path, counting: Counting) -> None:
    place = fill(tmp_path / "移动硬盘", 12)
    other = fill(tmp_path / "本地", 3)
    dense.index(place, other)
    before = Holdings(dense.library)
    for number in range(12):
        write(next(place.rglob(f"第{number}号*")), number, "改过。")

    def pulled(_cancel: Cancellation) -> None:
        place.rename(tmp_path / "拔掉了")
        raise UnreadableDocument("damaged", "short read")

    dense.reader.trouble[sorted(file.name for file in place.rglob("*.txt"))[4]] = pulled
    report = dense.run()
    assert report.offline == (str(place),)
    assert report.files["failed"] == report.files["removed"] == 0
    assert {row.state for row in dense.library.catalogue.files.page(LedgerQuery(below=str(place)))[0]} == {"offline"}
    assert len(dense.states()) == 12  # the three names of the other folder are among them
    assert len(Holdings(dense.library).chunks) == len(before.chunks)
    dense.reader.trouble.clear()
    (tmp_path / "拔掉了").rename(place)
    dense.run()
    assert Holdings(dense.library) == _both(place, other, tmp_path / "另一个", counting)


def _both(place: Path, other: Path, beside: Path, counting: Counting) -> Holdings:
    with closing(Library(beside)) as library:
        Desk(library, Reader(), counting).index(place, other)
        return Holdings(library)


def test_a_source_that_goes_away_while_it_is_walked_loses_nothing(
    desk: Desk, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.index(folder)
    real, asked = os.scandir, []

    def pulled(path: str) -> object:
        asked.append(path)
        if len(asked) == 3:  # 1: can it be listed, 2: the root, 3: its first folder
            folder.rename(tmp_path / "拔掉了")
        return real(path)

    monkeypatch.setattr(os, "scandir", pulled)
    report = desk.run()
    assert (report.files, report.offline) == (counts(), (str(folder),))
    assert set(desk.states().values()) == {("offline", "offline")}
    monkeypatch.undo()
    (tmp_path / "拔掉了").rename(folder)
    assert desk.run().files == counts(unchanged=6)


def test_a_mount_point_that_is_empty_from_one_moment_on_loses_nothing(
    desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk unmounted during the walk leaves an empty folder on another file system behind."""
    desk.index(folder)
    real, devices = sources.device, [1, 2]
    monkeypatch.setattr(sources, "device", lambda path: devices.pop(0) if devices and path == str(folder) else real(path))
    with desk.library.catalogue.database.writing() as connection:
        connection.execute("UPDATE sources SET device = 1")
    shutil.move(folder / "Travel", folder.parent / "Travel")
    report = desk.run()
    assert (report.files, report.offline) == (counts(), (str(folder),))
    assert len(desk.states()) == 6


def test_a_file_deleted_while_it_waits_is_gone_and_no_failure(desk: Desk, folder: Path) -> None:
    doomed = folder / "采购 部门" / "第3号 违约.txt"
    desk.reader.trouble["第2号 交货.txt"] = lambda _: doomed.unlink(missing_ok=True)
    desk.reader.trouble["第5号 验收.txt"] = lambda _: doomed.unlink(missing_ok=True)
    report = desk.index(folder)
    assert report.files["failed"] == 0
    assert report.files["indexed"] + report.files["removed"] == 6
    assert desk.index(folder).files["failed"] == 0
    assert doomed.name not in desk.states()


# ---- many -----------------------------------------------------------------------------------------------------------


def test_rows_are_compared_block_by_block(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_app.indexing import survey
    from desktop_app.library.stores import planning_queries

    monkeypatch.setattr(planning_queries, "_BLOCK", 3)
    monkeypatch.setattr(survey, "_AT_ONCE", 2)
    folder = fill(tmp_path / "办公室", 20)
    assert desk.index(folder).files == counts(indexed=20)
    for name in ("A.txt", "z.txt", "二〇二四年/合同/中间.txt"):
        write(folder / name, len(name) + 60)
    next(folder.rglob("第7号*")).unlink()
    assert desk.index(folder).files == counts(indexed=3, unchanged=19, removed=1)
    assert desk.index(folder).files == counts(unchanged=22)


def test_the_comparison_asks_an_index(library: Library) -> None:
    """Without one, 100,000 files would be sorted for each block."""
    connection: sqlite3.Connection = library.catalogue.database.connection()
    for query in (
        "SELECT path FROM files WHERE path >= 'a' AND path < 'b' AND id <= 5 ORDER BY path LIMIT 2000",
        "SELECT id FROM files WHERE state = 'pending' AND path >= 'a' AND path < 'b' ORDER BY path LIMIT 2000",
        "SELECT id FROM files WHERE sha256 = 'ab' AND recipe = '2' AND chunks > 0 AND path <> 'c'",
    ):
        plan = " ".join(row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}"))
        assert "SEARCH files USING" in plan, plan
        assert "TEMP B-TREE" not in plan, plan
