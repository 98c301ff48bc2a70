# SPDX-License-Identifier: Apache-2.0
"""The real program on an X display of its own: driven by keys and mouse, asked through a pipe.

``RealWindow`` starts ``desktop_app.__main__.main`` as a person does, with a thread that evaluates what the test asks of the window. Keys and
clicks are made by xdotool and reach it as those of a person do, through the X server. There is no window manager, so that the keyboard is
given to the window by ``focus``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
LIMIT = 120.0  # seconds for anything; a test that meets it has failed
_DRIVER = """
import json, os, sys, threading
sys.path[:0] = [os.path.join(os.getcwd(), "tests")]
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication
from desktop_app.ui.shell.main_window import MainWindow

class Ear(QObject):
    heard = Signal(str)

def spot(widget, x=None, y=None):
    point = widget.mapToGlobal(widget.rect().center() if x is None else widget.rect().topLeft())
    return [point.x() + (x or 0), point.y() + (y or 0)]

def composed(preedit, commit=""):
    event = QInputMethodEvent(preedit, [])
    event.setCommitString(commit)
    QApplication.sendEvent(QApplication.focusWidget(), event)

fill = MainWindow.fill
def watched(self, client):
    fill(self, client)
    ear = self._ear = Ear(self)
    known = {"window": self, "client": client, "spot": spot, "Qt": Qt, "composed": composed, "app": QApplication.instance(), "chips": []}
    def answer(line):
        try:
            value = eval(line, known)
        except Exception as error:
            value = {"error": repr(error)}
        print(json.dumps(value, default=str, ensure_ascii=False), flush=True)
    ear.heard.connect(answer)
    def listen():
        for line in sys.stdin:
            ear.heard.emit(line)
    threading.Thread(target=listen, daemon=True).start()
    print(json.dumps("filled"), flush=True)

MainWindow.fill = watched
scripted = sys.argv[1:]
if scripted:
    import fake_engine
    from desktop_app.bridge import client
    client.roles.command = lambda *_: fake_engine.command(*scripted)
sys.argv = ["inkstone", *json.loads(os.environ.get("TEST_ARGUMENTS", "[]"))]
from desktop_app.__main__ import run
run()
"""


class RealWindow:
    """``display``: as ":7"; ``scripted``: arguments of the scripted engine, the real one where there are none; ``arguments``: of the program."""

    def __init__(self, display: str, errors: Path, *scripted: str, before: str = "", arguments: Sequence[str] = ()) -> None:
        self.environment = {**os.environ, "DISPLAY": display, "TEST_ARGUMENTS": json.dumps(arguments)}
        for name in ("QT_QPA_PLATFORM", "WAYLAND_DISPLAY"):
            self.environment.pop(name, None)
        self._errors = errors.open("w", encoding="utf-8")
        self.process = subprocess.Popen(
            [sys.executable, "-c", before + _DRIVER, *scripted],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            encoding="utf-8",
        )
        self._lines: Queue[str] = Queue()
        self._ear = threading.Thread(target=self._listen, daemon=True)
        self._ear.start()
        try:
            assert self._line() == "filled"
            self.until("client.state == 'ready' and window.runs.overview is not None")
            self.focus()
        except BaseException:
            self.end()
            raise

    # ---- asking ----

    def ask(self, expression: str) -> Any:
        """The value of an expression in the window's process."""
        assert self.process.stdin is not None
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        value = self._line()
        assert not (isinstance(value, dict) and "error" in value), f"{expression}: {value}"
        return value

    def until(self, expression: str, seconds: float = LIMIT) -> Any:
        """Ask until the answer is true."""
        end = time.monotonic() + seconds
        while not (value := self.ask(expression)):
            assert time.monotonic() < end, f"waited in vain for {expression}; the strip says {self.ask('window.strip.text')!r}"
        return value

    # ---- hands ----

    def focus(self) -> None:
        """Give the keyboard to the window, as a window manager does."""
        self.tool("windowfocus", "--sync", str(self.ask("int(window.winId())")))
        self.until("window.isActiveWindow()")

    def keys(self, *keys: str) -> None:
        """Press keys by their X names: "Return", "ctrl+n"."""
        self.tool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        """Type ASCII text."""
        self.tool("type", "--clearmodifiers", "--delay", "6", text)

    def click(self, widget: str) -> None:
        """Click into the middle of what the expression names."""
        x, y = self.ask(f"spot({widget})")
        self.tool("mousemove", str(x), str(y), "click", "1")

    def tool(self, *arguments: str) -> None:
        """Run xdotool on this display."""
        subprocess.run(["xdotool", *arguments], env=self.environment, check=True, timeout=60)

    # ---- its end ----

    def close(self) -> int:
        """Close it as a person does; the exit status."""
        if self.process.poll() is None:
            self.ask("window.close()")
        try:
            return self.process.wait(LIMIT)
        finally:
            self._end()

    def end(self) -> None:
        """Whatever it is doing."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._end()

    def _end(self) -> None:
        self._ear.join(LIMIT)  # its end comes with that of the process
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            if stream is not None and not stream.closed:
                stream.close()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("")

    def _line(self) -> Any:
        try:
            line = self._lines.get(timeout=LIMIT)
        except Empty as error:
            raise AssertionError("the window does not answer") from error
        assert line, f"the window has ended: {Path(self._errors.name).read_text(encoding='utf-8')[-2000:]}"
        return json.loads(line)


Open = Callable[..., RealWindow]
