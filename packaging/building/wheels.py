# SPDX-License-Identifier: Apache-2.0
"""Unpack the wheels of the lock file into the tree.

What pip would install, less scripts, headers and shared data, which nothing of Inkstone uses: modules at their place, the folder
``*.dist-info`` beside them, without the list RECORD, which is no longer true once something is pruned. Bytecode is made by a step of its own.
"""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
from pathlib import Path, PurePosixPath

from building import downloads, prune
from building.recipe import ROOT, Build, BuildError

_DATA = re.compile(r"[^/]+\.data/(?P<kind>[^/]+)/(?P<rest>.+)")
_KEPT = ("purelib", "platlib")


def pins(build: Build) -> list[downloads.Pin]:
    """The wheels of the target. Raises ``BuildError``."""
    locks = ROOT / "packaging" / "locks"
    found = {pin.name: pin for pin in downloads.pins(locks / f"{build.system}.txt")}
    if build.older:
        found |= {pin.name: pin for pin in downloads.pins(locks / "linux-older.txt")}
    return list(found.values())


def add(build: Build) -> None:
    """The step."""
    shutil.rmtree(build.packages, ignore_errors=True)
    build.packages.mkdir(parents=True)
    prune.note(build).unlink(missing_ok=True)
    for wheel in downloads.wheels(pins(build), build.system, build.cache):
        unpack(wheel, build.packages)


def unpack(wheel: Path, packages: Path) -> None:
    """One wheel. Raises ``BuildError``: not a wheel, or another one has a file of that name that differs."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            for item in archive.infolist():
                place = _place(item.filename)
                if place is not None and not item.is_dir():
                    _write(archive, item, packages / place, wheel)
    except (zipfile.BadZipFile, OSError) as error:
        raise BuildError(f"{wheel} cannot be unpacked ({error}).") from error


def _place(name: str) -> PurePosixPath | None:
    """Where a file of a wheel goes, below packages; None for what stays away."""
    match = _DATA.fullmatch(name)
    if match is not None:
        return _inside(match["rest"]) if match["kind"] in _KEPT else None
    if name.endswith((".dist-info/RECORD", ".dist-info/RECORD.jws", ".dist-info/RECORD.p7s")) or "__pycache__/" in name:
        return None
    return _inside(name)


def _inside(name: str) -> PurePosixPath:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise BuildError(f"A wheel names a file outside of its folder: {name}.")
    return path


def _write(archive: zipfile.ZipFile, item: zipfile.ZipInfo, target: Path, wheel: Path) -> None:
    content = archive.read(item)
    if target.exists():
        if target.read_bytes() != content:
            raise BuildError(f"{wheel.name} brings another {target.name} than a wheel before it: {target}.")
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    target.chmod(0o755 if (item.external_attr >> 16) & stat.S_IXUSR else 0o644)
