"""The example of the README runs, and gives what the search gives."""

from __future__ import annotations

import re
from contextlib import closing
from pathlib import Path

import pytest
from library.making import chunk, source_file

from desktop_app.library.library import Library
from desktop_app.retrieval.langchain_retriever import InkstoneRetriever, open_retriever
from desktop_app.retrieval.retriever import Retriever

README = Path(__file__).resolve().parents[2] / "README.md"


def make(folder: Path) -> None:
    with closing(Library(folder)) as library:
        library.put_embedding("none", fingerprint="", dimension=0)
        texts = ["质保期为十八个月，自验收合格之日起计算。", "甲方应在三十日内付款。"]
        library.catalogue.store_document(source_file("/合同.txt"), [chunk(text) for text in texts], state="indexed")


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
