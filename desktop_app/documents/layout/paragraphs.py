# SPDX-License-Identifier: Apache-2.0
"""Joins the lines of a page to paragraphs.

A PDF knows only the positions of characters, so paragraphs must be seen from the layout.

A new paragraph starts at a wider gap, another font size, a first-line indent, a list mark, a jump up the page (the next column,
unless the sentence plainly goes on), or after a line that ended although the next word would still have fitted: the last sign
works for English and Chinese, justified or ragged. The joined text keeps, for each of its characters, the index it has on the
page (``origin``), so that mending line ends and hyphens costs no place.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from desktop_app.analysis.script import glue, is_cjk
from desktop_app.analysis.sentences import is_list_item

_TERMINAL = re.compile(r"[。！？!?.:：；…][\"'”’」』）)]*$")
_ODD = re.compile("[\x00-\x1f\xa0\xad\ufffe]")
_PLAIN_HYPHEN = re.compile(r"[^\W\d_]-$")


class Line(msgspec.Struct, frozen=True):
    """Characters ``start`` to ``stop`` of the page ``text``; ``end`` is past the hyphen that ``hyphen`` says was there.

    Geometry in points, from the page's lower left corner; ``level`` is False where it is not known or the line is slanted. ``turn``: in
    which quarter it is written (1 down, 2 head over, 3 up); its geometry is that of the page turned back. 4 is a slant, as of a watermark.
    """

    text: str
    start: int
    stop: int
    end: int
    hyphen: bool = False
    left: float = 0.0
    right: float = 0.0
    base: float = 0.0
    size: float = 0.0
    level: bool = False
    turn: int = 0

    @property
    def words(self) -> str:
        """Its text, without the rest of the page."""
        return self.text[self.start : self.stop]


class Paragraph(msgspec.Struct, frozen=True):
    """``origin[i]`` is the page index of ``text[i]``."""

    text: str
    origin: Sequence[int]


def paragraphs(lines: Iterable[Line]) -> Iterator[Paragraph]:
    """Joins lines, given in reading order, to paragraphs."""
    every = list(lines)
    pitch = _pitch(every)
    edges = _Edges(every)
    group: list[Line] = []
    body: list[Line] = []  # those of the group that are no scripts
    for line in every:
        if body and _is_script(body[-1], line):
            group.append(line)
            continue
        if body and _breaks(body, group[-1], line, pitch, edges):
            yield _join(group)
            group, body = [], []
        group.append(line)
        body.append(line)
    if group:
        yield _join(group)


class _Edges:
    """The right edge of the column that a line stands in: as far as any line goes that starts near it."""

    def __init__(self, lines: list[Line]) -> None:
        self._spans = [(line.left, line.right) for line in lines if line.level]
        self._known: dict[tuple[float, float], float] = {}

    def right_of(self, line: Line) -> float:
        low, high = line.left - 3 * line.size, line.left + 3 * line.size
        key = (round(low), round(high))  # most lines of a page start at the same place
        if key not in self._known:
            self._known[key] = max((right for left, right in self._spans if low < left < high), default=line.right)
        return self._known[key]


def _pitch(lines: list[Line]) -> float:
    """The usual distance from one baseline to the next."""
    steps = [
        above.base - below.base
        for above, below in itertools.pairwise(lines)
        if above.level and below.level and 0 < above.base - below.base < 3 * max(above.size, 1)
    ]
    return statistics.median(steps) if steps else 0.0


def _is_script(last: Line, line: Line) -> bool:
    """Whether ``line`` is an exponent, index or note mark of the line before it: PDFium gives it as a line of its own."""
    return (
        last.level
        and 0 < line.size < 0.85 * last.size
        and line.stop - line.start <= 8
        and abs(line.base - last.base) < 0.9 * last.size
        and line.left > last.left
    )


def _breaks(group: list[Line], nearest: Line, line: Line, pitch: float, edges: _Edges) -> bool:
    """Whether ``line`` starts a new paragraph after those in ``group``; ``nearest`` is the last one or a script behind it."""
    last = group[-1]
    if last.hyphen:
        return False
    if not (last.level and line.level):
        return _ended(last)
    if abs(last.size - line.size) > 0.12 * max(last.size, line.size):
        return True
    step = last.base - line.base
    if is_list_item(line.words) and step > 0.3 * line.size:
        return True
    if abs(step) < 0.3 * line.size:
        return line.left - nearest.right > 2 * line.size  # the same line: a gap is a table's or a tab's
    if step < 0:
        first = line.words[0]
        return not (first.islower() or (is_cjk(first) and is_cjk(last.words[-1]))) or _ended(last)
    if step > 1.35 * (pitch or line.size * 1.3) and step > 1.2 * line.size:
        return True
    if line.left - last.left > 1.2 * line.size and len(group) > 1 and not is_list_item(group[0].words):
        return True
    return _ended_early(last, line, edges)


def _ended(line: Line) -> bool:
    """Whether a sentence or a clause ends with the line."""
    return _TERMINAL.search(line.words) is not None


def _ended_early(last: Line, line: Line, edges: _Edges) -> bool:
    """Whether the first word of ``line`` would have fitted behind ``last``: then the line was ended on purpose."""
    edge = edges.right_of(last)
    words = line.words
    word = words[:1] if is_cjk(words[0]) else words.split(None, 1)[0]
    width = (line.right - line.left) * len(word) / max(1, len(words))
    return last.right + width + 0.7 * last.size < edge


def _join(lines: list[Line]) -> Paragraph:
    if len(lines) == 1 and _ODD.search(words := lines[0].words) is None:
        return Paragraph(words, range(lines[0].start, lines[0].stop))
    origin: list[int] = []
    parts: list[str] = []
    tail = ""  # the last character so far
    before: Line | None = None
    for line in lines:
        words = line.words
        if before is not None:
            first = words[0]
            # The last characters say it; a search through the line would look for a start at each of its letters.
            if before.hyphen:
                if not first.islower():
                    parts.append("-")  # "Anna-\nMaria", "2019-\n2020": the hyphen is part of the word
                    origin.append(before.end - 1)
            elif first.islower() and _PLAIN_HYPHEN.search(before.words[-3:]) is not None:
                parts[-1] = parts[-1][:-1]
                origin.pop()
            elif glue(tail, first):
                parts.append(" ")
                origin.append(before.stop)
        if _ODD.search(words) is None:  # nearly every line
            parts.append(words)
            origin.extend(range(line.start, line.stop))
        else:
            kept = [
                (index, character)
                for index, character in enumerate(words, line.start)
                if character >= " " and character not in "\xad\ufffe"
            ]
            parts.append("".join(" " if character == "\xa0" else character for _, character in kept))
            origin.extend(index for index, _ in kept)
        tail = parts[-1][-1:] or tail
        before = line
    return Paragraph("".join(parts), origin)
