# SPDX-License-Identifier: Apache-2.0
"""The embedding model is loaded when a text needs it, and not before; another model than remembered is noticed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures_embedding import Counting

from desktop_app.contract.index_run import IndexReport, IndexRequest
from desktop_app.embedding.seam.stamp import stamp
from desktop_app.engine import embedder_opener, embedding_slot, lazy_embedder
from desktop_app.engine.engine import Engine
from desktop_app.foundation import paths
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.retrieval import trust


class Shelf:
    """What is opened as the embedding model, and how often."""

    def __init__(self, model: Counting) -> None:
        self.model = model
        self.opened = 0

    def open(self, _choice: str, *_: object) -> Counting:
        self.opened += 1
        return self.model


@pytest.fixture
def shelf(counting: Counting, monkeypatch: pytest.MonkeyPatch) -> Shelf:
    shelf = Shelf(counting)
    monkeypatch.setattr(
        embedding_slot, "answering", lambda choice, _made_with: choice
    )  # whatever the set-up's default model is
    monkeypatch.setattr(embedder_opener, "open_embedder", shelf.open)
    return shelf


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "资料"
    folder.mkdir()
    for name in ("甲", "乙", "丙"):
        (folder / f"{name}.txt").write_text(f"File {name} says something of its own.", encoding="utf-8")
    return folder


@contextmanager
def engine(tmp_path: Path) -> Iterator[Engine]:
    with closing(Engine(tmp_path / "资料库")) as opened:
        yield opened


def index(opened: Engine, *paths: Path) -> IndexReport:
    roots = opened.add_sources([str(path) for path in paths])
    return opened.index(IndexRequest(roots), Cancellation())


def test_nothing_new_moved_or_deleted_needs_no_model(shelf: Shelf, folder: Path, tmp_path: Path) -> None:
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["indexed"] == 3
    assert shelf.opened == 1
    (folder / "甲.txt").rename(folder / "改名.txt")
    (folder / "乙.txt").unlink()
    with engine(tmp_path) as opened:
        report = index(opened, folder)
        assert (report.files["unchanged"], report.files["removed"]) == (2, 1)
        assert (shelf.opened, opened._embedding.state) == (1, "loading")
    (folder / "丁.txt").write_text("One more file.", encoding="utf-8")
    shelf.model.texts.clear()
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["indexed"] == 1
        assert (shelf.opened, shelf.model.texts) == (2, ["One more file."])
        assert opened._library.vectors is not None
        assert opened._library.vectors.count() == opened._library.catalogue.chunks.count() == 3


def test_what_a_killed_run_did_not_measure_is_measured_by_the_next(shelf: Shelf, folder: Path, tmp_path: Path) -> None:
    """Killed when every file was written: the next run finds nothing to read, and measures."""
    for number in range(20):
        text = (
            f"Der Lieferant von Los {number} bringt die Fliesen aus Keramik in das nördliche Lager der Firma und stapelt sie. "
            f"Die Palette {number} wird dort geprüft."
        )
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    with engine(tmp_path) as opened:
        index(opened, folder)
        measured = trust.stored(opened._library)
        assert measured is not None
        assert measured.languages["de"].pairs == 20
        opened._library.catalogue.meta.put("trust", "")
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["unchanged"] == 23
        assert trust.stored(opened._library) == measured
    with engine(tmp_path) as opened:
        index(opened, folder)
        assert (shelf.opened, opened._embedding.state) == (2, "loading")  # not a third time: it holds


def test_a_model_that_cannot_be_loaded_keeps_no_run_from_ending(
    shelf: Shelf, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(tmp_path) as opened:
        index(opened, folder)
    monkeypatch.setattr(trust, "measure", lambda _library, embedder, _check: embedder.embed_documents(["A text."]))

    def broken(_choice: str, *_: object) -> Counting:
        raise EnvironmentProblem("embedding_failed", path="模型", detail="x")

    monkeypatch.setattr(embedder_opener, "open_embedder", broken)
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["unchanged"] == 3


def test_a_model_that_is_another_one_than_remembered_embeds_everything_again(
    shelf: Shelf, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(tmp_path) as opened:
        index(opened, folder)
        assert lazy_embedder.remembered("bundled") == shelf.model.facts
    other = replace(shelf.model.facts, fingerprint="another")
    monkeypatch.setattr(Counting, "facts", property(lambda _self: other))
    (folder / "丁.txt").write_text("One more file.", encoding="utf-8")
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["unchanged"] == 4  # the new one was read before the model showed what it is
        assert opened._library.embedding_fingerprint == "another"
        assert opened._library.catalogue.vectors.count("another") == opened._library.catalogue.chunks.count() == 4
        assert lazy_embedder.remembered("bundled") == other


def test_facts_hold_while_the_files_of_the_model_do(shelf: Shelf, folder: Path) -> None:
    assert lazy_embedder.remembered("bundled") is None
    lazy_embedder.remember("bundled", shelf.model.facts)
    assert lazy_embedder.remembered("bundled") == shelf.model.facts
    assert lazy_embedder.remembered("none") is None
    lazy_embedder.remember("/模型/小", replace(shelf.model.facts, path=str(folder)))
    assert lazy_embedder.remembered("/模型/小") is not None
    assert lazy_embedder.remembered("bundled") == shelf.model.facts
    os.utime(folder / "甲.txt", ns=(1, 1))
    assert lazy_embedder.remembered("/模型/小") is None
    (paths.home() / "embedding-known.json").write_text("{", encoding="utf-8")
    assert lazy_embedder.remembered("bundled") is None


def test_files_are_found_by_words_before_the_model_is_loaded(shelf: Shelf, folder: Path, tmp_path: Path) -> None:
    """In a new library, too: the model is known from the last one."""
    with engine(tmp_path) as opened:
        index(opened, folder)
    loaded: list[dict[str, int]] = []
    load = shelf.open

    def open_embedder(choice: str, *more: object) -> Counting:
        loaded.append(opened.counts())
        return load(choice, *more)

    shelf.open = open_embedder  # type: ignore[method-assign]
    (tmp_path / "另一处").mkdir()
    with engine(tmp_path / "另一处") as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedder_opener, "open_embedder", open_embedder)
        assert index(opened, folder).files["indexed"] == 3
        assert loaded == [{"words": 3}]
        assert opened.counts() == {"indexed": 3}
        assert opened._library.embedding == "bundled"
        assert opened._library.vectors is not None
        assert opened._library.vectors.count() == 3


def test_a_library_whose_first_run_was_killed_keeps_its_model(shelf: Shelf, folder: Path, tmp_path: Path) -> None:
    lazy_embedder.remember("/模型/小", shelf.model.facts)

    def killed(*_: object) -> Counting:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedder_opener, "open_embedder", killed)
        with closing(Engine(tmp_path / "资料库", embedding="/模型/小")) as opened, pytest.raises(KeyboardInterrupt):
            index(opened, folder)
    with engine(tmp_path) as opened:
        assert opened.embedding == "/模型/小"
        assert opened.counts() == {"words": 3}
        assert index(opened, folder).files["unchanged"] == 3
        assert opened.counts() == {"indexed": 3}
        assert shelf.opened == 1


def test_a_model_that_cannot_be_loaded_is_told_when_it_is_needed(
    shelf: Shelf, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with engine(tmp_path) as opened:
        index(opened, folder)

    def broken(_choice: str, *_: object) -> Counting:
        raise EnvironmentProblem("embedding_failed", path="模型", detail="x")

    monkeypatch.setattr(embedder_opener, "open_embedder", broken)
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["unchanged"] == 3
        (folder / "丁.txt").write_text("One more file.", encoding="utf-8")
        with pytest.raises(EnvironmentProblem) as caught:
            index(opened, folder)
        assert caught.value.code == "embedding_failed"
        assert opened.counts() == {"indexed": 3, "words": 1}, "its text is stored all the same"


def test_a_stamp_tells_every_change_of_a_model_folder(tmp_path: Path) -> None:
    model = tmp_path / "模型"
    (model / "1_Pooling").mkdir(parents=True)
    (model / "config.json").write_text("{}", encoding="utf-8")
    (model / "1_Pooling" / "config.json").write_text("{}", encoding="utf-8")
    seen = {stamp(str(model))}
    (model / "1_Pooling" / "config.json").write_text("{ }", encoding="utf-8")
    seen.add(stamp(str(model)))
    os.utime(model / "config.json", ns=(5, 5))
    seen.add(stamp(str(model)))
    (model / "more.json").touch()
    seen.add(stamp(str(model)))
    assert len(seen) == 4
    assert stamp(str(model / "config.json"))
    assert stamp(str(tmp_path / "没有")) == ""


@pytest.mark.parametrize("code", ["default_model_missing", "component_missing"])
def test_files_read_while_the_model_is_missing_get_their_vectors_when_it_is_back(
    shelf: Shelf, folder: Path, tmp_path: Path, code: str
) -> None:
    """Of a new library, too, which never had a vector."""

    def missing(*_: object) -> Counting:
        raise EnvironmentProblem(code, name="模型", detail="x")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedder_opener, "open_embedder", missing)
        with engine(tmp_path) as opened:
            assert index(opened, folder).files["indexed"] == 3
            assert opened.counts() == {"words": 3}
            assert index(opened, folder).files["unchanged"] == 3
            assert opened.counts() == {"words": 3}
            assert opened.search("file", 3).passages
    with engine(tmp_path) as opened:
        assert index(opened, folder).files["unchanged"] == 3
        assert opened.counts() == {"indexed": 3}
        assert opened._library.vectors is not None
        assert opened._library.vectors.count() == 3


def test_the_set_up_tells_what_the_model_is(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before the first run of a home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INKSTONE_HOME", str(tmp_path / "安装"))
        lazy_embedder.remember("bundled", shelf.model.facts)
    assert lazy_embedder.remembered("bundled") is None
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "安装"))
    assert lazy_embedder.remembered("bundled") == shelf.model.facts
    own = replace(shelf.model.facts, backend="torch-f32")
    lazy_embedder.remember("bundled", own)
    assert lazy_embedder.remembered("bundled") == own, "what this home used last comes first"
