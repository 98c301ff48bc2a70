# SPDX-License-Identifier: Apache-2.0
"""Rich text (.rtf): paragraphs, headings, table rows, and what is beside.

Each font names a character set, bytes are in that of the font in force, and Chinese ones take two bytes each. Pictures, embedded
objects and everything marked as optional and unknown are stepped over.

The numbers of lists stand in the file as the program that wrote it showed them (``\\listtext``); where they do not, they are counted
(``rtf_lists.py``). Headers and footers are given once,
before what they stand above; notes, comments and text boxes behind the paragraph that they are anchored in. Text that was deleted
while changes were tracked is left out, with the paragraph's end where that was deleted, too.

Read here for headings, rows with their columns' names, notes apart and progress, which striprtf does not give; of encodings it reads
the same. kreuzberg reads all but Western text as Western letters where only the font names the character set, as Word writes it
(``tests/benchmarks/reader_libraries``).
"""

from __future__ import annotations

import re

import msgspec
from msgspec.structs import replace

from desktop_app.contract.document import Document, Locator, UnreadableDocument
from desktop_app.documents.markup.rtf_lists import RtfLists
from desktop_app.documents.markup.rtf_words import ASIDES, CHARSETS, COLLECTED, KEPT_IF_OPTIONAL, SKIPPED, WORDS
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import colours, encodings
from desktop_app.documents.text.code_pages import codec_of
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.first_element import WHITE
from desktop_app.documents.text.segment_builder import BODY, Part, SegmentBuilder

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
_PAGE_NUMBER = re.compile(r"[-–—\s]*\d{0,4}[-–—\s]*")
_BULLET = re.compile(r"[\W_]*|o")  # what stands before an item of a list without numbers; "o" is round in Courier
_SHADING = re.compile(rb"\\(?:(?:tr|cl|ch)?(?:cbpat|cfpat|shdng)|shading|background)")
_HIDDEN, _SMALL, _INVISIBLE, _STRUCK = (
    Locator(hidden="text"),
    Locator(hidden="tiny"),
    Locator(hidden="invisible"),
    Locator(aside="struck"),
)
_TINY = 5  # half points; the smallest print of contracts and medicines has twice as many
_SIGNS = 2  # the character set of Symbol and Wingdings
_MOST_GROUPS = 2_000  # open at the same time; a real file has about twenty
_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre|見出し)\s*(\d)", re.IGNORECASE)


class _State(msgspec.Struct, frozen=True):
    """What a group hands down to the groups inside it."""

    skip: bool = False
    into: str = "text"  # "text", "fonts", "styles", "title", "aside", "number", "author" or "colours"
    aside: int = 0  # how many texts beside the body are open
    font: int = -1
    unicode_width: int = 1
    deleted: bool = False
    hidden: bool = False
    struck: bool = False
    size: int = 24  # half points
    colour: int = 0  # by its number in the table of colours, 0 for the usual one
    behind: int = 0


def read(context: ReadContext) -> Document:
    """The text of a file on disk. Raises ``UnreadableDocument``."""
    document = read_bytes_of(read_bytes(context.path), context.progress)
    if not document.segments:
        raise UnreadableDocument("no_text")
    return document


def _is_rich_text(head: bytes, _by_name: Reader | None) -> bool:
    return head.lstrip(WHITE).startswith(b"{\\rtf")


READER = Reader("rtf", (".rtf",), read, magic=(_is_rich_text,))


def read_bytes_of(data: bytes, progress: Progress) -> Document:
    """A document from rich text in memory (mail bodies); without any text it has no segments."""
    start = data.find(b"{\\rtf")
    if start < 0:
        raise UnreadableDocument("damaged", "no rich text inside")
    reader = _Reader(RtfLists(data), shaded=_SHADING.search(data, start) is not None)
    for count, match in enumerate(_TOKEN.finditer(data, start)):
        if count % 20_000 == 0:
            progress(match.start(), len(data))
        if match.start() < reader.resume:
            continue
        reader.token(match)
        if reader.closed:
            break
    reader.finish()
    flow = reader.flow
    partial, detail = ("", "") if reader.closed else ("partly_read", "the text breaks off")
    if reader.unsure:
        partial, detail = partial or "encoding_unsure", detail or "a character set that is not known"
    return Document(
        tuple(flow.segments), title=reader.title or flow.title, partial=partial, detail=detail, tables=tuple(flow.tables.heads)
    )


