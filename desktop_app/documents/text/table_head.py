# SPDX-License-Identifier: Apache-2.0
"""Which rows of a table name its columns, and what the names are.

Names are text, differ, and stand above values. Under a name that covers several columns ("Quarter 1") the next row names each of them:
"Quarter 1 › March". Above a header may stand a title (one cell) and a form's lines (a label and its value).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from desktop_app.documents.tables.exact import Repeated, Spread

Place = TypeVar("Place")


class _Covered(str):
    """Empty, and known by its identity."""

    __slots__ = ()


LEFT = _Covered()
"""A cell that the one at its left covers."""
ABOVE = _Covered()
"""A cell that the one above it covers."""

_NUMBER = re.compile(r"[-+(]?[\d.,%\s]+\)?$")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_PERIOD = re.compile(
    rf"(?:FY ?)?(?:19|20)\d\d(?: ?年度?)?|(?:19|20)\d\d[-/.年]\d{{1,2}}月?|(?:{'|'.join(_MONTHS)})[a-z]*[-' ./]*(?:\d\d)?(?:\d\d)?|\d{{1,2}}月",
    re.IGNORECASE,
)
_DAY = re.compile(r"(?:19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|(?:19|20)\d\d年\d{1,2}月\d{1,2}日")
_DATE = re.compile(r"\d[-/.年:]\d+[-/.月:]\d|\d月\d|[-/ ][A-Z][a-z]{2}[-/ ]")
_NOTHING = frozenset("- -- – — / n/a na none nil tbd tba ? x 无 暂无 待定 未定 空".split())
# What stands above values and is never one.
_NAMES_OF_VALUES = frozenset(
    "value values amount price total description details content contents result euro usd rmb 值 数值 取值 内容 说明 金额 单价 数量 结果 备注 元".split()
)
_ENDS_OF_SENTENCES = ("。", "、", "，", "；", "！", "？")  # of text that is laid out in cells
_JOINT = " › "
_LONGEST_NAME = 80
_UNIT = 3  # letters of a number, a date or a sum at most: "EUR", "Mar"
_FEWEST_WIDE = 3  # columns of a table that may have a form's lines above it
_FEWEST_LINES = 4  # of a form whose labels end without a colon


class TableRow(NamedTuple, Generic[Place]):
    """``all_text``: whether all filled cells are text, None where the format does not say. ``seen``: not hidden. ``covered``: some cells are
    ``LEFT`` or ``ABOVE``; ``full`` has the text of what covers them. ``gap``: the row above is empty."""

    place: Place
    cells: list[str]
    all_text: bool | None
    seen: bool = True
    covered: bool = False
    gap: bool = False
    full: Sequence[str] = ()


def filled(rows: Iterable[TableRow[Place]]) -> Iterator[TableRow[Place]]:
    """The rows that hold something, with ``full`` and ``gap``."""
    above: Sequence[str] = ()
    gap = False
    for row in rows:
        if row.covered:
            row = row._replace(full=_with_covered(row.cells, above))  # noqa: PLW2901 - the same row, with what covers it
            above = row.full
            if not any(row.cells):
                continue
        elif any(row.cells):
            above = row.cells
        else:
            gap = True
            continue
        yield row._replace(gap=True) if gap else row
        gap = False


def _with_covered(own: Sequence[str], above: Sequence[str]) -> list[str]:
    cells = list[str]()
    for column, cell in enumerate(own):
        if cell is LEFT:
            cells.append(Spread(cells[-1]) if cells else "")
        elif cell is ABOVE:
            cells.append(Repeated(above[column]) if column < len(above) else "")
        else:
            cells.append(cell)
    return cells


@dataclass(frozen=True, slots=True)
class HeaderRows:
    """The rows that name the columns, as a half-open range."""

    start: int
    stop: int


def find(rows: Sequence[TableRow[Place]]) -> HeaderRows | None:
    """The header among the first rows of a table, each of which holds something."""
    if is_form(rows):
        return None
    labels: TableRow[Place] | None = None
    for at, row in enumerate(rows):
        if not row.seen:
            continue
        above, labels = labels, row if all(is_label(cell) for cell in row.cells if cell) else None
        if any(map(is_label, row.cells)) or (above is not None and answers(above, row)):
            continue
        width = _width(row)
        if width == 1:
            if (grouped := _below_one_group(rows, at)) is not None:
                return grouped
            continue
        end = _end(rows, at)
        grouped_names = end > at + 1 and _has_merged(row)
        if grouped_names or is_header(row.cells, all_text=row.all_text):
            if width > 2 or end > at + 1 or not _is_above_a_table(rows, at):
                return HeaderRows(at, end)
        elif width > 2 or not _is_above_a_table(rows, at):
            return None
    return None


def of_another(rows: Sequence[TableRow[Place]], before: Sequence[str] | None) -> HeaderRows | None:
    """The header of another table that begins with ``rows``, below an empty row; None where the table goes on. ``before``: the names so far.

    It names columns that had no name, or has words above figures.
    """
    head = find(rows)
    if head is None:
        return None
    words = [column for column, cell in enumerate(rows[head.start].cells) if cell and not _figures(cell)]
    values = [row.cells for row in rows[head.stop :] if row.seen]
    if any(column < len(cells) and _figures(cells[column]) for column in words for cells in values):
        return head
    return head if before is not None and any(column >= len(before) or not before[column] for column in words) else None


def is_form(rows: Sequence[TableRow[Place]]) -> bool:
    """Whether rows of two cells are labels and their values: what stands at the right is words here, a number or a date there."""
    seen = [row for row in rows if row.seen]
    pairs = [row for row in seen if _width(row) == 2]
    if len(pairs) < _FEWEST_LINES or any(_width(row) > 2 for row in seen):
        return False
    labels, values = zip(*([cell for cell in row.cells if cell] for row in pairs), strict=True)
    if values[0].lower() in _NAMES_OF_VALUES:
        return False
    if len(set(labels)) < len(labels) or any(_figures(label) or len(label) > _LONGEST_NAME for label in labels):
        return False
    kinds = Counter(filter(None, map(_kind, values[1:])))
    if set(kinds) <= {"words"} and any(_width(row) == 1 and is_label(row.cells[0]) for row in seen):
        return True  # words beside words, and a label whose text stands below
    return _figures(values[0]) or len(kinds) > 2 or min(kinds.values(), default=0) > 1 < len(kinds)


def is_label(cell: str) -> bool:
    """Whether a cell is a form's label: "Name:", "日期："."""
    return cell.endswith((":", "：")) and len(cell) <= _LONGEST_NAME


