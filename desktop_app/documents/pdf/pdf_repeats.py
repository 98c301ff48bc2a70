# SPDX-License-Identifier: Apache-2.0
"""Finds page headers and footers: lines that repeat at the same place.

A line belongs to the frame of the page when it stands among the outermost lines, and the same words stand at the same height on
at least three pages and on about half of those between the first and the last of them (left and right pages may differ). Numbers
in it must be the same everywhere or count with the pages; so "Page 3 of 9" is frame, "Invoice 1041" above "Invoice 1042" is not.
A frame line with words is kept where it stands first, so that it can be found, once; page numbers are dropped everywhere.
"""

from __future__ import annotations

import operator
import re
import statistics
from collections import defaultdict
from collections.abc import Sequence

from desktop_app.documents.layout.paragraphs import Line

_FEWEST_PAGES = 3
_OUTERMOST = 3  # lines from the top and from the bottom
_EDGE = 0.22  # share of the page's height in which a frame may stand, from above and below
_NUMBER = re.compile(r"\d+|\b[ivxlc]{1,7}\b", re.IGNORECASE)
_PLAIN_PAGE = re.compile(r"(?:page|seite|pagina|página|of|von|de|sur|第|页|頁|共|[\W_])*", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

_base = operator.attrgetter("base")

Candidate = tuple[int, Line, tuple[int, ...]]  # page index, line, numbers in it


def frame(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> set[tuple[int, int]]:
    """(page index, ``start`` of the line) of every line to leave out."""
    if len(pages) < _FEWEST_PAGES:
        return set()
    groups: dict[tuple[str, int], list[Candidate]] = defaultdict(list)
    for index, lines in enumerate(pages):
        for line in _outermost(lines, heights[index]):
            words = line.words
            numbers = tuple(_value(match.group()) for match in _NUMBER.finditer(words))
            key = _NUMBER.sub("#", " ".join(words.split())).casefold()
            groups[key, len(numbers)].append((index, line, numbers))
    dropped: set[tuple[int, int]] = set()
    for (key, _), found in groups.items():
        if len(found) < _FEWEST_PAGES:
            continue
        members = _at_one_height(found, heights)
        if not _repeats(members):
            continue
        bare = _PLAIN_PAGE.fullmatch(key.replace("#", "")) is not None
        first = members[0][0]
        dropped.update((index, line.start) for index, line, _ in members if bare or index != first)
    return dropped


def _outermost(lines: Sequence[Line], height: float) -> list[Line]:
    low, high = _EDGE * height, (1 - _EDGE) * height
    below = sorted((line for line in lines if line.base < low and line.level), key=_base)[:_OUTERMOST]
    above = sorted((line for line in lines if line.base > high and line.level), key=_base)[-_OUTERMOST:]
    return below + [line for line in above if line not in below]


def _at_one_height(members: list[Candidate], heights: Sequence[float]) -> list[Candidate]:
    """Those that stand where most do, measured from the nearer edge of the page; one a page."""
    usual = statistics.median(_from_edge(line, heights[index]) for index, line, _ in members)
    near: dict[int, Candidate] = {}
    for member in members:
        if abs(_from_edge(member[1], heights[member[0]]) - usual) < 6:
            near.setdefault(member[0], member)
    return list(near.values())


def _from_edge(line: Line, height: float) -> float:
    return line.base if line.base < height / 2 else line.base - height


def _repeats(members: list[Candidate]) -> bool:
    if len(members) < _FEWEST_PAGES:
        return False
    first, last = members[0][0], members[-1][0]
    if len(members) < 0.45 * (last - first + 1):
        return False
    for values in zip(*(numbers for _, _, numbers in members), strict=True):
        counted = {value - index for value, (index, _, _) in zip(values, members, strict=True)}
        if len(set(values)) > 1 and len(counted) > 1:
            return False
    return True


def _value(text: str) -> int:
    if text.isdigit():
        return int(text[-15:])
    total = 0
    digits = [_ROMAN[letter] for letter in text.lower()]
    for here, following in zip(digits, [*digits[1:], 0], strict=True):
        total += -here if here < following else here
    return total
