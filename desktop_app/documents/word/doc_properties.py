# SPDX-License-Identifier: Apache-2.0
"""Properties of paragraphs and characters in Word 97 files.

A property is a code and an operand (a "sprm" in [MS-DOC]); styles have lists of them, and pages of 512 bytes have those of each paragraph
and run, placed by the byte in the file where it ends. Parsed here for both kinds of page.
"""

from __future__ import annotations

import bisect
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from desktop_app.documents.word.docx_looks import NOTHING, UNKNOWN, TextLook

_PAGE = 512
_LARGE_TABLE = 0xD608  # the one property whose length takes two bytes
_WIDTHS = (1, 1, 2, 4, 2, 2, 0, 3)
_IN_TABLE, _ROW_END, _OUTLINE, _LIST, _LEVEL, _SHADE = 0x2416, 0x2417, 0x2640, 0x460B, 0x260A, 0x442D
_DELETED, _STRIKE, _DSTRIKE, _VANISH, _SIZE = 0x0800, 0x0837, 0x2A53, 0x083C, 0x4A43
_COLOR, _INDEX, _STYLE, _HIGHLIGHT, _RUN_SHADE, _PICTURE = 0x6870, 0x2A42, 0x4A30, 0x2A0C, 0x4866, 0x6A03
# The colours of older files, by number; 0 is automatic.
_COLORS = (
    "auto 000000 0000FF 00FFFF 00FF00 FF00FF FF0000 FFFF00 FFFFFF 000080 008080 008000 800080 800000 808000 808080 C0C0C0"
).split()
_SWITCHES = {_STRIKE: "strike", _DSTRIKE: "dstrike", _VANISH: "vanish"}
_OF_RUNS = frozenset((*_SWITCHES, _DELETED, _SIZE, _COLOR, _INDEX, _STYLE, _HIGHLIGHT, _RUN_SHADE, _PICTURE))
_MOST_STYLES = 20  # based on each other
_PARAGRAPH, _CHARACTER = 1, 2  # kinds of styles


@dataclass(frozen=True, slots=True)
class ParagraphLook:
    """What is said of a paragraph; None where nothing is. ``outline`` from 0; ``list_number`` counts from 1, 0 is no list."""

    style: int = 0
    in_table: bool = False
    row_end: bool = False
    outline: int | None = None
    list_number: int | None = None
    level: int | None = None
    shaded: bool = False


class RunProperties(NamedTuple):
    """What is said of a run. ``picture``: where the data of a form field lies in the stream of data, None for none."""

    look: TextLook = NOTHING
    style: int | None = None
    deleted: bool = False
    picture: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """A style: ``builtin`` is its number among those of Word, ``kind`` 1 for paragraphs, 2 for characters."""

    builtin: int
    kind: int
    based_on: int
    paragraph: bytes
    run: bytes


_PLAIN = RunProperties()


def modifiers(data: bytes) -> Iterator[tuple[int, bytes]]:
    """(code, operand) of each property in a list of them."""
    position = 0
    while position + 3 <= len(data):
        code = struct.unpack_from("<H", data, position)[0]
        position += 2
        width = _WIDTHS[code >> 13]
        if not width:
            if position + 2 > len(data):
                return  # cut off
            width = 1 + (struct.unpack_from("<H", data, position)[0] if code == _LARGE_TABLE else data[position])
        yield code, data[position : position + width]
        position += width


def paragraph_look(style: int, data: bytes) -> ParagraphLook:
    """What the properties of a paragraph say."""
    said: dict[str, int] = {}
    names = {_IN_TABLE: "in_table", _ROW_END: "row_end", _OUTLINE: "outline", _LIST: "list_number", _LEVEL: "level"}
    for code, operand in modifiers(data):
        if code in names and operand:
            said[names[code]] = int.from_bytes(operand, "little")
        elif code == _SHADE:
            said["shaded"] = int.from_bytes(operand, "little") not in (0, 0xFFFF)
    return ParagraphLook(
        style,
        bool(said.get("in_table")),
        bool(said.get("row_end")),
        said.get("outline"),
        said.get("list_number"),
        said.get("level"),
        bool(said.get("shaded")),
    )


def run_properties(data: bytes) -> RunProperties:
    """What the properties of a run say."""
    found = {code: operand for code, operand in modifiers(data) if code in _OF_RUNS}
    if not found:
        return _PLAIN
    numbers = {code: int.from_bytes(operand, "little") for code, operand in found.items()}
    switches = {name: bool(numbers[code]) for code, name in _SWITCHES.items() if numbers.get(code) in (0, 1)}
    highlight = numbers.get(_HIGHLIGHT, 0)
    behind = _COLORS[highlight] if 0 < highlight < len(_COLORS) else None
    if behind is None and numbers.get(_RUN_SHADE, 0) not in (0, 0xFFFF):
        behind = UNKNOWN
    look = TextLook(color=_color(found, numbers), size=numbers.get(_SIZE), behind=behind, **switches)
    return RunProperties(look, numbers.get(_STYLE), numbers.get(_DELETED) == 1, numbers.get(_PICTURE))


