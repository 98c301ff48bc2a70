# SPDX-License-Identifier: Apache-2.0
"""A table as data: its columns with their kinds and units, its rows.

A question of figures ("how many orders are from Bern?") is computed over all rows of a table, not over the passages that a search finds. So a
reader hands out the cells of a row beside its text (``Segment.cells``), and this is what is known of the table they belong to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import msgspec

from desktop_app.contract.locator import Locator

NUMBER, MONEY, PERCENT, DATE, DURATION, CODE, TEXT = "number", "money", "percent", "date", "duration", "code", "text"
COLUMN_KINDS = (NUMBER, MONEY, PERCENT, DATE, DURATION, CODE, TEXT)
"""What the cells of a column are. Values of the first three and of durations are numbers (a percentage as its share, 83.4 % is 0.834; a duration
in its column's unit), of dates texts ("2026-03-31", "2026-03-31T14:05"), of the others texts as they stand there."""
FIGURES = frozenset({NUMBER, MONEY, PERCENT, DURATION})
"""The kinds whose values are numbers."""

MARKS = ("total", "subtotal", "average")
"""What a row that is none of its table's things may be: the total of all rows, of some rows, the average (or the highest, the lowest). It is
never counted."""

DOUBTS = ("first_rows", "mixed_units", "not_calculated", "no_header", "first_columns", "date_order")
"""What keeps a table from being understood wholly: only its first rows or columns are stored; a column has more than one currency or unit; formulas
without a value; no row names the columns; dates such as 4/1/2026 whose day nothing tells from their month, which stay text."""

Value = float | Annotated[int, msgspec.Meta(ge=-(1 << 62), le=1 << 62)] | str | None
"""Of a cell; None where it is empty."""


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """``name`` is the path of its headings, "Quarter 2 › Actual", "" where it has none. ``at`` is its place in the sheet or table, from 0.
    ``unit`` as written ("元", "GBP", "hours", "%"), "" for none or several."""

    name: str
    kind: str
    at: int
    unit: str = ""


class TableHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """A table without its rows. ``title`` is what stands above it, ``locator`` where it is: sheet, page, slide, headings, part; ``hidden`` there
    is set for a hidden sheet. ``doubts``: of ``DOUBTS``."""

    columns: tuple[Column, ...]
    title: str = ""
    locator: Locator = Locator()
    doubts: tuple[str, ...] = ()


class RowCells(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """The cells of a row as a reader gives them beside its text. ``table``: which of ``Document.tables``, from 1. ``number``, ``values`` and ``mark``
    as in ``StoredRow``; ``shown`` is () where every value is shown as it stands here, and has None for each that is."""

    table: int
    number: int
    values: tuple[Value, ...]
    shown: tuple[str | None, ...] = ()
    mark: str = ""


class StoredRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """A row as stored. ``number`` as the file counts (the row of the sheet, the record of a .csv; from 1 in other tables); ``values`` one for each
    column; ``shown`` as the file shows them; ``mark`` "" or one of ``MARKS``; ``hidden`` as in ``Locator``."""

    number: int
    values: tuple[Value, ...]
    shown: tuple[str, ...] = ()
    mark: str = ""
    hidden: str = ""


@dataclass(frozen=True, slots=True)
class StoredTable:
    """A table of the library: ``id`` in the store, the file it is in, its head; how many ``rows`` are its things and how many of those are
    ``hidden_rows``; how many rows are totals, ``marked``."""

    id: int
    path: str
    head: TableHead
    rows: int
    hidden_rows: int = 0
    marked: int = 0
