# SPDX-License-Identifier: Apache-2.0
"""Compile all Python files of the tree, so that a read-only folder starts fast.

Bytecode is taken without a look at its source (unchecked hash), because the times of files change with every installer. The paths inside are those in
the tree. One process compiles all, in the order of names, with a fixed hash seed: what is left in memory from other files decides which
constants are shared, and would make two builds differ.
"""

from __future__ import annotations

import os
import subprocess
import sys

from building.recipe import PYTHON, Build, BuildError

FOLDERS = ("packages", "program", "runtime")


def add(build: Build) -> None:
    """The step. Raises ``BuildError``: another Python builds, or a file has a wrong syntax."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    if version != PYTHON:
        raise BuildError(f"Bytecode must come from Python {PYTHON}; this is {version}. Build with Python {PYTHON}.")
    for old in build.tree.rglob("*.pyc"):
        old.unlink()
    folders = [str(build.tree / name) for name in FOLDERS if (build.tree / name).is_dir()]
    # -S: without the environment's packages, which would be imported before, and be in memory.
    python = [sys.executable, "-S", "-s", "-P", "-m", "compileall", "-q", "-f", "--invalidation-mode", "unchecked-hash"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [*python, "-s", str(build.tree), *folders],
        env={**environment, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BuildError(f"Not everything could be compiled; remove what is no Python by prune.toml:\n{done.stdout.strip()}")
