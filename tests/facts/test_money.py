# SPDX-License-Identifier: Apache-2.0
"""Amounts of money as people write them."""

from __future__ import annotations

import pytest

from desktop_app.facts.money import amounts


@pytest.mark.parametrize(
    ("text", "value", "currency"),
    [
        ("人民币（大写）玖拾万玖仟元整", 909_000, "CNY"),
        ("人民币壹佰万元整", 1_000_000, "CNY"),
        ("价款共计56.94万元", 569_400, "CNY"),
        ("押金为人民币两万元", 20_000, "CNY"),
        ("￥872,400.00", 872_400, "CNY"),
        ("８７２元", 872, "CNY"),
        ("CHF 12'000", 12_000, "CHF"),
        ("1.234,50 EUR", 1_234.5, "EUR"),
        ("€1.4 million", 1_400_000, "EUR"),
        ("US$ 1,200,000", 1_200_000, "USD"),
        ("18,600 pounds", 18_600, "GBP"),
        ("港币3,000元", 3_000, "HKD"),
        ("EUR 12 000,50", 12_000.5, "EUR"),
    ],
)
def test_an_amount_with_its_currency(text: str, value: float, currency: str) -> None:
    assert [(float(one.value), one.currency) for one in amounts(text)] == [(value, currency)]


def test_its_place() -> None:
    text = "租金：人民币３，０００元，押金另付。"
    found = amounts(text)[0]
    assert text[found.start : found.end] == "人民币３，０００元"


@pytest.mark.parametrize("text", ["24 months", "2026年3月1日", "3.5%", "12个月", "第3条", "1,200平方米", "60 days' notice"])
def test_other_figures_are_no_amounts(text: str) -> None:
    assert not [one for one in amounts(text) if one.currency or (one.value >= 100 and "平" not in text)]
