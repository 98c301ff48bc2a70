# SPDX-License-Identifier: Apache-2.0
"""Ends child processes together with this one, on Windows.

A child ends by itself when its standard input closes, but one that is deep in a long computation would hold on to libraries that a set-up
program wants to replace. Windows ends all processes of a job object when its last handle is closed, and it closes the handles of a process
that dies in whatever way. Only our children are put into it: a job for this process would also end the programs in which documents were
opened.
"""

from __future__ import annotations

import functools
import subprocess
import sys

_KILL_ON_JOB_CLOSE = 0x2000
_EXTENDED_LIMITS = 9  # of the kinds of SetInformationJobObject


def end_with_us(process: subprocess.Popen[bytes]) -> None:
    """Let Windows end ``process`` when this one ends. Nothing happens on other systems, or where Windows refuses."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        if job := _job():
            ctypes.windll.kernel32.AssignProcessToJobObject(wintypes.HANDLE(job), wintypes.HANDLE(int(process._handle)))


if sys.platform == "win32":

    @functools.cache
    def _job() -> int:
        """The handle of this process's job, open until it ends; 0 where Windows gives none."""
        import ctypes
        from ctypes import wintypes

        class Basic(ctypes.Structure):
            """JOBOBJECT_BASIC_LIMIT_INFORMATION."""

            _fields_ = (
                ("process_time", ctypes.c_int64),
                ("job_time", ctypes.c_int64),
                ("flags", wintypes.DWORD),
                ("least_memory", ctypes.c_size_t),
                ("most_memory", ctypes.c_size_t),
                ("most_processes", wintypes.DWORD),
                ("affinity", ctypes.c_size_t),
                ("priority", wintypes.DWORD),
                ("scheduling", wintypes.DWORD),
            )

        class Extended(ctypes.Structure):
            """JOBOBJECT_EXTENDED_LIMIT_INFORMATION."""

            _fields_ = (("basic", Basic), ("transfers", ctypes.c_uint64 * 6), ("memory", ctypes.c_size_t * 4))

        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        job = kernel.CreateJobObjectW(None, None)
        limits = Extended()
        limits.basic.flags = _KILL_ON_JOB_CLOSE
        done = job and kernel.SetInformationJobObject(
            wintypes.HANDLE(job), _EXTENDED_LIMITS, ctypes.byref(limits), ctypes.sizeof(limits)
        )
        return int(job) if done else 0
