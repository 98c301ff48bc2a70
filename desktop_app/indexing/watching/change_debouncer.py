# SPDX-License-Identifier: Apache-2.0
"""Debounces file-change events: due after 3 s of quiet, 60 s at most."""

from __future__ import annotations

# Seconds. Office programs save in several steps, a folder of 10,000 files arrives over a minute.
QUIET = 3.0
# A file that grows for an hour, or a log that is written to all day, must not keep the rest from being read.
LONGEST = 60.0


class ChangeDebouncer:
    """Which roots have changed. Holds their names, not the events. Times in seconds of one clock."""

    def __init__(self, quiet: float = QUIET, longest: float = LONGEST) -> None:
        self._quiet = quiet
        self._longest = longest
        self._roots: dict[str, None] = {}
        self._first = self._last = 0.0

    def note(self, root: str, now: float) -> None:
        """An event below ``root``."""
        if not self._roots:
            self._first = now
        self._roots[root] = None
        self._last = now

    @property
    def has_news(self) -> bool:
        """Whether something was noted that was not taken yet."""
        return bool(self._roots)

    def is_due(self, now: float) -> bool:
        """Whether the roots should be taken now."""
        return bool(self._roots) and (now - self._last >= self._quiet or now - self._first >= self._longest)

    def take(self) -> list[str]:
        """The roots, in the order they first changed; gathering begins anew."""
        roots = list(self._roots)
        self._roots.clear()
        return roots
