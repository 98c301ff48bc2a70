# SPDX-License-Identifier: Apache-2.0
"""Bytes from a pipe become lines: pieces are joined, long lines are not searched twice."""

from __future__ import annotations

from desktop_app.ipc.pipes import LONGEST, LineTooLongError


class LineBuffer:
    def __init__(self, longest: int = LONGEST) -> None:
        self._rest = bytearray()
        self._searched = 0  # bytes of ``_rest`` known to hold no line end
        self._longest = longest

    def feed(self, data: bytes) -> list[bytes]:
        """The lines that ``data`` completes, without their ends; empty lines are left out.

        Raises ``LineTooLongError`` when a line grows without an end.
        """
        self._rest += data
        lines: list[bytes] = []
        start = 0
        while (end := self._rest.find(b"\n", max(start, self._searched))) >= 0:
            line = bytes(self._rest[start:end]).rstrip(b"\r")
            if line:
                lines.append(line)
            start = end + 1
        del self._rest[:start]
        self._searched = len(self._rest)
        if self._searched > self._longest:
            raise LineTooLongError(self._longest)
        return lines
