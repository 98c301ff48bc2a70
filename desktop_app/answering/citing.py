"""From a stretch of a passage to a citation: the verbatim quote and the narrowest place that is known for it."""

from __future__ import annotations

from dataclasses import replace

from desktop_app.answering.model import Citation
from desktop_app.documents.model import Locator, Piece
from desktop_app.retrieval.model import Passage


def cite(number: int, passage: Passage, start: int, end: int) -> Citation:
    """A citation of ``passage.text[start:end]``, without white space at its ends."""
    while start < end and passage.text[start].isspace():
        start += 1
    while end > start and passage.text[end - 1].isspace():
        end -= 1
    return Citation(
        number=number,
        chunk_id=passage.chunk_id,
        path=passage.path,
        locator=place(passage, start, end),
        quote=passage.text[start:end],
        start=start,
        end=end,
    )


def place(passage: Passage, start: int, end: int) -> Locator:
    """The place of a stretch: from the pieces it touches, or the whole passage's where none is known."""
    touched = [piece for piece in passage.pieces if piece.start < end and start < piece.end]
    if not touched:
        return passage.locator
    first, last = touched[0].locator, touched[-1].locator
    lines = (first.lines[0], last.lines[1]) if first.lines and last.lines else None
    chars = _narrow_chars(touched, start, end)
    if first.cells and last.cells and first.cells != last.cells:
        cells: str | None = f"{first.cells.split(':')[0]}:{last.cells.split(':')[-1]}"
    else:
        cells = first.cells
    return replace(first, lines=lines, chars=chars, cells=cells)


def _narrow_chars(touched: list[Piece], start: int, end: int) -> tuple[int, int] | None:
    """Character range in the page or file. Exact inside a piece that stands there letter for letter, else the whole piece."""
    first, last = touched[0], touched[-1]
    if not first.locator.chars or not last.locator.chars:
        return None
    begin, finish = first.locator.chars[0], last.locator.chars[1]
    if first.locator.chars[1] - first.locator.chars[0] == first.end - first.start:
        begin += max(0, start - first.start)
    if last.locator.chars[1] - last.locator.chars[0] == last.end - last.start:
        finish -= max(0, last.end - end)
    return (begin, finish)
