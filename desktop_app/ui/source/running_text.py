# SPDX-License-Identifier: Apache-2.0
"""Turns the chunks around a passage back into running text.

Paragraphs, headings and tables, with the passage and the quote in them.

Chunks are cut for searching: they cut paragraphs, repeat nothing of the heading they stand under, and hold spreadsheet rows as
"Header: value; Header: value". Here that is undone for reading. Every character of a chunk can be followed to its block
(``Stretch``), so that what is marked is what was cited, and what was found.

Pure data, no Qt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from desktop_app.analysis.script import is_cjk
from desktop_app.analysis.table_rows import add_columns, parse_row
from desktop_app.contract.document import Locator
from desktop_app.contract.messages import ContextChunk
from desktop_app.wording.place import beside_body

_SENTENCE_END = ".!?:;。！？：；…”\"')）】"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Text from character ``start`` of chunk ``chunk`` (its number in the file) that stands at character ``at`` of a block or a cell."""

    at: int
    chunk: int
    start: int
    length: int


@dataclass(slots=True)
class TextCell:
    """``marked``: the quote stands in it. ``origin``: where its text comes from, None where there is no such cell."""

    text: str
    marked: bool = False
    origin: Stretch | None = None


@dataclass(slots=True)
class TextRow:
    """``label`` is the row's number in its sheet, where it is known."""

    cells: dict[str, TextCell]
    label: str = ""
    cited: bool = False


@dataclass(slots=True)
class TextBlock:
    """``kind``: "heading" (of ``level`` 1..), "text", "table", or "note": our own words about what follows. ``marks`` are half-open ranges of
    ``text`` that are the quote; ``origins``: where ``text`` comes from, in order. ``beside``: it does not belong to the body, or is hidden."""

    kind: str
    text: str = ""
    level: int = 0
    cited: bool = False
    marks: list[tuple[int, int]] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    rows: list[TextRow] = field(default_factory=list)
    locator: Locator | None = None
    origins: list[Stretch] = field(default_factory=list)
    beside: bool = False


def blocks(chunks: Sequence[ContextChunk], cited: int, quote: tuple[int, int] | None = None, first: int = 0) -> list[TextBlock]:
    """The running text of ``chunks``, which are those of a file from number ``first`` on; ``cited`` is the id of the passage, ``quote`` a
    half-open range of its text."""
    result: list[TextBlock] = []
    trail: list[str] = []
    before = Locator()
    for number, chunk in enumerate(chunks, first):
        if chunk.trail != trail:
            common = next((i for i, pair in enumerate(zip(trail, chunk.trail, strict=False)) if pair[0] != pair[1]), None)
            start = min(len(trail), len(chunk.trail)) if common is None else common
            result += [TextBlock("heading", heading, level + 1) for level, heading in enumerate(chunk.trail) if level >= start]
            trail = list(chunk.trail)
        if _aside(chunk.locator) != _aside(before) and any(_aside(chunk.locator)):
            result.append(TextBlock("note", beside_body(chunk.locator), beside=True))
        before = chunk.locator
        here = chunk.chunk_id == cited
        wanted = quote if here else None
        fresh = True
        for start, end, locator in _pieces(chunk):
            text = chunk.text[start:end]
            if text.strip():
                _append(result, text, start, number, locator, here, wanted, may_join=fresh)
                fresh = False
    return _said_once(result)


