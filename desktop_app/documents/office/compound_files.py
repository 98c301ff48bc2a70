# SPDX-License-Identifier: Apache-2.0
"""Writes compound files (OLE), for documents that lie inside another one.

An object in a .doc is a folder of streams; its reader wants a file. Streams are padded to the size from which they have sectors of their own,
so that no second allocation table is needed; readers of Office files know the length of their text.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

_SECTOR, _SMALLEST = 512, 4_096
_END, _FREE, _TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_IN_HEADER = 109  # sectors of the allocation table that the header names: 7 MB; no document in a document is larger


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A file that holds these streams; b"" where they are too many bytes for one."""
    sectors, chain = bytearray(), list[int]()

    def put(data: bytes) -> int:
        first, count = len(chain), -(-len(data) // _SECTOR)
        sectors.extend(data.ljust(count * _SECTOR, b"\x00"))
        chain.extend([*range(first + 1, first + count), _END])
        return first

    entries = [_entry("Root Entry", 5, child=1 if streams else _FREE)]
    for number, (name, data) in enumerate(streams.items(), start=1):
        padded = data.ljust(_SMALLEST, b"\x00")
        following = number + 1 if number < len(streams) else _FREE
        entries.append(_entry(name, 2, right=following, first=put(padded), size=len(padded)))
    directory = put(b"".join(entries))
    count = 1
    while len(chain) + count > count * _SECTOR // 4:
        count += 1
    if count > _IN_HEADER:
        return b""
    first = len(chain)
    table = [*chain, *[_TABLE] * count]
    table += [_FREE] * (count * _SECTOR // 4 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, count, directory, 0, _SMALLEST, _END, 0, _END, 0)
    header += struct.pack("<109I", *range(first, first + count), *[_FREE] * (_IN_HEADER - count))
    return header + bytes(sectors) + struct.pack(f"<{len(table)}I", *table)


def _entry(name: str, kind: int, *, right: int = _FREE, child: int = _FREE, first: int = _END, size: int = 0) -> bytes:
    encoded = (name[:31] + "\x00").encode("utf-16-le")
    links = struct.pack("<III", _FREE, right, child)
    return (
        encoded.ljust(64, b"\x00")
        + struct.pack("<HBB", len(encoded), kind, 1)
        + links
        + bytes(36)
        + struct.pack("<IQ", first, size)
    )
