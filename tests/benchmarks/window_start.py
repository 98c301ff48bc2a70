# SPDX-License-Identifier: Apache-2.0
"""The window's start beside a bare window's, in turns, as a ratio.

From the start of the process to the first paint of a top-level window, in seconds and in processor time (of the process, its threads
together), which a busy machine disturbs less. The bare one is a PySide6 window with one label. As on any machine where the program has
run before, its bytecode is there: the first round of each is not counted. Wanted: at most 1.6.
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
# A filter of the whole application would be shown every object, and PySide makes a Python type, with all its enumerations, of each class
# that it shows: 30 ms that only measuring costs. So the window alone is watched.
_TELL = """
from PySide6 import QtWidgets
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.Paint:
            import os, time
            print("shown", time.process_time(), flush=True)
            os._exit(0)
        return False
watch = Watch()
def watched():
    next(widget for widget in QtWidgets.QApplication.topLevelWidgets() if widget.isVisible()).installEventFilter(watch)
"""
_BARE = f"""
{_TELL}
app = QtWidgets.QApplication([])
label = QtWidgets.QLabel("Inkstone"); label.resize(1200, 800); label.show()
watched()
app.exec()
"""
# Not before the program asks for the display does it import Qt; then the watch is put in.
INKSTONE = f"""
import sys
from desktop_app.__main__ import main
from desktop_app.foundation import display
def present():
    namespace = {{}}
    exec({_TELL!r}, namespace)
    application = namespace["QtWidgets"].QApplication
    loop = application.exec
    application.exec = lambda *_: (namespace["watched"](), loop())[1]
    return True
display.present = present
sys.argv = ["inkstone"]
main()
"""


def main() -> None:
    seconds: dict[str, list[float]] = {"bare": [], "inkstone": []}
    processor: dict[str, list[float]] = {"bare": [], "inkstone": []}
    with tempfile.TemporaryDirectory(prefix="砚-") as home:
        environment = {**os.environ, "INKSTONE_HOME": home, "PYTHONPYCACHEPREFIX": f"{home}/bytecode"}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
            environment["QT_QPA_PLATFORM"] = "offscreen"
        for turn in range(_ROUNDS + 1):
            for name, code in (("bare", _BARE), ("inkstone", INKSTONE)):
                taken = _time(code, environment)
                if turn:  # the first of each warms the disk cache and writes the bytecode
                    seconds[name].append(taken[0])
                    processor[name].append(taken[1])
    for what, figures in (("from start to window", seconds), ("processor time", processor)):
        for name, values in figures.items():
            print(f"{what:<21} {name:<9} {spread(values)}")
        ratio = median(figures["inkstone"]) / median(figures["bare"])
        ratios = [ours / bare for ours, bare in zip(figures["inkstone"], figures["bare"], strict=True)]
        print(f"{what:<21} {'ratio':<9} {ratio:.2f} (pairs: {spread(ratios, '', 2)}); wanted: at most 1.6")


def _time(code: str, environment: dict[str, str]) -> tuple[float, float]:
    started = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment)
    assert process.stdout is not None
    line = process.stdout.readline()
    seconds = time.perf_counter() - started
    process.kill()
    process.wait()
    process.stdout.close()
    word, _, processor = line.decode().partition(" ")
    if word != "shown":
        raise RuntimeError(f"no window: {line!r}")
    return seconds, float(processor)


if __name__ == "__main__":
    main()
