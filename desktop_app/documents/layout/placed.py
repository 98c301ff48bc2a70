# SPDX-License-Identifier: Apache-2.0
"""Puts text with positions alone (scans, OFD) into reading order.

    runs (a stretch of text and its box) -> columns -> rows -> lines -> paragraphs -> sentences with boxes

Neither an OCR engine nor an OFD file says what follows what: boxes come in the order they were found or drawn. Runs side by side
are one row, so that a form's label and value stay together; a page is parted into columns only where both sides are filled with
prose. A row of several far apart runs is a table's or a form's and never joined with its neighbours to a paragraph.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from msgspec.structs import replace

from desktop_app.analysis.script import glue, is_cjk
from desktop_app.analysis.sentences import sentences
from desktop_app.contract.document import Locator, Segment
from desktop_app.documents.layout.paragraphs import Line, paragraphs
from desktop_app.documents.text.locators import Box

Point = tuple[float, float]

_DIGITS = 4  # of a share: a tenth of a millimetre on the screen's largest page
_PROSE = 0.6  # share of a column's width that its usual line must fill


@dataclass(frozen=True, slots=True)
class Run:
    """``edges`` are the left edges of the characters and the right edge of the last, where the format knows them; without them
    characters count as equally wide. Units are the caller's, y grows downwards. ``alone``: a paragraph of its own (vertical text).
    ``shown``: where it really stands (upper left, upper right, lower right, lower left as the letters stand), when it was laid out
    as if the page lay straight.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    edges: tuple[float, ...] = ()
    alone: bool = False
    shown: tuple[Point, Point, Point, Point] | None = None

    @property
    def height(self) -> float:
        """In the unit of its edges."""
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        """Half way between top and bottom."""
        return (self.top + self.bottom) / 2

    def box(self, start: int, end: int) -> Box:
        """Around characters ``start`` to ``end``."""
        if self.shown is not None:
            length = max(1, len(self.text))
            above, below = self.shown[:2], (self.shown[3], self.shown[2])
            points = [_between(*side, share / length) for side in (above, below) for share in (start, end)]
            return min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points)
        if self.alone:
            return self.left, self.top, self.right, self.bottom
        if self.edges:
            return self.edges[start], self.top, self.edges[end], self.bottom
        wide = (self.right - self.left) / max(1, len(self.text))
        return self.left + wide * start, self.top, self.left + wide * end, self.bottom


def segments(
    runs: Iterable[Run], page: int | None, size: tuple[float, float], *, shown_size: tuple[float, float] | None = None
) -> Iterator[Segment]:
    """The sentences of one page. ``size``: its width and height in the units of the runs; ``shown_size``: in those of ``shown``."""
    known = [run for run in runs if run.text.strip() and run.right > run.left and run.bottom > run.top]
    places = _Places(size, shown_size or size)
    lines = [places.line(row, wide=wide) for row, wide in _rows_in_order(_stacked(known))]
    text = places.text
    for _, group in groupby(enumerate(lines), lambda item: -1 - item[0] if item[1][1] else 0):
        for paragraph in paragraphs(replace(line, text=text) for _, (line, _) in group):
            for number, (start, end) in enumerate(sentences(paragraph.text)):
                boxes = places.boxes(paragraph.origin[start:end])
                yield Segment(paragraph.text[start:end], Locator(page=page, boxes=boxes), continues=number > 0)


class _Places:
    """The text of one page as it grows, and which run each of its characters came from."""

    def __init__(self, size: tuple[float, float], shown_size: tuple[float, float]) -> None:
        self._size = size
        self._shown_size = shown_size
        self._parts: list[str] = []
        self._from: list[tuple[int, Run | None, int]] = []  # number of the line, run, index in it

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def line(self, row: Sequence[Run], *, wide: bool) -> tuple[Line, bool]:
        """Adds a line; its ``Line`` (without the text, which is not complete yet) and whether it stands for itself."""
        start, number = len(self._from), len(self._parts)
        words = ""
        for position, run in enumerate(row):
            if position:
                gap = run.left - row[position - 1].right
                between = glue(words, run.text) or (" " if gap > 0.8 * run.height else "")
                words += between
                self._from.extend((number, None, 0) for _ in between)
            words += run.text
            self._from.extend((number, run, index) for index in range(len(run.text)))
        self._parts.append(words + "\n")
        self._from.append((number, None, 0))
        left, right = min(run.left for run in row), max(run.right for run in row)
        bottom, height = max(run.bottom for run in row), statistics.median(run.height for run in row)
        stop = start + len(words)
        line = Line("", start, stop, stop, left=left, right=right, base=self._size[1] - bottom, size=height, level=True)
        return line, wide or any(run.alone for run in row)

    def boxes(self, origin: Sequence[int]) -> tuple[Box, ...]:
        """One box for each line that the characters at ``origin`` stand on."""
        width, height = self._shown_size
        found: list[Box] = []
        for _, members in groupby((self._from[index] for index in origin), lambda place: place[0]):
            known = [(run, index) for _, run, index in members if run is not None]
            if not known:
                continue
            boxes = [run.box(index, index + 1) for run, index in known]
            left, right = min(box[0] for box in boxes) / width, max(box[2] for box in boxes) / width
            top, bottom = min(box[1] for box in boxes) / height, max(box[3] for box in boxes) / height
            found.append((_share(left), _share(top), _share(right), _share(bottom)))
        return tuple(found)


