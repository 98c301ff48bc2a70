# SPDX-License-Identifier: Apache-2.0
"""How many hidden passages a file has, and of which kinds, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.contract.document import HIDDEN
from desktop_app.foundation import translation
from desktop_app.wording.hidden_texts import hidden_counts, hidden_note


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    before = translation.current()
    yield
    translation.use(before)


CASES = [
    ({}, "", ""),
    ({"row": 1}, "1 hidden passage: hidden rows", "1 段隐藏文字：隐藏的行"),
    (
        {"invisible": 3, "row": 9},
        "12 hidden passages: hidden rows, without a visible colour",
        "12 段隐藏文字：隐藏的行、颜色不可见",
    ),
    ({"what a later version knows": 2}, "2 hidden passages", "2 段隐藏文字"),
]


@pytest.mark.parametrize(("counts", "english", "chinese"), CASES)
def test_hidden_passages_are_counted_with_the_most_frequent_kind_first(
    counts: dict[str, int], english: str, chinese: str
) -> None:
    translation.use("en")
    assert hidden_counts(counts) == english
    translation.use("zh_CN")
    assert hidden_counts(counts) == chinese


@pytest.mark.parametrize("code", ["en", "zh_CN"])
def test_every_reason_has_its_own_words(code: str) -> None:
    translation.use(code)
    assert len({hidden_counts({hidden: 1}) for hidden in HIDDEN}) == len(HIDDEN)
    assert len({hidden_note(hidden) for hidden in HIDDEN}) == len(HIDDEN)
