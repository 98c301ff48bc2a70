# SPDX-License-Identifier: Apache-2.0
"""A script that stands in for the measuring process, where that must crash, stall or tell a given result."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import msgspec
import pytest

from desktop_app.contract.measuring_process import Event
from desktop_app.ipc import roles
from desktop_app.ipc.message import PROTOCOL, Initialized


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Lets scripts stand in for the measuring process, one after another; gives the list of jobs that were asked for."""
    jobs = tmp_path / "jobs"

    def play(*scripts: tuple[list[Event], int]) -> Path:
        waiting = list(scripts)

        def start(role: str, arguments=(), *, niceness: int = 0, keep_stderr: bool = False) -> subprocess.Popen[bytes]:
            assert role == "measure"
            events, code = waiting.pop(0)
            lines = "".join(msgspec.json.encode(event).decode() + "\n" for event in [Initialized(PROTOCOL), *events])
            script = textwrap.dedent(f"""
                import os, sys
                with open({str(jobs)!r}, "a", encoding="utf-8") as file:
                    sys.stdin.readline()
                    file.write(sys.stdin.readline())
                sys.stdout.write({lines!r})
                sys.stdout.flush()
                os._exit({code})
            """)
            return subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

        monkeypatch.setattr(roles, "start", start)
        return jobs

    return play
