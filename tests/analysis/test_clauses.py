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
    "What do clauses 3.1 and 3.2 say?": [AskedClause("@3.1"), AskedClause("@3.2")],
    "Compare section 3.1 and 3.2": [AskedClause("@3.1"), AskedClause("@3.2")],
    "sections 1, 2 and 4 (b)": [AskedClause("@1"), AskedClause("@2"), AskedClause("@4", "(b)")],
    "clauses 3.1, 3.2": [AskedClause("@3.1"), AskedClause("@3.2")],
    "What did section 8, 40 tenants pay?": [AskedClause("@8")],
    "clauses 3.1 to 3.3": [AskedClause("@3.1"), AskedClause("@3.2"), AskedClause("@3.3")],
    "clauses 3.1 to 4.1": [AskedClause("@3.1"), AskedClause("@4.1")],
    "§§ 3 bis 5": [AskedClause("@3"), AskedClause("@4"), AskedClause("@5")],
    "第三条和第四条说了什么": [AskedClause("@3条"), AskedClause("@4条")],
    "第三、四条规定了什么": [AskedClause("@3条"), AskedClause("@4条")],
    "第三条至第五条": [AskedClause("@3条"), AskedClause("@4条"), AskedClause("@5条")],
    "第3-5条": [AskedClause("@3条"), AskedClause("@4条"), AskedClause("@5条")],
    "What does Article 5a say?": [AskedClause("@5a")],
    "Article 3bis": [],
    "para 2 of the lease": [AskedClause("@2")],
    "What does para. 2 say?": [AskedClause("@2")],
    "punkt 3": [AskedClause("@3")],
    "¿Cuánto cuesta una habitación para 2 personas?": [],
    "Para 2 personas, ¿cuánto cuesta?": [],
    "Was passiert um Punkt 12 Uhr?": [],
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
    "Article 5a Parking": ["@5a"],
    "The seller is liable.\n3 Price": ["@3"],
    "本合同一式两份。\n3 租金": ["@3"],
    "Faults are told within\n3 days after the goods have come": [],
    "The faults.\n3 days after the goods have come": [],
    "Prices hold until\n31 December of the year": [],
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
    assert clauses.heads(text, fold(text)) == HEADS[text]
    assert [term for term in words.terms(text) if term.startswith("@")] == HEADS[text]


def test_clauses_without_those_of_one_figure_which_lists_have_too() -> None:
    text = "3. Press the button\n4 Payment\n3.2 Interest\nSection 5 Term\n第三条 租金"
    assert clauses.heads(text, fold(text), listed=False) == ["@3.2", "@5", "@3条"]
    lists = ("3. Press the button", "3.2 Interest", "4. Rinse", "Section 3 Price", "a price")
    assert clauses.within(lists, (), clauses.asked("clause 3"), listed=False) == [(0, 0), (0, 0), (0, 0), (1, 1), (1, 1)]
    assert clauses.within(lists, (), clauses.asked("clause 3.2"), listed=False) == [(0, 0), (1, 1), (0, 0), (0, 0), (0, 0)]


def test_each_sentence_tells_which_of_several_clauses_it_is_of() -> None:
    contract = ("3.1 Rent", "3.2 Interest", "(b) late", "4. Term")
    asked = clauses.asked("clauses 3.2 (b) and 3.1")
    assert clauses.within(contract, (), asked) == [(2, 1), (1, 1), (1, 2), (0, 0)]


def within(question: str, *texts: str, trail: tuple[str, ...] = ()) -> list[int]:
    return [level for _, level in clauses.within(texts, trail, clauses.asked(fold(question)))]


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
