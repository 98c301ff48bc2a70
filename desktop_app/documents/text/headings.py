# SPDX-License-Identifier: Apache-2.0
"""The heading trail while a file is read from top to bottom."""

from __future__ import annotations

import re

_LOOSE = re.compile(r"[\W_]+")


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


def bookmark_of(text: str, entries: list[tuple[int, str]]) -> tuple[int, str] | None:
    """The bookmark that this paragraph is the heading of; taken from ``entries``. A bookmark whose words do not stand on the
    page is not believed."""
    if not entries or len(text) > 200:
        return None
    loose = _LOOSE.sub("", text).casefold()
    for position, (level, title) in enumerate(entries):
        wanted = _LOOSE.sub("", title).casefold()
        if wanted and (loose.endswith(wanted) or loose.startswith(wanted)) and len(loose) - len(wanted) <= 6:
            del entries[: position + 1]
            return level, title
    return None
