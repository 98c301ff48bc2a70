# SPDX-License-Identifier: Apache-2.0
"""What stands in the middle while the library cannot be opened.

Said here, and not only in the status strip: a window with empty lists looks as if all were gone.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.look.labels import IconLabel, plain_label
from desktop_app.ui.widgets.centred import centred
from desktop_app.wording import problem_texts

_WIDEST = 480


class ClosedPage(QWidget):
    """``again``: try to open it once more; ``repair_requested``: it is damaged, and is to be checked and repaired."""

    again = Signal()
    repair_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem: Problem | None = None
        self._title = plain_label("title", wrap=True, parent=self)
        self._text = plain_label("quiet", wrap=True, parent=self)
        for label in (self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            theme.size_with_text(label, maximum_width=_WIDEST)
            label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._icon = IconLabel("lock", "quiet", 32, self)
        self._again = QPushButton(self)
        self._again.setProperty("role", "primary")
        icons.set_size(self._again, icons.BESIDE_TEXT)
        self._again.clicked.connect(self._try)
        self._repair = QPushButton(self)
        self._repair.clicked.connect(self.repair_requested)
        button = QHBoxLayout()
        button.setSpacing(theme.SPACE_S)
        button.addStretch()
        button.addWidget(self._repair)
        button.addWidget(self._again)
        button.addStretch()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        column.setSpacing(theme.SPACE_M)
        column.addStretch(2)
        column.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(centred(self._title))
        column.addLayout(centred(self._text))
        column.addSpacing(theme.SPACE_S)
        column.addLayout(button)
        column.addStretch(3)
        window_language.notifier.language_changed.connect(self.retranslate)

    def show_problem(self, problem: Problem) -> None:
        """Why it is closed; the button can be pressed again."""
        self._problem = problem
        self._again.setEnabled(True)
        self.retranslate()

    @property
    def text(self) -> str:
        return f"{self._title.text()} {self._text.text()}"

    def retranslate(self) -> None:
        if self._problem is not None:
            words = problem_texts.sentence(self._problem)
            self._title.setText(words.what)
            self._text.setText(words.todo)
            self._repair.setVisible(self._problem.code == "library_damaged")
        self._repair.setText(tr("Check and repair…"))
        self._again.setText(tr("Try again") if self._again.isEnabled() else tr("Opening…"))

    def _try(self) -> None:
        self._again.setEnabled(False)
        self.retranslate()
        self.again.emit()
