"""The window's front door: Qt, theme, language, the window, and only then the engine.

    QApplication -> theme, language -> window shown -> first picture -> engine process started -> event loop -> engine ended

Nothing of the engine is imported here; the person sees the window before the engine's process exists.
"""

from __future__ import annotations

import logging
import signal
import sys
from types import TracebackType

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

import desktop_app.bridge  # noqa: F401 - makes Qt safe on Python 3.11, before its first object
from desktop_app import __version__
from desktop_app.bridge.client import EngineClient
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui import icons, language, theme
from desktop_app.ui.main_window import MainWindow

log = logging.getLogger(__name__)


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
    client = EngineClient(library)
    window = MainWindow(settings, client)
    window.first_shown.connect(client.start)
    window.show()
    code = app.exec()
    client.close()
    return code


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """An error in a slot is our bug: it goes to the log, the window stays."""
    log.error("unexpected error in the window", exc_info=(kind, error, trace))
