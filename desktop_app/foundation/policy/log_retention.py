# SPDX-License-Identifier: Apache-2.0
"""Deletes lines of logs that are older than the policy allows."""

from __future__ import annotations

import logging
import re
import time
from io import FileIO
from pathlib import Path

log = logging.getLogger(__name__)

_BEGINNING = re.compile(rb"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)", re.MULTILINE)


def forget_old_lines(folder: Path, days: int, now: float) -> None:
    """Every line in the logs of ``folder`` from before ``days`` days; ``now`` in seconds since 1970. Files are changed in place: other
    processes have them open, and append."""
    earliest = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now - days * 86_400)).encode()
    for file in folder.glob("*.log*"):
        try:
            with file.open("r+b", buffering=0) as stream:
                data = stream.read()
                kept = next((found.start() for found in _BEGINNING.finditer(data) if found[1] >= earliest), len(data))
                if kept:
                    _move_to_the_front(stream, data[kept:], len(data))
        except OSError as error:  # rotated away meanwhile
            log.info("%s keeps its old lines: %s", file, error)


def _move_to_the_front(stream: FileIO, rest: bytes, end: int) -> None:
    """Keep only ``rest``, and what others append behind ``end`` until then."""
    written = 0
    while True:
        stream.seek(written)
        written += stream.write(rest)
        stream.seek(end)
        rest = stream.read()
        if not rest:
            break
        end += len(rest)
    stream.truncate(written)
