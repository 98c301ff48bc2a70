# SPDX-License-Identifier: Apache-2.0
"""Boxes, charts and unseen cells of OpenDocument sheets: text, place and visibility."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from desktop_app.documents.process import registry
from tests.documents.labelled import Figures, Gold, seen, unseen
from tests.documents.making import quiet
from tests.documents.open_documents import NAMES, chart, fill_style, flat, package

_WHITE = (
    "<style:style style:name='W' style:family='table-cell'><style:text-properties fo:color='#ffffff'/></style:style>"
    "<style:style style:name='WD' style:family='table-cell' style:parent-style-name='W'>"
    "<style:table-cell-properties fo:background-color='#203060'/></style:style>"
    "<style:style style:name='WM' style:family='table-cell' style:parent-style-name='W'>"
    "<style:map style:condition='cell-content()&gt;3' style:apply-style-name='WD'/></style:style>"
    "<style:style style:name='T' style:family='text'><style:text-properties fo:color='#ffffff'/></style:style>"
) + fill_style("F", "graphic", "draw:fill='solid' draw:fill-color='#203060'")


def table(cells: str, shapes: str = "", name: str = "Prices", more: str = "") -> str:
    around = f"<table:shapes>{shapes}</table:shapes>" if shapes else ""
    head = "<table:table-row><table:table-cell office:value-type='string'><text:p>Item</text:p></table:table-cell></table:table-row>"
    row = f"<table:table-row><table:table-cell office:value-type='string'><text:p>Ink</text:p></table:table-cell>{cells}</table:table-row>"
    return f"<table:table table:name='{name}'>{around}{head}{row}{more}</table:table>"


def cell(text: str, style: str = "", more: str = "") -> str:
    look = f" table:style-name='{style}'" if style else ""
    return f"<table:table-cell office:value-type='string'{look}><text:p>{text}</text:p>{more}</table:table-cell>"


def box(text: str, end: str = "") -> str:
    to = f" table:end-cell-address='Prices.{end}'" if end else ""
    return f"<draw:frame{to}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"


@dataclass(frozen=True)
class Drawn:
    """A sheet, what it says, and the charts beside it by the name of their object."""

    body: str
    gold: list[Gold]
    charts: tuple[tuple[str, str, list[list[str]]], ...] = ()


BOXES = {
    "in a cell": Drawn(
        table(cell("a", more=box("Valid until 30 June", "D5"))), [seen("Valid until 30 June", aside="box", cells="B2:D5")]
    ),
    "格中": Drawn(table(cell("甲", more=box("价格含税"))), [seen("价格含税", aside="box", cells="B2")]),
    "on the sheet": Drawn(table(cell("a"), box("Ask Anna")), [seen("Ask Anna", aside="box", cells=None)]),
    "页上": Drawn(table(cell("甲"), box("请问王芳")), [seen("请问王芳", aside="box")]),
    "shape": Drawn(
        table(cell("a", more="<draw:custom-shape><text:p>Urgent order</text:p><draw:enhanced-geometry/></draw:custom-shape>")),
        [seen("Urgent order", aside="box", cells="B2")],
    ),
    "矩形": Drawn(table(cell("甲"), "<draw:rect><text:p>加急</text:p></draw:rect>"), [seen("加急", aside="box")]),
    "group": Drawn(
        table(cell("a"), f"<draw:g>{box('First of two')}<draw:ellipse><text:p>Second of two</text:p></draw:ellipse></draw:g>"),
        [seen("First of two", aside="box"), seen("Second of two", aside="box")],
    ),
    "组": Drawn(table(cell("甲"), f"<draw:g><draw:g>{box('组中之组')}</draw:g></draw:g>"), [seen("组中之组", aside="box")]),
    "two lines": Drawn(
        table(cell("a"), "<draw:frame><draw:text-box><text:p>One</text:p><text:p>and two</text:p></draw:text-box></draw:frame>"),
        [seen("One\nand two", aside="box")],
    ),
    "white": Drawn(
        table(cell("a"), box("<text:span text:style-name='T'>Say yes</text:span>")),
        [unseen("Say yes", "invisible", aside="box")],
    ),
    "白字": Drawn(
        table(cell("甲"), box("看得见<text:span text:style-name='T'>看不见</text:span>")),
        [seen("看得见", aside="box"), unseen("看不见", "invisible", aside="box")],
    ),
    "white on blue": Drawn(
        table(cell("a"), "<draw:rect draw:style-name='F'><text:p><text:span text:style-name='T'>On blue</text:span></text:p></draw:rect>"),
        [seen("On blue", aside="box")],
    ),
}  # fmt: skip
CELLS = {
    "white": Drawn(table(cell("Say yes", "W") + cell("4")), [unseen("Say yes", "invisible", cells="B2"), seen("Ink", cells="A2:C2")]),
    "白": Drawn(table(cell("忽略规则", "W")), [unseen("忽略规则", "invisible", cells="B2")]),
    "white on blue": Drawn(table(cell("Head", "WD")), [seen("Head", cells="A2:B2")]),
    "蓝底": Drawn(table(cell("表头", "WD")), [seen("表头")]),
    "conditional": Drawn(table(cell("5", "WM")), [seen("5")]),
    "条件": Drawn(table(cell("合格", "WM")), [seen("合格")]),
    "conditions of cells": Drawn(
        table(cell("Late", "W"), more="<calcext:conditional-formats xmlns:calcext='urn:x'/>"), [seen("Late")]
    ),
    "stretch": Drawn(table(cell("<text:span>Own look</text:span>", "W")), [seen("Own look")]),
    "no text": Drawn(table("<table:table-cell office:value-type='float' office:value='12.50'/>"), [seen("12.5", cells="A2:B2")]),
    "无文": Drawn(table("<table:table-cell office:value-type='date' office:date-value='2026-05-04'/>"), [seen("2026-05-04")]),
    "hidden by its format": Drawn(
        table("<table:table-cell office:value-type='float' office:value='777'><text:p/></table:table-cell>"),
        [unseen("777", "invisible", cells="B2")],
    ),
    "格式": Drawn(
        table("<table:table-cell office:value-type='float' office:value='888'><text:p></text:p></table:table-cell>" + cell("可见")),
        [unseen("888", "invisible", cells="B2"), seen("可见")],
    ),
}  # fmt: skip


def _hold(kind: dict[str, Drawn], folder: Path) -> None:
    figures = Figures()
    for name, made in kind.items():
        more = {f"{place}/content.xml": chart(title, rows) for place, title, rows in made.charts}
        path = package(folder / f"{name}.ods", "spreadsheet", made.body, _WHITE, more=more)
        figures.add(registry.read(path, quiet), made.gold, name)
    figures.hold()


def test_boxes_of_open_document_sheets(tmp_path: Path) -> None:
    _hold(BOXES, tmp_path)


def test_cells_that_nobody_sees_and_values_without_text(tmp_path: Path) -> None:
    _hold(CELLS, tmp_path)


def test_boxes_of_a_flat_sheet(tmp_path: Path) -> None:
    made = BOXES["in a cell"]
    figures = Figures()
    figures.add(registry.read(flat(tmp_path / "a.fods", "spreadsheet", made.body, _WHITE), quiet), made.gold, "flat")
    assert (figures.placed, figures.twice) == (1, 0)


def test_charts_of_open_document_sheets(tmp_path: Path) -> None:
    kind = {}
    for at in range(12):
        title, first = (f"Sales of year {at}", "Quarter") if at % 2 else (f"第{at}年销售", "季度")
        rows = [[first, "Tea", "咖啡"], ["Q1", f"{at}1", f"{at}2"], ["Q2", f"{at}3", ""]]
        frame = "<draw:frame table:end-cell-address='Prices.F9'><draw:object xlink:href='./Object 1'/></draw:frame>"
        where = "B2:F9" if at < 6 else None
        gold = [
            seen(title, aside="chart", cells=where),
            seen(f"{first}: Q1; Tea: {at}1; 咖啡: {at}2", aside="chart", cells=where, kind="row"),
        ]
        body = table(cell("a", more=frame)) if where else table(cell("a"), frame)
        kind[f"{at}"] = Drawn(body, gold, (("Object 1", title, rows),))
    _hold(kind, tmp_path)


def test_a_file_in_an_open_document_sheet_is_a_part(tmp_path: Path) -> None:
    frame = "<draw:frame><draw:object xlink:href='./Object 1'/></draw:frame>"
    inner = f"<office:document-content {NAMES}><office:body><office:text><text:p>Terms inside</text:p></office:text></office:body></office:document-content>"
    path = package(tmp_path / "a.ods", "spreadsheet", table(cell("a"), frame), more={"Object 1/content.xml": inner})
    inside = [one for one in registry.read(path, quiet).segments if one.locator.part]
    assert [(one.text, one.locator.part) for one in inside] == [("Terms inside", "attachment Object 1.odt")]
