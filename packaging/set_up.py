# SPDX-License-Identifier: Apache-2.0
"""Set up this Python's environment to run Inkstone: packages, llama.cpp, the embedding model.

    python packaging/set_up.py --constraint constraints.txt [--for-tests]

Run by the Python of the virtual environment; standard library only; ``make run`` calls it, and ``make test`` with what tests need, torch
among it. llama.cpp is compiled while pip downloads and unpacks the other packages, torch first, by its pin, because a dependency's looser
range would fetch another build.
The embedding model comes last, alone: its backends are measured then. How long each step took is printed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

from building.recipe import ROOT, pip
from light_setup import LIGHT_MODEL, requirements

HERE = Path(__file__).resolve().parent
NOTICES = Path(sys.prefix) / "share" / "inkstone" / "THIRD_PARTY_NOTICES.md"


def main() -> int:
    parser = argparse.ArgumentParser(description="Set up this Python's environment to run Inkstone.")
    parser.add_argument("--constraint", type=Path, required=True)
    parser.add_argument("--for-tests", action="store_true", help="with tests, checks and torch, which tests compare with")
    chosen = parser.parse_args()
    constraint = str(chosen.constraint.resolve())
    install = pip("install", "--no-compile", "--constraint", constraint)
    compiling = subprocess.Popen([*_script("llama_flags.py"), "wheel", "--constraint", constraint])
    try:
        if chosen.for_tests:
            step("torch installed", [*install, "torch"])
        extras = ("dev", "torch") if chosen.for_tests else ()
        step("packages installed", [*install, *requirements({"llama-cpp-python"}, *extras)])
    finally:
        failed = compiling.wait()  # also when pip fails: what was compiled is kept for the next try
    if failed:
        return failed
    step("llama.cpp installed", [*_script("llama_flags.py"), "install", "--constraint", constraint])
    step("Inkstone installed", [*install, "--no-deps", LIGHT_MODEL, "--editable", str(ROOT)])
    step("launcher written", _script("launchers.py"))
    step("embedding model prepared", _script("prepare_embedding.py"))
    # Shown by the window; continuous integration holds the licences.
    subprocess.run([*_script("third_party_notices.py"), str(NOTICES)], check=False)
    return 0


def step(done: str, command: list[str]) -> None:
    """Run one; ends the program with its exit status when it fails."""
    began = time.monotonic()
    status = subprocess.run(command, check=False).returncode
    if status:
        sys.exit(status)
    print(f"{done}: {time.monotonic() - began:.0f} s", flush=True)


def _script(name: str) -> list[str]:
    return [sys.executable, str(HERE / name)]


if __name__ == "__main__":
    sys.exit(main())
