# SPDX-License-Identifier: Apache-2.0
"""Lexical matches of figures, codes, and words beside Chinese."""

from __future__ import annotations

import pytest

from desktop_app.analysis import words
from desktop_app.retrieval.query_terms import LexicalMatch, QueryTerms


def match(question: str, text: str, context: str = "") -> LexicalMatch:
    terms = words.question_terms(question)
    return QueryTerms(question, terms, dict.fromkeys(terms, 1.0), 100).match(text, context, None)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("90天", "验收后90天内付款"),
        ("123,456元", "金额１２３，４５６元"),
        ("HT-2026-0317", "合同HT-2026-0317号"),
        ("HT20260322", "编号：HT-2026-0322。"),
        ("HT-2026-0322", "编号HT20260322。"),
        ("WL300", "the WL 300 scale"),
        ("WL 300", "the WL-300 scale"),
        ("0317号", "编号HT-2026-0317"),
        ("2024-03-05", "签于二〇二四年三月五日"),
        ("March 5, 2024", "签于2024年3月5日"),
        ("40.5", "costs 40.50 euros"),
        ("王小明", "由王\u200b小\u200b明签收"),
        ("押金三千元", "押 金 三 千 元 整"),
    ],
)
def test_all_of_it_is_there(question: str, text: str) -> None:
    assert match(question, text).coverage == 1.0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("2024-03-05", "签于2024年3月6日"),
        ("HT-2026-0317", "合同HT-2026-0318"),
        ("HT20260317", "合同HT-2026-0318"),
        ("90天", "30天"),
        ("1,234.50", "1,234.60"),
    ],
)
def test_another_figure_is_another(question: str, text: str) -> None:
    assert match(question, text).coverage < 0.8


def test_a_figure_is_known_by_its_value_and_better_by_its_spelling() -> None:
    assert match("2900", "about 2,900 euros").coverage == 0.8
    assert match("2900", "about 2900 euros").coverage == 1.0
    assert match("2900", "about 2,901 euros").coverage == 0.0
    assert match("40", "costs 40.00 euros").coverage == 0.6
    assert match("50 kg", "重量５０㎏").coverage == 0.8


def test_an_article_number_is_not_a_price() -> None:
    row, other = "ART-040; Bracket type 40; 80.00", "ART-020; Bracket type 20; 40.00"
    assert match("Bracket type 40", row).ranking > match("Bracket type 40", other).ranking
    assert match("the 40", row).ranking > match("the 40", other).ranking
    assert match("What costs 40?", other).terms == ("costs", "40")[1:]


def test_a_code_in_the_file_name_counts_less_than_in_the_text() -> None:
    assert 0 < match("HT20260322", "", "合同HT-2026-0322.docx").ranking < match("HT20260322", "HT-2026-0322").ranking
