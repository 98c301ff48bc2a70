# SPDX-License-Identifier: Apache-2.0
"""Sizes and times in words, in both languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desktop_app.foundation import translation
from desktop_app.wording.quantities import duration, size, time_left


@pytest.fixture(autouse=True)
def language() -> Iterator[None]:
    before = translation.current()
    translation.use("en")
    yield
    translation.use(before)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 KB"),
        (999_499, "999 KB"),
        (999_500, "1 MB"),
        (340e6, "340 MB"),
        (999.4e6, "999 MB"),
        (999.6e6, "1.0 GB"),
        (4_683_073_184, "4.7 GB"),
        (8 << 30, "8.6 GB"),
        (3.2e12, "3,200.0 GB"),
    ],
)
def test_sizes_are_decimal(number: float, text: str) -> None:
    assert size(number) == text


@pytest.mark.parametrize(
    ("low", "high", "english", "chinese"),
    [
        (3, 40, "less than a minute", "不到 1 分钟"),
        (20, 200, "up to 3 min", "最多 3 分钟"),
        (660, 780, "about 12 min", "约 12 分钟"),
        (590, 900, "10 to 15 min", "10 至 15 分钟"),
        (7_200, 10_800, "2 to 3 h", "2 至 3 小时"),
        (90_000, 99_000, "about 25 h", "约 25 小时"),
    ],
)
def test_a_range_of_time(low: float, high: float, english: str, chinese: str) -> None:
    assert duration(low, high) == english
    translation.use("zh_CN")
    assert duration(low, high) == chinese


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (3, "less than a minute left", "剩余不到 1 分钟"),
        (61, "about 1 min left", "剩余约 1 分钟"),
        (372, "about 6 min left", "剩余约 6 分钟"),
        (3_569, "about 59 min left", "剩余约 59 分钟"),
        (3_571, "about 1 h 00 min left", "剩余约 1 小时 00 分"),
        (3_900, "about 1 h 05 min left", "剩余约 1 小时 05 分"),
    ],
)
def test_the_time_left(seconds: float, english: str, chinese: str) -> None:
    assert time_left(seconds) == english
    translation.use("zh_CN")
    assert time_left(seconds) == chinese
