# SPDX-License-Identifier: Apache-2.0
"""The lists of a Word 97 file: which counter and levels a paragraph has.

LSTF, LVL   the lists and their levels          counters
LFO         what paragraphs refer to by number  a list, with first numbers or levels of its own
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace

from desktop_app.documents.text.list_numbers import LEVELS, Level, ListNumbers
from desktop_app.documents.text.number_styles import BY_CODE

_LIST, _LEVEL, _USE = 28, 28, 16  # bytes of an LSTF, of the fixed part of a LVL, of an LFO
_BETWEEN = (" ", " ", "")
_NO_STYLE = 0x0FFF
_BROKEN = (struct.error, IndexError)


@dataclass(frozen=True, slots=True)
class _ListUse:
    """A list as paragraphs refer to it; ``styles`` are the paragraph styles of its levels."""

    counter: str
    levels: tuple[Level, ...]
    styles: tuple[int, ...]
    starts: frozenset[int]


class Lists:
    """Numbers of paragraphs, in the order in which ``label`` is asked."""

    def __init__(self, table: bytes, lists: tuple[int, int], uses: tuple[int, int]) -> None:
        self._numbers = ListNumbers()
        self._uses: list[_ListUse | None] = []
        try:
            known = dict(_lists(table, *lists))
            self._uses.extend(_list_uses(table, *uses, known))
        except _BROKEN:
            pass  # the numbers are lost, not the text

    def level_of_style(self, number: int, style: int) -> int | None:
        """The level of a list that paragraphs of a style are of."""
        use = self._use(number)
        return use.styles.index(style) if use is not None and style in use.styles else None

    def is_listed(self, number: int) -> bool:
        """Whether paragraphs that refer to this list have a number or a bullet."""
        return 0 < number < 0x7FF

    def label(self, number: int, level: int) -> str:
        """Count a paragraph; its number as it is shown in front of the text, "" for none or a bullet."""
        use = self._use(number)
        if use is None or not 0 <= level < LEVELS:
            return ""
        return self._numbers.label(use.counter, use.levels, level, str(number), use.starts)

    def _use(self, number: int) -> _ListUse | None:
        return self._uses[number - 1] if 0 < number <= len(self._uses) else None


def _lists(table: bytes, start: int, length: int) -> Iterator[tuple[int, tuple[list[Level], tuple[int, ...]]]]:
    """Lists by their number: levels, and the style of each level."""
    if length < 2:
        return
    count = struct.unpack_from("<H", table, start)[0]
    position = start + 2 + count * _LIST
    for at in range(count):
        head = start + 2 + at * _LIST
        identity = struct.unpack_from("<i", table, head)[0]
        styles = struct.unpack_from("<9H", table, head + 8)
        simple = table[head + 26] & 1
        levels = [Level(text="")] * LEVELS
        for level in range(1 if simple else LEVELS):
            levels[level], position = _level(table, position)
        yield identity, (levels, tuple(-1 if style == _NO_STYLE else style for style in styles))


def _level(table: bytes, position: int) -> tuple[Level, int]:
    """A level, and where what follows it begins."""
    first, code, flags = struct.unpack_from("<iBB", table, position)
    between = table[position + 15]
    runs, paragraphs, restart = table[position + 24], table[position + 25], table[position + 26]
    text_at = position + _LEVEL + runs + paragraphs
    length = struct.unpack_from("<H", table, text_at)[0]
    raw = table[text_at + 2 : text_at + 2 + 2 * length].decode("utf-16-le", "replace")
    text = "".join(f"%{ord(sign) + 1}" if ord(sign) < LEVELS else sign for sign in raw)
    level = Level(
        start=first,
        style="none" if code == 0xFF else BY_CODE[code] if code < len(BY_CODE) else "decimal",
        text=text,
        between=_BETWEEN[between] if between < len(_BETWEEN) else " ",
        restart=restart if flags & 8 else None,
        plain=bool(flags & 4),
    )
    return level, text_at + 2 + 2 * length


def _list_uses(
    table: bytes, start: int, length: int, known: dict[int, tuple[list[Level], tuple[int, ...]]]
) -> Iterator[_ListUse | None]:
    if length < 4:
        return
    count = struct.unpack_from("<I", table, start)[0]
    if count * _USE > length:
        return
    position = start + 4 + count * _USE
    for at in range(count):
        head = start + 4 + at * _USE
        identity, own = struct.unpack_from("<i", table, head)[0], table[head + 12]
        levels, styles = known.get(identity, ([Level(text="")] * LEVELS, ()))
        levels, starts = list(levels), set()
        position += 4  # of each use: a number that says nothing here, then its changes
        for _ in range(own):
            first, flags = struct.unpack_from("<iI", table, position)
            position += 8
            level = min(flags & 0xF, LEVELS - 1)
            if flags & 0x20:
                levels[level], position = _level(table, position)
            if flags & 0x10:
                levels[level] = replace(levels[level], start=first)
                starts.add(level)
        yield _ListUse(str(identity), tuple(levels), styles, frozenset(starts)) if identity in known else None
