# SPDX-License-Identifier: Apache-2.0
"""Web pages: paragraphs with their heading trail and source lines.

Scripts and anything that would have to be fetched are left out. Text that styles take out of sight (``page_styles``) stands behind the
paragraph or row that it is in, and is known as hidden.
Tables are as often layout as data, so only a row of ``th`` cells names columns.

On Python's own parser, which gives the source lines: of 32 known texts of eleven malformed pages none is lost, by lxml.html four
(libxml2 stops at 256 elements within one another); lxml takes a twentieth of the time (``tests/benchmarks/reader_libraries``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from html.parser import HTMLParser
from itertools import groupby

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.markup.page_styles import Element, PageStyles
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.text import encodings, table
from desktop_app.documents.text.file_bytes import read_bytes, remarks
from desktop_app.documents.text.first_element import first_element
from desktop_app.documents.text.headings import Trail

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_STYLE = re.compile(r"<style\b([^>]{0,500})>", re.IGNORECASE)
_STYLE_END = re.compile(r"</style", re.IGNORECASE)
_LINK = re.compile(r"<link\b([^>]{1,2000})>", re.IGNORECASE)
_MEDIA = re.compile(r"""media\s*=\s*(?:"([^"{}]*)"|'([^'{}]*)'|([^"'\s>{}]+))""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_CUT_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*\Z")  # where a page breaks off; the parser would give it as text
_PAGE_ELEMENTS = frozenset(("html", "head", "body", "table", "meta", "style", "div"))
_DROPPED = frozenset(("script", "style", "noscript", "template", "svg", "math", "object", "iframe", "select"))
_BLOCKS = frozenset(
    "address article aside blockquote body br caption center dd details div dl dt fieldset figcaption figure footer form header hr"
    " html legend li main nav ol p pre section summary table tbody tfoot thead tr ul h1 h2 h3 h4 h5 h6 td th head title".split()
)
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
# What an element that opens ends, where its end tag was left out, and what keeps it from ending more.
_ENDS = {
    "li": ({"li"}, {"ul", "ol"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th"}, {"tr", "table"}),
    "th": ({"td", "th"}, {"tr", "table"}),
    "tr": ({"tr"}, {"table"}),
    "tbody": ({"tbody", "thead", "tfoot"}, {"table"}),
    "tfoot": ({"tbody", "thead", "tfoot"}, {"table"}),
}
_PARTS_OF_TABLES = frozenset("td th tr tbody thead tfoot caption".split())
_CELLS = frozenset(("td", "th", "table"))
_REACH = 200  # elements that an end tag is looked for in
_MOST_OPEN = 10_000  # elements within one another; those inside look like the last of them
Linked = Callable[[str], str]
"""The style sheet of a link, "" where it cannot be read."""


def read(context: ReadContext) -> Document:
    """The text of a page on disk. Raises ``UnreadableDocument``."""
    data = read_bytes(context.path)
    if encodings.looks_binary(data):
        raise UnreadableDocument("unknown_format", "binary data")
    return read_page(data, context.progress)


def _is_page(head: bytes, by_name: Reader | None) -> bool:
    return first_element(head, by_name).lower() in _PAGE_ELEMENTS


READER = Reader("html", (".html", ".htm", ".xhtml"), read, magic=(_is_page,), limit=LARGEST_TEXT, is_text=True)


def read_page(
    data: bytes, progress: Progress, charset: str = "", *, fallback: str = "", linked: Linked = lambda _: ""
) -> Document:
    """A page's text; ``charset`` is what a mail says of it, ``fallback`` holds where nobody says anything, ``linked`` gives the style
    sheets beside it. Without any text it has no segments."""
    declared = _CHARSET.search(data[:4096])
    decoded = encodings.decode(data, charset or (declared[1].decode("ascii") if declared else fallback))
    text = _CUT_TAG.sub("", decoded.text)
    parser = _Page(_styles(text, linked))
    step = 1 << 18
    for start in range(0, len(text), step):
        progress(start, len(text))
        parser.feed(text[start : start + step])
    parser.close()
    partial, detail = remarks(decoded)
    return Document(tuple(parser.segments), title=parser.title, partial=partial, detail=detail)


def _styles(text: str, linked: Linked) -> PageStyles:
    """All style sheets of a page: the browser, too, holds the first paragraph against the last rule."""
    sheets = list[str]()
    elsewhere = False
    for found in _LINK.finditer(text):
        if "stylesheet" in found[1].lower():
            href = _HREF.search(found[1])
            sheet = linked(href[1]) if href else ""
            sheets.append(_for_media(found[1], sheet))
            elsewhere = elsewhere or not sheet
    start = _STYLE.search(text)
    while start is not None:
        end = _STYLE_END.search(text, start.end())
        if end is None:
            break
        sheets.append(_for_media(start[1], text[start.end() : end.start()]))
        start = _STYLE.search(text, end.end())
    return PageStyles(sheets, elsewhere=elsewhere or any("@import" in sheet for sheet in sheets))


def _for_media(attributes: str, sheet: str) -> str:
    """A sheet under the condition that its element names."""
    found = _MEDIA.search(attributes)
    media = "" if found is None else (found[1] or found[2] or found[3] or "").strip()
    return f"@media {media}{{{sheet}}}" if media else sheet


def _alternative(attrs: list[tuple[str, str | None]]) -> str:
    """The text in place of a picture."""
    return "".join(f" {value} " for name, value in attrs if name == "alt" and value)


class _Page(HTMLParser):
    """Collects text until a block ends. ``lines`` are those of the source."""

    def __init__(self, styles: PageStyles) -> None:
        super().__init__(convert_charrefs=True)
        self._styles = styles
        self._open: list[Element] = []
        self._paragraphs = 0  # of them
        self._hidden: list[tuple[str, str]] = []  # why text of this block is not seen, and the text
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
        if self._dropped:
            if tag == "img":
                self._text.append(_alternative(attrs))
            return
        is_block = tag in _BLOCKS
        if is_block and not self._is_blank(tag):
            self.flush()
            self._end_before(tag)
        element = self._styles.opened(tag, attrs, self._open)
        if tag not in _VOID and len(self._open) < _MOST_OPEN:
            self._open.append(element)
            self._paragraphs += tag == "p"
        if tag == "img":
            self._say(_alternative(attrs), element.hidden)
        elif is_block:
            self._block(tag)

    def _end_before(self, tag: str) -> None:
        """Close what a block ends by opening."""
        if tag in _ENDS:
            self._end(*_ENDS[tag])
        elif self._paragraphs:
            self._end(("p",), _CELLS)

    def _end(self, tags: Collection[str], within: Collection[str]) -> None:
        """Close the innermost element of ``tags``, and what is open inside it, unless one of ``within`` is around it."""
        for index in range(len(self._open) - 1, max(-1, len(self._open) - 1 - _REACH), -1):
            tag = self._open[index].tag
            if tag in tags:
                self._paragraphs -= sum(element.tag == "p" for element in self._open[index:])
                del self._open[index:]
                return
            if tag in within:
                return

    def _is_blank(self, tag: str) -> bool:
        """Whether an element is only a line end within what is one line for us."""
        return tag == "br" and (self._kind.startswith("heading") or bool(self._tables and self._tables[-1].cell))

    def _block(self, tag: str) -> None:
        if self._is_blank(tag):
            self._text.append(" ")
        elif tag == "table":
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
        is_block = tag in _BLOCKS
        if is_block:
            self.flush()
        if self._open and self._open[-1].tag == tag and tag != "p":
            self._open.pop()
        elif tag not in ("body", "html"):  # what follows is still shown in it
            self._end((tag,), {"table"} if tag in _PARTS_OF_TABLES else () if tag == "table" else _CELLS)
        if is_block:
            self._block_ends(tag)

    def _block_ends(self, tag: str) -> None:
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
        self._say(data, self._open[-1].hidden if self._open and self._kind != "title" else "")

    def _say(self, text: str, hidden: str) -> None:
        if not text:
            return
        if not self._text and not self._hidden:
            self._first = self.getpos()[0] + text[: len(text) - len(text.lstrip())].count("\n")
        if hidden:
            self._hidden.append((hidden, text))
        else:
            self._text.append(text)

    def close(self) -> None:
        super().close()
        self.flush()
        while self._tables:
            self._end_row()
            self._end_table(self._tables.pop())

    def flush(self) -> None:
        """Close the paragraph that is being collected."""
        text, hidden = self._one_line("".join(self._text)), self._hidden
        self._text, self._hidden = [], []
        in_cell = bool(self._tables and self._tables[-1].cell)
        kind = self._kind
        if text and kind == "title":
            self.title = self.title or text
        elif text and in_cell:
            self._tables[-1].add(text)
        elif text:
            if kind.startswith("heading"):
                self._trail.enter(int(kind[-1]), text)
                kind = "heading"
            self._add(text, kind, self._first)
        for why, parts in groupby(hidden, lambda one: one[0]):
            text = self._one_line("".join(part for _, part in parts))
            if text and in_cell:
                self._tables[-1].hide(text, why)
            elif text:
                self._add(text, "text", self._first, why)

    def _one_line(self, raw: str) -> str:
        text = raw.strip("\n").rstrip() if self._preformatted else table.clean(raw)
        return text if text.strip() else ""

    def _add(self, text: str, kind: str, first: int, hidden: str = "") -> None:
        locator = Locator(lines=(first, max(first, self.getpos()[0])), headings=self._trail.now, hidden=hidden)
        self.segments.append(Segment(text, locator, kind))

    def _end_row(self) -> None:
        current = self._tables[-1]
        current.cell = False
        cells, hidden = current.take_row()
        if any(cells):
            self._add(table.row_text(cells, current.header), "row", current.first)
        if any(hidden):
            self._add(table.row_text(hidden, current.names), "row", current.first, current.why)

    def _end_table(self, ended: _Table) -> None:
        if ended.header is not None and not ended.rows and any(ended.header):
            self._add(table.row_text(ended.header, None), "row", ended.first)


class _Table:
    """The row being collected, and the names of the columns."""

    def __init__(self) -> None:
        self.cell = False
        self.first = 1
        self.header: list[str] | None = None
        self.names: list[str] | None = None  # of the header, with those that are not seen
        self.why = ""
        self.rows = 0
        self._cells: list[str] = []
        self._hidden: list[str] = []
        self._names = 0
        self._seen = 0

    def start_row(self, line: int) -> None:
        self.first = line
        self._cells, self._hidden, self._names, self.cell = [], [], 0, False

    def start_cell(self, *, is_header: bool) -> None:
        self._cells.append("")
        self._hidden.append("")
        self._names += is_header
        self.cell = True

    def add(self, text: str) -> None:
        self._cells[-1] = f"{self._cells[-1]} {text}".strip()

    def hide(self, text: str, why: str) -> None:
        """Text of the cell that is not seen, and why."""
        self._hidden[-1] = f"{self._hidden[-1]} {text}".strip()
        self.why = why

    def take_row(self) -> tuple[list[str], list[str]]:
        """The cells of the row that ends, and what is not seen of each; nothing for the row that names the columns."""
        cells, self._cells = self._cells, []
        hidden, self._hidden = self._hidden, []
        if not any(cells) and not any(hidden):
            return [], []
        self._seen += 1
        if self._seen == 1 and len(cells) > 1 and self._names == len(cells):
            self.header = cells
            self.names = [cell or name for cell, name in zip(cells, hidden, strict=True)]
            return [], []
        self.rows += 1
        return cells, hidden
