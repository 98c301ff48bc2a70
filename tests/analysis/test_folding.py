# SPDX-License-Identifier: Apache-2.0
"""One spelling for every way to write a word, and where each character of it comes from."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from desktop_app.analysis.folding import fold, placed

TEXTS = st.text(alphabet="aé\u200b\u00ad⻓\u0301ßﬁİ质與請ｶﾞㄅ한ᄒ\u1161\u11ab㍻١й\u0306 ，。", max_size=20)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＷＬ－３００", "wl-300"),
        ("請假", "请假"),
        ("CAFÉ", "cafe"),
        ("cafe\u0301", "cafe"),
        ("ｶﾞ", "ガ"),
        ("й", "й"),
        ("مدرسةٌ", "مدرسه"),
        ("⼀式两份", "一式两份"),  # Kangxi radicals
        ("⻓期有效，⻅附件", "长期有效,见附件"),  # the supplement of radicals
        ("⻑⻄", "长西"),
        ("人⺠币", "人民币"),
        ("５０㎏", "50kg"),
        ("王\u200b小\u200b明", "王小明"),
        ("ser\u00advice", "service"),
        ("\ufeff葛\U000e0100", "葛"),
        ("押 金 三 千 元 整 。", "押金三千元整 。"),
        ("姓　　名：张 三", "姓名:张三"),
        ("第 一 章 总则", "第一章 总则"),
        ("合同 总则 甲 方案", "合同 总则 甲 方案"),
        ("한 국 어", "한 국 어"),
    ],
)
def test_one_spelling(written: str, folded: str) -> None:
    assert fold(written) == folded


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(TEXTS | st.text(max_size=30))
@example("ﬁle cafe\u0301 ㍻ ｶﾞ 한")
@example("\u314d\uffc3")  # half-width Hangul joins, too
def test_each_character_is_told_where_it_comes_from(text: str) -> None:
    folded, places = placed(text)
    assert len(folded) == len(places)
    assert [start for start, _ in places] == sorted(start for start, _ in places)
    assert all(0 <= start < end <= len(text) for start, end in places)
    for letter, (start, end) in zip(folded, places, strict=True):
        assert letter in fold(text[start:end])


@given(TEXTS)
@example("\u314d\uffc3")
def test_character_by_character_gives_the_same_as_the_whole_text(text: str) -> None:
    assert placed(text)[0] == fold(text)


def test_places_of_letters_that_become_more_or_fewer() -> None:
    assert placed("ﬁe\u0301x") == ("fiex", [(0, 1), (0, 1), (1, 3), (3, 4)])


def test_places_leave_out_what_is_not_seen() -> None:
    assert placed("王 小\u200b 明") == ("王小明", [(0, 1), (2, 3), (5, 6)])
    assert placed("押 金a") == ("押金a", [(0, 1), (2, 3), (3, 4)])
