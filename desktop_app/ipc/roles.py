# SPDX-License-Identifier: Apache-2.0
"""Starts a role of the program as a child process.

An installed program on Windows has no Python of its own to start, but a launcher, Inkstone.exe, which takes ``--role`` directly. Elsewhere
``sys.executable`` is Python and needs ``-m desktop_app``. Variables of another Python (PYTHONHOME, PYTHONPATH ...) and packages of the user's own are left out (-E, -s):
they break ours, or run foreign modules inside it. Not -I, which would also leave out the folder a child is started in: it is ours, and
makes sure that the child is this very program and no other version. Children are plain subprocesses with pipes, never ``multiprocessing``: peers saw access violations
on Windows from inherited library state.

A child ends when its standard input closes. On Windows it is ended with its parent as well (``child_job``), because a set-up program cannot
replace files that are in use.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from desktop_app.foundation.installed import installation
from desktop_app.ipc import child_job

# Followed even with -E and -I: they say which environment Python belongs to.
_ANOTHER_PYTHON = ("PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__")


def command(role: str, *arguments: str) -> list[str]:
    """The command line that starts ``role`` of this very program."""
    here = installation()
    if sys.platform == "win32" and here is not None:
        return [str(here.starter), "--role", role, *arguments]
    return [sys.executable, "-E", "-s", "-X", "utf8", "-m", "desktop_app", "--role", role, *arguments]


def start(role: str, arguments: Sequence[str] = (), *, niceness: int = 0, keep_stderr: bool = False) -> subprocess.Popen[bytes]:
    """Start a role; the options as of ``launch``. Raises ``OSError``."""
    return launch(command(role, *arguments), niceness=niceness, keep_stderr=keep_stderr)


def launch(
    command: Sequence[str], *, niceness: int = 0, keep_stderr: bool = False, pipe_bytes: int = -1
) -> subprocess.Popen[bytes]:
    """Start a command with pipes on its standard input and output; standard error is ours, or a third pipe with ``keep_stderr``.

    ``pipe_bytes``: how much its pipes hold, for large messages; the system's own size by default. Linux has 64 KiB, and each time that
    much is through the two processes take turns. ``niceness`` (0..19, POSIX; any value above 0 means "below normal" on Windows) lets background work give way to other programs.
    Raises ``OSError``.
    """
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | (subprocess.BELOW_NORMAL_PRIORITY_CLASS if niceness else 0)
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE if keep_stderr else _our_stderr(),
        creationflags=flags,
        bufsize=pipe_bytes,
        pipesize=pipe_bytes,
        env={name: value for name, value in os.environ.items() if name not in _ANOTHER_PYTHON},
        cwd=_start_folder(),
    )
    child_job.end_with_us(process)
    if niceness and sys.platform != "win32":
        try:
            os.setpriority(os.PRIO_PROCESS, process.pid, niceness)
        except OSError:
            pass  # already gone, or not permitted: only politeness is lost
    return process


def _our_stderr() -> int | None:
    """A window that was opened by double click on Windows has none: what a child writes there would fail, and end it."""
    return None if sys.stderr is not None else subprocess.DEVNULL


def _start_folder() -> str:
    """From a checkout that is not installed, ``-m desktop_app`` is found from the folder above the package."""
    from desktop_app import __file__ as package

    return os.path.dirname(os.path.dirname(os.path.abspath(package)))
