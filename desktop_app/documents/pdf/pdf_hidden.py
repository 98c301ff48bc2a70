# SPDX-License-Identifier: Apache-2.0
"""Text of a PDF page that nobody sees, or that a stamp makes hard to read.

Text that is drawn invisibly, in no colour or in a light one is looked up on the rendered page: where nothing is seen at its place it is hidden;
over a scan it is what OCR made of it, on a dark ground it is read. Only pages with such text are rendered. Letters of other colours are taken
for seen, unless they stand in a layer that is switched off (``pdf_layers.py``).

What lies over figures, a stamp mostly, is told, for a figure read wrongly is worse than none: other letters, and pictures, areas, forms and
stamps that were drawn last and change how the figures look.
"""

from __future__ import annotations

import ctypes
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2.raw as pdfium
from msgspec.structs import replace

from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf import pdf_calls
from desktop_app.documents.pdf.pdf_turning import SLANTED, Turned, shown
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
Colour = tuple[int, int, int]
Picture = Callable[[], npt.NDArray[np.uint8]]
Layers = Callable[[list[Line], CharBoxes], set[int]]


def parted(
    page: Any, looks: Looks, lines: list[Line], boxes: CharBoxes, picture: Picture, sheet: Box, layers: Layers | None
) -> tuple[list[Line], list[tuple[str, list[Line]]]]:
    """The lines that are seen, and those that are not, by the reason (one of ``HIDDEN``).

    ``sheet``: the page's left, bottom, right and top; ``layers`` gives the objects of their text that are in layers which are not shown.
    """
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


def _doubtful(lines: list[Line], looks: Looks, boxes: CharBoxes, sheet: Box) -> tuple[list[Line], dict[int, str]]:
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


class Looks:
    """How letters are drawn, by the objects that draw them; asked for all lines at once, which halves the time."""

    def __init__(self, textpage: Any, lines: Sequence[Line]) -> None:
        self._raw = pdf_calls.address(textpage)
        self._known: dict[int, bool] = {0: False}
        self._colours: dict[int, Colour] = {}
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
        self._ends = {line.start: (first, last) for line, first, last in zip(lines, begins, ends, strict=True) if first or last}
        known = self._known
        parts = iter([known[item] for item in between])
        self._doubtful = {
            line.start
            for line, first, last in zip(lines, begins, ends, strict=True)
            if (first != last and any([next(parts), next(parts), next(parts)])) or known[first] or known[last]
        }

    def coloured(self, lines: Sequence[Line]) -> list[Line]:
        """Those that begin or end in another colour than most of the page, or are slanted; not pale ones, through which one reads."""
        ends = [self._ends.get(line.start, (0, 0)) for line in lines]
        counts = Counter(self._colours.get(first) for first, _ in ends)
        if len(counts) < 2 and all(first == last for first, last in ends):
            return [line for line in lines if line.turn == SLANTED]
        usual = counts.most_common(1)[0][0]
        return [
            line
            for line, items in zip(lines, ends, strict=True)
            if line.turn == SLANTED
            or any(colour not in (None, usual) and min(colour) < _PALE for colour in map(self._colours.get, items) if colour)
        ]

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
        self._colours.update(zip(new, zip(reds, greens, blues, strict=True), strict=True))
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
    return _part(
        Turned(line.turn, sheet).back((line.left, line.base, line.right, line.base + line.size)), drawn, sheet, rotation
    )


def _part(box: Box, drawn: npt.NDArray[Any], sheet: Box, rotation: int) -> npt.NDArray[Any]:
    left, top, right, bottom = shown(box, sheet, rotation)
    height, width = drawn.shape[:2]
    return drawn[int(top * height) : int(bottom * height) + 1, int(left * width) : int(right * width) + 1]


def _is_seen(place: npt.NDArray[np.uint8]) -> bool:
    """Whether anything is drawn at a place."""
    return bool(place.size) and int(np.ptp(place, axis=(0, 1)).max()) > _CONTRAST


# ---- figures under a stamp ------------------------------------------------------------------------------------------------

