# SPDX-License-Identifier: Apache-2.0
"""One generation of a language model, reported while it goes on.

A beginning that may become a refusal ("I could not find …") is held back until it is none: quotes are shown in the place of a refusal.
"""

from __future__ import annotations

import os
import time
from typing import Any

from desktop_app.answering import prompt
from desktop_app.answering.listener import Listener
from desktop_app.answering.texts import fixed_texts
from desktop_app.contract.preset import Preset
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.language_model import LanguageModel, Sampling

_PACE_KNOWN = 0.5  # seconds of reading after which its own pace is believed rather than an earlier one


class Writing:
    """``made``: the prompt; ``since``: when the question was asked (``time.perf_counter``), for the time to the first token; ``before`` and
    ``thought``: what the model wrote and thought already, where it goes on.

    ``thought`` grows with what it thinks; ``timings``: seconds to the first token.
    """

    def __init__(
        self,
        model: LanguageModel,
        made: prompt.Prompt,
        preset: Preset,
        listener: Listener,
        cancel: Cancellation,
        since: float,
        before: str = "",
        thought: str = "",
    ) -> None:
        self._model = model
        self._made = made
        self._preset = preset
        self._listener = listener
        self._cancel = cancel
        self._since = since
        self._written = before
        self._held = ""
        self.thought = thought
        self.timings: dict[str, float] = {}
        self._started = time.perf_counter()

    def run(self) -> str:
        """Everything that was written, with what was written before."""
        for piece in self._model.generate(
            self._made.messages,
            max_tokens=self._made.longest,
            cancel=self._cancel,
            sampling=Sampling(self._preset.temperature),
            reading=self._reading,
        ):
            if piece.thought:
                if piece.retracts:  # what seemed to be the answer was this thought
                    self._written = self._held = ""
                self.thought += piece.text
                self._listener.thought(piece.text)
                continue
            self.timings.setdefault("first_token", time.perf_counter() - self._since)
            self._written += piece.text
            self._held += piece.text
            if not fixed_texts.may_become_refusal(self._written):
                self.say_rest()
        return self._written

    def say_rest(self) -> None:
        """Report what was held back."""
        if self._held:
            self._listener.token(self._held)
            self._held = ""

    def _reading(self, done: int, total: int) -> None:
        taken, speed = time.perf_counter() - self._started, self._model.speed.reads
        pace = done / taken if done and taken > _PACE_KNOWN else speed
        self._listener.reading(done, total, (total - done) / pace if pace else -1.0)

    @property
    def stopped(self) -> bool:
        """Whether it was cancelled."""
        return self._cancel.cancelled

    @property
    def finish(self) -> str:
        """Why it ended: as ``Generated.finish``, "thought" within a thought, or "cancelled"."""
        last = self._model.last
        if self.stopped or last is None:
            return "cancelled" if self.stopped else ""
        return "thought" if last.in_thought else last.finish

    @property
    def tokens(self) -> dict[str, int]:
        """Tokens of the prompt, those of it that were reused, and those written."""
        last = self._model.last
        return {"prompt": last.prompt_tokens, "reused": last.reused, "written": last.tokens} if last else {}


def too_long(made: prompt.Prompt, model: LanguageModel) -> dict[str, Any]:
    """``Answer.problem`` of a question that leaves no room for a passage."""
    return {"problem": "question_too_long", "problem_data": {"needed": str(made.needed), "available": str(model.context)}}


def reading_speed(model: LanguageModel) -> float:
    """Prompt tokens a second, measured or guessed by the size of the file; 0.0 where it is not there."""
    if model.speed.reads:
        return model.speed.reads
    try:
        return prompt.guessed_speed(os.path.getsize(model.path))
    except OSError:
        return 0.0
