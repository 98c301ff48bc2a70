# SPDX-License-Identifier: Apache-2.0
"""Figures by what they mean: the same one in other words and scripts, and what only looks like it."""

from __future__ import annotations

from fractions import Fraction

import pytest

from desktop_app.analysis.facts import agree, facts
from desktop_app.analysis.numerals import known, stated

SAME = [
    ("十五天", "15 days"),
    ("15个自然日", "十五日"),
    ("2,900", "2900"),
    ("1.5万元", "15,000 元"),
    ("贰拾肆万柒仟贰佰元", "247,200.00 元"),
    ("fifteen", "15"),
    ("forty-two", "42"),
    ("two hundred and twenty", "220"),
    ("two million euros", "2,000,000 EUR"),
    ("€40", "40 euros"),
    ("two-year", "24 months"),
    ("a fortnight", "fourteen days"),
    ("半年", "6个月"),
    ("一个半月", "1.5 months"),
    ("90 minutes", "1.5 hours"),
    ("一元二角", "1.2元"),
    ("百分之五", "5%"),
    ("half a percent", "0.5 percent"),
    ("三成", "30%"),
    ("三分之二", "2/3"),
    ("a third", "三分之一"),
    ("千分之三", "0.3%"),
    ("一点五倍", "1.5 times"),
    ("38 pence", "0.38 pounds"),
    ("3月5日", "2026-03-05"),
    ("March 5", "3月5日"),
    ("5th of March", "March 5, 2026"),
    ("二〇二四年三月五日", "5.3.2024"),
    ("the 25th", "每月25日"),
    ("September 2024", "in September 2024"),
    ("22点", "晚十点"),
    ("half past three", "15:30"),
    ("下午四点半", "16:30"),
    ("6 pm", "six in the evening"),
    ("at nine", "9:00"),
    ("noon", "12:00"),
    ("周三", "Wednesdays"),
    ("星期天", "Sunday"),
    ("HT-2024-018", "ht 2024/018 HT/2024/018"),
    ("seventy per cent", "split seventy to thirty"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_said_otherwise(one: str, other: str) -> None:
    (first, *_) = [fact for fact in facts(one) if not fact.weak] or facts(one)
    assert any(agree(first, known) for known in facts(other)), (facts(one), facts(other))


DIFFERENT = [
    ("30天", "30个工作日"),
    ("5 days", "5 working days"),
    ("32 pounds", "32 euros"),
    ("15元", "15美元"),
    ("8 km", "8 m"),
    ("20厘米", "20毫米"),
    ("百分之五", "千分之五"),
    ("18 months", "18 weeks"),
    ("十八个月", "二十个月"),
    ("3月5日", "3月15日"),
    ("5 March 2025", "5 March 2026"),
    ("7月", "7个月"),
    ("2 days", "2,900"),
    ("周三", "周四"),
    ("15:30", "16:30"),
    ("WL-300", "WL-200"),
    ("85 hertz", "85 decibels"),
]


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_only_looks_alike(one: str, other: str) -> None:
    (first,) = facts(one)
    assert not any(agree(first, known) for known in facts(other)), (facts(one), facts(other))


@pytest.mark.parametrize(
    "text",
    [
        "一般情况",
        "统一办理",
        "十分重要",
        "万一",
        "一律按照制度",
        "You may use it.",
        "march in step",
        "the first-aid box is here",
        "一名员工",
    ],
)
def test_what_is_no_figure(text: str) -> None:
    assert [fact for fact in facts(text) if not fact.weak] == []


def test_each_fact_has_its_place() -> None:
    text = "自 ２０２４ 年 3 月 5 日起，每晚 140 euros，共十八个月。"
    assert [text[fact.start : fact.end] for fact in facts(text)] == ["２０２４ 年 3 月 5 日", "每晚", "140 euros", "十八个月"]


def test_a_year_that_is_not_said_is_no_difference() -> None:
    (said,), (source,) = facts("5 March 2026"), facts("on 5 March")
    assert agree(said, source)
    assert said.on[0] == 2026
    assert source.on[0] == 0


@pytest.mark.parametrize(("text", "value"), [("2十分之一", Fraction(1, 10)), ("三分之2十", Fraction(2, 3))])
def test_digits_beside_a_chinese_fraction_are_no_part_of_it(text: str, value: Fraction) -> None:
    assert value in [fact.value for fact in facts(text)]


@pytest.mark.parametrize("figure", ["一", "壹", "1", "一点五"])
@pytest.mark.parametrize("after", ["", "分之一", "年", "万", "倍", "个半小时"])
def test_a_run_of_figures_longer_than_python_converts_is_read(figure: str, after: str) -> None:
    """A line drawn with 一, or digits that a damaged file holds."""
    text = figure + figure[-1] * 5_000 + after
    assert facts(text) is not None
    assert stated(text)
    assert known(text)
