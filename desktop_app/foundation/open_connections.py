# SPDX-License-Identifier: Apache-2.0
"""Counts the internet connections of a set of processes.

From the system's own table, so that the window shows what is, not what we promise.
"""

from __future__ import annotations

from collections.abc import Iterable


def count(pids: Iterable[int]) -> int:
    """Internet sockets of these processes and all their descendants; processes that are gone or closed to us count as none.

    2 to 10 ms a process on Linux, because its file descriptors are walked.
    """
    import psutil

    seen: dict[int, psutil.Process] = {}
    for pid in pids:
        try:
            process = psutil.Process(pid)
            for one in (process, *process.children(recursive=True)):
                seen[one.pid] = one
        except (psutil.Error, OSError):
            continue
    total = 0
    for process in seen.values():
        try:
            total += len(process.net_connections(kind="inet"))
        except (psutil.Error, OSError):
            continue
    return total
