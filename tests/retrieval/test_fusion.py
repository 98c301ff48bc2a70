"""Fusion and relevance, as arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.contract.passage import ANSWER, NONE, PERHAPS
from desktop_app.retrieval.fusion import THRESHOLD, certainty, idf, joined, relevance, term_weight

shares = st.floats(0, 1)
meanings = st.floats(-2, 3)
weights = st.floats(0, 1)


@given(shares, meanings, meanings)
def test_an_arm_without_weight_has_no_say(words: float, meaning: float, other: float) -> None:
    assert joined(words, meaning, 0.0) == joined(words, other, 0.0) == words
    assert relevance(words, meaning, 0.0) == relevance(words, other, 0.0)


@given(shares, shares, meanings, meanings, weights)
def test_nearer_in_both_arms_is_nearer(one: float, other: float, near: float, far: float, weight: float) -> None:
    less, more = sorted((one, other))
    farther, nearer = sorted((near, far))
    assert joined(less, farther, weight) <= joined(more, nearer, weight)
    assert 0 <= relevance(less, farther, weight) <= relevance(more, nearer, weight) <= 1


def test_rare_terms_weigh_more() -> None:
    assert idf(1, 100) > idf(10, 100) > idf(100, 100) >= 0
    assert idf(101, 100) == 0
    assert term_weight("质保", 0, 100) < idf(0, 100)
    assert term_weight("warranty", 0, 100) == idf(0, 100)


@pytest.mark.parametrize("weight", [0.0, 0.05, 0.2, 0.5])
def test_nothing_is_0_and_everything_1(weight: float) -> None:
    assert relevance(0, 0, weight) == relevance(0, -1, weight) == 0
    assert relevance(1, 3, weight) == pytest.approx(1)
    assert relevance(0.3, 0.5, weight) < THRESHOLD < relevance(0.7, 1.1, weight)


def test_three_answers_in_order() -> None:
    assert [certainty(score / 100) for score in (0, 100)] == [NONE, ANSWER]
    assert certainty(THRESHOLD) == ANSWER
    order = [(NONE, PERHAPS, ANSWER).index(certainty(score / 100)) for score in range(101)]
    assert order == sorted(order)
    assert set(order) == {0, 1, 2}
