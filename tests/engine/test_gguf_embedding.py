# SPDX-License-Identifier: Apache-2.0
"""An embedding model in GGUF form, from the window's choice to a search, and its process dying in the middle of indexing."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.contract import messages as m
from engine.conftest import Start, paper_mountain
from engine.engine_process import EngineProcess, all_gone

pytestmark = [pytest.mark.slow, pytest.mark.needs("llama_cpp")]


def indexed(engine: EngineProcess, folder: Path, model: Path) -> m.IndexResult:
    assert isinstance(engine.ask(m.ChooseEmbedding, embedding=str(model)), m.Done)
    engine.ask(m.AddSources, paths=[str(folder)])
    result = engine.ask(m.Index)
    assert isinstance(result, m.IndexResult), result
    return result


def test_chosen_indexed_and_searched(start: Start, library: Path, office: Path, bundled_gguf: Path) -> None:
    engine = start(library)
    assert indexed(engine, office, bundled_gguf).files["indexed"] == 3
    (process,) = engine.children("model")
    status = engine.status(lambda status: status.embedding == "ready")
    assert (status.embedding_name, status.embedding_languages) == ("MiniLM", "en")
    assert engine.status(lambda status: process.pid in status.children)
    found = engine.ask(m.Search, question="price of overnight accommodation").result
    assert found.passages[0].path.endswith("Travel.txt")
    assert "dense" in found.passages[0].arms
    assert isinstance(engine.ask(m.ChooseEmbedding, embedding="none"), m.Done)
    engine.close()
    assert all_gone([process])


def test_a_process_that_dies_costs_no_file(start: Start, library: Path, tmp_path: Path, bundled_gguf: Path) -> None:
    many = paper_mountain(tmp_path / "许多文件", 40, paragraphs=3)
    engine = start(library)
    assert isinstance(engine.ask(m.ChooseEmbedding, embedding=str(bundled_gguf)), m.Done)
    engine.ask(m.AddSources, paths=[str(many)])
    number = engine.send(m.Index)
    engine.wait(lambda message: isinstance(message, m.RunProgress) and message.id == number and message.progress.done >= 1)
    (process,) = engine.children("model")
    process.kill()
    result = engine.end(number)
    assert isinstance(result, m.IndexResult), result
    assert (result.files["indexed"], result.files["failed"]) == (40, 0)
    report = engine.ask(m.Doctor).report
    assert report["library"]["healthy"]
    assert report["embedding"]["backend"] == "llama.cpp"


@pytest.mark.parametrize("answer", ["embedding_is_llm", "gguf_truncated"])
def test_a_file_that_is_none_leaves_the_old_choice(
    start: Start, library: Path, tmp_path: Path, tiny_gguf: Path, bundled_gguf: Path, answer: str
) -> None:
    cut = tmp_path / "断了.gguf"
    cut.write_bytes(bundled_gguf.read_bytes()[:5_000_000])
    engine = start(library)
    failed = engine.ask(m.ChooseEmbedding, embedding=str(tiny_gguf if answer == "embedding_is_llm" else cut))
    assert (failed.code, engine.ask(m.Overview).embedding) == (answer, "none")
    assert engine.children("model") == []


def test_an_embedding_model_is_not_asked_to_write(start: Start, library: Path, office: Path, bundled_gguf: Path) -> None:
    engine = start(library)
    engine.ask(m.AddSources, paths=[str(office)])
    engine.ask(m.Index)
    assert engine.ask(m.Ask, question="合同编号是什么？", llm=str(bundled_gguf)).code == "llm_is_embedding"
