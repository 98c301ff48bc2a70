# SPDX-License-Identifier: Apache-2.0
"""Models among picked paths are told, not added; a folder of both is asked about."""

from __future__ import annotations

from pathlib import Path

import tiny_embedders

from desktop_app.contract import messages as m
from engine.conftest import Start


def test_a_dropped_model_is_no_document(start: Start, library: Path, office: Path, tiny_gguf: Path) -> None:
    engine = start(library)
    reply = engine.ask(m.AddSources, paths=[str(tiny_gguf), str(office)])
    assert reply.added == [str(office)]
    assert [(entry.path, entry.kind, entry.problem) for entry in reply.models] == [(str(tiny_gguf), "llm", "")]
    assert [source.path for source in engine.ask(m.Overview).sources] == [str(office)]


def test_a_damaged_model_says_why(start: Start, library: Path, tmp_path: Path) -> None:
    bad = tmp_path / "半截.gguf"
    bad.write_bytes(b"GGUF\x03\x00")
    reply = start(library).ask(m.AddSources, paths=[str(bad)])
    assert reply.added == []
    assert reply.models[0].problem


def test_a_folder_of_both_is_asked_about_and_can_be_added(start: Start, library: Path, office: Path, tiny_gguf: Path) -> None:
    below = office / "模型"
    below.mkdir()
    (below / "写作.gguf").write_bytes(tiny_gguf.read_bytes())
    engine = start(library)
    reply = engine.ask(m.AddSources, paths=[str(office)])
    assert (reply.added, reply.mixed) == ([], [str(office)])
    assert [entry.path for entry in reply.models] == [str(below / "写作.gguf")]
    assert engine.ask(m.AddSources, paths=[str(office)], as_documents=True).added == [str(office)]


def test_a_model_folder_with_its_readme_holds_no_documents(start: Start, library: Path, tmp_path: Path) -> None:
    folder = tiny_embedders.bert(tmp_path / "比较意思")
    (folder / "README.md").write_text("# A model\n", encoding="utf-8")
    reply = start(library).ask(m.AddSources, paths=[str(folder)])
    assert (reply.added, reply.mixed) == ([], [])
    assert [(entry.path, entry.kind) for entry in reply.models] == [(str(folder), "embedding")]


def test_a_copied_model_is_whole_or_absent(start: Start, library: Path, tmp_path: Path, tiny_gguf: Path) -> None:
    engine = start(library)
    place = tmp_path / "模型 文件夹"
    copied = Path(engine.ask(m.ImportModel, path=str(tiny_gguf), folder=str(place)).path)
    assert copied.parent == place
    assert copied.read_bytes() == tiny_gguf.read_bytes()
    again = Path(engine.ask(m.ImportModel, path=str(tiny_gguf), folder=str(place)).path)
    assert again == copied
    assert [file.name for file in place.iterdir()] == [copied.name]
