# SPDX-License-Identifier: Apache-2.0
"""JSON and JSON lines: values with their names and source lines.

The innermost object is one row; \\u escapes are given as characters.
Read token by token rather than by a parser, which keeps no lines; so a file that is cut off gives what stands before the cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.text.file_bytes import Lines, read_text, remarks

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_HALF_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_ROW = 1_200  # characters after which an object's values are given as another row
_MOST_LEVELS = 200


@dataclass(slots=True)
class _Level:
    """An object or array that is open. ``key`` is the name waiting for its value."""

    is_object: bool
    name: str
    key: str = ""
    waiting: list[str] = field(default_factory=list)
    first: int = 0
    size: int = 0


def read(context: ReadContext) -> Document:
    """Rows of names and values. Raises ``UnreadableDocument``."""
    decoded = read_text(context.path)
    partial, detail = remarks(decoded)
    segments = tuple(_segments(decoded.text, context.progress))
    return Document(segments, partial=partial, detail=detail)


READER = Reader("json", (".json", ".jsonl", ".ndjson", ".geojson"), read, limit=LARGEST_TEXT, is_text=True)


def _segments(text: str, progress: Progress) -> Iterator[Segment]:  # noqa: C901 - one branch for each kind of token
    lines = Lines(text)
    levels = [_Level(is_object=False, name="")]
    waiting_key = ""
    for count, match in enumerate(_TOKEN.finditer(text)):
        if count % 20_000 == 0:
            progress(match.start(), len(text))
        word, level = match[0], levels[-1]
        if word in ("{", "["):
            yield from _flushed(levels, lines, match.start())
            if len(levels) < _MOST_LEVELS:
                name = level.key or level.name
                levels.append(_Level(is_object=word == "{", name=name))
            level.key = waiting_key = ""
        elif word in ("}", "]"):
            yield from _flushed(levels, lines, match.end())
            if len(levels) > 1:
                levels.pop()
            waiting_key = ""
        elif word == ":":
            level.key, waiting_key = waiting_key, ""
        elif word == ",":
            level.key = waiting_key = ""
        else:
            value = _value(word)
            following = text[match.end() : match.end() + 50].lstrip()[:1]
            if level.is_object and not level.key and following == ":":
                waiting_key = value
                continue
            name = level.key
            if value:
                if not level.waiting:
                    level.first = match.start()
                level.waiting.append(f"{name}: {value}" if name else value)
                level.size += len(value)
                if level.size >= _ROW:
                    yield from _flushed(levels, lines, match.end())
    yield from _flushed(levels, lines, len(text))


def _flushed(levels: list[_Level], lines: Lines, end: int) -> Iterator[Segment]:
    """What the innermost level has collected, as one row."""
    level = levels[-1]
    if level.waiting:
        trail = tuple(dict.fromkeys(other.name for other in levels if other.name))
        text = "; ".join(level.waiting)
        yield Segment(text, Locator(lines=lines.of(level.first, max(level.first + 1, end)), headings=trail[:6]), "row")
        level.waiting, level.size = [], 0


def _value(word: str) -> str:
    if not word.startswith('"'):
        return "" if word == "null" else word
    try:
        return str(json.loads(word, strict=False)).strip()
    except ValueError:
        return _cut_off(word)


def _cut_off(word: str) -> str:
    """A string that the end of the file cuts off, as far as it goes."""
    whole = _HALF_ESCAPE.sub("", word)
    try:
        return str(json.loads(f'{whole}"', strict=False)).strip()
    except ValueError:
        return word.strip('"')
