# SPDX-License-Identifier: Apache-2.0
"""Rows of tables as the index holds them: "Header: value; Header: value".

The inverse of ``documents.text.table.row_text``. Values may hold "; " and ": " themselves ("见附件; 两人", "12: 30"): a semicolon that no
header follows belongs to the value before it, and only the first colon of a cell ends its header. What cannot be told apart from the row
alone is a value that reads like another cell ("备注: 甲; 说明: 乙" in one cell); there a row is cut once too often, and no letter is lost.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.analysis.sentences import is_row

_HEADER = re.compile(r"[^:;\n]{1,80}?: (?=\S)")
_SEPARATOR = "; "
_LONGEST_VALUE = 80  # characters, outside a spreadsheet: prose with a colon and a semicolon has longer ones
_FEWEST = 3  # cells of a row that stands alone outside a spreadsheet
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class RowCell:
    """``header`` is "" for a first column without a name. The cell stands at ``at``..``end`` of the row's text, its value from ``start``."""

    header: str
    value: str
    at: int
    start: int
    end: int


def parse_row(text: str) -> list[RowCell]:
    """The cells of one row; [] if it is none."""
    starts: list[tuple[int, int, str]] = []  # where a cell begins, where its value does, its header
    position = 0
    for part in text.split(_SEPARATOR):
        match = _HEADER.match(part)
        if match:
            starts.append((position, position + match.end(), match.group()[:-2].strip()))
        elif not starts and part.strip():
            starts.append((position, position, ""))
        position += len(part) + len(_SEPARATOR)
    if not any(header for _, _, header in starts):
        return []
    cells = []
    for number, (at, start, header) in enumerate(starts):
        end = starts[number + 1][0] - len(_SEPARATOR) if number + 1 < len(starts) else len(text)
        value = text[start:end].rstrip()
        cells.append(RowCell(header, value, at, start, start + len(value)))
    return cells


def table_lines(text: str, *, in_sheet: bool = False) -> list[tuple[int, int]]:
    """The lines of a passage that are rows of a table, as half-open ranges. ``in_sheet``: it comes from a spreadsheet.

    Elsewhere a row has three short cells, or the same headers as the row above or below it.
    """
    if ": " not in text:
        return []
    lines = [match.span() for match in _LINE.finditer(text)]
    headers = [_headers(text[start:end], in_sheet=in_sheet) for start, end in lines]
    found = []
    for number, (line, names) in enumerate(zip(lines, headers, strict=True)):
        beside = (headers[other] for other in (number - 1, number + 1) if 0 <= other < len(headers))
        if names and (in_sheet or len(names) >= _FEWEST or names in beside):
            found.append(line)
    return found


def _headers(line: str, *, in_sheet: bool) -> tuple[str, ...]:
    if in_sheet:
        return tuple(cell.header for cell in parse_row(line))
    if not is_row(line):
        return ()
    cells = parse_row(line)
    return tuple(cell.header for cell in cells) if all(len(cell.value) <= _LONGEST_VALUE for cell in cells) else ()


def add_columns(columns: list[str], row: Sequence[RowCell]) -> None:
    """Put the headers of ``row`` that ``columns`` lacks in their place between the others; a row leaves its empty cells out."""
    at = 0
    for cell in row:
        if cell.header in columns:
            at = columns.index(cell.header) + 1
        else:
            columns.insert(at, cell.header)
            at += 1
