# SPDX-License-Identifier: Apache-2.0
"""Text of a PDF page that nobody sees: invisible, tiny or off the page.

Text that is drawn invisibly, in no colour or in a light one is looked up on the rendered page: where nothing is seen at its place it is hidden;
over a scan it is what OCR made of it, on a dark ground it is read. Only pages with such text are rendered, and those of files with layers that
are switched off. Letters of other colours are taken for seen.
"""

from __future__ import annotations

import ctypes
import itertools
import mmap
import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
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
_OFF = re.compile(rb"/OFF\s*\[\s*\d|/BaseState\s*/OFF")
_OBJECT_STREAM = re.compile(rb"/ObjStm\b(?:[^>]|>(?!>)){0,400}>>\s{0,4}stream\r?\n")
_MOST_STREAMS = 2_000
_MOST_UNPACKED = 1 << 20  # bytes of each

CharBoxes = Callable[[Line], list[Box]]
Picture = Callable[[], npt.NDArray[np.uint8]]


def has_layers_off(path: Path) -> bool:
    """Whether a file names layers that are off. PDFium reads their text and does not tell; where the file is encrypted, it is not seen."""
    if not path.stat().st_size:
        return False
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data.find(b"/OCProperties") >= 0:
            return _OFF.search(data) is not None
        if data.find(b"/ObjStm") < 0:
            return False
        for number, match in enumerate(_OBJECT_STREAM.finditer(data)):
            if number >= _MOST_STREAMS:
                break
            try:
                plain = zlib.decompressobj().decompress(data[match.end() : match.end() + _MOST_UNPACKED], _MOST_UNPACKED)
            except zlib.error:
                continue
            if b"/OCProperties" in plain and _OFF.search(plain):
                return True
    return False


def parted(
    page: Any, textpage: Any, lines: list[Line], boxes: CharBoxes, picture: Picture, sheet: Box, *, layers: bool
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """The lines that are seen, and those that are not, by the reason (one of ``HIDDEN``).

    ``sheet``: the page's left, bottom, right and top; ``layers``: some are switched off.
    """
    pieces, reasons = _doubtful(lines, _Looks(textpage, lines), boxes, sheet, layers=layers)
    if not reasons:
        return lines, []
    drawn: npt.NDArray[np.uint8] | None = None
    hidden: dict[str, list[Line]] = {}
    for line in pieces:
        reason = reasons.get(line.start, "")
        if reason in ("invisible", "layer"):
            drawn = picture() if drawn is None else drawn
            if _is_seen(line, drawn, sheet, page.get_rotation()):
                del reasons[line.start]
                continue
        if reason:
            hidden.setdefault(reason, []).append(line)
    return [line for line in pieces if line.start not in reasons], list(hidden.items())


def _doubtful(
    lines: list[Line], looks: _Looks, boxes: CharBoxes, sheet: Box, *, layers: bool
) -> tuple[list[Line], dict[int, str]]:
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
        elif layers or looks.are_doubtful(line):
            for piece, doubtful in looks.cut(line, boxes):
                if doubtful or layers:
                    reasons[piece.start] = "invisible" if doubtful else "layer"
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

    def cut(self, line: Line, boxes: CharBoxes) -> list[tuple[Line, bool]]:
        """A line as pieces with whether each is doubtful."""
        spans: list[tuple[int, int, bool]] = []
        letters = [index for index in range(line.start, line.stop) if not line.text[index].isspace()]
        objects = self._objects(letters)
        self._learn(set(objects))
        for index, item in zip(letters, objects, strict=True):
            doubtful = self._known[item]
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


def _is_seen(line: Line, drawn: npt.NDArray[np.uint8], sheet: Box, rotation: int) -> bool:
    """Whether anything is drawn at the place of a line."""
    box = Turned(line.turn, sheet).back((line.left, line.base, line.right, line.base + line.size))
    left, top, right, bottom = shown(box, sheet, rotation)
    height, width = drawn.shape[:2]
    place = drawn[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]
    return bool(place.size) and int(np.ptp(place, axis=(0, 1)).max()) > _CONTRAST
