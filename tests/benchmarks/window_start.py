# SPDX-License-Identifier: Apache-2.0
"""Process start to visible window: Inkstone against a bare PySide6 window with one label, in turns, as a ratio.

"Visible" is the first paint of a top-level window, told by an event filter that is the same in both. Wanted: at most 2.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from statistics import median

from tests.benchmarks.figures import spread

_ROUNDS = 12
_TELL = """
import sys
from PySide6.QtCore import QEvent, QObject, QTimer
class Watch(QObject):
    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.Paint and target.isWidgetType() and target.isWindow():
            print("shown", flush=True)
            QTimer.singleShot(0, lambda: __import__("os")._exit(0))
            self.eventFilter = lambda *a: False
        return False
"""
_BARE = (
    """
from PySide6.QtWidgets import QApplication, QLabel
app = QApplication([])
"""
    + _TELL
    + """
watch = Watch(); app.installEventFilter(watch)
label = QLabel("Inkstone"); label.resize(1200, 800); label.show()
app.exec()
"""
)
_INKSTONE = (
    """
from PySide6 import QtWidgets
made = QtWidgets.QApplication.__init__
"""
    + _TELL
    + """
watch = None
def start(self, *arguments):
    global watch
    made(self, *arguments)
    watch = Watch(); self.installEventFilter(watch)
QtWidgets.QApplication.__init__ = start
sys.argv = ["inkstone"]
from desktop_app.__main__ import main
main()
"""
)


def main() -> None:
    figures: dict[str, list[float]] = {"bare": [], "inkstone": []}
    with tempfile.TemporaryDirectory(prefix="砚-") as home:
        environment = {**os.environ, "INKSTONE_HOME": home}
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        for turn in range(_ROUNDS + 1):
            for name, code in (("bare", _BARE), ("inkstone", _INKSTONE)):
                seconds = _time(code, environment)
                if turn:  # the first of each warms the disk cache
                    figures[name].append(seconds)
    ratios = [ours / bare for ours, bare in zip(figures["inkstone"], figures["bare"], strict=True)]
    for name, values in figures.items():
        print(f"{name:<10} {spread(values)}")
    print(
        f"ratio      {median(figures['inkstone']) / median(figures['bare']):.2f} (pairs: {spread(ratios, '', 2)}); wanted: at most 2"
    )


def _time(code: str, environment: dict[str, str]) -> float:
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = time.perf_counter() - started
    process.kill()
    process.wait()
    process.stdout.close()
    if line.strip() != b"shown":
        raise RuntimeError(f"no window: {line!r}")
    return seconds


if __name__ == "__main__":
    main()
