# SPDX-License-Identifier: Apache-2.0
"""Arithmetic with locators: joins the places of pieces, and cuts them."""

from __future__ import annotations

import bisect
import re
from collections.abc import Sequence
from functools import lru_cache

from msgspec.structs import replace

from desktop_app.analysis.sentences import is_row
from desktop_app.contract.document import Locator, Piece, Segment

Box = tuple[float, float, float, float]

_LINE_END = re.compile("\n")
_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)")


def merged(places: Sequence[Locator]) -> Locator:
    """From the first to the last of places that follow each other on one page, sheet or slide; fields that differ are dropped."""
    first = places[0]
    if len(places) == 1:
        return first
    return Locator(
        page=first.page if all(place.page == first.page for place in places) else None,
        chars=_span([place.chars for place in places]),
        lines=_span([place.lines for place in places]),
        sheet=first.sheet if all(place.sheet == first.sheet for place in places) else None,
        cells=union_cells([place.cells for place in places if place.cells]) if all(place.cells for place in places) else None,
        slide=first.slide if all(place.slide == first.slide for place in places) else None,
        headings=_common_trail([place.headings for place in places]),
        part=first.part if all(place.part == first.part for place in places) else None,
        boxes=_joined_boxes(places) if all(place.boxes and place.page == first.page for place in places) else (),
        label=first.label if all(place.label == first.label for place in places) else "",
        aside=first.aside if all(place.aside == first.aside for place in places) else "",
        author=first.author if all(place.author == first.author for place in places) else "",
        hidden=next((place.hidden for place in places if place.hidden), ""),
    )


def locate(text: str, pieces: Sequence[Piece], start: int, end: int) -> Locator | None:
    """The narrowest place known for characters ``start`` to ``end`` of a chunk's ``text``; None when they touch no piece."""
    places = []
    for piece in pieces:
        first, last = max(start, piece.start), min(end, piece.end)
        if first < last:
            words = text[piece.start : piece.end]
            segment = Segment(words, piece.locator, "row" if is_row(words) else "text")
            places.append(narrowed(segment, first - piece.start, last - piece.start))
    return merged(places) if places else None


def _common_trail(trails: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    common: list[str] = []
    for titles in zip(*trails, strict=False):
        if len(set(titles)) > 1:
            break
        common.append(titles[0])
    return tuple(common)


def _span(ranges: Sequence[tuple[int, int] | None]) -> tuple[int, int] | None:
    known = [span for span in ranges if span is not None]
    if len(known) < len(ranges):
        return None
    return min(start for start, _ in known), max(end for _, end in known)


def union_cells(ranges: Sequence[str]) -> str:
    """The smallest range that holds all: "A2:C2" and "B3:F3" give "A2:F3"."""
    corners = [(column_number(match[1]), int(match[2])) for cells in ranges for match in _CELL.finditer(cells)]
    columns, rows = [column for column, _ in corners], [row for _, row in corners]
    low, high = f"{column_name(min(columns))}{min(rows)}", f"{column_name(max(columns))}{max(rows)}"
    return low if low == high else f"{low}:{high}"


def column_number(name: str) -> int:
    """The number of a column, from 1, by its letters ("A", "AB")."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number


@lru_cache(maxsize=16_384)
def column_name(number: int) -> str:
    """The letters of a column by its number, from 1."""
    name = ""
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def is_verbatim(segment: Segment) -> bool:
    """Whether the segment's text stands character for character at ``chars``."""
    chars = segment.locator.chars
    return chars is not None and chars[1] - chars[0] == len(segment.text) and segment.kind != "row"


def narrowed(segment: Segment, start: int, end: int, line_ends: Sequence[int] | None = None) -> Locator:
    """The place of characters ``start`` to ``end`` of a segment: exact where it is verbatim, else the segment's own.

    ``line_ends`` are the indices of the segment's line ends, for a caller that narrows many parts of a long one.
    """
    place = segment.locator
    if segment.kind == "row":
        return place  # half a row has lost its columns' names
    if place.boxes:
        return replace(place, boxes=_boxes_of(place.boxes, len(segment.text), start, end))
    if place.chars is None or not is_verbatim(segment):
        return place
    lines = place.lines
    if lines is not None:
        ends = line_ends_of(segment.text) if line_ends is None else line_ends
        lines = lines[0] + bisect.bisect_left(ends, start), lines[0] + bisect.bisect_left(ends, end)
    return replace(place, chars=(place.chars[0] + start, place.chars[0] + end), lines=lines)


def _joined_boxes(places: Sequence[Locator]) -> tuple[Box, ...]:
    """The boxes of all, those that go on in the same line as one."""
    joined: list[Box] = []
    for box in (box for place in places for box in place.boxes):
        if joined and box not in joined[-1:]:
            left, top, right, bottom = joined[-1]
            height = min(bottom - top, box[3] - box[1])
            if min(bottom, box[3]) - max(top, box[1]) > 0.6 * height and 0 <= box[0] - right + height <= 3 * height:
                joined[-1] = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
                continue
        if not joined or box != joined[-1]:
            joined.append(box)
    return tuple(joined)


def _boxes_of(boxes: tuple[Box, ...], length: int, start: int, end: int) -> tuple[Box, ...]:
    """The boxes of the lines that characters ``start`` to ``end`` of ``length`` touch, taking characters for equally wide.

    A line is kept when more than a tenth of it is touched; what is estimated must not drag a whole neighbouring line along.
    """
    if len(boxes) == 1 or end - start >= length or not length:
        return boxes
    whole = sum(box[2] - box[0] for box in boxes)
    first, last = whole * start / length, whole * end / length
    kept: list[tuple[float, Box]] = []
    position = 0.0
    for box in boxes:
        width = box[2] - box[0]
        kept.append((min(last, position + width) - max(first, position), box))
        position += width
    touched = tuple(box for share, box in kept if share > 0.1 * (box[2] - box[0]))
    return touched or (max(kept)[1],)


def line_ends_of(text: str) -> list[int]:
    """The character index of every line end."""
    return [match.start() for match in _LINE_END.finditer(text)]