_FIGURE = re.compile(r"[\d零〇一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]")
_LAST_OBJECTS = 20  # of a page that are looked at, from its end to its last text
_SMALLEST_STAMP = 8.0  # points of each side
_OVER = 0.3  # of a figure's area, from which on a letter lies over it
_MOST_COLOURED = 8  # lines of a page: more are links and headings, no stamps
_FEWEST_OVER = 3  # letters of a stamp
_PALE = 150  # of 255, each of red, green and blue: a watermark, through which one reads
_DARKER = 64  # of 255, by which what lies over a figure changes it
_CHANGED = 0.15  # of a figure's place
_COVERS = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM)


def has_stamp(
    page: Any,
    textpage: Any,
    lines: Sequence[Line],
    boxes: CharBoxes,
    picture: Callable[..., npt.NDArray[np.uint8]],
    sheet: Box,
    stamps: Sequence[Box],
    looks: Looks,
) -> bool:
    """Whether something lies over figures. ``picture`` draws the page, with ``annotations`` or without; ``stamps``: where annotations are that are
    stamps."""
    covers, coloured = _last_objects(page), looks.coloured(lines)
    if len(coloured) > _MOST_COLOURED:
        coloured = [line for line in coloured if line.turn == SLANTED]
    if not (coloured or covers or stamps):
        return False  # nearly every page
    places = [(_on_page(line, boxes, sheet), line) for line in lines if line.right > line.left or line.turn]
    odd = {line.start for line in coloured}
    if any(_lies_over(one, other, textpage, boxes, sheet) for one, other in _meeting(places, odd)):
        return True
    if any(_goes_back(line, textpage, boxes) for line in coloured):
        return True
    if not covers and not stamps:
        return False
    under = [line for place, line in places if any(_meet(place, box) for box in (*covers.values(), *stamps))]
    figures = [box for line in under if not line.turn for box in _figures(line, boxes(line))]
    hit = {item: box for item, box in covers.items() if any(_meet(box, figure) for figure in figures)}
    stamped = any(_meet(box, figure) for box in stamps for figure in figures)
    if not hit and not stamped:
        return False
    whole = picture(annotations=True)
    bare = [item for item in hit if pdf_calls.set_active(item, 0)]
    try:
        without = picture(annotations=False)
    finally:
        for item in bare:
            pdf_calls.set_active(item, 1)
    change = np.abs(whole.astype(np.int16) - without).max(axis=2) > _DARKER
    rotation = page.get_rotation()
    return any(
        part.size and float(part.mean()) > _CHANGED for part in (_part(figure, change, sheet, rotation) for figure in figures)
    )


def _on_page(line: Line, boxes: CharBoxes, sheet: Box) -> Box:
    if line.turn == SLANTED:
        letters = [box for box in boxes(line) if box[2] > box[0]] or [(0.0, 0.0, 0.0, 0.0)]
        lows, highs = list(zip(*letters, strict=True))[:2], list(zip(*letters, strict=True))[2:]
        return min(lows[0]), min(lows[1]), max(highs[0]), max(highs[1])
    return Turned(line.turn, sheet).back((line.left, line.base, line.right, line.base + line.size))


def _meeting(places: Sequence[tuple[Box, Line]], odd: set[int]) -> Iterator[tuple[Line, Line]]:
    """Each line whose start is among ``odd`` with those that it stands over, by more than neighbours do."""
    for (left, bottom, right, top), line in places:
        if line.start not in odd:
            continue
        for (low, floor, high, ceiling), other in places:
            least = min(line.size, other.size)
            over = min(right, high) - max(left, low) > least
            if other is not line and over and min(top, ceiling) - max(bottom, floor) > _OVER * least:
                yield line, other


def _lies_over(one: Line, other: Line, textpage: Any, boxes: CharBoxes, sheet: Box) -> bool:
    """Whether letters of one of two lines lie over figures of the other one."""
    if _FIGURE.search(one.words) is None and _FIGURE.search(other.words) is None:
        return False
    letters = {line.start: [Turned(line.turn, sheet).back(box) for box in boxes(line)] for line in (one, other)}
    for under, over in ((one, other), (other, one)):
        if sum(map(str.isalnum, over.words)) < _FEWEST_OVER or under.words == over.words:
            continue
        if _is_pale(pdf_calls.text_object_of(pdf_calls.address(textpage), over.start) or 0):
            continue
        figures = _figures(under, letters[under.start])
        above = [box for box in letters[over.start] if box[2] > box[0]]
        if any(_shared(figure, box) > _OVER for figure in figures for box in above):
            return True
    return False


