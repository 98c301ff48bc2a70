# SPDX-License-Identifier: Apache-2.0
"""A language model that says what a test wants, and keeps what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from desktop_app.contract.model_process import ChatMessage, Generated
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.models.language_model import GREEDY, Reading, Sampling, Speed, Written


class Scripted:
    """``pieces``: what it says, or a function that makes it of the prompt. ``meanwhile`` is called with the number of each piece, before it."""

    path = "/模型/脚本.gguf"

    def __init__(
        self,
        pieces: Sequence[str | Written] | Callable[[Sequence[ChatMessage]], Sequence[str | Written]],
        context: int = 4096,
        meanwhile: Callable[[int], None] = lambda _n: None,
        last: Generated | None = None,
    ) -> None:
        self.context = context
        self._pieces = pieces
        self._meanwhile = meanwhile
        self._last = last
        self.asked: list[Sequence[ChatMessage]] = []
        self.max_tokens = 0

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        return [len(text) for text in texts]

    @property
    def speed(self) -> Speed:
        return Speed()

    @property
    def last(self) -> Generated | None:
        return self._last

    def warm(self, messages: Sequence[ChatMessage], /, cancel: Cancellation) -> None: ...

    def generate(
        self,
        messages: Sequence[ChatMessage],
        /,
        *,
        max_tokens: int,
        cancel: Cancellation,
        sampling: Sampling = GREEDY,
        reading: Reading | None = None,
    ) -> Iterator[Written]:
        self.asked.append(messages)
        self.max_tokens = max_tokens
        pieces = self._pieces(messages) if callable(self._pieces) else self._pieces
        for number, piece in enumerate(pieces):
            self._meanwhile(number)
            if cancel.cancelled:
                return
            yield piece if isinstance(piece, Written) else Written(piece)
