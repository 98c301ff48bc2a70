# SPDX-License-Identifier: Apache-2.0
"""The choice of how hard reading may work.

By itself, always gently, at full speed; offered wherever reading is shown.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look.labels import set_plain_tooltip

CHOICES: tuple[Literal["auto", "on", "off"], ...] = ("auto", "on", "off")


def name(choice: str) -> str:
    """The choice in a few words."""
    return {"auto": tr("Gently when needed"), "on": tr("Always gently"), "off": tr("Full speed")}[choice]


def about(choice: str) -> str:
    """What the choice does, in a sentence."""
    return {
        "auto": tr("Full speed, but it gives way while you type and on battery."),
        "on": tr("Lowest priority, one file at a time, with rests: other programs come first."),
        "off": tr("As fast as this PC can; questions still go first."),
    }[choice]


def why(reason: str) -> str:
    """A word for the status strip and a sentence for its tooltip's reason: "chosen", "typing", "battery" or "memory"."""
    return {
        "chosen": tr("gently, as you chose"),
        "typing": tr("gently while you work here"),
        "battery": tr("gently, on battery"),
        "memory": tr("in small steps: memory is short"),
    }.get(reason, "")


class PaceMenu(QMenu):
    """The three choices, the one in force checked."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._choice = "auto"
        self.aboutToShow.connect(self._fill)
        self._fill()

    def set_choice(self, choice: str) -> None:
        """The choice in force: "auto", "on" or "off"."""
        self._choice = choice
        self._fill()

    def _fill(self) -> None:
        self.clear()
        group = QActionGroup(self)
        for choice in CHOICES:
            action = self.addAction(name(choice))
            set_plain_tooltip(action, about(choice))
            action.setCheckable(True)
            action.setChecked(choice == self._choice)
            action.triggered.connect(lambda _=False, choice=choice: self.chosen.emit(choice))
            group.addAction(action)
