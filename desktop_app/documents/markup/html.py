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
from collections import defaultdict
from collections.abc import Callable, Collection
from html import unescape
from html.parser import HTMLParser
from itertools import groupby

from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, Segment, UnreadableDocument
from desktop_app.documents.markup.page_styles import Element, PageStyles
from desktop_app.documents.markup.spanned_cells import SpannedCell, covered, spans
from desktop_app.documents.reader import LARGEST_TEXT, Progress, ReadContext, Reader
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import encodings, table
from desktop_app.documents.text.file_bytes import read_bytes, remarks
from desktop_app.documents.text.first_element import first_element
from desktop_app.documents.text.headings import Trail

_CHARSET = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_STYLE = re.compile(r"<style\b([^<>]{0,500})>", re.IGNORECASE)
_STYLE_END = re.compile(r"</style", re.IGNORECASE)
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_MEDIA = re.compile(r"""media\s*=\s*(?:"([^"{}]*)"|'([^'{}]*)'|([^"'\s>{}]+))""", re.IGNORECASE)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
# A tag of the plainest form, which most tags are, and its attributes.
_PLAIN_TAG = re.compile(r"""<([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][\w:-]*="[^"]*")*)\s*>""")
_PLAIN_ATTRIBUTE = re.compile(r"""([a-zA-Z][\w:-]*)="([^"]*)\"""")
_PLAIN_END = re.compile("</([a-zA-Z][a-zA-Z0-9]*)>")
_RAW = frozenset("script style textarea title xmp iframe noembed noframes noscript plaintext".split())  # no tags inside
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
_REACH, _SHORT_REACH = 200, 10  # elements that an end tag is looked for in; the latter once that took many steps
_MOST_STEPS = 2_000_000
_MOST_CUT = 50  # tags without an end that are looked at one by one
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
    progress(0, len(text))
    parser = _Page(text, _styles(text, linked), progress)
    parser.feed(text)
    parser.close()
    partial, detail = remarks(decoded)
    tables = tuple(parser.tables.heads)
    return Document(tuple(parser.segments), title=parser.title, partial=partial, detail=detail, tables=tables)


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

    def __init__(self, source: str, styles: PageStyles, progress: Progress) -> None:
        super().__init__(convert_charrefs=True)
        self._source = source
        self._styles = styles
        self._progress = progress
        self._begin = 0  # of what is parsed now, in the source
        self._position = 0
        self._counted, self._line = 0, 1  # up to where lines are counted
        self._tags = 0
        self._open: list[Element] = []
        self._opened: defaultdict[str, int] = defaultdict(int)  # of them, by their tags
        self._steps = _MOST_STEPS
        self._cut = 0
        self._no_end: set[str] = set()  # of comments and the like: what does not come any more
        self._hidden: list[tuple[str, str]] = []  # why text of this block is not seen, and the text
        self.segments: list[Segment] = []
        self.tables = FoundTables()
        self.title = ""
        self._trail = Trail()
        self._text: list[str] = []
        self._first = 1
        self._dropped: list[str] = []
        self._kind = "text"
        self._preformatted = 0
        self._tables: list[_Table] = []

    # ---- tags: Python's own parser, with a short way for plain ones, and bounded where ends are missing ------------

    def parse_starttag(self, i: int) -> int:
        """Plain tags by one match: Python's own parser takes four, and reading a page half as long again."""
        found = _PLAIN_TAG.match(self.rawdata, i)
        tag = "" if found is None else found[1].lower()
        if found is None or tag in _RAW:
            return self._odd_starttag(i)
        attributes: list[tuple[str, str | None]] = []
        if found[2]:
            for name, value in _PLAIN_ATTRIBUTE.findall(found[2]):
                attributes.append((name.lower(), unescape(value) if "&" in value else value))
        self.handle_starttag(tag, attributes)
        return found.end()

    def _odd_starttag(self, i: int) -> int:
        """A tag whose quotes are not closed is looked at up to the end of the page; after a few of them, up to the next ">"."""
        if self._cut > _MOST_CUT:
            return self.rawdata.find(">", i) + 1 or -1
        end = super().parse_starttag(i)
        self._cut += end < 0
        return end

    def parse_comment(self, i: int, report: bool = True) -> int:
        """Look for an end once where there is none."""
        end = -1 if "--" in self._no_end else super().parse_comment(i, report)
        if end < 0:
            self._no_end.add("--")
        return end

    def parse_html_declaration(self, i: int) -> int:
        """The same for marked sections, of which Python's own parser knows some and raises for others."""
        if not self.rawdata.startswith("<![", i):
            return super().parse_html_declaration(i)
        if self.rawdata.startswith("<![CDATA[", i) and "]]" not in self._no_end:
            end = self.rawdata.find("]]>", i)
            if end >= 0:
                return end + 3
            self._no_end.add("]]")
        return self.parse_bogus_comment(i)

    def parse_endtag(self, i: int) -> int:
        """The same for end tags."""
        found = _PLAIN_END.match(self.rawdata, i) if self.cdata_elem is None else None
        if found is None:
            return super().parse_endtag(i)
        self.handle_endtag(found[1].lower())
        return found.end()

    def updatepos(self, i: int, j: int) -> int:  # noqa: ARG002 - the parser's own
        """Lines are counted where one is asked for, and nobody asks for columns."""
        self._position = j
        return j

    def _line_now(self) -> int:
        now = self._begin + self._position
        if now > self._counted:
            self._line += self._source.count("\n", self._counted, now)
            self._counted = now
        return self._line

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: C901 - called for every tag
        self._tags += 1
        if self._tags % 5_000 == 0:
            self._progress(self._position, len(self._source))
        if tag in _DROPPED:
            self._dropped.append(tag)
        if self._dropped:
            if tag == "img":
                self._text.append(_alternative(attrs))
            return
        is_block = tag in _BLOCKS
        if is_block and (tag != "br" or not self._is_blank()):
            if self._text or self._hidden:
                self.flush()
            if tag in _ENDS:
                self._end(*_ENDS[tag])
            elif self._opened["p"]:
                self._end(("p",), _CELLS)
        element = self._styles.opened(tag, attrs, self._open)
        if tag not in _VOID and len(self._open) < _MOST_OPEN:
            self._open.append(element)
            self._opened[tag] += 1
        if tag == "img":
            self._say(_alternative(attrs), element.hidden)
        elif is_block:
            self._block(tag, attrs)

    def _end(self, tags: Collection[str], within: Collection[str]) -> None:
        """Close the innermost element of ``tags``, and what is open inside it, unless one of ``within`` is around it."""
        for tag in tags:
            if self._opened[tag]:
                break
        else:
            return
        reach = _REACH if self._steps > 0 else _SHORT_REACH
        for index in range(len(self._open) - 1, max(-1, len(self._open) - 1 - reach), -1):
            tag = self._open[index].tag
            if tag in tags:
                for element in self._open[index:]:
                    self._opened[element.tag] -= 1
                del self._open[index:]
                return
            self._steps -= 1
            if tag in within:
                return

    def _is_blank(self) -> bool:
        """Whether a line end is only a space within what is one line for us."""
        return self._kind.startswith("heading") or bool(self._tables and self._tables[-1].cell)

    def _block(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and self._is_blank():
            self._text.append(" ")
        elif tag == "table":
            self._tables.append(_Table(self.segments[-1].text if self.segments and self.segments[-1].kind != "row" else ""))
        elif self._tables and tag == "tr":
            self._end_row()  # its end tag may be left out
            self._tables[-1].start_row(self._line_now())
        elif self._tables and tag in ("td", "th"):
            self._tables[-1].start_cell(is_header=tag == "th", span=spans(attrs))
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
        if is_block and (self._text or self._hidden):
            self.flush()
        if self._open and self._open[-1].tag == tag and tag != "p":
            self._open.pop()
            self._opened[tag] -= 1
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
            self._first = self._line_now() + text[: len(text) - len(text.lstrip())].count("\n")
        if hidden:
            self._hidden.append((hidden, text))
        else:
            self._text.append(text)

    def close(self) -> None:
        rest = self.rawdata
        self._begin, self._position = len(self._source) - len(rest), 0
        last = rest.rfind(">") + 1
        self.rawdata = rest[:last]
        super().close()
        if last < len(rest) and self.cdata_elem is None:
            self.handle_data(unescape(rest[last:]))  # no tag ends here any more
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
        locator = Locator(lines=(first, max(first, self._line_now())), headings=self._trail.now, hidden=hidden)
        self.segments.append(Segment(text, locator, kind))

    def _end_row(self) -> None:
        current = self._tables[-1]
        current.cell = False
        cells, hidden = current.take_row()
        if any(cells):
            current.places[len(current.grid)] = len(self.segments)
            self._add(table.row_text(cells, current.header), "row", current.first)
        if any(hidden):
            self._add(table.row_text(hidden, current.names), "row", current.first, current.why)

    def _end_table(self, ended: _Table) -> None:
        if ended.header is not None and not ended.rows and any(ended.header):
            self._add(table.row_text(ended.header, None), "row", ended.first)
        self.tables.begin(ended.title)
        for number, cells, names, kind in table.laid_rows(covered(ended.grid)):
            noted = self.tables.take(cells, names, kind, number)
            if noted is not None and number in ended.places:
                place = ended.places[number]
                self.segments[place] = replace(self.segments[place], cells=noted)


class _Table:
    """The row being collected, and the names of the columns. ``title``: what stands above; ``grid``: the rows so far, which ``places`` has the
    segments of, by their numbers from 1."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.grid: list[list[SpannedCell]] = []
        self.places: dict[int, int] = {}
        self._spans: list[tuple[int, int]] = []
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
        self._cells, self._hidden, self._spans, self._names, self.cell = [], [], [], 0, False

    def start_cell(self, *, is_header: bool, span: tuple[int, int]) -> None:
        self._cells.append("")
        self._spans.append(span)
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
        if cells:
            self.grid.append([SpannedCell(cell, *span) for cell, span in zip(cells, self._spans, strict=True)])
        if not any(cells) and not any(hidden):
            return [], []
        self._seen += 1
        if self._seen == 1 and len(cells) > 1 and self._names == len(cells):
            self.header = cells
            self.names = [cell or name for cell, name in zip(cells, hidden, strict=True)]
            return [], []
        self.rows += 1
        return cells, hidden
