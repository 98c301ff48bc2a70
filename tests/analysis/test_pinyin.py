# SPDX-License-Identifier: Apache-2.0
"""Initials of common Chinese characters, whatever stands between them."""

from __future__ import annotations

import pytest

from desktop_app.analysis.pinyin import initials


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("员工手册 2025", "ygsc 2025"),
        ("采购合同", "cght"),
        ("啊座", "az"),  # the first and the last
        ("travel 差旅", "travel cl"),
        ("龘", "龘"),  # not among the common ones
    ],
)
def test_initials(text: str, letters: str) -> None:
    assert initials(text) == letters
