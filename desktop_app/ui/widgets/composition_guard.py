# SPDX-License-Identifier: Apache-2.0
"""Keeps keys that belong to an input method from the field below it.

While pinyin is being composed, some input methods hand Enter, Esc or the arrows on. Enter then sent a half-written question, chose the first
command of the palette or closed a dialog, and Esc stopped an answer. The guard follows the focus, so that it holds for every field of every
window, and none of them needs to know of it. QPlainTextEdit, alone of Qt's fields, also paints its placeholder under the preedit text.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QGuiApplication, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QApplication, QPlainTextEdit, QWidget
from shiboken6 import isValid

_COMMITTING = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_KEPT_AWAY = (
    *_COMMITTING,
    Qt.Key.Key_Escape,
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


class CompositionGuard(QObject):
    """One for each window; it watches the field that has the focus."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._field: QWidget | None = None
        self._placeholder = ""
        self.composing = False
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._move)
        self._move(None, QApplication.focusWidget())

    def _move(self, _before: QWidget | None, field: QWidget | None) -> None:
        """Another field has the focus; what was composed in the one before was committed or dropped with it."""
        self._set_composing(False)
        if self._field is not None and isValid(self._field):
            self._field.removeEventFilter(self)
        self._field = field
        if self._field is not None:
            self._field.installEventFilter(self)  # the last filter is asked first, before that of a palette or an editor

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self._set_composing(bool(event.preeditString()))
        elif self.composing and isinstance(event, QKeyEvent) and event.key() in _KEPT_AWAY:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # or a shortcut of the window would take it
            elif event.type() == QEvent.Type.KeyPress and event.key() in _COMMITTING:
                QGuiApplication.inputMethod().commit()
            elif event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Escape:
                QGuiApplication.inputMethod().reset()
            return True
        return super().eventFilter(watched, event)

    def _set_composing(self, composing: bool) -> None:
        if composing == self.composing:
            return
        self.composing = composing
        if composing and self._field is not None:
            self._field.installEventFilter(self)  # in front of those that came since
        if not (isinstance(self._field, QPlainTextEdit) and isValid(self._field)):
            return
        if composing:
            self._placeholder = self._field.placeholderText()
            self._field.setPlaceholderText("")
        elif not self._field.placeholderText():
            self._field.setPlaceholderText(self._placeholder)