def _between(first: Point, last: Point, share: float) -> Point:
    return first[0] + (last[0] - first[0]) * share, first[1] + (last[1] - first[1]) * share


def _share(value: float) -> float:
    return round(min(max(value, 0.0), 1.0), _DIGITS)


def _rows_in_order(runs: list[Run]) -> Iterator[tuple[list[Run], bool]]:
    """Rows from top to bottom, column by column; with each, whether it is made of cells."""
    for block in _columns(runs):
        for row in _rows(block):
            gaps = [after.left - before.right for before, after in pairwise(row)]
            yield row, any(gap > 1.5 * max(run.height for run in row) for gap in gaps)


def _rows(runs: list[Run]) -> list[list[Run]]:
    """Runs whose middles lie on one height, left to right."""
    rows: list[list[Run]] = []
    for run in sorted((run for run in runs), key=lambda run: run.middle):
        if rows and not run.alone:
            row = rows[-1]
            middle = statistics.fmean(other.middle for other in row)
            height = min(run.height, *(other.height for other in row))
            aside = all(run.left >= other.right - 0.5 * height or run.right <= other.left + 0.5 * height for other in row)
            if abs(run.middle - middle) < 0.6 * height and aside and not row[0].alone:
                row.append(run)
                continue
        rows.append([run])
    return [sorted(row, key=lambda run: run.left) for row in rows]


def _stacked(runs: list[Run]) -> list[Run]:
    """Single Chinese characters below each other, the vertical label of a form's part, as one run each stack."""
    singles = sorted((run for run in runs if len(run.text.strip()) == 1 and is_cjk(run.text.strip())), key=lambda run: run.top)
    stacks: list[list[Run]] = []
    for run in singles:
        for stack in stacks:
            last = stack[-1]
            close = 0 < run.middle - last.middle < 2.2 * last.height and abs(run.left - last.left) < 0.5 * last.height
            if close and not (run.alone or last.alone):
                stack.append(run)
                break
        else:
            stacks.append([run])
    upright = [stack for stack in stacks if len(stack) >= 3]
    taken = {id(run) for stack in upright for run in stack}
    result = [run for run in runs if id(run) not in taken]
    for stack in upright:
        left, right = min(run.left for run in stack), max(run.right for run in stack)
        result.append(Run("".join(run.text for run in stack), left, stack[0].top, right, stack[-1].bottom, alone=True))
    return result


def _columns(runs: list[Run]) -> list[list[Run]]:
    """Blocks in reading order: what spans the page parts it from top to bottom; between, prose in columns goes column by column."""
    if len(runs) < 8:
        return [runs]
    left, right = min(run.left for run in runs), max(run.right for run in runs)
    gutter = _gutter(runs, left, right)
    if gutter is None:
        return [runs]
    blocks: list[list[Run]] = []
    sides: tuple[list[Run], list[Run]] = ([], [])

    def close() -> None:
        for side in sides:
            if side:
                blocks.append(list(side))
            side.clear()

    for run in sorted(runs, key=lambda run: run.middle):
        if run.left < gutter < run.right:
            if any(sides):
                close()
            blocks.append([run])
        else:
            sides[run.left >= gutter].append(run)
    close()
    return blocks


def _gutter(runs: Sequence[Run], left: float, right: float) -> float | None:
    """Where two columns of prose part, None where the page has one column, a table or a form."""
    width = right - left
    best: tuple[int, float] | None = None
    for step in range(30, 71):
        x = left + width * step / 100
        crossing = sum(run.left < x < run.right for run in runs)
        if best is None or crossing < best[0]:
            best = crossing, x
    if best is None or best[0] > 0.2 * len(runs):
        return None
    x = best[1]
    for side in ([run for run in runs if run.right <= x], [run for run in runs if run.left >= x]):
        if len(side) < 4:
            return None
        extent = max(run.right for run in side) - min(run.left for run in side)
        if extent < 0.25 * width or statistics.median(run.right - run.left for run in side) < _PROSE * extent:
            return None
    return x
