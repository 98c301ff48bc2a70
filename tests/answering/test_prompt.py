"""The prompt: whole passages in the order of their rank, numbered as they are cited, never over the context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answering.passages import passage
from desktop_app.answering import prompt
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage


def by_character(texts: Sequence[str]) -> list[int]:
    return [len(text) for text in texts]


def sent_length(question: str, passages: Sequence[Passage]) -> int:
    return sum(len(message.content) for message in prompt.messages(question, passages))


@given(
    st.lists(st.integers(1, 900), max_size=10), st.integers(200, 4_000), st.sampled_from(["质保期多长？", "How long is it?"])
)
def test_never_over_the_context_and_never_half_a_passage(lengths: list[int], context: int, question: str) -> None:
    passages = [passage("字" * length, number) for number, length in enumerate(lengths, start=1)]
    kept, answer = prompt.passages_that_fit(question, passages, context=context, count_tokens=by_character)
    assert [one.rank for one in kept] == sorted(one.rank for one in kept)
    assert all(one in passages for one in kept)
    assert 0 < answer <= prompt.MAX_ANSWER_TOKENS
    if kept:
        assert sent_length(question, kept) + answer <= context


@given(st.lists(st.integers(1, 900), min_size=1, max_size=10))
def test_a_passage_is_dropped_only_where_the_better_ones_leave_no_room(lengths: list[int]) -> None:
    passages = [passage("字" * length, number) for number, length in enumerate(lengths, start=1)]
    kept, answer = prompt.passages_that_fit("问", passages, context=3_000, count_tokens=by_character)
    for dropped in (one for one in passages if one not in kept):
        better = [one for one in kept if one.rank < dropped.rank]
        assert sent_length("问", [*better, dropped]) + answer + 64 > 3_000 - 40


def test_everything_fits_into_a_large_context() -> None:
    passages = [passage(f"第{n}段", n) for n in range(1, 9)]
    kept, answer = prompt.passages_that_fit("问", passages, context=32_000, count_tokens=by_character)
    assert (kept, answer) == (passages, prompt.MAX_ANSWER_TOKENS)


def test_what_stands_around_goes_where_room_is_left_the_best_first() -> None:
    passages = [replace(passage("字" * 100, n), before="前" * 300, after="后" * 300) for n in (1, 2, 3)]
    kept, answer = prompt.passages_that_fit("问", passages, context=2_000, count_tokens=by_character)
    assert [one.text for one in kept] == [one.text for one in passages]
    with_around = [bool(one.before and one.after) for one in kept]
    assert with_around == sorted(with_around, reverse=True)
    assert {True, False} == set(with_around)
    assert sent_length("问", kept) + answer <= 2_000
    assert "前\n字" in prompt.messages("问", kept)[1].content
    assert "字\n后" in prompt.messages("问", kept)[1].content


def test_numbers_in_the_prompt_are_the_numbers_of_the_citations() -> None:
    passages = [
        passage("甲方付款。", 4, path="/资料/合同.docx"),
        passage("乙方交货。", 9, "第二章 交货", path="/资料/合同.docx"),
    ]
    system, user = prompt.messages("谁付款？", passages)
    assert (system.role, user.role) == ("system", "user")
    assert user.content.index("[1] (合同.docx)\n甲方付款。") < user.content.index("[2] (合同.docx, 第二章 交货)\n乙方交货。")
    assert user.content.endswith("问题：谁付款？")
    assert "资料" in system.content


def test_the_place_stands_with_the_file_name() -> None:
    one = Passage(1, 1, "/资料/手册.pdf", "文字。", Locator(page=12), 0.9)
    other = Passage(2, 2, "/资料/名录.xlsx", "文字。", Locator(sheet="供应商", cells="A1"), 0.9)
    content = prompt.messages("Where?", [one, other])[1].content
    assert "[1] (手册.pdf, p. 12)" in content
    assert "[2] (名录.xlsx, 供应商)" in content
    assert content.endswith("Question: Where?")


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("质保期多长？", "资料"),
        ("How long?", "passage"),
        ("What does 质保期 mean in the contract with Linyuan?", "passage"),
        ("LangChain HuggingFaceEmbeddings 怎么用？", "资料"),
        ("保証期間はどのくらいですか", "passage"),
    ],
)
def test_instructions_in_the_language_of_the_question(question: str, word: str) -> None:
    assert word in prompt.messages(question, [])[0].content.lower()
