# SPDX-License-Identifier: Apache-2.0
"""Forwards typing activity and the throttle setting to the engine."""

from __future__ import annotations

from functools import partial
from typing import Literal, cast

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.library.run_controller import RunController
from desktop_app.ui.widgets import pace_menu

_TYPING_MS = 1_000  # the engine hears of typing once in a while, not of every key


class IndexingThrottle(QObject):
    """``changed`` carries the choice: "auto", "on" or "off"."""

    changed = Signal(str)
    problem = Signal(object)

    def __init__(self, client: EngineClient, settings: Settings, runs: RunController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._runs = runs
        self._recently_sent = QTimer(self)
        self._recently_sent.setSingleShot(True)
        self._recently_sent.setInterval(_TYPING_MS)

    def typed(self) -> None:
        """A key was pressed in a field that asks."""
        if self._runs.running and self._client.state == "ready" and not self._recently_sent.isActive():
            self._recently_sent.start()
            self._client.request(lambda id_: messages.Typing(id=id_))

    def choose(self, choice: Literal["auto", "on", "off"]) -> None:
        """How hard reading may work: "auto", "on" or "off"; in force at once, and kept."""
        problem = self._settings.keep("indexing_throttle", choice)
        if problem is not None:
            self.problem.emit(problem)
        self.tell()

    def tell(self) -> None:
        """The choice that is kept holds from now on."""
        choice = cast(Literal["auto", "on", "off"], self._settings.text("indexing_throttle"))
        self.changed.emit(choice)
        if self._client.state == "ready":
            self._client.request(lambda id_: messages.Gentle(id=id_, gentle=choice)).failed.connect(self.problem)

    def commands(self) -> list[Command]:
        return [
            Command(
                f"pace.{choice}",
                pace_menu.name(choice),
                partial(self.choose, choice),
                icon="pace",
                hint=tr("How hard reading may work"),
                also="gentle speed",
                checked=choice == self._settings.text("indexing_throttle"),
            )
            for choice in pace_menu.CHOICES
        ]
