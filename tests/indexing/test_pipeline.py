# SPDX-License-Identifier: Apache-2.0
"""Runs of the pipeline: only what changed is touched, nothing is lost or doubled, and stopping half-way costs little."""

from __future__ import annotations

import dataclasses
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace

import pytest
from fixtures_embedding import Counting

from desktop_app.contract.document import UnreadableDocument
from desktop_app.contract.index_run import IndexRequest
from desktop_app.documents.process.pool import ReaderPool
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.indexing import pipeline
from desktop_app.indexing.chunk_measure import ChunkMeasure
from desktop_app.indexing.forecasting.progress import ProgressMeter, RunListener
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.library.library import Library
from indexing.office import Desk, Holdings, Reader, counts, fill, texts_found, write


def undisturbed(folder: Path, beside: Path, counting: Counting | None) -> Holdings:
    """What a library holds after one quiet run over the folder."""
    with closing(Library(beside)) as library:
        Desk(library, Reader(), counting).index(folder)
        return Holdings(library)


# ---- first, second and later runs -----------------------------------------------------------------------------------


def test_a_first_run_reads_everything(desk: Desk, folder: Path) -> None:
    report = desk.index(folder)
    assert report.files == counts(indexed=6)
    assert report.chunks == desk.library.catalogue.chunks.count() == 6
    assert report.offline == ()
    assert texts_found(desk.library, "HT-0004")[0] == "第4号 保密.txt"
    record = next(desk.library.catalogue.files.records(str(folder)))
    assert len(record.file.sha256) == 64


def test_a_second_run_reads_nothing(dense: Desk, folder: Path, counting: Counting) -> None:
    dense.index(folder)
    before, embedded = Holdings(dense.library), len(counting.texts)
    report = dense.index(folder)
    assert report.files == counts(unchanged=6)
    assert (dense.reader.read_files, len(counting.texts)) == ([], embedded)
    assert Holdings(dense.library) == before


def test_only_what_changed_is_touched(dense: Desk, folder: Path, counting: Counting, tmp_path: Path) -> None:
    dense.index(folder)
    kept = {chunk.path: chunk.id for chunk in dense.library.catalogue.chunks.all()}
    counting.texts.clear()
    edited = write(folder / "采购 部门" / "第0号 付款.txt", 0, "另付定金一成。")
    new = write(folder / "Travel" / "新的.txt", 77)
    removed = folder / "二〇二四年/合同" / "第1号 质保.txt"
    removed.unlink()

    report = dense.index(folder)
    assert report.files == counts(indexed=2, unchanged=4, removed=1)
    assert sorted(dense.reader.read_files) == sorted([edited.name, new.name])
    assert sorted(counting.texts) == sorted(
        chunk.text for chunk in dense.library.catalogue.chunks.all() if chunk.path in (str(edited), str(new))
    )
    assert texts_found(dense.library, "定金") == [edited.name]
    assert removed.name not in texts_found(dense.library, "0001 质保期限")
    after = {chunk.path: chunk.id for chunk in dense.library.catalogue.chunks.all()}
    assert {path for path in kept if after.get(path) != kept[path]} == {str(edited), str(removed)}
    assert Holdings(dense.library) == undisturbed(folder, tmp_path / "另一个", counting)


def test_a_touched_file_is_hashed_and_not_read(dense: Desk, folder: Path, counting: Counting) -> None:
    dense.index(folder)
    before = Holdings(dense.library)
    counting.texts.clear()
    for file in folder.rglob("*.txt"):
        os.utime(file, ns=(1, 1))
    assert dense.index(folder).files == counts(unchanged=6)
    assert (dense.reader.read_files, counting.texts) == ([], [])
    assert Holdings(dense.library) == before
    dense.index(folder)
    assert all(record.file.mtime_ns == 1 for record in dense.library.catalogue.files.records(str(folder)))


def test_removed_files_leave_everywhere(dense: Desk, folder: Path) -> None:
    dense.index(folder)
    shutil.rmtree(folder / "Travel")
    assert dense.index(folder).files == counts(removed=2, unchanged=4)
    left = Holdings(dense.library)
    assert len(left.files) == len(left.chunks) == len(left.vectors) == 4
    catalogue = dense.library.catalogue
    assert catalogue.vectors.count(dense.embedder.facts.fingerprint) == 4  # type: ignore[union-attr]
    assert catalogue.database.connection().execute("SELECT count(*) FROM vectors").fetchone() == (4,)


def test_a_folder_emptied_by_hand_is_empty(desk: Desk, folder: Path) -> None:
    desk.index(folder)
    for entry in folder.iterdir():
        shutil.rmtree(entry)
    assert desk.run(folder).files == counts(removed=6)
    assert desk.library.catalogue.chunks.count() == 0


