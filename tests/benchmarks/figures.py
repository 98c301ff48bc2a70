# SPDX-License-Identifier: Apache-2.0
"""Percentiles and a line of them."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def percentile(values: Sequence[float], share: float) -> float:
    """Nearest-rank percentile, ``share`` in 0..1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def spread(values: Sequence[float], unit: str = "s", digits: int = 3) -> str:
    return (
        f"min {min(values):.{digits}f} {unit}, median {median(values):.{digits}f} {unit}, max {max(values):.{digits}f} {unit}"
    )
