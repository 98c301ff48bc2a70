# SPDX-License-Identifier: Apache-2.0
"""Stretches of time in questions and headings."""

from __future__ import annotations

import datetime as dt

import pytest

from desktop_app.analysis.folding import fold
from desktop_app.tables.periods import periods

TODAY = dt.date(2026, 1, 15)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026年第二季度的预算", "2026-04-01", "2026-06-30"),
        ("2026年内到期的合同", "2026-01-01", "2026-12-31"),
        ("2026年7月1日至12月31日之间", "2026-07-01", "2026-12-31"),
        ("2024年2月的工单", "2024-02-01", "2024-02-29"),
        ("2025年上半年", "2025-01-01", "2025-06-30"),
        ("2025年3月至5月", "2025-03-01", "2025-05-31"),
        ("2026年1月以来", "2026-01-01", "9999-12-31"),
        ("截至2026年5月31日", "2026-05-31", "2026-05-31"),
        ("the first half of 2026", "2026-01-01", "2026-06-30"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("from 26 to 28 March 2026", "2026-03-26", "2026-03-28"),
        ("between 1 March and 30 April 2026", "2026-03-01", "2026-04-30"),
        ("before 1 July 2026", "0001-01-01", "2026-06-30"),
        ("after 1 July 2026", "2026-07-02", "9999-12-31"),
        ("since 2020", "2020-01-01", "9999-12-31"),
        ("after 2020", "2021-01-01", "9999-12-31"),
        ("in 2020 or later", "2020-01-01", "9999-12-31"),
        ("before March 2026", "0001-01-01", "2026-02-28"),
        ("2026年3月31日之后", "2026-04-01", "9999-12-31"),
        ("2026年3月31日及以后", "2026-03-31", "9999-12-31"),
        ("2020年以前", "0001-01-01", "2019-12-31"),
        ("2020年及以前", "0001-01-01", "2020-12-31"),
        ("3月之前", "0000-01-01", "0000-02-29"),
        ("until 1 July 2026", "0001-01-01", "2026-07-01"),
        ("in February 2026", "2026-02-01", "2026-02-28"),
        ("the last quarter of 2025", "2025-10-01", "2025-12-31"),
        ("上个月的报修", "2025-12-01", "2025-12-31"),
        ("last year", "2025-01-01", "2025-12-31"),
        ("本季度", "2026-01-01", "2026-03-31"),
    ],
)  # fmt: skip
def test_a_stretch_of_time_is_read(text: str, first: str, last: str) -> None:
    found = periods(fold(text), TODAY)
    assert [one.iso() for one in found] == [(first, last)]


@pytest.mark.parametrize("text", ["三个月的押金", "月租多少", "2025 pieces", "€2025", "五月天", "房间 2025-A", "0.2025"])
def test_no_time_is_seen_where_none_is_said(text: str) -> None:
    assert [one for one in periods(fold(text)) if not one.open_year] == []


def test_a_month_without_its_year_takes_it_from_the_table() -> None:
    april = periods(fold("and in April?"))[0]
    assert april.open_year
    assert april.in_year(2025).iso() == ("2025-04-01", "2025-04-30")
    assert periods(fold("in february"))[0].in_year(2024).iso()[1] == "2024-02-29"


def test_last_month_is_nothing_without_a_day_to_count_from() -> None:
    assert periods(fold("上个月的报修")) == []
