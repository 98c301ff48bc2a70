# SPDX-License-Identifier: Apache-2.0
"""Limits the memory of a process that parses untrusted files."""

from __future__ import annotations

import sys


def limit_memory(most: int) -> None:
    """No more than ``most`` bytes of address space, where the system has such a limit (Linux); whoever started the process watches its
    memory on every system."""
    if sys.platform == "win32":
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
    except (ValueError, OSError):
        pass  # macOS refuses it
