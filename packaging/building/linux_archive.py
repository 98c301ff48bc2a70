# SPDX-License-Identifier: Apache-2.0
"""Packs the portable archive of Linux, whose data stay beside it.

One folder ``Inkstone`` with ``start`` and a README in both languages; unpacked by a file manager or ``tar xf``. Owner, rights, order and
times say nothing of the machine that packed it.
"""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from building import linux_files
from building.recipe import Build, BuildError

_START = '#!/bin/sh\n# Starts Inkstone from this folder.\nexec "$(dirname -- "$(readlink -f -- "$0")")/bin/inkstone" "$@"\n'


def pack(build: Build) -> None:
    """The step. Raises ``BuildError``."""
    if shutil.which("zstd") is None:
        raise BuildError("zstd is missing, which packs the portable archive: install the package zstd.")
    place = build.work / "archive"
    shutil.rmtree(place, ignore_errors=True)
    top = place / "Inkstone"
    linux_files.copy_tree(build, top, "portable")
    start = top / "start"
    start.write_text(_START, encoding="utf-8")
    start.chmod(0o755)
    linux_files.put(top / "README.txt", linux_files.text_of(build, "README.txt"))
    linux_files.settle(top, build.epoch)
    build.out.mkdir(parents=True, exist_ok=True)
    made = build.out / f"{build.name}-portable.tar.zst"
    _write(top, made)
    shutil.rmtree(place)
    print(f"   {made.name}: {made.stat().st_size / 1e6:.0f} MB")


def _write(top: Path, made: Path) -> None:
    # The same bytes by however many threads; 19 is the last level that unpacks with little memory.
    command = ["zstd", "-19", "-T0", "--quiet", "--force", "-o", str(made)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as packer:
        assert packer.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # told by zstd itself, and by its status
            with tarfile.open(fileobj=packer.stdin, mode="w|", format=tarfile.PAX_FORMAT) as archive:
                for path in (top, *sorted(top.rglob("*"))):
                    archive.add(path, path.relative_to(top.parent).as_posix(), recursive=False, filter=_owned_by_nobody)
            packer.stdin.close()
    if packer.returncode:
        raise BuildError(f"{made} was not made: zstd ended with {packer.returncode}. Is there room on the disk?")


def _owned_by_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry
