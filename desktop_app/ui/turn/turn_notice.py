# SPDX-License-Identifier: Apache-2.0
"""Says why an answer is not whole, with a button that helps."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.contract import conversation
from desktop_app.contract.answer import Answer
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import IconLabel, plain_label
from desktop_app.wording import problem_texts


def is_whole(state: str, answer: Answer | None, problem: Problem | None) -> bool:
    """Whether there is nothing to tell of an answer."""
    return problem is None and state not in _UNANSWERED and (answer is None or answer.finish not in ("loop", *_CUT))


class Notice(QWidget):
    """``again`` asks the question once more, ``go_on`` continues what was cut."""

    again = Signal()
    go_on = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cut = False
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.SPACE_S, 0, theme.SPACE_S)
        row.setSpacing(theme.SPACE_S)
        self._icon = IconLabel("info", "quiet", parent=self)
        row.addWidget(self._icon)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.what = plain_label(wrap=True, parent=self)
        self.todo = plain_label("quiet", wrap=True, parent=self)
        words.addWidget(self.what)
        words.addWidget(self.todo)
        row.addLayout(words, 1)
        self.button = QPushButton(self)
        icons.set_size(self.button, icons.BESIDE_TEXT)
        self.button.clicked.connect(self._pressed)
        row.addWidget(self.button)

    def show_state(self, state: str, answer: Answer | None, problem: Problem | None) -> None:
        """The one thing that matters most."""
        again = tr("Ask again")
        finish = answer.finish if answer is not None else ""
        self._cut = False
        if problem is not None:
            words = problem_texts.sentence(problem)
            self._say(words.what, words.todo, role="danger", button=again)
        elif state in _UNANSWERED:
            self._say(_UNANSWERED[state](), button=again)
        elif finish in _CUT:
            self._cut = True
            self._say(_CUT[finish](), button=tr("Go on"), icon="play")
        elif finish == "loop":
            self._say(tr("The model repeated itself and was stopped."))

    def _say(self, what: str, todo: str = "", *, role: str = "quiet", button: str = "", icon: str = "refresh") -> None:
        self._icon.set_icon("alert" if role == "danger" else "info", role)
        if self.what.property("role") != role:
            self.what.setProperty("role", role)
            self.what.style().polish(self.what)
        self.what.setText(what)
        self.todo.setText(todo)
        self.todo.setVisible(bool(todo))
        self.button.setVisible(bool(button))
        self.button.setIcon(icons.icon(icon))
        self.button.setText(button)
        self.show()

    def _pressed(self) -> None:
        (self.go_on if self._cut else self.again).emit()


_UNANSWERED = {
    conversation.STOPPED: lambda: tr("Stopped by you."),
    conversation.INTERRUPTED: lambda: tr("The program ended before this was answered."),
    conversation.FAILED: lambda: tr("This was not answered."),
}
_CUT = {
    "length": lambda: tr("The model ran out of room before its answer was complete."),
    "thought": lambda: tr("The model ran out of room while it was thinking."),
}
