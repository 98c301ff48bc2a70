# SPDX-License-Identifier: Apache-2.0
"""Web pages: paragraphs with their heading trail and source lines.

Scripts, styles and anything that would have to be fetched are left out.
Tables are as often layout as data, so only a row of ``th`` cells names columns.

On Python's own parser, which gives the source lines: of 32 known texts of eleven malformed pages none is lost, by lxml.html four
(libxml2 stops at 256 elements within one another); lxml takes a twentieth of the time (``tests/benchmarks/reader_libraries``).
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.text import encodings, table
from desktop_app.documents.text.file_bytes import read_bytes, remarks
from desktop_app.documents.text.first_element import first_element
from desktop_app.documents.text.headings import Trail

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_CUT_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*\Z")  # where a page breaks off; the parser would give it as text
_PAGE_ELEMENTS = frozenset(("html", "head", "body", "table", "meta", "style", "div"))
_DROPPED = frozenset(("script", "style", "noscript", "template", "svg", "math", "object", "iframe", "select"))
_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form header hr"
    " html legend li main nav ol p pre section summary table tbody tfoot thead tr ul h1 h2 h3 h4 h5 h6 td th head title".split()
)


def read(context: ReadContext) -> Document:
    """The text of a page on disk. Raises ``UnreadableDocument``."""
    data = read_bytes(context.path)
    if encodings.looks_binary(data):
        raise UnreadableDocument("unknown_format", "binary data")
    return read_page(data, context.progress)


def _is_page(head: bytes, by_name: Reader | None) -> bool:
    return first_element(head, by_name).lower() in _PAGE_ELEMENTS


READER = Reader("html", (".html", ".htm", ".xhtml"), read, magic=(_is_page,), limit=LARGEST_TEXT, is_text=True)


def read_page(data: bytes, progress: Progress, charset: str = "", *, fallback: str = "") -> Document:
    """A page's text; ``charset`` is what a mail says of it, ``fallback`` holds where nobody says anything. Without any text it has
    no segments."""
    declared = _CHARSET.search(data[:4096])
    decoded = encodings.decode(data, charset or (declared[1].decode("ascii") if declared else fallback))
    parser, text = _Page(), _CUT_TAG.sub("", decoded.text)
    step = 1 << 18
    for start in range(0, len(text), step):
        progress(start, len(text))
        parser.feed(text[start : start + step])
    parser.close()
    partial, detail = remarks(decoded)
    return Document(tuple(parser.segments), title=parser.title, partial=partial, detail=detail)


class _Page(HTMLParser):
    """Collects text until a block ends. ``lines`` are those of the source."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.segments: list[Segment] = []
        self.title = ""
        self._trail = Trail()
        self._text: list[str] = []
        self._first = 1
        self._dropped: list[str] = []
        self._kind = "text"
        self._preformatted = 0
        self._tables: list[_Table] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED:
            self._dropped.append(tag)
        if self._dropped or tag not in _BLOCKS:
            if tag == "img":
                self._text.extend(f" {value} " for name, value in attrs if name == "alt" and value)
            return
        if tag == "br" and (self._kind.startswith("heading") or (self._tables and self._tables[-1].cell)):
            self._text.append(" ")
            return
        self.flush()
        if tag == "table":
            self._tables.append(_Table())
        elif self._tables and tag == "tr":
            self._end_row()  # its end tag may be left out
            self._tables[-1].start_row(self.getpos()[0])
        elif self._tables and tag in ("td", "th"):
            self._tables[-1].start_cell(is_header=tag == "th")
        elif tag == "pre":
            self._preformatted += 1
            self._kind = "code"
        else:
            self._kind = {"li": "list", "dt": "list", "dd": "list", "title": "title"}.get(tag, "text")
            if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
                self._kind = f"heading{tag[1]}"

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _DROPPED:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if self._dropped:
            if tag in self._dropped:
                del self._dropped[self._dropped.index(tag) :]
            elif tag in ("body", "html"):
                self._dropped.clear()
            return
        if tag not in _BLOCKS:
            return
        self.flush()
        self._kind = "text"
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif self._tables and tag in ("td", "th"):
            self._tables[-1].cell = False
        elif self._tables and tag in ("tr", "table"):
            self._end_row()
            if tag == "table":
                self._end_table(self._tables.pop())

    def handle_data(self, data: str) -> None:
        if self._dropped:
            return
        if not self._text:
            self._first = self.getpos()[0] + data[: len(data) - len(data.lstrip())].count("\n")
        self._text.append(data)

    def close(self) -> None:
        super().close()
        self.flush()
        while self._tables:
            self._end_row()
            self._end_table(self._tables.pop())

    def flush(self) -> None:
        """Close the paragraph that is being collected."""
        raw = "".join(self._text)
        text = raw.strip("\n").rstrip() if self._preformatted else table.clean(raw)
        self._text.clear()
        if not text.strip():
            return
        kind = self._kind
        if kind == "title":
            self.title = self.title or text
            return
        if self._tables and self._tables[-1].cell:
            self._tables[-1].add(text)
            return
        if kind.startswith("heading"):
            self._trail.enter(int(kind[-1]), text)
            kind = "heading"
        self._add(text, kind, self._first)

    def _add(self, text: str, kind: str, first: int) -> None:
        locator = Locator(lines=(first, max(first, self.getpos()[0])), headings=self._trail.now)
        self.segments.append(Segment(text, locator, kind))

    def _end_row(self) -> None:
        current = self._tables[-1]
        current.cell = False
        cells, header = current.take_row()
        if any(cells):
            self._add(table.row_text(cells, header), "row", current.first)

    def _end_table(self, ended: _Table) -> None:
        if ended.header is not None and not ended.rows:
            self._add(table.row_text(ended.header, None), "row", ended.first)


class _Table:
    """The row being collected, and the names of the columns."""

    def __init__(self) -> None:
        self.cell = False
        self.first = 1
        self.header: list[str] | None = None
        self.rows = 0
        self._cells: list[str] = []
        self._names = 0
        self._seen = 0

    def start_row(self, line: int) -> None:
        self.first = line
        self._cells, self._names, self.cell = [], 0, False

    def start_cell(self, *, is_header: bool) -> None:
        self._cells.append("")
        self._names += is_header
        self.cell = True

    def add(self, text: str) -> None:
        self._cells[-1] = f"{self._cells[-1]} {text}".strip()

    def take_row(self) -> tuple[list[str], list[str] | None]:
        """The cells of the row that ends and their header; nothing for the header itself."""
        cells, self._cells = self._cells, []
        if not any(cells):
            return [], None
        self._seen += 1
        if self._seen == 1 and len(cells) > 1 and self._names == len(cells):
            self.header = cells
            return [], None
        self.rows += 1
        return cells, self.header
