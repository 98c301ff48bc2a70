# SPDX-License-Identifier: Apache-2.0
"""Yes and no: what is a negation, what only looks like one, and words that turn a meaning round."""

from __future__ import annotations

import pytest

from desktop_app.analysis.polarity import negated, opposites


@pytest.mark.parametrize(
    "text",
    [
        "不得带出办公楼", "严禁载人", "尚未到货", "无需提供票据", "没有标注级别", "别把密码借给他人", "除非经理同意",
        "no data left the company", "nobody works alone", "they don't need it", "minors are prohibited from it", "the board turned it down",
    ],
)  # fmt: skip
def test_negations(text: str) -> None:
    assert negated(text)


@pytest.mark.parametrize(
    "text",
    [
        "不超过三十厘米", "不少于十二位", "不同的部门", "无论天气如何", "非常重要", "可以带出办公楼", "不得不停机", "不是不可以",
        "no more than six", "not only in winter", "not later than monday", "must not be refused without reason and not", "免费提供",
    ],
)  # fmt: skip
def test_no_negations(text: str) -> None:
    assert not negated(text)


@pytest.mark.parametrize(
    ("said", "known"),
    [
        ("至少十天", "不超过十天"),
        ("超过十天", "不得超过十天"),
        ("before the trip", "after the trip"),
        ("费用由出租人承担", "费用由承租人承担"),
        ("prices were raised", "prices were reduced"),
        ("at most six", "at least six"),
    ],
)
def test_opposites(said: str, known: str) -> None:
    assert opposites(said, known, known)
    assert not opposites(known, known, known)
