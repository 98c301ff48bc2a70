# SPDX-License-Identifier: Apache-2.0
"""Another embedding model for a library that has one: the old one answers until the new one is ready, whatever happens meanwhile."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import made_once
import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from desktop_app.contract.index_run import WHOLE_LIBRARY, IndexProgress, IndexReport
from desktop_app.embedding import scale
from desktop_app.embedding.backends import default_model
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.engine import embedder_opener
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.hardware import detect
from desktop_app.indexing import embedding_calls, stall_watchdog
from desktop_app.indexing.forecasting.progress import RunListener
from desktop_app.indexing.reembedding import Reembedding
from desktop_app.library import dense

pytestmark = pytest.mark.slow

QUESTION = "How many euros a night may the hotel room cost?"
OLD, OTHER, SHORT = "bundled", "/模型/另一个", "/模型/短"


class Cut:
    """The light model cut to its first dimensions: another model, with another dimension and another limit."""

    def __init__(self, embedder: Embedder, name: str, dimension: int, max_tokens: int) -> None:
        self._embedder = embedder
        own = embedder.facts
        made = f"{dimension}-{max_tokens}"
        self.facts = EmbeddingFacts(name, name, made, dimension, max_tokens, own.device, own.languages, own.backend)
        self.texts: list[str] = []

    @property
    def langchain(self) -> Embeddings:
        return self._embedder.langchain

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return self._embedder.count_tokens(texts)

    def embed_documents(self, texts: Sequence[str], /, **_: object) -> NDArray[np.float32]:
        self.texts += texts
        return self._cut(self._embedder.embed_documents(texts))

    def embed_question(self, text: str, /) -> NDArray[np.float32]:
        return self._cut(self._embedder.embed_question(text))

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return self._cut(self._embedder.embed_questions(texts))

    def _cut(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        part = vectors[..., : self.facts.dimension]
        return part / np.linalg.norm(part, axis=-1, keepdims=True)

    def close(self) -> None:
        """The session's embedder behind it stays open."""


Models = dict[str, Cut]


