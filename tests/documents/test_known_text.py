# SPDX-License-Identifier: Apache-2.0
"""Known text in every format: all of it is found, at the place where it stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import xlrd

from desktop_app.contract.document import Document, Segment, UnreadableDocument
from desktop_app.documents.process import registry
from desktop_app.documents.text import encodings
from documents.making import CHINESE, ENGLISH, quiet
from documents.making_more import HEADING, MORE

_WORD = re.compile(r"[\u4e00-\u9fff]|[A-Za-z0-9.]+")
# Formats whose maker writes a table, and how its rows must read.
TABLES = (
    ".odt .ods .odp .fodt .pptx .rtf .doc .wps .xls .et .xlsb .epub .zip .msg .eml .mbox".split()
)  # fmt: skip
WITHOUT_TABLE = {"网页.doc"}
FLOWING = {
    "文.odt",
    "平.fodt",
    "国标.rtf",
    "统一码.rtf",
    "其实是富文本.doc",
    "旧.doc",
    "金山.wps",
    "二〇〇三.xml",
    "书.epub",
    "笔记.ipynb",
    "小说.fb2",
    "平包.xml",
}
LINED = {"数据.jsonl", "数据.xml", "程序.py", "字幕.srt"}


def words(text: str) -> list[str]:
    return _WORD.findall(text)


def read(name: str, root: Path) -> tuple[Path, Document]:
    path = MORE[name](root / name)
    return path, registry.read(path, quiet)


def holding(document: Document, text: str) -> Segment:
    return next(segment for segment in document.segments if text in segment.text)


@pytest.mark.parametrize("name", MORE)
def test_all_known_words_are_found(tmp_path: Path, name: str) -> None:
    _, document = read(name, tmp_path)
    whole = "\n".join(segment.text for segment in document.segments)
    known = [*words(CHINESE), *words(ENGLISH)]
    if "".join(words(CHINESE + ENGLISH)) not in "".join(words(whole)):  # a stricter look where both stand in one piece
        found = [word for word in known if word in words(whole)]
        assert len(found) >= 0.99 * len(known)
    if Path(name).suffix in TABLES and name not in WITHOUT_TABLE:
        assert "砚台" in whole
        assert "3.5" in whole
        if "ppt" not in name and "dps" not in name:
            assert "品名: 砚台" in whole
    assert "unseen" not in whole
    assert not document.partial
    assert "\ufffd" not in whole


@pytest.mark.parametrize("name", sorted(FLOWING))
def test_a_range_leads_to_its_text(tmp_path: Path, name: str) -> None:
    _, document = read(name, tmp_path)
    whole = "\n".join(segment.text for segment in document.segments)
    for segment in document.segments:
        assert segment.locator.chars is not None
        assert whole[slice(*segment.locator.chars)] == segment.text
    assert holding(document, CHINESE).locator.headings == (("付款",) if name == "平包.xml" else (HEADING,))


@pytest.mark.parametrize("name", sorted(LINED))
def test_lines_lead_to_their_text(tmp_path: Path, name: str) -> None:
    path, document = read(name, tmp_path)
    lines = encodings.decode(path.read_bytes()).text.split("\n")
    for segment in document.segments:
        assert segment.locator.lines is not None
        first, last = segment.locator.lines
        source = "".join(words("\n".join(lines[first - 1 : last])))
        assert "".join(words(segment.text)) in source, segment


@pytest.mark.parametrize(
    ("name", "sheet", "cells"),
    [
        ("表.ods", "采购 清单", "B4:C4"),
        ("导出.xls", "采购 清单", "B4:C4"),
        ("二进制.xlsb", "采购 清单", "B4:C4"),
        ("很旧.xls", None, "B3:C3"),
    ],
)
def test_cells_lead_to_their_row(tmp_path: Path, name: str, sheet: str | None, cells: str) -> None:
    _, document = read(name, tmp_path)
    segment = holding(document, "砚台")
    assert segment.text == "品名: 砚台; 单价: 3.5"
    assert segment.kind == "row"
    assert segment.locator.cells == cells
    assert segment.locator.sheet == sheet or (sheet is None and segment.locator.sheet)


@pytest.mark.parametrize("name", ["演示.pptx", "演示.odp", "旧.ppt"])
def test_slides(tmp_path: Path, name: str) -> None:
    _, document = read(name, tmp_path)
    assert document.pages == 2
    assert (holding(document, HEADING).kind, holding(document, HEADING).locator.slide) == ("heading", 1)
    assert holding(document, CHINESE).locator.slide == 1
    assert holding(document, CHINESE).locator.headings == (HEADING,)
    assert holding(document, "砚台").locator.slide == 2
    assert holding(document, ENGLISH).locator.slide == 2, "the speaker's notes belong to their slide"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("信.eml", "attachment 报价 单.xlsx"),
        ("信箱.mbox", "message 2 › attachment 报价 单.xlsx"),
        ("信.msg", "attachment 报价.xlsx"),
        ("归档.zip", "采购/报价.html"),
    ],
)
def test_parts_lead_to_their_attachment(tmp_path: Path, name: str, part: str) -> None:
    _, document = read(name, tmp_path)
    segment = holding(document, "品名: 砚台")
    assert segment.locator.part == part
    if part.endswith("xlsx"):
        assert (segment.locator.sheet, segment.locator.cells) == ("采购 清单", "B4:G4")


def test_a_mailbox_keeps_messages_apart(tmp_path: Path) -> None:
    _, document = read("信箱.mbox", tmp_path)
    assert document.pages == 2
    assert holding(document, CHINESE).locator.part == "message 1"
    second = next(segment for segment in document.segments if segment.locator.part == "message 2")
    assert second.text.startswith("Subject: 第二封\nFrom: 王小明 <wang@example.com>")


def test_nested_members(tmp_path: Path) -> None:
    _, document = read("归档.zip", tmp_path)
    assert holding(document, CHINESE).locator.part == "采购/报价.html"
    assert any(segment.locator.part == "采购/内层.zip › 说明/里面.txt" for segment in document.segments)
    note = next(segment for segment in document.segments if segment.locator.part == "readme.md" and segment.text == ENGLISH)
    assert note.locator.headings == (HEADING,)


def test_chapters_and_pages(tmp_path: Path) -> None:
    _, book = read("书.epub", tmp_path)
    assert book.title == "合同汇编"
    assert holding(book, ENGLISH).locator.headings == ("保修 Warranty",), "named by the table of contents"
    _, drawing = read("图.vsdx", tmp_path)
    assert (holding(drawing, CHINESE).locator.page, holding(drawing, CHINESE).locator.headings) == (2, ("流程",))


def test_names_of_values(tmp_path: Path) -> None:
    _, data = read("数据.json", tmp_path)
    segment = holding(data, CHINESE)
    assert segment.text == f"付款: {CHINESE}; note: {ENGLISH}"
    assert segment.locator.headings == ("合同",)
    assert segment.locator.lines is not None
    assert segment.locator.lines[0] == 3


def test_real_old_office_files(shared: Path) -> None:
    """What a look into each file showed."""
    mixed = shared / "data/documents/mixed"
    deck = registry.read(mixed / "testPPT_skipBadCompressedObject.ppt", quiet)
    assert deck.pages == 14
    assert holding(deck, "Compare and contrast the relative utility").locator.slide == 3
    assert not any("Click to edit" in segment.text for segment in deck.segments)
    link = registry.read(mixed / "testWORD_boldHyperlink.doc", quiet)
    assert "HYPERLINK" not in link.segments[0].text
    assert "hyper  link; bold, I say." in link.segments[0].text
    names = registry.read(mixed / "testEXCEL_phonetic.xls", quiet)
    row = holding(names, "豊田車会社")
    assert (row.locator.sheet, row.locator.cells) == ("Sheet1", "A2:D2")
    assert row.text.startswith("RecordSpec: 1; Name: 豊田; CompanyName: 豊田車会社")
    mail = registry.read(mixed / "testMSG_att_msg.msg", quiet)
    assert {segment.locator.part for segment in mail.segments} >= {None, "attachment Test Attachment"}
    japanese = registry.read(mixed / "testRTFJapanese.rtf", quiet)
    assert holding(japanese, "南無阿弥陀仏")
    broken = registry.read(mixed / "simple_lower_case.doc", quiet)
    assert broken.segments[0].text == "This is a sample Word document"


def test_a_workbook_that_breaks_twice_is_told_by_its_first_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """xlrd opens it with styles, then without; what breaks then is only a consequence."""
    errors = [ValueError("styles are broken"), KeyError("then the sheets too")]

    def refuse(*_: object, **__: object) -> None:
        raise errors.pop(0)

    monkeypatch.setattr(xlrd, "open_workbook", refuse)
    with pytest.raises(UnreadableDocument) as caught:
        registry.read(MORE["很旧.xls"](tmp_path / "表.xls"), quiet)
    assert (caught.value.reason, caught.value.detail) == ("damaged", "ValueError: styles are broken")
    assert errors == []


@pytest.mark.parametrize("page", [936, 54936, 65001, 99999])
def test_rich_text_in_a_code_page_that_is_known_or_not(tmp_path: Path, page: int) -> None:
    """What the bytes are in a page that nobody knows is detected."""
    path = tmp_path / "页.rtf"
    path.write_bytes(b"{\\rtf1\\ansi\\ansicpg%d " % page + CHINESE.encode("utf-8" if page == 65001 else "gbk") + b"}")
    assert [segment.text for segment in registry.read(path, quiet).segments] == [CHINESE]
