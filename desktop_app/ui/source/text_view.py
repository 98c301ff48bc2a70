# SPDX-License-Identifier: Apache-2.0
"""Shows running text with the passage tinted and the quote marked.

Headings, paragraphs, tables; the quoted sentence is scrolled to, and what is looked for is marked.

Used for every file that is not a PDF, and for a PDF that cannot be shown. What is shown comes from the index (``Context``), so
it can be read even when the file is gone. Of a long file only a stretch is here (``loaded_text``); it is drawn anew when that moves, and the
line at the top stays where it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
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

from desktop_app.contract.messages import ContextChunk, FoundInFile
from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.clipboard import LABELLED, copied
from desktop_app.ui.look import theme
from desktop_app.ui.source.running_text import Stretch, TextBlock, blocks
from desktop_app.ui.source.zoomable_area import STEP

_COLUMN = 75  # letters of a line, or 40 Chinese ones; past some eighty the eye loses the next one
_MOST_COLUMNS = 24  # of a table; a wider sheet is shown without its emptiest columns


_QUOTE = QTextCharFormat.Property.UserProperty + 1
SMALLEST, LARGEST = 0.7, 3.0  # of the usual size


@dataclass(frozen=True, slots=True)
class _Drawn:
    """Text of ``stretch`` that begins at ``position`` of the document."""

    stretch: Stretch
    text: str
    position: int


class TextView(QTextEdit):
    """Read-only; a selection can be copied with its tables. ``near_end``: the reader comes to the end (1) or the beginning (-1) of what is
    here; ``scrolled_to``: the number of the
    chunk that is read, near the top, and the character of it; ``edge_wanted``: to the end (1) or beginning (-1) of the file."""

    near_end = Signal(int)
    scrolled_to = Signal(int, int)
    edge_wanted = Signal(int)
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setObjectName("passageText")
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.document().setDocumentMargin(theme.SPACE_L)
        self._chunks: Sequence[ContextChunk] = ()
        self._first = 0
        self._cited = 0
        self._quote: tuple[int, int] | None = None
        self._zoom = 1.0
        self._drawn: list[_Drawn] = []
        self._drawn_of: dict[int, list[_Drawn]] = {}  # by the number of the chunk
        self._found: Sequence[FoundInFile] = ()
        self._found_now = -1
        self._target = -1  # position in the document that should be on the screen
        self._pinned = False
        self._rendering = False  # scroll bars say nothing true meanwhile
        self._top = (-1, 0)  # number of the chunk that is read, and the character of it
        self.verticalScrollBar().actionTriggered.connect(self._unpin)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        theme.notifier.changed.connect(self._redraw)
        self.retranslate()

    # ---- the text ----

    def show_chunks(
        self, chunks: Sequence[ContextChunk], first: int, cited: int = 0, quote: tuple[int, int] | None = None
    ) -> None:
        """Chunks of a file from number ``first`` on. ``cited`` is the id of the passage; ``quote`` a half-open range of its text, which is
        scrolled to."""
        self._chunks, self._first, self._cited, self._quote = chunks, first, cited, quote
        self._found, self._found_now = (), -1
        self._pinned = True
        self._render()

    def replace_chunks(self, chunks: Sequence[ContextChunk], first: int) -> None:
        """Another stretch of the same file; what is on the screen stays where it is."""
        self._chunks, self._first = chunks, first
        self._redraw()

    def clear_text(self) -> None:
        """Show nothing."""
        self._chunks, self._found, self._drawn, self._drawn_of, self._top = (), (), [], {}, (-1, 0)
        self.clear()

    def go_to(self, chunk: int, start: int = 0) -> None:
        """Scroll so that character ``start`` of chunk ``chunk`` (its number in the file) stands near the top, if it is here."""
        self._unpin()
        self._scroll(self._position(chunk, start), self._reading_line())

    def _reading_line(self) -> int:
        """Where on the screen one reads who has just come to a place, in px."""
        return self.viewport().height() // 6

    def go_to_edge(self, step: int) -> None:
        """Scroll to the end (1) or the beginning (-1) of what is here."""
        self._unpin()
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum() if step > 0 else bar.minimum())

    # ---- what is looked for ----

    def mark_found(self, found: Sequence[FoundInFile], now: int) -> None:
        """Mark what was found, number ``now`` of it most of all; () marks nothing."""
        self._found, self._found_now = found, now
        self._show_found()

    def _show_found(self) -> None:
        shown = []
        last = self._first + len(self._chunks)
        for number, one in enumerate(self._found):
            if not self._first <= one.chunk < last:
                continue
            for start, end in self._ranges(one):
                selection = QTextEdit.ExtraSelection()
                cursor = QTextCursor(self.document())
                cursor.setPosition(start)
                cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
                colours = theme.current()
                shape = QTextCharFormat()
                now = number == self._found_now
                shape.setBackground(colours.colour("accent" if now else "mark"))
                shape.setForeground(colours.colour("accent_ink" if now else "ink"))
                selection.cursor, selection.format = cursor, shape
                shown.append(selection)
        self.setExtraSelections(shown)

    def _ranges(self, found: FoundInFile) -> list[tuple[int, int]]:
        """Where it stands in the document: more than one range where it goes over a cell's end."""
        ranges = []
        for drawn in self._drawn_of.get(found.chunk, ()):
            stretch = drawn.stretch
            if stretch.start < found.end and found.start < stretch.start + stretch.length:
                start, end = max(found.start - stretch.start, 0), min(found.end - stretch.start, stretch.length)
                ranges.append((drawn.position + _units(drawn.text[:start]), drawn.position + _units(drawn.text[:end])))
        return ranges

    def _position(self, chunk: int, start: int) -> int:
        """Of a character of a chunk in the document, or of what comes next; -1 where it is not here."""
        for drawn in self._drawn:
            stretch = drawn.stretch
            if stretch.chunk == chunk and start < stretch.start + stretch.length:
                return drawn.position + _units(drawn.text[: max(0, start - stretch.start)])
            if stretch.chunk > chunk:
                return drawn.position
        return -1

    # ---- zoom ----

    @property
    def place(self) -> tuple[int, int]:
        """The number of the chunk that is read, near the top of the screen, and the character of it; (-1, 0) where nothing is shown."""
        return self._top

    def near_screen(self) -> tuple[int, int]:
        """The numbers of the first and the last chunk within two screens of the one that is shown."""
        room = self.viewport().height()
        ends = (self.cursorForPosition(QPoint(theme.SPACE_L + 1, y)).position() for y in (-2 * room, 3 * room))
        low, high = (self._origin(position) for position in ends)
        return low[0] if low is not None else self._first, high[0] if high is not None else self._first + len(self._chunks)

    def selected_place(self) -> tuple[int, int] | None:
        """The number of the chunk in which the selection begins, and the character of it."""
        cursor = self.textCursor()
        return self._origin(cursor.selectionStart()) if cursor.hasSelection() else None

    @property
    def zoom(self) -> float:
        """1.0 is the usual size."""
        return self._zoom

    def set_zoom(self, zoom: float) -> None:
        """Draw the text at another size, on top of that of the whole window's text."""
        zoom = min(max(zoom, SMALLEST), LARGEST)
        if zoom != self._zoom:
            self._zoom = zoom
            self._redraw()
            self.zoom_changed.emit(zoom)

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

    def _redraw(self) -> None:
        """Draw anew; the line at the top stays there."""
        if not self._chunks:
            return
        if self._pinned:
            self._render()
            return
        cursor = self.cursorForPosition(QPoint(theme.SPACE_L + 1, 1))
        top, at = self.cursorRect(cursor).top(), self._origin(cursor.position())
        chosen = self.textCursor()
        selected = [self._origin(end) for end in (chosen.anchor(), chosen.position())] if chosen.hasSelection() else []
        self._render()
        self._select_again(selected)
        if at is not None:
            self._scroll(self._position(*at), top)

    def _origin(self, position: int) -> tuple[int, int] | None:
        """The chunk, and the character of it, that stands at a position of the document."""
        before = None
        for drawn in self._drawn:
            if drawn.position > position:
                break
            before = drawn
        if before is None:
            return None
        units = position - before.position
        return before.stretch.chunk, before.stretch.start + min(_letters(before.text, units), before.stretch.length - 1)

    def _select_again(self, ends: Sequence[tuple[int, int] | None]) -> None:
        positions = [self._position(*end) if end is not None else -1 for end in ends]
        if min(positions, default=-1) >= 0:
            cursor = self.textCursor()
            cursor.setPosition(positions[0])
            cursor.setPosition(positions[1], QTextCursor.MoveMode.KeepAnchor)
            self.setTextCursor(cursor)

    def _render(self) -> None:
        self._rendering = True
        self.clear()
        self._set_column()
        self._target, self._drawn, self._drawn_of = -1, [], {}
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        first = True
        for block in blocks(self._chunks, self._cited, self._quote, self._first):
            if block.kind == "table":
                if first:  # the empty paragraph that Qt keeps before a table
                    thin = QTextBlockFormat()
                    thin.setLineHeight(1, QTextBlockFormat.LineHeightTypes.FixedHeight.value)
                    cursor.setBlockFormat(thin)
                self._table(cursor, block)
                first = False
                continue
            block_format = self._block_format(block)
            if first:
                block_format.setTopMargin(0)
                cursor.setBlockFormat(block_format)
            else:
                cursor.insertBlock(block_format)
            first = False
            self._note(block.origins, block.text, cursor.position())
            if block.kind == "heading":
                cursor.insertText(block.text, self._heading_format(block.level))
            elif block.kind == "note":
                cursor.insertText(block.text, self._plain_format("quiet", theme.SMALL_PX))
            else:
                self._paragraph(cursor, block)
        cursor.endEditBlock()
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Qt scrolls to its cursor when the view is first shown
        self.document().size()  # lays all of it out: with half of it the end would seem near, and more would be loaded
        self._rendering = False
        self._show_found()
        self._reach()
        QTimer.singleShot(0, self, self._reach)
        QTimer.singleShot(0, self, self._scrolled)

    def _set_column(self) -> None:
        """In a wide view the text stands in a column in the middle; a table that needs more room goes on to its right."""
        metrics = QFontMetrics(theme.font(self._pixels(theme.READING_PX)))  # its average letter may be a Chinese one
        column = _COLUMN * metrics.horizontalAdvance("e")
        side = max(theme.SPACE_L, (self.viewport().width() - column) // 2)
        frame = self.document().rootFrame()
        shape = frame.frameFormat()
        if shape.leftMargin() != side:
            shape.setLeftMargin(side)
            shape.setRightMargin(side)
            frame.setFrameFormat(shape)

    def _note(self, origins: Sequence[Stretch], text: str, position: int) -> None:
        for origin in origins:
            own = text[origin.at : origin.at + origin.length]
            drawn = _Drawn(origin, own, position + _units(text[: origin.at]))
            self._drawn.append(drawn)
            self._drawn_of.setdefault(origin.chunk, []).append(drawn)

    def _paragraph(self, cursor: QTextCursor, block: TextBlock) -> None:
        plain = self._plain_format("ink" if block.cited else "quiet")
        position = 0
        if block.cited and self._target < 0:
            self._target = cursor.position()
        for start, end in block.marks:
            cursor.insertText(block.text[position:start], plain)
            self._target = cursor.position() if position == 0 or self._target < 0 else self._target
            cursor.insertText(block.text[start:end], self._quote_format())
            position = end
        cursor.insertText(block.text[position:], plain)

    def _table(self, cursor: QTextCursor, block: TextBlock) -> None:
        colours = theme.current()
        columns = _fullest(block)
        labelled = any(row.label for row in block.rows)
        shape = _table_format(len(columns))
        shape.setProperty(LABELLED, labelled)
        table = cursor.insertTable(len(block.rows) + 1, len(columns) + labelled, shape)
        head = self._plain_format("quiet", theme.SMALL_PX)
        head.setFontWeight(QFont.Weight.DemiBold)
        ground = QTextCharFormat()
        ground.setBackground(QColor(colours.panel))
        for number in range(len(columns) + labelled):
            table.cellAt(0, number).setFormat(ground)
        for number, column in enumerate(columns):
            table.cellAt(0, number + labelled).firstCursorPosition().insertText(column, head)
        quiet = self._plain_format("quiet", theme.SMALL_PX)
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
                if cell.origin is not None:
                    self._note([cell.origin], cell.text, at.position())
                if cell.marked:
                    self._target = at.position() if self._target < 0 else self._target
                    at.insertText(cell.text, self._quote_format(theme.BASE_PX))
                else:
                    at.insertText(cell.text, self._plain_format("ink", theme.BASE_PX))
        cursor.movePosition(QTextCursor.MoveOperation.End)

    def _block_format(self, block: TextBlock) -> QTextBlockFormat:
        shape = QTextBlockFormat()
        if block.kind != "heading":
            # In pixels of the letters: Chinese faces carry so much air in their own line height that a share of it doubles.
            shape.setLineHeight(
                round(theme.scaled(theme.READING_PX) * 1.65 * self._zoom), QTextBlockFormat.LineHeightTypes.MinimumHeight.value
            )
        shape.setBottomMargin(theme.SPACE_S)
        shape.setLeftMargin(theme.SPACE_L if block.beside else 0)
        if block.kind == "heading":
            shape.setTopMargin(theme.SPACE_L if block.level < 3 else theme.SPACE_S)
            shape.setHeadingLevel(min(block.level, 6))
        elif block.cited:
            shape.setBackground(theme.current().soft_mark("paper"))
        return shape

    def _heading_format(self, level: int) -> QTextCharFormat:
        shape = QTextCharFormat()
        shape.setFont(theme.font(self._pixels({1: 18, 2: 16}.get(level, theme.BASE_PX)), weight=QFont.Weight.DemiBold))
        shape.setForeground(QColor(theme.current().ink))
        return shape

    def _plain_format(self, role: str, pixels: int = theme.READING_PX) -> QTextCharFormat:
        shape = QTextCharFormat()
        shape.setFont(theme.font(self._pixels(pixels)))
        shape.setForeground(theme.current().colour(role))
        return shape

    def _quote_format(self, pixels: int = theme.READING_PX) -> QTextCharFormat:
        shape = self._plain_format("ink", pixels)
        shape.setBackground(QColor(theme.current().mark))
        shape.setUnderlineStyle(QTextCharFormat.UnderlineStyle.SingleUnderline)
        shape.setUnderlineColor(theme.current().colour("mark_edge"))
        shape.setProperty(_QUOTE, True)
        return shape

    def _pixels(self, usual: int) -> int:
        return max(1, round(usual * self._zoom))

    def _reach(self) -> None:
        """Scroll so that what should be seen stands in the upper third; without a mark to the beginning."""
        if self._pinned and self._target >= 0:
            self._scroll(self._target, self.viewport().height() // 3)
        elif self._pinned:
            self.verticalScrollBar().setValue(0)

    def _scroll(self, position: int, top: int) -> None:
        """Bring a position of the document to ``top`` pixels below the edge of the viewport."""
        if position < 0:
            return
        cursor = QTextCursor(self.document())
        cursor.setPosition(min(position, self.document().characterCount() - 1))
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + self.cursorRect(cursor).top() - top)

    def _unpin(self) -> None:
        self._pinned = False

    def _scrolled(self) -> None:
        """Tell where the reader is, and that more is wanted, a screen before it is."""
        if self._rendering or not self._drawn:
            return
        at = QPoint(theme.SPACE_L + 1, self._reading_line() + 2)
        top = self._origin(self.cursorForPosition(at).position()) or (self._first, 0)
        if top != self._top:
            self._top = top
            self.scrolled_to.emit(*top)
        bar, room = self.verticalScrollBar(), self.viewport().height()
        if bar.maximum() - bar.value() < room:
            self.near_end.emit(1)
        if bar.value() < room:
            self.near_end.emit(-1)

    # ---- Qt's side ----

    def createMimeDataFromSelection(self) -> QMimeData:
        return copied(self.textCursor())

    def wheelEvent(self, event: QWheelEvent) -> None:
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.set_zoom(self._zoom * STEP ** (event.angleDelta().y() / 120))
            event.accept()
            return
        self._unpin()
        super().wheelEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.set_zoom(self._zoom * STEP)
        elif key == Qt.Key.Key_Minus or event.text() == "−":
            self.set_zoom(self._zoom / STEP)
        elif key == Qt.Key.Key_0:
            self.set_zoom(1.0)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.edge_wanted.emit(1 if key == Qt.Key.Key_End else -1)
        else:
            self._unpin()
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._unpin()
        super().mousePressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_column()
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


def _units(text: str) -> int:
    """How long a text is as Qt counts: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _letters(text: str, units: int) -> int:
    """The other way round."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * max(0, units)].decode("utf-16-le", "replace"))
