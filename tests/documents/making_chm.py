# SPDX-License-Identifier: Apache-2.0
"""Windows help files: a container writer, and an LZX packer that knows literals and matches, enough to try every kind of block."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from documents.making import CHINESE, ENGLISH

FRAME = 0x8000
WINDOW = 16  # bits
MARKS = bytes.fromhex("10fd017caa7bd0119e0c00a0c922e6ec11fd017caa7bd0119e0c00a0c922e6ec")
GUID = "{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}"
_EXTRA = [0 if slot < 4 else min(slot // 2 - 1, 17) for slot in range(32)]
_BASE = [sum(1 << extra for extra in _EXTRA[:slot]) for slot in range(32)]


class Writer:
    """Bits into 16-bit little-endian words, highest first."""

    def __init__(self) -> None:
        self.data = bytearray()
        self._bits: list[int] = []

    def put(self, value: int, count: int) -> None:
        self._bits += [value >> shift & 1 for shift in range(count - 1, -1, -1)]
        while len(self._bits) >= 16:
            word, self._bits = self._bits[:16], self._bits[16:]
            self.data += int("".join(map(str, word)), 2).to_bytes(2, "little")

    def align(self, *, always: bool = False) -> None:
        if self._bits or always:
            self.put(0, 16 - len(self._bits))


def packed(data: bytes, kinds: str) -> bytes:
    """One stretch between resets, a block a frame: "v"erbatim, "a"ligned or "u"ncompressed, by turns."""
    out = Writer()
    out.put(0, 1)  # calls are not translated
    recent = [1, 1, 1]
    last = [0, 0]  # code lengths of the main and of the length tree, all alike
    for number, start in enumerate(range(0, len(data), FRAME)):
        block = data[start : start + FRAME]
        kind = kinds[number % len(kinds)]
        out.put("?vau".index(kind), 3)
        out.put(len(block), 24)
        if kind == "u":
            out.align(always=True)
            for offset in recent:
                out.data += struct.pack("<I", offset)
            out.data += block + b"\0" * (len(block) % 2)
            continue
        if kind == "a":
            for _ in range(8):
                out.put(3, 3)
        for elements in (256, 256):  # literals, matches: all 9 bits long
            _lengths(out, [9] * elements, last[0])
        _lengths(out, [7] * 7 + [8] * 242, last[1])
        last = [9, -1]
        for literal, offset, count in _steps(data, start, len(block)):
            if count:
                recent = _match(out, offset, count, recent, aligned=kind == "a")
            else:
                out.put(literal, 9)
        out.align()
    return bytes(out.data)


def _match(out: Writer, offset: int, count: int, recent: list[int], *, aligned: bool) -> list[int]:
    """The offsets used last, as they are after it."""
    more = extra = 0
    if offset in recent:
        slot = recent.index(offset)
        recent[slot], recent[0] = recent[0], offset
    else:
        slot = next(slot for slot in range(31, 2, -1) if _BASE[slot] - 2 <= offset)
        more, extra = offset + 2 - _BASE[slot], _EXTRA[slot]
        recent = [offset, recent[0], recent[1]]
    out.put(256 + slot * 8 + min(count - 2, 7), 9)
    rest = count - 9
    if rest >= 7:
        out.put(14 + rest - 7, 8)
    elif rest >= 0:
        out.put(rest, 7)
    if aligned and extra >= 3:
        out.put(more >> 3, extra - 3)
        out.put(more & 7, 3)
    else:
        out.put(more, extra)
    return recent


def _lengths(out: Writer, lengths: list[int], before: int) -> None:
    """Code lengths as differences to those before, each by a code of 4 or 5 bits; ``before`` -1: they are the same as now."""
    used = [4] * 12 + [5] * 8
    for length in used:
        out.put(length, 4)
    for length in lengths:
        symbol = 0 if before in (-1, length) else (before - length) % 17
        out.put(symbol, 4) if symbol < 12 else out.put(24 + symbol - 12, 5)


def _steps(data: bytes, start: int, size: int) -> Iterator[tuple[int, int, int]]:
    """(literal, 0, 0) or (0, offset, length), greedily, by a table of where three bytes stood last."""
    seen: dict[bytes, int] = {}
    for at in range(max(0, start - 20_000), start):
        seen[data[at : at + 3]] = at
    at, end = start, start + size
    while at < end:
        found = seen.get(data[at : at + 3], -1)
        count = 0
        if 0 < at - found <= 30_000 and found >= 0 and at + 3 <= end:
            while count < 257 and at + count < end and data[found + count] == data[at + count]:
                count += 1
        if count >= 3:
            yield 0, at - found, count
        else:
            count = 1
            yield data[at], 0, 0
        for passed in range(at, at + count):
            seen[data[passed : passed + 3]] = passed
        at += count


def number(value: int) -> bytes:
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def help_file(
    path: Path, files: Mapping[str, bytes], *, kinds: str = "", language: int = 0x804, between: int = 2, copies: int = 0
) -> Path:
    """``kinds``: how to pack, as for ``packed``; "" leaves the files as they are. ``copies``: further names for the same data."""
    plain = dict(files) if not kinds else {}
    entries: list[tuple[str, int, int, int]] = []
    section = bytearray()
    if kinds:
        whole = b"".join(files.values())
        at = 0
        for name, data in files.items():
            entries.append((name, 1, at, len(data)))
            at += len(data)
        content, resets = b"", []
        for start in range(0, len(whole), between * FRAME):
            part = whole[start : start + between * FRAME]
            frames = -(-len(part) // FRAME)
            resets += [len(content)] * frames  # the decoder only goes by those where it starts anew
            content += packed(part, kinds)
        table = struct.pack("<4I3Q", 2, len(resets), 8, 0x28, len(whole), len(content), FRAME)
        storage = "::DataSpace/Storage/MSCompressed/"
        plain[f"{storage}ControlData"] = struct.pack("<I4s5I", 6, b"LZXC", 2, between, 1 << WINDOW >> 15, 1, 0)
        plain[f"{storage}SpanInfo"] = struct.pack("<Q", len(whole))
        plain[f"{storage}Transform/{GUID}/InstanceData/ResetTable"] = table + struct.pack(f"<{len(resets)}Q", *resets)
        plain[f"{storage}Content"] = content
    for name, data in plain.items():
        entries.append((name, 0, len(section), len(data)))
        section += data
    entries += [(f"{name}.{copy}.htm", *place) for name, *place in entries for copy in range(copies)]
    rows = [number(len(name.encode())) + name.encode() + b"".join(map(number, place)) for name, *place in sorted(entries)]
    size = 0x1000
    chunks: list[bytes] = [b""]
    for row in rows:
        if 20 + len(chunks[-1]) + len(row) > size - 16:
            chunks.append(b"")
        chunks[-1] += row
    directory = struct.pack(
        "<4s12I", b"ITSP", 1, 0x54, 10, size, 2, 1, 0xFFFFFFFF, 0, len(chunks) - 1, 0xFFFFFFFF, len(chunks), 0x409
    )
    directory += b"\0" * 16 + struct.pack("<4I", 0x54, *[0xFFFFFFFF] * 3)
    for index, chunk in enumerate(chunks):
        after = index + 1 if index + 1 < len(chunks) else 0xFFFFFFFF
        before = index - 1 if index else 0xFFFFFFFF
        directory += (struct.pack("<4s4I", b"PMGL", size - 20 - len(chunk), 0, before, after) + chunk).ljust(size, b"\0")
    head = struct.pack("<4s5I", b"ITSF", 3, 0x60, 1, 0, language) + MARKS
    first = struct.pack("<5I", 0x1FE, 0, 0x78 + len(directory) + len(section), 0, 0)
    head += struct.pack("<5Q", 0x60, 0x18, 0x78, len(directory), 0x78 + len(directory)) + first.ljust(0x18, b"\0")
    path.write_bytes(head + directory + section)
    return path


def manual(path: Path, kinds: str = "v", filler: int = 0) -> Path:
    """A handbook of three pages and a table of contents that names them in another order, in GBK as such files are."""
    contents = (
        '<HTML><BODY><UL><LI><OBJECT type="text/sitemap"><param name="Name" value="付款"><param name="Local" value="pay.htm"></OBJECT>'
        '<UL><LI><OBJECT type="text/sitemap"><param name="Name" value="保修 &amp; 维修"><param name="Local" value="sub%20one/保修.htm#top">'
        "</OBJECT></UL></UL></BODY></HTML>"
    )
    pages = {
        "/#SYSTEM": b"\x03\0\0\0",
        "/toc.hhc": contents.encode("gbk"),
        "/a.htm": b"<html><title>Index</title><body><p>The appendix has a list of parts.</p>"
        + b"<!-- nothing to see here -->" * filler,
        "/pay.htm": f"<html><body><h1>付款</h1><p>{CHINESE}</p><h2>期限</h2><p>三十日。</p></body></html>".encode("gbk"),
        "/sub one/保修.htm": f"<html><body><p>{ENGLISH}</p></body></html>".encode(),
        "/picture.gif": bytes(range(256)) * 40,
    }
    return help_file(path, pages, kinds=kinds)
