"""The embedding stage: windows over the borders of files, equal text once, and an end when the readers have ended."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from fixtures_embedding import Counting

from desktop_app.contract.document import Chunk, Locator, SourceFile
from desktop_app.embedding.base import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.indexing import embedding_stage
from desktop_app.indexing.embedding_stage import EmbeddingStage
from desktop_app.indexing.flow import Flow
from desktop_app.indexing.pace import Pace
from desktop_app.indexing.progress import ProgressMeter
from desktop_app.indexing.read_file import END, ReadFile, ReadQueue
from desktop_app.indexing.waiting import Job
from desktop_app.library.catalogue import FileRecord, text_hash
from desktop_app.library.library import Library


def read_file(number: int, *texts: str) -> ReadFile:
    file = SourceFile(f"/资料/第{number}号.txt", 10, 1)
    job = Job(file, FileRecord(number, file, "pending", "", "", 0))
    return ReadFile(job, file, chunks=[Chunk(text, Locator(lines=(1, 1))) for text in texts])


def through(
    library: Library, embedder: Embedder | None, files: list[ReadFile], readers: int = 1, pace: Pace | None = None
) -> list[ReadFile]:
    """The files after the stage; nothing is written meanwhile."""
    flow, read, embedded = Flow(Cancellation()), ReadQueue(1 << 20), ReadQueue(1 << 20)
    for item in [*files, *[END] * readers]:
        read.put(item, 1, 0)
    stage = EmbeddingStage(library.catalogue, embedder, pace or Pace(), ProgressMeter(lambda _: None), Cancellation())
    stage.run(flow, read, embedded, readers)
    found = list[ReadFile]()
    while (item := embedded.get()) is not END:
        found.append(item)
    return found


@pytest.mark.slow
def test_all_files_come_through_in_order_with_the_vectors_of_their_texts(library: Library, counting: Counting) -> None:
    files = [read_file(n, f"第{n}条：付款期限。", f"Clause {n} of many.") for n in range(300)]
    found = through(library, counting, files)
    assert found == files
    assert sorted(counting.texts) == sorted(chunk.text for item in files for chunk in item.chunks)
    for item in found[::50]:
        assert item.vectors is not None
        assert item.vectors.keys() == {text_hash(chunk.text) for chunk in item.chunks}
        for chunk in item.chunks:
            vector = np.frombuffer(item.vectors[text_hash(chunk.text)], "<f2").astype(np.float32)
            assert vector @ counting.embed_question(chunk.text) > 0.99


def test_equal_text_is_embedded_once_though_nothing_is_written_yet(library: Library, counting: Counting) -> None:
    """Four windows apart, and twice in one file."""
    files = [read_file(n, f"第{n}条。", "页脚：内部资料", "页脚：内部资料") for n in range(400)]
    found = through(library, counting, files)
    assert len(counting.texts) == 401
    assert all(item.vectors is not None and len(item.vectors) == 2 for item in found)


def test_what_the_catalogue_knows_is_not_embedded(library: Library, counting: Counting) -> None:
    known = read_file(1, "定金为百分之二十。")
    vectors = through(library, counting, [known])[0].vectors
    assert vectors is not None
    library.catalogue.put_vectors(counting.facts.fingerprint, list(vectors.items()))
    counting.texts.clear()
    found = through(library, counting, [replace(known, vectors=None), read_file(2, "尾款。")])
    assert counting.texts == ["尾款。"]
    assert found[0].vectors == {}


def test_what_was_computed_is_kept_for_a_while_only(
    library: Library, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_stage, "_RECENT", 8)
    files = [read_file(n, f"第{n % 200}条。") for n in range(400)]
    found = through(library, counting, files)
    assert 200 < len(counting.texts) <= 400
    assert all(item.vectors is not None and len(item.vectors) == 1 for item in found)


@pytest.mark.parametrize("readers", [1, 3])
def test_without_a_model_files_pass(library: Library, readers: int) -> None:
    files = [read_file(1, "一"), read_file(2)]
    assert through(library, None, files, readers) == files
    assert [item.vectors for item in files] == [None, None]


class Meeting:
    """An embedder whose calls wait for one another: ``together`` of them must be under way before any goes on."""

    def __init__(self, embedder: Counting, together: int) -> None:
        self._embedder = embedder
        self._meet = threading.Barrier(together, timeout=20)
        self._guard = threading.Lock()
        self.under_way = self.most = self.met = 0

    def __getattr__(self, name: str) -> object:
        return getattr(self._embedder, name)

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> np.ndarray:
        with self._guard:
            self.under_way += 1
            self.most = max(self.most, self.under_way)
        if self.met < self._meet.parties:
            self._meet.wait()
            with self._guard:
                self.met += 1
        try:
            return self._embedder.embed_documents(texts, ahead=ahead)
        finally:
            with self._guard:
                self.under_way -= 1


@pytest.mark.parametrize(("gentle", "together"), [("off", 2), ("on", 1)])
def test_the_next_call_is_under_way_before_the_last_one_ends_but_not_gently(
    library: Library, counting: Counting, gentle: str, together: int
) -> None:
    meeting = Meeting(counting, together)
    files = [read_file(1, *(f"第{n}条。" for n in range(64)))]
    pace = Pace(gentle, clock=iter(range(1_000_000)).__next__)  # a rest is over at once
    found = through(library, meeting, files, pace=pace)  # type: ignore[arg-type]
    assert meeting.most == together
    assert found[0].vectors is not None
    assert len(found[0].vectors) == 64


def test_a_call_of_the_next_window_is_under_way_and_no_text_is_in_both(
    library: Library, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedding_stage, "_CALLS", 1)
    meeting = Meeting(counting, 2)
    files = [read_file(n, "页脚：内部资料", *(f"第{n}册第{i}条。" for i in range(15))) for n in range(4)]  # a window each
    found = through(library, meeting, files)  # type: ignore[arg-type]
    assert found == files
    assert meeting.most == 2
    assert len(counting.texts) == len(set(counting.texts)) == 61
    assert all(item.vectors is not None and len(item.vectors) == 16 for item in found)


def test_an_error_of_the_model_comes_out_of_a_call_under_way(library: Library, counting: Counting) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Modell entladen")

    counting.embed_documents = fail  # type: ignore[method-assign,assignment]
    with pytest.raises(RuntimeError, match="entladen"):
        through(library, counting, [read_file(1, *(f"第{n}条。" for n in range(64)))])
