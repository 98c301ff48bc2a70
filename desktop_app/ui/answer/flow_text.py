# SPDX-License-Identifier: Apache-2.0
"""Read-only text that is as high as its words.

It grows with them and leaves scrolling to the page around it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QMimeData, QSizeF, Qt
from PySide6.QtGui import QFocusEvent, QTextDocument, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextEdit, QWidget

from desktop_app.ui.answer.clipboard import copied
from desktop_app.ui.look import theme


class FlowText(QTextEdit):
    """Select, copy and read; Tab leaves it. The document may be exchanged as a whole (``show_document``)."""

    def __init__(self, pixels: int = theme.READING_PX, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font(pixels))
        self.setCursorWidth(0)
        self.setReadOnly(True)
        self.setAcceptDrops(False)  # a file dropped on text is meant for the library
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self._follow(self.document())

    def show_document(self, document: QTextDocument) -> None:
        """Show ``document``, which becomes ours, instead of the present one."""
        old = self.document()
        old.documentLayout().documentSizeChanged.disconnect(self._fit)
        option = document.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        document.setDefaultTextOption(option)
        document.setParent(self)
        ours = old.parent() is self
        self.setDocument(document)  # the very first document belongs to Qt, which deletes it here
        self._follow(document)
        if ours:
            old.deleteLater()

    def _follow(self, document: QTextDocument) -> None:
        document.documentLayout().documentSizeChanged.connect(self._fit)
        self._fit(document.size())

    def _fit(self, size: QSizeF) -> None:
        height = math.ceil(size.height()) + 1
        if height != self.height():
            self.setFixedHeight(height)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A caret only for those who came by keyboard and will select by keyboard."""
        super().focusInEvent(event)
        by_keyboard = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.setCursorWidth(1 if by_keyboard else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def createMimeDataFromSelection(self) -> QMimeData:
        return copied(self.textCursor(), aired=True)