def test_a_file_made_by_another_recipe_is_read_again(desk: Desk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.index(folder)
    monkeypatch.setattr(pipeline, "RECIPE", "99")
    assert desk.index(folder).files == counts(indexed=6)
    assert desk.index(folder).files == counts(unchanged=6)


def test_chunks_fit_the_model_to_come_as_well(counting: Counting) -> None:
    facts = dataclasses.replace(counting.facts, max_tokens=counting.facts.max_tokens // 3)
    coming = SimpleNamespace(facts=facts, count_tokens=lambda texts: [2 * n for n in counting.count_tokens(texts)])
    measure = ChunkMeasure([counting, coming])  # type: ignore[list-item]
    texts = ["word " * number for number in range(1, 300, 7)]
    for text, scaled, own in zip(texts, measure.count(texts), counting.count_tokens(texts), strict=True):
        fits = own <= counting.facts.max_tokens and 2 * own <= facts.max_tokens
        assert (scaled <= measure.limit) == fits, text


# ---- what is picked -------------------------------------------------------------------------------------------------


def test_twice_and_nested_is_once(desk: Desk, folder: Path) -> None:
    inner = folder / "Travel"
    assert desk.index(inner, folder, folder, inner).files == counts(indexed=6)
    assert desk.library.catalogue.sources.paths() == [str(folder)]
    assert sorted(desk.reader.read_files) == sorted(file.name for file in folder.rglob("*.txt"))
    assert desk.index(inner).files == counts(unchanged=2)
    assert len(desk.states()) == 6


def test_an_outer_folder_keeps_what_an_inner_one_read(desk: Desk, folder: Path) -> None:
    assert desk.index(folder / "Travel").files == counts(indexed=2)
    assert desk.index(folder).files == counts(indexed=4, unchanged=2)


def test_single_files(desk: Desk, folder: Path, tmp_path: Path) -> None:
    one = folder / "Travel" / "第2号 交货.txt"
    other = write(tmp_path / "没有后缀", 9)
    assert desk.index(one, other).files == counts(indexed=2)
    assert len(desk.states()) == 2
    other.unlink()
    report = desk.run()
    assert (report.files, report.offline) == (counts(unchanged=1, removed=1), ())
    write(one, 50)
    assert desk.run().files == counts(indexed=1)
    shutil.rmtree(folder)
    report = desk.run()
    assert report.offline == (str(one),)
    assert desk.states() == {one.name: ("offline", "offline")}
    assert texts_found(desk.library, "0050") == [one.name]


def test_odd_files_get_their_row(desk: Desk, folder: Path) -> None:
    for name, content in (("空.txt", ""), (".隐藏", "x"), ("~$第0号.docx", "x"), ("白.txt", " \n\t ")):
        (folder / name).write_text(content, encoding="utf-8")
    report = desk.index(folder)
    assert report.files == counts(indexed=6, skipped=4)
    rows = desk.states()
    assert (rows["空.txt"], rows[".隐藏"], rows["~$第0号.docx"], rows["白.txt"]) == (
        ("skipped", "empty"),
        ("skipped", "hidden"),
        ("skipped", "temporary"),
        ("skipped", "empty"),
    )
    assert desk.index(folder).files == counts(unchanged=10)
    (folder / "空.txt").write_text("现在有内容", encoding="utf-8")
    assert desk.index(folder).files == counts(indexed=1, unchanged=9)


# ---- out of reach ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["办公室 Office", "2024.05 合同 v1.2"])
def test_a_folder_out_of_reach_stays_and_answers(dense: Desk, tmp_path: Path, name: str, counting: Counting) -> None:
    folder = fill(tmp_path / name)
    (folder / "坏.txt").write_text("坏", encoding="utf-8")
    dense.reader.trouble["坏.txt"] = UnreadableDocument("damaged")
    dense.index(folder)
    before = Holdings(dense.library)
    folder.rename(tmp_path / "拔掉的磁盘")
    report = dense.run()
    assert (report.files, report.offline) == (counts(), (str(folder),))
    assert set(dense.states().values()) == {("offline", "offline")}
    assert [source.online for source in dense.library.catalogue.sources.all()] == [False]
    assert texts_found(dense.library, "0004") == ["第4号 保密.txt"]
    assert dense.library.vectors is not None
    assert dense.library.vectors.count() == 6
    assert dense.run().offline == (str(folder),)

    counting.texts.clear()
    (tmp_path / "拔掉的磁盘").rename(folder)
    report = dense.run()
    assert report.files == counts(unchanged=6, failed=1)
    assert (dense.reader.read_files, counting.texts) == (["坏.txt"], [])
    assert Holdings(dense.library) == before
    assert [source.online for source in dense.library.catalogue.sources.all()] == [True]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="mounts are made on Linux only")
@pytest.mark.parametrize("left_behind", ["", ".nobackup"])
def test_a_disk_that_is_not_mounted_is_out_of_reach(desk: Desk, tmp_path: Path, left_behind: str) -> None:
    place = tmp_path / "移动 硬盘"
    place.mkdir()
    if left_behind:
        (place / left_behind).touch()

    def mount() -> bool:
        made = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)], capture_output=True, check=False)
        return made.returncode == 0

    if not mount():
        pytest.skip("mounting is not permitted here")
    try:
        fill(place)
        desk.index(place)
    finally:
        subprocess.run(["umount", str(place)], check=True)
    report = desk.run()
    assert (report.files, report.offline) == (counts(), (str(place),))
    assert texts_found(desk.library, "0004") == ["第4号 保密.txt"]
    mount()
    try:
        fill(place)
        assert desk.run().offline == ()
        assert set(desk.states().values()) == {("indexed", "")}
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_one_folder_out_of_reach_does_not_stop_the_others(desk: Desk, tmp_path: Path) -> None:
    first, second = fill(tmp_path / "一"), fill(tmp_path / "二", 2)
    desk.add(first, second)
    shutil.rmtree(first)
    report = desk.run()
    assert (report.files, report.offline) == (counts(indexed=2), (str(first),))


