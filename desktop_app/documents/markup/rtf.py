# SPDX-License-Identifier: Apache-2.0
"""Rich text (.rtf): paragraphs, headings, table rows, foot notes.

Each font names a character set, bytes are in that of the font in force, and Chinese ones take two bytes each. Pictures, embedded
objects, headers and everything marked as optional and unknown are stepped over.

Read here for headings, rows with their columns' names, notes apart and progress, which striprtf does not give; of encodings it reads
the same. kreuzberg reads all but Western text as Western letters where only the font names the character set, as Word writes it
(``tests/benchmarks/reader_libraries``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from desktop_app.contract.document import Document, UnreadableDocument
from desktop_app.documents.reader import Progress, ReadContext, Reader
from desktop_app.documents.text import encodings
from desktop_app.documents.text.code_pages import codec_of
from desktop_app.documents.text.file_bytes import read_bytes
from desktop_app.documents.text.first_element import WHITE
from desktop_app.documents.text.segment_builder import SegmentBuilder

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.DOTALL
)
# Windows character sets by number, as fonts name them.
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_SKIPPED = frozenset(
    b"colortbl info pict object header headerl headerr headerf footer footerl footerr footerf fldinst bkmkstart bkmkend listtable"
    b" listoverridetable revtbl rsidtbl generator xmlnstbl themedata colorschememapping datastore latentstyles filetbl pntext"
    b" listtext nonshppict pnseclvl mmathPr userprops template passwordhash datafield formfield atnid atnauthor atndate"
    b" atrfstart atrfend panose falt sp shpgrp listpicture ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn xe tc tcn rxe txe"
    b" wgrffmtfilter pgptbl sn sv hsv staticval propname".split()
)
_KEPT_IF_OPTIONAL = frozenset(b"shptxt shpinst ud annotation footnote fldrslt shprslt do".split())
_NOTES = frozenset((b"footnote", b"annotation"))
_WORDS = {
    b"tab": "\t", b"line": "\n", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emdash": "—",
    b"endash": "–", b"bullet": "•", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_MOST_GROUPS = 2_000  # open at the same time; a real file has about twenty
_HEADING = re.compile(r"(?:heading|标题|標題|überschrift|titre|見出し)\s*(\d)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _State:
    """What a group hands down to the groups inside it."""

    skip: bool = False
    into: str = "text"  # "text", "fonts", "styles", "title" or "note"
    font: int = -1
    unicode_width: int = 1
    hidden: bool = False


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
    reader = _Reader()
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
    return Document(tuple(flow.segments), title=reader.title or flow.title, partial=partial, detail=detail)


class _Reader:
    """Tokens to paragraphs. Bytes are collected until the font changes, because a character may take two tokens."""

    def __init__(self) -> None:
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
        self._text: list[str] = []
        self._other: list[str] = []  # style names, the title
        self._notes: list[str] = []
        self._note: list[str] = []
        self._style = 0
        self._outline = 9
        self._listed = False
        self._in_table = False
        self._cells: list[str] = []
        self._rows: list[list[str]] = []

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
        if self._cells or (self._in_table and "".join(self._text).strip()):
            self._cell()
            self._row()
        self._paragraph()
        self._table_ends()
        if self._notes:
            self.flow.leave_sections()
            for note in self._notes:
                self.flow.paragraph(note)

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
        elif before.into == "note" and self._state.into != "note":
            self._notes.append("".join(self._note).strip())
            self._note = []

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
        if word in _SKIPPED or (optional and word not in _KEPT_IF_OPTIONAL):
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
        if word in _WORDS:
            self._say(_WORDS[word])
        elif word in _NOTES:
            self._state = replace(self._state, into="note")
        elif word in _ACTIONS:
            self._flush()
            _ACTIONS[word](self, number if number is not None else 1)

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
        if state.skip or state.hidden:
            return
        if state.into == "text":
            self._text.append(text)
        elif state.into == "note":
            self._note.append(text)
        elif state.into in ("styles", "title"):
            self._other.append(text)

    # ---- paragraphs and tables --------------------------------------------------------------------------------------

    def _paragraph_mark(self, _number: int) -> None:
        if self._state.into == "note":
            self._note.append("\n")
        elif self._state.into == "text":
            if self._in_table:
                self._text.append("\n")
            else:
                self._paragraph()

    def _paragraph(self) -> None:
        text = "".join(self._text).replace("\x00", "").strip()
        self._text = []
        if not text:
            return
        self._table_ends()
        level = self._outline + 1 if self._outline < 9 else self._styles.get(self._style)
        if level is not None:
            self.flow.heading(level, text)
        else:
            self.flow.paragraph(text, "list" if self._listed else "text")

    def _cell(self, _number: int = 0) -> None:
        self._cells.append("".join(self._text).strip())
        self._text = []

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
            self.flow.rows(rows)

    def _plain_paragraph(self, _number: int) -> None:
        self._style, self._outline, self._listed, self._in_table = 0, 9, False, False

    def _into_table(self, _number: int) -> None:
        self._in_table = True

    def _style_is(self, number: int) -> None:
        if self._state.into == "styles":
            self._style_named = number
        else:
            self._style = number

    def _outline_is(self, number: int) -> None:
        if self._state.into == "styles":
            self._style_level = number
        else:
            self._outline = number

    def _list_item(self, number: int) -> None:
        self._listed = number > 0

    def _font_is(self, number: int) -> None:
        if self._state.into == "fonts":
            self._font_named = number
        else:
            self._state = replace(self._state, font=number)

    def _charset_is(self, number: int) -> None:
        if self._state.into == "fonts" and number in _CHARSETS:
            self._fonts[self._font_named] = _CHARSETS[number]

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

    def _plain(self, _number: int) -> None:
        self._state = replace(self._state, hidden=False, font=-1)


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
    b"f": _Reader._font_is,
    b"fcharset": _Reader._charset_is,
    b"ansicpg": _Reader._page_is,
    b"deff": _Reader._default_is,
    b"fonttbl": _Reader._fonts_begin,
    b"stylesheet": _Reader._styles_begin,
    b"deleted": _Reader._hide,
    b"v": _Reader._hide,
}
