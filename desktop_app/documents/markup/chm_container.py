# SPDX-License-Identifier: Apache-2.0
"""The container of a Windows help file (.chm): a directory of names, and their data, plain or compressed in one stream (``lzx.py``).

    ITSF   where the directory and the data begin
    ITSP   the directory: chunks of equal size, those that say PMGL hold entries (name, section, offset, length)
    data   section 0 as it is; section 1 through LZX, which starts anew every few frames, as the reset table says

Offsets and lengths of the file are checked before anything is read by them. Raises ``Broken`` for a file that is no help file.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import lru_cache

from desktop_app.documents.markup import lzx
from desktop_app.documents.markup.lzx import FRAME, Broken

MOST_ENTRIES = 50_000
_STORAGE = "::DataSpace/Storage/MSCompressed/"
_CONTENT, _CONTROL = f"{_STORAGE}Content", f"{_STORAGE}ControlData"
_RESETS = f"{_STORAGE}Transform/{{7FC28940-9D31-11D0-9B27-00A0C91E9C7C}}/InstanceData/ResetTable"
_MOST_FRAMES_BETWEEN = 512  # resets; 16 MB. Usual are 2, or 64 KB


@dataclass(frozen=True, slots=True)
class Entry:
    name: str
    section: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class _Stream:
    """The compressed data: where each frame of it begins, relative to ``start``, and how many frames lie between two resets."""

    start: int
    length: int
    size: int
    window: int
    between: int
    frames: tuple[int, ...]


class Container:
    """``entries`` by name, names as the file writes them ("/index.htm"); ``language`` is Windows' number of the language."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        if len(data) < 0x60 or data[:4] != b"ITSF":
            raise Broken("no help file")
        version, _, _, _, self.language = struct.unpack_from("<5I", data, 4)
        _, _, directory, length = struct.unpack_from("<4Q", data, 0x38)
        self._content = struct.unpack_from("<Q", data, 0x58)[0] if version >= 3 else directory + length
        self.entries = self._directory(directory)
        self._stream = self._read_stream() if _CONTENT in self.entries else None
        self._expanded = lru_cache(maxsize=4)(self._expand)

    def read(self, entry: Entry) -> bytes:
        """The data of an entry. Raises ``Broken``."""
        if entry.section == 0:
            return self._plain(entry)
        stream = self._stream
        if entry.section != 1 or stream is None or entry.offset + entry.length > stream.size:
            raise Broken("an entry outside of the data")
        step = stream.between * FRAME
        first, last = entry.offset // step, max(entry.offset, entry.offset + entry.length - 1) // step
        whole = b"".join(self._expanded(number) for number in range(first, last + 1))
        start = entry.offset - first * step
        return whole[start : start + entry.length]

    def _plain(self, entry: Entry) -> bytes:
        start = self._content + entry.offset
        if start + entry.length > len(self._data):
            raise Broken("an entry outside of the file")
        return self._data[start : start + entry.length]

    def _directory(self, start: int) -> dict[str, Entry]:
        if start + 0x54 > len(self._data) or self._data[start : start + 4] != b"ITSP":
            raise Broken("no directory")
        header, _, size = struct.unpack_from("<3I", self._data, start + 8)
        count = struct.unpack_from("<I", self._data, start + 0x2C)[0]
        if not 0x20 <= size <= 1 << 20 or header > 1 << 16:
            raise Broken("a directory of another form")
        entries: dict[str, Entry] = {}
        for number in range(min(count, len(self._data) // size)):
            at = start + header + number * size
            chunk = self._data[at : at + size]
            if chunk[:4] == b"PMGL" and len(chunk) == size:
                free = struct.unpack_from("<I", chunk, 4)[0]
                self._entries(chunk, 20, size - free, entries)
        return entries

    def _entries(self, chunk: bytes, at: int, end: int, entries: dict[str, Entry]) -> None:
        while at < end:
            length, at = _number(chunk, at)
            name = chunk[at : at + length].decode("utf-8", "replace")
            at += length
            section, at = _number(chunk, at)
            offset, at = _number(chunk, at)
            size, at = _number(chunk, at)
            entries[name] = Entry(name, section, offset, size)
            if len(entries) > MOST_ENTRIES:
                raise Broken("too many entries")

    def _read_stream(self) -> _Stream:
        control, resets = self.entries.get(_CONTROL), self.entries.get(_RESETS)
        if control is None or resets is None:
            raise Broken("compressed data without its description")
        words, table = self._plain(control), self._plain(resets)
        if len(words) < 0x18 or words[4:8] != b"LZXC" or len(table) < 0x28:
            raise Broken("a compression of another kind")
        version, interval, window = struct.unpack_from("<3I", words, 8)
        unit = FRAME if version >= 2 else 1
        between, window = interval * unit // FRAME, (window * unit).bit_length() - 1
        count, _, header = struct.unpack_from("<3I", table, 4)
        size, _, frame = struct.unpack_from("<3Q", table, 16)
        if frame != FRAME or not 1 <= between <= _MOST_FRAMES_BETWEEN or header + 8 * count > len(table):
            raise Broken("a reset table of another form")
        if size > count * FRAME:
            raise Broken("more data than frames")
        content = self.entries[_CONTENT]
        self._plain(content)  # lies inside the file
        frames = struct.unpack_from(f"<{count}Q", table, header)
        return _Stream(self._content + content.offset, content.length, size, window, between, frames)

    def _expand(self, number: int) -> bytes:
        """The data from one reset to the next."""
        stream = self._stream
        assert stream is not None
        first = number * stream.between
        if first >= len(stream.frames):
            raise Broken("a frame that is not there")
        after = first + stream.between
        start = stream.frames[first]
        end = stream.frames[after] if after < len(stream.frames) else stream.length
        if not start <= end <= stream.length:
            raise Broken("frames out of order")
        size = min(stream.between * FRAME, stream.size - first * FRAME)
        return lzx.expanded(self._data[stream.start + start : stream.start + end], size, stream.window)


def _number(chunk: bytes, at: int) -> tuple[int, int]:
    """A number in groups of seven bits, the highest first, and where the next thing begins."""
    value = 0
    for position in range(at, min(at + 10, len(chunk))):
        value = value << 7 | chunk[position] & 0x7F
        if chunk[position] < 0x80:
            return value, position + 1
    raise Broken("a number without end")
