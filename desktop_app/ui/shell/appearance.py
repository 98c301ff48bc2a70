# SPDX-License-Identifier: Apache-2.0
"""Language and theme of the window: applied at once, and kept."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from desktop_app.foundation import translation
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.look import theme, window_language


class Appearance(QObject):
    """``problem``: the choice holds, but could not be written down."""

    problem = Signal(object)

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings

    def choose_language(self, code: str) -> None:
        """``code``: one of ``translation.LANGUAGES``, or "auto" for the system's."""
        self._keep("language", code)
        self.use_language(self._held("language", code))

    def choose_theme(self, choice: str) -> None:
        """``choice``: a theme by its name, or "auto", like the system."""
        self._keep("theme", choice)
        self.use_theme(self._held("theme", choice))

    def _held(self, key: str, choice: str) -> str:
        """The choice, also where it could not be saved; what an administrator has set stays."""
        return self._settings.text(key) if self._settings.is_fixed(key) else choice

    @staticmethod
    def use_language(code: str) -> None:
        """Speak another language at once; nothing is kept."""
        window_language.use(code)

    @staticmethod
    def use_theme(choice: str) -> None:
        """Put another theme on at once; nothing is kept."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, choice)

    def commands(self) -> list[Command]:
        """The name of each language is the same in all of them."""
        themes = (
            ("light", tr("Light"), "sun"),
            ("dark", tr("Dark"), "moon"),
            ("light-contrast", tr("Light, high contrast"), "sun"),
            ("dark-contrast", tr("Dark, high contrast"), "moon"),
            ("auto", tr("Like the system"), "theme-auto"),
        )
        choose = [
            Command(
                f"theme.{choice}",
                title,
                partial(self.choose_theme, choice),
                icon=icon,
                hint=tr("Light or dark"),
                also=f"{choice} theme",
                checked=choice == theme.choice(),
            )
            for choice, title, icon in themes
        ]
        languages = {"auto": tr("Like the system"), **translation.LANGUAGES}
        choose += [
            Command(
                f"language.{code}",
                name,
                partial(self.choose_language, code),
                icon="globe",
                hint=tr("Language"),
                also="language 语言",
                checked=code == self._settings.text("language"),
            )
            for code, name in languages.items()
        ]
        return choose

    def _keep(self, key: str, value: str) -> None:
        problem = self._settings.keep(key, value)
        if problem is not None:
            self.problem.emit(problem)
