# SPDX-License-Identifier: Apache-2.0
"""Which questions ask for a summary, and of what."""

from __future__ import annotations

import pytest

from desktop_app.summaries.summary_request import SummaryRequest, asks_for_the_rest, read


@pytest.mark.parametrize(
    ("question", "name", "kind"),
    [
        ("Summarize contract.pdf", "contract.pdf", ""),
        ("Please summarise the folder Bids", "bids", "folder"),
        ("Can you give me a short overview of “Travel policy”?", "travel policy", ""),
        ("What is the document travel-policy.docx about?", "travel-policy.docx", "file"),
        ("What are the key points of the purchase contract?", "purchase contract", ""),
        ("summarize this file", "", "file"),
        ("Summarize", "", ""),
        ("What is this folder about?", "", "folder"),
        ("总结一下《采购合同》", "采购合同", ""),
        ("请帮我概括采购合同.docx的主要内容", "采购合同.docx", ""),
        ("把采购合同总结一下", "采购合同", ""),
        ("这个文件夹讲了什么？", "", "folder"),
        ("这份文件主要讲了什么", "", "file"),
        ("投标文件夹里有什么内容？", "投标", "folder"),
        ("《员工手册》讲了什么？", "员工手册", ""),
        ("總結一下《採購合同》", "采购合同", ""),
        ("列出员工手册的要点", "员工手册", ""),
    ],
)
def test_a_request_names_what_it_wants_summed_up(question: str, name: str, kind: str) -> None:
    assert read(question) == SummaryRequest(name, kind)


@pytest.mark.parametrize(
    ("question", "name"),
    [("Summary of revenue 2023?", "revenue 2023"), ("年度营收的概要", "年度营收"), ("Overview of leave", "leave")],
)
def test_what_may_be_a_heading_must_be_the_whole_name(question: str, name: str) -> None:
    assert read(question) == SummaryRequest(name, "", exact=True)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "How many days of leave do I have?",
        "Who wrote the summary of the meeting?",
        "What does the contract say about notice?",
        "合同里的违约金是多少？",
        "谁负责写会议摘要？",
        "年度总结什么时候交？",
        "summarize " + "very " * 60 + "long",
    ],
)
def test_an_ordinary_question_is_none(question: str) -> None:
    assert read(question) is None


@pytest.mark.parametrize(
    "question", ["the rest", "And the rest?", "Show me the remaining files.", "其余的", "继续", "剩下的文件呢？"]
)
def test_the_rest_is_asked_for(question: str) -> None:
    assert asks_for_the_rest(question)
    assert not asks_for_the_rest(f"{question} of the contract in force")
