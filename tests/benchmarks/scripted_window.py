# SPDX-License-Identifier: Apache-2.0
"""The real window on the scripted engine, for benchmarks of the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from desktop_app.bridge.client import EngineClient
    from desktop_app.ui.shell.main_window import MainWindow


def opened(width: int, height: int) -> tuple[QApplication, EngineClient, MainWindow]:
    """The window in English and light, shown, its engine started; ``INKSTONE_HOME`` is set by who asks."""
    import desktop_app.bridge  # noqa: F401, I001 - before Qt
    from PySide6.QtWidgets import QApplication

    from desktop_app.bridge.client import EngineClient
    from desktop_app.foundation import paths
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.look import theme, window_language
    from desktop_app.ui.shell.main_window import MainWindow
    from tests import fake_engine

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    window_language.use("en")
    theme.apply(app, "light")
    settings = Settings(paths.settings_file())
    settings.put("welcomed", True)
    settings.put("llm", "/模型/small.gguf")
    client = EngineClient("/资料/Office", command=fake_engine.command("--index-steps", "1"))
    window = MainWindow(settings, client)
    window.resize(width, height)
    window.show()
    client.start()
    return app, client, window
