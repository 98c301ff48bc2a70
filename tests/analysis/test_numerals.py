"""Numbers by value, however they are written."""

from __future__ import annotations

import pytest

from desktop_app.analysis.numerals import known, stated


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("十八个月", {"18"}),
        ("三百六十五天", {"365"}),
        ("二〇二四年", {"2024"}),
        ("一万二千元", {"12000"}),
        ("一百零五", {"105"}),
        ("两千", {"2000"}),
        ("一份", {"1"}),
        ("186,000 euros", {"186000"}),
        ("1,234,567.50", {"1234567.50"}),
        ("12:30, 3.5.1, 1,5", {"12:30", "3.5.1", "1,5"}),
        ("１２３", {"123"}),
        ("eighteen months", {"18"}),
        ("Forty-two days", {"40", "2", "42"}),
        ("没有数字", set()),
    ],
)
def test_every_number_of_a_text(text: str, values: set[str]) -> None:
    assert known(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("三十日", {"30"}),
        ("二〇二四年", {"2024"}),
        ("18 个月", {"18"}),
        ("一份，十分重要，千万注意，以防万一，三四天，百分之百", set()),
        ("five or six", set()),
    ],
)
def test_what_must_not_differ(text: str, values: set[str]) -> None:
    assert stated(text) == values
