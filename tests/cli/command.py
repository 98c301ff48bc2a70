# SPDX-License-Identifier: Apache-2.0
"""``inkstone`` as a stranger's script runs it: a process of its own, its standard output and error, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROGRAM = (sys.executable, "-m", "desktop_app")
ROOT = Path(__file__).resolve().parents[2]
LIMIT = 120.0  # seconds; a command that meets it has failed
# What the person's own desktop may bring along and a test must not depend on.
_LEFT_OUT = ("LC_ALL", "LC_MESSAGES", "LANGUAGE", "DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "PYTHONIOENCODING")


@dataclass(frozen=True, slots=True)
class Run:
    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON lines; every line must be one, an object."""
        found = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(line, dict) for line in found)
        return found

    @property
    def one(self) -> dict[str, Any]:
        (line,) = self.lines
        return line


def environment(**changes: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _LEFT_OUT}
    return {**kept, "LANG": "C.UTF-8", **changes}


def inkstone(*arguments: str | bytes | Path, wrapped: Sequence[str] = (), **changes: str) -> Run:
    """Run one command to its end. ``wrapped``: a command that runs it (strace, setpriv); ``changes``: environment variables."""
    done = subprocess.run(
        [*wrapped, *PROGRAM, *arguments],
        capture_output=True,
        env=environment(**changes),
        cwd=ROOT,
        timeout=LIMIT,
        check=False,
    )
    return Run(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))
