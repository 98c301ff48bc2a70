# SPDX-License-Identifier: Apache-2.0
"""Help and what belongs to it: keys, news, privacy, licences, diagnosis.

One dialog with a list at its left; a page is imported and made when it is first opened.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import theme, window_language
from desktop_app.ui.look.fitting import resize_to_fit
from desktop_app.ui.look.seen_order import SeenOrder
from desktop_app.ui.pages.page_list import PageList
from desktop_app.ui.widgets import escape_key

if TYPE_CHECKING:
    from desktop_app.bridge.client import EngineClient
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.commands.command_registry import CommandRegistry
    from desktop_app.ui.pages.help_page import HelpPage


class HelpDialog(SeenOrder, QDialog):
    """``open_page`` shows one of ``PAGES``."""

    PAGES = ("help", "news", "privacy", "licences", "diagnosis", "about")

    def __init__(
        self, client: EngineClient, settings: Settings, registry: CommandRegistry, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._client = client
        self._settings = settings
        self._registry = registry
        self.pages: dict[str, HelpPage] = {}
        self.setModal(False)
        resize_to_fit(self, 940, 680)
        self.list = PageList(self)
        self.list.chosen.connect(self._show)
        self._stack = QStackedWidget(self)
        side = QFrame(self)
        side.setProperty("role", "panel")
        beside = QVBoxLayout(side)
        beside.setContentsMargins(theme.SPACE_S, theme.SPACE_L, theme.SPACE_S, theme.SPACE_S)
        beside.addWidget(self.list)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(side)
        row.addWidget(self._stack, 1)
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)

    def open_page(self, name: str) -> None:
        """Show the dialog with the page ``name``, up to date."""
        self.list.show_page(name)
        self._show(name)
        self.show()
        self.raise_()
        self.activateWindow()
        self.pages[name].take_focus()

    def retranslate(self) -> None:
        self.setWindowTitle(tr("Help"))
        self.list.setAccessibleName(tr("Pages"))
        self.list.set_pages(
            [
                ("help", "keyboard", tr("First steps and keys")),
                ("news", "news", tr("What is new")),
                ("privacy", "shield-check", tr("Privacy")),
                ("licences", "scroll", tr("Licences")),
                ("diagnosis", "pulse", tr("Diagnosis")),
                ("about", "info", tr("About Inkstone")),
            ]
        )
        for page in self.pages.values():
            page.retranslate()
            page.name_area()

    def _show(self, name: str) -> None:
        if name not in self.pages:
            page = self.pages[name] = self._makers()[name]()
            self._stack.addWidget(page)
        page = self.pages[name]
        self._stack.setCurrentWidget(page)
        page.refresh()
        page.name_area()

    def _makers(self) -> dict[str, Callable[[], HelpPage]]:
        def keys() -> HelpPage:
            from desktop_app.ui.pages.keys_page import KeysPage

            return KeysPage(self._registry, self)

        def news() -> HelpPage:
            from desktop_app.ui.pages.news_page import NewsPage

            return NewsPage(self)

        def privacy() -> HelpPage:
            from desktop_app.ui.pages.privacy_page import PrivacyPage

            return PrivacyPage(self._client, self)

        def licences() -> HelpPage:
            from desktop_app.ui.pages.licences_page import LicencesPage

            return LicencesPage(self)

        def diagnosis() -> HelpPage:
            from desktop_app.ui.pages.diagnosis_page import DiagnosisPage

            return DiagnosisPage(self._client, self._settings, self)

        def about() -> HelpPage:
            from desktop_app.ui.pages.about_page import AboutPage

            page = AboutPage(self)
            page.page_requested.connect(self.open_page)
            return page

        return {"help": keys, "news": news, "privacy": privacy, "licences": licences, "diagnosis": diagnosis, "about": about}

    def event(self, event: QEvent) -> bool:
        return escape_key.kept(event) or super().event(event)
