# SPDX-License-Identifier: Apache-2.0
"""Codes, figures and words that are written in another way than they are asked for: found, first, and marked where they stand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from library.making import chunk, source_file

from desktop_app.contract.passage import Passage
from desktop_app.library.library import Library
from desktop_app.retrieval.fusion import ANSWERS
from desktop_app.retrieval.retriever import Retriever

TEXTS = {
    "full.txt": "ＨＴ－２０２６－０９１７　金额１２３，４５６元，重量５０㎏，由王\u200b小\u200b明签收。Der Ser\u00advice endet.",
    "ocr.txt": "万 东 立 刻 通 知 承 运 人 办 理 退 运 手 续 。\n押 金 三 千 元 整 ， 十 五 日 内 退 还 。",
    "radicals.txt": "本⽂件由甲⼄双⽅签署，⼀式两份。合同⾦额为⼈⺠币⼋万元。⻓期有效，⻅附件。",
    "paper.txt": "The survey covered about 2,900 households in 14 towns.",
    "days.txt": "货物须在验收合格后90天内运抵港口。",
    "glued.txt": "Betreff: Rechnung RE20260118 vom Januar",
    **{
        f"合同{n}.txt": f"采购合同\n合同编号：HT-2026-0{n}\n甲方：东港物流。\n合同总金额为人民币{n * 37}元。"
        for n in range(301, 331)
    },
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with closing(Library(tmp_path_factory.mktemp("资料库") / "写法")) as library:
        for name, text in TEXTS.items():
            library.catalogue.files.store(source_file(f"/资料/{name}"), [chunk(text)], state="indexed")
        yield Retriever(library, lambda: None)


def marked(passage: Passage) -> list[str]:
    return [passage.text[start:end] for start, end in passage.marks]


@pytest.mark.parametrize(
    ("question", "name", "mark"),
    [
        ("HT-2026-0917", "full.txt", "ＨＴ－２０２６－０９１７"),
        ("123,456元", "full.txt", "１２３，４５６元"),
        ("50 kg", "full.txt", "５０㎏"),
        ("王小明签收", "full.txt", "王\u200b小\u200b明签收"),
        ("service", "full.txt", "Ser\u00advice"),
        ("承运人", "ocr.txt", "承 运 人"),
        ("押金三千元", "ocr.txt", "押 金 三 千 元"),
        ("长期有效", "radicals.txt", "⻓期有效"),
        ("见附件", "radicals.txt", "⻅附件"),
        ("人民币八万元", "radicals.txt", "⼈⺠币⼋万元"),
        ("2900 households", "paper.txt", "2,900 households"),
        ("90天", "days.txt", "90天"),
        ("RE-2026-0118", "glued.txt", "RE20260118"),
        ("HT20260322的金额", "合同322.txt", "HT-2026-0322"),
        ("0317号合同金额", "合同317.txt", "0317"),
    ],
)
def test_it_is_found_first_and_marked(retriever: Retriever, question: str, name: str, mark: str) -> None:
    first = retriever.search(question).passages[0]
    assert Path(first.path).name == name
    assert first.score >= ANSWERS
    assert mark in " ".join(marked(first)) or mark in marked(first)


@pytest.mark.parametrize("question", ["HT-2026-0399", "HT20260399", "0399号合同", "RE-2026-0119"])
def test_another_number_is_not_found(retriever: Retriever, question: str) -> None:
    assert all(passage.score < ANSWERS for passage in retriever.search(question).passages)
