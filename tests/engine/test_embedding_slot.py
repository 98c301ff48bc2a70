# SPDX-License-Identifier: Apache-2.0
"""The embedding model in use: none, exchanged, broken, called off, closed while it loads."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from desktop_app.embedding import factory, scale
from desktop_app.embedding.backends import default_model, light_model
from desktop_app.embedding.seam.embedder import Embedder, EmbeddingFacts
from desktop_app.engine import embedder_opener
from desktop_app.engine.embedding_slot import EmbeddingSlot
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.library import Library


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "资料库")
    yield library
    library.close()


def silent() -> None:
    """Nobody listens."""


def test_no_model_is_written_down_once_it_is_used(shelf: Library) -> None:
    slot = EmbeddingSlot(shelf, factory.NONE, silent)
    assert (slot.state, slot.ready(), shelf.embedding) == ("none", None, "")
    assert slot.wait() is None
    assert shelf.embedding == "none"


def test_a_folder_that_is_no_model_fails_for_every_asker_and_changes_nothing(shelf: Library, tmp_path: Path) -> None:
    shelf.put_embedding("none", fingerprint="", dimension=0)
    told = []
    slot = EmbeddingSlot(shelf, str(tmp_path / "没有"), lambda: told.append(slot.state))
    for _ in range(2):
        with pytest.raises(EnvironmentProblem) as caught:
            slot.wait()
        assert caught.value.code == "embedding_missing"
    assert (slot.state, told, shelf.embedding) == ("failed", ["failed"], "none")
    slot.choose(factory.NONE)
    assert (slot.state, slot.problem, slot.wait()) == ("none", None, None)


def test_a_failed_exchange_keeps_the_old_one(shelf: Library, tmp_path: Path) -> None:
    slot = EmbeddingSlot(shelf, factory.NONE, silent)
    slot.wait()
    with pytest.raises(EnvironmentProblem):
        slot.choose(str(tmp_path / "没有"))
    assert (slot.state, slot.choice, slot.problem, shelf.embedding) == ("none", "none", None, "none")


def test_waiting_for_another_thread_can_be_called_off_and_closing_drops_what_is_loading(
    shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Importing torch takes seconds; a window that closes meanwhile must not wait for it, nor find the library written to later."""
    loading, finish = threading.Event(), threading.Event()

    def slow(_choice: str, _backend: str, _start: object) -> None:
        loading.set()
        assert finish.wait(30)

    monkeypatch.setattr(embedder_opener, "open_embedder", slow)
    slot = EmbeddingSlot(shelf, factory.BUNDLED, silent)
    ends: list[type[BaseException]] = []

    def load() -> None:
        try:
            slot.wait()
        except Cancelled:
            ends.append(Cancelled)

    loader = threading.Thread(target=load)
    loader.start()
    assert loading.wait(30)
    cancel = Cancellation()
    cancel.cancel()
    with pytest.raises(Cancelled):
        slot.wait(cancel)
    slot.close()
    finish.set()
    loader.join(30)
    assert ends == [Cancelled]
    assert shelf.embedding == ""


# ---- the default model and the light one ------------------------------------------------------------------------------


@pytest.fixture
def old(shelf: Library) -> Library:
    """Made when the light model was the only one that came with Inkstone."""
    facts = {"fingerprint": light_model.FINGERPRINT, "dimension": 384, "languages": ("en",)}
    shelf.put_embedding("bundled", **facts)  # type: ignore[arg-type]
    return shelf


def test_a_library_of_the_light_model_goes_on_with_it_and_is_offered_the_default_one(
    old: Library, bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_model, "is_there", lambda: True)
    for _ in range(2):  # the next start as well
        slot = EmbeddingSlot(old, "bundled", silent)
        model = slot.wait()
        assert model is not None
        assert (model.facts.name, slot.choice, slot.offered, slot.pending_choice) == (
            "all-MiniLM-L6-v2",
            "light",
            "bundled",
            "",
        )
        assert old.embedding == "bundled"  # so an older Inkstone opens it as before
        slot.close()


def test_whoever_chooses_the_light_model_is_offered_nothing_more(
    old: Library, bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_model, "is_there", lambda: True)
    slot = EmbeddingSlot(old, "bundled", silent)
    slot.wait()
    slot.choose("light")
    slot.close()
    assert (slot.offered, old.embedding, old.embedding_fingerprint) == ("", "light", light_model.FINGERPRINT)
    again = EmbeddingSlot(old, old.embedding, silent)
    assert (again.choice, again.offered) == ("light", "")


