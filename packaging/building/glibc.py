# SPDX-License-Identifier: Apache-2.0
"""Which glibc and which C++ library the files of a tree ask for.

Read from the names of symbol versions (GLIBC_2.34, GLIBCXX_3.4.29), which stand as plain text in every library and program.
"""

from __future__ import annotations

import re
from pathlib import Path

_GLIBC = re.compile(rb"\0GLIBC_2\.(\d+)(?=\0)")
_CXX = re.compile(rb"\0GLIBCXX_3\.4\.(\d+)(?=\0)")
# The N of GLIBCXX_3.4.N, and the release of GCC that brought it.
_GCC = {21: "5", 22: "6", 23: "7", 24: "7.2", 25: "8", 26: "9", 27: "9.2", 28: "9.3", 29: "11", 30: "12"}
# glibc 2.N, and the Debian that has it.
_DEBIAN = {28: 10, 31: 11, 36: 12, 41: 13}


def needed(tree: Path) -> tuple[int, Path | None]:
    """The highest N of GLIBC_2.N, and the first file that asks for it; 0 and None where nothing is compiled."""
    return _highest(tree, _GLIBC)


def needed_cxx(tree: Path) -> int:
    """The highest N of GLIBCXX_3.4.N; 0 where nothing asks for one."""
    return _highest(tree, _CXX)[0]


def gcc_with(cxx: int) -> str:
    """The release of GCC whose C++ library has GLIBCXX_3.4.``cxx``."""
    return next(release for number, release in _GCC.items() if number >= cxx)


def debian_with(minor: int) -> int:
    """The first Debian that has glibc 2.``minor``; of a newer one than is known, the last that is known."""
    return next((release for number, release in _DEBIAN.items() if number >= minor), max(_DEBIAN.values()))


def _highest(tree: Path, version: re.Pattern[bytes]) -> tuple[int, Path | None]:
    highest, which = 0, None
    for path in sorted(tree.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
            found = max((int(number) for number in version.findall(file.read())), default=0)
        if found > highest:
            highest, which = found, path
    return highest, which
