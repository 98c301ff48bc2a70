# SPDX-License-Identifier: Apache-2.0
"""Forwards typing activity and the throttle setting to the engine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation.settings import Settings, Value
from desktop_app.ui.library.library_panel import LibraryPanel
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.shell.status_strip import StatusStrip

_TYPING_MS = 1_000  # the engine hears of typing once in a while, not of every key


class IndexingThrottle(QObject):
    """``put`` keeps a setting and tells what goes wrong with that."""

    problem = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        settings: Settings,
        put: Callable[[str, Value], None],
        runs: RunController,
        library: LibraryPanel,
        strip: StatusStrip,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._put = put
        self._runs = runs
        self._library = library
        self._strip = strip
        self._told = QTimer(self)
        self._told.setSingleShot(True)
        self._told.setInterval(_TYPING_MS)
        strip.set_gentle(settings.text("indexing_throttle"))
        strip.gentle_chosen.connect(self.choose)
        library.gentle_chosen.connect(self.choose)

    def typed(self) -> None:
        """A key was pressed in a field that asks."""
        if self._runs.running and self._client.state == "ready" and not self._told.isActive():
            self._told.start()
            self._client.request(lambda id_: messages.Typing(id=id_))

    def choose(self, choice: Literal["auto", "on", "off"]) -> None:
        """How hard reading may work; in force at once."""
        self._put("indexing_throttle", choice)
        self._library.card.set_gentle(choice)
        self._strip.set_gentle(choice)
        if self._client.state == "ready":
            self._client.request(lambda id_: messages.Gentle(id=id_, gentle=choice)).failed.connect(self.problem)
