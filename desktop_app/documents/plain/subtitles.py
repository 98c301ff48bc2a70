# SPDX-License-Identifier: Apache-2.0
"""Subtitles (.srt, .vtt): what is said, with its lines.

Numbers and marks are left out; a sentence goes on over several entries.
"""

from __future__ import annotations

import re

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.reader import LARGEST_TEXT, ReadContext, Reader
from desktop_app.documents.text import table
from desktop_app.documents.text.file_bytes import Lines, read_text, remarks

_CUE = re.compile(r"^(?:\d{1,3}:)?\d{1,2}:\d{2}[.,]\d{1,3}[ \t]*-->[^\n]*\n((?:[^\n]*\S[^\n]*(?:\n|\Z))*)", re.MULTILINE)
_TAG = re.compile(r"</?[a-zA-Z][^>\n]{0,80}>|\{\\[^}\n]{0,80}\}")
_SENTENCE_END = ("。", "！", "？", ".", "!", "?", "…", "”", '"')


def read(context: ReadContext) -> Document:
    """What is said, entry by entry. Raises ``UnreadableDocument``."""
    decoded = read_text(context.path)
    partial, detail = remarks(decoded)
    lines = Lines(decoded.text)
    segments: list[Segment] = []
    for count, match in enumerate(_CUE.finditer(decoded.text)):
        if count % 1_000 == 0:
            context.progress(match.start(), len(decoded.text))
        text = table.clean(_TAG.sub("", match[1]))
        if text:
            goes_on = bool(segments) and not segments[-1].text.endswith(_SENTENCE_END)
            segments.append(Segment(text, Locator(lines=lines.of(match.start(), match.end(1))), continues=goes_on))
    return Document(tuple(segments), partial=partial, detail=detail)


READER = Reader("subtitles", (".srt", ".vtt"), read, limit=LARGEST_TEXT, is_text=True)
