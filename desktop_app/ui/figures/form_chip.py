# SPDX-License-Identifier: Apache-2.0
"""A part of a form as a chip: words that open a choice, and a cross."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import button_text, set_plain_tooltip

_CHEVRON = QSize(12, 12)


class FormChip(QFrame):
    """``pressed`` when its words are, ``removed`` when its cross or Delete is. ``name``: which part of the form it is, to find it again."""

    pressed = Signal()
    removed = Signal()

    def __init__(self, name: str, words: str, told: str, parent: QWidget, *, removable: bool = False) -> None:
        super().__init__(parent)
        self.name = name
        self.setProperty("role", "chip")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.words = QPushButton(button_text(words), self)
        self.words.setProperty("role", "chip-words")
        self.words.setAccessibleName(told)
        set_plain_tooltip(self.words, told)
        self.words.clicked.connect(self.pressed)
        row.addWidget(self.words)
        self.setFocusProxy(self.words)
        self.cross: QToolButton | None = None
        if removable:
            self.cross = QToolButton(self)
            self.cross.setProperty("role", "chip-cross")
            self.cross.setIcon(icons.icon("close", "quiet"))
            icons.set_size(self.cross, _CHEVRON)
            without = tr("Remove {name}", name=words)
            self.cross.setAccessibleName(without)
            set_plain_tooltip(self.cross, without)
            self.cross.clicked.connect(self.removed)
            row.addWidget(self.cross)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.cross is not None and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit()
            return
        super().keyPressEvent(event)

    def open_menu(self, menu: QMenu) -> None:
        """Below the chip; it is deleted when it closes."""
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
