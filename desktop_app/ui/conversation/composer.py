# SPDX-License-Identifier: Apache-2.0
"""The question box.

It grows with the question; Enter sends, Shift+Enter breaks the line, Esc stops what is being written. What the question is narrowed to
stands as tags above it.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from desktop_app.contract.ledger import Scope
from desktop_app.contract.preset import Preset
from desktop_app.foundation.translation import tr
from desktop_app.ui.conversation.preset_button import PresetButton
from desktop_app.ui.conversation.scope_tags import ScopeTags
from desktop_app.ui.look import icons, theme
from desktop_app.ui.look.labels import button_text, plain_label, set_plain_tooltip
from desktop_app.ui.widgets.scope_chip import ScopeChip
from desktop_app.wording.place import file_name, short_name

_MOST_LINES = 7
_NAME_LENGTH = 36  # characters of a model's name
_NARROWEST = 36  # px of a button: its icon
_LIMIT = 4000  # characters; more stays in the box with a word about it


class QuestionEdit(QPlainTextEdit):
    """The text field of the box, as high as its lines up to a limit."""

    submitted = Signal()
    focused = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(theme.font(theme.READING_PX))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAcceptDrops(False)  # a dropped file goes to the library, not into the question
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(2)
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._fit()

    def _fit(self) -> None:
        """As high as its lines, up to a limit. QPlainTextEdit counts its document's height in lines."""
        line = self.fontMetrics().lineSpacing()
        lines = min(_MOST_LINES, max(1, math.ceil(self.document().size().height())))
        self.setFixedHeight(line * lines + 6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.insertPlainText("\n")
            else:
                self.submitted.emit()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.focused.emit()


class Composer(QFrame):
    """``asked`` carries the question; ``stop_requested`` while one is being answered and nothing else is typed;
    ``preset_changed`` carries a Preset."""

    asked = Signal(str)
    editing_cancelled = Signal()
    stop_requested = Signal()
    models_requested = Signal()
    preset_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._running = False
        self._editing = False
        self._llm = ""
        self._name = ""  # of the model
        column = QVBoxLayout(self)
        # The words of the question and the icon below them stand on one line, and on the line of the answers above.
        column.setContentsMargins(theme.SPACE_S, theme.SPACE_M, theme.SPACE_S, theme.SPACE_S)
        column.setSpacing(theme.SPACE_XS)
        column.addWidget(self._build_note())
        self.edit = QuestionEdit(self)
        self.edit.submitted.connect(self.submit)
        self.edit.textChanged.connect(self._show)
        self.edit.focused.connect(self.update)
        self.tags = ScopeTags(self)
        inset = QVBoxLayout()
        inset.setContentsMargins(theme.SPACE_S - 2, 0, 0, 0)
        inset.setSpacing(theme.SPACE_S)
        inset.addWidget(self.tags)
        inset.addWidget(self.edit)
        column.addLayout(inset)
        row = QHBoxLayout()
        row.setSpacing(theme.SPACE_S)
        self._model = QPushButton(self)
        self._model.setProperty("role", "plain")
        self._model.setIcon(icons.icon("model", "quiet"))
        icons.set_size(self._model, icons.BESIDE_TEXT)
        self._model.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._model.clicked.connect(self.models_requested)
        self._send = QToolButton(self)
        self._send.setProperty("role", "send")
        icons.set_size(self._send, QSize(18, 18))
        theme.size_with_text(self._send, width=34, height=34)
        self._send.clicked.connect(self._pressed)
        self.scope = ScopeChip(self, named=True)
        self.scope.shown.connect(self.tags.show_scope)
        self.scope.shown.connect(lambda _: self._fit(self._name))
        self.tags.removed.connect(self._take_out)
        self.presets = PresetButton(self)
        self.presets.changed.connect(self.preset_changed)
        row.addWidget(self.scope)
        row.addWidget(self._model)
        row.addWidget(self.presets)
        row.addStretch()
        row.addWidget(self._send)
        for button in (self.scope, self._model, self.presets):
            button.setMinimumWidth(_NARROWEST)
        column.addLayout(row)
        self.setFocusProxy(self.edit)
        self.retranslate()

    def _build_note(self) -> QWidget:
        """A line above the question: that one is edited, or is too long."""
        self._note = QWidget(self)
        row = QHBoxLayout(self._note)
        row.setContentsMargins(theme.SPACE_S, 0, 0, 0)
        self._note_text = plain_label("small", wrap=True, parent=self._note)
        self._cancel = QPushButton(self._note)
        self._cancel.setProperty("role", "strip-action")
        self._cancel.clicked.connect(self.editing_cancelled)
        row.addWidget(self._note_text, 1)
        row.addWidget(self._cancel)
        self._note.hide()
        return self._note

    def _take_out(self, scope: Scope) -> None:
        """A tag is gone, and the focus with it."""
        self.scope.choose(scope)
        self.edit.setFocus()

    def set_editing(self, editing: bool) -> None:
        """Whether a question that was asked is being changed."""
        self._editing = editing
        self._show()

    def set_running(self, running: bool) -> None:
        """Whether a question is being answered: the button then stops it."""
        self._running = running
        self._show()

    def set_llm(self, path: str) -> None:
        """The language model that writes the answers, "" for none."""
        self._llm = path
        self.retranslate()

    @property
    def preset(self) -> Preset:
        """How this conversation wants its answers."""
        return self.presets.preset

    def set_preset(self, preset: Preset) -> None:
        """Show how the conversation is answered."""
        self.presets.set_preset(preset)

    def set_text(self, text: str) -> None:
        """Replace what is typed; the cursor goes to its end."""
        self.edit.setPlainText(text)
        cursor = self.edit.textCursor()
        cursor.movePosition(cursor.MoveOperation.End)
        self.edit.setTextCursor(cursor)

    def submit(self) -> None:
        """Send what is typed, as Enter does."""
        text = self.edit.toPlainText().strip()
        if text and len(text) <= _LIMIT:
            self.edit.clear()
            self.asked.emit(text)

    def retranslate(self) -> None:
        self.edit.setPlaceholderText(tr("Ask your documents…"))
        self.edit.setAccessibleName(tr("Question"))
        name = file_name(self._llm).removesuffix(".gguf") if self._llm else tr("No language model: quotes")
        set_plain_tooltip(
            self._model, self._llm or tr("Answers quote your documents directly. Click to choose a language model.")
        )
        self._cancel.setText(tr("Cancel"))
        self.scope.retranslate()
        self.tags.retranslate()
        self.presets.retranslate()
        self.presets.setVisible(bool(self._llm))  # quotes are there at once, whatever is chosen
        self._model.setAccessibleName(tr("Language model: {name}", name=name))
        self._fit(name)
        self._show()

    def _fit(self, name: str) -> None:
        """The buttons below the box in the room that there is: the preset gives up its words first, then the model's name its middle."""
        self._name = name
        shown = [button for button in (self.scope, self._model, self.presets) if not button.isHidden()]
        room = self.width() - self._send.width() - theme.SPACE_S * (3 + len(shown))
        self._model.setText(button_text(short_name(name, _NAME_LENGTH)))
        self.presets.set_short(short=False)
        if sum(button.sizeHint().width() for button in shown) > room:
            self.presets.set_short(short=True)
        over = sum(button.sizeHint().width() for button in shown) - room
        if over > 0:
            metrics = self._model.fontMetrics()
            width = metrics.horizontalAdvance(short_name(name, _NAME_LENGTH)) - over
            self._model.setText(button_text(metrics.elidedText(name, Qt.TextElideMode.ElideRight, max(width, 0))))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(self._name)

    @property
    def _stops(self) -> bool:
        """Whether the button stops the answer; as soon as something is typed, it asks."""
        return self._running and not self.edit.toPlainText().strip()

    def _pressed(self) -> None:
        if self._stops:
            self.stop_requested.emit()
        else:
            self.submit()

    def _show(self) -> None:
        length = len(self.edit.toPlainText().strip())
        words = tr("Ask (Enter)")
        if self._stops:
            words = tr("Stop (Esc)")
        elif self._running:
            words = tr("Ask (Enter); it waits for the question before it")
        self._send.setIcon(icons.icon("stop" if self._stops else "send", "accent_ink"))
        set_plain_tooltip(self._send, words)
        self._send.setAccessibleName(words)
        self._send.setEnabled(self._stops or 0 < length <= _LIMIT)
        self._show_note(length)

    def _show_note(self, length: int) -> None:
        self._note.setVisible(self._editing or length > _LIMIT)
        self._cancel.setVisible(self._editing)
        if length > _LIMIT:
            told = tr(
                "The question has {length} characters, at most {limit} can be asked. Shorten it here.",
                length=f"{length:,}",
                limit=f"{_LIMIT:,}",
            )
            self._note_text.setText(told)
        elif self._editing:
            self._note_text.setText(tr("Editing a question; it is answered again in its place."))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        colours = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = self.edit.hasFocus()
        painter.setPen(QPen(colours.colour("focus" if focused else "edge"), 1))
        painter.setBrush(colours.colour("raised"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
