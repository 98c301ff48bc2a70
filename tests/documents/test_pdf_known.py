# SPDX-License-Identifier: Apache-2.0
"""PDFs whose words are known: every word is found, every place leads back to its text, nothing of the page's frame comes twice."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from desktop_app.analysis.script import CJK
from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents import ocr_mode
from desktop_app.documents.pdf import pdf_page
from desktop_app.documents.process import registry
from documents.making import quiet
from documents.pages import cjk_font, drawn_page, error_rate, letters_of

ZH = (
    "甲方应在合同签订后三十日内支付全部货款。",
    "乙方收到货款后七日内发货，运输费用由乙方承担。",
    "产品的质保期为十八个月，自验收合格之日起计算。",
    "争议由双方协商解决，协商不成的提交仲裁。",
)
EN = (
    "The warranty covers version 3.5 for two years.",
    "Receipts above fifty dollars are required.",
    "Employees file reports within thirty days.",
    "Annual leave must be requested in advance.",
)
_WORD = re.compile(rf"[{CJK}]|[^\W_{CJK}]+")
Draw = Callable[[Canvas], None]


def write(canvas: Canvas, lines: tuple[str, ...], x: float = 72, y: float = 720, pitch: float = 18) -> None:
    for number, line in enumerate(lines):
        canvas.setFont("Helvetica" if line.isascii() else "STSong-Light", 12)
        canvas.drawString(x, y - pitch * number, line)


def chinese(canvas: Canvas) -> None:
    write(canvas, ZH)


def english(canvas: Canvas) -> None:
    write(canvas, EN)


def mixed(canvas: Canvas) -> None:
    write(canvas, tuple(line for pair in zip(ZH, EN, strict=True) for line in pair))


def several_pages(canvas: Canvas) -> None:
    for line in (*ZH, *EN):
        write(canvas, (line,))
        canvas.showPage()


def columns(canvas: Canvas) -> None:
    write(canvas, EN, 72, 720)
    write(canvas, EN[::-1], 330, 720)


def table(canvas: Canvas) -> None:
    for number, row in enumerate((("品名", "数量", "单价"), ("砚台", "12", "358.00"), ("毛笔", "40", "12.50"))):
        for column, cell in enumerate(row):
            canvas.setFont("Helvetica" if cell.isascii() else "STSong-Light", 12)
            canvas.drawString(80 + 150 * column, 700 - 20 * number, cell)
    canvas.grid([72, 222, 372, 522], [640, 660, 680, 720])


def turned(canvas: Canvas) -> None:
    canvas.setPageRotation(90)
    write(canvas, (*ZH, *EN))


def small_and_large(canvas: Canvas) -> None:
    canvas.setFont("STSong-Light", 28)
    canvas.drawString(72, 760, ZH[0][:12])
    canvas.setFont("Helvetica", 6)
    canvas.drawString(72, 700, EN[0])


def outlined(canvas: Canvas) -> None:
    for title, line in (("第一章 付款", ZH[0]), ("第二章 保修", ZH[2])):
        canvas.bookmarkPage(title)
        canvas.addOutlineEntry(title, title, 0)
        write(canvas, (title, line))
        canvas.showPage()


def headed(canvas: Canvas) -> None:
    for number, line in enumerate((*ZH, *EN), 1):
        write(canvas, ("采购合同 2024-07", line), 72, 800, 80)
        write(canvas, (f"第 {number} 页 共 8 页",), 250, 40)
        canvas.showPage()


def form(canvas: Canvas) -> None:
    write(canvas, ("Order form", EN[0]))
    canvas.acroForm.textfield(name="customer", tooltip="Customer", value="Zhang Industries", x=72, y=600, width=200, height=20)


MAKERS: dict[str, Draw] = {
    maker.__name__: maker
    for maker in (chinese, english, mixed, several_pages, columns, table, turned, small_and_large, outlined, headed, form)
}


def made(path: Path, draw: Draw) -> tuple[Path, str]:
    """The file and every text drawn into it."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=A4)
    drawn: list[str] = []
    original = canvas.drawString

    def noted(x: float, y: float, text: str) -> None:
        drawn.append(text)
        original(x, y, text)

    canvas.drawString = noted
    draw(canvas)
    canvas.save()
    return path, "\n".join(drawn)


