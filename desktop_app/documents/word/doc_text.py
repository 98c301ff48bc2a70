# SPDX-License-Identifier: Apache-2.0
"""The text of a Word 97 file: body, headers, notes, comments, boxes.

All of them stand one after another in one text; tables say where each note begins and from where it is referred to, so that it is told
with the headings of the paragraph that it belongs to.
"""

from __future__ import annotations

import bisect
import re
import struct
from collections.abc import Callable, Iterator
from itertools import pairwise

from desktop_app.contract.typed_table import RowCells
from desktop_app.documents.reader import Progress
from desktop_app.documents.tables.found_tables import FoundTables
from desktop_app.documents.text import table
from desktop_app.documents.text.headings import Trail
from desktop_app.documents.word.doc_forms import form_value
from desktop_app.documents.word.doc_lists import Lists
from desktop_app.documents.word.doc_properties import ParagraphLook, Runs, StyleSheet, paragraphs_of
from desktop_app.documents.word.docx_looks import PAPER, UNKNOWN
from desktop_app.documents.word.texts import Spans, Text

BROKEN = (struct.error, IndexError, ValueError, KeyError, OverflowError)
"""What a damaged file raises here."""
_TITLE = 62  # built-in style numbers; 1 to 9 are the headings
_NO_HEADING = 9
_ENDS = re.compile("[\r\x07\x0c]")
_CONTROLS = re.compile("([\x01\x13\x14\x15])")
_MARKS = str.maketrans(
    {
        "\x0b": "\n",
        "\x0e": "\n",
        "\x1e": "-",
        "\xa0": " ",
        "\t": "\t",
        **{chr(code): "" for code in (*range(9), 0x1F, 0x13, 0x14, 0x15)},
    }
)
# Where the file's header says that tables lie: byte offset of their place and length.
_STYLES, _PARAGRAPHS, _RUNS, _CLX, _LISTS, _LIST_USES = 0x00A2, 0x0102, 0x00FA, 0x01A2, 0x02E2, 0x02EA
_FOOTNOTES, _COMMENTS, _ENDNOTES = (0x00AA, 0x00B2, 2), (0x00BA, 0x00C2, 30), (0x020A, 0x0212, 2)
_HEADERS, _OWNERS, _DOCUMENT = 0x00F2, 0x01BA, 0x0192
_SEPARATORS = 6  # stories before the first header: the lines above notes
_HEADER_KINDS = ("header", "header", "footer", "footer", "header", "footer")  # even, odd, even, odd, first, first


