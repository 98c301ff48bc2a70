# SPDX-License-Identifier: Apache-2.0
"""Remembers which questions are answered again when all files are read.

One that found nothing while files were still to be read is remembered by itself, once; any other one when the person wishes it. It is
remembered as long as the window is open, and the turn says so.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.contract import messages
from desktop_app.contract.conversation import Turn
from desktop_app.contract.passage import NONE
from desktop_app.ui.conversation.question_runs import QuestionRun


class WhenRead(QObject):
    """``due`` carries what was asked (``messages.Ask``) and its kept turn, once all files are read. ``changed``: tell the turns again."""

    due = Signal(object, object)
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.files = -1
        self.unread = 0
        self._waiting: dict[int, tuple[messages.Ask, Turn]] = {}
        self._asks: dict[int, messages.Ask] = {}  # how the turns of this session were asked whose answers came early
        self._repeated: dict[int, int] = {}  # the conversation of each turn that is not answered again by itself

    def waits(self, turn: int) -> bool:
        """Whether a turn is answered again when all files are read."""
        return turn in self._waiting

    def set_library(self, files: int, unread: int) -> None:
        """So many files the library has, and so many of them are still to be read."""
        if (files, unread) != (self.files, self.unread):
            self.files, self.unread = files, unread
            self.changed.emit()
        if files > 0 and not unread:  # a few files are read between two looks, and never seen as unread
            waiting, self._waiting = self._waiting, {}
            for turn, (ask, kept) in waiting.items():
                self._repeated[turn] = ask.conversation
                self.due.emit(ask, kept)

    def consider(self, run: QuestionRun) -> None:
        """A question has ended."""
        from desktop_app.ui.turn.turn_unread import is_early  # with the first answer, as all of a turn

        turn, answer = run.turn, run.turn.answer
        if not turn.id or run.ask.beside:
            return
        self._waiting.pop(turn.id, None)
        if answer is not None and is_early(answer):
            self._asks[turn.id] = run.ask
        if answer is None or answer.certainty != NONE or answer.stopped or not is_early(answer) or turn.id in self._repeated:
            return
        self._waiting[turn.id] = (run.ask, turn)

    def wish(self, ask: messages.Ask, turn: Turn, *, wanted: bool) -> None:
        """The person wants ``turn`` answered again when all is read, or leaves it as it is. ``ask``: how, unless it was asked just now."""
        if wanted:
            self._waiting[turn.id] = (self._asks.get(turn.id, ask), turn)
        else:
            self._waiting.pop(turn.id, None)
            self._repeated[turn.id] = ask.conversation
        self.changed.emit()

    def forget(self, conversation: int) -> None:
        """A conversation was deleted."""
        self._waiting = {turn: one for turn, one in self._waiting.items() if one[0].conversation != conversation}
        self._asks = {turn: ask for turn, ask in self._asks.items() if ask.conversation != conversation}
        self._repeated = {turn: place for turn, place in self._repeated.items() if place != conversation}
