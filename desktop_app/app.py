"""The window's front door: Qt, theme, language, the window, and only then the engine.

    QApplication -> theme, language -> frame shown -> first picture -> parts filled in -> engine process started -> ... -> ended

The person sees the window before the engine's process exists; what the first picture does not need is imported after it.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from types import TracebackType

from PySide6.QtCore import QLibrary, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import desktop_app.bridge  # noqa: F401 - makes Qt safe on Python 3.11, before its first object
from desktop_app import __version__
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui import icons, language, theme
from desktop_app.ui.main_window import MainWindow

log = logging.getLogger(__name__)


def display_usable() -> bool:
    """Whether Qt's X11 plugin will load; without this library it ends the whole process instead of saying so."""
    if sys.platform != "linux" or not os.environ.get("DISPLAY") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return QLibrary("libxcb-cursor.so.0").load()


def main(library: str) -> int:
    """Show the window of ``library`` until it is closed. Needs a display; whoever calls this has made sure of one."""
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    app = QApplication([sys.argv[0] if sys.argv else "inkstone"])
    app.setApplicationName("inkstone")
    app.setApplicationDisplayName("Inkstone")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("inkstone")
    sys.excepthook = _unexpected
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Qt's loop never returns to Python's own handler
    settings = Settings(paths.home() / "settings.toml")
    language.use(settings.text("language"))
    theme.apply(app, settings.text("theme"))
    app.setWindowIcon(icons.app_icon())
    window = MainWindow(settings, library=library)
    window.first_shown.connect(lambda: _begin(window, library))
    window.show()
    return app.exec()


def _begin(window: MainWindow, library: str) -> None:
    """The first picture is on the screen: now the parts, then the engine. Closing the window ends the engine."""
    from desktop_app.bridge.client import EngineClient

    client = EngineClient(library, parent=window)
    window.fill(client)
    client.start()


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error in a slot is our bug: it goes to the log, the window stays."""
    log.error("unexpected error in the window", exc_info=(kind, error, trace))