class _Reader:
    """Tokens to paragraphs. Bytes are collected until the font changes, because a character may take two tokens."""

    def __init__(self, lists: RtfLists, *, shaded: bool) -> None:
        self.flow = SegmentBuilder()
        self.title = ""
        self.closed = False
        self.unsure = False
        self.resume = 0
        self._state = _State()
        self._stack: list[_State] = []
        self._optional = False
        self._twin = False  # the next group says in bytes what the one after it says in Unicode
        self._page = "cp1252"
        self._default_font = -1
        self._fonts: dict[int, str] = {}
        self._font_named = -1
        self._styles: dict[int, int] = {}
        self._style_named = 0
        self._style_level: int | None = None
        self._bytes = bytearray()
        self._to_skip = 0
        self._high = 0
        self._text: list[Part] = []
        self._other: list[str] = []  # style names, the title, the number of a list's item, an author
        self._open_asides: list[tuple[Locator, list[Part]]] = []
        self._asides: list[tuple[Locator, list[Part]]] = []  # to be told after the paragraph
        self._headers: set[str] = set()
        self._author = ""
        self._boxed = False
        self._number = ""
        self._colours: list[colours.Colour | None] = []
        self._rgb: tuple[int, ...] = ()
        self._symbols: set[int] = set()  # fonts of signs
        self._style = 0
        self._outline = 9
        self._lists = lists
        self._list, self._level = 0, 0  # that the paragraph is of
        self._in_table = False
        self._shaded = shaded  # whether anything in the document has a colour or pattern behind it
        self._cells: list[list[Part]] = []
        self._rows: list[list[list[Part]]] = []

    def token(self, match: re.Match[bytes]) -> None:
        word, number, code, symbol, brace, plain = match.groups()
        if brace == b"{":
            self._open()
        elif brace == b"}":
            self._close()
        elif word is not None:
            self._word(word, None if number is None else int(number), match.end())
        elif code is not None:
            self._optional = False
            self._byte(bytes((int(code, 16),)))
        elif symbol is not None:
            self._symbol(symbol)
        elif plain is not None:
            self._optional = False
            if self._to_skip:
                taken = min(self._to_skip, len(plain))
                self._to_skip -= taken
                plain = plain[taken:]
            self._byte(plain)

    def finish(self) -> None:
        self._flush()
        while self._open_asides:
            self._aside_ends()
        if self._cells or (self._in_table and any(text.strip() for _, text in self._text)):
            self._state = _State()
            self._cell()
            self._row()
        elif self._text:
            self._count_item()
        self._paragraph()
        self._table_ends()

    # ---- groups -----------------------------------------------------------------------------------------------------

    def _open(self) -> None:
        self._flush()
        self._optional = False
        self._to_skip = 0
        if len(self._stack) >= _MOST_GROUPS:
            raise UnreadableDocument("damaged", "nested without end")
        self._stack.append(self._state)
        if self._twin:
            self._twin, self._state = False, replace(self._state, skip=True)

    def _close(self) -> None:
        self._flush()
        self._to_skip = 0
        before = self._state
        if not self._stack:
            self.closed = True
            return
        self._state = self._stack.pop()
        self.closed = not self._stack
        if before.into == "styles" and self._state.into == "styles" and not before.skip:
            self._style_ends()
        elif before.into == "title" and self._state.into != "title":
            self.title, self._other = "".join(self._other).strip(), []
        elif before.into == "number" and self._state.into != "number":
            written, self._other = "".join(self._other), []
            number = " ".join(written.split())
            self._number = "" if _BULLET.fullmatch(number) else number + (" " if written[-1:].isspace() else "")
        elif before.into == "author" and self._state.into != "author":
            self._author, self._other = "".join(self._other).strip(), []
        elif before.into == "aside" and before.aside > self._state.aside:
            self._aside_ends()

    def _aside_ends(self) -> None:
        about, parts = self._open_asides.pop()
        if about.aside in ("header", "footer"):
            text = "".join(words for _, words in parts).strip()
            if text in self._headers or _PAGE_NUMBER.fullmatch(text):
                return
            self._headers.add(text)
        self._asides.append((about, parts))
        if not self._text and not self._rows and not self._cells:
            self._tell_asides()

    def _tell_asides(self) -> None:
        asides, self._asides = self._asides, []
        for about, parts in asides:
            self.flow.parts(parts, about=about)

    def _style_ends(self) -> None:
        name = "".join(self._other).strip().rstrip(";")
        self._other = []
        match = _HEADING.match(name)
        if match is not None:
            self._styles[self._style_named] = int(match[1])
        elif name.lower() in ("title", "标题"):
            self._styles[self._style_named] = 0
        elif self._style_level is not None and self._style_level < 9:
            self._styles[self._style_named] = self._style_level + 1
        self._style_named, self._style_level = 0, None

    # ---- words ------------------------------------------------------------------------------------------------------

    def _word(self, word: bytes, number: int | None, end: int) -> None:  # noqa: C901 - one branch for each kind of word
        optional, self._optional = self._optional, False
        if word == b"bin":
            self._flush()
            self.resume = end + max(0, number or 0)
            return
        if word == b"u" and number is not None:
            self._unicode(number & 0xFFFF)
            return
        if word == b"uc":
            self._state = replace(self._state, unicode_width=min(max(number or 0, 0), 16))
            return
        if word == b"title" and self._state.skip:
            self._state = replace(self._state, skip=False, into="title")
            return
        if word in SKIPPED or (optional and word not in KEPT_IF_OPTIONAL):
            self._state = replace(self._state, skip=True)
            return
        if word == b"ud":
            self._state = replace(self._state, skip=False)  # the Unicode twin of the text before it
            return
        if word == b"upr":
            self._twin = True
            return
        if self._state.skip:
            return
        if word in WORDS:
            self._say(WORDS[word])
        elif word in ASIDES:
            self._aside_begins(word)
        elif word in COLLECTED:
            self._other = []
            self._state = replace(self._state, into=COLLECTED[word])
        elif word == b"shprslt" and self._boxed:
            self._state = replace(self._state, skip=True)  # the same text for older programs
        elif word in _ACTIONS:
            self._flush()
            _ACTIONS[word](self, number if number is not None else 1)

    def _aside_begins(self, word: bytes) -> None:
        self._flush()
        kind = ASIDES[word]
        self._boxed = self._boxed or word == b"shptxt"
        author, self._author = (self._author, "") if kind == "comment" else ("", self._author)
        self._open_asides.append((Locator(aside=kind, author=author), []))
        self._state = replace(self._state, into="aside", aside=len(self._open_asides))

    def _say(self, text: str) -> None:
        self._flush()
        self._put(text)

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._optional = True
            return
        if symbol in b"\r\n":
            self._paragraph_mark(0)
        elif symbol == b"~":
            self._say(" ")
        elif symbol == b"_":
            self._say("-")
        elif symbol in b"\\{}":
            self._byte(symbol)

    def _unicode(self, code: int) -> None:
        self._flush()
        self._to_skip = self._state.unicode_width
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            high, self._high = self._high, 0
            if not high:
                return
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        self._high = 0
        self._put(chr(code))

    # ---- text -------------------------------------------------------------------------------------------------------

    def _byte(self, data: bytes) -> None:
        if self._to_skip and len(data) == 1:
            self._to_skip -= 1
            return
        self._high = 0
        if not self._state.skip:
            self._bytes += data

    def _flush(self) -> None:
        if not self._bytes:
            return
        data = bytes(self._bytes)
        self._bytes.clear()
        if data.isascii():
            self._put(data.decode("ascii"))
            return
        font = self._state.font if self._state.font >= 0 else self._default_font
        if font in self._symbols and self._state.into == "number":
            return  # what its bytes look like in that font, nobody says: a bullet
        codec = self._fonts.get(font, "") or self._page
        try:
            text = data.decode(codec)
        except (UnicodeDecodeError, LookupError):
            # A program wrote bytes of the document's set under a font of another one.
            decoded = encodings.decode(data, self._page)
            text, self.unsure = decoded.text, self.unsure or not decoded.sure
        self._put(text)

    def _put(self, text: str) -> None:
        state = self._state
        if state.skip or state.deleted:
            return
        if state.into == "text":
            self._text.append((self._about(state), text.replace("\x00", "")))
        elif state.into == "aside":
            self._open_asides[-1][1].append((self._about(state), text.replace("\x00", "")))
        elif state.into == "colours":
            for _ in range(text.count(";")):
                self._colours.append((self._rgb[0], self._rgb[1], self._rgb[2]) if len(self._rgb) == 3 else None)
                self._rgb = ()
        elif state.into in ("styles", "title", "number", "author"):
            self._other.append(text)

    def _about(self, state: _State) -> Locator:
        """What is to be said of a text besides where it stands."""
        if state.hidden:
            return _HIDDEN
        if state.size <= _TINY:
            return _SMALL
        # Cells, boxes and notes may have any colour behind them.
        if state.colour and state.into == "text" and not self._in_table and not self._shaded:
            behind = self._colour(state.behind, colours.WHITE)
            if colours.alike(self._colour(state.colour, None), behind):
                return _INVISIBLE
        return _STRUCK if state.struck else BODY

    def _colour(self, number: int, usual: colours.Colour | None) -> colours.Colour | None:
        return self._colours[number] if 0 < number < len(self._colours) else usual

    # ---- paragraphs and tables --------------------------------------------------------------------------------------

    def _paragraph_mark(self, _number: int) -> None:
        if self._state.into == "aside":
            self._open_asides[-1][1].append((BODY, "\n"))
        elif self._state.into == "text" and not self._state.deleted:
            if self._in_table:
                self._text.append((BODY, "\n"))
            else:
                self._count_item()
                self._paragraph()

    def _count_item(self) -> None:
        """The number of a paragraph that ends, where it does not stand in the text."""
        if self._list and not self._number:
            self._number = self._lists.label(self._list, self._level)

    def _paragraph(self) -> None:
        parts, self._text = self._text, []
        number, self._number = self._number, ""
        if any(text.strip() for _, text in parts):
            self._table_ends()
            level = self._outline + 1 if self._outline < 9 else self._styles.get(self._style)
            self.flow.parts(parts, "list" if self._list else "text", level=level, number=number)
        if not self._rows:
            self._tell_asides()

    def _cell(self, _number: int = 0) -> None:
        if self._state.into == "aside":
            self._open_asides[-1][1].append((BODY, "\t"))
            return
        self._count_item()
        if self._number:
            self._text.insert(0, (BODY, self._number))
        self._cells.append(self._text)
        self._text, self._number = [], ""

    def _row(self, _number: int = 0) -> None:
        if self._cells:
            self._rows.append(self._cells)
            self._cells = []

    def _row_starts(self, _number: int) -> None:
        if not self._cells and not self._in_table:
            self._paragraph()

    def _table_ends(self) -> None:
        if self._rows:
            rows, self._rows = self._rows, []
            self.flow.rows_of_parts(rows)
            self._tell_asides()

    def _plain_paragraph(self, _number: int) -> None:
        if self._state.into == "text":
            self._style, self._outline, self._list, self._level, self._in_table = 0, 9, 0, 0, False

    def _into_table(self, _number: int) -> None:
        self._in_table = self._in_table or self._state.into == "text"

    def _style_is(self, number: int) -> None:
        if self._state.into == "styles":
            self._style_named = number
        elif self._state.into == "text":
            self._style = number

    def _outline_is(self, number: int) -> None:
        if self._state.into == "styles":
            self._style_level = number
        elif self._state.into == "text":
            self._outline = number

    def _list_item(self, number: int) -> None:
        if self._state.into == "text":
            self._list = max(number, 0)

    def _level_is(self, number: int) -> None:
        if self._state.into == "text":
            self._level = number

    def _font_is(self, number: int) -> None:
        if self._state.into == "fonts":
            self._font_named = number
        else:
            self._state = replace(self._state, font=number)

    def _charset_is(self, number: int) -> None:
        if self._state.into == "fonts" and number == _SIGNS:
            self._symbols.add(self._font_named)
        elif self._state.into == "fonts" and number in CHARSETS:
            self._fonts[self._font_named] = CHARSETS[number]

    def _page_is(self, number: int) -> None:
        self._page = codec_of(number)  # "": what the bytes are is detected

    def _default_is(self, number: int) -> None:
        self._default_font = number

    def _fonts_begin(self, _number: int) -> None:
        self._state = replace(self._state, into="fonts")

    def _styles_begin(self, _number: int) -> None:
        self._state = replace(self._state, into="styles")

    def _hide(self, number: int) -> None:
        self._state = replace(self._state, hidden=number != 0)

    def _delete(self, number: int) -> None:
        self._state = replace(self._state, deleted=number != 0)

    def _strike(self, number: int) -> None:
        self._state = replace(self._state, struck=number != 0)

    def _size_is(self, number: int) -> None:
        self._state = replace(self._state, size=number)

    def _colour_is(self, number: int) -> None:
        self._state = replace(self._state, colour=number)

    def _behind_is(self, number: int) -> None:
        self._state = replace(self._state, behind=number)

    def _plain(self, _number: int) -> None:
        state = self._state
        self._state = _State(skip=state.skip, into=state.into, aside=state.aside, unicode_width=state.unicode_width)

    def _channel(self, number: int) -> None:
        if self._state.into == "colours":
            self._rgb = (*self._rgb[:2], min(max(number, 0), 255))

    def _note_at_the_end(self, _number: int) -> None:
        if self._state.into == "aside":
            self._open_asides[-1] = (Locator(aside="endnote"), self._open_asides[-1][1])

    def _shape(self, _number: int) -> None:
        self._boxed = False