def is_header(cells: Sequence[str], *, all_text: bool | None = None) -> bool:
    """Whether this first row names columns: at least two different names, none a number, none a form's label ("Name:").

    ``all_text`` says it where the format knows the types of its cells. Years and months are names beside words: "Region | 2025 | 2026".
    """
    names = [cell for cell in cells if cell]
    if len(names) < 2 or len(set(names)) < len(names) or any(is_label(name) or len(name) > _LONGEST_NAME for name in names):
        return False
    if any(name.endswith(_ENDS_OF_SENTENCES) for name in names):
        return False
    if all_text is not False and not any(_NUMBER.match(name) or _DAY.fullmatch(name) for name in names):
        return True
    periods = [bool(_PERIOD.fullmatch(name) or _DAY.fullmatch(name)) for name in names]
    words = [name for name, period in zip(names, periods, strict=True) if not period]
    return sum(periods) > 1 and not periods[0] and not any(map(_figures, words))


def is_one_cell(row: TableRow[Place]) -> bool:
    """Whether nothing but one cell stands in a row, over several columns: a heading inside the table, a note."""
    return _width(row) == 1 and any(cell is LEFT for cell in row.cells) and not any(cell is ABOVE for cell in row.cells)


def answers(labels: TableRow[Place], row: TableRow[Place]) -> bool:
    """Whether the values of a row stand below labels, and all of them do."""
    columns = {column for column, cell in enumerate(row.cells) if cell}
    return columns <= {column for column, cell in enumerate(labels.cells) if cell} and not any(map(is_label, row.cells))


def names(head: Sequence[TableRow[Place]]) -> list[str]:
    """The names of the columns below the rows of a header, from the outer to the inner."""
    parts = [row.full if row is head[-1] or _has_merged(row) else _to_the_right(row.full, len(head[-1].cells)) for row in head]
    width = max(map(len, parts))
    return [_joined([part[column] for part in parts if column < len(part)]) for column in range(width)]


def _has_merged(row: TableRow[Place]) -> bool:
    return any(cell is LEFT for cell in row.cells)


def _to_the_right(cells: Sequence[str], width: int) -> list[str]:
    """Each name in the empty cells after it too."""
    last, spread = "", list[str]()
    for column in range(max(width, len(cells))):
        last = (cells[column] if column < len(cells) else "") or last
        spread.append(last)
    return spread


