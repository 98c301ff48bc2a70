# SPDX-License-Identifier: Apache-2.0
"""Keeps texts in the window where an administrator does not allow copying.

Every way to copy ends in the clipboard, Qt's own menus among them; so what this program puts there is taken away again, and told once it was.
Text is not dragged out either: a drag begins so many pixels from where the button was pressed, and no screen has as many.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop_app.foundation.errors import UsageProblem

_NO_SCREEN = 1_000_000  # px


class CopyGuard(QObject):
    """``problem``: something was copied, and is not on the clipboard any more."""

    problem = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        QApplication.setStartDragDistance(_NO_SCREEN)
        self._clipboard = QGuiApplication.clipboard()
        self._clipboard.changed.connect(self._changed)

    def _changed(self, mode: QClipboard.Mode) -> None:
        ours = self._clipboard.ownsClipboard() if mode is QClipboard.Mode.Clipboard else self._clipboard.ownsSelection()
        data = self._clipboard.mimeData(mode)
        if ours and data is not None and data.formats():
            self._clipboard.clear(mode)
            if mode is QClipboard.Mode.Clipboard:
                self.problem.emit(UsageProblem("copy_off"))
