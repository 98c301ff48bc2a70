# SPDX-License-Identifier: Apache-2.0
"""The installed program's start beside the checkout's, in turns, as a ratio.

    python -m tests.benchmarks installed_start      INKSTONE_INSTALLED=FOLDER, else build/installers/linux/Inkstone

``inkstone --version`` and ``inkstone doctor`` from the start of the launcher to its end, and the window from the start of its Python to the
first paint. A warm start: bytecode is there, and the first round of each is not counted. Wanted: at most 1.1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from statistics import median

from tests.benchmarks import window_start
from tests.benchmarks.figures import spread

_ROUNDS = 10
_ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    folder = Path(os.environ.get("INKSTONE_INSTALLED") or _ROOT / "build" / "installers" / "linux" / "Inkstone")
    installed = folder / "bin" / "inkstone"
    if not installed.is_file():
        print(f"{folder} holds no installed program: build one, or name it by INKSTONE_INSTALLED.")
        return
    checkout = Path(sysconfig.get_path("scripts")) / "inkstone"
    # Where several checkouts share an environment this one has no launcher; then what its launcher would start.
    clone = [str(checkout)] if checkout.is_file() else [sys.executable, "-I", "-m", "desktop_app"]
    python = next((folder / "runtime" / "bin").glob("python3.*"))
    with tempfile.TemporaryDirectory(prefix="砚-") as home:
        environment = {**os.environ, "INKSTONE_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
        _compare("--version", [*clone, "--version"], [str(installed), "--version"], environment)
        _compare("doctor", [*clone, "doctor"], [str(installed), "doctor"], environment)
        code = window_start.INKSTONE
        _compare("window", [sys.executable, "-I", "-c", code], [str(python), "-I", "-c", code], environment)


def _compare(name: str, clone: list[str], installed: list[str], environment: dict[str, str]) -> None:
    seconds: dict[str, list[float]] = {"checkout": [], "installed": []}
    for turn in range(_ROUNDS + 1):
        for who, command in (("checkout", clone), ("installed", installed)):
            begun = time.perf_counter()
            subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
            if turn:
                seconds[who].append(time.perf_counter() - begun)
    for who, values in seconds.items():
        print(f"{name:<10} {who:<10} {spread(values)}")
    print(f"{name:<10} {'ratio':<10} {median(seconds['installed']) / median(seconds['checkout']):.2f}; wanted: at most 1.1")


if __name__ == "__main__":
    main()
