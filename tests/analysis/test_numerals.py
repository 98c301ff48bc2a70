# SPDX-License-Identifier: Apache-2.0
"""Numbers by value, however they are written."""

from __future__ import annotations

import pytest

from desktop_app.analysis.numerals import known, mentioned, of_date, of_year, stated, value


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
        ("两年零两个月", {"2"}),
        ("廿五日", {"25"}),
        ("十五亿元", {"1500000000"}),
        ("一亿三千万", {"130000000"}),
        ("三万亿", {"3000000000000"}),
        ("六千万万", {"600000000000"}),
        ("人民币壹佰贰拾万伍仟元整", {"1205000"}),
        ("人民幣參拾萬元", {"300000"}),
        ("3.5万元，1.2 亿", {"3.5", "35000", "1.2", "120000000", "10000", "100000000"}),
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
        ("一份，十分重要，千万注意，以防万一，三四天，百分之百，亿万年", set()),
        ("伍拾元", {"50"}),
        ("大陆百姓收拾，参加队伍", set()),
        ("二月廿五", {"25"}),
        ("3.5万", {"3.5"}),
        ("five or six", set()),
    ],
)
def test_what_must_not_differ(text: str, values: set[str]) -> None:
    assert stated(text) == values


@pytest.mark.parametrize("text", ["两次", "半年", "廿日", "第〇期", "伍万", "壹佰元", "３ 次", "3"])
def test_a_number_is_said(text: str) -> None:
    assert mentioned(text)


@pytest.mark.parametrize("text", ["大陆居民", "收拾", "没有", "five"])
def test_no_number_is_said(text: str) -> None:
    assert not mentioned(text)


def test_every_number_below_a_million_is_read_as_it_is_written() -> None:
    def written(number: int, digits: str, tens: str, hundreds: str, thousands: str) -> str:
        if number >= 10_000:
            rest = number % 10_000
            zero = digits[0] if 0 < rest < 1_000 else ""
            return written(number // 10_000, digits, tens, hundreds, thousands) + "万" + zero + (
                written(rest, digits, tens, hundreds, thousands) if rest else ""
            )  # fmt: skip
        text, gap = "", False
        for unit, sign in ((1_000, thousands), (100, hundreds), (10, tens), (1, "")):
            digit = number // unit % 10
            if digit:
                text, gap = text + (digits[0] if gap else "") + digits[digit] + sign, False
            elif text:
                gap = True
        return text

    for number in range(1, 1_000_000, 97):
        assert value(written(number, "零一二三四五六七八九", "十", "百", "千")) == number
        assert value(written(number, "零壹贰叁肆伍陆柒捌玖", "拾", "佰", "仟")) == number


@pytest.mark.parametrize(
    ("part", "number"),
    [("5", 5), ("05", 5), ("五", 5), ("十", 10), ("十二", 12), ("二十", 20), ("三十一", 31), ("二五", 25), ("", 0)],
)
def test_months_and_days(part: str, number: int) -> None:
    assert of_date(part) == number


@pytest.mark.parametrize(("year", "number"), [("2024", 2024), ("二〇二四", 2024), ("二零零五", 2005), ("০৫০৫", 0)])
def test_years(year: str, number: int) -> None:
    assert of_year(year) == number
