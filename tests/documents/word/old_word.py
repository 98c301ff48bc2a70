# SPDX-License-Identifier: Apache-2.0
"""Word 97 files written by hand, with lists, headers, comments, notes and looks of runs.

As [MS-DOC] describes them, independently of the reader.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

from documents.old_office import compound

_BEGIN = 2_048  # byte of the first character
STRUCK, HIDDEN, DELETED = (struct.pack("<HB", code, 1) for code in (0x0837, 0x083C, 0x0800))
WHITE, ON_BLACK, TINY = (
    struct.pack("<HI", 0x6870, 0x00FFFFFF),
    struct.pack("<HB", 0x2A0C, 1),
    struct.pack("<HH", 0x4A43, 2),
)


@dataclass(frozen=True)
class Para:
    """A paragraph: runs as text or (text, properties), then those of the paragraph and of its mark."""

    runs: Sequence[str | tuple[str, bytes]]
    style: int = 0
    about: bytes = b""
    mark: bytes = b""
    end: str = "\r"


def para(*runs: str | tuple[str, bytes], style: int = 0, numbered: tuple[int, int] | None = None, mark: bytes = b"") -> Para:
    """``numbered``: number of the list's use, from 1, and level."""
    about = struct.pack("<HHHB", 0x460B, numbered[0], 0x260A, numbered[1]) if numbered else b""
    return Para(runs, style, about, mark)


def row(*cells: str | Para) -> list[Para]:
    """A row of a table."""
    in_table = struct.pack("<HB", 0x2416, 1)
    made = [cell if isinstance(cell, Para) else Para([cell]) for cell in cells]
    found = [Para(cell.runs, cell.style, cell.about + in_table, cell.mark, "\x07") for cell in made]
    return [*found, Para([""], 0, in_table + struct.pack("<HB", 0x2417, 1), b"", "\x07")]


def level(text: str, code: int = 0, *, start: int = 1, follow: int = 1, flags: int = 0, restart: int = 0) -> bytes:
    """A level: "%1.%2" and the number of its style; ``restart`` counts where ``flags`` has 8."""
    signs, places, at = "", [], 0
    while at < len(text):
        if text[at] == "%":
            signs += chr(int(text[at + 1]) - 1)
            places.append(len(signs))
            at += 2
        else:
            signs += text[at]
            at += 1
    head = (
        struct.pack("<iBB", start, code, flags)
        + bytes(places).ljust(9, b"\x00")
        + struct.pack("<BiIBBBB", follow, 0, 0, 0, 0, restart, 0)
    )
    return head + struct.pack("<H", len(signs)) + signs.encode("utf-16-le")


