# SPDX-License-Identifier: Apache-2.0
"""Circles are noticed, repetition that belongs to a document is not."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.models.llama.repetition import WINDOW, EndlessWord, is_looping


@given(st.lists(st.integers(0, 5000), max_size=40), st.lists(st.integers(0, 5000), min_size=1, max_size=128))
def test_any_block_repeated_for_long_is_a_circle(before: list[int], block: list[int]) -> None:
    rounds = max(3, -(-48 // len(block)))
    assert is_looping((before + block * rounds)[-WINDOW:])


@given(st.lists(st.integers(0, 5000), min_size=48, max_size=WINDOW, unique=True))
def test_tokens_that_do_not_return_are_no_circle(tokens: list[int]) -> None:
    assert not is_looping(tokens)


def test_a_number_with_many_zeros_and_the_rule_of_a_table_are_no_circle() -> None:
    assert not is_looping([1, 2, 3, *[0] * 12])
    assert not is_looping([9, 8, *[5, 6, 7] * 12])  # |---|---|, twelve columns


def test_a_sentence_said_twice_is_no_circle() -> None:
    assert not is_looping(list(range(60)) * 2)
    assert not is_looping(list(range(128)) * 2)


def test_a_page_said_twice_is_a_circle() -> None:
    assert is_looping([7, *list(range(300)) * 2])
    assert is_looping(list(range(512)) * 2)


def test_a_word_without_end_is_noticed_in_any_writing() -> None:
    for part in ("ab9", "合同", "é"):
        word = EndlessWord()
        assert [word.grows(part) for _ in range(1 + 400 // len(part))][-2:] == [False, True]


def test_long_lines_of_words_rows_and_codes_are_no_endless_word() -> None:
    word = EndlessWord()
    for part in (
        "合同约定，",
        "sha512-" + "a1" * 64,
        " ",
        "https://example.org/" + "a" * 300,
        "|---|",
        "_" * 900,
        "1234." * 200,
    ):
        assert not word.grows(part)
