# SPDX-License-Identifier: Apache-2.0
"""PDF text: paragraphs as people see them, characters where Qt PDF finds them."""

from __future__ import annotations

import re
from pathlib import Path

import pypdfium2
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.pdf import pdf_document
from desktop_app.documents.process import registry
from desktop_app.documents.viewing.pdf_file import PdfFile
from documents.making import pdf_file, quiet


def paragraphs(document: Document) -> list[str]:
    joined: list[str] = []
    for segment in document.segments:
        if segment.continues:
            joined[-1] += "|" + segment.text
        else:
            joined.append(segment.text)
    return joined


def drawn(path: Path, lines: list[tuple[float, float, str]], size: int = 12) -> Document:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setFont("STSong-Light", size)
    for x, y, text in lines:
        canvas.drawString(x, y, text)
    canvas.save()
    return registry.read(path, quiet)


def test_lines_are_joined_and_hyphens_mended(tmp_path: Path) -> None:
    found = paragraphs(registry.read(pdf_file(tmp_path / "合同.pdf"), quiet))
    assert found == [
        "付款",
        "甲方应在合同签订后三十日内支付全部货款。|乙方收到货款后七日内发货。",
        "保修",
        "The warranty covers version 3.5 for two years.|It is limited to parts that were bought from us, wherever they are.",
    ]


def test_paragraphs_part_where_people_see_it(tmp_path: Path) -> None:
    wide = "这一行文字写满了整个版面的宽度一直写到右边的边缘"
    found = drawn(
        tmp_path / "段落.pdf",
        [
            (96, 700, "首" + wide[:-2]),
            (72, 682, wide),
            (72, 664, "短行到此。"),
            (96, 646, "又" + wide[:-2]),
            (72, 628, wide[:20] + "。"),
            (72, 590, "间距之后的一段。"),
            (72, 572, "1. 第一项"),
            (72, 554, "2. 第二项"),
        ],
    )
    assert [text.replace("|", "") for text in paragraphs(found)] == [
        "首" + wide[:-2] + wide + "短行到此。",
        "又" + wide[:-2] + wide[:20] + "。",
        "间距之后的一段。",
        "1. 第一项",
        "2. 第二项",
    ]


def test_columns_go_on_only_inside_a_sentence(tmp_path: Path) -> None:
    left = [(72.0, 700.0, "a long sentence that"), (72.0, 682.0, "runs to the end and")]
    right = [(320.0, 700.0, "goes on in the next column"), (320.0, 682.0, "until it stops.")]
    assert paragraphs(drawn(tmp_path / "栏.pdf", left + right)) == [
        "a long sentence that runs to the end and goes on in the next column until it stops."
    ]


def test_damaged_structure_gets_the_second_reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = pdf_file(tmp_path / "修.pdf")

    def refuse(*_: object, **__: object) -> None:
        raise pypdfium2.PdfiumError("refused", err_code=3)

    monkeypatch.setattr(pypdfium2, "PdfDocument", refuse)
    document = pdf_document.read(path, quiet, "", "off")
    assert "version 3.5" in "".join(segment.text for segment in document.segments)
    assert {segment.locator.page for segment in document.segments} == {1, 2}
    assert all(segment.locator.chars is None for segment in document.segments)


def letters(text: str) -> str:
    return re.sub(r"[\s\x00-\x1f\ufffe\xad-]", "", text)


@pytest.mark.slow
def test_the_viewer_marks_the_same_characters_in_real_files(shared: Path) -> None:
    """Every sentence of every real PDF: what the viewer would mark is that sentence."""
    checked = others = 0
    for path in sorted((shared / "data/documents/pdf").glob("*.pdf")):
        try:
            document = registry.read(path, quiet)
        except UnreadableDocument:
            continue
        viewer = PdfFile(path, "")
        step = max(1, len(document.segments) // 300)
        for segment in document.segments[::step]:
            if segment.locator.chars is None or segment.kind == "row":
                others += segment.kind != "row"  # recognised, or written into a form or a comment: nothing to select
                continue
            start, end = segment.locator.chars
            marked = viewer.letters((segment.locator.page or 0) - 1)
            assert letters(marked.text[start:end]) == letters(segment.text), (path.name, segment)
            assert marked.lines(start, end)
            checked += 1
        viewer.close()
    assert checked > 500
    assert others < 30


def test_passwords_of_real_files(shared: Path) -> None:
    path = shared / "data/documents/pdf/libreoffice-writer-password.pdf"
    assert registry.read(path, quiet, ["openpassword"]).segments
    with pytest.raises(UnreadableDocument, match="password"):
        registry.read(path, quiet, ["falsch"])


def test_pages_beyond_the_limit_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_document, "_MOST_PAGES", 1)
    document = registry.read(pdf_file(tmp_path / "合同.pdf"), quiet)
    assert {segment.locator.page for segment in document.segments} == {1}
    assert (document.partial, document.detail) == ("partly_read", "only the first 1 of 2 pages")
