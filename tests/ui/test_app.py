# SPDX-License-Identifier: Apache-2.0
"""The real window process from start to a clean end, with the real engine; a second start; a library in use elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import psutil

from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.library.library import Library

ROOT = Path(__file__).resolve().parents[2]
DRIVE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_app.ui.shell import app
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui.shell.main_window import MainWindow

fill = MainWindow.fill
def watched(self, client):
    print("shown", client.state, flush=True)  # the picture is there, the engine is not
    fill(self, client)
    def ready(state):
        if state == "ready":
            print("engine", client.pid, flush=True)
            QTimer.singleShot(0, self.close)
    client.state_changed.connect(ready)
MainWindow.fill = watched
code = app.main(Settings(paths.settings_file()), sys.argv[1])
print("code", code, flush=True)
"""


def test_the_window_comes_first_then_the_engine_and_both_end(home: Path) -> None:
    library = home / "资料库"
    done = subprocess.run(
        [sys.executable, "-c", DRIVE, str(library)], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    words = done.stdout.split()
    assert words[:2] == ["shown", "stopped"], done.stderr
    assert words[2] == "engine"
    assert words[4:] == ["code", "0"], done.stderr
    assert not psutil.pid_exists(int(words[3])), "the engine ends with its window"
    assert done.returncode == 0, done.stderr
    odd = [line for line in done.stderr.splitlines() if line and "propagateSizeHints" not in line]
    assert not odd


BROKEN = """
import gc
import sys
from PySide6.QtCore import QTimer, qWarning
from desktop_app.foundation import paths
from desktop_app.foundation.settings import Settings
from desktop_app.ui.shell.main_window import MainWindow

fill = MainWindow.fill
def broken(self, client):
    fill(self, client)
    def slot():
        raise RuntimeError("a slot broke")
    def later():
        qWarning("from Qt\\x1b[2J " + "x" * 4000)
        print("still here", self.isVisible(), flush=True)
        print("garbage is collected", gc.isenabled(), gc.get_freeze_count() > 10_000, flush=True)
        self.close()
    QTimer.singleShot(0, slot)
    QTimer.singleShot(0, later)
MainWindow.fill = broken
sys.argv = ["inkstone"]
from desktop_app.__main__ import main
print("code", main(), flush=True)
"""


def test_an_error_in_a_slot_is_logged_and_the_window_stays(home: Path) -> None:
    """On the way a person takes: the program without arguments."""
    done = subprocess.run([sys.executable, "-c", BROKEN], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split("\n")[:3] == ["still here True", "garbage is collected True True", "code 0"], done.stderr
    lines = (home / "logs" / "window.log").read_text(encoding="utf-8").splitlines()
    assert any(re.search(r"ERROR desktop_app\.ui\.shell\.app:\d+: unexpected error in the window", line) for line in lines)
    assert "Traceback (most recent call last):" in lines
    assert "RuntimeError: a slot broke" in lines
    qt = next(line for line in lines if "from Qt" in line)
    assert re.search(r"WARNING qt\.default:\d+: from Qt\\x1b\[2J xxx", qt)
    assert len(qt) < 500


TWICE = """
import sys
from PySide6.QtCore import QTimer
from desktop_app.ui.shell.main_window import MainWindow

fill, forward = MainWindow.fill, MainWindow.come_forward
def watched(self, client):
    fill(self, client)
    self.showMinimized()
    QTimer.singleShot(0, lambda: print("minimized", self.isMinimized(), flush=True))
def asked(self):
    forward(self)
    print("shown", self.isMinimized(), self.isVisible(), flush=True)
    QTimer.singleShot(0, self.close)
MainWindow.fill, MainWindow.come_forward = watched, asked
sys.argv = ["inkstone"]
from desktop_app.__main__ import main
print("code", main(), flush=True)
"""


def test_a_second_start_shows_the_first_window_and_ends(home: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", TWICE], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "minimized True\n"
        second = subprocess.run(
            [sys.executable, "-m", "desktop_app"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
        )
        assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
        rest, errors = first.communicate(timeout=60)
    assert rest.splitlines() == ["shown False True", "code 0"], errors


LOCKED = """
import sys
from PySide6.QtCore import QTimer
from desktop_app.ui.shell.main_window import MainWindow

fill = MainWindow.fill
def watched(self, client):
    fill(self, client)
    client.stopped.connect(lambda problem: QTimer.singleShot(0, told))
    def told():
        print(self.centre.currentWidget().text, self.conversations.isVisible(), self.library.isVisible(), flush=True)
        sys.stdin.readline()  # the test closes the library meanwhile
        self.centre.currentWidget()._again.click()
    def opened(overview):
        print("opened", self.conversation.isVisible(), self.conversations.isVisible(), flush=True)
        self.close()
    self.runs.overview_changed.connect(opened)
MainWindow.fill = watched
sys.argv = ["inkstone"]
from desktop_app.__main__ import main
print("code", main(), flush=True)
"""


def test_a_library_in_use_elsewhere_is_said_to_be_and_opened_when_it_is_free(home: Path) -> None:
    """With the real engine: never an empty window, and never "exit code 3"."""
    Settings(paths.settings_file()).put("welcomed", True)
    library = Library(paths.default_library())
    with subprocess.Popen(
        [sys.executable, "-c", LOCKED],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as window:
        assert window.stdout is not None
        told = window.stdout.readline()
        library.close()
        rest, errors = window.communicate("\n", timeout=60)
    assert "already open in another window" in told, errors
    assert str(paths.default_library()) in told
    assert told.endswith("False False\n"), "no empty list that looks as if all were gone"
    assert rest.splitlines() == ["opened True True", "code 0"], errors
