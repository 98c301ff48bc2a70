# SPDX-License-Identifier: Apache-2.0
"""What stands beside the cells of a workbook: conversations, text boxes, charts; and workbooks of "Strict Open XML"."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from desktop_app.contract.document import Segment
from desktop_app.documents.process import registry
from desktop_app.documents.viewing.sheet_files import open_book
from tests.documents.made_sheets import MadeSheet, xlsx_file
from tests.documents.making import quiet
from tests.documents.test_sheets_seen import HIDDEN, changed

_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
BOXES = [("Prices are valid until 30 June", "B7"), ("价格含税", "D2"), ("Ask Anna", "F12")]


def drawn(path: Path) -> Path:
    """Three text boxes, a chart on the sheet, one on a sheet of its own, and all that of a hidden sheet."""
    with xlsxwriter.Workbook(path) as book:
        for name in ("Prices", "旧价"):
            sheet = book.add_worksheet(name)
            for row, values in enumerate((["Month", "Sales"], ["Jan", 10], ["Feb", 20])):
                sheet.write_row(row, 0, values)
            for text, cell in BOXES if name == "Prices" else [("旧框", "B2")]:
                sheet.insert_textbox(cell, text)
            chart = book.add_chart({"type": "column"})
            chart.add_series(
                {
                    "name": "Sales",
                    "categories": f"='{name}'!$A$2:$A$3",
                    "values": f"='{name}'!$B$2:$B$3",
                    "categories_data": ["Jan", "Feb"],
                    "values_data": [10, 20],
                }
            )
            chart.set_title({"name": "Sales by month" if name == "Prices" else "旧图"})
            sheet.insert_chart("H2", chart)
            if name != "Prices":
                sheet.hide()
        chart = book.add_chart({"type": "pie"})
        chart.add_series({"name": "Share", "values": "=Prices!$B$2:$B$3", "values_data": [33, 67]})
        chart.set_title({"name": "份额"})
        page = book.add_chartsheet("图")
        page.set_chart(chart)
    return path


def beside(path: Path) -> list[Segment]:
    return [one for one in registry.read(path, quiet).segments if one.locator.aside]


def test_text_boxes_and_charts(tmp_path: Path) -> None:
    found = beside(drawn(tmp_path / "a.xlsx"))
    boxes = [one for one in found if one.locator.aside == "box"]
    assert [one.text for one in boxes] == [*(text for text, _ in BOXES), "旧框"]
    assert [(one.locator.cells or "").partition(":")[0] for one in boxes] == [*(cell for _, cell in BOXES), "B2"]
    assert [one.locator.hidden for one in boxes] == ["", "", "", "sheet"]
    charts = [(one.locator.sheet, one.text, one.locator.hidden) for one in found if one.locator.aside == "chart"]
    assert ("Prices", "Sales by month", "") in charts
    assert [text for sheet, text, _ in charts if sheet == "Prices"][-2:] == ["Jan; Sales: 10", "Feb; Sales: 20"]
    assert ("旧价", "旧图", "sheet") in charts
    assert ("图", "份额", "") in charts
    assert len(charts) == len(set(charts)), "nothing twice"


def test_a_conversation_comes_without_its_stand_in(tmp_path: Path) -> None:
    """Excel keeps an old comment beside each, which says that the program is too old."""
    path, made = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    xlsx_file(path, [MadeSheet([["Item", "Price"], ["Ink", 3]], "S", notes={"B2": ("tc={1}", "[Threaded comment] too old")})])
    office = "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments"
    threads = (
        f'<ThreadedComments xmlns="{office}"><threadedComment ref="B2" personId="{{P1}}" id="{{1}}"><text>Is this with tax?</text></threadedComment>'
        f'<threadedComment ref="B2" personId="{{P2}}" id="{{2}}" parentId="{{1}}"><text>含税。</text></threadedComment></ThreadedComments>'
    )
    persons = f'<personList xmlns="{office}"><person displayName="Anna Weber" id="{{P1}}"/><person displayName="王芳" id="{{P2}}"/></personList>'
    link = '<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" Target="/xl/threadedComments/t1.xml"/>'
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(
                name,
                data.replace(b"</Relationships>", link.encode() + b"</Relationships>") if "sheet1.xml.rels" in name else data,
            )
        new.writestr("xl/threadedComments/t1.xml", threads)
        new.writestr("xl/persons/person.xml", persons)
    assert [(one.text, one.locator.author, one.locator.cells) for one in beside(made)] == [
        ("Is this with tax?", "Anna Weber", "B2"),
        ("含税。", "王芳", "B2"),
    ]


def test_strict_workbooks_read_as_others_do(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "a.xlsx", [made for made, _ in HIDDEN])
    strict = tmp_path / "strict.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(strict, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            text = re.sub(
                r"http://schemas\.openxmlformats\.org/(spreadsheetml|officeDocument)/2006/",
                r"http://purl.oclc.org/ooxml/\1/",
                text,
            )
            new.writestr(name, text)
    assert registry.read(strict, quiet).segments == registry.read(path, quiet).segments
    book = open_book(strict, "")
    assert book.sheet(0).rows(0, 1)[0].cells == ("Item", "Amount", "Old amount")
    book.close()


def test_dates_of_strict_workbooks_are_written_out(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "a.xlsx", [MadeSheet([["What", "Due"], ["Rent", (46205, "yyyy/mm/dd")]], "S")])

    def written_out(xml: str) -> str:
        return re.sub(r'<c r="B2" s="(\d)"( t="n")?><v>46205</v>', r'<c r="B2" s="\1" t="d"><v>2026-07-02</v>', xml)

    texts = [one.text for one in registry.read(changed(path, "xl/worksheets/sheet1.xml", written_out), quiet).segments]
    assert texts == ["What: Rent; Due: 2026/07/02"]


def test_a_drawing_that_is_missing_costs_no_workbook(tmp_path: Path) -> None:
    path, made = drawn(tmp_path / "a.xlsx"), tmp_path / "b.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            if name != "xl/drawings/drawing3.xml":
                new.writestr(name, old.read(name))
    texts = [one.text for one in registry.read(made, quiet).segments]
    assert "Month: Jan; Sales: 10" in texts
    assert "Sales by month" in texts


@pytest.mark.parametrize(
    "properties",
    [
        "<cp:coreProperties",
        "<a:b/>",
        "",
        f'<cp:coreProperties xmlns:cp="{_CORE}"><cp:created xmlns:cp="http://purl.org/dc/terms/">soon</cp:created></cp:coreProperties>',
    ],
)
def test_a_broken_title_costs_no_workbook(properties: str, tmp_path: Path) -> None:
    path = changed(drawn(tmp_path / "a.xlsx"), "docProps/core.xml", lambda _: properties)
    assert "Month: Jan; Sales: 10" in [one.text for one in registry.read(path, quiet).segments]
