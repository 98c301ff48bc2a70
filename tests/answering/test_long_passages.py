# SPDX-License-Identifier: Apache-2.0
"""A sentence that answers is found in a long passage that speaks of other things as well, by the default model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import chunk, source_file

from desktop_app.answering.answerer import Answerer
from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.passage import NONE, PERHAPS
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.retriever import Retriever

pytestmark = [pytest.mark.slow, pytest.mark.needs("openvino")]

LEAVE = "员工申请休假需填写OA表单，由部门经理审批后交人事备案。"
PAGE = (
    "公司实行每周五天工作制，上班时间为九点至十八点。迟到三十分钟以上的，扣发当日餐补。"
    f"{LEAVE}"
    "办公室内禁止吸烟，离开时请关闭电脑和空调。会议室使用前须在系统中预订。"
    "打印纸由行政部统一采购，各部门按月领取。电梯检修期间请走楼梯，注意安全。"
)
OTHERS = [
    "打印机缺纸时请到行政部领取。",
    "访客进入厂区须在门岗登记。",
    "仓库盘点清单" + "、".join(f"第{number}号货架的螺丝和垫片" for number in range(200)),  # one sentence
    "Expenses are paid with the salary of the following month.",
]


@pytest.fixture
def answerer(
    tmp_path: Path, default_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Answerer]:
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))  # where the model was measured
    model = default_embedder.facts.fingerprint
    with closing(Library(tmp_path / "库")) as library:
        library.attach_vectors(model)
        texts = [PAGE, *OTHERS]
        rows = np.asarray(default_embedder.embed_documents(texts), dtype="<f2")
        for number, (text, row) in enumerate(zip(texts, rows, strict=True)):
            vectors = {text_hash(text): row.tobytes()}
            library.catalogue.files.store(
                source_file(f"/资料/{number}.txt"), [chunk(text)], state="indexed", model=model, vectors=vectors
            )
        library.flush_vectors()
        yield Answerer(library, Retriever(library, lambda: default_embedder))


def ask(answerer: Answerer, question: str) -> Answer:
    quiet = Listener()
    return answerer.answer(Asked(question), listener=quiet, cancel=Cancellation())


def test_the_sentence_on_leave_in_a_page_on_everything(answerer: Answerer) -> None:
    answer = ask(answerer, "怎么请假？")
    assert (answer.certainty, answer.citations[0].quote) == (PERHAPS, LEAVE)
    assert [passage.rank for passage in answer.sent] == [1, 2]


@pytest.mark.parametrize("question", ["发动机的机油多久换一次？", "What is the capital of Peru?"])
def test_what_no_sentence_answers_is_not_found(answerer: Answerer, question: str) -> None:
    assert ask(answerer, question).certainty == NONE


def test_a_sentence_too_long_to_embed_in_time_is_quoted_by_its_words(answerer: Answerer) -> None:
    answer = ask(answerer, "仓库盘点清单第7号货架有哪些螺丝和垫片？")
    assert answer.certainty != NONE
    assert answer.citations[0].quote in OTHERS[2]