class DocText:
    """A Word 97 file by its streams: ``data`` holds what form fields say."""

    def __init__(self, stream: bytes, tables: bytes, data: bytes, progress: Progress) -> None:
        self.tables = FoundTables()
        self._stream = stream
        self._tables = tables
        self._data = data
        self._progress = progress
        self._pieces = list(self._piece_table())
        self._first = [piece[0] for piece in self._pieces]
        self._text = "".join(self._decoded(*piece) for piece in self._pieces)
        self._ends, self._looks = paragraphs_of(stream, self._table(_PARAGRAPHS))
        self._runs = Runs(stream, self._table(_RUNS))
        self._styles = StyleSheet(self._table(_STYLES))
        self._lists = Lists(tables, self._place(_LISTS), self._place(_LIST_USES))
        self._trails: list[tuple[int, tuple[str, ...]]] = []

    def into(self, texts: list[Text]) -> list[str]:
        """Add all texts: the body first. Returns what could not be read, or not whole."""
        lengths = struct.unpack_from("<8I", self._stream, 0x4C)
        starts = [sum(lengths[:number]) for number in range(len(lengths) + 1)]
        main, notes, headers, _, comments, endnotes, boxes, header_boxes = (
            (start, min(end, len(self._text))) for start, end in pairwise(starts)
        )
        works: dict[str, Callable[[], None]] = {
            "the text": lambda: _Story(self, texts, sectioned=True).read(*main),
            "footnotes": lambda: self._notes(texts, notes, _FOOTNOTES, "footnote"),
            "headers": lambda: self._page_headers(texts, headers),
            "comments": lambda: self._notes(texts, comments, _COMMENTS, "comment"),
            "endnotes": lambda: self._notes(texts, endnotes, _ENDNOTES, "endnote"),
            "text boxes": lambda: _Story(self, texts, aside="box", ground=UNKNOWN).read(*boxes),
            "boxes in headers": lambda: _Story(self, texts, aside="header", ground=UNKNOWN).read(*header_boxes),
        }
        lost = []
        for name, work in works.items():
            try:
                work()
            except BROKEN:
                lost.append(name)
        return lost

    # ---- parts ------------------------------------------------------------------------------------------------------

    def _notes(self, texts: list[Text], part: tuple[int, int], tables: tuple[int, int, int], aside: str) -> None:
        """Notes or comments, each with the headings of the paragraph that refers to it."""
        start, end = part
        if start >= end:
            return
        references, places, width = tables
        refers = self._table(references)
        count = max(0, (len(refers) - 4) // (4 + width))
        edges = self._positions(self._table(places))
        owners = self._owners() if aside == "comment" else []
        if not count or len(edges) <= count:
            _Story(self, texts, aside=aside).read(start, end)
            return
        anchors = struct.unpack_from(f"<{count}I", refers)
        for number in range(count):
            first, last = start + edges[number], min(start + edges[number + 1], end)
            author = ""
            if owners:
                owner = struct.unpack_from("<H", refers, 4 * (count + 1) + width * number + 20)[0]
                author = owners[owner] if owner < len(owners) else ""
            _Story(self, texts, aside=aside, author=author, headings=self._trail_at(anchors[number])).read(first, last)

    def _page_headers(self, texts: list[Text], part: tuple[int, int]) -> None:
        """Headers and footers of all sections, each text once; those of even pages where the document has them."""
        start, end = part
        if start >= end:
            return
        edges = self._positions(self._table(_HEADERS))
        even = bool(self._table(_DOCUMENT)[:1] and self._table(_DOCUMENT)[0] & 1)
        told: set[Text] = set()
        for number, (first, last) in enumerate(pairwise(edges)):
            kind = (number - _SEPARATORS) % len(_HEADER_KINDS)
            if number < _SEPARATORS or first >= last or (kind in (0, 2) and not even):
                continue
            found: list[Text] = []
            _Story(self, found, aside=_HEADER_KINDS[kind]).read(start + first, min(start + last, end))
            texts += [text for text in found if text not in told]
            told.update(found)

    def _owners(self) -> list[str]:
        """Who wrote comments."""
        data = self._table(_OWNERS)
        names, position = list[str](), 0
        while position + 2 <= len(data):
            length = struct.unpack_from("<H", data, position)[0]
            names.append(data[position + 2 : position + 2 + 2 * length].decode("utf-16-le", "replace").strip())
            position += 2 + 2 * length
        return names

    def note_trail(self, position: int, headings: tuple[str, ...]) -> None:
        """Remember which headings are open from a position of the body on."""
        self._trails.append((position, headings))

    def _trail_at(self, position: int) -> tuple[str, ...]:
        number = bisect.bisect_right(self._trails, position, key=lambda one: one[0]) - 1
        return self._trails[number][1] if number >= 0 else ()

    # ---- text -------------------------------------------------------------------------------------------------------

    def _place(self, offset: int) -> tuple[int, int]:
        """Where a table lies and how long it is; (0, 0) where the file's header is too short to say."""
        if offset + 8 > len(self._stream):
            return 0, 0
        start, length = struct.unpack_from("<II", self._stream, offset)
        return start, length

    def _table(self, offset: int) -> bytes:
        start, length = self._place(offset)
        return self._tables[start : start + length]

    def _positions(self, plc: bytes) -> tuple[int, ...]:
        return struct.unpack_from(f"<{len(plc) // 4}I", plc)

    def _piece_table(self) -> Iterator[tuple[int, int, int, bool]]:
        """(first character, one past the last, file offset, whether 8-bit) of each piece."""
        clx = self._table(_CLX)
        position = 0
        while position < len(clx) and clx[position] == 1:
            position += 3 + struct.unpack_from("<H", clx, position + 1)[0]
        if position >= len(clx) or clx[position] != 2:
            raise ValueError("no piece table")
        size = struct.unpack_from("<I", clx, position + 1)[0]
        plc = clx[position + 5 : position + 5 + size]
        count = (len(plc) - 4) // 12
        edges = struct.unpack_from(f"<{count + 1}I", plc)
        for number in range(count):
            coded = struct.unpack_from("<I", plc, 4 * (count + 1) + 8 * number + 2)[0]
            narrow = bool(coded & 0x40000000)
            offset = (coded & 0x3FFFFFFF) // 2 if narrow else coded & 0x3FFFFFFF
            if edges[number] < edges[number + 1]:
                yield edges[number], edges[number + 1], offset, narrow

    def _decoded(self, first: int, last: int, offset: int, narrow: bool) -> str:
        count = last - first
        if count > len(self._stream):
            raise ValueError("a piece longer than the file")
        data = self._stream[offset : offset + count * (1 if narrow else 2)]
        if narrow:
            text = data.decode("cp1252", "replace")
        else:  # one character for each position, as in Word: each half of a surrogate pair is one
            text = "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])))
        return text.ljust(count, "\x00")

    def _piece_at(self, position: int) -> tuple[int, int, int]:
        """(byte in the file, bytes a character, one past the last character of its piece) of the character at ``position``."""
        number = max(0, bisect.bisect_right(self._first, position) - 1)
        first, last, offset, narrow = self._pieces[number]
        width = 1 if narrow else 2
        return offset + (position - first) * width, width, last

    # ---- what stories ask -------------------------------------------------------------------------------------------

    def paragraph_ends(self, start: int, end: int) -> Iterator[tuple[int, str]]:
        """(position, sign) of the end of every paragraph and cell."""
        for count, match in enumerate(_ENDS.finditer(self._text, start, end)):
            if count % 500 == 0:
                self._progress(match.start(), end)
            yield match.start(), match[0]

    def look(self, position: int) -> ParagraphLook:
        """The properties of the paragraph whose mark stands at ``position``."""
        number = bisect.bisect_right(self._ends, self._piece_at(position)[0])
        return self._looks[number] if number < len(self._looks) else ParagraphLook()

    def mark_is_deleted(self, position: int) -> bool:
        """Whether a paragraph's mark was deleted: it goes on in the next one."""
        return self._runs.at(self._piece_at(position)[0])[0].deleted

    def mark_is_hidden(self, position: int, look: ParagraphLook) -> bool:
        """Whether a paragraph's mark is hidden: if all its text is, Word neither shows nor counts it."""
        if position >= len(self._text):
            return False
        run = self._runs.at(self._piece_at(position)[0])[0]
        return bool(run.look.over(self._styles.look(look.style)).vanish)

    def fill(self, spans: Spans, start: int, end: int, look: ParagraphLook, ground: str) -> None:
        """Add the text between two positions; ``ground``: the colour of what it stands on, where nothing nearer says one."""
        below = self._styles.look(look.style)
        if look.in_table or look.shaded or self._styles.is_shaded(look.style):
            ground = UNKNOWN
        position = start
        while position < end:
            offset, width, last = self._piece_at(position)
            run, stop = self._runs.at(offset)
            until = min(end, max(last, position + 1))
            if stop is not None:
                until = min(until, position + max(1, (stop - offset) // width))
            if not run.deleted:
                style = self._styles.look(run.style).over(below) if run.style is not None else below
                how = run.look.over(style).seen_as(ground)
                self._feed(spans, self._text[position:until], how, run.picture)
            position = until

    def _feed(self, spans: Spans, text: str, how: str, picture: int | None) -> None:
        for words in _CONTROLS.split(text):
            if words == "\x13":
                spans.begin_field()
            elif words == "\x14":
                spans.separate_field()
            elif words == "\x15":
                spans.end_field(how)
            elif words == "\x01":
                if picture is not None:
                    spans.fill_form(form_value(self._data, picture))
            else:
                spans.instruct(words)
                spans.say(words.translate(_MARKS), how)

    def numbering(self, look: ParagraphLook) -> tuple[int, int]:
        """List and level of a paragraph, by itself or by its style; list 0 for none."""
        number, level = look.list_number, look.level
        for style in self._styles.paragraph(look.style) if number is None or level is None else ():
            if number is None and style.list_number is not None:
                number = style.list_number
                linked = self._lists.level_of_style(number, style.style)
                level = linked if level is None else level
            level = style.level if level is None else level
        return number or 0, level or 0

    def is_listed(self, look: ParagraphLook) -> bool:
        """Whether a paragraph has a number or a bullet."""
        return self._lists.is_listed(self.numbering(look)[0])

    def label(self, look: ParagraphLook) -> str:
        """Count a paragraph; its number as it is shown, "" for none."""
        return self._lists.label(*self.numbering(look))

    def heading_level(self, look: ParagraphLook) -> int | None:
        """Heading level from 1, 0 for the document's title, None for ordinary text."""
        if look.outline is not None and look.outline < _NO_HEADING:
            return look.outline + 1
        known = False
        for _, style in self._styles.chain(look.style):
            known = True
            if 1 <= style.builtin <= 9:
                return style.builtin
            if style.builtin == _TITLE:
                return 0
        own = next((one.outline for one in self._styles.paragraph(look.style) if one.outline is not None), _NO_HEADING)
        if own < _NO_HEADING:
            return own + 1
        return look.style if not known and 1 <= look.style <= 9 else None  # numbers that the format fixes


class _Story:
    """One flow of paragraphs and tables; the body is ``sectioned`` and opens headings."""

    def __init__(
        self,
        document: DocText,
        texts: list[Text],
        *,
        aside: str = "",
        author: str = "",
        headings: tuple[str, ...] = (),
        ground: str = PAPER,
        sectioned: bool = False,
    ) -> None:
        self._document = document
        self._texts = texts
        self._aside = aside
        self._author = author
        self._headings = headings
        self._ground = ground
        self._sectioned = sectioned
        self._trail = Trail()
        self._waiting: list[Text] = []
        self._cell: list[str] = []
        self._cells: list[str] = []
        self._rows: list[list[str]] = []

    def read(self, start: int, end: int) -> None:
        """Add the texts between two positions."""
        document, position, spans = self._document, start, Spans()
        for at, sign in document.paragraph_ends(start, end):
            look = document.look(at)
            document.fill(spans, position, at, look, self._ground)
            position = at + 1
            spans.end_paragraph()
            in_row = look.row_end or look.in_table or sign == "\x07"
            if not in_row and document.mark_is_deleted(at):
                continue
            if in_row:
                self._in_row(spans, look, sign)
            else:
                self._end_table()
                self._tell(spans, look, at)
            spans = Spans()
        document.fill(spans, position, end, ParagraphLook(), self._ground)
        self._end_table()
        self._tell(spans, ParagraphLook(), end)
        self._texts += self._waiting

    def _in_row(self, spans: Spans, look: ParagraphLook, sign: str) -> None:
        words = self._numbered(spans, look)
        self._wait(spans, "")
        if look.row_end:
            self._rows.append(self._cells)
            self._cells, self._cell = [], []
        elif sign == "\x07":
            self._cells.append(" ".join((*self._cell, words)).strip())
            self._cell = []
        elif words:
            self._cell.append(words)

    def _end_table(self) -> None:
        if self._cells or self._cell:
            self._rows.append([*self._cells, *self._cell])
        tables = self._document.tables if self._sectioned else FoundTables()  # those of the body
        tables.begin(self._texts[-1].text if self._texts and self._texts[-1].kind != "row" else "")
        rows = (table.text_row(at, [table.clean(shown(cell)) for cell in row]) for at, row in enumerate(self._rows, start=1))
        for at, cells, names, kind in table.laid_rows(rows):
            noted = tables.take(cells, names, kind, at)
            if kind != table.HEADER:
                self._add(table.row_text(cells, names), kind, noted if self._sectioned else None)
        self._rows, self._cells, self._cell = [], [], []

    def _tell(self, spans: Spans, look: ParagraphLook, position: int) -> None:
        text = shown(spans.text())
        if spans.only_page_number and self._aside in ("header", "footer"):
            text = ""
        level = self._document.heading_level(look) if text else None
        is_hidden = not text and bool(spans.others()) and self._document.mark_is_hidden(position, look)
        label = "" if is_hidden else self._document.label(look)
        if level is not None:
            title = table.clean(label + text)
            if self._sectioned:
                self._texts += self._waiting
                self._waiting = []
                if level:
                    self._trail.enter(level, title)
                    self._document.note_trail(position - len(text), self._trail.now)
            self._add(title, "heading")
        elif text:
            self._add(label + text, "list" if self._document.is_listed(look) else "text")
        self._wait(spans, "" if text else label)

    def _numbered(self, spans: Spans, look: ParagraphLook) -> str:
        """The text of a paragraph in a cell, with its number."""
        return (self._document.label(look) + spans.text()).strip()

    def _wait(self, spans: Spans, label: str) -> None:
        """Keep what is struck or hidden for the end of the section."""
        for words, how in spans.others():
            text = shown(words)
            if text:
                struck = how == "struck"
                numbered = label + text if struck else text
                aside = how if struck else self._aside
                self._waiting.append(Text(numbered, "text", self._now, aside, self._author, "" if struck else how))
                label = ""

    def _add(self, text: str, kind: str, cells: RowCells | None = None) -> None:
        if text:
            self._texts.append(Text(text, kind, self._now, self._aside, self._author, cells=cells))

    @property
    def _now(self) -> tuple[str, ...]:
        return self._trail.now if self._sectioned else self._headings


def shown(text: str) -> str:
    """Text without the marks of pictures and notes, halves of surrogate pairs joined."""
    cleaned = text.translate(_MARKS).strip()
    return cleaned.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
