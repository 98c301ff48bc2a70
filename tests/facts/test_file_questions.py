# SPDX-License-Identifier: Apache-2.0
"""Questions of facts over files as forms, and questions that are none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from desktop_app.contract import form as forms
from desktop_app.contract.form import Condition
from desktop_app.facts.file_questions import FactQuestion, asked, named
from desktop_app.library.stated_fact import AMOUNT, BEGIN, END, PARTY
from desktop_app.tables.periods import periods

TODAY = dt.date(2026, 12, 1)


def spans(folded: str, today: dt.date) -> Iterator[tuple[str, str, bool, int, int]]:
    for span in periods(folded, today):
        yield (*span.iso(), span.open_year, span.start, span.end)


def read(question: str) -> FactQuestion | None:
    return asked(question, TODAY, spans)


@pytest.mark.parametrize(
    ("question", "about", "first", "last"),
    [
        ("Which contracts expire in 2026?", END, "2026-01-01", "2026-12-31"),
        ("which contracts expire before 30 June", END, "2026-01-01", "2026-06-29"),
        ("Which contracts end within three months?", END, "2026-12-01", "2027-03-01"),
        ("哪些合同今年到期", END, "2026-01-01", "2026-12-31"),
        ("明年到期的合同有多少份？", END, "2027-01-01", "2027-12-31"),
        ("三个月内到期的合同有哪些？", END, "2026-12-01", "2027-03-01"),
        ("未来30天内到期的合同有哪些？", END, "2026-12-01", "2026-12-31"),
        ("Which leases start next month?", BEGIN, "2027-01-01", "2027-01-31"),
        ("2027年上半年到期的合同有哪些？", END, "2027-01-01", "2027-06-30"),
    ],
)
def test_days(question: str, about: str, first: str, last: str) -> None:
    found = read(question)
    assert found is not None
    assert (found.kind, found.conditions) == ("contract", (Condition(about, forms.BETWEEN, (first, last)),))


@pytest.mark.parametrize(
    ("question", "test", "value", "currency"),
    [
        ("contracts over 1,000,000", forms.MORE, 1_000_000, ""),
        ("Which contracts are worth at least 700,000 euros?", forms.AT_LEAST, 700_000, "EUR"),
        ("金额超过八十万元人民币的合同有哪些？", forms.MORE, 800_000, "CNY"),
        ("100万元以上的合同有几份？", forms.AT_LEAST, 1_000_000, "CNY"),
    ],
)
def test_amounts(question: str, test: str, value: int, currency: str) -> None:
    found = read(question)
    assert found is not None
    assert (found.conditions, found.currency) == ((Condition(AMOUNT, test, (value,)),), currency)


@pytest.mark.parametrize(
    ("question", "pick", "first_day"),
    [
        ("金额最高的合同是哪份？", (AMOUNT, forms.MAX), ""),
        ("Which contract has the lowest amount?", (AMOUNT, forms.MIN), ""),
        ("Which contract is worth the most?", (AMOUNT, forms.MAX), ""),
        ("哪份合同最晚到期？", (END, forms.MAX), ""),
        ("Which contract expires next?", (END, forms.MIN), "2026-12-01"),
        ("最快到期的合同是哪份？", (END, forms.MIN), "2026-12-01"),
    ],
)
def test_extremes(question: str, pick: tuple[str, str], first_day: str) -> None:
    found = read(question)
    assert found is not None
    assert (found.kind, found.columns, found.pick) == ("contract", (pick[0],), pick)
    assert found.conditions == ((Condition(END, forms.AT_LEAST, (first_day,)),) if first_day else ())


def test_an_extreme_of_other_things_is_left_to_the_search() -> None:
    assert read("Which item of the contract has the highest price?") is None
    assert read("最贵的物料是什么？") is None


@pytest.mark.parametrize(
    ("question", "columns"),
    [
        ("end date, parties and amount of each contract", (END, PARTY, AMOUNT)),
        ("列出所有合同的甲方和金额", (PARTY, AMOUNT)),
        ("List the parties of all contracts", (PARTY,)),
    ],
)
def test_columns(question: str, columns: tuple[str, ...]) -> None:
    found = read(question)
    assert found is not None
    assert (found.columns, found.conditions) == (columns, ())


def test_count_sum_and_missing() -> None:
    count, total, missing = (
        read("有多少份合同？"),
        read("total amount of all contracts by currency"),
        read("哪些合同没有写明到期日？"),
    )
    assert count is not None
    assert count.counted
    assert total is not None
    assert total.summed
    assert missing is not None
    assert missing.conditions == (Condition(END, forms.NOTHING),)


def test_a_name_is_a_party_or_the_question_is_another_one() -> None:
    found = read("list all contracts with Müller AG")
    assert found is not None
    known = named(found, ["Mueller GmbH", "MÜLLER AG, Bern"])
    assert known is not None
    assert known.conditions == (Condition(PARTY, forms.ONE_OF, ("MÜLLER AG, Bern",)),)
    assert named(found, ["Meier AG"]) is None


@pytest.mark.parametrize(
    "question",
    [
        "What is the end date of the contract?",
        "合同什么时候到期？",
        "Which contracts mention confidentiality?",
        "台账里租赁类合同的金额合计是多少元？",
        "How many reports must the contractor deliver each year?",
        "哪些文件提到保密？",
        "Which contracts did Anna Berger negotiate badly?",
        "合同签订后几天内付款？",
        "List all files",
    ],
)
def test_other_questions_are_left_alone(question: str) -> None:
    assert read(question) is None
