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
from desktop_app import app
from desktop_app.ui.main_window import MainWindow

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
code = app.main(sys.argv[1])
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
