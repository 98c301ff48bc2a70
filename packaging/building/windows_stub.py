# SPDX-License-Identifier: Apache-2.0
"""Put Inkstone's sentence on a broken download into the set-up program.

NSIS compares a checksum of the whole file before anything else, and what it says where that is wrong (English, with a page of its own to read
on) stands in its program, not in a script. ``setup.nsi`` calls this by ``!packhdr`` for the program before it is packed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from building.recipe import BuildError

DAMAGED = (
    "This set-up file is damaged or was not downloaded completely. Nothing was installed. Download it again and compare its SHA-256.\n\n"
    "安装文件已损坏或下载不完整，未安装任何内容。请重新下载，并核对 SHA-256。"
)
_WORDS = {
    "Installer integrity check has failed. Common causes include\n"
    "incomplete download and damaged media. Contact the\n"
    "installer's author to obtain a new copy.\n\n"
    "More information at:\nhttp://nsis.sf.net/NSIS_Error": DAMAGED,
    "NSIS Error": "Inkstone",
}


def reworded(program: bytes) -> bytes:
    """NSIS's program with our words in the place of its own. Raises ``BuildError`` where it has others, as another version may."""
    for old, new in _WORDS.items():
        theirs, ours = (f"{text}\0".encode("utf-16-le") for text in (old, new))
        if program.count(theirs) != 1 or len(ours) > len(theirs):
            raise BuildError(f"The text “{old[:40]}” does not stand in NSIS's program as expected: was NSIS changed?")
        program = program.replace(theirs, ours.ljust(len(theirs), b"\0"))
    return program


if __name__ == "__main__":
    header = Path(sys.argv[1])
    header.write_bytes(reworded(header.read_bytes()))
