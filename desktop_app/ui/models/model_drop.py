# SPDX-License-Identifier: Apache-2.0
"""Models that were dropped on the window: offered, never added.

What was dropped waits in a queue; one bar below the top of the window asks about one model after the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop_app.bridge.client import EngineClient
from desktop_app.contract.messages import SourcesAdded
from desktop_app.foundation.settings import Settings

if TYPE_CHECKING:
    from desktop_app.ui.models.model_drop_bar import ModelDropBar


class ModelDrop(QObject):
    """``chosen``: kind and path of a model to use from now on; ``documents_wanted``: a folder to be read although it holds a model."""

    chosen = Signal(str, str)
    documents_wanted = Signal(str)

    def __init__(self, client: EngineClient, settings: Settings, place: QBoxLayout, parent: QWidget) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._place = place
        self._parent = parent
        self.bar: ModelDropBar | None = None

    def offer(self, met: SourcesAdded) -> None:
        """Ask about the models among paths that were to be added."""
        if self.bar is None:
            from desktop_app.ui.models.model_drop_bar import ModelDropBar

            self.bar = ModelDropBar(self._client, self._settings, self._parent)
            self.bar.chosen.connect(self.chosen)
            self.bar.documents_wanted.connect(self.documents_wanted)
            self._place.insertWidget(1, self.bar)
        self.bar.ask(met.models, met.mixed)

    def retranslate(self) -> None:
        if self.bar is not None:
            self.bar.retranslate()
