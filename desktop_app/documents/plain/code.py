# SPDX-License-Identifier: Apache-2.0
"""Source code and configuration: blocks with their lines, verbatim.

A block ends at an empty line before a line that is not indented, which is where functions and sections begin in nearly every
language; long blocks are cut at line ends.
"""

from __future__ import annotations

from collections.abc import Iterator

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.text.file_bytes import Lines, read_text, remarks

_BLOCK = 1_500  # characters


def read(context: ReadContext) -> Document:
    """Blocks of lines. Raises ``UnreadableDocument``."""
    decoded = read_text(context.path)
    partial, detail = remarks(decoded)
    return Document(tuple(_segments(decoded.text, context.progress)), partial=partial, detail=detail)


READER = Reader("code", (
    ".py", ".js", ".mjs", ".ts", ".tsx", ".jsx", ".vue", ".java", ".kt", ".scala", ".groovy", ".c", ".h", ".cc", ".cpp", ".hpp",
    ".cs", ".vb", ".bas", ".go", ".rs", ".swift", ".php", ".rb", ".pl", ".lua", ".r", ".m", ".sql", ".sh", ".bash", ".bat",
    ".cmd", ".ps1", ".css", ".scss", ".less", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".properties", ".gradle",
    ".dart", ".pas", ".f90", ".asm", ".proto", ".vbs",
), read, limit=LARGEST_TEXT, is_text=True)  # fmt: skip


def _segments(text: str, progress: Progress) -> Iterator[Segment]:
    lines = Lines(text)
    for count, (start, end) in enumerate(_blocks(text)):
        if count % 1_000 == 0:
            progress(start, len(text))
        yield Segment(text[start:end], Locator(chars=(start, end), lines=lines.of(start, end)), "code")


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Ranges without the empty lines around them."""
    start, position, empty_before = -1, 0, True
    last = 0
    while position < len(text):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end]
        if line.strip():
            fresh = empty_before and not line[0].isspace()
            if start >= 0 and (fresh or last - start >= _BLOCK):
                yield start, last
                start = -1
            start = position if start < 0 else start
            last = position + len(line.rstrip())
        empty_before = not line.strip()
        position = end + 1
    if start >= 0:
        yield start, last
