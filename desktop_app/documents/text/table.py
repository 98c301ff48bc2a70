# SPDX-License-Identifier: Apache-2.0
"""Rows of tables as text: "Header: value; Header: value".

A row must be understood alone, because it is found alone; so each value carries its column's name. The header is the first row
whose cells are all text, above at least one more row; rows before it with a single cell are the table's title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

Place = TypeVar("Place")

_SPACE = re.compile(r"\s+")
_NUMBER = re.compile(r"[-+(]?[\d.,%\s]+\)?$")


def clean(value: str) -> str:
    """A cell on one line."""
    return _SPACE.sub(" ", value).strip()


def lay_out(rows: Iterable[tuple[Place, list[str], bool | None]]) -> Iterator[tuple[Place, str, str]]:
    """Rows as (place, text, kind), each given as (place, cells, whether all its filled cells are text, or None: not known).

    Empty rows are dropped. The header gives its names to the rows below it and is not repeated; alone it is a row.
    """
    header: list[str] | None = None
    waiting: tuple[Place, list[str]] | None = None
    started = False
    for place, cells, all_text in rows:
        filled = sum(1 for cell in cells if cell)
        if not filled:
            continue
        if waiting is not None:
            header, waiting = waiting[1], None
        elif not started and filled == 1:
            yield place, row_text(cells, None), "text"
            continue
        elif not started and is_header(cells, all_text=all_text):
            started, waiting = True, (place, cells)
            continue
        started = True
        yield place, row_text(cells, header), "row"
    if waiting is not None:
        yield waiting[0], row_text(waiting[1], None), "row"


def header_row(rows: Iterable[tuple[int, list[str], bool | None]]) -> int:
    """The number of the row that ``lay_out`` takes for the header of ``rows``, 0 for none; rows as there, placed by their number."""
    for number, cells, all_text in rows:
        filled = sum(1 for cell in cells if cell)
        if filled > 1:
            return number if is_header(cells, all_text=all_text) else 0
    return 0


def is_header(cells: Sequence[str], *, all_text: bool | None = None) -> bool:
    """Whether this first row names columns: at least two different names, none a number, none a form's label ("Name:").

    ``all_text`` says it where the format knows the types of its cells.
    """
    names = [cell for cell in cells if cell]
    if len(names) < 2 or len(set(names)) < len(names):
        return False
    if all_text is False or any(_NUMBER.match(name) for name in names):
        return False
    return not any(name.endswith((":", "：")) or len(name) > 80 for name in names)


def row_text(cells: Sequence[str], header: Sequence[str] | None) -> str:
    """One row as text; empty cells are left out. Without a header the values stand alone."""
    if header is None:
        return "; ".join(cell for cell in cells if cell)
    parts = []
    for index, cell in enumerate(cells):
        if cell:
            name = header[index] if index < len(header) else ""
            parts.append(f"{name}: {cell}" if name else cell)
    return "; ".join(parts)