_ACTIONS = {
    b"par": _Reader._paragraph_mark,
    b"sect": _Reader._paragraph_mark,
    b"page": _Reader._paragraph_mark,
    b"cell": _Reader._cell,
    b"nestcell": _Reader._paragraph_mark,
    b"row": _Reader._row,
    b"trowd": _Reader._row_starts,
    b"intbl": _Reader._into_table,
    b"pard": _Reader._plain_paragraph,
    b"plain": _Reader._plain,
    b"s": _Reader._style_is,
    b"outlinelevel": _Reader._outline_is,
    b"ls": _Reader._list_item,
    b"ilvl": _Reader._level_is,
    b"f": _Reader._font_is,
    b"fcharset": _Reader._charset_is,
    b"ansicpg": _Reader._page_is,
    b"deff": _Reader._default_is,
    b"fonttbl": _Reader._fonts_begin,
    b"stylesheet": _Reader._styles_begin,
    b"deleted": _Reader._delete,
    b"v": _Reader._hide,
    b"strike": _Reader._strike,
    b"striked": _Reader._strike,
    b"fs": _Reader._size_is,
    b"cf": _Reader._colour_is,
    b"cb": _Reader._behind_is,
    b"highlight": _Reader._behind_is,
    b"red": _Reader._channel,
    b"green": _Reader._channel,
    b"blue": _Reader._channel,
    b"ftnalt": _Reader._note_at_the_end,
    b"shp": _Reader._shape,
}
