# SPDX-License-Identifier: Apache-2.0
"""A line that asks for the password of protected files.

Its letters are hidden; it holds for the files it was asked for or for all protected ones in their folder.

What is typed leaves by ``entered`` and stays in the field while it is tried: a wrong one is mended, not typed again. It is wiped when the
files are open, and when the line is put away.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from desktop_app.contract.ledger import LedgerRow
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip
from desktop_app.ui.widgets import escape_key
from desktop_app.wording.place import file_name, short_name

_NAME_LENGTH = 60  # characters


class PasswordLine(QFrame):
    """``entered``: the password, and whether it is for the whole folder. Hidden until ``ask``."""

    entered = Signal(str, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[LedgerRow] = []  # the files it asks about
        self._state = "asking"  # "trying", "wrong"
        self._whole_folder = False
        self.setProperty("role", "card")
        self.words = plain_label(wrap=True, parent=self)
        self._password = QLineEdit(self)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self._password.returnPressed.connect(self._enter)
        self._password.textEdited.connect(self._edited)
        self._range = QPushButton(self)
        menu = QMenu(self._range)
        self._file_action = menu.addAction("", lambda: self._choose(whole_folder=False))
        self._folder_action = menu.addAction("", lambda: self._choose(whole_folder=True))
        self._range.setMenu(menu)
        self._open = QPushButton(self)
        self._open.setProperty("role", "primary")
        self._open.clicked.connect(self._enter)
        self._cancel = QPushButton(self)
        self._cancel.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self._password, 1)
        for button in (self._range, self._open, self._cancel):
            button.setAutoDefault(False)
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_S)
        column.setSpacing(theme.SPACE_S)
        column.addWidget(self.words)
        column.addLayout(row)
        self.hide()
        self.retranslate()

    def ask(self, rows: Sequence[LedgerRow]) -> None:
        """Show the line for these protected files, empty, with the keyboard in it."""
        if [row.path for row in rows] != [row.path for row in self.rows]:
            self._password.clear()
            self._state = "asking"
        self.rows = list(rows)
        self._show()
        self.show()
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_outcome(self, still_protected: Sequence[LedgerRow]) -> None:
        """The password was tried: none of the files is protected any more, or these are."""
        if self._state != "trying":
            return
        if not still_protected:
            self.dismiss()
            return
        self.rows = list(still_protected)
        self._state = "wrong"
        self._show()
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)
        self._password.selectAll()

    def dismiss(self) -> None:
        """Hide the line; what was typed is wiped."""
        self._password.clear()
        self.rows, self._state = [], "asking"
        self.hide()

    @property
    def trying(self) -> bool:
        """Whether a password is being tried."""
        return self._state == "trying"

    def retranslate(self) -> None:
        self._password.setPlaceholderText(tr("Password"))
        self._password.setAccessibleName(tr("Password"))
        set_plain_tooltip(self._password, tr("The password is kept only until Inkstone is closed."))
        self._file_action.setText(tr("For this file"))
        self._folder_action.setText(tr("For all protected files in this folder"))
        self._choose(whole_folder=self._whole_folder)
        self._open.setText(tr("Open"))
        self._cancel.setText(tr("Cancel"))
        self._show()

    def event(self, event: QEvent) -> bool:
        return escape_key.kept(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    # ---- showing ----

    def _show(self) -> None:
        name = short_name(file_name(self.rows[0].path), _NAME_LENGTH) if self.rows else ""
        files = f"“{name}”" if len(self.rows) == 1 else trn("{n} file", "{n} files", len(self.rows))
        words = {
            "asking": tr("Password for {files}", files=files),
            "trying": tr("Trying the password for {files}…", files=files),
            "wrong": tr("This password does not open {files}. Correct it, or try another one.", files=files),
        }[self._state]
        self.words.setText(words)
        self.words.setProperty("role", "danger" if self._state == "wrong" else "")
        self.words.style().polish(self.words)
        self._file_action.setText(tr("For this file") if len(self.rows) < 2 else tr("For these files"))
        self._choose(whole_folder=self._whole_folder)
        trying = self._state == "trying"
        self._password.setReadOnly(trying)
        self._open.setEnabled(bool(self._password.text()) and not trying)

    def _edited(self) -> None:
        if self._state == "wrong":
            self._state = "asking"
        self._show()

    def _choose(self, *, whole_folder: bool) -> None:
        self._whole_folder = whole_folder
        self._range.setText((self._folder_action if whole_folder else self._file_action).text())

    def _enter(self) -> None:
        password = self._password.text()
        if password and self._state != "trying":
            self._state = "trying"
            self._show()
            self.entered.emit(password, self._whole_folder)
