# SPDX-License-Identifier: Apache-2.0
"""Form fields and comments of PDFs: with the label that people see, where they stand, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText, Text
from pypdf.generic import NameObject, TextStringObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from desktop_app.contract.document import Document
from desktop_app.documents.process import registry
from documents.making import quiet

FONT = "STSong-Light"
Draw = Callable[[Canvas], None]


def filled(path: Path, draw: Draw, values: dict[str, str], tooltips: dict[str, str] | None = None) -> Document:
    """A form drawn with empty fields, then filled in: reportlab writes no Chinese values."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 11)
    draw(canvas)
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(path))
    for page in writer.pages:
        for reference in page.get("/Annots", ()):
            widget = reference.get_object()
            name = widget.get("/T")
            if "/TU" in widget:
                del widget["/TU"]
            if tooltips and name in tooltips:
                widget[NameObject("/TU")] = TextStringObject(tooltips[name])
            if name in values and widget.get("/FT") == "/Tx":
                widget[NameObject("/V")] = TextStringObject(values[name])
    writer.write(path)
    return registry.read(path, quiet, ocr="off")


def field(canvas: Canvas, name: str, x: float, y: float, width: float = 160) -> None:
    canvas.acroForm.textfield(name=name, x=x, y=y - 4, width=width, height=16, fontSize=10, borderWidth=0)


def box(canvas: Canvas, name: str, x: float, y: float, *, checked: bool) -> None:
    canvas.acroForm.checkbox(name=name, x=x, y=y - 3, size=14, checked=checked, borderWidth=1)


def told(document: Document) -> list[str]:
    return [segment.text for segment in document.segments if segment.locator.aside == "field"]


FORMS = {
    "en": (
        "Loan application",
        ("Applicant:", "Monthly income", "Employer:", "Manager:"),
        ("Petra Lindqvist", "3,950 EUR", "Harbour Works", "Hugo Bellamy"),
    ),
    "zh": ("贷款申请表", ("申请人：", "月收入", "工作单位：", "经办人："), ("王小明", "12,500 元", "临江水务公司", "顾念慈")),
}


def labels_on_the_left(canvas: Canvas, labels: tuple[str, ...]) -> None:
    for number, label in enumerate(labels):
        canvas.drawString(60, 700 - 30 * number, label)
        field(canvas, f"Text{number}", 200, 700 - 30 * number)


def labels_above(canvas: Canvas, labels: tuple[str, ...]) -> None:
    for number, label in enumerate(labels):
        canvas.drawString(60, 700 - 50 * number, label)
        field(canvas, f"Text{number}", 60, 680 - 50 * number)


def two_on_a_line(canvas: Canvas, labels: tuple[str, ...]) -> None:
    for number, label in enumerate(labels):
        x, y = 60 + 260 * (number % 2), 700 - 30 * (number // 2)
        canvas.drawString(x, y, label)
        field(canvas, f"Text{number}", x + 90, y, 120)


def test_filled_fields_have_the_label_that_stands_on_the_page(tmp_path: Path) -> None:
    right = wanted = places = once = forms = 0
    for language, (title, labels, values) in FORMS.items():
        for draw in (labels_on_the_left, labels_above, two_on_a_line):
            for repeat in range(2):
                forms += 1
                moved = labels[repeat:] + labels[:repeat]
                known = dict(zip(labels, values, strict=True))

                def page(
                    canvas: Canvas,
                    moved: tuple[str, ...] = moved,
                    draw: Callable[[Canvas, tuple[str, ...]], None] = draw,
                    title: str = title,
                ) -> None:
                    canvas.drawString(60, 760, title)
                    draw(canvas, moved)
                    canvas.drawString(60, 200, f"{title}.")

                path = tmp_path / f"{language}-{draw.__name__}-{repeat}.pdf"
                document = filled(path, page, {f"Text{number}": known[label] for number, label in enumerate(moved)})
                between = {":": " ", "：": ""}
                expected = [f"{label}{between.get(label[-1], ': ')}{known[label]}" for label in moved]
                found = told(document)
                wanted += len(expected)
                right += sum(text in found for text in expected)
                places += sum(
                    segment.locator.page == 1 and len(segment.locator.boxes) == 1
                    for segment in document.segments
                    if segment.locator.aside
                )
                texts = [segment.text for segment in document.segments]
                once += texts[0] == title and texts[-1] == f"{title}." and texts[1:-1] == expected
    print(
        f"\nfields: {right} of {wanted} with label and value, {places} with their place, {once} of {forms} forms in order and once"
    )
    assert forms == 12
    assert right == places == wanted
    assert once == forms


def test_boxes_are_told_ticked_or_not(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        for number, (text, checked) in enumerate(
            (("Rental car used", True), ("Advance received", False), ("已交押金", True), ("需要发票", False))
        ):
            box(canvas, f"CheckBox{number}", 60, 700 - 30 * number, checked=checked)
            canvas.drawString(84, 700 - 30 * number, text)
        canvas.drawString(60, 560, "Receipts attached")
        box(canvas, "CheckBox9", 200, 560, checked=True)

    document = filled(tmp_path / "boxes.pdf", draw, {})
    assert [segment.text for segment in document.segments] == [
        "☒ Rental car used",
        "☐ Advance received",
        "☒ 已交押金",
        "☐ 需要发票",
        "☒ Receipts attached",
    ]
    assert {segment.locator.aside for segment in document.segments} == {"field"}


def test_a_tooltip_names_a_field_without_a_label(tmp_path: Path) -> None:
    document = filled(
        tmp_path / "tooltip.pdf", lambda canvas: field(canvas, "Text1", 200, 700), {"Text1": "8021"}, {"Text1": "分机号码"}
    )
    assert told(document) == ["分机号码: 8021"]
    document = filled(tmp_path / "bare.pdf", lambda canvas: field(canvas, "Text1", 200, 700), {"Text1": "8021"})
    assert told(document) == ["8021"]


NAMES = {
    "First Name_2": "First Name",
    "Street_and_number": "Street and number",
    "City[0]": "City",
    "Phone#1": "Phone",
    "Line 3": "Line",
    "2027": "",
    "Text12": "",
    "Field[3]": "",
    "姓名_2": "姓名",
    "联系_电话": "联系 电话",
    "地址[0]": "地址",
    "文本3": "",
    "字段_5": "",
}


def test_an_inner_name_is_told_without_its_counters(tmp_path: Path) -> None:
    heights = {name: 720 - 40 * number for number, name in enumerate(NAMES)}
    values = {name: f"value {number}" for number, name in enumerate(NAMES)}

    def draw(canvas: Canvas) -> None:
        for name, y in heights.items():
            field(canvas, name, 200, y)

    wanted = [f"{label}: {value}" if label else value for label, value in zip(NAMES.values(), values.values(), strict=True)]
    assert len(wanted) >= 12
    assert sorted(told(filled(tmp_path / "names.pdf", draw, values))) == sorted(wanted)


def test_an_empty_field_leaves_its_label_a_line(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(60, 700, "申请人：")
        field(canvas, "Text1", 200, 700)

    document = filled(tmp_path / "empty.pdf", draw, {})
    assert [(segment.text, segment.locator.aside) for segment in document.segments] == [("申请人：", "")]


def test_comments_stand_where_they_are_with_their_author(tmp_path: Path) -> None:
    path = tmp_path / "comments.pdf"
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont(FONT, 11)
    canvas.drawString(60, 700, "第一段：付款期限为三十日。")
    canvas.drawString(60, 600, "The second paragraph names the place of delivery.")
    canvas.save()
    writer = PdfWriter(clone_from=PdfReader(path))
    note = Text(rect=(400, 690, 420, 710), text="请确认是否为六十日")
    note[NameObject("/T")] = TextStringObject("顾念慈")
    writer.add_annotation(0, note)
    writer.add_annotation(0, FreeText(text="Receipt 4 is missing", rect=(60, 500, 260, 540)))
    writer.write(path)
    document = registry.read(path, quiet, ocr="off")
    assert [(segment.text, segment.locator.aside, segment.locator.author) for segment in document.segments] == [
        ("第一段：付款期限为三十日。", "", ""),
        ("请确认是否为六十日", "comment", "顾念慈"),
        ("The second paragraph names the place of delivery.", "", ""),
        ("Receipt 4 is missing", "comment", ""),
    ]
