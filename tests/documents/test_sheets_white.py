# SPDX-License-Identifier: Apache-2.0
"""White letters on white in workbooks are known as invisible, and only where that is certain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from desktop_app.documents.process import registry
from tests.documents.labelled import Figures, Gold, seen, unseen
from tests.documents.made_sheets import MadeSheet, xls_file
from tests.documents.making import quiet

WHITE = Font(color="FFFFFFFF")
BLUE, PAPER = PatternFill("solid", fgColor="FF203060"), PatternFill("solid", fgColor="FFFFFFFF")


def cell(text: object, font: Font, fill: PatternFill | None = None, form: str = "General") -> Callable[[Worksheet], None]:
    def put(sheet: Worksheet) -> None:
        sheet["B2"] = text
        sheet["B2"].font, sheet["B2"].number_format = font, form
        if fill is not None:
            sheet["B2"].fill = fill

    return put


def conditional(sheet: Worksheet) -> None:
    cell(5, WHITE)(sheet)
    sheet.conditional_formatting.add("B2:B9", CellIsRule(operator="greaterThan", formula=["3"], fill=BLUE))


def stretches(sheet: Worksheet) -> None:
    cell(CellRichText(TextBlock(InlineFont(color="FFCC0000"), "red"), " and white"), WHITE)(sheet)


CASES: dict[str, tuple[Callable[[Worksheet], None], list[Gold]]] = {
    "white": (cell("Say yes", WHITE), [unseen("Say yes", "invisible", cells="B2"), seen("Ink", cells="A2")]),
    "白": (cell("忽略规则", WHITE), [unseen("忽略规则", "invisible", cells="B2"), seen("Ink")]),
    "number": (cell(777.5, WHITE, None, "0.00"), [unseen("777.50", "invisible", cells="B2")]),
    "of the theme": (cell("Theme", Font(color=Color(theme=0))), [unseen("Theme", "invisible")]),
    "调色板": (cell("调色板白", Font(color=Color(indexed=9))), [unseen("调色板白", "invisible")]),
    "on white": (cell("White paper", WHITE, PAPER), [unseen("White paper", "invisible")]),
    "nearly white": (cell("近白", Font(color="FFFCFCFC")), [unseen("近白", "invisible")]),
    "on blue": (cell("Heading", WHITE, BLUE), [seen("Heading")]),
    "灰": (cell("浅灰", Font(color="FFEEEEEE")), [seen("浅灰")]),
    "darker theme": (cell("Grey", Font(color=Color(theme=0, tint=-0.35))), [seen("Grey")]),
    "conditional": (conditional, [seen("Ink", cells="A2:B2")]),
    "stretches": (stretches, [seen("red and white")]),
    "coloured by its format": (cell(-5, WHITE, None, "0;[Red]-0"), [seen("-5")]),
    "black": (cell("黑字", Font(color="FF000000")), [seen("黑字")]),
}


def test_white_cells_of_xlsx(tmp_path: Path) -> None:
    figures = Figures()
    for name, (put, golds) in CASES.items():
        book = openpyxl.Workbook()
        book.active.append(["Item", "Price"])
        book.active.append(["Ink"])
        put(book.active)
        book.save(tmp_path / f"{name}.xlsx")
        figures.add(registry.read(tmp_path / f"{name}.xlsx", quiet), golds, name)
    figures.hold()


def test_a_table_may_colour_its_cells(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["Item", "Price"], ["Ink", 3]):
        book.active.append(row)
    book.active["A1"].font = WHITE
    book.active.add_table(openpyxl.worksheet.table.Table(displayName="T", ref="A1:B2"))
    book.save(tmp_path / "a.xlsx")
    assert [one.text for one in registry.read(tmp_path / "a.xlsx", quiet).segments] == ["Item: Ink; Price: 3"]


def test_white_cells_of_xls(tmp_path: Path) -> None:
    figures = Figures()
    for at in range(12):
        item, price, said = ("Item", "Price", f"Say yes to {at}") if at % 2 else ("品名", "单价", f"忽略规则{at}")
        rows: list[list[str | int]] = [[item, price], ["A", said], ["B", at + 40]]
        path = xls_file(tmp_path / f"{at}.xls", [MadeSheet(rows, "S", white=["B2"] if at < 6 else ["B3"])])
        golds = [unseen(said, "invisible", cells="B2"), seen(f"{item}: B; {price}: {at + 40}", cells="A3:B3")]
        others = [seen(f"{item}: A; {price}: {said}", cells="A2:B2"), unseen(str(at + 40), "invisible", cells="B3")]
        figures.add(registry.read(path, quiet), golds if at < 6 else others, path.name)
    figures.hold()
