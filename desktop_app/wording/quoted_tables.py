# SPDX-License-Identifier: Apache-2.0
"""Quoted rows of a table: the columns shown and the words marked.

The index holds a row as "Header: value; Header: value". People see a table: the row's first column, the columns that the question
speaks of, and as many others as there is room for. Window, tooltips and exports read the same tables.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_app.analysis.sentences import is_row
from desktop_app.analysis.table_rows import RowCell, add_columns, parse_row, table_lines
from desktop_app.contract.answer import Citation
from desktop_app.contract.document import Locator
from desktop_app.contract.passage import Passage
from desktop_app.wording.quoted_words import is_markdown, without_signs

Span = tuple[int, int]

MOST_COLUMNS = 6
_MOST_BELOW = 8  # rows of a table below the sentence that speaks of it
_NUMBER = re.compile(r"[-+−(]?[¥$€£]?\s?[\d][\d.,\s]*\)?\s?(?:%|元|万元|€|$)?")
_SPEAKS_OF_TABLE = re.compile(
    r"(?:下|附|如下|以下|下列)(?:列|述|面的?)?(?:表|所示)|[:：]$|\b(?:table below|following table|as follows|below)\b",
    re.IGNORECASE,
)
_LINE = re.compile(r"[^\n]+")


@dataclass(frozen=True, slots=True)
class QuotedCell:
    """``marks``: the question's words, as ranges of ``text``. ``marked``: one of them is here or in the column's header."""

    text: str = ""
    marks: tuple[Span, ...] = ()
    marked: bool = False


@dataclass(frozen=True, slots=True)
class QuotedTable:
    """``right``: columns of numbers. ``hidden`` columns and ``more`` rows are left out."""

    columns: tuple[str, ...]
    rows: tuple[tuple[QuotedCell, ...], ...]
    right: tuple[bool, ...]
    hidden: int = 0
    more: int = 0


def in_sheet(locator: Locator) -> bool:
    """Whether a place lies in a spreadsheet."""
    return locator.sheet is not None or locator.cells is not None


def of_citation(citation: Citation, passage: Passage | None, most: int = MOST_COLUMNS) -> QuotedTable | None:
    """The rows that a citation quotes, at most ``most`` columns; None where it quotes anything else."""
    if passage is not None and passage.text[citation.start : citation.end] == citation.quote:
        text, start, end, marks = passage.text, citation.start, citation.end, passage.marks
    else:
        text, start, end, marks = citation.quote, 0, len(citation.quote), ()
    rows = [line for line in table_lines(text, in_sheet=in_sheet(citation.locator)) if line[0] < end and line[1] > start]
    quoted = [match.span() for match in _LINE.finditer(text) if match.start() < end and match.end() > start]
    bare = is_markdown(citation.path, citation.locator.part)
    return _table(text, rows, marks, most, bare=bare) if rows and rows == quoted else None


def of_passage(passage: Passage, most_rows: int) -> tuple[Span, QuotedTable | None]:
    """What a card shows of a passage: a stretch of its text without rows of tables, and a table below it.

    Where the question's words, or the nearest sentence, stand in a table, only the rows that hold them are shown and the stretch is empty.
    """
    text = passage.text
    wanted = passage.marks or ((passage.best,) if passage.best is not None else ())
    lines = table_lines(text, in_sheet=in_sheet(passage.locator))
    first = wanted[0][0] if wanted else len(text) - len(text.lstrip())
    bare = is_markdown(passage.path, passage.locator.part)
    at = next((number for number, (start, end) in enumerate(lines) if start <= first < end), None)
    if at is not None:
        rows = _rows_with_words(passage, _block(text, lines, at), lines[at])[:most_rows]
        return (first, first), _table(text, rows, passage.marks, MOST_COLUMNS, bare=bare)
    start = max((end for _, end in lines if end <= first), default=0)
    following = next((number for number, line in enumerate(lines) if line[0] > first), None)
    if following is None:
        return (start, len(text)), None
    rows = _block(text, lines, following)
    table = _table(text, rows[:most_rows], passage.marks, MOST_COLUMNS, bare=bare, more=len(rows[most_rows:]))
    return (start, lines[following][0]), table


def _rows_with_words(passage: Passage, block: list[Span], nearest: Span) -> list[Span]:
    """The rows of a block whose values hold the most words of the question, in order; all where only headers do."""
    if not passage.marks:
        return [nearest]
    count = {line: _values_marked(passage.text, line, passage.marks) for line in block}
    most = max(count.values())
    return [line for line in block if count[line] == most]


def below(citation: Citation, passage: Passage | None, most: int = MOST_COLUMNS) -> QuotedTable | None:
    """The table below a quote that speaks of it ("within the limits of the table below"), where the passage has it."""
    if passage is None or not _SPEAKS_OF_TABLE.search(citation.quote.rstrip()):
        return None
    text = "\n".join(part for part in (passage.text, passage.after) if part)
    if text[citation.start : citation.end] != citation.quote:
        return None
    lines = table_lines(text, in_sheet=in_sheet(citation.locator))
    at = next((number for number, line in enumerate(lines) if line[0] >= citation.end), None)
    if at is None or len(_LINE.findall(text[citation.end : lines[at][0]])) > 1:  # one line may be the table's title
        return None
    block = [line for line in _block(text, lines, at) if line[0] >= citation.end]
    bare = is_markdown(citation.path, citation.locator.part)
    return _table(text, block[:_MOST_BELOW], passage.marks, most, bare=bare, more=len(block[_MOST_BELOW:]))


def pairs_of(quote: str) -> list[tuple[str, str]]:
    """A quoted row as (header, value), for where there is no room for a table; [] where the quote is none."""
    return [(cell.header, cell.value) for cell in parse_row(quote)] if "\n" not in quote and is_row(quote) else []


def _block(text: str, lines: Sequence[Span], at: int) -> list[Span]:
    """The rows around ``lines[at]`` that follow one another and share a header with it."""
    names = {cell.header for cell in parse_row(text[slice(*lines[at])])}

    def alike(line: Span) -> bool:
        return any(cell.header in names for cell in parse_row(text[slice(*line)]))

    def touch(one: Span, other: Span) -> bool:
        return not text[one[1] : other[0]].strip()

    first = last = at
    while first and touch(lines[first - 1], lines[first]) and alike(lines[first - 1]):
        first -= 1
    while last + 1 < len(lines) and touch(lines[last], lines[last + 1]) and alike(lines[last + 1]):
        last += 1
    return list(lines[first : last + 1])


def _values_marked(text: str, line: Span, marks: Sequence[Span]) -> int:
    inside = _inside(line, marks)
    return sum(
        1 for cell in parse_row(text[slice(*line)]) if any(start < cell.end and end > cell.start for start, end in inside)
    )


def _inside(line: Span, marks: Sequence[Span]) -> list[Span]:
    """Ranges of a text as ranges of one of its lines."""
    return [(start - line[0], end - line[0]) for start, end in marks if start < line[1] and end > line[0]]


def _table(text: str, lines: Sequence[Span], marks: Sequence[Span], most: int, *, bare: bool, more: int = 0) -> QuotedTable:
    names: list[str] = []
    rows: list[dict[str, QuotedCell]] = []
    for line in lines:
        cells = parse_row(text[slice(*line)])
        add_columns(names, cells)
        inside = _inside(line, marks)
        rows.append({cell.header: _cell(cell, inside, bare=bare) for cell in cells})
    kept = _kept(names, rows, most)
    right = tuple(all(_NUMBER.fullmatch(row[name].text) for row in rows if name in row) for name in kept)
    return QuotedTable(
        tuple(kept),
        tuple(tuple(row.get(name, QuotedCell()) for name in kept) for row in rows),
        right,
        len(names) - len(kept),
        more,
    )


def _cell(cell: RowCell, marks: Sequence[Span], *, bare: bool) -> QuotedCell:
    """``bare``: without Markdown's signs."""
    found = [
        (max(start, cell.start) - cell.start, min(end, cell.end) - cell.start)
        for start, end in marks
        if start < cell.end and end > cell.start
    ]
    value, found = without_signs(cell.value, found) if bare else (cell.value, found)
    return QuotedCell(value, tuple(found), any(start < cell.end and end > cell.at for start, end in marks))


def _kept(names: Sequence[str], rows: Sequence[dict[str, QuotedCell]], most: int) -> list[str]:
    """The first column, those with the question's words, then the others, in their order."""
    marked = {name for name in names if any(name in row and row[name].marked for row in rows)}
    ranked = sorted(names, key=lambda name: (name != names[0], name not in marked, names.index(name)))
    return [name for name in names if name in ranked[:most]]
