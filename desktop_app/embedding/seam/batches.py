# SPDX-License-Identifier: Apache-2.0
"""Batches of texts of similar length, with few tokens.

So little is padded, and a question soon gets through.
"""

from __future__ import annotations

from collections.abc import Sequence


def batches(lengths: Sequence[int], *, tokens: int, most: int) -> list[list[int]]:
    """Positions of texts by batch, the longest texts first, so that several workers end together.

    ``lengths`` are in tokens. A batch holds at most ``most`` texts, and padded to its longest at most ``tokens`` tokens, unless one
    text alone is longer.
    """
    made: list[list[int]] = []
    longest = 0
    for position in sorted(range(len(lengths)), key=lambda i: -lengths[i]):
        batch = made[-1] if made else []
        if not batch or len(batch) == most or (len(batch) + 1) * longest > tokens:
            batch, longest = [], max(1, lengths[position])
            made.append(batch)
        batch.append(position)
    return made
