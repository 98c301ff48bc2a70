# SPDX-License-Identifier: Apache-2.0
"""Enter presses the button that has the keyboard.

Space does so by itself; Qt leaves Enter to dialogs.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton


class EnterPresses:
    """Mixed into a window, before its Qt class. Not a QWidget: PySide cannot inherit from two."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        button = self.focusWidget()  # type: ignore[attr-defined]
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(button, QAbstractButton) and button.isEnabled():
            button.click()
        else:
            super().keyPressEvent(event)  # type: ignore[misc]
