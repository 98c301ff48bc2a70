# SPDX-License-Identifier: Apache-2.0
"""A reranker changes the order and nothing else: which numbers are shown, what it has not read, what is offered to it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from library.making import chunk, source_file

from desktop_app.contract.document import Locator
from desktop_app.contract.passage import ANSWER, NONE, PERHAPS, Passage
from desktop_app.library.library import Library
from desktop_app.retrieval import reranking
from desktop_app.retrieval.retriever import Retriever


class Scripted:
    """Scores by a word, for the first ``most`` texts."""

    def __init__(self, word: str, most: int = 1_000) -> None:
        self.word, self.most = word, most
        self.asked: list[Sequence[str]] = []

    def score(self, _question: str, texts: Sequence[str], /) -> list[float]:
        self.asked.append(texts)
        return [float(self.word in text) - number / 1_000 for number, text in enumerate(texts)][: self.most]


def passage(rank: int, text: str, score: float) -> Passage:
    certainty = ANSWER if score >= 0.6 else PERHAPS if score >= 0.2 else NONE
    return Passage(rank, rank, "/a.txt", text, Locator(), score, ("标题", "外层", "内层"), certainty=certainty)


FOUND = [passage(1, "甲", 0.9), passage(2, "乙", 0.5), passage(3, "丙", 0.6), passage(4, "丁 好", 0.2), passage(5, "戊", 0.1)]


def test_the_best_relevance_goes_to_the_best_liked() -> None:
    done = reranking.reranked("?", FOUND, Scripted("好"))
    assert [found.text for found in done] == ["丁 好", "甲", "乙", "丙", "戊"]
    assert [found.score for found in done] == [0.9, 0.6, 0.5, 0.2, 0.1]
    assert [found.certainty for found in done] == [ANSWER, ANSWER, PERHAPS, PERHAPS, NONE]
    assert [found.rank for found in done] == [1, 2, 3, 4, 5]


def test_what_it_had_no_time_for_follows_as_it_was() -> None:
    done = reranking.reranked("?", FOUND, Scripted("丙", most=3))
    assert [found.text for found in done] == ["丙", "甲", "乙", "丁 好", "戊"]
    assert [found.score for found in done] == [0.9, 0.6, 0.5, 0.2, 0.1]
    assert reranking.reranked("?", FOUND, Scripted("丙", most=0)) == tuple(FOUND)


def test_it_reads_the_headings_too() -> None:
    scripted = Scripted("x")
    reranking.reranked("?", FOUND[:1], scripted)
    assert scripted.asked == [["外层\n内层\n甲"]]


def test_the_retriever_offers_more_than_is_wanted(tmp_path: Path) -> None:
    with closing(Library(tmp_path / "资料库")) as library:
        texts = [f"第{n}份合同的正文" for n in range(60)]
        library.catalogue.files.store(source_file("/甲.txt"), [chunk(text) for text in texts], state="indexed")
        plain = Retriever(library, lambda: None).search("合同", 40).passages
        late = plain[20].text
        scripted = Scripted(late)
        found = Retriever(library, lambda: None, lambda: scripted).search("合同", 5).passages
        assert [one.text for one in found] == [late, *(one.text for one in plain[:4])]
        assert len(scripted.asked[0]) == reranking.DEPTH
        assert Retriever(library, lambda: None, lambda: scripted).search("火箭").passages == ()
