# SPDX-License-Identifier: Apache-2.0
"""The heading trail while a file is read from top to bottom."""

from __future__ import annotations


class Trail:
    """Headings that are open now, outermost first. Levels may be skipped; a heading closes all of its level and deeper."""

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []
        self.now: tuple[str, ...] = ()

    def enter(self, level: int, title: str) -> tuple[str, ...]:
        """Open a heading, which closes those of its level and below; returns the trail. Without a title it only closes."""
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        if title:
            self._open.append((level, title))
        self.now = tuple(title for _, title in self._open)
        return self.now
