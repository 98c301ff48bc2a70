# SPDX-License-Identifier: Apache-2.0
"""The language model in use, if any: loaded on demand, in its own process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from desktop_app.answering import prompt
from desktop_app.contract.model_process import ChatMessage
from desktop_app.embedding.choosing.sample_texts import sample_texts
from desktop_app.engine.measured import MeasuredSpeeds
from desktop_app.foundation import translation
from desktop_app.foundation.cancellation import Cancellation
from desktop_app.foundation.policy import policy_limits
from desktop_app.models.language_model import LanguageModel, Loading, Speed
from desktop_app.models.process import ModelProcess

_TEXTS, _CHARACTERS, _WRITTEN = 8, 700, 32  # what a model is timed on, and the tokens it writes


class LanguageModelSlot:
    """Thread-safe. ``changed`` is called, from any thread, when ``state`` has changed."""

    def __init__(self, speeds: MeasuredSpeeds, changed: Callable[[], None]) -> None:
        self.process = ModelProcess(speeds=speeds)
        self._changed = changed
        self._loading = False
        self._guard = threading.Lock()

    @property
    def state(self) -> str:
        """ "none", "loading", "ready" or "failed"."""
        if self._loading:
            return "loading"
        return "ready" if self.process.loaded else "failed" if self.process.path else "none"

    def load(self, path: str, loading: Loading, cancel: Cancellation) -> LanguageModel:
        """The model of the GGUF file ``path``, loaded now unless it already is; ``loading`` is called with the share that is loaded, 0..1.
        Raises ``Cancelled``, or the ``Problem`` of a model that cannot be loaded."""
        policy_limits.check_fixed("llm", path)
        policy_limits.check_model(path)
        with self._guard:
            if not self._has(path):
                self._loading = True
                self._changed()
            try:
                self.process.load(path, loading, cancel)
            finally:
                self._loading = False
                self._changed()
        return self.process

    def load_ahead(self, path: str, loading: Loading, cancel: Cancellation) -> None:
        """Load the model before it is asked, and let it read what its prompts begin with. It reads beside everything else, and gives way to
        a question. Raises ``Cancelled``, or the ``Problem`` of a model that cannot be loaded."""
        known = self._has(path)
        model = self.load(path, loading, cancel)
        if not known:  # else it holds a conversation, which would be forgotten for it
            beginning = prompt.beginning("zh" if translation.current().startswith("zh") else "en")
            threading.Thread(target=model.warm, args=(beginning, Cancellation()), name="reading ahead", daemon=True).start()

    def measure(self, path: str, loading: Loading, cancel: Cancellation) -> Speed:
        """Load a model and time it on a text of some 300 tokens, in seconds on most PCs; it stays loaded. Raises as ``load``."""
        model = self.load(path, loading, cancel)
        text = " ".join(sample_texts(_TEXTS))[:_CHARACTERS]
        asked = [ChatMessage("user", f"{text}\n\nSummarise the text above. 请概括上文。")]
        for _ in model.generate(asked, max_tokens=_WRITTEN, cancel=cancel):
            pass
        cancel.check()
        return model.speed

    def unload(self) -> None:
        """Free the memory of the model."""
        with self._guard:
            self.process.unload()
        self._changed()

    def close(self) -> None:
        """End the process."""
        self.process.close()

    def _has(self, path: str) -> bool:
        return self.process.loaded and self.process.path == path
