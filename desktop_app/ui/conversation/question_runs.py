# SPDX-License-Identifier: Apache-2.0
"""Runs questions one after the other, of any conversation.

The engine answers one after the other, in the order they were asked; the others wait, and say so. The first question of a new conversation
gives it its id (Began); what is asked in it before that is held back here until the id is known.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import msgspec
from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.bridge.operation import Operation
from desktop_app.contract import messages
from desktop_app.contract.conversation import DONE, FAILED, RUNNING, STOPPED, Turn

if TYPE_CHECKING:
    from desktop_app.foundation.errors import Problem
    from desktop_app.ui.turn.turn_view import TurnView


@dataclass(eq=False, slots=True)
class QuestionRun:
    """``ask``: what is asked, with the ids of conversation and turn as soon as they are known. ``turn``: how the turn stands.
    ``behind``: the first question of its conversation, whose id it waits for. ``view`` None: another run has its view."""

    ask: messages.Ask
    turn: Turn
    view: TurnView | None
    behind: QuestionRun | None = None
    operation: Operation | None = None
    kept: bool = False

    @property
    def conversation(self) -> int:
        return self.ask.conversation

    def is_again(self) -> bool:
        """Whether it takes the place of an answer."""
        return bool(self.ask.turn) and not (self.ask.beside or self.ask.go_on)


def to_answer_anew(kept: Turn, question: str) -> Turn:
    """A turn that is to be answered again; its answer is among the earlier ones."""
    earlier = (*kept.earlier, kept.answer) if kept.answer is not None else kept.earlier
    return replace(kept, question=question, answer=None, state=RUNNING, earlier=earlier)


class QuestionRuns(QObject):
    """``began`` and ``ended`` carry a QuestionRun."""

    began = Signal(object)
    ended = Signal(object)

    def __init__(self, client: EngineClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self.all: list[QuestionRun] = []

    def start(self, ask: messages.Ask, turn: Turn, view: TurnView) -> QuestionRun:
        """Ask; a question of a conversation without an id waits for the one before it in the same view's conversation."""
        run = QuestionRun(ask, turn, view)
        self.all.append(run)
        self._send(run)
        return run

    def start_behind(self, first: QuestionRun, ask: messages.Ask, turn: Turn, view: TurnView) -> QuestionRun:
        """Ask as soon as ``first`` has given their conversation its id."""
        run = QuestionRun(ask, turn, view, behind=first)
        self.all.append(run)
        self._show_waiting()
        return run

    def of_view(self, view: TurnView) -> QuestionRun | None:
        """The run that writes into this view."""
        return next((run for run in self.all if run.view is view), None)

    def of_conversation(self, conversation: int) -> list[QuestionRun]:
        """The runs of a conversation, in the order they were asked."""
        return [run for run in self.all if run.conversation == conversation]

    def of_turn(self, turn: int) -> QuestionRun | None:
        """The last one that answers this turn."""
        return next((run for run in reversed(self.all) if turn and run.turn.id == turn and run.view is not None), None)

    def stop(self, run: QuestionRun) -> None:
        """The end comes by itself, unless it was not sent yet."""
        if run.operation is not None:
            run.operation.cancel()
        elif run.view is not None:
            run.view.stop()
            self._end(run)

    def _send(self, run: QuestionRun) -> None:
        run.behind = None
        run.operation = operation = self._client.request(lambda id_: msgspec.structs.replace(run.ask, id=id_))
        operation.progressed.connect(lambda message: self._progressed(run, message))
        operation.succeeded.connect(lambda result: self._answered(run, result))
        operation.failed.connect(lambda problem: self._failed(run, problem))
        operation.was_cancelled.connect(lambda: self._stopped(run))
        operation.ended.connect(lambda: self._end(run))
        self._show_waiting()

    # ---- what the engine says ----

    def _progressed(self, run: QuestionRun, message: object) -> None:
        if isinstance(message, messages.Began):
            self._begin(run, message.conversation, message.turn)
        if run.view is not None:
            run.view.take(message)

    def _begin(self, run: QuestionRun, conversation: int, turn: int) -> None:
        """It is kept under these ids."""
        if run.kept:
            return
        run.kept = True
        run.ask = msgspec.structs.replace(run.ask, conversation=conversation)
        run.turn = replace(run.turn, id=turn)
        if run.view is not None:
            run.view.turn_id = turn
        for other in [other for other in self.all if other.behind is run]:
            other.ask = msgspec.structs.replace(other.ask, conversation=conversation)
            self._send(other)
        self.began.emit(run)

    def _answered(self, run: QuestionRun, result: object) -> None:
        if not isinstance(result, messages.Answered):
            return
        self._begin(run, result.conversation, result.turn)
        answer, turn = result.answer, run.turn
        if run.ask.beside:
            run.turn = replace(turn, beside=(*turn.beside, answer))
        else:
            run.turn = replace(turn, answer=answer, state=STOPPED if answer.stopped else DONE)
        if run.view is None:
            return
        if run.is_again():
            run.view.show_turn(run.turn)
        else:
            run.view.finish(answer)

    def _failed(self, run: QuestionRun, problem: Problem) -> None:
        if not (run.ask.beside or run.ask.go_on):
            run.turn = replace(run.turn, state=FAILED)
        if run.view is not None:
            run.view.fail(problem)

    def _stopped(self, run: QuestionRun) -> None:
        if not (run.ask.beside or run.ask.go_on):
            run.turn = replace(run.turn, state=STOPPED)
        if run.view is not None:
            run.view.stop()

    def _end(self, run: QuestionRun) -> None:
        # Its signals hold the run, which holds them: a circle through Qt that Python cannot see and would keep for ever.
        run.operation = None
        self.all.remove(run)
        held = [other for other in self.all if other.behind is run]
        for other in held[1:]:
            other.behind = held[0]
        if held:  # the first one never began: the next one takes its place
            self._send(held[0])
        self._show_waiting()
        self.ended.emit(run)

    def _show_waiting(self) -> None:
        for place, run in enumerate(self.all):
            if run.view is not None:
                run.view.set_waiting(place > 0)
