# SPDX-License-Identifier: Apache-2.0
"""Numbers of OpenDocument lists by the rules of the format (ODF 1.3, 16.30 and 19.8 to 19.10)."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.making import quiet
from documents.open_documents import flat, package


def level(at: int, form: str = "1", suffix: str = ".", more: str = "", follow: str = "listtab", prefix: str = "") -> str:
    return (
        f"<text:list-level-style-number text:level='{at}' style:num-format='{form}' style:num-prefix='{prefix}' style:num-suffix='{suffix}' {more}>"
        f"<style:list-level-properties text:list-level-position-and-space-mode='label-alignment'><style:list-level-label-alignment"
        f" text:label-followed-by='{follow}'/></style:list-level-properties></text:list-level-style-number>"
    )


def style(*levels: str, name: str = "L") -> str:
    return f"<text:list-style style:name='{name}'>{''.join(levels)}</text:list-style>"


def items(*given: str, of: str = "text:style-name='L'") -> str:
    """A list; an item is its text, or XML."""
    inner = "".join(one if one.startswith("<text:list-item") else f"<text:list-item>{p(one)}</text:list-item>" for one in given)
    return f"<text:list {of}>{inner}</text:list>"


def item(text: str, inside: str = "", more: str = "") -> str:
    return f"<text:list-item {more}>{p(text)}{inside}</text:list-item>"


def p(text: str) -> str:
    return f"<text:p>{text}</text:p>"


def head(at: int, text: str, more: str = "") -> str:
    return f"<text:h text:outline-level='{at}' {more}>{text}</text:h>"


OUTLINE = (
    "<text:outline-style style:name='Outline'><text:outline-level-style text:level='1' style:num-format='1'/>"
    "<text:outline-level-style text:level='2' style:num-format='1' text:display-levels='2'/></text:outline-style>"
)
CHAPTERS = (
    "<text:outline-style style:name='Outline'><text:outline-level-style text:level='1' style:num-format='一' style:num-prefix='第' style:num-suffix='章'/>"
    "<text:outline-level-style text:level='2' style:num-format='1'/></text:outline-style>"
)
TWO = style(level(1), level(2, suffix="", more="text:display-levels='2'"), level(3, "a", ")", prefix="("))
CASES: dict[str, tuple[str, str, str, list[str]]] = {
    "all levels above shown": (
        TWO,
        "",
        items(item("Rent", items("900 euro", item("due", items("monthly", "in cash", of="")), of="")), item("Term", items("two years", of=""))),
        ["1. Rent", "1.1 900 euro", "1.2 due", "(a) monthly", "(b) in cash", "2. Term", "2.1 two years"],
    ),
    "条与项": (
        style(level(1, "一", "条", prefix="第"), level(2, "一", "）", prefix="（", follow="nothing")),
        "",
        items("租赁物", item("租金", items("每月三万元", "按季支付", of="")), item("期限", items("两年", of=""))),
        ["第一条 租赁物", "第二条 租金", "（一）每月三万元", "（二）按季支付", "第三条 期限", "（一）两年"],
    ),
    "a list that begins at seven": (style(level(1, more="text:start-value='7'")), "", items("seven", "eight"), ["7. seven", "8. eight"]),
    "an item that sets its number": (
        style(level(1, "A")), "", items("first", item("fourth", more="text:start-value='4'"), "fifth"), ["A. first", "D. fourth", "E. fifth"],
    ),
    "从五起": (
        style(level(1, "一", "、", follow="nothing")), "", items(item("第五项", more="text:start-value='5'"), "第六项"), ["五、第五项", "六、第六项"],
    ),
    "continue the list before": (
        style(level(1)), "", items("one", "two") + p("Between.") + items("three", of="text:style-name='L' text:continue-numbering='true'"),
        ["1. one", "2. two", "Between.", "3. three"],
    ),
    "continue a list by its name": (
        style(level(1)) + style(level(1, "a", ")"), name="M"), "",
        items("one", of="text:style-name='L' xml:id='first'") + items("letter", of="text:style-name='M'")
        + items("two", of="text:style-name='L' text:continue-list='first'"),
        ["1. one", "a) letter", "2. two"],
    ),
    "another list begins again": (style(level(1)), "", items("one", "two") + p("Then:") + items("one again"), ["1. one", "2. two", "Then:", "1. one again"]),
    "另一列表": (
        style(level(1, "①", "")), "", items("检查", "清洗") + p("然后：") + items("装配"), ["① 检查", "② 清洗", "然后：", "① 装配"],
    ),
    "headings": (
        "", OUTLINE, head(1, "Scope") + head(2, "Goods") + head(2, "Prices") + head(1, "Term") + head(2, "Start") + p("In May."),
        ["1 Scope", "1.1 Goods", "1.2 Prices", "2 Term", "2.1 Start", "In May."],
    ),
    "标题": ("", CHAPTERS, head(1, "总则") + head(1, "质保") + head(2, "期限") + p("三年。"), ["第一章 总则", "第二章 质保", "1 期限", "三年。"]),
    "a heading that begins at nine": (
        "", OUTLINE, head(1, "Scope") + head(1, "Annex", "text:restart-numbering='true' text:start-value='9'") + head(2, "Maps"),
        ["1 Scope", "9 Annex", "9.1 Maps"],
    ),
    "items without a number": (
        style(level(1)), "",
        (
            f"<text:list text:style-name='L'><text:list-header>{p('Parties:')}</text:list-header><text:list-item>{p('buyer')}{p('and its heirs')}"
            f"</text:list-item><text:list-item>{p('seller')}</text:list-item></text:list>"
        ),
        ["Parties:", "1. buyer", "and its heirs", "2. seller"],
    ),
    "干支与大写": (
        style(level(1, "甲, 乙, 丙, ...", "、", follow="nothing"), level(2, "壹, 贰, 叁, ...", "．", follow="nothing")), "",
        items("工程", item("材料", items("钢筋", "水泥", of=""))),
        ["甲、工程", "乙、材料", "壹．钢筋", "贰．水泥"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", ["odt", "fodt"])
def test_numbers_are_those_of_the_format(form: str, tmp_path: Path) -> None:
    right = texts = 0
    for number, (name, (automatic, styles, body, gold)) in enumerate(CASES.items()):
        make = package if form == "odt" else flat
        document = registry.read(make(tmp_path / f"{number}.{form}", "text", body, automatic, styles), quiet)
        shown = [segment.text for segment in document.segments]
        if shown != gold:
            print(f"{name}: {shown}")
        texts += len(gold)
        right += sum(one == other for one, other in zip(gold, shown, strict=False))
        assert len(shown) == len(gold), (name, shown)
    print(f"{form}: {len(CASES)} inputs, {right} of {texts} numbers right")
    assert right == texts
