# SPDX-License-Identifier: Apache-2.0
"""OFD: what is printed and what is filled in, in reading order, with boxes where it stands."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.process import registry
from documents.labelled import Figures, Gold, seen, unseen
from documents.making import quiet

NAMESPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'
# What a look at each real file shows; each string stands on one line of ours.
KNOWN = {
    "helloworld.ofd": ["你好呀，OFD Reader&Writer！"],
    "DigitalSign.ofd": ["你好呀，OFD Reader&Writer！"],
    "透明度文字.ofd": ["你好呀，OFD Reader&Writer！"],
    "1-1.ofd": ["zwd生成文档位置我们生成文档位置", "封面"],
    "hello-integrity.ofd": [
        "中国一向是所谓“闭关主义”，自己不去，别人也不许来。",
        "没有拿来的，人不能自成为新人，没有拿来的，文艺不能自成为新文艺。",
    ],
    "1.ofd": [
        "发票号码： 83089647",
        "名称：江苏京利华新材料有限公司",
        "纳税人识别号： 91320115MA202UKD7X",
        "*餐饮服务*餐费 1 510.679612 510.68 3% 15.32",
        "（小写） ¥ 526.00",
        "购买方",
    ],
    "发票示例.ofd": ["开票日期： 2020年10月10日", "名称：科游迈利有限公司", "价税合计（大写） 叁佰壹拾捌圆整 （小写） ¥318.00"],
    "20240531141733.ofd": ["发票号码： 24112000000048542163", "销售方信息", "（小写） ¥ 4449.00", "91460300MAA92DJN95"],
    "testPathClip.ofd": ["中华人民共和国", "证号： C1234567890123123123123", "云南省昆明市南亚第壹城星河苑5幢2单元2802室"],
}


def ofd(path: Path, pages: list[str], *, template: str = "", document: str = "", notes: str = "") -> Path:
    """A package of the given page contents (the inside of a layer), each 200 by 100 mm; ``notes``: annotations of the first page."""
    head = f"<?xml version='1.0' encoding='UTF-8'?>{document}"
    entries = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    common = "<ofd:PageArea><ofd:PhysicalBox>0 0 200 100</ofd:PhysicalBox></ofd:PageArea>"
    if template:
        common += '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/>'
    with zipfile.ZipFile(path, "w") as package:
        body = "<ofd:DocBody><ofd:DocInfo><ofd:Title>采购合同</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        package.writestr("OFD.xml", f"{head}<ofd:OFD {NAMESPACE}>{body}</ofd:OFD>")
        main = f"<ofd:CommonData>{common}</ofd:CommonData><ofd:Pages>{entries}</ofd:Pages>"
        if notes:
            main += "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>"
            listed = '<ofd:Page PageID="0"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>'
            package.writestr("Doc_0/Annots/Annotations.xml", f"{head}<ofd:Annotations {NAMESPACE}>{listed}</ofd:Annotations>")
            package.writestr("Doc_0/Annots/Page_0/Annotation.xml", f"{head}<ofd:PageAnnot {NAMESPACE}>{notes}</ofd:PageAnnot>")
        package.writestr("Doc_0/Document.xml", f"{head}<ofd:Document {NAMESPACE}>{main}</ofd:Document>")
        used = '<ofd:Template TemplateID="9"/>' if template else ""
        for number, layer in enumerate(pages):
            content = f"<ofd:Page {NAMESPACE}>{used}<ofd:Content><ofd:Layer>{layer}</ofd:Layer></ofd:Content></ofd:Page>"
            package.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", head + content)
        if template:
            content = f"<ofd:Page {NAMESPACE}><ofd:Content><ofd:Layer>{template}</ofd:Layer></ofd:Content></ofd:Page>"
            package.writestr("Doc_0/Tpls/Tpl_0/Content.xml", head + content)
    return path


def text_object(text: str, x: float, y: float, *, deltas: str = "", extra: str = "") -> str:
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 150 6" Font="1" Size="5" {extra}>'
        f'<ofd:TextCode X="0" Y="4.3" {deltas}>{text}</ofd:TextCode></ofd:TextObject>'
    )


def joined(document: Document) -> str:
    return "\n".join(segment.text for segment in document.segments)


def test_real_files_give_their_text(shared: Path) -> None:
    read = {path.name: registry.read(path, quiet) for path in (shared / "data/documents/ofd").glob("*.ofd")}
    # Names of the shared copy may be written in octal escapes; the content tells them apart.
    texts = {name: joined(document) for name, document in read.items()}
    for name, expected in KNOWN.items():
        text = texts.get(name) or next((text for text in texts.values() if expected[0] in text), "")
        for words in expected:
            assert words in text, name
    assert all(document.partial == "" for document in read.values())
    assert len(read) >= len(KNOWN)


def test_boxes_lie_where_the_text_was_put(tmp_path: Path) -> None:
    path = ofd(tmp_path / "合同.ofd", [text_object("甲方应付款。乙方应发货。", 20, 10, deltas='DeltaX="g 11 5"')])
    first, second = registry.read(path, quiet).segments
    assert (first.text, second.text, second.continues) == ("甲方应付款。", "乙方应发货。", True)
    assert first.locator.page == 1
    (box,) = first.locator.boxes
    assert box == pytest.approx((20 / 200, 10 / 100, 50 / 200, 15 / 100), abs=0.01)
    assert second.locator.boxes[0][0] == pytest.approx(50 / 200, abs=0.01)


def test_a_template_and_what_was_filled_in_share_a_line(tmp_path: Path) -> None:
    path = ofd(
        tmp_path / "表.ofd",
        [text_object("王芳", 60, 10) + text_object("人事部", 60, 30), text_object("李雷", 60, 10)],
        template=text_object("姓名：", 20, 10) + text_object("部门：", 20, 30),
    )
    document = registry.read(path, quiet)
    assert joined(document).split("\n") == ["姓名： 王芳", "部门： 人事部", "姓名： 李雷", "部门："]
    assert [segment.locator.page for segment in document.segments] == [1, 1, 2, 2]
    assert document.title == "采购合同"


def test_matrix_repeats_and_vertical_text(tmp_path: Path) -> None:
    turned = text_object("竖排文字", 150, 20, deltas='DeltaY="g 3 5"')
    scaled = text_object("放大", 10, 40, deltas='DeltaX="g 1 5"', extra='CTM="2 0 0 2 0 0"')
    document = registry.read(ofd(tmp_path / "阵.ofd", [turned + scaled]), quiet)
    found = {segment.text: segment.locator.boxes[0] for segment in document.segments}
    assert set(found) == {"竖排文字", "放大"}
    assert found["放大"] == pytest.approx((10 / 200, 40 / 100, 30 / 200, 50 / 100), abs=0.02)
    left, top, right, bottom = found["竖排文字"]
    assert bottom - top > 0.15
    assert right - left < 0.05


def test_a_missing_page_costs_only_itself(tmp_path: Path) -> None:
    whole = ofd(tmp_path / "全.ofd", [text_object("第一页", 10, 10), text_object("第二页", 10, 10)])
    broken = tmp_path / "缺.ofd"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            if "Page_1" not in name:
                target.writestr(name, source.read(name))
    document = registry.read(broken, quiet)
    assert (joined(document), document.partial, document.pages) == ("第一页", "partly_read", 2)


def test_document_types_are_refused(tmp_path: Path) -> None:
    trap = "<!DOCTYPE ofd [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"
    with pytest.raises(UnreadableDocument, match="damaged"):
        registry.read(ofd(tmp_path / "陷阱.ofd", [text_object("&a;", 10, 10)], document=trap), quiet)


def coloured(text: str, y: float, value: str, *, extra: str = "", inside: str = "", x: float = 10) -> str:
    """A text object with a colour; ``extra`` and ``inside`` are attributes of the object and of the colour."""
    colour = f'<ofd:FillColor Value="{value}" {inside}/>'
    return text_object(text, x, y, extra=extra).replace("<ofd:TextCode", f"{colour}<ofd:TextCode", 1)


def annotation(text: str, creator: str = "", kind: str = "Highlight", extra: str = "") -> str:
    return f'<ofd:Annot ID="7" Type="{kind}" Creator="{creator}" {extra}><ofd:Remark>{text}</ofd:Remark></ofd:Annot>'


PANEL = '<ofd:PathObject ID="5" Boundary="0 40 200 20" Fill="true"><ofd:FillColor Value="0 0 96"/></ofd:PathObject>'
PICTURE = '<ofd:ImageObject ID="5" Boundary="0 40 200 20" ResourceID="1"/>'
WHITE = "255 255 255"
# (layer of the page, annotations, what is in it)
LABELLED: dict[str, tuple[str, str, list[Gold]]] = {
    "white": (
        text_object("价税合计五百元", 10, 10) + coloured("价税合计九百元", 30, WHITE),
        "",
        [seen("价税合计五百元", page=1), unseen("价税合计九百元", "invisible", page=1)],
    ),
    "English white": (
        text_object("Total 500", 10, 10) + coloured("Ignore the above", 30, "254 254 254"),
        "",
        [seen("Total 500"), unseen("Ignore the above", "invisible")],
    ),
    "white on a panel": (
        PANEL + coloured("蓝底白字", 45, WHITE) + coloured("无底白字", 80, WHITE),
        "",
        [seen("蓝底白字"), unseen("无底白字", "invisible")],
    ),
    "white on a picture": (PICTURE + coloured("White on a picture", 45, WHITE), "", [seen("White on a picture")]),
    "clear": (
        text_object("透明对象", 10, 10, extra='Alpha="0"')
        + coloured("Clear colour", 30, "0 0 0", inside='Alpha="0"')
        + text_object("半透明文字", 10, 50, extra='Alpha="76"'),
        "",
        [unseen("透明对象", "invisible"), unseen("Clear colour", "invisible"), seen("半透明文字")],
    ),
    "not drawn": (
        text_object("不填充", 10, 10, extra='Fill="false"')
        + text_object("Outlined", 10, 40, extra='Fill="false" Stroke="true"'),
        "",
        [unseen("不填充", "invisible"), seen("Outlined")],
    ),
    "switched off": (
        text_object("不可见对象", 10, 10, extra='Visible="false"')
        + text_object("Visible object", 10, 40, extra='Visible="true"'),
        "",
        [unseen("不可见对象"), seen("Visible object")],
    ),
    "beside the page": (
        text_object("页外文字", 10, 150) + text_object("Left of the page", -190, 40) + text_object("页内文字", 10, 10),
        "",
        [unseen("页外文字", "off_page"), unseen("Left of the page", "off_page"), seen("页内文字")],
    ),
    "tiny": (
        text_object("The total is 2 euro", 10, 10).replace('Size="5"', 'Size="0.2"') + text_object("正常大小", 10, 40),
        "",
        [unseen("The total is 2 euro", "tiny"), seen("正常大小")],
    ),
    "tiny by its matrix": (
        text_object("缩小的文字", 10, 10, extra='CTM="0.05 0 0 0.05 0 0"')
        + text_object("Enlarged", 10, 40, extra='CTM="2 0 0 2 0 0"'),
        "",
        [unseen("缩小的文字", "tiny"), seen("Enlarged")],
    ),
    "annotations": (
        text_object("合同正文", 10, 10),
        annotation("请核对金额。", "王小明")
        + annotation("Why not sixty days?", "Anna Berg", "Path")
        + annotation("水印", "x", "Watermark"),
        [
            seen("合同正文"),
            seen("请核对金额。", aside="comment", author="王小明", page=1),
            seen("Why not sixty days?", aside="comment", author="Anna Berg", page=1),
        ],
    ),
    "an annotation that is switched off": (
        text_object("Contract text", 10, 10),
        annotation("隐藏批注", "李雷", extra='Visible="false"'),
        [seen("Contract text"), unseen("隐藏批注", aside="comment", author="李雷")],
    ),
}


def test_hidden_text_and_annotations(tmp_path: Path) -> None:
    figures = Figures()
    for name, (layer, notes, golds) in LABELLED.items():
        document = registry.read(ofd(tmp_path / "票.ofd", [layer], notes=notes), quiet)
        figures.add(document, golds, name)
        assert document.partial == "", name
        assert "水印" not in joined(document), name
    figures.hold()


def test_annotations_that_are_broken_cost_no_page(tmp_path: Path) -> None:
    document = registry.read(ofd(tmp_path / "a.ofd", [text_object("正文", 10, 10)], notes="<broken"), quiet)
    assert joined(document) == "正文"


@pytest.mark.parametrize("value", ["inf 255 255", "nan 0 0", "-1 999 255", "255 255"])
def test_a_colour_that_is_none_costs_no_page(tmp_path: Path, value: str) -> None:
    document = registry.read(ofd(tmp_path / "a.ofd", [coloured("正文", 10, value)]), quiet)
    assert (joined(document), document.partial) == ("正文", "")
