# SPDX-License-Identifier: Apache-2.0
"""Brackets around unsupported sentences never change what the Markdown means."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.contract.answer import SUPPORTED, UNSUPPORTED, AnswerPart
from desktop_app.ui.answer.answer_marks import BEGIN, END, SEAL, bracketed
from desktop_app.ui.answer.answer_parser import parser


def part_of(text: str, sentence: str, why: str = "no_citation") -> AnswerPart:
    at = text.index(sentence)
    return AnswerPart(at, at + len(sentence), (), UNSUPPORTED, why)


def bare(marked: str) -> str:
    return re.sub(f"[{BEGIN}{END}{SEAL}]", "", marked)


def shape(text: str) -> list[str]:
    return [token.type for token in parser().parse(text)]


@pytest.mark.parametrize(
    "text",
    [
        "第一句。第二句。",
        "- 第一句。\n- 第二句。",
        "1. 第一句。\n2. 第二句。",
        "## 第一句。\n\n第二句。",
        "> 第一句。\n> 第二句。",
        "| 甲 | 乙 |\n|---|---|\n| 第一句。 | 第二句。 |",
        "- 外\n  - 第一句。**第二句。**",
    ],
)
def test_blocks_stay_what_they_are(text: str) -> None:
    for wanted in ("第一句。", "第二句。"):
        start = text.rfind("\n", 0, text.index(wanted)) + 1
        whole_line = AnswerPart(start, text.index(wanted) + len(wanted), (), UNSUPPORTED, "no_citation")
        marked, parts = bracketed(text, [whole_line])
        assert shape(marked) == shape(text)
        assert parts == [whole_line]
        assert bare(marked) == text


def test_supported_sentences_are_left_alone() -> None:
    text = "甲。乙。"
    marked, parts = bracketed(text, [AnswerPart(0, 2, (1,), SUPPORTED, ""), part_of(text, "乙。", "number_differs")])
    assert marked == f"甲。{BEGIN}乙。{END}"
    assert [part.why for part in parts] == ["number_differs"]


def test_the_brackets_themselves_in_a_document_do_no_harm() -> None:
    text = f"符号{BEGIN}字体。"
    marked, _ = bracketed(text, [AnswerPart(0, len(text), (), UNSUPPORTED, "no_citation")])
    assert marked.count(BEGIN) == 1
    assert marked.count(END) == 1


@given(
    st.text(alphabet="甲乙a1 \n-#>|*.。[]", max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5),
)
def test_nothing_is_lost_or_doubled(text: str, ranges: list[tuple[int, int]]) -> None:
    parts = [AnswerPart(min(pair), min(max(pair), len(text)), (), UNSUPPORTED, "x") for pair in ranges]
    marked, found = bracketed(text, parts, {1})
    assert bare(marked) == text
    assert marked.count(BEGIN) == marked.count(END) == len(found)
