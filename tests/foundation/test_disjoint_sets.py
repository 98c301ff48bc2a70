# SPDX-License-Identifier: Apache-2.0
"""Union-find gives what walking the pairs as a graph gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from desktop_app.foundation.disjoint_sets import DisjointSets

COUNT = 12
PAIRS = st.lists(st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)), max_size=20)


def walked(pairs: list[tuple[int, int]]) -> list[list[int]]:
    near: dict[int, set[int]] = {number: {number} for number in range(COUNT)}
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    found: list[list[int]] = []
    for number in range(COUNT):
        if any(number in group for group in found):
            continue
        group, waiting = {number}, [number]
        while waiting:
            for beside in near[waiting.pop()] - group:
                group.add(beside)
                waiting.append(beside)
        found.append(sorted(group))
    return found


@given(PAIRS)
def test_sets_are_the_connected_parts(pairs: list[tuple[int, int]]) -> None:
    sets = DisjointSets(COUNT)
    for one, other in pairs:
        sets.join(one, other)
    groups = sets.groups()
    assert groups == walked(pairs)
    of = {number: place for place, group in enumerate(groups) for number in group}
    assert all(sets.same(one, other) == (of[one] == of[other]) for one in range(COUNT) for other in range(COUNT))
