# SPDX-License-Identifier: Apache-2.0
"""Inkstone beside another program: the key that calls it, its notice, a quote dragged into the other one."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from queue import Queue

import pytest
from real_window import LIMIT, ROOT, Open

from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings

pytestmark = pytest.mark.slow

_OTHER = """
import sys
import desktop_app.bridge
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPlainTextEdit
from desktop_app.ui.attention.x11_hot_key import X11HotKey

class Letter(QPlainTextEdit):
    def dragEnterEvent(self, event):
        super().dragEnterEvent(event)
        print("over", flush=True)

    def dropEvent(self, event):
        super().dropEvent(event)
        print(self.toPlainText(), flush=True)

app = QApplication([])
letter = Letter()
letter.setWindowFlag(Qt.WindowType.X11BypassWindowManagerHint)
letter.setGeometry(1290, 750, 300, 240)
letter.show()
app.processEvents()
key = X11HotKey()
print(int(letter.winId()), not sys.argv[1:] or key.grab(sys.argv[1]), flush=True)
app.exec()
"""


class Other:
    """A letter that is being written; it can hold a key of the whole desktop."""

    def __init__(self, display: str, *keys: str) -> None:
        import os

        environment = {**os.environ, "DISPLAY": display}
        environment.pop("QT_QPA_PLATFORM", None)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _OTHER, *keys],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self.lines: Queue[str] = Queue()
        threading.Thread(target=self._listen, daemon=True).start()
        self.window, grabbed = self.line().split()
        assert grabbed == "True"

    def line(self) -> str:
        """What it prints next."""
        return self.lines.get(timeout=LIMIT)

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(line.strip())


@pytest.fixture
def other(display: str) -> Iterator[type[Other]]:
    started: list[Other] = []

    class Started(Other):
        def __init__(self, *keys: str) -> None:
            super().__init__(display, *keys)
            started.append(self)

    yield Started  # type: ignore[misc]
    for one in started:
        one.process.kill()
        one.process.communicate()


def test_a_key_from_anywhere_brings_the_window_and_its_question_box(open_real: Open, other: type[Other]) -> None:
    Settings(paths.settings_file()).put("hot_key", "Ctrl+Alt+I")
    window = open_real("--index-steps", "1")
    letter = other()  # type: ignore[call-arg]
    window.tool("windowfocus", "--sync", letter.window)
    window.until("not window.isActiveWindow()")
    window.ask("window.hide()")
    window.tool("key", "ctrl+alt+i")
    window.until("window.isVisible()", 20)
    window.focus()
    assert window.ask("app.focusWidget() is window.conversation.composer.edit")
    assert window.ask("window.conversation.composer.edit.toPlainText()") == "", "the key types nothing"
    assert window.close() == 0


def test_a_key_that_another_program_has_is_said_to_be_taken(open_real: Open, other: type[Other]) -> None:
    other("Ctrl+Alt+Space")  # type: ignore[call-arg]
    Settings(paths.settings_file()).put("hot_key", "Ctrl+Alt+Space")
    window = open_real("--index-steps", "1")
    window.until("'already used by another program' in window.strip.text")
    assert window.close() == 0


def test_the_title_tells_of_an_answer_until_the_window_is_in_front(open_real: Open, other: type[Other]) -> None:
    window = open_real("--index-steps", "1")
    letter = other()  # type: ignore[call-arg]
    window.ask("window.conversation.ask('forever')")
    window.tool("windowfocus", "--sync", letter.window)
    window.until("not window.isActiveWindow()")
    window.ask("window.conversation.stop()")
    window.until("window.windowTitle().startswith('The answer is ready')")
    window.focus()
    assert window.ask("window.windowTitle()") == "Inkstone"
    assert window.close() == 0


def test_a_citation_is_dragged_into_a_letter(open_real: Open, other: type[Other]) -> None:
    window = open_real("--index-steps", "1")
    letter = other()  # type: ignore[call-arg]
    window.ask("window.conversation.ask('hotel')")
    window.until("window.conversation.turns and window.conversation.turns[-1].over")
    kind = "__import__('desktop_app.ui.widgets.citation_chip', fromlist=['x']).CitationChip"
    window.ask(f"chips.extend([one for one in window.conversation.turns[-1].findChildren({kind}) if one.isVisible()])")
    x, y = window.ask("spot(chips[0])")
    window.tool("mousemove", str(x), str(y), "mousedown", "1", "mousemove", str(x + 12), str(y + 4))
    step = 0
    while letter.lines.empty():  # the drag begins when the window comes to it
        step += 1
        assert step < 500, "the letter never saw it"
        window.tool("mousemove", str(x + (1440 - x) * min(step, 10) // 10 + step % 3), str(y + (870 - y) * min(step, 10) // 10))
    assert letter.line() == "over"
    window.tool("mouseup", "1")
    assert "员工手册.pdf, p. 12" in letter.line()
    window.until("not chips[0].isDown()")
    assert not window.ask("window.source.is_open"), "what is dragged is not opened"
    assert window.close() == 0
