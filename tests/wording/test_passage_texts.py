# SPDX-License-Identifier: Apache-2.0
"""What is said beside a passage, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from answering.passages import passage

from desktop_app.analysis import language as languages
from desktop_app.contract.answer import Answer, Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage
from desktop_app.foundation import translation
from desktop_app.wording import passage_texts

HOTEL = "A hotel room may cost 175 euros per night in the capital."


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    translation.use("en")


def found(text: str, **fields: object) -> Passage:
    return replace(passage(text), language=languages.language(text), **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "question", "english", "chinese"),
    [
        (HOTEL, "出差住宾馆能报多少？", "in English", "英文资料"),
        ("质保期为十八个月。", "How long is the warranty?", "in Chinese", "中文资料"),
        ("Die Kündigungsfrist beträgt drei Monate und beginnt am Ersten.", "试用期多久", "in German", "德文资料"),
        ("Le contrat est signé pour une durée de trois ans.", "合同期限", "in French", "法文资料"),
        ("El contrato se firma por tres años con la empresa.", "合同期限", "in Spanish", "西班牙文资料"),
        ("契約期間は三年とします。", "合同期限", "in Japanese", "日文资料"),
        ("계약 기간은 삼 년으로 한다.", "合同期限", "in Korean", "韩文资料"),
        ("Срок договора составляет три года.", "合同期限", "in Russian", "俄文资料"),
        ("مدة العقد ثلاث سنوات من تاريخ التوقيع.", "合同期限", "in Arabic", "阿拉伯文资料"),
        (HOTEL, "What may a hotel room cost?", "", ""),
        (HOTEL, "WL-300 的 hotel costs 是多少", "", ""),  # asked in both languages
        (HOTEL, "hotel room per night", "", ""),  # too short to be sure that it is not English
        (HOTEL, "Was darf ein Zimmer in der Hauptstadt kosten?", "in English", "英文资料"),
        ("HT-2024 | 450 | ABC", "合同编号是多少", "", ""),  # a row of figures
        ("", "合同编号是多少", "", ""),
    ],
)
def test_a_passage_in_another_language_says_so(text: str, question: str, english: str, chinese: str) -> None:
    one = found(text)
    assert passage_texts.other_language(one, question) == english
    translation.use("zh_CN")
    assert passage_texts.other_language(one, question) == chinese


def test_a_name_asked_for_by_itself_belongs_to_every_language() -> None:
    text = "我们用 LangChain 编排大模型，并记录每一次调用。"
    assert passage_texts.other_language(found(text, marks=((4, 13),)), "LangChain") == ""
    assert passage_texts.other_language(found(text), "orchestration") == "in Chinese"


def test_a_passage_found_by_meaning_says_so() -> None:
    assert passage_texts.labels(found(HOTEL), "hotel room per night") == []
    one = found(HOTEL, by_meaning=True)
    assert passage_texts.labels(one, "accommodation in the capital") == ["by meaning"]
    assert passage_texts.labels(one, "住宿标准") == ["by meaning", "in English"]
    translation.use("zh_CN")
    assert passage_texts.labels(one, "住宿标准") == ["按语义找到", "英文资料"]


@pytest.mark.parametrize(
    ("meaning", "english", "chinese"),
    [
        (0.62, "Search by meaning is 62% ready; results may be incomplete.", "语义搜索已准备好 62%，结果可能还不全。"),
        (0.9999, "Search by meaning is 99% ready; results may be incomplete.", "语义搜索已准备好 99%，结果可能还不全。"),
        (0.0, "Search by meaning is 0% ready; results may be incomplete.", "语义搜索已准备好 0%，结果可能还不全。"),
        (1.0, "", ""),
        (None, "", ""),
    ],
)
def test_a_search_by_meaning_that_is_not_complete_says_so(meaning: float | None, english: str, chinese: str) -> None:
    assert passage_texts.unfinished(meaning) == english
    translation.use("zh_CN")
    assert passage_texts.unfinished(meaning) == chinese


def test_the_passage_of_a_citation() -> None:
    one, other = replace(passage(HOTEL, 1)), replace(passage("质保期为十八个月。", 2))
    citation = Citation(1, 2, other.path, Locator(), other.text, 0, 9)
    assert passage_texts.passage_of(Answer("q", "a [1]", True, "llm", sent=(one, other)), citation) is other
    assert passage_texts.passage_of(Answer("q", "a [1]", True, "llm"), citation) is None
