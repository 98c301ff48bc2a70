# SPDX-License-Identifier: Apache-2.0
"""The conversation: questions, answers, and the question box below.

One question is answered at a time; others wait, and go on when another conversation is shown (``question_runs``). The text column is as
wide as reads well (38 letters' heights: 72 Latin or 38 Chinese characters) and stays in the middle however wide the window is.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.contract.conversation import INTERRUPTED, RUNNING, Turn
from desktop_app.contract.ledger import EVERYWHERE, Scope
from desktop_app.contract.preset import Preset
from desktop_app.foundation import paths
from desktop_app.foundation.errors import Problem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.conversation.composer import Composer
from desktop_app.ui.conversation.conversation_loader import PAGE, ConversationLoader
from desktop_app.ui.conversation.drafts import Drafts
from desktop_app.ui.conversation.empty_page import EmptyPage
from desktop_app.ui.conversation.question_editing import QuestionEditing
from desktop_app.ui.conversation.question_runs import QuestionRun, QuestionRuns, to_answer_anew
from desktop_app.ui.conversation.scope_mentions import ScopeMentions
from desktop_app.ui.conversation.when_read import WhenRead
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.turn.turn_column import COLUMN_PX, TurnColumn
from desktop_app.ui.widgets.centred import centred

if TYPE_CHECKING:
    from desktop_app.ui.turn.turn_view import TurnView


class ConversationPanel(QWidget):
    """``conversation_changed`` carries the id once the engine gave one; ``question_kept`` comes when a question is kept, ``finished`` after each
    answer, also those of conversations that are not shown, and ``answered_elsewhere`` with the id of such a one."""

    citation_requested = Signal(object, int)
    passage_requested = Signal(object)
    cells_requested = Signal(object)
    conversation_changed = Signal(int)
    question_kept = Signal()
    finished = Signal()
    answered_elsewhere = Signal(int)
    models_requested = Signal()
    add_requested = Signal()
    samples_wanted = Signal(bool)
    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self.conversation = 0
        self.turns: list[TurnView] = []
        self.preset = self._usual_preset()
        self._runs = QuestionRuns(client, self)
        self._runs.began.connect(self._began)
        self._runs.ended.connect(self._ended)
        self._when_read = WhenRead(self)
        self._when_read.due.connect(self._answer_when_read)
        self._when_read.changed.connect(self._tell_reading)
        self._drafts = Drafts(paths.home() / "drafts.json", client.library, self)
        self._kept: dict[int, Turn] = {}  # the turns that are shown, by their ids
        self._loader = ConversationLoader(client, self)
        self._loader.opened.connect(self._opened)
        self._loader.came_before.connect(self._came_before)
        self._loader.failed.connect(self._could_not_open)
        self._below: deque[Turn] = deque()  # turns that are still to be shown, from place ``_below_at`` on
        self._below_at = 0
        self._reopening = False
        self._scopes: dict[int, Scope] = {}  # where conversations of this session ask: chosen, perhaps not asked yet
        self._files = -1
        self._has_samples = False
        self.setProperty("role", "paper")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._build()
        self.mentions = ScopeMentions(self.composer, client)
        self._editing = QuestionEditing(self.composer)
        self.composer.set_text(self._drafts.text(0))
        self.composer.edit.textChanged.connect(self._keep_draft)
        self.retranslate()
        theme.notifier.changed.connect(self._restyle)
        window_language.notifier.language_changed.connect(self.retranslate)

    # ---- asking ----

    @property
    def running(self) -> bool:
        """Whether a question of the conversation that is shown is being answered, or waits for it."""
        return self._shown_run() is not None

    def _shown_run(self) -> QuestionRun | None:
        return next((run for run in self._runs.all if run.view in self.turns), None)

    def ask(self, question: str) -> None:
        """Ask in this conversation, after what was asked before it; while a question is edited, ask that one anew."""
        if not question.strip():
            return
        edited = self._editing.view
        if edited is not None:
            before = self._editing.end()
            self._again(edited, question)
            self.composer.set_text(before)
            return
        view = self._add_turn(question)
        self._start(view, Turn(0, question, None, RUNNING))
        self._scroll.follow()

    def _again(self, view: TurnView, question: str, **how: Any) -> None:
        """Answer a turn anew, in its place; its answer stays among the earlier ones. ``how``: fields of ``Ask``."""
        if not question.strip():
            return  # of a conversation that could not be opened
        self._release(view)
        turn = to_answer_anew(self._kept.get(view.turn_id, Turn(view.turn_id, question)), question)
        view.show_turn(turn)
        self._start(view, turn, **how)

    def _more(self, view: TurnView, *, llm: str = "", beside: bool = False) -> None:
        """Go on with the answer of a turn, or have another model answer beside it."""
        kept = self._kept.get(view.turn_id)
        if kept is None or kept.answer is None:
            return
        self._release(view)
        self._start(view, kept, llm=llm or kept.answer.model, beside=beside, go_on=not beside)

    def _start(self, view: TurnView, turn: Turn, *, llm: str = "", **how: Any) -> None:
        ask = msgspec.structs.replace(self._ask_of(turn), llm=llm or self._settings.text("llm"), **how)
        self._send(view, turn, ask)
        self.composer.edit.setFocus()  # what was clicked is gone, and what is typed next must not be lost

    def _ask_of(self, turn: Turn) -> messages.Ask:
        """A turn of this conversation, asked as is chosen now."""
        return messages.Ask(
            id=0,
            question=turn.question,
            llm=self._settings.text("llm"),
            conversation=self.conversation,
            scope=self.composer.scope.scope,
            preset=self.preset,
            turn=turn.id,
        )

    def _send(self, view: TurnView, turn: Turn, ask: messages.Ask) -> None:
        if self._client.state == "stopped" and not self._client.restarting:
            self._client.restart()  # asking is wish enough; the question waits for the engine
        first = self._shown_run() if not ask.conversation else None
        if first is None:
            self._runs.start(ask, turn, view)
        else:
            self._runs.start_behind(first, ask, turn, view)
        self.composer.set_running(self.running)

    def _answer_when_read(self, ask: messages.Ask, kept: Turn) -> None:
        """All files are read: answer a turn anew, also of a conversation that is not shown."""
        if self._runs.of_turn(kept.id) is not None:
            return
        view = self._view_of(kept.id)
        kept = self._kept.get(kept.id, kept)
        turn = to_answer_anew(kept, kept.question)
        view = view or self._made(kept.question)
        view.show_turn(turn)
        self._send(
            view, turn, msgspec.structs.replace(ask, id=0, turn=kept.id, question=kept.question, beside=False, go_on=False)
        )

    def _wish_when_read(self, view: TurnView, *, wanted: bool) -> None:
        turn = self._kept.get(view.turn_id)
        if turn is not None:
            self._when_read.wish(self._ask_of(turn), turn, wanted=wanted)

    def _tell_reading(self) -> None:
        self.mentions.check_again()
        for view in self.turns:
            self._tell_reading_to(view)

    def _tell_reading_to(self, view: TurnView) -> None:
        when = self._when_read
        view.set_reading(when.files, when.unread, waits=when.waits(view.turn_id))

    def _release(self, view: TurnView) -> None:
        """Let nothing else write into a view."""
        run = self._runs.of_view(view)
        if run is not None:
            run.view = None
            self._runs.stop(run)

    def _stop_view(self, view: TurnView) -> None:
        run = self._runs.of_view(view)
        if run is not None:
            self._runs.stop(run)

    def stop(self) -> None:
        """Stop the question of this conversation that is being answered, or is the next one to be."""
        run = self._shown_run()
        if run is not None:
            self._runs.stop(run)

    # ---- what is typed ----

    def cancel_editing(self) -> bool:
        """Leave a question as it was asked; returns whether one was being edited."""
        return self._editing.cancel()

    def _keep_draft(self) -> None:
        self._drafts.put(self.conversation, self._editing.draft())

    def keep_typed(self) -> None:
        """Write down what is not asked yet, before the program ends: drafts, and questions that the engine has not taken."""
        for run in self._runs.all:
            if not run.kept and not run.ask.turn:
                typed = [self._drafts.text(run.conversation), run.ask.question]
                self._drafts.put(run.conversation, "\n\n".join(part for part in typed if part))
        self._drafts.write()

    # ---- which conversation is shown ----

    def new_conversation(self) -> None:
        """Show an empty conversation; the engine gives it an id with its first question."""
        self._loader.cancel_opening()
        self._leave()
        self._enter(0, EVERYWHERE)
        self._show_preset(self._usual_preset())
        self.composer.edit.setFocus()

    def open(self, conversation: int, turn: int = 0) -> None:
        """Show a conversation of the library, at ``turn`` or at its end."""
        self._loader.cancel_opening()
        if conversation == self.conversation and (view := self._view_of(turn) if turn else None) is not None:
            self._scroll.show_at_top(view)
            return
        # Turns that are being answered must be among those shown.
        running = [run.turn.id for run in self._runs.of_conversation(conversation) if run.turn.id]
        since = min([*running, turn] if turn else running, default=0)
        self._loader.open(conversation, turn=turn, since=since)

    def leave(self, conversation: int) -> None:
        """A conversation is to be deleted in a moment; until then it can be opened again."""
        if conversation == self.conversation:
            self.new_conversation()

    def forget(self, conversation: int) -> None:
        """A conversation was deleted."""
        self._when_read.forget(conversation)
        self._drafts.put(conversation, "")
        if conversation == self.conversation:
            self.new_conversation()
            self._drafts.put(conversation, "")

    def _leave(self) -> None:
        """Put away what is shown; what is being answered goes on."""
        self._keep_draft()
        self._editing.end()
        for view in self.turns:
            self._scroll.take_out(view)
            if self._runs.of_view(view) is None:
                view.deleteLater()
        self.turns.clear()
        self._kept.clear()
        self._below.clear()
        self._loader.cancel_fetching()
        self._scroll.set_before(0)
        self._scroll.follow()
        self._stack.setCurrentWidget(self._empty)

    def _enter(self, conversation: int, scope: Scope) -> None:
        self.conversation = conversation
        self.composer.scope.set_scope(scope)
        self.composer.set_text(self._drafts.text(conversation))
        self.composer.set_running(self.running)
        self.conversation_changed.emit(conversation)

    def set_llm(self, path: str) -> None:
        """Another model answers from now on; "" for none."""
        self.composer.set_llm(path)
        self._show_empty()

    def set_sources(self, paths: Sequence[str]) -> None:
        """The folders and files a question can be narrowed to."""
        self.composer.scope.set_sources(paths)

    def choose_preset(self, preset: Preset) -> None:
        """How this conversation wants its answers from now on."""
        self.preset = preset
        if self.conversation:
            conversation = self.conversation
            self._client.request(lambda id_: messages.SetPreset(id=id_, conversation=conversation, preset=preset))

    def _scope_changed(self, scope: Scope) -> None:
        if self.conversation:
            self._scopes[self.conversation] = scope

    def _usual_preset(self) -> Preset:
        """What a new conversation begins with."""
        return Preset(first_word=self._settings.text("first_word"))

    def _keep_usual_speed(self, word: str) -> None:
        problem = self._settings.keep("first_word", word)
        if problem is not None:
            self.problem.emit(problem)

    def _show_preset(self, preset: Preset) -> None:
        self.preset = preset
        self.composer.set_preset(preset)

    def set_library(self, files: int, *, has_samples: bool, unread: int = 0) -> None:
        """How many files there are, whether the sample office is among them, and how many are still to be read; the empty page says what to
        do next."""
        self._files = files
        self._when_read.set_library(files, unread)
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
            mine = turn.holds(answer)
            turn.set_current(number if mine else 0, answer)
            if mine and number:
                self._scroll.reveal(turn, turn.seal_rect(number, answer))

    def show_current_passage(self, passage: object) -> None:
        """Mark the card of the passage that is open in the source panel; None marks none."""
        for turn in self.turns:
            turn.set_current_passage(passage)  # type: ignore[arg-type]

    # ---- answers of the engine ----

    def _began(self, run: QuestionRun) -> None:
        if run.view in self.turns:
            self._kept[run.turn.id] = run.turn
            if run.conversation != self.conversation:
                self._drafts.put(self.conversation, "")
                self.conversation = run.conversation
                self._scopes[self.conversation] = self.composer.scope.scope
                self._keep_draft()
                self.conversation_changed.emit(self.conversation)
        self.question_kept.emit()

    def _ended(self, run: QuestionRun) -> None:
        view = run.view
        self._when_read.consider(run)
        if view in self.turns:
            self._kept[run.turn.id] = run.turn
            self._tell_reading()
            self._scroll.settle()
        else:
            self.answered_elsewhere.emit(run.conversation)
            if view is not None:
                view.deleteLater()
        self.composer.set_running(self.running)
        self.finished.emit()

    def _opened(self, result: messages.ConversationResult, turn: int) -> None:
        conversation, turns = result.head.id, result.turns
        ended = any(one.state == RUNNING and self._runs.of_turn(one.id) is None for one in turns)
        if ended and not self._reopening:  # between the engine's look and its message; it is there now
            self._reopening = True
            self.open(conversation, turn)
            return
        self._reopening = False
        self._leave()
        self._show_preset(result.preset)
        self._scroll.set_before(result.before)
        at = next((place for place, one in enumerate(turns) if one.id == turn), 0)
        shown = turns[: at + PAGE] if turn else turns
        for one in shown:
            self._show_kept(one, len(self.turns))
        self._below_at = len(self.turns)
        self._below.extend(turns[len(shown) :])
        for run in self._runs.of_conversation(conversation):
            if run.view is not None and not run.turn.id:
                self._insert(run.view, len(self.turns))
        self._enter(conversation, self._scopes.get(conversation, result.scope))
        view = self._view_of(turn) if turn else None
        if view is not None:
            self._scroll.show_at_top(view)
        self._go_on_below()

    def _go_on_below(self) -> None:
        """Show one more turn below, then let the window breathe."""
        if self._below:
            self._show_kept(self._below.popleft(), self._below_at)
            self._below_at += 1
            QTimer.singleShot(0, self, self._go_on_below)

    def _could_not_open(self, problem: Problem) -> None:
        self._leave()
        self._add_turn("").fail(problem)

    # ---- turns that come before ----

    def _fetch_before(self) -> None:
        first = self.turns[0].turn_id if self.turns else 0
        if first:
            self._loader.fetch_before(self.conversation, first)

    def _came_before(self, result: messages.ConversationResult) -> None:
        if not self.turns:
            return
        self._scroll.keep_in_place(self.turns[0])
        for place, turn in enumerate(result.turns):
            self._show_kept(turn, place)
        self._below_at += len(result.turns)
        self._scroll.set_before(result.before)

    # ---- building ----

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget(self)
        self._scroll = TurnColumn(self)
        self._scroll.earlier_wanted.connect(self._fetch_before)
        self._empty = EmptyPage(self)
        self._empty.asked.connect(self.ask)
        self._empty.add_requested.connect(self.add_requested)
        self._empty.models_requested.connect(self.models_requested)
        self._empty.samples_wanted.connect(self.samples_wanted)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._scroll)
        column.addWidget(self._stack, 1)

        self.composer = Composer(self)
        theme.size_with_text(self.composer, maximum_width=COLUMN_PX + 2 * theme.SPACE_L)
        self.composer.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.composer.asked.connect(self.ask)
        self.composer.editing_cancelled.connect(self.cancel_editing)
        self.composer.stop_requested.connect(self.stop)
        self.composer.scope.changed.connect(self._scope_changed)
        self.composer.models_requested.connect(self.models_requested)
        self.composer.preset_changed.connect(self.choose_preset)
        self.composer.presets.usual_chosen.connect(self._keep_usual_speed)
        self.composer.set_preset(self.preset)
        self.composer.set_llm(self._settings.text("llm"))
        foot = centred(self.composer)
        foot.setContentsMargins(theme.SPACE_S, 0, theme.SPACE_S, theme.SPACE_L)
        column.addLayout(foot)
        self.setFocusProxy(self.composer.edit)

    def _add_turn(self, question: str, place: int | None = None) -> TurnView:
        view = self._made(question)
        self._insert(view, len(self.turns) if place is None else place)
        return view

    def _made(self, question: str) -> TurnView:
        from desktop_app.ui.turn.beside_menu import BesideMenu
        from desktop_app.ui.turn.turn_view import TurnView  # with the first question: 25 ms of text engine

        view = TurnView(question, self._scroll.page, self._client)
        BesideMenu(self._client, self._settings, view)
        view.citation_requested.connect(self.citation_requested)
        view.passage_requested.connect(self.passage_requested)
        view.retry_requested.connect(lambda question: self._again(view, question))
        view.edit_requested.connect(lambda question: self._editing.begin(view, question))
        view.regenerate_requested.connect(lambda: self._again(view, view.question))
        view.as_typed_requested.connect(lambda: self._again(view, view.question, as_typed=True))
        view.search_edited.connect(lambda text: self._again(view, view.question, searched_as=text))
        view.form_changed.connect(lambda form: self._again(view, view.question, form=form))
        view.cells_requested.connect(self.cells_requested)
        view.go_on_requested.connect(lambda: self._more(view))
        view.beside_requested.connect(lambda llm: self._more(view, llm=llm, beside=True))
        view.stop_requested.connect(lambda: self._stop_view(view))
        view.when_read_wanted.connect(lambda wanted: self._wish_when_read(view, wanted=wanted))
        view.add_requested.connect(self.add_requested)
        view.export_failed.connect(self.problem)
        return view

    def _insert(self, view: TurnView, place: int) -> None:
        self.turns.insert(place, view)
        self._scroll.insert(view, place)
        self._stack.setCurrentWidget(self._scroll)

    def _show_kept(self, turn: Turn, place: int) -> None:
        """A kept turn; one that is being answered has its view already."""
        run = self._runs.of_turn(turn.id)
        if run is not None and run.view is not None:
            self._kept[turn.id] = run.turn
            self._insert(run.view, place)
            return
        if turn.state == RUNNING:
            turn = replace(turn, state=INTERRUPTED)
        self._kept[turn.id] = turn
        view = self._add_turn(turn.question, place)
        view.show_turn(turn)
        self._tell_reading_to(view)

    def _view_of(self, turn: int) -> TurnView | None:
        return next((view for view in self.turns if view.turn_id == turn), None)

    # ---- words ----

    def retranslate(self) -> None:
        self.setAccessibleName(tr("Conversation"))
        self.composer.retranslate()
        self._scroll.retranslate()
        self._show_empty()
        for turn in self.turns:
            turn.retranslate()

    def _show_empty(self) -> None:
        has_model = bool(self._settings.text("llm"))
        self._empty.show_state(bare=self._files == 0, has_model=has_model, has_samples=self._has_samples)

    def _restyle(self) -> None:
        for turn in self.turns:
            turn.restyle()
