# SPDX-License-Identifier: Apache-2.0
"""A line that asks for the password of protected files.

Its letters are hidden; it holds for one file or for all protected ones in its folder.

What is typed leaves by ``entered`` and is not kept here; the line empties itself.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import set_plain_tooltip


class PasswordLine(QWidget):
    """``entered``: the password, and whether it is for the whole folder. Hidden until ``ask``."""

    entered = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._password = QLineEdit(self)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self._password.returnPressed.connect(self._enter)
        self._whole_folder = False
        self._range = QPushButton(self)
        self._range.setAutoDefault(False)
        menu = QMenu(self._range)
        self._file_action = menu.addAction("", lambda: self._choose(whole_folder=False))
        self._folder_action = menu.addAction("", lambda: self._choose(whole_folder=True))
        self._range.setMenu(menu)
        self._open = QPushButton(self)
        self._open.setAutoDefault(False)
        self._open.setEnabled(False)
        self._open.clicked.connect(self._enter)
        self._password.textChanged.connect(lambda text: self._open.setEnabled(bool(text)))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.SPACE_S)
        layout.addWidget(self._password, 1)
        layout.addWidget(self._range)
        layout.addWidget(self._open)
        self.hide()
        self.retranslate()

    def ask(self) -> None:
        """Show the line, empty, with the keyboard in it."""
        self._password.clear()
        self.show()
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Hide the line; what was typed is wiped."""
        self._password.clear()
        self.hide()

    def retranslate(self) -> None:
        self._password.setPlaceholderText(tr("Password"))
        self._password.setAccessibleName(tr("Password"))
        set_plain_tooltip(self._password, tr("The password is kept only until Inkstone is closed."))
        self._file_action.setText(tr("For this file"))
        self._folder_action.setText(tr("For all protected files in this folder"))
        self._choose(whole_folder=self._whole_folder)
        self._open.setText(tr("Open"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _choose(self, *, whole_folder: bool) -> None:
        self._whole_folder = whole_folder
        self._range.setText((self._folder_action if whole_folder else self._file_action).text())

    def _enter(self) -> None:
        password = self._password.text()
        if password:
            self.dismiss()
            self.entered.emit(password, self._whole_folder)
