# SPDX-License-Identifier: Apache-2.0
"""Files in a search: heads above passages, and files found by name.

The file's name is read first and keeps its room; the path gives way.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QSizePolicy, QToolButton, QWidget

from desktop_app.contract.file_kinds import kind_of
from desktop_app.contract.ledger import SEARCHABLE
from desktop_app.contract.search_page import NamedFile
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import ElidedLabel, IconLabel, plain_label, set_plain_tooltip
from desktop_app.ui.widgets import opening
from desktop_app.ui.widgets.source_frame import paint_frame
from desktop_app.wording import scope_texts
from desktop_app.wording.place import file_name, folder_of, short_path

_ICONS = {"pdf": "file-pdf", "spreadsheet": "file-table", "picture": "file", "archive": "files"}


def file_icon(path: str) -> str:
    """The icon for a kind of file, by its name."""
    return _ICONS.get(kind_of(path), "file-text")


class _NameAndPath(QWidget):
    """``name`` keeps the room it needs; ``folder`` has what is left."""

    def __init__(self, path: str, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_S)
        self.name = ElidedLabel(parent=self)
        self.name.setFont(theme.font(theme.BASE_PX, weight=QFont.Weight.DemiBold))
        self.name.set_text(file_name(path))
        self.folder = ElidedLabel("quiet", parent=self)
        self.folder.setFont(theme.font(13))
        self.folder.set_text(short_path(folder_of(path), 60))
        self.folder.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        row.addWidget(IconLabel(file_icon(path), "quiet", 18, self))
        row.addWidget(self.name)
        row.addWidget(self.folder, 1)


class FileHead(QWidget):
    """Above the passages of a file. ``only_wanted`` carries the path to narrow the search to: the file or its folder."""

    only_wanted = Signal(str)

    def __init__(self, path: str, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._path = path
        row = QHBoxLayout(self)
        row.setContentsMargins(2, theme.SPACE_M, 0, 0)
        row.setSpacing(theme.SPACE_S)
        self.words = _NameAndPath(path, self)
        row.addWidget(self.words, 1)
        if count > 1:
            told = plain_label("small", parent=self)
            told.setText(trn("{n} passage", "{n} passages", count))
            row.addWidget(told)
        self.more = QToolButton(self)
        self.more.setIcon(icons.icon("more", "quiet"))
        self.more.clicked.connect(self._open)
        self.more.setAccessibleName(tr("More about {name}", name=file_name(path)))
        row.addWidget(self.more)
        set_plain_tooltip(self, path)

    def menu_now(self) -> QMenu:
        """The menu as it would open; made when it is wanted, for there are thirty heads and more."""
        menu = QMenu(self)
        menu.addAction(tr("Search only in this file"), lambda: self.only_wanted.emit(self._path))
        menu.addAction(tr("Search only in its folder"), lambda: self.only_wanted.emit(folder_of(self._path)))
        menu.addSeparator()
        menu.addAction(tr("Show in folder"), lambda: opening.reveal(self._path)).setEnabled(opening.allowed())
        return menu

    def _open(self) -> None:
        menu = self.menu_now()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.more.mapToGlobal(self.more.rect().bottomLeft()))


class NamedFileRow(QFrame):
    """``opened`` carries the path on a click or Enter."""

    opened = Signal(str)

    def __init__(self, file: NamedFile, parent: QWidget) -> None:
        super().__init__(parent)
        self.file = file
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        row.setSpacing(theme.SPACE_S)
        row.addWidget(_NameAndPath(file.path, self), 1)
        told = plain_label("small", parent=self)
        unread = "" if file.state in SEARCHABLE else tr("not yet read") if file.state == "pending" else tr("no text")
        words = " · ".join(filter(None, (unread, scope_texts.day(file.modified))))
        told.setText(words)
        row.addWidget(told)
        set_plain_tooltip(self, file.path)
        self.setAccessibleName(
            ", ".join((tr("File {name}", name=file_name(file.path)), short_path(folder_of(file.path)), words))
        )

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        paint_frame(QPainter(self), self, current=False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.opened.emit(self.file.path)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self.file.path)
            return
        super().keyPressEvent(event)
