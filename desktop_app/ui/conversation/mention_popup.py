# SPDX-License-Identifier: Apache-2.0
"""The list that opens at the cursor when "@" is typed in a question.

The keyboard stays in the question, so that an input method goes on working; Up, Down, Enter, Tab and Esc reach the list from there. Folders
and files come from the engine, kinds and dates are there at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QStandardItemModel, QTextCursor
from PySide6.QtWidgets import QFrame, QListView, QPlainTextEdit, QVBoxLayout

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.foundation.translation import tr
from desktop_app.ui.conversation import mentions
from desktop_app.ui.conversation.mentions import Mention
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets import icon_rows
from desktop_app.wording.place import short_name

_WIDTH = 460
_MOST_ROWS = 9  # seen at once
_MOST_NAMES = 20


def _here() -> datetime:
    return datetime.now().astimezone()


class MentionPopup(QFrame):
    """``chosen`` carries a ``Mention``; what was typed for it is taken out of the question before."""

    chosen = Signal(object)

    def __init__(self, edit: QPlainTextEdit, client: EngineClient, now: Callable[[], datetime] = _here) -> None:
        super().__init__(edit.window())
        self._edit = edit
        self._client = client
        self._now = now
        self._left = -1  # the place of a mark at which the list was put away
        self._looking: Operation | None = None
        self._hurried = False  # the first one is taken as soon as it is known
        self.setProperty("role", "palette")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_XS, theme.SPACE_XS, theme.SPACE_XS, theme.SPACE_XS)
        column.setSpacing(0)
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(icon_rows.IconRows(self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._take)
        self.nothing = plain_label("quiet", wrap=True, parent=self)
        self.nothing.setContentsMargins(theme.SPACE_S, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        self.hide()
        edit.installEventFilter(self)
        edit.window().installEventFilter(self)
        edit.textChanged.connect(self.look)
        edit.cursorPositionChanged.connect(self.look)

    @property
    def shown(self) -> list[Mention]:
        """What is offered, from top to bottom."""
        return [self._model.item(row).data(icon_rows.VALUE) for row in range(self._model.rowCount())]

    def open(self) -> None:
        """As if "@" had been typed."""
        self._left = -1
        self._edit.setFocus()
        cursor = self._edit.textCursor()
        before = self._before(cursor)
        if mentions.start(before) < 0:
            mark = mentions.MARKS[0]
            cursor.insertText(f" {mark}" if before[-1:].isascii() and before[-1:].isalnum() else mark)
        self.look()

    # ---- what is typed ----

    def _before(self, cursor: QTextCursor) -> str:
        return cursor.block().text()[: cursor.positionInBlock()]

    def look(self) -> None:
        """The text or the cursor is another one."""
        cursor = self._edit.textCursor()
        before = self._before(cursor)
        at = mentions.start(before)
        place = cursor.block().position() + at
        if at < 0 or cursor.hasSelection() or not self._edit.hasFocus():
            self._left = -1 if at < 0 else self._left
            self._put_away()
            return
        if place == self._left:
            return
        typed = before[at + 1 :]
        operation = self._client.request(lambda id_: messages.FindNames(id=id_, text=typed.strip(), limit=_MOST_NAMES))
        if self._looking is not None:
            self._looking.cancel()
        self._looking = operation
        operation.succeeded.connect(lambda result: self._found(operation, typed, result))
        operation.failed.connect(lambda _: self._found(operation, typed, None))
        at_once = mentions.offered(typed, (), self._now()) if self.isHidden() else []
        if at_once:
            self._show(typed, at_once)

    def _found(self, operation: Operation, typed: str, result: object) -> None:
        if self._looking is not operation:
            return  # more was typed meanwhile
        self._looking = None
        named = result.found if isinstance(result, messages.NamesFound) else ()
        offered = mentions.offered(typed, named, self._now())
        self._show(typed, offered)
        if self._hurried and offered:
            self._take(self.list.currentIndex())
        self._hurried = False

    def _show(self, typed: str, offered: list[Mention]) -> None:
        """A blank behind what fits nothing ends the naming: it was an "@" of the text."""
        if not offered and (" " in typed or "\u3000" in typed):
            self._put_away()
            return
        self._model.clear()
        for mention in offered:
            self._model.appendRow(icon_rows.row(mention.words, mention.icon, mention.hint, mention))
        self.list.setVisible(bool(offered))
        self.nothing.setVisible(not offered)
        self.nothing.setText(tr("No folder, file, file type or date is called “{text}”.", text=short_name(typed.strip(), 40)))
        self.list.setAccessibleName(tr("Folders, files, file types and dates"))
        self.list.setFixedHeight(min(_MOST_ROWS, len(offered)) * icon_rows.height() + 2)
        if offered:
            self.list.setCurrentIndex(self._model.index(0, 0))
        self.show()
        self.raise_()
        self._place()

    def _place(self) -> None:
        """Above the line that is typed, or below it where there is no room above."""
        window = self._edit.window()
        if self.parent() is not window:
            self.setParent(window)
            self.show()
        line = self._edit.cursorRect()
        at = self._edit.viewport().mapTo(window, QPoint(line.left(), line.top()))
        self.setFixedWidth(min(theme.scaled(_WIDTH), window.width() - 2 * theme.SPACE_L))
        self.adjustSize()
        left = max(theme.SPACE_L, min(at.x() - theme.SPACE_L, window.width() - self.width() - theme.SPACE_L))
        above = at.y() - self.height() - theme.SPACE_S
        self.move(left, above if above >= 0 else at.y() + line.height() + theme.SPACE_S)

    def _put_away(self) -> None:
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        self._hurried = False
        self.hide()

    # ---- hands ----

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self.isHidden():
            return super().eventFilter(watched, event)
        if watched is not self._edit:
            if event.type() == QEvent.Type.Resize:
                self._put_away()  # the line that is typed is elsewhere now; the next key opens it there
        elif event.type() == QEvent.Type.FocusOut:
            self._put_away()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.ShortcutOverride:
            if event.key() == Qt.Key.Key_Escape:
                event.accept()  # or the window's shortcut takes it, and stops an answer
                return True
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        rows = self._model.rowCount()
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self._left = self._mark()
            self._put_away()
            return True
        if not rows:
            return False
        if step is not None:
            row = self.list.currentIndex().row() + step
            row = row % rows if abs(step) == 1 else max(0, min(rows - 1, row))
            self.list.setCurrentIndex(self._model.index(row, 0))
            return True
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            if self._looking is not None:
                self._hurried = True  # what is listed fits less than what is typed
            else:
                self._take(self.list.currentIndex())
            return True
        return False

    def _mark(self) -> int:
        """The place of the mark in the text, -1 for none."""
        cursor = self._edit.textCursor()
        at = mentions.start(self._before(cursor))
        return cursor.block().position() + at if at >= 0 else -1

    def _take(self, index: QModelIndex | QPersistentModelIndex) -> None:
        mention, mark = index.data(icon_rows.VALUE), self._mark()
        cursor = self._edit.textCursor()
        if mark >= 0:
            cursor.setPosition(mark, QTextCursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
        self._put_away()
        self.chosen.emit(mention)
