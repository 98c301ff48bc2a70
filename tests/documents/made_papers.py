# SPDX-License-Identifier: Apache-2.0
"""Thirty PDFs of unruled office tables whose cells are known, none of which the reader was tuned on.

Invoices, bank statements with empty cells and wrapped texts, price lists with dotted leaders, quarters under two header rows, wages: other fonts,
sizes and spacing than those of ``made_tables``. Chinese and English in turn, the same in every run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

KINDS = ("invoice", "statement", "leaders", "quarters", "wages")
EACH = 6
_HEADS = {
    "invoice": (["Pos.", "Article", "Qty", "Price CHF", "Total CHF"], ["序号", "货物名称", "数量", "单价", "金额"]),
    "statement": (["Date", "Text", "Debit", "Credit", "Balance"], ["日期", "摘要", "支出", "收入", "余额"]),
    "leaders": (["Dish", "Price"], ["菜名", "价格"]),
    "quarters": (["Region", "Units", "Sales", "Units", "Sales"], ["地区", "数量", "销售额", "数量", "销售额"]),
    "wages": (["Name", "Position", "Base", "Bonus", "Paid out"], ["姓名", "职务", "基本工资", "奖金", "实发工资"]),
}
_WORDS = {
    "invoice": (["Office chair", "Desk lamp", "Paper A4", "Toner black", "Whiteboard"], ["办公椅", "台灯", "复印纸", "墨盒", "白板"]),
    "statement": (
        ["Standing order rent Miller AG", "Salary April", "Card payment station kiosk", "Transfer to savings", "Insurance yearly"],
        ["工资入账", "转账至储蓄账户", "水电费代扣", "刷卡消费超市", "保险年费"],
    ),
    "leaders": (["Soup of the day", "Green salad", "Trout with almonds", "Apple tart", "Espresso"], ["宫保鸡丁", "清炒时蔬", "酸辣汤", "水煮鱼", "米饭"]),
    "quarters": (["North", "South", "East", "West", "Abroad"], ["华北", "华南", "华东", "西南", "海外"]),
    "wages": (["Anna Keller", "Ben Huber", "Cleo Frei", "Dora Graf", "Emil Marti"], ["王小明", "李红梅", "张伟", "刘洋", "陈静"]),
}  # fmt: skip
_SECOND = {"wages": (["clerk", "driver", "team leader", "trainee"], ["文员", "司机", "主管", "实习生"])}
_MORE = (
    ["incl. transport and set-up", "reference 2027-118", "as agreed in March"],
    ["含运费及安装", "附言二〇二七", "按三月约定"],
)


@dataclass
class MadePaper:
    """``cells``: those of the body, row by row, empty ones left out."""

    kind: str
    language: str
    path: Path
    cells: list[list[str]] = field(default_factory=list)


def made(folder: Path) -> Iterator[MadePaper]:
    """All of them, written below ``folder``."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    for kind in KINDS:
        for number in range(EACH):
            language = "zh" if number % 2 else "en"
            yield _made(kind, number, language, folder / f"{kind}-{number}-{language}.pdf")


def _made(kind: str, number: int, language: str, path: Path) -> MadePaper:
    pick = random.Random(f"{kind}{number}")
    chinese = language == "zh"
    font = "STSong-Light" if chinese else ("Times-Roman", "Courier", "Helvetica-Oblique")[number // 2]
    size, pitch = pick.choice((7.5, 8.5, 9.0, 11.0)), pick.choice((1.35, 1.6, 2.0))
    head = _HEADS[kind][chinese]
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(font, size)
    paper = MadePaper(kind, language, path)
    wide = size * (7.5 if chinese else 9.0)
    edges = [60.0, 60 + 0.7 * wide, *(60 + wide * (2.6 + step) for step in (1, 2, 3))]  # from where, or for money to where
    canvas.drawString(60, 780, "以下为明细，供核对。" if chinese else "Please check the following items.")
    y = 740.0
    if kind == "quarters":
        for at, name in ((1.5, "第一季度" if chinese else "First quarter"), (3.5, "第二季度" if chinese else "Second quarter")):
            canvas.drawCentredString(60 + wide * (at + 0.7), y, name)
        y -= size * 1.3
        edges = [60.0, *(60 + wide * (step + 1.4) for step in (0.0, 1.0, 2.0, 3.0))]
    leaders = kind == "leaders"
    words_at = 1 if kind in ("quarters", "leaders") else 2
    if not leaders:
        _write(canvas, head, edges, y, words_at)
        y -= size * pitch
    for row in range(pick.randrange(8, 16)):
        cells, more = _row(kind, row, chinese, pick)
        if leaders:
            free = 4.5 * wide - sum(pdfmetrics.stringWidth(cell, font, size) for cell in cells) - 1.5 * size
            dots = "." * int(free / pdfmetrics.stringWidth(".", font, size))
            canvas.drawString(60, y, f"{cells[0]} {dots}")
            canvas.drawRightString(60 + 4.5 * wide, y, cells[1])
        else:
            _write(canvas, cells, edges, y, words_at)
        if more:
            y -= size * 1.15
            canvas.drawString(edges[1], y, more)
            cells[1] += more if chinese else f" {more}"
        paper.cells.append([cell for cell in cells if cell])
        y -= size * pitch
    canvas.drawString(60, y - 40, "如有疑问请与我们联系。" if chinese else "We are glad to answer your questions.")
    canvas.save()
    return paper


def _write(canvas: Canvas, cells: list[str], edges: list[float], y: float, words_at: int) -> None:
    for column, (cell, edge) in enumerate(zip(cells, edges, strict=True)):
        if column < words_at:
            canvas.drawString(edge, y, cell)
        else:
            canvas.drawRightString(edge, y, cell)


def _row(kind: str, row: int, chinese: bool, pick: random.Random) -> tuple[list[str], str]:
    name = pick.choice(_WORDS[kind][chinese])
    money = [f"{pick.random() * 10 ** pick.randrange(2, 5):,.2f}" for _ in range(4)]
    more = pick.choice(_MORE[chinese]) if kind in ("invoice", "statement") and pick.random() < 0.25 else ""
    if kind == "invoice":
        return [f"{row + 1}", name, f"{pick.randrange(1, 40)}", *money[:2]], more
    if kind == "statement":
        booked = [money[0], ""] if pick.random() < 0.6 else ["", money[0]]
        return [f"{row + 1:02}.04.27", name, *booked, money[1]], more
    if kind == "leaders":
        return [name, money[0]], ""
    if kind == "wages":
        return [name, pick.choice(_SECOND[kind][chinese]), *money[:3]], ""
    return [f"{name} {row}", f"{pick.randrange(10, 999)}", money[0], f"{pick.randrange(10, 999)}", money[1]], ""
