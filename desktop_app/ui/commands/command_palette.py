# SPDX-License-Identifier: Apache-2.0
"""The palette: finds and runs a command by a few letters of its name.

It lists at most 60 rows, because each conversation is a command and a library may have 10,000 of them; a letter more finds the others. What
had the keyboard before gets it back.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QStandardItemModel
from PySide6.QtWidgets import QApplication, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget
from shiboken6 import isValid

from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command, CommandRegistry
from desktop_app.ui.look import theme
from desktop_app.ui.look.announcer import announce
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.look.search_mark import mark_as_search
from desktop_app.ui.widgets import icon_rows
from desktop_app.wording.place import short_name

_WIDTH = 560
_MOST_ROWS = 9  # seen at once
_MOST_LISTED = 60


def matching(commands: Sequence[Command], typed: str) -> list[Command]:
    """Commands that hold every typed word, those whose title begins with it first."""
    words = typed.lower().split()
    if not words:
        return list(commands)
    found = [command for command in commands if all(word in f"{command.title} {command.also}".lower() for word in words)]
    return sorted(found, key=lambda command: not command.title.lower().startswith(words[0]))


class _Backdrop(QWidget):
    """Takes the clicks beside the palette, which put it away and do nothing else."""

    def __init__(self, palette: CommandPalette, window: QWidget) -> None:
        super().__init__(window)
        self._palette = palette
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()
        self._palette.leave()


class CommandPalette(QFrame):
    """A card over the upper part of the window. Esc, a click elsewhere or another size of the window puts it away."""

    def __init__(self, registry: CommandRegistry, window: QWidget) -> None:
        super().__init__(window)
        self._registry = registry
        self._window = window
        self._backdrop = _Backdrop(self, window)
        self._before: QWidget | None = None  # what had the keyboard
        self._commands: Sequence[Command] = ()
        self.setProperty("role", "palette")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_S, theme.SPACE_S, theme.SPACE_S, theme.SPACE_S)
        column.setSpacing(theme.SPACE_XS)
        self.field = QLineEdit(self)
        self.field.setProperty("role", "bare")
        self.field.setFont(theme.font(16))
        self.field.setMinimumHeight(38)
        mark_as_search(self.field)
        self.field.textChanged.connect(self._fill)
        self.field.installEventFilter(self)
        self._model = QStandardItemModel(self)
        self.list = QListView(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(icon_rows.IconRows(self))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._run)
        self.nothing = plain_label("quiet", wrap=True, parent=self)
        self.nothing.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_M)
        column.addWidget(self.field)
        column.addWidget(self.list)
        column.addWidget(self.nothing)
        window.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Show everything that can be done now, with nothing typed."""
        if self.isHidden():
            self._before = QApplication.focusWidget()
        self._commands = self._registry.listed()
        self.field.setPlaceholderText(tr("What would you like to do?"))
        self.field.setAccessibleName(tr("Commands"))
        self.list.setAccessibleName(tr("Commands"))
        self.field.clear()
        self._fill("")
        self._backdrop.setGeometry(self._window.rect())
        self._backdrop.show()
        self._backdrop.raise_()
        self.show()
        self.raise_()
        self.field.setFocus()

    def leave(self) -> None:
        """Put it away; what had the keyboard before gets it back."""
        before, self._before = self._before, None
        self._put_away()
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus()
        else:
            self._window.setFocus()

    def _put_away(self) -> None:
        self.hide()
        self._backdrop.hide()

    def _fill(self, typed: str) -> None:
        self._model.clear()
        found = matching(self._commands, typed)[:_MOST_LISTED]
        for command in found:
            self._model.appendRow(icon_rows.row(command.title, command.icon, command.hint or command.keys, command))
        if found:
            self.list.setCurrentIndex(self._model.index(0, 0))
        self.list.setFixedHeight(min(_MOST_ROWS, len(found)) * icon_rows.height() + 4)
        self.list.setVisible(bool(found))
        self.nothing.setVisible(not found)
        if not found:
            self.nothing.setText(tr("Nothing that can be done now is called “{text}”.", text=short_name(typed.strip(), 40)))
        self._place()

    def _place(self) -> None:
        window = self._window
        width = min(theme.scaled(_WIDTH), window.width() - 2 * theme.SPACE_XL)
        self.setGeometry((window.width() - width) // 2, 64, width, self.sizeHint().height())

    def _run(self, index: QModelIndex | QPersistentModelIndex) -> None:
        command = index.data(icon_rows.VALUE)
        self.leave()
        if isinstance(command, Command):
            command.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (watched is self.field and event.type() == QEvent.Type.FocusOut) or (
            watched is self._window and event.type() == QEvent.Type.Resize
        ):
            self._put_away()
        if watched is self.field and isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # or the window's shortcut takes it, and stops an answer or closes the source
                return True
            if event.type() == QEvent.Type.KeyPress:
                return self._key(event)
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}.get(Qt.Key(event.key()))
        rows = self._model.rowCount()
        if step is not None:
            if rows:
                row = self.list.currentIndex().row() + step
                row = row % rows if abs(step) == 1 else max(0, min(rows - 1, row))
                self.list.setCurrentIndex(self._model.index(row, 0))
                announce(self.list, str(self.list.currentIndex().data()))  # the keyboard stays in the field
            return True
        if event.key() in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            return True
        if event.key() == Qt.Key.Key_Escape:
            self.leave()
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if rows:
                self._run(self.list.currentIndex())
            return True
        return False
