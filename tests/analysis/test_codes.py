# SPDX-License-Identifier: Apache-2.0
"""Codes, dates, amounts and addresses: whole and in one spelling, however they are written."""

from __future__ import annotations

import pytest

from desktop_app.analysis import codes, words
from desktop_app.analysis.folding import fold


@pytest.mark.parametrize(
    ("one", "other", "whole"),
    [
        ("HT-2023-0417", "ht/2023/0417", "ht20230417"),
        ("ＨＴ－２０２３－０４１７", "HT20230417", "ht20230417"),
        ("1,234.56", "1234.56", "1234.56"),
        ("1.234,50", "1234.5", "1234.5"),
        ("2024年3月5日", "2024-03-05", "2024-03-05"),
        ("2024/3/5", "二〇二四年三月五日", "2024-03-05"),
        ("5.3.2024", "March 5, 2024", "2024-03-05"),
        ("5th March 2024", "2024.03.05", "2024-03-05"),
        ("the 5th of March, 2024", "Mar. 5th, 2024", "2024-03-05"),
        ("am 5. März 2024", "le 5 mars 2024", "2024-03-05"),
        ("05/03/2024", "2024-03-05", "2024-03-05"),
        ("3/5/2024", "5-Mar-24", "2024-03-05"),
        ("25-12-2024", "25-Dec-2024", "2024-12-25"),
        ("im Oktober 2024", "October 2024", "2024-10"),
        ("2024年3月", "2024年3月18日", "2024-03"),
        ("二〇二四年十二月三十一日", "2024-12-31", "2024-12-31"),
        ("A.B@C.cn", "联系人：a.b@c.cn。", "a.b@c.cn"),
        ("WL300", "WL-300", "300"),
        ("WL300", "WL-300", "wl300"),
        ("0417号合同", "HT-2023-0417", "0417"),
        ("010-6275-1234", "010/6275/1234", "01062751234"),
    ],
)
def test_two_spellings_of_one_thing_have_a_term_in_common(one: str, other: str, whole: str) -> None:
    assert whole in words.terms(one)
    assert whole in words.terms(other)


def test_the_parts_are_kept_as_well() -> None:
    assert words.terms("HT-2023-0417")[:3] == ["ht", "2023", "0417"]


@pytest.mark.parametrize(
    "text",
    [
        "2024-13-05",
        "31/31/2024",
        "1-2-2024-7",
        "3.5.1",
        "第十二条",
        "16:9",
        "1-2",
        "e-mail",
        "一年一月",
        "A/B",
        "marketing 2024",
        "decision 2023",
        "mayor 5, 2024",
        "",
    ],
)
def test_what_is_no_date_and_no_code(text: str) -> None:
    assert not [whole for whole in codes.normalised_entities(fold(text)) if len(whole) == 7 and whole[4:5] == "-"]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("合同 HT-2023-0417 的金额是多少？", ["ht20230417"]),
        ("Who is a.b@c.cn?", ["a.b@c.cn"]),
        ("电话 010-6275-1234 是谁的", ["01062751234"]),
        ("HT20230417的金额是多少？", ["ht20230417"]),
        ("0417号合同的金额是多少？", ["0417"]),
        ("第417号合同", ["417"]),
        ("What is the total of contract 0417?", ["0417"]),
        ("invoice no. 118", ["118"]),
        ("302号房在几楼？", []),
        ("Does it weigh 100kg?", []),
        ("Is it 0.4175 percent?", []),
        ("What happened on 2016-02-07?", []),
        ("Between 1990-1995?", []),
        ("the 20th-century novel", []),
        ("How much is 1,234.56?", []),
    ],
)
def test_what_names_one_thing(question: str, named: list[str]) -> None:
    assert codes.exact(fold(question)) == named


def test_where_wholes_and_the_parts_of_codes_stand() -> None:
    text = "ht-2024-018, wl300, march 5, 2024, 1,234.50, a.b@c.cn, 2024年3月5日"
    assert {(whole, text[start:end]) for whole, start, end in codes.places(text)} >= {
        ("ht2024018", "ht-2024-018"),
        ("wl", "wl"),
        ("300", "300"),
        ("2024-03-05", "march 5, 2024"),
        ("1234.5", "1,234.50"),
        ("a.b@c.cn", "a.b@c.cn"),
        ("2024-03-05", "2024年3月5日"),
    }
