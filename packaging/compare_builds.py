# SPDX-License-Identifier: Apache-2.0
"""Tell in which files two builds differ.

    python packaging/compare_builds.py A B      two trees, or two folders of installers

Prints each file that differs, or is in one of them only, with both hashes; ends with 1 where there is any. Compared are names, contents,
whether a file can be started, and where links lead.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

from building.downloads import sha256_of


def contents(folder: Path) -> dict[str, str]:
    """Name below ``folder`` -> what it is."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            found[name] = f"-> {os.readlink(path)}"
        elif path.is_file():
            found[name] = sha256_of(path) + (" x" if path.stat().st_mode & stat.S_IXUSR else "")
    return found


def differences(one: Path, other: Path) -> list[str]:
    """A line for each file that differs."""
    first, second = contents(one), contents(other)
    return [
        f"{name}\n  {first.get(name, 'missing')}\n  {second.get(name, 'missing')}"
        for name in sorted(first.keys() | second.keys())
        if first.get(name) != second.get(name)
    ]


def main(arguments: list[str]) -> int:
    folders = [Path(argument) for argument in arguments]
    if len(folders) != 2 or not all(folder.is_dir() for folder in folders):
        print("Give two folders: python packaging/compare_builds.py A B", file=sys.stderr)
        return 2
    found = differences(*folders)
    print(*found, f"{len(contents(folders[0]))} files, {len(found)} differ.", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
