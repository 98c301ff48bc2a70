# SPDX-License-Identifier: Apache-2.0
"""The level and upright lines drawn on a PDF page, for ruled tables.

Slanted lines, curves and filled areas are no rules.

Programs draw rules in every way there is: a line at a time, all of a grid as one path, thin filled boxes, a frame around each
cell. Pieces on one line that touch become one rule.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pypdfium2.raw as pdfium

from desktop_app.documents.pdf import pdf_calls

NEAR = 3.0  # points: two edges of one rule, the frames of neighbouring cells
_THICK = 3.5
_LEVEL = 1.0  # points that a level line may rise
_SHORTEST = 5.0
_SMALLEST = 7.0
_FEW = 150
_PROBES = 60
# Objects to be looked at, about a microsecond each: a table has some for each line of its text, a drawing has many. A frame around
# each of six cells takes 100 (with 8, tables of more than 16 such cells were lost; 174 real pages take 2.8 ms each with both).
_LOOKS = 150
_LOOKS_A_LINE = 100
_POINT = 3  # a point of a path costs as much as so many objects
_BOX = 6  # points: a path with fewer may be a rectangle, of which three corners and the bounds give all
_MOST_SHORT = 12  # steps of a path below a point, one after the other
_DEEPEST = 2  # forms in forms

Point = tuple[float, float]
Matrix = tuple[float, float, float, float, float, float]
_AS_IT_IS: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_FORM, _PATH = pdfium.FPDF_PAGEOBJ_FORM, pdfium.FPDF_PAGEOBJ_PATH


@dataclass(slots=True)
class Rule:
    """``at`` is its height (or, upright, its distance from the left), ``low`` to ``high`` where it reaches. In points."""

    at: float
    low: float
    high: float

    def covers(self, place: float) -> bool:
        """Whether it reaches ``place`` (points along its direction), or nearly so."""
        return self.low - NEAR <= place <= self.high + NEAR


def is_short(page: Any) -> bool:
    """Whether so little is drawn, letters included, that a look costs nothing."""
    return bool(0 < pdfium.FPDFPage_CountObjects(page.raw) <= _FEW)


def rules(page: Any, lines: int) -> tuple[list[Rule], list[Rule]]:
    """Level and upright rules; none of both where so much is drawn for the page's ``lines`` of text that it is a drawing."""
    count = pdfium.FPDFPage_CountObjects(page.raw)
    looks = _LOOKS + _LOOKS_A_LINE * lines
    if count > looks:
        return [], []
    raw = pdf_calls.address(page)
    step = max(1, count // _PROBES)  # a few objects here and there: nearly no page needs to be gone through
    if not any(pdf_calls.kind_of(pdf_calls.object_of(raw, index)) in (_PATH, _FORM) for index in range(step // 2, count, step)):
        return [], []
    search = _Search(looks)
    search.look(map(pdf_calls.object_of, itertools.repeat(raw), range(count)), count, _AS_IT_IS, _DEEPEST)
    if search.looks < 0:
        return [], []
    return _joined(search.level), _joined(search.upright)


class _Search:
    """``looks``: how many more may be had; below zero when it was given up."""

    def __init__(self, looks: int) -> None:
        self.looks = looks
        self.level: list[Rule] = []
        self.upright: list[Rule] = []
        self._values = (ctypes.c_float * 4)()
        self._at = [ctypes.addressof(self._values) + 4 * number for number in range(4)]
        self._mode = (ctypes.c_int * 2)()  # whether a path is filled, and stroked
        self._modes = [ctypes.addressof(self._mode) + 4 * number for number in range(2)]

    def look(self, objects: Iterator[int], count: int, matrix: Matrix, deeper: int) -> None:
        self.looks -= count
        if self.looks < 0:
            return
        members = list(objects)
        paths: list[int] = []
        for item, kind in zip(members, map(pdf_calls.kind_of, members), strict=True):
            if kind == _PATH:
                paths.append(item)
            elif kind == _FORM and deeper:
                inside = pdf_calls.objects_in(item)
                found = map(pdf_calls.object_of_form, itertools.repeat(item), range(inside))
                self.look(found, inside, _times(self._matrix(item), matrix), deeper - 1)
                if self.looks < 0:
                    return
        self._paths(paths, matrix)

    def _paths(self, paths: list[int], matrix: Matrix) -> None:
        bounds = (ctypes.c_float * (4 * len(paths)))()
        at = ctypes.addressof(bounds)
        places = (range(at + offset, at + offset + 16 * len(paths), 16) for offset in (0, 4, 8, 12))
        known = list(map(pdf_calls.bounds_of, paths, *places))
        values = bounds[:]
        for number, item in enumerate(paths):
            if not known[number]:
                continue
            left, bottom, right, top = values[4 * number : 4 * number + 4]
            x0, y0 = _moved(matrix, left, bottom)
            x1, y1 = _moved(matrix, right, top)
            width, height = abs(x1 - x0), abs(y1 - y0)
            if width < _SMALLEST and height < _SMALLEST and (width < _SHORTEST > height or width > _THICK < height):
                continue  # the head of an arrow, smaller than a cell is
            if width <= _THICK or height <= _THICK:
                self._straight(x0, y0, x1, y1, thick=_THICK)
            else:
                self._edges(item, (x0, y0, x1, y1), matrix)
                if self.looks < 0:
                    return

    def _straight(self, x0: float, y0: float, x1: float, y1: float, *, thick: float) -> None:
        width, height = abs(x1 - x0), abs(y1 - y0)
        if height <= thick and width >= _SHORTEST:
            self.level.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif width <= thick and height >= _SHORTEST:
            self.upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))

    def _edges(self, path: int, bounds: tuple[float, float, float, float], matrix: Matrix) -> None:
        """The straight lines of a path that is more than one line; nothing of one with curves or slanted lines in it."""
        count = pdf_calls.segments_in(path)
        if count < 4 or not pdf_calls.draw_mode_of(path, *self._modes):
            return
        fill, stroke = self._mode
        if count < _BOX and not stroke:
            return  # an area
        figures = self._figures(path, 3 if count < _BOX else count, _times(self._matrix(path), matrix))
        if count < _BOX and figures:
            x0, y0, x1, y1 = bounds
            figures = [[(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]] if len(figures[0]) == 3 else []
        for points in figures:
            if stroke:
                for (x0, y0), (x1, y1) in itertools.pairwise(points):
                    self._straight(x0, y0, x1, y1, thick=_LEVEL)
            elif fill:
                xs, ys = [x for x, _ in points], [y for _, y in points]
                self._straight(min(xs), min(ys), max(xs), max(ys), thick=_THICK)

    def _figures(self, path: int, count: int, matrix: Matrix) -> list[list[Point]]:
        """The corners of each figure, the first again at the end of a closed one. Empty as soon as a curve or a slanted line is
        met: the path is a drawing, and most of those have many points."""
        figures: list[list[Point]] = []
        at_x, at_y = self._at[:2]
        short = 0
        for index in range(count):
            self.looks -= _POINT
            segment = pdf_calls.segment_of(path, index)
            kind = pdf_calls.kind_of_segment(segment)
            if self.looks < 0 or kind == pdfium.FPDF_SEGMENT_BEZIERTO or not pdf_calls.point_of(segment, at_x, at_y):
                return []
            point = _moved(matrix, self._values[0], self._values[1])
            if kind == pdfium.FPDF_SEGMENT_MOVETO or not figures:
                figures.append([point])
                continue
            last = figures[-1][-1]
            across, up = abs(point[0] - last[0]), abs(point[1] - last[1])
            if across > _LEVEL < up:
                return []
            short = 0 if across > _LEVEL or up > _LEVEL else short + 1
            if short > _MOST_SHORT:
                return []  # a curve of little steps
            figures[-1].append(point)
            if pdf_calls.closes(segment):
                figures[-1].append(figures[-1][0])
        return figures

    def _matrix(self, item: int) -> Matrix:
        found = pdfium.FS_MATRIX()
        if not pdf_calls.matrix_of(item, ctypes.addressof(found)):
            return _AS_IT_IS
        return found.a, found.b, found.c, found.d, found.e, found.f


def _times(first: Matrix, then: Matrix) -> Matrix:
    if then is _AS_IT_IS:
        return first
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _moved(matrix: Matrix, x: float, y: float) -> Point:
    if matrix is _AS_IT_IS:
        return x, y
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def _joined(found: list[Rule]) -> list[Rule]:
    """Those on one line as one, as far as they touch; in the order of ``at``."""
    result: list[Rule] = []
    cluster: list[Rule] = []
    for rule in sorted(found, key=lambda rule: rule.at):
        if cluster and rule.at - cluster[0].at > NEAR:
            result += _touching(cluster)
            cluster = []
        cluster.append(rule)
    return result + _touching(cluster)


def _touching(cluster: list[Rule]) -> list[Rule]:
    at = sum(rule.at for rule in cluster) / max(1, len(cluster))
    joined: list[Rule] = []
    for rule in sorted(cluster, key=lambda rule: rule.low):
        if joined and rule.low <= joined[-1].high + NEAR:
            joined[-1].high = max(joined[-1].high, rule.high)
        else:
            joined.append(Rule(at, rule.low, rule.high))
    return joined
