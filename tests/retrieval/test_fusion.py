# SPDX-License-Identifier: Apache-2.0
"""Fusion and relevance, as arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.contract.passage import ANSWER, NONE, PERHAPS
from desktop_app.retrieval.fusion import certainty, fused_score, idf, relevance, stands_out, term_weight, with_first_of_each

shares = st.floats(0, 1)
meanings = st.floats(-2, 3)
texts = st.integers(0, 1_000_000)


@given(shares, shares, meanings, meanings, texts)
def test_more_words_or_more_meaning_never_count_less(one: float, other: float, near: float, far: float, many: int) -> None:
    less, more = sorted((one, other))
    farther, nearer = sorted((near, far))
    assert fused_score(less, farther, own_language=False) <= fused_score(more, nearer, own_language=True)
    assert fused_score(less, None, own_language=True) <= fused_score(more, None, own_language=True)
    assert 0 <= relevance(less, farther, many) <= relevance(more, nearer, many) <= 1
    assert 0 <= relevance(less, None, many) <= relevance(more, None, many) <= 1


def test_a_few_shared_words_do_not_outweigh_meaning() -> None:
    """怎么请假？ and 员工申请休假须填写表单 share no word; a sentence with 怎么 in it shares some."""
    assert fused_score(0.0, 0.6, own_language=True) > fused_score(0.2, 0.5, own_language=True)
    assert fused_score(0.6, 0.5, own_language=True) > fused_score(0.1, 0.9, own_language=True)


def test_what_is_near_to_everything_and_one_of_many_counts_less() -> None:
    assert relevance(0.3, 0.7, 100, noise=0.4) < relevance(0.3, 0.7, 100, noise=0.1)
    assert relevance(0.3, 0.7, 100_000) < relevance(0.3, 0.7, 3)


def test_rare_terms_weigh_more() -> None:
    assert idf(1, 100) > idf(10, 100) > idf(100, 100) >= 0
    assert idf(101, 100) == 0
    assert term_weight("质保", 0, 100) < idf(0, 100)
    assert term_weight("warranty", 0, 100) == idf(0, 100)


def test_in_a_library_of_one_text_an_absent_word_does_not_outweigh_all_others() -> None:
    """ "How long is the notice period?" of a contract that says "The notice period is 60 days" and nothing of "long"."""
    assert idf(0, 1) < 1.5 * idf(1, 1)
    assert idf(0, 10_000) > 3 * idf(1_000, 10_000)


def test_three_answers_in_order() -> None:
    assert [certainty(score / 100) for score in (0, 100)] == [NONE, ANSWER]
    order = [(NONE, PERHAPS, ANSWER).index(certainty(score / 100)) for score in range(101)]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2}


def test_words_alone_answer_from_half_of_what_is_asked_on() -> None:
    assert certainty(relevance(0.52, None, 100)) == ANSWER
    assert certainty(relevance(0.4, None, 100)) == PERHAPS
    assert certainty(relevance(0.2, None, 100)) == NONE


def test_meaning_alone_may_answer_and_unrelated_texts_do_not() -> None:
    assert certainty(relevance(0.0, 0.7, 160, noise=0.25)) == PERHAPS
    assert certainty(relevance(0.0, 0.3, 160, noise=0.25)) == NONE
    assert certainty(relevance(0.8, 1.0, 160, noise=0.25)) == ANSWER


def test_a_passage_that_says_all_that_is_asked_answers_in_a_library_of_any_size() -> None:
    """ "What is the notice period?" and "The notice period is 60 days." were no answer among 16 files, and one without a model."""
    assert certainty(relevance(1.0, 0.6, 100_000, noise=0.4)) == ANSWER
    assert certainty(relevance(0.6, 0.6, 100_000, noise=0.4)) != ANSWER


def test_what_stands_out_of_many_texts() -> None:
    assert stands_out(0.5, 0.3, 241)
    assert not stands_out(0.5, 0.45, 241)
    assert not stands_out(0.5, 0.3, 3)


@given(st.permutations(range(20)), st.permutations(range(20)), st.permutations(range(20)))
def test_the_first_of_each_arm_are_among_the_first_eight(words: list[int], meaning: list[int], foreign: list[int]) -> None:
    items = [[number] for number in range(20)]  # told apart by identity
    arms = [[items[number] for number in arm] for arm in (words, meaning, foreign)]
    merged = with_first_of_each(items, arms)
    assert sorted(merged) == items
    first = merged[:8]
    assert all(one in first for one in (*arms[0][:3], *arms[1][:3], *arms[2][:2]))
    if len({*words[:3], *meaning[:3], *foreign[:3]}) < 9:
        assert arms[2][2] in first


def test_an_order_that_holds_them_already_stays() -> None:
    items = [[number] for number in range(12)]
    assert with_first_of_each(items, [items[2:5], items[:3]]) == items
    assert with_first_of_each(items[:3], [items[:1], []]) == items[:3]