def text_of(document: Document) -> str:
    return "\n".join(segment.text for segment in document.segments)


@pytest.mark.parametrize("name", MAKERS)
def test_every_word_is_found_at_its_place(tmp_path: Path, name: str) -> None:
    path, drawn = made(tmp_path / f"{name} 文件.pdf", MAKERS[name])
    document = registry.read(path, quiet)
    expected, found = set(_WORD.findall(drawn)), set(_WORD.findall(text_of(document)))
    if name == "headed":
        expected -= {"页", "共", "第", *map(str, range(1, 9))}
    assert len(expected & found) >= 0.99 * len(expected), expected - found
    pdf = pypdfium2.PdfDocument(path)
    for segment in document.segments:
        place = segment.locator
        assert place.page is not None
        if place.chars is None:
            assert place.boxes
            continue
        textpage = pdf[place.page - 1].get_textpage()
        there = pdf_page.characters(textpage)[slice(*place.chars)]
        text = segment.text
        if segment.kind == "row":  # the page has each column's name only once
            text = "".join(cell.split(": ")[-1] for cell in text.split("; "))
        assert letters_of(there) == letters_of(text)
    pdf.close()


def test_columns_come_one_after_the_other_whatever_drew_first(tmp_path: Path) -> None:
    left = (
        "the first column starts here and",
        "goes on for several lines of text",
        "so that it is clearly a column",
        "of prose to be read to its end",
        "before one turns to the other.",
    )
    right = (
        "the second column stands beside it",
        "and has just as many lines of text",
        "in it so that nobody could take it",
        "for a table or for a form, and it",
        "ends like every other text ends.",
    )

    def row_by_row(canvas: Canvas) -> None:
        for number, (one, two) in enumerate(zip(left, right, strict=True)):
            write(canvas, (one,), 72, 720 - 14 * number)
            write(canvas, (two,), 320, 720 - 14 * number)

    path, _ = made(tmp_path / "两栏.pdf", row_by_row)
    document = registry.read(path, quiet)
    assert letters_of(text_of(document)) == letters_of("".join(left + right))
    second = next(segment for segment in document.segments if segment.text.startswith("the second"))
    assert second.locator.boxes
    assert min(box[0] for box in second.locator.boxes) > 0.5


def test_frames_are_kept_once_and_numbers_never(tmp_path: Path) -> None:
    path, _ = made(tmp_path / "合同.pdf", MAKERS["headed"])
    text = text_of(registry.read(path, quiet))
    assert text.count("采购合同 2024-07") == 1
    assert "共 8 页" not in text
    assert all(line in text for line in (*ZH, *EN))


def test_what_counts_differently_is_no_frame(tmp_path: Path) -> None:
    numbers = ("1041", "1042", "1057", "1058")

    def invoices(canvas: Canvas) -> None:
        for number in numbers:
            write(canvas, (f"Invoice {number}", EN[0]), 72, 800)
            canvas.showPage()

    path, _ = made(tmp_path / "发票.pdf", invoices)
    text = text_of(registry.read(path, quiet))
    assert all(f"Invoice {number}" in text for number in numbers)


def test_two_pages_lose_nothing(tmp_path: Path) -> None:
    def twice(canvas: Canvas) -> None:
        for number in (1, 2):
            write(canvas, ("采购合同", EN[number]), 72, 800)
            write(canvas, (str(number),), 300, 40)
            canvas.showPage()

    path, _ = made(tmp_path / "两页.pdf", twice)
    assert text_of(registry.read(path, quiet)).count("采购合同") == 2