# ---- files that make trouble ----------------------------------------------------------------------------------------


def test_a_broken_file_is_told_and_the_rest_is_read(desk: Desk, folder: Path) -> None:
    desk.reader.trouble["第0号 付款.txt"] = UnreadableDocument("damaged", "no pages")
    desk.reader.trouble["第1号 质保.txt"] = UnreadableDocument("unknown_format")
    assert desk.index(folder).files == counts(indexed=4, failed=1, skipped=1)
    assert desk.states()["第0号 付款.txt"] == ("failed", "damaged")
    assert desk.library.catalogue.files.searchable_count() == (4, 6)
    assert desk.index(folder).files == counts(unchanged=6)
    assert desk.reader.read_files == []


def test_a_file_that_breaks_later_forgets_its_text(desk: Desk, folder: Path) -> None:
    desk.index(folder)
    write(folder / "采购 部门" / "第0号 付款.txt", 0, "改过")
    desk.reader.trouble["第0号 付款.txt"] = UnreadableDocument("damaged")
    assert desk.index(folder).files == counts(failed=1, unchanged=5)
    assert "第0号 付款.txt" not in texts_found(desk.library, "付款")


@pytest.mark.parametrize("reason", ["timed_out", "crashed", "unreadable"])
def test_a_failure_of_the_moment_keeps_the_old_text(desk: Desk, folder: Path, reason: str) -> None:
    name = "第0号 付款.txt"
    desk.index(folder)
    write(folder / "采购 部门" / name, 0, "改过的内容。")
    desk.reader.trouble[name] = UnreadableDocument(reason, "60 s")
    assert desk.index(folder).files == counts(partial=1, unchanged=5)
    assert desk.states()[name] == ("partial", reason)
    assert texts_found(desk.library, "HT-0000")[0] == name
    assert desk.index(folder).files == counts(partial=1, unchanged=5)  # tried again by itself
    desk.reader.trouble.clear()
    assert desk.index(folder).files == counts(indexed=1, unchanged=5)
    assert texts_found(desk.library, "改过的内容") == [name]


def test_a_file_that_cannot_be_opened_for_a_moment_is_counted_as_what_it_is(desk: Desk, folder: Path) -> None:
    """It is there in the listing and cannot be looked at (another program holds it, a link is broken): its text stays."""
    name = "第0号 付款.txt"
    desk.index(folder)
    file = folder / "采购 部门" / name
    file.rename(file.with_name("挪开"))
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    file.symlink_to("没有")
    report = desk.index(folder)
    assert report.files["partial"] == 1
    assert report.files["failed"] == 0
    assert desk.states()[name] == ("partial", "unreadable")
    file.unlink()
    file.with_name("挪开").rename(file)
    assert desk.index(folder).files["indexed"] == 1
    assert desk.states()[name] == ("indexed", "")


@pytest.mark.parametrize("reason", ["timed_out", "crashed", "unreadable", "being_written"])
def test_a_run_begun_by_itself_does_not_try_costly_failures_again(desk: Desk, folder: Path, reason: str) -> None:
    desk.reader.trouble["第0号 付款.txt"] = UnreadableDocument(reason)
    desk.index(folder)
    again = [] if reason in ("timed_out", "crashed") else ["第0号 付款.txt"]
    desk.run(folder, reason="changed")
    assert desk.reader.read_files == again
    desk.run(folder)
    assert desk.reader.read_files == ["第0号 付款.txt"]  # the person asked, for this one source too


