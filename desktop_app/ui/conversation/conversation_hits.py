# SPDX-License-Identifier: Apache-2.0
"""The list of what a search over all conversations found.

Title and, below it, the piece of the question or answer.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetrics,
    QPainter,
    QStandardItem,
    QStandardItemModel,
    QTextCharFormat,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.contract.conversation import ConversationHit
from desktop_app.foundation.shown import shown_name
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import set_plain_tooltip

_HIT = int(Qt.ItemDataRole.UserRole) + 1
_SIDE, _TOP = 6, 5  # px around the words of a row
_TITLE_PX, _SNIPPET_PX = 19, 17  # heights of the lines


class ConversationHits(QListView):
    """``chosen`` carries a ConversationHit."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = QStandardItemModel(self)
        self.setModel(self._model)
        self.setItemDelegate(_Row(self))
        self.setProperty("role", "flush")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)

    @property
    def hits(self) -> list[ConversationHit]:
        return [self._model.item(row).data(_HIT) for row in range(self._model.rowCount())]

    def show_hits(self, hits: Sequence[ConversationHit]) -> None:
        """Replace the list."""
        self._model.clear()
        for hit in hits:
            item = QStandardItem(shown_name(hit.title))
            item.setData(hit, _HIT)
            item.setData(f"{shown_name(hit.title)}: {shown_name(hit.snippet)}", int(Qt.ItemDataRole.AccessibleTextRole))
            set_plain_tooltip(item, hit.title, hit.snippet)
            self._model.appendRow(item)

    def choose_first(self) -> None:
        """As a click on the first hit."""
        if self._model.rowCount():
            self._choose(self._model.index(0, 0))

    def enter(self) -> None:
        """The keyboard comes in from the field above."""
        if self._model.rowCount():
            self.setFocus()
            self.setCurrentIndex(self._model.index(0, 0))

    def _choose(self, index: QModelIndex | QPersistentModelIndex) -> None:
        self.chosen.emit(index.data(_HIT))


class _Row(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        hit: ConversationHit = index.data(_HIT)
        return QSize(10, 2 * _TOP + _TITLE_PX + (_SNIPPET_PX if hit.snippet else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        hit: ConversationHit = index.data(_HIT)
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        colours = theme.current()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour("selection" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 4, 4)
        room = rect.adjusted(_SIDE, _TOP, -_SIDE, -_TOP)
        letters = theme.font(theme.BASE_PX, weight=QFont.Weight.Normal)
        painter.setFont(letters)
        painter.setPen(colours.colour("ink"))
        title = QFontMetrics(letters).elidedText(shown_name(hit.title), Qt.TextElideMode.ElideRight, room.width())
        line = QRect(room.x(), room.y(), room.width(), _TITLE_PX)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
        if hit.snippet:
            painter.setPen(colours.colour("ink" if chosen else "quiet"))
            painter.setClipRect(room)
            _draw_snippet(painter, hit, QPointF(room.x(), room.y() + _TITLE_PX), room.width())
        painter.restore()


def _draw_snippet(painter: QPainter, hit: ConversationHit, at: QPointF, width: int) -> None:
    """One line that holds the first mark, the rest cut off."""
    text, marks = shown_snippet(hit)
    small = theme.font(theme.SMALL_PX)
    metrics = QFontMetrics(small)
    while marks and marks[0][0] and metrics.horizontalAdvance(text[: marks[0][1]]) > width:
        cut = max(1, marks[0][0] // 2)  # a narrow list: what stands before the mark gives way
        text, marks = "…" + text[cut + 1 :], [(start - cut, end - cut) for start, end in marks]
        if marks[0][0] <= 1:
            break
    layout = QTextLayout(metrics.elidedText(text, Qt.TextElideMode.ElideRight, width), small)
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.NoWrap)
    layout.setTextOption(option)
    ranges = []
    for start, end in marks:
        one = QTextLayout.FormatRange()
        one.start, one.length = start, end - start
        look = QTextCharFormat()
        look.setBackground(theme.current().colour("mark"))
        look.setForeground(theme.current().colour("ink"))
        one.format = look
        ranges.append(one)
    layout.setFormats(ranges)
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    layout.draw(painter, at)


def shown_snippet(hit: ConversationHit) -> tuple[str, list[tuple[int, int]]]:
    """The snippet as it may be shown, with the marks where they are then: what turns text round becomes longer."""
    text, marks, done = "", list[tuple[int, int]](), 0
    for start, end in hit.marks:
        text += shown_name(hit.snippet[done:start])
        marked = shown_name(hit.snippet[start:end])
        marks.append((len(text), len(text) + len(marked)))
        text, done = text + marked, end
    return text + shown_name(hit.snippet[done:]), marks
