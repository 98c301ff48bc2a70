# SPDX-License-Identifier: Apache-2.0
"""Sizes of letters in PowerPoint 97 files: which of a text are too small.

Behind a text stand its looks ([MS-PPT] StyleTextPropAtom): of paragraphs first, whose lengths must be known to get past them, then of runs.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_TINY = 2  # points; the smallest print of slides has twice as many
# Bits of a paragraph's look, and the bytes of what they announce, in the order in which that stands.
_OF_PARAGRAPHS = (
    (0xF, 2), (1 << 7, 2), (1 << 4, 2), (1 << 6, 2), (1 << 5, 4), (1 << 11, 2), (1 << 12, 2), (1 << 13, 2), (1 << 14, 2), (1 << 8, 2),
    (1 << 10, 2), (1 << 15, 2),
)  # fmt: skip
_TABS = 1 << 20
_BEHIND_TABS = ((1 << 16, 2), (0xE0000, 2), (1 << 21, 2))
_BEFORE_SIZE = ((0x3EB7, 2), (1 << 16, 2), (1 << 21, 2), (1 << 22, 2), (1 << 23, 2))
_SIZE = 1 << 17
_BEHIND_SIZE = ((1 << 18, 4), (1 << 19, 2))
_ODD = 1 << 20 | 1 << 24 | 1 << 25 | 1 << 26  # what stands elsewhere in files that are whole


def sizes(data: bytes, length: int) -> list[tuple[int, int]]:
    """(characters, points) of the runs of a text of ``length`` characters, 0 where none are said; nothing where that cannot be read."""
    try:
        position = _behind_paragraphs(data, length)
        return list(_runs(data, position, length))
    except struct.error:
        return []


def is_tiny(points: int) -> bool:
    """Whether letters of a size that is said cannot be read."""
    return 0 < points <= _TINY


def _behind_paragraphs(data: bytes, length: int) -> int:
    position, covered = 0, 0
    while covered <= length:
        count, _, mask = struct.unpack_from("<IHI", data, position)
        position = _behind(mask, _OF_PARAGRAPHS, position + 10)
        if mask & _TABS:
            position += 2 + 4 * int(struct.unpack_from("<H", data, position)[0])
        position = _behind(mask, _BEHIND_TABS, position)
        covered += max(1, count)
    return position


def _runs(data: bytes, position: int, length: int) -> Iterator[tuple[int, int]]:
    covered = 0
    while covered <= length and position + 8 <= len(data):
        count, mask = struct.unpack_from("<II", data, position)
        if mask & _ODD:
            return
        position = _behind(mask, _BEFORE_SIZE, position + 8)
        points = struct.unpack_from("<H", data, position)[0] if mask & _SIZE else 0
        position = _behind(mask, _BEHIND_SIZE, position + (2 if mask & _SIZE else 0))
        covered += max(1, count)
        yield max(1, count), points


def _behind(mask: int, announced: tuple[tuple[int, int], ...], position: int) -> int:
    return position + sum(size for bits, size in announced if mask & bits)
