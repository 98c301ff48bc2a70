# SPDX-License-Identifier: Apache-2.0
"""Tables of documents in the catalogue: with their file, and gone with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from desktop_app.contract.document import Document, Locator, Segment, SourceFile
from desktop_app.contract.typed_table import CODE, MONEY, NUMBER, TEXT, Column, RowCells, StoredRow, TableHead
from desktop_app.library.catalogue import Catalogue
from library.making import as_format_8, chunk, source_file, store

ORDERS = TableHead(
    (Column("订单号", CODE, 0), Column("地区", TEXT, 1), Column("金额", MONEY, 3, "元")),
    "订单",
    Locator(sheet="一月", part="附件.xlsx"),
)
ROWS = (
    (2, ("SO-1", "华东", 12.5), (None, None, "¥12.50"), "", ""),
    (4, ("SO-2", "华北", 30), (), "", "row"),
    (5, (None, "合计", 42.5), (), "total", ""),
)


def document(
    head: TableHead = ORDERS, rows: tuple[tuple[int, tuple[object, ...], tuple[str | None, ...], str, str], ...] = ROWS
) -> Document:
    segments = [
        Segment("行", Locator(sheet=head.locator.sheet, chars=None if head.locator.sheet else (number, number + 1), hidden=hidden), "row",
                cells=RowCells(1, number, values, shown, mark))  # type: ignore[arg-type]
        for number, values, shown, mark, hidden in rows
    ]  # fmt: skip
    return Document((Segment("标题", Locator(), "heading"), *segments), tables=(head,))


def put(catalogue: Catalogue, path: str, read: Document) -> None:
    catalogue.files.store(source_file(path, sha256=path), [chunk("行")], state="indexed", recipe="7", document=read)


def count(catalogue: Catalogue) -> tuple[int, int]:
    connection = catalogue.database.connection()
    return tuple(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("tables", "table_rows"))  # type: ignore[return-value]


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.sqlite")) as made:
        yield made


def test_a_table_comes_back_as_it_was(catalogue: Catalogue) -> None:
    put(catalogue, "/资料/甲.xlsx", document())
    (table,) = catalogue.tables.all()
    assert (table.path, table.head, table.rows, table.hidden_rows, table.marked) == ("/资料/甲.xlsx", ORDERS, 2, 1, 1)
    assert catalogue.tables.rows(table.id) == [
        StoredRow(2, ("SO-1", "华东", 12.5), ("SO-1", "华东", "¥12.50")),
        StoredRow(4, ("SO-2", "华北", 30), ("SO-2", "华北", "30"), hidden="row"),
        StoredRow(5, (None, "合计", 42.5), ("", "合计", "42.5"), "total"),
    ]
    assert [row.number for row in catalogue.tables.rows(table.id, 1, 1)] == [4]
    assert catalogue.tables.of_file("/资料/甲.xlsx") == catalogue.tables.all("/资料") == [table]
    assert catalogue.tables.all("/别处") == []


def test_numbers_stay_numbers_for_sql(catalogue: Catalogue) -> None:
    put(catalogue, "/甲.xlsx", document())
    row = (
        catalogue.database.connection()
        .execute("SELECT sum(c2), group_concat(DISTINCT typeof(c2)) FROM table_rows WHERE mark = ''")
        .fetchone()
    )
    assert (row[0], set(row[1].split(","))) == (42.5, {"real", "integer"})


def test_a_row_of_a_sheet_is_found_by_its_cells(catalogue: Catalogue) -> None:
    put(catalogue, "/甲.xlsx", document())
    table = catalogue.tables.all()[0]
    assert catalogue.tables.locators(table.id, [1, 0]) == [
        Locator(sheet="一月", cells="A4:D4", part="附件.xlsx", hidden="row"),
        Locator(sheet="一月", cells="A2:D2", part="附件.xlsx"),
    ]


def test_a_row_outside_a_sheet_keeps_its_own_place(catalogue: Catalogue) -> None:
    put(catalogue, "/甲.csv", document(TableHead(ORDERS.columns)))
    table = catalogue.tables.all()[0]
    assert [place.chars for place in catalogue.tables.locators(table.id, [0, 2])] == [(2, 3), (5, 6)]


def test_more_columns_than_a_band_has(catalogue: Catalogue) -> None:
    head = TableHead(tuple(Column(f"列{at}", NUMBER, at) for at in range(70)), locator=Locator(sheet="宽"))
    rows = tuple((number, tuple(range(number, number + 70)), tuple([None] * 69 + ["末"]), "", "") for number in (1, 2))
    put(catalogue, "/宽.xlsx", document(head, rows))
    table = catalogue.tables.all()[0]
    stored = catalogue.tables.rows(table.id)
    assert [row.values for row in stored] == [tuple(range(1, 71)), tuple(range(2, 72))]
    assert [row.shown[68:] for row in stored] == [("69", "末"), ("70", "末")]
    assert count(catalogue) == (1, 6)


def test_the_values_of_a_column(catalogue: Catalogue) -> None:
    rows = tuple(
        (number, (None, place, number), (), "total" if place == "合计" else "", "")
        for number, place in enumerate("丙甲乙甲", start=2)
    )
    put(catalogue, "/甲.xlsx", document(ORDERS, (*rows, (9, (None, "合计", 14), (), "total", ""))))
    table = catalogue.tables.all()[0]
    assert catalogue.tables.column_values(table.id, 1, 9) == ["甲", "丙", "乙"]
    assert catalogue.tables.column_values(table.id, 1, 1) == ["甲"]
    assert catalogue.tables.column_values(table.id, 2, 9) == []


def test_tables_go_with_their_file(catalogue: Catalogue) -> None:
    put(catalogue, "/甲.xlsx", document())
    put(catalogue, "/乙.xlsx", document())
    put(catalogue, "/甲.xlsx", document(ORDERS, ROWS[:1]))  # read again
    assert count(catalogue) == (2, 4)
    put(catalogue, "/甲.xlsx", Document((Segment("正文", Locator()),)))
    assert [table.path for table in catalogue.tables.all()] == ["/乙.xlsx"]
    catalogue.files.put_without_text(source_file("/乙.xlsx"), state="failed", reason="damaged")
    assert count(catalogue) == (0, 0)
    put(catalogue, "/丙.xlsx", document())
    catalogue.files.remove([record.id for record in catalogue.files.records("/丙.xlsx")])
    assert count(catalogue) == (0, 0)


def test_what_keeps_the_text_keeps_the_tables(catalogue: Catalogue) -> None:
    put(catalogue, "/甲.xlsx", document())
    before = catalogue.tables.all()
    assert catalogue.files.keep_as_partial(source_file("/甲.xlsx"), "unreadable", "")
    catalogue.files.resplit(next(catalogue.files.records("/甲.xlsx")).id, [chunk("行")], recipe="", model="")
    catalogue.files.read_again([next(catalogue.files.records("/甲.xlsx")).id])
    assert catalogue.tables.all() == before


def test_a_moved_file_and_a_copy_have_their_tables(catalogue: Catalogue) -> None:
    put(catalogue, "/甲.xlsx", document())
    file = SourceFile("/乙.xlsx", 100, 1, "/甲.xlsx")
    catalogue.files.put_pending([file])
    origin = next(catalogue.files.records("/甲.xlsx")).id
    assert catalogue.known_content.copy(origin, file, model="") == 1
    one, other = catalogue.tables.all()
    assert (one.path, other.path, one.head == other.head, one.id == other.id) == ("/乙.xlsx", "/甲.xlsx", True, False)
    assert catalogue.tables.rows(one.id) == catalogue.tables.rows(other.id)
    assert catalogue.known_content.move(origin, SourceFile("/丙.xlsx", 100, 1, "/甲.xlsx"))
    assert [table.path for table in catalogue.tables.all()] == ["/丙.xlsx", "/乙.xlsx"]


def test_a_row_of_no_table_or_of_another_width_harms_nothing(catalogue: Catalogue) -> None:
    """A reader may be taken over by a hostile file."""
    strange = Segment("行", Locator(sheet="一月"), "row", cells=RowCells(7, 3, ("x",)))
    short = Segment("行", Locator(sheet="一月"), "row", cells=RowCells(1, 3, ("x",)))
    put(catalogue, "/甲.xlsx", Document((strange, short), tables=(ORDERS,)))
    assert [row.values for row in catalogue.tables.rows(catalogue.tables.all()[0].id)] == [("x", None, None)]


def test_format_8_had_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    with closing(Catalogue(path)) as older:
        store(older, "/甲.txt", "质保期为十八个月。")
        with older.database.writing() as connection:
            as_format_8(connection)
            connection.execute("PRAGMA user_version = 8")
    with closing(Catalogue(path)) as taken_over:
        assert taken_over.tables.all() == []
        put(taken_over, "/甲.xlsx", document())
        assert len(taken_over.tables.all()) == 1
