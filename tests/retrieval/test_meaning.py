# SPDX-License-Identifier: Apache-2.0
"""What somebody means is found with the default model, in Chinese, in English and across, from the first file on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import numpy as np
import pytest
from library.making import chunk, source_file

from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, SearchResult
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.retriever import Retriever

pytestmark = [pytest.mark.slow, pytest.mark.needs("openvino")]

LEAVE = "员工申请休假需填写OA表单"
LINES = [
    "今天天气很好，适合出去郊游。",
    "人工智能正在改变世界。",
    "LangChain 是一个强大的大模型编排工具。",
    "Python 是最受欢迎的编程语言之一。",
    "深圳是一个高速发展的城市。",
]
OFFICE = [
    "访客进入厂区须在门岗登记，由被访人到前台迎接。",
    "会议室须提前一天在系统中预订，用后关闭电源。",
    "工作服每季度发放两套，破损的凭旧换新。",
    "Expense reports are paid with the salary of the following month.",
    "The fire alarm is tested on the first Monday of every month.",
    "Laptops are encrypted; a lost one must be told to the help desk within an hour.",
    "打印机缺纸时请到行政部领取。",
    "Visitors park on the north side of the building.",
]

Ask = Callable[[Sequence[str], str], SearchResult]


@pytest.fixture
def ask(tmp_path: Path, default_embedder: Embedder, making_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """One text a file."""
    monkeypatch.setenv("INKSTONE_HOME", str(making_home))  # where the model was measured
    facts = default_embedder.facts
    with ExitStack() as open_until_the_end:

        def search(texts: Sequence[str], question: str) -> SearchResult:
            folder = tmp_path / f"库{len(list(tmp_path.iterdir()))}"
            library = open_until_the_end.enter_context(closing(Library(folder)))
            library.attach_vectors(facts.fingerprint)
            rows = np.asarray(default_embedder.embed_documents(texts), dtype="<f2")
            for number, (text, row) in enumerate(zip(texts, rows, strict=True)):
                library.catalogue.files.store(
                    source_file(f"/资料/{number}.txt"),
                    [chunk(text)],
                    state="indexed",
                    model=facts.fingerprint,
                    vectors={text_hash(text): row.tobytes()},
                )
            library.flush_vectors()
            return Retriever(library, lambda: default_embedder).search(question)

        yield search


def test_how_to_ask_for_leave_is_found_without_a_shared_word(ask: Ask) -> None:
    for texts in ([LEAVE], [*OFFICE, LEAVE], [*LINES, LEAVE]):
        found = ask(texts, "怎么请假？")
        assert (found.passages[0].text, found.certainty, found.passages[0].by_meaning) == (LEAVE, PERHAPS, True)
        assert (found.passages[0].marks, found.meaning) == ((), 1.0)


def test_it_stands_out_of_many_files(ask: Ask) -> None:
    """By its relevance alone it was not found among twenty texts or more: the nearest of many is nearer by chance."""
    others = [f"{room}号会议室的投影仪由信息部维护，报修请打电话{room}{room}。" for room in range(201, 240)]
    found = ask([*OFFICE, *LINES, *others, LEAVE], "怎么请假？")
    assert (found.passages[0].text, found.certainty) == (LEAVE, PERHAPS)


def test_across_languages_and_it_says_in_which(ask: Ask) -> None:
    found = ask([*OFFICE, LEAVE], "How do I ask for a day off?")
    assert (found.passages[0].text, found.passages[0].language, found.certainty) == (LEAVE, "zh", PERHAPS)
    found = ask([*OFFICE, LEAVE], "电脑丢了要多久之内上报？")
    assert (found.passages[0].text, found.passages[0].language) == (OFFICE[5], "en")


def test_five_lines_are_told_apart(ask: Ask) -> None:
    assert [one.text for one in ask(LINES, "AI 能做哪些事?").passages[:1]] == [LINES[1]]
    found = ask(LINES, "今天天气如何")
    assert (found.passages[0].text, found.certainty) == (LINES[0], ANSWER)


@pytest.mark.parametrize("question", ["发动机的机油多久换一次？", "What is the capital of Peru?", "如何报销差旅费？"])
def test_what_is_not_there_is_not_found(ask: Ask, question: str) -> None:
    assert ask([LEAVE], question).certainty == NONE


def test_a_word_that_stands_nowhere_does_not_hide_the_answer_in_a_library_of_one_file(ask: Ask) -> None:
    notice = "The notice period is 60 days. Either party may end the agreement in writing."
    found = ask([notice], "How long is the notice period?")
    assert (found.passages[0].text, found.certainty) == (notice, ANSWER)
    deposit = "保证金为人民币六万元，签约当日支付。"
    assert ask([deposit], "保证金是多少？").certainty == ANSWER


def test_words_win_where_they_are_exact(ask: Ask) -> None:
    texts = [f"合同编号HT-2026-{number:04}，合同金额见附件。" for number in range(301, 341)]
    found = ask(texts, "HT-2026-0317的合同金额是多少？")
    assert "HT-2026-0317" in found.passages[0].text


def test_each_arm_has_its_first_ones_among_the_first_eight(ask: Ask) -> None:
    found = ask([*OFFICE, LEAVE, *LINES, "请假条放在前台的抽屉里。", "请人修打印机要打电话。"], "怎么请假？").passages
    for arm, most in (("lexical", 3), ("dense", 3), ("foreign", 2)):
        ranks = {one.arms[arm]: place for place, one in enumerate(found) if arm in one.arms}
        assert all(place < 8 for rank, place in ranks.items() if rank <= most)
