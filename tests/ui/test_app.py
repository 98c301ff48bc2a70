# SPDX-License-Identifier: Apache-2.0
"""The real window process from start to a clean end, with the real engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

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
    assert done.stdout.split("\n")[:2] == ["still here True", "code 0"], done.stderr
    lines = (home / "logs" / "window.log").read_text(encoding="utf-8").splitlines()
    assert any("ERROR desktop_app.ui.shell.app: unexpected error in the window" in line for line in lines)
    assert "Traceback (most recent call last):" in lines
    assert "RuntimeError: a slot broke" in lines
    qt = next(line for line in lines if "from Qt" in line)
    assert r"WARNING qt.default: from Qt\x1b[2J xxx" in qt
    assert len(qt) < 500
