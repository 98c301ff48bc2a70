# SPDX-License-Identifier: Apache-2.0
"""Text, order, headings and places that lead back, in the formats that every office has."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest

from desktop_app.contract.document import Document, Segment
from desktop_app.documents.process import registry
from desktop_app.documents.text import file_bytes
from desktop_app.documents.viewing.pdf_file import PdfFile
from documents.making import CHINESE, ENGLISH, MAKERS, folder, quiet

FORMATS = sorted(MAKERS)


@pytest.fixture(params=FORMATS)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, Document]:
    path = MAKERS[request.param](folder(tmp_path) / f"合同 №1{request.param}")
    return path, registry.read(path, quiet)


def test_everything_is_read_in_order(made: tuple[Path, Document]) -> None:
    _, document = made
    text = "\n".join(segment.text for segment in document.segments)
    assert 0 <= text.index(CHINESE[:14]) < text.index("version 3.5")
    assert all(segment.text.strip() for segment in document.segments)
    assert document.partial == ""


def test_places_lead_back(made: tuple[Path, Document]) -> None:
    path, document = made
    for segment in document.segments:
        assert LEADS_BACK[path.suffix](path, document, segment), segment


def in_text_file(path: Path, _document: Document, segment: Segment) -> bool:
    text = file_bytes.read_text(path).text
    assert segment.locator.chars is not None
    assert segment.locator.lines is not None
    start, end = segment.locator.chars
    first, last = segment.locator.lines
    source = text[start:end]
    assert source in "\n".join(text.split("\n")[first - 1 : last])
    if segment.kind == "row":
        return all(value in re.sub(r"\s+", " ", source) for value in re.findall(r": ([^;]+)", segment.text))
    if segment.kind == "heading":
        return segment.text in source
    return source == segment.text


def in_html(path: Path, _document: Document, segment: Segment) -> bool:
    assert segment.locator.lines is not None
    first, last = segment.locator.lines
    source = " ".join(path.read_text("utf-8").split("\n")[first - 1 : last])
    plain = re.sub(r"\s+", "", re.sub(r"<[^>]*>", "", source))
    values = re.findall(r": ([^;]+)", segment.text) if segment.kind == "row" else [segment.text]
    return all(re.sub(r"\s+", "", value) in plain for value in values)


def in_word(_path: Path, document: Document, segment: Segment) -> bool:
    assert segment.locator.chars is not None
    whole = "\n".join(other.text for other in document.segments)
    return whole[slice(*segment.locator.chars)] == segment.text


def in_workbook(path: Path, _document: Document, segment: Segment) -> bool:
    sheet = openpyxl.load_workbook(path)[segment.locator.sheet or ""]
    area = sheet[segment.locator.cells or ""]
    cells = area[0] if isinstance(area, tuple) else [area]
    return all(str(cell.value) in segment.text for cell in cells if isinstance(cell.value, str))


def in_pdf(path: Path, _document: Document, segment: Segment) -> bool:
    assert segment.locator.page is not None
    assert segment.locator.chars is not None
    start, end = segment.locator.chars
    pdf = PdfFile(path, "")
    marked = pdf.text(segment.locator.page - 1)[start:end]
    pdf.close()
    return letters(marked) == letters(segment.text)


def letters(text: str) -> str:
    """Without white space and the hyphens that line ends leave."""
    return re.sub(r"[\s\x02\ufffe\xad-]", "", text)


LEADS_BACK = {
    ".txt": in_text_file,
    ".md": in_text_file,
    ".csv": in_text_file,
    ".html": in_html,
    ".docx": in_word,
    ".xlsx": in_workbook,
    ".pdf": in_pdf,
}


def trails(document: Document) -> dict[str, tuple[str, ...]]:
    return {segment.text: segment.locator.headings for segment in document.segments}


@pytest.mark.parametrize(
    ("suffix", "outer", "inner"),
    [
        (".txt", "第一章 付款", "第二章 保修"),
        (".md", "付款", "保修 Warranty"),
        (".html", "付款", "保修"),
        (".docx", "付款", "保修"),
        (".pdf", "付款", "保修"),
    ],
)
def test_headings_are_known_below_them(tmp_path: Path, suffix: str, outer: str, inner: str) -> None:
    document = registry.read(MAKERS[suffix](tmp_path / f"标题{suffix}"), quiet)
    found = trails(document)
    chinese = next(trail for text, trail in found.items() if CHINESE[:14] in text)
    english = next(trail for text, trail in found.items() if "version 3.5" in text)
    assert chinese == (outer,)
    assert english[-1] == inner
    assert english[:-1] in ((), (outer,))


@pytest.mark.parametrize("suffix", [".md", ".html", ".docx", ".csv", ".xlsx"])
def test_a_row_carries_its_column_names(tmp_path: Path, suffix: str) -> None:
    document = registry.read(MAKERS[suffix](tmp_path / f"表{suffix}"), quiet)
    row = next(segment for segment in document.segments if segment.kind == "row" and "砚台" in segment.text)
    assert "品名: 砚台; " in row.text
    assert "单价: 3.5" in row.text
    assert ENGLISH not in row.text


def test_titles(tmp_path: Path) -> None:
    for suffix in (".md", ".html", ".docx", ".pdf"):
        assert registry.read(MAKERS[suffix](tmp_path / f"题{suffix}"), quiet).title == "采购合同", suffix
