# SPDX-License-Identifier: Apache-2.0
"""Remove from the tree what wheels carry and Inkstone never uses.

``prune.toml`` lists it with reasons. What was removed is noted in ``work/removed.json`` for the manifest. Afterwards no library may be
missing that a remaining one asks for and that was in the tree before, and the tree's Python must import all that Inkstone imports.
"""

from __future__ import annotations

import fnmatch
import json
import re
import shutil
import subprocess
import sys
import tomllib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

from building.recipe import PYTHON, ROOT, Build, BuildError, System

TABLE = ROOT / "packaging" / "building" / "prune.toml"
# What reads the list of needed libraries in a library.
_READERS: dict[System, tuple[str, str]] = {
    "windows": ("x86_64-w64-mingw32-objdump", r"DLL Name: (\S+)"),
    "linux": ("objdump", r"NEEDED +(\S+)"),
}
_LIBRARY = re.compile(r".+\.(so(\.[\d.]+)?|dll|pyd)$", re.IGNORECASE)


class Entry(NamedTuple):
    """One of the table."""

    why: str
    files: tuple[str, ...]
    keep: tuple[str, ...]
    systems: tuple[System, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """What a glob took away; ``size`` in bytes."""

    glob: str
    why: str
    files: int
    size: int


def table(path: Path = TABLE) -> list[Entry]:
    """The entries, in their order."""
    stored = tomllib.loads(path.read_text(encoding="utf-8"))["entry"]
    return [Entry(one["why"], tuple(one["files"]), tuple(one.get("keep", ())), tuple(one.get("systems", ()))) for one in stored]


def note(build: Build) -> Path:
    """Where the step notes what it removed."""
    return build.work / "removed.json"


def removed(build: Build) -> list[Removed]:
    """What was removed, as it was noted."""
    path = note(build)
    return [Removed(**one) for one in json.loads(path.read_text(encoding="utf-8"))] if path.is_file() else []


def prune(build: Build) -> None:
    """The step. Taken again on a pruned tree it removes what came since, and remembers the first time."""
    before = {path.name.lower() for path in _libraries(build.tree)}
    earlier = {one.glob: one for one in removed(build)}
    done = []
    for entry in table():
        if not entry.systems or build.system in entry.systems:
            for glob in entry.files:
                taken = take(build.tree, glob, entry)
                first = earlier.get(glob)
                if first is not None:
                    taken = Removed(glob, entry.why, first.files + taken.files, first.size + taken.size)
                if not taken.files and not build.older:  # whose Qt lacks some of it
                    raise BuildError(f"{TABLE.name}: nothing matches {glob}. Strike it, or mend it.")
                done.append(taken)
    note(build).write_text(json.dumps([asdict(one) for one in done]), encoding="utf-8")
    _remove_empty_folders(build.tree)
    check_libraries(build, before)
    check_imports(build)
    print(f"   {sum(one.files for one in done)} files removed, {sum(one.size for one in done) / 1e6:.0f} MB")


def take(tree: Path, glob: str, entry: Entry) -> Removed:
    """Remove what a glob matches, less what is to be kept."""
    files = size = 0
    for path in sorted(tree.glob(glob)):
        inside = path.relative_to(tree)
        if any(part.endswith(".dist-info") for part in inside.parts) or not path.exists():
            continue
        if any(fnmatch.fnmatchcase(path.name, name) for name in entry.keep):
            continue
        gone = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
        files += len(gone)
        size += sum(one.stat().st_size for one in gone)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return Removed(glob, entry.why, files, size)


def check_libraries(build: Build, before: set[str]) -> None:
    """Raises ``BuildError`` where a remaining library asks for one that was removed. ``before``: their names in lower case."""
    left = list(_libraries(build.tree))
    gone = before - {path.name.lower() for path in left}
    reader = _READERS.get(build.system)
    if not gone or reader is None:
        return
    program, pattern = reader
    if shutil.which(program) is None:
        print(f"   {program} is not installed: not looked whether a library is missing that another one needs.")
        return
    for path in left:
        said = subprocess.run([program, "-p", str(path)], capture_output=True, text=True, errors="replace", check=False).stdout
        lacking = sorted({name for name in re.findall(pattern, said) if name.lower() in gone})
        if lacking:
            raise BuildError(f"{path.relative_to(build.tree)} needs {', '.join(lacking)}, which {TABLE.name} removes.")


def check_imports(build: Build) -> None:
    """Raises ``BuildError`` where the tree's Python cannot import something that Inkstone imports; asked where it can run here."""
    python = build.runtime / "bin" / f"python{PYTHON}"
    if not python.is_file() or {"linux": "linux", "darwin": "macos"}.get(sys.platform) != build.system:
        return
    command = [str(python), "-I", "-B", str(ROOT / "packaging" / "try_imports.py"), str(build.program)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"The pruned tree lacks what Inkstone imports:\n{done.stdout.strip()}{done.stderr.strip()[-2000:]}")


def _libraries(tree: Path) -> list[Path]:
    return [path for path in sorted(tree.rglob("*")) if _LIBRARY.fullmatch(path.name) and path.is_file()]


def _remove_empty_folders(tree: Path) -> None:
    for path in sorted((one for one in tree.rglob("*") if one.is_dir()), reverse=True):
        if not any(path.iterdir()):
            path.rmdir()