def _goes_back(line: Line, textpage: Any, boxes: CharBoxes) -> bool:
    """Whether letters of a line lie over its own figures: PDFium puts what stands on one height on one line."""
    raw = pdf_calls.address(textpage)
    if line.turn or _FIGURE.search(line.words) is None:
        return False
    begins, ends = pdf_calls.text_object_of(raw, line.start), pdf_calls.text_object_of(raw, line.stop - 1)
    if not begins or not ends or begins == ends:
        return False
    spans = (ctypes.c_float * 8)()  # left, bottom, right and top of both
    at = ctypes.addressof(spans)
    for item, place in ((begins, at), (ends, at + 16)):
        pdf_calls.bounds_of(item, place, place + 4, place + 8, place + 12)
    if spans[0] >= spans[6] or spans[4] >= spans[2]:
        return False  # nearly every line
    letters = boxes(line)
    objects = list(map(pdf_calls.text_object_of, itertools.repeat(raw), range(line.start, line.stop)))
    for item in set(objects):
        over = [box for box, own in zip(letters, objects, strict=True) if own == item and box[2] > box[0]]
        if len(over) < _FEWEST_OVER or _is_pale(item or 0):
            continue
        others = [box if own != item else (0.0, 0.0, 0.0, 0.0) for box, own in zip(letters, objects, strict=True)]
        if any(_shared(figure, box) > _OVER for figure in _figures(line, others) for box in over):
            return True
    return False


def _is_pale(item: int) -> bool:
    """Whether a text object is drawn so that one reads through it."""
    colour = (ctypes.c_uint * 4)()
    at = ctypes.addressof(colour)
    if not item or not pdf_calls.fill_colour_of(item, at, at + 4, at + 8, at + 12):
        return True
    return min(colour[:3]) >= _PALE or colour[3] < 255 - _PALE


def _figures(line: Line, letters: Sequence[Box]) -> list[Box]:
    return [
        box for letter, box in zip(line.words, letters, strict=True) if box[2] > box[0] and _FIGURE.match(letter) is not None
    ]


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _shared(figure: Box, letter: Box) -> float:
    """The share of a figure's area that a letter lies over."""
    wide, high = min(figure[2], letter[2]) - max(figure[0], letter[0]), min(figure[3], letter[3]) - max(figure[1], letter[1])
    return max(wide, 0.0) * max(high, 0.0) / max((figure[2] - figure[0]) * (figure[3] - figure[1]), 0.01)


def _last_objects(page: Any) -> dict[int, Box]:
    """What is drawn behind the last text of a page, as large as a stamp, and where."""
    raw = pdf_calls.address(page)
    count = pdf_calls.objects_of_page(raw)
    found: dict[int, Box] = {}
    bounds = (ctypes.c_float * 4)()
    at = ctypes.addressof(bounds)
    for number in range(count - 1, max(count - 1 - _LAST_OBJECTS, -1), -1):
        item = pdf_calls.object_of(raw, number)
        kind = pdf_calls.kind_of(item)
        if kind == pdfium.FPDF_PAGEOBJ_TEXT:
            break
        if kind in _COVERS and not _has_text(item, kind) and pdf_calls.bounds_of(item, at, at + 4, at + 8, at + 12):
            left, bottom, right, top = bounds[:]
            if min(right - left, top - bottom) >= _SMALLEST_STAMP:
                found[item] = left, bottom, right, top
    return found


def _has_text(item: int, kind: int) -> bool:
    """Whether a form draws text, which is then a text of the page, or another form, which may."""
    if kind != pdfium.FPDF_PAGEOBJ_FORM:
        return False
    inside = (pdf_calls.object_of_form(item, number) for number in range(pdf_calls.objects_in(item)))
    return any(pdf_calls.kind_of(one) in (pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_FORM) for one in inside)
