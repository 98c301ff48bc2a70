# SPDX-License-Identifier: Apache-2.0
"""A turn: one question and the answers of one or several models.

It routes what the engine sends to the answer that is being made, and hands on what a user wishes; each part is a file of its own
(``turn_question``, ``turn_answer`` and what that is made of).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import DONE, Turn
from desktop_app.contract.model_entry import ModelEntry
from desktop_app.contract.passage import Passage
from desktop_app.foundation.errors import Problem
from desktop_app.ui.answer.answer_view import AnswerView
from desktop_app.ui.answer.clipboard import copied_whole
from desktop_app.ui.look import theme
from desktop_app.ui.turn.turn_answer import AnswerPane
from desktop_app.ui.turn.turn_column import BESIDE_PX, COLUMN_PX
from desktop_app.ui.turn.turn_columns import Columns
from desktop_app.ui.turn.turn_question import QuestionLine, SearchedLine
from desktop_app.ui.widgets.citation_chip import CitationChip
from desktop_app.wording.passage_texts import names_in
from desktop_app.wording.place import place


class TurnView(QWidget):
    """``citation_requested`` carries (Answer, number), ``passage_requested`` a Passage, ``retry_requested`` and ``edit_requested`` the
    question, ``search_edited`` what to search for in its place, ``beside_requested`` the file of another model. ``models_wanted`` is
    answered with ``offer_models``. ``form_changed`` carries a Form to be computed in place of the answer's, ``cells_requested`` the ``ProvingCells`` of a
    file. ``turn_id``: the kept turn, 0 until it is kept."""

    citation_requested = Signal(object, int)
    passage_requested = Signal(object)
    retry_requested = Signal(str)
    edit_requested = Signal(str)
    regenerate_requested = Signal()
    go_on_requested = Signal()
    as_typed_requested = Signal()
    search_edited = Signal(str)
    models_wanted = Signal()
    stop_requested = Signal()
    beside_requested = Signal(str)
    export_failed = Signal(object)
    when_read_wanted = Signal(bool)
    add_requested = Signal()
    form_changed = Signal(object)
    cells_requested = Signal(object)

    def __init__(self, question: str, parent: QWidget | None = None, client: EngineClient | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.turn_id = 0
        self.question = question
        self._body = QWidget(self)
        theme.size_with_text(self._body, maximum_width=COLUMN_PX)
        self._line = QuestionLine(question, self._body)
        self._line.edit_wanted.connect(lambda: self.edit_requested.emit(self.question))
        self._searched: SearchedLine | None = None
        self._columns = Columns(self._body)
        self.pane = self._add_pane(beside=False)
        self.beside: list[AnswerPane] = []
        self._target = self.pane  # which of the answers is being made
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._line)
        self._column.addSpacing(theme.SPACE_M)
        self._column.addWidget(self._columns)
        middle = _Row(self)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addStretch(1)
        middle.addWidget(self._body, 1000)
        middle.addStretch(1)

    # ---- what happens to it ----

    def take(self, message: object) -> None:
        """Something of the engine on the way to the answer."""
        if self._target.over:
            self._target.begin()
        if isinstance(message, messages.Began):
            self.turn_id = message.turn
        elif isinstance(message, messages.Quoted):
            self._show_searched(message.answer)
        self._target.take(message)

    def finish(self, answer: Answer) -> None:
        """The whole answer has come."""
        if self._target is self.pane:
            self._show_searched(answer)
        self._target.finish(answer)
        self._target = self.pane

    def fail(self, problem: Problem) -> None:
        """It ends with a problem."""
        self._target.fail(problem)
        self._target = self.pane

    def stop(self) -> None:
        """The user stopped it, and no answer comes."""
        self._target.stop()
        self._target = self.pane

    def set_waiting(self, waits: bool) -> None:
        """Whether another question is answered first."""
        self._target.set_waiting(waits)

    def set_reading(self, files: int, unread: int, *, waits: bool) -> None:
        """How many files there are (-1: not known) and are still to be read; ``waits``: the question is answered again when they are."""
        self.pane.set_reading(files, unread, waits=waits)

    def show_turn(self, turn: Turn) -> None:
        """A turn as it was kept, or as it stands now."""
        self.turn_id = turn.id
        self.question = self.pane.question = turn.question
        self._line.set_question(turn.question)
        self.pane.show_kept(turn.answer, turn.state, turn.earlier)
        if turn.answer is not None:
            self._show_searched(turn.answer)
        for answer in turn.beside:
            self._beside_pane(answer.model).show_kept(answer, DONE)
        self._target = self.pane

    def _show_searched(self, answer: Answer) -> None:
        if self._searched is None and answer.searched_as:
            self._searched = SearchedLine(self._body)
            self._searched.edited.connect(self.search_edited)
            self._searched.as_typed.connect(self.as_typed_requested)
            self._column.insertWidget(1, self._searched)
        if self._searched is not None:
            self._searched.show_words(answer.searched_as)
            self._searched.setVisible(bool(answer.searched_as))

    # ---- several models ----

    def offer_models(self, entries: Sequence[ModelEntry]) -> None:
        """The models that there are, asked for by ``models_wanted``."""
        self.pane.offer(entries)

    def _ask_beside(self, path: str) -> None:
        self._target = self._beside_pane(path)
        self._target.begin(model=path)
        self.beside_requested.emit(path)

    def _beside_pane(self, model: str) -> AnswerPane:
        """The pane of ``model`` beside the first answer, made where there is none yet."""
        pane = next((pane for pane in self.beside if pane.model == model), None)
        if pane is None:
            pane = self._add_pane(beside=True)
            pane.model = model
            self.beside.append(pane)
            self.pane.name_model()
            theme.size_with_text(self._body, maximum_width=BESIDE_PX)
        return pane

    def _add_pane(self, *, beside: bool) -> AnswerPane:
        pane = AnswerPane(self.question, self._columns, beside=beside, client=None if beside else self._client)
        pane.citation_requested.connect(self.citation_requested)
        pane.passage_requested.connect(self.passage_requested)
        pane.stop_requested.connect(self.stop_requested)
        pane.export_failed.connect(self.export_failed)
        pane.copied.connect(lambda: self._copy(pane))
        if beside:
            pane.retry_requested.connect(lambda: self._ask_beside(pane.model))
        else:
            pane.retry_requested.connect(lambda: self.retry_requested.emit(self.question))
            pane.regenerate_requested.connect(self.regenerate_requested)
            pane.go_on_requested.connect(self._go_on)
            pane.when_read_wanted.connect(self.when_read_wanted)
            pane.add_requested.connect(self.add_requested)
            pane.models_wanted.connect(self.models_wanted)
            pane.chosen.connect(self._ask_beside)
            pane.form_changed.connect(self.form_changed)
            pane.cells_requested.connect(self.cells_requested)
        self._columns.add(pane)
        pane.show()
        return pane

    def _go_on(self) -> None:
        self.pane.begin(going_on=True)
        self.go_on_requested.emit()

    # ---- the first answer ----

    @property
    def answer(self) -> Answer | None:
        return self.pane.answer

    @property
    def problem(self) -> Problem | None:
        return self.pane.problem

    @property
    def over(self) -> bool:
        """Whether nothing more comes."""
        return self._target.over

    @property
    def view(self) -> AnswerView:
        """Where the text of the answer stands."""
        return self.pane.view

    @property
    def chips(self) -> list[CitationChip]:
        """The chips of the first answer."""
        return self.pane.chips.chips

    # ---- citations ----

    def holds(self, answer: object) -> bool:
        """Whether ``answer`` is one of those that are shown here, or the quotes of one."""
        return any(pane.holds(answer) for pane in self._panes())

    def numbers(self) -> list[int]:
        """Citation numbers in reading order."""
        return self.pane.numbers()

    def set_current(self, number: int, answer: object = None) -> None:
        """Mark citation ``number`` of ``answer`` (None: of each) as open, 0 for none."""
        for pane in self._panes():
            pane.set_current(number if answer is None or pane.holds(answer) else 0, answer or pane.answer)

    def set_current_passage(self, passage: Passage | None) -> None:
        """Mark the card of the passage that is open; None marks none."""
        for pane in self._panes():
            pane.set_current_passage(passage)

    def seal_rect(self, number: int, answer: object = None) -> QRect:
        """Where the seal stands, in this widget; the chip's place when the text has no seal of it."""
        pane = next((pane for pane in self._panes() if pane.holds(answer)), self.pane)
        rect = pane.rect_of(number, answer or pane.answer)
        return QRect(pane.mapTo(self, rect.topLeft()), rect.size()) if not rect.isEmpty() else rect

    def _panes(self) -> list[AnswerPane]:
        return [self.pane, *self.beside]

    # ---- words ----

    def _copy(self, pane: AnswerPane) -> None:
        text = _as_text(pane)
        QGuiApplication.clipboard().setMimeData(copied_whole(pane.view.document(), text, text.removeprefix(pane.view.text)))

    def retranslate(self) -> None:
        self._line.retranslate()
        if self._searched is not None:
            self._searched.retranslate()
        for pane in self._panes():
            pane.retranslate()

    def restyle(self) -> None:
        """The theme changed."""
        for pane in self._panes():
            pane.restyle()


def _as_text(pane: AnswerPane) -> str:
    """The answer and, below it, what each number stands for."""
    answer = pane.answer
    if answer is None:
        return pane.view.text
    lines = []
    names = names_in(answer)
    for citation in answer.citations:
        where = place(citation.locator)
        lines.append(f"[{citation.number}] {names[citation.path]}" + (f", {where}" if where else ""))
    return answer.text + ("\n\n" + "\n".join(lines) if lines else "")


class _Row(QHBoxLayout):
    """Knows how high it was at each width. Qt asks the layout of every turn for two widths, with and without a scroll bar, whenever one of
    them grows, and its own layouts keep one."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._heights: dict[int, int] = {}

    def heightForWidth(self, width: int) -> int:
        if width not in self._heights:
            self._heights[width] = super().heightForWidth(width)
        return self._heights[width]

    def invalidate(self) -> None:
        self._heights.clear()
        super().invalidate()
