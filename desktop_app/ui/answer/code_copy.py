# SPDX-License-Identifier: Apache-2.0
"""A button that stands on a block of code below the mouse and copies it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QSize
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import QTextEdit, QToolButton

from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_document import CODE_FRAME
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import set_plain_tooltip

_INSET_PX = 4


class CodeCopy(QToolButton):
    """Follows the mouse over the blocks of code of one answer."""

    def __init__(self, view: QTextEdit) -> None:
        super().__init__(view.viewport())
        self._view = view
        self._code = ""
        self.setIcon(icons.icon("copy", "quiet"))
        icons.set_size(self, QSize(16, 16))
        self.clicked.connect(self._copy)
        self.hide()
        self.retranslate()

    def follow(self, point: QPoint) -> None:
        """Stand on the code at ``point`` of the view, or nowhere."""
        frame = self._view.cursorForPosition(point).currentFrame()
        rect = self._view.document().documentLayout().frameBoundingRect(frame)
        if not frame.frameFormat().property(CODE_FRAME) or not rect.contains(QPointF(point)):
            self.hide()
            return
        cursor = frame.firstCursorPosition()
        cursor.setPosition(frame.lastPosition(), QTextCursor.MoveMode.KeepAnchor)
        self._code = cursor.selectedText().replace("\u2028", "\n")
        self.adjustSize()
        self.move(round(rect.right()) - self.width() - _INSET_PX, round(rect.top()) + _INSET_PX)
        self.show()

    def retranslate(self) -> None:
        set_plain_tooltip(self, tr("Copy the code"))
        self.setAccessibleName(tr("Copy the code"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._code)
