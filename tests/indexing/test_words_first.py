# SPDX-License-Identifier: Apache-2.0
"""A run finds every file by words first; vectors follow, then scans. Stopped in either half, the next run goes on."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fixtures_embedding import Counting

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.contract.index_run import WHOLE_LIBRARY
from desktop_app.documents import ocr_mode
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing import missing_vectors, sources
from desktop_app.indexing.forecasting.progress import ProgressMeter
from desktop_app.indexing.pipeline import Pipeline
from desktop_app.library.library import Library
from indexing.office import Desk, Reader, counts, texts_found, write


def looked_at(counting: Counting, look: object) -> None:
    """Call ``look`` before each call to the model."""
    embed = counting.embed_documents

    def embed_documents(texts: Sequence[str], /, *, ahead: bool = False) -> np.ndarray:
        if texts:
            look(texts)  # type: ignore[operator]
        return embed(texts, ahead=ahead)

    counting.embed_documents = embed_documents  # type: ignore[method-assign]


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two texts a call."""
    monkeypatch.setattr(missing_vectors, "_PAGE", 2)


def test_all_is_found_by_words_before_the_first_vector(dense: Desk, folder: Path, counting: Counting) -> None:
    seen: list[set[tuple[str, str]]] = []

    def look(_texts: Sequence[str]) -> None:
        seen.append(set(dense.states().values()))
        assert texts_found(dense.library, "HT-0004")[0] == "第4号 保密.txt"
        assert len(dense.reader.read_files) == 6
        assert dense.library.catalogue.lookup.share_with_vectors() == 0.0
        assert dense.library.catalogue.files.searchable_count() == (6, 6)

    looked_at(counting, look)
    report = dense.index(folder)
    assert seen[0] == {("words", "")}
    assert report.files == counts(indexed=6)
    assert 0 < report.words <= report.seconds
    assert set(dense.states().values()) == {("indexed", "")}
    assert dense.library.catalogue.lookup.share_with_vectors() == 1.0
    stages = list(dict.fromkeys(progress.stage for progress in dense.told))
    assert stages == ["scanning", "reading", "vectors"]
    assert (dense.told[-1].done, dense.told[-1].total, dense.told[-1].seconds_left) == (6, 6, 0.0)


def test_without_a_model_files_are_indexed_at_once(desk: Desk, folder: Path) -> None:
    report = desk.index(folder)
    assert {progress.stage for progress in desk.told} == {"scanning", "reading"}
    assert set(desk.states().values()) == {("indexed", "")}
    assert 0 < report.words <= report.seconds


@pytest.mark.usefixtures("small_pages")
def test_stopped_while_vectors_are_made_no_file_is_read_again(dense: Desk, folder: Path, counting: Counting) -> None:
    cancel = Cancellation()
    looked_at(counting, lambda _texts: cancel.cancel())
    dense.add(folder)
    with pytest.raises(Cancelled):
        dense.run(cancel=cancel)
    assert len(dense.reader.read_files) == 6
    del counting.embed_documents
    done = len(counting.texts)
    assert dense.run().files == counts(unchanged=6)
    assert dense.reader.read_files == []
    assert len(counting.texts) == len(set(counting.texts)) == 6
    assert 0 < done < 6
    assert set(dense.states().values()) == {("indexed", "")}
    assert dense.run().files == counts(unchanged=6)
    assert len(counting.texts) == 6


def test_stopped_while_files_are_read_what_was_read_is_found(dense: Desk, folder: Path, counting: Counting) -> None:
    cancel = Cancellation()
    dense.reader.trouble["第3号 违约.txt"] = lambda _cancel: cancel.cancel()
    dense.add(folder)
    with pytest.raises(Cancelled):
        dense.run(cancel=cancel)
    assert counting.texts == []
    assert {state for state, _ in dense.states().values()} <= {"words", "pending"}
    dense.reader.trouble.clear()
    report = dense.run()
    assert report.files["indexed"] + report.files["unchanged"] == 6
    assert set(dense.states().values()) == {("indexed", "")}


def test_a_model_that_fails_leaves_all_found_by_words(dense: Desk, folder: Path, counting: Counting) -> None:
    def fail(_texts: Sequence[str]) -> None:
        raise RuntimeError("Modell entladen")

    looked_at(counting, fail)
    with pytest.raises(RuntimeError, match="entladen"):
        dense.index(folder)
    assert set(dense.states().values()) == {("words", "")}
    del counting.embed_documents
    assert dense.run().files == counts(unchanged=6)
    assert set(dense.states().values()) == {("indexed", "")}


