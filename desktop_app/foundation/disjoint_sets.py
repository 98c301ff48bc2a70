# SPDX-License-Identifier: Apache-2.0
"""Disjoint sets: union-find over the numbers 0 to n - 1.

Groups whatever hangs together through any chain of pairs: versions of a document, the rules of a table.
"""

from __future__ import annotations


class DisjointSets:
    """Starts with ``count`` sets of one number each."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Make one set of the two that hold these numbers."""
        first, second = sorted((self._root(one), self._root(other)))
        self._parent[second] = first

    def same(self, one: int, other: int) -> bool:
        """Whether both numbers are in one set."""
        return self._root(one) == self._root(other)

    def groups(self) -> list[list[int]]:
        """All sets, ordered by their least number; the numbers of each in order."""
        found: dict[int, list[int]] = {}
        for number in range(len(self._parent)):
            found.setdefault(self._root(number), []).append(number)
        return list(found.values())

    def _root(self, number: int) -> int:
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number
