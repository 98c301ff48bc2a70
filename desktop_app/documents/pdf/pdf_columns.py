# SPDX-License-Identifier: Apache-2.0
"""Reading order of two-column pages that are drawn row by row.

The left column is read to its end before the right one.

Most files draw a column after the other, and PDFium keeps that order. Some (reports drawn line by line, scans with a text layer)
jump from column to column at every line; then the sentences of both would be mixed. Only such pages are put into another order.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from desktop_app.documents.layout.paragraphs import Line

Gap = tuple[float, float, int]  # from where, to where, index of the first character behind it

_FEWEST = 5  # lines in each column
_FEWEST_JUMPS = 4  # from the left column to the right one on the same height
_FILLED = 0.55  # share of its column's width that the usual line must fill: cells of a table are shorter


def in_reading_order(lines: list[Line], gaps: Callable[[Line], list[Gap]]) -> list[Line]:
    """``gaps`` gives the wide gaps inside a line: PDFium joins what stands on one height to one line, across columns too."""
    level = [line for line in lines if line.level]
    if len(level) < _FEWEST or len(level) < len(lines):
        return lines
    parted = _parted(level, gaps)
    jumps = [
        (before.right, after.left)
        for before, after in itertools.pairwise(parted)
        if before.right <= after.left and abs(before.base - after.base) < 0.5 * before.size
    ]
    if len(jumps) < _FEWEST_JUMPS:
        return lines  # nearly every page: the search for a gutter is spared
    gutter = _gutter(parted)
    if gutter is None or sum(left <= gutter <= right for left, right in jumps) < _FEWEST_JUMPS:
        return lines
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in parted:
        if line.right <= gutter:
            left.append(line)
        elif line.left >= gutter:
            right.append(line)
        else:  # what spans both columns parts them
            ordered += [*left, *right, line]
            left, right = [], []
    return [*ordered, *left, *right]


def _parted(lines: list[Line], gaps: Callable[[Line], list[Gap]]) -> list[Line]:
    """Lines cut at the one gap that most wide lines have in common, if there is one."""
    low, high = min(line.left for line in lines), max(line.right for line in lines)
    wide = [line for line in lines if line.right - line.left > 0.5 * (high - low)]
    if len(wide) < _FEWEST:
        return lines
    needed = max(_FEWEST, len(wide) / 2)
    found = _gaps_of(wide, gaps, needed)
    if not found:
        return lines
    best: tuple[int, float] = (0, 0.0)
    for step in range(35, 66):
        x = low + (high - low) * step / 100
        best = max(best, (sum(any(left < x < right for left, right, _ in of) for of in found.values()), x))
    count, x = best
    if count < needed:
        return lines
    parted: list[Line] = []
    for line in lines:
        cut = next((gap for gap in found.get(line.start, ()) if gap[0] < x < gap[1]), None)
        if cut is None:
            parted.append(line)
            continue
        left, right, index = cut
        # A narrow letter at the edge is missed by half its width: the word begins behind the space.
        index = next((at for at in range(index, max(line.start, index - 3), -1) if line.text[at - 1].isspace()), index)
        stop = index
        while stop > line.start and line.text[stop - 1].isspace():
            stop -= 1
        parted += [replace(line, stop=stop, end=stop, hyphen=False, right=left), replace(line, start=index, left=right)]
    return parted


def _gaps_of(wide: list[Line], gaps: Callable[[Line], list[Gap]], needed: float) -> dict[int, list[Gap]]:
    """By the line's start; empty when fewer lines than ``needed`` have any: a page of one column is known by its first half."""
    found: dict[int, list[Gap]] = {}
    for remaining, line in zip(range(len(wide), 0, -1), wide, strict=True):
        if len(found) + remaining < needed:
            return {}
        if several := gaps(line):
            found[line.start] = several
    return found if len(found) >= needed else {}


def _gutter(lines: Sequence[Line]) -> float | None:
    low, high = min(line.left for line in lines), max(line.right for line in lines)
    best: tuple[int, float] | None = None
    starts = sorted(line.left for line in lines if line.left < line.right)
    stops = sorted(line.right for line in lines if line.left < line.right)
    for step in range(35, 66):
        x = low + (high - low) * step / 100
        crossing = bisect_left(starts, x) - bisect_right(stops, x)  # starts before x and does not end at it
        if best is None or crossing < best[0]:
            best = crossing, x
    if best is None or best[0] > 0.2 * len(lines):
        return None
    x = best[1]
    for side in ([line for line in lines if line.right <= x], [line for line in lines if line.left >= x]):
        if len(side) < _FEWEST:
            return None
        extent = max(line.right for line in side) - min(line.left for line in side)
        widths = sorted(line.right - line.left for line in side)
        if widths[len(widths) // 2] < _FILLED * extent:
            return None
    return x
