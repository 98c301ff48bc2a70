# SPDX-License-Identifier: Apache-2.0
"""The first size of a dialog: as wished, no larger than the screen."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from desktop_app.ui.look import theme

_FRAME = QSize(16, 48)  # what the system draws around a window


def resize_to_fit(dialog: QWidget, width: int, height: int) -> None:
    """Give ``dialog`` this size in device-independent pixels, at the usual size of text, as far as its screen
    has room."""
    room = dialog.screen().availableSize() - _FRAME
    dialog.resize(QSize(theme.scaled(width), theme.scaled(height)).boundedTo(room))
