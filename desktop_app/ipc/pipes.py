# SPDX-License-Identifier: Apache-2.0
"""JSON lines over a child's standard input and output.

In a child, ``protect_stdout()`` keeps file descriptor 1 for the protocol alone: it is duplicated, then fd 1 is pointed at
stderr, so that a native library's stray print cannot break a line. ``protect_stdin()`` does the same for file descriptor 0. One message
is one line of UTF-8 JSON.

No side takes a line longer than ``LONGEST``: whoever reads would have to hold it in memory whole, and the other side may be a parser
that a hostile file has taken over. What is larger is sent in parts.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator
from typing import IO, BinaryIO

import msgspec

LONGEST = 64 << 20
"""Bytes of a line; messages have some kilobytes, the longest some megabytes."""

_PIECE = 1 << 18  # bytes of a long line read at once
_TAIL_LINE = 4096  # bytes of one line of standard error
_WINDOWS_INPUT, _WINDOWS_OUTPUT = -10, -11  # STD_INPUT_HANDLE, STD_OUTPUT_HANDLE


class LineTooLongError(Exception):
    """A line beyond the limit; ``head`` is its beginning."""

    def __init__(self, longest: int, head: bytes = b"") -> None:
        super().__init__(f"a line of more than {longest:,} bytes")
        self.head = head


def read_line(stream: IO[bytes], longest: int = LONGEST) -> bytes:
    """The next line with its end; b"" when there is none. Raises ``LineTooLongError`` when ``longest`` bytes of it held no end;
    ``skip_line`` passes over the rest."""
    line = stream.readline(min(_PIECE, longest))
    if line.endswith(b"\n") or len(line) < min(_PIECE, longest):
        return line
    whole = bytearray(line)  # in pieces: a single ``readline`` would hold all of it twice
    while not whole.endswith(b"\n"):
        if len(whole) >= longest:
            whole.clear()  # else whoever keeps the error keeps all of it, by its traceback
            raise LineTooLongError(longest, head=line)
        piece = stream.readline(min(_PIECE, longest - len(whole)))
        if not piece:
            break
        whole += piece
    return bytes(whole)


def skip_line(stream: IO[bytes]) -> None:
    """Read up to the end of the line and keep nothing of it."""
    while (piece := stream.readline(_PIECE)) and not piece.endswith(b"\n"):
        pass


def lines(stream: IO[bytes], longest: int = LONGEST) -> Iterator[bytes]:
    """Each line until the end. Raises ``LineTooLongError``."""
    while line := read_line(stream, longest):
        yield line


def error_lines(stream: IO[bytes]) -> Iterator[str]:
    """What a child says on standard error, line by line; long lines come in pieces, bytes that are no text as replacement
    characters."""
    while line := stream.readline(_TAIL_LINE):
        yield line.decode("utf-8", "replace").rstrip()


def protect_stdout() -> BinaryIO:
    """The stream that the protocol owns from now on; prints of any library go to standard error."""
    sys.stdout.flush()
    protocol = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    _tell_windows(_WINDOWS_OUTPUT, 1)
    return protocol


def protect_stdin() -> None:
    """Keep what the parent sends for ``sys.stdin`` alone; whoever else looks at file descriptor 0 finds an empty file.

    On Windows a library that looks at it while it is loaded waits until the read that is under way ends: NumPy, imported while a thread
    waited for the next request, waited for ever.
    """
    protocol = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    _tell_windows(_WINDOWS_INPUT, 0)
    sys.stdin = os.fdopen(protocol, encoding="utf-8")


def _tell_windows(which: int, descriptor: int) -> None:
    """Windows keeps the standard handles a second time, for those who do not ask the C library."""
    if sys.platform == "win32":
        import ctypes
        import msvcrt

        ctypes.windll.kernel32.SetStdHandle(which, ctypes.c_void_p(msvcrt.get_osfhandle(descriptor)))


class LineWriter:
    """Writes messages as JSON lines; safe to call from several threads."""

    def __init__(self, stream: BinaryIO, longest: int = LONGEST) -> None:
        self._stream = stream
        self._longest = longest
        self._lock = threading.Lock()
        self._encode = msgspec.json.Encoder().encode

    def write(self, message: object) -> None:
        """Raises ``BrokenPipeError`` when the other side is gone, ``LineTooLongError`` for a message that it would not take; nothing
        of that is written."""
        line = self._encode(message) + b"\n"
        if len(line) > self._longest:
            raise LineTooLongError(self._longest)
        with self._lock:
            view = memoryview(line)
            while view:
                written = self._stream.write(view) or 0
                view = view[written:]
            self._stream.flush()
