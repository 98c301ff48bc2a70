"""Markdown into a text document, in pieces: headings, lists, tables, code, seals, and a dotted line where support is missing.

Our own renderer on markdown-it's tokens, because Qt's ``setMarkdown`` only takes whole texts (a streamed answer would be laid out
again from its first word with every token), knows no citations and reads links and pictures that an answer has no business with.

``Renderer`` writes top-level blocks at the end of a document, so that a stream only ever rewrites its last block, and a long
answer can be written in slices with the event loop between them. Links lose their address (nothing here opens a browser), pictures
keep their description, HTML is text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableFormat,
)

from desktop_app.analysis.script import CJK, HAN
from desktop_app.ui import seals, theme
from desktop_app.ui.answer_marks import BEGIN, END

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

WHY = int(QTextFormat.Property.UserProperty) + 2  # on unsupported words: the index of the reason
THIN = "\u2009"  # between Chinese and Latin; taken out again on copying
JOINER = "\u2060"  # keeps a seal on the line of its sentence; taken out on copying
_MEETING = re.compile(rf"(?<=[{HAN}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{HAN}])")
_HAS_HAN = re.compile(rf"[{HAN}]")
_NO_SPACE_BESIDE = re.compile(rf"[{CJK}”]")
_SPECIAL = re.compile(rf"\[(\d{{1,3}})\]|{BEGIN}|{END}")
_LINE_PX = round(theme.READING_PX * 1.6)  # 1.5 for Latin and a little more for Chinese, which fills its square
_GAP_PX = 10  # below a paragraph
_HEADING_PX = {1: 19, 2: 17, 3: 16}
_INDENT_PX = 22


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser, imported with the first answer (25 ms)."""
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def top_level(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """The tokens of one block after the other."""
    group: list[Token] = []
    depth = 0
    for token in tokens:
        group.append(token)
        depth += token.nesting
        if depth == 0:
            yield group
            group = []


def spaced(text: str) -> str:
    """A thin space wherever Chinese meets Latin letters or figures."""
    return _MEETING.sub(THIN, text)


def plain(text: str) -> str:
    """Text taken from a document as the author of the answer wrote it: without our spaces and joiners."""
    return text.replace(THIN, "").replace(JOINER, "").replace("\u2029", "\n").replace("\u2028", "\n")


def prepare(document: QTextDocument, seal: seals.SealObject) -> None:
    """Fonts, indents and the painter of seals for a document that answers are written into."""
    document.setDefaultFont(theme.font(theme.READING_PX))
    document.setDocumentMargin(0)
    document.setUndoRedoEnabled(False)
    document.documentLayout().registerHandler(seals.OBJECT, seal)


class Renderer:
    """Writes blocks at the end of ``document``. ``numbers`` are the citations that exist; other [n] stay text."""

    def __init__(self, document: QTextDocument, numbers: Collection[int]) -> None:
        self.numbers = numbers
        self._document = document
        self._cursor = QTextCursor(document)
        self._first = True
        self._bold = 0
        self._slanted = 0
        self._struck = 0
        self._quoted = 0
        self._marked = -1  # index of the open bracket, -1 outside
        self._marks = 0  # brackets met so far
        self._lists: list[int] = []  # of each open list the next number, 0 for bullets
        self._item_open = False
        self._tight = False

    def write(self, group: Sequence[Token]) -> None:
        """One top-level block, tokens as ``top_level`` gives them."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        index = 0
        while index < len(group):
            index = self._token(group, index)

    # ---- blocks ----

    def _token(self, group: Sequence[Token], index: int) -> int:
        token = group[index]
        kind = token.type
        if kind == "table_open":
            return self._table(group, index)
        if kind == "inline":
            self._inline(token.children or [])
        elif kind in ("fence", "code_block"):
            self._code(token.content)
        elif kind == "hr":
            self._rule()
        elif token.nesting:
            self._container(token)
        return index + 1

    def _container(self, token: Token) -> None:
        """The opening or closing of something that holds other blocks, or of a paragraph."""
        kind = token.type
        if kind == "paragraph_open":
            self._tight = token.hidden
            self._block()
        elif kind == "heading_open":
            self._block(heading=int(token.tag[1]))
        elif kind == "heading_close":
            self._bold = 0
        elif kind == "list_item_open":
            self._item_open = True
        elif kind in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(int(token.attrGet("start") or 1) if kind[0] == "o" else 0)
        elif kind in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
            if not self._lists:
                last = QTextBlockFormat()
                last.setBottomMargin(_GAP_PX)
                self._cursor.mergeBlockFormat(last)
        elif kind in ("blockquote_open", "blockquote_close"):
            self._quoted += token.nesting

    def _rule(self) -> None:
        block = QTextBlockFormat()
        whole = QTextLength(QTextLength.Type.PercentageLength, 100)
        block.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth, whole)
        block.setBottomMargin(_GAP_PX)
        self._new_block(block)

    def _block(self, heading: int = 0) -> None:
        block = QTextBlockFormat()
        pixels = _HEADING_PX.get(heading, theme.READING_PX)
        line = round(pixels * 1.4) if heading else _LINE_PX
        block.setLineHeight(line, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        block.setBottomMargin(3 if self._tight and self._lists else _GAP_PX)
        if heading:
            block.setTopMargin(0 if self._first else 8)
            block.setBottomMargin(6)
            block.setHeadingLevel(heading)
        if self._quoted:
            block.setLeftMargin(16 * self._quoted)
        if self._lists:
            block.setLeftMargin(block.leftMargin() + _INDENT_PX * len(self._lists))
            block.setTabPositions([QTextOption.Tab(_INDENT_PX, QTextOption.TabType.LeftTab)])
            if self._item_open:  # a second paragraph of an item stands below the first
                block.setTextIndent(-_INDENT_PX)
        self._new_block(block)
        if heading:
            self._bold = 1
        if self._lists and self._item_open:
            self._item_open = False
            self._item_mark()
        self._tight = False

    def _new_block(self, block: QTextBlockFormat) -> None:
        if self._first:
            self._first = False
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(QTextCharFormat())
        else:
            self._cursor.insertBlock(block, QTextCharFormat())

    def _item_mark(self) -> None:
        """A small bullet or the number, hanging before the text. Qt's own bullets are far heavier than the letters."""
        number = self._lists[-1]
        letters = QTextCharFormat()
        letters.setForeground(theme.current().colour("quiet"))
        self._cursor.insertText(f"{number}.\t" if number else "•\t", letters)
        if number:
            self._lists[-1] += 1

    def _code(self, content: str) -> None:
        letters = QTextCharFormat()
        letters.setFont(theme.fixed_font())
        lines = content.replace(BEGIN, "").replace(END, "").rstrip("\n").split("\n")
        for number, line in enumerate(lines):
            block = QTextBlockFormat()
            block.setBackground(theme.current().colour("panel"))
            block.setLineHeight(20, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
            block.setLeftMargin(_INDENT_PX * len(self._lists))
            block.setBottomMargin(_GAP_PX if number == len(lines) - 1 else 0)
            self._new_block(block)
            self._cursor.insertText(line, letters)

    def _table(self, group: Sequence[Token], index: int) -> int:
        rows: list[list[Token]] = []
        aligned: list[str] = []
        while group[index].type != "table_close":
            token = group[index]
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                aligned.append(str(token.attrGet("style") or ""))
            elif token.type == "inline":
                rows[-1].append(token)
            index += 1
        columns = max(len(row) for row in rows)
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(theme.current().colour("line"))
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(True)
        form.setCellPadding(5)
        form.setCellSpacing(0)
        form.setTopMargin(2)
        form.setBottomMargin(_GAP_PX)
        self._new_block(_tiny_block())
        table = self._cursor.insertTable(len(rows), columns, form)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self._cell(table, number, column, cell, aligned[column] if column < len(aligned) else "")
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.setBlockFormat(_tiny_block())
        return index + 1

    def _cell(self, table: QTextTable, row: int, column: int, cell: Token, style: str) -> None:
        outside, self._cursor = self._cursor, table.cellAt(row, column).firstCursorPosition()
        block = QTextBlockFormat()
        block.setLineHeight(20, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        if "right" in style:
            block.setAlignment(Qt.AlignmentFlag.AlignRight)
        elif "center" in style:
            block.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._cursor.setBlockFormat(block)
        self._bold += row == 0
        self._inline(cell.children or [])
        self._bold -= row == 0
        self._cursor = outside

    @property
    def empty(self) -> bool:
        return self._first

    def rewind(self, *, empty: bool, marks: int) -> None:
        """Go back to where ``empty`` and ``marks`` were noted; the caller has taken the text out."""
        self._first = empty
        self._marks = marks
        self._marked = -1

    # ---- words ----

    def _inline(self, tokens: Sequence[Token]) -> None:
        for number, token in enumerate(tokens):
            kind = token.type
            if kind == "text":
                self._text(token.content)
            elif kind == "code_inline":
                letters = self._letters()
                letters.setFontFamilies(theme.fixed_font().families())
                letters.setFontFixedPitch(True)
                letters.setBackground(theme.current().colour("hover"))
                self._cursor.insertText(token.content.replace(BEGIN, "").replace(END, ""), letters)
            elif kind == "softbreak":
                self._soft_break(tokens, number)
            elif kind == "hardbreak":
                self._cursor.insertText("\u2028", self._letters())
            elif kind == "image":
                self._text(token.content)
            elif kind in ("strong_open", "strong_close"):
                self._bold += token.nesting
            elif kind in ("em_open", "em_close"):
                self._slanted += token.nesting
            elif kind in ("s_open", "s_close"):
                self._struck += token.nesting

    def _soft_break(self, tokens: Sequence[Token], number: int) -> None:
        """A line end inside a paragraph is a space, except between Chinese characters."""
        before = tokens[number - 1].content[-1:] if number else ""
        after = tokens[number + 1].content[:1] if number + 1 < len(tokens) else ""
        if not (_NO_SPACE_BESIDE.match(before) and _NO_SPACE_BESIDE.match(after)):
            self._cursor.insertText(" ", self._letters())

    def _text(self, text: str) -> None:
        at = 0
        for match in _SPECIAL.finditer(text):
            number = int(match.group(1)) if match.group(1) else 0
            if number and number not in self.numbers:
                continue
            before = text[at : match.start()]
            self._words(before.rstrip(" ") if number else before)  # a seal stands close to its sentence
            at = match.end()
            if number:
                self._seal(number)
            elif match.group() == BEGIN:
                self._marked = self._marks
                self._marks += 1
            else:
                self._marked = -1
        self._words(text[at:])

    def _words(self, text: str) -> None:
        if not text:
            return
        letters = self._letters()
        if self._slanted:
            # Chinese is not slanted: it is set heavier.
            if _HAS_HAN.search(text):
                letters.setFontWeight(QFont.Weight.DemiBold)
            else:
                letters.setFontItalic(True)
        self._cursor.insertText(spaced(text), letters)

    def _seal(self, number: int) -> None:
        self._cursor.insertText(JOINER, self._letters())
        self._cursor.insertText("\ufffc", seals.char_format(number))

    def _letters(self) -> QTextCharFormat:
        result = QTextCharFormat()
        if self._bold:
            result.setFontWeight(QFont.Weight.DemiBold)
        heading = self._cursor.blockFormat().headingLevel()
        if heading:
            font = theme.font(_HEADING_PX.get(heading, theme.READING_PX), weight=QFont.Weight.DemiBold)
            result.setFont(font)
        if self._struck:
            result.setFontStrikeOut(True)
        if self._quoted:
            result.setForeground(theme.current().colour("quiet"))
        if self._marked >= 0:
            result.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            result.setUnderlineColor(theme.current().colour("warn"))
            result.setProperty(WHY, self._marked)
        return result


def _tiny_block() -> QTextBlockFormat:
    """The empty lines that Qt wants before and after a table, made to vanish."""
    result = QTextBlockFormat()
    result.setLineHeight(1, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
    return result
