"""The middle of the window: questions and answers below each other, the question box at the foot.

One question is answered at a time. The text column is as wide as reads well (38 letters' heights: 72 Latin or 38 Chinese
characters) and stays in the middle however wide the window is. While an answer grows, the page follows it, until the reader
scrolls up; scrolled down to the end it follows again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.foundation import paths, translation
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui import icons, language, theme
from desktop_app.ui.composer import Composer
from desktop_app.ui.labels import plain_label

if TYPE_CHECKING:
    from desktop_app.ui.turn_view import TurnView

COLUMN_PX = 38 * theme.READING_PX
_BETWEEN_TURNS = 40
_NEAR_END_PX = 40  # closer to the end than this counts as reading along


class ConversationPanel(QWidget):
    """``conversation_changed`` carries the id once the engine gave one; ``finished`` comes after each answer."""

    citation_requested = Signal(object, int)
    passage_requested = Signal(object)
    conversation_changed = Signal(int)
    finished = Signal()
    models_requested = Signal()
    add_requested = Signal()

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self.conversation = 0
        self.turns: list[TurnView] = []
        self._operation: Operation | None = None
        self._following = True
        self._moving = False
        self._scopes: dict[int, Scope] = {}  # where conversations of this session ask: chosen, perhaps not asked yet
        self._files = -1
        self._has_samples = False
        self.setProperty("role", "paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self.retranslate()
        theme.notifier.changed.connect(self._restyle)
        language.notifier.language_changed.connect(self.retranslate)

    # ---- asking ----

    @property
    def running(self) -> bool:
        return self._operation is not None

    def ask(self, question: str) -> None:
        """Ask in this conversation; only one question at a time."""
        if self._operation is not None or not question.strip():
            return
        if self._client.state == "stopped" and not self._client.restarting:
            self._client.restart()  # asking is wish enough; the question waits for the engine
        turn = self._add_turn(question)
        llm, conversation, scope = self._settings.text("llm"), self.conversation, self.composer.scope.scope
        operation = self._client.request(
            lambda id_: messages.Ask(id=id_, question=question, llm=llm, conversation=conversation, scope=scope)
        )
        self._operation = operation
        operation.progressed.connect(turn.take)
        operation.succeeded.connect(lambda result: self._answered(turn, result))
        operation.failed.connect(lambda problem: self._failed(turn, problem))
        operation.was_cancelled.connect(turn.stop)
        operation.ended.connect(lambda: self._ended(operation))
        self.composer.set_running(True)
        self._following = True
        self._to_end()

    def stop(self) -> None:
        if self._operation is not None:
            self._operation.cancel()

    def new_conversation(self) -> None:
        self.stop()
        self._operation = None
        self._clear()
        self.conversation = 0
        self.composer.scope.set_scope(EVERYWHERE)
        self.conversation_changed.emit(0)
        self.composer.set_running(False)
        self.composer.edit.setFocus()

    def open(self, conversation: int) -> None:
        """Show a conversation of the library."""
        operation = self._client.request(lambda id_: messages.OpenConversation(id=id_, conversation=conversation))
        operation.succeeded.connect(self._opened)
        operation.failed.connect(self._could_not_open)

    def set_llm(self, path: str) -> None:
        self.composer.set_llm(path)
        self._show_empty()

    def set_sources(self, paths: Sequence[str]) -> None:
        """The folders and files a question can be narrowed to."""
        self.composer.scope.set_sources(paths)

    def _scope_changed(self, scope: Scope) -> None:
        if self.conversation:
            self._scopes[self.conversation] = scope

    def set_library(self, files: int, *, has_samples: bool) -> None:
        """How many files can be searched, and whether the sample office is among them; the empty page says what to do next."""
        self._files = files
        self._has_samples = has_samples
        self._show_empty()

    # ---- citations ----

    def step_citation(self, step: int) -> bool:
        """To the next (1) or previous (-1) citation of the conversation's current answer; False where there is none."""
        turn = next((turn for turn in self.turns if turn.view.current), None)
        if turn is None:
            turn = next((turn for turn in reversed(self.turns) if turn.answer is not None and turn.answer.citations), None)
        if turn is None or turn.answer is None:
            return False
        numbers = turn.numbers()
        if not numbers:
            return False
        current = turn.view.current
        index = (numbers.index(current) + step) % len(numbers) if current in numbers else (0 if step > 0 else -1)
        self.citation_requested.emit(turn.answer, numbers[index])
        return True

    def show_current(self, answer: object, number: int) -> None:
        """Mark the seal that is open in the source panel, and bring it into view; ``answer`` None marks none."""
        for turn in self.turns:
            mine = answer is not None and turn.answer is answer
            turn.set_current(number if mine else 0)
            if mine and number:
                rect = turn.seal_rect(number)
                corner = turn.mapTo(self._page, rect.center())
                self._scroll.ensureVisible(corner.x(), corner.y(), 0, 80)

    def show_current_passage(self, passage: object) -> None:
        for turn in self.turns:
            turn.set_current_passage(passage)  # type: ignore[arg-type]

    # ---- answers of the engine ----

    def _answered(self, turn: TurnView, result: object) -> None:
        if not isinstance(result, messages.Answered):
            return
        turn.finish(result.answer)
        if turn in self.turns and result.conversation != self.conversation:
            self.conversation = result.conversation
            self._scopes[self.conversation] = self.composer.scope.scope
            self.conversation_changed.emit(self.conversation)

    def _failed(self, turn: TurnView, problem: Problem) -> None:
        turn.fail(problem)

    def _ended(self, operation: Operation) -> None:
        if self._operation is operation:
            self._operation = None
            self.composer.set_running(False)
        self.finished.emit()
        self._to_end()

    def _opened(self, result: object) -> None:
        if not isinstance(result, messages.ConversationResult):
            return
        self.stop()
        self._operation = None
        self.composer.set_running(False)
        self._clear()
        self.conversation = result.head.id
        self.composer.scope.set_scope(self._scopes.get(self.conversation, result.scope))
        for turn in result.turns:
            if turn.answer is not None:
                self._add_turn(turn.question).finish(turn.answer)
        self._following = True
        self.conversation_changed.emit(self.conversation)
        self._to_end()

    def _could_not_open(self, problem: Problem) -> None:
        self._clear()
        self._add_turn("").fail(problem)

    # ---- building ----

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget(self)
        self._scroll = QScrollArea(self)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._page = QWidget(self._scroll)
        outer = QHBoxLayout(self._page)
        outer.setContentsMargins(theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL, theme.SPACE_XL)
        middle = QWidget(self._page)
        middle.setMaximumWidth(COLUMN_PX)
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._turns_layout = QVBoxLayout(middle)
        self._turns_layout.setContentsMargins(0, 0, 0, 0)
        self._turns_layout.setSpacing(_BETWEEN_TURNS)
        self._turns_layout.addStretch()
        outer.addStretch(1)
        outer.addWidget(middle, 1000)
        outer.addStretch(1)
        self._scroll.setWidget(self._page)
        bar = self._scroll.verticalScrollBar()
        bar.rangeChanged.connect(lambda *_: self._range_changed())
        bar.valueChanged.connect(self._scrolled)
        self._empty = self._build_empty()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        column.addWidget(self._stack, 1)

        foot = QHBoxLayout()
        foot.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, theme.SPACE_L)
        self.composer = Composer(self)
        self.composer.setMaximumWidth(COLUMN_PX + 2 * theme.SPACE_L)
        self.composer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.composer.asked.connect(self.ask)
        self.composer.stop_requested.connect(self.stop)
        self.composer.scope.changed.connect(self._scope_changed)
        self.composer.models_requested.connect(self.models_requested)
        self.composer.set_llm(self._settings.text("llm"))
        foot.addStretch(1)
        foot.addWidget(self.composer, 1000)
        foot.addStretch(1)
        column.addLayout(foot)
        self.setFocusProxy(self.composer.edit)

    def _build_empty(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setSpacing(theme.SPACE_S)
        self._empty_title = plain_label("title", parent=page)
        self._empty_text = plain_label("quiet", wrap=True, parent=page)
        self._empty_text.setMaximumWidth(440)
        self._empty_text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._empty_add = QPushButton(page)
        self._empty_add.setProperty("role", "primary")
        self._empty_add.clicked.connect(self.add_requested)
        self._empty_model = QPushButton(page)
        self._empty_model.setIcon(icons.icon("model"))
        self._empty_model.setIconSize(icons.BESIDE_TEXT)
        self._empty_model.clicked.connect(self.models_requested)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.SPACE_S)
        buttons.addStretch()
        buttons.addWidget(self._empty_add)
        buttons.addWidget(self._empty_model)
        buttons.addStretch()
        column.addStretch(2)
        for label in (self._empty_title, self._empty_text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            row = QHBoxLayout()
            row.addStretch(1)
            row.addWidget(label, 1000)
            row.addStretch(1)
            column.addLayout(row)
        column.addSpacing(theme.SPACE_S)
        column.addLayout(buttons)
        self._samples = QVBoxLayout()
        self._samples.setSpacing(theme.SPACE_S)
        column.addSpacing(theme.SPACE_S)
        column.addLayout(self._samples)
        column.addStretch(3)
        return page

    def _add_turn(self, question: str) -> TurnView:
        from desktop_app.ui.turn_view import TurnView  # with the first question: 25 ms of text engine

        turn = TurnView(question, self._page)
        turn.citation_requested.connect(self.citation_requested)
        turn.passage_requested.connect(self.passage_requested)
        turn.retry_requested.connect(self.ask)
        self.turns.append(turn)
        self._turns_layout.insertWidget(self._turns_layout.count() - 1, turn)
        self._stack.setCurrentWidget(self._scroll)
        return turn

    def _clear(self) -> None:
        for turn in self.turns:
            self._turns_layout.removeWidget(turn)
            turn.hide()
            turn.deleteLater()
        self.turns.clear()
        self._stack.setCurrentWidget(self._empty)

    # ---- following ----

    def _scrolled(self, value: int) -> None:
        if not self._moving:
            self._following = value >= self._scroll.verticalScrollBar().maximum() - _NEAR_END_PX

    def _range_changed(self) -> None:
        if self._following:
            self._move_to_end()

    def _to_end(self) -> None:
        """After the layout had its turn."""
        if self._following:
            QTimer.singleShot(0, self, self._range_changed)

    def _move_to_end(self) -> None:
        self._moving = True
        bar = self._scroll.verticalScrollBar()
        bar.setValue(bar.maximum())
        self._moving = False

    # ---- words ----

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Conversation"))
        self.composer.retranslate()
        self._empty_add.setText(tr("Add a folder"))
        self._empty_model.setText(tr("Choose a model"))
        self._show_empty()
        for turn in self.turns:
            turn.retranslate()

    def _show_sample_questions(self) -> None:
        """Questions that the sample office answers; a click asks one."""
        while (item := self._samples.takeAt(0)) is not None:
            if (button := item.widget()) is not None:
                button.deleteLater()
        if not self._has_samples:
            return
        for question in paths.sample_questions(translation.current()):
            button = QPushButton(question, self)
            button.setIcon(icons.icon("chat"))
            button.setIconSize(icons.BESIDE_TEXT)
            button.clicked.connect(lambda _=False, asked=question: self.ask(asked))
            self._samples.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)

    def _show_empty(self) -> None:
        self._show_sample_questions()
        bare = self._files == 0
        has_model = bool(self._settings.text("llm"))
        self._empty_add.setVisible(bare)
        self._empty_model.setVisible(not has_model and not bare)
        if bare:
            self._empty_title.setText(tr("Start with a folder"))
            self._empty_text.setText(
                tr("Drop a folder or files anywhere on this window; you can ask while they are being read.")
            )
            return
        self._empty_title.setText(tr("What do you want to know?"))
        words: Iterable[str] = [tr("Every answer shows where it stands: click a numbered seal to see the page.")]
        if not has_model:
            words = [*words, tr("Without a language model, answers are the very sentences of your documents.")]
        self._empty_text.setText("\n".join(words))

    def _restyle(self) -> None:
        for turn in self.turns:
            turn.restyle()
