# SPDX-License-Identifier: Apache-2.0
"""A question that stands in the window, in place of a box that stops it.

One form for all of them: the words, then the button that does it, further ways, and last the one that leaves everything as it is. Esc is
the last one, too. Hidden while there is nothing to ask.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget

from desktop_app.ui.look import theme
from desktop_app.ui.look.labels import plain_label
from desktop_app.ui.widgets import escape_key
from desktop_app.ui.widgets.flow_layout import FlowLayout


class InPlaceQuestion(QFrame):
    """``agreed`` and ``declined`` come with its two buttons; the owner hides it."""

    agreed = Signal()
    declined = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "card")
        self.words = plain_label(wrap=True, parent=self)
        self.yes, self.no = QPushButton(self), QPushButton(self)
        self.yes.setProperty("role", "primary")
        self.yes.clicked.connect(self.agreed)
        self.no.clicked.connect(self.declined)
        self._buttons = QWidget(self)
        self._flow = FlowLayout(self._buttons)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.SPACE_M, theme.SPACE_S, theme.SPACE_M, theme.SPACE_M)
        self.column.setSpacing(theme.SPACE_S)
        self.column.addWidget(self.words)
        self.column.addWidget(self._buttons)
        self._place(())
        self.hide()

    def ask(self, words: str, yes: str, no: str) -> None:
        """Show the question, and the words of its two buttons."""
        self.words.setText(words)
        self.yes.setText(yes)
        self.no.setText(no)
        self.show()

    def _place(self, between: tuple[QPushButton, ...]) -> None:
        """The order of the buttons, with further ways ``between`` the two."""
        while self._flow.takeAt(0) is not None:
            pass
        for button in (self.yes, *between, self.no):
            button.setAutoDefault(False)
            self._flow.addWidget(button)

    # ---- Qt's side ----

    def event(self, event: QEvent) -> bool:
        return escape_key.kept(event) or super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.declined.emit()
        else:
            super().keyPressEvent(event)
