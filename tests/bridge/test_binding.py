# SPDX-License-Identifier: Apache-2.0
"""A long life under Qt: hundreds of thousands of calls must not wear out Python's own singletons (see bridge/binding.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CALLS = """
import desktop_app.bridge
from PySide6.QtCore import QObject, Signal
class Bell(QObject):
    rung = Signal()
bell = Bell()
for _ in range(200_000):
    bell.setObjectName("a")
    bell.rung.emit()
    bell.blockSignals(False)
print("alive")
"""


def test_two_hundred_thousand_calls_leave_the_interpreter_alive() -> None:
    done = subprocess.run([sys.executable, "-c", CALLS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "alive", done.stderr
    assert done.returncode == 0, done.stderr


def test_it_may_be_asked_for_twice() -> None:
    from desktop_app.bridge import binding

    binding.keep_singletons()
    before = sys.getrefcount(None)
    binding.keep_singletons()
    assert abs(sys.getrefcount(None) - before) < 1_000
