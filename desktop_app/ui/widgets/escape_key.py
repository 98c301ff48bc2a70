# SPDX-License-Identifier: Apache-2.0
"""Keeps Esc for a part of the window that puts itself away by it.

Esc is a shortcut of the window as well, which would come first: it stops an answer or closes the source.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent


def kept(event: QEvent) -> bool:
    """Whether an event asks if Esc is for the widget that has the keyboard; the answer then is yes, and the key itself follows."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
        return False
    event.accept()
    return True
