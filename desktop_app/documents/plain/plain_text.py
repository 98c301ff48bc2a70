# SPDX-License-Identifier: Apache-2.0
"""Plain text and logs: paragraphs with their lines.

A segment is verbatim, so that its ``chars`` count in the decoded file. Paragraphs are parted by empty lines; a block without any
is cut at line ends, so that a log of a million lines is neither one segment nor a million. A line such as 第三章 or 第二节 is a
heading: contracts and regulations come as plain text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from desktop_app.analysis.sentences import CHAPTER
from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.text.file_bytes import Lines, read_text, remarks
from desktop_app.documents.text.headings import Trail

_BLOCK = 1_500  # characters after which a block without empty lines is cut at the next line end
_PARAGRAPH = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_LEVELS = {"卷": 1, "编": 1, "篇": 1, "部": 1, "章": 2, "节": 3}


def read(context: ReadContext) -> Document:
    """Paragraphs of a file on disk. Raises ``UnreadableDocument``."""
    decoded = read_text(context.path)
    partial, detail = remarks(decoded)
    segments = tuple(paragraphs(decoded.text, context.progress))
    return Document(segments, partial=partial, detail=detail)


READER = Reader("text", (".txt", ".text", ".log", ".rst", ".tex"), read, limit=LARGEST_TEXT, is_text=True)


def paragraphs(text: str, progress: Progress) -> Iterator[Segment]:
    """Paragraphs of a text, with their ranges of characters and lines in it."""
    lines, trail = Lines(text), Trail()
    for count, (start, end) in enumerate(_spans(text)):
        if count % 1_000 == 0:
            progress(start, len(text))
        piece = text[start:end]
        heading = CHAPTER.match(piece) if "\n" not in piece else None
        if heading is not None:
            trail.enter(_LEVELS[heading["unit"]], piece.strip())
        locator = Locator(chars=(start, end), lines=lines.of(start, end), headings=trail.now)
        yield Segment(piece, locator, "heading" if heading else "text")


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _PARAGRAPH.finditer(text):
        start, stop = match.span()
        cut = start
        position = start
        while position < stop:
            end = text.find("\n", position, stop)
            end = stop if end < 0 else end
            if CHAPTER.match(text, position, end):
                if cut < position:
                    yield _trim(text, cut, position)
                yield _trim(text, position, end)
                cut = end
            elif end - cut >= _BLOCK:
                yield _trim(text, cut, end)
                cut = end
            position = end + 1
        if cut < stop and text[cut:stop].strip():
            yield _trim(text, cut, stop)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
