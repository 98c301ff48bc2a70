"""JSON lines over a child's standard input and output.

In a child, ``protect_stdout()`` keeps file descriptor 1 for the protocol alone: it is duplicated, then fd 1 is pointed at
stderr, so that a native library's stray print cannot break a line. One message is one line of UTF-8 JSON.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import BinaryIO

import msgspec


def protect_stdout() -> BinaryIO:
    """The stream that the protocol owns from now on; prints of any library go to standard error."""
    sys.stdout.flush()
    protocol = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    return protocol


class LineWriter:
    """Writes messages as JSON lines; safe to call from several threads."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._encode = msgspec.json.Encoder().encode

    def write(self, message: object) -> None:
        """Raises ``BrokenPipeError`` when the other side is gone."""
        line = self._encode(message) + b"\n"
        with self._lock:
            view = memoryview(line)
            while view:
                written = self._stream.write(view) or 0
                view = view[written:]
            self._stream.flush()
