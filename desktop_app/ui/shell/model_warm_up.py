# SPDX-License-Identifier: Apache-2.0
"""Has the language model loaded while a question is still being typed."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation.settings import Settings


class ModelWarmUp(QObject):
    """Asks once for each model, and once more after the engine has stopped."""

    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._asked = ""
        client.stopped.connect(self._engine_stopped)

    def typed(self) -> None:
        """A key was pressed in the question box."""
        llm = self._settings.text("llm")
        if llm and llm != self._asked and self._client.state == "ready" and self._client.status.llm == "none":
            self.load(llm)

    def load(self, llm: str) -> None:
        """Load ``llm``, a GGUF file; "" unloads."""
        self._asked = llm
        self._client.request(lambda id_: messages.WarmUp(id=id_, llm=llm)).failed.connect(self.problem)

    def _engine_stopped(self, _: object) -> None:
        self._asked = ""
