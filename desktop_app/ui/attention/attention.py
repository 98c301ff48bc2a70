# SPDX-License-Identifier: Apache-2.0
"""Notices while another window is in front, tray icon, global hot key.

What works on every desktop comes first: the entry in the task bar asks for attention, and the title says why, until the window is in front
again. With the icon in the tray (off by default) there is a notice, too. Icon and key are imported when they are switched on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication, QMainWindow

from desktop_app.contract.index_run import IndexProgress
from desktop_app.foundation.errors import EnvironmentProblem
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.translation import tr, trn
from desktop_app.ui.commands.command_registry import Command
from desktop_app.ui.look.announcer import announce

if TYPE_CHECKING:
    from desktop_app.ui.attention.tray_icon import TrayIcon
    from desktop_app.ui.attention.x11_hot_key import X11HotKey

TITLE = "Inkstone"
_LONG_RUN_SECONDS = 30.0  # a run that was shorter is no news: files that changed are read all the time


class Attention(QObject):
    """``called``: the window is wanted in front, by tray or key; ``quit_requested``: the program is to end. ``problem``: an icon or a key
    that was asked for cannot be had."""

    called = Signal()
    quit_requested = Signal()
    problem = Signal(object)

    def __init__(self, settings: Settings, window: QMainWindow) -> None:
        super().__init__(window)
        self._settings = settings
        self._window = window
        self._last: IndexProgress | None = None  # of the run under way
        self._tray: TrayIcon | None = None
        self._key: X11HotKey | None = None
        self._keys = ""
        self._told_of_tray = False
        window.installEventFilter(self)

    @property
    def stays_when_closed(self) -> bool:
        """Whether closing the window leaves the program in the tray."""
        return self._tray is not None and self._settings.flag("close_to_tray")

    # ---- what has ended ----

    def answered(self) -> None:
        """An answer is there."""
        self._tell(tr("The answer is ready"))

    def run_progressed(self, progress: IndexProgress | None) -> None:
        """How far reading is; None: it has ended."""
        if progress is not None:
            self._last = progress
            return
        last, self._last = self._last, None
        if last is not None and last.seconds >= _LONG_RUN_SECONDS:
            files = sum(last.counts.values())
            number = f"{files:,}"
            self._tell(trn("Reading has ended: {number} file", "Reading has ended: {number} files", files, number=number))

    def went_to_tray(self) -> None:
        """The window was closed and stays in the tray: said once, or it looks as if it had ended."""
        if self._tray is not None and not self._told_of_tray:
            self._told_of_tray = True
            self._tray.tell(tr("Inkstone goes on in the tray. Quit it from the menu of its icon."))

    def _tell(self, words: str) -> None:
        announce(self._window, words)
        if self._window.isActiveWindow():
            return
        self._window.setWindowTitle(f"{words} — {TITLE}")
        QApplication.alert(self._window)
        if self._tray is not None:
            self._tray.tell(words)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.WindowActivate:
            self._window.setWindowTitle(TITLE)
        return super().eventFilter(watched, event)

    # ---- icon and key ----

    def apply(self) -> None:
        """Let the settings hold from now on."""
        self._apply_tray()
        self._apply_key()

    def _apply_tray(self) -> None:
        wanted = self._settings.flag("tray_icon")
        if wanted and self._tray is None:
            from desktop_app.ui.attention import tray_icon

            if not tray_icon.available():
                self.problem.emit(EnvironmentProblem("tray_missing"))
            else:
                self._tray = tray_icon.TrayIcon(self)
                self._tray.show_requested.connect(self.called)
                self._tray.quit_requested.connect(self.quit_requested)
        elif not wanted and self._tray is not None:
            self._tray.remove()
            self._tray = None
        QApplication.setQuitOnLastWindowClosed(not self.stays_when_closed)

    def _apply_key(self) -> None:
        keys = self._settings.text("hot_key")
        if keys == self._keys:
            return
        self._keys = keys
        if self._key is not None:
            self._key.release()
        if keys == "off":
            return
        from desktop_app.ui.attention import x11_hot_key

        if not x11_hot_key.offered():
            self.problem.emit(EnvironmentProblem("hot_key_unsupported"))
            return
        if self._key is None:
            self._key = x11_hot_key.X11HotKey(self)
            self._key.pressed.connect(self.called)
        if not self._key.grab(keys):
            self.problem.emit(EnvironmentProblem("hot_key_taken", keys=keys))

    def close(self) -> None:
        """Give up icon and key: the next window of this program is to have them."""
        if self._key is not None:
            self._key.release()
        if self._tray is not None:
            self._tray.remove()
            self._tray = None
        QApplication.setQuitOnLastWindowClosed(True)

    def commands(self) -> list[Command]:
        return [Command("quit", tr("Quit Inkstone"), self.quit_requested.emit, "Ctrl+Q", icon="close", also="exit quit")]
