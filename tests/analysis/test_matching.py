# SPDX-License-Identifier: Apache-2.0
"""What of a question stands in a text, and where: in any form of its words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.analysis import words
from desktop_app.analysis.matching import IndexTerms, TermMatcher, is_single


def matcher(question: str) -> TermMatcher:
    return TermMatcher(words.question_terms(question))


MARKED = [
    ("质保期有多长", "合同的质保期为十八个月。", ["质保期"]),
    ("电脑", "公司的電腦。", ["電腦"]),
    ("請假", "请假须提前申请", ["请假"]),
    ("car kilometres", "Cars: 0.42 euros a Kilometre", ["Cars", "Kilometre"]),
    ("contracts", "The contract ends.", ["contract"]),
    ("Verträge", "Der Vertrag gilt", ["Vertrag"]),
    ("договоров", "Новый договор", ["договор"]),
    ("المدرسة", "ذهب الولد إلى مدرسه", ["مدرسه"]),
    ("2024-03-05", "签于2024年3月5日。", ["2024年3月5日"]),
    ("2024-03-05", "Signed on March 5, 2024.", ["March 5, 2024"]),
    ("2024-03-05", "签于 2024 年 3 月 5 日", ["2024 年 3 月 5 日"]),
    ("HT20230417", "编号：HT-2023-0417。", ["HT-2023-0417"]),
    ("WL300", "型号 WL-300 的", ["WL-300"]),
    ("HT-2026", "编号ＨＴ－２０２６号", ["ＨＴ－２０２６"]),
    ("ガス", "ｶﾞｽ料金", ["ｶﾞｽ"]),
    ("cafe", "Das Cafe\u0301 hat offen", ["Cafe\u0301"]),
    ("a.b@c.cn", "联系人：A.B@C.cn。", ["A.B@C.cn"]),
    ("砚", "一方古砚", ["砚"]),
    ("押金", "万 元 押 金 三千", ["押 金"]),
    ("三千元", "押 金 三 千 元", ["三 千 元"]),
    ("王小明", "由王\u200b小\u200b明签收", ["王\u200b小\u200b明"]),
    ("service", "The ser\u00advice ends", ["ser\u00advice"]),
    ("50 kg", "重量５０㎏，", ["５０㎏"]),
    ("123,456元", "金额１２３，４５６元", ["１２３，４５６元"]),
    ("长期有效", "⻓期有效", ["⻓期有效"]),
    ("2900", "about 2,900 euros", ["2,900"]),
    ("HT20260322", "编号HT-2026-0322。", ["HT-2026-0322"]),
    ("0317号", "编号HT-2026-0317。", ["0317"]),
    ("cost", "the costume", []),
    ("hotel", "nothing here", []),
    ("", "nothing asked", []),
]


@pytest.mark.parametrize(("question", "text", "marked"), MARKED)
def test_what_is_marked(question: str, text: str, marked: list[str]) -> None:
    assert [text[start:end] for start, end in matcher(question).marks(text)] == marked


@pytest.mark.parametrize(("question", "text", "marked"), [one for one in MARKED if one[0] != "砚"])
def test_what_stands_in_a_text_is_what_is_marked(question: str, text: str, marked: list[str]) -> None:
    assert bool(matcher(question).held(text)) == bool(marked)


def test_terms_are_told_once_and_in_the_order_of_the_question() -> None:
    asked = TermMatcher(["notice", "hotel", "notice", "zebra"])
    assert asked.held("A hotel gives notice.") == ["notice", "hotel"]
    assert asked.held(IndexTerms("A hotel gives notice.")) == ["notice", "hotel"]


VOCABULARY = (
    "合同 合 同 砚 質保 质保 ht2024 invoice invoice-2024 质保期 请假 請 international internal internet contracts contract kündigung договор договоров международный مدرسة "
    "والكتاب WL-300 WL300 wl HT-2024-018 2024年3月5日 2024-03-05 1,234.50 1234.5 a.b@c.cn ＡＢ１２ cafe\u0301 café ｶﾞ 。 - / \n"
).split(" ")
TEXTS = st.lists(st.sampled_from(VOCABULARY), max_size=12).flatmap(
    lambda parts: st.sampled_from(["", " "]).map(lambda between: between.join(parts))
)


@given(TEXTS | st.text(max_size=60), TEXTS | st.text(max_size=40))
def test_marks_are_ranges_of_the_text_in_order(text: str, question: str) -> None:
    found = matcher(question).marks(text)
    flat = [place for span in found for place in span]
    assert flat == sorted(set(flat))
    assert all(0 <= place <= len(text) for place in flat)


@given(TEXTS, TEXTS)
def test_what_stands_in_a_text_is_marked_and_nothing_else_but_single_characters(text: str, question: str) -> None:
    asked = matcher(question)
    held, marks = asked.held_and_marks(text)
    assert bool(held) == bool(marks)
    assert set(asked.held(text)) <= set(held)
    assert all(is_single(term) for term in set(held) - set(asked.held(text)))
