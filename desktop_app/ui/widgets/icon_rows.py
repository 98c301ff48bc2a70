# SPDX-License-Identifier: Apache-2.0
"""Rows of a list: an icon, words, and a quiet hint at the right.

The palette lists commands so, the question box what can be mentioned. The words have the room first; the hint keeps at least a third.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QStandardItem
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from desktop_app.foundation.shown import shown_name
from desktop_app.ui.look import icons, theme

ICON = int(Qt.ItemDataRole.UserRole) + 1
HINT = int(Qt.ItemDataRole.UserRole) + 2
VALUE = int(Qt.ItemDataRole.UserRole) + 3
"""What a row stands for."""

_SIDE, _ICON, _GAP, _AIR = 10, 16, 10, 16  # px: beside, icon, behind it, above and below the words together
_SPARE = 2  # px: Qt cuts text that fits to the pixel


def row(words: str, icon: str, hint: str, value: object) -> QStandardItem:
    """A row with the icon of that name."""
    item = QStandardItem(shown_name(words))
    item.setData(icon, ICON)
    item.setData(shown_name(hint), HINT)
    item.setData(value, VALUE)
    item.setAccessibleDescription(shown_name(hint))
    return item


def height() -> int:
    """Of a row, px."""
    return QFontMetrics(theme.font(theme.BASE_PX)).height() + _AIR


class IconRows(QStyledItemDelegate):
    """Draws the rows that ``row`` makes."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:  # noqa: ARG002
        return QSize(100, height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        rect, state = option.rect, option.state
        colours = theme.current()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour("selection" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 4, 4)
        place = QRectF(rect.x() + _SIDE, rect.y() + (rect.height() - _ICON) / 2, _ICON, _ICON)
        icons.paint(painter, place, index.data(ICON), "quiet")
        inside = rect.adjusted(_SIDE + _ICON + _GAP, 0, -_SIDE, 0)
        small, letters = theme.font(theme.SMALL_PX), theme.font(theme.BASE_PX)
        words, hint = str(index.data()), str(index.data(HINT) or "")
        wide = QFontMetrics(letters).horizontalAdvance(words)
        needed = QFontMetrics(small).horizontalAdvance(hint) + _SPARE if hint else 0
        room = min(needed, max(inside.width() - wide - _GAP, inside.width() // 3))
        painter.setFont(small)
        painter.setPen(colours.colour("ink" if chosen else "quiet"))
        told = QFontMetrics(small).elidedText(hint, Qt.TextElideMode.ElideMiddle, room)
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, told)
        painter.setFont(letters)
        painter.setPen(colours.colour("ink"))
        left = inside.adjusted(0, 0, -(room + _GAP if hint else 0), 0)
        shown = QFontMetrics(letters).elidedText(words, Qt.TextElideMode.ElideMiddle, left.width())
        painter.drawText(left, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shown)
        painter.restore()
