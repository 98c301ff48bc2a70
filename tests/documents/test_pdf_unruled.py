# SPDX-License-Identifier: Apache-2.0
"""Tables of PDFs without rules: rows by the alignment of their words; what is only aligned stays running text."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from desktop_app.contract.document import Document
from desktop_app.documents.process import registry
from documents.making import quiet

FONT = "STSong-Light"
STARTS = (60.0, 150.0, 330.0, 430.0)


def drawn(path: Path, draw: Callable[[Canvas], None]) -> Document:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 10)
    draw(canvas)
    canvas.save()
    return registry.read(path, quiet, ocr="off")


def texts(document: Document) -> list[str]:
    return [segment.text for segment in document.segments]


def rows(document: Document) -> list[str]:
    return [segment.text for segment in document.segments if segment.kind == "row"]


def write(
    canvas: Canvas, cells: Sequence[Sequence[str]], top: float = 700, pitch: float = 16, starts: Sequence[float] = STARTS
) -> None:
    for line, row in enumerate(cells):
        for start, cell in zip(starts, row, strict=False):
            canvas.drawString(start, top - pitch * line, cell)


PRICES = [
    ["编号", "品名", "单价", "库存"],
    ["A-001", "不锈钢支架", "358.00", "12"],
    ["A-002", "密封圈", "12.50", "400"],
    ["A-003", "温度传感器", "1,290.00", "7"],
]
PRICE_ROWS = [
    "编号: A-001; 品名: 不锈钢支架; 单价: 358.00; 库存: 12",
    "编号: A-002; 品名: 密封圈; 单价: 12.50; 库存: 400",
    "编号: A-003; 品名: 温度传感器; 单价: 1,290.00; 库存: 7",
]


def test_a_price_list_between_paragraphs(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 740, "本价格表自二〇二六年一月一日起执行，价格均含税。")
        write(canvas, PRICES)
        canvas.drawString(60, 600, "以上价格不含运费，运费由买方承担。")

    document = drawn(tmp_path / "价格.pdf", draw)
    before, after = "本价格表自二〇二六年一月一日起执行，价格均含税。", "以上价格不含运费，运费由买方承担。"
    assert texts(document) == [before, *PRICE_ROWS, after]
    assert [segment.locator.page for segment in document.segments] == [1] * 5
    assert all(len(segment.locator.boxes) == 4 for segment in document.segments[1:4])


def test_columns_that_are_drawn_one_after_the_other(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for column, start in enumerate(STARTS):
            for line, row in enumerate(PRICES):
                canvas.drawString(start, 700 - 16 * line, row[column])

    assert texts(drawn(tmp_path / "栏序.pdf", draw)) == PRICE_ROWS


def test_a_header_of_two_lines_and_figures_on_the_right(tmp_path: Path) -> None:
    data = [
        ["Bracket", "3", "43.00", "129.00"],
        ["Seal ring", "12", "1.50", "18.00"],
        ["Gear motor", "1", "1,290.00", "1,290.00"],
    ]

    def draw(canvas: Canvas) -> None:
        for text, right, y in (
            ("Unit", 350, 712),
            ("Article", 100, 700),
            ("Qty", 250, 700),
            ("price", 350, 700),
            ("Amount", 450, 700),
        ):
            canvas.drawRightString(right, y, text)
        for line, row in enumerate(data):
            canvas.drawString(68, 680 - 16 * line, row[0])
            for right, cell in zip((250, 350, 450), row[1:], strict=True):
                canvas.drawRightString(right, 680 - 16 * line, cell)

    assert texts(drawn(tmp_path / "invoice.pdf", draw)) == [
        f"Article: {name}; Qty: {count}; Unit price: {price}; Amount: {amount}" for name, count, price, amount in data
    ]


def test_wrapped_cells_at_the_pitch_of_rows(tmp_path: Path) -> None:
    cells = [
        ["Pos", "Description", "Price", "Stock"],
        ["1", "Bracket of stainless steel for mounting", "43.00", "12"],
        ["", "outdoors in saline air", "", ""],
        ["2", "Seal ring", "1.50", "400"],
        ["3", "Gear motor", "290.00", "7"],
    ]
    assert texts(drawn(tmp_path / "list.pdf", lambda canvas: write(canvas, cells, starts=(60, 90, 330, 430)))) == [
        "Pos: 1; Description: Bracket of stainless steel for mounting outdoors in saline air; Price: 43.00; Stock: 12",
        "Pos: 2; Description: Seal ring; Price: 1.50; Stock: 400",
        "Pos: 3; Description: Gear motor; Price: 290.00; Stock: 7",
    ]


def test_a_row_that_begins_on_one_page_and_ends_on_the_next(tmp_path: Path) -> None:
    starts = (60, 120, 400, 480)

    def draw(canvas: Canvas) -> None:
        write(canvas, [["Article", "Description", "Price", "Stock"]], 200, starts=starts)
        write(canvas, [[f"ART-{n:03}", f"Bracket type {n}", f"{n}3.00", str(90 + n)] for n in range(1, 6)], 180, starts=starts)
        write(canvas, [["ART-006", "Bracket of stainless steel for mounting", "63.00", "96"]], 100, starts=starts)
        canvas.showPage()
        canvas.setFont(FONT, 10)
        write(canvas, [["", "outdoors in saline air"]], 780, starts=starts)
        write(canvas, [[f"ART-{n:03}", f"Bracket type {n}", f"{n}3.00", str(90 + n)] for n in range(7, 10)], 764, starts=starts)

    document = drawn(tmp_path / "split.pdf", draw)
    found = texts(document)
    assert (
        "Article: ART-006; Description: Bracket of stainless steel for mounting outdoors in saline air; Price: 63.00; Stock: 96"
        in found
    )
    assert found[-1] == "Article: ART-009; Description: Bracket type 9; Price: 93.00; Stock: 99"
    assert len(found) == 9
    assert [segment.locator.page for segment in document.segments] == [1] * 6 + [2] * 3


# ---- what is no table -----------------------------------------------------------------------------------------------------


def text_columns(canvas: Canvas) -> None:
    for number in range(14):
        canvas.drawString(60, 700 - 14 * number, f"the left column of this page is read to its {number}th line")
        canvas.drawString(320, 700 - 14 * number, f"the right one comes after it and is as wide {number}")


def text_columns_in_chinese(canvas: Canvas) -> None:
    for number in range(14):
        canvas.drawString(60, 700 - 14 * number, "左边一栏的文字一行接着一行往下写一直写")
        canvas.drawString(320, 700 - 14 * number, "右边一栏的文字也是这样写下去写到最后一")


def numbered(canvas: Canvas) -> None:
    for number in range(8):
        canvas.drawString(60, 700 - 16 * number, f"{number + 1}.")
        canvas.drawString(100, 700 - 16 * number, "The supplier delivers the goods to the door of the buyer.")


def labels(canvas: Canvas) -> None:
    for number, (label, value) in enumerate(
        (("姓名：", "王小明"), ("部门：", "质量部"), ("电话：", "8021"), ("日期：", "2026-05-04"))
    ):
        canvas.drawString(60, 700 - 16 * number, label)
        canvas.drawString(160, 700 - 16 * number, value)


def contents(canvas: Canvas) -> None:
    for number in range(6):
        canvas.drawString(60, 700 - 16 * number, f"Chapter {number + 1} {'.' * (60 - number)} {number * 7 + 2}")


def signatures(canvas: Canvas) -> None:
    for number, (left, right) in enumerate(
        (("甲方（盖章）", "乙方（盖章）"), ("法定代表人：", "法定代表人："), ("日期：", "日期："))
    ):
        canvas.drawString(60, 300 - 24 * number, left)
        canvas.drawString(320, 300 - 24 * number, right)


def letter_head(canvas: Canvas) -> None:
    for number, (left, right) in enumerate(
        (("Ms Petra Lindqvist", "Invoice RE-2026"), ("Harbour Lane 4", "3 May 2026"), ("Ghent", "Page 1"))
    ):
        canvas.drawString(60, 740 - 14 * number, left)
        canvas.drawString(400, 740 - 14 * number, right)


@pytest.mark.parametrize(
    "draw",
    [text_columns, text_columns_in_chinese, numbered, labels, contents, signatures, letter_head],
    ids=lambda draw: draw.__name__,
)
def test_what_is_aligned_but_no_table(tmp_path: Path, draw: Callable[[Canvas], None]) -> None:
    document = drawn(tmp_path / "no table.pdf", draw)
    assert not rows(document)
    assert document.segments


def test_text_columns_are_still_read_one_after_the_other(tmp_path: Path) -> None:
    found = " ".join(texts(drawn(tmp_path / "columns.pdf", text_columns)))
    assert found.index("13th line") < found.index("as wide 0")


STORY = (
    "The council met on Monday to hear what the people of the valley had to say about the new road and the bridge that would "
    "follow it. Many had come far. Some of them spoke for an hour, others only shook their heads. In the end 14 voted for the "
    "plan and 9 against it, while 3 stayed away. The mayor said that work would start in May 2025 and cost 3.4 million. "
)


@pytest.mark.parametrize(("columns", "letters"), [(3, 20), (3, 24), (4, 20)])
def test_narrow_columns_of_text_are_read_one_after_the_other(tmp_path: Path, columns: int, letters: int) -> None:
    """As in newspapers: their lines are as short as the cells of tables."""
    lines = textwrap.wrap(STORY * 4, letters)
    height = -(-len(lines) // columns)

    def draw(canvas: Canvas) -> None:
        canvas.setFont("Times-Roman", 9)
        for number, line in enumerate(lines):
            column, below = divmod(number, height)
            canvas.drawString(50 + column * letters * 5.2, 780 - 10.8 * below, line)

    document = drawn(tmp_path / "newspaper.pdf", draw)
    assert not rows(document)
    assert " ".join(texts(document)) == (STORY * 4).strip()
