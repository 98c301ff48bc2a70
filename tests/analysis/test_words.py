# SPDX-License-Identifier: Apache-2.0
"""Text as terms: Chinese as bigrams, other scripts as folded words, and what is left of a question."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis import clauses, codes, words
from desktop_app.analysis.folding import fold


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("质保期", ["质保", "保期"]),
        ("砚", ["砚"]),
        ("合同HT-2024-018号", ["合同", "ht", "2024", "018", "号", "ht2024018"]),
        ("ＡＢＣ１２３", ["abc123", "abc", "123"]),
        ("40.00 元", ["40", "00", "元"]),
        ("Café Straße ÜBER", ["cafe", "strass", "uber"]),
        ("e-mail_address", ["e", "mail", "address"]),
        ("カタカナ", ["カタ", "タカ", "カナ"]),
        ("한국어", ["한국", "국어"]),
        ("𠮷野家", ["𠮷野", "野家"]),
        ("😀 ，。！", []),
        ("", []),
    ],
)
def test_terms(text: str, terms: list[str]) -> None:
    assert words.terms(text) == terms


@pytest.mark.parametrize(
    ("written", "meant"), [("ＷＬ－３００", "wl-300"), ("ﬁle", "file"), ("Ⅷ", "viii"), ("①", "1"), ("がぎ", "がぎ")]
)
def test_one_word_in_two_ways_is_the_same_word(written: str, meant: str) -> None:
    assert words.terms(written) == words.terms(meant)


@given(st.text(alphabet="砚台合同质保期限公司员工", min_size=2, max_size=30))
def test_every_pair_of_neighbours_is_a_term(text: str) -> None:
    assert words.terms(text) == [text[i : i + 2] for i in range(len(text) - 1)]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("请问合同的质保期是多少？", ["合同", "质保", "保期"]),
        ("What is the limit for a hotel?", ["limit", "hotel"]),
        ("怎么 请假 ？", ["请假"]),
        ("How long is the notice period?", ["notice", "period"]),
        ("Long-term debt in 2025", ["long", "term", "debt", "2025"]),
        ("What does clause 3.2 say?", ["3", "2", "3.2"]),
        ("Which clause covers delay?", ["clause", "covers", "delay"]),
        ("What do the rules say about smoking?", ["rules", "smoking"]),
        ("Who may say no?", ["may", "say", "no"]),
        ("Who owns the training budget?", ["training", "budget"]),
        ("The bank owns the house", ["bank", "owns", "house"]),
        ("0317号合同的金额", ["0317", "合同", "金额"]),
        ("几号楼", ["号楼"]),
        ("合同 合同 合同", ["合同"]),
    ],
)
def test_question_words_say_nothing(question: str, told: list[str]) -> None:
    assert words.question_terms(question) == told


@pytest.mark.parametrize("question", ["谁？", "Who is who?", "什么"])
def test_a_question_of_question_words_keeps_them(question: str) -> None:
    assert words.question_terms(question) == list(dict.fromkeys(words.terms(question))) != []


@given(st.text(max_size=200))
def test_terms_of_a_question_are_distinct_and_never_lost(text: str) -> None:
    told = words.question_terms(text)
    assert len(told) == len(set(told))
    assert bool(told) == bool(words.terms(text))


@pytest.mark.parametrize(
    ("matched", "text", "marked"),
    [
        (["质保", "保期"], "合同的质保期为十八个月", ["质保期"]),
        (["质保", "保期"], "质保与保期", ["质保", "保期"]),
        (["hotel", "limit"], "the hotel limit", ["hotel", "limit"]),
        (["上海", "海出", "出差"], "去上海出差", ["上海出差"]),
        ([], "", []),
    ],
)
def test_bigrams_become_words_again_where_they_stand_together(matched: list[str], text: str, marked: list[str]) -> None:
    assert words.joined(matched, text) == marked


@given(st.text(max_size=60) | st.text(alphabet="质保abé1290-/.,@年月日三五 \n", max_size=60))
def test_the_places_of_words_and_wholes_are_those_of_the_terms_of_a_text(text: str) -> None:
    folded = fold(text)
    placed = [*words.places(folded), *codes.places(folded)]
    indexed = {term for term in words.terms(text) if not words.is_cjk(term)} - set(clauses.heads(text, folded))
    assert {term for term, _, _ in placed} == indexed
    assert all(0 <= start < end <= len(folded) for _, start, end in placed)


def test_where_words_stand() -> None:
    text = "两份 contracts, и договоров"
    assert [(term, text[start:end]) for term, start, end in words.places(text)] == [
        ("contract", "contracts"),
        ("и", "и"),
        ("договор", "договоров"),
    ]
