# SPDX-License-Identifier: Apache-2.0
"""When a contract ends, as its sentences say it."""

from __future__ import annotations

import datetime as dt

import pytest

from desktop_app.contract.ledger import StoredChunk
from desktop_app.contract.locator import Locator
from desktop_app.facts.days import last_day, later
from desktop_app.facts.reading import sentences_of
from desktop_app.facts.terms import terms
from desktop_app.library.stated_fact import BEGIN, COUNTED, END, OPEN, RENEWS, SIGNED, StatedFact


def stated(text: str, about: str) -> StatedFact | None:
    chunk = StoredChunk(1, "/c.txt", 0, text, Locator())
    return next((fact for fact in terms(list(sentences_of([chunk]))) if fact.about == about), None)


@pytest.mark.parametrize(
    ("text", "end", "notes"),
    [
        ("本合同自签订之日起两年内有效。\n签订日期：2025年3月1日", "2027-02-28", (COUNTED,)),
        ("The agreement is in force for three years from signing.\nSigned on 1 July 2025 in Bern.", "2028-06-30", (COUNTED,)),
        ("The contract ends on 30 June 2026. It is renewed automatically for a year.", "2026-06-30", (RENEWS,)),
        ("合同有效期至2026年12月31日，期满自动续期一年。", "2026-12-31", (RENEWS,)),
        ("合同有效期至2026年12月31日，期满不自动续期。", "2026-12-31", ()),
        ("This agreement has no fixed term.", "", (OPEN,)),
        ("The term of this contract ends 30/06/2026.", "2026-06-30", ()),
    ],
)
def test_the_end(text: str, end: str, notes: tuple[str, ...]) -> None:
    found = stated(text, END)
    assert found is not None
    assert (found.value, found.notes, found.sure) == (end, notes, True)


@pytest.mark.parametrize(
    "text",
    [
        "货物应于2026年3月1日前交付。",
        "Payment is due until 30 June 2026.",
        "质量保证期为验收合格之日起12个月。",
        "The warranty ends on 1 May 2027.",
    ],
)
def test_days_of_other_things_are_no_end(text: str) -> None:
    assert stated(text, END) is None


def test_day_and_month_that_may_be_the_other_way_round_are_unsure() -> None:
    found = stated("The term of this contract ends 04/05/2026.", END)
    assert found is not None
    assert not found.sure


def test_two_ends_that_say_different_days_are_unsure() -> None:
    found = stated("The contract ends on 30 June 2026. The agreement expires on 31 July 2026.", END)
    assert found is not None
    assert not found.sure


def test_signing_and_first_day() -> None:
    text = "本合同有效期自2025年9月15日起至2027年9月14日止。\n签订日期：2025年9月1日"
    begin, signed = stated(text, BEGIN), stated(text, SIGNED)
    assert begin is not None
    assert signed is not None
    assert (begin.value, signed.value) == ("2025-09-15", "2025-09-01")


def test_months_of_a_different_length() -> None:
    assert last_day(dt.date(2025, 7, 1), 24) == dt.date(2027, 6, 30)
    assert last_day(dt.date(2024, 2, 29), 12) == dt.date(2025, 2, 28)
    assert later(dt.date(2026, 12, 1), 3) == dt.date(2027, 3, 1)


@pytest.mark.parametrize(
    "text",
    [
        "9" * 4000,
        "2026年1月1日至 " * 100,
        "from 99 years " * 100,
        "合同期限为" + "一" * 300 + "年",
        "valid until " * 200,
        "0000-00-00 2026-13-45",
    ],
)
def test_odd_texts_state_no_end(text: str) -> None:
    found = stated(f"The contract: {text}", END)
    assert found is None or not found.value
