# SPDX-License-Identifier: Apache-2.0
"""Searching a small Chinese and English library, and questions that nobody should type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from library.making import chunk, source_file

from desktop_app.contract.passage import ANSWER, NONE, SearchResult
from desktop_app.embedding.seam.embedder import Embedder
from desktop_app.foundation.errors import UsageProblem
from desktop_app.library.library import Library
from desktop_app.library.stores.chunk_rows import text_hash
from desktop_app.retrieval.query_terms import search_terms
from desktop_app.retrieval.retriever import LONGEST_QUESTION, Retriever

TEXTS = {
    "/资料/合同/采购合同.txt": [
        "甲方应在合同签订后三十日内支付全部货款。",
        "质保期为十八个月，自验收合格之日起计算。",
        "卖方逾期交货的，每日支付合同总价千分之三的违约金。",
    ],
    "/资料/人事/员工手册.txt": ["员工申请休假，应提前三个工作日填写申请表。", "试用期为三个月，期满考核合格者转正。"],
    "/资料/Travel/Travel policy.txt": [
        "A hotel room may cost 175 euros per night in the capital and 120 euros elsewhere.",
        "Receipts must be handed in within fifteen days after the trip.",
        "Employees who drive their own car are paid 0.42 euros per kilometre.",
    ],
    "/资料/IT/Security.txt": [
        "Passwords have at least twelve characters.",
        "Backups of the file server are kept for ninety days.",
    ],
}


def fill(library: Library, embedder: Embedder | None) -> None:
    for path, texts in TEXTS.items():
        vectors = {}
        if embedder is not None:
            rows = np.asarray(embedder.embed_documents(texts), dtype="<f2")
            vectors = {text_hash(text): row.tobytes() for text, row in zip(texts, rows, strict=True)}
        library.catalogue.files.store(
            source_file(path),
            [chunk(text, line=number) for number, text in enumerate(texts, start=1)],
            state="indexed",
            model=embedder.facts.fingerprint if embedder else "",
            vectors=vectors,
        )
    library.catalogue.files.put_without_text(source_file("/资料/扫描.pdf"), state="failed", reason="no_text")
    library.flush_vectors()


@pytest.fixture(scope="module")
def dense(tmp_path_factory: pytest.TempPathFactory, bundled_embedder: Embedder) -> Iterator[Retriever]:
    with closing(Library(tmp_path_factory.mktemp("资料库") / "密")) as library:
        library.attach_vectors(bundled_embedder.facts.fingerprint)
        fill(library, bundled_embedder)
        yield Retriever(library, lambda: bundled_embedder)


@pytest.fixture(scope="module")
def lexical(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    with closing(Library(tmp_path_factory.mktemp("资料库") / "词")) as library:
        fill(library, None)
        yield Retriever(library, lambda: None)


@pytest.fixture(params=["lexical", "dense"])
def retriever(request: pytest.FixtureRequest) -> Retriever:
    made: Retriever = request.getfixturevalue(request.param)
    return made


QUESTIONS = [
    ("质保期有多长？", "质保期为十八个月"),
    ("违约金是多少", "卖方逾期交货的"),
    ("员工休假要提前几天申请？", "员工申请休假"),
    ("ｈｏｔｅｌ　ＣＡＰＩＴＡＬ", "A hotel room"),
    ("How much may a hotel room cost in the capital?", "A hotel room"),
    ("How long are backups kept?", "Backups of"),
    ("car kilometres", "Employees who drive"),
]


@pytest.mark.parametrize(("question", "start"), QUESTIONS)
def test_the_right_passage_comes_first(retriever: Retriever, question: str, start: str) -> None:
    best = retriever.search(question).passages[0]
    assert best.text.startswith(start)
    assert best.rank == 1
    assert best.certainty == ANSWER
    assert best.arms["lexical"] == 1


def test_meaning_finds_what_words_do_not(dense: Retriever, lexical: Retriever) -> None:
    question = "accommodation expenses"
    assert lexical.search(question).passages == ()
    found = dense.search(question).passages
    assert found[0].text.startswith("A hotel room")
    assert "lexical" not in found[0].arms
    assert (found[0].by_meaning, found[0].marks, found[0].language) == (True, (), "en")
    assert not dense.search("hotel room").passages[0].by_meaning


def test_how_certain_a_search_is_and_in_which_language_its_passages_are(lexical: Retriever) -> None:
    sure = lexical.search("质保期有多长？")
    assert (sure.certainty, sure.passages[0].certainty, sure.passages[0].language) == (ANSWER, ANSWER, "zh")
    assert sure.meaning is None
    assert lexical.search("zyxwvut").certainty == NONE


def test_an_english_model_has_no_say_in_chinese(dense: Retriever, lexical: Retriever) -> None:
    for question, _ in QUESTIONS[:3]:
        with_model, without = dense.search(question), lexical.search(question)
        assert [(p.path, p.text, p.score) for p in with_model.passages] == [(p.path, p.text, p.score) for p in without.passages]
        assert all("dense" not in passage.arms for passage in with_model.passages)


def test_a_passage_says_where_it_is_and_why_it_was_found(lexical: Retriever) -> None:
    best = lexical.search("违约金是多少").passages[0]
    assert (best.path, best.locator.lines) == ("/资料/合同/采购合同.txt", (3, 3))
    assert best.terms == ("违约金",)
    assert best.pieces


def test_scores_fall_and_stay_between_0_and_1(retriever: Retriever) -> None:
    result = retriever.search("hotel euros per night backups", 50)
    assert all(0 <= passage.score <= 1 for passage in result.passages)
    assert [passage.rank for passage in result.passages] == list(range(1, len(result.passages) + 1))


def test_how_much_was_searched(retriever: Retriever) -> None:
    result = retriever.search("合同")
    assert (result.searched_files, result.total_files) == (4, 5)


def test_as_many_as_asked_for(retriever: Retriever) -> None:
    for top in (1, 3):
        assert len(retriever.search("euros", top).passages) == min(top, 3) if top == 1 else True
        assert len(retriever.search("合同", top).passages) <= top


def test_more_than_fifty_when_asked(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        texts = [f"第{n}份合同的正文" for n in range(130)]
        library.catalogue.files.store(source_file("/甲.txt"), [chunk(text) for text in texts], state="indexed")
        assert len(Retriever(library, lambda: None).search("合同", 120).passages) == 120


def test_an_empty_library_finds_nothing(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        assert Retriever(library, lambda: None).search("合同") == SearchResult("合同", (), 0, 0)


@pytest.mark.parametrize("question", ["", "   ", "\n\t", "\u3000", "\u200b", "\x00\x01"])
def test_an_empty_question_is_told(retriever: Retriever, question: str) -> None:
    with pytest.raises(UsageProblem, match="question_empty"):
        retriever.search(question)


@pytest.mark.parametrize("question", ["？！。", "...", "😀🎉", "👨‍👩‍👧", "—", "()", '"', "*", "_"])
def test_a_question_of_marks_finds_nothing(retriever: Retriever, question: str) -> None:
    assert retriever.search(question).passages == ()


@pytest.mark.parametrize(
    "question",
    [
        'hotel" OR "car',
        "hotel AND NOT",
        "body: hotel",
        "NEAR(hotel car, 5)",
        "hot*",
        "{body} : hotel",
        "^hotel",
        "hotel;--",
        "'hotel'",
    ],
)
def test_the_syntax_of_the_index_is_only_words(lexical: Retriever, question: str) -> None:
    found = lexical.search(question).passages
    assert all("hotel" in p.text.lower() or "car" in p.text.lower() for p in found)
    assert bool(found) == ("hotel" in question)


def test_a_question_that_is_too_long_is_told(retriever: Retriever) -> None:
    with pytest.raises(UsageProblem) as caught:
        retriever.search("质保期" * 33_334)
    assert (caught.value.code, caught.value.data) == ("question_too_long", {"length": "100002", "limit": str(LONGEST_QUESTION)})


@pytest.mark.parametrize("filler", ["别的", "word ", "\u3000", "😀"])
def test_a_question_of_the_longest_length_is_answered(retriever: Retriever, filler: str) -> None:
    question = ("质保期有多长 " + filler * LONGEST_QUESTION)[:LONGEST_QUESTION]
    assert any("质保期" in passage.text for passage in retriever.search(question).passages)
    assert len(search_terms("".join(chr(0x4E00 + n) for n in range(3_000)))) <= 64


def test_passages_that_vanish_meanwhile_are_left_out(tmp_path: Path, bundled_embedder: Embedder) -> None:
    """Chroma is told a moment after the catalogue: it may still name chunks that no longer exist."""
    with closing(Library(tmp_path / "资料库")) as library:
        library.attach_vectors(bundled_embedder.facts.fingerprint)
        fill(library, bundled_embedder)
        library.catalogue.files.remove([record.id for record in library.catalogue.files.records("/资料/Travel")])
        assert library.vectors is not None
        assert library.vectors.count() == 10
        found = Retriever(library, lambda: bundled_embedder).search("hotel room in the capital").passages
        assert found
        assert all("Travel" not in passage.path for passage in found)
        assert [passage.rank for passage in found] == list(range(1, len(found) + 1))


@pytest.mark.parametrize("answers", [lambda: None])
def test_the_model_may_come_later(dense: Retriever, answers: Callable[[], None]) -> None:
    waiting = Retriever(dense._library, answers)
    assert waiting.search("hotel in the capital").passages[0].text.startswith("A hotel room")
    assert all("dense" not in passage.arms for passage in waiting.search("hotel").passages)