def test_without_the_default_model_a_new_library_begins_with_the_light_one(
    shelf: Library, bundled_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(default_model, "is_there", lambda: False)
    slot = EmbeddingSlot(shelf, "bundled", silent)
    model = slot.wait()
    assert model is not None
    assert (model.facts.name, slot.choice, slot.offered) == ("all-MiniLM-L6-v2", "light", "")
    slot.close()
    monkeypatch.setattr(default_model, "is_there", lambda: True)  # the set-up was run again
    assert EmbeddingSlot(shelf, shelf.embedding, silent).offered == "bundled"


def test_a_library_of_the_default_model_waits_for_it_when_it_is_gone(
    shelf: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INKSTONE_PREPARED", str(tmp_path / "没有"))
    shelf.put_embedding("bundled", fingerprint=default_model.FINGERPRINT, dimension=384)
    slot = EmbeddingSlot(shelf, "bundled", silent)
    with pytest.raises(EnvironmentProblem) as caught:
        slot.wait()
    assert caught.value.code == "default_model_missing"
    assert (slot.state, slot.choice, shelf.embedding_fingerprint) == ("failed", "bundled", default_model.FINGERPRINT)


def test_without_what_runs_a_model_words_alone_are_searched(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """As after `make light`."""

    def opened(*_: object) -> None:
        raise ModuleNotFoundError("No module named 'openvino'", name="openvino")

    monkeypatch.setattr(embedder_opener, "open_embedder", opened)
    slot = EmbeddingSlot(shelf, "bundled", silent)
    assert slot.for_search() is None
    assert slot.problem is not None
    assert (slot.state, slot.problem.code, slot.problem.data["name"]) == ("failed", "component_missing", "openvino")


# ---- what its cosines are worth -----------------------------------------------------------------------------------------


class Letters:
    """A model whose vectors count letters; ``go`` holds it up."""

    def __init__(self) -> None:
        self.facts = EmbeddingFacts("letters", "letters", "letters", 16, 100, "cpu", ("*",), "torch-f32")
        self.go = threading.Event()
        self.begun = threading.Event()
        self.calls = 0

    def embed_documents(self, texts: Sequence[str], /, *, ahead: bool = False) -> NDArray[np.float32]:
        self.calls += 1
        self.begun.set()
        assert self.go.wait(30)
        rows = np.zeros((len(texts), 16), np.float32)
        for row, text in zip(rows, texts, strict=True):
            np.add.at(row, [ord(letter) % 16 for letter in text], 1)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    def embed_questions(self, texts: Sequence[str], /) -> NDArray[np.float32]:
        return self.embed_documents(texts)

    def close(self) -> None:
        """Nothing runs beside it."""


def got_ready(slot: EmbeddingSlot) -> None:
    for thread in slot._opener._warming:
        thread.join(30)


def test_a_model_that_was_never_measured_is_measured_beside_its_first_use(
    shelf: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Letters()
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda *_: model)
    slot = EmbeddingSlot(shelf, "/模型/字母", silent)
    assert slot.wait() is model  # nobody waits for the measurement
    assert scale.load("letters") is None
    model.go.set()
    got_ready(slot)
    assert scale.load("letters") is not None
    calls = model.calls
    again = EmbeddingSlot(shelf, "/模型/字母", silent)
    assert again.wait() is model
    got_ready(again)
    assert model.calls == calls


def test_a_search_that_may_take_its_time_waits_for_the_measurement(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Letters()
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda *_: model)
    slot = EmbeddingSlot(shelf, "/模型/字母", silent)
    slot.wait()
    assert model.begun.wait(30)
    model.go.set()
    assert slot.for_search() is model
    assert scale.load("letters") is not None


def test_a_model_that_is_wanted_next_is_measured_before_it_takes_over(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Letters()
    model.go.set()
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda choice, *_: model if choice == "/模型/字母" else None)
    slot = EmbeddingSlot(shelf, factory.NONE, silent)
    slot.choose("/模型/字母", at_once=False)
    got_ready(slot)
    assert scale.load("letters") is not None


def test_closing_stops_the_measurement(shelf: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Letters()
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda *_: model)
    slot = EmbeddingSlot(shelf, "/模型/字母", silent)
    slot.wait()
    assert model.begun.wait(30)
    closing = threading.Thread(target=slot.close)
    closing.start()
    while not slot._closed:
        closing.join(0.01)
    model.go.set()
    closing.join(30)
    assert not slot._opener._warming[0].is_alive()
    assert model.calls == 1
    assert scale.load("letters") is None
