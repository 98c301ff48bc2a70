# SPDX-License-Identifier: Apache-2.0
"""Each reader hands on the cells of its tables, with the place of every row."""

from __future__ import annotations

import datetime as dt
import zipfile
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path
from xml.sax.saxutils import escape

import docx
import msgspec
import openpyxl
import pptx
import pytest
from pptx.util import Inches

from desktop_app.contract.document import Document, Locator, Segment, SourceFile
from desktop_app.contract.reader_process import ReadDone, reply_decoder
from desktop_app.contract.typed_table import Column, RowCells, TableHead
from desktop_app.documents.process import reader_worker, registry
from desktop_app.library.catalogue import Catalogue
from documents.word import old_word as word97

ROWS = [["品名", "金额（元）", "日期"], ["墨", "1,250.50", "2026/1/4"], ["纸", "80", "2026/2/14"], ["合计", "1,330.50", ""]]
COLUMNS = [("品名", "text", ""), ("金额（元）", "money", "元"), ("日期", "date", "")]
VALUES = [("墨", 1250.5, "2026-01-04"), ("纸", 80, "2026-02-14"), ("合计", 1330.5, None)]


def read(path: Path) -> Document:
    return registry.read(path, lambda _done, _total: None)


def rows(document: Document, table: int = 1) -> list[Segment]:
    found = [segment for segment in document.segments if segment.cells is not None and segment.cells.table == table]
    return sorted(found, key=lambda segment: segment.cells.number if segment.cells else 0)


def csv(path: Path) -> None:
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in ROWS), encoding="utf-8")


def page(path: Path) -> None:
    lines = [
        "".join(f"<{'td' if number else 'th'}>{cell}</{'td' if number else 'th'}>" for cell in row)
        for number, row in enumerate(ROWS)
    ]
    path.write_text(f"<p>清单</p><table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>", encoding="utf-8")


def markdown(path: Path) -> None:
    lines = ["| " + " | ".join(row) + " |" for row in ROWS]
    path.write_text("\n".join(["清单", "", lines[0], "|---|---|---|", *lines[1:]]), encoding="utf-8")


