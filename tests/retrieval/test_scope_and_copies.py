# SPDX-License-Identifier: Apache-2.0
"""Narrowed searches, exact matches first, copies once, and what stands around a passage."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import MODEL, chunk, source_file, unit_vector

from desktop_app.contract.document import Chunk, Locator, Piece
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.passage import Passage
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.retriever import Retriever

_DAY = 86_400
_NOW = 1_700_000_000


def store(library: Library, path: str, *texts: str, age_days: float = 0) -> None:
    chunks = [chunk(text, line=number) for number, text in enumerate(texts, start=1)]
    file = source_file(path, mtime_ns=int((_NOW - age_days * _DAY) * 1e9))
    library.catalogue.files.store(file, chunks, state="indexed")


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with closing(Library(tmp_path / "资料库")) as made:
        yield made


def found(library: Library, question: str, scope: Scope = EVERYWHERE, top: int = 10) -> list[Passage]:
    return list(Retriever(library, lambda: None).search(question, top, scope).passages)


def paths(library: Library, question: str, scope: Scope = EVERYWHERE) -> list[str]:
    return sorted(passage.path for passage in found(library, question, scope))


@pytest.fixture
def three(library: Library) -> Library:
    store(library, "/合同/甲.pdf", "质保期为十八个月，自验收合格之日起计算。")
    store(library, "/合同/旧/乙.docx", "质保期是一年，由卖方负责修理。", age_days=400)
    store(library, "/人事/丙.PDF", "试用期三个月，没有质保期。", age_days=10)
    return library


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        (Scope(), ["/人事/丙.PDF", "/合同/旧/乙.docx", "/合同/甲.pdf"]),
        (Scope(below=("/合同",)), ["/合同/旧/乙.docx", "/合同/甲.pdf"]),
        (Scope(below=("/合同/旧", "/人事/丙.PDF")), ["/人事/丙.PDF", "/合同/旧/乙.docx"]),
        (Scope(types=("pdf",)), ["/人事/丙.PDF", "/合同/甲.pdf"]),
        (Scope(since=_NOW - 100 * _DAY), ["/人事/丙.PDF", "/合同/甲.pdf"]),
        (Scope(until=_NOW - 100 * _DAY), ["/合同/旧/乙.docx"]),
        (Scope(below=("/合同",), types=("pdf", "doc")), ["/合同/甲.pdf"]),
        (Scope(below=("/合",)), []),
        (Scope(types=("%",)), []),
        (Scope(types=("word",)), ["/合同/旧/乙.docx"]),
        (Scope(types=("word", "pdf")), ["/人事/丙.PDF", "/合同/旧/乙.docx", "/合同/甲.pdf"]),
        (Scope(types=("mail",)), []),
        (Scope(languages=("zh",)), ["/人事/丙.PDF", "/合同/旧/乙.docx", "/合同/甲.pdf"]),
        (Scope(languages=("en",)), []),
        (Scope(languages=("zh", "en"), below=("/人事",)), ["/人事/丙.PDF"]),
    ],
)
def test_a_search_stays_within_its_scope(three: Library, scope: Scope, left: list[str]) -> None:
    assert paths(three, "质保期", scope) == left
    result = Retriever(three, lambda: None).search("质保期", scope=scope)
    assert (result.searched_files, result.total_files) == (len(left), 3)


def test_a_language_is_that_of_the_passage(library: Library) -> None:
    store(library, "/甲.txt", "质保期为十八个月。", "The warranty (质保期) is for eighteen months.", "质保期另计。")
    texts = [passage.text for passage in found(library, "质保期", Scope(languages=("en",)))]
    assert texts == ["The warranty (质保期) is for eighteen months."]


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("hotel", ["/one.txt"]),
        ("Hotel", ["/one.txt"]),
        ("ＨＯＴＥＬ costs", ["/one.txt"]),
        ("hotels", ["/two.txt"]),
        ("the hotel", []),
        ("2,900", ["/two.txt"]),
        ("质保期", ["/三.txt"]),
        ("質保期", ["/三.txt"]),
        ("质保 期", ["/三.txt"]),
        ("保期质", []),
        ("质保期 18", ["/三.txt"]),
        ("质保期 18 hotel", []),
        ("三", ["/三.txt"]),
        ("HT-2023-0417", ["/三.txt"]),
        ("?!", []),
    ],
)
def test_only_exact_words(library: Library, question: str, left: list[str]) -> None:
    store(library, "/one.txt", "Hotel costs are refunded.")
    store(library, "/two.txt", "The hotels of the city cost 2,900 a week.")
    store(library, "/三.txt", "质保期18个月。合同号HT-2023-0417，保修期质量问题另计。")
    assert paths(library, question, Scope(exact=True)) == left


def test_a_filter_never_starves_a_result(library: Library) -> None:
    """Many better passages lie outside of it."""
    for number in range(300):
        store(library, f"/新/{number}.docx", f"质保期 质保期 质保期 {number}")
    store(library, "/旧/甲.pdf", "第一章说的是别的事情，长长的一段。最后才提到质保期。" * 3)
    for scope in (Scope(types=("pdf",)), Scope(below=("/旧/甲.pdf",)), Scope(exact=True, types=("pdf",))):
        assert paths(library, "质保期", scope) == ["/旧/甲.pdf"]


def test_what_is_written_later_is_searched_too(three: Library) -> None:
    scope = Scope(below=("/合同",))
    assert len(found(three, "质保期", scope)) == 2
    store(three, "/合同/丁.txt", "延长的质保期另计。")
    assert "/合同/丁.txt" in paths(three, "质保期", scope)
    three.catalogue.files.remove([record.id for record in three.catalogue.files.records("/合同/丁.txt")])
    assert "/合同/丁.txt" not in paths(three, "质保期", scope)


def test_the_nearest_of_a_scope_are_the_nearest_of_all_that_lie_in_it(library: Library) -> None:
    vectors = {}
    for number in range(40):
        text = f"第{number}段"
        row = unit_vector(text)
        vectors[number] = row
        library.catalogue.files.store(
            source_file(f"/{'甲' if number % 4 else '乙'}/{number}.txt"),
            [chunk(text)],
            state="indexed",
            model=MODEL,
            vectors={text_hash(text): row.astype("<f2").tobytes()},
        )
    question = unit_vector("问").astype(np.float32)
    nearest = library.catalogue.lookup.nearest(question, 5, Scope(below=("/乙",)), MODEL)
    expected = sorted((n for n in vectors if n % 4 == 0), key=lambda n: -float(vectors[n] @ question))[:5]
    assert [library.catalogue.chunks.get(chunk_id).text for chunk_id, _ in nearest] == [f"第{n}段" for n in expected]  # type: ignore[union-attr]
    assert [cosine for _, cosine in nearest] == sorted((cosine for _, cosine in nearest), reverse=True)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("HT-2023-0417 的付款期限是多少？", "合同编号HT/2023/0417，另行约定。"),
        ("付款期限 “另行约定”", "合同编号HT/2023/0417，另行约定。"),
        ("Who answers zhang.wei@yan.cn about payment terms?", "Contact: Zhang.Wei@yan.cn"),
        ("张小伟", "经办人张小伟。"),
    ],
)
def test_what_is_asked_for_exactly_comes_first(library: Library, question: str, text: str) -> None:
    store(library, "/甲.txt", *(f"付款期限为{n}日，付款期限自签订起算，payment terms about {n} days." for n in range(30)))
    store(library, "/丙.txt", "张伟和小张伟办理。", "小伟，张三。")
    store(library, "/乙.txt", text)
    assert found(library, question)[0].text == text


def test_copies_are_shown_once_and_the_newest_of_them(library: Library) -> None:
    text = "员工申请休假，应提前三个工作日填写申请表，由部门经理审批，并交人事部门存档。"
    store(library, "/旧/手册-2021.txt", text + "（旧版）", age_days=900)
    store(library, "/新/手册-2023.txt", text)
    store(library, "/副本/手册-2022.txt", text, age_days=300)
    (passage,) = found(library, "怎么申请休假")
    assert passage.path == "/新/手册-2023.txt"
    assert [(copy.path, copy.same) for copy in passage.also_in] == [("/副本/手册-2022.txt", True), ("/旧/手册-2021.txt", False)]


def test_clauses_of_two_contracts_that_differ_in_a_figure_are_two_passages(library: Library) -> None:
    clause = "卖方应在合同签订之日起{}日内交付全部货物，逾期每日支付违约金，并承担买方因此受到的损失。"
    store(library, "/华东采购合同.txt", clause.format(30))
    store(library, "/设备租赁协议.txt", clause.format(60))
    assert len(found(library, "卖方几日内交付货物")) == 2


def test_a_broad_question_hears_several_files(library: Library) -> None:
    store(library, "/大.txt", *(f"合同第{n}条，合同双方按照合同的约定履行第{n}项义务。" for n in range(30)))
    for name in "甲乙丙":
        store(library, f"/{name}.txt", f"{name}方保存的合同副本由档案室统一登记，编号为{name}字。")
    files = [passage.path for passage in found(library, "合同", top=6)]
    assert len(files) == 6
    assert {"/甲.txt", "/乙.txt", "/丙.txt"} <= set(files)


def test_a_passage_in_the_middle_of_a_paragraph_is_grown(library: Library) -> None:
    texts = ("本条适用于全体员工。休假须", "提前三日申请并经批准，未经批准不得离岗。", "第二条 另一件事，与休假无关。")
    lines = ((1, 4), (4, 6), (7, 8))
    chunks = [
        Chunk(text, Locator(lines=line), (), (Piece(0, len(text), Locator(lines=line)),))
        for text, line in zip(texts, lines, strict=True)
    ]
    long = chunks[1].text + "批准以书面为准。" * 30
    chunks[1] = Chunk(long, chunks[1].locator, (), (Piece(0, len(long), chunks[1].locator),))
    library.catalogue.files.store(source_file("/手册.txt"), chunks, state="indexed")
    passage = next(one for one in found(library, "提前三日批准离岗") if one.text == long)
    assert passage.before == texts[0]
    assert passage.after == ""


def test_a_short_passage_is_shown_with_its_neighbours(library: Library) -> None:
    store(library, "/手册.txt", "第一条 总则。", "休假须经批准。", "第三条 附则。")
    passage = found(library, "休假批准")[0]
    assert (passage.before, passage.text, passage.after) == ("第一条 总则。", "休假须经批准。", "第三条 附则。")


def test_copies_of_everything_make_no_passage_less_relevant(library: Library) -> None:
    texts = [
        "备份数据保留九十天。",
        "质保期为十八个月。",
        "员工申请休假，应提前三个工作日。",
        "Backups are kept for ninety days.",
    ]
    for number, text in enumerate(texts):
        store(library, f"/原件/{number}.txt", text)
    question = "备份数据由谁保留多少周？"  # some of its words are nowhere
    once = found(library, question)[0]
    for copy in range(5):
        for number, text in enumerate(texts):
            store(library, f"/副本 {copy}/{number}.txt", text)
    copied = found(library, question)[0]
    assert copied.text == once.text
    assert copied.score == once.score
    assert len(copied.also_in) == 5
    library.catalogue.files.remove([record.id for record in library.catalogue.files.records("/副本 0")])
    assert found(library, question)[0].score == once.score
