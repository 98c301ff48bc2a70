# SPDX-License-Identifier: Apache-2.0
"""Numbers of clauses: as they are asked for, as they head a text, and how far a clause goes."""

from __future__ import annotations

import pytest

from desktop_app.analysis import clauses, words
from desktop_app.analysis.clauses import AskedClause
from desktop_app.analysis.folding import fold

ASKED = {
    "What does clause 3.2 say?": [AskedClause("@3.2")],
    "What is in section 2.1 of the policy?": [AskedClause("@2.1")],
    "article 12": [AskedClause("@12")],
    "clause 3.20": [AskedClause("@3.20")],
    "Clause 3.2.1": [AskedClause("@3.2.1")],
    "What is in 3.3 (b)?": [AskedClause("@3.3", "(b)")],
    "Art. 5 (a)": [AskedClause("@5", "(a)")],
    "Was steht in § 4?": [AskedClause("@4")],
    "Ziffer 3.2": [AskedClause("@3.2")],
    "3.2": [AskedClause("@3.2")],
    "第三条": [AskedClause("@3条")],
    "第3条说了什么？": [AskedClause("@3条")],
    "第三条第二款": [AskedClause("@3条", "(二)")],
    "第十二条第（三）项": [AskedClause("@12条", "(三)")],
    "第一百二十条之一": [AskedClause("@120条之一")],
    "第二章第五节讲什么": [AskedClause("@2章"), AskedClause("@5节")],
    "第3.2条规定": [AskedClause("@3.2")],
    "3.2条": [AskedClause("@3.2")],
    "What is the price of 3.2 kg?": [],
    "合同金额是3.2万元吗": [],
    "第三季度的收入": [],
    "on 3.5.2026": [],
    "Model 3": [],
}
HEADS = {
    "3.2 A late payment bears interest.": ["@3.2"],
    "3. Payment": ["@3"],
    "2 Warranty": ["@2"],
    "Section 4 Liability": ["@4"],
    "§ 5 Haftung": ["@5"],
    "1）测试": ["@1"],
    "3.2.1测试方法": ["@3.2.1"],
    "第三条 租金每月三万元": ["@3条"],
    "第3条 租金": ["@3条"],
    "第二章　质保": ["@2章"],
    "2.1 Duration\n36 months.\n2.2 Exclusions": ["@2.1", "@2.2"],
    "依照第三条的规定": [],
    "12 francs a day.": [],
    "3.5.2026 in Bern": [],
    "3.5万元": [],
    "40.00 元": [],
    "12,000 francs": [],
    "10:30 Meeting": [],
    "See clause 3.2.": [],
    "2026 年": [],
}


@pytest.mark.parametrize("question", ASKED)
def test_clauses_that_are_asked_for(question: str) -> None:
    assert clauses.asked(fold(question)) == ASKED[question]


@pytest.mark.parametrize("text", HEADS)
def test_clauses_that_begin_in_a_text(text: str) -> None:
    assert clauses.heads(fold(text)) == HEADS[text]
    assert [term for term in words.terms(text) if term.startswith("@")] == HEADS[text]


def within(question: str, *texts: str, trail: tuple[str, ...] = ()) -> list[int]:
    return clauses.within([fold(text) for text in texts], [fold(one) for one in trail], clauses.asked(fold(question)))


def test_a_clause_goes_on_to_the_next_that_is_not_below_it() -> None:
    contract = ("3. Payment", "3.1 Invoices", "3.2 Interest", "(a) first", "(b) second", "3.3 Set-off", "4. Term", "4.1 Notice")
    assert within("clause 3.2", *contract) == [0, 0, 1, 1, 1, 0, 0, 0]
    assert within("clause 3.2 (b)", *contract) == [0, 0, 1, 1, 2, 0, 0, 0]
    assert within("clause 3", *contract) == [1, 1, 1, 1, 1, 1, 0, 0]
    assert within("clause 9", *contract) == [0] * 8


def test_chinese_clauses_end_at_the_next_of_their_kind_or_above() -> None:
    contract = ("第一章 总则", "第一条 定义", "第二条 租金", "（一）逾期；", "1. 两期", "第三条 保险", "第二章 其他")
    assert within("第二条", *contract) == [0, 0, 1, 1, 1, 0, 0]
    assert within("第二条第一款", *contract) == [0, 0, 1, 2, 2, 0, 0]
    assert within("第一章", *contract) == [1, 1, 1, 1, 1, 1, 0]


def test_a_text_below_the_heading_of_its_clause() -> None:
    assert within("section 2.1", "The warranty lasts 36 months.", trail=("2 Warranty", "2.1 Duration")) == [1]
    assert within("section 2", "The warranty lasts 36 months.", trail=("2 Warranty", "2.1 Duration")) == [1]
    assert within("section 1", "The warranty lasts 36 months.", trail=("2 Warranty", "2.1 Duration")) == [0]
