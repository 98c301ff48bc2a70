# SPDX-License-Identifier: Apache-2.0
"""The compiler for an older glibc: Zig's, from its wheel, by hash.

It brings the headers and the symbols of every glibc, so that a machine of today compiles for that of 2018, without a root of an old system:
no administrator, and nothing of it leaves the mirrors. It is Clang, with LLVM's C++ library linked into what it makes.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from building import downloads
from building.recipe import OLDER_GLIBC

PIN = downloads.Pin("ziglang", "0.15.2", "806316453d1ede7174ed3fefb8e5348154629089c3bb5fe812dfd0e172fac130")
TARGET = f"x86_64-linux-gnu.2.{OLDER_GLIBC}"


def compilers(cache: Path) -> Path:
    """A folder with ``cc`` and ``c++``, to stand first on the PATH. Raises ``BuildError``."""
    kept = cache / f"zig-{PIN.sha256[:16]}-2.{OLDER_GLIBC}"
    if not kept.is_dir():
        (wheel,) = downloads.wheels([PIN], "linux", cache)
        with tempfile.TemporaryDirectory(dir=cache, prefix="zig-") as place:
            made = Path(place) / "made"
            shutil.unpack_archive(wheel, made, format="zip")
            (made / "ziglang" / "zig").chmod(0o755)
            (made / "bin").mkdir()
            for name in ("cc", "c++"):
                script = made / "bin" / name
                text = f'#!/bin/sh\nexec "$(dirname -- "$0")/../ziglang/zig" {name} -target {TARGET} "$@"\n'
                script.write_text(text, encoding="utf-8")
                script.chmod(0o755)
            if not kept.is_dir():  # another build may have been quicker
                os.replace(made, kept)
    return kept / "bin"


def environment(cache: Path) -> dict[str, str]:
    """Variables under which ``cc`` and ``c++`` are Zig's; the libraries that it makes of its own lie beside it. Raises ``BuildError``."""
    tools = compilers(cache)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "CC": "cc", "CXX": "c++", "ZIG_GLOBAL_CACHE_DIR": str(tools.parent / "cache")}