def _color(found: dict[int, bytes], numbers: dict[int, int]) -> str | None:
    """The colour of a run: "auto", its hexadecimal digits, None where it is not said."""
    rgb, number = found.get(_COLOR, b""), numbers.get(_INDEX, len(_COLORS))
    if len(rgb) == 4:
        return "auto" if rgb[3] else rgb[:3].hex()
    return _COLORS[number] if number < len(_COLORS) else None


def pages(stream: bytes, plc: bytes) -> Iterator[bytes]:
    """The pages of properties that a table names."""
    count = (len(plc) - 4) // 8
    for number in range(max(0, count)):
        page = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
        block = stream[page * _PAGE : (page + 1) * _PAGE]
        if len(block) == _PAGE:
            yield block


def paragraphs_of(stream: bytes, plc: bytes) -> tuple[list[int], list[ParagraphLook]]:
    """Ends of paragraphs as bytes in the file, ascending, and what is said of each."""
    found: dict[int, ParagraphLook] = {}
    for block in pages(stream, plc):
        runs = block[511]
        if 4 * (runs + 1) + 13 * runs > 511:
            continue
        for run in range(runs):
            end = struct.unpack_from("<I", block, 4 * (run + 1))[0]
            where = 2 * block[4 * (runs + 1) + 13 * run]
            found[end] = _paragraph_at(block, where) if where else ParagraphLook()
    ends = sorted(found)
    return ends, [found[end] for end in ends]


def _paragraph_at(block: bytes, where: int) -> ParagraphLook:
    size = block[where]
    start, end = (where + 2, where + 2 + 2 * block[where + 1]) if size == 0 else (where + 1, where + 2 * size)
    if end > _PAGE or end - start < 2:
        return ParagraphLook()
    return paragraph_look(struct.unpack_from("<H", block, start)[0], block[start + 2 : end])


class Runs:
    """The runs of characters of a file by the byte at which they end."""

    def __init__(self, stream: bytes, plc: bytes) -> None:
        found: dict[int, RunProperties] = {}
        for block in pages(stream, plc):
            runs = block[511]
            if 5 * runs + 4 > 511:
                continue
            for run in range(runs):
                end = struct.unpack_from("<I", block, 4 * (run + 1))[0]
                where = 2 * block[4 * (runs + 1) + run]
                found[end] = run_properties(block[where + 1 : where + 1 + block[where]]) if where else RunProperties()
        self._ends = sorted(found)
        self._found = [found[end] for end in self._ends]

    def at(self, offset: int) -> tuple[RunProperties, int | None]:
        """What is said of the character at a byte of the file, and the byte up to which it holds, None for ever."""
        number = bisect.bisect_right(self._ends, offset)
        if number >= len(self._ends):
            return RunProperties(), None
        return self._found[number], self._ends[number]


class StyleSheet:
    """The styles of a file by their number."""

    def __init__(self, sheet: bytes) -> None:
        self._styles: dict[int, Style] = dict(_styles(sheet))
        self._looks: dict[int, TextLook] = {}
        self._shaded: dict[int, bool] = {}

    def chain(self, number: int) -> Iterator[tuple[int, Style]]:
        """A style and those that it is based on, itself first."""
        for _ in range(_MOST_STYLES):
            style = self._styles.get(number)
            if style is None:
                return
            yield number, style
            number = style.based_on

    def paragraph(self, number: int) -> Iterator[ParagraphLook]:
        """What a style says of its paragraphs, then the ones that it is based on."""
        for at, style in self.chain(number):
            yield paragraph_look(at, style.paragraph)

    def is_shaded(self, number: int) -> bool:
        """Whether a style, or one that it is based on, colours what is behind its paragraphs."""
        if number not in self._shaded:
            self._shaded[number] = any(one.shaded for one in self.paragraph(number))
        return self._shaded[number]

    def look(self, number: int) -> TextLook:
        """How text of a style looks."""
        if number not in self._looks:
            found = NOTHING
            for _, style in reversed(list(self.chain(number))):
                found = run_properties(style.run).look.over(found)
            self._looks[number] = found
        return self._looks[number]


def _styles(sheet: bytes) -> Iterator[tuple[int, Style]]:
    if len(sheet) < 6:
        return
    head, _, base = struct.unpack_from("<HHH", sheet)
    position, number = 2 + head, 0
    while position + 2 <= len(sheet):
        width = struct.unpack_from("<H", sheet, position)[0]
        data = sheet[position + 2 : position + 2 + width]
        if len(data) >= 4:
            first, second = struct.unpack_from("<HH", data)
            kind = second & 0xF
            parts = list(_parts(data, base))
            run = parts[kind == _PARAGRAPH] if len(parts) > (kind == _PARAGRAPH) and kind in (_PARAGRAPH, _CHARACTER) else b""
            paragraph = parts[0][2:] if parts and kind == _PARAGRAPH else b""
            yield number, Style(first & 0x0FFF, kind, second >> 4, paragraph, run)
        position += 2 + width + width % 2
        number += 1


def _parts(data: bytes, base: int) -> Iterator[bytes]:
    """The lists of properties behind the name of a style."""
    if base + 2 > len(data):
        return
    position = base + 4 + 2 * struct.unpack_from("<H", data, base)[0]
    while position + 2 <= len(data):
        size = struct.unpack_from("<H", data, position)[0]
        yield data[position + 2 : position + 2 + size]
        position += 2 + size
        position += position % 2
