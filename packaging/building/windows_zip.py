# SPDX-License-Identifier: Apache-2.0
"""The portable zip for Windows, whose data stay beside the program.

Names are sorted and all files have the time of the commit, so that two builds give the same bytes.
"""

from __future__ import annotations

import re
import sys
import time
import zipfile

from building.program import write_form
from building.recipe import Build, BuildError


def pack(build: Build) -> None:
    """Write ``Inkstone-<version>-windows[-light]-portable.zip`` into ``out``."""
    files = tree_files(build)
    write_form(build, "portable")
    build.out.mkdir(parents=True, exist_ok=True)
    out = build.out / f"{build.name}-portable.zip"
    when = time.gmtime(build.epoch)[:6]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name in files:
            info = zipfile.ZipInfo(f"Inkstone/{name}", when)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0  # of Windows, whichever system builds
            packed.writestr(info, (build.tree / name).read_bytes())
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