def _append(
    result: list[TextBlock],
    text: str,
    offset: int,
    chunk: int,
    locator: Locator,
    cited: bool,
    quote: tuple[int, int] | None,
    *,
    may_join: bool,
) -> None:
    """Add one stretch of text; ``offset`` is where it starts in its chunk. Only the first of a chunk may go on with the paragraph
    before it: inside a chunk the stretches are segments of their own, a heading and its text for instance."""
    cells = parse_row(text) if _may_be_row(text, locator) else []
    if cells:
        last = result[-1] if result else None
        headers = [cell.header for cell in cells]
        table = last if last is not None and last.kind == "table" and _same_table(last, headers, locator) else None
        if table is None:
            table = TextBlock("table", locator=locator, beside=any(_aside(locator)))
            result.append(table)
        row = TextRow({}, _row_label(locator), cited)
        add_columns(table.columns, cells)
        for cell in cells:
            marked = quote is not None and cell.start + offset < quote[1] and cell.end + offset > quote[0]
            row.cells[cell.header] = TextCell(cell.value, marked, Stretch(0, chunk, cell.start + offset, cell.end - cell.start))
        table.rows.append(row)
        table.cited = table.cited or cited
        return
    stripped = text.strip()
    offset += len(text) - len(text.lstrip())
    marks = []
    if quote is not None:
        start, end = max(quote[0] - offset, 0), min(quote[1] - offset, len(stripped))
        if start < end:
            marks.append((start, end))
    last = result[-1] if result else None
    if may_join and last is not None and last.kind == "text" and last.cited == cited and _continues(last, locator):
        glue = "" if is_cjk(last.text[-1]) or is_cjk(stripped[0]) else " "
        shift = len(last.text) + len(glue)
        last.text += glue + stripped
        last.marks += [(start + shift, end + shift) for start, end in marks]
        last.origins.append(Stretch(shift, chunk, offset, len(stripped)))
        last.locator = locator
        return
    origins = [Stretch(0, chunk, offset, len(stripped))]
    beside = any(_aside(locator))
    result.append(TextBlock("text", stripped, cited=cited, marks=marks, locator=locator, origins=origins, beside=beside))


def _aside(locator: Locator) -> tuple[str, str, str]:
    """What keeps a text apart from the body; texts that differ in it are never joined."""
    return locator.aside, locator.author, locator.hidden


def _pieces(chunk: ContextChunk) -> list[tuple[int, int, Locator]]:
    """The chunk's stretches, with those that no piece covers (there should be none) so that no text is ever lost."""
    result: list[tuple[int, int, Locator]] = []
    position = 0
    for piece in sorted(chunk.pieces, key=lambda piece: piece.start):
        if piece.start > position:
            result.append((position, piece.start, chunk.locator))
        if piece.end > position:
            result.append((max(piece.start, position), piece.end, piece.locator))
            position = piece.end
    if position < len(chunk.text):
        result.append((position, len(chunk.text), chunk.locator))
    return [
        (start + line.start(), start + line.end(), locator)
        for start, end, locator in result
        for line in re.finditer(r"[^\n]+", chunk.text[start:end])
    ]


def _may_be_row(text: str, locator: Locator) -> bool:
    if locator.sheet is not None or locator.cells is not None:
        return True
    # A Word table's row: at least three cells, all short. Prose with a colon and a semicolon rarely has that.
    cells = parse_row(text)
    return len(cells) >= 3 and all(len(cell.value) <= 80 for cell in cells)


def _same_table(table: TextBlock, headers: Sequence[str], locator: Locator) -> bool:
    if table.locator is None or (table.locator.sheet, _aside(table.locator)) != (locator.sheet, _aside(locator)):
        return False
    return bool(set(headers) & set(table.columns))


def _row_label(locator: Locator) -> str:
    match = re.search(r"\d+", locator.cells or "")
    return match.group() if match else ""


def _continues(block: TextBlock, locator: Locator) -> bool:
    """Whether what stands at ``locator`` goes on with the paragraph of ``block``: cut from the same segment, or from the same lines."""
    before = block.locator
    if before is None or not block.text or before.page != locator.page or before.headings != locator.headings:
        return False
    if _aside(before) != _aside(locator):
        return False
    if block.text[-1] in _SENTENCE_END:
        return False
    if before.lines is not None and locator.lines is not None:
        return before.lines == locator.lines
    return before.chars is not None and locator.chars is not None and 0 <= locator.chars[0] - before.chars[1] <= 1


def _said_once(found: Sequence[TextBlock]) -> list[TextBlock]:
    """Without paragraphs that only say again the heading right above them (headings may be segments of their own), which are what that
    heading comes from."""
    result: list[TextBlock] = []
    for block in found:
        above = result[-1] if result else None
        if (
            block.kind == "text"
            and above is not None
            and above.kind == "heading"
            and above.text == block.text
            and not block.marks
        ):
            above.origins = block.origins
        else:
            result.append(block)
    return result