def test_while_the_librarys_model_cannot_be_used_files_wait_for_it(library: Library, folder: Path, counting: Counting) -> None:
    library.put_embedding("bundled", fingerprint=counting.facts.fingerprint, dimension=counting.facts.dimension)
    assert Desk(library, Reader()).index(folder).files == counts(indexed=6)
    assert Desk(library, Reader()).states() == dict.fromkeys(Desk(library, Reader()).states(), ("words", ""))
    dense = Desk(library, Reader(), counting)
    assert dense.run().files == counts(unchanged=6)
    assert (dense.reader.read_files, len(counting.texts)) == ([], 6)
    assert set(dense.states().values()) == {("indexed", "")}


@pytest.mark.usefixtures("small_pages")
def test_going_on_without_a_model_nothing_waits(dense: Desk, folder: Path, counting: Counting) -> None:
    cancel = Cancellation()
    looked_at(counting, lambda _texts: cancel.cancel())
    dense.add(folder)
    with pytest.raises(Cancelled):
        dense.run(cancel=cancel)
    dense.library.put_embedding("none", fingerprint="", dimension=0)
    plain = Desk(dense.library, Reader())
    assert plain.run().files == counts(unchanged=6)
    assert set(plain.states().values()) == {("indexed", "")}


def test_an_edited_file_is_found_by_its_new_words_at_once(dense: Desk, folder: Path, counting: Counting) -> None:
    dense.index(folder)
    write(folder / "采购 部门" / "第0号 付款.txt", 0, "另付定金一成。")
    seen: list[list[str]] = []
    looked_at(counting, lambda _texts: seen.append(texts_found(dense.library, "定金")))
    counting.texts.clear()
    assert dense.index(folder).files == counts(indexed=1, unchanged=5)
    assert seen == [["第0号 付款.txt"]]
    assert len(counting.texts) == 1


def test_recent_files_get_their_vectors_first(dense: Desk, folder: Path, counting: Counting) -> None:
    files = sorted(folder.rglob("*.txt"))
    now = time.time_ns()
    for age, file in enumerate(files):
        os.utime(file, ns=(now, now - age * 10**9))
    dense.index(folder)
    order = dense.library.catalogue.vector_queue.missing("别的模型", everywhere=True).files
    paths = {record.id: record.file.path for record in dense.library.catalogue.files.records(str(folder))}
    assert [paths[file_id] for file_id in order] == [str(file) for file in files]


# ---- scans ----------------------------------------------------------------------------------------------------------


class Slow:
    """A reader to which the scan is slow; it notes when it is asked, beside the calls to the model."""

    def __init__(self, events: list[str]) -> None:
        self.events = events

    def read(self, path: str, _cancel: Cancellation, /, *, ocr: str, **_: object) -> Document:
        name = Path(path).name
        if ocr == "later" and name.startswith("扫描"):
            raise UnreadableDocument(ocr_mode.LATER)
        self.events.append(name)
        return Document((Segment(f"{name} 的内容。", Locator(page=1)),), pages=1)


def test_scans_hold_up_nobodys_vectors(library: Library, tmp_path: Path, counting: Counting) -> None:
    folder = tmp_path / "资料"
    folder.mkdir()
    for name in ("扫描一.pdf", "扫描二.pdf", "图.png", "甲.txt", "乙.docx"):
        (folder / name).write_text(name, encoding="utf-8")
    events: list[str] = []
    looked_at(counting, lambda texts: events.append(f"{len(texts)} vectors"))
    library.attach_vectors(counting.facts.fingerprint)
    sources.add(library.catalogue, [str(folder)])
    pipeline = Pipeline(library, Slow(events), counting, 2)
    report = pipeline.run(WHOLE_LIBRARY, ProgressMeter(), Cancellation())
    assert report.files["indexed"] == 5
    assert set(events[:2]) == {"甲.txt", "乙.docx"}
    assert events[2] == "2 vectors"
    assert set(events[3:6]) == {"扫描一.pdf", "扫描二.pdf", "图.png"}
    assert events[6:] == ["3 vectors"]
    assert {row.state for row in library.catalogue.files.page()[0]} == {"indexed"}
