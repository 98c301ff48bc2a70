# SPDX-License-Identifier: Apache-2.0
"""Word 97 to 2003 and WPS Writer (.doc, .wps), from the binary file.

Paragraphs, headings, lists and table rows.

Read here rather than by a library, because none that may be shipped keeps the structure: kreuzberg gave one flat text with field
codes in it, and nothing for files with a broken allocation table. The format is [MS-DOC]:

    FIB        at the start of the WordDocument stream: where everything stands, how long each part of the text is
    CLX        in the table stream: the piece table, from character positions to bytes, 8-bit or UTF-16 piece by piece
    PAPX       512-byte pages with the properties of each paragraph: its style, whether it is in a table, ends a row, is a list
    STSH       the styles; the built-in ones are known by number, so that headings are found in every language

Word 6 and 95 have plain text at a fixed place; their encoding is detected. What breaks this reader is tried by kreuzberg.
"""

from __future__ import annotations

import bisect
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.office import kreuzberg_backend, ole, unlocking
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import encodings
from desktop_app.documents.text.segment_builder import SegmentBuilder

_MAGIC = 0xA5EC
_WORD97 = 0xC1
_ENCRYPTED, _TABLE1 = 0x0100, 0x0200
_TITLE = 62  # built-in style numbers ("sti"); 1 to 9 are the headings
_PAGE = 512
_ENDS = re.compile("[\r\x07\x0c]")
_FIELD = re.compile("\x13[^\x13\x14\x15]*(?:\x14([^\x13\x14\x15]*))?\x15")
_MARKS = str.maketrans(
    {
        "\x0b": "\n",
        "\x0e": "\n",
        "\x1e": "-",
        "\xa0": " ",
        "\t": "\t",
        **{chr(code): "" for code in (*range(9), 0x1F, 0x13, 0x14, 0x15)},
    }
)
_IN_TABLE, _ROW_END, _STYLE, _OUTLINE, _LIST = 0x2416, 0x2417, 0x4600, 0x2640, 0x460B
_BROKEN = (struct.error, IndexError, ValueError, KeyError, OverflowError)


def read(context: ReadContext) -> Document:
    """The text of a document; a protected one is unlocked. Raises ``UnreadableDocument``."""
    with ole.opened(context.path) as streams:
        stream = streams.read("WordDocument")
        title = streams.title()
        if len(stream) < 0x60:
            raise UnreadableDocument("damaged", "no text stream")
        magic, version = struct.unpack_from("<HH", stream)
        flags = struct.unpack_from("<H", stream, 0x0A)[0]
        if flags & _ENCRYPTED:
            return unlocking.read(context)
        flow, broken = SegmentBuilder(), False
        try:
            if magic == _MAGIC and version >= _WORD97:
                table = (
                    streams.read("1Table" if flags & _TABLE1 else "0Table") or streams.read("0Table") or streams.read("1Table")
                )
                _Word97(stream, table, context.progress).into(flow)
            else:
                _old(stream, flow)
        except _BROKEN:
            broken = True
    if broken and not flow.segments:
        return kreuzberg_backend.read_as(context.path, context.progress, "application/msword")
    partial, detail = ("partly_read", "the text breaks off") if broken else ("", "")
    return Document(tuple(flow.segments), title=title or flow.title, partial=partial, detail=detail)


READER = Reader("doc", (".doc", ".dot", ".wps", ".wpt"), read, needs=("olefile",))


def _old(stream: bytes, flow: SegmentBuilder) -> None:
    """Word 6 and 95: 8-bit text between two offsets."""
    start, end = struct.unpack_from("<II", stream, 0x18)
    decoded = encodings.decode(stream[start:end].replace(b"\r", b"\x0c"))
    for text in re.split("[\x0c\x07]", decoded.text):
        flow.paragraph(_clean(text))


@dataclass(frozen=True, slots=True)
class _Look:
    """What a paragraph's properties say."""

    style: int = 0
    in_table: bool = False
    row_end: bool = False
    outline: int = 9
    listed: bool = False


