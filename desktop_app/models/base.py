"""The language model contract: what answering needs, whoever runs the model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from desktop_app.contract.model_process import ChatMessage
from desktop_app.foundation.cancellation import Cancellation


class LanguageModel(Protocol):
    """A loaded model. ``context`` is its usable context window in tokens."""

    @property
    def path(self) -> str: ...

    @property
    def context(self) -> int: ...

    def count_tokens(self, texts: Sequence[str], /) -> list[int]:
        """Tokens of each text in the model's own vocabulary, special tokens excluded."""
        ...

    def generate(self, messages: Sequence[ChatMessage], /, *, max_tokens: int, cancel: Cancellation) -> Iterator[str]:
        """Stream the answer, through the model's own chat template, at temperature 0.

        Ends early when ``cancel`` is set. Raises ``EnvironmentProblem`` ("llm_crashed", "llm_load_failed", "llm_stalled") when
        the model process dies or hangs; the next call starts it afresh.
        """
        ...


Loading = Callable[[float], None]
"""Called with 0..1 while a model file is being loaded."""
