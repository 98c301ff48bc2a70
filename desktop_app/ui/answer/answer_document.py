# SPDX-License-Identifier: Apache-2.0
"""Writes the blocks of an answer into a text document.

Headings, lists, tables, code, formulas, seals, and a dotted line where support is missing.

``Renderer`` writes blocks at the end of a document, so that a stream only ever rewrites its last block, and a long answer can be written in
slices with the event loop between them. Qt's own ``setMarkdown`` only takes whole texts, knows no citations, and reads links and pictures
that an answer has no business with; here nothing is ever loaded, because no format names an address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

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

from desktop_app.analysis.script import HAN
from desktop_app.contract.answer import PARTLY, AnswerPart
from desktop_app.ui.answer.answer_blocks import (
    BULLET,
    CODE,
    FORMULA,
    HEADING,
    NO_ITEM,
    RULE,
    TABLE,
    AnswerBlock,
    TableCell,
    TextRun,
)
from desktop_app.ui.look import seals, theme

WHY = int(QTextFormat.Property.UserProperty) + 2  # on words that are not supported: the index of their sentence
FOREIGN = int(QTextFormat.Property.UserProperty) + 3  # on a thin space or joiner that is the text's own, not ours
MARKER = int(QTextFormat.Property.UserProperty) + 4  # on the bullet or number of an item
CODE_FRAME = int(QTextFormat.Property.UserProperty) + 6  # of the frame around code
THIN = "\u2009"  # between Chinese and Latin; taken out again on copying
JOINER = "\u2060"  # keeps a seal on the line of its sentence; taken out on copying
_MEETING = re.compile(rf"(?<=[{HAN}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9%])(?=[{HAN}])")
_LIKE_OURS = re.compile(f"([{THIN}{JOINER}]+)")
_HAS_HAN = re.compile(rf"[{HAN}]")
_LINE_PX = round(theme.READING_PX * 1.6)  # 1.5 for Latin and a little more for Chinese, which fills its square
_GAP_PX = 10  # below a paragraph
_HEADING_PX = {1: 19, 2: 17, 3: 16}
_SMALL_PX = 13
_RAISED = QTextCharFormat.VerticalAlignment.AlignSuperScript
_LOWERED = QTextCharFormat.VerticalAlignment.AlignSubScript
_INDENT_PX = 22
_SMALL_LINE_PX = 20  # of code and tables
_CODE_PADDING_PX = 8
_PARTLY_ALPHA = 140


def spaced(text: str) -> str:
    """A thin space wherever Chinese meets Latin letters or figures."""
    return _MEETING.sub(THIN, text)


def plain(text: str) -> str:
    """Text as it stands in a document, without our spaces and joiners."""
    return text.replace(THIN, "").replace(JOINER, "").replace("\u2029", "\n").replace("\u2028", "\n")


def prepare(document: QTextDocument, seal: seals.SealObject) -> None:
    """Fonts, indents and the painter of seals for a document that answers are written into."""
    document.setDefaultFont(theme.font(theme.READING_PX))
    document.setDocumentMargin(0)
    document.setUndoRedoEnabled(False)
    document.documentLayout().registerHandler(seals.OBJECT, seal)


class Renderer:
    """Writes blocks at the end of ``document``. ``marked``: the sentences that ``TextRun.mark`` counts. ``printed``: on white paper, with the
    numbers of citations as letters, and nothing that only the screen needs."""

    def __init__(self, document: QTextDocument, marked: Sequence[AnswerPart] = (), *, printed: bool = False) -> None:
        self._document = document
        self._marked = marked
        self._printed = printed
        self._colours = theme.LIGHT if printed else theme.current()
        self._cursor = QTextCursor(document)
        self._first = True

    def write(self, group: Iterable[AnswerBlock]) -> None:
        """Add blocks at the end of the document."""
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        for block in group:
            if block.kind == TABLE:
                self._table(block)
            elif block.kind == CODE:
                self._code(block)
            elif block.kind == RULE:
                self._rule()
            else:
                self._paragraph(block)

    @property
    def empty(self) -> bool:
        """Whether nothing has been written yet."""
        return self._first

    def rewind(self, *, empty: bool) -> None:
        """Go back to where ``empty`` was noted; the caller has taken the text out."""
        self._first = empty

    # ---- blocks ----

    def _paragraph(self, block: AnswerBlock) -> None:
        form = QTextBlockFormat()
        heading = block.level if block.kind == HEADING else 0
        pixels = _HEADING_PX.get(heading, theme.READING_PX)
        if block.kind == FORMULA:
            # Raised and lowered letters need room above and below.
            form.setLineHeight(theme.scaled(round(_LINE_PX * 1.15)), int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
            form.setLeftMargin(theme.scaled(_INDENT_PX))
        else:
            line = round(pixels * 1.4) if heading else _LINE_PX
            form.setLineHeight(theme.scaled(line), int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        form.setBottomMargin(3 if block.close else _GAP_PX)
        if heading:
            form.setTopMargin(0 if self._first else 8)
            form.setBottomMargin(6)
            form.setHeadingLevel(heading)
        form.setLeftMargin(form.leftMargin() + theme.scaled(16 * block.quoted + _INDENT_PX * block.depth))
        if block.depth:
            form.setTabPositions([QTextOption.Tab(theme.scaled(_INDENT_PX), QTextOption.TabType.LeftTab)])
        if block.item != NO_ITEM:  # a second paragraph of an item stands below the first
            form.setTextIndent(-theme.scaled(_INDENT_PX))
        self._new_block(form)
        if block.item != NO_ITEM:
            self._item_mark(block.item)
        self._runs(block.runs, heading=heading, quoted=block.quoted > 0)

    def _new_block(self, form: QTextBlockFormat) -> None:
        if self._first:
            self._first = False
            self._cursor.setBlockFormat(form)
            self._cursor.setBlockCharFormat(QTextCharFormat())
        else:
            self._cursor.insertBlock(form, QTextCharFormat())

    def _item_mark(self, number: int) -> None:
        """A small bullet or the number, hanging before the text. Qt's own bullets are far heavier than the letters."""
        letters = QTextCharFormat()
        letters.setForeground(self._colours.colour("quiet"))
        letters.setProperty(MARKER, True)
        self._cursor.insertText("•\t" if number == BULLET else f"{number}.\t", letters)

    def _rule(self) -> None:
        form = QTextBlockFormat()
        whole = QTextLength(QTextLength.Type.PercentageLength, 100)
        form.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth, whole)
        form.setBottomMargin(_GAP_PX)
        self._new_block(form)

    def _code(self, block: AnswerBlock) -> None:
        frame = QTextFrameFormat()
        frame.setBackground(self._colours.colour("panel"))
        frame.setPadding(_CODE_PADDING_PX)
        frame.setLeftMargin(theme.scaled(_INDENT_PX * block.depth))
        frame.setBottomMargin(_GAP_PX)
        frame.setProperty(CODE_FRAME, True)
        self._new_block(_tiny_block())
        self._cursor.insertFrame(frame)
        letters = QTextCharFormat()
        letters.setFont(theme.fixed_font())
        form = QTextBlockFormat()
        form.setLineHeight(theme.scaled(_SMALL_LINE_PX), int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        self._cursor.setBlockFormat(form)
        self._put(block.runs[0].text.replace("\n", "\u2028"), letters, aerated=False)
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.setBlockFormat(_tiny_block())

    def _table(self, block: AnswerBlock) -> None:
        form = QTextTableFormat()
        form.setBorder(1)
        form.setBorderBrush(self._colours.colour("line"))
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderCollapse(True)
        form.setCellPadding(5)
        form.setCellSpacing(0)
        form.setHeaderRowCount(1)
        form.setTopMargin(2)
        form.setBottomMargin(_GAP_PX)
        self._new_block(_tiny_block())
        table = self._cursor.insertTable(len(block.rows), len(block.rows[0]), form)
        for number, row in enumerate(block.rows):
            for column, cell in enumerate(row):
                self._cell(table, number, column, cell, block.aligned[column] if column < len(block.aligned) else "")
        self._cursor.movePosition(QTextCursor.MoveOperation.End)
        self._cursor.setBlockFormat(_tiny_block())

    def _cell(self, table: QTextTable, row: int, column: int, cell: TableCell, side: str) -> None:
        outside, self._cursor = self._cursor, table.cellAt(row, column).firstCursorPosition()
        form = QTextBlockFormat()
        form.setLineHeight(theme.scaled(_SMALL_LINE_PX), int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
        if side == "right":
            form.setAlignment(Qt.AlignmentFlag.AlignRight)
        elif side == "center":
            form.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._cursor.setBlockFormat(form)
        if any(run.tint for run in cell):
            ground = QTextCharFormat()
            ground.setBackground(self._colours.colour("mark"))
            table.cellAt(row, column).setFormat(ground)
        self._runs(cell)
        self._cursor = outside

    # ---- words ----

    def _runs(self, runs: Sequence[TextRun], *, heading: int = 0, quoted: bool = False) -> None:
        for run in runs:
            letters = self._letters(run, heading=heading, quoted=quoted)
            if run.seal and not self._printed:
                self._cursor.insertText(JOINER, letters)
                self._cursor.insertText("\ufffc", seals.char_format(run.seal))
            elif run.code or self._printed:
                self._put(run.text.replace("\n", "\u2028"), letters, aerated=False)
            else:
                self._put(run.text.replace("\n", "\u2028"), letters)

    def _put(self, text: str, letters: QTextCharFormat, *, aerated: bool = True) -> None:
        """``text`` with thin spaces of ours; those that it has itself are told apart, so that they can be copied."""
        for number, piece in enumerate(_LIKE_OURS.split(text)):
            if number % 2:
                foreign = QTextCharFormat(letters)
                foreign.setProperty(FOREIGN, True)
                self._cursor.insertText(piece, foreign)
            elif piece:
                self._cursor.insertText(spaced(piece) if aerated else piece, letters)

    def _letters(self, run: TextRun, *, heading: int, quoted: bool) -> QTextCharFormat:
        colours = self._colours
        result = QTextCharFormat()
        bold = run.bold
        if heading or run.quiet:
            pixels = _SMALL_PX if run.quiet else _HEADING_PX.get(heading, theme.READING_PX)
            result.setFont(theme.font(pixels, weight=QFont.Weight.DemiBold if heading else QFont.Weight.Normal))
        if run.code:
            result.setFontFamilies(theme.fixed_font().families())
            result.setFontFixedPitch(True)
            result.setBackground(colours.colour("hover"))
        elif run.slanted and _HAS_HAN.search(run.text):
            bold = True  # Chinese is not slanted: it is set heavier
        elif run.slanted:
            result.setFontItalic(True)
        if bold:
            result.setFontWeight(QFont.Weight.DemiBold)
        if run.struck:
            result.setFontStrikeOut(True)
        if run.rise:
            result.setVerticalAlignment(_RAISED if run.rise > 0 else _LOWERED)
        if quoted or run.quiet:
            result.setForeground(colours.colour("quiet"))
        if run.seal or run.note:
            result.setForeground(colours.colour("accent_text" if run.seal else "warn"))
        self._mark(run, result)
        return result

    def _mark(self, run: TextRun, letters: QTextCharFormat) -> None:
        """The dotted line below a sentence that is not supported, lighter where some of it is."""
        if run.mark >= 0:
            partly = run.mark < len(self._marked) and self._marked[run.mark].verdict == PARTLY
            line = self._colours.colour("quiet" if partly else "warn")
            line.setAlpha(_PARTLY_ALPHA if partly else 255)
            letters.setUnderlineStyle(QTextCharFormat.UnderlineStyle.DotLine)
            letters.setUnderlineColor(line)
            letters.setProperty(WHY, run.mark)


def _tiny_block() -> QTextBlockFormat:
    """The empty lines that Qt wants before and after a table, made to vanish."""
    result = QTextBlockFormat()
    result.setLineHeight(1, int(QTextBlockFormat.LineHeightTypes.FixedHeight.value))
    return result
