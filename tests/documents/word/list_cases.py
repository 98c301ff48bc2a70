# SPDX-License-Identifier: Apache-2.0
"""Lists as ECMA-376 17.9 says that they count, to be written as .docx, .doc and rich text.

What each paragraph is to be shown with was worked out by hand from the standard, before any of it was read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class L(NamedTuple):
    """A level. ``restart``: the level, counted from 1, after which it begins again, 0 for none, None for every one above."""

    text: str
    shape: str = "decimal"
    start: int = 1
    restart: int | None = None
    legal: bool = False
    follow: str = "tab"


@dataclass(frozen=True)
class Case:
    """``uses``: (list, first numbers of levels); ``body``: (use or None, level, text); ``gold``: the paragraphs as they are shown."""

    lists: Sequence[Sequence[L]]
    uses: Sequence[tuple[int, Mapping[int, int]]]
    body: Sequence[tuple[int | None, int, str]]
    gold: Sequence[str]


ONE: tuple[tuple[int, Mapping[int, int]], ...] = ((0, {}),)


def one(levels: Sequence[L], *items: tuple[int, str], gold: Sequence[str]) -> Case:
    """A case of one list."""
    return Case([levels], ONE, [(0, at, text) for at, text in items], gold)


CLAUSES = (L("%1."), L("%1.%2"), L("(%3)", "lowerLetter"), L("(%4)", "lowerRoman"))
CASES = {
    "clauses": one(
        CLAUSES,
        (0, "Rent"), (1, "The rent is 900 euro."), (1, "It is due on the third."), (2, "by transfer;"), (2, "in cash."), (0, "Term"), (1, "Two years."),
        (2, "from May"),
        gold=["1. Rent", "1.1 The rent is 900 euro.", "1.2 It is due on the third.", "(a) by transfer;", "(b) in cash.", "2. Term", "2.1 Two years.", "(a) from May"],
    ),
    "条款": one(
        (L("第%1条", "chineseCountingThousand"), L("（%2）", "chineseCounting", follow="nothing"), L("%3.")),
        (0, "租赁物"), (0, "租金"), (1, "每月三万元；"), (1, "按季支付。"), (2, "现金"), (0, "期限"), (1, "两年。"),
        gold=["第一条 租赁物", "第二条 租金", "（一）每月三万元；", "（二）按季支付。", "1. 现金", "第三条 期限", "（一）两年。"],
    ),
    "a level that never restarts": one(
        (L("Part %1", "upperRoman"), L("Section %2", restart=0)),
        (0, "General"), (1, "Scope"), (1, "Terms"), (0, "Price"), (1, "Rent"), (1, "Deposit"),
        gold=["Part I General", "Section 1 Scope", "Section 2 Terms", "Part II Price", "Section 3 Rent", "Section 4 Deposit"],
    ),
    "条不随章重新编号": one(
        (L("第%1章", "chineseCountingThousand"), L("第%2条", "chineseCountingThousand", restart=0)),
        (0, "总则"), (1, "目的"), (1, "范围"), (0, "质保"), (1, "期限"), (0, "附则"), (1, "生效"),
        gold=["第一章 总则", "第一条 目的", "第二条 范围", "第二章 质保", "第三条 期限", "第三章 附则", "第四条 生效"],
    ),
    "a first number of its own": Case(
        [(L("%1."),)], ((0, {}), (0, {0: 5}), (0, {0: 1})),
        [(0, 0, "one"), (0, 0, "two"), (1, 0, "five"), (1, 0, "six"), (2, 0, "one again"), (2, 0, "two again"), (0, 0, "three")],
        ["1. one", "2. two", "5. five", "6. six", "1. one again", "2. two again", "3. three"],
    ),
    "另起编号": Case(
        [(L("%1、", "chineseCounting", follow="nothing"),)], ((0, {}), (0, {0: 1})),
        [(0, 0, "甲方"), (0, 0, "乙方"), (None, 0, "另行约定："), (1, 0, "交货"), (1, 0, "验收")],
        ["一、甲方", "二、乙方", "另行约定：", "一、交货", "二、验收"],
    ),
    "figures below letters": one(
        (L("Annex %1", "upperLetter"), L("%1.%2"), L("%1.%2.%3", legal=True)),
        (0, "Prices"), (1, "Rooms"), (2, "Single"), (0, "Maps"), (1, "Town"), (2, "Centre"),
        gold=["Annex A Prices", "A.1 Rooms", "1.1.1 Single", "Annex B Maps", "B.1 Town", "2.1.1 Centre"],
    ),
    "章下用阿拉伯数字": one(
        (L("第%1章", "chineseCountingThousand"), L("%1.%2", legal=True), L("%1.%2.%3", legal=True)),
        (0, "概述"), (1, "背景"), (0, "方案"), (1, "设备"), (2, "型号"), (2, "数量"), (1, "人员"),
        gold=["第一章 概述", "1.1 背景", "第二章 方案", "2.1 设备", "2.1.1 型号", "2.1.2 数量", "2.2 人员"],
    ),
    "stems": one(
        (L("%1、", "ideographTraditional", follow="nothing"), L("%2.", "ideographZodiac")),
        (0, "工程"), (1, "土建"), (1, "安装"), (0, "材料"), (1, "钢筋"),
        gold=["甲、工程", "子. 土建", "丑. 安装", "乙、材料", "子. 钢筋"],
    ),
    "circles": one(
        (L("%1", "decimalEnclosedCircle"), L("%2", "decimalEnclosedParen")),
        (0, "检查"), (0, "清洗"), (1, "外壳"), (1, "滤网"), (0, "更换"),
        gold=["① 检查", "② 清洗", "⑴ 外壳", "⑵ 滤网", "③ 更换"],
    ),
    "digits": one(
        (L("%1．", "ideographDigital", start=9, follow="nothing"),),
        (0, "第九"), (0, "第十"), (0, "第十一"),
        gold=["九．第九", "一〇．第十", "一一．第十一"],
    ),
    "大写": one(
        (L("%1、", "chineseLegalSimplified", start=9, follow="nothing"),),
        (0, "人工"), (0, "材料"), (0, "机械"),
        gold=["玖、人工", "壹拾、材料", "壹拾壹、机械"],
    ),
    "tens": one(
        (L("第%1条", "chineseCounting", start=9, follow="space"),),
        (0, "九"), (0, "十"), (0, "十一"), *[(0, f"第{n}项") for n in range(12, 20)], (0, "二十"), (0, "二十一"),
        gold=["第九条 九", "第十条 十", "第十一条 十一", *[f"第十{'二三四五六七八九'[n - 12]}条 第{n}项" for n in range(12, 20)], "第二十条 二十", "第二十一条 二十一"],
    ),
    "roman and letters beyond z": one(
        (L("%1)", "lowerLetter", start=25), L("%2.", "upperRoman", start=3)),
        (0, "y"), (0, "z"), (0, "aa"), (1, "three"), (1, "four"), (0, "bb"), (1, "three again"),
        gold=["y) y", "z) z", "aa) aa", "III. three", "IV. four", "bb) bb", "III. three again"],
    ),
    "zeros": one((L("%1", "decimalZero", start=9),), (0, "nine"), (0, "ten"), gold=["09 nine", "10 ten"]),
    "ordinals": one(
        (L("%1", "ordinal"), L("%2:", "cardinalText"), L("%3:", "ordinalText")),
        (0, "floor"), (0, "floor up"), (1, "room"), (2, "bed"), (2, "chair"),
        gold=["1st floor", "2nd floor up", "One: room", "First: bed", "Second: chair"],
    ),
    "restart only after the first": one(
        (L("%1."), L("%1.%2"), L("Step %3", restart=1)),
        (0, "A"), (1, "B"), (2, "C"), (1, "D"), (2, "E"), (0, "F"), (1, "G"), (2, "H"),
        gold=["1. A", "1.1 B", "Step 1 C", "1.2 D", "Step 2 E", "2. F", "2.1 G", "Step 1 H"],
    ),
    "仅随章重新编号": one(
        (L("第%1章", "chineseCounting"), L("第%2节", "chineseCounting"), L("第%3条", "chineseCounting", restart=1)),
        (0, "甲"), (1, "乙"), (2, "丙"), (1, "丁"), (2, "戊"), (0, "己"), (1, "庚"), (2, "辛"),
        gold=["第一章 甲", "第一节 乙", "第一条 丙", "第二节 丁", "第二条 戊", "第二章 己", "第一节 庚", "第一条 辛"],
    ),
    "no number between": Case(
        [CLAUSES], ONE,
        [(0, 0, "Rent"), (None, 0, "A remark."), (0, 1, "Deposit"), (None, 0, "Another."), (0, 1, "Keys"), (0, 0, "End")],
        ["1. Rent", "A remark.", "1.1 Deposit", "Another.", "1.2 Keys", "2. End"],
    ),
    "two lists in turn": Case(
        [CLAUSES, (L("（%1）", "chineseCounting", follow="nothing"),)], ((0, {}), (1, {})),
        [(0, 0, "Parties"), (1, 0, "甲方"), (0, 0, "Goods"), (1, 0, "乙方"), (0, 1, "Weight"), (1, 0, "丙方")],
        ["1. Parties", "（一）甲方", "2. Goods", "（二）乙方", "2.1 Weight", "（三）丙方"],
    ),
    "a deeper first number": Case(
        [CLAUSES], ((0, {}), (0, {1: 4})),
        [(0, 0, "A"), (0, 1, "B"), (1, 1, "C"), (1, 1, "D"), (0, 0, "E"), (0, 1, "F")],
        ["1. A", "1.1 B", "1.4 C", "1.5 D", "2. E", "2.1 F"],
    ),
    "only inner numbers": one(
        (L("%1."), L("%2)"), L("%3.", "none"), L("§ %1-%4")),
        (0, "A"), (1, "B"), (3, "C"), (3, "D"), (1, "E"), (3, "F"),
        gold=["1. A", "1) B", "§ 1-1 C", "§ 1-2 D", "2) E", "§ 1-1 F"],
    ),
    "全角": one(
        (L("%1．", "decimalFullWidth", follow="nothing"), L("（%2）", "decimalFullWidth", follow="nothing")),
        (0, "总价"), (1, "含税"), (1, "不含税"), (0, "付款"), (1, "定金"),
        gold=["１．总价", "（１）含税", "（２）不含税", "２．付款", "（１）定金"],
    ),
    "nine levels": one(
        tuple(L(".".join(f"%{n}" for n in range(1, at + 2))) for at in range(9)),
        *[(at, f"level {at + 1}") for at in range(9)], (4, "fifth again"), (8, "ninth again"),
        gold=[*[f"{'.'.join('1' * (at + 1))} level {at + 1}" for at in range(9)], "1.1.1.1.2 fifth again", "1.1.1.1.2.1.1.1.1 ninth again"],
    ),
}  # fmt: skip
