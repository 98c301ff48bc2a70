"""Fusion and relevance, as arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.retrieval.fusion import THRESHOLD, coverage, fuse, idf, relevance, term_weight

rankings = st.lists(st.integers(1, 40), unique=True, max_size=30)
shares = st.floats(0, 1)


@given(rankings, rankings)
def test_every_chunk_of_either_arm_once(lexical: list[int], dense: list[int]) -> None:
    fused = fuse(lexical, dense)
    assert sorted(fused) == sorted(set(lexical) | set(dense))


@given(rankings)
def test_an_arm_without_results_has_no_say(ranking: list[int]) -> None:
    assert fuse(ranking, []) == fuse([], ranking) == fuse(ranking, ranking) == ranking


@given(rankings, rankings)
def test_better_in_both_arms_is_better(lexical: list[int], dense: list[int]) -> None:
    fused = fuse(lexical, dense)
    for better in set(lexical) & set(dense):
        for worse in set(lexical) & set(dense):
            if lexical.index(better) < lexical.index(worse) and dense.index(better) < dense.index(worse):
                assert fused.index(better) < fused.index(worse)


def test_what_both_arms_find_comes_before_what_one_finds() -> None:
    assert fuse([1, 2], [3, 2])[0] == 2
    assert fuse([1], [2])[0] == 1  # words weigh more than meaning


def test_rare_terms_weigh_more() -> None:
    assert idf(1, 100) > idf(10, 100) > idf(100, 100) >= 0
    assert idf(101, 100) == 0
    assert term_weight("质保", 0, 100) < idf(0, 100)
    assert term_weight("warranty", 0, 100) == idf(0, 100)


@given(st.lists(st.sampled_from(["质保", "合同", "warranty", "2024"]), unique=True), st.data())
def test_coverage_is_a_share(terms: list[str], data: st.DataObject) -> None:
    matched = data.draw(st.lists(st.sampled_from(terms), unique=True)) if terms else []
    frequencies = {term: data.draw(st.integers(0, 50)) for term in terms}
    covered = coverage(terms, matched, frequencies, 50)
    assert 0 <= covered <= 1 + 1e-9
    if terms and set(matched) == set(terms) and any(term_weight(term, frequencies[term], 50) for term in terms):
        assert covered == pytest.approx(1)
    if not matched:
        assert covered == 0


@given(shares, shares, st.one_of(st.none(), st.floats(-1, 1)))
def test_relevance_is_between_0_and_1_and_grows_with_coverage(first: float, second: float, cosine: float | None) -> None:
    lower, higher = sorted((first, second))
    assert 0 <= relevance(lower, cosine) <= relevance(higher, cosine) <= 1


def test_nothing_is_0_and_everything_1() -> None:
    assert relevance(0, None) == relevance(0, 0) == relevance(0, -1) == 0
    assert relevance(1, None) == relevance(1, 1) == 1
    assert 0 < THRESHOLD < 1
