# SPDX-License-Identifier: Apache-2.0
"""Which glibc the files of a tree ask for.

Read from the names of symbol versions (GLIBC_2.34), which stand as plain text in every library and program.
"""

from __future__ import annotations

import re
from pathlib import Path

_VERSION = re.compile(rb"\0GLIBC_2\.(\d+)(?=\0)")


def needed(tree: Path) -> tuple[int, Path | None]:
    """The highest N of GLIBC_2.N, and the first file that asks for it; 0 and None where nothing is compiled."""
    highest, which = 0, None
    for path in sorted(tree.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        with path.open("rb") as file:
            if file.read(4) != b"\x7fELF":
                continue
            found = max((int(number) for number in _VERSION.findall(file.read())), default=0)
        if found > highest:
            highest, which = found, path
    return highest, which