def _joined(parts: Sequence[str]) -> str:
    different = list(dict.fromkeys(filter(None, parts)))
    name = _JOINT.join(different)
    return name if len(name) <= _LONGEST_NAME else different[-1]


def _end(rows: Sequence[TableRow[Place]], at: int) -> int:
    """Where the header that begins at ``at`` ends."""
    end = at + 1
    for place in range(at + 1, len(rows)):
        if rows[place].seen:
            if not _goes_on(rows[end - 1], rows, place):
                break
            end = place + 1
    return end


def _goes_on(upper: TableRow[Place], rows: Sequence[TableRow[Place]], at: int) -> bool:
    """Whether the row at ``at`` names columns below ``upper``, under names that cover several of them."""
    below = rows[at]
    own = [*upper.cells, *[""] * (len(below.cells) - len(upper.cells))]
    named = {
        column: cell
        for column, cell in enumerate(below.cells)
        if cell and not (column < len(upper.full) and upper.full[column] == cell)  # some formats repeat what is merged
    }
    if len(named) < 2 or not all(_is_name(cell, all_text=below.all_text) for cell in named.values()):
        return False
    groups = list(_groups(own))
    inside = {column for group in groups for column in group}
    if any(column not in inside and own[column] for column in named):
        return False
    touched = [group for group in groups if any(column in named for column in group)]
    if any(own[column] is LEFT for group in touched for column in group):
        return True
    # Without merged cells: every column below such a name is named, and the others wait for values.
    whole = all(column in named for group in touched for column in group)
    others = any(cell and column not in inside for column, cell in enumerate(own))
    return bool(touched) and whole and (len(touched) > 1 or others) and at + 1 < len(rows)


def _is_name(cell: str, *, all_text: bool | None) -> bool:
    if is_label(cell) or len(cell) > _LONGEST_NAME:
        return False
    return _PERIOD.fullmatch(cell) is not None or not (_NUMBER.match(cell) or (all_text is False and _figures(cell)))


def _groups(cells: Sequence[str]) -> Iterator[list[int]]:
    """Columns of a name that covers several: a merged cell, or a name and the empty cells after it."""
    group = list[int]()
    for column, cell in enumerate(cells):
        if cell or cell is ABOVE:
            if len(group) > 1:
                yield group
            group = [column] if cell else []
        elif group:
            group.append(column)
    if len(group) > 1:
        yield group


def _below_one_group(rows: Sequence[TableRow[Place]], at: int) -> HeaderRows | None:
    """The header where ``at`` holds one name over some of its columns: "2026" over months, beside "Region" in the next row."""
    cells = rows[at].cells
    start = next(column for column, cell in enumerate(cells) if cell)
    if start == 0 or not _has_merged(rows[at]) or at + 1 >= len(rows):
        return None
    below = rows[at + 1]
    if any(below.cells[:start]) and is_header(below.cells, all_text=below.all_text) and _goes_on(rows[at], rows, at + 1):
        return HeaderRows(at, _end(rows, at))
    return None


def _is_above_a_table(rows: Sequence[TableRow[Place]], at: int) -> bool:
    """Whether the row at ``at``, of two cells, is a form's line above a table of more columns, which has figures in its rows."""
    lines = list[TableRow[Place]]()
    for place, row in enumerate(rows[at:], start=at):
        if not row.seen or _width(row) == 1 or any(map(is_label, row.cells)):
            continue
        if _width(row) == 2:
            lines.append(row)
            continue
        values = [other for other in rows[place + 1 :] if other.seen and _width(other) >= _FEWEST_WIDE]
        if not is_header(row.cells, all_text=row.all_text) or not any(any(map(_figures, other.cells)) for other in values):
            return False
        kinds = {_kind([cell for cell in line.cells if cell][1]) for line in lines[1:]} - {""}
        return len(lines) < _FEWEST_WIDE or len(kinds) > 1 or not is_header(lines[0].cells, all_text=lines[0].all_text)
    return False


def _width(row: TableRow[Place]) -> int:
    return sum(map(bool, row.cells))


def _kind(cell: str) -> str:
    """What a value is: a number, a date or words; "" for what stands in place of any."""
    if cell.lower() in _NOTHING or cell[0] in "=#":  # a formula that was not calculated, an error
        return ""
    if not _figures(cell):
        return "words"
    return "date" if _DATE.search(cell) else "number"


def _figures(cell: str) -> bool:
    """Whether a cell is a number, a date or a sum."""
    return any(map(str.isdigit, cell)) and sum(map(str.isalpha, cell)) <= _UNIT
