# SPDX-License-Identifier: Apache-2.0
"""Counts the paragraphs of numbered lists: "3.2", "(a)", "第三条".

The numbers of most office documents stand nowhere in the file: a paragraph says only which list and level it is of, and a table says how
each level looks. "What does clause 3.2 say?" found nothing until they were counted here. Formats describe their lists as ``Level``s.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desktop_app.documents.text.number_styles import number_text, zero_padded

LEVELS = 9
_NUMBER = re.compile("%([1-9])")


@dataclass(frozen=True, slots=True)
class Level:
    """How a level of a list counts and looks.

    ``text`` holds %1 to %9 for the numbers of this level and those above. ``restart``: the level, counted from 1, that starts this one
    again, together with those above it; 0 for none, None for every level above. ``plain``: all numbers in figures. ``pattern``: "001, 002, …".
    """

    start: int = 1
    style: str = "decimal"
    text: str = ""
    between: str = " "
    restart: int | None = None
    plain: bool = False
    pattern: str = ""


class ListNumbers:
    """The counters of all lists of a document, while it is read from top to bottom."""

    def __init__(self) -> None:
        self._counters: dict[str, list[int | None]] = {}
        self._used: set[tuple[str, int]] = set()

    def label(self, counter: str, levels: Sequence[Level], level: int, use: str = "", starts: Collection[int] = ()) -> str:
        """Count a paragraph of ``level`` (from 0) and return its number as it is shown, with what parts it from the text.

        Lists with the same ``counter`` go on counting each other. ``use`` names the list itself: at its first paragraph of one of the levels
        ``starts`` counting begins anew.
        """
        values = self._counters.setdefault(counter, [None] * LEVELS)
        value = values[level]
        if level in starts and (use, level) not in self._used:
            self._used.add((use, level))
            value = None
        values[level] = levels[level].start if value is None else value + 1
        for below in range(level + 1, LEVELS):
            restart = levels[below].restart
            if restart is None or level + 1 <= restart:
                values[below] = None
        return _shown(levels, values, level)


def _shown(levels: Sequence[Level], values: Sequence[int | None], level: int) -> str:
    own = levels[level]
    if own.style == "bullet":
        return ""

    def number(match: re.Match[str]) -> str:
        which = int(match[1]) - 1
        if which > level:
            return ""
        value = values[which]
        value = levels[which].start if value is None else value
        padded = zero_padded(levels[which].pattern)
        if padded is not None:
            return padded(value)
        style = levels[which].style
        return number_text(value, "decimal" if own.plain and style != "none" else style)

    text = _NUMBER.sub(number, own.text).strip()
    return text + own.between if text else ""
