# SPDX-License-Identifier: Apache-2.0
"""The language model contract: what answering needs of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from desktop_app.contract.model_process import ChatMessage, Generated
from desktop_app.foundation.cancellation import Cancellation


@dataclass(frozen=True, slots=True)
class Written:
    """A piece of what a model writes. ``thought``: for itself, before it answers. ``retracts``: ``text`` is what came as the answer so
    far, which turned out to be a thought; the answer begins anew."""

    text: str
    thought: bool = False
    retracts: bool = False


@dataclass(frozen=True, slots=True)
class Sampling:
    """``temperature`` 0 takes the likeliest token; else ``seed`` makes it repeatable. ``stops`` end the answer and are no part of it.
    ``grammar``: in llama.cpp's notation (GBNF); nothing is written that it does not allow."""

    temperature: float = 0.0
    seed: int = 0
    stops: tuple[str, ...] = ()
    grammar: str = ""


GREEDY = Sampling()


@dataclass(frozen=True, slots=True)
class Speed:
    """Tokens a second on this PC: of a prompt that is read, of an answer that is written. 0: not measured yet."""

    reads: float = 0.0
    writes: float = 0.0


Reading = Callable[[int, int], None]
"""Called with the prompt tokens read so far and how many are to be read."""


class LanguageModel(Protocol):
    """A loaded model. ``context`` is its usable context window in tokens."""

    @property
    def path(self) -> str:
        """The chosen file; "" for none."""
        ...

    @property
    def context(self) -> int:
        """Usable context window in tokens; 0 where nothing was loaded."""
        ...

    @property
    def speed(self) -> Speed:
        """Measured in the last generations, also of earlier starts of the program."""
        ...

    @property
    def last(self) -> Generated | None:
        """How the last generation ended; None when it was cancelled or failed."""
        ...

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text in the model's own vocabulary, special tokens excluded."""
        ...

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
        """Stream the answer, through the model's own chat template. A last message of the assistant is continued; where it begins with
        "<think>" and does not close it, whatever mark the model itself uses, the thought is.

        Ends early when ``cancel`` is set. Raises ``UsageProblem("question_too_long")`` with the tokens needed and available,
        ``InternalProblem`` for a grammar that llama.cpp does not read, and ``EnvironmentProblem``: "llm_silent" where nothing readable comes; "llm_crashed", "llm_load_failed", "llm_stalled" when the model
        process dies or hangs, and the next call starts it afresh.
        """
        ...

    def warm(self, messages: Sequence[ChatMessage], /, cancel: Cancellation) -> None:
        """Read the beginning that the next prompts share, so that it need not be read again. Nothing happens where it cannot be."""
        ...


Loading = Callable[[float], None]
"""Called with 0..1 while a model file is being loaded."""
