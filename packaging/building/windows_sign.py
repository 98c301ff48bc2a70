# SPDX-License-Identifier: Apache-2.0
"""Sign what this build compiles for Windows, with the builder's command.

``INKSTONE_SIGN`` is a command line that gets the file as its last argument. Signed are the launchers and llama.cpp here, the uninstaller and
the set-up program where they are made; what comes from others keeps the signature it has. Before the lists of parts are written, whose
hashes are those of the signed files. ``setup.nsi`` calls this file for the uninstaller, which NSIS makes while it compiles.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from building.recipe import Build, BuildError

OURS = ("*.exe", "*.com", "packages/llama_cpp/lib/*.dll")


def sign_tree(build: Build) -> None:
    """The step; without the command it does nothing."""
    for pattern in OURS:
        for file in sorted(build.tree.glob(pattern)):
            sign(file)


def sign(file: Path) -> None:
    """Run the builder's command for one file; without one it stays unsigned. Raises ``BuildError``."""
    command = os.environ.get("INKSTONE_SIGN", "")
    if not command:
        return
    done = subprocess.run(f'{command} "{file}"', shell=True, capture_output=True, text=True, check=False)
    if done.returncode:
        raise BuildError(f"INKSTONE_SIGN did not sign {file.name}:\n{done.stdout[-1000:]}{done.stderr[-1000:]}")


if __name__ == "__main__":
    sign(Path(sys.argv[1]))
