# SPDX-License-Identifier: Apache-2.0
"""How near the numbers of one backend come to those of another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def cosines(vectors: NDArray[np.float32], others: NDArray[np.float32]) -> NDArray[np.float32]:
    """Row by row, of vectors of length one; 0.0 for what is no number."""
    near: NDArray[np.float32] = np.nan_to_num(np.sum(vectors * others, axis=1), nan=0.0)
    return near


def correlation(scores: NDArray[np.float32], others: NDArray[np.float32]) -> float:
    """Pearson's, of scores whose differences count and not their height; 0.0 for what is no number, 1.0 for the same scores."""
    if np.allclose(scores, others, rtol=1e-6, atol=1e-6):
        return 1.0  # also when all are equal, where Pearson's is 0 / 0
    with np.errstate(invalid="ignore", divide="ignore"):
        near = float(np.corrcoef(scores, others)[0, 1])
    return near if np.isfinite(near) else 0.0
