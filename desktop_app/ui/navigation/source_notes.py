# SPDX-License-Identifier: Apache-2.0
"""What there is to say about the open file, and what can be done about it.

It has changed, is gone, needs a password: a sentence, and beside it the button or the field that helps.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip

Note = Callable[[], str]


def one_after_another(sentences: Sequence[str]) -> str:
    """Sentences as a paragraph; Chinese has no blank between them."""
    told = ""
    for sentence in sentences:
        # Translators: two sentences that stand one after the other.
        told = tr("{first} {second}", first=told, second=sentence) if told else sentence
    return told


class SourceNotes(QWidget):
    """``check_requested``: look at the file again; ``password_entered`` carries what was typed, which is kept nowhere here."""

    check_requested = Signal()
    password_entered = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notes: Sequence[Note] = ()
        self.words = plain_label("small", wrap=True, parent=self)
        self.check = QPushButton(self)
        self.check.setProperty("role", "strip-action")
        self.check.clicked.connect(lambda: self.check_requested.emit())  # noqa: PLW0108 - clicked carries a flag
        self.password = QLineEdit(self)
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setInputMethodHints(Qt.InputMethodHint.ImhHiddenText | Qt.InputMethodHint.ImhSensitiveData)
        self.password.returnPressed.connect(self._enter)
        self.unlock = QPushButton(self)
        self.unlock.clicked.connect(self._enter)
        self.password.textChanged.connect(lambda text: self.unlock.setEnabled(bool(text)))
        first = QHBoxLayout()
        first.setSpacing(theme.SPACE_S)
        first.addWidget(self.words, 1)
        first.addWidget(self.check, 0, Qt.AlignmentFlag.AlignTop)
        second = QHBoxLayout()
        second.setSpacing(theme.SPACE_S)
        second.addWidget(self.password, 1)
        second.addWidget(self.unlock)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_L, theme.SPACE_S, theme.SPACE_L, theme.SPACE_S)
        column.setSpacing(theme.SPACE_S)
        column.addLayout(first)
        column.addLayout(second)
        self.show_notes(())
        self.retranslate()

    def show_notes(self, notes: Sequence[Note], *, can_check: bool = False, locked: bool = False) -> None:
        """Sentences, made anew in another language. ``can_check``: looking at the file again may help; ``locked``: a password does."""
        self._notes = notes
        self.check.setVisible(can_check)
        self.check.setEnabled(True)
        self.password.clear()
        for widget in (self.password, self.unlock):
            widget.setVisible(locked)
        self.unlock.setEnabled(False)
        self._tell()

    def show_checking(self) -> None:
        """The file is being looked at again."""
        self._notes = (lambda: tr("The file is being checked…"),)
        self.check.setEnabled(False)
        self._tell()

    def retranslate(self) -> None:
        self.check.setText(tr("Check again"))
        set_plain_tooltip(self.check, tr("Read this file again now, and show what it says"))
        self.password.setPlaceholderText(tr("Password"))
        self.password.setAccessibleName(tr("Password"))
        set_plain_tooltip(self.password, tr("The password is kept only until Inkstone is closed."))
        self.unlock.setText(tr("Show the pages"))
        self._tell()

    def _tell(self) -> None:
        self.words.setText(one_after_another([note() for note in self._notes]))
        self.setVisible(bool(self._notes))

    def _enter(self) -> None:
        text = self.password.text()
        if text:
            self.password.clear()
            self.password_entered.emit(text)
