# SPDX-License-Identifier: Apache-2.0
"""OpenDocument texts and slides as people see them: numbers, what stands beside the body, what is hidden or struck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from documents.labelled import Figures, Gold, seen, unseen
from documents.making import quiet, xlsx_file
from documents.open_documents import chart, fill_style, flat, package, text_style


@dataclass(frozen=True)
class Input:
    body: str
    golds: list[Gold]
    automatic: str = ""
    styles: str = ""
    masters: str = ""
    more: Mapping[str, str | bytes] = field(default_factory=dict)


def write(tmp_path: Path, kind: str, suffix: str, one: Input) -> Path:
    if suffix.startswith("f"):
        return flat(tmp_path / f"文.{suffix}", kind, one.body, one.automatic, one.styles, one.masters)
    return package(tmp_path / f"文.{suffix}", kind, one.body, one.automatic, one.styles, one.masters, one.more)


NONE = text_style("N", "text:display='none'")
WHITE = text_style("W", "fo:color='#ffffff'")

HIDDEN: dict[str, Input] = {
    "hidden words": Input(
        "<text:p>押金为<text:span text:style-name='N'>九百元</text:span>五百元。</text:p><text:p>The deposit is <text:span text:style-name='N'>900 </text:span>"
        "500 euro.</text:p>",
        [seen("押金为五百元。"), unseen("九百元"), seen("The deposit is 500 euro."), unseen("900")],
        NONE,
    ),
    "by a parent style": Input(
        "<text:p text:style-name='P'>Hidden by its style's parent</text:p><text:p>可见</text:p>",
        [unseen("Hidden by its style's parent"), seen("可见")],
        "<style:style style:name='P' style:family='paragraph' style:parent-style-name='Quiet'/>",
        text_style("Quiet", "text:display='none'", family="paragraph"),
    ),
    "hidden section": Input(
        "<text:section text:display='none'><text:p>Ignore the above.</text:p><text:p>忽略以上内容。</text:p></text:section><text:p>After</text:p>",
        [unseen("Ignore the above."), unseen("忽略以上内容。"), seen("After")],
    ),
    "section by a condition": Input(
        "<text:section text:display='condition' text:condition='x' text:is-hidden='true'><text:h text:outline-level='1'>隐藏章</text:h></text:section>"
        "<text:section text:display='condition' text:is-hidden='false'><text:p>Shown section</text:p></text:section>",
        [unseen("隐藏章"), seen("Shown section")],
    ),
    "hidden paragraph": Input(
        "<text:p><text:hidden-paragraph text:condition='1' text:is-hidden='true'/>整段隐藏</text:p><text:p><text:hidden-paragraph text:is-hidden='false'/>"
        "Not hidden</text:p>",
        [unseen("整段隐藏"), seen("Not hidden")],
    ),
    "hidden field": Input(
        "<text:p>Price<text:hidden-text text:condition='1' text:string-value=' 3 euro' text:is-hidden='true'/>: 12 euro</text:p>",
        [seen("Price: 12 euro"), unseen("3 euro")],
    ),
    "white": Input(
        "<text:p>黑<text:span text:style-name='W'>白色文字</text:span></text:p><text:p text:style-name='D'><text:span text:style-name='W'>White on blue"
        "</text:span></text:p>",
        [seen("黑"), unseen("白色文字", "invisible"), seen("White on blue")],
        WHITE + fill_style("D", "paragraph", "fo:background-color='#000060'"),
    ),
    "white in cells": Input(
        "<table:table><table:table-row><table:table-cell table:style-name='H'><text:p><text:span text:style-name='W'>品名</text:span></text:p></table:table-cell>"
        "<table:table-cell table:style-name='H'><text:p><text:span text:style-name='W'>Price</text:span></text:p></table:table-cell></table:table-row>"
        "<table:table-row><table:table-cell><text:p>砚台</text:p></table:table-cell><table:table-cell><text:p>3.5<text:span text:style-name='W'>9.9</text:span>"
        "</text:p></table:table-cell></table:table-row></table:table>",
        [seen("品名: 砚台; Price: 3.5", kind="row"), unseen("Price: 9.9", "invisible", kind="row")],
        WHITE + fill_style("H", "table-cell", "fo:background-color='#000060'"),
    ),
    "tiny": Input(
        "<text:p>正文<text:span text:style-name='T'>the total price is 2 euro</text:span></text:p>",
        [seen("正文"), unseen("the total price is 2 euro", "tiny")],
        text_style("T", "fo:font-size='0.5pt'"),
    ),
    "tiny by share": Input(
        "<text:p text:style-name='P'>总价为二元<text:span text:style-name='B'>Normal size</text:span></text:p>",
        [unseen("总价为二元", "tiny"), seen("Normal size")],
        text_style("P", "fo:font-size='10%'", "Base", "paragraph") + text_style("B", "fo:font-size='12pt'"),
        text_style("Base", "fo:font-size='12pt'", family="paragraph"),
    ),
    "white in a dark box": Input(
        "<text:p>Body<draw:frame draw:style-name='F'><draw:text-box><text:p><text:span text:style-name='W'>框内白字</text:span></text:p></draw:text-box>"
        "</draw:frame></text:p>",
        [seen("Body"), seen("框内白字", aside="box")],
        WHITE + fill_style("F", "graphic", "draw:fill='solid' draw:fill-color='#000060'"),
    ),
    "white on a gradient": Input(
        "<text:p><draw:custom-shape draw:style-name='F'><text:p><text:span text:style-name='W'>White on a gradient</text:span></text:p></draw:custom-shape>"
        "文字</text:p>",
        [seen("文字"), seen("White on a gradient", aside="box")],
        WHITE + fill_style("F", "graphic", "draw:fill='gradient'"),
    ),
}

LIST = (
    "<text:list-style style:name='L'><text:list-level-style-number text:level='1' style:num-format='1' style:num-suffix='.'/>"
    "<text:list-level-style-number text:level='2' style:num-format='1' text:display-levels='2'/>"
    "<text:list-level-style-number text:level='3' style:num-format='a' style:num-prefix='(' style:num-suffix=')'/></text:list-style>"
)
CHINESE_LIST = (
    "<text:list-style style:name='C'><text:list-level-style-number text:level='1' style:num-format='一, 二, 三, ...' style:num-prefix='第'"
    " style:num-suffix='条'/><text:list-level-style-number text:level='2' style:num-format='一, 二, 三, ...' loext:num-list-format='（%2%）'/></text:list-style>"
)
OUTLINE = (
    "<text:outline-style style:name='Outline'><text:outline-level-style text:level='1' style:num-format='1'/>"
    "<text:outline-level-style text:level='2' style:num-format='1' text:display-levels='2'/></text:outline-style>"
)


def item(text: str, more: str = "", attributes: str = "") -> str:
    return f"<text:list-item{attributes}><text:p>{text}</text:p>{more}</text:list-item>"


def listed(style: str, items: str, attributes: str = "") -> str:
    named = f" text:style-name='{style}'" if style else ""
    return f"<text:list{named}{attributes}>{items}</text:list>"


AS_SEEN: dict[str, Input] = {
    "levels": Input(
        listed(
            "L",
            item("Scope")
            + item("Delivery", listed("", item("On Mondays", listed("", item("before nine"))) + item("On Fridays"))),
        ),
        [
            seen("1. Scope", kind="list"),
            seen("2. Delivery"),
            seen("2.1 On Mondays"),
            seen("(a) before nine"),
            seen("2.2 On Fridays"),
        ],
        LIST,
    ),
    "第三条": Input(
        listed("C", item("租期") + item("租金") + item("押金", listed("", item("押一付三；") + item("退租时退还。")))),
        [seen("第一条 租期"), seen("第三条 押金", kind="list"), seen("（一） 押一付三；"), seen("（二） 退租时退还。")],
        CHINESE_LIST,
    ),
    "restart and go on": Input(
        listed("L", item("one"))
        + listed("L", item("anew"))
        + "<text:p>between</text:p>"
        + listed("L", item("goes on"), " text:continue-numbering='true'")
        + listed("L", item("five", attributes=" text:start-value='5'") + item("six")),
        [seen("1. one"), seen("1. anew"), seen("2. goes on"), seen("5. five"), seen("6. six")],
        LIST,
    ),
    "outline": Input(
        "<text:h text:outline-level='1'>总则</text:h><text:p>正文在此。</text:p><text:h text:outline-level='1'>Payment</text:h>"
        "<text:h text:outline-level='2'>Terms</text:h><text:p>In thirty days.</text:p><text:h text:outline-level='1' text:is-list-header='true'>Annex</text:h>",
        [
            seen("1 总则", kind="heading"),
            seen("正文在此。", headings=("1 总则",)),
            seen("2.1 Terms", kind="heading"),
            seen("In thirty days.", headings=("2 Payment", "2.1 Terms")),
            seen("Annex", kind="heading", headings=("Annex",)),
        ],
        styles=OUTLINE,
    ),
    "bullets have no number": Input(
        listed("B", item("一个要点") + item("second point")),
        [seen("一个要点", kind="list"), seen("second point", kind="list")],
        "<text:list-style style:name='B'><text:list-level-style-bullet text:level='1' text:bullet-char='•'/></text:list-style>",
    ),
    "headers": Input(
        "<text:p>The body.</text:p>",
        [
            seen("Contract no. KV-88231-B", aside="header"),
            seen("注册地址：海曙区", aside="footer"),
            seen("The body."),
        ],
        masters="<style:master-page style:name='Standard' style:page-layout-name='PL'><style:header><text:p>Contract no. KV-88231-B</text:p></style:header>"
        "<style:header-left><text:p>Contract no. KV-88231-B</text:p></style:header-left><style:footer><text:p>注册地址：海曙区</text:p><text:p>- <text:page-number>3"
        "</text:page-number> -</text:p></style:footer></style:master-page>",
    ),
    "comments": Input(
        "<text:h text:outline-level='1'>付款</text:h><text:p>Pay in<office:annotation><dc:creator>Anna Berg</dc:creator><dc:date>2026-01-01</dc:date>"
        "<text:p>Why not sixty?</text:p></office:annotation> thirty days.</text:p><text:p>甲方付款。<office:annotation><dc:creator>王小明</dc:creator>"
        "<text:p>请财务确认。</text:p></office:annotation></text:p>",
        [
            seen("Pay in thirty days."),
            seen("Why not sixty?", aside="comment", author="Anna Berg", headings=("付款",)),
            seen("甲方付款。"),
            seen("请财务确认。", aside="comment", author="王小明"),
        ],
    ),
    "notes": Input(
        "<text:p>Growth<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body><text:p>Without Bern.</text:p>"
        "</text:note-body></text:note> was strong.</text:p><text:p>增长<text:note text:note-class='endnote'><text:note-body><text:p>不含伯尔尼。</text:p>"
        "</text:note-body></text:note>明显。</text:p>",
        [
            seen("Growth was strong."),
            seen("Without Bern.", aside="footnote"),
            seen("增长明显。"),
            seen("不含伯尔尼。", aside="endnote"),
        ],
    ),
    "struck and deleted": Input(
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>thirty 三十</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        "<text:p>Notice is <text:change text:change-id='a'/>sixty days.</text:p><text:p>上限为<text:span text:style-name='S'>九千</text:span>一万二千法郎。</text:p>",
        [seen("Notice is sixty days."), seen("上限为一万二千法郎。"), seen("九千", aside="struck")],
        text_style("S", "style:text-line-through-style='solid'"),
    ),
    "boxes": Input(
        "<text:p>正文。<draw:frame><draw:text-box><text:p>Hotline 8021</text:p></draw:text-box></draw:frame></text:p>"
        "<text:p><draw:custom-shape><text:p>注意安全</text:p></draw:custom-shape>After</text:p>",
        [seen("正文。"), seen("Hotline 8021", aside="box"), seen("注意安全", aside="box"), seen("After")],
    ),
    "links": Input(
        "<text:p>See <text:a xlink:href='https://example.com'>the price list</text:a> of May.</text:p><text:p>见<text:a xlink:href='x'>附件一</text:a>。</text:p>",
        [seen("See the price list of May."), seen("见附件一。")],
    ),
    "in cells": Input(
        "<table:table><table:table-row><table:table-cell><text:p>品名</text:p></table:table-cell><table:table-cell><text:p>Price</text:p></table:table-cell>"
        "</table:table-row><table:table-row><table:table-cell><text:p>砚台</text:p></table:table-cell><table:table-cell><text:p>3.5<office:annotation>"
        "<dc:creator>Li</dc:creator><text:p>还可以再谈</text:p></office:annotation></text:p></table:table-cell></table:table-row></table:table>",
        [seen("品名: 砚台; Price: 3.5", kind="row"), seen("还可以再谈", aside="comment", author="Li")],
    ),
}


@pytest.mark.parametrize("suffix", ["odt", "fodt"])
@pytest.mark.parametrize("inputs", [HIDDEN, AS_SEEN], ids=["hidden", "as seen"])
def test_texts(tmp_path: Path, suffix: str, inputs: dict[str, Input]) -> None:
    figures = Figures()
    for name, one in inputs.items():
        document = registry.read(write(tmp_path, "text", suffix, one), quiet)
        figures.add(document, one.golds, name)
        assert document.partial == "", name
        whole = "\n".join(segment.text for segment in document.segments)
        assert all(
            whole[slice(*segment.locator.chars)] == segment.text for segment in document.segments if segment.locator.chars
        )
    figures.hold()


def workbook(tmp_path: Path) -> bytes:
    return xlsx_file(tmp_path / "a.xlsx").read_bytes()


def test_charts_and_files_inside(tmp_path: Path) -> None:
    inside = package(tmp_path / "in.odt", "text", "<text:p>Text of the annex 附录正文</text:p>")
    import zipfile

    with zipfile.ZipFile(inside) as made:
        annex = {f"Object 2/{name}": made.read(name) for name in ("content.xml", "styles.xml")}
    body = (
        "".join(
            f"<text:p>{text}<draw:frame><draw:object xlink:href='./{target}'/><draw:image xlink:href='./ObjectReplacements/x'/></draw:frame></text:p>"
            for text, target in (("Chart:", "Object 1"), ("Annex:", "Object 2"))
        )
        + "<text:p>Sheet:<draw:frame><draw:object-ole xlink:href='./Object 3'/></draw:frame></text:p>"
    )
    drawn = chart("各部门费用 Costs", [["", "2025", "2026"], ["销售部", "31.5", "33"], ["North", "19.2", "22.3"]])
    path = package(
        tmp_path / "a.odt", "text", body, more={"Object 1/content.xml": drawn, **annex, "Object 3": workbook(tmp_path)}
    )
    document = registry.read(path, quiet)
    told = [(segment.text, segment.locator.aside, segment.locator.part) for segment in document.segments]
    assert told[:7] == [
        ("Chart:", "", None),
        ("各部门费用 Costs", "chart", None),
        ("销售部; 2025: 31.5; 2026: 33", "chart", None),
        ("North; 2025: 19.2; 2026: 22.3", "chart", None),
        ("Annex:", "", None),
        ("Sheet:", "", None),
        ("Text of the annex 附录正文", "", "attachment Object 2.odt"),
    ]
    assert any(text.startswith("品名: 砚台") and part == "attachment Object 3" for text, _, part in told)
    assert document.partial == ""


def page(shapes: str, attributes: str = "") -> str:
    return f"<draw:page draw:name='p' draw:master-page-name='M'{attributes}>{shapes}</draw:page>"


def frame(text: str, attributes: str = "svg:x='2cm' svg:y='2cm' svg:width='8cm' svg:height='2cm'", span: str = "") -> str:
    words = f"<text:span text:style-name='{span}'>{text}</text:span>" if span else text
    return f"<draw:frame {attributes}><draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame>"


MASTER = (
    "<draw:layer-set><draw:layer draw:name='layout'/><draw:layer draw:name='off' draw:display='none'/></draw:layer-set>"
    "<style:master-page style:name='M' style:page-layout-name='PL'/>"
)
TITLE = "<draw:frame presentation:class='title'><draw:text-box><text:p>封面 Cover</text:p></draw:text-box></draw:frame>"
DARK = "<style:style style:name='DP' style:family='drawing-page'><style:drawing-page-properties draw:fill='solid' draw:fill-color='#000060'/></style:style>"
AT = "svg:x='{}cm' svg:y='2cm' svg:width='4cm' svg:height='2cm'"

SLIDES: dict[str, Input] = {
    "skipped": Input(
        page(TITLE) + page(frame("备用数字"), " draw:style-name='DP'") + page(frame("Third slide")),
        [seen("封面 Cover", slide=1), unseen("备用数字", "slide", slide=2), seen("Third slide", slide=3)],
        "<style:style style:name='DP' style:family='drawing-page'><style:drawing-page-properties presentation:visibility='hidden'/></style:style>",
    ),
    "beside": Input(
        page(frame("Left of the page", AT.format(-9)) + frame("页面右侧", AT.format(29)) + frame("On the page", AT.format(1))),
        [unseen("Left of the page", "off_page"), unseen("页面右侧", "off_page"), seen("On the page")],
    ),
    "layer": Input(
        page(frame("Layer switched off", "draw:layer='off'") + frame("可见图层", "draw:layer='layout'")),
        [unseen("Layer switched off", "layer"), seen("可见图层")],
    ),
    "white": Input(
        page(frame("白色文字", span="W") + frame("Black", AT.format(12))),
        [unseen("白色文字", "invisible"), seen("Black")],
        WHITE,
    ),
    "white on a dark page": Input(
        page(frame("White on dark 白字", span="W"), " draw:style-name='DP'"), [seen("White on dark 白字")], WHITE + DARK
    ),
    "white on a picture": Input(
        page(
            f"<draw:frame {AT.format(1)}><draw:image xlink:href='x.png'/></draw:frame>"
            + frame("White on a picture", span="W")
            + frame("旁边的白字", AT.format(20), "W")
        ),
        [seen("White on a picture"), unseen("旁边的白字", "invisible")],
        WHITE,
    ),
    "white on a panel": Input(
        page(f"<draw:rect draw:style-name='F' {AT.format(1)}/>" + frame("面板上的白字", span="W")),
        [seen("面板上的白字")],
        WHITE + fill_style("F", "graphic", "draw:fill='solid' draw:fill-color='#000060'"),
    ),
    "tiny and struck": Input(
        page(
            frame(
                "正文<text:span text:style-name='T'>TINY 2 euro</text:span><text:span text:style-name='S'>旧价九元</text:span>"
            )
        ),
        [seen("正文"), unseen("TINY 2 euro", "tiny"), seen("旧价九元", aside="struck")],
        text_style("T", "fo:font-size='0.5pt'") + text_style("S", "style:text-line-through-style='solid'"),
    ),
    "comment": Input(
        page(
            frame("Offer 报价")
            + "<office:annotation svg:x='1cm' svg:y='1cm'><dc:creator>李雷</dc:creator><text:p>这个数字对吗？</text:p></office:annotation>"
        ),
        [seen("Offer 报价"), seen("这个数字对吗？", aside="comment", author="李雷", slide=1)],
    ),
    "footer once": Input(
        "<presentation:footer-decl presentation:name='f1'>宁波海曙 Confidential</presentation:footer-decl>"
        + page(frame("One"), " presentation:use-footer-name='f1'")
        + page(frame("Two"), " presentation:use-footer-name='f1'"),
        [seen("宁波海曙 Confidential", aside="footer", slide=1), seen("One"), seen("Two", slide=2)],
    ),
    "notes": Input(
        page(
            TITLE + "<presentation:notes><draw:page-thumbnail/>" + frame("Say that it opens in May.") + "</presentation:notes>"
        ),
        [seen("封面 Cover", kind="heading"), seen("Say that it opens in May.", slide=1, headings=("封面 Cover",))],
    ),
    "hidden words": Input(
        page(frame("押金五百元<text:span text:style-name='N'>九百元</text:span>")), [seen("押金五百元"), unseen("九百元")], NONE
    ),
}


@pytest.mark.parametrize("suffix", ["odp", "fodp"])
def test_slides(tmp_path: Path, suffix: str) -> None:
    figures = Figures()
    for name, one in SLIDES.items():
        path = write(tmp_path, "presentation", suffix, Input(one.body, [], one.automatic, one.styles, MASTER))
        document = registry.read(path, quiet)
        figures.add(document, one.golds, name)
        assert document.partial == "", name
    figures.hold()


def test_a_list_without_end_and_a_style_of_itself(tmp_path: Path) -> None:
    """Parents in a circle, levels that do not exist, numbers beyond every list: read like anything else."""
    deep = "<text:list><text:list-item>" * 60 + "<text:p>深处</text:p>" + "</text:list-item></text:list>" * 60
    styles = (
        "<style:style style:name='P' style:family='paragraph' style:parent-style-name='P'/><text:list-style style:name='L'>"
        "<text:list-level-style-number text:level='99' style:num-format='1'/><text:list-level-style-number text:level='1' style:num-format='1'"
        " text:start-value='99999999999999'/></text:list-style>"
    )
    many = "9" * 5_000  # digits that Python reads as no number
    styles += f"<text:list-style style:name='M'><text:list-level-style-number text:level='{many}'/></text:list-style>"
    body = f"<text:p text:style-name='P'>One<text:s text:c='{many}'/></text:p>" + deep + listed("L", item("Two"))
    document = registry.read(package(tmp_path / "a.odt", "text", body, styles), quiet)
    assert [segment.text for segment in document.segments] == ["One", "深处", "1 Two"]
