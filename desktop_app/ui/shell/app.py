# SPDX-License-Identifier: Apache-2.0
"""Starts the window: Qt, theme, language, frame, then the engine.

    QApplication -> theme, language -> frame shown -> first picture -> parts filled in -> engine process started -> ... -> ended

The user sees the window before the engine's process exists; what the first picture does not need is imported after it.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from types import TracebackType

from PySide6.QtCore import QLibrary, QMessageLogContext, Qt, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QGuiApplication

import desktop_app.bridge  # noqa: F401 - makes Qt safe on Python 3.11, before its first object
from desktop_app import __version__
from desktop_app.foundation import known_libraries, paths
from desktop_app.foundation.known_libraries import KnownLibraries
from desktop_app.foundation.policy import policy_in_force
from desktop_app.foundation.settings import Settings
from desktop_app.foundation.shown import shown_name
from desktop_app.ui.look import icons, theme, window_language
from desktop_app.ui.shell.main_window import MainWindow

log = logging.getLogger(__name__)

_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}
_LONGEST_QT = 300  # characters: what Qt says of a font, a picture or the display fits; a text it might quote does not


def display_usable() -> bool:
    """Whether Qt's X11 plugin will load; without this library it ends the whole process instead of saying so."""
    if sys.platform != "linux" or not os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return QLibrary("libxcb-cursor.so.0").load()


def main(settings: Settings, library: str, paths_given: Sequence[str] = ()) -> int:
    """Show the window of ``library`` until it is closed, with a question about ``paths_given``. Needs a display; whoever calls this has made sure of one."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = theme.application([sys.argv[0] if sys.argv else "inkstone"])
    app.setApplicationName("inkstone")
    app.setApplicationDisplayName("Inkstone")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("org.inkstone.Inkstone")
    sys.excepthook = _unexpected
    qInstallMessageHandler(_qt_says)
    window_language.use(settings.text("language"))
    theme.set_text_zoom(app, settings.number("text_zoom"))
    theme.apply(app, settings.text("theme"))
    app.setWindowIcon(icons.app_icon())
    open_window(settings, library, paths_given).first_shown.connect(_collect_garbage)
    return app.exec()


_windows: list[MainWindow] = []  # the one there is, and while it changes libraries the one before


def open_window(settings: Settings, library: str, paths_given: Sequence[str] = ()) -> MainWindow:
    """A window on ``library``; the engine is started after its first picture."""
    window = MainWindow(settings, library=library)
    _windows.append(window)
    window.first_shown.connect(lambda: _begin(window, library, paths_given))
    window.reopen_requested.connect(lambda folder: _reopen(window, folder))
    window.show()
    return window


def _reopen(window: MainWindow, library: str) -> None:
    """Show another library. The new window stands where the old one stood before that closes; its engine has ended already."""
    window.keep_shape()
    open_window(window.settings, library)
    window.close_for_good()
    _windows.remove(window)
    window.deleteLater()


def _begin(window: MainWindow, library: str, paths_given: Sequence[str]) -> None:
    """The first picture is on the screen: now the log, the parts, then the engine. Closing the window ends the engine."""
    import signal

    from desktop_app.bridge.client import EngineClient
    from desktop_app.ui.shell.show_requests import ShowRequests

    _start_log()
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop never returns to Python's own handler
    requests = ShowRequests(paths.home(), window)
    requests.requested.connect(window.come_forward)
    if not policy_in_force.in_force().allows("copy"):
        from desktop_app.ui.attention.copy_guard import CopyGuard

        CopyGuard(window).problem.connect(window.show_problem)
    KnownLibraries(paths.home() / known_libraries.FILE).opened(library)
    client = EngineClient(library, parent=window)
    window.fill(client)
    requests.paths_given.connect(lambda given: _ask_about(window, given))
    if paths_given:
        _ask_about(window, paths_given)
    client.start()


def _ask_about(window: MainWindow, given: Sequence[str]) -> None:
    """Ask in the window about folders and files that the program was started with."""
    from desktop_app.ui.library.asked_paths import AskedPaths

    question = window.findChild(AskedPaths)
    if question is None:
        question = AskedPaths(window.runs, window)
        question.only_wanted.connect(window.centre.ask_only_in)
        window.put_on_top(question)
    question.ask_about(given)


def _collect_garbage() -> None:
    """From now on. What was made until now, Qt's types above all, lives as long as the program: no collection looks it through again."""
    gc.freeze()
    gc.enable()


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error in a slot is our bug: it goes to the log (``logs/window.log``), the window stays."""
    _start_log()
    log.error("unexpected error in the window", exc_info=(kind, error, trace))


def _qt_says(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
    """Qt's own warnings go where ours go; a window that was started by its icon has no terminal to show them."""
    _start_log()
    logging.getLogger(f"qt.{context.category or 'default'}").log(_LEVELS[kind], "%s", shown_name(message, _LONGEST_QT))


@lru_cache(maxsize=1)
def _start_log() -> None:
    """Once, with the first picture or the first thing to tell: opening the log would hold the picture up."""
    from desktop_app.foundation import logs

    logs.start("window")
