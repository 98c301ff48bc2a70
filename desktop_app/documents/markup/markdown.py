# SPDX-License-Identifier: Apache-2.0
"""Markdown: blocks with their heading trail and source lines.

markdown-it says where blocks are; a segment keeps the source of its block verbatim, so that ``chars`` and ``lines`` count in the
file. Table rows become "Header: value" text. Raw HTML blocks and front matter are kept as they stand: nothing is lost.
"""

from __future__ import annotations

import re
from typing import Any

from desktop_app.contract.document import Document, Locator, Segment
from desktop_app.contract.typed_table import RowCells
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.file_bytes import Lines, read_text, remarks
from desktop_app.documents.text.headings import Trail

_FRONT_MATTER = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_PLAIN = re.compile(r"[*_`]+|!?\[([^\]]*)\]\([^)]*\)")
_MARKER = re.compile(r"\s*(?:>\s*)*(?:[-*+]|\d{1,9}[.)])?\s+")


def read(context: ReadContext) -> Document:
    """The blocks of a text. Raises ``UnreadableDocument``."""
    decoded = read_text(context.path)
    partial, detail = remarks(decoded)
    walk = _Walk(decoded.text, context.progress)
    segments = tuple(walk.segments())
    return Document(segments, title=walk.title, partial=partial, detail=detail, tables=tuple(walk.tables.heads))


READER = Reader(
    "markdown", (".md", ".markdown", ".mdown", ".mkd"), read, limit=LARGEST_TEXT, is_text=True, needs=("markdown_it",)
)


class _Walk:
    """One pass over the blocks of a text."""

    def __init__(self, text: str, progress: Progress) -> None:
        self.title = ""
        self._text = text
        self._lines = Lines(text)
        self._trail = Trail()
        self._progress = progress
        self._out: list[Segment] = []
        self._number = 0  # of a row in its table
        self.tables = FoundTables()

    def segments(self) -> list[Segment]:
        from markdown_it import MarkdownIt

        offset = 0
        front = _FRONT_MATTER.match(self._text)
        if front is not None:
            offset = front.group().count("\n")
            self._add(0, offset, "code")
            named = _TITLE.search(front.group())
            self.title = named[1] if named else ""
        body = self._text[front.end() :] if front else self._text
        tokens = MarkdownIt("commonmark").enable("table").parse(body)
        self._headers: list[str] = []
        depth = 0
        for index, token in enumerate(tokens):
            if index % 500 == 0:
                self._progress(index, len(tokens))
            depth += {"list_item_open": 1, "list_item_close": -1}.get(token.type, 0)
            if token.map is None:
                continue
            first, last = token.map[0] + offset, token.map[1] + offset
            if token.type == "heading_open":
                self._heading(token, tokens[index + 1], first, last)
            elif token.type == "paragraph_open":
                self._add(first, last, "list" if depth else "text")
            elif token.type in ("fence", "code_block"):
                self._add(first, last, "code")
            elif token.type == "html_block":
                self._add(first, last, "text")
            elif token.type == "tr_open":
                self._row(tokens, index, first, last)
        return self._out

    def _heading(self, token: Any, inline: Any, first: int, last: int) -> None:
        title = table.clean(_PLAIN.sub(lambda match: match[1] or "", inline.content))
        self.title = self.title or title
        self._trail.enter(int(token.tag[1:]), title)
        self._add(first, last, "heading", title)

    def _row(self, tokens: list[Any], index: int, first: int, last: int) -> None:
        cells, is_header = [], False
        for token in tokens[index + 1 :]:
            if token.type == "tr_close":
                break
            is_header = is_header or token.type == "th_open"
            if token.type == "inline":
                cells.append(table.clean(token.content))
        if is_header:
            self._headers, self._number = cells, 1
            self.tables.begin(self._out[-1].text if self._out and self._out[-1].kind != "row" else "")
            self.tables.take(cells, None, table.HEADER, 1)
            following = next((token.type for token in tokens[index + 1 :] if token.type in ("tr_open", "table_close")), "")
            if following == "tr_open":
                return  # every row carries the names; the header alone says nothing more
            self._add(first, last, "row", table.row_text(cells, None))
        elif any(cells):
            self._number += 1
            noted = self.tables.take(cells, self._headers, "row", self._number)
            self._add(first, last, "row", table.row_text(cells, self._headers), noted)

    def _add(self, first: int, last: int, kind: str, text: str | None = None, cells: RowCells | None = None) -> None:
        """A segment of lines ``first`` to ``last`` (from 0, exclusive); verbatim unless ``text`` is given."""
        start, end = self._lines.start(first + 1), self._lines.start(last + 1)
        source = self._text[start:end]
        start += len(source) - len(source.lstrip())
        end = start + len(source.strip())
        if kind == "list":
            marker = _MARKER.match(self._text, self._lines.start(self._lines.at(start)), end)
            if marker is not None and start < marker.end() < end:
                start = marker.end()
        if start >= end:
            return
        locator = Locator(chars=(start, end), lines=self._lines.of(start, end), headings=self._trail.now)
        self._out.append(Segment(self._text[start:end] if text is None else text, locator, kind, cells=cells))