def test_retry_of_one_and_of_all(desk: Desk, folder: Path) -> None:
    for name in ("第0号 付款.txt", "第1号 质保.txt"):
        desk.reader.trouble[name] = UnreadableDocument("password")
    desk.index(folder)
    desk.reader.trouble.clear()
    one = str(folder / "采购 部门" / "第0号 付款.txt")
    assert desk.run(retry=(one,)).files == counts(indexed=1, unchanged=5)
    assert desk.run(retry=("*",)).files == counts(indexed=1, unchanged=5)
    assert set(desk.states().values()) == {("indexed", "")}


def test_an_error_that_is_not_about_one_file_ends_the_run_and_keeps_the_rest(desk: Desk, folder: Path) -> None:
    def full(_cancel: Cancellation) -> None:
        raise EnvironmentProblem("disk_full", path="资料库")

    desk.reader.trouble["第5号 验收.txt"] = full
    with pytest.raises(EnvironmentProblem, match="disk_full"):
        desk.index(folder)
    assert threading.active_count() < 20
    desk.reader.trouble.clear()
    desk.index(folder)
    assert set(desk.states().values()) == {("indexed", "")}
    assert desk.library.catalogue.chunks.count() == 6


# ---- stopping half-way ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", [0, 4, 10])
def test_stopped_in_the_middle_and_gone_on_is_as_undisturbed(
    dense: Desk, tmp_path: Path, counting: Counting, after: int
) -> None:
    folder = fill(tmp_path / "办公室 Office", 16)
    dense.index(folder / "Travel")
    for number in (2, 5):
        write(next(folder.rglob(f"第{number}号*")), number, "改过。")
    cancel = Cancellation()
    to_read = sorted(file.name for file in folder.rglob("*.txt") if file.parent.name != "Travel")
    assert len(to_read) > after
    dense.reader.trouble[to_read[after]] = lambda asked: asked.cancel()
    with pytest.raises(Cancelled):
        dense.run(*dense.add(folder), cancel=cancel)
    states = dense.states()
    assert len(states) == 16  # complete before reading begins
    assert "pending" in {state for state, _ in states.values()}
    dense.reader.trouble.clear()
    dense.index(folder)
    assert Holdings(dense.library) == undisturbed(folder, tmp_path / "另一个", counting)


def test_a_pause_holds_and_goes_on(desk: Desk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "办公室", 12)
    cancel = Cancellation()
    paused = threading.Event()

    def pause(asked: Cancellation) -> None:
        asked.pause()
        paused.set()

    desk.reader.trouble[sorted(file.name for file in folder.rglob("*.txt"))[3]] = pause
    desk.add(folder)
    reports: list[dict[str, int]] = []
    thread = threading.Thread(target=lambda: reports.append(desk.run(folder, cancel=cancel).files))
    thread.start()
    assert paused.wait(30)
    assert thread.is_alive()
    assert not reports
    cancel.resume()
    thread.join(30)
    assert reports == [counts(indexed=12)]


def test_stopped_before_it_began(desk: Desk, folder: Path) -> None:
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        desk.run(*desk.add(folder), cancel=cancel)
    assert desk.states() == {}


def test_searching_goes_on_while_a_run_writes(desk: Desk, tmp_path: Path) -> None:
    folder = fill(tmp_path / "办公室", 40)
    found: list[list[str]] = []

    def ask(_cancel: Cancellation) -> None:
        found.append(texts_found(desk.library, "期限为"))

    for file in folder.rglob("*.txt"):
        desk.reader.trouble[file.name] = ask
    desk.index(folder)
    assert len(found) == 40
    assert len(texts_found(desk.library, "期限为")) == 40


# ---- real reader processes ------------------------------------------------------------------------------------------


def test_with_real_readers_and_what_they_say_of_odd_files(library: Library, tmp_path: Path) -> None:
    folder = fill(tmp_path / "办公室 Office")
    (folder / "假的.pdf").write_bytes(b"%PDF-1.7 " + "并不是".encode() * 50)
    (folder / "会议纪要.txt").write_bytes("本次会议决定：样机测试推迟到六月十八日，由林工负责。".encode("gb18030") * 3)
    pool = ReaderPool(2)
    try:
        desk = Desk(library, Reader())
        pipeline = Pipeline(library, pool, None, 2)
        report = pipeline.run(
            IndexRequest(tuple(desk.add(folder))), ProgressMeter(RunListener(desk.told.append)), Cancellation()
        )
    finally:
        pool.close()
    assert report.files == counts(indexed=7, failed=1)
    assert desk.states()["假的.pdf"] == ("failed", "damaged")
    assert texts_found(library, "样机推迟到哪天")[0] == "会议纪要.txt"
    assert desk.told[-1].done == desk.told[-1].total == 8
