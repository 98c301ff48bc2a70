# SPDX-License-Identifier: Apache-2.0
"""One page of a PDF: its lines and pictures."""

from __future__ import annotations

import ctypes
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
import pypdfium2.raw as pdfium
from msgspec.structs import replace

from desktop_app.analysis.script import is_cjk
from desktop_app.documents.layout.paragraphs import Line
from desktop_app.documents.pdf import pdf_calls
from desktop_app.documents.pdf.pdf_columns import Gap
from desktop_app.documents.pdf.pdf_turning import SLANTED, Turned, is_sign, may_be_upright, quarter_of, upright
from desktop_app.documents.text.locators import Box

_LINE = re.compile(r"[^\r\n\x02\ufffe]+[\x02\ufffe]?")
_LABEL = 256  # bytes: a longer one is none
_SPACE = 0.08  # heights of a line between two letters from which on there is a space between them
_WORD_SPACE = 0.5
_STEP = 0.9  # heights of a line by which a part of it may stand higher or lower than what is before it


def characters(textpage: Any) -> str:
    """The page's text with exactly one character for each of PDFium's indices.

    PDFium's own text leaves out characters without a Unicode value, which shifts every later index; then they are asked one by
    one (a third of a microsecond each).
    """
    count = textpage.count_chars()
    if count <= 0:
        return ""
    text: str = textpage.get_text_range()
    if len(text) == count:
        return text
    codes = (pdfium.FPDFText_GetUnicode(textpage, index) for index in range(count))
    return "".join(chr(code) if 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF else "\x00" for code in codes)


def lines_as_read(page: Any, textpage: Any, text: str) -> tuple[list[Line], bool]:
    """The lines of a page, and whether they are not in the order of their characters."""
    found = list(lines(textpage, text, partial(sheet, page)))
    if any(line.turn for line in found):
        found = turned_letters_joined(textpage, found, sheet(page))
        found = [replace(line, turn=0) if is_sign(line) else line for line in found]
    if not may_be_upright(found):
        return found, False
    columns = upright(found, partial(letter_boxes_at, textpage), sheet(page))
    return columns, columns != found


def lines(textpage: Any, text: str, sheet: Callable[[], Box]) -> Iterator[Line]:
    """Lines as PDFium ordered them; a hyphen at which it joined two lines (U+0002 or U+FFFE) ends a line here.

    Every question to PDFium costs about half a microsecond, so a line asks four, those of all lines at once, and the fifth only if
    needed. ``sheet`` gives left, bottom, right and top of the page, for lines that are turned.
    """
    spans = list(_spans(text))
    starts = [start for start, _, _, _ in spans]
    firsts, known = _asked(textpage, starts)
    lasts, known_too = _asked(textpage, [stop - 1 for _, stop, _, _ in spans])
    raw = pdf_calls.address(textpage)
    loosely = letter_boxes_at(textpage, starts)
    angles = map(pdf_calls.angle_of, itertools.repeat(raw), starts)
    for number, (span, angle, tight) in enumerate(zip(spans, angles, firsts, strict=True)):
        start, stop, end, hyphen = span
        if not known[number]:
            yield Line(text, start, stop, end, hyphen)
            continue
        _, low, _, high = loosely[number]
        height = abs(high - low) or pdf_calls.font_size_of(raw, start)
        end_box = lasts[number] if known_too[number] else tight
        first, base = tight[0], tight[1]
        last = end_box[2]
        turn = quarter_of(angle)
        level = last > first and turn == 0
        if turn == SLANTED:
            yield from _steps(
                textpage, Line(text, start, stop, end, hyphen, first, last, low if height else base, height, False, turn)
            )
            continue
        if turn and height:
            frame = Turned(turn, sheet())
            first, _, _, _ = frame.into(tight)
            _, _, last, _ = frame.into(end_box)
            _, low, _, high = frame.into(loosely[number])
            yield Line(text, start, stop, end, hyphen, first, last, low, high - low, last > first and high > low, turn)
            continue
        whole = Line(text, start, stop, end, hyphen, first, last, low if height else base, height, level)
        if level and abs(end_box[1] - base) > _STEP * height:
            yield from _steps(textpage, whole)
        else:
            yield whole


def _spans(text: str) -> Iterator[tuple[int, int, int, bool]]:
    """(start, stop, end, hyphen) of each line, as in ``Line``."""
    for match in _LINE.finditer(text):
        start, end = match.span()
        hyphen = text[end - 1] in "\x02\ufffe"
        stop = end - hyphen
        while start < stop and (text[start].isspace() or text[start] == "\x00"):
            start += 1
        while stop > start and (text[stop - 1].isspace() or text[stop - 1] == "\x00"):
            stop -= 1
        if start < stop:
            yield start, stop, end, hyphen


