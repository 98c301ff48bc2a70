# SPDX-License-Identifier: Apache-2.0
"""Lowers the priority of background threads and processes.

On Linux niceness belongs to a thread, and threads that a library starts from it (torch's and OpenVINO's own) inherit it. It can only
be raised: a thread that was lowered stays so, which costs nothing while the PC is idle. Windows knows a background mode for a thread,
which lowers its disk and memory priority too, and classes for a process.
"""

from __future__ import annotations

import os
import sys
import threading

import psutil

BACKGROUND, IDLE = 10, 19  # niceness


def lower_thread(niceness: int = BACKGROUND) -> None:
    """Lower the calling thread; at ``IDLE`` its disk accesses come last, too. Politeness only: never fails."""
    try:
        if sys.platform == "win32":
            import ctypes

            begin_background, lowest = 0x10000, -2
            kernel = ctypes.windll.kernel32
            kernel.SetThreadPriority(kernel.GetCurrentThread(), begin_background if niceness >= IDLE else lowest)
        elif sys.platform == "linux":
            number = threading.get_native_id()
            if os.getpriority(os.PRIO_PROCESS, number) < niceness:
                os.setpriority(os.PRIO_PROCESS, number, niceness)
            if niceness >= IDLE:
                psutil.Process(number).ionice(psutil.IOPRIO_CLASS_IDLE)
    except (OSError, psutil.Error):
        pass


def lower_process(pid: int, niceness: int = BACKGROUND) -> None:
    """The same for a whole process of ours; it may have ended."""
    try:
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.IDLE_PRIORITY_CLASS if niceness >= IDLE else psutil.BELOW_NORMAL_PRIORITY_CLASS)
            return
        if process.nice() < niceness:
            process.nice(niceness)
        if niceness >= IDLE and sys.platform == "linux":
            process.ionice(psutil.IOPRIO_CLASS_IDLE)
    except (OSError, psutil.Error):
        pass
