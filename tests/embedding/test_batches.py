# SPDX-License-Identifier: Apache-2.0
"""Batches hold every text once, of similar length, within their budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.embedding.seam.batches import batches


@given(st.lists(st.integers(0, 600)), st.integers(1, 2_048), st.integers(1, 20))
def test_every_text_once_within_the_budget(lengths: list[int], tokens: int, most: int) -> None:
    made = batches(lengths, tokens=tokens, most=most)
    assert sorted(i for batch in made for i in batch) == list(range(len(lengths)))
    for batch in made:
        assert 1 <= len(batch) <= most
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= tokens


def test_similar_lengths_stand_together_the_longest_first() -> None:
    assert batches([10, 300, 11, 290, 9, 310], tokens=1_000, most=16) == [[5, 1, 3], [2, 0, 4]]