def test_filled_in_fields_are_text(tmp_path: Path) -> None:
    path, _ = made(tmp_path / "表.pdf", MAKERS["form"])
    (field,) = [segment for segment in registry.read(path, quiet).segments if "Zhang" in segment.text]
    assert field.text == "Customer: Zhang Industries"
    assert field.locator.boxes[0] == pytest.approx((72 / 595, 1 - 620 / 842, 272 / 595, 1 - 600 / 842), abs=0.01)


def scanned(path: Path, *, text_first: bool) -> Path:
    canvas = Canvas(str(path), pagesize=A4)
    if text_first:
        write(canvas, EN)
        canvas.showPage()
    canvas.drawImage(ImageReader(drawn_page(ZH, dpi=200)), 0, 0, *A4)
    if text_first:  # what a fax machine prints above the page must not keep it from being read
        canvas.drawString(72, 825, "FAX 2024-07-01")
    canvas.save()
    return path


@pytest.mark.slow
def test_scanned_pages_are_recognised_with_boxes(tmp_path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    path = scanned(tmp_path / "扫描.pdf", text_first=True)
    document = registry.read(path, quiet)
    scan = [segment for segment in document.segments if segment.locator.page == 2]
    assert error_rate("".join(ZH), "".join(segment.text for segment in scan if "FAX" not in segment.text)) <= 0.03
    assert (document.partial, document.detail) == ("", "OCR on 1 of 2 pages")
    assert all(segment.locator.chars for segment in document.segments if segment.locator.page == 1)
    # The boxes cover the ink of the rendered page.
    pdf = pypdfium2.PdfDocument(path)
    ink = np.asarray(pdf[1].render(scale=2).to_pil().convert("L")) < 128
    pdf.close()
    covered = np.zeros_like(ink)
    height, width = ink.shape
    for segment in scan:
        for left, top, right, bottom in segment.locator.boxes:
            covered[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1] = True
    assert (ink & covered).sum() > 0.97 * ink.sum()
    assert covered.mean() < 0.2


@pytest.mark.slow
def test_boxes_of_recognised_text_cover_the_characters_of_the_same_page(tmp_path: Path) -> None:
    """The page has a text layer too: PDFium's own character boxes lie inside what OCR marks for the same words."""
    cjk_font()  # PDFium draws the page's letters with the machine's own
    path, _ = made(tmp_path / "字.pdf", MAKERS["mixed"])
    document = registry.read(path, quiet, ocr="always")
    boxes = [box for segment in document.segments for box in segment.locator.boxes]
    pdf = pypdfium2.PdfDocument(path)
    page = pdf[0]
    textpage = page.get_textpage()
    text, inside, total = pdf_page.characters(textpage), 0, 0
    for index, character in enumerate(text):
        if not character.isalnum():
            continue
        left, bottom, right, top = textpage.get_charbox(index)
        x, y = (left + right) / 2 / page.get_width(), 1 - (bottom + top) / 2 / page.get_height()
        total += 1
        inside += any(box[0] <= x <= box[2] and box[1] <= y <= box[3] for box in boxes)
    textpage.close()
    pdf.close()
    assert inside >= 0.99 * total


@pytest.mark.parametrize(("mode", "reason"), [("off", "no_text"), ("later", ocr_mode.LATER)])
def test_scans_can_wait_or_stay_unread(tmp_path: Path, mode: str, reason: str) -> None:
    path = scanned(tmp_path / "扫描.pdf", text_first=False)
    with pytest.raises(UnreadableDocument, match=reason):
        registry.read(path, quiet, ocr=mode)


def test_pages_with_text_do_not_wait(tmp_path: Path) -> None:
    path, _ = made(tmp_path / "字.pdf", MAKERS["mixed"])
    assert registry.read(path, quiet, ocr="later").segments
