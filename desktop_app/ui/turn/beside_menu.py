# SPDX-License-Identifier: Apache-2.0
"""The menu of models that can answer beside the one that did.

They are looked for when the menu is opened.
"""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.bridge.client import EngineClient
from desktop_app.contract import messages
from desktop_app.foundation.settings import Settings
from desktop_app.ui.turn.turn_view import TurnView


class BesideMenu(QObject):
    """Asks the engine what lies in the model folder whenever ``turn`` wants to know."""

    def __init__(self, client: EngineClient, settings: Settings, turn: TurnView) -> None:
        super().__init__(turn)
        self._client = client
        self._settings = settings
        self._turn = turn
        turn.models_wanted.connect(self._look)

    def _look(self) -> None:
        folder = self._settings.text("model_folder")
        operation = self._client.request(lambda id_: messages.Models(id=id_, folder=folder))
        operation.succeeded.connect(self._listed)
        operation.failed.connect(lambda _: self._turn.offer_models(()))

    def _listed(self, result: object) -> None:
        if isinstance(result, messages.ModelsResult):
            self._turn.offer_models(result.entries)