class _Word97:
    def __init__(self, stream: bytes, table: bytes, progress: Progress) -> None:
        self._stream = stream
        self._table = table
        self._progress = progress
        self._pieces = list(self._piece_table())
        self._first = [piece[0] for piece in self._pieces]
        self._ends, self._looks = self._paragraph_properties()
        self._levels = self._style_levels()

    def into(self, flow: SegmentBuilder) -> None:
        text = "".join(self._decoded(*piece) for piece in self._pieces)
        main, notes, headers, macros, comments, endnotes, boxes = struct.unpack_from("<7I", self._stream, 0x4C)
        position = 0
        for length, wanted in (
            (main, True),
            (notes, True),
            (headers, False),
            (macros, False),
            (comments, True),
            (endnotes, True),
            (boxes, True),
        ):
            if position >= len(text):
                break
            if wanted and length:
                if position:
                    flow.leave_sections()
                self._part(text, position, min(position + length, len(text)), flow)
            position += length

    # ---- text -------------------------------------------------------------------------------------------------------

    def _piece_table(self) -> Iterator[tuple[int, int, int, bool]]:
        """(first character, one past the last, file offset, whether 8-bit) of each piece."""
        start, length = struct.unpack_from("<II", self._stream, 0x01A2)
        clx = self._table[start : start + length]
        position = 0
        while position < len(clx) and clx[position] == 1:
            position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
        if position >= len(clx) or clx[position] != 2:
            raise ValueError("no piece table")
        size = struct.unpack_from("<I", clx, position + 1)[0]
        plc = clx[position + 5 : position + 5 + size]
        count = (len(plc) - 4) // 12
        edges = struct.unpack_from(f"<{count + 1}I", plc)
        for number in range(count):
            coded = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
            narrow = bool(coded & 0x40000000)
            offset = (coded & 0x3FFFFFFF) // 2 if narrow else coded & 0x3FFFFFFF
            if edges[number] < edges[number + 1]:
                yield edges[number], edges[number + 1], offset, narrow

    def _decoded(self, first: int, last: int, offset: int, narrow: bool) -> str:
        count = last - first
        if count > len(self._stream):
            raise ValueError("a piece longer than the file")
        data = self._stream[offset : offset + count * (1 if narrow else 2)]
        if narrow:
            text = data.decode("cp1252", "replace")
        else:  # one character for each position, as in Word: each half of a surrogate pair is one
            text = "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])))
        return text.ljust(count, "\x00")

    def _offset(self, position: int) -> int:
        """The byte in the file of the character at ``position``."""
        number = max(0, bisect.bisect_right(self._first, position) - 1)
        first, _, offset, narrow = self._pieces[number]
        return offset + (position - first) * (1 if narrow else 2)

    # ---- paragraphs -------------------------------------------------------------------------------------------------

    def _part(self, text: str, start: int, end: int, flow: SegmentBuilder) -> None:
        cells: list[str] = []
        rows: list[list[str]] = []
        cell: list[str] = []
        position = start
        for count, match in enumerate(_ENDS.finditer(text, start, end)):
            if count % 500 == 0:
                self._progress(match.start(), end)
            look = self._look(match.start())
            words = _clean(text[position : match.start()])
            position = match.end()
            if look.row_end or look.in_table or match[0] == "\x07":
                if look.row_end:
                    rows.append(cells)
                    cells, cell = [], []
                elif match[0] == "\x07":
                    cells.append(" ".join((*cell, words)))
                    cell = []
                elif words:
                    cell.append(words)
                continue
            if rows or cells or cell:
                flow.rows([*rows, [*cells, *cell]] if cells or cell else rows)
                rows, cells, cell = [], [], []
            level = self._level(look)
            if level is not None:
                flow.heading(level, words)
            else:
                flow.paragraph(words, "list" if look.listed else "text")
        if rows or cells or cell:
            flow.rows([*rows, [*cells, *cell]] if cells or cell else rows)
        flow.paragraph(_clean(text[position:end]))

    def _level(self, look: _Look) -> int | None:
        if look.outline < 9:
            return look.outline + 1
        return self._levels.get(look.style)

    def _look(self, position: int) -> _Look:
        """The properties of the paragraph whose mark stands at ``position``."""
        number = bisect.bisect_right(self._ends, self._offset(position))
        return self._looks[number] if number < len(self._looks) else _Look()

    def _paragraph_properties(self) -> tuple[list[int], list[_Look]]:
        """Ends of paragraphs as bytes in the file, ascending, and what is said of each."""
        start, length = struct.unpack_from("<II", self._stream, 0x0102)
        plc = self._table[start : start + length]
        count = (len(plc) - 4) // 8
        found: dict[int, _Look] = {}
        for number in range(max(0, count)):
            page = struct.unpack_from("<I", plc, 4 * (count + 1) + 4 * number)[0] & 0x3FFFFF
            block = self._stream[page * _PAGE : (page + 1) * _PAGE]
            if len(block) < _PAGE:
                continue
            runs = block[511]
            if 4 * (runs + 1) + 13 * runs > 511:
                continue
            for run in range(runs):
                end = struct.unpack_from("<I", block, 4 * (run + 1))[0]
                where = 2 * block[4 * (runs + 1) + 13 * run]
                found[end] = _look_at(block, where) if where else _Look()
        ends = sorted(found)
        return ends, [found[end] for end in ends]

    # ---- styles -----------------------------------------------------------------------------------------------------

    def _style_levels(self) -> dict[int, int]:
        """Style index -> heading level, 0 for the title; also of styles made from such a style."""
        levels: dict[int, int] = {index: index for index in range(1, 10)}  # fixed by the format
        start, length = struct.unpack_from("<II", self._stream, 0x00A2)
        sheet = self._table[start : start + length]
        if len(sheet) < 6:
            return levels
        size = struct.unpack_from("<H", sheet)[0]
        position, index = 2 + size, 0
        based: dict[int, int] = {}
        while position + 2 <= len(sheet):
            width = struct.unpack_from("<H", sheet, position)[0]
            if width >= 4:
                first, second = struct.unpack_from("<HH", sheet, position + 2)
                sti, parent = first & 0x0FFF, second >> 4
                if 1 <= sti <= 9:
                    levels[index] = sti
                elif sti == _TITLE:
                    levels[index] = 0
                elif sti == 0x0FFE and parent != 0x0FFF:
                    based[index] = parent  # made by the user
            position += 2 + width + width % 2
            index += 1
        for style in based:
            current, seen = style, set[int]()
            while current not in levels and current in based and current not in seen:
                seen.add(current)
                current = based[current]
            if current in levels:
                levels[style] = levels[current]
        return levels


