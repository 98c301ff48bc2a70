# SPDX-License-Identifier: Apache-2.0
"""Vectors that are missing: pages over the borders of files, equal text once, what is quoted and recent first, and stopping at any call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from fixtures_embedding import Counting

from desktop_app.contract.document import Chunk, Locator, SourceFile
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.indexing import missing_vectors
from desktop_app.indexing.missing_vectors import MissingVectors
from desktop_app.indexing.throttle import Throttle
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash


def read(library: Library, model: str, path: str, *texts: str, mtime_ns: int = 1) -> None:
    chunks = [Chunk(text, Locator(lines=(1, 1))) for text in texts]
    library.catalogue.files.store(SourceFile(path, 10, mtime_ns, path), chunks, state="indexed", model=model)


def make(
    library: Library,
    embedder: Counting,
    *,
    throttle: Throttle | None = None,
    cancel: Cancellation | None = None,
    told: Callable[[int, float, float], None] = lambda *_: None,
) -> int:
    maker = MissingVectors(library, embedder, throttle or Throttle(), cancel or Cancellation(), in_use=True)
    return maker.make(told)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing_vectors, "_PAGE", 16)


@pytest.fixture
def model(library: Library, counting: Counting) -> str:
    fingerprint = counting.facts.fingerprint
    library.attach_vectors(fingerprint)
    return fingerprint


def states(library: Library) -> set[str]:
    return {row.state for row in library.catalogue.files.page()[0]}


@pytest.mark.slow
def test_every_text_gets_its_vector_and_chroma_hears_of_it(library: Library, counting: Counting, model: str) -> None:
    for n in range(300):
        read(library, model, f"/资料/{n}.txt", f"第{n}条：付款期限。", f"Clause {n} of many.")
    told: list[int] = []
    assert make(library, counting, told=lambda texts, _worked, _rested: told.append(texts)) == sum(told) == 600
    assert len(counting.texts) == len(set(counting.texts)) == 600
    assert states(library) == {"indexed"}
    assert library.vectors is not None
    assert library.vectors.count() == 600
    for chunk in library.catalogue.chunks.by_ids(range(1, 600, 50)):
        vector = np.frombuffer(library.catalogue.vectors.of_chunks([chunk.id], model)[chunk.id], "<f2").astype(np.float32)
        assert vector @ counting.embed_question(chunk.text) > 0.99


@pytest.mark.usefixtures("small_pages")
def test_equal_text_is_embedded_once(library: Library, counting: Counting, model: str) -> None:
    """Several pages apart, and twice in one file."""
    for n in range(60):
        read(library, model, f"/{n}.txt", f"第{n}条。", "页脚：内部资料", "页脚：内部资料")
    assert make(library, counting) == len(counting.texts) == 61
    assert states(library) == {"indexed"}
    assert library.vectors is not None
    assert library.vectors.count() == 180


def test_what_has_its_vector_is_not_embedded(library: Library, counting: Counting, model: str) -> None:
    read(library, model, "/甲.txt", "定金为百分之二十。")
    make(library, counting)
    counting.texts.clear()
    read(library, model, "/乙.txt", "定金为百分之二十。", "尾款。")
    assert make(library, counting) == 1
    assert counting.texts == ["尾款。"]
    assert make(library, counting) == 0


@pytest.mark.usefixtures("small_pages")
def test_a_file_larger_than_a_page(library: Library, counting: Counting, model: str) -> None:
    read(library, model, "/大.txt", *(f"第{n}条。" for n in range(70)))
    assert make(library, counting) == len(set(counting.texts)) == 70
    assert states(library) == {"indexed"}


@pytest.mark.usefixtures("small_pages")
def test_recent_files_and_those_of_quoted_folders_come_first(library: Library, counting: Counting, model: str) -> None:
    for folder in ("旧", "新"):
        for n in range(3):
            texts = (f"{folder}文件夹第{n}号第{i}条。" for i in range(16))
            read(library, model, f"/{folder}/{n}.txt", *texts, mtime_ns=n + 10 * (folder == "新"))
    library.catalogue.quoted.note(["/旧/0.txt"])
    make(library, counting)
    assert [text[:7] for text in counting.texts[::16]] == [
        f"{folder}文件夹第{n}号" for folder in ("旧", "新") for n in (2, 1, 0)
    ]


@pytest.mark.usefixtures("small_pages")
def test_a_folder_that_is_quoted_meanwhile_comes_next(library: Library, counting: Counting, model: str) -> None:
    for n in range(8):
        read(library, model, f"/{n}/甲.txt", *(f"第{n}夹第{i}条。" for i in range(16)), mtime_ns=-n)
    quoted = False

    def told(*_: object) -> None:
        nonlocal quoted
        if not quoted:
            quoted = True
            library.catalogue.quoted.note(["/7/甲.txt"])

    make(library, counting, told=told, throttle=Throttle("on", clock=iter(range(1_000_000)).__next__))
    first = list(dict.fromkeys(text[1] for text in counting.texts))
    assert first.index("7") <= 2
    assert sorted(first) == list("01234567")
    assert len(counting.texts) == len(set(counting.texts)) == 128


def test_what_was_made_before_a_stop_is_kept(library: Library, counting: Counting, model: str) -> None:
    read(library, model, "/甲.txt", *(f"第{n}条。" for n in range(200)))
    cancel = Cancellation()
    with pytest.raises(Cancelled):
        make(library, counting, cancel=cancel, told=lambda *_: cancel.cancel())
    made = len(counting.texts)
    assert 0 < made < 200
    assert library.catalogue.vectors.count(model) == made
    assert states(library) == {"words"}
    assert make(library, counting) == 200 - made
    assert states(library) == {"indexed"}


def test_vectors_of_a_model_to_come_are_made_for_all_and_change_no_state(library: Library, counting: Counting) -> None:
    read(library, "今天的模型", "/甲.txt", "一")
    read(library, "", "/乙.txt", "二")
    maker = MissingVectors(library, counting, Throttle(), Cancellation(), in_use=False)
    assert maker.make() == 2
    assert states(library) == {"words", "indexed"}
    assert library.catalogue.outbox.next(counting.facts.fingerprint, 9) == ([], [])


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
    library: Library, counting: Counting, model: str, gentle: str, together: int
) -> None:
    read(library, model, "/甲.txt", *(f"第{n}条。" for n in range(64)))
    meeting = Meeting(counting, together)
    throttle = Throttle(gentle, clock=iter(range(1_000_000)).__next__)  # a rest is over at once
    assert make(library, meeting, throttle=throttle) == 64  # type: ignore[arg-type]
    assert meeting.most == together


@pytest.mark.usefixtures("small_pages")
def test_a_call_of_the_next_page_is_under_way_and_no_text_is_in_both(library: Library, counting: Counting, model: str) -> None:
    for n in range(4):
        read(library, model, f"/{n}.txt", "页脚：内部资料", *(f"第{n}册第{i}条。" for i in range(15)))
    meeting = Meeting(counting, 2)
    assert make(library, meeting) == len(set(counting.texts)) == len(counting.texts) == 61  # type: ignore[arg-type]
    assert meeting.most == 2
    assert states(library) == {"indexed"}


def test_an_error_of_the_model_comes_out_of_a_call_under_way(library: Library, counting: Counting, model: str) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("Modell entladen")

    counting.embed_documents = fail  # type: ignore[method-assign,assignment]
    read(library, model, "/甲.txt", *(f"第{n}条。" for n in range(64)))
    with pytest.raises(RuntimeError, match="entladen"):
        make(library, counting)
    assert states(library) == {"words"}


def test_a_kill_between_the_vectors_and_chroma_is_made_good(
    library: Library, counting: Counting, model: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    library.put_embedding("bundled", fingerprint=model, dimension=counting.facts.dimension)
    read(library, model, "/甲.txt", "第一条。", "第二条。")

    def killed() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(library, "flush_vectors", killed)
    with pytest.raises(KeyboardInterrupt):
        make(library, counting)
    library.close()
    again = Library(tmp_path / "资料库")
    try:
        again.attach_vectors(model)
        assert again.vectors is not None
        assert again.vectors.count() == 2
        assert again.catalogue.vectors.count(model) == len([text_hash("第一条。"), text_hash("第二条。")])
        assert states(again) == {"indexed"}
    finally:
        again.close()
