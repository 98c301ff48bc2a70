# SPDX-License-Identifier: Apache-2.0
"""Tables as data: kinds, units and values of columns, and which rows are totals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.contract.typed_table import DOUBTS, RowCells, TableHead, Value
from desktop_app.documents.process import registry
from desktop_app.documents.tables import cell_values, header_units, typed_tables
from desktop_app.documents.tables.exact import Figure
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.table_head import ABOVE, LEFT, TableRow
from documents.labelled_tables import MADE, Labelled
from tests.tables import made_tables


def typed_of(rows: Sequence[list[str]], hidden: Sequence[int] = (), title: str = "") -> Document:
    """The document of one table, as a reader of a sheet makes it."""
    found, segments = FoundTables(), list[Segment]()
    found.begin(title)
    placed = (
        TableRow(number, cells, None, number not in hidden, any(cell is LEFT or cell is ABOVE for cell in cells), full=cells)
        for number, cells in enumerate(rows, start=1)
    )
    for number, cells, names, kind in table.laid_rows(placed):
        noted = found.take(cells, names, kind, number)
        if kind != table.HEADER:
            place = Locator(sheet="甲", hidden="row" if number in hidden else "")
            segments.append(Segment(table.row_text(cells, names), place, kind, cells=noted))
    return typed_tables.typed(Document(tuple(segments), tables=tuple(found.heads)))


def rows_of(document: Document, number: int = 1) -> list[RowCells]:
    rows = [segment.cells for segment in document.segments if segment.cells is not None and segment.cells.table == number]
    return sorted(rows, key=lambda row: row.number)


def differences(label: Labelled, head: TableHead, rows: Sequence[RowCells]) -> list[str]:
    columns = [f"{column.name}|{column.kind}|{column.unit}" for column in head.columns]
    wrong = [f"column {one!r}, wanted {other!r}" for one, other in zip(columns, label.columns, strict=False) if one != other]
    if len(columns) != len(label.columns):
        wrong.append(f"{len(columns)} columns: {columns}")
    marks = {row.number: row.mark for row in rows if row.mark}
    if marks != dict(label.marks):
        wrong.append(f"marks {marks}, wanted {dict(label.marks)}")
    if set(head.doubts) != set(label.doubts):
        wrong.append(f"doubts {head.doubts}, wanted {label.doubts}")
    if label.things and sum(not row.mark for row in rows) != label.things:
        wrong.append(f"{sum(not row.mark for row in rows)} things, wanted {label.things}")
    return wrong


@pytest.mark.parametrize("name", MADE)
def test_a_made_table_is_understood(name: str) -> None:
    label = MADE[name]
    document = typed_of(label.cells(), label.hidden)
    assert len(document.tables) == 1, document.tables
    assert not (wrong := differences(label, document.tables[0], rows_of(document))), wrong


def test_the_things_of_the_made_office_tables(tmp_path: Path) -> None:
    """Their rows were labelled apart from the rules here."""
    made_tables.make(tmp_path)
    for office in made_tables.tables():
        document = registry.read(tmp_path / office.file, lambda _done, _total: None)
        wanted = [
            number
            for number, head in enumerate(document.tables, start=1)
            if office.sheet in (None, head.locator.sheet, f"table {number}")
        ]
        things = {row.number for row in rows_of(document, wanted[0]) if not row.mark}
        assert (office.file, office.sheet, sorted(things)) == (office.file, office.sheet, sorted(office.rows))


# ---- values ---------------------------------------------------------------------------------------------------------


def values(rows: str, column: int = 1) -> list[Value]:
    return [row.values[column] for row in rows_of(typed_of(Labelled([], rows=rows).cells()))]


def test_a_figure_keeps_its_exact_value_and_what_is_shown() -> None:
    label = MADE["percentages and shares"]
    first = rows_of(typed_of(label.cells()))[0]
    assert first.values == ("Red", 0.83392, 0.4)
    assert first.shown == (None, "83.4%", "40")


def test_values_are_in_the_unit_of_their_column() -> None:
    assert values(MADE["units that convert"].rows) == [2, 0.5, 12]  # type: ignore[arg-type]
    assert values(MADE["spans of time"].rows, 2) == [2, 0.5, 1.5]  # type: ignore[arg-type]
    assert values(MADE["spans of time"].rows) == [37.5, 12, 0.75]  # type: ignore[arg-type]
    assert values(MADE["large Chinese amounts"].rows) == [12000, 36000, 24000, 24000]  # type: ignore[arg-type]


def test_a_format_that_divides_is_below_the_unit_of_the_heading() -> None:
    cells = [Figure.of("12.3", 123_000), Figure.of("4.6", 45_678), Figure.of("100.0", 1_000_000)]
    rows = [["部门", "金额（万元）"], *([name, cell] for name, cell in zip("甲乙丙", cells, strict=True))]
    assert [row.values[1] for row in rows_of(typed_of(rows))] == [12.3, 4.5678, 100]
    plain = [["部门", "金额（万元）"], ["甲", Figure.of("12.3", 12.34)], ["乙", Figure.of("4.6", 4.5678)]]
    assert [row.values[1] for row in rows_of(typed_of(plain))] == [12.34, 4.5678]


def test_mixed_units_keep_each_cell_its_own() -> None:
    rows = rows_of(typed_of(MADE["two currencies"].cells()))
    assert [row.values for row in rows] == [("A-1", 120, "$"), ("A-2", 80, "€"), ("A-3", 30, "$"), ("A-4", 5.5, "€")]


def test_words_among_figures_stay_in_their_cell() -> None:
    assert values(MADE["words among figures"].rows) == [120, "待定", 80, "见附件", 60, 45, 30, 25]  # type: ignore[arg-type]


def test_a_merged_amount_stands_in_its_first_row_only() -> None:
    rows = rows_of(typed_of(MADE["a merged amount counts once"].cells()))
    assert [row.values for row in rows] == [("Alpha", "Plan", 100), ("Alpha", "Build", None), ("Beta", "Plan", 40)]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("12,400.00", 12400, ""),
        ("(1,234)", -1234, ""),
        ("-5", -5, ""),
        ("−5.5", -5.5, ""),
        ("1,23,456.5", 123456.5, ""),
        ("12 345,6", 12345.6, ""),
        ("1'234.50", 1234.5, ""),
        ("¥450", 450, "¥"),
        ("￥1.2万", 12000, "¥"),
        ("3亿元", 300_000_000, "元"),
        ("USD 12.5", 12.5, "USD"),
        ("12.5 USD", 12.5, "USD"),
        ("83.4%", 0.834, "%"),
        ("5kg", 5, "kg"),
        ("3天", 3, "天"),
        ("1e3", 1000, ""),
        (".5", 0.5, ""),
    ],
)
def test_a_figure_as_written(text: str, value: float, unit: str) -> None:
    found = cell_values.figure(text)
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "A12",
        "12-13",
        "1.2.3",
        "2026-01-04",
        "2024年",
        "6月",
        "12 of 30",
        "1,2,3",
        "(12",
        "n/a",
        "12345678901234567890123456789012345678901",
    ],
)
def test_no_figure(text: str) -> None:
    assert cell_values.figure(text) is None


@pytest.mark.parametrize(
    ("text", "order", "found"),
    [
        ("2026-01-04", "", "2026-01-04"),
        ("2026/1/4", "", "2026-01-04"),
        ("2026年1月4日", "", "2026-01-04"),
        ("２０２６年１月４日", "", "2026-01-04"),
        ("4 Jan 2026", "", "2026-01-04"),
        ("Jan 4, 2026", "", "2026-01-04"),
        ("4. Mai 2026", "", "2026-05-04"),
        ("04.01.2026", "", "2026-01-04"),
        ("4/1/2026", "dm", "2026-01-04"),
        ("4/1/2026", "md", "2026-04-01"),
        ("4/1/2026", "", None),
        ("2026-03-31 14:05", "", "2026-03-31T14:05"),
        ("2026-03-31T14:05:09Z", "", "2026-03-31T14:05:09"),
        ("2026年3月", "", "2026-03"),
        ("Mar 2026", "", "2026-03"),
        ("2026-13-01", "", None),
        ("2026-02-30", "", None),
        ("20260331", "", None),
        ("HT-2025-12", "", None),
    ],
)
def test_a_date_as_written(text: str, order: str, found: str | None) -> None:
    assert cell_values.date(text, order) == found


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("金额（元）", "元"), ("金额(万元)", "万元"), ("Amount (GBP)", "GBP"), ("维修时长（小时）", "小时"), ("送检价格（元） › 标准", "元"),
        ("重量 kg", "kg"), ("Umsatz in EUR", "EUR"), ("金额（不含税，元）", "元"), ("Share (%)", "%"), ("Preis in €", "€"), ("单价/元", "元"),
        ("金额（含税）", None), ("Name", None), ("Costs (net)", None), ("IT", None), ("备注", None), ("年", None),
    ],
)  # fmt: skip
def test_the_unit_of_a_heading(name: str, unit: str | None) -> None:
    found = header_units.of_heading(name)
    assert (found and found.written) == unit


# ---- what is no table, and what must not end the reader --------------------------------------------------------------


def test_a_form_is_no_table() -> None:
    rows = [["Name:", "Ann"], ["Date:", "2026-01-04"], ["Place:", "Bern"], ["Amount:", "12"]]
    assert typed_of(rows).tables == ()


def test_a_form_of_words_with_a_label_at_its_end_is_no_table() -> None:
    rows = [
        ["Court", "Bern"],
        ["Clerk", "Ann Moor"],
        ["Language", "German"],
        ["Reference", "on file"],
        ["Text to publish:", ""],
    ]
    assert typed_of(rows).tables == ()
    prices = [["Item", "Colour"], ["Pen", "blue"], ["Ink", "black"], ["Cap", "red"], ["Pad", "white"]]
    assert len(typed_of(prices).tables) == 1


def test_sentences_laid_out_in_cells_are_no_table() -> None:
    rows = [["今回発見されたのは、", "調査報告書で、"], ["日付がある。", "署名もある。"]]
    assert typed_of(rows).tables == ()


def test_text_of_a_document_is_no_table() -> None:
    document = Document((Segment("正文", Locator()),))
    assert typed_tables.typed(document) is document


def test_two_tables_below_each_other() -> None:
    rows = [["Item", "Price"], ["Pen", "2"], ["Ink", "7"], ["", ""], ["Name", "Age", "Town"], ["Ann", "31", "Bern"]]
    document = typed_of(rows)
    assert [[column.name for column in head.columns] for head in document.tables] == [
        ["Item", "Price"],
        ["Name", "Age", "Town"],
    ]
    assert [row.number for row in rows_of(document, 2)] == [6]


def test_more_cells_than_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.documents.tables.found_tables.MOST_CELLS", 7)
    document = typed_of([["Item", "Price"], *([f"a{number}", str(number)] for number in range(9))])
    assert document.tables[0].doubts == ("first_rows",)
    assert len(rows_of(document)) == 3
    assert len(document.segments) == 9  # the text of the others is there


def test_more_columns_than_are_kept() -> None:
    head = [f"Column {number}" for number in range(300)]
    document = typed_of([head, [str(number) for number in range(300)], ["7"] * 300])
    assert document.tables[0].doubts == ("first_columns",)
    assert len(document.tables[0].columns) == len(rows_of(document)[0].values) == 256


def test_a_fault_costs_the_tables_and_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("desktop_app.documents.tables.totals.marks", fails)
    document = typed_of([["Item", "Price"], ["Pen", "2"], ["Ink", "7"]])
    assert document.tables == ()
    assert [(segment.text, segment.cells) for segment in document.segments] == [
        ("Item: Pen; Price: 2", None),
        ("Item: Ink; Price: 7", None),
    ]


def test_what_is_sent_is_plain() -> None:
    """msgspec sends no subclass of a text."""
    document = typed_of([["Item", "Price"], ["Pen", Figure.of("", 2.0)], ["Ink", Figure.of("€7", 7.01)], ["Cap", "x"]])
    assert all(type(value) in (str, int, float, type(None)) for row in rows_of(document) for value in (*row.values, *row.shown))


def test_every_doubt_is_a_known_one() -> None:
    assert {doubt for label in MADE.values() for doubt in label.doubts} <= set(DOUBTS)


def test_a_figure_that_says_its_scale_is_in_the_unit_of_its_heading() -> None:
    document = typed_of([["项目", "投资额（万元）"], ["桥梁", "120"], ["道路", "1.2万"], ["隧道", "80"], ["站房", "0.5亿元"]])
    assert [row.values[1] for row in rows_of(document)] == [120, 1.2, 80, 5000]


def test_letters_behind_figures_may_be_names_and_no_units() -> None:
    document = typed_of([["Pupil", "Class", "Maths"], ["Ann", "4a", "90"], ["Bob", "4b", "80"], ["Cy", "4a", "70"]])
    assert [column.kind for column in document.tables[0].columns][1] in ("code", "text")
    assert [row.values[1] for row in rows_of(document)] == ["4a", "4b", "4a"]
