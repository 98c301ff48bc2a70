# SPDX-License-Identifier: Apache-2.0
"""Put Inkstone itself into the tree, with its resources inside.

The same files as in its wheel (``force-include`` in ``pyproject.toml``), and ``installed.toml``, which tells the program that it is
installed. The form says "setup"; a packer that makes another one writes it over with ``write_form``.
"""

from __future__ import annotations

import shutil
import tomllib

from building.recipe import ROOT, Build

_NOT = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")


def add(build: Build) -> None:
    """The step."""
    shutil.rmtree(build.program, ignore_errors=True)
    inside = build.program / "desktop_app"
    shutil.copytree(ROOT / "desktop_app", inside, ignore=_NOT)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for source, target in project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"].items():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, build.program / target, ignore=_NOT)
        else:
            shutil.copyfile(ROOT / source, build.program / target)
    shutil.copyfile(ROOT / "LICENSE", build.tree / "LICENSE")
    for path in (*build.program.rglob("*"), build.tree / "LICENSE"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    write_form(build, "setup")


def write_form(build: Build, form: str) -> None:
    """Say in ``installed.toml`` by which installer the program comes (``desktop_app/foundation/installed.py``)."""
    light = "true" if build.light else "false"
    text = f'form = "{form}"\nversion = "{build.version}"\nlight = {light}\n'
    (build.tree / "installed.toml").write_text(text, encoding="utf-8", newline="\n")
