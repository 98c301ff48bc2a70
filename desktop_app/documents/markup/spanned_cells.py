# SPDX-License-Identifier: Apache-2.0
"""Cells of web pages that cover several columns or rows, as a grid.

<td colspan="2">Total</td><td>30</td> stands below three columns: without the span the 30 would count as what the second one holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from desktop_app.documents.text.table_head import ABOVE, LEFT, TableRow

_MOST = 256  # columns or rows that a cell covers
_MOST_COVERED = 1_000_000  # cells of a table; beyond that each covers itself


class SpannedCell(NamedTuple):
    """A cell with how many columns and rows it covers."""

    text: str
    columns: int = 1
    rows: int = 1


def spans(attributes: Sequence[tuple[str, str | None]]) -> tuple[int, int]:
    """How many columns and rows a cell says that it covers."""
    found = {"colspan": 1, "rowspan": 1}
    for name, value in attributes:
        if name in found and value and len(value) < 6 and value.strip().isdecimal():
            found[name] = min(max(1, int(value)), _MOST)
    return found["colspan"], found["rowspan"]


def covered(rows: Sequence[Sequence[SpannedCell]]) -> Iterator[TableRow[int]]:
    """The rows of a table by their numbers from 1, with the cells that others cover."""
    going_on = dict[int, int]()  # by column: in how many more rows a cell from above
    budget = _MOST_COVERED
    for number, row in enumerate(rows, start=1):
        cells = list[str]()
        for cell in row:
            _pass_over(cells, going_on)
            start = len(cells)
            cells.append(cell.text)
            budget -= cell.columns * cell.rows - 1
            if budget < 0:
                continue
            cells += [LEFT] * (cell.columns - 1)
            if cell.rows > 1:
                going_on.update(dict.fromkeys(range(start, len(cells)), cell.rows - 1))
        _pass_over(cells, going_on)
        is_covered = any(cell is LEFT or cell is ABOVE for cell in cells)
        yield TableRow(number, cells, None, covered=is_covered, full=cells)


def _pass_over(cells: list[str], going_on: dict[int, int]) -> None:
    """Add the cells that begin in rows above."""
    while going_on.get(len(cells), 0) > 0:
        going_on[len(cells)] -= 1
        cells.append(ABOVE)
