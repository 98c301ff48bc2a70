# SPDX-License-Identifier: Apache-2.0
"""Keeps questions of a conversation and their answers.

    begin -> (waits for the question before it) -> answering -> done | stopped | failed
                                                    killed -> interrupted, as the next start finds it

What was shown is kept: a question that fails or is stopped after its quotes came keeps them, with the reason.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from desktop_app.answering.asked import Asked
from desktop_app.answering.listener import Listener
from desktop_app.contract.answer import Answer
from desktop_app.contract.conversation import DONE, FAILED, INTERRUPTED, STOPPED
from desktop_app.foundation.cancellation import Cancellation, Cancelled
from desktop_app.foundation.errors import Problem, as_problem
from desktop_app.library.conversation_store import ConversationStore

log = logging.getLogger(__name__)

AGAIN, BESIDE, GO_ON = "again", "beside", "go_on"
"""What is wanted of a turn that has an answer: another in its place, another beside it, the rest of it."""

# The answers before a question that it may lean on; reading 500 whole ones would take longer than finding the first quote.
_EARLIER = 40


@dataclass(frozen=True, slots=True)
class KeptTurn:
    """A turn that waits for its answer. ``answer``: what it has already, where ``wanted`` leaves that in place."""

    conversation: int
    turn: int
    wanted: str = ""
    answer: Answer | None = None


@dataclass(slots=True)
class OpenTurn:
    """A question while it is being answered: ``asked`` with the conversation before it, the ``listener`` to report to, and the ``answer``,
    which is set by whoever answers; until then it is what was quoted."""

    asked: Asked
    listener: Listener
    answer: Answer


class KeptTurns:
    """Turns of the conversations in ``store``. Thread-safe."""

    def __init__(self, store: ConversationStore) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._running: dict[int, tuple[KeptTurn, Cancellation]] = {}
        self._closing = False

    def begin(self, asked: Asked, cancel: Cancellation, *, conversation: int, turn: int = 0, wanted: str = "") -> KeptTurn:
        """Keep ``asked`` as a new turn of the conversation (0: a new one), or answer ``turn`` again as ``wanted``. One that is gone becomes a
        new one."""
        kept = self._more(asked, conversation, turn, wanted) or KeptTurn(
            *self._store.begin(conversation, asked.question, asked.scope, asked.preset)
        )
        with self._guard:
            self._running[kept.turn] = kept, cancel
        return kept

    def _more(self, asked: Asked, conversation: int, turn: int, wanted: str) -> KeptTurn | None:
        if not turn:
            return None
        if wanted in (BESIDE, GO_ON):
            answer = self._store.begin_more(conversation, turn)
            if answer is not None:
                return KeptTurn(conversation, turn, wanted, answer)
        again = self._store.begin_again(conversation, turn, asked.question, asked.scope, asked.preset)
        return KeptTurn(conversation, turn, AGAIN) if again else None

    @contextmanager
    def answering(self, kept: KeptTurn | None, asked: Asked, listener: Listener, cancel: Cancellation) -> Iterator[OpenTurn]:
        """The turn for ``asked``, answered within ``with`` and kept as it ends; nothing is kept without ``kept``.

        An error is kept with what was quoted and raised. A cancel is raised as ``Cancelled`` unless there are quotes, which are the answer
        then.
        """
        turn = OpenTurn(asked, listener, Answer(asked.question, "", found=False, mode="extractive"))
        if kept is None:
            yield turn
            return
        nothing = turn.answer

        def quoted(answer: Answer) -> None:
            turn.answer = answer
            listener.quoted(answer)

        turn.listener = replace(listener, quoted=quoted)
        try:
            cancel.check()  # it may have been deleted while it waited
            earlier = tuple(one for one in self._store.answers_before(kept.turn, _EARLIER) if one.text)
            turn.asked = replace(asked, earlier=earlier, go_on=kept.answer if kept.wanted == GO_ON else None)
            yield turn
        except Cancelled:
            if turn.answer is nothing or kept.answer is not None:
                self.stop(kept)
                raise
            turn.answer = replace(turn.answer, stopped=True)
        except Exception as error:
            problem = as_problem(error)
            self._end(kept, FAILED, replace(turn.answer, problem=problem.code, problem_data=problem.data))
            raise
        try:
            self._end(kept, self._stopped if turn.answer.stopped else DONE, turn.answer)
        except Problem as problem:  # a full disk must not cost the answer; the next start finds the question interrupted
            log.warning("an answer cannot be kept: %s", problem)

    def stop(self, kept: KeptTurn) -> None:
        """It was stopped before anything was shown."""
        self._end(kept, self._stopped, None)

    @property
    def _stopped(self) -> str:
        return INTERRUPTED if self._closing else STOPPED

    def _end(self, kept: KeptTurn, state: str, answer: Answer | None) -> None:
        with self._guard:
            self._running.pop(kept.turn, None)
        if kept.answer is not None and (answer is None or state == FAILED):
            self._store.leave(kept.turn)
        elif kept.wanted == BESIDE and answer is not None:
            self._store.finish_beside(kept.turn, answer)
        else:
            self._store.finish(kept.turn, state, answer)

    def delete(self, conversation: int) -> None:
        """Delete a conversation; what is being answered in it is stopped."""
        with self._guard:
            for kept, cancel in self._running.values():
                if kept.conversation == conversation:
                    cancel.cancel()
        self._store.delete(conversation)

    def close(self) -> None:
        """What is stopped from now on is kept as interrupted: the program ends."""
        self._closing = True
