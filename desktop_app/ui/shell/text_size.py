# SPDX-License-Identifier: Apache-2.0
"""Size of the text in the whole window: larger, smaller, usual.

The system's own text size is followed where it is known; this comes on top of it. Everything is drawn anew at once, pictures and pages
have a zoom of their own.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.look import theme

_USUAL = 100


class TextSize(QObject):
    """``problem``: the size holds, but could not be written down."""

    problem = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def step(self, by: int) -> None:
        """To the next larger (1) or smaller (-1) size, if there is one."""
        steps = theme.TEXT_ZOOM_STEPS
        now = self._settings.number("text_zoom")
        nearest = min(range(len(steps)), key=lambda at: abs(steps[at] - now))
        self.choose(steps[min(max(nearest + by, 0), len(steps) - 1)])

    def choose(self, percent: int) -> None:
        """Draw text at ``percent`` of its usual size from now on."""
        problem = self._settings.keep("text_zoom", percent)
        if problem is not None:
            self.problem.emit(problem)
        self.use(self._settings.number("text_zoom"))

    @staticmethod
    def use(percent: int) -> None:
        """Draw text at another size at once; nothing is kept."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.set_text_zoom(app, percent)

    def commands(self) -> list[Command]:
        """Ctrl+= is Ctrl++ on a keyboard whose plus needs Shift."""
        now = self._settings.number("text_zoom")
        hint = f"{now} %"
        return [
            Command("text.larger", tr("Larger text"), lambda: self.step(1), "Ctrl++", now < theme.TEXT_ZOOM_STEPS[-1], "text-larger", hint, "zoom font size"),
            Command("text.larger.unshifted", "", lambda: self.step(1), "Ctrl+=", help=tr("Larger text")),
            Command("text.smaller", tr("Smaller text"), lambda: self.step(-1), "Ctrl+-", now > theme.TEXT_ZOOM_STEPS[0], "text-smaller", hint, "zoom font size"),
            Command("text.usual", tr("Text at its usual size"), lambda: self.choose(_USUAL), "Ctrl+0", now != _USUAL, "text-usual", hint, "zoom font size"),
        ]  # fmt: skip
