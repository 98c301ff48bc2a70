# SPDX-License-Identifier: Apache-2.0
"""The choice of text recognition: automatic, always or off.

A button with a menu for the ledger, and words for the palette.

The setting holds from the next reading on; the engine knows which files it concerns (``Catalogue.note_ocr``).
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons
from desktop_app.ui.look.labels import set_plain_tooltip

MODES = ("auto", "always", "off")


def name(mode: str) -> str:
    """The mode in a word."""
    return {"auto": tr("automatic"), "always": tr("always"), "off": tr("off")}[mode]


def explanation(mode: str) -> str:
    """What the choice does, in a sentence."""
    return {
        "auto": tr("Automatic: pages and pictures that have no text of their own are recognised, after all other files."),
        "always": tr("Always: every page of every PDF is recognised, even where it has text. This is slow."),
        "off": tr("Off: scans and pictures stay without text; what was recognised before stays searchable."),
    }[mode]


def title(mode: str) -> str:
    """The words of the button and of the palette."""
    return tr("Text recognition: {mode}", mode=name(mode))


class OcrChoice(QPushButton):
    """``wanted``: the user picked a mode; nothing is saved yet."""

    wanted = Signal(str)

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(icons.icon("file-text", "quiet"), "", parent)
        self._settings = settings
        self.setAutoDefault(False)
        menu = QMenu(self)
        group = QActionGroup(menu)
        self._actions = {mode: menu.addAction("") for mode in MODES}
        for mode, action in self._actions.items():
            action.setCheckable(True)
            action.triggered.connect(lambda _=False, mode=mode: self.wanted.emit(mode))
            group.addAction(action)
        self.setMenu(menu)
        self.retranslate()

    def retranslate(self) -> None:
        now = self._settings.text("ocr")
        self.setText(title(now))
        set_plain_tooltip(self, explanation(now))
        for mode, action in self._actions.items():
            action.setText(explanation(mode))
            action.setChecked(mode == now)
