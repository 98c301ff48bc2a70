# SPDX-License-Identifier: Apache-2.0
"""Numbers of lists in rich text whose writer did not put them there.

Word writes the number of each item into the file (``\\listtext``); what other programs write often has only the table of lists:

    \\listtable          lists, with how each level counts and looks
    \\listoverridetable  what paragraphs refer to by number (``\\ls``): a list, with first numbers of its own
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from desktop_app.documents.text.list_numbers import LEVELS, Level, ListNumbers
from desktop_app.documents.text.number_styles import BY_CODE

_TOKEN = re.compile(rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n])", re.DOTALL)
_WRITTEN = re.compile(rb"\\(?:listtext|pntext)\b")
_UNICODE_WIDTH = re.compile(rb"\\uc(\d{1,2})")
_BETWEEN = (" ", " ", "")
_MOST_USES = 20_000  # of lists, and as many lists; a book has some dozens
_BULLET = 23


@dataclass(slots=True)
class _Level:
    """A level while it is read; ``signs`` are the characters of its text, the first one its length."""

    code: int = 0
    start: int = 1
    follow: int = 0
    legal: bool = False
    restarts: bool = True
    signs: list[str] = field(default_factory=list)

    def made(self) -> Level:
        length = ord(self.signs[0]) if self.signs else 0
        text = "".join(self.signs[1 : 1 + length])
        text = re.sub("[\x00-\x08]", lambda sign: f"%{ord(sign[0]) + 1}", text)
        style = "none" if self.code == 255 else BY_CODE[self.code] if 0 <= self.code < len(BY_CODE) else "decimal"
        return Level(
            start=self.start,
            style="bullet" if self.code == _BULLET else style,
            text=text,
            between=_BETWEEN[self.follow] if 0 <= self.follow < len(_BETWEEN) else " ",
            restart=None if self.restarts else 0,
            plain=self.legal,
        )


@dataclass(slots=True)
class _Use:
    identity: int = 0
    starts: dict[int, int] = field(default_factory=dict)


class RtfLists:
    """The lists of a document; without the table of lists, or where the numbers stand in the text, none."""

    def __init__(self, data: bytes) -> None:
        self._numbers = ListNumbers()
        self._lists: dict[int, tuple[Level, ...]] = {}
        self._uses: dict[int, _Use] = {}
        if b"\\listtable" not in data or _WRITTEN.search(data):
            return
        start = data.find(b"\\listtable")
        widths = [int(found[1]) for found in _UNICODE_WIDTH.finditer(data, 0, start)]
        self._read_lists(_group(data, start), widths[-1] if widths else 1)
        self._read_uses(_group(data, data.find(b"\\listoverridetable")))

    def label(self, use: int, level: int) -> str:
        """Count a paragraph; its number as it is shown, with what parts it from the text, "" for none or a bullet."""
        found = self._uses.get(use)
        levels = None if found is None else self._lists.get(found.identity)
        if found is None or levels is None or not 0 <= level < LEVELS:
            return ""
        if found.starts:
            levels = tuple(_from(one, found.starts.get(at)) for at, one in enumerate(levels))
        return self._numbers.label(str(found.identity), levels, level, str(use), found.starts.keys())

    def _read_lists(self, tokens: Iterator[re.Match[bytes]], width: int) -> None:  # noqa: C901 - one branch for each word
        levels: list[_Level] = []
        text_from, depth, to_skip = 0, 0, 0
        for token in tokens:
            word, number, code, symbol, brace, plain = token.groups()
            value = int(number) if number else 0
            if brace:
                depth += 1 if brace == b"{" else -1
                text_from = 0 if depth < text_from else text_from
                to_skip = 0
            elif word == b"list":
                levels = []
            elif word == b"listlevel":
                levels.append(_Level())
            elif word == b"listid" and len(self._lists) < _MOST_USES:
                made = [one.made() for one in levels[:LEVELS]]
                self._lists[value] = (*made, *[Level(text="")] * (LEVELS - len(made)))
            elif word == b"leveltext":
                text_from = depth
            elif not levels:
                continue
            elif word == b"u" and text_from:
                levels[-1].signs.append(chr(value & 0xFFFF))
                to_skip = width
            elif word is not None:
                _set(levels[-1], word, value)
            elif text_from == depth and to_skip:
                to_skip -= 1
            elif text_from == depth:
                sign = bytes((int(code, 16),)) if code else symbol or plain or b""
                levels[-1].signs.append(sign.decode("cp1252", "replace"))

    def _read_uses(self, tokens: Iterator[re.Match[bytes]]) -> None:
        use, level = _Use(), -1
        for token in tokens:
            word, value = token[1], int(token[2]) if token[2] else 0
            if word == b"listoverride":
                use, level = _Use(), -1
            elif word == b"listid":
                use.identity = value
            elif word == b"lfolevel":
                level += 1
            elif word == b"levelstartat" and 0 <= level < LEVELS:
                use.starts[level] = value
            elif word == b"ls" and len(self._uses) < _MOST_USES:
                self._uses[value] = use


def _group(data: bytes, start: int) -> Iterator[re.Match[bytes]]:
    """The tokens of the group whose first word stands at ``start``; nothing where there is none."""
    depth = 0
    for token in _TOKEN.finditer(data, start) if start >= 0 else ():
        depth += 1 if token[5] == b"{" else -1 if token[5] else 0
        if depth < 0:
            return
        yield token


def _set(level: _Level, word: bytes, value: int) -> None:
    if word in (b"levelnfc", b"levelnfcn"):
        level.code = value
    elif word == b"levelstartat":
        level.start = value
    elif word == b"levelfollow":
        level.follow = value
    elif word == b"levellegal":
        level.legal = bool(value)
    elif word == b"levelnorestart":
        level.restarts = not value


def _from(level: Level, start: int | None) -> Level:
    return level if start is None else replace(level, start=start)
