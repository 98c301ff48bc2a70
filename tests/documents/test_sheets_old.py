# SPDX-License-Identifier: Apache-2.0
"""What .xls holds beside cells: boxes, charts, formulas that were never calculated."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from desktop_app.documents.process import registry
from desktop_app.documents.sheets.xls_records import chart_sheets
from tests.documents.labelled import Figures, seen, unseen
from tests.documents.made_sheets import MadeSheet, xls_chart, xls_file
from tests.documents.making import quiet

ROWS = [["Item", "Price"], ["Ink", 3]]
BOXES = {
    "B4": "Valid until 30 June", "A9": "价格含税", "C2": "Ask Anna", "D7": "请问王芳", "F1": "Two lines\nof text", "E3": "两行\n文字", "A1": "x",
    "B8": "加急", "C30": "Prices without tax, packed in boxes of twelve", "Z5": "Straße 4, 8004 Zürich", "B2": "同上", "G7": "OK?",
}  # fmt: skip


def test_boxes(tmp_path: Path) -> None:
    figures = Figures()
    for at, (cell, text) in enumerate(BOXES.items()):
        hidden = at % 4 == 3
        made = MadeSheet(ROWS, "Prices", "hidden" if hidden else "visible", boxes={cell: text})
        path = xls_file(tmp_path / f"{at}.xls", [MadeSheet([["Front"]], "Front"), made])
        end = f"{chr(ord(cell[0]) + 2)}{int(cell[1:]) + 3}" if cell[0] != "Z" else "AB8"
        gold = (unseen if hidden else seen)(text, *(["sheet"] if hidden else []), aside="box", cells=f"{cell}:{end}")
        figures.add(registry.read(path, quiet), [gold], path.name)
    figures.hold()


def test_charts(tmp_path: Path) -> None:
    figures = Figures()
    for at in range(12):
        title, first, second = (f"Sales of year {at}", "Tea", "Cocoa") if at % 2 else (f"第{at}年销售", "茶", "可可")
        rows: list[list[str | float]] = [["", first, second], ["Q1", at + 0.5, 2], ["二季度", 3, 4]]
        path = xls_file(tmp_path / f"{at}.xls", [MadeSheet(ROWS, "Prices", charts={"D2": (title, rows)})])
        golds = [
            seen(title, aside="chart", cells="D2:F5"),
            seen(f"Q1; {first}: {at}.5; {second}: 2", aside="chart", cells="D2:F5", kind="row"),
            seen(f"二季度; {first}: 3; {second}: 4", aside="chart", kind="row"),
            seen("Item: Ink; Price: 3", cells="A2:B2"),
        ]
        figures.add(registry.read(path, quiet), golds, path.name)
    figures.hold()


def test_a_sheet_that_is_a_chart() -> None:
    chart = xls_chart("份额", [["", "Share"], ["North", 33.0], ["South", 67.0]])
    head = struct.pack("<HH", 0x0809, 16) + struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0)
    name = "图".encode("utf-16-le")
    bound = struct.pack("<IBBBB", len(head) + 4 + 8 + len(name) + 4, 1, 2, 1, 1) + name
    stream = head + struct.pack("<HH", 0x0085, len(bound)) + bound + struct.pack("<HH", 0x000A, 0) + chart
    (found,) = chart_sheets(stream)
    assert found[:2] == ("图", True)
    assert [note.text for note in found[2]] == ["份额", "North; Share: 33", "South; Share: 67"]


_EMPTY = b"\x03\x00\x00\x00\x00\x00\xff\xff"
_SUM = b"\x25\x00\x00\x01\x00\x01\xc0\x01\xc0\x19\x10\x00\x00"  # SUM(B1:B2)
_SAME = b"\x44\x00\x00\x01\xc0"  # B1
_DOUBLE = _SAME + b"\x1e\x02\x00\x05"  # B1*2


@pytest.mark.parametrize(
    ("value", "flags", "tokens", "shown"),
    [
        (_EMPTY, 0, _SUM, "=SUM(B1:B2)"),
        (_EMPTY, 0, _DOUBLE, "=B1*2"),
        (_EMPTY, 0, _SAME, ""),
        (_EMPTY, 2, _SAME, "=B1"),
        (bytes(8), 0, _SUM, "0"),
        (bytes(8), 3, _SUM, "=SUM(B1:B2)"),
        (struct.pack("<d", 7.0), 3, _SUM, "7"),
    ],
    ids=["sum", "product", "a text that is empty", "to be calculated", "nought", "nought to be calculated", "seven"],
)
def test_formulas_without_a_value(value: bytes, flags: int, tokens: bytes, shown: str, tmp_path: Path) -> None:
    formula = value + struct.pack("<HIH", flags, 0, len(tokens)) + tokens
    document = registry.read(xls_file(tmp_path / "a.xls", [MadeSheet([*ROWS, ["Total", formula]], "Prices")]), quiet)
    assert document.segments[-1].text == (f"Item: Total; Price: {shown}" if shown else "Item: Total")
    told = "not_calculated 1 Prices!B3" if shown.startswith("=") else ""
    assert document.detail == told