@pytest.fixture
def models(bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch, making_home: Path, scales: Path) -> Models:
    made = {
        OLD: Cut(bundled_embedder, "old", 384, 254),
        OTHER: Cut(bundled_embedder, "other", 192, 254),
        SHORT: Cut(bundled_embedder, "short", 256, 60),
    }
    with monkeypatch.context() as patch, made_once.alone(scales / "cut"):
        patch.setenv("INKSTONE_HOME", str(making_home))
        for cut in made.values():
            scale.measure(cut)
            cut.texts.clear()

    def opened(choice: str, *_: object, **__: object) -> Cut | None:
        if choice not in made and choice != "none":
            raise EnvironmentProblem("embedding_missing", path=choice)
        return made.get(choice)

    monkeypatch.setattr(default_model, "is_there", lambda: True)
    monkeypatch.setattr(embedder_opener, "open_embedder", opened)
    monkeypatch.setattr(embedding_calls, "_LEAST", 3)
    monkeypatch.setattr(embedding_calls, "MOST", 3)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "文件"
    folder.mkdir()
    (folder / "hotel.txt").write_text("A hotel room may cost up to 140 euros a night.\n", encoding="utf-8")
    for number in range(5):
        text = "\n\n".join(f"第{number}号文件第{part}条：须书面通知，编号 {number}-{part}。" for part in range(16))
        (folder / f"合同{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def engine(tmp_path: Path, models: Models, folder: Path) -> Iterator[Engine]:
    """A library made with the old model."""
    with closing(Engine(tmp_path / "资料库")) as opened:
        opened.add_sources([str(folder)])
        run(opened)
        yield opened


def run(
    engine: Engine, report: Callable[[IndexProgress], None] = lambda _: None, cancel: Cancellation | None = None
) -> IndexReport:
    return engine.index(WHOLE_LIBRARY, cancel or Cancellation(), RunListener(report))


def dense_best(engine: Engine) -> str:
    """The file that the vectors alone say is nearest."""
    passages = [passage for passage in engine.search(QUESTION, 10).passages if passage.arms.get("dense") == 1]
    return Path(passages[0].path).name if passages else ""


def held(engine: Engine, model: Cut) -> dict[str, np.ndarray]:
    """What Chroma holds, by text; checked against the catalogue and against the model itself."""
    catalogue, vectors = engine._library.catalogue, engine._library.vectors
    assert vectors is not None
    found = vectors._collection.get(include=["embeddings"])
    stored = {chunk.id: chunk.text for chunk in catalogue.chunks.all()}
    assert sorted(map(int, found["ids"])) == sorted(stored)
    by_text = {stored[int(chunk)]: vector for chunk, vector in zip(found["ids"], found["embeddings"], strict=True)}
    some = list(by_text)[:3]
    for text, vector in zip(some, model.embed_documents(some), strict=True):
        assert np.allclose(by_text[text], vector, atol=4e-3)
    return by_text


def in_use(engine: Engine) -> tuple[str, str, int]:
    """The model, the one to come, and how many folders of Chroma there are."""
    folders = [path for path in engine._library.folder.glob("chroma*") if path.is_dir()]
    return engine._library.embedding, engine._library.next_embedding, len(folders)


def models_in_catalogue(engine: Engine) -> set[str]:
    with sqlite3.connect(engine._library.folder / "catalogue.sqlite") as connection:
        found = {row[0] for row in connection.execute("SELECT DISTINCT model FROM vectors")}
    connection.close()
    return found


def test_the_old_one_answers_until_the_new_one_is_ready(engine: Engine, models: Models) -> None:
    assert dense_best(engine) == "hotel.txt"
    engine.choose_embedding(OTHER)
    assert in_use(engine) == (OLD, OTHER, 1)
    stages: list[str] = []

    def ask(progress: IndexProgress) -> None:
        stages.append(progress.stage)
        assert dense_best(engine) == "hotel.txt"
        assert engine._embedding.ready() is models[OLD]

    report = run(engine, ask)
    assert [stage for stage in ("measuring", "embedding", "building") if stage in stages] == [
        "measuring",
        "embedding",
        "building",
    ]
    assert (report.embedding, report.files["unchanged"]) == ("other", 6)
    assert in_use(engine) == (OTHER, "", 1)
    assert engine._embedding.ready() is models[OTHER]
    assert dense_best(engine) == "hotel.txt"
    assert len(next(iter(held(engine, models[OTHER]).values()))) == 192
    assert models_in_catalogue(engine) == {models[OTHER].facts.fingerprint}


def test_no_file_is_opened_and_offline_ones_come_along(engine: Engine, models: Models, folder: Path) -> None:
    folder.rename(folder.with_name("拔掉的磁盘"))
    engine.choose_embedding(OTHER)
    report = run(engine)
    assert (report.embedding, report.offline) == ("other", (str(folder),))
    assert len(held(engine, models[OTHER])) == len(set(models[OTHER].texts))
    assert dense_best(engine) == "hotel.txt"
    folder.with_name("拔掉的磁盘").rename(folder)
    models[OTHER].texts.clear()
    assert run(engine).files["unchanged"] == 6
    assert models[OTHER].texts == []


@pytest.mark.parametrize("offline", [False, True], ids=["read again", "cut from the stored text"])
def test_only_chunks_that_are_too_long_are_split_again(engine: Engine, models: Models, folder: Path, offline: bool) -> None:
    kept = [chunk.id for chunk in engine._library.catalogue.chunks.all() if chunk.path.endswith("hotel.txt")]
    words = "".join(chunk.text for chunk in engine._library.catalogue.chunks.all()).replace("\n", "")
    if offline:
        folder.rename(folder.with_name("拔掉的磁盘"))
    engine.choose_embedding(SHORT)
    report = run(engine)
    assert report.files["indexed"] == (0 if offline else 5)
    chunks = list(engine._library.catalogue.chunks.all())
    assert max(models[SHORT].count_tokens([chunk.text for chunk in chunks])) <= 60
    assert "".join(chunk.text for chunk in chunks).replace("\n", "") == words
    assert [chunk.id for chunk in chunks if chunk.path.endswith("hotel.txt")] == kept
    for chunk in chunks:  # every place is that of its own text
        assert all(chunk.text[piece.start : piece.end].strip() for piece in chunk.pieces)
    held(engine, models[SHORT])
    assert engine._library.catalogue.files.to_read_again() == []
    if offline:
        folder.with_name("拔掉的磁盘").rename(folder)
        assert run(engine).files["indexed"] == 5, "newer readers may give more of them than what was stored"
    assert run(engine).files["unchanged"] == 6


@pytest.mark.parametrize("work", ["count_tokens", "embed_documents"])
def test_a_standstill_is_told(engine: Engine, models: Models, monkeypatch: pytest.MonkeyPatch, work: str) -> None:
    """The model hangs until somebody has been told so."""
    monkeypatch.setattr(stall_watchdog, "_LOOK_EVERY", 0.01)
    engine._indexer.stall_seconds = 0.05
    real, told = getattr(models[SHORT], work), threading.Event()

    def hang(texts: Sequence[str], /, **_: object) -> object:
        assert told.wait(20)
        return real(texts)

    def report(progress: IndexProgress) -> None:
        if progress.stalled and progress.path == "short":
            assert (progress.doing, progress.seconds_left) == ("preparing", None)
            told.set()

    monkeypatch.setattr(models[SHORT], work, hang)
    engine.choose_embedding(SHORT)
    assert run(engine, report).embedding == "short"
    assert "test_model_change.py" in (paths.logs() / "standstill.log").read_text(encoding="utf-8")


def test_a_file_that_is_cut_again_shows_life_between_calls(engine: Engine, models: Models) -> None:
    """A large one would otherwise be taken for a standstill on a slow machine."""
    signs: list[None] = []
    change = Reembedding(engine._library, models[SHORT], models[OLD], still_wanted=lambda: signs.append(None))
    change.mark(lambda _: None, Cancellation())
    files = engine._library.catalogue.files.to_read_again()
    signs.clear()
    change.split(Cancellation())
    assert len(files) == 5
    assert len(signs) > 2 * len(files)


def stop_at(stage: str, count: int, cancel: Cancellation) -> Callable[[IndexProgress], None]:
    seen: list[str] = []

    def report(progress: IndexProgress) -> None:
        seen.append(progress.stage)
        if seen.count(stage) >= count:
            cancel.cancel()

    return report


@pytest.mark.parametrize(("stage", "count"), [("measuring", 1), ("embedding", 1), ("embedding", 2), ("building", 1)])
def test_stopped_anywhere_the_old_one_answers_and_the_next_run_goes_on(
    engine: Engine, models: Models, tmp_path: Path, stage: str, count: int
) -> None:
    engine.choose_embedding(OTHER)
    cancel = Cancellation()
    with pytest.raises(Cancelled):
        run(engine, stop_at(stage, count, cancel), cancel)
    made = len(models[OTHER].texts)
    assert in_use(engine) == (OLD, OTHER, 1)
    assert dense_best(engine) == "hotel.txt"
    held(engine, models[OLD])
    engine.close()
    with closing(Engine(tmp_path / "资料库")) as again:
        assert run(again).embedding == "other"
        assert len(models[OTHER].texts) == len(set(models[OTHER].texts)), "a text was embedded twice"
        assert len(models[OTHER].texts) >= made
        assert in_use(again) == (OTHER, "", 1)
        held(again, models[OTHER])


@pytest.mark.parametrize("stage", ["measuring", "embedding", "building"])
def test_a_third_model_takes_the_place_of_the_second(engine: Engine, models: Models, stage: str) -> None:
    engine.choose_embedding(OTHER)

    def change_mind(progress: IndexProgress) -> None:
        if progress.stage == stage and engine._embedding.pending_choice == OTHER:
            engine.choose_embedding(SHORT)

    assert run(engine, change_mind).embedding == ""
    assert in_use(engine) == (OLD, SHORT, 1)
    assert run(engine).embedding == "short"
    assert in_use(engine) == (SHORT, "", 1)
    held(engine, models[SHORT])
    assert models_in_catalogue(engine) == {models[SHORT].facts.fingerprint}


def test_choosing_the_old_one_again_calls_the_change_off(engine: Engine, models: Models) -> None:
    engine.choose_embedding(OTHER)
    engine.choose_embedding(OLD)
    assert in_use(engine) == (OLD, "", 1)
    assert run(engine).embedding == ""
    assert models[OTHER].texts == []


def test_a_model_that_cannot_be_used_changes_nothing(engine: Engine) -> None:
    with pytest.raises(EnvironmentProblem, match="embedding_missing"):
        engine.choose_embedding("/没有")
    assert in_use(engine) == (OLD, "", 1)
    assert dense_best(engine) == "hotel.txt"


def test_too_little_memory_for_two_is_said_and_files_are_read_all_the_same(
    engine: Engine, models: Models, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine.choose_embedding(OTHER)
    engine.close()
    monkeypatch.setattr(embedder_opener.memory, "needed", lambda _choice: 10 * detect().memory_available)
    (folder / "新.txt").write_text("新的文件", encoding="utf-8")
    with closing(Engine(tmp_path / "资料库")) as again:
        with pytest.raises(EnvironmentProblem, match="embedding_memory"):
            run(again)
        assert in_use(again) == (OLD, OTHER, 1)
        assert len(held(again, models[OLD])) == again._library.catalogue.chunks.count()
        monkeypatch.setattr(embedder_opener.memory, "needed", lambda _choice: 0)
        assert run(again).embedding == "other"


def test_no_model_and_back_embeds_nothing_again(engine: Engine, models: Models, folder: Path) -> None:
    engine.choose_embedding("none")
    assert in_use(engine) == ("none", "", 0)
    assert dense_best(engine) == ""
    (folder / "新.txt").write_text("新的文件", encoding="utf-8")
    (folder / "合同3.txt").unlink()
    assert run(engine).files["indexed"] == 1
    models[OLD].texts.clear()
    engine.choose_embedding(OLD)
    assert run(engine).embedding == "old"
    assert models[OLD].texts == ["新的文件"]
    assert dense_best(engine) == "hotel.txt"
    held(engine, models[OLD])


def test_a_first_model_for_a_library_without(tmp_path: Path, models: Models, folder: Path) -> None:
    with closing(Engine(tmp_path / "资料库", embedding="none")) as engine:
        engine.add_sources([str(folder)])
        assert run(engine).files["indexed"] == 6
        assert in_use(engine) == ("none", "", 0)
    with closing(Engine(tmp_path / "资料库", embedding=OTHER)) as engine:  # as ``index --embedding DIR`` does
        report = run(engine)
        assert (report.embedding, report.files["unchanged"]) == ("other", 6)
        assert in_use(engine) == (OTHER, "", 1)
        held(engine, models[OTHER])


def test_a_wish_is_for_the_whole_library_and_outlives_the_program(engine: Engine, models: Models, tmp_path: Path) -> None:
    engine.close()
    cancel = Cancellation()
    with closing(Engine(tmp_path / "资料库", embedding=OTHER)) as asking, pytest.raises(Cancelled):
        asking.index(WHOLE_LIBRARY, cancel, RunListener(stop_at("embedding", 1, cancel)))
    with closing(Engine(tmp_path / "资料库")) as later:
        assert (later.embedding, later.pending_embedding) == (OLD, OTHER)
        assert dense_best(later) == "hotel.txt"
        assert run(later).embedding == "other"


def test_another_model_in_the_same_folder_is_a_change(engine: Engine, models: Models, tmp_path: Path) -> None:
    """The old weights are gone; words answer until the new vectors are there."""
    engine.close()
    models[OLD] = Cut(models[OLD]._embedder, "newer", 128, 254)
    with closing(Engine(tmp_path / "资料库")) as again:
        assert dense_best(again) == ""
        assert run(again).embedding == "newer"
        assert dense_best(again) == "hotel.txt"
        held(again, models[OLD])


def test_words_answer_while_a_lost_index_is_built_again_and_it_is_said(
    engine: Engine, models: Models, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.close()
    (lost,) = (tmp_path / "资料库").glob("chroma*")
    lost.with_name(lost.name + ".busy").touch()  # as after a kill inside Chroma
    monkeypatch.setattr(dense, "_BLOCK", 3)
    told: list[int] = []

    def look() -> None:
        if again._embedding.rebuilt is None:
            return
        status = again.status(indexing=False, paused=False)
        told.append(status.embedding_rebuilt)
        found = again.search("euros a night", 3)
        assert Path(found.passages[0].path).name == "hotel.txt"
        assert "dense" not in found.passages[0].arms

    with closing(Engine(tmp_path / "资料库", patient=False, changed=look)) as again:
        again._embedding.wait()
        assert told == sorted(told)
        assert (told[0], told[-1]) == (0, 100)
        assert again._embedding.rebuilt is None
        assert dense_best(again) == "hotel.txt"
        held(again, models[OLD])


def test_closing_does_not_wait_for_an_index_that_is_built_again(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.close()
    (lost,) = (tmp_path / "资料库").glob("chroma*")
    lost.with_name(lost.name + ".busy").touch()
    monkeypatch.setattr(dense, "_BLOCK", 3)
    blocks: list[float] = []

    def leave() -> None:
        blocks.append(again._embedding.rebuilt or 0.0)
        again._embedding._closed = True

    with closing(Engine(tmp_path / "资料库", patient=False, changed=leave)) as again:
        with pytest.raises(Cancelled):
            again._embedding.wait()
        assert len(blocks) == 1
    with closing(Engine(tmp_path / "资料库")) as whole:
        assert dense_best(whole) == "hotel.txt"


def test_tidying_up_waits_for_questions_and_gives_way(engine: Engine, models: Models, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense, "_DEAD_AT_LEAST", -1)
    monkeypatch.setattr(dense, "_DEAD_SHARE", -1.0)
    monkeypatch.setattr(dense, "_BLOCK", 3)
    cancel = Cancellation()
    asked = threading.Event()
    with engine._indexer.throttle.question():
        tidying = threading.Thread(target=lambda: (asked.set(), engine.tidy(cancel)))
        tidying.start()
        assert asked.wait(30)
        assert dense_best(engine) == "hotel.txt"  # it waits, and searching does not
        assert tidying.is_alive()
    tidying.join(60)
    assert not tidying.is_alive()
    held(engine, models[OLD])
    cancel.cancel()
    with pytest.raises(Cancelled):
        engine.tidy(cancel)
    held(engine, models[OLD])


def test_a_model_that_is_gone_does_not_hold_up_the_change_to_another(engine: Engine, models: Models, tmp_path: Path) -> None:
    engine.close()
    del models[OLD]
    with closing(Engine(tmp_path / "资料库", embedding=OTHER)) as again:
        assert run(again).embedding == "other"
        held(again, models[OTHER])


def test_files_read_without_a_model_get_their_vectors_when_it_is_back(
    engine: Engine, models: Models, folder: Path, tmp_path: Path
) -> None:
    """The model was out of reach, and the run that read the files did not come to its end."""
    engine.close()
    old = models.pop(OLD)
    (folder / "更多.txt").write_text("One more file.", encoding="utf-8")
    with closing(Engine(tmp_path / "资料库", embedding=OTHER)) as again:
        cancel = Cancellation()
        with pytest.raises(Cancelled):
            run(again, lambda progress: cancel.cancel() if progress.stage == "reading" and progress.done == 1 else None, cancel)
        assert again._library.catalogue.vectors.count(old.facts.fingerprint) < again._library.catalogue.chunks.count()
    models[OLD] = old
    with closing(Engine(tmp_path / "资料库")) as again:
        again.choose_embedding(OLD)
        run(again)
        assert in_use(again) == (OLD, "", 1)
        assert "One more file." in held(again, old)
