# SPDX-License-Identifier: Apache-2.0
"""Puts a setting into effect that was changed on the settings page.

The page has saved it; a setting that is looked up each time it is needed wants nothing here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop_app.contract import messages

if TYPE_CHECKING:
    from desktop_app.bridge.client import EngineClient
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.library.run_controller import RunController
    from desktop_app.ui.shell.appearance import Appearance
    from desktop_app.ui.shell.indexing_throttle import IndexingThrottle
    from desktop_app.ui.shell.text_size import TextSize


class SettingEffects(QObject):
    """``problem``: the engine refused."""

    problem = Signal(object)

    def __init__(
        self,
        client: EngineClient,
        settings: Settings,
        appearance: Appearance,
        text_size: TextSize,
        throttle: IndexingThrottle,
        runs: RunController,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._effects: dict[str, Callable[[], object]] = {
            "language": lambda: appearance.use_language(settings.text("language")),
            "theme": lambda: appearance.use_theme(settings.text("theme")),
            "text_zoom": lambda: text_size.use(settings.number("text_zoom")),
            "indexing_throttle": throttle.tell,
            "ocr": runs.start,  # what the choice concerns is read again, nothing else
            "watch": self._watch,
        }

    def apply(self, key: str) -> None:
        """Let the value of a setting hold from now on."""
        effect = self._effects.get(key)
        if effect is not None:
            effect()

    def on(self, keys: Iterable[str], effect: Callable[[], object]) -> None:
        """Call ``effect`` when one of these settings was changed."""
        self._effects.update(dict.fromkeys(keys, effect))

    def _watch(self) -> None:
        on = self._settings.flag("watch")
        if self._client.state == "ready":
            self._client.request(lambda id_: messages.Watch(id=id_, watched=on)).failed.connect(self.problem)
