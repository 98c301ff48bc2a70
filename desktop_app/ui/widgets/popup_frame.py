# SPDX-License-Identifier: Apache-2.0
"""A frame of its own that a click beside it, or Esc, closes."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget


class PopupFrame(QFrame):
    """``hidden`` comes when it closes; it is deleted then."""

    hidden = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("role", "palette")

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # or the window would take it, and stop an answer
            if event.type() == QEvent.Type.KeyPress:
                self.close()
            return True
        return super().event(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hidden.emit()
        self.deleteLater()