def _steps(textpage: Any, line: Line) -> Iterator[Line]:
    """A line whose end stands higher or lower than its start, as one for each height: PDFium takes single letters below each other for
    upright writing, and joins them to what stands above. Chinese letters that are all below each other are upright writing."""
    raw = pdf_calls.address(textpage)
    turns = [quarter_of(angle) for angle in map(pdf_calls.angle_of, itertools.repeat(raw), range(line.start, line.stop))]
    boxes = character_boxes(textpage, line)
    if SLANTED in turns:
        yield from _by_slant(textpage, line, turns, boxes)
        return
    runs: list[tuple[int, int, Box]] = []
    for index, box in enumerate(boxes, line.start):
        left, bottom, right, top = box
        if right <= left:
            continue
        if runs and abs(bottom - runs[-1][2][1]) < _STEP * line.size:
            start, _, (first, low, last, high) = runs[-1]
            runs[-1] = start, index + 1, (min(first, left), min(low, bottom), max(last, right), max(high, top))
        else:
            runs.append((index, index + 1, box))
    single = [line.text[start] for start, stop, _ in runs if stop - start == 1]
    if any(letter.isalpha() and not is_cjk(letter) for letter in single) or (len(single) == len(runs) and is_cjk(single[0])):
        yield line  # a formula, upright writing
        return
    ground = runs[0][2][1]
    for start, stop, (left, bottom, right, _) in runs:
        end, hyphen = (line.end, line.hyphen) if stop == line.stop else (stop, False)
        yield replace(
            line, start=start, stop=stop, end=end, hyphen=hyphen, left=left, right=right, base=line.base + bottom - ground
        )


def _by_slant(textpage: Any, line: Line, turns: Sequence[int], boxes: Sequence[Box]) -> Iterator[Line]:
    """A line as its level and its slanted parts: PDFium joins a watermark to what it crosses."""
    letters = [at for at, box in enumerate(boxes) if box[2] > box[0]]
    for slanted, group in itertools.groupby(letters, lambda at: turns[at] == SLANTED):
        inside = list(group)
        start, stop = line.start + inside[0], line.start + inside[-1] + 1
        end, hyphen = (line.end, line.hyphen) if stop == line.stop else (stop, False)
        first, last = boxes[inside[0]], boxes[inside[-1]]
        _, low, _, high = letter_boxes_at(textpage, (start,))[0]
        part = Line(
            line.text, start, stop, end, hyphen, first[0], last[2], low, high - low, not slanted, SLANTED if slanted else 0
        )
        if not slanted and abs(last[1] - first[1]) > _STEP * part.size:
            yield from _steps(textpage, part)
        else:
            yield part


def turned_letters_joined(textpage: Any, lines: list[Line], sheet: Box) -> list[Line]:
    """Turned lines as they are read where their letters are drawn one by one: PDFium takes the height of such a letter for its width, and makes up
    spaces and line ends. A soft hyphen, which no text keeps, stands in place of each, so that every index stays.
    """
    text = list(lines[0].text)
    joined: list[Line] = []
    changed = False
    for line in lines:
        last = joined[-1] if joined else None
        if last is not None and line.turn and line.turn == last.turn and _follows(last, line):
            end, begin = map(Turned(line.turn, sheet).into, letter_boxes_at(textpage, (last.stop - 1, line.start)))
            space = begin[0] - end[2] > _SPACE * line.size
            text[last.stop : line.start] = [" " if space else "\xad", *"\xad" * (line.start - last.stop - 1)]
            joined[-1] = replace(last, stop=line.stop, end=line.end, hyphen=line.hyphen, right=line.right)
            changed = True
        else:
            joined.append(line)
    for line in joined:
        spaces = [index for index in range(line.start + 1, line.stop - 1) if text[index] == " "] if line.turn else []
        frame = Turned(line.turn, sheet)
        before, after = (letter_boxes_at(textpage, [index + step for index in spaces]) for step in (-1, 1))
        for index, one, other in zip(spaces, before, after, strict=True):
            gap = frame.into(other)[0] - frame.into(one)[2]
            if abs(gap) < _SPACE * line.size and pdfium.FPDFText_IsGenerated(textpage.raw, index) == 1:
                text[index] = "\xad"
                changed = True
    mended = "".join(text)
    return [replace(line, text=mended) for line in joined] if changed else lines


def _follows(last: Line, line: Line) -> bool:
    """Whether a line only goes on with the one before it, on one height or slant."""
    between = last.text[last.stop : line.start]
    if between not in ("\r\n", "\n"):
        return False
    gap = (line.left - last.right) / max(line.size, 1.0)
    if line.turn == SLANTED:  # what PDFium takes for the next line begins beside the last letter, or is far away
        return (
            abs(gap) < _WORD_SPACE
            and abs(line.base - last.base) < max(last.size, last.right - last.left) + _WORD_SPACE * line.size
        )
    beside = abs(last.base - line.base) < _SPACE * line.size and abs(last.size - line.size) < _SPACE * line.size
    return beside and -_SPACE < gap < _WORD_SPACE


def sheet(page: Any) -> Box:
    """Left, bottom, right and top of what is shown of a page, in points; pypdfium2 does not know a box that the page inherits."""
    found = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page.raw, found):
        return 0.0, 0.0, page.get_width(), page.get_height()
    return found.left, found.bottom, found.right, found.top


