# SPDX-License-Identifier: Apache-2.0
"""Shows running text with the passage tinted and the quote marked.

Headings, paragraphs, tables; the quoted sentence is scrolled to.

Used for every file that is not a PDF, and for a PDF that cannot be shown. What is shown comes from the index (``Context``), so
it can be read even when the file is gone.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QTimer
from PySide6.QtGui import (
    QColor,
    QFont,
    QResizeEvent,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from desktop_app.contract.messages import ContextResult
from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.clipboard import LABELLED, copied
from desktop_app.ui.look import theme
from desktop_app.ui.source.running_text import TextBlock, blocks

_MOST_COLUMNS = 24  # of a table; a wider sheet is shown without its emptiest columns


class TextView(QTextEdit):
    """Read-only; a selection can be copied with its tables."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("passageText")
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(theme.SPACE_L)
        self._result: ContextResult | None = None
        self._quote: tuple[int, int] | None = None
        self._target = -1  # position in the document that should be on the screen
        self._pinned = False
        self.verticalScrollBar().actionTriggered.connect(self._unpin)
        theme.notifier.changed.connect(self._render)
        self.retranslate()

    def show_context(self, result: ContextResult, quote: tuple[int, int] | None) -> None:
        """``quote`` is a half-open range of the text of the chunk ``result.chunk_id``."""
        self._result, self._quote = result, quote
        self._pinned = True
        self._render()

    def clear_context(self) -> None:
        """Show nothing."""
        self._result = None
        self.clear()

    def marked_text(self) -> str:
        """All that is marked as the quote, in order."""
        found: list[str] = []
        block = self.document().begin()
        while block.isValid():
            iterator = block.begin()
            while not iterator.atEnd():
                fragment = iterator.fragment()
                if fragment.charFormat().property(_QUOTE):
                    found.append(fragment.text())
                iterator += 1
            block = block.next()
        return "".join(found)

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Text around the passage"))

    # ---- drawing ----

    def _render(self) -> None:
        if self._result is None:
            return
        self.clear()
        self._target = -1
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        first = True
        for block in blocks(self._result.chunks, self._result.chunk_id, self._quote):
            if block.kind == "table":
                if first:  # the empty paragraph that Qt keeps before a table
                    thin = QTextBlockFormat()
                    thin.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
                    cursor.setBlockFormat(thin)
                self._table(cursor, block)
                first = False
                continue
            block_format = _block_format(block)
            if first:
                block_format.setTopMargin(0)
                cursor.setBlockFormat(block_format)
            else:
                cursor.insertBlock(block_format)
            first = False
            if block.kind == "heading":
                cursor.insertText(block.text, _heading_format(block.level))
            else:
                self._paragraph(cursor, block)
        cursor.endEditBlock()
        self._reach()
        QTimer.singleShot(0, self, self._reach)

    def _paragraph(self, cursor: QTextCursor, block: TextBlock) -> None:
        plain = _plain_format("ink" if block.cited else "quiet")
        position = 0
        if block.cited and self._target < 0:
            self._target = cursor.position()
        for start, end in block.marks:
            cursor.insertText(block.text[position:start], plain)
            self._target = cursor.position() if position == 0 or self._target < 0 else self._target
            cursor.insertText(block.text[start:end], _quote_format())
            position = end
        cursor.insertText(block.text[position:], plain)

    def _table(self, cursor: QTextCursor, block: TextBlock) -> None:
        colours = theme.current()
        columns = _fullest(block)
        labelled = any(row.label for row in block.rows)
        shape = _table_format(len(columns))
        shape.setProperty(LABELLED, labelled)
        table = cursor.insertTable(len(block.rows) + 1, len(columns) + labelled, shape)
        head = _plain_format("quiet", theme.SMALL_PX)
        head.setFontWeight(QFont.Weight.DemiBold)
        ground = QTextCharFormat()
        ground.setBackground(QColor(colours.panel))
        for number in range(len(columns) + labelled):
            table.cellAt(0, number).setFormat(ground)
        for number, column in enumerate(columns):
            table.cellAt(0, number + labelled).firstCursorPosition().insertText(column, head)
        quiet = _plain_format("quiet", theme.SMALL_PX)
        for line, row in enumerate(block.rows, 1):
            if labelled:
                table.cellAt(line, 0).setFormat(ground)
                table.cellAt(line, 0).firstCursorPosition().insertText(row.label, quiet)
            for number, column in enumerate(columns):
                cell, place = row.cells.get(column), table.cellAt(line, number + labelled)
                if row.cited:
                    tint = QTextCharFormat()
                    tint.setBackground(QColor(colours.mark) if cell is not None and cell.marked else colours.soft_mark("paper"))
                    place.setFormat(tint)
                if cell is None:
                    continue
                at = place.firstCursorPosition()
                if cell.marked:
                    self._target = at.position() if self._target < 0 else self._target
                    at.insertText(cell.text, _quote_format(theme.BASE_PX))
                else:
                    at.insertText(cell.text, _plain_format("ink", theme.BASE_PX))
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _reach(self) -> None:
        """Scroll so that the quote stands in the upper third."""
        if not self._pinned or self._target < 0:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(self._target, self.document().characterCount() - 1))
        rect = self.cursorRect(cursor)
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + rect.top() - self.viewport().height() // 3)

    def _unpin(self) -> None:
        self._pinned = False

    def createMimeDataFromSelection(self) -> QMimeData:
        return copied(self.textCursor())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._unpin()
        super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reach()


