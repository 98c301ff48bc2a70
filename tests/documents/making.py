# SPDX-License-Identifier: Apache-2.0
"""Real files of every format, made by the formats' own libraries, with Chinese and English content."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import docx
import openpyxl
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

CHINESE = "甲方应在合同签订后三十日内支付全部货款。"
ENGLISH = "The warranty covers version 3.5 for two years."


def quiet(_done: int, _total: int | None) -> None:
    """A progress that nobody watches."""


def folder(root: Path) -> Path:
    place = root / "采购 部门" / "二〇二四年"
    place.mkdir(parents=True, exist_ok=True)
    return place


def text_file(path: Path) -> Path:
    path.write_text(f"第一章 付款\n{CHINESE}\n\n第二章 保修\n{ENGLISH}\nCall us for help.\n", encoding="utf-8", newline="\r\n")
    return path


def markdown_file(path: Path) -> Path:
    path.write_text(
        f"---\ntitle: 采购合同\n---\n# 付款\n\n{CHINESE}\n\n## 保修 Warranty\n\n- {ENGLISH}\n- 第二项\n\n"
        "| 品名 | 单价 |\n|---|---|\n| 砚台 | 3.5 |\n| 毛笔 | 12 |\n\n```\nprint('代码')\n```\n",
        encoding="utf-8",
    )
    return path


def html_file(path: Path) -> Path:
    path.write_text(
        f"<!DOCTYPE html><html><head><title>采购合同</title><style>p {{color:red}}</style>\n<script>var secret = 1;</script></head>\n"
        f"<body><h1>付款</h1>\n<p>{CHINESE}</p>\n<h2>保修</h2><p>The warranty covers\n version 3.5 <b>for two</b> years.</p>\n"
        "<table><tr><th>品名</th><th>单价</th></tr>\n<tr><td>砚台</td><td>3.5</td></tr></table></body></html>",
        encoding="utf-8",
    )
    return path


def csv_file(path: Path, encoding: str = "utf-8") -> Path:
    path.write_bytes(f'品名,备注,单价\r\n砚台,"{CHINESE}\r\n第二行",3.5\r\n毛笔,{ENGLISH},12\r\n'.encode(encoding))
    return path


def docx_file(path: Path) -> Path:
    document = docx.Document()
    document.add_heading("采购合同", 0)
    document.add_heading("付款", 1)
    document.add_paragraph(CHINESE)
    document.add_heading("保修", 2)
    paragraph = document.add_paragraph("The warranty covers ")
    paragraph.add_run("version 3.5").bold = True
    paragraph.add_run(" for two years.")
    table = document.add_table(rows=3, cols=2)
    for row, cells in zip(table.rows, (("品名", "单价"), ("砚台", "3.5"), ("毛笔", "12")), strict=True):
        for cell, value in zip(row.cells, cells, strict=True):
            cell.text = value
    document.add_paragraph("最后一段。")
    document.save(str(path))
    return path


def xlsx_file(path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "采购 清单"
    sheet["B2"] = "二〇二四年采购清单"
    for row in (
        (None, "品名", "数量", "单价", "折扣", "日期", "备注"),
        (None, "砚台", 3.0, 3.5, 0.15, dt.datetime.fromisoformat("2024-03-01"), CHINESE),
        (None, "毛笔", 1200, 12.0, 0.2, dt.datetime.fromisoformat("2024-03-02 14:30"), ENGLISH),
    ):
        sheet.append(row)
    for row in (4, 5):
        sheet.cell(row, 5).number_format = "0%"
        sheet.cell(row, 4).number_format = "0.00"
    book.create_sheet("空")
    book.save(path)
    return path


def pdf_file(path: Path, *, encrypted: str = "") -> Path:
    """Page 1 Chinese in hand-broken lines, page 2 English with a hyphen at a line's end; an outline."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=A4, encrypt=encrypted or None)
    canvas.setTitle("采购合同")
    pages = (
        ("付款", ("甲方应在合同签订后三十日内支", "付全部货款。乙方收到货款后七日", "内发货。")),
        (
            "保修",
            (
                "The warranty covers version 3.5 for two years. It is lim-",
                "ited to parts that were bought from us, wherever they",
                "are.",
            ),
        ),
    )
    for title, lines in pages:
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title, title, 0)
        canvas.setFont("STSong-Light", 20)
        canvas.drawString(72, 760, title)
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(lines):
            canvas.drawString(72, 720 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    return path


def scan_file(path: Path, *, text_pages: int, image_pages: int) -> Path:
    """Pages that hold only a picture, after pages with text."""
    from PIL import Image
    from reportlab.lib.utils import ImageReader

    canvas = Canvas(str(path), pagesize=A4)
    for number in range(text_pages):
        canvas.drawString(72, 720, f"Page {number + 1} has words.")
        canvas.showPage()
    for _ in range(image_pages):
        canvas.drawImage(ImageReader(Image.new("L", (40, 40), 128)), 72, 400, 200, 200)
        canvas.showPage()
    canvas.save()
    return path


MAKERS = {
    ".txt": text_file,
    ".md": markdown_file,
    ".html": html_file,
    ".csv": csv_file,
    ".docx": docx_file,
    ".xlsx": xlsx_file,
    ".pdf": pdf_file,
}
