# SPDX-License-Identifier: Apache-2.0
"""The icon in the system tray, with a menu and notices."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from desktop_app.foundation.translation import tr
from desktop_app.ui.look import icons, window_language


class TrayIcon(QObject):
    """``show_requested`` on a click; ``quit_requested`` from its menu."""

    show_requested = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._menu = QMenu()
        self._show = self._menu.addAction("", self.show_requested.emit)
        self._menu.addSeparator()
        self._quit = self._menu.addAction("", self.quit_requested.emit)
        self._icon = QSystemTrayIcon(icons.app_icon(), self)
        self._icon.setContextMenu(self._menu)
        self._icon.setToolTip("Inkstone")
        self._icon.messageClicked.connect(self.show_requested)
        self._icon.activated.connect(self._activated)
        self.retranslate()
        window_language.notifier.language_changed.connect(self.retranslate)
        self._icon.show()

    def tell(self, words: str) -> None:
        """A notice beside the icon; the desktop takes it away by itself."""
        self._icon.showMessage("Inkstone", words, icons.app_icon())

    def remove(self) -> None:
        """No icon any more."""
        self._icon.hide()
        self._menu.deleteLater()
        self.deleteLater()

    def retranslate(self) -> None:
        self._show.setText(tr("Show Inkstone"))
        self._quit.setText(tr("Quit Inkstone"))

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason is not QSystemTrayIcon.ActivationReason.Context:
            self.show_requested.emit()


def available() -> bool:
    """Whether the desktop has a tray."""
    return QSystemTrayIcon.isSystemTrayAvailable()
