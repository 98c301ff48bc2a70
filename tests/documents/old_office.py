# SPDX-License-Identifier: Apache-2.0
"""Old Office files made by hand: a small writer of compound files (OLE), and in it Word 97, PowerPoint 97 and Outlook messages.

No library writes these formats; so the tests write the few records that matter, as [MS-CFB], [MS-DOC], [MS-PPT] and [MS-OXMSG]
describe them, independently of the readers.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Mapping
from itertools import pairwise
from pathlib import Path

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def compound(path: Path, streams: dict[str, bytes]) -> Path:
    """A compound file; ``a/b`` is stream b in storage a. All streams are padded past the limit of the mini stream."""
    entries: list[dict[str, object]] = [{"name": "Root Entry", "kind": 5, "children": []}]
    index = {"": 0}

    def storage(name: str) -> int:
        if name not in index:
            parent = storage(name.rpartition("/")[0])
            entries.append({"name": name.rpartition("/")[2], "kind": 1, "children": []})
            index[name] = len(entries) - 1
            entries[parent]["children"].append(index[name])  # type: ignore[attr-defined]
        return index[name]

    sectors: list[bytes] = []
    chains: list[int] = []
    for name, data in streams.items():
        parent = storage(name.rpartition("/")[0])
        size = max(len(data), 4096)
        padded = data.ljust(size, b"\x00")
        count = -(-size // SECTOR)
        first = len(sectors)
        sectors.extend(padded[n * SECTOR : (n + 1) * SECTOR].ljust(SECTOR, b"\x00") for n in range(count))
        chains.extend([*range(first + 1, first + count), END])
        # The true size where it is large enough, so that property streams keep their length.
        entries.append({"name": name.rpartition("/")[2], "kind": 2, "children": [], "first": first, "size": size})
        entries[parent]["children"].append(len(entries) - 1)  # type: ignore[attr-defined]
    directory = b"".join(_entry(entry, entries) for entry in entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\x00")
    directory_first = len(sectors)
    count = len(directory) // SECTOR
    sectors.extend(directory[n * SECTOR : (n + 1) * SECTOR] for n in range(count))
    chains.extend([*range(directory_first + 1, directory_first + count), END])
    fat_count = 1
    while (len(chains) + fat_count) * 4 > fat_count * SECTOR:
        fat_count += 1
    fat_first = len(sectors)
    chains.extend([FAT] * fat_count)
    chains.extend([FREE] * (fat_count * SECTOR // 4 - len(chains)))
    table = struct.pack(f"<{len(chains)}I", *chains)
    sectors.extend(table[n * SECTOR : (n + 1) * SECTOR] for n in range(fat_count))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, directory_first, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *[fat_first + n for n in range(fat_count)], *[FREE] * (109 - fat_count))
    path.write_bytes(header + b"".join(sectors))
    return path


def _entry(entry: dict[str, object], entries: list[dict[str, object]]) -> bytes:
    name = str(entry["name"])
    encoded = (name + "\x00").encode("utf-16-le")
    siblings = {left: right for other in entries for left, right in pairwise(other["children"])}  # type: ignore[call-overload]
    position = next(number for number, other in enumerate(entries) if other is entry)
    children = entry["children"]  # type: ignore[assignment]
    return (
        encoded.ljust(64, b"\x00")
        + struct.pack("<HBB", len(encoded), int(str(entry["kind"])), 1)
        + struct.pack("<III", FREE, siblings.get(position, FREE), children[0] if children else FREE)
        + bytes(36)
        + struct.pack("<IQ", int(str(entry.get("first", END if entry["kind"] == 5 else 0))), int(str(entry.get("size", 0))))
    )


# ---- Word 97 --------------------------------------------------------------------------------------------------------------


def word97(path: Path, paragraphs: list[tuple[str, int, str]], *, encrypted: bool = False) -> Path:
    """``paragraphs``: (text, style index, "" or "cell" or "row end"); the ends of cells and rows are marks of their own."""
    text, looks = "", []
    for words, style, kind in paragraphs:
        text += words + ("\x07" if kind else "\r")
        grpprl = b""
        if kind:
            grpprl += struct.pack("<HB", 0x2416, 1)
        if kind == "row end":
            grpprl += struct.pack("<HB", 0x2417, 1)
        looks.append((len(text), struct.pack("<H", style) + grpprl))
    begin = 2048
    pages = []
    for start in range(0, len(looks), 8):
        block = looks[start : start + 8]
        page = bytearray(512)
        edge = begin + 2 * (looks[start - 1][0] if start else 0)
        struct.pack_into("<I", page, 0, edge)
        place = 508
        for number, (end, papx) in enumerate(block):
            struct.pack_into("<I", page, 4 * (number + 1), begin + 2 * end)
            padded = papx.ljust(len(papx) + (len(papx) + 1) % 2, b"\x00")
            place -= len(padded) + 1
            place -= place % 2
            page[place] = (len(padded) + 1) // 2
            page[place + 1 : place + 1 + len(padded)] = padded
            page[4 * (len(block) + 1) + 13 * number] = place // 2
        page[511] = len(block)
        pages.append((edge, begin + 2 * block[-1][0], bytes(page)))
    body = text.encode("utf-16-le")
    first_page = -(-(begin + len(body)) // 512)
    stream = bytearray(first_page * 512 + 512 * len(pages))
    stream[begin : begin + len(body)] = body
    for number, (_, _, page) in enumerate(pages):
        stream[(first_page + number) * 512 : (first_page + number + 1) * 512] = page
    clx = b"\x02" + struct.pack("<I", 16) + struct.pack("<II", 0, len(text)) + struct.pack("<HIH", 0, begin, 0)
    plc = struct.pack(f"<{len(pages) + 1}I", *[page[0] for page in pages], pages[-1][1])
    plc += struct.pack(f"<{len(pages)}I", *[first_page + n for n in range(len(pages))])
    table = clx + plc
    struct.pack_into("<HH", stream, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", stream, 0x0A, 0x0200 | (0x0100 if encrypted else 0))
    struct.pack_into("<I", stream, 0x4C, len(text))
    struct.pack_into("<II", stream, 0x01A2, 0, len(clx))
    struct.pack_into("<II", stream, 0x0102, len(clx), len(plc))
    return compound(path, {"WordDocument": bytes(stream), "1Table": table})


# ---- PowerPoint 97 --------------------------------------------------------------------------------------------------------


def _record(kind: int, data: bytes, *, instance: int = 0, container: bool = False) -> bytes:
    return struct.pack("<HHI", instance << 4 | (0xF if container else 0), kind, len(data)) + data


def _text(kind: int, text: str) -> bytes:
    narrow = text.isascii()
    atom = _record(0x0FA8, text.encode("latin-1")) if narrow else _record(0x0FA0, text.encode("utf-16-le"))
    return _record(0x0F9F, struct.pack("<I", kind)) + atom


def _sized(runs: list[tuple[str, int]]) -> bytes:
    """A text whose runs have sizes: paragraphs of one look, then runs with a size and a colour."""
    text = "".join(words for words, _ in runs)
    paragraphs = struct.pack("<IHIHH", len(text) + 1, 0, 0x0900, 0, 0)  # with a left margin and an indent
    characters = b"".join(
        struct.pack("<IIHHBBBB", len(words) + (at == len(runs) - 1), 0x60001, 1, size, 0, 0, 0, 0xFE)
        for at, (words, size) in enumerate(runs)
    )
    chars = _record(0x0FA0, text.encode("utf-16-le"))
    return _record(0x0F9F, struct.pack("<I", 4)) + chars + _record(0x0FA1, paragraphs + characters)


def _footer(text: str, of: int = 0) -> bytes:
    atom = _record(0x0FDA, struct.pack("<HH", 0, 0x20))
    return _record(0x0FD9, atom + _record(0x0FBA, text.encode("utf-16-le"), instance=2), instance=of, container=True)


def powerpoint97(
    path: Path,
    slides: list[tuple[str, str, str, str]],
    *,
    skipped: Collection[int] = (),
    beside: Mapping[int, tuple[int, str]] | None = None,
    comments: Mapping[int, list[tuple[str, str]]] | None = None,
    sized: Mapping[int, list[tuple[str, int]]] | None = None,
    footers: Mapping[int, str] | None = None,
) -> Path:
    """``slides``: (title, body, text box, notes). The master says "Click to edit", which must not be read.

    By the number of a slide: those that are ``skipped``; ``beside``: the left edge of one more box (a slide is 5,760 wide) and its text;
    ``comments``: (author, text); ``sized``: one more box, as (text, points); ``footers``: their text, -1 for that of all slides.
    """
    stream = b""
    places: dict[int, int] = {}

    def put(number: int, record: bytes) -> None:
        nonlocal stream
        places[number] = len(stream)
        stream += record

    lists: dict[int, bytes] = {0: b"", 1: b"", 2: b""}
    put(90, _record(0x03F8, _text(0, "Click to edit Master title style"), container=True))
    lists[1] += _record(0x03F3, struct.pack("<IIIII", 90, 0, 0, 0x80000000, 0))
    for number, (title, body, box, notes) in enumerate(slides):
        reference, identity = 10 + number, 256 + number
        lists[0] += _record(0x03F3, struct.pack("<IIIII", reference, 0, 2, identity, 0)) + _text(0, title) + _text(1, body)
        drawing = _record(0x0F9E, struct.pack("<I", 0)) + _record(0x0F9E, struct.pack("<I", 1)) + _text(4, box)
        shapes = _record(0xF00D, drawing, container=True)
        if beside and number in beside:
            left, text = beside[number]
            anchor = _record(0xF010, struct.pack("<4h", 100, left, left + 1000, 600))
            shapes += _record(0xF004, anchor + _record(0xF00D, _text(4, text), container=True), container=True)
        if sized and number in sized:
            shapes += _record(0xF004, _record(0xF00D, _sized(sized[number]), container=True), container=True)
        parts = _record(0x040C, shapes, container=True)
        if footers and number in footers:
            parts += _footer(footers[number])
        parts += _record(0x03F9, struct.pack("<IIBBHI", 0, 0, 0, 0, 4 if number in skipped else 0, 0))
        for author, text in (comments or {}).get(number, []):
            said = b"".join(
                _record(0x0FBA, words.encode("utf-16-le"), instance=n) for n, words in enumerate((author, text, "X"))
            )
            tag = _record(0x0FBA, "___PPT10".encode("utf-16-le")) + _record(0x138B, _record(0x2EE0, said, container=True))
            parts += _record(0x1388, _record(0x138A, tag, container=True), container=True)
        put(reference, _record(0x03EE, parts, container=True))
        if notes:
            atom = _record(0x03F1, struct.pack("<II", identity, 0))
            put(50 + number, _record(0x03F0, atom + _record(0x040C, _text(2, notes), container=True), container=True))
            lists[2] += _record(0x03F3, struct.pack("<IIIII", 50 + number, 0, 0, 300 + number, 0))
    put(
        1,
        _record(
            0x03E8,
            _record(0x03E9, struct.pack("<ii", 5760, 4320) + bytes(32))
            + (_footer(footers[-1], of=3) if footers and -1 in footers else b"")
            + b"".join(_record(0x0FF0, data, instance=kind, container=True) for kind, data in lists.items()),
            container=True,
        ),
    )
    directory = len(stream)
    entries = b"".join(struct.pack("<II", number | 1 << 20, place) for number, place in places.items())
    stream += _record(0x1772, entries)
    edit = len(stream)
    stream += _record(0x0FF5, struct.pack("<IIIIIIHH", 256, 0, 0, directory, 1, 99, 1, 0))
    user = _record(0x0FF6, struct.pack("<III", 20, 0xE391C05F, edit) + bytes(8))
    return compound(path, {"PowerPoint Document": stream, "Current User": user})


# ---- Outlook --------------------------------------------------------------------------------------------------------------


def outlook(path: Path, subject: str, body: str, attachments: list[tuple[str, bytes]]) -> Path:
    """A message; texts end at their first zero, because streams are padded."""

    def wide(text: str) -> bytes:
        return text.encode("utf-16-le")

    streams = {
        "__properties_version1.0": bytes(32),
        "__substg1.0_0037001F": wide(subject),
        "__substg1.0_0C1A001F": wide("王小明"),
        "__substg1.0_0E04001F": wide("采购部"),
        "__substg1.0_1000001F": wide(body),
    }
    for number, (name, data) in enumerate(attachments):
        folder = f"__attach_version1.0_#{number:08X}"
        streams[f"{folder}/__substg1.0_3707001F"] = wide(name)
        streams[f"{folder}/__substg1.0_37010102"] = data
        streams[f"{folder}/__properties_version1.0"] = bytes(8)
    return compound(path, streams)
