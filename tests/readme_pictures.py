"""The README's pictures: the real window with the real engine on the sample office, in both languages.

    python -m tests.readme_pictures [OUT]      (default: resources/screenshots)

Each language is a process of its own, because a home belongs to a process. Runs without a display (offscreen); fonts with Chinese
characters (Debian: fonts-noto-cjk) must be installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = {
    "zh_CN": ("出差回来以后，报销单要在多少天内提交？", "正式员工辞职，要提前多少天通知公司？"),
    "en": ("How large is the approved budget of Project Heron?", "How long does probation last at the Port Alder branch?"),
}
FILES = {"zh_CN": "window-zh.png", "en": "window-en.png"}
THEMES = {"zh_CN": "light", "en": "light"}
_PATIENCE_MS = 120_000


def take(language: str, out: Path) -> None:
    sys.path.insert(0, str(ROOT))
    import desktop_app.bridge  # noqa: F401, I001 - before Qt
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop_app.bridge.client import EngineClient
    from desktop_app.foundation import paths
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui import language as ui_language
    from desktop_app.ui import theme
    from desktop_app.ui.main_window import MainWindow

    app = QApplication([])
    settings = Settings(paths.home() / "settings.toml")
    settings.put("welcomed", True)
    ui_language.use(language)
    theme.apply(app, THEMES[language])
    client = EngineClient(str(paths.default_library()))
    window = MainWindow(settings, client)
    window.first_shown.connect(client.start)
    window.resize(1280, 800)
    loop = QEventLoop()
    QTimer.singleShot(_PATIENCE_MS, lambda: sys.exit("the window did not get ready"))

    def wait_for(signal: object) -> None:
        signal.connect(loop.quit)  # type: ignore[attr-defined]
        loop.exec()
        signal.disconnect(loop.quit)  # type: ignore[attr-defined]

    client.state_changed.connect(lambda state: window.library.add([str(paths.sample_office())]) if state == "ready" else None)
    window.show()
    wait_for(window.library.index_finished)
    for question in QUESTIONS[language]:
        QTimer.singleShot(0, lambda asked=question: window.conversation.ask(asked))
        wait_for(window.conversation.finished)
    answer = window.conversation.turns[-1].answer
    assert answer is not None
    window.show_citation(answer, 1)
    QTimer.singleShot(2_500, loop.quit)  # the page is rendered and scrolled to
    loop.exec()
    window.grab().save(str(out / FILES[language]))
    window.close()
    client.close()


def main() -> int:
    if len(sys.argv) == 3 and sys.argv[1] in QUESTIONS:
        take(sys.argv[1], Path(sys.argv[2]))
        return 0
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    for language in QUESTIONS:
        with tempfile.TemporaryDirectory(prefix="砚-") as home:
            environment = {**os.environ, "INKSTONE_HOME": home}
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
            subprocess.run([sys.executable, __file__, language, str(out)], env=environment, check=True)
        print(out / FILES[language])
    return 0


if __name__ == "__main__":
    sys.exit(main())
