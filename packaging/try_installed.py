# SPDX-License-Identifier: Apache-2.0
"""Ask an installed Inkstone what the build asks its tree before it is packed.

    python packaging/try_installed.py FOLDER

FOLDER is where the program lies after a set-up, a package or an unpacked archive. What is asked: ``building/smoke.py``.
"""

from __future__ import annotations

import sys
import tempfile
import tomllib
from pathlib import Path

from building import smoke
from building.recipe import BuildError


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__, file=sys.stderr)
        return 2
    folder = Path(arguments[0]).resolve()
    starter = folder / ("Inkstone.com" if sys.platform == "win32" else "bin/inkstone")
    note = folder / "installed.toml"
    if not starter.is_file() or not note.is_file():
        print(f"{folder} holds no installed Inkstone: {starter.name} or {note.name} is missing.", file=sys.stderr)
        return 1
    version = tomllib.loads(note.read_text(encoding="utf-8"))["version"]
    with tempfile.TemporaryDirectory(prefix="试用 Inkstone ") as place:
        try:
            smoke.try_program(smoke.Runner((str(starter),)), folder / "program", Path(place), version)
        except BuildError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
