# SPDX-License-Identifier: Apache-2.0
"""Rows of the list of conversations: grouped by day, each with its time.

The list comes anew with each answer, and 10,000 items of Qt's standard model take 0.6 s to make. Its model of strings takes 12 ms with
all that is shown of them; one that counts its rows in Python took 26, as the view asks for the count with each row it lays out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.contract.conversation import ConversationHead
from desktop_app.foundation.shown import shown_name
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_tip
from desktop_app.wording import day_texts

_ROW = int(Qt.ItemDataRole.UserRole) + 1
_SIDE, _GAP, _AIR, _DOT, _ICON = 8, 8, 12, 6, 14  # px

Index = QModelIndex | QPersistentModelIndex


class ConversationRows(QStringListModel):
    """A row is a ``ConversationHead``, or a str, the name of the group that begins. ``renamed`` carries an id and the new title."""

    renamed = Signal(int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[ConversationHead | str] = []
        self._places: dict[int, int] = {}
        self._twins: frozenset[str] = frozenset()  # titles that several have
        self._now = datetime.now().astimezone()
        self.unseen: set[int] = set()

    def show_heads(self, heads: Sequence[ConversationHead], now: datetime) -> None:
        """Replace all rows; ``heads`` with the pinned ones first, then the newest."""
        self.rows = []
        self._now = now
        self._twins = frozenset(title for title, times in Counter(head.title for head in heads).items() if times > 1)
        since = float("inf")  # of the group
        if heads and heads[0].pinned:
            self.rows.append(tr("Pinned"))
        for head in heads:
            if not head.pinned and head.updated < since:
                moment = _here(head)
                since = day_texts.begin(moment, now).timestamp()
                self.rows.append(day_texts.group(moment, now))
            self.rows.append(head)
        self._places = {row.id: place for place, row in enumerate(self.rows) if isinstance(row, ConversationHead)}
        self.setStringList([row if isinstance(row, str) else shown_name(row.title) for row in self.rows])

    def of(self, conversation: int) -> QModelIndex:
        """Where a conversation stands; an invalid index for none."""
        place = self._places.get(conversation)
        return QModelIndex() if place is None else self.index(place, 0)

    def head(self, index: Index) -> ConversationHead | None:
        """The conversation of a row, None for the name of a group."""
        row = self.rows[index.row()] if index.isValid() else None
        return row if isinstance(row, ConversationHead) else None

    def set_unseen(self, conversation: int, *, unseen: bool) -> None:
        """Whether a conversation has an answer that nobody has seen yet."""
        if (conversation in self.unseen) == unseen:
            return
        (self.unseen.add if unseen else self.unseen.discard)(conversation)
        index = self.of(conversation)
        if index.isValid():
            self.dataChanged.emit(index, index)

    # ---- of Qt ----

    def flags(self, index: Index) -> Qt.ItemFlag:
        if self.head(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.rows[index.row()] if index.isValid() else None
        if row is None:
            return None
        if role == _ROW:
            return row
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return super().data(index, role)
        head = row if isinstance(row, ConversationHead) else None
        if head is None:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(head.title, " · ".join([self._when(head), *self.words(head)]))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " · ".join([shown_name(head.title), *self.words(head), self._when(head)])
        return None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        head = self.head(index)
        title = str(value).strip()
        if head is None or role != Qt.ItemDataRole.EditRole or not title or title == head.title:
            return False
        self.renamed.emit(head.id, title)
        return True

    def words(self, head: ConversationHead) -> list[str]:
        """What is to be said of a conversation."""
        words = [tr("pinned")] if head.pinned else []
        words += [tr("being answered")] if head.running else []
        return words + ([tr("new answer")] if head.id in self.unseen else [])

    def time(self, head: ConversationHead) -> str:
        """When it was last added to, as the row shows it."""
        moment = _here(head)
        time = day_texts.short(moment, self._now)
        if head.title in self._twins and time != day_texts.clock(moment):
            time = f"{time} {day_texts.clock(moment)}"
        return time

    def _when(self, head: ConversationHead) -> str:
        return day_texts.whole(_here(head))


def _here(head: ConversationHead) -> datetime:
    return datetime.fromtimestamp(head.updated).astimezone()


class ConversationView(QListView):
    """The list. A right click asks for the menu and moves nothing, because the marked row is the one that is shown."""

    def __init__(self, rows: ConversationRows, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(rows)
        self.setItemDelegate(_Row(rows, self))
        self.setProperty("role", "flush")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.EditKeyPressed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    @property
    def editing(self) -> bool:
        """Whether a title is being changed."""
        return self.state() == QListView.State.EditingState

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            return
        super().mousePressEvent(event)


class _Row(QStyledItemDelegate):
    def __init__(self, rows: ConversationRows, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows = rows

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: ARG002
        return QSize(10, QFontMetrics(theme.font()).height() + _AIR)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:  # noqa: ARG002
        """The whole row: in the place of the words alone its frame would leave 8 px for them."""
        editor.setGeometry(option.rect)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(_ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, ConversationHead):
            self._paint_head(painter, option, row)
        else:
            font = theme.font(theme.SMALL_PX, weight=QFont.Weight.DemiBold)
            painter.setFont(font)
            painter.setPen(theme.current().colour("quiet"))
            place = option.rect.adjusted(_SIDE, 0, -_SIDE, -3)
            painter.drawText(place, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, str(row))
        painter.restore()

    def _paint_head(self, painter: QPainter, option: QStyleOptionViewItem, head: ConversationHead) -> None:
        colours, rect, state = theme.current(), option.rect, option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        if chosen or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour("selection" if chosen else "hover"))
            painter.drawRoundedRect(QRectF(rect).adjusted(0, 1, 0, -1), 4, 4)
        inside = rect.adjusted(_SIDE, 0, -_SIDE, 0)
        small = theme.font(theme.SMALL_PX)
        if head.running:
            place = QRectF(inside.right() - _ICON, inside.center().y() - _ICON / 2, _ICON, _ICON)
            icons.paint(painter, place, "more", "accent_text")
            inside.setRight(inside.right() - _ICON - _GAP)
        else:
            time = self._rows.time(head)
            painter.setFont(small)
            painter.setPen(colours.colour("ink" if chosen else "quiet"))
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, time)
            inside.setRight(inside.right() - QFontMetrics(small).horizontalAdvance(time) - _GAP)
        if head.id in self._rows.unseen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.colour("accent"))
            painter.drawEllipse(QPointF(inside.right() - _DOT / 2, inside.center().y() + 0.5), _DOT / 2, _DOT / 2)
            inside.setRight(inside.right() - _DOT - _GAP)
        letters = theme.font(weight=QFont.Weight.DemiBold if head.id in self._rows.unseen else QFont.Weight.Normal)
        painter.setFont(letters)
        painter.setPen(colours.colour("ink"))
        title = QFontMetrics(letters).elidedText(shown_name(head.title), Qt.TextElideMode.ElideRight, inside.width())
        painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, title)
