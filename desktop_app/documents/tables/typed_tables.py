# SPDX-License-Identifier: Apache-2.0
"""Makes typed tables of the rows that a reader noted in a file.

Once all rows are there: kinds, units and values of the columns, the rows that are totals, what is no row of a table after all. Text goes on as it is: where this fails, the
document has no tables, and nothing of it is lost.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest

from msgspec.structs import replace

from desktop_app.contract.document import Document, Segment
from desktop_app.contract.locator import Locator
from desktop_app.contract.typed_table import MONEY, NUMBER, TEXT, Column, RowCells, TableHead, Value
from desktop_app.documents.tables import cell_values, column_kinds, header_units, totals
from desktop_app.documents.tables.column_kinds import TypedColumn
from desktop_app.documents.tables.exact import Figure
from desktop_app.documents.tables.totals import TotalColumn

_FEWEST_UNNAMED = 3  # rows of a table whose columns have no names
_LIKE = 0.7  # of its rows fill the same columns
_WIDE = 3  # cells that rows have, where one alone is a remark
_JOINT = " › "
_MOST_CURRENCIES = 20


def typed(document: Document) -> Document:
    """The document with what its tables hold; rows that are in none lose their cells."""
    if not document.tables and not any(segment.cells is not None for segment in document.segments):
        return document
    collects = gc.isenabled()
    gc.disable()  # a third of the time: hundreds of thousands of rows are made, and none refers to another
    try:
        heads, rows = _typed(document)
    except Exception:  # noqa: BLE001 - untrusted cells, and the text around them is whole
        heads, rows = [], {}
    finally:
        if collects:
            gc.enable()
    segments = [
        one if one.cells is None else Segment(one.text, one.locator, one.kind, one.continues, rows.get(at))
        for at, one in enumerate(document.segments)
    ]
    return replace(document, segments=tuple(segments), tables=tuple(heads))


def _typed(document: Document) -> tuple[list[TableHead], dict[int, RowCells]]:
    """The tables, and their rows by the place of their segments."""
    places: list[list[int]] = [[] for _ in document.tables]
    for at, segment in enumerate(document.segments):
        if segment.cells is not None and segment.cells.table <= len(places):
            places[segment.cells.table - 1].append(at)
    heads, found = list[TableHead](), dict[int, RowCells]()
    for head, own in zip(document.tables, places, strict=True):
        made, rows = _table(head, len(heads) + 1, own, document.segments)
        if made is not None:
            heads.append(made)
            found.update(rows)
    return heads, found


def _table(
    head: TableHead, table: int, places: list[int], segments: Sequence[Segment]
) -> tuple[TableHead | None, dict[int, RowCells]]:
    """A table with its rows by the place of their segments; none where these rows are none."""
    noted = sorted((segments[at].cells.number, at) for at in places if segments[at].cells is not None)  # type: ignore[union-attr]
    places = [at for _, at in noted]
    cells = [segments[at].cells for at in places]
    rows = [row.values for row in cells if row is not None]
    if not rows or (not any(column.name for column in head.columns) and not _is_table(rows)):
        return None, {}
    kept = _things(rows)
    places, rows = [places[at] for at in kept], [rows[at] for at in kept]
    if not rows:
        return None, {}
    hidden = [bool(segments[at].locator.hidden) for at in places]
    columns, made, doubts = _columns(head, rows)
    marks = totals.marks([TotalColumn(one.kind, one.values) for one in made], hidden)
    shown = [one.shown for one in made]
    values = list(zip(*(one.values for one in made), strict=True))
    as_shown = list(zip(*(one or [None] * len(rows) for one in shown), strict=True)) if any(shown) else [()] * len(rows)
    numbers = [row.number for row in (segments[at].cells for at in places) if row is not None]
    found = {
        place: RowCells(table, number, own, seen, marks.get(at, ""))
        for at, (place, number, own, seen) in enumerate(zip(places, numbers, values, as_shown, strict=True))
    }
    locator = _place([segments[at].locator for at in places])
    made_head = TableHead(tuple(columns), head.title, locator, tuple(dict.fromkeys((*head.doubts, *doubts))))
    return made_head, found


def _is_table(rows: Sequence[Sequence[Value]]) -> bool:
    """Whether rows without names are a table: some, alike in what they fill, with figures in a column."""
    if len(rows) < _FEWEST_UNNAMED:
        return False
    shapes = Counter(tuple(at for at, cell in enumerate(row) if cell) for row in rows)
    if shapes.most_common(1)[0][1] < _LIKE * len(rows):
        return False
    return any(
        column_kinds.typed("", [str(cell) if cell else "" for cell in column]).kind != TEXT
        for column in zip_longest(*rows, fillvalue="")
    )


def _things(rows: Sequence[Sequence[Value]]) -> list[int]:
    """Which rows are rows of the table: of a wide one, a text alone is a remark or a heading."""
    filled = [len(row) - row.count("") for row in rows]
    if Counter(filled).most_common(1)[0][0] < _WIDE:
        return list(range(len(rows)))
    return [at for at, count in enumerate(filled) if count > 1 or _is_a_figure(rows[at])]


def _is_a_figure(row: Sequence[Value]) -> bool:
    cell = next((cell for cell in row if cell), "")
    return isinstance(cell, Figure) or cell_values.figure(str(cell)) is not None


def _columns(head: TableHead, rows: Sequence[Sequence[Value]]) -> tuple[list[Column], list[TypedColumn], list[str]]:
    above = header_units.above(head.title)
    names = {column.at: column.name for column in head.columns}
    columns, made, doubts = list[Column](), list[TypedColumn](), list[str]()
    widths = set(map(len, rows))
    for at, cells in enumerate(zip(*rows, strict=True) if len(widths) == 1 else zip_longest(*rows, fillvalue="")):
        name = names.get(at, "")
        if not name and not any(cells):
            continue
        one = column_kinds.typed(name, cells, above)
        columns.append(Column(name, one.kind, at, one.unit))
        made.append(one)
        doubts += one.doubts
        if one.units is not None:
            columns.append(Column(f"{name}{_JOINT}{_unit_name(name)}" if name else "", TEXT, at))
            made.append(TypedColumn(TEXT, "", one.units))
    for at, name in names.items():
        if at >= max(widths) and name:  # a name, and no row that reaches it
            columns.append(Column(name, TEXT, at))
            made.append(TypedColumn(TEXT, "", [None] * len(rows)))
    _with_currency(columns, made, doubts)
    return columns, made, doubts


def _with_currency(columns: list[Column], made: Sequence[TypedColumn], doubts: list[str]) -> None:
    """The currency of amounts where another column says it: in one with several no sum is in one unit."""
    for told in made:
        written = {value for value in told.values if value is not None} if told.kind == TEXT else set()
        units = [header_units.known(str(one)) for one in written] if 0 < len(written) <= _MOST_CURRENCIES else []
        if not units or any(unit is None or unit.kind != MONEY for unit in units):
            continue
        for at, (column, one) in enumerate(zip(columns, made, strict=True)):
            if one.kind in (NUMBER, MONEY) and not column.unit and header_units.is_amount(column.name):
                columns[at] = Column(column.name, MONEY, column.at, str(next(iter(written))) if len(written) == 1 else "")
                doubts += ["mixed_units"] if len(written) > 1 else []


def _unit_name(name: str) -> str:
    return "Unit" if name.isascii() else "单位"


def _place(places: Sequence[Locator]) -> Locator:
    """Where the table is; ``hidden`` where its sheet is."""
    first = places[0]
    sheet_hidden = "sheet" if all(place.hidden == "sheet" for place in places) else ""
    return replace(first, chars=None, lines=None, cells=None, boxes=(), hidden=sheet_hidden)
