# SPDX-License-Identifier: Apache-2.0
"""Write the launcher ``inkstone`` of this environment: a step of the set-up, after pip, which writes one of its own.

    python packaging/launchers.py

pip's starts Python with whatever variables are set: with PYTHONHOME of another Python it does not start at all, and with PYTHONPATH a
foreign json.py runs inside Inkstone. Only something outside Python can help, because both happen before any code of ours: a line of sh
that asks for Python's isolated mode (-I). It names the environment's Python by its whole path, so that a link to the launcher or a
desktop entry can start it from anywhere. On Windows pip's launcher stays.
"""

from __future__ import annotations

import os
import shlex
import sys
import sysconfig
from pathlib import Path


def launcher(python: str) -> str:
    # These two say which environment Python belongs to, and are followed even with -I.
    return f'#!/bin/sh\nunset PYTHONEXECUTABLE __PYVENV_LAUNCHER__\nexec {shlex.quote(python)} -I -m desktop_app "$@"\n'


def write(folder: Path, python: str) -> Path:
    file = folder / "inkstone"
    making = folder / "inkstone.new"
    making.write_text(launcher(python), encoding="utf-8")
    making.chmod(0o755)
    os.replace(making, file)
    return file


if __name__ == "__main__" and sys.platform != "win32":
    write(Path(sysconfig.get_path("scripts")), sys.executable)
