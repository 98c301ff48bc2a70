# SPDX-License-Identifier: Apache-2.0
"""Names by how they are written."""

from __future__ import annotations

import pytest

from desktop_app.analysis import names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("It was agreed that Petra Lindqvist takes over from Mr Oduya.", ["Petra Lindqvist", "Oduya"]),
        ("Tobias Finch and Ines Calder act as wardens.", ["Tobias Finch", "Ines Calder"]),
        ("In the press hall it is loud.", []),
        ("If Maren Holt is away, ask Reception.", ["Maren Holt", "Reception"]),
        ("VPN is needed.", ["VPN"]),
        ("I start on Monday in March.", []),
        ("LX-620型天平的可读性是1毫克。", []),
        ("由Port Alder分公司的Elin Sorby校对", ["Port Alder", "Elin Sorby"]),
    ],
)
def test_latin_names(text: str, found: list[str]) -> None:
    assert [name for name, start, end in names.latin(text) if text[start:end] == name] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("可以向费用会计何以安（分机 8035）查询。", ["何以安"]),
        ("质量部的连城说，样机进了水。", ["连城"]),
        ("质量部的苏未晚说，样机进了水。", ["苏未晚"]),
        ("维修期间请使用二楼“观澜”会议室。", ["观澜"]),
        ("办公用品从柳桥印务社进货。", ["柳桥印务社"]),
        ("体检在城东仁和医院做。", ["城东仁和医院"]),
        ("存放在杭州总部。", ["杭州总部"]),
        ("员工应当提前三十日通知公司。", []),
    ],
)
def test_chinese_names(text: str, found: list[str]) -> None:
    assert [name for name, start, end in names.chinese(text) if text[start:end] == name] == found


def test_offices() -> None:
    assert names.offices("由财务部出纳岗办理，须经法务负责人核准") == [("财务", "部"), ("出纳", "岗"), ("法务", "负责人")]
    assert names.offices("全部内部资料") == []
