# SPDX-License-Identifier: Apache-2.0
"""The id of a request that could not be decoded.

With it a child can answer such a line to whoever asked, who would wait for the time-out otherwise.
"""

from __future__ import annotations

import re

import msgspec

from desktop_app.ipc.message import UNDECODABLE


def of(line: bytes) -> int:
    """The id in a line that is no request we know; 0 when there is none."""
    try:
        value = msgspec.json.decode(line)
    except UNDECODABLE:
        return 0
    number = value.get("id") if isinstance(value, dict) else None
    return number if type(number) is int else 0  # True is an int, too


def at_start(head: bytes) -> int:
    """The id of a request of which only the beginning was read; 0 when it is not there. Ours have it right behind the type."""
    match = re.match(rb'\s*\{\s*"type"\s*:\s*"\w+"\s*,\s*"id"\s*:\s*(\d{1,15})\s*[,}]', head)
    return int(match[1]) if match else 0