def label(pdf: Any, index: int) -> str:
    """What a file calls its page; "" where that is its number."""
    buffer = ctypes.create_string_buffer(_LABEL)
    size = pdfium.FPDF_GetPageLabel(pdf.raw, index, buffer, _LABEL)
    text = buffer.raw[: size - 2].decode("utf-16-le", "ignore") if 2 < size <= _LABEL else ""
    return "" if text == str(index + 1) else text


def gaps(textpage: Any, line: Line, frame: Turned | None = None) -> list[Gap]:
    """The wide gaps inside a line, which PDFium joins with one space whatever their width. ``frame``: the one of a line that is turned."""
    raw = pdf_calls.address(textpage)
    count = pdf_calls.rects_in(raw, line.start, line.stop - line.start)
    if not 1 < count <= 60:
        return []
    rect = (ctypes.c_double * 4)()  # left, top, right, bottom
    into = [ctypes.addressof(rect) + 8 * number for number in range(4)]
    rect_of = pdf_calls.rect_of
    edge: float | None = None
    found: list[Gap] = []
    for number in range(count):
        if not rect_of(raw, number, *into):
            continue
        left, low, right, high = rect[0], rect[3], rect[2], rect[1]
        if frame is not None:
            left, low, right, high = frame.into((left, low, right, high))
        if edge is not None and left - edge > line.size:
            tolerance = line.size / 2
            x, y = left + tolerance / 2, (low + high) / 2
            if frame is not None:
                x, y, _, _ = frame.back((x, y, x, y))
            index = pdf_calls.index_at(raw, x, y, tolerance, tolerance)
            if line.start < index < line.stop:
                found.append((edge, left, index))
        edge = right if edge is None else max(edge, right)
    return found


def character_boxes(textpage: Any, line: Line, frame: Turned | None = None) -> list[Box]:
    """(left, bottom, right, top) of each character of a line, in points; zeros for one that PDFium made up, a space mostly.

    ``frame``: the one of a line that is turned.
    """
    return boxes_at(textpage, range(line.start, line.stop), frame)


def boxes_at(textpage: Any, indices: Sequence[int], frame: Turned | None = None) -> list[Box]:
    """The boxes of some characters, as those of a line."""
    boxes, _ = _asked(textpage, indices)
    return boxes if frame is None else [frame.into(box) if box[2] > box[0] else box for box in boxes]


def letter_boxes_at(textpage: Any, indices: Sequence[int]) -> list[Box]:
    """The boxes of some characters, each as high and wide as its font has it."""
    count = len(indices)
    found = (ctypes.c_float * (4 * count))()  # left, top, right, bottom of each
    at = ctypes.addressof(found)
    raw = pdf_calls.address(textpage)
    deque(map(pdf_calls.loose_box_of, itertools.repeat(raw), indices, range(at, at + 16 * count, 16)), maxlen=0)
    values = found[:]
    return list(zip(values[0::4], values[3::4], values[2::4], values[1::4], strict=True))


def _asked(textpage: Any, indices: Sequence[int]) -> tuple[list[Box], list[int]]:
    """(left, bottom, right, top) of each character in points, and whether PDFium knows it."""
    count = len(indices)
    found = (ctypes.c_double * (4 * count))()  # left, right, bottom, top of each
    at = ctypes.addressof(found)
    places = (range(at + offset, at + offset + 32 * count, 32) for offset in (0, 8, 16, 24))
    known = list(map(pdf_calls.character_box_of, itertools.repeat(pdf_calls.address(textpage)), indices, *places))
    values = found[:]
    return list(zip(values[0::4], values[2::4], values[1::4], values[3::4], strict=True)), known


def picture(page: Any, *, dpi: int, longest: int, annotations: bool = True) -> npt.NDArray[np.uint8]:
    """The rendered page, blue first; at most ``longest`` pixels on a side."""
    width, height = page.get_size()
    scale = min(dpi / 72, longest / max(width, height, 1.0))
    bitmap = page.render(scale=scale, may_draw_forms=False, draw_annots=annotations)
    try:
        pixels = bitmap.to_numpy()
        if pixels.ndim == 2 or pixels.shape[2] == 1:
            pixels = np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
        return np.ascontiguousarray(pixels[:, :, :3])
    finally:
        bitmap.close()


def picture_share(page: Any) -> float:
    """The share of the page that its largest picture covers; 0 for a page without."""
    width, height = page.get_size()
    largest = 0.0
    try:
        for found in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=3):
            left, bottom, right, top = found.get_bounds()
            largest = max(largest, abs((right - left) * (top - bottom)))
    except (pypdfium2.PdfiumError, ValueError):
        pass
    return float(min(1.0, largest / max(width * height, 1.0)))


def has_drawing(page: Any) -> bool:
    """Whether anything is drawn: pictures, or letters drawn as shapes."""
    try:
        return any(True for _ in page.get_objects(max_depth=3))
    except pypdfium2.PdfiumError:
        return False
