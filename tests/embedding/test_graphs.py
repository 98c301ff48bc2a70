# SPDX-License-Identifier: Apache-2.0
"""Converted models on disk: found when whole, thrown away and made again when not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from desktop_app.embedding.backends import graphs, light_model
from desktop_app.embedding.backends.openvino_backend import open_graph
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.modelfiles.embedding_folder import inspect


@pytest.fixture
def stored(home: Path, converted: Path, bundled_embedder: Embedder) -> Path:
    """The folder of the light model's graph, a copy of this test's own."""
    (home / "graphs").unlink()
    fingerprint = bundled_embedder.facts.fingerprint
    source = converted / fingerprint / f"f32-{graphs.openvino_version()}"
    graph = graphs.find_in(source)
    assert graph is not None

    def save(file: Path) -> None:
        for name in (graphs.GRAPH, "graph.bin"):
            (file.parent / name).write_bytes((source / name).read_bytes())

    tokenizer = (source / graphs.TOKENIZER).read_text(encoding="utf-8")
    graphs.publish(fingerprint, "f32", graph, tokenizer, save, lambda _folder: None)
    return graphs.place(fingerprint, "f32")


def test_a_whole_graph_answers_as_the_model_does(stored: Path, bundled_embedder: Embedder) -> None:
    opened = open_graph(inspect(light_model.folder()), "openvino-f32", "name")
    assert opened is not None
    assert np.allclose(opened.embed_question("合同"), bundled_embedder.embed_question("合同"), atol=1e-5)
    assert [entry.name for entry in stored.parent.iterdir()] == [stored.name]


def cut(stored: Path) -> None:
    data = (stored / "graph.bin").read_bytes()
    (stored / "graph.bin").write_bytes(data[: len(data) // 2])


def zeros(stored: Path) -> None:
    """As a power cut leaves a file whose size was written and whose content was not."""
    (stored / "graph.bin").write_bytes(bytes((stored / "graph.bin").stat().st_size))


def no_weights(stored: Path) -> None:
    (stored / "graph.bin").unlink()


def broken_xml(stored: Path) -> None:
    text = (stored / graphs.GRAPH).read_bytes()
    (stored / graphs.GRAPH).write_bytes(text[: len(text) // 2] + b" " * (len(text) - len(text) // 2))


def broken_tokenizer(stored: Path) -> None:
    (stored / graphs.TOKENIZER).write_bytes(b"{" * (stored / graphs.TOKENIZER).stat().st_size)


def no_manifest(stored: Path) -> None:
    (stored / "graph.json").unlink()


def broken_manifest(stored: Path) -> None:
    (stored / "graph.json").write_text('{"inputs": 3}', encoding="utf-8")


def another_format(stored: Path) -> None:
    manifest = json.loads((stored / "graph.json").read_text(encoding="utf-8"))
    (stored / "graph.json").write_text(json.dumps({**manifest, "format": 99}), encoding="utf-8")


def another_model(stored: Path) -> None:
    manifest = json.loads((stored / "graph.json").read_text(encoding="utf-8"))
    (stored / "graph.json").write_text(json.dumps({**manifest, "answer": [-x for x in manifest["answer"]]}), encoding="utf-8")


@pytest.mark.parametrize(
    "damage",
    [cut, zeros, no_weights, broken_xml, broken_tokenizer, no_manifest, broken_manifest, another_format, another_model],
    ids=lambda damage: damage.__name__,
)
def test_a_damaged_graph_is_thrown_away(stored: Path, damage: Callable[[Path], None]) -> None:
    damage(stored)
    assert open_graph(inspect(light_model.folder()), "openvino-f32") is None
    assert not stored.exists()


def test_what_was_not_made_to_its_end_leaves_nothing(stored: Path) -> None:
    fingerprint = stored.parent.name
    graph = graphs.find(fingerprint, "f32")
    assert graph is not None

    def fail(file: Path) -> None:
        file.write_bytes(b"half")
        raise RuntimeError("no space left on device")

    with pytest.raises(RuntimeError):
        graphs.publish(fingerprint, "int8", graph, "{}", fail, lambda _folder: None)
    assert [entry.name for entry in stored.parent.iterdir()] == [stored.name]
    assert graphs.find(fingerprint, "int8") is None


def test_graphs_of_another_version_are_removed(stored: Path) -> None:
    older = stored.with_name("f32-2020.1.0")
    older.mkdir()
    fingerprint = stored.parent.name
    graph = graphs.find(fingerprint, "f32")
    assert graph is not None
    content = {name: (stored / name).read_bytes() for name in (graphs.GRAPH, "graph.bin")}
    graphs.discard(fingerprint, "f32")

    def save(file: Path) -> None:
        for name, data in content.items():
            (file.parent / name).write_bytes(data)

    graphs.publish(fingerprint, "f32", graph, "{}", save, lambda _folder: None)
    assert not older.exists()
    assert graphs.find(fingerprint, "f32") is not None
