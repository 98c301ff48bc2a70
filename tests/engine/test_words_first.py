# SPDX-License-Identifier: Apache-2.0
"""Questions while vectors are still being made; what answers quote gets its vectors first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from fixtures_embedding import Counting

from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.index_run import IndexRequest
from desktop_app.engine import embedder_opener
from desktop_app.engine.engine import Engine
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.errors import EnvironmentProblem


@pytest.fixture
def opened(tmp_path: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    monkeypatch.setattr(embedder_opener, "open_embedder", lambda *_: counting)
    with closing(Engine(tmp_path / "资料库")) as engine:
        yield engine


def index(engine: Engine, *paths: Path) -> None:
    engine.index(IndexRequest(tuple(engine.add_sources([str(path) for path in paths]))), Cancellation())


def ask(engine: Engine, question: str) -> Answer:
    listener = Listener()
    answer, _ = engine.ask(Asked(question), llm="", listener=listener, loading=lambda _share: None, cancel=Cancellation())
    return answer


def test_a_question_while_vectors_are_made_finds_by_words_what_was_read(
    opened: Engine, office: Path, counting: Counting
) -> None:
    embed = counting.embed_documents
    found: list[str] = []

    def embed_documents(texts: Sequence[str], /, *, ahead: bool = False) -> np.ndarray:
        if texts and not found:
            found.extend(Path(passage.path).name for passage in opened.search("合同编号是什么？", 5).passages)
            assert opened.counts() == {"words": 3}
        return embed(texts, ahead=ahead)

    counting.embed_documents = embed_documents  # type: ignore[method-assign]
    index(opened, office)
    assert found[0] == "采购合同.txt"
    assert opened.counts() == {"indexed": 3}


def test_folders_that_answers_quote_are_counted(opened: Engine, office: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index(opened, office)
    catalogue = opened._library.catalogue
    assert catalogue.quoted.counts() == {}
    generation = catalogue.database.generation
    assert ask(opened, "合同编号是什么？").found
    assert catalogue.quoted.counts()[str(office / "合同")] == 1
    assert catalogue.database.generation == generation, "what searches computed still holds"
    before = catalogue.quoted.counts()
    assert not ask(opened, "Who won the football world cup?").found
    assert catalogue.quoted.counts() == before

    def full(*_: object) -> None:
        raise EnvironmentProblem("disk_full", path="/")

    monkeypatch.setattr(catalogue.quoted, "note", full)
    assert ask(opened, "合同编号是什么？").found, "a full disk costs no answer"
