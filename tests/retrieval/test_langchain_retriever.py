# SPDX-License-Identifier: Apache-2.0
"""The example of the README runs, and gives what the search gives."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from cli.command import environment, inkstone
from library.making import chunk, source_file

from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.library.library import Library
from desktop_app.retrieval.langchain_retriever import InkstoneRetriever, open_retriever
from desktop_app.retrieval.retriever import Retriever

README = Path(__file__).resolve().parents[2] / "README.md"


def make(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.put_embedding("none", fingerprint="", dimension=0)
        texts = ["质保期为十八个月，自验收合格之日起计算。", "甲方应在三十日内付款。"]
        library.catalogue.files.store(source_file("/合同.txt"), [chunk(text) for text in texts], state="indexed")


def test_the_example_of_the_readme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    make(tmp_path / "library")
    example = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert example is not None
    monkeypatch.chdir(tmp_path)
    exec(example[1], {})
    assert "/合同.txt" in capsys.readouterr().out


def test_documents_carry_what_a_passage_tells(tmp_path: Path) -> None:
    make(tmp_path / "资料库")
    with open_retriever(tmp_path / "资料库", top=1) as retriever:
        (found,) = retriever.invoke("质保期有多长？")
    assert found.page_content.startswith("质保期为十八个月")
    assert found.metadata["path"] == "/合同.txt"
    assert found.metadata["terms"] == ("质保期",)
    assert found.metadata["marks"][0] == (0, 3)
    assert 0.5 <= found.metadata["score"] <= 1
    with closing(Library(tmp_path / "资料库")):
        pass  # the retriever has let go of it


def test_around_a_search_at_hand(tmp_path: Path) -> None:
    make(tmp_path / "资料库")
    with closing(Library(tmp_path / "资料库")) as library:
        retriever = InkstoneRetriever(Retriever(library, lambda: None))
        assert len(retriever.invoke("付款")) == 1
        retriever.close()
        assert library.catalogue.lookup.chunk_count() == 2


def model_processes() -> list[psutil.Process]:
    return [child for child in psutil.Process().children() if "model" in child.cmdline()]


@pytest.mark.slow
def test_a_library_made_with_a_gguf_model(tmp_path: Path, bundled_gguf: Path) -> None:
    office, library = tmp_path / "办公室", tmp_path / "资料库"
    office.mkdir()
    (office / "Travel.txt").write_text("A hotel room may cost up to 140 euros a night.", encoding="utf-8")
    (office / "Leave.txt").write_text("Every employee has thirty days of leave.", encoding="utf-8")
    done = inkstone("index", office, "--library", library, "--embedding", bundled_gguf)
    assert done.code == 0, done.err
    with open_retriever(library, top=1) as retriever:
        (found,) = retriever.invoke("price of overnight accommodation")
        assert len(model_processes()) == 1
    assert found.metadata["path"].endswith("Travel.txt")
    assert "dense" in found.metadata["arms"]
    assert model_processes() == []


def test_a_model_that_is_gone_is_told_and_the_library_let_go(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        library.put_embedding(str(tmp_path / "没有.gguf"), fingerprint="x", dimension=4)
    with pytest.raises(EnvironmentProblem, match="gguf_missing"):
        open_retriever(tmp_path / "资料库")
    with closing(Library(tmp_path / "资料库")), pytest.raises(EnvironmentProblem, match="library_locked"):
        open_retriever(tmp_path / "资料库")


def test_a_program_that_opens_one_is_offline(tmp_path: Path) -> None:
    make(tmp_path / "资料库")
    program = """
import json, os, socket, sys
from desktop_app.retrieval.langchain_retriever import open_retriever
open_retriever(sys.argv[1]).close()
try:
    socket.socket(socket.AF_INET)
    refused = False
except OSError:
    refused = True
print(json.dumps([refused, os.environ["LANGSMITH_TRACING"]]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program, tmp_path / "资料库"],
        env=environment(LANGSMITH_TRACING="true"),
        cwd=README.parent,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout) == [True, "false"]