def _look_at(block: bytes, where: int) -> _Look:
    size = block[where]
    if size == 0:
        start, end = where + 2, where + 2 + 2 * block[where + 1]
    else:
        start, end = where + 1, where + 2 * size
    if end > _PAGE or end - start < 2:
        return _Look()
    style = struct.unpack_from("<H", block, start)[0]
    said = {"style": style, "outline": 9, "in_table": 0, "row_end": 0, "listed": 0}
    position = start + 2
    while position + 3 <= end:
        code = struct.unpack_from("<H", block, position)[0]
        position += 2
        kind = code >> 13
        if kind == 6:
            width = 1 + block[position] if code != 0xD608 else 1 + struct.unpack_from("<H", block, position)[0]
        else:
            width = (1, 1, 2, 4, 2, 2, 0, 3)[kind]
        if code == _IN_TABLE:
            said["in_table"] = block[position]
        elif code == _ROW_END:
            said["row_end"] = block[position]
        elif code == _STYLE:
            said["style"] = struct.unpack_from("<H", block, position)[0]
        elif code == _OUTLINE:
            said["outline"] = block[position]
        elif code == _LIST:
            said["listed"] = struct.unpack_from("<h", block, position)[0]
        position += width
    return _Look(said["style"], bool(said["in_table"]), bool(said["row_end"]), said["outline"], said["listed"] > 0)


def _clean(text: str) -> str:
    """What people see of a paragraph: results of fields instead of their codes, no marks of pictures and notes."""
    while "\x13" in text:
        shorter = _FIELD.sub(lambda match: match[1] or "", text)
        if shorter == text:
            break
        text = shorter
    cleaned = text.translate(_MARKS).strip()
    return cleaned.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
