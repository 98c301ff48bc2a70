# SPDX-License-Identifier: Apache-2.0
"""Files attached to a PDF are parts of it, and pages have the names that the file gives them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, TextStringObject
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from desktop_app.contract.document import UnreadableDocument
from desktop_app.documents.process import registry
from documents.making import docx_file, pdf_file, quiet

FONT = "STSong-Light"
TEXTS = {"en": "The invoice amounts to 4,310 euro.", "zh": "发票金额为人民币四千三百一十元。"}


def pages(path: Path, *texts: str) -> PdfWriter:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    canvas = Canvas(str(path), pagesize=A4)
    for text in texts:
        canvas.setFont(FONT, 12)
        canvas.drawString(60, 500, text)
        canvas.showPage()
    canvas.save()
    return PdfWriter(clone_from=PdfReader(path))


def pinned(writer: PdfWriter, name: str, data: bytes) -> None:
    """A file as an annotation of the first page."""
    stream = DecodedStreamObject()
    stream.set_data(data)
    stream[NameObject("/Type")] = NameObject("/EmbeddedFile")
    specification = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Filespec"),
            NameObject("/F"): TextStringObject(name),
            NameObject("/UF"): TextStringObject(name),
            NameObject("/EF"): DictionaryObject({NameObject("/F"): writer._add_object(stream)}),
        }
    )
    note = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/FileAttachment"),
            NameObject("/Rect"): ArrayObject([NumberObject(value) for value in (400, 600, 420, 620)]),
            NameObject("/FS"): writer._add_object(specification),
        }
    )
    writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])


def test_attached_files_are_parts(tmp_path: Path) -> None:
    inner = pdf_file(tmp_path / "inner.pdf").read_bytes()
    word = docx_file(tmp_path / "inner.docx").read_bytes()
    wanted = found = places = whole = 0
    for text in TEXTS.values():
        for name, data, known in (
            ("note.txt", text.encode(), text),
            ("发票.txt", text.encode("gb18030"), text),
            ("table.csv", f"name,amount\n{text},12\n".encode(), text),
            ("附件.pdf", inner, "version 3.5"),
            ("annex.docx", word, ""),
        ):
            for pin in (False, True):
                path = tmp_path / "outer.pdf"
                writer = pages(path, "See the annex. 见附件。")
                if pin:
                    pinned(writer, name, data)
                else:
                    writer.add_attachment(name, data)
                writer.write(path)
                document = registry.read(path, quiet, ocr="off")
                parts = [segment for segment in document.segments if segment.locator.part]
                wanted += 1
                found += bool(parts) and any(known in segment.text for segment in parts)
                places += {segment.locator.part for segment in parts} == {f"attachment {name}"}
                whole += document.segments[0].text.startswith("See the annex.") and document.partial == ""
    print(f"\nattachments: {found} of {wanted} read, {places} with their name, {whole} beside the whole page")
    assert wanted >= 12
    assert found == places == whole == wanted


def test_a_portfolio_is_its_files(tmp_path: Path) -> None:
    path = tmp_path / "portfolio.pdf"
    writer = pages(path, "")
    writer._root_object[NameObject("/Collection")] = DictionaryObject({NameObject("/View"): NameObject("/D")})
    for number, text in enumerate(TEXTS.values()):
        writer.add_attachment(f"letter {number}.txt", text.encode())
    writer.write(path)
    document = registry.read(path, quiet, ocr="off")
    assert [(segment.text, segment.locator.part) for segment in document.segments] == [
        (text, f"attachment letter {number}.txt") for number, text in enumerate(TEXTS.values())
    ]


def test_a_bad_attachment_costs_itself_only(tmp_path: Path) -> None:
    path = tmp_path / "bad.pdf"
    writer = pages(path, "The page itself.")
    writer.add_attachment("broken.docx", b"PK\x03\x04 no archive")
    writer.write(path)
    document = registry.read(path, quiet, ocr="off")
    assert [segment.text for segment in document.segments] == ["The page itself."]
    assert document.partial == "partly_read"
    assert [(problem.part, problem.reason) for problem in document.problems] == [("attachment broken.docx", "damaged")]


def test_a_pdf_without_text_or_files_says_so(tmp_path: Path) -> None:
    path = tmp_path / "blank.pdf"
    pages(path, "").write(path)
    with pytest.raises(UnreadableDocument, match="no_text"):
        registry.read(path, quiet, ocr="off")


def test_pages_have_the_names_of_the_file(tmp_path: Path) -> None:
    right = 0
    for text in TEXTS.values():
        path = tmp_path / "labels.pdf"
        writer = pages(path, *(f"{number} {text}" for number in range(9)))
        writer.set_page_label(0, 3, style="/r")
        writer.set_page_label(4, 5, style="/D", start=1)
        writer.set_page_label(6, 8, style="/D", prefix="A-", start=1)
        writer.write(path)
        document = registry.read(path, quiet, ocr="off")
        labels = ["i", "ii", "iii", "iv", "1", "2", "A-1", "A-2", "A-3"]
        right += sum(
            (segment.locator.page, segment.locator.label) == (number + 1, label)
            for number, (segment, label) in enumerate(zip(document.segments, labels, strict=True))
        )
    print(f"\npage labels: {right} of 18")
    assert right == 18


def test_plain_numbers_are_no_names(tmp_path: Path) -> None:
    path = tmp_path / "plain.pdf"
    pages(path, "one", "two").write(path)
    assert [segment.locator.label for segment in registry.read(path, quiet, ocr="off").segments] == ["", ""]