def word(path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("清单")
    table = made.add_table(0, 3)
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    made.save(str(path))


def old_word(path: Path) -> None:
    parts = (part for row in ROWS for part in word97.row(*row))
    word97.OldWord([word97.para("清单"), *parts, word97.para("完")]).write(path)


def rich(path: Path) -> None:
    def escaped(text: str) -> str:
        return "".join(letter if letter.isascii() else f"\\u{ord(letter)}?" for letter in text)

    body = "".join(
        r"\trowd\cellx1000\cellx2000\cellx3000 " + "".join(f"{escaped(cell)}\\cell " for cell in row) + r"\row" + "\n"
        for row in ROWS
    )
    path.write_text("{\\rtf1\\ansi " + escaped("清单") + "\\par\n" + body + "}", encoding="ascii")


@pytest.mark.parametrize(
    ("name", "make", "title"),
    [
        ("甲.csv", csv, ""),
        ("甲.html", page, "清单"),
        ("甲.md", markdown, "清单"),
        ("甲.docx", word, "清单"),
        ("甲.rtf", rich, "清单"),
        ("甲.doc", old_word, "清单"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_table_in_a_file(tmp_path: Path, name: str, make: object, title: str) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    document = read(path)
    (head,) = document.tables
    assert [(column.name, column.kind, column.unit) for column in head.columns] == COLUMNS
    assert head.title == title
    found = rows(document)
    assert [segment.cells.values for segment in found if segment.cells] == VALUES
    assert [segment.cells.mark for segment in found if segment.cells] == ["", "", "total"]
    assert [segment.cells.number for segment in found if segment.cells] == [2, 3, 4]
    assert all(segment.locator.chars or segment.locator.lines for segment in found)
    assert head.locator.chars is head.locator.lines is None


def test_tables_of_slides(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    for title in ("一", "二"):
        slide = deck.slides.add_slide(deck.slide_layouts[5])
        slide.shapes.title.text = title
        grid = slide.shapes.add_table(4, 3, Inches(1), Inches(2), Inches(6), Inches(2)).table
        for number, row in enumerate(ROWS):
            for column, text in enumerate(row):
                grid.cell(number, column).text = text
    deck.save(str(tmp_path / "甲.pptx"))
    document = read(tmp_path / "甲.pptx")
    assert [(head.locator.slide, head.locator.headings) for head in document.tables] == [(1, ("一",)), (2, ("二",))]
    for number, head in enumerate(document.tables, start=1):
        assert [(column.name, column.kind, column.unit) for column in head.columns] == COLUMNS
        assert [segment.cells.values for segment in rows(document, number) if segment.cells] == VALUES


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["项目", "占比", "金额", "日期"])
    for number, (name, share, amount) in enumerate(
        (("甲", 0.33391, 1200.504), ("乙", 0.5, 18.97), ("丙", 0.16609, 3)), start=2
    ):
        sheet.append([name, share, amount, dt.date(2026, 1, number)])
        for column, form in ((2, "0.0%"), (3, '"¥"#,##0.00'), (4, "dd/mm/yyyy")):
            sheet.cell(number, column).number_format = form
    sheet.row_dimensions[3].hidden = True
    other = book.create_sheet("旧")
    other.append(["项目", "数量"])
    other.append(["丁", 4])
    other.sheet_state = "hidden"
    book.save(path)


def test_a_workbook_keeps_what_its_cells_hold(tmp_path: Path) -> None:
    workbook(tmp_path / "甲.xlsx")
    document = read(tmp_path / "甲.xlsx")
    seen, hidden = document.tables
    assert [(column.kind, column.unit, column.at) for column in seen.columns] == [
        ("text", "", 0),
        ("percent", "%", 1),
        ("money", "¥", 2),
        ("date", "", 3),
    ]
    found = rows(document)
    assert found[0].cells is not None
    assert found[0].cells.values == ("甲", 0.33391, 1200.504, "2026-01-02")
    assert found[0].cells.shown == (None, "33.4%", "¥1,200.50", "02/01/2026")
    assert [(segment.locator.cells, segment.locator.hidden) for segment in found] == [
        ("A2:D2", ""),
        ("A3:D3", "row"),
        ("A4:D4", ""),
    ]
    assert (seen.locator.sheet, seen.locator.hidden, hidden.locator.hidden) == ("台账", "", "sheet")


def test_a_sheet_that_is_read_in_part_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook(tmp_path / "甲.xlsx")
    monkeypatch.setattr("desktop_app.documents.text.cells.MOST_CELLS", 10)
    document = read(tmp_path / "甲.xlsx")
    assert [head.doubts for head in document.tables] == [("first_rows",)]
    assert len(rows(document)) == 1


def test_tables_of_files_inside_say_in_which(tmp_path: Path) -> None:
    csv(tmp_path / "甲.csv")
    workbook(tmp_path / "乙.xlsx")
    with zipfile.ZipFile(tmp_path / "丙.zip", "w") as archive:
        archive.write(tmp_path / "甲.csv", "甲.csv")
        archive.write(tmp_path / "乙.xlsx", "乙.xlsx")
    document = read(tmp_path / "丙.zip")
    assert [head.locator.part for head in document.tables] == ["甲.csv", "乙.xlsx", "乙.xlsx"]
    assert [len(rows(document, number)) for number in (1, 2, 3)] == [3, 3, 1]
    assert {segment.locator.part for segment in rows(document, 2)} == {"乙.xlsx"}


def test_cells_of_web_pages_that_cover_others(tmp_path: Path) -> None:
    head = "<tr><th rowspan=2>地区</th><th rowspan=2>客户</th><th colspan=2>2026年</th></tr><tr><th>预算（元）</th><th>实际（元）</th></tr>"
    body = "<tr><td rowspan=2>华东</td><td>甲</td><td>10</td><td>11</td></tr><tr><td>乙</td><td>20</td><td>19</td></tr>"
    end = "<tr><td colspan=2>合计</td><td>30</td><td>30</td></tr>"
    (tmp_path / "甲.html").write_text(f"<table>{head}{body}{end}</table>", encoding="utf-8")
    document = read(tmp_path / "甲.html")
    (table,) = document.tables
    assert [(column.name, column.kind, column.unit) for column in table.columns] == [
        ("地区", "text", ""), ("客户", "text", ""), ("2026年 › 预算（元）", "money", "元"), ("2026年 › 实际（元）", "money", "元")
    ]  # fmt: skip
    assert [(segment.cells.values, segment.cells.mark) for segment in rows(document) if segment.cells] == [
        (("华东", "甲", 10, 11), ""), (("华东", "乙", 20, 19), ""), (("合计", None, 30, 30), "total")
    ]  # fmt: skip


def test_cells_that_cover_without_end_take_no_time(tmp_path: Path) -> None:
    (tmp_path / "甲.html").write_text(
        "<table>" + ("<tr>" + "<td colspan=99999 rowspan=99999>x</td>" * 50 + "</tr>") * 400 + "</table>"
    )
    assert len(read(tmp_path / "甲.html").segments) == 400


def test_a_table_in_a_cell_does_not_end_the_one_around_it(tmp_path: Path) -> None:
    inner = "<table><tr><th>内</th><th>数</th></tr><tr><td>子</td><td>1</td></tr></table>"
    outer = f"<tr><th>品名</th><th>数量</th></tr><tr><td>墨{inner}</td><td>2</td></tr><tr><td>纸</td><td>3</td></tr><tr><td>笔</td><td>4</td></tr>"
    (tmp_path / "甲.html").write_text(f"<table>{outer}</table>", encoding="utf-8")
    document = read(tmp_path / "甲.html")
    by_name = {head.columns[0].name: number for number, head in enumerate(document.tables, start=1)}
    assert [segment.cells.values for segment in rows(document, by_name["品名"]) if segment.cells][-2:] == [("纸", 3), ("笔", 4)]
    assert [segment.cells.values for segment in rows(document, by_name["内"]) if segment.cells] == [("子", 1)]


def test_halves_of_characters_in_cells_are_mended_before_they_are_sent() -> None:
    """Spreadsheets can hold them (_xD83D_), JSON cannot."""
    head = TableHead((Column("\ud83d名", "text", 0),), "\ud83d题", Locator(sheet="\ud83d表"))
    cells = RowCells(1, 2, ("\ud83d墨",), ("\ud83d",))
    read_done = ReadDone(1, Document((Segment("\ud83d", head.locator, "row", cells=cells),), tables=(head,)))
    sent = reply_decoder.decode(msgspec.json.encode(reader_worker._mended(read_done)))
    assert isinstance(sent, ReadDone)
    assert sent.document.tables[0] == TableHead((Column("�名", "text", 0),), "�题", Locator(sheet="�表"))
    assert sent.document.segments[0].cells == RowCells(1, 2, ("�墨",), ("�",))


def test_commands_in_cells_are_text(tmp_path: Path) -> None:
    evil = ["=cmd|' /C calc'!A0", "'; DROP TABLE files; --", '"=HYPERLINK(""http://x"")"', "+1+1"]
    (tmp_path / "甲.csv").write_text(
        "\n".join(["品名,说明", *(f"{number},{text}" for number, text in enumerate(evil))]), encoding="utf-8"
    )
    document = read(tmp_path / "甲.csv")
    assert [segment.cells.values[1] for segment in rows(document) if segment.cells] == [
        evil[0],
        evil[1],
        '=HYPERLINK("http://x")',
        evil[3],
    ]
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as catalogue:
        catalogue.files.store(SourceFile("/甲.csv", 1, 1), [], state="indexed", document=document)
        stored = catalogue.tables.rows(catalogue.tables.all()[0].id)
        assert [row.values[1] for row in stored][1] == evil[1]


# ---- tables inside other files' text ---------------------------------------------------------------------------------


def grid(rows: list[list[str]] = ROWS) -> str:
    return "<table>" + "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows) + "</table>"


def mail(path: Path) -> None:
    message = EmailMessage()
    message["Subject"], message["From"] = "清单", "a@x.org"
    message.set_content(f"<html><body><p>两张表</p>{grid()}<p>第二张</p>{grid()}</body></html>", subtype="html")
    message.add_attachment(f"<p>附表</p>{grid()}".encode(), maintype="text", subtype="html", filename="附.html")
    path.write_bytes(message.as_bytes())


def note(path: Path) -> None:
    content = escape(f"<en-note><div>清单</div>{grid()}</en-note>")
    notes = "".join(f"<note><title>{title}</title><content>{content}</content></note>" for title in ("甲", "乙", "丙"))
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><en-export>{notes}</en-export>', encoding="utf-8")


def book(path: Path) -> None:
    names = [f"c{number}.xhtml" for number in (1, 2, 3)]
    items = "".join(f'<item id="{name[:2]}" href="{name}" media-type="application/xhtml+xml"/>' for name in names)
    spine = "".join(f'<itemref idref="{name[:2]}"/>' for name in names)
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", "application/epub+zip")
        package.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile full-path="b.opf"/></rootfiles></container>',
        )
        package.writestr(
            "b.opf",
            f'<package xmlns="http://www.idpf.org/2007/opf"><manifest>{items}</manifest><spine>{spine}</spine></package>',
        )
        for name in names:
            package.writestr(
                name, f'<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>{name}</h1><p>清单</p>{grid()}</body></html>'
            )


@pytest.mark.parametrize(
    ("name", "make"), [("信.eml", mail), ("笔记.enex", note), ("书.epub", book)], ids=lambda value: str(value)[:6]
)
def test_three_tables_inside_a_text(tmp_path: Path, name: str, make: object) -> None:
    path = tmp_path / name
    make(path)  # type: ignore[operator]
    document = read(path)
    assert len(document.tables) == 3
    for number, head in enumerate(document.tables, start=1):
        assert [(column.name, column.kind, column.unit) for column in head.columns] == COLUMNS
        found = rows(document, number)
        assert [segment.cells.values for segment in found if segment.cells] == VALUES
        assert [segment.cells.mark for segment in found if segment.cells] == ["", "", "total"]
        assert all("墨" in one.text or "纸" in one.text or "合计" in one.text for one in found)
