# SPDX-License-Identifier: Apache-2.0
"""Agreement of two backends' numbers; what is no number agrees with nothing."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.embedding.seam.agreement import correlation, cosines


def scores(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def test_cosines_row_by_row() -> None:
    vectors = np.array([[1, 0], [0.6, 0.8], [np.nan, 1]], np.float32)
    others = np.array([[0, 1], [0.6, 0.8], [0, 1]], np.float32)
    assert cosines(vectors, others).tolist() == pytest.approx([0.0, 1.0, 0.0])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (scores(1, 2, 3), scores(11, 12, 13), 1.0),
        (scores(1, 2, 3), scores(3, 2, 1), -1.0),
        (scores(1, 2, 3), scores(1, 2, np.nan), 0.0),
        (scores(5, 5, 5), scores(5, 5, 5), 1.0),
        (scores(5, 5, 5), scores(1, 2, 3), 0.0),
        (scores(1, 2, 3), scores(1, 2, np.inf), 0.0),
    ],
)
def test_correlation(one: np.ndarray, other: np.ndarray, expected: float) -> None:
    assert correlation(one, other) == pytest.approx(expected)
