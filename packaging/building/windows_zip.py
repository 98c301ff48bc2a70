# SPDX-License-Identifier: Apache-2.0
"""The portable zip for Windows, whose data stay beside the program.

Names are sorted and all files have the time of the commit, so that two builds give the same bytes.
"""

from __future__ import annotations

import re
import sys
import time
import zipfile

from building.recipe import Build, BuildError


def pack(build: Build) -> None:
    """Write ``Inkstone-<version>-windows[-light]-portable.zip`` into ``out``."""
    build.out.mkdir(parents=True, exist_ok=True)
    out = build.out / f"{build.name}-portable.zip"
    when = time.gmtime(build.epoch)[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in tree_files(build):
            data = (build.tree / name).read_bytes()
            if name == "installed.toml":
                data = installed_as(build, "portable").encode()
            info = zipfile.ZipInfo(f"Inkstone/{name}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # of Windows, whichever system builds
            packed.writestr(info, data)
    print(f"   {out.name}: {out.stat().st_size / 1e6:.0f} MB", file=sys.stderr)


def tree_files(build: Build) -> list[str]:
    """All files of the tree, relative, with slashes, sorted. Raises ``BuildError`` for a tree that cannot be unpacked on Windows."""
    files = sorted(path.relative_to(build.tree).as_posix() for path in build.tree.rglob("*") if not path.is_dir())
    if "installed.toml" not in files:
        raise BuildError(f"{build.tree} is no tree yet: run the steps before.")
    known: dict[str, str] = {}
    for name in files:
        if re.search(r'[<>:"\\|?*]|[ .](/|$)', name) or (build.tree / name).is_symlink():
            raise BuildError(f"{name} cannot be a file on Windows: rename or prune it.")
        if known.setdefault(name.lower(), name) != name:
            raise BuildError(f"{name} and {known[name.lower()]} are one file on Windows: prune one of them.")
    return files


def installed_as(build: Build, form: str) -> str:
    """The text of installed.toml with another form."""
    text = (build.tree / "installed.toml").read_text(encoding="utf-8")
    changed, count = re.subn(r'^form = ".*"$', f'form = "{form}"', text, flags=re.MULTILINE)
    if count != 1:
        raise BuildError(f"{build.tree / 'installed.toml'} names no form: run the step program again.")
    return changed
