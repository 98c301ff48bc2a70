# SPDX-License-Identifier: Apache-2.0
"""The README's pictures: the real window with the real engine on the sample office and on a folder of short files.

    python -m tests.readme_pictures [OUT]      (default: resources/screenshots)

Each picture is a process of its own, because a home belongs to a process. Runs without a display (offscreen); fonts with Chinese
characters (Debian: fonts-noto-cjk) must be installed.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_PATIENCE_MS = 120_000
_CHAPTERS = {
    "第一章 考勤": ("工作时间为上午九点至下午六点，中午休息一小时。", "每月迟到三次的，由部门主管提醒一次。"),
    "第二章 休假": ("员工申请休假需填写OA表单，由部门主管审批。", "三天以上的，再报人力资源部备案。"),
    "第三章 办公环境": ("下班前请关闭电脑与空调，文件锁入柜中。", "访客须在前台登记，并由员工陪同。"),
}
_NOTES = {
    "会议室使用说明.md": "# 会议室使用说明\n\n会议室在前台登记后使用，用完请关灯并带走资料。\n",
    "差旅报销须知.md": "# 差旅报销须知\n\n出差结束后十五天内提交报销单，并附上发票原件。\n",
    "打印机故障处理.txt": "打印机卡纸时，先关电源，再打开后盖取出纸张。\n硒鼓由行政每月统一更换。\n",
}


def sample_office(_home: Path) -> Path:
    from desktop_app.foundation import paths

    return paths.sample_office()


def short_files(home: Path) -> Path:
    """A handbook that says 休假 where people ask about 请假, and three files about other things."""
    from reportlab.lib.pagesizes import A5
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    folder = home / "行政人事"
    folder.mkdir()
    for name, text in _NOTES.items():
        (folder / name).write_text(text, encoding="utf-8")
    font = "STSong-Light"
    pdfmetrics.registerFont(UnicodeCIDFont(font))
    page = Canvas(str(folder / "员工手册.pdf"), pagesize=A5)
    top = A5[1] - 64
    page.setFont(font, 22)
    page.drawString(48, top, "员工手册")
    for chapter, sentences in _CHAPTERS.items():
        top -= 38
        page.bookmarkPage(chapter)
        page.addOutlineEntry(chapter, chapter)
        page.setFont(font, 16)
        page.drawString(48, top, chapter)
        page.setFont(font, 13)
        for sentence in sentences:
            top -= 22
            page.drawString(48, top, sentence)
    page.save()
    return folder


@dataclass(frozen=True)
class Picture:
    language: str
    folder: Callable[[Path], Path]
    questions: tuple[str, ...]
    certainty: str  # of every answer: a picture of something else is none


PICTURES = {
    "window-zh.png": Picture(
        "zh_CN", sample_office, ("出差返回后多少天内提交报销单？", "正式员工辞职，要提前多少天通知公司？"), "answer"
    ),
    "window-en.png": Picture(
        "en",
        sample_office,
        ("How large is the approved budget of Project Heron?", "How long does probation last at the Port Alder branch?"),
        "answer",
    ),
    "meaning-zh.png": Picture("zh_CN", short_files, ("怎么请假？",), "perhaps"),
}


def take(name: str, out: Path) -> None:
    sys.path.insert(0, str(ROOT))
    import desktop_app.bridge  # noqa: F401, I001 - before Qt
    from PySide6.QtCore import QEventLoop, QTimer
    from PySide6.QtWidgets import QApplication

    from desktop_app.bridge.client import EngineClient
    from desktop_app.foundation import paths
    from desktop_app.foundation.settings import Settings
    from desktop_app.ui.look import window_language as ui_language
    from desktop_app.ui.look import theme
    from desktop_app.ui.shell.main_window import MainWindow

    picture = PICTURES[name]
    app = QApplication([])
    settings = Settings(paths.home() / "settings.toml")
    settings.put("welcomed", True)
    ui_language.use(picture.language)
    theme.apply(app, "light")
    folder = picture.folder(paths.home())
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

    client.state_changed.connect(lambda state: window.runs.add([str(folder)]) if state == "ready" else None)
    window.show()
    window.runs.progress_changed.connect(lambda progress: loop.quit() if progress is None else None)
    loop.exec()
    for question in picture.questions:
        QTimer.singleShot(0, lambda asked=question: window.conversation.ask(asked))
        wait_for(window.conversation.finished)
        answer = window.conversation.turns[-1].answer
        assert answer is not None
        assert answer.certainty == picture.certainty, answer.text
        window.source.show_citation(answer, 1)
    QTimer.singleShot(2_500, loop.quit)  # the page is rendered and scrolled to
    loop.exec()
    window.grab().save(str(out / name))
    window.close()
    client.close()


def main() -> int:
    if len(sys.argv) == 3 and sys.argv[1] in PICTURES:
        take(sys.argv[1], Path(sys.argv[2]))
        return 0
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "resources" / "screenshots"
    out.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        with tempfile.TemporaryDirectory(prefix="砚-") as home:
            environment = {**os.environ, "INKSTONE_HOME": home}
            environment.setdefault("QT_QPA_PLATFORM", "offscreen")
            subprocess.run([sys.executable, __file__, name, str(out)], env=environment, check=True)
        print(out / name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