def _fullest(block: TextBlock) -> list[str]:
    """The columns of a table, without the emptiest when there are too many to show."""
    if len(block.columns) <= _MOST_COLUMNS:
        return block.columns
    filled = {column: sum(1 for row in block.rows if column in row.cells) for column in block.columns}
    kept = set(sorted(block.columns, key=lambda column: -filled[column])[:_MOST_COLUMNS])
    return [column for column in block.columns if column in kept]


def _table_format(columns: int) -> QTextTableFormat:
    shape = QTextTableFormat()
    shape.setBorder(1)
    shape.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    shape.setBorderCollapse(True)
    shape.setBorderBrush(QColor(theme.current().line))
    shape.setCellPadding(6)
    shape.setCellSpacing(0)
    shape.setHeaderRowCount(1)
    shape.setTopMargin(theme.SPACE_S)
    shape.setBottomMargin(theme.SPACE_M)
    if columns <= 6:  # a wider table takes the width it needs, and the view scrolls
        shape.setWidth(QTextLength(QTextLength.Type.PercentageLength, 99))
    return shape


_QUOTE = QTextCharFormat.Property.UserProperty + 1


def _block_format(block: TextBlock) -> QTextBlockFormat:
    shape = QTextBlockFormat()
    if block.kind != "heading":
        # In pixels of the letters: Chinese faces carry so much air in their own line height that a share of it doubles.
        shape.setLineHeight(round(theme.READING_PX * 1.65), QTextBlockFormat.LineHeightTypes.MinimumHeight.value)
    shape.setBottomMargin(theme.SPACE_S)
    if block.kind == "heading":
        shape.setTopMargin(theme.SPACE_L if block.level < 3 else theme.SPACE_S)
        shape.setHeadingLevel(min(block.level, 6))
    elif block.cited:
        shape.setBackground(theme.current().soft_mark("paper"))
    return shape


def _heading_format(level: int) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setFont(theme.font({1: 18, 2: 16}.get(level, theme.BASE_PX), weight=QFont.Weight.DemiBold))
    shape.setForeground(QColor(theme.current().ink))
    return shape


def _plain_format(role: str, pixels: int = theme.READING_PX) -> QTextCharFormat:
    shape = QTextCharFormat()
    shape.setFont(theme.font(pixels))
    shape.setForeground(theme.current().colour(role))
    return shape


def _quote_format(pixels: int = theme.READING_PX) -> QTextCharFormat:
    shape = _plain_format("ink", pixels)
    shape.setBackground(QColor(theme.current().mark))
    shape.setProperty(_QUOTE, True)
    return shape
