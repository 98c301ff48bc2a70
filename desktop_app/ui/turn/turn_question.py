# SPDX-License-Identifier: Apache-2.0
"""The question of a turn, and what was searched for in its place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.answer.answer_document import spaced
from desktop_app.ui.answer.flow_text import FlowText
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import plain_label, set_plain_tooltip

_QUESTION_PX = 20


class _SearchField(QLineEdit):
    """``left`` on Esc, which must not reach the window, where it stops answers."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            if event.type() == QEvent.Type.KeyPress:
                self.left.emit()
            return True
        return super().event(event)


class QuestionLine(QWidget):
    """``edit_wanted`` when its pencil is pressed."""

    edit_wanted = Signal()

    def __init__(self, question: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = FlowText(_QUESTION_PX, self)
        self._text.setFont(theme.font(_QUESTION_PX, weight=QFont.Weight.DemiBold))
        self._text.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.pencil = _tool("pencil", self)
        self.pencil.clicked.connect(self.edit_wanted)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.SPACE_S)
        row.addWidget(self._text, 1)
        row.addWidget(self.pencil, 0, Qt.AlignmentFlag.AlignTop)
        self.set_question(question)
        self.retranslate()

    def set_question(self, question: str) -> None:
        """Show another wording."""
        self._text.setPlainText(spaced(question))

    def retranslate(self) -> None:
        self._text.setAccessibleName(tr("Question"))
        set_plain_tooltip(self.pencil, tr("Edit the question and ask again"))
        self.pencil.setAccessibleName(tr("Edit the question and ask again"))


class SearchedLine(QWidget):
    """What was searched for in place of a question that leans on the conversation. ``edited`` carries other words to search for;
    ``as_typed``: search for the question itself."""

    edited = Signal(str)
    as_typed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._searched = ""
        self._words = plain_label("quiet", parent=self)
        self._words.setFont(theme.font(13))
        self.pencil = _tool("pencil", self)
        self.pencil.clicked.connect(self.begin)
        self.typed = QPushButton(self)
        self.typed.setProperty("role", "strip")
        self.typed.clicked.connect(self.as_typed)
        self._field: _SearchField | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, theme.SPACE_XS, 0, 0)
        self._row.setSpacing(theme.SPACE_XS)
        self._row.addWidget(self._words)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_XS)
        buttons.addWidget(self.pencil)
        buttons.addWidget(self.typed)
        self._row.addLayout(buttons)
        self._row.setAlignment(buttons, Qt.AlignmentFlag.AlignTop)
        self._row.addStretch(1)

    @property
    def field(self) -> QLineEdit | None:
        return self._field

    def show_words(self, searched: str) -> None:
        """Show what was searched for."""
        self._searched = searched
        self.end()
        self.retranslate()

    def begin(self) -> None:
        """Put a field in place of the words, to change them."""
        if self._field is not None:
            return
        field = self._field = _SearchField(self._searched, self)
        field.setAccessibleName(tr("Search for"))
        field.returnPressed.connect(self._submit)
        field.left.connect(self.end)
        for widget in (self._words, self.pencil, self.typed):
            widget.hide()
        self._row.insertWidget(0, field, 1000)
        field.show()
        field.selectAll()
        field.setFocus()

    def end(self) -> None:
        """Show the words again, unchanged."""
        if self._field is None:
            return
        self._field.hide()
        self._field.deleteLater()
        self._field = None
        for widget in (self._words, self.pencil, self.typed):
            widget.show()

    def _submit(self) -> None:
        words = self._field.text().strip() if self._field is not None else ""
        if words:
            self.end()
            self.edited.emit(words)

    def retranslate(self) -> None:
        self._words.setText(tr("Searched for: {words}", words=self._searched))
        self.typed.setText(tr("Ask as typed"))
        set_plain_tooltip(self.typed, tr("Search for the question itself, without the conversation before it"))
        set_plain_tooltip(self.pencil, tr("Search for other words"))
        self.pencil.setAccessibleName(tr("Search for other words"))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Short words have the buttons right behind them; long ones take all the room and several lines: nothing of them is cut, because
        what was added to the question stands at the end."""
        room = self.width() - self.pencil.sizeHint().width() - self.typed.sizeHint().width() - 3 * theme.SPACE_XS
        long = self._words.fontMetrics().horizontalAdvance(self._words.text()) > room
        self._words.setWordWrap(long)
        self._row.setStretch(self._row.indexOf(self._words), 1000 if long else 0)


def _tool(name: str, parent: QWidget) -> QToolButton:
    button = QToolButton(parent)
    button.setIcon(icons.icon(name, "quiet"))
    icons.set_size(button, QSize(16, 16))
    return button
