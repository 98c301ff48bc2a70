# SPDX-License-Identifier: Apache-2.0
"""Ruled tables of PDFs: rows with their header at their very place; what only looks like a grid stays running text."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table

from desktop_app.contract.document import Document, Segment
from desktop_app.documents.pdf import pdf_page
from desktop_app.documents.process import registry
from desktop_app.documents.text.splitting import estimate_tokens, split
from documents.making import quiet
from documents.pages import letters_of

FONT = "STSong-Light"  # not embedded; where it is not installed, PDFium loses text that is a single Chinese character
GRID = [("GRID", (0, 0), (-1, -1), 0.5, colors.black), ("FONT", (0, 0), (-1, -1), FONT, 10)]
ORDERS = (
    ("品名", "数量", "单价"),
    ("砚台", "12", "358.00"),
    ("毛笔", "40", "12.50"),
    ("Ink stick", "7", "90"),
)
ORDER_ROWS = [
    "品名: 砚台; 数量: 12; 单价: 358.00",
    "品名: 毛笔; 数量: 40; 单价: 12.50",
    "品名: Ink stick; 数量: 7; 单价: 90",
]


def paragraph(text: str, size: float = 10) -> Paragraph:
    return Paragraph(text, ParagraphStyle("any", fontName=FONT, fontSize=size, leading=size * 1.3, wordWrap="CJK"))


def built(path: Path, *parts: Any) -> Document:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    SimpleDocTemplate(str(path), pagesize=A4).build(list(parts))
    return registry.read(path, quiet)


def drawn(path: Path, draw: Callable[[Canvas], None]) -> Document:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return registry.read(path, quiet)


def texts(document: Document) -> list[str]:
    return [segment.text for segment in document.segments]


def rows(document: Document) -> list[Segment]:
    return [segment for segment in document.segments if segment.kind == "row"]


def under(path: Path, segment: Segment) -> str:
    """The characters whose middle lies inside the boxes of a segment."""
    place = segment.locator
    pdf = pypdfium2.PdfDocument(path)
    page = pdf[(place.page or 1) - 1]
    textpage = page.get_textpage()
    width, height = page.get_size()
    found = []
    for index, character in enumerate(pdf_page.characters(textpage)):
        left, bottom, right, top = textpage.get_charbox(index)
        x, y = (left + right) / 2 / width, 1 - (bottom + top) / 2 / height
        if right > left and any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in place.boxes):
            found.append(character)
    textpage.close()
    pdf.close()
    return "".join(found)


def at(path: Path, segment: Segment) -> str:
    """The characters in the range of a segment."""
    pdf = pypdfium2.PdfDocument(path)
    textpage = pdf[(segment.locator.page or 1) - 1].get_textpage()
    assert segment.locator.chars is not None
    text = pdf_page.characters(textpage)[slice(*segment.locator.chars)]
    textpage.close()
    pdf.close()
    return text


def values(row: str) -> str:
    return letters_of("".join(cell.split(": ", 1)[-1] for cell in row.split("; ")))


def same_letters(one: str, other: str) -> bool:
    return sorted(letters_of(one)) == sorted(letters_of(other))


def grid_by_lines(canvas: Canvas, cells: Sequence[Sequence[str]], *, left: float = 72, top: float = 700) -> None:
    """Rules one at a time, text cell by cell."""
    height, width = 20, 120
    for number in range(len(cells) + 1):
        canvas.line(left, top - height * number, left + width * len(cells[0]), top - height * number)
    for number in range(len(cells[0]) + 1):
        canvas.line(left + width * number, top, left + width * number, top - height * len(cells))
    fill(canvas, cells, left, top, width, height)


def grid_as_one_path(canvas: Canvas, cells: Sequence[Sequence[str]]) -> None:
    canvas.grid(
        [72 + 120 * number for number in range(len(cells[0]) + 1)], [700 - 20 * number for number in range(len(cells) + 1)]
    )
    fill(canvas, cells, 72, 700, 120, 20)


def grid_of_frames(canvas: Canvas, cells: Sequence[Sequence[str]]) -> None:
    for line, row in enumerate(cells):
        for column in range(len(row)):
            canvas.rect(72 + 120 * column, 680 - 20 * line, 119, 19)
    fill(canvas, cells, 72, 700, 120, 20)


def grid_of_thin_boxes(canvas: Canvas, cells: Sequence[Sequence[str]]) -> None:
    """As Word prints borders."""
    for number in range(len(cells) + 1):
        canvas.rect(72, 700 - 20 * number, 120 * len(cells[0]), 0.5, stroke=0, fill=1)
    for number in range(len(cells[0]) + 1):
        canvas.rect(72 + 120 * number, 700 - 20 * len(cells), 0.5, 20 * len(cells), stroke=0, fill=1)
    fill(canvas, cells, 72, 700, 120, 20)


def grid_without_sides(canvas: Canvas, cells: Sequence[Sequence[str]]) -> None:
    for number in range(len(cells) + 1):
        canvas.line(72, 700 - 20 * number, 72 + 120 * len(cells[0]), 700 - 20 * number)
    for number in range(1, len(cells[0])):
        canvas.line(72 + 120 * number, 700, 72 + 120 * number, 700 - 20 * len(cells))
    fill(canvas, cells, 72, 700, 120, 20)


def grid_in_a_form(canvas: Canvas, cells: Sequence[Sequence[str]]) -> None:
    """A page that was put onto another one, half as large."""
    canvas.beginForm("inner")
    canvas.setFont(FONT, 10)
    grid_by_lines(canvas, cells)
    canvas.endForm()
    canvas.translate(50, 100)
    canvas.scale(0.8, 0.8)
    canvas.doForm("inner")


def grid_by_columns(canvas: Canvas, cells: Sequence[Sequence[str]]) -> None:
    """The text of a column after the other: the characters of a row stand apart in the file."""
    canvas.grid(
        [72 + 120 * number for number in range(len(cells[0]) + 1)], [700 - 20 * number for number in range(len(cells) + 1)]
    )
    for column in range(len(cells[0])):
        for line, row in enumerate(cells):
            canvas.drawString(76 + 120 * column, 686 - 20 * line, row[column])


def fill(canvas: Canvas, cells: Sequence[Sequence[str]], left: float, top: float, width: float, height: float) -> None:
    for line, row in enumerate(cells):
        for column, cell in enumerate(row):
            canvas.drawString(left + 4 + width * column, top - 14 - height * line, cell)


DRAWERS = (
    grid_by_lines,
    grid_as_one_path,
    grid_of_frames,
    grid_of_thin_boxes,
    grid_without_sides,
    grid_in_a_form,
    grid_by_columns,
)


@pytest.mark.parametrize("draw", DRAWERS, ids=lambda draw: draw.__name__)
def test_rows_carry_their_header_whatever_drew_the_rules(tmp_path: Path, draw: Callable[..., None]) -> None:
    path = tmp_path / "订单.pdf"
    document = drawn(path, lambda canvas: draw(canvas, ORDERS))
    assert texts(document) == ORDER_ROWS
    for segment, row in zip(document.segments, ORDERS[1:], strict=True):
        assert segment.kind == "row"
        assert segment.locator.page == 1
        assert same_letters(under(path, segment), "".join(row))
        if draw is grid_by_columns:
            assert segment.locator.chars is None
        else:
            assert letters_of(at(path, segment)) == letters_of("".join(row))


def test_a_frame_around_each_of_many_cells(tmp_path: Path) -> None:
    cells = [
        ["编号", "品名", "数量", "单价", "金额", "备注"],
        *([f"A{n}", f"货物{n}", "3", "12.50", "37.50", "含税"] for n in range(1, 21)),
    ]

    def frames(canvas: Canvas) -> None:
        for line, row in enumerate(cells):
            for column, cell in enumerate(row):
                canvas.rect(50 + 80 * column, 680 - 20 * line, 79, 19)
                canvas.drawString(54 + 80 * column, 686 - 20 * line, cell)

    found = texts(drawn(tmp_path / "框.pdf", frames))
    assert found == [f"编号: A{n}; 品名: 货物{n}; 数量: 3; 单价: 12.50; 金额: 37.50; 备注: 含税" for n in range(1, 21)]


def test_text_around_a_table_keeps_its_order_and_place(tmp_path: Path) -> None:
    path = tmp_path / "合同.pdf"
    before, after = "本合同所列货物如下表所示，单位为元。", "The prices include delivery to the buyer's door."
    document = built(path, paragraph(before), Table(ORDERS, style=GRID), paragraph(after))
    assert texts(document) == [before, *ORDER_ROWS, after]
    for segment in (document.segments[0], document.segments[-1]):
        assert letters_of(at(path, segment)) == letters_of(segment.text)


def test_wrapped_cells_are_one_row(tmp_path: Path) -> None:
    path = tmp_path / "说明.pdf"
    long = "甲方应在合同签订后三十日内支付全部货款，逾期每日按万分之五计收违约金。"
    english = "The warranty covers version 3.5 for two years from the day of delivery."
    cells = [
        ["条款", "内容", "备注"],
        [paragraph("付款"), paragraph(long), "-"],
        [paragraph("保修"), paragraph(english), "见附件"],
    ]
    document = built(path, Table(cells, colWidths=[80, 150, 80], style=GRID))
    assert texts(document) == [f"条款: 付款; 内容: {long}; 备注: -", f"条款: 保修; 内容: {english}; 备注: 见附件"]
    for segment, row in zip(document.segments, (f"付款{long}-", f"保修{english}见附件"), strict=True):
        assert same_letters(under(path, segment), row)


def test_cells_merged_downwards_are_told_in_every_row(tmp_path: Path) -> None:
    path = tmp_path / "部门.pdf"
    cells = [["部门", "姓名", "电话"], ["销售部", "张三", "1001"], ["", "李四", "1002"], ["合计", "", "2 人"]]
    document = built(path, Table(cells, style=[*GRID, ("SPAN", (0, 1), (0, 2)), ("SPAN", (0, 3), (1, 3))]))
    assert texts(document) == [
        "部门: 销售部; 姓名: 张三; 电话: 1001",
        "部门: 销售部; 姓名: 李四; 电话: 1002",
        "部门: 合计; 电话: 2 人",
    ]
    assert same_letters(under(path, document.segments[1]), "销售部李四1002")


def test_a_header_of_two_levels_names_each_column_once(tmp_path: Path) -> None:
    cells = [["姓名", "成绩", "", "备注"], ["", "语文", "数学", ""], ["张三", "90", "95", "优秀"], ["李四", "88", "72", "良好"]]
    spans = [("SPAN", (0, 0), (0, 1)), ("SPAN", (1, 0), (2, 0)), ("SPAN", (3, 0), (3, 1))]
    document = built(tmp_path / "成绩.pdf", Table(cells, style=[*GRID, *spans]))
    assert texts(document) == [
        "姓名: 张三; 成绩 语文: 90; 成绩 数学: 95; 备注: 优秀",
        "姓名: 李四; 成绩 语文: 88; 成绩 数学: 72; 备注: 良好",
    ]


def test_a_title_row_is_no_header(tmp_path: Path) -> None:
    cells = [["二〇二四年采购清单", "", ""], *ORDERS]
    document = built(tmp_path / "清单.pdf", Table(cells, style=[*GRID, ("SPAN", (0, 0), (2, 0))]))
    assert texts(document) == ["二〇二四年采购清单", *ORDER_ROWS]
    assert document.segments[0].kind == "text"


@pytest.mark.parametrize("repeat", [0, 1])
def test_a_table_over_pages_keeps_its_header(tmp_path: Path, repeat: int) -> None:
    path = tmp_path / "长表.pdf"
    cells = [["编号", "名称", "数量"], *([f"A-{number:03}", f"货物{number}", str(number * 3)] for number in range(1, 121))]
    document = built(path, Table(cells, style=GRID, repeatRows=repeat))
    assert document.pages is not None
    assert document.pages > 2
    assert texts(document) == [f"编号: A-{n:03}; 名称: 货物{n}; 数量: {n * 3}" for n in range(1, 121)]
    for segment in document.segments:
        assert letters_of(at(path, segment)) == values(segment.text)
        assert same_letters(under(path, segment), values(segment.text))


def test_chunks_of_a_long_table_are_whole_rows_with_header_and_boxes(tmp_path: Path) -> None:
    cells = [["编号", "名称", "数量"], *([f"A-{number:03}", f"货物{number}", str(number * 3)] for number in range(1, 121))]
    chunks = split(built(tmp_path / "长表.pdf", Table(cells, style=GRID)), count_tokens=estimate_tokens, max_tokens=120)
    assert len(chunks) > 10
    for chunk in chunks:
        lines = chunk.text.split("\n")
        assert all(re.fullmatch(r"编号: A-\d{3}; 名称: 货物\d+; 数量: \d+", line) for line in lines)
        assert len(chunk.pieces) == len(lines)
        assert all(len(piece.locator.boxes) == 3 for piece in chunk.pieces)


def test_another_table_on_the_next_page_has_its_own_header(tmp_path: Path) -> None:
    def two(canvas: Canvas) -> None:
        grid_by_lines(canvas, ORDERS)
        canvas.showPage()
        canvas.setFont(FONT, 10)
        canvas.drawString(72, 760, "附件二 人员名单如下。")
        grid_by_lines(canvas, (("姓名", "部门", "电话"), ("张三", "销售部", "1001")))

    document = drawn(tmp_path / "两表.pdf", two)
    assert texts(document) == [*ORDER_ROWS, "附件二 人员名单如下。", "姓名: 张三; 部门: 销售部; 电话: 1001"]


def test_entries_without_rules_between_them_are_rows(tmp_path: Path) -> None:
    def invoice(canvas: Canvas) -> None:
        for y in (700, 680, 580):
            canvas.line(72, y, 432, y)
        for x in (72, 192, 312, 432):
            canvas.line(x, 700, x, 580)
        fill(canvas, ORDERS, 72, 700, 120, 20)

    assert texts(drawn(tmp_path / "发票.pdf", invoice)) == ORDER_ROWS


def test_a_form_names_nothing_by_its_first_row(tmp_path: Path) -> None:
    cells = [
        ["姓名", "张三", "性别", "男性"],
        ["部门", "销售部", "", ""],
        ["地址", "上海市浦东新区", "", ""],
        ["备注", "没有", "", ""],
    ]
    spans = [("SPAN", (1, row), (3, row)) for row in (1, 2, 3)]
    document = built(tmp_path / "登记表.pdf", Table(cells, style=[*GRID, *spans]))
    assert texts(document) == ["姓名; 张三; 性别; 男性", "部门; 销售部", "地址; 上海市浦东新区", "备注; 没有"]


def test_sentences_of_a_long_cell_have_their_own_places(tmp_path: Path) -> None:
    path = tmp_path / "申请.pdf"
    reason = "我部门因业务扩展需要增加两名员工。" * 30
    cells = [["项目", "内容"], ["申请理由", paragraph(reason)], ["结论", "同意"]]
    document = built(path, Table(cells, colWidths=[80, 300], style=GRID))
    parts = [segment for segment in document.segments if segment.text == "我部门因业务扩展需要增加两名员工。"]
    assert len(parts) == 30
    assert all(len(segment.locator.boxes) <= 2 for segment in parts)
    assert "项目: 结论; 内容: 同意" in texts(document)


# ---- what is no table -----------------------------------------------------------------------------------------------------


def underlines(canvas: Canvas) -> None:
    for number in range(6):
        canvas.drawString(72, 700 - 20 * number, "甲方（盖章）：                      乙方（盖章）：")
        canvas.line(140, 698 - 20 * number, 240, 698 - 20 * number)
        canvas.line(330, 698 - 20 * number, 430, 698 - 20 * number)


def framed_text(canvas: Canvas) -> None:
    canvas.rect(60, 560, 400, 160)
    canvas.line(60, 690, 460, 690)
    for number in range(6):
        canvas.drawString(72, 700 - 22 * number, f"注意事项 {number}   请勿将本机置于潮湿处   以免损坏")


def chart(canvas: Canvas) -> None:
    for number in range(9):
        canvas.line(72, 500 + 20 * number, 432, 500 + 20 * number)
        canvas.line(72 + 45 * number, 500, 72 + 45 * number, 660)
        canvas.drawString(50, 497 + 20 * number, str(10 * number))
        canvas.drawString(68 + 45 * number, 485, f"{number} 月")
    canvas.drawString(150, 610, "销售额 2024")
    canvas.drawString(250, 570, "利润")


def columns_with_a_rule(canvas: Canvas) -> None:
    canvas.line(60, 720, 540, 720)
    canvas.line(60, 500, 540, 500)
    canvas.line(300, 720, 300, 500)
    for number in range(8):
        canvas.drawString(66, 700 - 20 * number, "左边一栏的文字一行接着一行往下写。")
        canvas.drawString(310, 700 - 20 * number, "右边一栏的文字也是这样写下去的。")


def text_across_rules(canvas: Canvas) -> None:
    canvas.grid([72, 192, 312, 432], [700, 680, 660, 640])
    for number in range(3):
        canvas.drawString(80, 686 - 20 * number, "横贯整个格子的一行很长的文字并不理会任何竖线所在的位置。")


@pytest.mark.parametrize("draw", [underlines, framed_text, chart, columns_with_a_rule, text_across_rules])
def test_rules_that_are_no_table(tmp_path: Path, draw: Callable[[Canvas], None]) -> None:
    path = tmp_path / "图.pdf"
    document = drawn(path, draw)
    assert not rows(document)
    with_chars = [segment for segment in document.segments if segment.locator.chars]
    for segment in with_chars:
        assert letters_of(at(path, segment)) == letters_of(segment.text)