@dataclass(frozen=True)
class OldWord:
    """A document. ``lists``: levels of each list; ``uses``: (list, first number of level 0, or of each level, or None) as paragraphs refer to them.

    ``headers``: stories of the first section: even header, odd header, even footer, odd footer, first header, first footer.
    ``comments``: (number of the paragraph, author, text); ``notes``: (number of the paragraph, text).
    """

    body: Sequence[Para]
    lists: Sequence[Sequence[bytes]] = ()
    uses: Sequence[tuple[int, int | Mapping[int, int] | None]] = ()
    headers: Sequence[str] = ()
    comments: Sequence[tuple[int, str, str]] = ()
    notes: Sequence[tuple[int, str]] = ()
    boxes: Sequence[str | Para] = ()
    even: bool = False
    objects: Mapping[str, bytes] = field(default_factory=dict)
    data: bytes = b""
    styles: Sequence[bytes] = ()

    def write(self, path: Path) -> Path:
        notes = [Para(["\x02 " + text]) for _, text in self.notes]
        headers = [Para([text]) if text else None for text in self.headers]
        comments = [Para(["\x05" + text]) for _, _, text in self.comments]
        boxes = [one if isinstance(one, Para) else Para([one]) for one in self.boxes]
        shown = [one for one in headers if one]
        parts = [list(self.body), notes, shown, [], comments, [], boxes, []]
        paragraphs = [one for part in parts for one in part]
        text, ends, runs, papx = "", [], [], []
        for one in paragraphs:
            for run in (*one.runs, (one.end, one.mark)):
                words, look = (run, b"") if isinstance(run, str) else run
                text += words
                runs.append((len(text), look))
            ends.append(len(text))
            papx.append((len(text), struct.pack("<H", one.style) + one.about))
        lengths = [sum(len(self._words(one)) for one in part) for part in parts]
        stream = bytearray(_BEGIN) + text.encode("utf-16-le")
        table = bytearray()

        def put(offset: int, data: bytes) -> None:
            struct.pack_into("<II", stream, offset, len(table), len(data))
            table.extend(data)

        put(0x01A2, b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, _BEGIN, 0))
        put(0x0102, _pages(stream, papx, 13))
        put(0x00FA, _pages(stream, runs, 1))
        self._lists(put)
        if self.styles:
            put(0x00A2, struct.pack("<HHH", 4, len(self.styles), 10) + b"".join(map(_style, self.styles)))
        starts = [0, *ends]
        if self.headers:
            edges = [0] * 7
            for one in headers:
                edges.append(edges[-1] + (len(self._words(one)) if one else 0))
            put(0x00F2, struct.pack(f"<{len(edges)}I", *edges))
        if self.even:
            put(0x0192, b"\x01")
        if self.comments:
            authors = list(dict.fromkeys(author for _, author, _ in self.comments))
            places = [starts[number] for number, _, _ in self.comments]
            about = b"".join(bytes(20) + struct.pack("<H", authors.index(author)) + bytes(8) for _, author, _ in self.comments)
            put(0x00BA, struct.pack(f"<{len(places) + 1}I", *places, len(text)) + about)
            put(0x00C2, _edges(comments, self._words))
            put(0x01BA, b"".join(struct.pack("<H", len(name)) + name.encode("utf-16-le") for name in authors))
        if self.notes:
            places = [starts[number] for number, _ in self.notes]
            put(0x00AA, struct.pack(f"<{len(places) + 1}I", *places, len(text)) + bytes(2 * len(places)))
            put(0x00B2, _edges(notes, self._words))
        struct.pack_into("<HH", stream, 0, 0xA5EC, 0xC1)
        struct.pack_into("<H", stream, 0x0A, 0x0200)
        struct.pack_into("<8I", stream, 0x4C, *lengths)
        streams = {"WordDocument": bytes(stream), "1Table": bytes(table), **({"Data": self.data} if self.data else {})}
        return compound(path, {**streams, **self.objects})

    def _lists(self, put) -> None:  # type: ignore[no-untyped-def]
        if not self.lists:
            return
        heads, levels = b"", b""
        for number, given in enumerate(self.lists, start=100):
            heads += struct.pack("<ii", number, 0) + struct.pack("<9H", *[0x0FFF] * 9) + b"\x00\x00"
            levels += b"".join(given) + b"".join(level("") for _ in range(9 - len(given)))
        put(0x02E2, struct.pack("<H", len(self.lists)) + heads + levels)
        uses, changes = b"", b""
        for of, first in self.uses:
            starts = {} if first is None else {0: first} if isinstance(first, int) else first
            uses += struct.pack("<iIIBBBB", 100 + of, 0, 0, len(starts), 0, 0, 0)
            changes += struct.pack("<I", 0xFFFFFFFF)
            changes += b"".join(struct.pack("<iI", start, 0x10 | at) for at, start in starts.items())
        put(0x02EA, struct.pack("<I", len(self.uses)) + uses + changes)

    @staticmethod
    def _words(one: Para) -> str:
        return "".join(run if isinstance(run, str) else run[0] for run in one.runs) + one.end


def _style(about: bytes) -> bytes:
    """A paragraph style without a name, based on none: the properties of its paragraphs."""
    upx = struct.pack("<HH", 2 + len(about), 0) + about
    data = struct.pack("<HHHHH", 0x0FFE, 0xFFF1, 2, 0, 0) + struct.pack("<HH", 0, 0) + upx + bytes(len(upx) % 2) + bytes(2)
    return struct.pack("<H", len(data)) + data


def _edges(paragraphs: Sequence[Para], words) -> bytes:  # type: ignore[no-untyped-def]
    edges = [0, *accumulate(len(words(one)) for one in paragraphs)]
    return struct.pack(f"<{len(edges) + 1}I", *edges, edges[-1])


def _pages(stream: bytearray, found: Sequence[tuple[int, bytes]], width: int) -> bytes:
    """Pages of properties behind the text; ``width`` of an entry is 13 for paragraphs, 1 for runs. Returns the table that names them."""
    edges, numbers = [], []
    stream.extend(bytes(-len(stream) % 512))
    for start in range(0, len(found), 8):
        block = found[start : start + 8]
        page = bytearray(512)
        edge = _BEGIN + 2 * (found[start - 1][0] if start else 0)
        struct.pack_into("<I", page, 0, edge)
        place = 508
        for number, (end, data) in enumerate(block):
            struct.pack_into("<I", page, 4 * (number + 1), _BEGIN + 2 * end)
            if width == 1 and not data:
                continue
            padded = data.ljust(len(data) + (len(data) + 1) % 2, b"\x00") if width == 13 else data
            place -= len(padded) + 1
            place -= place % 2
            page[place] = (len(padded) + 1) // 2 if width == 13 else len(padded)
            page[place + 1 : place + 1 + len(padded)] = padded
            page[4 * (len(block) + 1) + width * number] = place // 2
        page[511] = len(block)
        edges.append(edge)
        numbers.append(len(stream) // 512)
        stream.extend(page)
    last = _BEGIN + 2 * found[-1][0]
    return struct.pack(f"<{len(edges) + 1}I", *edges, last) + struct.pack(f"<{len(numbers)}I", *numbers)
