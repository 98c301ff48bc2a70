# SPDX-License-Identifier: Apache-2.0
"""Text of a PDF page that nobody sees: invisible, tiny or off the page.

Text that is drawn invisibly, in no colour or in a light one is looked up on the rendered page: where nothing is seen at its place it is hidden;
over a scan it is what OCR made of it, on a dark ground it is read. Only pages with such text are rendered. Letters of other colours are taken
for seen, unless they stand in a layer that is switched off (``pdf_layers.py``).
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium
from msgspec.structs import replace

from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf import pdf_calls
from desktop_app.documents.pdf.pdf_turning import Turned, shown
from desktop_app.documents.text.locators import Box

_TINY = 2.0  # points, the highest letter of a line; less on a page shorter than a letter, which is drawn in larger units
_TINY_LINE = 3.0  # points: of higher lines no letter is asked
_LETTER = 792.0  # points, the longer side
_OPAQUE = 20  # of 255
_LIGHT = 200  # of 255, each of red, green and blue
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_CONTRAST = 12  # of 255, between the lightest and the darkest spot; grey of 0.93 on white has 18
DPI, LONGEST = 108, 2_400  # of the rendered page; pixels of a side

CharBoxes = Callable[[Line], list[Box]]
Picture = Callable[[], npt.NDArray[np.uint8]]
Layers = Callable[[list[Line], CharBoxes], set[int]]


def parted(
    page: Any, textpage: Any, lines: list[Line], boxes: CharBoxes, picture: Picture, sheet: Box, layers: Layers | None
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """The lines that are seen, and those that are not, by the reason (one of ``HIDDEN``).

    ``sheet``: the page's left, bottom, right and top; ``layers`` gives the objects of their text that are in layers which are not shown.
    """
    looks = _Looks(textpage, lines)
    pieces, reasons = _doubtful(lines, looks, boxes, sheet)
    doubtful = [line for line in pieces if reasons.get(line.start) == "invisible"]
    drawn = picture() if doubtful else None
    for line in doubtful:
        if drawn is not None and _is_seen(place_of(line, drawn, sheet, page.get_rotation())):
            del reasons[line.start]
    if layers is not None and (unseen := layers([line for line in pieces if line.start not in reasons], boxes)):
        cut = [(line, [] if line.start in reasons else looks.cut(line, boxes, unseen)) for line in pieces]
        reasons.update((piece.start, "layer") for _, parts in cut for piece, off in parts if off)
        pieces = [
            piece for line, parts in cut for piece in ([part for part, _ in parts] if any(off for _, off in parts) else [line])
        ]
    if not reasons:
        return lines, []
    hidden: dict[str, list[Line]] = {}
    for line in pieces:
        if line.start in reasons:
            hidden.setdefault(reasons[line.start], []).append(line)
    return [line for line in pieces if line.start not in reasons], list(hidden.items())


def _doubtful(lines: list[Line], looks: _Looks, boxes: CharBoxes, sheet: Box) -> tuple[list[Line], dict[int, str]]:
    """The lines cut where they begin to be doubtful, and why each that is may not be seen, by its start."""
    low, floor, high, ceiling = sheet
    scale = min(1.0, max(high - low, ceiling - floor) / _LETTER)
    tiny, tiny_line = scale * _TINY, scale * _TINY_LINE
    reasons: dict[int, str] = {}
    pieces: list[Line] = []
    for line in lines:
        inside = low < line.right and line.left < high and floor < line.base + line.size and line.base < ceiling
        if line.size < tiny_line and max((top - bottom for _, bottom, _, top in boxes(line)), default=tiny) < tiny:
            reasons[line.start] = "tiny"
        elif line.level and (line.turn or not inside) and _is_off(line, sheet):
            reasons[line.start] = "off_page"
        elif looks.are_doubtful(line):
            for piece, doubtful in looks.cut(line, boxes, None):
                if doubtful:
                    reasons[piece.start] = "invisible"
                pieces.append(piece)
            continue
        pieces.append(line)
    return pieces, reasons


class _Looks:
    """How letters are drawn, by the objects that draw them; asked for all lines at once, which halves the time."""

    def __init__(self, textpage: Any, lines: Sequence[Line]) -> None:
        self._raw = pdf_calls.address(textpage)
        self._known: dict[int, bool] = {0: False}
        begins = self._objects([line.start for line in lines])
        ends = self._objects([line.stop - 1 for line in lines])
        within = [  # letters of lines that several objects draw
            line.start + (line.stop - 1 - line.start) * part // 4
            for line, first, last in zip(lines, begins, ends, strict=True)
            if first != last
            for part in (1, 2, 3)
        ]
        between = self._objects(within)
        self._learn({*begins, *ends, *between})
        known = self._known
        parts = iter([known[item] for item in between])
        self._doubtful = {
            line.start
            for line, first, last in zip(lines, begins, ends, strict=True)
            if (first != last and any([next(parts), next(parts), next(parts)])) or known[first] or known[last]
        }

    def _objects(self, indices: Sequence[int]) -> list[int]:
        return [item or 0 for item in map(pdf_calls.text_object_of, itertools.repeat(self._raw), indices)]

    def _learn(self, objects: set[int]) -> None:
        """Find out of each object whether what it draws may be unseen."""
        new = [item for item in objects if item not in self._known]
        colours = (ctypes.c_uint * (4 * len(new)))()
        at = ctypes.addressof(colours)
        places = (range(at + offset, at + offset + 16 * len(new), 16) for offset in (0, 4, 8, 12))
        filled = list(map(pdf_calls.fill_colour_of, new, *places))
        values = colours[:]
        reds, greens, blues, opacities = values[0::4], values[1::4], values[2::4], values[3::4]
        for number, mode in enumerate(map(pdf_calls.render_mode_of, new)):
            self._known[new[number]] = mode in _UNSEEN or (
                filled[number] != 0
                and (
                    opacities[number] < _OPAQUE
                    or (reds[number] >= _LIGHT and greens[number] >= _LIGHT and blues[number] >= _LIGHT)
                )
            )

    def are_doubtful(self, line: Line) -> bool:
        """Whether some letters of a line may be: its ends are asked, and what is between where two objects draw them."""
        return line.start in self._doubtful

    def cut(self, line: Line, boxes: CharBoxes, unseen: set[int] | None) -> list[tuple[Line, bool]]:
        """A line as pieces with whether each is drawn by one of the objects ``unseen``, where there are none, by a doubtful one."""
        spans: list[tuple[int, int, bool]] = []
        letters = [index for index in range(line.start, line.stop) if not line.text[index].isspace()]
        objects = self._objects(letters)
        if unseen is None:
            self._learn(set(objects))
        for index, item in zip(letters, objects, strict=True):
            doubtful = self._known[item] if unseen is None else item in unseen
            if spans and spans[-1][2] == doubtful:
                spans[-1] = spans[-1][0], index + 1, doubtful
            else:
                spans.append((index, index + 1, doubtful))
        if len(spans) < 2:
            return [(line, bool(spans) and spans[0][2])]
        places = boxes(line)
        pieces = []
        for start, stop, doubtful in spans:
            inside = [box for box in places[start - line.start : stop - line.start] if box[2] > box[0]]
            left = min((box[0] for box in inside), default=line.left)
            right = max((box[2] for box in inside), default=line.right)
            last = stop == line.stop
            piece = replace(
                line,
                start=start,
                stop=stop,
                end=line.end if last else stop,
                hyphen=line.hyphen and last,
                left=left,
                right=right,
            )
            pieces.append((piece, doubtful))
        return pieces


def _is_off(line: Line, sheet: Box) -> bool:
    left, bottom, right, top = Turned(line.turn, sheet).back((line.left, line.base, line.right, line.base + line.size))
    return right <= sheet[0] or left >= sheet[2] or top <= sheet[1] or bottom >= sheet[3]


def place_of(line: Line, drawn: npt.NDArray[np.uint8], sheet: Box, rotation: int) -> npt.NDArray[np.uint8]:
    """The part of a drawn page where a line stands."""
    box = Turned(line.turn, sheet).back((line.left, line.base, line.right, line.base + line.size))
    left, top, right, bottom = shown(box, sheet, rotation)
    height, width = drawn.shape[:2]
    return drawn[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]


def _is_seen(place: npt.NDArray[np.uint8]) -> bool:
    """Whether anything is drawn at a place."""
    return bool(place.size) and int(np.ptp(place, axis=(0, 1)).max()) > _CONTRAST
